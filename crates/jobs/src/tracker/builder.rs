//! How a tracker is begun.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use huaweicloud_core::policy::{Pacer, RateLimit};

use super::lane::Lane;
use super::shared::Shared;
use super::state::{TrackerState, VERSION};
use super::table::{Source, Table};
use super::{Handle, Tracker, TrackerError, TrackerEvents, driver};
use crate::progress::Rules;
use crate::{JobSource, Schedule, Tolerance};

/// Begins a [`Tracker`].
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use huaweicloud_jobs::{RateLimit, Schedule, Tracker};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), huaweicloud_jobs::TrackerError> {
/// let (tracker, events) = Tracker::builder()
///     .rate(RateLimit::new(50, Duration::from_secs(1)))
///     .schedule(Schedule::default().ceiling(Duration::from_secs(120)))
///     .start()?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a tracker does nothing until it is started"]
pub struct TrackerBuilder {
    sources: Vec<(String, Arc<dyn JobSource>)>,
    rate: RateLimit,
    under_way: usize,
    unread: usize,
    timeout: Duration,
    rules: Rules,
    state: Option<TrackerState>,
}

impl TrackerBuilder {
    pub(super) fn new() -> Self {
        Self {
            sources: Vec::new(),
            rate: RateLimit::new(10, Duration::from_secs(1)),
            under_way: 64,
            unread: 1024,
            timeout: Duration::from_secs(3600),
            rules: Rules::default(),
            state: None,
        }
    }

    /// Adds a source of jobs under a name, such as one for each service, region and account. Stored
    /// states and events have that name.
    ///
    /// The budget counts polls. A client that tries a failed call again sends more requests than that,
    /// so give the tracker one that does not: it asks again anyway. A poll of CodeArts Build is up to
    /// two requests.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use huaweicloud_core::policy::{CallOptions, RetryPolicy};
    /// use huaweicloud_jobs::{Tracker, TrackerBuilder};
    ///
    /// fn builder(cce: &huaweicloud_cce::Client) -> TrackerBuilder {
    ///     let once = CallOptions::new().retry(RetryPolicy::never());
    ///     Tracker::builder().source("cce", cce.with_options(once))
    /// }
    /// ```
    pub fn source(mut self, name: impl Into<String>, source: impl JobSource + 'static) -> Self {
        self.sources.push((name.into(), Arc::new(source)));
        self
    }

    /// Sets how many polls there are at most in a time, for each
    /// [quota](JobSource::quota). What one second allows may come at once.
    ///
    /// By default 10 a second, since the cloud does not say what it allows: that is enough for 300 old
    /// jobs, asked about every 30 seconds, and little beside what else an account does. More jobs are
    /// asked about more seldom.
    pub fn rate(mut self, rate: RateLimit) -> Self {
        self.rate = rate;
        self
    }

    /// Sets how many polls of one quota may be under way at once: 64 unless told otherwise, at least
    /// one. Answers that take long must not pile up connections.
    pub fn polls_under_way(mut self, most: usize) -> Self {
        self.under_way = most;
        self
    }

    /// Sets how many events may wait to be read before polling pauses: 1024 unless told otherwise, at
    /// least one. What polls under way bring comes on top.
    pub fn unread_events(mut self, most: usize) -> Self {
        self.unread = most;
        self
    }

    /// Follows no job for longer than this: an hour unless told otherwise; `Duration::MAX` is for
    /// ever. Five seconds before, a last poll is due.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = limit;
        self
    }

    /// Asks at other times, as far as the rate allows it.
    pub fn schedule(mut self, schedule: Schedule) -> Self {
        self.rules.schedule = schedule;
        self
    }

    /// Bears with polls that fail for longer, or for less long. Throttled ones do not count.
    pub fn tolerate(mut self, tolerance: Tolerance) -> Self {
        self.rules.tolerance = tolerance;
        self
    }

    /// Takes it for so long (30 seconds unless told otherwise) that the service does not know a job.
    pub fn not_found_grace(mut self, grace: Duration) -> Self {
        self.rules.not_found_grace = grace;
        self
    }

    /// Goes on from what another tracker knew: the events that nobody had taken come first, and its
    /// jobs are asked about at once, as far as the rate allows it. What has changed meanwhile is told.
    ///
    /// The sources need the names that they had; settings may be other ones.
    pub fn resume(mut self, state: TrackerState) -> Self {
        self.state = Some(state);
        self
    }

    /// Starts following, within the tokio runtime that it is called in.
    ///
    /// # Errors
    ///
    /// A [`TrackerError`] for sources of the same name, a rate of nothing, a state that is not
    /// understood or names a source that is not there, and where there is no runtime.
    pub fn start(self) -> Result<(Tracker, TrackerEvents), TrackerError> {
        let runtime = tokio::runtime::Handle::try_current().map_err(|_| TrackerError::NoRuntime)?;
        let mut table = Table::new(self.rules, self.timeout, self.unread);
        let mut lanes = HashMap::new();
        for (name, source) in self.sources {
            if table.sources.iter().any(|other| other.name == name) {
                return Err(TrackerError::AmbiguousSource(name));
            }
            let lane = *lanes
                .entry(source.quota().into_owned())
                .or_insert(table.lanes.len());
            if lane == table.lanes.len() {
                let pacer = Pacer::new(self.rate).map_err(TrackerError::Rate)?;
                table.lanes.push(Lane::new(pacer, self.under_way));
            }
            table.sources.push(Source { name, source, lane });
        }
        if let Some(state) = self.state {
            if state.version != VERSION {
                return Err(TrackerError::StateVersion(state.version));
            }
            table.resume(state)?;
        }
        let shared = Arc::new(Shared::new(table));
        runtime.spawn(driver::drive(shared.clone()));
        let tracker = Tracker(Arc::new(Handle(shared.clone())));
        Ok((tracker, TrackerEvents(shared)))
    }
}

impl fmt::Debug for TrackerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sources = self.sources.iter().map(|(name, _)| name);
        f.debug_struct("TrackerBuilder")
            .field("sources", &sources.collect::<Vec<_>>())
            .field("rate", &self.rate)
            .field("timeout", &self.timeout)
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}
