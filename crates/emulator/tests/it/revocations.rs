//! Credentials that end before their time.

use huaweicloud_auth::Credentials;
use huaweicloud_emulator::Emulator;
use reqwest::Response;
use serde_json::json;

use crate::caller::{credentials, json, post, token, try_service};
use crate::temporary_keys::key_in;

/// A token and a temporary access key, as IAM hands them out.
async fn issued(emulator: &Emulator) -> [Credentials; 2] {
    let domain = json!({"name": emulator.user().domain_name()});
    let user = json!({
        "name": emulator.user().name(),
        "password": emulator.user().password().expose(),
        "domain": domain,
    });
    let project = json!({"project": {"name": emulator.region()}});
    let password = json!({"methods": ["password"], "password": {"user": user}});
    let body = json!({"auth": {"identity": password, "scope": project}});
    let response: Response = post(emulator, "/v3/auth/tokens", &body, None).await;
    let issued = token(response.headers()["x-subject-token"].to_str().unwrap());

    let body = json!({"auth": {"identity": {"methods": ["token"]}}});
    let path = "/v3.0/OS-CREDENTIAL/securitytokens";
    let answer = json(post(emulator, path, &body, Some(&issued)).await).await;
    [issued, key_in(&answer["credential"])]
}

#[tokio::test]
async fn issued_credentials_end_at_once_and_new_ones_are_good() {
    let emulator = Emulator::builder().start().await.unwrap();
    let old = issued(&emulator).await;
    for credentials in &old {
        assert_eq!(try_service(&emulator, credentials).await.0, 200);
    }
    emulator.expire_credentials();
    let [(token_status, token_words), (key_status, key_words)] = [
        try_service(&emulator, &old[0]).await,
        try_service(&emulator, &old[1]).await,
    ];
    assert_eq!((token_status, key_status), (401, 401));
    assert!(
        token_words.contains("token expires, expires_at: "),
        "{token_words}"
    );
    assert!(
        key_words.contains("security token expires, expires_at: "),
        "{key_words}"
    );

    for credentials in issued(&emulator).await {
        assert_eq!(try_service(&emulator, &credentials).await.0, 200);
    }
    assert_eq!(try_service(&emulator, &credentials(&emulator)).await.0, 200);
}

#[tokio::test]
async fn the_access_key_is_refused_as_often_as_asked() {
    let emulator = Emulator::builder().start().await.unwrap();
    let [token, _] = issued(&emulator).await;
    emulator.refuse_access_key(2);
    assert_eq!(try_service(&emulator, &token).await.0, 200);
    for _ in 0..2 {
        let (status, words) = try_service(&emulator, &credentials(&emulator)).await;
        assert_eq!(status, 401);
        assert!(
            words.ends_with(&format!("ak {} not exist", emulator.access_key().id())),
            "{words}"
        );
    }
    assert_eq!(try_service(&emulator, &credentials(&emulator)).await.0, 200);
    emulator.refuse_access_key(2);
    emulator.refuse_access_key(0);
    assert_eq!(try_service(&emulator, &credentials(&emulator)).await.0, 200);
}
