//! Many jobs, followed at once.

mod builder;
mod driver;
mod durations;
mod entry;
mod error;
mod events;
mod lane;
mod outbox;
mod resume;
mod shared;
mod state;
mod table;

use std::fmt;
use std::sync::Arc;

pub use self::builder::TrackerBuilder;
pub use self::error::TrackerError;
pub use self::events::{Tracked, TrackerEvents};
pub use self::state::TrackerState;

use self::shared::Shared;

/// Follows many jobs at once, of several services, regions and accounts.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use futures_util::StreamExt as _;
/// use huaweicloud_jobs::Tracker;
///
/// let cce = huaweicloud_cce::Client::new(
///     &huaweicloud_cce::Config::builder().region("cn-north-4").load().await?,
/// )?;
/// let eip = huaweicloud_eip::Client::new(
///     &huaweicloud_eip::Config::builder().region("cn-north-4").load().await?,
/// )?;
/// let (tracker, mut events) = Tracker::builder().source("cce", cce).source("eip", eip).start()?;
/// tracker.add("cce", "354331b2c-229a-11e8-9c75-0255ac100ceb")?;
/// tracker.add("eip", "ff808082843684110184e155fdb36461")?;
/// drop(tracker); // No more jobs will come: the stream ends with the last of these.
/// while let Some(tracked) = events.next().await {
///     println!("{}", serde_json::to_string(&tracked)?);
/// }
/// # Ok(())
/// # }
/// ```
///
/// - The polls of all jobs with the same [quota](crate::JobSource::quota) share one budget,
///   [`rate`](TrackerBuilder::rate), which is never exceeded. Whose poll has been due for the longest
///   comes first. Other quotas are not held up.
/// - It learns how long jobs of each kind take, and asks more often when they usually end, less often
///   before. Until then the [schedule](TrackerBuilder::schedule) is kept as it is, its floor and
///   ceiling always.
/// - When the service throttles (429), the polls of that quota slow down, and pause for as long as
///   the service asks. It is no failure of the job that was asked about, and no event.
/// - What happens is told by [`TrackerEvents`], each job's end by [`Event::Done`](crate::Event::Done),
///   with which the job is forgotten. While nobody reads, nothing is asked.
/// - [`TrackerEvents::state`] is what is known; with [`TrackerBuilder::resume`] another process goes
///   on from there.
///
/// It can be cloned: all clones are the same tracker. Once all of them have been dropped no job can be
/// added, and the stream ends with the last job. Dropping the stream ends the tracker at once.
#[derive(Clone)]
pub struct Tracker(Arc<Handle>);

/// What all clones share. The last one takes leave.
struct Handle(Arc<Shared>);

impl Tracker {
    /// Begins a tracker.
    pub fn builder() -> TrackerBuilder {
        TrackerBuilder::new()
    }

    /// Follows a job from now on. One that is followed already goes on as it was.
    ///
    /// # Errors
    ///
    /// [`TrackerError::UnknownSource`] if no source has this name, and [`TrackerError::Stopped`].
    pub fn add(&self, source: &str, id: &str) -> Result<(), TrackerError> {
        let added = self.shared().lock().add(source, id);
        self.shared().wake.notify_one();
        added
    }

    /// Follows a job no more. Its last event is [`Done`](crate::Event::Done) with
    /// [`Cancelled`](crate::Outcome::Cancelled); the job itself goes on. Returns whether it was followed.
    pub fn remove(&self, source: &str, id: &str) -> bool {
        let removed = self.shared().lock().remove(source, id);
        self.shared().wake.notify_one();
        removed
    }

    /// How many jobs are followed.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shared().lock().len()
    }

    /// Whether no job is followed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Stops: nothing more is asked, and polls under way are dropped. The stream ends after the events
    /// that there are, and its [`state`](TrackerEvents::state) still has all jobs.
    ///
    /// Returns once all polls are gone.
    ///
    /// # Example
    ///
    /// ```
    /// use huaweicloud_jobs::{Tracker, TrackerError};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), TrackerError> {
    /// let (tracker, _events) = Tracker::builder().start()?;
    /// tracker.shutdown().await;
    /// assert!(matches!(tracker.add("cce", "354331b2"), Err(TrackerError::Stopped)));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn shutdown(&self) {
        self.shared().stop();
        self.shared().ended.cancelled().await;
    }

    fn shared(&self) -> &Shared {
        &self.0.0
    }
}

impl fmt::Debug for Tracker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tracker")
            .field("jobs", &self.len())
            .finish_non_exhaustive()
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.0.lock().no_more();
        self.0.wake.notify_one();
    }
}
