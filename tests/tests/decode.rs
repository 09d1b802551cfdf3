//! The documented examples decode to what they mean, and so does what services make of them.

use huaweicloud_cce::types::{
    ClusterSpecRespCategory, ClusterSpecRespType, ContainerNetworkRespMode, CreateClusterResponse,
    Job, JobMetadata, JobSpec,
};
use huaweicloud_codearts_build::types::{
    CallStatus, RunJobResponse, ShowJobInfoResponse, ShowJobStatusResponse,
};
use huaweicloud_core::decode::{DecodeError, from_slice};
use huaweicloud_eip::types::{BatchCreatePublicipsResponse, ResourcesJob};
use huaweicloud_iam::types::{
    KeystoneCreateUserTokenByPasswordResponse, KeystoneListProjectsResponse,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

const CCE: &str = include_str!("../../specs/cce-v3.yaml");
const CODEARTS_BUILD: &str = include_str!("../../specs/codearts-build-v3.yaml");
const EIP: &str = include_str!("../../specs/eip-v2.yaml");
const IAM: &str = include_str!("../../specs/iam-v3.yaml");

// The examples, field by field.

#[test]
fn the_example_of_cce_show_job_decodes_field_by_field() {
    let job: Job = decoded(&example_of("ShowJob"));
    assert_eq!(job.kind.as_deref(), Some("Job"));
    assert_eq!(job.api_version.as_deref(), Some("v3"));
    assert_metadata(
        job.metadata.as_ref().unwrap(),
        "354331b2c-229a-11e8-9c75-0255ac100ceb",
        "2018-08-02 08:12:40.672772389 +0000 UTC",
        "2018-08-02 08:21:50.478108569 +0000 UTC",
    );
    let spec = job.spec.as_ref().unwrap();
    assert_eq!(spec.type_.as_deref(), Some("CreateCluster"));
    assert_eq!(
        spec.cluster_uid.as_deref(),
        Some("4d1ecb2c-229a-11e8-9c75-0255ac100ceb")
    );
    assert_eq!(
        spec.resource_id.as_deref(),
        Some("6f4dcb2c-229a-11e8-9c75-0255ac100ceb")
    );
    assert_eq!(spec.resource_name.as_deref(), Some("cluster-name"));
    assert_eq!(
        extend_param(spec),
        [("serverID", "bc467e3a-2338-11e8-825b-0255ac100c13")]
    );
    let status = job.status.as_ref().unwrap();
    assert_eq!(status.phase.as_deref(), Some("Running"));
    assert_eq!(status.reason.as_deref(), Some(""));

    let [install, certify] = spec.sub_jobs.as_slice() else {
        panic!("{} sub-jobs", spec.sub_jobs.len());
    };
    assert_eq!(install.kind.as_deref(), Some("Job"));
    assert_eq!(install.api_version.as_deref(), Some("v3"));
    assert_metadata(
        install.metadata.as_ref().unwrap(),
        "fd474fab-9606-11e8-baa9-0255ac10215d",
        "2018-08-02 03:52:34.615819618 +0000 UTC",
        "2018-08-02 04:05:29.196243031 +0000 UTC",
    );
    let spec = install.spec.as_ref().unwrap();
    assert_eq!(spec.type_.as_deref(), Some("InstallMaster"));
    assert_eq!(
        spec.cluster_uid.as_deref(),
        Some("fcc72de0-9606-11e8-baa8-0255ac10215d")
    );
    assert_eq!(
        spec.resource_id.as_deref(),
        Some("fd3b4ac0-9606-11e8-baa8-0255ac10215d")
    );
    assert_eq!(spec.resource_name, None);
    assert_eq!(
        extend_param(spec),
        [("serverID", "fd3b4ac0-9606-11e8-baa8-0255ac10215d")]
    );
    assert!(spec.sub_jobs.is_empty());
    let status = install.status.as_ref().unwrap();
    assert_eq!(
        (status.phase.as_deref(), status.reason.as_deref()),
        (Some("Success"), None)
    );

    assert_eq!(certify.kind.as_deref(), Some("Job"));
    assert_eq!(certify.api_version.as_deref(), Some("v3"));
    assert_metadata(
        certify.metadata.as_ref().unwrap(),
        "fd474f82-9606-11e8-baa8-0255ac10215d",
        "2018-08-02 03:52:33.859150791 +0000 UTC",
        "2018-08-02 03:52:34.615655429 +0000 UTC",
    );
    let spec = certify.spec.as_ref().unwrap();
    assert_eq!(spec.type_.as_deref(), Some("CreatePSMCert"));
    assert_eq!(
        spec.cluster_uid.as_deref(),
        Some("fcc72de0-9606-11e8-baa8-0255ac10215d")
    );
    assert_eq!(
        (spec.resource_id.as_ref(), spec.resource_name.as_ref()),
        (None, None)
    );
    assert!(spec.extend_param.is_empty() && spec.sub_jobs.is_empty());
    let status = certify.status.as_ref().unwrap();
    assert_eq!(
        (status.phase.as_deref(), status.reason.as_deref()),
        (Some("Success"), None)
    );
}

fn assert_metadata(metadata: &JobMetadata, uid: &str, created: &str, updated: &str) {
    assert_eq!(metadata.uid.as_deref(), Some(uid));
    assert_eq!(metadata.creation_timestamp.as_deref(), Some(created));
    assert_eq!(metadata.update_timestamp.as_deref(), Some(updated));
}

fn extend_param(spec: &JobSpec) -> Vec<(&str, &str)> {
    spec.extend_param
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

#[test]
fn the_example_of_eip_show_resources_job_detail_decodes_field_by_field() {
    let job: ResourcesJob = decoded(&example_of("ShowResourcesJobDetail"));
    assert_eq!(
        job.job_id.as_deref(),
        Some("ff808082843684110184e155fdb36461")
    );
    assert_eq!(job.job_type.as_deref(), Some("createBatchPublicip"));
    assert_eq!(job.begin_time.as_deref(), Some("2022-12-05T08:10:19.951Z"));
    assert_eq!(job.end_time.as_deref(), Some("2022-12-05T08:10:21.864Z"));
    assert_eq!(job.status.as_deref(), Some("SUCCESS"));
    assert_eq!(job.error_code, None);
    assert_eq!(job.fail_reason, None);
    assert!(job.entities.unwrap().sub_jobs.is_empty());
}

#[test]
fn the_example_of_codearts_build_show_job_status_decodes_field_by_field() {
    let status: ShowJobStatusResponse = decoded(&example_of("ShowJobStatus"));
    assert_eq!(status.result, Some(true));
}

#[test]
fn the_example_of_codearts_build_show_job_info_decodes_field_by_field() {
    let info: ShowJobInfoResponse = decoded(&example_of("ShowJobInfo"));
    assert_eq!(info.status, Some(CallStatus::Success));
    assert_eq!(info.error, None);
    let task = info.result.unwrap();
    assert_eq!(task.id.as_deref(), Some("f5af662119404ad187437cd272b5099b"));
    assert_eq!(
        task.project_id.as_deref(),
        Some("85caf40575794f989920-5216d1148af6")
    );
    assert_eq!(task.project_permission_switch, Some(true));
    assert_eq!(task.build_time.as_deref(), Some("27.51"));
    assert_eq!(task.charge_time.as_deref(), Some("15.17"));
    assert_eq!(task.create_time, Some(1_717_574_458_000));
    assert_eq!(task.disabled, Some(false));
    assert_eq!(task.favorite, Some(false));
    assert_eq!(task.source_code.as_deref(), Some("test"));
    assert_eq!(task.running_status.as_deref(), Some("Finished"));
    assert_eq!(task.new_build, Some(false));
    assert_eq!(task.job_name.as_deref(), Some("jobname"));
    assert_eq!(task.is_copy, Some(true));
    assert_eq!(task.is_delete, Some(true));
    assert_eq!(task.is_execute, Some(true));
    assert_eq!(task.is_forbidden, Some(true));
    assert_eq!(task.is_manager, Some(true));
    assert_eq!(task.is_modify, Some(true));
    assert_eq!(task.is_view, Some(true));
    assert_eq!(task.last_build_status.as_deref(), Some("success"));
    assert_eq!(task.last_build_time, Some(1_721_793_407_000));
    assert_eq!(task.health_score, Some(74));
}

#[test]
fn the_example_of_cce_create_cluster_decodes_field_by_field() {
    let cluster: CreateClusterResponse = decoded(&example_of("CreateCluster"));
    assert_eq!(cluster.kind.as_deref(), Some("Cluster"));
    assert_eq!(cluster.api_version.as_deref(), Some("v3"));
    let metadata = cluster.metadata.unwrap();
    assert_eq!(metadata.name.as_deref(), Some("example-cluster"));
    assert_eq!(
        metadata.uid.as_deref(),
        Some("00000000-0000-0000-0000-000000000001")
    );
    assert_eq!(
        metadata.creation_timestamp.as_deref(),
        Some("2030-01-01 00:00:00.123456789 +0000 UTC")
    );
    assert_eq!(
        metadata.labels.get("purpose").map(String::as_str),
        Some("test")
    );
    let spec = cluster.spec.unwrap();
    assert_eq!(spec.category, Some(ClusterSpecRespCategory::Turbo));
    assert_eq!(spec.type_, Some(ClusterSpecRespType::VirtualMachine));
    assert_eq!(spec.flavor.as_deref(), Some("cce.s2.small"));
    assert_eq!(spec.version.as_deref(), Some("v1.30"));
    let host = spec.host_network.unwrap();
    assert_eq!(
        (host.vpc.as_deref(), host.subnet.as_deref()),
        (
            Some("00000000-0000-0000-0000-000000000002"),
            Some("00000000-0000-0000-0000-000000000003")
        )
    );
    let mode = spec.container_network.unwrap().mode;
    assert_eq!(mode, Some(ContainerNetworkRespMode::Eni));
    let [subnet] = &spec.eni_network.unwrap().subnets[..] else {
        panic!("not one subnet");
    };
    assert_eq!(
        subnet.subnet_id.as_deref(),
        Some("00000000-0000-0000-0000-000000000004")
    );
    assert_eq!(spec.billing_mode, Some(0));
    assert_eq!(spec.support_istio, Some(true));
    let status = cluster.status.unwrap();
    assert_eq!(status.phase.as_deref(), Some("Creating"));
    assert_eq!(
        status.job_id.as_deref(),
        Some("00000000-0000-0000-0000-000000000005")
    );
}

#[test]
fn the_example_of_eip_batch_create_publicips_decodes_field_by_field() {
    let answer: BatchCreatePublicipsResponse = decoded(&example_of("BatchCreatePublicips"));
    assert_eq!(
        answer.job_id.as_deref(),
        Some("00000000000000000000000000000001")
    );
}

#[test]
fn the_example_of_codearts_build_run_job_decodes_field_by_field() {
    let run: RunJobResponse = decoded(&example_of("RunJob"));
    assert_eq!(run.octopus_job_name.as_deref(), Some("example_run"));
    assert_eq!(run.actual_build_number.as_deref(), Some("1"));
    assert_eq!(run.daily_build_number.as_deref(), Some("20300101.1"));
}

#[test]
fn the_example_of_iam_keystone_create_user_token_by_password_decodes_field_by_field() {
    let answer: KeystoneCreateUserTokenByPasswordResponse =
        decoded(&example_of("KeystoneCreateUserTokenByPassword"));
    let token = answer.token.unwrap();
    let [service] = token.catalog.as_slice() else {
        panic!("{} services", token.catalog.len());
    };
    assert_eq!(service.type_.as_deref(), Some("iam"));
    assert_eq!(
        service.id.as_deref(),
        Some("00000000000000000000000000000001")
    );
    assert_eq!(service.name.as_deref(), Some("iam"));
    let [endpoint] = service.endpoints.as_slice() else {
        panic!("{} endpoints", service.endpoints.len());
    };
    assert_eq!(
        endpoint.url.as_deref(),
        Some("https://iam.cn-north-4.myhuaweicloud.com/v3")
    );
    assert_eq!(endpoint.region.as_deref(), Some("cn-north-4"));
    assert_eq!(endpoint.region_id.as_deref(), Some("cn-north-4"));
    assert_eq!(endpoint.interface.as_deref(), Some("public"));
    assert_eq!(
        endpoint.id.as_deref(),
        Some("00000000000000000000000000000002")
    );
    assert_eq!(
        token.expires_at.as_deref(),
        Some("2030-01-02T00:00:00.000000Z")
    );
    assert_eq!(
        token.issued_at.as_deref(),
        Some("2030-01-01T00:00:00.000000Z")
    );
    assert_eq!(token.methods, ["password"]);
    assert!(token.domain.is_none());
    let project = token.project.unwrap();
    assert_eq!(project.name.as_deref(), Some("cn-north-4"));
    assert_eq!(
        project.id.as_deref(),
        Some("00000000000000000000000000000003")
    );
    let domain = project.domain.unwrap();
    assert_eq!(domain.name.as_deref(), Some("example-account"));
    assert_eq!(
        domain.id.as_deref(),
        Some("00000000000000000000000000000004")
    );
    let [role] = token.roles.as_slice() else {
        panic!("{} roles", token.roles.len());
    };
    assert_eq!(role.name.as_deref(), Some("readonly"));
    assert_eq!(role.id.as_deref(), Some("00000000000000000000000000000005"));
    let user = token.user.unwrap();
    assert_eq!(user.name.as_deref(), Some("example-user"));
    assert_eq!(user.id.as_deref(), Some("00000000000000000000000000000006"));
    assert_eq!(user.password_expires_at.as_deref(), Some(""));
    let domain = user.domain.unwrap();
    assert_eq!(domain.name.as_deref(), Some("example-account"));
    assert_eq!(
        domain.id.as_deref(),
        Some("00000000000000000000000000000004")
    );
}

#[test]
fn the_example_of_iam_keystone_list_projects_decodes_field_by_field() {
    let answer: KeystoneListProjectsResponse = decoded(&example_of("KeystoneListProjects"));
    let links = answer.links.unwrap();
    let list = "https://iam.cn-north-4.myhuaweicloud.com/v3/projects";
    assert_eq!(links.self_.as_deref(), Some(list));
    assert_eq!((links.previous, links.next), (None, None));
    let [project] = answer.projects.as_slice() else {
        panic!("{} projects", answer.projects.len());
    };
    assert_eq!(project.is_domain, Some(false));
    assert_eq!(project.description.as_deref(), Some(""));
    assert_eq!(project.enabled, Some(true));
    assert_eq!(
        project.id.as_deref(),
        Some("00000000000000000000000000000003")
    );
    assert_eq!(
        project.parent_id.as_deref(),
        Some("00000000000000000000000000000004")
    );
    assert_eq!(
        project.domain_id.as_deref(),
        Some("00000000000000000000000000000004")
    );
    assert_eq!(project.name.as_deref(), Some("cn-north-4"));
    let links = project.links.as_ref().unwrap();
    let own = format!("{list}/00000000000000000000000000000003");
    assert_eq!(links.self_, Some(own));
    assert_eq!((links.previous.as_ref(), links.next.as_ref()), (None, None));
}

// The examples, varied. What is decoded is written again to be compared.

#[test]
fn nothing_of_an_example_is_lost() {
    for example in examples() {
        let mut expected = without_absent(example.body.clone());
        if let Some(time) = expected.pointer_mut("/result/create_time") {
            // Documented as a number, sent as text.
            *time = json!(1_717_574_458_000_i64);
        }
        assert_eq!(example.typed(), expected, "{}", example.operation);
    }
}

#[test]
fn a_field_that_is_absent_or_null_leaves_the_others_as_they_are() {
    for example in examples() {
        let typed = example.typed();
        for field in fields(&typed) {
            let mut expected = typed.clone();
            remove(&mut expected, &field);
            let mut null = typed.clone();
            *null.pointer_mut(&field).unwrap() = Value::Null;
            let absent = expected.clone();
            let expected = without_absent(expected);
            assert_eq!(
                example.decode(&absent),
                expected,
                "{} without {field}",
                example.operation
            );
            assert_eq!(
                example.decode(&null),
                expected,
                "{} null {field}",
                example.operation
            );
        }
    }
}

#[test]
fn an_answer_of_no_fields_or_of_null_fields_is_empty() {
    for example in examples() {
        let typed = example.typed();
        let mut null_fields = typed.clone();
        for value in null_fields.as_object_mut().unwrap().values_mut() {
            *value = Value::Null;
        }
        assert_eq!(
            example.decode(&json!({})),
            json!({}),
            "{}",
            example.operation
        );
        assert_eq!(
            example.decode(&null_fields),
            json!({}),
            "{}",
            example.operation
        );

        let mut null_leaves = typed.clone();
        for field in fields(&typed) {
            let value = null_leaves.pointer_mut(&field).unwrap();
            if !value.is_object() && !value.is_array() {
                *value = Value::Null;
            }
        }
        let expected = without_absent(null_leaves.clone());
        assert_eq!(
            example.decode(&null_leaves),
            expected,
            "{}",
            example.operation
        );
    }
}

#[test]
fn fields_that_are_not_documented_are_ignored_at_every_level() {
    let news = [
        json!(null),
        json!(1.5),
        json!("text"),
        json!([[], {}]),
        json!({"kind": {"a": 1}}),
    ];
    for example in examples() {
        let typed = example.typed();
        for new in &news {
            for object in objects(&typed) {
                let mut body = typed.clone();
                let members = body.pointer_mut(&object).unwrap().as_object_mut().unwrap();
                members.insert("x_new".to_owned(), new.clone());
                assert_eq!(
                    example.decode(&body),
                    typed,
                    "{} {object} {new}",
                    example.operation
                );
            }
        }
    }
}

#[test]
fn a_number_or_a_truth_value_may_come_as_text() {
    let mut varied = Vec::new();
    for example in examples() {
        let typed = example.typed();
        for field in fields(&typed) {
            let texts = match typed.pointer(&field).unwrap() {
                Value::Number(number) => {
                    vec![
                        format!("{number}"),
                        format!(" {number} "),
                        format!("{number}.0"),
                    ]
                }
                Value::Bool(true) => vec!["true".into(), "True".into(), "TRUE".into(), "1".into()],
                Value::Bool(false) => vec!["false".into(), "False".into(), "0".into()],
                _ => continue,
            };
            for text in texts {
                let mut body = typed.clone();
                *body.pointer_mut(&field).unwrap() = json!(text);
                assert_eq!(
                    example.decode(&body),
                    typed,
                    "{} {field} {text}",
                    example.operation
                );
            }
            varied.push(field);
        }
    }
    for field in [
        "/result/create_time",
        "/result/last_build_time",
        "/result/health_score",
    ] {
        assert!(varied.iter().any(|varied| varied == field), "{field}");
    }
}

#[test]
fn text_may_come_as_a_number_or_a_truth_value() {
    let values = [
        (json!(7), "7"),
        (json!(-7), "-7"),
        (json!(0), "0"),
        (json!(1_717_574_458_000_i64), "1717574458000"),
        (json!(u64::MAX), "18446744073709551615"),
        (json!(27.51), "27.51"),
        (json!(true), "true"),
        (json!(false), "false"),
    ];
    for example in examples() {
        let typed = example.typed();
        for field in fields(&typed) {
            if !typed.pointer(&field).unwrap().is_string() {
                continue;
            }
            for (sent, meant) in &values {
                let [mut body, mut expected] = [typed.clone(), typed.clone()];
                *body.pointer_mut(&field).unwrap() = sent.clone();
                *expected.pointer_mut(&field).unwrap() = json!(meant);
                assert_eq!(
                    example.decode(&body),
                    expected,
                    "{} {field}",
                    example.operation
                );
            }
        }
    }
}

#[test]
fn a_status_that_is_not_documented_keeps_its_text() {
    for (sent, expected) in [
        (json!("success"), CallStatus::Success),
        (json!("fail"), CallStatus::Fail),
        (json!("partial"), CallStatus::Unknown("partial".to_owned())),
        (json!("SUCCESS"), CallStatus::Unknown("SUCCESS".to_owned())),
        (json!(""), CallStatus::Unknown(String::new())),
        (json!(200), CallStatus::Unknown("200".to_owned())),
        (json!(true), CallStatus::Unknown("true".to_owned())),
    ] {
        let info: ShowJobInfoResponse = decoded(&json!({"status": sent, "error": null}));
        assert_eq!(info.status, Some(expected), "{sent}");
    }
}

#[test]
fn what_cannot_be_understood_names_its_field() {
    for example in examples() {
        let typed = example.typed();
        for field in fields(&typed) {
            let wrong = match typed.pointer(&field).unwrap() {
                Value::Null => unreachable!("null is absent"),
                Value::Bool(_) => [json!("perhaps"), json!(2), json!([true]), json!({})],
                Value::Number(_) => [json!("soon"), json!(1.5), json!(true), json!("")],
                Value::String(_) => [json!({}), json!([]), json!(["text"]), json!({"a": 1})],
                Value::Array(_) => [json!("text"), json!(1), json!(false), json!({})],
                Value::Object(_) => [json!("text"), json!(1), json!(false), json!("{}")],
            };
            for value in wrong {
                let mut body = typed.clone();
                *body.pointer_mut(&field).unwrap() = value.clone();
                let error = example
                    .try_decode(&body)
                    .expect_err(&format!("{field} {value}"));
                assert_eq!(
                    error.path(),
                    path_of(&field),
                    "{} {value}",
                    example.operation
                );
                assert!(error.to_string().contains(error.path()), "{error}");
            }
        }
    }
}

#[test]
fn a_number_that_does_not_fit_names_its_field() {
    for (field, value) in [
        ("health_score", json!(2_147_483_648_i64)),
        ("health_score", json!("2147483648")),
        ("health_score", json!(74.5)),
        ("create_time", json!(9_223_372_036_854_775_808_u64)),
        ("create_time", json!("9223372036854775808")),
        ("last_build_time", json!(1e300)),
        ("last_build_time", json!("2024-07-24")),
    ] {
        let body = json!({"result": {field: value}});
        let error = from_slice::<ShowJobInfoResponse>(body.to_string().as_bytes()).unwrap_err();
        assert_eq!(error.path(), format!("result.{field}"), "{value}");
    }
}

#[test]
fn an_example_that_breaks_off_anywhere_is_an_error() {
    for example in examples() {
        let whole = example.body.to_string();
        for end in 0..whole.len() {
            let error = (example.decode)(&whole.as_bytes()[..end]);
            assert!(error.is_err(), "{} cut at {end}", example.operation);
        }
    }
}

#[test]
fn a_body_that_is_not_an_object_is_an_error_of_the_whole() {
    for example in examples() {
        for body in [
            "",
            "null",
            "7",
            "true",
            "\"text\"",
            "<html></html>",
            "{} {}",
            "{}x",
        ] {
            let error = (example.decode)(body.as_bytes()).expect_err(body);
            assert_eq!(error.path(), ".", "{} {body}", example.operation);
        }
    }
}

#[test]
fn sub_jobs_hold_sub_jobs() {
    let leaf = json!({"metadata": {"uid": 3}});
    let middle = json!({"metadata": {"uid": 2}, "spec": {"subJobs": [{}, leaf]}});
    let job: Job = decoded(&json!({"metadata": {"uid": 1}, "spec": {"subJobs": [middle]}}));
    let middle = &job.spec.unwrap().sub_jobs[0];
    let leaf = &middle.spec.as_ref().unwrap().sub_jobs[1];
    assert_eq!(leaf.metadata.as_ref().unwrap().uid.as_deref(), Some("3"));
}

/// The documented example of an operation's answer, and the type that it decodes to.
struct Example {
    operation: &'static str,
    body: Value,
    decode: fn(&[u8]) -> Result<Value, DecodeError>,
}

impl Example {
    fn new<T: DeserializeOwned + Serialize>(
        document: &str,
        path: &str,
        method: &str,
        status: &str,
        operation: &'static str,
    ) -> Self {
        let document: Value = serde_norway::from_str(document).unwrap();
        let described = &document["paths"][path][method];
        assert_eq!(described["operationId"], operation);
        let content = &described["responses"][status]["content"]["application/json"];
        assert!(content["example"].is_object(), "{operation}");
        Self {
            operation,
            body: content["example"].clone(),
            decode: |body| from_slice::<T>(body).map(|typed| serde_json::to_value(typed).unwrap()),
        }
    }

    /// The example, every value of the documented type.
    fn typed(&self) -> Value {
        self.decode(&self.body)
    }

    #[track_caller]
    fn decode(&self, body: &Value) -> Value {
        self.try_decode(body)
            .unwrap_or_else(|error| panic!("{}: {error}: {body}", self.operation))
    }

    fn try_decode(&self, body: &Value) -> Result<Value, DecodeError> {
        (self.decode)(body.to_string().as_bytes())
    }
}

fn examples() -> [Example; 9] {
    let tokens = "/v3/auth/tokens";
    [
        Example::new::<Job>(
            CCE,
            "/api/v3/projects/{project_id}/jobs/{job_id}",
            "get",
            "200",
            "ShowJob",
        ),
        Example::new::<CreateClusterResponse>(
            CCE,
            "/api/v3/projects/{project_id}/clusters",
            "post",
            "201",
            "CreateCluster",
        ),
        Example::new::<BatchCreatePublicipsResponse>(
            EIP,
            "/v2/{project_id}/batchpublicips",
            "post",
            "200",
            "BatchCreatePublicips",
        ),
        Example::new::<RunJobResponse>(CODEARTS_BUILD, "/v3/jobs/build", "post", "200", "RunJob"),
        Example::new::<ResourcesJob>(
            EIP,
            "/v1/{project_id}/jobs/{job_id}",
            "get",
            "200",
            "ShowResourcesJobDetail",
        ),
        Example::new::<ShowJobStatusResponse>(
            CODEARTS_BUILD,
            "/v3/jobs/{job_id}/status",
            "get",
            "200",
            "ShowJobStatus",
        ),
        Example::new::<ShowJobInfoResponse>(
            CODEARTS_BUILD,
            "/v1/job/{job_id}/info",
            "get",
            "200",
            "ShowJobInfo",
        ),
        Example::new::<KeystoneCreateUserTokenByPasswordResponse>(
            IAM,
            tokens,
            "post",
            "201",
            "KeystoneCreateUserTokenByPassword",
        ),
        Example::new::<KeystoneListProjectsResponse>(
            IAM,
            "/v3/projects",
            "get",
            "200",
            "KeystoneListProjects",
        ),
    ]
}

fn example_of(operation: &str) -> Value {
    let found = examples()
        .into_iter()
        .find(|example| example.operation == operation);
    found.unwrap().body
}

#[track_caller]
fn decoded<T: DeserializeOwned>(body: &Value) -> T {
    from_slice(body.to_string().as_bytes()).unwrap()
}

/// The fields whose names are the service's to choose.
const MAPS: [&str; 3] = ["annotations", "extendParam", "labels"];

/// What is left when absent fields are left out: a `null`, an empty list and an empty map are
/// written as nothing.
fn without_absent(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.into_iter().filter_map(|(name, value)| {
                let value = without_absent(value);
                let absent = match &value {
                    Value::Null => true,
                    Value::Array(items) => items.is_empty(),
                    Value::Object(members) => members.is_empty() && MAPS.contains(&&*name),
                    _ => false,
                };
                (!absent).then_some((name, value))
            });
            Value::Object(kept.collect())
        }
        Value::Array(items) => items.into_iter().map(without_absent).collect(),
        other => other,
    }
}

/// The JSON pointers of all members of all objects.
fn fields(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for object in everything(value) {
        if let Some(members) = value.pointer(&object).and_then(Value::as_object) {
            found.extend(members.keys().map(|name| format!("{object}/{name}")));
        }
    }
    found
}

/// The JSON pointers of all objects whose fields are documented.
fn objects(value: &Value) -> Vec<String> {
    let documented = |pointer: &String| {
        let name = pointer.rsplit('/').next().unwrap_or_default();
        !MAPS.contains(&name) && value.pointer(pointer).is_some_and(Value::is_object)
    };
    everything(value).into_iter().filter(documented).collect()
}

/// The JSON pointers of all values.
fn everything(value: &Value) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut add = |name: &dyn std::fmt::Display, value| {
        found.extend(
            everything(value)
                .into_iter()
                .map(|rest| format!("/{name}{rest}")),
        );
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| add(name, value)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(n, value)| add(&n, value)),
        _ => {}
    }
    found
}

fn remove(value: &mut Value, field: &str) {
    let (object, name) = field.rsplit_once('/').unwrap();
    let members: &mut Map<_, _> = value.pointer_mut(object).unwrap().as_object_mut().unwrap();
    members.remove(name).unwrap();
}

/// A JSON pointer as a path in an error: `/spec/subJobs/0/kind` is `spec.subJobs[0].kind`.
fn path_of(pointer: &str) -> String {
    let mut path = String::new();
    for step in pointer.split('/').skip(1) {
        match step.parse::<usize>() {
            Ok(index) => path.push_str(&format!("[{index}]")),
            Err(_) if path.is_empty() => path.push_str(step),
            Err(_) => path.push_str(&format!(".{step}")),
        }
    }
    path
}
