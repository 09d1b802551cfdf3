//! How long jobs took, and what that says of those of the same kind.

use std::collections::HashMap;
use std::time::Duration;

use crate::{Job, Schedule};

/// How long the jobs of each service and kind took.
#[derive(Debug, Default)]
pub(super) struct Durations(HashMap<String, HashMap<String, Histogram>>);

/// Of so many kinds of one service the durations are kept; no service has nearly as many.
const MOST_KINDS: usize = 1_000;

impl Durations {
    /// Takes note of how long a job took.
    pub(super) fn learn(&mut self, job: &Job, duration: Duration) {
        let Some(kind) = &job.kind else { return };
        let kinds = self.0.entry(job.service.to_string()).or_default();
        if kinds.len() < MOST_KINDS || kinds.contains_key(kind) {
            kinds.entry(kind.clone()).or_default().add(duration);
        }
    }

    /// The time to the next poll of a job of this age, without jitter. Where nothing has been learned
    /// it is the schedule's.
    pub(super) fn interval(
        &self,
        job: Option<&Job>,
        schedule: &Schedule,
        age: Duration,
    ) -> Duration {
        let learned = job.and_then(|job| {
            let kinds = self.0.get(job.service.as_ref())?;
            kinds.get(job.kind.as_ref()?)
        });
        match learned {
            Some(histogram) if !schedule.is_initial(age) => histogram.interval(schedule, age),
            _ => schedule.interval(age),
        }
    }
}

/// Counts of durations. Each bucket ends at 1.09 times (the eighth root of 2) where it begins; the
/// first begins at nothing and ends at a bit more than a second, the last begins at 19 hours.
#[derive(Debug)]
struct Histogram([u16; BUCKETS]);

const BUCKETS: usize = 130;
const PER_DOUBLING: f64 = 8.0;
/// The natural logarithm of the ratio of a bucket's ends.
const WIDTH: f64 = std::f64::consts::LN_2 / PER_DOUBLING;

/// With so many, the older ones count half from then on: what jobs took last year says little.
const MOST: u32 = 500;

/// What is taken for granted of a kind of which nothing is known: the hazard, which is the probability
/// that a job ends within the next bit of time, for bits that are a share of its age. A quarter is that
/// of jobs whose durations are spread evenly over their logarithm, the longest about fifty times as
/// long as the shortest. As many jobs are believed to have told so as `BELIEF` says.
const PRIOR: f64 = 0.25;
const BELIEF: f64 = 2.0;

impl Default for Histogram {
    fn default() -> Self {
        Self([0; BUCKETS])
    }
}

impl Histogram {
    fn add(&mut self, duration: Duration) {
        if let Some(count) = self.0.get_mut(bucket(duration.as_secs_f64())) {
            *count += 1;
        }
        if self.0.iter().copied().map(u32::from).sum::<u32>() >= MOST {
            for count in &mut self.0 {
                *count /= 2;
            }
        }
    }

    /// The time to the next poll.
    ///
    /// If polls cost so much each, and so much each second by which an end is found late, the sum is
    /// least when the density of polls (their number in a bit of time) goes with the root of the
    /// hazard. So it is the schedule's, times the root of the hazard here over that of the prior: many
    /// polls where these jobs usually end, few before. The next poll is where the density, summed up
    /// from now on, makes one.
    fn interval(&self, schedule: &Schedule, age: Duration) -> Duration {
        let start = age.as_secs_f64();
        let first = bucket(start);
        let counts = || self.0.iter().map(|count| f64::from(*count)).skip(first);
        // How many have not ended before this bucket.
        let mut left: f64 = counts().sum();
        let (mut at, mut polls) = (start, 0.0);
        for (place, count) in (first..).zip(counts()) {
            let hazard = (count + BELIEF * PRIOR * WIDTH) / (left + BELIEF) / WIDTH;
            let usual = schedule.interval(seconds(at)).as_secs_f64();
            let density = (hazard / PRIOR).sqrt() / usual;
            let end = end_of(place);
            let step = (1.0 - polls) / density;
            if at + step <= end {
                return schedule.clamp(seconds(at + step - start));
            }
            polls += density * (end - at);
            at = end;
            left -= count;
        }
        schedule.interval(age)
    }
}

/// The place of the bucket of a duration in seconds.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn bucket(seconds: f64) -> usize {
    let place = PER_DOUBLING * seconds.max(1.0).log2();
    (place as usize).min(BUCKETS - 1)
}

/// Where a bucket ends, in seconds.
#[allow(clippy::cast_precision_loss)]
fn end_of(place: usize) -> f64 {
    ((place + 1) as f64 / PER_DOUBLING).exp2()
}

fn seconds(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::JobState;

    fn job(kind: &str) -> Job {
        Job::new("j", "cce", JobState::Succeeded).kind(kind)
    }

    /// What is learned of jobs that took about so many seconds.
    fn learned(about: f64) -> Durations {
        let mut durations = Durations::default();
        for step in -20..=20 {
            let duration = Duration::from_secs_f64(about * (f64::from(step) / 50.0).exp());
            durations.learn(&job("a"), duration);
        }
        durations
    }

    fn interval(durations: &Durations, kind: &str, age: f64) -> f64 {
        let age = Duration::from_secs_f64(age);
        let interval = durations.interval(Some(&job(kind)), &Schedule::default(), age);
        interval.as_secs_f64()
    }

    #[test]
    fn where_nothing_is_known_the_schedule_is_kept() {
        let durations = learned(600.0);
        for age in [0.0, 1.0, 2.0, 50.0, 500.0, 1e9] {
            let schedule = Schedule::default().interval(Duration::from_secs_f64(age));
            assert_eq!(interval(&durations, "b", age), schedule.as_secs_f64());
            let unseen = durations.interval(None, &Schedule::default(), seconds(age));
            assert_eq!(unseen, schedule);
        }
    }

    #[test]
    fn polls_are_dense_where_jobs_of_the_kind_end_and_sparse_before() {
        let durations = learned(200.0);
        assert!(interval(&durations, "a", 40.0) > 1.5 * interval(&durations, "b", 40.0));
        assert!(interval(&durations, "a", 200.0) < 0.5 * interval(&durations, "b", 200.0));
        // A poll before is put off no further than to where they begin to end.
        let durations = learned(20.0);
        let next = 5.0 + interval(&durations, "a", 5.0);
        assert!((8.0..20.0).contains(&next), "{next}");
    }

    #[test]
    fn floor_and_ceiling_hold_whatever_is_learned() {
        for about in [0.0, 0.5, 5.0, 300.0, 1e5, 1e12] {
            let durations = learned(about);
            for age in [2.0, 7.0, 300.0, 3_000.0, 1e5, 1e8, 1e18] {
                let interval = interval(&durations, "a", age);
                assert!(
                    (2.0..=30.0).contains(&interval),
                    "{about} {age}: {interval}"
                );
            }
        }
    }

    #[test]
    fn what_is_older_counts_less() {
        let mut durations = learned(20.0);
        for _ in 0..5_000 {
            durations.learn(&job("a"), Duration::from_secs(500));
        }
        assert!(interval(&durations, "a", 20.0) > 1.5 * interval(&durations, "b", 20.0));
    }

    #[test]
    fn kinds_without_end_are_not_kept() {
        let mut durations = Durations::default();
        for number in 0..3_000 {
            durations.learn(&job(&number.to_string()), Duration::from_secs(10));
        }
        assert_eq!(durations.0["cce"].len(), MOST_KINDS);
    }
}
