//! Jobs that take their time by a clock that is paused.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::StreamExt as _;
use huaweicloud_jobs::{
    Event, Job, JobFuture, JobSource, JobState, PollError, RateLimit, Schedule, Tracker,
};
use tokio::time::Instant;

use crate::Outcome;

/// One job to be followed.
pub(crate) struct VirtualJob {
    pub(crate) kind: String,
    pub(crate) duration: Duration,
    /// When it is started, after all began.
    pub(crate) starts: Duration,
}

/// What it took to follow jobs: means over these.
pub(crate) struct Means {
    pub(crate) polls: f64,
    /// In seconds.
    pub(crate) delay: f64,
    /// As a share of the duration.
    pub(crate) share: f64,
}

#[derive(Clone)]
struct Source {
    jobs: Arc<Vec<(VirtualJob, AtomicUsize)>>,
    begun: Instant,
}

impl Source {
    /// The job of this number, and how often it was asked about.
    fn find(&self, id: &str) -> Option<&(VirtualJob, AtomicUsize)> {
        self.jobs.get(id.parse::<usize>().ok()?)
    }
}

impl JobSource for Source {
    fn service(&self) -> &str {
        "virtual"
    }

    fn job<'a>(&'a self, id: &'a str) -> JobFuture<'a> {
        Box::pin(async move {
            let missing = || PollError::not_found("no such job");
            let (job, polls) = self.find(id).ok_or_else(missing)?;
            polls.fetch_add(1, Ordering::Relaxed);
            let state = if self.begun.elapsed() < job.starts + job.duration {
                JobState::Running
            } else {
                JobState::Succeeded
            };
            Ok(Job::new(id, "virtual", state).kind(job.kind.as_str()))
        })
    }
}

/// Follows jobs with a tracker; the first ones do not count.
pub(crate) fn follow(schedule: Schedule, jobs: Vec<VirtualJob>, skipped: usize) -> Outcome<Means> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()?;
    runtime.block_on(async {
        let count = (jobs.len() - skipped) as f64;
        let jobs = jobs.into_iter().map(|job| (job, AtomicUsize::new(0)));
        let source = Source {
            jobs: Arc::new(jobs.collect()),
            begun: Instant::now(),
        };
        let (tracker, mut events) = Tracker::builder()
            .schedule(schedule)
            .rate(RateLimit::new(10_000_000, Duration::from_secs(1)))
            .timeout(Duration::MAX)
            .source("virtual", source.clone())
            .start()?;
        let adding = source.clone();
        tokio::spawn(async move {
            for (number, (job, _)) in adding.jobs.iter().enumerate() {
                tokio::time::sleep_until(adding.begun + job.starts).await;
                let _ = tracker.add("virtual", &number.to_string());
            }
        });
        let (mut polls, mut delay, mut share) = (0.0, 0.0, 0.0);
        while let Some(tracked) = events.next().await {
            let Event::Done { .. } = tracked.event else {
                continue;
            };
            if tracked.id.parse::<usize>()? < skipped {
                continue;
            }
            let (job, asked) = source.find(&tracked.id).ok_or("a job nobody knows")?;
            let ended = job.starts + job.duration;
            let late = source.begun.elapsed().saturating_sub(ended).as_secs_f64();
            polls += asked.load(Ordering::Relaxed) as f64 / count;
            delay += late / count;
            share += late / job.duration.as_secs_f64() / count;
        }
        Ok(Means {
            polls,
            delay,
            share,
        })
    })
}
