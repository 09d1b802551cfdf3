//! ID tokens, and the lists of the account and of the project.

use http::Method;
use huaweicloud_emulator::Emulator;
use reqwest::Response;
use serde_json::{Value, json};

use crate::caller::{get, json, post, send, signed, token, try_service, unsigned};
use crate::temporary_keys::key_in;

async fn trade(
    emulator: &Emulator,
    provider: &str,
    id_token: &str,
    scope: Option<Value>,
) -> Response {
    let mut auth = json!({"id_token": {"id": id_token}});
    if let Some(scope) = scope {
        auth["scope"] = scope;
    }
    let url = format!("{}/v3.0/OS-AUTH/id-token/tokens", emulator.url());
    let client = crate::caller::client();
    let request = client.post(url).header("X-Idp-Id", provider);
    request
        .body(json!({ "auth": auth }).to_string())
        .send()
        .await
        .unwrap()
}

#[tokio::test]
async fn an_id_token_is_traded_for_a_token_that_is_traded_for_a_key() {
    let emulator = Emulator::builder().start().await.unwrap();
    let provider = emulator.identity_provider();
    let response = trade(&emulator, provider.id(), provider.id_token().expose(), None).await;
    assert_eq!(response.status(), 201);
    let unscoped = response.headers()["x-subject-token"]
        .to_str()
        .unwrap()
        .to_owned();
    let body = json(response).await;
    assert_eq!(body["token"]["methods"], json!(["mapped"]));
    let federation = &body["token"]["user"]["OS-FEDERATION"];
    assert_eq!(federation["identity_provider"]["id"], provider.id());
    assert!(body["token"]["project"].is_null() && body["token"]["domain"].is_null());

    let (status, message) = try_service(&emulator, &token(&unscoped)).await;
    assert_eq!(status, 401);
    assert!(message.contains("not one of a project"), "{message}");

    let identity = json!({"methods": ["token"], "token": {"id": unscoped}});
    let body = json!({"auth": {"identity": identity}});
    let response = post(&emulator, "/v3.0/OS-CREDENTIAL/securitytokens", &body, None).await;
    assert_eq!(response.status(), 201);
    let key = key_in(&json(response).await["credential"]);
    assert_eq!(try_service(&emulator, &key).await, (200, String::new()));
    let parts = signed(&emulator, Method::GET, "/v5/caller-identity", &key);
    let caller = json(send(parts).await).await;
    assert_eq!(caller["account_id"], emulator.domain_id());
    assert_eq!(caller["principal_id"], "emulator-federated-user");
}

#[tokio::test]
async fn a_token_by_id_token_is_for_the_provider_its_token_and_the_account() {
    let emulator = Emulator::builder().start().await.unwrap();
    let provider = emulator.identity_provider();
    let (id, id_token) = (provider.id(), provider.id_token().expose());
    let own = json!({"project": {"name": emulator.region()}});
    let other = json!({"project": {"name": "other"}});
    for (id, id_token, scope, status) in [
        (id, id_token, Some(own), 201),
        (id, id_token, Some(other), 403),
        ("other", id_token, None, 401),
        (id, "other", None, 401),
    ] {
        let response = trade(&emulator, id, id_token, scope).await;
        assert_eq!(response.status(), status, "{id}");
        if status == 201 {
            let scoped = token(response.headers()["x-subject-token"].to_str().unwrap());
            assert_eq!(try_service(&emulator, &scoped).await, (200, String::new()));
        }
    }
}

#[tokio::test]
async fn the_caller_finds_its_account_and_its_project() {
    let emulator = Emulator::builder()
        .domain_name("example")
        .start()
        .await
        .unwrap();
    let domains = json(get(&emulator, "/v3/auth/domains").await).await;
    assert_eq!(domains["domains"].as_array().unwrap().len(), 1);
    assert_eq!(domains["domains"][0]["id"], emulator.domain_id());
    assert_eq!(domains["domains"][0]["name"], "example");

    let projects = json(get(&emulator, "/v3/auth/projects").await).await;
    assert_eq!(projects["projects"].as_array().unwrap().len(), 1);
    assert_eq!(projects["projects"][0]["id"], emulator.project_id());
    assert_eq!(projects["projects"][0]["name"], emulator.region());

    for path in [
        "/v3/auth/domains",
        "/v3/auth/projects",
        "/v5/caller-identity",
    ] {
        let response = send(unsigned(&emulator, Method::GET, path)).await;
        assert_eq!(response.status(), 401, "{path}");
    }
}
