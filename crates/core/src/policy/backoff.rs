//! How long to wait between attempts.

use std::time::Duration;

/// Exponential backoff with full jitter: before the n-th retry a random time between nothing and
/// `initial * 2^(n-1)`, at most `ceiling`.
///
/// Full jitter spreads callers that failed together over the whole interval, which costs a loaded
/// service the least ("Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use huaweicloud_core::policy::Backoff;
///
/// let backoff = Backoff::new(Duration::from_millis(500), Duration::from_secs(20));
/// assert!(backoff.longest(1) == Duration::from_millis(500));
/// assert!(backoff.longest(3) == Duration::from_secs(2));
/// assert!(backoff.longest(100) == Duration::from_secs(20));
/// assert!(backoff.delay(3) <= backoff.longest(3));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Backoff {
    initial: Duration,
    ceiling: Duration,
}

impl Backoff {
    /// Waits up to `initial` before the first retry, twice as long before each further one, and
    /// never longer than `ceiling`.
    #[must_use]
    pub const fn new(initial: Duration, ceiling: Duration) -> Self {
        Self { initial, ceiling }
    }

    /// The longest wait before a retry; the first retry is 1.
    #[must_use]
    pub fn longest(&self, retry: u32) -> Duration {
        let doublings = retry.saturating_sub(1).min(31);
        self.initial
            .saturating_mul(1 << doublings)
            .min(self.ceiling)
    }

    /// A random wait before a retry; the first retry is 1.
    #[must_use]
    pub fn delay(&self, retry: u32) -> Duration {
        self.longest(retry).mul_f64(fastrand::f64())
    }
}

/// Half a second at first: a service that throttles or restarts seldom recovers faster. Twenty
/// seconds at most: longer pauses no longer spare the service, and keep the caller waiting.
impl Default for Backoff {
    fn default() -> Self {
        Self::new(Duration::from_millis(500), Duration::from_secs(20))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_fill_the_interval_and_stay_in_it() {
        let backoff = Backoff::default();
        for retry in [1, 2, 5, 6, 7, 40, u32::MAX] {
            let longest = backoff.longest(retry);
            assert!(longest <= Duration::from_secs(20));
            let delays: Vec<_> = (0..1000).map(|_| backoff.delay(retry)).collect();
            assert!(delays.iter().all(|delay| *delay <= longest));
            // One in 2^1000 that a thousand of them miss a half.
            assert!(delays.iter().any(|delay| *delay < longest / 2), "{retry}");
            assert!(delays.iter().any(|delay| *delay > longest / 2), "{retry}");
        }
    }

    #[test]
    fn nothing_overflows() {
        let backoff = Backoff::new(Duration::MAX, Duration::MAX);
        assert_eq!(backoff.longest(u32::MAX), Duration::MAX);
        assert_eq!(
            Backoff::new(Duration::ZERO, Duration::ZERO).delay(3),
            Duration::ZERO
        );
    }
}
