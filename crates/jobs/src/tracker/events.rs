//! What happens to the jobs of a tracker, as one stream.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;
use serde::{Deserialize, Serialize};

use super::shared::Shared;
use super::state::TrackerState;
use crate::Event;

/// What happened to one of the jobs of a [`Tracker`](crate::Tracker).
///
/// # JSON
///
/// The form is stable, as that of [`Event`] is. One is one line.
///
/// ```
/// # let lines = r##"
/// {"source":"cce","id":"354331b2","event":{"event":"done","outcome":"succeeded"}}
/// # "##;
/// # for line in lines.trim().lines() {
/// #     let tracked: huaweicloud_jobs::Tracked = serde_json::from_str(line)?;
/// #     assert_eq!(serde_json::to_string(&tracked)?, line);
/// # }
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Tracked {
    /// The name of the source, as it was given to the builder.
    pub source: String,
    /// The id of the job.
    pub id: String,
    /// What happened.
    pub event: Event,
}

/// What happens to the jobs of a [`Tracker`](crate::Tracker): a stream of [`Tracked`] events, those
/// of a job in their order.
///
/// It ends when the tracker was shut down, or has been dropped and its last job has ended.
#[must_use = "a tracker whose events are dropped stops"]
pub struct TrackerEvents(pub(super) Arc<Shared>);

impl TrackerEvents {
    /// All that is known, for a process that goes on from here by
    /// [`TrackerBuilder::resume`](crate::TrackerBuilder::resume).
    ///
    /// The events that were taken from the stream are not in it, and those that were not are. So who
    /// stores the state together with what became of the events taken before it, such as in one
    /// transaction, misses no change and sees none twice, whenever the process dies. What was taken
    /// from the stream after the state that was stored last is told again, as far as it still is so.
    ///
    /// This copies what is known of every job; meanwhile the tracker stands still.
    ///
    /// # Example
    ///
    /// ```
    /// use huaweicloud_jobs::{Tracker, TrackerState};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let (_tracker, mut events) = Tracker::builder().start()?;
    /// let json = serde_json::to_string(&events.state())?;
    /// // Later, in another process:
    /// let state: TrackerState = serde_json::from_str(&json)?;
    /// let (_tracker, _events) = Tracker::builder().resume(state).start()?;
    /// # Ok(())
    /// # }
    /// ```
    // By `&mut`, since it means nothing while another task takes events.
    #[must_use]
    pub fn state(&mut self) -> TrackerState {
        let state = self.0.lock().state();
        state.sorted()
    }
}

impl Stream for TrackerEvents {
    type Item = Tracked;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Tracked>> {
        let mut table = self.0.lock();
        let was_full = table.outbox.is_full();
        let polled = table.outbox.poll_next(context);
        if was_full && !table.outbox.is_full() {
            self.0.wake.notify_one();
        }
        polled
    }
}

impl Drop for TrackerEvents {
    fn drop(&mut self) {
        self.0.stop();
    }
}

impl fmt::Debug for TrackerEvents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrackerEvents")
            .field("jobs", &self.0.lock().len())
            .finish_non_exhaustive()
    }
}
