//! Asking a service: what all sources that fetch have in common.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use http::{Method, Request, Response, StatusCode, Uri};
use serde_json::Value;

use super::{Fetch, MAX_ANSWER, ProvideError};

pub(super) const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// As the official SDK sends it to IAM and STS.
pub(super) const JSON_UTF8: HeaderValue =
    HeaderValue::from_static("application/json;charset=UTF-8");

/// The way of one source to the services that it asks.
#[derive(Clone)]
pub(super) struct Exchange {
    pub(super) source: &'static str,
    pub(super) advice: &'static str,
    pub(super) timeout: Duration,
    pub(super) fetch: Arc<dyn Fetch>,
}

impl Exchange {
    /// Sends a request; any answer is a success. `what` says which answer it is, in messages.
    pub(super) async fn send(
        &self,
        what: &str,
        request: Request<Vec<u8>>,
    ) -> Result<Response<Bytes>, ProvideError> {
        // Without the query, which might hold a secret.
        let address = format!(
            "{}://{}{}",
            request.uri().scheme_str().unwrap_or_default(),
            request
                .uri()
                .authority()
                .map_or("", |authority| authority.as_str()),
            request.uri().path(),
        );
        let response = self
            .fetch
            .fetch(request, self.timeout)
            .await
            .map_err(|cause| {
                let reason = format!("{what} was not got from {address}: {}", root_cause(&*cause));
                self.failed(reason).with_cause(cause)
            })?;
        if response.body().len() > MAX_ANSWER {
            return Err(self.failed(format!("{what}: the answer of {address} is too large")));
        }
        Ok(response)
    }

    /// Sends JSON by POST; an answer that is no success is an error.
    pub(super) async fn post(
        &self,
        what: &str,
        uri: &str,
        headers: HeaderMap,
        body: &Value,
    ) -> Result<Response<Bytes>, ProvideError> {
        let request = self.request(Method::POST, uri, headers, body.to_string().into_bytes())?;
        let response = self.send(what, request).await?;
        self.success(what, response)
    }

    pub(super) fn request(
        &self,
        method: Method,
        uri: &str,
        headers: HeaderMap,
        body: Vec<u8>,
    ) -> Result<Request<Vec<u8>>, ProvideError> {
        let mut request = Request::new(body);
        *request.method_mut() = method;
        *request.uri_mut() = uri
            .parse::<Uri>()
            .map_err(|_| self.failed("the address is not a URL"))?;
        *request.headers_mut() = headers;
        Ok(request)
    }

    pub(super) fn success(
        &self,
        what: &str,
        response: Response<Bytes>,
    ) -> Result<Response<Bytes>, ProvideError> {
        if response.status().is_success() {
            Ok(response)
        } else {
            Err(self.failed(format!("{what} was refused: {}", Refusal(&response))))
        }
    }

    /// The value of a header that must not be shown.
    pub(super) fn secret_header(
        &self,
        what: &str,
        value: &str,
    ) -> Result<HeaderValue, ProvideError> {
        let mut value = HeaderValue::try_from(value)
            .map_err(|_| self.failed(format!("{what} has characters that a header cannot have")))?;
        value.set_sensitive(true);
        Ok(value)
    }

    pub(super) fn failed(&self, reason: impl Into<String>) -> ProvideError {
        ProvideError::failed(self.source, reason).with_advice(self.advice)
    }

    pub(super) fn not_configured(&self, reason: impl Into<String>) -> ProvideError {
        ProvideError::not_configured(self.source, reason).with_advice(self.advice)
    }
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fetch.fmt(f)
    }
}

/// One header with its value.
pub(super) fn content_type(value: HeaderValue) -> HeaderMap {
    HeaderMap::from_iter([(CONTENT_TYPE, value)])
}

/// What may be told of an answer that is no success: its status, and its error code and request id
/// if they look like such. Its message is not told: services are known to echo what they were sent.
struct Refusal<'a>(&'a Response<Bytes>);

impl fmt::Display for Refusal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status: StatusCode = self.0.status();
        write!(f, "{status}")?;
        if let Some(code) = error_code(self.0.body()) {
            write!(f, ", code {code}")?;
        }
        let id = ["x-request-id", "x-iam-trace-id"]
            .iter()
            .find_map(|name| self.0.headers().get(*name)?.to_str().ok())
            .filter(|id| is_request_id(id));
        if let Some(id) = id {
            write!(f, ", request id {id}")?;
        }
        Ok(())
    }
}

fn error_code(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let code = body
        .get("error_code")
        .or_else(|| body.pointer("/error/code"))
        .or_else(|| body.pointer("/error/error_code"))?;
    let code = match code {
        Value::String(code) => code.clone(),
        Value::Number(code) => code.to_string(),
        _ => return None,
    };
    is_error_code(&code).then_some(code)
}

/// Such as `APIGW.0301`, `PAP5.0001` or `401`: too short to be a secret.
fn is_error_code(code: &str) -> bool {
    let (service, number) = code.rsplit_once('.').unwrap_or(("", code));
    service.len() <= 8
        && service.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && (1..=8).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Hexadecimal, in groups or not, or a token of such that IAM builds from names of its hosts.
fn is_request_id(id: &str) -> bool {
    id.len() <= 64
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// The last of the sources tells what happened; those before it only in which layer.
fn root_cause(error: &(dyn Error + 'static)) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
