//! Waiting for a job.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::progress::Rules;
use crate::{Job, JobSource, Schedule, Tolerance, WaitError, Watch};

/// Waits for jobs of a service, each to its end.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
/// use huaweicloud_cce::{Client, Config};
/// use huaweicloud_jobs::Waiter;
///
/// let cce = Client::new(&Config::builder().region("cn-north-4").load().await?)?;
/// let waiter = Waiter::new(cce).timeout(Duration::from_secs(1800));
/// let job = waiter.wait("354331b2c-229a-11e8-9c75-0255ac100ceb").await?;
/// println!("{:?} is done", job.kind);
/// # Ok(())
/// # }
/// ```
///
/// It waits for an hour unless told otherwise. Dropping what it returns ends the waiting at once;
/// the job itself goes on. It takes tokio's runtime with its clock.
#[derive(Clone)]
#[must_use = "a waiter does nothing until it waits"]
pub struct Waiter {
    pub(crate) source: Arc<dyn JobSource>,
    pub(crate) timeout: Duration,
    pub(crate) rules: Rules,
    pub(crate) cancel: CancellationToken,
}

impl Waiter {
    /// A waiter for jobs that this source knows: a client of a service, a source of your own, or an
    /// `Arc` of one.
    pub fn new(source: impl JobSource + 'static) -> Self {
        Self {
            source: Arc::new(source),
            timeout: Duration::from_secs(3600),
            rules: Rules::default(),
            cancel: CancellationToken::new(),
        }
    }

    /// Waits no longer than this for a job, polls included; `Duration::MAX` is for ever. It looks once
    /// more five seconds before.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = limit;
        self
    }

    /// Asks at other times.
    pub fn schedule(mut self, schedule: Schedule) -> Self {
        self.rules.schedule = schedule;
        self
    }

    /// Bears with polls that fail for longer, or for less long.
    pub fn tolerate(mut self, tolerance: Tolerance) -> Self {
        self.rules.tolerance = tolerance;
        self
    }

    /// Takes it for so long (30 seconds unless told otherwise) that the service does not know the
    /// job: just after the start not every part of a service knows of it yet.
    pub fn not_found_grace(mut self, grace: Duration) -> Self {
        self.rules.not_found_grace = grace;
        self
    }

    /// Ends the waiting when this token is cancelled.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use huaweicloud_jobs::{CancellationToken, Waiter};
    ///
    /// # fn example(cce: huaweicloud_cce::Client) {
    /// let token = CancellationToken::new();
    /// let waiter = Waiter::new(cce).cancel_on(token.clone());
    /// // Somewhere else, for instance on Ctrl-C:
    /// token.cancel();
    /// # }
    /// ```
    pub fn cancel_on(mut self, token: CancellationToken) -> Self {
        self.cancel = token;
        self
    }

    /// Waits until the job has succeeded.
    ///
    /// # Errors
    ///
    /// A [`WaitError`] when the job failed, or was not followed to its end.
    pub async fn wait(&self, id: impl Into<String>) -> Result<Job, WaitError> {
        self.watch(id).finish().await
    }

    /// Tells what happens to a job, as a stream that ends when the job does. It does nothing
    /// until it is polled.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use futures_util::StreamExt as _;
    /// use huaweicloud_jobs::Waiter;
    ///
    /// # async fn example(cce: huaweicloud_cce::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut watch = Waiter::new(cce).watch("354331b2c-229a-11e8-9c75-0255ac100ceb");
    /// while let Some(event) = watch.next().await {
    ///     println!("{}", serde_json::to_string(&event)?);
    /// }
    /// let job = watch.finish().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn watch(&self, id: impl Into<String>) -> Watch {
        Watch::new(self, id.into())
    }
}

impl fmt::Debug for Waiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waiter")
            .field("service", &self.source.service())
            .field("timeout", &self.timeout)
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}
