//! Many jobs followed at once by real requests, through failures and a restart.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use huaweicloud_emulator::{Emulator, Fault, RandomScripts, RetryAfter, Rule, Script, Service};
use huaweicloud_jobs::{
    Event, Job, JobState, Outcome, RateLimit, Schedule, Tracker, TrackerBuilder, TrackerState,
};
use huaweicloud_tests::caller_of;

/// Asks as often as the emulator's fast clock needs it.
fn builder(emulator: &Emulator) -> TrackerBuilder {
    let schedule = Schedule::default()
        .initial_delay(Duration::from_millis(1))
        .floor(Duration::from_millis(5))
        .ceiling(Duration::from_millis(20));
    let config = caller_of(emulator).build().unwrap();
    Tracker::builder()
        .schedule(schedule)
        .rate(RateLimit::new(2_000, Duration::from_secs(1)))
        .source("cce", huaweicloud_cce::Client::new(&config).unwrap())
        .source("eip", huaweicloud_eip::Client::new(&config).unwrap())
}

#[tokio::test]
async fn jobs_of_two_services_are_followed_through_failures_and_a_restart() {
    let seed: u64 = rand::random();
    println!("seed {seed}");
    let emulator = Emulator::builder()
        .seed(seed)
        .job_speed(600.0)
        .start()
        .await
        .unwrap();
    let retry_after = Some(RetryAfter::Seconds(0));
    let throttled = Rule::new(Fault::Throttled { retry_after })
        .skip(20)
        .times(5);
    emulator.inject(throttled).unwrap();
    emulator
        .inject(Rule::new(Fault::Status(502)).probability(0.05))
        .unwrap();
    emulator
        .inject(Rule::new(Fault::ResetBeforeAnswer).probability(0.02))
        .unwrap();

    let (tracker, mut events) = builder(&emulator).start().unwrap();
    let mut jobs = 0;
    for script in RandomScripts::new(seed).failures(0.02).take(40) {
        let script: Arc<Script> = Arc::new(script);
        for (source, service) in [("cce", Service::Cce), ("eip", Service::Eip)] {
            let id = emulator.start_job(service, script.clone());
            tracker.add(source, &id).unwrap();
            jobs += 1;
        }
    }
    let mut seen = Vec::new();
    while seen.len() < 100 {
        seen.push(events.next().await.unwrap());
    }
    tracker.shutdown().await;
    let json = serde_json::to_string(&events.state()).unwrap();
    drop((tracker, events));

    let state: TrackerState = serde_json::from_str(&json).unwrap();
    let (tracker, events) = builder(&emulator).resume(state).start().unwrap();
    drop(tracker);
    seen.extend(events.collect::<Vec<_>>().await);

    let mut by_job: HashMap<String, Vec<Event>> = HashMap::new();
    for tracked in seen {
        by_job.entry(tracked.id).or_default().push(tracked.event);
    }
    assert_eq!(by_job.len(), jobs);
    for (id, events) in by_job {
        let job = Job::replay(&events).unwrap().unwrap();
        let expected = match job.state {
            JobState::Succeeded => Outcome::Succeeded,
            _ => Outcome::Failed,
        };
        let Some(Event::Done { outcome, .. }) = events.last() else {
            panic!("{id} has no end: {events:?}");
        };
        assert_eq!((job.id, *outcome), (id, expected));
    }
}
