//! The kinds of failures.

/// What kind of failure an [`Error`](crate::Error) is.
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
