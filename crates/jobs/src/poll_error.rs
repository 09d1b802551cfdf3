//! Why a job could not be looked up.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why a poll did not find out how far a job has come.
///
/// It is shown as the error that it was made from.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use huaweicloud_jobs::{PollError, PollErrorKind};
///
/// let busy = PollError::transient("the queue is full").with_retry_after(Duration::from_secs(5));
/// assert_eq!(busy.kind(), PollErrorKind::Transient);
/// assert_eq!(busy.to_string(), "the queue is full");
/// ```
#[derive(Debug)]
pub struct PollError {
    kind: PollErrorKind,
    throttled: bool,
    retry_after: Option<Duration>,
    source: Source,
}

/// What a [`PollError`] means for the next poll.
///
/// In JSON it is `"not_found"`, `"transient"` or `"permanent"`.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PollErrorKind {
    /// The service knows no such job: not yet, not any more, or never.
    NotFound,
    /// The same poll may well succeed later.
    Transient,
    /// The same poll will fail again, until somebody does something about it.
    Permanent,
}

impl PollError {
    /// The service knows no such job.
    #[must_use]
    pub fn not_found(source: impl Into<Source>) -> Self {
        Self::new(PollErrorKind::NotFound, source)
    }

    /// The same poll may well succeed later.
    #[must_use]
    pub fn transient(source: impl Into<Source>) -> Self {
        Self::new(PollErrorKind::Transient, source)
    }

    /// The service asked to be called less often: a [`Transient`](PollErrorKind::Transient) one,
    /// which says nothing of the job.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    /// use huaweicloud_jobs::PollError;
    ///
    /// let error = PollError::throttled("429").with_retry_after(Duration::from_secs(5));
    /// assert!(error.is_throttled());
    /// ```
    #[must_use]
    pub fn throttled(source: impl Into<Source>) -> Self {
        Self {
            throttled: true,
            ..Self::transient(source)
        }
    }

    /// The same poll will fail again.
    #[must_use]
    pub fn permanent(source: impl Into<Source>) -> Self {
        Self::new(PollErrorKind::Permanent, source)
    }

    fn new(kind: PollErrorKind, source: impl Into<Source>) -> Self {
        Self {
            kind,
            throttled: false,
            retry_after: None,
            source: source.into(),
        }
    }

    /// Sets how long the service asked to be left alone.
    #[must_use]
    pub fn with_retry_after(mut self, asked: Duration) -> Self {
        self.retry_after = Some(asked);
        self
    }

    /// What it means for the next poll.
    #[must_use]
    pub fn kind(&self) -> PollErrorKind {
        self.kind
    }

    /// Whether the service asked to be called less often.
    #[must_use]
    pub fn is_throttled(&self) -> bool {
        self.throttled
    }

    /// How long the service asked to be left alone.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// The error of the call, where a client of this SDK made it: it has the status, the service's
    /// code and the request id.
    ///
    /// # Example
    ///
    /// ```
    /// fn request_id(error: &huaweicloud_jobs::PollError) -> Option<&str> {
    ///     error.call()?.request_id()
    /// }
    /// ```
    #[must_use]
    pub fn call(&self) -> Option<&huaweicloud_core::Error> {
        self.source.downcast_ref()
    }
}

impl fmt::Display for PollError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.source.fmt(f)
    }
}

impl std::error::Error for PollError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.source()
    }
}

/// A status of 404 is [`NotFound`](PollErrorKind::NotFound). What may pass is
/// [`Transient`](PollErrorKind::Transient), and so is an answer that cannot be understood: gateways
/// send pages of maintenance with a status of success. All else is
/// [`Permanent`](PollErrorKind::Permanent).
impl From<huaweicloud_core::Error> for PollError {
    fn from(error: huaweicloud_core::Error) -> Self {
        let is_missing = error.status().is_some_and(|status| status.as_u16() == 404);
        let kind = if is_missing {
            PollErrorKind::NotFound
        } else if error.is_retryable() || error.is_decoding() {
            PollErrorKind::Transient
        } else {
            PollErrorKind::Permanent
        };
        let (throttled, retry_after) = (error.is_throttled(), error.retry_after());
        Self {
            throttled,
            retry_after,
            ..Self::new(kind, error)
        }
    }
}
