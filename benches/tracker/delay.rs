//! How late ends are found, for how many polls, beside a loop with a fixed interval. The clock is
//! paused, so it takes no time and hangs on no machine.

use std::time::Duration;

use fastrand::Rng;
use huaweicloud_jobs::Schedule;

use crate::Outcome;
use crate::virtual_jobs::{Means, VirtualJob, follow};

pub(crate) fn run() -> Outcome<()> {
    println!("jobs of 5 s to 30 min, short ones as likely as long ones: means a job");
    compare(unlike, 0)?;
    println!(
        "jobs of 60 such kinds, within a kind log-normal with a sigma of 0.25; of each kind 50"
    );
    println!("have been seen when the counting begins");
    compare(alike, 50 * KINDS)
}

/// Follows jobs, the same ones each time, with a tracker and with fixed intervals.
fn compare(jobs: fn() -> Vec<VirtualJob>, skipped: usize) -> Outcome<()> {
    header();
    let means = follow(Schedule::default(), jobs(), skipped)?;
    row("tracker", &means);
    // A loop of interval T is late by T/2 on average.
    let inverse = |job: &VirtualJob| 1.0 / job.duration.as_secs_f64();
    let jobs_counted = jobs().split_off(skipped);
    let mean = jobs_counted.iter().map(inverse).sum::<f64>() / jobs_counted.len() as f64;
    for (name, interval) in [
        ("fixed loop, as late by share", 2.0 * means.share / mean),
        ("fixed loop, as late in seconds", 2.0 * means.delay),
    ] {
        let means = follow(fixed(interval), jobs(), skipped)?;
        row(&format!("{name:<33} {interval:>6.2}s"), &means);
    }
    println!();
    Ok(())
}

fn header() {
    println!(
        "{:<32} {:>8} {:>10} {:>8} {:>8}",
        "", "interval", "polls", "late, s", "share"
    );
}

fn row(name: &str, means: &Means) {
    let Means {
        polls,
        delay,
        share,
    } = means;
    println!("{name:<43} {polls:>10.1} {delay:>8.2} {share:>8.3}");
}

fn fixed(interval: f64) -> Schedule {
    let interval = Duration::from_secs_f64(interval);
    let schedule = Schedule::default().initial_delay(interval).jitter(0.0);
    schedule.floor(interval).ceiling(interval)
}

/// Seconds from 5 to 1800, evenly spread over their logarithm.
fn seconds(place: f64) -> f64 {
    5.0 * 360_f64.powf(place)
}

/// Each of a kind of its own, all at once.
fn unlike() -> Vec<VirtualJob> {
    let mut random = Rng::with_seed(7);
    let job = |number: usize| VirtualJob {
        kind: number.to_string(),
        duration: Duration::from_secs_f64(seconds(random.f64())),
        starts: Duration::ZERO,
    };
    (0..2_000).map(job).collect()
}

const KINDS: usize = 60;

/// 200 of each kind, one after the other every 100 seconds.
fn alike() -> Vec<VirtualJob> {
    let mut random = Rng::with_seed(7);
    let job = |number: usize| {
        let kind = number % KINDS;
        let median = seconds((kind as f64 + 0.5) / KINDS as f64);
        let factor = (0.25 * normal(&mut random)).exp();
        VirtualJob {
            kind: kind.to_string(),
            duration: Duration::from_secs_f64(median * factor),
            starts: Duration::from_secs(100 * (number / KINDS) as u64),
        }
    };
    (0..200 * KINDS).map(job).collect()
}

/// A normal deviate, by Box and Muller.
fn normal(random: &mut Rng) -> f64 {
    let radius = (-2.0 * (1.0 - random.f64()).ln()).sqrt();
    radius * (std::f64::consts::TAU * random.f64()).cos()
}
