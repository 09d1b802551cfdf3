//! Temporary access keys of IAM, by token and by agency.

use huaweicloud_auth::{AccessKey, Credentials};
use huaweicloud_emulator::Emulator;
use serde_json::{Value, json};

use crate::caller::{credentials, json, post, token, try_service};

const PATH: &str = "/v3.0/OS-CREDENTIAL/securitytokens";

/// The key in an answer of IAM or of STS.
pub(crate) fn key_in(answer: &Value) -> Credentials {
    let text = |names: [&str; 2]| {
        let found = names.into_iter().find_map(|name| answer[name].as_str());
        found.unwrap().to_owned()
    };
    let id = text(["access", "access_key_id"]);
    let secret = text(["secret", "secret_access_key"]);
    let security_token = text(["securitytoken", "security_token"]);
    AccessKey::new(id, secret)
        .with_security_token(security_token)
        .into()
}

fn by_token(id: Option<&str>, seconds: Option<u32>) -> Value {
    let mut token = json!({});
    if let Some(id) = id {
        token["id"] = json!(id);
    }
    if let Some(seconds) = seconds {
        token["duration_seconds"] = json!(seconds);
    }
    json!({"auth": {"identity": {"methods": ["token"], "token": token}}})
}

fn by_agency(emulator: &Emulator, name: &str, seconds: Option<u32>) -> Value {
    let mut assume_role = json!({
        "agency_name": name,
        "domain_name": emulator.user().domain_name(),
    });
    if let Some(seconds) = seconds {
        assume_role["duration_seconds"] = json!(seconds);
    }
    json!({"auth": {"identity": {"methods": ["assume_role"], "assume_role": assume_role}}})
}

async fn user_token(emulator: &Emulator) -> String {
    let user = emulator.user();
    let body = json!({
        "auth": {
            "identity": {
                "methods": ["password"],
                "password": {
                    "user": {
                        "name": user.name(),
                        "password": user.password().expose(),
                        "domain": {"name": user.domain_name()},
                    },
                },
            },
            "scope": {"project": {"id": emulator.project_id()}},
        },
    });
    let response = post(emulator, "/v3/auth/tokens", &body, None).await;
    response.headers()["x-subject-token"]
        .to_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn a_key_by_token_is_good_with_its_security_token_until_it_expires() {
    let emulator = Emulator::builder().start().await.unwrap();
    let issued = user_token(&emulator).await;
    let response = post(&emulator, PATH, &by_token(Some(&issued), Some(1_000)), None).await;
    assert_eq!(response.status(), 201);
    let answer = json(response).await;
    let key = key_in(&answer["credential"]);
    assert_eq!(try_service(&emulator, &key).await, (200, String::new()));

    let Credentials::AccessKey(parts) = &key else {
        panic!("not an access key")
    };
    let (id, secret) = (parts.id(), parts.secret().clone());
    let without = AccessKey::new(id, secret.clone());
    let with_another = AccessKey::new(id, secret).with_security_token("another");
    for (spoilt, expected) in [
        (without, format!("ak {id} not exist")),
        (with_another, "decrypt token fail".to_owned()),
    ] {
        let (status, message) = try_service(&emulator, &spoilt.into()).await;
        assert_eq!(status, 401);
        assert!(message.ends_with(&expected), "{message}");
    }

    emulator.set_clock_offset(900);
    assert_eq!(try_service(&emulator, &key).await.0, 200);
    emulator.set_clock_offset(1_001);
    let (status, message) = try_service(&emulator, &key).await;
    assert_eq!(status, 401);
    let expires_at = answer["credential"]["expires_at"].as_str().unwrap();
    assert!(message.ends_with(expires_at), "{message}");
}

#[tokio::test]
async fn a_key_by_token_wants_a_token_or_a_signature_and_15_minutes_to_24_hours() {
    let emulator = Emulator::builder().start().await.unwrap();
    let issued = user_token(&emulator).await;
    let own = credentials(&emulator);
    let header = token(&issued);
    let wrong = token("0123456789abcdef");
    for (body, credentials, status) in [
        (by_token(Some(&issued), None), None, 201),
        (by_token(None, None), Some(&header), 201),
        (by_token(None, None), Some(&own), 201),
        // What authenticates the request counts more than what is in it.
        (by_token(Some("another"), None), Some(&header), 201),
        (by_token(Some(&issued), None), Some(&wrong), 401),
        (by_token(Some("another"), None), None, 401),
        (by_token(None, None), None, 401),
        (by_token(Some(&issued), Some(900)), None, 201),
        (by_token(Some(&issued), Some(86_400)), None, 201),
        (by_token(Some(&issued), Some(899)), None, 400),
        (by_token(Some(&issued), Some(86_401)), None, 400),
        (
            json!({"auth": {"identity": {"methods": ["other"]}}}),
            None,
            400,
        ),
    ] {
        let response = post(&emulator, PATH, &body, credentials).await;
        assert_eq!(response.status(), status, "{body}");
    }
    emulator.set_clock_offset(24 * 3_600 + 1);
    let response = post(&emulator, PATH, &by_token(Some(&issued), None), None).await;
    assert_eq!(response.status(), 401);
}

#[tokio::test]
async fn a_key_by_agency_wants_authentication_and_the_agency_and_expires() {
    let emulator = Emulator::builder().start().await.unwrap();
    let own = credentials(&emulator);
    let name = emulator.agency().name();
    for (body, credentials, status) in [
        (by_agency(&emulator, name, Some(900)), Some(&own), 201),
        (by_agency(&emulator, name, None), None, 401),
        (by_agency(&emulator, "other", None), Some(&own), 403),
        (by_agency(&emulator, name, Some(86_401)), Some(&own), 400),
    ] {
        emulator.set_clock_offset(0);
        let response = post(&emulator, PATH, &body, credentials).await;
        assert_eq!(response.status(), status, "{body}");
        if status == 201 {
            let key = key_in(&json(response).await["credential"]);
            assert_eq!(try_service(&emulator, &key).await, (200, String::new()));
            emulator.set_clock_offset(901);
            assert_eq!(try_service(&emulator, &key).await.0, 401);
        }
    }
}
