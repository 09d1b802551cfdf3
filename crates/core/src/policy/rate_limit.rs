//! A rate that callers of their own accord do not exceed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::error::{Error, ErrorKind};

/// How often a service is called at most: a number of requests in a time.
///
/// Callers get their turns in the order in which they came. Where the service throttles all the
/// same (429), the rate is halved, at most once a second and down to a sixty-fourth, and grows back
/// to what was set here in half a minute without throttling. Each endpoint has a rate of its own,
/// which the clients of one configuration share.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use huaweicloud_core::Config;
/// use huaweicloud_core::policy::RateLimit;
///
/// let limit = RateLimit::new(100, Duration::from_secs(60));
/// let config = Config::builder().region("cn-north-4").rate_limit(limit).build()?;
/// # Ok::<(), huaweicloud_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RateLimit {
    requests: u32,
    per: Duration,
}

impl RateLimit {
    /// So many requests in such a time. What one second allows may come at once.
    #[must_use]
    pub fn new(requests: u32, per: Duration) -> Self {
        Self { requests, per }
    }
}

/// How small a part of the full rate throttling leaves.
const LEAST: f64 = 1.0 / 64.0;

/// Throttled answers within this time are about requests that were sent before the last cut.
const ONE_CUT: Duration = Duration::from_secs(1);

/// How long the way back from nothing to the full rate takes.
const RECOVERY: Duration = Duration::from_secs(30);

/// The longest time from one turn to the next at the full rate; a longer one is for ever, too.
const LONGEST: Duration = Duration::from_secs(365 * 86_400);

/// When requests may be sent under a [`RateLimit`], for whoever puts many of them in order on their
/// own; the clients of a configuration need none ([`ConfigBuilder::rate_limit`]).
///
/// [`ConfigBuilder::rate_limit`]: crate::ConfigBuilder::rate_limit
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use huaweicloud_core::policy::{Pacer, RateLimit};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), huaweicloud_core::Error> {
/// let mut pacer = Pacer::new(RateLimit::new(50, Duration::from_secs(1)))?;
/// for _request in 0..3 {
///     tokio::time::sleep_until(pacer.next_turn()).await;
///     pacer.take_turn();
///     // Send it; if the service throttles, say so by pacer.throttled().
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Pacer {
    /// The time from one turn to the next at the full rate.
    interval: Duration,
    /// How far turns may run ahead of that.
    burst: Duration,
    /// When the next turn is due, bursts aside.
    next: Instant,
    /// Which part of the full rate was used, and since when it has been growing.
    fraction: f64,
    since: Instant,
    last_cut: Option<Instant>,
}

impl Pacer {
    /// Starts at the full rate.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] for no requests, or a time of zero.
    pub fn new(limit: RateLimit) -> Result<Self, Error> {
        if limit.requests == 0 || limit.per.is_zero() {
            return Err(Error::new(
                ErrorKind::Configuration,
                "a rate limit is at least one request in more than no time: leave it out to have none",
            ));
        }
        let interval = (limit.per / limit.requests).min(LONGEST);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let in_a_second = (1.0 / interval.as_secs_f64() + 1e-6) as u32;
        let now = Instant::now();
        Ok(Self {
            interval,
            burst: interval * in_a_second.saturating_sub(1),
            next: now,
            fraction: 1.0,
            since: now,
            last_cut: None,
        })
    }

    /// The earliest moment at which a request may be sent, perhaps one that has passed.
    #[must_use]
    pub fn next_turn(&self) -> Instant {
        // Whoever has just been throttled saves nothing up.
        let ahead = if self.fraction() < 1.0 {
            Duration::ZERO
        } else {
            self.burst
        };
        self.next.checked_sub(ahead).unwrap_or(self.next)
    }

    /// Notes that a request is sent now.
    pub fn take_turn(&mut self) {
        let pause = self.interval.div_f64(self.fraction());
        self.next = self.next.max(Instant::now()) + pause;
    }

    /// Slows down, since the service has throttled.
    pub fn throttled(&mut self) {
        let now = Instant::now();
        if self.last_cut.is_some_and(|cut| now - cut < ONE_CUT) {
            return;
        }
        self.fraction = (self.fraction() / 2.0).max(LEAST);
        self.since = now;
        self.last_cut = Some(now);
    }

    fn fraction(&self) -> f64 {
        let recovered = self.since.elapsed().as_secs_f64() / RECOVERY.as_secs_f64();
        (self.fraction + recovered).min(1.0)
    }
}

/// The turns of the callers of one endpoint.
#[derive(Debug)]
pub(crate) struct Limiter {
    /// Who comes first waits with it in hand; it is handed on in the order of asking.
    queue: tokio::sync::Mutex<()>,
    pacer: Mutex<Pacer>,
}

impl Limiter {
    /// Waits for a turn. Dropping the future gives it up, and the next caller has it.
    pub(crate) async fn turn(&self) {
        let _first = self.queue.lock().await;
        let due = self.pacer().next_turn();
        sleep_until(due).await;
        self.pacer().take_turn();
    }

    /// Slows down, since the service has throttled.
    pub(crate) fn throttled(&self) {
        self.pacer().throttled();
    }

    fn pacer(&self) -> MutexGuard<'_, Pacer> {
        self.pacer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The limiters of a configuration, one for each endpoint.
#[derive(Debug)]
pub(crate) struct Limiters {
    limit: RateLimit,
    all: Mutex<HashMap<String, Arc<Limiter>>>,
}

impl Limiters {
    pub(crate) fn new(limit: RateLimit) -> Result<Self, Error> {
        Pacer::new(limit).map(|_| Self {
            limit,
            all: Mutex::default(),
        })
    }

    pub(crate) fn of(&self, endpoint: &str) -> Result<Arc<Limiter>, Error> {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(limiter) = all.get(endpoint) {
            return Ok(limiter.clone());
        }
        let limiter = Arc::new(Limiter {
            queue: tokio::sync::Mutex::new(()),
            pacer: Mutex::new(Pacer::new(self.limit)?),
        });
        all.insert(endpoint.to_owned(), limiter.clone());
        Ok(limiter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limiter(requests: u32, seconds: u64) -> Arc<Limiter> {
        let limit = RateLimit::new(requests, Duration::from_secs(seconds));
        Limiters::new(limit)
            .unwrap()
            .of("https://a.example.com")
            .unwrap()
    }

    /// How long so many turns take, after the burst.
    async fn time_of(limiter: &Limiter, turns: u32) -> f64 {
        let start = Instant::now();
        for _ in 0..turns {
            limiter.turn().await;
        }
        start.elapsed().as_secs_f64()
    }

    #[tokio::test(start_paused = true)]
    async fn the_rate_is_kept_after_a_burst_of_a_second() {
        for (requests, seconds, burst) in [(10, 1, 10), (1000, 1, 1000), (100, 60, 1), (7, 1, 7)] {
            let limiter = limiter(requests, seconds);
            assert!(
                time_of(&limiter, burst).await < 0.02,
                "{requests} in {seconds} s"
            );
            let took = time_of(&limiter, 3 * requests).await;
            let expected = 3.0 * seconds as f64;
            assert!(
                (took / expected - 1.0).abs() < 0.03,
                "{requests} in {seconds} s: {took} s"
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn throttling_halves_the_rate_once_and_it_grows_back() {
        let limiter = limiter(10, 1);
        time_of(&limiter, 10).await;
        for _ in 0..100 {
            limiter.throttled();
        }
        assert!((limiter.pacer().fraction() - 0.5).abs() < 1e-9);
        // What has run ahead is waited for, too.
        assert!((time_of(&limiter, 1).await - 1.0).abs() < 0.02);
        let took = time_of(&limiter, 1).await;
        assert!((took - 0.2).abs() < 0.02, "{took}");
        tokio::time::advance(ONE_CUT).await;
        limiter.throttled();
        assert!(limiter.pacer().fraction() < 0.31);
        for _ in 0..100 {
            tokio::time::advance(ONE_CUT).await;
            limiter.throttled();
        }
        assert!(
            limiter.pacer().fraction() < 0.1,
            "never to nothing, {}",
            limiter.pacer().fraction()
        );
        tokio::time::advance(RECOVERY).await;
        assert!((limiter.pacer().fraction() - 1.0).abs() < 1e-9);
    }

    #[tokio::test(start_paused = true)]
    async fn turns_come_in_the_order_of_asking_and_a_dropped_one_is_not_lost() {
        let limiter = limiter(1, 1);
        limiter.turn().await;
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut callers = Vec::new();
        for caller in 0..20 {
            let (limiter, order) = (limiter.clone(), order.clone());
            callers.push(tokio::spawn(async move {
                limiter.turn().await;
                order.lock().unwrap().push(caller);
            }));
            tokio::task::yield_now().await;
        }
        for dropped in [0, 7, 19] {
            callers[dropped].abort();
        }
        let start = Instant::now();
        for caller in callers {
            let _ = caller.await;
        }
        let expected: Vec<_> = (0..20)
            .filter(|caller| ![0, 7, 19].contains(caller))
            .collect();
        assert_eq!(*order.lock().unwrap(), expected);
        assert!(
            start.elapsed() <= Duration::from_secs(18),
            "{:?}",
            start.elapsed()
        );
    }

    #[tokio::test(start_paused = true)]
    async fn no_rate_is_so_small_or_so_great_that_it_panics() {
        for limit in [
            RateLimit::new(1, Duration::MAX),
            RateLimit::new(u32::MAX, Duration::from_nanos(1)),
        ] {
            let mut pacer = Pacer::new(limit).unwrap();
            for _ in 0..100 {
                pacer.throttled();
                tokio::time::advance(ONE_CUT).await;
                pacer.take_turn();
                let _ = pacer.next_turn();
            }
        }
    }

    #[test]
    fn a_rate_of_nothing_is_refused() {
        for limit in [
            RateLimit::new(0, Duration::from_secs(1)),
            RateLimit::new(1, Duration::ZERO),
        ] {
            assert_eq!(
                Limiters::new(limit).unwrap_err().kind(),
                ErrorKind::Configuration
            );
        }
    }
}
