//! A tracker that is stopped at any moment goes on in another process without missing a change; by a
//! clock that is paused.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod cloud;

use std::time::Duration;

use fastrand::Rng;
use futures_util::StreamExt as _;
use huaweicloud_core::policy::RateLimit;
use huaweicloud_jobs::{
    Event, JobState, Outcome, PollError, Tolerance, Tracked, Tracker, TrackerState,
};
use serde_json::{Value, json};

use self::cloud::{Cloud, SECOND, by_job, check_events, random_course, rest};

/// Clouds whose polls fail, come late and are throttled, with random jobs.
fn clouds(random: &mut Rng) -> [Cloud; 2] {
    ["one", "two"].map(|name| {
        let cloud = Cloud::new(name);
        for number in 0..20 {
            let id = format!("{name}{number}");
            cloud.job(&id, random_course(random, &id, Duration::ZERO, 120));
        }
        cloud.latency(Duration::from_millis(random.u64(0..3_000)));
        let mut random = random.fork();
        cloud.fails(move |_| match random.u8(0..20) {
            0 => Some(PollError::throttled("429").with_retry_after(SECOND)),
            1 => Some(PollError::transient("502")),
            _ => None,
        });
        cloud
    })
}

/// What a program has stored: what became of the events, and what the tracker knew then.
#[derive(Clone, Default)]
struct Stored {
    events: Vec<Tracked>,
    state: Option<String>,
}

/// Reads, and stores at random moments, until it is killed at another one. Returns whether all is
/// done.
async fn run(random: &mut Rng, clouds: &[Cloud; 2], stored: &mut Stored) -> bool {
    let mut builder = Tracker::builder()
        .rate(RateLimit::new(random.u32(5..50), SECOND))
        .unread_events(random.usize(1..50))
        .timeout(Duration::MAX);
    for (name, cloud) in ["one", "two"].into_iter().zip(clouds) {
        builder = builder.source(name, cloud.clone());
    }
    let first = stored.state.is_none();
    if let Some(json) = &stored.state {
        builder = builder.resume(serde_json::from_str(json).unwrap());
    }
    let (tracker, mut events) = builder.start().unwrap();
    if first {
        for name in ["one", "two"] {
            for number in 0..20 {
                tracker.add(name, &format!("{name}{number}")).unwrap();
            }
        }
        stored.state = Some(serde_json::to_string(&events.state()).unwrap());
    }
    drop(tracker);
    let killed = tokio::time::Instant::now() + Duration::from_millis(random.u64(0..40_000));
    // What is not stored is lost when it is killed.
    let mut seen = stored.events.clone();
    loop {
        let next = tokio::time::timeout_at(killed, events.next()).await;
        let ended = matches!(next, Ok(None));
        match next {
            Ok(Some(tracked)) => seen.push(tracked),
            Ok(None) => {}
            Err(_) => return false,
        }
        if ended || random.u8(0..5) == 0 {
            stored.events = seen.clone();
            stored.state = Some(serde_json::to_string(&events.state()).unwrap());
        }
        if ended {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(random.u64(0..200))).await;
    }
}

#[tokio::test(start_paused = true)]
async fn killed_at_any_moment_it_misses_nothing_and_tells_nothing_twice() {
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let mut random = Rng::with_seed(seed);
    for _ in 0..30 {
        let clouds = clouds(&mut random);
        let mut stored = Stored::default();
        let mut kills = 0;
        while !run(&mut random, &clouds, &mut stored).await {
            kills += 1;
        }
        let jobs = by_job(&stored.events);
        assert_eq!(jobs.len(), 40, "after {kills} kills");
        for (id, events) in &jobs {
            let tree = check_events(events);
            let cloud = &clouds[usize::from(id.starts_with("two"))];
            assert_eq!(tree, cloud.last(id), "{id} after {kills} kills");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn random_jobs_are_replayed_from_their_events() {
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let mut random = Rng::with_seed(seed);
    for _ in 0..20 {
        let clouds = clouds(&mut random);
        let (tracker, mut events) = Tracker::builder()
            .source("one", clouds[0].clone())
            .source("two", clouds[1].clone())
            .start()
            .unwrap();
        for number in 0..20 {
            for name in ["one", "two"] {
                tracker.add(name, &format!("{name}{number}")).unwrap();
                tokio::time::sleep(Duration::from_millis(random.u64(0..500))).await;
            }
        }
        drop(tracker);
        // As a program reads them from its log.
        let lines: Vec<String> = rest(&mut events)
            .await
            .iter()
            .map(|tracked| serde_json::to_string(tracked).unwrap())
            .collect();
        let read: Vec<Tracked> = lines
            .iter()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let jobs = by_job(&read);
        assert_eq!(jobs.len(), 40);
        for (id, events) in jobs {
            let cloud = &clouds[usize::from(id.starts_with("two"))];
            assert_eq!(check_events(&events), cloud.last(&id));
        }
    }
}

/// A state as it might have been written by another process, that long ago.
fn state(ago: Duration, jobs: &Value) -> TrackerState {
    let taken = jiff::Timestamp::now() - jiff::SignedDuration::try_from(ago).unwrap();
    let state = json!({"version": 1, "taken": taken, "undelivered": [], "jobs": jobs});
    serde_json::from_value(state).unwrap()
}

#[tokio::test(start_paused = true)]
async fn the_age_of_a_job_goes_on_while_nobody_follows_it() {
    let cloud = Cloud::new("one");
    cloud.runs("ended", 0);
    cloud.runs("goes on", 10_000);
    cloud.runs("is young", 10_000);
    let jobs = json!([
        {"source": "a", "id": "ended", "age_ms": 3_000_000},
        {"source": "a", "id": "goes on", "age_ms": 3_000_000},
        {"source": "a", "id": "goes on", "age_ms": 3_000_000},
        {"source": "a", "id": "is young", "age_ms": 0},
    ]);
    let (tracker, mut events) = Tracker::builder()
        .source("a", cloud.clone())
        .resume(state(1_000 * SECOND, &jobs))
        .start()
        .unwrap();
    drop(tracker);
    let mut ends = Vec::new();
    while let Some(tracked) = events.next().await {
        if let Event::Done { outcome, .. } = tracked.event {
            ends.push((tracked.id, outcome, cloud.now().as_secs()));
        }
    }
    // The hour of the two is over, but not before they have been asked about.
    ends.sort_by(|a, b| a.0.cmp(&b.0));
    let ends: Vec<_> = ends
        .iter()
        .map(|(id, outcome, at)| (id.as_str(), *outcome, *at))
        .collect();
    assert_eq!(
        ends[..2],
        [
            ("ended", Outcome::Succeeded, 0),
            ("goes on", Outcome::Deadline, 0)
        ]
    );
    // Its hour began 1000 seconds ago, by a clock that is not paused.
    let (_, outcome, at) = ends[2];
    assert_eq!(outcome, Outcome::Deadline);
    assert!((2_500..=2_600).contains(&at), "{at}");
}

#[tokio::test(start_paused = true)]
async fn failures_before_the_restart_count() {
    let cloud = Cloud::new("one");
    cloud.fails(|_| Some(PollError::transient("busy")));
    let jobs = json!([{
        "source": "a", "id": "j", "age_ms": 60_000, "failures": 5, "failing_since_ms": 20_000,
        "job": {"id": "j", "service": "cloud", "state": "running"},
    }]);
    let (tracker, mut events) = Tracker::builder()
        .tolerate(Tolerance::none().failures(5))
        .source("a", cloud.clone())
        .resume(state(Duration::ZERO, &jobs))
        .start()
        .unwrap();
    drop(tracker);
    let all = rest(&mut events).await;
    let Event::Done { message, .. } = &all[1].event else {
        panic!("{all:?}");
    };
    let message = message.as_deref().unwrap_or_default();
    assert!(message.contains("6 times in a row"), "{message}");
}

#[tokio::test(start_paused = true)]
async fn what_changed_meanwhile_is_told_from_where_it_was() {
    let cloud = Cloud::new("one");
    cloud.runs("j", 0);
    let jobs = json!([{
        "source": "a", "id": "j", "age_ms": 60_000,
        "job": {"id": "j", "service": "cloud", "state": "running"},
    }]);
    let (tracker, mut events) = Tracker::builder()
        .source("a", cloud.clone())
        .resume(state(Duration::ZERO, &jobs))
        .start()
        .unwrap();
    drop(tracker);
    let all = rest(&mut events).await;
    assert!(
        matches!(
            &all[0].event,
            Event::StateChanged {
                from: Some(JobState::Running),
                ..
            }
        ),
        "{all:?}"
    );
    assert_eq!((all.len(), cloud.now()), (2, Duration::ZERO));
}
