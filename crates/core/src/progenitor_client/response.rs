//! Answers of success.

use std::fmt;
use std::ops::Deref;

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use serde::de::DeserializeOwned;

use super::OperationInfo;
use crate::attempt::request_id;
use crate::decode;
use crate::error::{Answer, Effort, Error, ErrorKind};
use crate::error_body::ErrorBody;
use crate::redact::Secrets;

/// The typed answer of a call, with the status, the headers and the body that it came with.
///
/// It derefs to the typed value.
///
/// # Example
///
/// ```
/// use huaweicloud_core::ResponseValue;
///
/// fn print(answer: ResponseValue<Vec<String>>) {
///     println!("{} names, request id {}", answer.len(), answer.request_id().unwrap_or("-"));
///     for name in answer.into_inner() {
///         println!("{name}");
///     }
/// }
/// ```
pub struct ResponseValue<T> {
    inner: T,
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl<T> ResponseValue<T> {
    /// The typed value.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.inner
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers; that of a token is marked sensitive.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The id by which Huawei Cloud's support finds the request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        ["x-request-id", "x-iam-trace-id"]
            .into_iter()
            .find_map(|name| self.headers.get(name)?.to_str().ok())
    }

    /// The body as it came, with the fields that the document does not know.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

impl<T: DeserializeOwned> ResponseValue<T> {
    /// Decodes the body.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decoding`] when it is not what the document says, [`ErrorKind::Service`] when
    /// it says that the call failed.
    #[doc(hidden)]
    pub fn from_response(
        response: Response<Bytes>,
        operation: &OperationInfo,
    ) -> Result<Self, Error> {
        let (parts, body) = response.into_parts();
        let (status, headers) = (parts.status, sensitive_marked(parts.headers));
        let secrets: Secrets = parts.extensions.get().cloned().unwrap_or_default();
        let effort: Effort = parts.extensions.get().copied().unwrap_or_default();
        let complete = |error: Error| {
            error
                .during(operation.operation_id)
                .after(effort)
                .without(&secrets)
        };
        if let Some(error) = failure_in(&body, operation, status, &headers, &secrets) {
            return Err(complete(error));
        }
        let inner = decode::from_slice(&body).map_err(|source| {
            let message = format!("the answer is not what the document says, {source}");
            let error = Error::new(ErrorKind::Decoding, message).with_source(source);
            complete(error.with_answer(Answer::of(status, &headers)))
        })?;
        Ok(Self {
            inner,
            status,
            headers,
            body,
        })
    }
}

impl ResponseValue<()> {
    /// An answer whose body does not matter.
    #[doc(hidden)]
    #[must_use]
    pub fn empty(response: Response<Bytes>) -> Self {
        let (parts, body) = response.into_parts();
        let (status, headers) = (parts.status, sensitive_marked(parts.headers));
        Self {
            inner: (),
            status,
            headers,
            body,
        }
    }
}

impl<T> Deref for ResponseValue<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.inner
    }
}

impl<T: fmt::Debug> fmt::Debug for ResponseValue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseValue")
            .field("status", &self.status)
            .field("request_id", &self.request_id())
            .field("inner", &self.inner)
            .finish_non_exhaustive()
    }
}

/// The failure that a successful answer may hold, where the document says that it can.
fn failure_in(
    body: &Bytes,
    operation: &OperationInfo,
    status: StatusCode,
    headers: &HeaderMap,
    secrets: &Secrets,
) -> Option<Error> {
    let failure = operation.failure.as_ref()?;
    let body = secrets.redact_body(body.clone());
    let answer: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&body).ok()?;
    if answer.get(failure.property)?.as_str()? != failure.value {
        return None;
    }
    let mut found = answer
        .get(failure.message)
        .map(ErrorBody::from_field)
        .unwrap_or_default();
    if found.message.is_empty() {
        found.message = format!(
            "{} is {:?}, without a reason",
            failure.property, failure.value
        );
    }
    let error = Error::from_answer(status, request_id(headers), found);
    Some(error.during(operation.operation_id))
}

/// A token that comes in a header is kept out of debug output.
fn sensitive_marked(mut headers: HeaderMap) -> HeaderMap {
    for (name, value) in &mut headers {
        if ["x-subject-token", "set-cookie"].contains(&name.as_str()) {
            value.set_sensitive(true);
        }
    }
    headers
}
