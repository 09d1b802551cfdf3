use std::time::{Duration, SystemTime};

use http::{Method, StatusCode};
use huaweicloud_emulator::Emulator;
use reqwest::Response;
use serde_json::Value;

use crate::caller::{client, credentials, get, job_status, json, try_service};

async fn with_admin() -> Emulator {
    Emulator::builder().admin(true).start().await.unwrap()
}

async fn ask(emulator: &Emulator, method: Method, path: &str, body: &str) -> Response {
    let url = format!("{}/_emulator/{path}", emulator.url());
    let request = client().request(method, url).body(body.to_owned());
    request.send().await.unwrap()
}

async fn error(response: Response) -> (StatusCode, String) {
    let status = response.status();
    let body = json(response).await;
    (status, body["error"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn there_is_no_admin_endpoint_unless_asked_for() {
    let emulator = Emulator::builder().start().await.unwrap();
    let response = ask(&emulator, Method::GET, "requests", "").await;
    assert_eq!(response.status(), 404);
    assert_eq!(json(response).await["error_code"], "APIGW.0101");
}

#[tokio::test]
async fn rules_are_injected_and_cleared() {
    let emulator = with_admin().await;
    let status = async || get(&emulator, &job_status()).await.status();
    for (fault, expected) in [
        (r#"{"throttled": {"retry_after": {"seconds": 1}}}"#, 429),
        (
            r#"{"throttled": {"retry_after": {"date_in_ms": 1000}}}"#,
            429,
        ),
        (r#"{"throttled": {}}"#, 429),
        (r#"{"status": 503}"#, 503),
        (r#"{"html": {"status": 502}}"#, 502),
        (r#"{"body": "{}"}"#, 200),
        (
            r#"{"response": {"status": 418, "content_type": "text/plain", "body": ""}}"#,
            418,
        ),
        (r#"{"slow_body": {"piece": 1000, "pause_ms": 0}}"#, 200),
        (r#"{"wrong_content_length": {"excess": -1}}"#, 200),
        (r#"{"huge_body": {"length": 1, "announced": false}}"#, 200),
        (r#"{"many_headers": 1}"#, 200),
        (r#"{"latency_ms": 0}"#, 200),
        (r#""cut_short""#, 200),
        (r#""reset_after_head""#, 200),
    ] {
        let rule = format!(r#"{{"operation": "ShowJobStatus", "fault": {fault}}}"#);
        let response = ask(&emulator, Method::POST, "faults", &rule).await;
        assert_eq!(
            response.status(),
            204,
            "{fault}: {:?}",
            response.text().await
        );
        assert_eq!(status().await, expected, "{fault}");
        assert_eq!(
            ask(&emulator, Method::DELETE, "faults", "").await.status(),
            204
        );
        assert_eq!(status().await, 200, "{fault}");
    }
    let rule = r#"{"times": 1, "skip": 1, "before_authentication": true, "probability": 1,
                   "fault": {"status": 500}}"#;
    assert_eq!(
        ask(&emulator, Method::POST, "faults", rule).await.status(),
        204
    );
    assert_eq!(
        [status().await, status().await, status().await],
        [200, 500, 200]
    );
}

#[tokio::test]
async fn what_is_wrong_with_an_order_is_told() {
    let emulator = with_admin().await;
    for (path, body, words) in [
        ("faults", "", "EOF while parsing"),
        (
            "faults",
            r#"{"fault": "silense"}"#,
            "unknown variant `silense`",
        ),
        (
            "faults",
            r#"{"fault": "silence", "time": 1}"#,
            "unknown field `time`",
        ),
        (
            "faults",
            r#"{"fault": {"html": {}}}"#,
            "missing field `status`",
        ),
        (
            "faults",
            r#"{"fault": {"html": {"status": 502, "x": 1}}}"#,
            "unknown field `x`",
        ),
        (
            "faults",
            r#"{"fault": {"throttled": {"retry_after": {"days": 1}}}}"#,
            "`days`",
        ),
        (
            "faults",
            r#"{"operation": "ShowJbo", "fault": "silence"}"#,
            "\"ShowJbo\"",
        ),
        (
            "faults",
            r#"{"probability": 2, "fault": "silence"}"#,
            "2 is not a probability",
        ),
        ("clock", r#"{"offset": 1}"#, "unknown field `offset`"),
        ("access-key", r#"{"refuse": -1}"#, "-1"),
        ("jobs", r#"{"service": "iam"}"#, "unknown variant `iam`"),
        ("jobs", r#"{"service": "cce", "id": ""}"#, "is empty"),
        (
            "jobs",
            r#"{"service": "cce", "script": {}}"#,
            "missing field `kind`",
        ),
        (
            "jobs",
            r#"{"service": "cce", "script": {"kind": "A", "duration": 1}}"#,
            "unknown field `duration`",
        ),
        (
            "jobs/advance",
            r#"{"seconds": -1}"#,
            "cannot be advanced by -1 seconds",
        ),
        ("jobs/speed", r#"{"factor": -1}"#, "-1 is not a speed"),
    ] {
        let (status, error) = error(ask(&emulator, Method::POST, path, body).await).await;
        assert_eq!(status, 400, "{body}");
        assert!(error.contains(words), "{body}: {error}");
    }
    let response = ask(&emulator, Method::PUT, "faults", "").await;
    assert_eq!(response.headers()["allow"], "POST, DELETE");
    assert_eq!(error(response).await.0, 405);
    assert_eq!(
        error(ask(&emulator, Method::GET, "fault", "").await)
            .await
            .0,
        404
    );
    assert_eq!(get(&emulator, &job_status()).await.status(), 200);
}

#[tokio::test]
async fn requests_are_shown_without_credentials_and_bodies() {
    let emulator = with_admin().await;
    get(&emulator, &format!("{}?a=b%2Fc", job_status())).await;
    let url = format!("{}/v3/auth/tokens", emulator.url());
    client()
        .post(url)
        .header("x-auth-token", "sesame")
        .body("sesame")
        .send()
        .await
        .unwrap();

    let text = ask(&emulator, Method::GET, "requests", "")
        .await
        .text()
        .await
        .unwrap();
    assert!(!text.contains("sesame"), "{text}");
    assert!(!text.contains("Signature="), "{text}");
    let shown: Value = serde_json::from_str(&text).unwrap();
    let [first, second] = &shown["requests"].as_array().unwrap()[..] else {
        panic!("{shown}");
    };
    assert_eq!(first["method"], "GET");
    assert_eq!(first["path"], job_status());
    assert_eq!(first["query"], "a=b%2Fc");
    let headers = first["headers"].as_array().unwrap();
    let redacted = serde_json::json!(["authorization", "[redacted]"]);
    assert!(headers.contains(&redacted), "{shown}");
    assert_eq!(second["body_bytes"], 6);
    // What is said to the endpoint is no request to the cloud.
    assert_eq!(emulator.requests().len(), 2);
    assert_eq!(emulator.statistics().requests(), 2);
}

#[tokio::test]
async fn statistics_are_told_and_orders_do_not_count() {
    let emulator = with_admin().await;
    ask(
        &emulator,
        Method::POST,
        "faults",
        r#"{"fault": {"status": 503}}"#,
    )
    .await;
    get(&emulator, &job_status()).await;
    // Two clients have gone by now, or are about to be noticed to have.
    let told = json(ask(&emulator, Method::GET, "statistics", "").await).await;
    assert_eq!(told["requests"], 1);
    assert_eq!(told["operations"], serde_json::json!({"ShowJobStatus": 1}));
    assert_eq!(told["faults"], 1);
    assert!(told["connections_open"].as_u64().unwrap() >= 1);
    assert_eq!(told["connections_accepted"], 3);
}

#[tokio::test]
async fn the_clock_and_the_credentials_are_set() {
    let emulator = with_admin().await;
    let order = r#"{"offset_seconds": 7200}"#;
    let ahead = || SystemTime::now() + Duration::from_secs(7_200);
    let before = ahead();
    assert_eq!(
        ask(&emulator, Method::POST, "clock", order).await.status(),
        204
    );
    let now = emulator.now();
    assert!((before..=ahead()).contains(&now), "{now:?}");

    let order = r#"{"refuse": 1}"#;
    assert_eq!(
        ask(&emulator, Method::POST, "access-key", order)
            .await
            .status(),
        204
    );
    let credentials = credentials(&emulator);
    assert_eq!(try_service(&emulator, &credentials).await.0, 401);
    assert_eq!(
        ask(&emulator, Method::POST, "expire", "").await.status(),
        204
    );
    assert_eq!(try_service(&emulator, &credentials).await.0, 200);
}

#[tokio::test]
async fn web_pages_are_refused() {
    let emulator = with_admin().await;
    let url = format!("{}/_emulator/expire", emulator.url());
    for (header, value, expected) in [
        ("host", "localhost:1", 204),
        ("host", "[::1]:1", 204),
        ("host", "page.example", 403),
        ("host", "192.0.2.1", 403),
        ("origin", "https://page.example", 403),
        ("origin", "null", 403),
    ] {
        let request = client().post(&url).header(header, value);
        assert_eq!(
            request.send().await.unwrap().status(),
            expected,
            "{header}: {value}"
        );
    }
}

#[tokio::test]
async fn jobs_are_started_and_moved() {
    let emulator = with_admin().await;
    let order = async |path: &str, body: &str| ask(&emulator, Method::POST, path, body).await;
    assert_eq!(order("jobs/speed", r#"{"factor": 0}"#).await.status(), 204);
    let status_of = async |id: &str| {
        let path = format!("/v1/{}/jobs/{id}", emulator.project_id());
        let job = json(get(&emulator, &path).await).await;
        (job["job_type"].clone(), job["status"].clone())
    };
    let usual = order("jobs", r#"{"service": "eip"}"#).await;
    assert_eq!(usual.status(), 201);
    let usual = json(usual).await;
    let usual = usual["job_id"].as_str().unwrap();
    let own = r#"{"service": "eip", "id": "my job", "script": {"kind": "A", "duration_ms": 2500}}"#;
    assert_eq!(json(order("jobs", own).await).await["job_id"], "my job");
    for (seconds, own) in [("2.25", "RUNNING"), ("0.25", "SUCCESS")] {
        let body = format!(r#"{{"seconds": {seconds}}}"#);
        assert_eq!(order("jobs/advance", &body).await.status(), 204);
        assert_eq!(status_of("my%20job").await, ("A".into(), own.into()));
        assert_eq!(
            status_of(usual).await,
            ("createBatchPublicip".into(), "RUNNING".into())
        );
    }
    // The same id again is the same job anew.
    assert_eq!(order("jobs", own).await.status(), 201);
    assert_eq!(status_of("my%20job").await, ("A".into(), "RUNNING".into()));
}
