//! What becomes of many jobs that are followed at once; by a clock that is paused.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod cloud;

use std::time::Duration;

use futures_util::{FutureExt as _, StreamExt as _};
use huaweicloud_core::policy::RateLimit;
use huaweicloud_jobs::{
    Event, Job, JobFuture, JobSource, JobState, Outcome, PollError, Schedule, Tolerance, Tracked,
    Tracker, TrackerBuilder, TrackerError, TrackerEvents, Waiter,
};

use self::cloud::{Cloud, SECOND, by_job, check_events, rest};

/// A poll each ten seconds, the first after two.
fn every_ten() -> Schedule {
    let ten = 10 * SECOND;
    Schedule::default().floor(ten).ceiling(ten).jitter(0.0)
}

fn builder() -> TrackerBuilder {
    Tracker::builder().schedule(every_ten())
}

/// Follows one job of this cloud.
fn follow(builder: TrackerBuilder, cloud: &Cloud) -> TrackerEvents {
    let (tracker, events) = builder.source("a", cloud.clone()).start().unwrap();
    tracker.add("a", "j").unwrap();
    events
}

fn seconds(cloud: &Cloud) -> Vec<u64> {
    let polls = cloud.polls();
    polls.iter().map(|(at, _)| at.as_secs()).collect()
}

fn outcome(events: &[Tracked]) -> (Outcome, Option<String>) {
    match &events.last().unwrap().event {
        Event::Done { outcome, message } => (*outcome, message.clone()),
        other => panic!("{other:?} is no end"),
    }
}

#[tokio::test(start_paused = true)]
async fn jobs_of_several_sources_are_followed_to_their_end() {
    let clouds = [Cloud::new("one"), Cloud::new("two"), Cloud::new("two")];
    let mut builder = Tracker::builder();
    for (name, cloud) in ["a", "b", "c"].into_iter().zip(&clouds) {
        builder = builder.source(name, cloud.clone());
        for seconds in [0, 5, 60, 300] {
            cloud.runs(&format!("{name}{seconds}"), seconds);
        }
    }
    let (tracker, mut events) = builder.start().unwrap();
    for name in ["a", "b", "c"] {
        for seconds in [0, 5, 60, 300] {
            tracker.add(name, &format!("{name}{seconds}")).unwrap();
        }
    }
    assert_eq!(tracker.len(), 12);
    drop(tracker);
    let all = rest(&mut events).await;
    for tracked in &all {
        assert!(tracked.id.starts_with(&tracked.source), "{tracked:?}");
    }
    let jobs = by_job(&all);
    assert_eq!(jobs.len(), 12);
    for (id, events) in jobs {
        let tree = check_events(&events).unwrap();
        assert_eq!(tree, Job::new(id, "cloud", JobState::Succeeded));
    }
}

#[tokio::test(start_paused = true)]
async fn one_job_is_asked_about_as_a_waiter_does() {
    let schedule = Schedule::default().jitter(0.0);
    let cloud = Cloud::new("one");
    cloud.runs("j", 1_000);
    let events = rest(&mut follow(Tracker::builder().schedule(schedule), &cloud)).await;
    let other = Cloud::new("one");
    other.runs("j", 1_000);
    let watch = Waiter::new(other.clone()).schedule(schedule).watch("j");
    let watched: Vec<Event> = watch.collect().await;
    assert_eq!(by_job(&events)["j"], watched);
    assert!(cloud.polls().len() > 20);
    assert_eq!(cloud.polls().len(), other.polls().len());
    for ((one, _), (two, _)) in cloud.polls().iter().zip(other.polls()) {
        assert!(one.abs_diff(two) < SECOND / 10, "{one:?} and {two:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn every_end_is_told_in_the_words_of_a_waiter() {
    let running = || Some(Job::new("j", "cloud", JobState::Running));
    let failed = Some(Job::new("j", "cloud", JobState::Failed));
    type Fault = fn(Duration) -> Option<PollError>;
    let none: Fault = |_| None;
    let busy: Fault = |_| Some(PollError::transient("busy"));
    let busy_later: Fault = |at| (at > 9 * SECOND).then(|| PollError::transient("busy"));
    let refused: Fault = |_| Some(PollError::permanent("not permitted"));
    let cases = [
        (vec![(Duration::ZERO, failed)], none, Outcome::Failed),
        (vec![(Duration::ZERO, running())], none, Outcome::Deadline),
        (vec![], none, Outcome::NotFound),
        (
            vec![(Duration::ZERO, running()), (45 * SECOND, None)],
            none,
            Outcome::Vanished,
        ),
        (vec![(Duration::ZERO, running())], busy, Outcome::Poll),
        (vec![(Duration::ZERO, running())], busy_later, Outcome::Poll),
        (vec![(Duration::ZERO, running())], refused, Outcome::Poll),
    ];
    for (course, fault, expected) in cases {
        let cloud = || {
            let cloud = Cloud::new("one");
            cloud.job("j", course.clone());
            cloud.fails(fault);
            cloud
        };
        let one = cloud();
        let events = rest(&mut follow(builder(), &one)).await;
        let two = cloud();
        let watch = Waiter::new(two.clone()).schedule(every_ten()).watch("j");
        let watched: Vec<Event> = watch.collect().await;
        assert_eq!(by_job(&events)["j"], watched);
        assert_eq!(outcome(&events).0, expected);
        assert_eq!(seconds(&one), seconds(&two));
    }
}

#[tokio::test(start_paused = true)]
async fn a_poll_does_not_outlast_the_deadline() {
    let cloud = Cloud::new("one");
    cloud.runs("j", 0);
    cloud.latency(Duration::MAX);
    let mut events = follow(builder().timeout(60 * SECOND), &cloud);
    let all = rest(&mut events).await;
    assert_eq!(outcome(&all).0, Outcome::Deadline);
    assert_eq!(cloud.now().as_secs(), 60);
    assert_eq!(cloud.polls_under_way(), 0);
}

#[tokio::test(start_paused = true)]
async fn jobs_come_and_go_while_it_runs() {
    let cloud = Cloud::new("one");
    for id in ["a", "b", "c"] {
        cloud.runs(id, 100);
    }
    let (tracker, mut events) = builder().source("cloud", cloud.clone()).start().unwrap();
    tracker.add("cloud", "a").unwrap();
    tokio::time::sleep(15 * SECOND).await;
    // Twice is once.
    tracker.add("cloud", "a").unwrap();
    tracker.add("cloud", "b").unwrap();
    assert_eq!(tracker.len(), 2);
    tokio::time::sleep(30 * SECOND).await;
    assert!(tracker.remove("cloud", "a"));
    assert!(!tracker.remove("cloud", "a"));
    assert!(!tracker.remove("nowhere", "b"));
    tracker.add("cloud", "c").unwrap();
    tokio::time::sleep(200 * SECOND).await;
    assert!(tracker.is_empty());
    // One that has ended can be followed again.
    tracker.add("cloud", "a").unwrap();
    drop(tracker);
    let all = rest(&mut events).await;
    let jobs = by_job(&all);
    for id in ["b", "c"] {
        check_events(&jobs[id]).unwrap();
    }
    let told: Vec<_> = jobs["a"]
        .iter()
        .map(|event| match event {
            Event::Done { outcome, .. } => format!("{outcome:?}"),
            Event::StateChanged { job, .. } => job.state.to_string(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(told, ["running", "Cancelled", "succeeded", "Succeeded"]);
    let polls = |id: &str| {
        let polls = cloud.polls();
        let polls = polls.iter().filter(|(_, of)| of == id);
        polls.map(|(at, _)| at.as_secs()).collect::<Vec<_>>()
    };
    assert_eq!(polls("a"), [2, 12, 22, 32, 42, 247]);
    assert_eq!(polls("b")[..3], [17, 27, 37]);
}

#[tokio::test(start_paused = true)]
async fn the_answer_about_a_job_that_was_removed_is_nobodys() {
    let cloud = Cloud::new("one");
    cloud.runs("j", 0);
    cloud.latency(5 * SECOND);
    let (tracker, mut events) = builder().source("a", cloud.clone()).start().unwrap();
    tracker.add("a", "j").unwrap();
    tokio::time::sleep(3 * SECOND).await;
    assert_eq!(cloud.polls_under_way(), 1);
    assert!(tracker.remove("a", "j"));
    tracker.add("a", "j").unwrap();
    tokio::time::sleep(SECOND).await;
    assert_eq!(cloud.polls_under_way(), 0);
    drop(tracker);
    let all = rest(&mut events).await;
    assert_eq!(all.len(), 3, "{all:?}");
    assert_eq!(seconds(&cloud), [2, 5]);
    assert_eq!(cloud.now().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn while_nobody_reads_nothing_is_asked_and_nothing_is_lost() {
    let cloud = Cloud::new("one");
    let (tracker, mut events) = Tracker::builder()
        .rate(RateLimit::new(100, SECOND))
        .polls_under_way(8)
        .unread_events(20)
        .source("a", cloud.clone())
        .start()
        .unwrap();
    cloud.latency(SECOND / 10);
    for number in 0..500 {
        let id = format!("j{number}");
        cloud.runs(&id, 30);
        tracker.add("a", &id).unwrap();
    }
    tokio::time::sleep(600 * SECOND).await;
    // Each of the first polls made one event.
    assert!(cloud.polls().len() <= 28, "{}", cloud.polls().len());
    drop(tracker);
    let mut all = Vec::new();
    while let Some(tracked) = events.next().await {
        all.push(tracked);
        tokio::time::sleep(SECOND / 10).await;
    }
    let jobs = by_job(&all);
    assert_eq!(jobs.len(), 500);
    for events in jobs.values() {
        assert_eq!(check_events(events).unwrap().state, JobState::Succeeded);
    }
}

#[tokio::test(start_paused = true)]
async fn shut_down_it_asks_no_more_and_tells_what_it_knew() {
    let cloud = Cloud::new("one");
    for id in ["a", "b"] {
        cloud.runs(id, 100);
    }
    let (tracker, mut events) = builder().source("cloud", cloud.clone()).start().unwrap();
    tracker.add("cloud", "a").unwrap();
    tokio::time::sleep(5 * SECOND).await;
    tracker.add("cloud", "b").unwrap();
    cloud.latency(60 * SECOND);
    tokio::time::sleep(4 * SECOND).await;
    assert_eq!((cloud.polls_under_way(), cloud.polls().len()), (1, 2));
    tracker.shutdown().await;
    assert_eq!((cloud.polls_under_way(), cloud.now().as_secs()), (0, 9));
    assert!(matches!(
        tracker.add("cloud", "c"),
        Err(TrackerError::Stopped)
    ));
    tracker.shutdown().await;
    let state = serde_json::to_value(events.state()).unwrap();
    assert_eq!(state["undelivered"].as_array().unwrap().len(), 1);
    assert_eq!(state["jobs"].as_array().unwrap().len(), 2);
    assert_eq!(rest(&mut events).await.len(), 1);
    let state = serde_json::to_value(events.state()).unwrap();
    assert_eq!(state["undelivered"].as_array().unwrap().len(), 0);
    assert_eq!(state["jobs"][0]["job"]["state"], "running");
    drop((tracker, events));
    assert_eq!(cloud.holders(), 1, "nothing is left behind");
}

#[tokio::test(start_paused = true)]
async fn dropping_the_stream_ends_it() {
    let cloud = Cloud::new("one");
    cloud.runs("j", 100);
    cloud.latency(60 * SECOND);
    let (tracker, events) = builder().source("a", cloud.clone()).start().unwrap();
    tracker.add("a", "j").unwrap();
    tokio::time::sleep(5 * SECOND).await;
    drop(events);
    assert!(matches!(tracker.add("a", "k"), Err(TrackerError::Stopped)));
    tracker.shutdown().await;
    assert_eq!(cloud.polls_under_way(), 0);
    drop(tracker);
    assert_eq!(cloud.holders(), 1, "nothing is left behind");
}

#[test]
fn the_end_of_the_runtime_is_the_end_of_the_stream() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    let mut events = runtime.block_on(async {
        let cloud = Cloud::new("one");
        cloud.runs("j", 100);
        let mut events = follow(builder(), &cloud);
        events.next().await.unwrap();
        events
    });
    assert_eq!(events.next().now_or_never(), None);
    drop(runtime);
    assert_eq!(events.next().now_or_never(), Some(None));
    assert!(matches!(builder().start(), Err(TrackerError::NoRuntime)));
}

struct Broken;

impl JobSource for Broken {
    fn service(&self) -> &str {
        "broken"
    }

    fn job<'a>(&'a self, _id: &'a str) -> JobFuture<'a> {
        Box::pin(async { panic!("it is broken") })
    }
}

#[tokio::test(start_paused = true)]
async fn a_source_that_panics_ends_its_job_and_no_other() {
    let cloud = Cloud::new("one");
    cloud.runs("k", 60);
    let builder = builder().source("broken", Broken);
    let (tracker, mut events) = builder.source("a", cloud.clone()).start().unwrap();
    tracker.add("broken", "j").unwrap();
    tracker.add("a", "k").unwrap();
    drop(tracker);
    let jobs = by_job(&rest(&mut events).await);
    let Event::Done { outcome, message } = jobs["j"].last().unwrap() else {
        panic!("{jobs:?}");
    };
    assert_eq!(*outcome, Outcome::Poll);
    let message = message.as_deref().unwrap_or_default();
    assert!(message.contains("it is broken"), "{message}");
    assert_eq!(check_events(&jobs["k"]).unwrap().state, JobState::Succeeded);
}

#[tokio::test]
async fn what_cannot_work_is_refused_with_a_reason() {
    let cloud = Cloud::new("one");
    let twice = builder()
        .source("a", cloud.clone())
        .source("a", cloud.clone());
    let never = builder()
        .source("a", cloud.clone())
        .rate(RateLimit::new(0, SECOND));
    let later = r#"{"version":2,"taken":"2026-03-01T08:12:40Z","undelivered":[],"jobs":[]}"#;
    let other = r#"{"version":1,"taken":"2026-03-01T08:12:40Z","undelivered":[],
        "jobs":[{"source":"b","id":"j","age_ms":1}]}"#;
    let resume = |json| {
        let state = serde_json::from_str(json).unwrap();
        builder().source("a", cloud.clone()).resume(state)
    };
    let cases = [
        (twice, "two sources are named \"a\"; rename one of them"),
        (
            never,
            "a rate limit is at least one request in more than no time",
        ),
        (
            resume(later),
            "the state is of version 2, and this crate knows version 1",
        ),
        (
            resume(other),
            "no source is named \"b\", only [\"a\"]; add it to the builder",
        ),
    ];
    for (builder, expected) in cases {
        let error = builder.start().unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn polls_that_fail_are_told_and_throttled_ones_are_not() {
    let cloud = Cloud::new("one");
    cloud.runs("j", 60);
    cloud.fails(|at| match at.as_secs() {
        0..20 => Some(PollError::throttled("slow down")),
        20..30 => Some(PollError::transient("busy")),
        _ => None,
    });
    let all = rest(&mut follow(
        builder().tolerate(Tolerance::none().failures(1)),
        &cloud,
    ))
    .await;
    let told: Vec<_> = all
        .iter()
        .map(|tracked| serde_json::to_value(tracked).unwrap()["event"]["event"].clone())
        .collect();
    assert_eq!(
        told,
        ["poll_failed", "state_changed", "state_changed", "done"]
    );
    assert_eq!(seconds(&cloud)[..4], [2, 12, 22, 32]);
}

#[tokio::test(start_paused = true)]
async fn it_asks_when_jobs_of_a_kind_usually_end() {
    let cloud = Cloud::new("one");
    // The first hundred end between 200 and 250 seconds, the next two after 220 and 500.
    for number in 0..102_u64 {
        let id = number.to_string();
        let seconds = [200 + number / 2, 220, 500][(number as usize).saturating_sub(99)];
        let kind = ["known", "new"][usize::from(number == 101)];
        let job = |state| Some(Job::new(id.as_str(), "cloud", state).kind(kind));
        let begin = cloud.now() + Duration::from_secs(if number < 100 { 0 } else { 1_000 });
        let end = begin + Duration::from_secs(seconds);
        let course = vec![
            (begin, job(JobState::Running)),
            (end, job(JobState::Succeeded)),
        ];
        cloud.job(&id, course);
    }
    let builder = Tracker::builder().schedule(Schedule::default().jitter(0.0));
    let (tracker, mut events) = builder.source("a", cloud.clone()).start().unwrap();
    for number in 0..100 {
        tracker.add("a", &number.to_string()).unwrap();
    }
    tokio::time::sleep(1_000 * SECOND).await;
    assert!(tracker.is_empty());
    for number in 100..102 {
        tracker.add("a", &number.to_string()).unwrap();
    }
    drop(tracker);
    rest(&mut events).await;
    let polls = |id: &str, from: u64, to: u64| {
        let polls = cloud.polls();
        let within = |at: &Duration| (1_000 + from..1_000 + to).contains(&at.as_secs());
        polls
            .iter()
            .filter(|(at, of)| of == id && within(at))
            .count()
    };
    let (known, new) = (polls("100", 20, 180), polls("101", 20, 180));
    assert!(known < new, "{known} and {new} before");
    let (known, new) = (polls("100", 200, 222), polls("101", 200, 222));
    assert!(known >= 2 * new, "{known} and {new} when they end");
}
