//! The time of jobs: tokio's clock, which a test may pause, made faster or put ahead.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use super::JobError;

/// How much time of jobs has passed since the emulator started.
#[derive(Debug)]
pub(crate) struct JobClock {
    /// What dates the times in answers: the emulator's now when it started.
    zero: Timestamp,
    anchor: Mutex<Anchor>,
}

/// The last moment at which the clock was set.
#[derive(Debug, Clone, Copy)]
struct Anchor {
    at: Instant,
    passed: Duration,
    speed: f64,
}

impl JobClock {
    /// A clock that starts now.
    pub(crate) fn new(zero: Timestamp, speed: f64) -> Result<Self, JobError> {
        let anchor = Anchor {
            at: Instant::now(),
            passed: Duration::ZERO,
            speed: checked(speed)?,
        };
        Ok(Self {
            zero,
            anchor: Mutex::new(anchor),
        })
    }

    pub(crate) fn now(&self) -> Duration {
        self.lock().now()
    }

    /// The date of a time of this clock.
    pub(crate) fn date(&self, time: Duration) -> Timestamp {
        let since = SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
        self.zero.saturating_add(since).unwrap_or(Timestamp::MAX)
    }

    pub(crate) fn set_speed(&self, speed: f64) -> Result<(), JobError> {
        let speed = checked(speed)?;
        let mut anchor = self.lock();
        *anchor = Anchor {
            speed,
            ..anchor.moved()
        };
        Ok(())
    }

    pub(crate) fn advance(&self, by: Duration) {
        let mut anchor = self.lock();
        let moved = anchor.moved();
        *anchor = Anchor {
            passed: moved.passed.saturating_add(by),
            ..moved
        };
    }

    fn lock(&self) -> MutexGuard<'_, Anchor> {
        self.anchor.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Anchor {
    fn now(&self) -> Duration {
        let passed = self.at.elapsed().as_secs_f64() * self.speed;
        let passed = Duration::try_from_secs_f64(passed).unwrap_or(Duration::MAX);
        self.passed.saturating_add(passed)
    }

    /// The same clock, set at this moment.
    fn moved(&self) -> Self {
        Self {
            at: Instant::now(),
            passed: self.now(),
            speed: self.speed,
        }
    }
}

fn checked(speed: f64) -> Result<f64, JobError> {
    if speed.is_finite() && speed >= 0.0 {
        Ok(speed)
    } else {
        Err(JobError::InvalidSpeed(speed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_goes_at_its_speed_and_jumps() {
        let clock = JobClock::new(Timestamp::UNIX_EPOCH, 1.0).unwrap();
        tokio::time::advance(Duration::from_millis(1_500)).await;
        assert_eq!(clock.now(), Duration::from_millis(1_500));
        clock.set_speed(60.0).unwrap();
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(clock.now(), Duration::from_millis(121_500));
        clock.advance(Duration::from_secs(1));
        assert_eq!(clock.now(), Duration::from_millis(122_500));
        clock.set_speed(0.0).unwrap();
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(clock.now(), Duration::from_millis(122_500));
        assert_eq!(clock.date(clock.now()).as_millisecond(), 122_500);
    }

    #[tokio::test(start_paused = true)]
    async fn no_time_and_no_speed_is_too_great() {
        let clock = JobClock::new(Timestamp::UNIX_EPOCH, f64::MAX).unwrap();
        tokio::time::advance(Duration::from_secs(2)).await;
        clock.advance(Duration::MAX);
        assert_eq!(clock.now(), Duration::MAX);
        assert_eq!(clock.date(clock.now()), Timestamp::MAX);
        for speed in [-1.0, f64::NAN, f64::INFINITY] {
            assert!(clock.set_speed(speed).is_err(), "{speed}");
        }
    }
}
