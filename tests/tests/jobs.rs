//! Jobs of every service from their start to whatever end: started by the call that starts them,
//! played by the emulator, and waited for. By a clock that is paused: it goes on from poll to poll
//! and stands still while a request is under way.

use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::StreamExt as _;
use huaweicloud_emulator::{Emulator, Script};
use huaweicloud_jobs::{
    Event, Job, JobFuture, JobSource, JobState, Outcome, PollErrorKind, Schedule, WaitError, Waiter,
};
use huaweicloud_tests::{addresses_request, build_request, caller_of, cluster_request, emulator};
use jiff::SignedDuration;
use tokio::time::Instant;

const SECOND: Duration = Duration::from_secs(1);
const BUILD_TASK: &str = "901878212b1a49be9c1a1054c272762a";

#[derive(Clone, Copy, Debug, PartialEq)]
enum Service {
    Cce,
    Eip,
    CodeArtsBuild,
}

const SERVICES: [Service; 3] = [Service::Cce, Service::Eip, Service::CodeArtsBuild];

struct Stage {
    emulator: Emulator,
    cce: huaweicloud_cce::Client,
    eip: huaweicloud_eip::Client,
    builds: huaweicloud_codearts_build::Client,
}

impl Stage {
    async fn set() -> Self {
        let emulator = emulator().await;
        let config = caller_of(&emulator).build().unwrap();
        Self {
            emulator,
            cce: huaweicloud_cce::Client::new(&config).unwrap(),
            eip: huaweicloud_eip::Client::new(&config).unwrap(),
            builds: huaweicloud_codearts_build::Client::new(&config).unwrap(),
        }
    }

    /// Starts a job by the service's own call; it plays this script, or the usual one.
    async fn start(&self, service: Service, script: Option<Script>) -> String {
        if let Some(script) = script {
            let operation = match service {
                Service::Cce => "CreateCluster",
                Service::Eip => "BatchCreatePublicips",
                Service::CodeArtsBuild => "RunJob",
            };
            self.emulator.script(operation, script).unwrap();
        }
        let started = async {
            match service {
                Service::Cce => {
                    let call = self.cce.create_cluster().body(cluster_request());
                    let cluster = call.send().await.unwrap().into_inner();
                    cluster.status.unwrap().job_id.unwrap()
                }
                Service::Eip => {
                    let call = self.eip.batch_create_publicips().body(addresses_request());
                    call.send().await.unwrap().into_inner().job_id.unwrap()
                }
                Service::CodeArtsBuild => {
                    let call = self.builds.run_job().body(build_request(BUILD_TASK));
                    call.send().await.unwrap();
                    BUILD_TASK.to_owned()
                }
            }
        };
        standing_still(started).await
    }

    fn source(&self, service: Service) -> Source {
        let inner: Arc<dyn JobSource> = match service {
            Service::Cce => Arc::new(self.cce.clone()),
            Service::Eip => Arc::new(self.eip.clone()),
            Service::CodeArtsBuild => Arc::new(self.builds.clone()),
        };
        Source {
            inner,
            last: Arc::default(),
        }
    }

    async fn follow(&self, service: Service, id: &str) -> Followed {
        self.follow_for(service, id, Duration::MAX).await
    }

    /// Follows a job to its end, and checks what is so of every job: that the events lead to what was
    /// last seen of it, and that the last of them tells the outcome.
    async fn follow_for(&self, service: Service, id: &str, timeout: Duration) -> Followed {
        let source = self.source(service);
        let started = Instant::now();
        let mut watch = waiter(source.clone()).timeout(timeout).watch(id);
        let events: Vec<Event> = watch.by_ref().collect().await;
        let elapsed = started.elapsed();
        let end = watch.finish().await;

        let last = source.last.lock().unwrap().clone();
        assert_eq!(Job::replay(&events).unwrap(), last, "{service:?}");
        let seen = match &end {
            Ok(job) => Some(job),
            Err(error) => error.job(),
        };
        assert_eq!(seen, last.as_ref(), "{service:?}");
        let outcome = end
            .as_ref()
            .map_or_else(WaitError::outcome, |_| Outcome::Succeeded);
        let message = end.as_ref().err().map(ToString::to_string);
        assert_eq!(
            events.last(),
            Some(&Event::Done { outcome, message }),
            "{service:?}"
        );
        Followed {
            events,
            outcome,
            elapsed,
            end,
        }
    }
}

/// What became of following a job.
struct Followed {
    events: Vec<Event>,
    outcome: Outcome,
    elapsed: Duration,
    end: Result<Job, WaitError>,
}

impl Followed {
    /// How it ended, and after how many seconds.
    fn ended(&self) -> (Outcome, u64) {
        (self.outcome, self.elapsed.as_secs())
    }

    /// The states of the job, one after the other.
    fn states(&self) -> Vec<JobState> {
        let state = |event: &Event| match event {
            Event::StateChanged { job, .. } => Some(job.state.clone()),
            _ => None,
        };
        self.events.iter().filter_map(state).collect()
    }

    /// The kinds of the polls that failed, with the status of the answer.
    fn failed_polls(&self) -> Vec<(PollErrorKind, Option<u16>)> {
        let failure = |event: &Event| match event {
            Event::PollFailed(failure) => Some((failure.kind, failure.status)),
            _ => None,
        };
        self.events.iter().filter_map(failure).collect()
    }

    fn job(&self) -> &Job {
        self.end.as_ref().unwrap()
    }

    fn error(&self) -> &WaitError {
        self.end.as_ref().unwrap_err()
    }
}

/// A source for whose polls the clock stands still, and which keeps what it told last.
#[derive(Clone)]
struct Source {
    inner: Arc<dyn JobSource>,
    last: Arc<Mutex<Option<Job>>>,
}

impl JobSource for Source {
    fn service(&self) -> &str {
        self.inner.service()
    }

    fn job<'a>(&'a self, id: &'a str) -> JobFuture<'a> {
        Box::pin(async move {
            let job = standing_still(self.inner.job(id)).await?;
            *self.last.lock().unwrap() = Some(job.clone());
            Ok(job)
        })
    }
}

/// A paused clock goes ahead by itself when everybody waits, be it for the network, but not while a
/// blocking task runs.
async fn standing_still<T>(work: impl Future<Output = T>) -> T {
    let (clock, ended) = channel::<()>();
    tokio::task::spawn_blocking(move || ended.recv());
    let done = work.await;
    drop(clock);
    done
}

/// Polls after 2, 12, 22 and so on seconds: never at a moment at which a script changes something,
/// and more often than idle connections are closed.
fn waiter(source: Source) -> Waiter {
    let ten = 10 * SECOND;
    Waiter::new(source).schedule(Schedule::default().floor(ten).ceiling(ten).jitter(0.0))
}

/// A minute, in two sub-jobs.
fn script() -> Script {
    script_with(Script::new("Install", 40 * SECOND))
}

fn script_with(install: Script) -> Script {
    Script::new("Work", Duration::ZERO)
        .sub_job(Script::new("Prepare", 20 * SECOND))
        .sub_job(install)
}

/// Builds have no sub-jobs here.
fn has_sub_jobs(service: Service) -> bool {
    service != Service::CodeArtsBuild
}

#[tokio::test(start_paused = true)]
async fn what_is_started_is_waited_for_until_it_has_succeeded() {
    let stage = Stage::set().await;
    for (service, seconds, sub_jobs) in [
        // The first poll after 840, 20 and 240 seconds.
        (Service::Cce, 842, 8),
        (Service::Eip, 22, 2),
        (Service::CodeArtsBuild, 242, 0),
    ] {
        let id = stage.start(service, None).await;
        let followed = stage.follow(service, &id).await;
        assert_eq!(followed.ended(), (Outcome::Succeeded, seconds));
        assert_eq!(followed.states(), [JobState::Running, JobState::Succeeded]);
        let job = followed.job();
        assert_eq!((&*job.id, job.sub_jobs.len()), (&*id, sub_jobs));
        let succeeded = |(_, job): (_, &Job)| job.state == JobState::Succeeded;
        assert!(job.walk().all(succeeded), "{job:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_faster_clock_of_jobs_makes_the_waiting_shorter() {
    let stage = Stage::set().await;
    stage.emulator.set_job_speed(60.0).unwrap();
    for service in SERVICES {
        let id = stage.start(service, Some(Script::cluster())).await;
        let followed = stage.follow(service, &id).await;
        // Fourteen minutes in as many seconds.
        assert_eq!(followed.ended(), (Outcome::Succeeded, 22), "{service:?}");
        let job = followed.job();
        if let (Some(begin), Some(end)) = (job.begin, job.end) {
            assert_eq!(end.duration_since(begin), SignedDuration::from_mins(14));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn each_step_is_told_once() {
    let stage = Stage::set().await;
    // Nothing happens but by the test.
    stage.emulator.set_job_speed(0.0).unwrap();
    for service in [Service::Cce, Service::Eip] {
        let id = stage.start(service, Some(script())).await;
        let mut watch = waiter(stage.source(service)).watch(id);
        for (ahead, steps) in [
            (
                0,
                &["Work running", "Prepare running", "Install pending"][..],
            ),
            (20, &["Prepare succeeded", "Install running"]),
            (40, &["Work succeeded", "Install succeeded"]),
        ] {
            stage.emulator.advance_jobs(ahead * SECOND);
            for step in steps {
                let told = loop {
                    match watch.next().await.unwrap() {
                        // The time of the last change.
                        Event::JobChanged { .. } => {}
                        Event::StateChanged { job, .. }
                        | Event::SubJobAppeared { job, .. }
                        | Event::SubJobChanged { job, .. } => break job,
                        event => panic!("{event:?}"),
                    }
                };
                let kind = told.kind.unwrap();
                assert_eq!(format!("{kind} {}", told.state), *step, "{service:?}");
            }
        }
        let rest: Vec<Event> = watch.by_ref().collect().await;
        assert!(matches!(&rest[..], [Event::Done { .. }]), "{rest:?}");
        watch.finish().await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_that_fails_is_an_error_that_names_the_sub_job_and_the_reason() {
    let stage = Stage::set().await;
    for service in SERVICES {
        let install = Script::new("Install", 40 * SECOND).fails("X.1", "no capacity");
        let id = stage.start(service, Some(script_with(install))).await;
        let followed = stage.follow(service, &id).await;
        assert_eq!(followed.ended(), (Outcome::Failed, 62), "{service:?}");
        let error = followed.error();
        let leaf = error.job().unwrap().failed_leaf().unwrap();
        let expected = match service {
            Service::Cce => format!(
                "cce job {id} (Work) failed at its sub-job Install {}: no capacity",
                leaf.id
            ),
            Service::Eip => format!(
                "eip job {id} (Work) failed at its sub-job Install {}: X.1: no capacity; \
                 look the code up in the documentation of the service",
                leaf.id
            ),
            Service::CodeArtsBuild => {
                format!("codearts-build job {id} failed; the service does not say why")
            }
        };
        assert_eq!(error.to_string(), expected);
        assert_eq!(leaf.id != id, has_sub_jobs(service));
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_that_stalls_is_waited_for_until_the_deadline() {
    let stage = Stage::set().await;
    for service in SERVICES {
        let install = Script::new("Install", 40 * SECOND).stalls();
        let id = stage.start(service, Some(script_with(install))).await;
        let followed = stage.follow_for(service, &id, 600 * SECOND).await;
        assert_eq!(followed.ended(), (Outcome::Deadline, 600), "{service:?}");
        let message = followed.error().to_string();
        let expected = "last seen running; it goes on: wait longer, or look at it again later";
        assert!(message.ends_with(expected), "{message}");
        assert_eq!(followed.failed_polls(), []);
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_that_vanishes_is_given_up() {
    let stage = Stage::set().await;
    for service in SERVICES {
        let vanishing = script().vanishes_after(45 * SECOND);
        let id = stage.start(service, Some(vanishing)).await;
        let followed = stage.follow(service, &id).await;
        assert_eq!(followed.ended(), (Outcome::Vanished, 52), "{service:?}");
        assert_eq!(
            followed.failed_polls(),
            [(PollErrorKind::NotFound, Some(404))]
        );
        let message = followed.error().to_string();
        assert!(
            message.contains(" is no longer there, last seen running"),
            "{message}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_that_is_not_found_at_first_is_waited_for() {
    let stage = Stage::set().await;
    for service in SERVICES {
        let late = script().not_found_for(15 * SECOND);
        let id = stage.start(service, Some(late)).await;
        let followed = stage.follow(service, &id).await;
        assert_eq!(followed.ended(), (Outcome::Succeeded, 62), "{service:?}");
        let missing = (PollErrorKind::NotFound, Some(404));
        assert_eq!(followed.failed_polls(), [missing; 2]);
        assert_eq!(followed.states(), [JobState::Running, JobState::Succeeded]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_that_is_never_found_does_not_exist() {
    let stage = Stage::set().await;
    for service in SERVICES {
        let hidden = script().not_found_for(3600 * SECOND);
        let id = stage.start(service, Some(hidden)).await;
        let followed = stage.follow(service, &id).await;
        assert_eq!(followed.ended(), (Outcome::NotFound, 32), "{service:?}");
        assert_eq!(followed.failed_polls().len(), 4);
        assert_eq!(followed.states(), []);
        let message = followed.error().to_string();
        assert!(message.contains(" does not exist: "), "{message}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_that_goes_back_before_its_end_is_seen_is_waited_for_again() {
    let stage = Stage::set().await;
    for service in SERVICES {
        let back = script().goes_back(Duration::ZERO, 35 * SECOND);
        let id = stage.start(service, Some(back)).await;
        let followed = stage.follow(service, &id).await;
        assert_eq!(followed.ended(), (Outcome::Succeeded, 102), "{service:?}");
        assert_eq!(followed.states(), [JobState::Running, JobState::Succeeded]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_that_goes_back_after_its_end_can_be_followed_again() {
    let stage = Stage::set().await;
    for service in SERVICES {
        let back = script().goes_back(20 * SECOND, 30 * SECOND);
        let id = stage.start(service, Some(back)).await;
        let followed = stage.follow(service, &id).await;
        assert_eq!(followed.ended(), (Outcome::Succeeded, 62), "{service:?}");

        // 87 seconds old, it runs again until it is 110.
        stage.emulator.advance_jobs(25 * SECOND);
        let again = stage.follow(service, &id).await;
        assert_eq!(again.ended(), (Outcome::Succeeded, 32), "{service:?}");
        assert_eq!(again.states(), [JobState::Running, JobState::Succeeded]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_that_repeats_can_be_followed_each_time() {
    let stage = Stage::set().await;
    for service in SERVICES {
        let id = stage
            .start(service, Some(script().repeats_after(20 * SECOND)))
            .await;
        let first = stage.follow(service, &id).await;
        assert_eq!(first.ended(), (Outcome::Succeeded, 62), "{service:?}");

        // 87 seconds old, it runs for the second time, until it is 140.
        stage.emulator.advance_jobs(25 * SECOND);
        let second = stage.follow(service, &id).await;
        assert_eq!(second.ended(), (Outcome::Succeeded, 62), "{service:?}");
        assert_eq!(second.states(), [JobState::Running, JobState::Succeeded]);
        let begins = [first.job().begin.unwrap(), second.job().begin.unwrap()];
        let later = begins[1].duration_since(begins[0]);
        assert_eq!(later, SignedDuration::from_secs(80), "{service:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_repetition_whose_begin_was_missed_is_told_step_by_step() {
    let stage = Stage::set().await;
    for service in SERVICES {
        // It has ended for a second, between two polls.
        let id = stage
            .start(service, Some(script().repeats_after(SECOND)))
            .await;
        let followed = stage.follow_for(service, &id, 100 * SECOND).await;
        assert_eq!(followed.ended(), (Outcome::Deadline, 100), "{service:?}");
        assert_eq!(followed.states(), [JobState::Running]);
        let again = followed.events.iter().any(|event| {
            matches!(event, Event::SubJobChanged { from, job, .. }
                if *from == JobState::Succeeded && job.state == JobState::Running)
        });
        assert_eq!(again, has_sub_jobs(service), "{:?}", followed.events);
    }
}
