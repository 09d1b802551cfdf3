//! One job among the many. There may be a hundred thousand, so it is kept small.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::AbortHandle;
use tokio::time::Instant;

use crate::progress::Progress;

/// What a job is called here: its id, and the place of its source in the list of them.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(super) struct Name {
    pub(super) source: usize,
    pub(super) id: Arc<str>,
}

/// A job that is followed.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) progress: Progress,
    pub(super) age: Age,
    /// The age at which this process last saw that it had not ended.
    pub(super) seen_under_way: Option<Duration>,
    /// When it is given up.
    pub(super) deadline: Option<Instant>,
    pub(super) next: Next,
}

/// What comes next for a job.
#[derive(Debug)]
pub(super) enum Next {
    /// A poll, due at this time.
    Due(Instant),
    /// The answer of the poll under way.
    Answer(AbortHandle),
}

/// For how long a job has been followed, in this process and before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Age {
    before: Duration,
    since: Instant,
}

impl Age {
    pub(super) fn new(before: Duration, now: Instant) -> Self {
        Self { before, since: now }
    }

    pub(super) fn at(self, now: Instant) -> Duration {
        self.before
            .saturating_add(now.saturating_duration_since(self.since))
    }
}
