//! The time by which jobs tell when they began.

use std::time::{Duration, Instant};

use huaweicloud_jobs::jiff::{SignedDuration, Timestamp};

/// The clock of the one who runs the job: the emulator's is faster than the machine's.
#[derive(Clone, Copy)]
pub(crate) struct Clock {
    zero: Timestamp,
    at: Instant,
    speed: f64,
}

impl Clock {
    /// A clock that shows this time now.
    pub(crate) fn new(zero: Timestamp, speed: f64) -> Self {
        Self {
            zero,
            at: Instant::now(),
            speed,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        let passed =
            SignedDuration::try_from_secs_f64(self.at.elapsed().as_secs_f64() * self.speed);
        self.zero
            .saturating_add(passed.unwrap_or(SignedDuration::MAX))
            .unwrap_or(Timestamp::MAX)
    }

    /// For how long it has gone since this time; before it, not at all.
    pub(crate) fn since(&self, begin: Option<Timestamp>) -> Duration {
        let passed = self.now().duration_since(begin.unwrap_or(self.zero));
        Duration::try_from(passed).unwrap_or_default()
    }
}

/// A duration in words, to the second: `14m 3s`.
pub(crate) fn words(duration: Duration) -> String {
    let seconds = i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
    format!("{:#}", SignedDuration::from_secs(seconds))
}
