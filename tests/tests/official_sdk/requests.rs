//! The same calls, made by the official SDK and by ours.

use huaweicloud_cce::{AccessKey, Config, Error, ResponseValue};
use huaweicloud_emulator::{Emulator, RecordedRequest};
use huaweicloud_tests::{addresses_request, build_request, cluster_request};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::comparison::{Differences, Properties};
use crate::judge::Judge;

pub(crate) const REGION: &str = "cn-north-4";

/// Where the official SDK finds the endpoints, all of which are the emulator.
const ENDPOINTS: [&str; 5] = [
    "HUAWEICLOUD_SDK_REGION_CCE_CN_NORTH_4",
    "HUAWEICLOUD_SDK_REGION_EIP_CN_NORTH_4",
    "HUAWEICLOUD_SDK_REGION_CODEARTSBUILD_CN_NORTH_4",
    "HUAWEICLOUD_SDK_REGION_IAM_CN_NORTH_4",
    "HUAWEICLOUD_SDK_IAM_ENDPOINT",
];

/// Signed headers whose values differ by their nature.
const OWN_VALUE: [&str; 2] = ["user-agent", "x-sdk-date"];

/// Values of answers that are new in each: a job is started by either side.
const OWN_ANSWER: [(&str, &str); 7] = [
    ("CreateCluster", "result.metadata.uid"),
    ("CreateCluster", "result.metadata.creationTimestamp"),
    ("CreateCluster", "result.status.jobID"),
    ("BatchCreatePublicips", "result.job_id"),
    ("RunJob", "result.octopus_job_name"),
    ("RunJob", "result.actual_build_number"),
    ("RunJob", "result.daily_build_number"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_official_sdk_and_ours_send_the_same_requests() {
    let Some(judge) = Judge::summon().await else {
        return;
    };
    let emulator = Emulator::builder().region(REGION).start().await.unwrap();
    let scope = [("HUAWEICLOUD_SDK_PROJECT_ID", emulator.project_id())];
    let official = official_calls(&judge, &emulator, &scope).await;
    let ours = our_calls(&emulator).await;
    assert_same(&official, &ours);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn so_they_do_with_a_temporary_key_and_a_project_that_the_official_sdk_looked_up() {
    let Some(judge) = Judge::summon().await else {
        return;
    };
    let key = AccessKey::new("HSTEXAMPLE", "secret key").with_security_token("security token");
    let emulator = Emulator::builder().region(REGION).access_key(key);
    let emulator = emulator.start().await.unwrap();
    let mut official = official_calls(&judge, &emulator, &[]).await;
    let ours = our_calls(&emulator).await;

    let lookup = official.sent.remove(0);
    assert_eq!(lookup["path"], "/v3/projects");
    assert_eq!(lookup["query"], "name=cn-north-4");
    assert_same(&official, &ours);
}

/// IAM is a global service: unless told otherwise, the official SDK calls it with the credentials of
/// an account, whose id it sends.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_for_an_account_is_the_official_one() {
    let Some(judge) = Judge::summon().await else {
        return;
    };
    let emulator = Emulator::builder().region(REGION).start().await.unwrap();
    let scope = [
        ("HUAWEICLOUD_SDK_PROJECT_ID", emulator.project_id()),
        ("HUAWEICLOUD_SDK_DOMAIN_ID", emulator.domain_id()),
    ];
    let official = official_calls(&judge, &emulator, &scope).await;
    let config = Config::builder()
        .endpoint(emulator.url())
        .credentials(emulator.access_key().clone())
        .domain_id(emulator.domain_id());
    let ours = Calls {
        answers: vec![list_projects(&config.build().unwrap()).await],
        sent: sent_since(&emulator, official.sent.len()),
    };

    let (Some(answer), Some(sent)) = (official.answers.last(), official.sent.last()) else {
        panic!("the official SDK made no calls");
    };
    assert_eq!(answer.call, "KeystoneListProjects of the account");
    assert_eq!(
        Differences::between(&answer.properties(), &ours.answers[0].properties()).names(),
        ["call"]
    );
    let differences = Differences::between(sent, &ours.sent[0]);
    assert!(differences.names().is_empty(), "\n{differences}");
}

/// What one side was answered, and what it had sent for that.
struct Calls {
    answers: Vec<Answer>,
    sent: Vec<Properties>,
}

/// A call that was accepted, and its decoded result.
#[derive(Debug, Deserialize)]
struct Answer {
    call: String,
    status: u16,
    result: Value,
}

impl Answer {
    fn of<T: Serialize>(call: &str, answer: Result<ResponseValue<T>, Error>) -> Self {
        let answer = answer.unwrap_or_else(|error| panic!("{call}: {error}"));
        Self {
            call: call.to_owned(),
            status: answer.status().as_u16(),
            result: serde_json::to_value(answer.into_inner()).unwrap(),
        }
    }

    fn properties(&self) -> Properties {
        let mut properties = Properties::from([
            ("call".to_owned(), self.call.clone()),
            ("status".to_owned(), self.status.to_string()),
        ]);
        flatten("result".to_owned(), &self.result, &mut properties);
        for (call, name) in OWN_ANSWER {
            if call == self.call {
                let value = properties.get_mut(name).unwrap();
                *value = "(its own)".to_owned();
            }
        }
        properties
    }
}

/// The values of a result by their paths. An absent value, a null and an empty list are the same.
fn flatten(path: String, value: &Value, properties: &mut Properties) {
    match value {
        Value::Null => {}
        Value::Object(fields) => {
            for (name, value) in fields {
                flatten(format!("{path}.{name}"), value, properties);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                flatten(format!("{path}[{index}]"), value, properties);
            }
        }
        value => {
            properties.insert(path, value.to_string());
        }
    }
}

async fn official_calls(judge: &Judge, emulator: &Emulator, scope: &[(&str, &str)]) -> Calls {
    let variables = variables(emulator, scope);
    let answers = judge.run("calls.py", &variables, String::new()).await;
    let sent = sent_since(emulator, 0);
    Calls { answers, sent }
}

/// What the official SDK is told of the emulator.
pub(crate) fn variables<'a>(
    emulator: &'a Emulator,
    scope: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let key = emulator.access_key();
    let mut variables = vec![
        ("HUAWEICLOUD_SDK_AK", key.id()),
        ("HUAWEICLOUD_SDK_SK", key.secret().expose()),
    ];
    if let Some(token) = key.security_token() {
        variables.push(("HUAWEICLOUD_SDK_SECURITY_TOKEN", token.expose()));
    }
    variables.extend(ENDPOINTS.map(|name| (name, emulator.url())));
    variables.extend(scope);
    variables
}

/// The calls of calls.py, in its order.
async fn our_calls(emulator: &Emulator) -> Calls {
    let before = emulator.requests().len();
    let config = huaweicloud_tests::caller_of(emulator).build().unwrap();
    let cce = huaweicloud_cce::Client::new(&config).unwrap();
    let job = cce
        .show_job()
        .job_id("354331b2c-229a-11e8-9c75-0255ac100ceb");
    let eip = huaweicloud_eip::Client::new(&config).unwrap();
    let address = eip
        .show_resources_job_detail()
        .job_id("ff808082843684110184e155fdb36461");
    let build = huaweicloud_codearts_build::Client::new(&config).unwrap();
    let status = build
        .show_job_status()
        .job_id("f5af662119404ad187437cd272b5099b");
    let info = build
        .show_job_info()
        .job_id("f5af662119404ad187437cd272b5099b");
    let cluster = cce.create_cluster().body(cluster_request());
    let addresses = eip.batch_create_publicips().body(addresses_request());
    let run = build
        .run_job()
        .body(build_request("901878212b1a49be9c1a1054c272762a"));
    let answers = vec![
        Answer::of("ShowJob", job.send().await),
        Answer::of("CreateCluster", cluster.send().await),
        Answer::of("ShowResourcesJobDetail", address.send().await),
        Answer::of("BatchCreatePublicips", addresses.send().await),
        Answer::of("ShowJobStatus", status.send().await),
        Answer::of("ShowJobInfo", info.send().await),
        Answer::of("RunJob", run.send().await),
        list_projects(&config).await,
    ];
    let sent = sent_since(emulator, before);
    Calls { answers, sent }
}

async fn list_projects(config: &Config) -> Answer {
    let iam = huaweicloud_iam::Client::new(config).unwrap();
    let projects = iam.keystone_list_projects().name(REGION).send().await;
    Answer::of("KeystoneListProjects", projects)
}

fn sent_since(emulator: &Emulator, before: usize) -> Vec<Properties> {
    emulator.requests()[before..]
        .iter()
        .map(signed_properties)
        .collect()
}

/// What the service acts on: the request line, the signed headers and the values of the body.
fn signed_properties(request: &RecordedRequest) -> Properties {
    let authorization = request.header("authorization").unwrap();
    let (_, signed) = authorization.split_once("SignedHeaders=").unwrap();
    let (signed, _) = signed.split_once(',').unwrap();
    let headers = signed.split(';').map(|name| {
        let value = request.header(name).unwrap();
        let value = match name {
            _ if OWN_VALUE.contains(&name) => "(its own)",
            // JSON has no other character set.
            "content-type" => value.trim_end_matches(";charset=utf-8"),
            _ => value,
        };
        (format!("signed header {name}"), value.to_owned())
    });
    let mut body = Properties::new();
    if !request.body().is_empty() {
        let sent = serde_json::from_slice(request.body()).unwrap();
        flatten("body".to_owned(), &sent, &mut body);
    }
    let target = [
        ("method", request.method().as_str()),
        ("path", request.path()),
        ("query", request.query().unwrap_or_default()),
    ];
    target
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into_iter()
        .chain(headers)
        .chain(body)
        .collect()
}

#[track_caller]
fn assert_same(official: &Calls, ours: &Calls) {
    assert_eq!(official.answers.len(), ours.answers.len());
    assert_eq!(official.sent.len(), ours.sent.len());
    assert_eq!(official.answers.len(), official.sent.len());
    let mut report = String::new();
    for (index, answer) in official.answers.iter().enumerate() {
        let success = if answer.call == "CreateCluster" {
            201
        } else {
            200
        };
        assert_eq!(answer.status, success, "{}", answer.call);
        let sent = Differences::between(&official.sent[index], &ours.sent[index]);
        let answers = Differences::between(&answer.properties(), &ours.answers[index].properties());
        if !sent.is_empty() || !answers.is_empty() {
            report += &format!("{}\n{sent}{answers}", answer.call);
        }
    }
    assert!(report.is_empty(), "\n{report}");
}
