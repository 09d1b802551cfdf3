//! How many retries all callers together may add.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::error::{Error, ErrorKind};

/// Tokens that there are at first, and at most: a hundred retries in a row.
const CAPACITY: u32 = 500;

/// What a retry takes. A timed-out one takes twice as much: it has held the service longest.
const COST: u32 = 5;
const TIMEOUT_COST: u32 = 10;

/// What a call that succeeds at once puts back: in an outage of many calls, retries add a fifth.
const EARNED: u32 = 1;

/// A token bucket of retries, shared by the clients of one configuration, so that an outage is not
/// made worse by everybody's retries. Its numbers are those of the AWS SDKs' standard mode.
#[derive(Debug)]
pub(crate) struct Budget(AtomicU32);

/// What a retry took.
#[derive(Debug)]
pub(crate) struct Spent(u32);

impl Budget {
    pub(crate) fn full() -> Self {
        Self(AtomicU32::new(CAPACITY))
    }

    /// Takes what a retry after this error costs, if there is enough.
    pub(crate) fn spend(&self, error: &Error) -> Option<Spent> {
        let cost = if error.kind() == ErrorKind::Timeout {
            TIMEOUT_COST
        } else {
            COST
        };
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(cost)
            })
            .ok()
            .map(|_| Spent(cost))
    }

    /// Puts back what the last retry took, since it was worth it, or else what a call earns that
    /// succeeded at once.
    pub(crate) fn succeed(&self, spent: Option<Spent>) {
        let earned = spent.map_or(EARNED, |spent| spent.0);
        let _ = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                (left < CAPACITY).then(|| (left + earned).min(CAPACITY))
            });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(kind: ErrorKind) -> Error {
        Error::new(kind, "")
    }

    #[test]
    fn retries_end_when_nothing_succeeds() {
        let budget = Budget::full();
        let retries = (0..1000).filter(|_| budget.spend(&error(ErrorKind::Connection)).is_some());
        assert_eq!(retries.count(), 100);
        let budget = Budget::full();
        let retries = (0..1000).filter(|_| budget.spend(&error(ErrorKind::Timeout)).is_some());
        assert_eq!(retries.count(), 50);
    }

    #[test]
    fn whatever_happens_retries_stay_within_their_share() {
        let seed = fastrand::u64(..);
        println!("seed {seed}");
        let mut random = fastrand::Rng::with_seed(seed);
        let budget = Budget::full();
        let (mut calls, mut lost_retries) = (0, 0);
        for _ in 0..100_000 {
            calls += 1;
            if random.f64() < 0.5 {
                budget.succeed(None);
            } else if let Some(spent) = budget.spend(&error(ErrorKind::Service)) {
                match random.bool() {
                    true => budget.succeed(Some(spent)),
                    false => lost_retries += 1,
                }
            }
            assert!(budget.0.load(Ordering::Relaxed) <= CAPACITY);
            assert!(lost_retries <= CAPACITY / COST + calls * EARNED / COST);
        }
    }
}
