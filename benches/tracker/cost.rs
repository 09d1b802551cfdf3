//! The memory and the time of a tracker itself: its source answers at once, in the same process.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::{FutureExt as _, StreamExt as _};
use huaweicloud_jobs::{
    Job, JobFuture, JobSource, JobState, RateLimit, Resource, Schedule, Tracker, TrackerEvents,
};

use crate::{Outcome, resident, thread_time};

#[derive(Clone, Default)]
struct Ready(Arc<AtomicUsize>);

impl Ready {
    fn polls(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// A job as CCE tells of one with two sub-jobs.
fn job(id: &str) -> Job {
    let sub_job =
        |number| Job::new(format!("{id}-{number}"), "ready", JobState::Running).kind("CreateNode");
    Job::new(id, "ready", JobState::Running)
        .kind("CreateCluster")
        .resource(Resource::new().id(id).name("a-cluster"))
        .sub_job(sub_job(1))
        .sub_job(sub_job(2))
}

impl JobSource for Ready {
    fn service(&self) -> &str {
        "ready"
    }

    fn job<'a>(&'a self, id: &'a str) -> JobFuture<'a> {
        self.0.fetch_add(1, Ordering::Relaxed);
        std::future::ready(Ok(job(id))).boxed()
    }
}

fn start(source: &Ready, floor: Duration) -> Outcome<(Tracker, TrackerEvents)> {
    let schedule = Schedule::default()
        .initial_delay(Duration::from_millis(1))
        .floor(floor)
        .ceiling(floor);
    Ok(Tracker::builder()
        .schedule(schedule)
        .rate(RateLimit::new(10_000_000, Duration::from_secs(1)))
        .source("ready", source.clone())
        .start()?)
}

pub(crate) fn run(jobs: usize) -> Outcome<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(memory(jobs))?;
    runtime.block_on(time(jobs))
}

fn ids(jobs: usize) -> Vec<String> {
    let id = |number| format!("354331b2c-229a-11e8-9c75-{number:012}");
    (0..jobs).map(id).collect()
}

/// The resident size before, with the tracker when it has asked about each job once, and with a copy
/// of all jobs besides, which is as large as the jobs' own data in the tracker.
async fn memory(jobs: usize) -> Outcome<()> {
    let ids = ids(jobs);
    let source = Ready::default();
    let before = resident()?;
    let (tracker, mut events) = start(&source, Duration::from_secs(3600))?;
    for id in &ids {
        tracker.add("ready", id)?;
    }
    // Three events a job.
    for _ in 0..3 * jobs {
        events.next().await.ok_or("the tracker has stopped")?;
    }
    let tracked = resident()?;
    let copies: Vec<Job> = ids.iter().map(|id| job(id)).collect();
    let copied = resident()?;
    let of_job = |bytes: u64| bytes as f64 / jobs as f64;
    let (all, own) = (of_job(tracked - before), of_job(copied - tracked));
    println!(
        "memory of {} jobs, by the resident size, in bytes a job",
        copies.len()
    );
    println!("{:<48} {all:>8.0}", "in the tracker");
    println!(
        "{:<48} {own:>8.0}",
        "of these, a copy of the job (with 2 sub-jobs)"
    );
    println!("{:<48} {:>8.0}\n", "beyond it", all - own);
    Ok(())
}

async fn time(jobs: usize) -> Outcome<()> {
    let source = Ready::default();
    let (tracker, mut events) = start(&source, Duration::from_millis(1))?;
    for id in ids(jobs) {
        tracker.add("ready", &id)?;
    }
    for _ in 0..3 * jobs {
        events.next().await.ok_or("the tracker has stopped")?;
    }
    let (polls, started, cpu) = (source.polls(), Instant::now(), thread_time());
    tokio::time::sleep(Duration::from_secs(5)).await;
    let polls = (source.polls() - polls) as f64;
    let (elapsed, cpu) = (started.elapsed(), thread_time() - cpu);
    println!("time of the tracker itself, with {jobs} jobs of which nothing changes");
    println!(
        "{:<48} {:>8.0}",
        "polls a second",
        polls / elapsed.as_secs_f64()
    );
    println!(
        "{:<48} {:>8.1}\n",
        "CPU of a poll, µs",
        cpu.as_secs_f64() * 1e6 / polls
    );
    Ok(())
}
