use std::time::{Duration, SystemTime};

use huaweicloud_emulator::{Emulator, Fault, RetryAfter, Rule};
use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use tokio::time::Instant;

use crate::caller::{JOB_ID, credentials, get, job_status, json, send, signed, try_send, unsigned};
use http::Method;

#[tokio::test]
async fn a_response_of_any_kind_takes_the_place_of_the_documented_one() {
    let emulator = Emulator::builder().start().await.unwrap();
    let fault = Fault::Response {
        status: 502,
        content_type: "text/html; charset=utf-8".to_owned(),
        body: "<html>Bad Gateway</html>".to_owned(),
    };
    emulator
        .inject(Rule::new(fault).operation("ShowJobStatus").times(2))
        .unwrap();

    for _ in 0..2 {
        let response = get(&emulator, &job_status()).await;
        assert_eq!(response.status(), 502);
        assert_eq!(
            response.headers()["content-type"],
            "text/html; charset=utf-8"
        );
        assert!(response.headers().contains_key("x-request-id"));
        assert_eq!(response.text().await.unwrap(), "<html>Bad Gateway</html>");
    }
    assert_eq!(
        json(get(&emulator, &job_status()).await).await["result"],
        true
    );
}

#[tokio::test]
async fn another_body_is_sent_with_status_200_until_cleared_and_to_no_other_operation() {
    let emulator = Emulator::builder().start().await.unwrap();
    let fault = Fault::Body(r#"{"result":"maybe"}"#.to_owned());
    emulator
        .inject(Rule::new(fault).operation("ShowJobStatus"))
        .unwrap();

    for _ in 0..3 {
        let response = get(&emulator, &job_status()).await;
        assert_eq!(response.status(), 200);
        assert_eq!(json(response).await["result"], "maybe");
    }
    let info = format!("/v1/job/{JOB_ID}/info");
    assert_eq!(json(get(&emulator, &info).await).await["status"], "success");
    emulator.clear_faults();
    assert_eq!(
        json(get(&emulator, &job_status()).await).await["result"],
        true
    );
}

#[tokio::test]
async fn a_refused_request_uses_no_fault_up() {
    let emulator = Emulator::builder().start().await.unwrap();
    emulator
        .inject(
            Rule::new(Fault::Body("{}".to_owned()))
                .operation("ShowJobStatus")
                .times(1),
        )
        .unwrap();
    assert_eq!(
        send(unsigned(&emulator, Method::GET, &job_status()))
            .await
            .status(),
        401
    );
    assert_eq!(
        get(&emulator, &job_status()).await.text().await.unwrap(),
        "{}"
    );
}

#[tokio::test]
async fn a_client_notices_an_answer_that_is_cut_short() {
    let emulator = Emulator::builder().start().await.unwrap();
    emulator
        .inject(
            Rule::new(Fault::CutShort)
                .operation("ShowJobStatus")
                .times(1),
        )
        .unwrap();

    let parts = signed(
        &emulator,
        Method::GET,
        &job_status(),
        &credentials(&emulator),
    );
    let response = try_send(parts).await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.bytes().await.is_err());
    assert_eq!(get(&emulator, &job_status()).await.status(), 200);
}

#[tokio::test]
async fn throttling_is_worded_as_by_the_gateway_and_says_when_to_come_back() {
    let emulator = Emulator::builder()
        .clock_offset(-3_600)
        .start()
        .await
        .unwrap();
    for retry_after in [
        None,
        Some(RetryAfter::Seconds(7)),
        Some(RetryAfter::Date(Duration::from_secs(90))),
    ] {
        emulator
            .inject(Rule::new(Fault::Throttled { retry_after }).times(1))
            .unwrap();
        let before = seconds(&emulator);
        let response = get(&emulator, &job_status()).await;
        assert_eq!(response.status(), 429);
        let header = |name: &str| {
            let value = response.headers().get(name);
            value.map(|value| value.to_str().unwrap().to_owned())
        };
        match retry_after {
            Some(RetryAfter::Date(after)) => {
                let told = date(&header("retry-after").unwrap()) - after.as_secs();
                assert!((before..=seconds(&emulator)).contains(&told), "{told}");
            }
            Some(RetryAfter::Seconds(_)) => assert_eq!(header("retry-after").unwrap(), "7"),
            _ => assert_eq!(header("retry-after"), None),
        }
        let request_id = header("x-request-id").unwrap();
        let body = json(response).await;
        assert_eq!(body["error_code"], "APIGW.0308");
        assert_eq!(body["request_id"], request_id);
        let message = body["error_msg"].as_str().unwrap();
        assert!(
            message.starts_with("The throttling threshold has been reached"),
            "{message}"
        );
    }
}

/// The emulator's time in seconds since 1970.
fn seconds(emulator: &Emulator) -> u64 {
    let since = emulator.now().duration_since(SystemTime::UNIX_EPOCH);
    since.unwrap().as_secs()
}

/// The same of a date in a header.
fn date(text: &str) -> u64 {
    let date = strtime::parse("%a, %d %b %Y %H:%M:%S GMT", text).unwrap();
    let date = date.to_datetime().unwrap().to_zoned(TimeZone::UTC).unwrap();
    date.timestamp().as_second().try_into().unwrap()
}

#[tokio::test]
async fn errors_come_in_json_and_in_html() {
    let emulator = Emulator::builder().start().await.unwrap();
    for (status, code, message) in [
        (500, "APIGW.0601", "Internal Server Error"),
        (502, "APIGW.0201", "Backend unavailable"),
        (503, "APIGW.0601", "Service Unavailable"),
        (504, "APIGW.0201", "Backend timeout"),
    ] {
        emulator
            .inject(Rule::new(Fault::Status(status)).times(1))
            .unwrap();
        emulator
            .inject(Rule::new(Fault::Html { status }).times(1))
            .unwrap();
        let response = get(&emulator, &job_status()).await;
        assert_eq!(response.status(), status);
        let body = json(response).await;
        assert_eq!(
            (&body["error_code"], &body["error_msg"]),
            (&code.into(), &message.into())
        );

        let response = get(&emulator, &job_status()).await;
        assert_eq!(response.status(), status);
        assert_eq!(response.headers()["content-type"], "text/html");
        let page = response.text().await.unwrap();
        assert!(page.contains(&format!("<title>{status} ")), "{page}");
    }
}

#[tokio::test]
async fn a_gateway_in_trouble_fails_requests_that_it_would_refuse() {
    let emulator = Emulator::builder().start().await.unwrap();
    let status = async |path: &str| send(unsigned(&emulator, Method::GET, path)).await.status();
    let rule = Rule::new(Fault::Status(503)).operation("ShowJobStatus");
    emulator
        .inject(rule.times(1).before_authentication())
        .unwrap();
    assert_eq!(status("/nowhere").await, 404);
    assert_eq!(status(&job_status()).await, 503);
    assert_eq!(status(&job_status()).await, 401);

    emulator
        .inject(Rule::new(Fault::Status(503)).before_authentication())
        .unwrap();
    assert_eq!(status("/nowhere").await, 503);
    assert_eq!(get(&emulator, &job_status()).await.status(), 503);
}

#[tokio::test]
async fn a_fault_before_authentication_that_needs_the_usual_answer_gets_the_refusal() {
    let emulator = Emulator::builder().start().await.unwrap();
    emulator
        .inject(Rule::new(Fault::CutShort).before_authentication())
        .unwrap();
    let response = send(unsigned(&emulator, Method::GET, &job_status())).await;
    assert_eq!(response.status(), 401);
    assert!(response.bytes().await.is_err());
}

#[tokio::test(start_paused = true)]
async fn latencies_delay_the_usual_answer_and_another_fault() {
    let emulator = Emulator::builder().start().await.unwrap();
    let late = |seconds| Rule::new(Fault::Latency(Duration::from_secs(seconds)));
    emulator.inject(late(600)).unwrap();
    emulator.inject(late(30).before_authentication()).unwrap();
    emulator
        .inject(Rule::new(Fault::Status(503)).skip(1))
        .unwrap();
    for status in [200, 503] {
        let start = Instant::now();
        assert_eq!(get(&emulator, &job_status()).await.status(), status);
        assert!(
            start.elapsed() >= Duration::from_secs(630),
            "{:?}",
            start.elapsed()
        );
    }
}
