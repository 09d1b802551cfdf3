//! What time it is at the service.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

/// A difference that is worth signing again for: well below the 15 minutes that the gateway grants,
/// well above what a request takes.
const WORTH_MENDING: i64 = 5 * 60;

/// The machine's clock, and how far the services' is ahead of it. A machine whose clock is off is
/// refused until somebody mends it; the offset learnt from a refusal is kept, so that only the first
/// call pays for it.
#[derive(Debug, Default)]
pub(crate) struct ServiceClock {
    ahead_seconds: AtomicI64,
}

impl ServiceClock {
    /// The time that a service would call now.
    pub(crate) fn now(&self) -> SystemTime {
        let now = SystemTime::now();
        let ahead = self.ahead_seconds();
        let distance = Duration::from_secs(ahead.unsigned_abs());
        let shifted = if ahead < 0 {
            now.checked_sub(distance)
        } else {
            now.checked_add(distance)
        };
        shifted.unwrap_or(now)
    }

    /// How many seconds the services' clock is ahead, as far as is known.
    pub(crate) fn ahead_seconds(&self) -> i64 {
        self.ahead_seconds.load(Ordering::Relaxed)
    }

    /// Learns from the date of a refusal, and says whether what was signed when the clock was known
    /// to be so far ahead is worth signing again: of calls that are refused together, the first one
    /// teaches the clock, and all of them are.
    pub(crate) fn learn(&self, date: SystemTime, signed_with: i64) -> bool {
        let ahead = seconds_between(SystemTime::now(), date);
        if ahead.saturating_sub(signed_with).saturating_abs() < WORTH_MENDING {
            return false;
        }
        self.ahead_seconds.store(ahead, Ordering::Relaxed);
        true
    }
}

/// From one time to another; negative when the other is before.
fn seconds_between(from: SystemTime, to: SystemTime) -> i64 {
    let seconds = |duration: Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
    match to.duration_since(from) {
        Ok(ahead) => seconds(ahead),
        Err(behind) => -seconds(behind.duration()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_is_learnt_when_it_matters_and_unlearnt_when_the_clock_is_mended() {
        for ahead in [3600, -3600, 86_400 * 365] {
            let clock = ServiceClock::default();
            let there = |seconds: i64| {
                let distance = Duration::from_secs(seconds.unsigned_abs());
                let now = SystemTime::now();
                if seconds < 0 {
                    now - distance
                } else {
                    now + distance
                }
            };
            assert!(
                !clock.learn(there(100), 0),
                "within what the gateway grants"
            );
            assert!(clock.learn(there(ahead), 0));
            assert!(seconds_between(there(ahead), clock.now()).abs() < 5);
            assert!(clock.learn(there(ahead), 0), "signed before it was known");
            let known = clock.ahead_seconds();
            assert!(!clock.learn(there(ahead), known), "signed when it was");
            assert!(clock.learn(there(0), known));
            assert!(seconds_between(there(0), clock.now()).abs() < 5);
        }
    }
}
