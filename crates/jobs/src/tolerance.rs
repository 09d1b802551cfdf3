//! How long polls may fail.

use std::time::Duration;

/// How long polls may fail, one after the other, before a job is given up.
///
/// It is given up when there were more failures than [`failures`](Self::failures) and the first of
/// them is longer ago than [`duration`](Self::duration). A poll that succeeds begins a new count.
/// An error that will not pass ([`Permanent`](crate::PollErrorKind::Permanent)) is not tolerated.
///
/// By default 5 failures and 5 minutes: the job goes on whether it is seen or not, so nothing is
/// lost by waiting out the restart of a gateway or a minute of throttling.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use huaweicloud_jobs::Tolerance;
///
/// let patient = Tolerance::default().duration(Duration::from_secs(3600));
/// assert_ne!(patient, Tolerance::none());
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Tolerance {
    failures: u32,
    duration: Duration,
}

impl Default for Tolerance {
    fn default() -> Self {
        Self {
            failures: 5,
            duration: Duration::from_secs(300),
        }
    }
}

impl Tolerance {
    /// Gives up at the first failure.
    #[must_use]
    pub fn none() -> Self {
        Self::default().failures(0).duration(Duration::ZERO)
    }

    /// Sets how many failures in a row are tolerated, however long they take.
    #[must_use]
    pub fn failures(mut self, failures: u32) -> Self {
        self.failures = failures;
        self
    }

    /// Sets for how long failures are tolerated, however many there are.
    #[must_use]
    pub fn duration(mut self, duration: Duration) -> Self {
        self.duration = duration;
        self
    }

    /// Whether a job goes on being followed after so many failures since the first of them.
    pub(crate) fn allows(&self, failures: u32, lasting: Duration) -> bool {
        failures <= self.failures || lasting < self.duration
    }
}
