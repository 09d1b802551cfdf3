//! What one call does differently.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{RetryPolicy, Timeouts};

/// What the calls of a client do differently from its configuration.
///
/// # Example
///
/// ```
/// use huaweicloud_core::policy::{CallOptions, RetryPolicy};
///
/// let options = CallOptions::new().retry(RetryPolicy::never());
/// // client.with_options(options).show_job().job_id("…").send().await
/// ```
#[derive(Clone, Debug, Default)]
pub struct CallOptions {
    pub(crate) retry: Option<RetryPolicy>,
    pub(crate) timeouts: Option<Timeouts>,
    pub(crate) call_limit: Option<Duration>,
    pub(crate) max_body: Option<usize>,
    pub(crate) cancelled: Option<CancellationToken>,
}

impl CallOptions {
    /// Nothing different.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Tries again by another policy.
    #[must_use]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// Takes other times.
    #[must_use]
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = Some(timeouts);
        self
    }

    /// Takes at most this long for a call, attempts and waits together.
    #[must_use]
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.call_limit = Some(limit);
        self
    }

    /// Ends calls when the token is cancelled, with
    /// [`ErrorKind::Cancelled`](crate::ErrorKind::Cancelled). Dropping the future of a call cancels
    /// it, too; a token ends many calls at once, as when an application shuts down.
    ///
    /// # Example
    ///
    /// ```
    /// use huaweicloud_core::policy::{CallOptions, CancellationToken};
    ///
    /// let shutdown = CancellationToken::new();
    /// let options = CallOptions::new().cancel_on(shutdown.clone());
    /// // client.with_options(options).show_job().job_id("…").send().await
    /// shutdown.cancel();
    /// ```
    #[must_use]
    pub fn cancel_on(mut self, token: CancellationToken) -> Self {
        self.cancelled = Some(token);
        self
    }

    /// Reads answers of at most this many bytes.
    #[must_use]
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = Some(bytes);
        self
    }
}
