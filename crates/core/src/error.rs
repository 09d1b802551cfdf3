//! The one error of every call.

use std::fmt;
use std::time::Duration;

use http::HeaderMap;
use reqwest::StatusCode;

use crate::attempt::request_id;
use crate::decode::DecodeError;
use crate::error_body::ErrorBody;
use crate::redact::Secrets;

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

/// What kind of failure an [`Error`] is.
///
/// # Example
///
/// ```
/// use huaweicloud_core::{Config, ErrorKind};
///
/// let error = Config::builder().endpoint("http://cce.example.com").build().unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Configuration);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The configuration is incomplete or contradicts itself. Nothing was sent.
    Configuration,
    /// No credentials were found, they cannot sign, or the service refused them (401).
    Credentials,
    /// A parameter is missing or is not what the document demands. Nothing was sent.
    InvalidRequest,
    /// The service was not reached, or the connection broke before the answer was complete.
    Connection,
    /// The answer did not come in time.
    Timeout,
    /// The service asked to be called less often (429).
    Throttled,
    /// The service answered with an error.
    Service,
    /// The answer was a success, but its body could not be understood.
    Decoding,
    /// The caller ended the call by its token.
    Cancelled,
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

impl ErrorKind {
    /// The kind in one word, for logs.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Credentials => "credentials",
            Self::InvalidRequest => "invalid_request",
            Self::Connection => "connection",
            Self::Timeout => "timeout",
            Self::Throttled => "throttled",
            Self::Service => "service",
            Self::Decoding => "decoding",
            Self::Cancelled => "cancelled",
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

    /// Whether the same call may well succeed later: the failure is of the connection, of the
    /// service's load or of its health, not of the request.
    ///
    /// # Troubleshooting
    ///
    /// The call has been tried again already where that was safe. Before sending a request again
    /// that changes something, look whether it was carried out.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self.kind() {
            ErrorKind::Connection | ErrorKind::Timeout | ErrorKind::Throttled => true,
            ErrorKind::Service => self
                .status()
                .is_some_and(|status| matches!(status.as_u16(), 408 | 500 | 502..=504)),
            _ => false,
        }
    }

    /// Whether the configuration is incomplete or wrong.
    ///
    /// # Troubleshooting
    ///
    /// The message names the setting and the environment variable that would supply it.
    #[must_use]
    pub fn is_configuration(&self) -> bool {
        self.kind() == ErrorKind::Configuration
    }

    /// Whether no credentials were found, or the service refused them.
    ///
    /// # Troubleshooting
    ///
    /// Without a [`status`](Self::status) none were found. With 401: check that the access key and
    /// the secret key belong together, that a temporary key's security token is given and has not
    /// expired, and that the machine's clock is right to within 15 minutes.
    #[must_use]
    pub fn is_credentials(&self) -> bool {
        self.kind() == ErrorKind::Credentials
    }

    /// Whether a parameter was refused before anything was sent.
    ///
    /// # Troubleshooting
    ///
    /// The message names the parameter and the rule that it breaks.
    #[must_use]
    pub fn is_invalid_request(&self) -> bool {
        self.kind() == ErrorKind::InvalidRequest
    }

    /// Whether the service was not reached or the connection broke.
    ///
    /// # Troubleshooting
    ///
    /// Check the endpoint, the name resolution and the network. The sources say which step failed.
    #[must_use]
    pub fn is_connection(&self) -> bool {
        self.kind() == ErrorKind::Connection
    }

    /// Whether the answer did not come in time.
    ///
    /// # Troubleshooting
    ///
    /// The service may have carried the request out all the same: look before sending it again.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::Timeout
    }

    /// Whether the service asked to be called less often.
    ///
    /// # Troubleshooting
    ///
    /// Wait before the next call, and call less often.
    #[must_use]
    pub fn is_throttled(&self) -> bool {
        self.kind() == ErrorKind::Throttled
    }

    /// Whether the service answered with an error that no other predicate speaks of.
    ///
    /// # Troubleshooting
    ///
    /// Look the [`code`](Self::code) up in the service's documentation; when asking support, give
    /// the [`request_id`](Self::request_id).
    #[must_use]
    pub fn is_service(&self) -> bool {
        self.kind() == ErrorKind::Service
    }

    /// Whether a successful answer could not be understood.
    ///
    /// # Troubleshooting
    ///
    /// The message names the field. The request was carried out; this is a mismatch between the
    /// document and the service, worth reporting to this project.
    #[must_use]
    pub fn is_decoding(&self) -> bool {
        self.kind() == ErrorKind::Decoding
    }

    /// Whether the call was ended by the token of its
    /// [`CallOptions`](crate::policy::CallOptions::cancel_on).
    ///
    /// # Troubleshooting
    ///
    /// The service may have carried the request out all the same, if it had been sent: look before
    /// sending it again.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.kind() == ErrorKind::Cancelled
    }

    /// The path of the field that could not be decoded, such as `spec.subJobs[2].status`, for an
    /// error of [`ErrorKind::Decoding`]; `.` is the whole body.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        let source = self.0.source.as_deref()?;
        source.downcast_ref().map(DecodeError::path)
    }

    fn advice(&self) -> Option<&'static str> {
        match (self.kind(), self.status()) {
            (ErrorKind::Credentials, Some(_)) => Some(
                "check that the key, the token or the password is right and has not expired, and that \
                 the clock is right",
            ),
            (_, Some(StatusCode::FORBIDDEN)) => {
                Some("check the project id and what the user is permitted to do in it")
            }
            (_, Some(StatusCode::PROXY_AUTHENTICATION_REQUIRED)) => {
                Some("check the user and the password of the proxy")
            }
            (_, Some(status)) if status.is_redirection() => Some("check the endpoint"),
            (ErrorKind::Connection | ErrorKind::Timeout, None) if self.is_unsent() => {
                Some("check the endpoint and the network")
            }
            (ErrorKind::Cancelled | ErrorKind::Timeout, _) if self.attempts() == 0 => None,
            (ErrorKind::Connection | ErrorKind::Timeout | ErrorKind::Cancelled, _) => {
                Some("the service may have carried the request out: look before sending it again")
            }
            (ErrorKind::Decoding, _) => Some(
                "the service may have carried the request out: check that the endpoint is the \
                 service's, or report the mismatch to this project",
            ),
            (ErrorKind::Service, Some(status)) if status.is_server_error() => {
                Some("try again later, and give the request id to the support if it stays so")
            }
            (ErrorKind::Service, Some(StatusCode::NOT_FOUND)) => {
                Some("check the id, the project and the region")
            }
            (ErrorKind::Service, _) if self.code().is_some() => {
                Some("look the code up in the documentation of the service")
            }
            (ErrorKind::Service, _) => Some("give the request id to the support"),
            (ErrorKind::Throttled, _) => Some("wait, and call less often"),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.operation() {
            write!(f, "{operation}: ")?;
        }
        if let Some(status) = self.status() {
            write!(f, "{status}")?;
            if let Some(code) = self.code() {
                write!(f, " {code}")?;
            }
            f.write_str(": ")?;
        }
        f.write_str(self.message())?;
        if let Some(request_id) = self.request_id() {
            write!(f, " (request id {request_id})")?;
        }
        if self.attempts() > 1 {
            write!(
                f,
                " after {} attempts in {:.1?}",
                self.attempts(),
                self.elapsed()
            )?;
        }
        if let Some(advice) = self.advice() {
            write!(f, "; {advice}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.kind())
            .field("operation", &self.operation())
            .field("status", &self.status())
            .field("code", &self.code())
            .field("message", &self.message())
            .field("request_id", &self.request_id())
            .field("attempts", &self.attempts())
            .field("elapsed", &self.elapsed())
            .field("source", &self.0.source)
            .finish()
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
