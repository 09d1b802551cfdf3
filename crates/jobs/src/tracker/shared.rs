//! What the tracker, its stream and its task share.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::table::Table;

/// What the tracker, its stream and its task share.
pub(super) struct Shared {
    table: Mutex<Table>,
    /// Has the task look at the table again.
    pub(super) wake: Notify,
    /// Cancelled once the task has ended and all polls are gone.
    pub(super) ended: CancellationToken,
}

impl Shared {
    pub(super) fn new(table: Table) -> Self {
        Self {
            table: Mutex::new(table),
            wake: Notify::new(),
            ended: CancellationToken::new(),
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn stop(&self) {
        self.lock().stop();
        self.wake.notify_one();
    }
}

/// The moment so long after another; a far one where there is none so far away.
pub(super) fn later(now: Instant, by: Duration) -> Instant {
    const FAR: Duration = Duration::from_secs(30 * 365 * 86_400);
    now.checked_add(by).unwrap_or_else(|| now + FAR)
}
