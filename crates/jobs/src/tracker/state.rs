//! What a tracker knows, in a form that can be stored.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Tracked;
use crate::Job;
use crate::progress::Progress;

/// What is written, and the only one that is understood.
pub(super) const VERSION: u32 = 1;

/// What a [`Tracker`](crate::Tracker) knows of its jobs, made by
/// [`TrackerEvents::state`](crate::TrackerEvents::state), for
/// [`TrackerBuilder::resume`](crate::TrackerBuilder::resume).
///
/// # JSON
///
/// The form is stable: names do not change, fields are only added, and what is no longer understood
/// has another version.
///
/// - `taken` is when it was taken: the time since then counts for the age of the jobs.
/// - `undelivered` are the events that nobody had taken from the stream, in their order.
/// - `jobs` are those that are followed: the name of the source, the id, for how long in milliseconds,
///   the job as it was last seen, how many polls have failed since, and how old it was at the first.
///
/// ```
/// # let json = r#"
/// {
///   "version": 1,
///   "taken": "2026-03-01T08:12:40Z",
///   "undelivered": [
///     {"source": "cce", "id": "354331b2", "event": {"event": "done", "outcome": "succeeded"}}
///   ],
///   "jobs": [
///     {"source": "cce", "id": "6f4dcb2c", "age_ms": 2104},
///     {"source": "eip", "id": "ff808082", "age_ms": 95200, "failures": 2, "failing_since_ms": 80100,
///      "job": {"id": "ff808082", "service": "eip", "state": "running"}}
///   ]
/// }
/// # "#;
/// # let state: huaweicloud_jobs::TrackerState = serde_json::from_str(json)?;
/// # let value: serde_json::Value = serde_json::from_str(json)?;
/// # assert_eq!(serde_json::to_value(&state)?, value);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct TrackerState {
    pub(super) version: u32,
    pub(super) taken: Timestamp,
    pub(super) undelivered: Vec<Tracked>,
    pub(super) jobs: Vec<Followed>,
}

/// A job that is followed.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct Followed {
    pub(super) source: String,
    pub(super) id: String,
    age_ms: u64,
    #[serde(default, skip_serializing_if = "is_zero")]
    failures: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    failing_since_ms: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    job: Option<Job>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde wants it so")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl TrackerState {
    pub(super) fn new(undelivered: Vec<Tracked>, jobs: Vec<Followed>) -> Self {
        Self {
            version: VERSION,
            taken: Timestamp::now(),
            undelivered,
            jobs,
        }
    }

    /// The same state is the same text.
    pub(super) fn sorted(mut self) -> Self {
        let jobs = &mut self.jobs;
        jobs.sort_unstable_by(|a, b| (&a.source, &a.id).cmp(&(&b.source, &b.id)));
        self
    }

    /// The time since it was taken; none if the clock was put back.
    pub(super) fn elapsed(&self) -> Duration {
        let elapsed = Timestamp::now().duration_since(self.taken);
        Duration::try_from(elapsed).unwrap_or_default()
    }
}

impl Followed {
    pub(super) fn new(source: &str, id: &str, age: Duration, progress: &Progress) -> Self {
        let failing = progress.failures > 0;
        Self {
            source: source.to_owned(),
            id: id.to_owned(),
            age_ms: milliseconds(age),
            failures: progress.failures,
            failing_since_ms: failing.then(|| milliseconds(progress.failing_since)),
            job: progress.job.clone(),
        }
    }

    pub(super) fn age(&self) -> Duration {
        Duration::from_millis(self.age_ms)
    }

    /// The error of the last poll is not stored.
    pub(super) fn into_progress(self) -> Progress {
        Progress {
            job: self.job,
            failures: self.failures,
            failing_since: Duration::from_millis(self.failing_since_ms.unwrap_or_default()),
            error: None,
        }
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
