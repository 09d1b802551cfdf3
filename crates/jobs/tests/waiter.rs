//! What becomes of waiting, whatever a source answers; by a clock that is paused.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod scripted;

use std::time::Duration;

use huaweicloud_jobs::{
    CancellationToken, Failure, Job, JobState, Outcome, PollError, PollErrorKind, Schedule,
    Tolerance, WaitError, Waiter,
};
use tokio::time::Instant;

use self::scripted::{Answer, Script, is, job};

const SECOND: Duration = Duration::from_secs(1);

/// A poll each ten seconds, the first after two.
fn waiter(script: &Script) -> Waiter {
    let ten = 10 * SECOND;
    let schedule = Schedule::default().floor(ten).ceiling(ten).jitter(0.0);
    Waiter::new(script.clone()).schedule(schedule)
}

async fn wait(answers: impl IntoIterator<Item = Answer>) -> (Result<Job, WaitError>, Vec<u64>) {
    let script = Script::new(answers);
    let end = waiter(&script).wait("j").await;
    (end, seconds(&script))
}

fn seconds(script: &Script) -> Vec<u64> {
    script.polls().iter().map(Duration::as_secs).collect()
}

fn busy() -> PollError {
    PollError::transient("the backend is busy")
}

fn missing() -> PollError {
    PollError::not_found("no such job")
}

#[tokio::test(start_paused = true)]
async fn without_an_initial_delay_the_first_poll_is_at_once() {
    let script = Script::new([is(JobState::Running), is(JobState::Succeeded)]);
    let schedule = Schedule::default()
        .initial_delay(Duration::ZERO)
        .jitter(0.0);
    let waiter = Waiter::new(script.clone()).schedule(schedule);
    waiter.wait("j").await.unwrap();
    assert_eq!(seconds(&script), [0, 2]);
}

#[tokio::test(start_paused = true)]
async fn a_job_is_waited_for_until_it_has_succeeded() {
    let (end, polls) = wait([
        is(JobState::Pending),
        is(JobState::Running),
        is(JobState::Running),
        is(JobState::Succeeded),
    ])
    .await;
    assert_eq!(end.unwrap(), job(JobState::Succeeded));
    assert_eq!(polls, [2, 12, 22, 32]);
}

#[tokio::test(start_paused = true)]
async fn a_state_that_is_not_known_or_goes_back_is_no_end() {
    let (end, polls) = wait([
        is(JobState::Running),
        is(JobState::Other("Paused".to_owned())),
        is(JobState::Pending),
        is(JobState::Other(String::new())),
        is(JobState::Succeeded),
    ])
    .await;
    assert_eq!(end.unwrap().state, JobState::Succeeded);
    assert_eq!(polls.len(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_job_that_fails_is_an_error_that_names_who_is_to_blame() {
    let failure = Failure::new().code("CCE.01400002").reason("no capacity");
    let install = Job::new("fd474fab", "script", JobState::Failed)
        .kind("InstallMaster")
        .error(failure.clone());
    let failed = job(JobState::Failed);
    let cases = [
        (
            failed.clone().kind("CreateCluster").sub_job(install),
            "script job j (CreateCluster) failed at its sub-job InstallMaster fd474fab: \
             CCE.01400002: no capacity; look the code up in the documentation of the service",
        ),
        (
            failed.clone().error(Failure::new().reason("no capacity")),
            "script job j failed: no capacity",
        ),
        (
            failed
                .clone()
                .error(failure)
                .sub_job(Job::new("a", "script", JobState::Failed)),
            "script job j failed at its sub-job a: CCE.01400002: no capacity; \
             look the code up in the documentation of the service",
        ),
        (failed, "script job j failed; the service does not say why"),
    ];
    for (failed, message) in cases {
        let (end, _) = wait([is(JobState::Running), Answer::Job(failed.clone())]).await;
        let error = end.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Failed);
        assert_eq!(error.to_string(), message);
        assert_eq!(error.job(), Some(&failed));
        assert_eq!((error.id(), error.elapsed()), ("j", 12 * SECOND));
        assert_eq!(error.into_job(), Some(failed));
    }
}

#[tokio::test(start_paused = true)]
async fn an_end_shortly_before_the_deadline_is_not_missed() {
    let running = std::iter::repeat_with(|| is(JobState::Running)).take(6);
    let script = Script::new(running.chain([is(JobState::Succeeded)]));
    let waiter = waiter(&script).timeout(60 * SECOND);
    assert_eq!(waiter.wait("j").await.unwrap(), job(JobState::Succeeded));
    assert_eq!(seconds(&script), [2, 12, 22, 32, 42, 52, 55]);
}

#[tokio::test(start_paused = true)]
async fn a_job_that_stalls_is_waited_for_until_the_deadline() {
    let script = Script::new([is(JobState::Running)]);
    let started = Instant::now();
    let error = waiter(&script)
        .timeout(60 * SECOND)
        .wait("j")
        .await
        .unwrap_err();
    assert_eq!(started.elapsed().as_secs(), 60);
    assert_eq!(error.outcome(), Outcome::Deadline);
    assert_eq!(error.job(), Some(&job(JobState::Running)));
    assert_eq!(
        error.to_string(),
        "script job j has not ended within 60.0s, last seen running; it goes on: wait longer, or \
         look at it again later"
    );
    assert_eq!(seconds(&script), [2, 12, 22, 32, 42, 52, 55]);
}

#[tokio::test(start_paused = true)]
async fn a_poll_does_not_outlast_the_deadline() {
    for answer in [
        Answer::Silence,
        Answer::Late(59 * SECOND, job(JobState::Succeeded)),
    ] {
        let script = Script::new([answer]);
        let started = Instant::now();
        let error = waiter(&script)
            .timeout(60 * SECOND)
            .wait("j")
            .await
            .unwrap_err();
        assert_eq!(started.elapsed().as_secs(), 60);
        assert_eq!((error.outcome(), error.job()), (Outcome::Deadline, None));
        assert!(error.to_string().contains("never seen"), "{error}");
    }
    let script = Script::new([Answer::Late(57 * SECOND, job(JobState::Succeeded))]);
    waiter(&script)
        .timeout(60 * SECOND)
        .wait("j")
        .await
        .unwrap();
    let script = Script::new([is(JobState::Succeeded)]);
    let error = waiter(&script)
        .timeout(Duration::ZERO)
        .wait("j")
        .await
        .unwrap_err();
    assert_eq!(error.outcome(), Outcome::Deadline);
    assert_eq!(script.polls(), []);
    waiter(&script)
        .timeout(Duration::MAX)
        .wait("j")
        .await
        .unwrap();
}

#[tokio::test(start_paused = true)]
async fn polls_that_fail_for_a_while_are_borne() {
    let failures = (0..20).map(|_| Answer::Error(busy));
    let answers = [is(JobState::Running)].into_iter().chain(failures);
    let (end, polls) = wait(answers.chain([is(JobState::Succeeded)])).await;
    assert_eq!(end.unwrap().state, JobState::Succeeded);
    assert_eq!(polls.len(), 22);
}

#[tokio::test(start_paused = true)]
async fn a_job_that_cannot_be_looked_up_is_given_up() {
    // By default after five failures and five minutes.
    let (end, polls) = wait([is(JobState::Running), Answer::Error(busy)]).await;
    let error = end.unwrap_err();
    assert_eq!((error.outcome(), error.failures()), (Outcome::Poll, 31));
    assert_eq!(polls.last(), Some(&312));
    assert_eq!(error.job(), Some(&job(JobState::Running)));
    assert_eq!(
        error.to_string(),
        "script job j cannot be looked up, 31 times in a row: the backend is busy"
    );
    assert_eq!(
        error.poll_error().map(PollError::kind),
        Some(PollErrorKind::Transient)
    );

    let counts = [
        (Tolerance::none(), 1),
        (Tolerance::none().failures(3), 4),
        (Tolerance::none().duration(35 * SECOND), 5),
        (Tolerance::none().failures(7).duration(35 * SECOND), 8),
    ];
    for (tolerance, failures) in counts {
        // A poll that succeeds begins a new count.
        let script = Script::new([
            Answer::Error(busy),
            is(JobState::Running),
            Answer::Error(busy),
        ]);
        let polls = if tolerance == Tolerance::none() {
            1
        } else {
            failures + 2
        };
        let error = waiter(&script)
            .tolerate(tolerance)
            .wait("j")
            .await
            .unwrap_err();
        assert_eq!(
            (error.outcome(), error.failures()),
            (Outcome::Poll, failures)
        );
        assert_eq!(script.polls().len(), polls as usize);
    }

    let refused = || PollError::permanent("not permitted");
    let (end, polls) = wait([Answer::Error(refused)]).await;
    let error = end.unwrap_err();
    assert_eq!(
        error.to_string(),
        "script job j cannot be looked up: not permitted"
    );
    assert_eq!((error.outcome(), polls.len()), (Outcome::Poll, 1));
}

#[tokio::test(start_paused = true)]
async fn a_service_that_asks_to_be_left_alone_is() {
    let in_a_minute = || busy().with_retry_after(Duration::from_secs(60));
    let at_once = || busy().with_retry_after(Duration::ZERO);
    let (end, polls) = wait([
        Answer::Error(in_a_minute),
        Answer::Error(at_once),
        is(JobState::Running),
        is(JobState::Succeeded),
    ])
    .await;
    assert!(end.is_ok());
    assert_eq!(polls, [2, 62, 72, 82]);
}

#[tokio::test(start_paused = true)]
async fn a_job_that_is_not_known_yet_is_given_time() {
    let unknown = [
        Answer::Error(missing),
        Answer::Error(missing),
        Answer::Error(missing),
    ];
    let (end, polls) = wait(unknown.into_iter().chain([is(JobState::Succeeded)])).await;
    assert!(end.is_ok());
    assert_eq!(polls, [2, 12, 22, 32]);

    let (end, polls) = wait([Answer::Error(missing)]).await;
    let error = end.unwrap_err();
    assert_eq!((error.outcome(), error.job()), (Outcome::NotFound, None));
    assert_eq!(
        error.to_string(),
        "script job j does not exist: no such job"
    );
    assert_eq!(polls, [2, 12, 22, 32]);

    let script = Script::new([Answer::Error(missing)]);
    let error = waiter(&script)
        .not_found_grace(Duration::ZERO)
        .wait("j")
        .await
        .unwrap_err();
    assert_eq!(
        (error.outcome(), seconds(&script)),
        (Outcome::NotFound, vec![2])
    );
}

#[tokio::test(start_paused = true)]
async fn a_job_that_vanishes_is_an_error_with_its_last_state() {
    let running = || is(JobState::Running);
    let (end, polls) = wait([
        running(),
        running(),
        running(),
        running(),
        Answer::Error(missing),
    ])
    .await;
    let error = end.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Vanished);
    assert_eq!(error.job(), Some(&job(JobState::Running)));
    assert_eq!(
        error.to_string(),
        "script job j is no longer there, last seen running: no such job; look at what it worked \
         on to see whether it was carried out"
    );
    assert_eq!(polls.last(), Some(&42));
    // Just after the start another part of the service may have answered.
    let (end, _) = wait([running(), Answer::Error(missing), is(JobState::Succeeded)]).await;
    assert!(end.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_token_ends_the_waiting_at_once() {
    for answer in [is(JobState::Running), Answer::Silence] {
        let script = Script::new([is(JobState::Running), answer]);
        let token = CancellationToken::new();
        let waiter = waiter(&script).cancel_on(token.clone());
        let waiting = tokio::spawn(async move { waiter.wait("j").await });
        tokio::time::sleep(15 * SECOND).await;
        let cancelled = Instant::now();
        token.cancel();
        let error = waiting.await.unwrap().unwrap_err();
        assert_eq!(cancelled.elapsed(), Duration::ZERO);
        assert_eq!(error.outcome(), Outcome::Cancelled);
        assert_eq!(
            error.to_string(),
            "script job j was no longer waited for after 15.0s, last seen running; it goes on"
        );
        assert_eq!(script.holders(), 1, "nothing is left behind");
    }
    let script = Script::new([is(JobState::Succeeded)]);
    let token = CancellationToken::new();
    token.cancel();
    let error = waiter(&script)
        .cancel_on(token)
        .wait("j")
        .await
        .unwrap_err();
    assert_eq!(
        (error.outcome(), script.polls().len()),
        (Outcome::Cancelled, 0)
    );
}

#[tokio::test(start_paused = true)]
async fn dropping_the_future_ends_the_waiting() {
    let script = Script::new([is(JobState::Running)]);
    let waiting = waiter(&script);
    let dropped = tokio::time::timeout(15 * SECOND, waiting.wait("j")).await;
    assert!(dropped.is_err());
    drop(waiting);
    tokio::time::sleep(100 * SECOND).await;
    assert_eq!(seconds(&script), [2, 12]);
    assert_eq!(script.holders(), 1, "nothing is left behind");
}

#[tokio::test(start_paused = true)]
async fn one_waiter_waits_for_many_jobs() {
    let script = Script::new([is(JobState::Succeeded)]);
    let waiter = waiter(&script);
    let (one, other) = tokio::join!(waiter.wait("one"), waiter.wait("other"));
    assert!(one.is_ok() && other.is_ok());
    assert_eq!(script.polls().len(), 2);
}
