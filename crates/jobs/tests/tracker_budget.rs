//! Who may be asked how often, where many jobs share quotas; by a clock that is paused.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod cloud;

use std::collections::HashMap;
use std::time::Duration;

use futures_util::StreamExt as _;
use huaweicloud_core::policy::RateLimit;
use huaweicloud_jobs::{
    Event, JobState, Outcome, PollError, Schedule, Tolerance, Tracker, TrackerEvents,
};

use self::cloud::{Cloud, SECOND, by_job, check_events, check_windows, rest};

/// Reads for so long.
async fn read_for(events: &mut TrackerEvents, time: Duration) {
    let reading = async { while events.next().await.is_some() {} };
    assert!(
        tokio::time::timeout(time, reading).await.is_err(),
        "the stream has ended"
    );
}

#[tokio::test(start_paused = true)]
async fn many_jobs_at_once_do_not_exceed_the_budget() {
    let (one, two, other) = (Cloud::new("one"), Cloud::new("one"), Cloud::new("other"));
    let (tracker, mut events) = Tracker::builder()
        .rate(RateLimit::new(50, SECOND))
        .source("one", one.clone())
        .source("two", two.clone())
        .source("other", other.clone())
        .start()
        .unwrap();
    for (name, cloud) in [("one", &one), ("two", &two), ("other", &other)] {
        for number in 0..5_000 {
            let id = format!("{name}{number}");
            cloud.runs(&id, 3_000);
            tracker.add(name, &id).unwrap();
        }
    }
    read_for(&mut events, 300 * SECOND).await;
    let polls: Vec<_> = [&one, &two]
        .iter()
        .flat_map(|cloud| cloud.polls())
        .collect();
    check_windows(polls.iter().map(|(at, _)| *at), 50);
    check_windows(other.polls().iter().map(|(at, _)| *at), 50);
    // And it is used up.
    for count in [polls.len(), other.polls().len()] {
        assert!((14_800..15_100).contains(&count), "{count}");
    }
    // Both sources have their share of it.
    let (one, two) = (one.polls().len(), two.polls().len());
    assert!(one.abs_diff(two) < 200, "{one} and {two}");
}

#[tokio::test(start_paused = true)]
async fn every_job_has_its_turn_when_the_budget_is_short() {
    let cloud = Cloud::new("one");
    let fixed = Schedule::default().growth(0.0).jitter(0.0);
    let (tracker, mut events) = Tracker::builder()
        .schedule(fixed)
        .source("a", cloud.clone())
        .start()
        .unwrap();
    for number in 0..600 {
        let id = format!("j{number}");
        cloud.runs(&id, 10_000);
        tracker.add("a", &id).unwrap();
    }
    read_for(&mut events, 1_000 * SECOND).await;
    let mut of_job: HashMap<String, Vec<Duration>> = HashMap::new();
    for (at, id) in cloud.polls() {
        of_job.entry(id).or_default().push(at);
    }
    let counts = || of_job.values().map(Vec::len);
    assert_eq!(of_job.len(), 600);
    assert!(counts().max().unwrap() - counts().min().unwrap() <= 1);
    // With 600 jobs at 10 a second, each minute.
    for polls in of_job.values() {
        for pair in polls.windows(2) {
            let pause = (pair[1] - pair[0]).as_secs();
            assert!((55..65).contains(&pause), "{pause} s");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_account_that_is_throttled_does_not_hold_up_another() {
    let (throttled, free) = (Cloud::new("throttled"), Cloud::new("free"));
    throttled.fails(|at| {
        let error = || PollError::throttled("429").with_retry_after(20 * SECOND);
        (at < 200 * SECOND).then(error)
    });
    let (tracker, mut events) = Tracker::builder()
        .tolerate(Tolerance::none())
        .source("throttled", throttled.clone())
        .source("free", free.clone())
        .start()
        .unwrap();
    for (name, cloud) in [("throttled", &throttled), ("free", &free)] {
        for number in 0..50 {
            let id = format!("{name}{number}");
            cloud.runs(&id, 100);
            tracker.add(name, &id).unwrap();
        }
    }
    drop(tracker);
    let mut ends = HashMap::new();
    let mut all = Vec::new();
    while let Some(tracked) = events.next().await {
        if let Event::Done { outcome, .. } = &tracked.event {
            assert_eq!(*outcome, Outcome::Succeeded, "{tracked:?}");
            ends.insert(tracked.id.clone(), free.now());
        }
        all.push(tracked);
    }
    for events in by_job(&all).values() {
        check_events(events).unwrap();
    }
    let last = |source: &str| {
        let ends = ends.iter().filter(|(id, _)| id.starts_with(source));
        ends.map(|(_, at)| *at).max().unwrap()
    };
    assert!(last("free") < 125 * SECOND, "{:?}", last("free"));
    assert!(last("throttled") > 200 * SECOND);
    // Whom it asked about first it asks again no sooner than it was told, and nobody else either.
    let polls: Vec<_> = throttled.polls().iter().map(|(at, _)| *at).collect();
    let first = polls.iter().take_while(|at| **at < 21 * SECOND).count();
    assert!(first <= 11, "{first} before the answers came");
    let early = polls.iter().filter(|at| **at < 200 * SECOND).count();
    assert!(early <= 11 + 9 * 2, "{early} while it was throttled");
}

#[tokio::test(start_paused = true)]
async fn an_account_that_is_slow_does_not_hold_up_another() {
    let (slow, fast) = (Cloud::new("slow"), Cloud::new("fast"));
    slow.latency(Duration::MAX);
    let (tracker, mut events) = Tracker::builder()
        .polls_under_way(4)
        .unread_events(1)
        .source("slow", slow.clone())
        .source("fast", fast.clone())
        .start()
        .unwrap();
    for (name, cloud) in [("slow", &slow), ("fast", &fast)] {
        for number in 0..50 {
            let id = format!("{name}{number}");
            cloud.runs(&id, 100);
            tracker.add(name, &id).unwrap();
        }
    }
    read_for(&mut events, 130 * SECOND).await;
    assert_eq!(tracker.len(), 50);
    assert_eq!((slow.polls().len(), slow.polls_under_way()), (4, 4));
    // What is removed makes room for the others.
    let (_, first) = &slow.polls()[0];
    assert!(tracker.remove("slow", first));
    read_for(&mut events, SECOND).await;
    assert_eq!((slow.polls().len(), slow.polls_under_way()), (5, 4));
}

#[tokio::test(start_paused = true)]
async fn the_rate_is_lowered_by_throttling_and_grows_back() {
    let cloud = Cloud::new("one");
    cloud.fails(|at| (at.as_secs() == 100).then(|| PollError::throttled("429")));
    let (tracker, mut events) = Tracker::builder()
        .rate(RateLimit::new(100, SECOND))
        .source("a", cloud.clone())
        .start()
        .unwrap();
    for number in 0..20_000 {
        let id = format!("j{number}");
        cloud.runs(&id, 10_000);
        tracker.add("a", &id).unwrap();
    }
    read_for(&mut events, 200 * SECOND).await;
    let within = |from: u64, to: u64| {
        let polls = cloud.polls();
        let count = polls
            .iter()
            .filter(|(at, _)| (from..to).contains(&at.as_secs()));
        count.count() as u64 / (to - from)
    };
    assert!((95..=101).contains(&within(50, 100)), "{}", within(50, 100));
    assert!(within(100, 105) < 60, "{}", within(100, 105));
    assert!(
        (95..=101).contains(&within(150, 200)),
        "{}",
        within(150, 200)
    );
    cloud.check_budget(100);
}

/// Ten thousand jobs over four accounts, one poll in a hundred fails, and each account throttles for
/// five seconds in every forty.
#[tokio::test(start_paused = true)]
async fn ten_thousand_jobs_all_come_to_their_end_whatever_fails() {
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let names = ["one", "two", "three", "four"];
    let clouds = names.map(Cloud::new);
    let mut builder = Tracker::builder()
        .timeout(Duration::MAX)
        .rate(RateLimit::new(200, SECOND));
    for ((name, cloud), shift) in names.into_iter().zip(&clouds).zip(0..) {
        let mut random = random.fork();
        cloud.latency(SECOND / 20);
        cloud.fails(move |at| {
            if (at.as_secs() + 10 * shift) % 40 < 5 {
                let asked = Duration::from_secs(random.u64(0..4));
                return Some(PollError::throttled("429").with_retry_after(asked));
            }
            (random.u8(0..100) == 0).then(|| PollError::transient("502"))
        });
        builder = builder.source(name, cloud.clone());
    }
    let (tracker, mut events) = builder.start().unwrap();
    for number in 0..10_000 {
        let (name, cloud) = (names[number % 4], &clouds[number % 4]);
        let id = format!("{name}{number}");
        cloud.job(
            &id,
            cloud::random_course(&mut random, &id, Duration::ZERO, 60),
        );
        tracker.add(name, &id).unwrap();
    }
    drop(tracker);
    let jobs = by_job(&rest(&mut events).await);
    assert_eq!(jobs.len(), 10_000);
    for (id, events) in &jobs {
        let tree = check_events(events).unwrap();
        let cloud = &clouds[names.iter().position(|name| id.starts_with(name)).unwrap()];
        assert_eq!(Some(&tree), cloud.last(id).as_ref(), "{id}");
        let expected = match tree.state {
            JobState::Succeeded => Outcome::Succeeded,
            _ => Outcome::Failed,
        };
        let Some(Event::Done { outcome, .. }) = events.last() else {
            panic!("{id} has no end");
        };
        assert_eq!(*outcome, expected);
    }
    let mut polls = 0;
    for cloud in &clouds {
        cloud.check_budget(200);
        polls += cloud.polls().len();
    }
    println!("{polls} polls in {:?}", clouds[0].now());
}
