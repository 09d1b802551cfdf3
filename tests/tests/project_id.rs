//! The project id: given, or looked up in IAM by the name of the region.

use std::time::Duration;

use futures_util::future::join_all;
use huaweicloud_cce::{Client, Config, Error, ErrorKind};
use huaweicloud_core::policy::{Backoff, RetryPolicy};
use huaweicloud_emulator::{Emulator, Fault, Rule};
use huaweicloud_tests::{addresses_request, emulator};

const JOB: &str = "354331b2c-229a-11e8-9c75-0255ac100ceb";

/// A client that is not told the project.
fn client(emulator: &Emulator, region: &str) -> Client {
    let config = Config::builder()
        .endpoint(emulator.url())
        .region(region)
        .credentials(emulator.access_key().clone())
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    Client::new(&config).unwrap()
}

fn lookups(emulator: &Emulator) -> usize {
    let requests = emulator.requests();
    requests
        .iter()
        .filter(|request| request.path() == "/v3/projects")
        .count()
}

async fn failure(emulator: &Emulator, region: &str) -> Error {
    let error = client(emulator, region)
        .show_job()
        .job_id(JOB)
        .send()
        .await
        .unwrap_err();
    assert_eq!(error.operation(), Some("ShowJob"));
    assert!(
        error.to_string().contains("HUAWEICLOUD_SDK_PROJECT_ID"),
        "{error}"
    );
    error
}

#[tokio::test]
async fn it_is_looked_up_once_for_all_callers_and_then_sent_by_each() {
    let emulator = emulator().await;
    let cce = client(&emulator, emulator.region());
    let calls = (0..50).map(|_| cce.show_job().job_id(JOB).send());
    for answer in join_all(calls).await {
        answer.unwrap();
    }
    assert_eq!(lookups(&emulator), 1);
    let requests = emulator.requests();
    let call = requests.last().unwrap();
    assert!(
        call.path().contains(emulator.project_id()),
        "{}",
        call.path()
    );
    assert_eq!(call.header("x-project-id"), Some(emulator.project_id()));
}

#[tokio::test]
async fn none_and_several_are_errors_that_say_what_to_do() {
    let emulator = emulator().await;
    let none = failure(&emulator, "eu-west-0").await;
    assert_eq!(none.kind(), ErrorKind::Configuration);
    assert!(
        none.to_string().contains("no project of that name"),
        "{none}"
    );

    let body = r#"{"projects": [{"id": "first"}, {"id": "second"}]}"#;
    emulator
        .inject(Rule::new(Fault::Body(body.into())).operation("KeystoneListProjects"))
        .unwrap();
    let several = failure(&emulator, emulator.region()).await;
    assert_eq!(several.kind(), ErrorKind::Configuration);
    assert!(several.to_string().contains("first, second"), "{several}");
}

#[tokio::test]
async fn a_lookup_that_fails_is_told_and_tried_again_by_the_next_call() {
    let emulator = emulator().await;
    let faults = [
        (
            Fault::Response {
                status: 500,
                content_type: "text/html".into(),
                body: "<html><title>Oops</title></html>".into(),
            },
            ErrorKind::Service,
            "Oops",
        ),
        (
            Fault::CutShort,
            ErrorKind::Connection,
            "cannot be looked up",
        ),
        (
            Fault::Body("<html>".into()),
            ErrorKind::Decoding,
            "cannot be looked up",
        ),
    ];
    let cce = client(&emulator, emulator.region());
    for (fault, kind, words) in faults {
        emulator
            .inject(Rule::new(fault).operation("KeystoneListProjects").times(1))
            .unwrap();
        let error = cce.show_job().job_id(JOB).send().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
    cce.show_job().job_id(JOB).send().await.unwrap();
}

#[tokio::test]
async fn without_a_region_there_is_nothing_to_look_up() {
    let emulator = emulator().await;
    let config = Config::builder()
        .endpoint(emulator.url())
        .credentials(emulator.access_key().clone())
        .build()
        .unwrap();
    let error = Client::new(&config)
        .unwrap()
        .show_job()
        .job_id(JOB)
        .send()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(emulator.requests().is_empty());
}

#[tokio::test]
async fn a_lookup_that_breaks_is_tried_again_whatever_the_method_since_nothing_was_sent() {
    let emulator = emulator().await;
    let rule = Rule::new(Fault::ResetBeforeAnswer).operation("KeystoneListProjects");
    emulator.inject(rule.times(1)).unwrap();
    let backoff = Backoff::new(Duration::from_micros(1), Duration::from_micros(1));
    let config = Config::builder()
        .endpoint(emulator.url())
        .region(emulator.region())
        .credentials(emulator.access_key().clone())
        .retry(RetryPolicy::default().backoff(backoff))
        .build()
        .unwrap();
    let addresses = huaweicloud_eip::Client::new(&config).unwrap();
    addresses
        .batch_create_publicips()
        .body(addresses_request())
        .send()
        .await
        .unwrap();
    assert_eq!(lookups(&emulator), 2);
    assert_eq!(emulator.statistics().requests_of("BatchCreatePublicips"), 1);
}
