use std::collections::HashSet;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use huaweicloud_cce::types::{Cluster, Job};
use huaweicloud_codearts_build::types::{RunJobRequestBody, ShowJobInfoResult};
use huaweicloud_eip::types::{BatchCreatePublicipsV2RequestBody, ResourcesJob};
use huaweicloud_emulator::{Emulator, Fault, JobError, Rule, Script, Service, Start, StartError};
use huaweicloud_iam::{Config, Error};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::time::advance;

use crate::caller::{JOB_ID, credentials, json, post};

const SECOND: Duration = Duration::from_secs(1);

/// An emulator, its clients, and tokio's clock, which only the test moves: while a blocking task
/// runs, a paused clock does not go ahead by itself when everybody waits for the network.
struct Stage {
    emulator: Emulator,
    cce: huaweicloud_cce::Client,
    eip: huaweicloud_eip::Client,
    build: huaweicloud_codearts_build::Client,
    _clock: Sender<()>,
}

impl Stage {
    async fn set() -> Self {
        let (clock, ended) = channel::<()>();
        tokio::task::spawn_blocking(move || ended.recv());
        let emulator = Emulator::builder().start().await.unwrap();
        let config = Config::builder()
            .endpoint(emulator.url())
            .credentials(emulator.access_key().clone())
            .project_id(emulator.project_id())
            .build()
            .unwrap();
        Self {
            cce: huaweicloud_cce::Client::new(&config).unwrap(),
            eip: huaweicloud_eip::Client::new(&config).unwrap(),
            build: huaweicloud_codearts_build::Client::new(&config).unwrap(),
            emulator,
            _clock: clock,
        }
    }

    async fn cluster(&self, id: &str) -> Result<Job, Error> {
        let job = self.cce.show_job().job_id(id).send().await?;
        Ok(job.into_inner())
    }

    async fn addresses(&self, id: &str) -> Result<ResourcesJob, Error> {
        let call = self.eip.show_resources_job_detail().job_id(id);
        Ok(call.send().await?.into_inner())
    }

    /// Whether the build task runs, and what is said of it.
    async fn built(&self, id: &str) -> Result<(bool, ShowJobInfoResult), Error> {
        let status = self.build.show_job_status().job_id(id).send().await?;
        let info = self.build.show_job_info().job_id(id).send().await?;
        let task = info.into_inner().result.unwrap();
        Ok((status.result.unwrap(), task))
    }

    async fn phase(&self, id: &str) -> String {
        match self.cluster(id).await {
            Ok(job) => job.status.unwrap().phase.unwrap(),
            Err(error) => error.code().unwrap().to_owned(),
        }
    }
}

fn cluster_body() -> Cluster {
    let body = json!({
        "kind": "Cluster",
        "apiVersion": "v3",
        "metadata": {"name": "a-cluster"},
        "spec": {
            "flavor": "cce.s2.small",
            "hostNetwork": {"vpc": "a", "subnet": "b"},
            "containerNetwork": {"mode": "eni"},
            "eniNetwork": {"subnets": [{"subnetID": "c"}]},
            "authentication": {
                "mode": "authenticating_proxy",
                "authenticatingProxy": {"privateKey": "hush"},
            },
        },
    });
    serde_json::from_value(body).unwrap()
}

fn addresses_body(count: i32) -> BatchCreatePublicipsV2RequestBody {
    let body = json!({
        "bandwidth": {"size": 5},
        "publicip": {"type": "5_bgp"},
        "publicip_number": count,
        "enterprise_project_id": "0",
    });
    serde_json::from_value(body).unwrap()
}

fn build_body() -> RunJobRequestBody {
    serde_json::from_value(json!({"job_id": JOB_ID})).unwrap()
}

fn go_time(text: Option<&str>) -> Timestamp {
    let text = text.unwrap().strip_suffix(" +0000 UTC").unwrap();
    format!("{}Z", text.replace(' ', "T")).parse().unwrap()
}

fn rfc_3339(text: Option<&str>) -> Timestamp {
    let text = text.unwrap();
    assert_eq!(text.len(), "2022-12-05T08:10:19.951Z".len(), "{text}");
    text.parse().unwrap()
}

fn seconds_between(from: Timestamp, to: Timestamp) -> f64 {
    to.duration_since(from).as_secs_f64()
}

#[tokio::test(start_paused = true)]
async fn a_cluster_is_created_in_a_quarter_of_an_hour() {
    let stage = Stage::set().await;
    stage.emulator.set_job_speed(60.0).unwrap();
    let create = stage.cce.create_cluster().body(cluster_body());
    let answer = create.send().await.unwrap();
    assert_eq!(answer.status(), 201);
    let text = String::from_utf8(answer.body().to_vec()).unwrap();
    assert!(!text.contains("hush"), "{text}");
    let cluster = answer.into_inner();
    let (metadata, status) = (cluster.metadata.unwrap(), cluster.status.unwrap());
    assert_eq!(metadata.name.as_deref(), Some("a-cluster"));
    assert_eq!(
        cluster.spec.unwrap().flavor.as_deref(),
        Some("cce.s2.small")
    );
    assert_eq!(status.phase.as_deref(), Some("Creating"));
    let (uid, id) = (metadata.uid.unwrap(), status.job_id.unwrap());
    assert_eq!((uid.len(), id.len()), (36, 36));
    let created = go_time(metadata.creation_timestamp.as_deref());

    // Tokio's seconds, the minutes of the job, and where the sub-jobs are that are listed.
    let mut first_ids = Vec::new();
    for (ahead, since, phase, letters, updated) in [
        (0, 0, "Running", "RIIIII", 0.0),
        (1, 60, "Running", "SSRIII", 50.0),
        (1, 120, "Running", "SSSRRR", 100.0),
        (7, 540, "Running", "SSSSRR", 520.0),
        (1, 600, "Running", "SSSSSSR", 580.0),
        (3, 780, "Running", "SSSSSSSR", 660.0),
        (1, 840, "Success", "SSSSSSSS", 840.0),
        (9, 1_380, "Success", "SSSSSSSS", 840.0),
    ] {
        advance(SECOND * ahead).await;
        let job = stage.cluster(&id).await.unwrap();
        assert_eq!(job.kind.as_deref(), Some("Job"));
        assert_eq!(
            job.status.unwrap().phase.as_deref(),
            Some(phase),
            "{since} s"
        );
        let metadata = job.metadata.unwrap();
        assert_eq!(metadata.uid.as_deref(), Some(&*id));
        assert_eq!(go_time(metadata.creation_timestamp.as_deref()), created);
        let changed = go_time(metadata.update_timestamp.as_deref());
        assert_eq!(seconds_between(created, changed), updated, "{since} s");
        let spec = job.spec.unwrap();
        assert_eq!(spec.type_.as_deref(), Some("CreateCluster"));
        assert_eq!(spec.cluster_uid.as_deref(), Some(&*uid));
        assert_eq!(spec.resource_id.as_deref(), Some(&*uid));
        assert_eq!(spec.resource_name.as_deref(), Some("a-cluster"));
        let phases = spec.sub_jobs.iter().map(|sub_job| {
            let phase = sub_job.status.as_ref().unwrap().phase.as_ref().unwrap();
            phase.chars().next().unwrap()
        });
        assert_eq!(phases.collect::<String>(), letters, "{since} s");
        let ids = spec.sub_jobs.iter().map(|sub_job| {
            let metadata = sub_job.metadata.as_ref().unwrap();
            metadata.uid.clone().unwrap()
        });
        let ids: Vec<_> = ids.collect();
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
        assert!(ids.starts_with(&first_ids), "{since} s");
        first_ids = ids;
    }
}

#[tokio::test(start_paused = true)]
async fn addresses_are_created_one_after_the_other() {
    let stage = Stage::set().await;
    let create = stage.eip.batch_create_publicips().body(addresses_body(3));
    let id = create.send().await.unwrap().job_id.clone().unwrap();
    for (ahead, status, sub_states) in [
        (0, "RUNNING", ["RUNNING", "INIT", "INIT"]),
        (10, "RUNNING", ["SUCCESS", "RUNNING", "INIT"]),
        (19, "RUNNING", ["SUCCESS", "SUCCESS", "RUNNING"]),
        (1, "SUCCESS", ["SUCCESS", "SUCCESS", "SUCCESS"]),
    ] {
        advance(SECOND * ahead).await;
        let job = stage.addresses(&id).await.unwrap();
        assert_eq!(job.job_id.as_deref(), Some(&*id));
        assert_eq!(job.job_type.as_deref(), Some("createBatchPublicip"));
        assert_eq!(job.status.as_deref(), Some(status));
        assert_eq!((job.error_code, job.fail_reason), (None, None));
        let began = rfc_3339(job.begin_time.as_deref());
        assert_eq!(job.end_time.is_some(), status == "SUCCESS");
        if job.end_time.is_some() {
            assert_eq!(
                seconds_between(began, rfc_3339(job.end_time.as_deref())),
                30.0
            );
        }
        let sub_jobs = job.entities.unwrap().sub_jobs;
        let states = sub_jobs
            .iter()
            .map(|sub_job| sub_job.status.as_deref().unwrap());
        assert_eq!(states.collect::<Vec<_>>(), sub_states);
    }
}

#[tokio::test(start_paused = true)]
async fn a_build_task_tells_of_its_latest_run() {
    let stage = Stage::set().await;
    let failing = Script::new("Build", 20 * SECOND).fails("", "no");
    stage.emulator.script("RunJob", failing).unwrap();
    let run = async || {
        stage
            .build
            .run_job()
            .body(build_body())
            .send()
            .await
            .unwrap()
    };
    let first = run().await;
    assert_eq!(first.actual_build_number.as_deref(), Some("1"));
    assert!(first.daily_build_number.as_ref().unwrap().ends_with(".1"));

    let (runs, task) = stage.built(JOB_ID).await.unwrap();
    assert!(runs);
    assert_eq!(task.id.as_deref(), Some(JOB_ID));
    assert_eq!(task.running_status.as_deref(), Some("Running"));
    assert_eq!(task.last_build_status, None);
    let first_time = task.last_build_time.unwrap();

    advance(25 * SECOND).await;
    let (runs, task) = stage.built(JOB_ID).await.unwrap();
    assert!(!runs);
    assert_eq!(task.running_status.as_deref(), Some("Finished"));
    assert_eq!(task.last_build_status.as_deref(), Some("failed"));
    assert_eq!(task.build_time.as_deref(), Some("20.00"));

    let second = run().await;
    assert_eq!(second.actual_build_number.as_deref(), Some("2"));
    let (runs, task) = stage.built(JOB_ID).await.unwrap();
    assert!(runs);
    assert_eq!(task.last_build_status.as_deref(), Some("failed"));
    assert_eq!(task.last_build_time, Some(first_time + 25_000));
    stage.emulator.advance_jobs(240 * SECOND);
    let (runs, task) = stage.built(JOB_ID).await.unwrap();
    assert!(!runs);
    assert_eq!(task.last_build_status.as_deref(), Some("success"));
}

#[tokio::test(start_paused = true)]
async fn why_a_job_failed_is_told() {
    let stage = Stage::set().await;
    let script = |kind: &str| {
        let failing = Script::new("Part", SECOND).fails("X.1", "no capacity");
        Arc::new(Script::new(kind, SECOND).sub_job(failing))
    };
    let cluster = stage.emulator.start_job(Service::Cce, script("CreateNode"));
    let addresses = stage
        .emulator
        .start_job(Service::Eip, script("createPublicip"));
    stage.emulator.advance_jobs(SECOND);

    let job = stage.cluster(&cluster).await.unwrap();
    let status = job.status.unwrap();
    assert_eq!(status.phase.as_deref(), Some("Failed"));
    assert_eq!(status.reason.as_deref(), Some("no capacity"));
    let job = stage.addresses(&addresses).await.unwrap();
    assert_eq!(job.status.as_deref(), Some("FAIL"));
    assert_eq!(job.error_code.as_deref(), Some("X.1"));
    assert_eq!(job.fail_reason.as_deref(), Some("no capacity"));
    let [part] = &job.entities.as_ref().unwrap().sub_jobs[..] else {
        panic!("{job:?}");
    };
    assert_eq!(part.error_code.as_deref(), Some("X.1"));
}

#[tokio::test(start_paused = true)]
async fn scripts_wait_for_the_starts_of_their_operation() {
    let stage = Stage::set().await;
    for kind in ["First", "Second"] {
        let script = Script::new(kind, SECOND).resource("an-id", "a-name");
        stage.emulator.script("CreateCluster", script).unwrap();
    }
    for (kind, name) in [
        ("First", "a-name"),
        ("Second", "a-name"),
        ("CreateCluster", "a-cluster"),
    ] {
        let create = stage.cce.create_cluster().body(cluster_body());
        let cluster = create.send().await.unwrap().into_inner();
        let id = cluster.status.unwrap().job_id.unwrap();
        let spec = stage.cluster(&id).await.unwrap().spec.unwrap();
        assert_eq!(spec.type_.as_deref(), Some(kind));
        assert_eq!(spec.resource_name.as_deref(), Some(name));
    }
    let error = stage
        .emulator
        .script("ShowJob", Script::build())
        .unwrap_err();
    assert_eq!(error, JobError::StartsNoJob("ShowJob".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn jobs_misbehave_as_their_script_says() {
    let stage = Stage::set().await;
    let job = || Script::new("CreateNode", 2 * SECOND);
    let none = "CCE.01404001";
    for (script, seen) in [
        (
            job().not_found_for(Duration::from_millis(1_500)),
            [none, none, "Success", "Success", "Success", "Success"],
        ),
        (
            job().vanishes_after(3 * SECOND),
            ["Running", "Running", "Success", none, none, none],
        ),
        (
            job().goes_back(SECOND, 2 * SECOND),
            [
                "Running", "Running", "Success", "Running", "Running", "Success",
            ],
        ),
        (
            job().repeats_after(SECOND),
            [
                "Running", "Running", "Success", "Running", "Running", "Success",
            ],
        ),
        (
            job().undocumented_state("Paused"),
            [
                "Paused", "Paused", "Success", "Success", "Success", "Success",
            ],
        ),
        (
            job().starts(Start::AfterBegin(SECOND)).stalls(),
            [
                "Initializing",
                "Running",
                "Running",
                "Running",
                "Running",
                "Running",
            ],
        ),
    ] {
        let id = stage.emulator.start_job(Service::Cce, script.clone());
        for (second, expected) in seen.into_iter().enumerate() {
            assert_eq!(stage.phase(&id).await, expected, "{second} s: {script:?}");
            advance(SECOND).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_that_is_not_found_is_so_in_the_words_of_its_service() {
    let stage = Stage::set().await;
    let hidden = || Script::build().not_found_for(SECOND);
    let cce = stage.emulator.start_job(Service::Cce, hidden());
    let eip = stage.emulator.start_job(Service::Eip, hidden());
    let build = stage.emulator.start_job(Service::CodeArtsBuild, hidden());
    for (error, code) in [
        (stage.cluster(&cce).await.unwrap_err(), "CCE.01404001"),
        (stage.addresses(&eip).await.unwrap_err(), "VPC.0404"),
        (stage.built(&build).await.unwrap_err(), "DEV.CB.0404"),
    ] {
        assert_eq!(
            error.status().map(|status| status.as_u16()),
            Some(404),
            "{error}"
        );
        assert_eq!(error.code(), Some(code));
        assert!(
            error.to_string().contains("The job does not exist"),
            "{error}"
        );
    }
    advance(SECOND).await;
    stage.cluster(&cce).await.unwrap();
    stage.addresses(&eip).await.unwrap();
    stage.built(&build).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_nobody_started_is_answered_with_the_example() {
    let stage = Stage::set().await;
    // A job of one service is none of another.
    let id = stage.emulator.start_job(Service::Eip, Script::addresses(1));
    let job = stage.cluster(&id).await.unwrap();
    let example = "354331b2c-229a-11e8-9c75-0255ac100ceb";
    assert_eq!(job.metadata.unwrap().uid.as_deref(), Some(example));
    assert_eq!(stage.phase("unknown").await, "Running");
    let (_, task) = stage.built(JOB_ID).await.unwrap();
    assert_eq!(task.job_name.as_deref(), Some("jobname"));
}

#[tokio::test]
async fn a_start_that_cannot_be_understood_is_refused() {
    let emulator = Emulator::builder().start().await.unwrap();
    let project = emulator.project_id();
    let clusters = format!("/api/v3/projects/{project}/clusters");
    let addresses = format!("/v2/{project}/batchpublicips");
    let credentials = credentials(&emulator);
    for (path, body, code) in [
        (&*clusters, json!({}), "CCE.01400001"),
        (&clusters, json!({"metadata": {"name": 1}}), "CCE.01400001"),
        (&clusters, json!([]), "CCE.01400001"),
        (&addresses, json!({}), "VPC.0400"),
        (&addresses, json!({"publicip_number": 0}), "VPC.0400"),
        (&addresses, json!({"publicip_number": 1_001}), "VPC.0400"),
        ("/v3/jobs/build", json!({}), "DEV.CB.0400"),
        ("/v3/jobs/build", json!({"job_id": ""}), "DEV.CB.0400"),
    ] {
        let response = post(&emulator, path, &body, Some(&credentials)).await;
        assert_eq!(response.status(), 400, "{path} {body}");
        let answer: Value = json(response).await;
        let found = [&answer["errorCode"], &answer["error_code"]];
        assert!(found.contains(&&json!(code)), "{path} {body}: {answer}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_is_started_although_its_answer_is_lost_but_not_by_a_refusal() {
    let stage = Stage::set().await;
    for (fault, number) in [
        (Fault::Status(400), 1),
        (Fault::CutShort, 2),
        (Fault::ResetAfterHead, 3),
    ] {
        // The client does not try again, since the run may have been started.
        stage.emulator.clear_faults();
        stage
            .emulator
            .inject(Rule::new(fault.clone()).operation("RunJob").times(1))
            .unwrap();
        let run = || stage.build.run_job().body(build_body()).send();
        run().await.unwrap_err();
        let next = run().await.unwrap();
        let expected = (2 * number - 1).to_string();
        assert_eq!(next.actual_build_number, Some(expected), "{fault:?}");
    }
}

#[tokio::test]
async fn a_speed_that_is_none_is_refused_at_the_start() {
    let result = Emulator::builder().job_speed(-1.0).start().await;
    assert!(matches!(
        result,
        Err(StartError::JobSpeed(JobError::InvalidSpeed(_)))
    ));
}

#[tokio::test(start_paused = true)]
async fn a_hundred_thousand_jobs_are_no_trouble() {
    let stage = Stage::set().await;
    let script = Arc::new(Script::cluster());
    let ids: HashSet<String> = (0..100_000)
        .map(|_| stage.emulator.start_job(Service::Cce, script.clone()))
        .collect();
    assert_eq!(ids.len(), 100_000);
    // A reference each, and no copy.
    assert_eq!(Arc::strong_count(&script), 100_001);
    stage.emulator.advance_jobs(840 * SECOND);
    for id in ids.iter().take(10) {
        assert_eq!(stage.phase(id).await, "Success");
    }
}
