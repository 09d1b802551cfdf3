//! The domain id (account) of global services: given, or looked up in IAM or STS.

use futures_util::future::join_all;
use huaweicloud_core::policy::RetryPolicy;
use huaweicloud_emulator::{Emulator, Fault, Rule};
use huaweicloud_iam::{Client, ConfigBuilder, ErrorKind};
use huaweicloud_tests::emulator;

/// A caller of the emulator who speaks for no project.
fn caller(emulator: &Emulator) -> ConfigBuilder {
    huaweicloud_iam::Config::builder()
        .endpoint(emulator.url())
        .region(emulator.region())
        .credentials(emulator.access_key().clone())
        .retry(RetryPolicy::never())
}

fn client(config: ConfigBuilder) -> Client {
    Client::new(&config.build().unwrap()).unwrap()
}

/// What the last request said it was about.
fn sent(emulator: &Emulator) -> (Option<String>, Option<String>) {
    let requests = emulator.requests();
    let header = |name| requests.last().unwrap().header(name).map(str::to_owned);
    (header("x-domain-id"), header("x-project-id"))
}

#[tokio::test]
async fn it_is_looked_up_once_where_there_is_a_region_and_no_project() {
    let emulator = emulator().await;
    let domain = Some(emulator.domain_id().to_owned());
    let iam = client(caller(&emulator));
    for answer in join_all((0..20).map(|_| iam.keystone_list_projects().send())).await {
        answer.unwrap();
    }
    assert_eq!(
        emulator.statistics().requests_of("KeystoneListAuthDomains"),
        1
    );
    assert_eq!(sent(&emulator), (domain.clone(), None));

    let given = client(caller(&emulator).domain_id(emulator.domain_id()));
    given.keystone_list_projects().send().await.unwrap();
    assert_eq!(sent(&emulator), (domain, None));

    let project = Some(emulator.project_id().to_owned());
    let of_project = client(caller(&emulator).project_id(emulator.project_id()));
    of_project.keystone_list_projects().send().await.unwrap();
    assert_eq!(sent(&emulator), (None, project));
    assert_eq!(
        emulator.statistics().requests_of("KeystoneListAuthDomains"),
        1
    );
}

#[tokio::test]
async fn sts_is_asked_where_iam_knows_none() {
    let emulator = emulator().await;
    let none = Fault::Body(r#"{"domains": []}"#.into());
    emulator
        .inject(Rule::new(none).operation("KeystoneListAuthDomains"))
        .unwrap();
    client(caller(&emulator))
        .keystone_list_projects()
        .send()
        .await
        .unwrap();
    assert_eq!(emulator.statistics().requests_of("GetCallerIdentity"), 1);
    assert_eq!(
        sent(&emulator),
        (Some(emulator.domain_id().to_owned()), None)
    );

    let nobody = Fault::Body("{}".into());
    emulator
        .inject(Rule::new(nobody).operation("GetCallerIdentity"))
        .unwrap();
    let error = client(caller(&emulator))
        .keystone_list_projects()
        .send()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(
        error.to_string().contains("HUAWEICLOUD_SDK_DOMAIN_ID"),
        "{error}"
    );
}

#[tokio::test]
async fn several_are_an_error_that_lists_them() {
    let emulator = emulator().await;
    let several = Fault::Body(r#"{"domains": [{"id": "first"}, {"id": "second"}]}"#.into());
    emulator
        .inject(Rule::new(several).operation("KeystoneListAuthDomains"))
        .unwrap();
    let error = client(caller(&emulator))
        .keystone_list_projects()
        .send()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("first, second"), "{error}");
}
