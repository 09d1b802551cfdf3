//! How often a job is looked up.

use std::time::Duration;

/// How often a job is looked up: the older it is, the more seldom.
///
/// The interval is a share of the job's age (the time for which it has been followed), so its end is
/// found late by a share of its duration: a job of ten seconds is not kept waiting for a minute, and
/// one of half an hour is not asked about a thousand times. With the defaults the delay is, on
/// average over jobs between 5 seconds and half an hour, 6 % of the duration. A loop with a fixed
/// interval that is as prompt makes three times as many requests.
///
/// | setting | default | because |
/// |---|---|---|
/// | [`initial_delay`](Self::initial_delay) | 2 s | no job of these services ends sooner |
/// | [`growth`](Self::growth) | 0.1 | a tenth of a job's duration is not noticed |
/// | [`floor`](Self::floor) | 2 s | jobs that start together must not use up their quota at once |
/// | [`ceiling`](Self::ceiling) | 30 s | after half an hour, people wait for the answer |
/// | [`jitter`](Self::jitter) | 0.1 | jobs that start together shall not be asked about together |
///
/// The cloud throttles those who ask often: fixed intervals of other clients, such as this cloud's
/// provider of Terraform, had to be lengthened again and again.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use huaweicloud_jobs::Schedule;
///
/// let schedule = Schedule::default();
/// let seconds = Duration::from_secs;
/// assert_eq!(schedule.interval(seconds(0)), seconds(2));
/// assert_eq!(schedule.interval(seconds(100)), seconds(10));
/// assert_eq!(schedule.interval(seconds(3600)), seconds(30));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Schedule {
    initial_delay: Duration,
    growth: f64,
    floor: Duration,
    ceiling: Duration,
    jitter: f64,
}

impl Default for Schedule {
    fn default() -> Self {
        Self {
            initial_delay: Duration::from_secs(2),
            growth: 0.1,
            floor: Duration::from_secs(2),
            ceiling: Duration::from_secs(30),
            jitter: 0.1,
        }
    }
}

/// Keeps a schedule of zeros from asking without a pause.
const SHORTEST: Duration = Duration::from_millis(1);

impl Schedule {
    /// Sets the time before the first poll; zero asks at once, as for a job that has been under way
    /// for long.
    #[must_use]
    pub fn initial_delay(mut self, delay: Duration) -> Self {
        self.initial_delay = delay;
        self
    }

    /// Sets the interval as a share of the age; 0 makes it the floor, always.
    #[must_use]
    pub fn growth(mut self, share: f64) -> Self {
        self.growth = share;
        self
    }

    /// Sets the shortest interval; at least a millisecond.
    #[must_use]
    pub fn floor(mut self, floor: Duration) -> Self {
        self.floor = floor;
        self
    }

    /// Sets the longest interval; it prevails over the floor.
    #[must_use]
    pub fn ceiling(mut self, ceiling: Duration) -> Self {
        self.ceiling = ceiling;
        self
    }

    /// Sets the share of an interval, 0 to 1, by which it is lengthened at random.
    #[must_use]
    pub fn jitter(mut self, share: f64) -> Self {
        self.jitter = share;
        self
    }

    /// The time to the next poll of a job that has been followed for so long, without jitter.
    #[must_use]
    pub fn interval(&self, age: Duration) -> Duration {
        if self.is_initial(age) {
            return self.initial_delay.saturating_sub(age);
        }
        // What is no duration (a negative share, an endless one) is cut to the ends.
        let share = age.as_secs_f64() * self.growth;
        let share = Duration::try_from_secs_f64(share).unwrap_or(match share > 0.0 {
            true => Duration::MAX,
            false => Duration::ZERO,
        });
        self.clamp(share)
    }

    /// Whether a job of this age has not come to its first poll.
    pub(crate) fn is_initial(&self, age: Duration) -> bool {
        age < self.initial_delay
    }

    /// Brings an interval between the floor and the ceiling.
    pub(crate) fn clamp(&self, interval: Duration) -> Duration {
        interval.max(self.floor).min(self.ceiling).max(SHORTEST)
    }

    /// The time to the next poll, with jitter: at least the interval.
    #[must_use]
    pub fn delay(&self, age: Duration) -> Duration {
        self.lengthen(self.interval(age))
    }

    /// The time to the first poll, with jitter.
    pub(crate) fn first(&self) -> Duration {
        self.lengthen(self.initial_delay)
    }

    /// Adds jitter to an interval.
    pub(crate) fn lengthen(&self, interval: Duration) -> Duration {
        let jitter = if self.jitter > 0.0 {
            self.jitter.min(1.0)
        } else {
            0.0
        };
        let added = interval.as_secs_f64() * jitter * fastrand::f64();
        let added = Duration::try_from_secs_f64(added).unwrap_or_default();
        interval.saturating_add(added)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn intervals_stay_between_their_bounds() {
        let schedule = Schedule::default();
        let intervals: Vec<f64> = [0.0, 0.5, 2.0, 20.0, 50.0, 299.0, 301.0, 1e6]
            .map(|age| {
                schedule
                    .interval(Duration::from_secs_f64(age))
                    .as_secs_f64()
            })
            .into();
        assert_eq!(intervals, [2.0, 1.5, 2.0, 2.0, 5.0, 29.9, 30.0, 30.0]);

        let now = schedule.initial_delay(Duration::ZERO);
        assert_eq!(now.interval(Duration::ZERO), 2 * SECOND);
        let zeros = now.floor(Duration::ZERO).growth(0.0);
        assert_eq!(zeros.interval(SECOND), SHORTEST);
        let crossed = now.floor(20 * SECOND).ceiling(10 * SECOND);
        assert_eq!(crossed.interval(SECOND), 10 * SECOND);
        for (growth, seconds) in [(f64::NAN, 2), (-1.0, 2), (f64::INFINITY, 30), (1e300, 30)] {
            assert_eq!(
                now.growth(growth).interval(SECOND),
                seconds * SECOND,
                "{growth}"
            );
        }
        assert_eq!(schedule.interval(Duration::MAX), 30 * SECOND);
    }

    #[test]
    fn jitter_only_lengthens() {
        let age = 100 * SECOND;
        for _ in 0..1_000 {
            let delay = Schedule::default().delay(age).as_secs_f64();
            assert!((10.0..=11.0).contains(&delay), "{delay}");
            for jitter in [0.0, -1.0, f64::NAN] {
                assert_eq!(Schedule::default().jitter(jitter).delay(age), 10 * SECOND);
            }
            assert!(Schedule::default().jitter(7.0).delay(age) <= 20 * SECOND);
            assert!(
                Schedule::default()
                    .initial_delay(Duration::MAX)
                    .delay(SECOND)
                    > age
            );
        }
    }

    /// The polls that a schedule spends on a job of this duration, and how late it finds the end.
    fn follow(schedule: &Schedule, duration: Duration) -> (f64, f64) {
        let (mut age, mut polls) = (Duration::ZERO, 0.0);
        while age < duration {
            age += schedule.delay(age);
            polls += 1.0;
        }
        (polls, (age - duration).as_secs_f64())
    }

    /// Durations spread evenly over their logarithm, from 5 seconds to half an hour.
    fn durations() -> impl Iterator<Item = Duration> {
        (0..10_000).map(|step| {
            let place = (f64::from(step) + 0.5) / 10_000.0;
            Duration::from_secs_f64(5.0 * 360_f64.powf(place))
        })
    }

    /// The means, over jobs, of the polls, of the delay in seconds, and of the delay as a share of
    /// the duration.
    fn means(schedule: &Schedule) -> (f64, f64, f64) {
        let (mut polls, mut delay, mut share) = (0.0, 0.0, 0.0);
        for duration in durations() {
            let (spent, late) = follow(schedule, duration);
            polls += spent / 10_000.0;
            delay += late / 10_000.0;
            share += late / duration.as_secs_f64() / 10_000.0;
        }
        (polls, delay, share)
    }

    #[test]
    fn a_fixed_interval_that_is_as_prompt_takes_twice_the_polls() {
        let (polls, delay, share) = means(&Schedule::default());
        // A loop of interval T is late by T/2 on average and makes D/T polls of a job of duration D.
        let mean = |of: fn(f64) -> f64| {
            durations()
                .map(|duration| of(duration.as_secs_f64()))
                .sum::<f64>()
                / 10_000.0
        };
        let interval = 2.0 * share / mean(|duration| 1.0 / duration);
        let fixed = mean(|duration| duration) / interval;
        println!("{polls:.1} polls, late by {delay:.1} s and {share:.3} of the duration");
        println!("{fixed:.1} polls every {interval:.2} s");
        assert!(polls <= fixed / 2.0, "{polls} of {fixed}");
        assert!(share < 0.06, "{share}");
    }
}
