//! Where it is found out how far a job has come.

use std::borrow::Cow;
use std::pin::Pin;
use std::sync::Arc;

use crate::{Job, PollError};

/// What [`JobSource::job`] returns.
pub type JobFuture<'a> = Pin<Box<dyn Future<Output = Result<Job, PollError>> + Send + 'a>>;

/// Where it is found out how far the jobs of a service have come.
///
/// The clients of `huaweicloud-cce`, `huaweicloud-eip` and `huaweicloud-codearts-build` are sources
/// (features `cce`, `eip` and `codearts-build`). For another service, write one:
///
/// ```
/// use huaweicloud_jobs::{Job, JobFuture, JobSource, JobState, PollError};
///
/// struct Backups;
///
/// impl JobSource for Backups {
///     fn service(&self) -> &str {
///         "backup"
///     }
///
///     fn job<'a>(&'a self, id: &'a str) -> JobFuture<'a> {
///         Box::pin(async move {
///             let status = status_of(id).await.map_err(PollError::transient)?;
///             Ok(Job::new(id, "backup", JobState::from_word(&status)))
///         })
///     }
/// }
///
/// async fn status_of(id: &str) -> Result<String, std::io::Error> {
/// #   let _ = id;
///     Ok("SUCCESS".to_owned()) // ask the service
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), PollError> {
/// let job = Backups.job("7f2a").await?;
/// assert_eq!(job.state, JobState::Succeeded);
/// # Ok(())
/// # }
/// ```
pub trait JobSource: Send + Sync {
    /// The service, such as `cce`.
    fn service(&self) -> &str;

    /// Finds out how far a job has come.
    ///
    /// The job's [`id`](Job::id) is the one that was asked for. The future may be dropped at any
    /// time, which must not do harm.
    ///
    /// # Errors
    ///
    /// A [`PollError`] whose kind says whether another try is worth while.
    fn job<'a>(&'a self, id: &'a str) -> JobFuture<'a>;

    /// Names the endpoint and the account whose request quota a poll uses: sources with the same
    /// name share it. Unless told otherwise, it is the service.
    fn quota(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.service())
    }
}

impl<S: JobSource + ?Sized> JobSource for Arc<S> {
    fn service(&self) -> &str {
        (**self).service()
    }

    fn job<'a>(&'a self, id: &'a str) -> JobFuture<'a> {
        (**self).job(id)
    }

    fn quota(&self) -> Cow<'_, str> {
        (**self).quota()
    }
}
