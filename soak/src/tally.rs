//! What became of the calls of one configuration.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use huaweicloud_core::{Error, ErrorKind};

use crate::trace::Trace;

/// The breaches kept in words; more are only counted.
const TOLD: usize = 10;

/// How a call ended.
pub(crate) enum End {
    /// With the right answer.
    Answered,
    /// With an error.
    Failed(Error),
    /// It was dropped half way.
    Dropped,
    /// Not in time.
    Hanging,
}

/// Counts, by configuration.
#[derive(Default)]
pub(crate) struct Tally(Mutex<Counts>);

#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) calls: u64,
    pub(crate) answered: u64,
    pub(crate) dropped: u64,
    pub(crate) hanging: u64,
    pub(crate) errors: BTreeMap<&'static str, u64>,
    pub(crate) longest: Duration,
    /// All requests that the SDK sent in these calls.
    pub(crate) requests: u64,
    /// Those that followed a 401.
    pub(crate) mended: u64,
    /// Those that the retry budget paid for.
    pub(crate) retries: u64,
    /// The calls that were answered, well or not, without and with such.
    pub(crate) at_once: u64,
    pub(crate) by_retry: u64,
    pub(crate) breaches: u64,
    pub(crate) told: Vec<String>,
}

impl Tally {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counts {
    /// Counts a call that took so long.
    pub(crate) fn count(&mut self, end: &End, trace: &Trace, took: Duration) {
        self.calls += 1;
        self.longest = self.longest.max(took);
        self.requests += u64::from(trace.requests());
        self.mended += u64::from(trace.mended());
        self.retries += u64::from(trace.retries());
        // An answer that cannot be decoded has been a success to the budget.
        let succeeded = match end {
            End::Answered => true,
            End::Failed(error) => error.is_decoding(),
            End::Dropped | End::Hanging => false,
        };
        match (succeeded, trace.retries()) {
            (true, 0) => self.at_once += 1,
            (true, _) => self.by_retry += 1,
            (false, _) => {}
        }
        match end {
            End::Answered => self.answered += 1,
            End::Failed(error) => *self.errors.entry(name(error)).or_default() += 1,
            End::Dropped => self.dropped += 1,
            End::Hanging => self.hanging += 1,
        }
    }

    /// Notes what must not have happened.
    pub(crate) fn breach(&mut self, what: String) {
        self.breaches += 1;
        if self.told.len() < TOLD {
            self.told.push(what);
        }
    }
}

fn name(error: &Error) -> &'static str {
    match error.kind() {
        ErrorKind::Configuration => "configuration",
        ErrorKind::Credentials if error.status().is_none() => "no credentials",
        ErrorKind::Credentials => "refused credentials",
        ErrorKind::InvalidRequest => "invalid request",
        ErrorKind::Connection => "connection",
        ErrorKind::Timeout => "timeout",
        ErrorKind::Throttled => "throttled",
        ErrorKind::Service => "service",
        ErrorKind::Decoding => "decoding",
        _ => "other",
    }
}
