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
    /// Whether the gateway asks for a token or a signature before it lets the request through.
    pub(crate) authenticated: bool,
    /// The documented status of success.
    pub(crate) status: u16,
    /// The documented example of the response body, JSON.
    pub(crate) body: &'static str,
}
