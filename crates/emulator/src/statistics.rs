//! What the emulator counts, for tests that run long.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// What an emulator has counted since it started: see
/// [`Emulator::statistics`](crate::Emulator::statistics).
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let emulator = huaweicloud_emulator::Emulator::builder().start().await?;
/// let config = huaweicloud_iam::Config::builder()
///     .endpoint(emulator.url())
///     .credentials(emulator.access_key().clone())
///     .build()?;
/// let iam = huaweicloud_iam::Client::new(&config)?;
/// iam.keystone_list_projects().send().await?;
///
/// let statistics = emulator.statistics();
/// assert_eq!(statistics.requests(), 1);
/// assert_eq!(statistics.requests_of("KeystoneListProjects"), 1);
/// assert_eq!(statistics.connections_accepted(), 1);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statistics {
    requests: u64,
    operations: BTreeMap<&'static str, u64>,
    faults: u64,
    connections_open: u64,
    connections_accepted: u64,
}

impl Statistics {
    /// The requests received, refused ones and those that met a fault included.
    pub fn requests(&self) -> u64 {
        self.requests
    }

    /// The requests of one operation, by its official name, such as `ShowJob`.
    pub fn requests_of(&self, operation_id: &str) -> u64 {
        self.operations.get(operation_id).copied().unwrap_or(0)
    }

    /// The operations that were asked for, and how often. Requests that no operation matches are
    /// only in the sum.
    pub fn operations(&self) -> impl Iterator<Item = (&'static str, u64)> + '_ {
        self.operations.iter().map(|(id, count)| (*id, *count))
    }

    /// How often a rule struck, latencies included.
    pub fn faults(&self) -> u64 {
        self.faults
    }

    /// The connections open now. The end of one counts once the emulator has noticed it, which can
    /// be a moment after the client closed it.
    pub fn connections_open(&self) -> u64 {
        self.connections_open
    }

    /// The connections accepted.
    pub fn connections_accepted(&self) -> u64 {
        self.connections_accepted
    }
}

/// The counting itself.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    requests: AtomicU64,
    operations: Mutex<BTreeMap<&'static str, u64>>,
    faults: AtomicU64,
    connections_open: AtomicU64,
    connections_accepted: AtomicU64,
}

impl Counters {
    pub(crate) fn request(&self, operation_id: Option<&'static str>) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        if let Some(id) = operation_id {
            let mut operations = self
                .operations
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            *operations.entry(id).or_default() += 1;
        }
    }

    pub(crate) fn faults(&self, struck: u64) {
        self.faults.fetch_add(struck, Ordering::Relaxed);
    }

    /// A connection that is open for as long as what this returns.
    pub(crate) fn connection(&self) -> OpenConnection<'_> {
        self.connections_accepted.fetch_add(1, Ordering::Relaxed);
        self.connections_open.fetch_add(1, Ordering::Relaxed);
        OpenConnection(self)
    }

    pub(crate) fn statistics(&self) -> Statistics {
        Statistics {
            requests: self.requests.load(Ordering::Relaxed),
            operations: self
                .operations
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone(),
            faults: self.faults.load(Ordering::Relaxed),
            connections_open: self.connections_open.load(Ordering::Relaxed),
            connections_accepted: self.connections_accepted.load(Ordering::Relaxed),
        }
    }
}

/// One connection, counted as open until it is dropped.
pub(crate) struct OpenConnection<'a>(&'a Counters);

impl Drop for OpenConnection<'_> {
    fn drop(&mut self) {
        self.0.connections_open.fetch_sub(1, Ordering::Relaxed);
    }
}
