//! Tokens and keys by the agency, at IAM and at STS.

use http::Method;
use huaweicloud_auth::Credentials;
use huaweicloud_emulator::Emulator;
use serde_json::{Value, json};

use crate::caller::{credentials, json, post, send, signed, token, try_service};
use crate::temporary_keys::key_in;

fn agency_token_request(emulator: &Emulator, agency: &Value, scope: &Value) -> Value {
    let mut assume_role = json!({"agency_name": emulator.agency().name()});
    let fields = assume_role.as_object_mut().unwrap();
    fields.extend(agency.as_object().unwrap().clone());
    json!({
        "auth": {
            "identity": {"methods": ["assume_role"], "assume_role": assume_role},
            "scope": scope,
        },
    })
}

async fn identity(emulator: &Emulator, credentials: &Credentials) -> Value {
    let parts = signed(emulator, Method::GET, "/v5/caller-identity", credentials);
    json(send(parts).await).await
}

#[tokio::test]
async fn a_token_by_the_agency_is_for_who_authenticates_and_names_the_agency_and_its_account() {
    let emulator = Emulator::builder().start().await.unwrap();
    let own = credentials(&emulator);
    let account = json!({"domain_id": emulator.domain_id()});
    let by_name = json!({"domain_name": emulator.user().domain_name()});
    let project = json!({"project": {"name": emulator.region()}});
    let domain = json!({"domain": {"id": emulator.domain_id()}});
    let other = json!({"domain_id": "other", "domain_name": emulator.user().domain_name()});
    let other_agency = json!({"agency_name": "other", "domain_id": emulator.domain_id()});
    for (credentials, agency, scope, status) in [
        (Some(&own), &account, &project, 201),
        (Some(&own), &by_name, &domain, 201),
        (None, &account, &project, 401),
        (Some(&own), &json!({}), &project, 400),
        (Some(&own), &account, &json!({}), 400),
        (Some(&own), &other, &project, 403),
        (Some(&own), &other_agency, &project, 403),
        (
            Some(&own),
            &account,
            &json!({"project": {"id": "other"}}),
            403,
        ),
    ] {
        let body = agency_token_request(&emulator, agency, scope);
        let response = post(&emulator, "/v3/auth/tokens", &body, credentials).await;
        assert_eq!(response.status(), status, "{agency} {scope}");
        assert_eq!(
            response.headers().contains_key("x-subject-token"),
            status == 201
        );
    }
}

#[tokio::test]
async fn a_token_by_the_agency_opens_the_services_of_its_project_for_24_hours() {
    let emulator = Emulator::builder()
        .agency_name("robot")
        .start()
        .await
        .unwrap();
    let agency = json!({"domain_id": emulator.domain_id()});
    let mut issued = Vec::new();
    for scope in [
        json!({"project": {"id": emulator.project_id()}}),
        json!({"domain": {"id": emulator.domain_id()}}),
    ] {
        let body = agency_token_request(&emulator, &agency, &scope);
        let own = credentials(&emulator);
        let response = post(&emulator, "/v3/auth/tokens", &body, Some(&own)).await;
        let subject = response.headers()["x-subject-token"]
            .to_str()
            .unwrap()
            .to_owned();
        let body = json(response).await;
        let body = &body["token"];
        assert_eq!(body["methods"], json!(["assume_role"]));
        assert_eq!(body["user"]["name"], "emulator-domain/robot");
        assert_eq!(body["assumed_by"]["user"]["name"], "emulator-user");
        assert_eq!(body["project"].is_null(), scope["project"].is_null());
        assert_eq!(body["domain"].is_null(), scope["domain"].is_null());
        issued.push(token(&subject));
    }
    let [of_project, of_domain] = issued.as_slice() else {
        panic!("two scopes, two tokens")
    };
    assert_eq!(
        try_service(&emulator, of_project).await,
        (200, String::new())
    );
    let (status, message) = try_service(&emulator, of_domain).await;
    assert_eq!(status, 401);
    assert!(message.contains("not one of a project"), "{message}");
    for credentials in [of_project, of_domain] {
        let parts = signed(&emulator, Method::GET, "/v3/auth/domains", credentials);
        assert_eq!(send(parts).await.status(), 200);
    }

    emulator.set_clock_offset(24 * 3_600 + 1);
    let (status, message) = try_service(&emulator, of_project).await;
    assert_eq!(status, 401);
    assert!(message.contains("token expires"), "{message}");
}

fn session(emulator: &Emulator, seconds: Option<u32>) -> Value {
    let mut body = json!({
        "agency_urn": emulator.agency().urn(),
        "agency_session_name": "night-shift",
        "source_identity": "alice",
    });
    if let Some(seconds) = seconds {
        body["duration_seconds"] = json!(seconds);
    }
    body
}

#[tokio::test]
async fn an_assumed_agency_signs_until_its_session_ends() {
    let emulator = Emulator::builder().start().await.unwrap();
    let own = credentials(&emulator);
    let caller = identity(&emulator, &own).await;
    assert_eq!(caller["account_id"], emulator.domain_id());
    let user = format!("iam::{}:user:emulator-user", emulator.domain_id());
    assert_eq!(caller["principal_urn"], user);

    let body = session(&emulator, Some(1_800));
    let response = post(&emulator, "/v5/agencies/assume", &body, Some(&own)).await;
    assert_eq!(response.status(), 200);
    let answer = json(response).await;
    assert_eq!(answer["source_identity"], "alice");
    let key = key_in(&answer["credentials"]);
    assert_eq!(try_service(&emulator, &key).await, (200, String::new()));
    let caller = identity(&emulator, &key).await;
    assert_eq!(caller["principal_urn"], answer["assumed_agency"]["urn"]);
    assert_eq!(caller["principal_id"], answer["assumed_agency"]["id"]);
    let urn = caller["principal_urn"].as_str().unwrap();
    assert!(
        urn.ends_with(":assumed-agency:emulator-agency/night-shift"),
        "{urn}"
    );

    // A session that is assumed from a session is the shorter.
    for (seconds, status) in [(3_600, 200), (3_601, 400)] {
        let body = session(&emulator, Some(seconds));
        let response = post(&emulator, "/v5/agencies/assume", &body, Some(&key)).await;
        assert_eq!(response.status(), status, "{seconds}");
    }

    emulator.set_clock_offset(1_700);
    assert_eq!(try_service(&emulator, &key).await.0, 200);
    emulator.set_clock_offset(1_801);
    let (status, message) = try_service(&emulator, &key).await;
    assert_eq!(status, 401);
    let expiration = answer["credentials"]["expiration"].as_str().unwrap();
    assert!(message.ends_with(expiration), "{message}");
}

#[tokio::test]
async fn only_the_agency_is_assumed_and_for_15_minutes_to_12_hours() {
    let emulator = Emulator::builder().start().await.unwrap();
    let own = credentials(&emulator);
    let mut other = session(&emulator, None);
    other["agency_urn"] = json!("iam::other:agency:other");
    let mut short_name = session(&emulator, None);
    short_name["agency_session_name"] = json!("a");
    for (body, status) in [
        (session(&emulator, None), 200),
        (session(&emulator, Some(900)), 200),
        (session(&emulator, Some(43_200)), 200),
        (session(&emulator, Some(899)), 400),
        (session(&emulator, Some(43_201)), 400),
        (other, 403),
        (short_name, 400),
        (json!({}), 400),
    ] {
        let response = post(&emulator, "/v5/agencies/assume", &body, Some(&own)).await;
        assert_eq!(response.status(), status, "{body}");
        if status != 200 {
            let refusal = json(response).await;
            assert!(refusal["error_code"].is_string() && refusal["error_msg"].is_string());
        }
    }
    let response = post(
        &emulator,
        "/v5/agencies/assume",
        &session(&emulator, None),
        None,
    )
    .await;
    assert_eq!(response.status(), 401);
}

#[tokio::test]
async fn an_id_token_assumes_the_agency_without_any_credentials() {
    let emulator = Emulator::builder()
        .identity_provider("example-idp", "the ID token")
        .start()
        .await
        .unwrap();
    let provider = emulator.identity_provider().urn();
    for (provider, id_token, status) in [
        (provider, "the ID token", 200),
        (provider, "another", 401),
        ("iam::other:oidc-provider:other", "the ID token", 401),
    ] {
        let mut body = session(&emulator, None);
        body["provider_urn"] = json!(provider);
        body["id_token"] = json!(id_token);
        let response = post(&emulator, "/v5/agencies/assume-with-oidc", &body, None).await;
        assert_eq!(response.status(), status, "{provider} {id_token}");
        let answer = json(response).await;
        assert!(!answer.to_string().contains("the ID token"));
        if status == 200 {
            assert_eq!(answer["provider"], provider);
            let key = key_in(&answer["credentials"]);
            assert_eq!(try_service(&emulator, &key).await, (200, String::new()));
            emulator.set_clock_offset(3_601);
            assert_eq!(try_service(&emulator, &key).await.0, 401);
        }
    }
}

#[tokio::test]
async fn sts_takes_no_token() {
    let emulator = Emulator::builder().start().await.unwrap();
    let agency = json!({"domain_id": emulator.domain_id()});
    let scope = json!({"project": {"id": emulator.project_id()}});
    let body = agency_token_request(&emulator, &agency, &scope);
    let own = credentials(&emulator);
    let response = post(&emulator, "/v3/auth/tokens", &body, Some(&own)).await;
    let issued = token(response.headers()["x-subject-token"].to_str().unwrap());
    let parts = signed(&emulator, Method::GET, "/v5/caller-identity", &issued);
    assert_eq!(send(parts).await.status(), 401);
}
