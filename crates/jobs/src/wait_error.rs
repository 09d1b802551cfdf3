//! Why a job was not followed to its success.

use std::fmt;
use std::time::Duration;

use crate::{Job, Outcome, PollError};

/// Why a job was not followed to its success: it failed, or it could not be followed to its end.
///
/// # Example
///
/// ```
/// use huaweicloud_jobs::{Outcome, WaitError};
///
/// fn report(error: &WaitError) {
///     match error.outcome() {
///         Outcome::Failed => eprintln!("{error}"),
///         Outcome::Deadline => eprintln!("still under way: {error}"),
///         _ => eprintln!("what became of the job is not known: {error}"),
///     }
/// }
/// ```
#[derive(Debug)]
pub struct WaitError(Box<Details>);

#[derive(Debug)]
pub(crate) struct Details {
    pub(crate) outcome: Outcome,
    pub(crate) service: String,
    pub(crate) id: String,
    pub(crate) elapsed: Duration,
    pub(crate) job: Option<Job>,
    pub(crate) failures: u32,
    pub(crate) poll_error: Option<PollError>,
}

impl WaitError {
    pub(crate) fn new(details: Details) -> Self {
        Self(Box::new(details))
    }

    /// How it ended; never [`Outcome::Succeeded`].
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.0.outcome
    }

    /// The id that was asked for.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// The job as it was last seen, if it was: with [`Outcome::Failed`] as it failed.
    #[must_use]
    pub fn job(&self) -> Option<&Job> {
        self.0.job.as_ref()
    }

    /// The same, owned.
    #[must_use]
    pub fn into_job(self) -> Option<Job> {
        self.0.job
    }

    /// Why the last poll failed, if it did.
    #[must_use]
    pub fn poll_error(&self) -> Option<&PollError> {
        self.0.poll_error.as_ref()
    }

    /// How many polls in a row have failed at last.
    #[must_use]
    pub fn failures(&self) -> u32 {
        self.0.failures
    }

    /// For how long the job was followed.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed
    }
}

impl fmt::Display for WaitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let details = &*self.0;
        let elapsed = details.elapsed;
        write!(f, "{} job {}", details.service, details.id)?;
        if let Some(kind) = details.job.as_ref().and_then(|job| job.kind.as_ref()) {
            write!(f, " ({kind})")?;
        }
        match details.outcome {
            // There is no error of a success.
            Outcome::Succeeded => f.write_str(" succeeded"),
            Outcome::Failed => {
                f.write_str(" failed")?;
                details.job.as_ref().map_or(Ok(()), |job| blame(f, job))
            }
            Outcome::Deadline => {
                write!(
                    f,
                    " has not ended within {elapsed:.1?}, {}",
                    details.last_seen()
                )?;
                if let Some(error) = &details.poll_error {
                    write!(f, ", and cannot be looked up ({error})")?;
                }
                f.write_str("; it goes on: wait longer, or look at it again later")
            }
            Outcome::Cancelled => write!(
                f,
                " was no longer waited for after {elapsed:.1?}, {}; it goes on",
                details.last_seen()
            ),
            Outcome::NotFound => {
                f.write_str(" does not exist")?;
                details.poll_error(f)
            }
            Outcome::Vanished => {
                write!(f, " is no longer there, {}", details.last_seen())?;
                details.poll_error(f)?;
                f.write_str("; look at what it worked on to see whether it was carried out")
            }
            Outcome::Poll => {
                f.write_str(" cannot be looked up")?;
                if details.failures > 1 {
                    write!(f, ", {} times in a row", details.failures)?;
                }
                details.poll_error(f)
            }
        }
    }
}

impl Details {
    fn last_seen(&self) -> String {
        match &self.job {
            Some(job) => format!("last seen {}", job.state),
            None => "never seen".to_owned(),
        }
    }

    fn poll_error(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.poll_error
            .as_ref()
            .map_or(Ok(()), |error| write!(f, ": {error}"))
    }
}

/// Names the sub-job that failed, and says why.
fn blame(f: &mut fmt::Formatter<'_>, job: &Job) -> fmt::Result {
    let leaf = job.failed_leaf().unwrap_or(job);
    if !std::ptr::eq(leaf, job) {
        f.write_str(" at its sub-job")?;
        for name in [leaf.kind.as_deref(), Some(leaf.id.as_str())]
            .into_iter()
            .flatten()
        {
            write!(f, " {name}")?;
        }
    }
    let Some(failure) = leaf.error.as_ref().or(job.error.as_ref()) else {
        return f.write_str("; the service does not say why");
    };
    write!(f, ": {failure}")?;
    match failure.code {
        Some(_) => f.write_str("; look the code up in the documentation of the service"),
        None => Ok(()),
    }
}

impl std::error::Error for WaitError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.poll_error.as_ref().map(|error| error as _)
    }
}
