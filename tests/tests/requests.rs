//! What each operation sends, and what it refuses to send.

use huaweicloud_cce::Client as Cce;
use huaweicloud_codearts_build::Client as CodeArtsBuild;
use huaweicloud_core::{AccessKey, Config, Credentials, Error, Secret};
use huaweicloud_eip::Client as Eip;
use huaweicloud_emulator::{Emulator, RecordedRequest};
use huaweicloud_iam::Client as Iam;
use huaweicloud_tests::{
    PASSWORD, addresses_request, assert_no_secret, build_request, caller_of, cluster_request,
    emulator, filtered_snapshots, token_request,
};
use insta::assert_snapshot;

const BUILD_JOB: &str = "901878212b1a49be9c1a1054c272762a";

/// Ids that are hard to put into a path, with the segments that stand for them.
const AWKWARD_IDS: [(&str, &str); 9] = [
    ("a/b c?#%é", "a%2Fb%20c%3F%23%25%C3%A9"),
    ("../../v3/projects", "..%2F..%2Fv3%2Fprojects"),
    ("%2e%2e", "%252e%252e"),
    ("...", "..."),
    (":project_id", "%3Aproject_id"),
    ("{job_id}", "%7Bjob_id%7D"),
    ("a+b&c=d;e", "a%2Bb%26c%3Dd%3Be"),
    ("\\\r\n\0", "%5C%0D%0A%00"),
    ("~-_.09azAZ", "~-_.09azAZ"),
];

// What each operation sends.

#[tokio::test]
async fn cce_show_job_is_sent_as_documented() {
    let (emulator, _filters) = (emulator().await, filtered_snapshots());
    let job = "354331b2c-229a-11e8-9c75-0255ac100ceb";
    cce(&emulator).show_job().job_id(job).send().await.unwrap();
    assert_snapshot!(only_request(&emulator), @r"
    GET /api/v3/projects/0605767a5780d5762f9ac0123456789a/jobs/354331b2c-229a-11e8-9c75-0255ac100ceb
    accept: */*
    authorization: SDK-HMAC-SHA256 Access=HPUAEXAMPLE, SignedHeaders=content-type;host;user-agent;x-project-id;x-sdk-date, Signature=[signature]
    content-type: application/json
    host: 127.0.0.1:[port]
    user-agent: huaweicloud-sdk-rust/[version]
    x-project-id: 0605767a5780d5762f9ac0123456789a
    x-sdk-date: [time]
    ");
}

#[tokio::test]
async fn eip_show_resources_job_detail_is_sent_as_documented() {
    let (emulator, _filters) = (emulator().await, filtered_snapshots());
    let job = "ff808082843684110184e155fdb36461";
    eip(&emulator)
        .show_resources_job_detail()
        .job_id(job)
        .send()
        .await
        .unwrap();
    assert_snapshot!(only_request(&emulator), @r"
    GET /v1/0605767a5780d5762f9ac0123456789a/jobs/ff808082843684110184e155fdb36461
    accept: */*
    authorization: SDK-HMAC-SHA256 Access=HPUAEXAMPLE, SignedHeaders=content-type;host;user-agent;x-project-id;x-sdk-date, Signature=[signature]
    content-type: application/json
    host: 127.0.0.1:[port]
    user-agent: huaweicloud-sdk-rust/[version]
    x-project-id: 0605767a5780d5762f9ac0123456789a
    x-sdk-date: [time]
    ");
}

#[tokio::test]
async fn codearts_build_show_job_status_is_sent_as_documented() {
    let (emulator, _filters) = (emulator().await, filtered_snapshots());
    build(&emulator)
        .show_job_status()
        .job_id(BUILD_JOB)
        .send()
        .await
        .unwrap();
    assert_snapshot!(only_request(&emulator), @r"
    GET /v3/jobs/901878212b1a49be9c1a1054c272762a/status
    accept: */*
    authorization: SDK-HMAC-SHA256 Access=HPUAEXAMPLE, SignedHeaders=content-type;host;user-agent;x-project-id;x-sdk-date, Signature=[signature]
    content-type: application/json
    host: 127.0.0.1:[port]
    user-agent: huaweicloud-sdk-rust/[version]
    x-project-id: 0605767a5780d5762f9ac0123456789a
    x-sdk-date: [time]
    ");
}

#[tokio::test]
async fn codearts_build_show_job_info_is_sent_as_documented() {
    let (emulator, _filters) = (emulator().await, filtered_snapshots());
    build(&emulator)
        .show_job_info()
        .job_id(BUILD_JOB)
        .send()
        .await
        .unwrap();
    assert_snapshot!(only_request(&emulator), @r"
    GET /v1/job/901878212b1a49be9c1a1054c272762a/info
    accept: */*
    authorization: SDK-HMAC-SHA256 Access=HPUAEXAMPLE, SignedHeaders=content-type;host;user-agent;x-project-id;x-sdk-date, Signature=[signature]
    content-type: application/json
    host: 127.0.0.1:[port]
    user-agent: huaweicloud-sdk-rust/[version]
    x-project-id: 0605767a5780d5762f9ac0123456789a
    x-sdk-date: [time]
    ");
}

#[tokio::test]
async fn cce_create_cluster_is_sent_as_documented() {
    let (emulator, _filters) = (emulator().await, filtered_snapshots());
    cce(&emulator)
        .create_cluster()
        .body(cluster_request())
        .send()
        .await
        .unwrap();
    assert_snapshot!(only_request(&emulator), @r#"
    POST /api/v3/projects/0605767a5780d5762f9ac0123456789a/clusters
    accept: */*
    authorization: SDK-HMAC-SHA256 Access=HPUAEXAMPLE, SignedHeaders=content-type;host;user-agent;x-project-id;x-sdk-date, Signature=[signature]
    content-length: 411
    content-type: application/json
    host: 127.0.0.1:[port]
    user-agent: huaweicloud-sdk-rust/[version]
    x-project-id: 0605767a5780d5762f9ac0123456789a
    x-sdk-date: [time]

    {
      "apiVersion": "v3",
      "kind": "Cluster",
      "metadata": {
        "name": "example-cluster"
      },
      "spec": {
        "category": "Turbo",
        "containerNetwork": {
          "mode": "eni"
        },
        "eniNetwork": {
          "subnets": [
            {
              "subnetID": "00000000-0000-0000-0000-000000000004"
            }
          ]
        },
        "extendParam": {
          "alpha.cce/fixPoolMask": "25"
        },
        "flavor": "cce.s2.small",
        "hostNetwork": {
          "subnet": "00000000-0000-0000-0000-000000000003",
          "vpc": "00000000-0000-0000-0000-000000000002"
        },
        "version": "v1.30"
      }
    }
    "#);
}

#[tokio::test]
async fn eip_batch_create_publicips_is_sent_as_documented() {
    let (emulator, _filters) = (emulator().await, filtered_snapshots());
    eip(&emulator)
        .batch_create_publicips()
        .body(addresses_request())
        .send()
        .await
        .unwrap();
    assert_snapshot!(only_request(&emulator), @r#"
    POST /v2/0605767a5780d5762f9ac0123456789a/batchpublicips
    accept: */*
    authorization: SDK-HMAC-SHA256 Access=HPUAEXAMPLE, SignedHeaders=content-type;host;user-agent;x-project-id;x-sdk-date, Signature=[signature]
    content-length: 170
    content-type: application/json
    host: 127.0.0.1:[port]
    user-agent: huaweicloud-sdk-rust/[version]
    x-project-id: 0605767a5780d5762f9ac0123456789a
    x-sdk-date: [time]

    {
      "bandwidth": {
        "charge_mode": "traffic",
        "name": "example-bandwidth",
        "share_type": "PER",
        "size": 5
      },
      "enterprise_project_id": "0",
      "publicip": {
        "type": "5_bgp"
      },
      "publicip_number": 2
    }
    "#);
}

#[tokio::test]
async fn codearts_build_run_job_is_sent_as_documented() {
    let (emulator, _filters) = (emulator().await, filtered_snapshots());
    build(&emulator)
        .run_job()
        .body(build_request(BUILD_JOB))
        .send()
        .await
        .unwrap();
    assert_snapshot!(only_request(&emulator), @r#"
    POST /v3/jobs/build
    accept: */*
    authorization: SDK-HMAC-SHA256 Access=HPUAEXAMPLE, SignedHeaders=content-type;host;user-agent;x-project-id;x-sdk-date, Signature=[signature]
    content-length: 119
    content-type: application/json
    host: 127.0.0.1:[port]
    user-agent: huaweicloud-sdk-rust/[version]
    x-project-id: 0605767a5780d5762f9ac0123456789a
    x-sdk-date: [time]

    {
      "job_id": "901878212b1a49be9c1a1054c272762a",
      "parameter": [
        {
          "name": "version",
          "value": "1.0"
        }
      ],
      "scm": {
        "build_tag": "v1.0"
      }
    }
    "#);
}

#[tokio::test]
async fn iam_keystone_list_projects_is_sent_with_its_filters_in_canonical_order() {
    let (emulator, _filters) = (emulator().await, filtered_snapshots());
    let call = iam(&emulator)
        .keystone_list_projects()
        .send()
        .await
        .unwrap();
    assert_eq!(call.projects.len(), 1);
    iam(&emulator)
        .keystone_list_projects()
        .per_page(100)
        .page(1)
        .parent_id("é&a=b")
        .name("cn-north-4 +x")
        .is_domain(false)
        .enabled(true)
        .domain_id("")
        .send()
        .await
        .unwrap();
    let [plain, filtered] = emulator.requests().try_into().unwrap();
    assert_eq!((plain.path(), plain.query()), ("/v3/projects", None));
    assert_snapshot!(shown(&filtered), @r"
    GET /v3/projects?domain_id=&enabled=true&is_domain=false&name=cn-north-4%20%2Bx&page=1&parent_id=%C3%A9%26a%3Db&per_page=100
    accept: */*
    authorization: SDK-HMAC-SHA256 Access=HPUAEXAMPLE, SignedHeaders=content-type;host;user-agent;x-project-id;x-sdk-date, Signature=[signature]
    content-type: application/json
    host: 127.0.0.1:[port]
    user-agent: huaweicloud-sdk-rust/[version]
    x-project-id: 0605767a5780d5762f9ac0123456789a
    x-sdk-date: [time]
    ");
}

#[tokio::test]
async fn iam_keystone_create_user_token_by_password_is_sent_unsigned() {
    let (emulator, _filters) = (emulator().await, filtered_snapshots());
    let iam = iam(&emulator);
    let call = iam.keystone_create_user_token_by_password();
    call.nocatalog("true")
        .body(token_request(&emulator, PASSWORD))
        .send()
        .await
        .unwrap();
    assert_snapshot!(only_request(&emulator), @r#"
    POST /v3/auth/tokens?nocatalog=true
    accept: */*
    content-length: 196
    content-type: application/json
    host: 127.0.0.1:[port]
    user-agent: huaweicloud-sdk-rust/[version]

    {
      "auth": {
        "identity": {
          "methods": [
            "password"
          ],
          "password": {
            "user": {
              "domain": {
                "name": "emulator-domain"
              },
              "name": "emulator-user",
              "password": "hush-password"
            }
          }
        },
        "scope": {
          "project": {
            "name": "cn-north-4"
          }
        }
      }
    }
    "#);
}

#[tokio::test]
async fn a_temporary_access_key_sends_its_security_token_and_signs_it() {
    let _filters = filtered_snapshots();
    let key = AccessKey::new("HSTEXAMPLE", "hush-secret-key").with_security_token("hush-token");
    let builder = Emulator::builder().access_key(key).project_id("5f");
    let emulator = builder.start().await.unwrap();
    build(&emulator)
        .show_job_status()
        .job_id(BUILD_JOB)
        .send()
        .await
        .unwrap();
    assert_snapshot!(only_request(&emulator), @r"
    GET /v3/jobs/901878212b1a49be9c1a1054c272762a/status
    accept: */*
    authorization: SDK-HMAC-SHA256 Access=HSTEXAMPLE, SignedHeaders=content-type;host;user-agent;x-project-id;x-sdk-date;x-security-token, Signature=[signature]
    content-type: application/json
    host: 127.0.0.1:[port]
    user-agent: huaweicloud-sdk-rust/[version]
    x-project-id: 5f
    x-sdk-date: [time]
    x-security-token: hush-token
    ");
}

#[tokio::test]
async fn a_token_is_sent_in_the_place_of_a_signature() {
    let (emulator, _filters) = (emulator().await, filtered_snapshots());
    let token = Credentials::Token(Secret::from("a token that is not valid"));
    let config = caller_of(&emulator).credentials(token).build().unwrap();
    let cce = Cce::new(&config).unwrap();
    cce.show_job().job_id("354331b2c").send().await.unwrap_err();
    assert_snapshot!(only_request(&emulator), @r"
    GET /api/v3/projects/0605767a5780d5762f9ac0123456789a/jobs/354331b2c
    accept: */*
    content-type: application/json
    host: 127.0.0.1:[port]
    user-agent: huaweicloud-sdk-rust/[version]
    x-auth-token: a token that is not valid
    x-project-id: 0605767a5780d5762f9ac0123456789a
    ");
}

#[tokio::test]
async fn without_a_project_id_a_request_that_needs_none_names_none() {
    let emulator = emulator().await;
    let config = without_project_id(&emulator);
    let build = CodeArtsBuild::new(&config).unwrap();
    build
        .show_job_status()
        .job_id(BUILD_JOB)
        .send()
        .await
        .unwrap();
    let [request] = emulator.requests().try_into().unwrap();
    assert_eq!(request.header("x-project-id"), None);
}

// What a job id becomes.

#[tokio::test]
async fn an_awkward_job_id_is_escaped_as_one_segment_of_the_path() {
    let emulator = emulator().await;
    let (cce, eip) = (cce(&emulator), eip(&emulator));
    for (id, segment) in AWKWARD_IDS {
        // The emulator found the operation and verified the signature of the path that it got.
        cce.show_job().job_id(id).send().await.unwrap();
        eip.show_resources_job_detail()
            .job_id(id)
            .send()
            .await
            .unwrap();
        let [.., of_cce, of_eip] = &emulator.requests()[..] else {
            panic!("nothing was sent for {id:?}");
        };
        let project = emulator.project_id();
        assert_eq!(
            of_cce.path(),
            format!("/api/v3/projects/{project}/jobs/{segment}")
        );
        assert_eq!(of_eip.path(), format!("/v1/{project}/jobs/{segment}"));
        assert_eq!((of_cce.query(), of_eip.query()), (None, None), "{id:?}");
    }
}

// What is refused before anything is sent.

#[tokio::test]
async fn a_job_id_that_would_name_another_path_is_refused_before_anything_is_sent() {
    let emulator = emulator().await;
    for id in ["", ".", ".."] {
        for (operation, error) in errors_for(&emulator, id).await {
            let expected =
                format!("{operation}: job_id must not be empty, \".\" or \"..\", but is {id:?}");
            assert_refused(&error, operation, &expected);
        }
    }
    assert!(emulator.requests().is_empty());
}

#[tokio::test]
async fn a_codearts_job_id_that_is_not_32_letters_and_digits_is_refused_before_anything_is_sent() {
    let emulator = emulator().await;
    let build = build(&emulator);
    let length = |has: usize| format!("job_id must have 32 characters, but has {has}");
    let characters = |id: &str| format!("job_id must match ^[0-9A-Za-z]{{32}}$, but is {id:?}");
    let of_31 = &BUILD_JOB[..31];
    let mut cases = vec![
        (of_31.to_owned(), length(31)),
        (format!("{BUILD_JOB}a"), length(33)),
        (format!("{BUILD_JOB}\n"), length(33)),
        ("a".repeat(100_000), length(100_000)),
        ("é".repeat(16), length(16)),
    ];
    for odd in ["-", "_", "/", ".", " ", "\n", "%", "é", "٣", "Ａ"] {
        for id in [format!("{of_31}{odd}"), format!("{odd}{of_31}")] {
            cases.push((id.clone(), characters(&id)));
        }
    }
    for (id, reason) in cases {
        let error = build
            .show_job_status()
            .job_id(&*id)
            .send()
            .await
            .unwrap_err();
        assert_refused(&error, "ShowJobStatus", &format!("ShowJobStatus: {reason}"));
        let error = build.show_job_info().job_id(&*id).send().await.unwrap_err();
        assert_refused(&error, "ShowJobInfo", &format!("ShowJobInfo: {reason}"));
    }
    assert!(emulator.requests().is_empty());
}

#[tokio::test]
async fn what_is_required_and_was_not_set_is_named_before_anything_is_sent() {
    let emulator = emulator().await;
    let (cce, eip) = (cce(&emulator), eip(&emulator));
    let (build, iam) = (build(&emulator), iam(&emulator));
    let job_id = "job_id is required, but was not set";
    for (operation, error, reason) in [
        ("ShowJob", cce.show_job().send().await.unwrap_err(), job_id),
        (
            "ShowResourcesJobDetail",
            eip.show_resources_job_detail().send().await.unwrap_err(),
            job_id,
        ),
        (
            "ShowJobStatus",
            build.show_job_status().send().await.unwrap_err(),
            job_id,
        ),
        (
            "ShowJobInfo",
            build.show_job_info().send().await.unwrap_err(),
            job_id,
        ),
        (
            "KeystoneCreateUserTokenByPassword",
            iam.keystone_create_user_token_by_password()
                .send()
                .await
                .unwrap_err(),
            "no value supplied for auth",
        ),
    ] {
        assert_refused(&error, operation, &format!("{operation}: {reason}"));
    }
    assert!(emulator.requests().is_empty());
}

#[tokio::test]
async fn without_a_project_id_the_error_names_the_variable_and_nothing_is_sent() {
    let emulator = emulator().await;
    for config in [
        without_project_id(&emulator),
        caller_of(&emulator).project_id("").build().unwrap(),
    ] {
        for (operation, error) in errors_of_projects(&config).await {
            assert!(error.is_configuration(), "{error:?}");
            assert_eq!(error.operation(), Some(operation));
            let text = error.to_string();
            for name in [
                "no project id",
                "project_id(..)",
                "HUAWEICLOUD_SDK_PROJECT_ID",
            ] {
                assert!(text.contains(name), "{text}");
            }
        }
    }
    assert!(emulator.requests().is_empty());
}

#[tokio::test]
async fn a_project_id_that_would_name_another_path_is_a_configuration_error() {
    let emulator = emulator().await;
    for id in [".", ".."] {
        let config = caller_of(&emulator).project_id(id).build().unwrap();
        for (operation, error) in errors_of_projects(&config).await {
            assert!(error.is_configuration(), "{error:?}");
            assert_eq!(error.operation(), Some(operation));
            assert!(error.to_string().contains("project_id"), "{error}");
        }
    }
    assert!(emulator.requests().is_empty());
}

#[tokio::test]
async fn without_credentials_the_error_says_how_to_set_them_and_nothing_is_sent() {
    let emulator = emulator().await;
    let config = Config::builder()
        .endpoint(emulator.url())
        .project_id("5f")
        .build()
        .unwrap();
    let error = Cce::new(&config)
        .unwrap()
        .show_job()
        .job_id("1")
        .send()
        .await
        .unwrap_err();
    assert!(error.is_credentials(), "{error:?}");
    assert_eq!((error.operation(), error.status()), (Some("ShowJob"), None));
    let text = error.to_string();
    for name in ["no credentials", "credentials(..)", "load()"] {
        assert!(text.contains(name), "{text}");
    }
    assert!(emulator.requests().is_empty());
}

#[tokio::test]
async fn credentials_that_cannot_be_sent_are_refused_without_being_shown() {
    let emulator = emulator().await;
    for (credentials, reason) in [
        (Credentials::Token(Secret::from("")), "the token is empty"),
        (Credentials::Token(Secret::from("hush\n")), "X-Auth-Token"),
        (AccessKey::new("", "hush").into(), "empty id"),
        (AccessKey::new("ID", "").into(), "empty secret key"),
        (
            AccessKey::new("ID", "hush")
                .with_security_token("hush\0")
                .into(),
            "X-Security-Token",
        ),
    ] {
        let config = caller_of(&emulator)
            .credentials(credentials)
            .build()
            .unwrap();
        let error = build_of(&config)
            .show_job_status()
            .job_id(BUILD_JOB)
            .send()
            .await;
        let error = error.unwrap_err();
        assert!(error.is_credentials(), "{error:?}");
        assert_eq!(error.operation(), Some("ShowJobStatus"));
        let source = std::error::Error::source(&error).unwrap().to_string();
        assert!(source.contains(reason), "{source}");
        assert_no_secret(&format!("{error} {error:?} {source}"), &["hush"]);
    }
    assert!(emulator.requests().is_empty());
}

// The password.

#[tokio::test]
async fn a_password_is_sent_in_the_body_and_nowhere_else() {
    let emulator = emulator().await;
    // A key is configured, and not used.
    let iam = iam(&emulator);
    let call = iam
        .keystone_create_user_token_by_password()
        .body(token_request(&emulator, PASSWORD));
    assert_no_secret(&format!("{call:?}"), &[PASSWORD]);
    call.send().await.unwrap();

    let [request] = emulator.requests().try_into().unwrap();
    let body = std::str::from_utf8(request.body()).unwrap();
    assert_eq!(body.matches(PASSWORD).count(), 1, "{body}");
    let mut head = format!(
        "{} {} {:?}",
        request.method(),
        request.path(),
        request.query()
    );
    for (name, value) in request.headers() {
        head.push_str(&format!("\n{name}: {}", value.to_str().unwrap()));
    }
    assert_no_secret(&head, &[PASSWORD]);
    for name in [
        "authorization",
        "x-auth-token",
        "x-security-token",
        "x-sdk-date",
        "x-project-id",
    ] {
        assert_eq!(request.header(name), None, "{name}");
    }
}

#[tokio::test]
async fn a_token_is_asked_for_without_credentials_or_a_project() {
    let emulator = emulator().await;
    let config = Config::builder().endpoint(emulator.url()).build().unwrap();
    let iam = Iam::new(&config).unwrap();
    let call = iam
        .keystone_create_user_token_by_password()
        .body(token_request(&emulator, PASSWORD));
    assert_eq!(call.send().await.unwrap().status(), 201);
}

fn config(emulator: &Emulator) -> Config {
    caller_of(emulator).build().unwrap()
}

fn without_project_id(emulator: &Emulator) -> Config {
    let key = emulator.access_key().clone();
    Config::builder()
        .endpoint(emulator.url())
        .credentials(key)
        .build()
        .unwrap()
}

fn cce(emulator: &Emulator) -> Cce {
    Cce::new(&config(emulator)).unwrap()
}

fn eip(emulator: &Emulator) -> Eip {
    Eip::new(&config(emulator)).unwrap()
}

fn build(emulator: &Emulator) -> CodeArtsBuild {
    build_of(&config(emulator))
}

fn build_of(config: &Config) -> CodeArtsBuild {
    CodeArtsBuild::new(config).unwrap()
}

fn iam(emulator: &Emulator) -> Iam {
    Iam::new(&config(emulator)).unwrap()
}

/// What every operation that takes a job id says to one that it refuses.
async fn errors_for(emulator: &Emulator, job_id: &str) -> [(&'static str, Error); 4] {
    let (cce, eip, build) = (cce(emulator), eip(emulator), build(emulator));
    let resources_job = eip.show_resources_job_detail().job_id(job_id).send().await;
    [
        (
            "ShowJob",
            cce.show_job().job_id(job_id).send().await.unwrap_err(),
        ),
        ("ShowResourcesJobDetail", resources_job.unwrap_err()),
        (
            "ShowJobStatus",
            build
                .show_job_status()
                .job_id(job_id)
                .send()
                .await
                .unwrap_err(),
        ),
        (
            "ShowJobInfo",
            build
                .show_job_info()
                .job_id(job_id)
                .send()
                .await
                .unwrap_err(),
        ),
    ]
}

/// What the operations say that have a project in their path, which this configuration lacks.
async fn errors_of_projects(config: &Config) -> [(&'static str, Error); 2] {
    let (cce, eip) = (Cce::new(config).unwrap(), Eip::new(config).unwrap());
    let resources_job = eip.show_resources_job_detail().job_id("1").send().await;
    [
        (
            "ShowJob",
            cce.show_job().job_id("1").send().await.unwrap_err(),
        ),
        ("ShowResourcesJobDetail", resources_job.unwrap_err()),
    ]
}

#[track_caller]
fn assert_refused(error: &Error, operation: &str, expected: &str) {
    assert!(error.is_invalid_request(), "{error:?}");
    assert_eq!(error.operation(), Some(operation));
    assert_eq!(
        (error.status(), error.code(), error.request_id()),
        (None, None, None)
    );
    assert_eq!(error.to_string(), expected);
}

#[track_caller]
fn only_request(emulator: &Emulator) -> String {
    let [request] = emulator.requests().try_into().unwrap();
    shown(&request)
}

/// A request as it was sent, its headers in the order of their names and its body indented.
fn shown(request: &RecordedRequest) -> String {
    let query = request
        .query()
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    let mut lines: Vec<_> = request
        .headers()
        .iter()
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    lines.sort();
    lines.insert(0, format!("{} {}{query}", request.method(), request.path()));
    if !request.body().is_empty() {
        let body: serde_json::Value = serde_json::from_slice(request.body()).unwrap();
        lines.push(format!("\n{body:#}"));
    }
    lines.join("\n")
}
