use http::Method;
use huaweicloud_emulator::Emulator;
use reqwest::Response;
use serde_json::{Value, json};

use crate::caller::{get, job_status, json, send, signed, token};

fn emulator() -> huaweicloud_emulator::Builder {
    Emulator::builder()
        .region("eu-west-101")
        .project_id("aa2d97d7e62c4b7da3ffdfc11551f878")
        .domain_name("example")
        .user_name("alice")
        .password("correct horse")
}

fn token_request(domain: &str, name: &str, password: &str, project: &Value) -> String {
    json!({
        "auth": {
            "identity": {
                "methods": ["password"],
                "password": {
                    "user": {"name": name, "password": password, "domain": {"name": domain}},
                },
            },
            "scope": {"project": project},
        },
    })
    .to_string()
}

async fn ask(emulator: &Emulator, body: String) -> Response {
    let client = crate::caller::client();
    client
        .post(format!("{}/v3/auth/tokens", emulator.url()))
        .body(body)
        .send()
        .await
        .unwrap()
}

#[tokio::test]
async fn a_token_opens_the_services_until_it_expires() {
    let emulator = emulator().start().await.unwrap();
    let project = json!({"name": "eu-west-101"});
    let response = ask(
        &emulator,
        token_request("example", "alice", "correct horse", &project),
    )
    .await;
    assert_eq!(response.status(), 201);
    let issued = response.headers()["x-subject-token"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(issued.len() >= 32);

    let body = json(response).await;
    let body = &body["token"];
    assert_eq!(body["project"]["id"], "aa2d97d7e62c4b7da3ffdfc11551f878");
    assert_eq!(body["project"]["name"], "eu-west-101");
    assert_eq!(body["user"]["name"], "alice");
    assert_eq!(body["user"]["domain"]["name"], "example");
    assert!(body["catalog"].is_array() && body["roles"].is_array());
    let time = |name: &str| {
        let text = body[name].as_str().unwrap();
        assert_eq!(text.len(), "2023-06-28T08:56:33.710000Z".len());
        text.parse::<jiff::Timestamp>().unwrap()
    };
    assert_eq!(
        time("expires_at")
            .duration_since(time("issued_at"))
            .as_hours(),
        24
    );

    let call = || {
        send(signed(
            &emulator,
            Method::GET,
            &job_status(),
            &token(&issued),
        ))
    };
    assert_eq!(call().await.status(), 200);
    let mut other = issued.clone();
    other.replace_range(..1, if issued.starts_with('0') { "1" } else { "0" });
    let response = send(signed(
        &emulator,
        Method::GET,
        &job_status(),
        &token(&other),
    ))
    .await;
    assert_eq!(response.status(), 401);
    let expected = "Incorrect IAM authentication information: decrypt token fail";
    assert_eq!(json(response).await["error_msg"], expected);

    emulator.set_clock_offset(24 * 3_600 + 1);
    let response = call().await;
    assert_eq!(response.status(), 401);
    let expected = format!(
        "Incorrect IAM authentication information: token expires, expires_at: {}",
        body["expires_at"].as_str().unwrap()
    );
    assert_eq!(json(response).await["error_msg"], expected);
}

#[tokio::test]
async fn a_token_is_issued_to_the_user_alone_and_for_the_project_alone() {
    let emulator = emulator().start().await.unwrap();
    let own = json!({"id": "aa2d97d7e62c4b7da3ffdfc11551f878"});
    for (domain, name, password, project, status) in [
        ("example", "alice", "correct horse", own.clone(), 201),
        ("example", "alice", "wrong horse", own.clone(), 401),
        ("example", "bob", "correct horse", own.clone(), 401),
        ("other", "alice", "correct horse", own.clone(), 401),
        (
            "example",
            "alice",
            "correct horse",
            json!({"id": "other"}),
            401,
        ),
        (
            "example",
            "alice",
            "correct horse",
            json!({"name": "cn-north-4"}),
            401,
        ),
    ] {
        let response = ask(&emulator, token_request(domain, name, password, &project)).await;
        assert_eq!(
            response.status(),
            status,
            "{domain} {name} {password} {project}"
        );
        assert_eq!(
            response.headers().contains_key("x-subject-token"),
            status == 201
        );
        if status == 401 {
            let expected = json!({
                "error": {
                    "code": 401,
                    "message": "The username or password is wrong.",
                    "title": "Unauthorized",
                },
            });
            assert_eq!(json(response).await, expected);
        }
    }
}

#[tokio::test]
async fn a_token_request_that_cannot_be_read_is_answered_without_its_words() {
    let emulator = emulator().start().await.unwrap();
    let no_scope = token_request("example", "alice", "correct horse", &json!({}));
    let number = r#"{"auth":{"identity":"correct horse"}}"#.to_owned();
    for body in [String::new(), "{".to_owned(), number, no_scope] {
        let response = ask(&emulator, body).await;
        assert_eq!(response.status(), 400);
        let expected = json!({
            "error": {"code": 400, "message": "Request body is invalid.", "title": "Bad Request"},
        });
        assert_eq!(json(response).await, expected);
    }
}

#[tokio::test]
async fn the_project_is_listed_under_the_name_of_its_region() {
    let emulator = emulator().start().await.unwrap();
    for (query, found) in [
        ("", true),
        ("?name=eu-west-101", true),
        ("?enabled=true&name=eu%2Dwest-101", true),
        ("?name=cn-north-4", false),
        ("?name=", false),
    ] {
        let response = get(&emulator, &format!("/v3/projects{query}")).await;
        assert_eq!(response.status(), 200);
        let body = json(response).await;
        let projects = body["projects"].as_array().unwrap();
        assert_eq!(projects.len(), usize::from(found), "{query}");
        if let [project] = projects.as_slice() {
            assert_eq!(project["id"], emulator.project_id());
            assert_eq!(project["name"], "eu-west-101");
            assert_eq!(project["domain_id"], emulator.domain_id());
            assert_eq!(project["enabled"], true);
        }
    }
}
