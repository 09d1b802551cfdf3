//! Services that are down, slow, or answer rubbish; settings that are half there.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use huaweicloud_auth::provide::{
    FederationIdToken, MetadataService, OidcSts, PodIdentity, ProvideCredentials, ProvideError,
};
use serde_json::{Value, json};

use crate::cloud::{CASES, Case, EXPIRY, credential, refuse};
use crate::fetch::client;
use crate::server::{Answer, Handler, Received, Server, nobody};
use crate::{HUSH, file, shown, variables};

/// A source without its credentials says why and what to do, and tells no secret.
fn check(error: &ProvideError, source: &dyn ProvideCredentials, expected: &str, case: &str) {
    let text = error.to_string();
    assert!(text.contains(expected), "{case}: {text} lacks {expected:?}");
    assert_eq!(error.source_name(), source.name(), "{case}");
    assert!(error.advice().is_some(), "{case}: {text}");
    let everything = shown(error) + &format!("{source:?} {source:#?}");
    assert!(!everything.contains(HUSH), "{case}: {everything}");
}

#[tokio::test]
async fn a_service_that_is_down_is_told_with_the_reason() {
    for case in CASES {
        let url = nobody().await;
        let source = (case.source)(client(), &url);
        let error = source.provide().await.unwrap_err();
        check(&error, &*source, "refused", case.name);
        assert!(error.to_string().contains(&url), "{error}");
        assert!(!error.is_not_configured());
    }
}

/// The clock is stopped: when nothing is left to do it leaps to the end of the timeout.
#[tokio::test(start_paused = true)]
async fn a_service_that_never_answers_is_given_up() {
    for (case, seconds) in CASES.into_iter().zip([3, 5, 30, 30, 30]) {
        let server = Server::start(Arc::new(|_| Answer::Silence)).await;
        let source = (case.source)(client(), &server.url);
        let before = tokio::time::Instant::now();
        let error = source.provide().await.unwrap_err();
        check(&error, &*source, "timed out", case.name);
        let waited = before.elapsed().as_secs_f64();
        assert!(
            (waited - f64::from(seconds)).abs() < 0.1,
            "{}: {waited} s",
            case.name
        );
    }
}

type Rubbish = fn(&Received) -> Answer;

/// Answers that are none, and what is told of them. Some are no answer to one request only.
const RUBBISH: [(Rubbish, &str); 8] = [
    (|_| Answer::new(200, "<html>hush</html>"), ""),
    (|_| Answer::new(200, ""), ""),
    (|_| Answer::new(200, "{\"hush"), ""),
    (
        |request| refuse(500, request),
        "500 Internal Server Error, code IAM.0011, request id 5c7d9f0b1e2a",
    ),
    (|_| Answer::new(403, "hush"), "403 Forbidden"),
    (
        |_| Answer::new(307, "").with("location", "http://127.0.0.1:1/hush"),
        "307 Temporary Redirect",
    ),
    (|_| Answer::Endless, "longer than"),
    (|_| Answer::Broken, ""),
];

#[tokio::test]
async fn rubbish_is_refused_at_every_step_and_not_quoted() {
    for case in &CASES {
        // The metadata service and federation take two steps.
        let steps = if ["metadata", "federation"].contains(&case.name) {
            2
        } else {
            1
        };
        for step in 0..steps {
            for (number, (rubbish, expected)) in RUBBISH.into_iter().enumerate() {
                let server = Server::start(from_step(case, step, rubbish)).await;
                let source = (case.source)(client(), &server.url);
                let error = source.provide().await.unwrap_err();
                let which = format!("{} step {step} rubbish {number}", case.name);
                check(&error, &*source, expected, &which);
                assert!(!error.is_not_configured());
            }
        }
    }
}

/// As the service, but from the given request on rubbish.
fn from_step(case: &Case, step: usize, rubbish: Rubbish) -> Handler {
    let (handler, seen) = ((case.handler)(), AtomicUsize::new(0));
    Arc::new(move |request| {
        if seen.fetch_add(1, Ordering::Relaxed) < step {
            handler(request)
        } else {
            rubbish(request)
        }
    })
}

#[tokio::test]
async fn what_a_key_lacks_is_named() {
    let without = |field: &str, value: Value| {
        let mut answer = credential();
        answer["credential"][field] = value;
        answer
    };
    for (answer, expected) in [
        (without("access", Value::Null), "lacks credential.access"),
        (without("secret", json!("")), "lacks credential.secret"),
        (
            without("securitytoken", Value::Null),
            "lacks credential.securitytoken",
        ),
        (
            without("expires_at", Value::Null),
            "lacks credential.expires_at",
        ),
        (
            without("expires_at", json!("hush")),
            "credential.expires_at in the answer is not a time",
        ),
        (
            without("secret", json!(["hush"])),
            "credential.secret in the answer is not a text",
        ),
        (
            json!({"credential": null}),
            "credential in the answer is not an object",
        ),
        (
            json!({"credential": "hush"}),
            "credential in the answer is not an object",
        ),
        (json!({"credentials": {}}), "lacks credentials.access"),
        (json!({"hush": "hush"}), "lacks access"),
        (json!(["hush"]), "not a JSON object"),
        (
            json!({"access": "a", "secret": "hush", "expires_at": EXPIRY}),
            "lacks securitytoken",
        ),
    ] {
        let body = answer.to_string();
        let pod = &CASES[1];
        let server = Server::start(Arc::new(move |_| Answer::new(200, &body))).await;
        let source = (pod.source)(client(), &server.url);
        let error = source.provide().await.unwrap_err();
        check(&error, &*source, expected, expected);
    }
}

#[tokio::test]
async fn a_token_answer_that_lacks_its_parts_is_refused() {
    let (federation, password) = (&CASES[3], &CASES[4]);
    let bare = Answer::new(201, "{}");
    let token = |body: Value| Answer::new(201, body).with("x-subject-token", "hush");
    for (case, answer, expected) in [
        (federation, bare.clone(), "X-Subject-Token"),
        (password, bare, "X-Subject-Token"),
        (
            password,
            token(json!({"token": "hush"})),
            "token.expires_at",
        ),
        (
            password,
            token(json!({"token": {"expires_at": "hush"}})),
            "token.expires_at",
        ),
        (password, token(json!("hush")), "not a JSON object"),
    ] {
        let server = Server::start(Arc::new(move |_| answer.clone())).await;
        let source = (case.source)(client(), &server.url);
        let error = source.provide().await.unwrap_err();
        check(&error, &*source, expected, case.name);
    }
}

#[tokio::test]
async fn a_server_without_an_agency_is_told_apart() {
    let no_agency = r#"{"error": "Please configure Cloud Service Agency first"}"#;
    let server = Server::start(Arc::new(move |request| match request.method {
        http::Method::PUT => Answer::new(200, "hush"),
        _ => Answer::new(401, no_agency),
    }))
    .await;
    let source = MetadataService::new(client()).endpoint(&server.url);
    let error = source.provide().await.unwrap_err();
    check(&error, &source, "attach an agency", "no agency");
    assert_eq!(server.received().len(), 2, "no new token is asked for");
}

#[tokio::test]
async fn a_metadata_service_that_refuses_every_token_is_asked_twice() {
    let server = Server::start(Arc::new(|request| match request.method {
        http::Method::PUT => Answer::new(200, "hush"),
        _ => Answer::new(401, "hush"),
    }))
    .await;
    let source = MetadataService::new(client()).endpoint(&server.url);
    let error = source.provide().await.unwrap_err();
    check(&error, &source, "401 Unauthorized", "refused");
    assert_eq!(server.received().len(), 4);
}

/// Nothing may be sent, so there is no server.
#[tokio::test]
async fn secrets_are_not_sent_over_plain_http() {
    let token = file("plain-token", "hush-token").display().to_string();
    let sources: [(Box<dyn ProvideCredentials>, &str); 4] = [
        (
            Box::new(MetadataService::new(client()).endpoint("http://198.51.100.1")),
            "link-local",
        ),
        (
            Box::new(PodIdentity::new(client()).variables(variables(&[
                (
                    "HC_CONTAINER_CREDENTIALS_FULL_URI",
                    "http://198.51.100.1/v1/credentials",
                ),
                ("HC_CONTAINER_AUTHORIZATION_TOKEN_FILE", &token),
            ]))),
            "link-local",
        ),
        (
            (CASES[2].source)(client(), "http://169.254.169.254"),
            "loopback",
        ),
        (
            Box::new(
                FederationIdToken::new(client())
                    .endpoint("http://iam.example.com")
                    .identity_provider("acme", &token),
            ),
            "loopback",
        ),
    ];
    for (source, expected) in &sources {
        let error = source.provide().await.unwrap_err();
        check(&error, &**source, expected, source.name());
        check(&error, &**source, "use https", source.name());
    }
}

#[tokio::test]
async fn what_is_half_set_up_says_what_is_missing() {
    let pod = |pairs: &[(&str, &str)]| -> Box<dyn ProvideCredentials> {
        Box::new(PodIdentity::new(client()).variables(variables(pairs)))
    };
    let oidc = |pairs: &[(&str, &str)]| -> Box<dyn ProvideCredentials> {
        Box::new(OidcSts::new(client()).variables(variables(pairs)))
    };
    let federation = |pairs: &[(&str, &str)]| -> Box<dyn ProvideCredentials> {
        Box::new(FederationIdToken::new(client()).variables(variables(pairs)))
    };
    let empty = file("empty-token", " \n").display().to_string();
    let broken = file("broken-token", "hush\u{7}token").display().to_string();
    for (source, expected) in [
        (
            pod(&[("HC_CONTAINER_CREDENTIALS_FULL_URI", "https://a")]),
            "HC_CONTAINER_AUTHORIZATION_TOKEN_FILE is not set",
        ),
        (
            pod(&[("HC_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/no/such/file")]),
            "HC_CONTAINER_CREDENTIALS_FULL_URI is not set",
        ),
        (
            pod(&[
                ("HC_CONTAINER_CREDENTIALS_FULL_URI", "https://a"),
                ("HC_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/no/such/file"),
            ]),
            "/no/such/file cannot be read",
        ),
        (
            pod(&[
                ("HC_CONTAINER_CREDENTIALS_FULL_URI", "https://a"),
                ("HC_CONTAINER_AUTHORIZATION_TOKEN_FILE", &empty),
            ]),
            "empty-token is empty",
        ),
        (
            pod(&[
                ("HC_CONTAINER_CREDENTIALS_FULL_URI", "https://a"),
                ("HC_CONTAINER_AUTHORIZATION_TOKEN_FILE", &broken),
            ]),
            "the token has characters that a header cannot have",
        ),
        (
            oidc(&[("HUAWEICLOUD_OIDC_AGENCY_URN", "iam::1:agency:a")]),
            "not set: HUAWEICLOUD_OIDC_PROVIDER_URN and HUAWEICLOUD_OIDC_ID_TOKEN or \
             HUAWEICLOUD_OIDC_TOKEN_FILE",
        ),
        (
            oidc(&[
                ("HUAWEICLOUD_OIDC_AGENCY_URN", "iam::1:agency:a"),
                ("HUAWEICLOUD_OIDC_PROVIDER_URN", "iam::1:oidcProvider:a"),
                ("HUAWEICLOUD_OIDC_ID_TOKEN", "hush"),
                ("HUAWEICLOUD_OIDC_DURATION_SECONDS", "an hour"),
            ]),
            "HUAWEICLOUD_OIDC_DURATION_SECONDS is not a number",
        ),
        (
            federation(&[("HUAWEICLOUD_SDK_IDP_ID", "acme")]),
            "HUAWEICLOUD_SDK_ID_TOKEN_FILE is not",
        ),
        (
            federation(&[("HUAWEICLOUD_SDK_ID_TOKEN_FILE", "/no/such/file")]),
            "HUAWEICLOUD_SDK_IDP_ID is not",
        ),
    ] {
        let error = source.provide().await.unwrap_err();
        check(&error, &*source, expected, expected);
        assert!(!error.is_not_configured(), "{error}");
    }
    for source in [pod(&[]), oidc(&[]), federation(&[])] {
        let error = source.provide().await.unwrap_err();
        check(&error, &*source, "not set", source.name());
        assert!(error.is_not_configured(), "{error}");
    }
}
