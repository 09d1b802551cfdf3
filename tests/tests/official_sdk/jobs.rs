//! Jobs that the official SDK starts and follows: it understands what the emulator tells of them, and
//! we see in it what it sees.

use std::time::Duration;

use huaweicloud_cce::Config;
use huaweicloud_emulator::Emulator;
use huaweicloud_jobs::{Job, JobSource, JobState};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::judge::Judge;
use crate::requests::{REGION, variables};

/// How a job is doing, in the words of its service.
#[derive(Deserialize)]
struct Seen {
    service: String,
    id: String,
    state: String,
    sub_jobs: Vec<String>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_official_sdk_and_ours_see_the_same_jobs() {
    let Some(judge) = Judge::summon().await else {
        return;
    };
    let emulator = Emulator::builder().region(REGION).job_speed(0.0);
    let emulator = emulator.start().await.unwrap();
    let mut ids = Map::new();
    // At their beginning, half way through the cluster's, and at their end.
    for minutes in [0, 7, 60] {
        emulator.advance_jobs(Duration::from_secs(60 * minutes));
        let scope = [("HUAWEICLOUD_SDK_PROJECT_ID", emulator.project_id())];
        let input = Value::from(ids.clone()).to_string();
        let seen: Vec<Seen> = judge
            .run("jobs.py", &variables(&emulator, &scope), input)
            .await;
        assert_eq!(seen.len(), 3);
        for seen in seen {
            let job = ours(&emulator, &seen).await;
            let states = job.sub_jobs.iter().map(|sub_job| &sub_job.state);
            assert_eq!(job.state, meaning(&seen.state), "after {minutes} minutes");
            assert_eq!(
                states.cloned().collect::<Vec<_>>(),
                seen.sub_jobs
                    .iter()
                    .map(|state| meaning(state))
                    .collect::<Vec<_>>(),
            );
            match minutes {
                0 => assert_eq!(job.state, JobState::Running),
                60 => assert_eq!(job.state, JobState::Succeeded),
                _ => {}
            }
            ids.insert(seen.service, seen.id.into());
        }
    }
}

async fn ours(emulator: &Emulator, seen: &Seen) -> Job {
    let config = Config::builder()
        .endpoint(emulator.url())
        .credentials(emulator.access_key().clone())
        .project_id(emulator.project_id())
        .build()
        .unwrap();
    let source: Box<dyn JobSource> = match seen.service.as_str() {
        "cce" => Box::new(huaweicloud_cce::Client::new(&config).unwrap()),
        "eip" => Box::new(huaweicloud_eip::Client::new(&config).unwrap()),
        _ => Box::new(huaweicloud_codearts_build::Client::new(&config).unwrap()),
    };
    source.job(&seen.id).await.unwrap()
}

/// What the words mean. CodeArts Build says whether a build is running.
fn meaning(word: &str) -> JobState {
    match word {
        "Initializing" | "INIT" => JobState::Pending,
        "Running" | "RUNNING" | "true" => JobState::Running,
        "Success" | "SUCCESS" | "false" => JobState::Succeeded,
        other => panic!("{other} is no word of a job that goes well"),
    }
}
