//! What the generated code leans on. Its names are those that progenitor's output expects.
//!
//! progenitor has a support crate of its own; this module takes its place because every call of
//! this SDK ends in the one [`Error`], which carries the request id and the failures of
//! credentials, and because bodies are read leniently and only up to a limit.

mod query;
mod response;
mod text_rule;

use std::fmt;

pub use reqwest;
pub use serde;

pub use self::query::QueryParam;
pub use self::response::ResponseValue;
pub use self::text_rule::TextRule;
pub use crate::error::Error;
pub use bytes::Bytes;
pub use http::Response;

/// What the hook of a client is told of an operation.
#[derive(Clone, Copy, Debug)]
pub struct OperationInfo {
    /// The official name, such as `ShowJob`.
    pub operation_id: &'static str,
    /// Whether the request must be authenticated; asking for a token need not be.
    pub authenticated: bool,
    /// How a successful answer says that the call failed, where it can.
    pub failure: Option<Failure>,
}

/// A field of a successful answer that says that the call failed.
#[derive(Clone, Copy, Debug)]
pub struct Failure {
    /// The name of the field.
    pub property: &'static str,
    /// Its value when the call failed.
    pub value: &'static str,
    /// The name of the field that says why.
    pub message: &'static str,
}

/// What a generated client is made of.
pub trait ClientInfo<Inner> {
    /// The version of the API, from the document.
    fn api_version() -> &'static str;

    /// The address that requests go to.
    fn baseurl(&self) -> &str;

    /// The client under the requests.
    fn client(&self) -> &reqwest::Client;

    /// What requests are sent through.
    fn inner(&self) -> &Inner;
}

/// How a generated client sends; without an implementation the client does not compile, so that no
/// client is ever without a signature.
#[allow(
    async_fn_in_trait,
    reason = "implemented by this project's clients only, whose futures are Send"
)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say how it sends its requests",
    note = "write `impl ClientHooks<Transport> for Client` beside the generated code"
)]
pub trait ClientHooks<Inner>: ClientInfo<Inner> {
    /// Sends a request and returns the answer if it is a success.
    async fn exec(
        &self,
        request: reqwest::Request,
        info: &OperationInfo,
    ) -> Result<Response<Bytes>, Error>;
}

/// Escapes a path parameter: everything but the unreserved characters of RFC 3986, as the official
/// SDKs do.
#[must_use]
pub fn encode_path(segment: &(impl fmt::Display + ?Sized)) -> String {
    huaweicloud_auth::encode_component(&segment.to_string()).into_owned()
}
