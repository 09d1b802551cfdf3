use std::sync::Arc;
use std::time::UNIX_EPOCH;

use huaweicloud_auth::provide::{
    EnvironmentCredentials, MetadataService, OidcSts, PodIdentity, ProfileFile, ProvideCredentials,
};
use huaweicloud_auth::{Credentials, Secret};
use serde_json::json;

use crate::cloud::{self, CASES, EXPIRY_SECONDS, Metadata};
use crate::fetch::client;
use crate::server::Server;
use crate::{file, key_of, variables};

const TEMPORARY: (&str, &str, Option<&str>) = ("HST0EXAMPLE", "hush-secret", Some("hush-token"));

#[tokio::test]
async fn every_source_gets_what_its_service_gives() {
    for case in CASES {
        let server = Server::start((case.handler)()).await;
        let source = (case.source)(client(), &server.url);
        let provided = source
            .provide()
            .await
            .unwrap_or_else(|error| panic!("{error}"));
        let until_expiry = provided.expires_at.unwrap().duration_since(UNIX_EPOCH);
        assert_eq!(
            until_expiry.unwrap().as_secs(),
            EXPIRY_SECONDS,
            "{}",
            case.name
        );
        if case.name == "password" {
            let token = Credentials::Token(Secret::from("hush-scoped"));
            assert_eq!(provided.credentials, token);
            assert_eq!(provided.project_id.as_deref(), Some("0605767a"));
            assert_eq!(provided.domain_id.as_deref(), Some("d78cbac1"));
        } else {
            assert_eq!(key_of(&provided), TEMPORARY, "{}", case.name);
        }
    }
}

#[tokio::test]
async fn the_metadata_token_is_used_again_and_replaced_once_when_refused() {
    let metadata = Arc::new(Metadata::default());
    let server = Server::start(metadata.handler()).await;
    let source = MetadataService::new(client()).endpoint(&server.url);
    let sent = || {
        let received = server.received();
        received
            .iter()
            .map(|one| one.method.to_string())
            .collect::<Vec<_>>()
            .join(" ")
    };
    source.provide().await.unwrap();
    source.provide().await.unwrap();
    assert_eq!(sent(), "PUT GET GET");
    metadata.forget_token();
    source.provide().await.unwrap();
    assert_eq!(sent(), "PUT GET GET GET PUT GET");
}

#[tokio::test]
async fn a_metadata_service_without_tokens_is_asked_without() {
    for handshake in [404, 405, 503] {
        let server = Server::start(cloud::metadata_without_tokens(handshake)).await;
        let source = MetadataService::new(client()).endpoint(server.url + "/");
        assert_eq!(key_of(&source.provide().await.unwrap()), TEMPORARY);
    }
}

#[tokio::test]
async fn tokens_in_files_are_read_anew_each_time() {
    let server = Server::start(cloud::pod_agent()).await;
    let path = file("rotating-token", "hush-old");
    let uri = server.url + "/v1/credentials";
    let source = PodIdentity::new(client()).variables(variables(&[
        ("HC_CONTAINER_CREDENTIALS_FULL_URI", &uri),
        (
            "HC_CONTAINER_AUTHORIZATION_TOKEN_FILE",
            &path.display().to_string(),
        ),
    ]));
    source.provide().await.unwrap_err();
    file("rotating-token", "hush-pod");
    source.provide().await.unwrap();
}

#[tokio::test]
async fn sts_is_sent_what_the_variables_say() {
    let server = Server::start(cloud::sts()).await;
    let token = file("oidc-token", "hush-id-token\n").display().to_string();
    let source = OidcSts::new(client())
        .region("mars-1")
        .variables(variables(&[
            (
                "HUAWEICLOUD_OIDC_PROVIDER_URN",
                "iam::d78cbac1:oidcProvider:github",
            ),
            ("HUAWEICLOUD_OIDC_AGENCY_URN", "iam::d78cbac1:agency:deploy"),
            ("HUAWEICLOUD_OIDC_TOKEN_FILE", &token),
            ("HUAWEICLOUD_OIDC_SESSION_NAME", "build"),
            ("HUAWEICLOUD_OIDC_DURATION_SECONDS", "900"),
            ("HUAWEICLOUD_OIDC_POLICY", "{}"),
            ("HUAWEICLOUD_OIDC_POLICY_IDS", "one, ,two"),
            ("HUAWEICLOUD_SDK_STS_ENDPOINT", &server.url),
            ("HUAWEICLOUD_SDK_PROJECT_ID", "0605767a"),
            ("HUAWEICLOUD_SDK_DOMAIN_ID", "d78cbac1"),
        ]));
    let provided = source.provide().await.unwrap();
    assert_eq!(provided.project_id.as_deref(), Some("0605767a"));
    assert_eq!(provided.domain_id.as_deref(), Some("d78cbac1"));
    assert_eq!(
        server.received()[0].json(),
        json!({
            "provider_urn": "iam::d78cbac1:oidcProvider:github",
            "agency_urn": "iam::d78cbac1:agency:deploy",
            "agency_session_name": "build",
            "id_token": "hush-id-token",
            "duration_seconds": 900,
            "policy": "{}",
            "policy_ids": ["one", "two"],
        })
    );
}

#[tokio::test]
async fn an_identity_provider_in_the_environment_wins_over_a_key() {
    let server = Server::start(cloud::iam()).await;
    let token = file("environment-token", "hush-id-token")
        .display()
        .to_string();
    let source = EnvironmentCredentials::new()
        .fetch(client())
        .variables(variables(&[
            ("HUAWEICLOUD_SDK_AK", "a"),
            ("HUAWEICLOUD_SDK_SK", "hush"),
            ("HUAWEICLOUD_SDK_IDP_ID", "acme"),
            ("HUAWEICLOUD_SDK_ID_TOKEN_FILE", &token),
            ("HUAWEICLOUD_SDK_IAM_ENDPOINT", &server.url),
            ("HUAWEICLOUD_SDK_PROJECT_ID", "0605767a"),
        ]));
    let provided = source.provide().await.unwrap();
    assert_eq!(key_of(&provided), TEMPORARY);
    assert_eq!(provided.project_id.as_deref(), Some("0605767a"));
}

#[tokio::test]
async fn a_profile_may_name_an_identity_provider_and_its_iam() {
    let server = Server::start(cloud::iam()).await;
    let token = file("profile-token", "hush-id-token");
    let profile = format!(
        "[basic]\nak = a\nsk = hush\nidp_id = acme\nid_token_file = {}\niam_endpoint = {}\n\
         project_id = 0605767a\n",
        token.display(),
        server.url,
    );
    let source = ProfileFile::new()
        .path(file("profile-with-provider", &profile))
        .fetch(client());
    let provided = source.provide().await.unwrap();
    assert_eq!(key_of(&provided), TEMPORARY);
    assert_eq!(provided.project_id.as_deref(), Some("0605767a"));
    assert_eq!(provided.iam_endpoint, Some(server.url));
}
