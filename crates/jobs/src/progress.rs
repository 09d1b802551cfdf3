//! What is known of a job that is followed, and what an answer makes of it. It neither asks nor
//! waits, so whoever follows jobs, one or many, decides when that happens.

use std::time::Duration;

use crate::diff::diff;
use crate::{Event, Job, Outcome, PollError, PollErrorKind, PollFailure, Schedule, Tolerance};

/// How a job is followed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    pub(crate) schedule: Schedule,
    pub(crate) tolerance: Tolerance,
    pub(crate) not_found_grace: Duration,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            schedule: Schedule::default(),
            tolerance: Tolerance::default(),
            not_found_grace: Duration::from_secs(30),
        }
    }
}

/// What is known of a job that is followed. Its age is the time for which it has been followed.
#[derive(Debug)]
pub(crate) struct Progress {
    rules: Rules,
    /// The last snapshot.
    pub(crate) job: Option<Job>,
    /// The polls that failed since.
    pub(crate) failures: u32,
    /// The age at the first of them.
    failing_since: Duration,
    /// Why the last one failed.
    pub(crate) error: Option<PollError>,
}

impl Progress {
    pub(crate) fn new(rules: Rules) -> Self {
        Self {
            rules,
            job: None,
            failures: 0,
            failing_since: Duration::ZERO,
            error: None,
        }
    }

    /// The time to the next poll: when the schedule says, or later where the service asked for it.
    pub(crate) fn delay(&self, age: Duration) -> Duration {
        let asked = self.error.as_ref().and_then(PollError::retry_after);
        self.rules
            .schedule
            .delay(age)
            .max(asked.unwrap_or_default())
    }

    /// Takes the answer of a poll: what happened, and the outcome if that was the end.
    pub(crate) fn take(
        &mut self,
        age: Duration,
        answer: Result<Job, PollError>,
    ) -> (Vec<Event>, Option<Outcome>) {
        match answer {
            Ok(job) => {
                (self.failures, self.error) = (0, None);
                let events = diff(self.job.as_ref(), &job);
                let outcome = match job.state {
                    crate::JobState::Succeeded => Some(Outcome::Succeeded),
                    crate::JobState::Failed => Some(Outcome::Failed),
                    _ => None,
                };
                self.job = Some(job);
                (events, outcome)
            }
            Err(error) => {
                if self.failures == 0 {
                    self.failing_since = age;
                }
                self.failures = self.failures.saturating_add(1);
                let events = vec![Event::PollFailed(PollFailure::from(&error))];
                let outcome = self.given_up(age, error.kind());
                self.error = Some(error);
                (events, outcome)
            }
        }
    }

    fn given_up(&self, age: Duration, kind: PollErrorKind) -> Option<Outcome> {
        let lasting = age.saturating_sub(self.failing_since);
        match kind {
            PollErrorKind::NotFound if age < self.rules.not_found_grace => None,
            PollErrorKind::NotFound if self.job.is_some() => Some(Outcome::Vanished),
            PollErrorKind::NotFound => Some(Outcome::NotFound),
            PollErrorKind::Transient if self.rules.tolerance.allows(self.failures, lasting) => None,
            PollErrorKind::Transient | PollErrorKind::Permanent => Some(Outcome::Poll),
        }
    }
}
