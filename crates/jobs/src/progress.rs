//! What is known of a job that is followed, and what an answer makes of it. It neither asks nor
//! waits, so whoever follows jobs, one or many, decides when that happens.

use std::time::Duration;

use crate::diff::diff;
use crate::wait_error::Details;
use crate::{
    Event, Job, JobState, Outcome, PollError, PollErrorKind, PollFailure, Schedule, Tolerance,
    WaitError,
};

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

/// How long before a job is given up it is looked at once more: an end just before is not missed, and
/// the answer has time to come.
const LAST_LOOK: Duration = Duration::from_secs(5);

/// What is known of a job that is followed. Its age is the time for which it has been followed.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// The last snapshot.
    pub(crate) job: Option<Job>,
    /// The polls that failed since.
    pub(crate) failures: u32,
    /// The age at the first of them.
    pub(crate) failing_since: Duration,
    /// Why the last one failed.
    pub(crate) error: Option<PollError>,
}

impl Progress {
    /// The time to the next poll: this interval, or less for a last look before the job is given up,
    /// or more where the service asked for it.
    pub(crate) fn delay(&self, interval: Duration, left: Duration) -> Duration {
        let asked = self.error.as_ref().and_then(PollError::retry_after);
        let last_look = left
            .checked_sub(LAST_LOOK)
            .filter(|delay| !delay.is_zero())
            .unwrap_or(Duration::MAX);
        interval.min(last_look).max(asked.unwrap_or_default())
    }

    /// Takes the answer of a poll: what happened, and the outcome if that was the end.
    pub(crate) fn take(
        &mut self,
        rules: &Rules,
        age: Duration,
        answer: Result<Job, PollError>,
    ) -> (Vec<Event>, Option<Outcome>) {
        match answer {
            Ok(job) => {
                (self.failures, self.error) = (0, None);
                let events = diff(self.job.as_ref(), &job);
                let outcome = match job.state {
                    JobState::Succeeded => Some(Outcome::Succeeded),
                    JobState::Failed => Some(Outcome::Failed),
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
                let outcome = self.given_up(rules, age, error.kind());
                self.error = Some(error);
                (events, outcome)
            }
        }
    }

    /// The same, but where others share the quota: that the service throttles says nothing of this job.
    pub(crate) fn take_shared(
        &mut self,
        rules: &Rules,
        age: Duration,
        answer: Result<Job, PollError>,
    ) -> (Vec<Event>, Option<Outcome>) {
        match answer {
            Err(error) if error.is_throttled() => {
                self.error = Some(error);
                (Vec::new(), None)
            }
            answer => self.take(rules, age, answer),
        }
    }

    fn given_up(&self, rules: &Rules, age: Duration, kind: PollErrorKind) -> Option<Outcome> {
        let lasting = age.saturating_sub(self.failing_since);
        match kind {
            PollErrorKind::NotFound if age < rules.not_found_grace => None,
            PollErrorKind::NotFound if self.job.is_some() => Some(Outcome::Vanished),
            PollErrorKind::NotFound => Some(Outcome::NotFound),
            PollErrorKind::Transient if rules.tolerance.allows(self.failures, lasting) => None,
            PollErrorKind::Transient | PollErrorKind::Permanent => Some(Outcome::Poll),
        }
    }

    /// The end: the job if it succeeded, else why not. What is known is handed over with it.
    pub(crate) fn end(
        &mut self,
        outcome: Outcome,
        service: &str,
        id: &str,
        elapsed: Duration,
    ) -> Result<Job, WaitError> {
        match (outcome, self.job.take()) {
            (Outcome::Succeeded, Some(job)) => Ok(job),
            (outcome, job) => Err(WaitError::new(Details {
                outcome,
                service: service.to_owned(),
                id: id.to_owned(),
                elapsed,
                job,
                failures: self.failures,
                poll_error: self.error.take(),
            })),
        }
    }
}
