//! One documented operation: where it is found and what the documents show as its answer.

/// A row of the table in `generated.rs`, taken from a document under `specs/`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DocumentedOperation {
    /// The service as its specification names it: `cce`.
    pub(crate) service: &'static str,
    /// The official operation name: `ShowJob`.
    pub(crate) operation_id: &'static str,
    /// The HTTP method in capitals.
    pub(crate) method: &'static str,
    /// The path template: `/api/v3/projects/{project_id}/jobs/{job_id}`.
    pub(crate) path: &'static str,
    /// What tells the operation from the first of its path and method: a JSON pointer into the body
    /// of the request, and the text that stands there. `None` for the first itself.
    pub(crate) selector: Option<(&'static str, &'static str)>,
    /// Whether the gateway asks for a token or a signature before it lets the request through.
    pub(crate) authentication: Authentication,
    /// The documented status of success.
    pub(crate) status: u16,
    /// The documented example of the response body, JSON.
    pub(crate) body: &'static str,
}

/// What the gateway asks of a request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Authentication {
    Required,
    /// What a request carries is verified, but it need not carry any.
    Optional,
    /// Nothing is looked at.
    None,
}
