use http::{HeaderValue, Method};
use huaweicloud_auth::{AccessKey, Credentials, SigningContext, sign};
use huaweicloud_emulator::Emulator;
use reqwest::Response;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::caller::{JOB_ID, credentials, get, job_status, json, send, signed, token, unsigned};

/// What a refusal says, once its shape and its request id are as the gateway's.
async fn refusal(response: Response) -> (u16, String, String) {
    let status = response.status().as_u16();
    assert_eq!(response.headers()["content-type"], "application/json");
    assert!(response.headers().contains_key("date"));
    let request_id = response.headers()["x-request-id"]
        .to_str()
        .unwrap()
        .to_owned();
    assert_eq!(request_id.len(), 32);
    assert!(
        request_id
            .chars()
            .all(|c| matches!(c, '0'..='9' | 'a'..='f'))
    );

    let body = json(response).await;
    assert_eq!(body.as_object().unwrap().len(), 3, "{body}");
    assert_eq!(body["request_id"], request_id);
    let text = |name: &str| body[name].as_str().unwrap().to_owned();
    (status, text("error_code"), text("error_msg"))
}

fn unauthorized(message: &str) -> (u16, String, String) {
    let message = format!("Incorrect IAM authentication information: {message}");
    (401, "APIGW.0301".to_owned(), message)
}

#[tokio::test]
async fn credentials_that_are_not_the_emulators_are_refused() {
    let emulator = Emulator::builder().start().await.unwrap();
    let id = emulator.access_key().id().to_owned();
    let wrong_secret = Credentials::AccessKey(AccessKey::new(id.as_str(), "wrong"));
    let wrong_id = Credentials::AccessKey(AccessKey::new("NOBODY", "wrong"));
    let own_with_token = emulator.access_key().clone().with_security_token("unasked");
    for (credentials, expected) in [
        (wrong_secret, "verify aksk signature fail"),
        (wrong_id, "ak NOBODY not exist"),
        (token("0123456789abcdef"), "decrypt token fail"),
        (Credentials::AccessKey(own_with_token), "decrypt token fail"),
    ] {
        let response = send(signed(&emulator, Method::GET, &job_status(), &credentials)).await;
        assert_eq!(refusal(response).await, unauthorized(expected));
    }
}

#[tokio::test]
async fn a_request_without_credentials_is_refused() {
    let emulator = Emulator::builder().start().await.unwrap();
    let response = send(unsigned(&emulator, Method::GET, &job_status())).await;
    assert_eq!(
        refusal(response).await,
        unauthorized("x-auth-token not found")
    );
}

#[tokio::test]
async fn a_request_that_is_not_what_was_signed_is_refused() {
    let emulator = Emulator::builder().start().await.unwrap();
    let sign_get = || {
        signed(
            &emulator,
            Method::GET,
            &job_status(),
            &credentials(&emulator),
        )
    };

    let mut other_path = sign_get();
    other_path.uri = format!("{}/v3/jobs/other/status", emulator.url())
        .parse()
        .unwrap();
    let (status, code, message) = refusal(send(other_path).await).await;
    assert_eq!(
        (status, code, message),
        unauthorized("verify aksk signature fail")
    );

    let mut signed_header_missing = sign_get();
    signed_header_missing
        .headers
        .remove("x-project-id")
        .unwrap();
    let (status, code, message) = refusal(send(signed_header_missing).await).await;
    assert_eq!((status, code.as_str()), (401, "APIGW.0301"));
    assert!(
        message.contains("verify aksk signature fail, "),
        "{message}"
    );
    assert!(message.contains("x-project-id"), "{message}");

    let mut other_scheme = sign_get();
    other_scheme
        .headers
        .insert("authorization", HeaderValue::from_static("Bearer sesame"));
    let (status, _, message) = refusal(send(other_scheme).await).await;
    assert_eq!(status, 401);
    assert!(!message.contains("sesame"), "{message}");
}

#[tokio::test]
async fn a_signature_more_than_fifteen_minutes_off_is_refused_with_both_times() {
    let emulator = Emulator::builder()
        .clock_offset(3_600)
        .start()
        .await
        .unwrap();
    for (behind, refused) in [
        (0, false),
        (14 * 60, false),
        (16 * 60, true),
        (-16 * 60, true),
    ] {
        emulator.set_clock_offset(3_600);
        let parts = signed(
            &emulator,
            Method::GET,
            &job_status(),
            &credentials(&emulator),
        );
        let signature_time = parts.headers["x-sdk-date"].to_str().unwrap().to_owned();
        emulator.set_clock_offset(3_600 + behind);
        let response = send(parts).await;
        if !refused {
            assert_eq!(response.status(), 200, "{behind}");
            continue;
        }
        let (status, code, message) = refusal(response).await;
        assert_eq!((status, code.as_str()), (401, "APIGW.0301"));
        let expected = format!(
            "Incorrect IAM authentication information: calc aksk signature fail:signature \
             expired, signature time:{signature_time},server time:"
        );
        let server_time = message.strip_prefix(&expected).expect(&message);
        assert_eq!(server_time.len(), "20211217T065804Z".len());
        assert_ne!(server_time, signature_time);
    }
}

#[tokio::test]
async fn the_date_of_an_answer_is_the_emulators() {
    let emulator = Emulator::builder()
        .clock_offset(-1_000_000_000)
        .start()
        .await
        .unwrap();
    let date = get(&emulator, &job_status()).await.headers()["date"].clone();
    let then = jiff::Timestamp::try_from(emulator.now()).unwrap();
    assert!(
        date.to_str()
            .unwrap()
            .contains(&then.strftime("%b %Y").to_string()),
        "{date:?}"
    );
}

#[tokio::test]
async fn a_project_that_is_not_the_callers_is_refused_in_the_path_and_in_the_header() {
    let emulator = Emulator::builder().start().await.unwrap();
    let own = emulator.project_id();
    let foreign = "ffffffffffffffffffffffffffffffff";
    for (path, header, status) in [
        (format!("/api/v3/projects/{own}/jobs/{JOB_ID}"), own, 200),
        (
            format!("/api/v3/projects/{foreign}/jobs/{JOB_ID}"),
            own,
            403,
        ),
        (format!("/v1/{own}/jobs/{JOB_ID}"), own, 200),
        (format!("/v1/{foreign}/jobs/{JOB_ID}"), own, 403),
        (job_status(), foreign, 403),
    ] {
        let mut parts = unsigned(&emulator, Method::GET, &path);
        let context = SigningContext::new(emulator.now()).project_id(header);
        sign(&mut parts, b"", &credentials(&emulator), &context).unwrap();
        let response = send(parts).await;
        assert_eq!(response.status(), status, "{path}");
        if status == 403 {
            let expected = "The IAM user is not authorized to access the API".to_owned();
            assert_eq!(
                refusal(response).await,
                (403, "APIGW.0302".to_owned(), expected)
            );
        }
    }
}

#[tokio::test]
async fn what_is_not_documented_is_not_found_before_anyone_is_asked_who_they_are() {
    let emulator = Emulator::builder().start().await.unwrap();
    for (method, path, expected) in [
        (
            Method::GET,
            "/v9/none",
            "The API does not exist or has not been published in the environment",
        ),
        (Method::DELETE, "/v3/projects", "The API does not exist"),
    ] {
        let response = send(unsigned(&emulator, method, path)).await;
        assert_eq!(
            refusal(response).await,
            (404, "APIGW.0101".to_owned(), expected.to_owned())
        );
    }
}

#[tokio::test]
async fn a_temporary_access_key_needs_its_security_token() {
    let key = AccessKey::new("AK", "SK").with_security_token("sesame");
    let emulator = Emulator::builder().access_key(key).start().await.unwrap();
    assert_eq!(get(&emulator, &job_status()).await.status(), 200);

    let other = AccessKey::new("AK", "SK").with_security_token("other");
    for (key, expected) in [
        (AccessKey::new("AK", "SK"), "ak AK not exist"),
        (other, "decrypt token fail"),
    ] {
        let credentials = Credentials::AccessKey(key);
        let response = send(signed(&emulator, Method::GET, &job_status(), &credentials)).await;
        assert_eq!(refusal(response).await, unauthorized(expected));
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    let emulator = Emulator::builder().start().await.unwrap();
    let client = crate::caller::client();
    let url = format!("{}/v3/auth/tokens", emulator.url());
    for (bytes, status) in [(1024 * 1024, 400), (1024 * 1024 + 1, 413)] {
        let response = client
            .post(&url)
            .body(vec![b' '; bytes])
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), status, "{bytes}");
    }
    let kept: Vec<_> = emulator
        .requests()
        .iter()
        .map(|request| request.body().len())
        .collect();
    assert_eq!(kept, [1024 * 1024, 0]);
}

#[tokio::test]
async fn a_client_that_reads_nothing_until_its_large_body_is_sent_sees_the_refusal() {
    let emulator = Emulator::builder().start().await.unwrap();
    let address = emulator.url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let body = vec![b' '; 8 * 1024 * 1024];
    let head = format!(
        "POST /v3/auth/tokens HTTP/1.1\r\nHost: {address}\r\nContent-Length: {}\r\n\r\n",
        body.len(),
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&body).await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413");
}
