//! A source of many jobs, each of which takes its course while time passes.
#![allow(dead_code, reason = "each test file uses some of it")]

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fastrand::Rng;
use futures_util::StreamExt as _;
use huaweicloud_jobs::{
    Event, Job, JobFuture, JobSource, JobState, PollError, Tracked, TrackerEvents,
};
use tokio::time::Instant;

pub(crate) const SECOND: Duration = Duration::from_secs(1);

/// What a job is from some time on; `None` is not found, as it is before the first.
pub(crate) type Course = Vec<(Duration, Option<Job>)>;

type Fault = Box<dyn FnMut(Duration) -> Option<PollError> + Send>;

/// A source that many trackers can have, one after the other.
#[derive(Clone)]
pub(crate) struct Cloud(Arc<State>);

struct State {
    quota: &'static str,
    begun: Instant,
    courses: Mutex<HashMap<String, Course>>,
    polls: Mutex<Vec<(Duration, String)>>,
    fault: Mutex<Fault>,
    latency: Mutex<Duration>,
    under_way: Arc<()>,
}

impl Cloud {
    pub(crate) fn new(quota: &'static str) -> Self {
        Self(Arc::new(State {
            quota,
            begun: Instant::now(),
            courses: Mutex::default(),
            polls: Mutex::default(),
            fault: Mutex::new(Box::new(|_| None)),
            latency: Mutex::default(),
            under_way: Arc::new(()),
        }))
    }

    pub(crate) fn job(&self, id: &str, course: Course) {
        let mut courses = self.0.courses.lock().unwrap();
        courses.insert(id.to_owned(), course);
    }

    /// A job that runs for so many seconds from now, and succeeds.
    pub(crate) fn runs(&self, id: &str, seconds: u64) {
        let job = |state| Some(Job::new(id, "cloud", state));
        let (now, end) = (self.now(), self.now() + Duration::from_secs(seconds));
        let course = vec![
            (now, job(JobState::Running)),
            (end, job(JobState::Succeeded)),
        ];
        self.job(id, course);
    }

    /// Has polls fail for which this says why, by the time for which there has been this cloud.
    pub(crate) fn fails(&self, fault: impl FnMut(Duration) -> Option<PollError> + Send + 'static) {
        *self.0.fault.lock().unwrap() = Box::new(fault);
    }

    pub(crate) fn latency(&self, latency: Duration) {
        *self.0.latency.lock().unwrap() = latency;
    }

    pub(crate) fn now(&self) -> Duration {
        self.0.begun.elapsed()
    }

    /// When it was asked, and about what.
    pub(crate) fn polls(&self) -> Vec<(Duration, String)> {
        self.0.polls.lock().unwrap().clone()
    }

    pub(crate) fn polls_under_way(&self) -> usize {
        Arc::strong_count(&self.0.under_way) - 1
    }

    pub(crate) fn holders(&self) -> usize {
        Arc::strong_count(&self.0)
    }

    /// What a job is at last.
    pub(crate) fn last(&self, id: &str) -> Option<Job> {
        self.0.courses.lock().unwrap()[id].last()?.1.clone()
    }

    /// Checks that in no second there are more polls than so many in a second and its burst.
    pub(crate) fn check_budget(&self, per_second: usize) {
        let polls = self.polls();
        check_windows(polls.iter().map(|(at, _)| *at), per_second);
    }
}

/// Checks that in no second there are more than so many and as many again, which is the burst, and in
/// no longer time more than what it allows.
pub(crate) fn check_windows(polls: impl Iterator<Item = Duration>, per_second: usize) {
    let mut at: Vec<Duration> = polls.collect();
    at.sort_unstable();
    for seconds in [1, 2, 10, 60] {
        let (window, most) = (
            Duration::from_secs(seconds),
            per_second * (seconds as usize + 1),
        );
        let mut first = 0;
        for (last, time) in at.iter().enumerate() {
            while at[first] + window <= *time {
                first += 1;
            }
            let count = last + 1 - first;
            assert!(
                count <= most,
                "{count} polls within {seconds} s before {time:?}"
            );
        }
    }
}

impl JobSource for Cloud {
    fn service(&self) -> &str {
        "cloud"
    }

    fn job<'a>(&'a self, id: &'a str) -> JobFuture<'a> {
        let under_way = self.0.under_way.clone();
        Box::pin(async move {
            let _under_way = under_way;
            let now = self.now();
            self.0.polls.lock().unwrap().push((now, id.to_owned()));
            let latency = *self.0.latency.lock().unwrap();
            if !latency.is_zero() {
                tokio::time::sleep(latency).await;
            }
            let fault = self.0.fault.lock().unwrap()(now);
            if let Some(error) = fault {
                return Err(error);
            }
            let courses = self.0.courses.lock().unwrap();
            let course = courses.get(id).map_or(&[][..], Vec::as_slice);
            let past = course.partition_point(|(from, _)| *from <= now);
            let job = past
                .checked_sub(1)
                .and_then(|place| course[place].1.clone());
            job.ok_or_else(|| PollError::not_found("no such job"))
        })
    }

    fn quota(&self) -> Cow<'_, str> {
        self.0.quota.into()
    }
}

/// All events to the end of the stream.
pub(crate) async fn rest(events: &mut TrackerEvents) -> Vec<Tracked> {
    let mut all = Vec::new();
    while let Some(tracked) = events.next().await {
        all.push(tracked);
    }
    assert_eq!(events.next().await, None, "nothing comes after the end");
    all
}

/// The events of each job, in their order.
pub(crate) fn by_job(events: &[Tracked]) -> HashMap<String, Vec<Event>> {
    let mut jobs: HashMap<String, Vec<Event>> = HashMap::new();
    for tracked in events {
        let event = tracked.event.clone();
        jobs.entry(tracked.id.clone()).or_default().push(event);
    }
    jobs
}

/// Checks that each event says something new and none is missing: states are told one after the
/// other, each fits the tree that those before it made, and the end comes once and last. Returns that
/// tree.
pub(crate) fn check_events(events: &[Event]) -> Option<Job> {
    let mut tree: Option<Job> = None;
    for (place, event) in events.iter().enumerate() {
        match event {
            Event::StateChanged { from, job } => {
                let before = tree.as_ref().map(|tree| &tree.state);
                assert_eq!(from.as_ref(), before, "{event:?} does not follow");
                if let Some(tree) = &mut tree {
                    tree.apply(event).unwrap();
                } else {
                    tree = Some(job.clone());
                }
            }
            Event::PollFailed(_) => {}
            Event::Done { .. } => assert_eq!(place + 1, events.len(), "{events:?}"),
            _ => {
                let tree = tree.as_mut().unwrap();
                let before = tree.clone();
                tree.apply(event).unwrap();
                assert_ne!(*tree, before, "{event:?} says nothing new");
            }
        }
    }
    assert!(
        matches!(events.last(), Some(Event::Done { .. })),
        "{events:?}"
    );
    tree
}

/// A job that takes up to so many seconds, with sub-jobs that come late, go back, are repeated, have
/// no id and vanish.
pub(crate) fn random_course(random: &mut Rng, id: &str, from: Duration, seconds: u64) -> Course {
    let states = [
        JobState::Pending,
        JobState::Running,
        JobState::Other("Odd".to_owned()),
    ];
    let mut at = from;
    let mut course = Vec::new();
    let mut job = Job::new(id, "cloud", JobState::Pending);
    if random.u8(..) < 50 {
        // Not known yet.
        at += Duration::from_millis(random.u64(0..10_000));
    }
    let end = from + Duration::from_millis(random.u64(1_000..1_000 * seconds));
    while at < end {
        course.push((at, Some(job.clone())));
        at += (end - from) / 20 + Duration::from_millis(random.u64(0..10_000));
        match random.u8(0..6) {
            0 => job.state = states[random.usize(0..states.len())].clone(),
            1 => job.update = jiff::Timestamp::from_second(random.i64(0..1_000)).ok(),
            2 if !job.sub_jobs.is_empty() => {
                job.sub_jobs.remove(random.usize(0..job.sub_jobs.len()));
            }
            3 => random.shuffle(&mut job.sub_jobs),
            _ => {
                let id = ["", "a", "b", "c"][random.usize(0..4)];
                let state = states[random.usize(0..states.len())].clone();
                job.sub_jobs.push(Job::new(id, "cloud", state));
            }
        }
    }
    job.state = [JobState::Succeeded, JobState::Failed][random.usize(0..2)].clone();
    course.push((end, Some(job)));
    course
}
