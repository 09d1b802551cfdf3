use huaweicloud_emulator::{Emulator, Fault, Repeat};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

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
        .inject("ShowJobStatus", fault, Repeat::Times(2))
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
        .inject("ShowJobStatus", fault, Repeat::Always)
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
            "ShowJobStatus",
            Fault::Body("{}".to_owned()),
            Repeat::Times(1),
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
        .inject("ShowJobStatus", Fault::CutShort, Repeat::Times(1))
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
async fn half_of_what_is_announced_arrives_before_the_connection_closes() {
    let emulator = Emulator::builder().start().await.unwrap();
    let info = format!("/v1/job/{JOB_ID}/info");
    let whole = get(&emulator, &info).await.bytes().await.unwrap();
    emulator
        .inject("ShowJobInfo", Fault::CutShort, Repeat::Times(1))
        .unwrap();

    let parts = signed(&emulator, Method::GET, &info, &credentials(&emulator));
    let mut request = format!("GET {info} HTTP/1.1\r\n");
    for (name, value) in &parts.headers {
        request += &format!("{name}: {}\r\n", value.to_str().unwrap());
    }
    request += "\r\n";
    let address = emulator.url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();

    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
    assert!(
        head.contains(&format!("content-length: {}", whole.len())),
        "{head}"
    );
    assert_eq!(body.as_bytes(), &whole[..whole.len() / 2]);
}
