//! The one error of every call.

mod kind;
mod predicates;
mod shown;

use std::time::Duration;

use http::HeaderMap;
use reqwest::StatusCode;

use crate::attempt::request_id;
use crate::decode::DecodeError;
use crate::error_body::ErrorBody;
use crate::redact::Secrets;

pub use self::kind::ErrorKind;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why a call failed: what was tried, what came back, and what to do next.
///
/// # Example
///
/// ```
/// fn report(error: &huaweicloud_core::Error) {
///     if error.is_throttled() {
///         eprintln!("slow down: {error}");
///     } else {
///         eprintln!(
///             "{} {} ({})",
///             error.code().unwrap_or("-"),
///             error,
///             error.request_id().unwrap_or("-"),
///         );
///     }
/// }
/// ```
pub struct Error(Box<Details>);

struct Details {
    kind: ErrorKind,
    operation: Option<&'static str>,
    message: String,
    answer: Option<Answer>,
    /// Whether the service has provably not seen the request.
    unsent: bool,
    retry_after: Option<Duration>,
    effort: Effort,
    source: Option<Source>,
}

/// What a call took.
#[derive(Clone, Copy, Default)]
pub(crate) struct Effort {
    pub(crate) attempts: u32,
    pub(crate) elapsed: Duration,
}

/// What the service, or a gateway before it, answered.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) request_id: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) encoded_authorization_message: Option<String>,
}

impl Answer {
    /// An answer whose body says nothing more.
    pub(crate) fn of(status: StatusCode, headers: &HeaderMap) -> Self {
        Self {
            status,
            request_id: request_id(headers),
            code: None,
            encoded_authorization_message: None,
        }
    }
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        let message = message.into();
        Self(Box::new(Details {
            kind,
            operation: None,
            message,
            answer: None,
            unsent: false,
            retry_after: None,
            effort: Effort::default(),
            source: None,
        }))
    }

    pub(crate) fn with_source(mut self, source: impl Into<Source>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    pub(crate) fn during(mut self, operation: &'static str) -> Self {
        self.0.operation.get_or_insert(operation);
        self
    }

    pub(crate) fn unsent(mut self) -> Self {
        self.0.unsent = true;
        self
    }

    pub(crate) fn is_unsent(&self) -> bool {
        self.0.unsent
    }

    pub(crate) fn with_retry_after(mut self, asked: Option<Duration>) -> Self {
        self.0.retry_after = asked;
        self
    }

    /// Whether the service refused who the request came from.
    pub(crate) fn is_unauthorized(&self) -> bool {
        self.status() == Some(StatusCode::UNAUTHORIZED)
    }

    pub(crate) fn after(mut self, effort: Effort) -> Self {
        self.0.effort = effort;
        self
    }

    pub(crate) fn with_answer(mut self, answer: Answer) -> Self {
        self.0.answer = Some(answer);
        self
    }

    /// The same error without texts that must not be shown. A source cannot be mended; one that
    /// shows them goes.
    pub(crate) fn without(mut self, secrets: &Secrets) -> Self {
        let details = &mut *self.0;
        secrets.redact(&mut details.message);
        if let Some(answer) = &mut details.answer {
            let texts = [
                &mut answer.request_id,
                &mut answer.code,
                &mut answer.encoded_authorization_message,
            ];
            for text in texts.into_iter().flatten() {
                secrets.redact(text);
            }
        }
        let mut source = details.source.as_deref().map(|source| source as _);
        while let Some(error) = source {
            let error: &dyn std::error::Error = error;
            if secrets.are_in(&format!("{error} {error:?}")) {
                details.source = None;
                break;
            }
            source = error.source();
        }
        self
    }

    /// The error that an answer with this body stands for.
    pub(crate) fn from_answer(
        status: StatusCode,
        request_id: Option<String>,
        body: ErrorBody,
    ) -> Self {
        let throttled =
            status == StatusCode::TOO_MANY_REQUESTS || body.code.as_deref() == Some("APIGW.0308");
        let kind = match status {
            _ if throttled => ErrorKind::Throttled,
            StatusCode::UNAUTHORIZED => ErrorKind::Credentials,
            _ => ErrorKind::Service,
        };
        Self::new(kind, body.message).with_answer(Answer {
            status,
            request_id: request_id.or(body.request_id),
            code: body.code,
            encoded_authorization_message: body.encoded_authorization_message,
        })
    }

    /// A parameter that was refused before anything was sent.
    #[doc(hidden)]
    #[must_use]
    pub fn invalid_request(operation: &'static str, message: String) -> Self {
        Self::new(ErrorKind::InvalidRequest, message).during(operation)
    }

    /// What kind of failure this is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The operation that was called, by its official name, such as `ShowJob`.
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// The HTTP status, when there was an answer.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.answer.as_ref().map(|answer| answer.status)
    }

    /// The service's error code, such as `APIGW.0301`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.answer.as_ref()?.code.as_deref()
    }

    /// The service's message, or our own where the service was not reached.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The id by which Huawei Cloud's support finds the request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.answer.as_ref()?.request_id.as_deref()
    }

    /// Why access was denied, encoded; IAM's DecodeAuthorizationMessage makes it readable.
    #[must_use]
    pub fn encoded_authorization_message(&self) -> Option<&str> {
        self.0
            .answer
            .as_ref()?
            .encoded_authorization_message
            .as_deref()
    }

    /// How long the service asked to be left alone, by the `Retry-After` of its last answer.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// How many times the request was sent, or was tried to be; 0 when it did not come to that.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.effort.attempts
    }

    /// How long the call took, its attempts and the waits between them.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.effort.elapsed
    }

    /// The path of the field that could not be decoded, such as `spec.subJobs[2].status`, for an
    /// error of [`ErrorKind::Decoding`]; `.` is the whole body.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        let source = self.0.source.as_deref()?;
        source.downcast_ref().map(DecodeError::path)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

/// A request that could not be built from its parts.
impl From<reqwest::Error> for Error {
    fn from(source: reqwest::Error) -> Self {
        Self::new(ErrorKind::InvalidRequest, "the request cannot be built").with_source(source)
    }
}

/// A parameter that cannot be the value of a header.
impl From<http::header::InvalidHeaderValue> for Error {
    fn from(source: http::header::InvalidHeaderValue) -> Self {
        Self::new(
            ErrorKind::InvalidRequest,
            "a parameter cannot be the value of a header",
        )
        .with_source(source)
    }
}
