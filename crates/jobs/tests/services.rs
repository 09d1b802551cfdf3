//! The services' own clients as sources of jobs, over real HTTP.
#![cfg(all(feature = "cce", feature = "eip", feature = "codearts-build"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::time::Duration;

use futures_util::StreamExt as _;
use huaweicloud_core::policy::RetryPolicy;
use huaweicloud_core::{Config, ConfigBuilder};
use huaweicloud_emulator::{Emulator, Fault, RetryAfter, Rule};
use huaweicloud_jobs::{
    Event, Job, JobSource, JobState, Outcome, PollError, PollErrorKind, Schedule, Waiter,
};

const BUILD: &str = "901878212b1a49be9c1a1054c272762a";

async fn emulator() -> Emulator {
    Emulator::builder().start().await.unwrap()
}

fn caller_of(emulator: &Emulator) -> ConfigBuilder {
    Config::builder()
        .endpoint(emulator.url())
        .credentials(emulator.access_key().clone())
        .project_id(emulator.project_id())
        .retry(RetryPolicy::never())
}

fn cce(emulator: &Emulator) -> huaweicloud_cce::Client {
    huaweicloud_cce::Client::new(&caller_of(emulator).build().unwrap()).unwrap()
}

fn eip(emulator: &Emulator) -> huaweicloud_eip::Client {
    huaweicloud_eip::Client::new(&caller_of(emulator).build().unwrap()).unwrap()
}

fn builds(emulator: &Emulator) -> huaweicloud_codearts_build::Client {
    huaweicloud_codearts_build::Client::new(&caller_of(emulator).build().unwrap()).unwrap()
}

/// The job that a source makes of an answer.
async fn job_of(
    emulator: &Emulator,
    source: &impl JobSource,
    operation: &str,
    body: &str,
) -> Result<Job, PollError> {
    emulator.clear_faults();
    let answer = Rule::new(Fault::Body(body.to_owned())).operation(operation);
    emulator.inject(answer).unwrap();
    source.job(BUILD).await
}

#[tokio::test]
async fn the_documented_job_of_cce_is_understood() {
    let emulator = emulator().await;
    let job = cce(&emulator).job("354331b2c").await.unwrap();
    let expected = r#"{"id":"354331b2c","service":"cce","type":"CreateCluster","state":"running","resource":{"id":"6f4dcb2c-229a-11e8-9c75-0255ac100ceb","name":"cluster-name"},"begin":"2018-08-02T08:12:40.672772389Z","update":"2018-08-02T08:21:50.478108569Z","sub_jobs":[{"id":"fd474fab-9606-11e8-baa9-0255ac10215d","service":"cce","type":"InstallMaster","state":"succeeded","resource":{"id":"fd3b4ac0-9606-11e8-baa8-0255ac10215d"},"begin":"2018-08-02T03:52:34.615819618Z","update":"2018-08-02T04:05:29.196243031Z","end":"2018-08-02T04:05:29.196243031Z"},{"id":"fd474f82-9606-11e8-baa8-0255ac10215d","service":"cce","type":"CreatePSMCert","state":"succeeded","resource":{"id":"fcc72de0-9606-11e8-baa8-0255ac10215d"},"begin":"2018-08-02T03:52:33.859150791Z","update":"2018-08-02T03:52:34.615655429Z","end":"2018-08-02T03:52:34.615655429Z"}]}"#;
    assert_eq!(serde_json::to_string(&job).unwrap(), expected);
}

#[tokio::test]
async fn a_failed_job_of_cce_tells_why() {
    let emulator = emulator().await;
    let source = cce(&emulator);
    let body = r#"{"metadata":{"uid":"a","creationTimestamp":"once upon a time"},"spec":{"subJobs":[
        {"spec":{"type":"InstallMaster"},"status":{"phase":"Failed","reason":"no capacity"}},
        {"status":{"phase":"Running","reason":"waiting for the master"}},
        7
    ]},"status":{"phase":"Failed","reason":""}}"#;
    // A number is no sub-job. The next answer may be a better one.
    let error = job_of(&emulator, &source, "ShowJob", body)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), PollErrorKind::Transient);

    let body = body.replace(",\n        7", "");
    let job = job_of(&emulator, &source, "ShowJob", &body).await.unwrap();
    assert_eq!((job.id.as_str(), &job.state), (BUILD, &JobState::Failed));
    assert_eq!((job.begin, &job.error), (None, &None));
    let to_blame = job.failed_leaf().unwrap();
    assert_eq!(to_blame.kind.as_deref(), Some("InstallMaster"));
    assert_eq!(to_blame.error.as_ref().unwrap().to_string(), "no capacity");
    assert_eq!(job.sub_jobs[1].error, None);
}

#[tokio::test]
async fn the_documented_job_of_eip_is_understood() {
    let emulator = emulator().await;
    let job = eip(&emulator).job("ff808082").await.unwrap();
    let expected = r#"{"id":"ff808082","service":"eip","type":"createBatchPublicip","state":"succeeded","begin":"2022-12-05T08:10:19.951Z","end":"2022-12-05T08:10:21.864Z"}"#;
    assert_eq!(serde_json::to_string(&job).unwrap(), expected);
}

#[tokio::test]
async fn a_failed_job_of_eip_tells_why() {
    let emulator = emulator().await;
    let source = eip(&emulator);
    let body = r#"{"status":"FAIL","error_code":"VPC.0504","fail_reason":"quota","begin_time":null,
        "entities":{"sub_jobs":[{"job_id":"x","status":"INIT"},{"status":"RUNNING"}]}}"#;
    let job = job_of(&emulator, &source, "ShowResourcesJobDetail", body)
        .await
        .unwrap();
    let expected = format!(
        r#"{{"id":"{BUILD}","service":"eip","state":"failed","error":{{"code":"VPC.0504","reason":"quota"}},"sub_jobs":[{{"id":"x","service":"eip","state":"pending"}},{{"id":"","service":"eip","state":"running"}}]}}"#
    );
    assert_eq!(serde_json::to_string(&job).unwrap(), expected);

    let body = r#"{"entities":null}"#;
    let job = job_of(&emulator, &source, "ShowResourcesJobDetail", body)
        .await
        .unwrap();
    assert_eq!(job.state, JobState::Other(String::new()));
    let body = r#"{"status":"ROLLBACK"}"#;
    let job = job_of(&emulator, &source, "ShowResourcesJobDetail", body)
        .await
        .unwrap();
    assert_eq!(job.state, JobState::Other("ROLLBACK".to_owned()));
}

#[tokio::test]
async fn a_build_runs_or_is_as_its_last_build_ended() {
    let emulator = emulator().await;
    let source = builds(&emulator);
    let job = source.job(BUILD).await.unwrap();
    let expected = format!(r#"{{"id":"{BUILD}","service":"codearts-build","state":"running"}}"#);
    assert_eq!(serde_json::to_string(&job).unwrap(), expected);
    assert_eq!(emulator.statistics().requests_of("ShowJobInfo"), 0);

    let body = r#"{"result":false}"#;
    let job = job_of(&emulator, &source, "ShowJobStatus", body)
        .await
        .unwrap();
    let expected = format!(
        r#"{{"id":"{BUILD}","service":"codearts-build","state":"succeeded","resource":{{"id":"f5af662119404ad187437cd272b5099b","name":"jobname"}},"begin":"2024-07-24T03:56:47Z"}}"#
    );
    assert_eq!(serde_json::to_string(&job).unwrap(), expected);

    let states = [
        (
            r#""running_status":"Finished","last_build_status":"failed""#,
            JobState::Failed,
        ),
        (
            r#""running_status":"Running","last_build_status":"failed""#,
            JobState::Running,
        ),
        (
            r#""last_build_status":"odd""#,
            JobState::Other("odd".to_owned()),
        ),
        (
            r#""running_status":"Finished""#,
            JobState::Other("Finished".to_owned()),
        ),
        (r#""last_build_time":-1"#, JobState::Other(String::new())),
    ];
    for (fields, state) in states {
        emulator.clear_faults();
        for (operation, body) in [
            ("ShowJobStatus", r#"{"result":null}"#.to_owned()),
            (
                "ShowJobInfo",
                format!(r#"{{"status":"success","result":{{{fields}}}}}"#),
            ),
        ] {
            emulator
                .inject(Rule::new(Fault::Body(body)).operation(operation))
                .unwrap();
        }
        let job = source.job(BUILD).await.unwrap();
        assert_eq!((job.state, job.begin), (state, None), "{fields}");
    }
}

#[tokio::test]
async fn what_goes_wrong_is_worth_another_try_or_not() {
    use PollErrorKind::{NotFound, Permanent, Transient};
    let emulator = emulator().await;
    let source = cce(&emulator);
    let in_an_hour = Some(RetryAfter::Seconds(3600));
    let cases = [
        (Fault::Status(404), NotFound, None),
        (Fault::Html { status: 404 }, NotFound, None),
        (Fault::Status(503), Transient, None),
        (Fault::Html { status: 200 }, Transient, None),
        (Fault::ResetBeforeAnswer, Transient, None),
        (Fault::Throttled { retry_after: None }, Transient, None),
        (
            Fault::Throttled {
                retry_after: in_an_hour,
            },
            Transient,
            Some(3600),
        ),
        (Fault::Status(403), Permanent, None),
        (Fault::Status(400), Permanent, None),
    ];
    for (fault, kind, seconds) in cases {
        emulator.clear_faults();
        emulator
            .inject(Rule::new(fault.clone()).operation("ShowJob"))
            .unwrap();
        let error = source.job("354331b2c").await.unwrap_err();
        assert_eq!(error.kind(), kind, "{fault:?}");
        assert_eq!(
            error.retry_after(),
            seconds.map(Duration::from_secs),
            "{fault:?}"
        );
        assert_eq!(error.to_string(), error.call().unwrap().to_string());
    }
    let error = source.job("").await.unwrap_err();
    assert_eq!(error.kind(), Permanent, "{error}");
}

#[tokio::test]
async fn a_quota_is_that_of_an_endpoint_and_a_project() {
    let emulator = emulator().await;
    let (one, other) = (cce(&emulator), cce(&emulator));
    assert_eq!(one.quota(), other.quota());
    assert_eq!(
        one.quota(),
        eip(&emulator).quota(),
        "the same endpoint and project"
    );
    let elsewhere = caller_of(&emulator).project_id("another").build().unwrap();
    let elsewhere = huaweicloud_cce::Client::new(&elsewhere).unwrap();
    assert_ne!(one.quota(), elsewhere.quota());
    let names = [
        one.service(),
        eip(&emulator).service(),
        builds(&emulator).service(),
    ]
    .map(str::to_owned);
    assert_eq!(names, ["cce", "eip", "codearts-build"]);
}

/// Asks again and again without a pause.
fn waiter(source: impl JobSource + 'static) -> Waiter {
    let schedule = Schedule::default()
        .initial_delay(Duration::ZERO)
        .ceiling(Duration::ZERO);
    Waiter::new(source).schedule(schedule)
}

#[tokio::test]
async fn a_job_is_followed_over_http_to_its_end() {
    let emulator = emulator().await;
    let state = |state: &str| Fault::Body(format!(r#"{{"status":"{state}"}}"#));
    for fault in [
        Fault::Status(404),
        state("INIT"),
        Fault::Html { status: 502 },
        state("RUNNING"),
        Fault::CutShort,
    ] {
        let once = Rule::new(fault)
            .operation("ShowResourcesJobDetail")
            .times(1);
        emulator.inject(once).unwrap();
    }
    let mut watch = waiter(eip(&emulator)).watch("ff808082");
    let mut told = Vec::new();
    while let Some(event) = watch.next().await {
        told.push(match event {
            Event::PollFailed(failure) => {
                assert_eq!(failure.request_id.is_some(), failure.status.is_some());
                format!("{:?} {:?}", failure.kind, failure.status)
            }
            Event::StateChanged { job, .. } => job.state.to_string(),
            Event::Done { outcome, .. } => format!("{outcome:?}"),
            event => panic!("{event:?}"),
        });
    }
    assert_eq!(
        told,
        [
            "NotFound Some(404)",
            "pending",
            "Transient Some(502)",
            "running",
            "Transient Some(200)",
            "succeeded",
            "Succeeded",
        ]
    );
    assert_eq!(
        watch.finish().await.unwrap().kind.as_deref(),
        Some("createBatchPublicip")
    );
    assert_eq!(
        emulator.statistics().requests_of("ShowResourcesJobDetail"),
        6
    );
}

#[tokio::test]
async fn what_failed_over_http_is_named() {
    let emulator = emulator().await;
    let body = r#"{"spec":{"type":"CreateCluster","subJobs":[{"metadata":{"uid":"fd474fab"},
        "spec":{"type":"InstallMaster"},"status":{"phase":"Failed","reason":"no capacity"}}]},
        "status":{"phase":"Failed"}}"#;
    let answer = Rule::new(Fault::Body(body.to_owned())).operation("ShowJob");
    emulator.inject(answer).unwrap();
    let error = waiter(cce(&emulator)).wait("354331b2c").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "cce job 354331b2c (CreateCluster) failed at its sub-job InstallMaster fd474fab: \
         no capacity"
    );

    emulator.clear_faults();
    let refused = Rule::new(Fault::Status(403)).operation("ShowJobStatus");
    emulator.inject(refused).unwrap();
    let error = waiter(builds(&emulator)).wait(BUILD).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Poll);
    let call = error.poll_error().unwrap().call().unwrap();
    assert_eq!(
        (call.operation(), call.attempts()),
        (Some("ShowJobStatus"), 1)
    );
    let shown = format!("{error} {error:?}");
    assert!(
        !shown.contains(emulator.access_key().secret().expose()),
        "{shown}"
    );
}
