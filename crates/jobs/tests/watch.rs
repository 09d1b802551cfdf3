//! What a stream of events tells of a job; by a clock that is paused.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod scripted;

use std::time::Duration;

use futures_util::StreamExt as _;
use huaweicloud_jobs::{
    Event, Job, JobState, Outcome, PollError, Schedule, Tolerance, WaitError, Waiter, Watch,
};

use self::scripted::{Answer, Script, is, job};

fn watch(script: &Script) -> Watch {
    let schedule = Schedule::default().jitter(0.0);
    Waiter::new(script.clone()).schedule(schedule).watch("j")
}

/// All events of a watch as lines of JSON, and how it ended.
async fn lines_of(mut watch: Watch) -> (Vec<String>, Result<Job, WaitError>) {
    let mut lines = Vec::new();
    while let Some(event) = watch.next().await {
        lines.push(serde_json::to_string(&event).unwrap());
    }
    assert_eq!(watch.next().await, None, "nothing comes after the end");
    (lines, watch.finish().await)
}

fn sub(id: &str, state: JobState) -> Job {
    Job::new(id, "script", state)
}

#[tokio::test(start_paused = true)]
async fn what_happens_to_a_job_is_told_line_by_line() {
    let begun = job(JobState::Running).sub_job(sub("a", JobState::Running));
    let grown = job(JobState::Running)
        .kind("CreateCluster")
        .sub_job(sub("b", JobState::Pending))
        .sub_job(sub("a", JobState::Succeeded));
    let done = job(JobState::Succeeded)
        .kind("CreateCluster")
        .sub_job(sub("a", JobState::Succeeded));
    let script = Script::new([
        Answer::Error(|| PollError::transient("busy")),
        is(JobState::Pending),
        Answer::Job(begun.clone()),
        Answer::Job(begun),
        Answer::Job(grown),
        Answer::Job(done.clone()),
    ]);
    let (lines, end) = lines_of(watch(&script)).await;
    assert_eq!(
        lines,
        [
            r#"{"event":"poll_failed","kind":"transient","message":"busy"}"#,
            r#"{"event":"state_changed","job":{"id":"j","service":"script","state":"pending"}}"#,
            r#"{"event":"state_changed","from":"pending","job":{"id":"j","service":"script","state":"running"}}"#,
            r#"{"event":"sub_job_appeared","path":["a"],"job":{"id":"a","service":"script","state":"running"}}"#,
            r#"{"event":"job_changed","job":{"id":"j","service":"script","type":"CreateCluster","state":"running"}}"#,
            r#"{"event":"sub_job_appeared","path":["b"],"job":{"id":"b","service":"script","state":"pending"}}"#,
            r#"{"event":"sub_job_changed","path":["a"],"from":"running","job":{"id":"a","service":"script","state":"succeeded"}}"#,
            r#"{"event":"sub_jobs_reordered","path":[],"order":["b","a"]}"#,
            r#"{"event":"state_changed","from":"running","job":{"id":"j","service":"script","type":"CreateCluster","state":"succeeded"}}"#,
            r#"{"event":"sub_job_vanished","path":["b"]}"#,
            r#"{"event":"done","outcome":"succeeded"}"#,
        ]
    );
    assert_eq!(end.unwrap(), done);
    assert_eq!(script.polls().len(), 6);
    let events: Vec<Event> = lines
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(Job::replay(&events), Ok(Some(done)));
}

#[tokio::test(start_paused = true)]
async fn whatever_the_end_is_it_is_told_once_and_last() {
    let busy = || PollError::transient("busy");
    let missing = || PollError::not_found("no such job");
    let cases = [
        (vec![is(JobState::Failed)], Outcome::Failed),
        (vec![is(JobState::Running)], Outcome::Deadline),
        (vec![Answer::Silence], Outcome::Deadline),
        (vec![Answer::Error(missing)], Outcome::NotFound),
        (
            vec![is(JobState::Running), Answer::Error(busy)],
            Outcome::Poll,
        ),
        (
            vec![is(JobState::Running), Answer::Error(missing)],
            Outcome::Vanished,
        ),
    ];
    for (answers, outcome) in cases {
        let script = Script::new(answers);
        let waiter = Waiter::new(script.clone()).tolerate(Tolerance::none());
        let (lines, end) = lines_of(waiter.watch("j")).await;
        let error = end.unwrap_err();
        assert_eq!(error.outcome(), outcome, "{error}");
        let (last, before) = lines.split_last().unwrap();
        let done = Event::Done {
            outcome,
            message: Some(error.to_string()),
        };
        assert_eq!(serde_json::from_str::<Event>(last).unwrap(), done);
        assert!(
            !before.iter().any(|line| line.contains(r#""done""#)),
            "{lines:?}"
        );
        assert_eq!(script.holders(), 2, "the script's and the waiter's");
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_that_stays_as_it_is_tells_nothing() {
    let script = Script::new([is(JobState::Running)]);
    let (lines, _) = lines_of(watch(&script)).await;
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(script.polls().len() > 100);
}

#[tokio::test(start_paused = true)]
async fn what_was_left_in_the_stream_does_not_keep_it_from_its_end() {
    let done = job(JobState::Succeeded).sub_job(sub("a", JobState::Succeeded));
    let script = Script::new([is(JobState::Running), Answer::Job(done.clone())]);
    let mut watch = watch(&script);
    assert!(matches!(
        watch.next().await,
        Some(Event::StateChanged { .. })
    ));
    assert!(matches!(
        watch.next().await,
        Some(Event::StateChanged { .. })
    ));
    assert_eq!(watch.finish().await.unwrap(), done);
    assert_eq!(script.polls().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_is_not_polled_does_nothing() {
    let script = Script::new([is(JobState::Succeeded)]);
    let watch = watch(&script);
    tokio::time::sleep(Duration::from_secs(86_400)).await;
    assert_eq!(script.polls(), []);
    let (lines, end) = lines_of(watch).await;
    assert_eq!((lines.len(), end.is_ok()), (2, true));
}

#[tokio::test(start_paused = true)]
async fn a_dropped_stream_leaves_nothing_behind() {
    let script = Script::new([Answer::Silence]);
    let mut watch = watch(&script);
    assert!(
        tokio::time::timeout(Duration::from_secs(9), watch.next())
            .await
            .is_err()
    );
    assert_eq!(script.polls().len(), 1);
    drop(watch);
    assert_eq!(script.holders(), 1);
}
