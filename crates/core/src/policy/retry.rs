//! Which failures are tried again, and how often.

use http::Method;

use super::Backoff;
use crate::error::{Error, ErrorKind};

/// How often a call is tried, and how long it waits in between.
///
/// Only what is safe is tried again: an idempotent method after any failure that may pass; another
/// one only if the service has provably not seen it, or has refused it for being too many (429).
/// Each attempt is signed anew. A budget that the clients of one configuration share keeps retries
/// from adding to an outage.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use huaweicloud_core::Config;
/// use huaweicloud_core::policy::{Backoff, RetryPolicy};
///
/// let backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(2));
/// let retry = RetryPolicy::default().max_attempts(6).backoff(backoff);
/// let config = Config::builder().region("cn-north-4").retry(retry).build()?;
/// # Ok::<(), huaweicloud_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RetryPolicy {
    max_attempts: u32,
    backoff: Backoff,
}

/// Four attempts: with the default backoff they span some seconds, which is what a restart of a
/// gateway's backend or a burst of throttling takes. What lasts longer is an outage, which more
/// attempts do not cure.
impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 4,
            backoff: Backoff::default(),
        }
    }
}

impl RetryPolicy {
    /// One attempt, whatever comes.
    #[must_use]
    pub fn never() -> Self {
        Self::default().max_attempts(1)
    }

    /// Sets how often a call is tried in all; at least once.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// Sets how long to wait in between, where the service does not say.
    #[must_use]
    pub fn backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// The wait before the next attempt, after so many; `None` to give up.
    pub(crate) fn delay(
        &self,
        attempts: u32,
        method: &Method,
        error: &Error,
    ) -> Option<std::time::Duration> {
        (attempts < self.max_attempts && is_safe(method, error))
            .then(|| self.backoff.delay(attempts))
    }
}

/// Whether an attempt that failed so may be made again without doing something twice.
fn is_safe(method: &Method, error: &Error) -> bool {
    match error.kind() {
        _ if !error.is_retryable() => false,
        ErrorKind::Throttled => true,
        _ => method.is_idempotent() || error.is_unsent(),
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;
    use crate::error_body::ErrorBody;

    fn answered(status: u16) -> Error {
        let status = StatusCode::from_u16(status).unwrap();
        Error::from_answer(status, None, ErrorBody::default())
    }

    #[test]
    fn only_what_is_safe_is_tried_again() {
        let connection = || Error::new(ErrorKind::Connection, "");
        let refused = connection().unsent();
        let cases = [
            (Method::GET, connection(), true),
            (Method::POST, connection(), false),
            (Method::POST, refused, true),
            (Method::PUT, Error::new(ErrorKind::Timeout, ""), true),
            (Method::PATCH, Error::new(ErrorKind::Timeout, ""), false),
            (Method::POST, answered(429), true),
            (Method::DELETE, answered(503), true),
            (Method::POST, answered(503), false),
            (Method::GET, answered(501), false),
            (Method::GET, answered(404), false),
            (Method::GET, answered(401), false),
            (Method::GET, Error::new(ErrorKind::Decoding, ""), false),
            (Method::GET, Error::new(ErrorKind::Configuration, ""), false),
            (
                Method::GET,
                Error::new(ErrorKind::InvalidRequest, "").unsent(),
                false,
            ),
        ];
        for (method, error, again) in cases {
            let delay = RetryPolicy::default().delay(1, &method, &error);
            assert_eq!(delay.is_some(), again, "{method} {error:?}");
            assert!(RetryPolicy::never().delay(1, &method, &error).is_none());
        }
    }

    #[test]
    fn the_attempts_are_counted() {
        let policy = RetryPolicy::default().max_attempts(3);
        let error = answered(503);
        let tried: Vec<_> = (1..6)
            .map(|attempts| policy.delay(attempts, &Method::GET, &error).is_some())
            .collect();
        assert_eq!(tried, [true, true, false, false, false]);
        assert_eq!(RetryPolicy::default().max_attempts(0), RetryPolicy::never());
    }
}
