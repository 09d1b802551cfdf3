//! Faults that an HTTP client would hide, byte by byte.

use std::io::ErrorKind;
use std::time::Duration;

use huaweicloud_emulator::{Emulator, Fault, Rule};
use tokio::io::AsyncReadExt;
use tokio::time::{Instant, timeout};

use crate::caller::{JOB_ID, connect_and_get, get};

/// The path of CodeArts Build's ShowJobInfo, whose answer is longer.
fn job_info() -> String {
    format!("/v1/job/{JOB_ID}/info")
}

/// Everything that arrives before the connection ends, and how it ends.
async fn exchange(emulator: &Emulator) -> (Vec<u8>, Option<ErrorKind>) {
    let mut stream = connect_and_get(emulator, &job_info()).await;
    let mut answer = Vec::new();
    let end = stream.read_to_end(&mut answer).await;
    (answer, end.err().map(|error| error.kind()))
}

/// The emulator with this fault, and the body of the usual answer.
async fn with(fault: Fault) -> (Emulator, Vec<u8>) {
    let emulator = Emulator::builder().start().await.unwrap();
    let usual = get(&emulator, &job_info()).await.bytes().await.unwrap();
    emulator
        .inject(Rule::new(fault).operation("ShowJobInfo"))
        .unwrap();
    (emulator, usual.into())
}

fn head_and_body(answer: Vec<u8>) -> (String, Vec<u8>) {
    let end = answer
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .unwrap();
    let head = String::from_utf8(answer[..end].to_vec()).unwrap();
    (head.to_ascii_lowercase(), answer[end + 4..].to_vec())
}

#[tokio::test]
async fn a_connection_is_reset_before_the_answer() {
    let (emulator, _) = with(Fault::ResetBeforeAnswer).await;
    assert_eq!(
        exchange(&emulator).await,
        (Vec::new(), Some(ErrorKind::ConnectionReset))
    );
    assert_eq!(emulator.requests().len(), 2);
}

#[tokio::test]
async fn a_connection_is_reset_after_the_head() {
    let (emulator, usual) = with(Fault::ResetAfterHead).await;
    let (answer, end) = exchange(&emulator).await;
    assert_eq!(end, Some(ErrorKind::ConnectionReset));
    let (head, body) = head_and_body(answer);
    assert!(head.starts_with("http/1.1 200 ok"), "{head}");
    assert!(
        head.contains(&format!("content-length: {}", usual.len())),
        "{head}"
    );
    assert!(body.is_empty());
}

#[tokio::test]
async fn half_of_what_is_announced_arrives_before_the_connection_closes() {
    let (emulator, usual) = with(Fault::CutShort).await;
    let (answer, end) = exchange(&emulator).await;
    assert_eq!(end, None);
    let (head, body) = head_and_body(answer);
    assert!(head.starts_with("http/1.1 200 ok"), "{head}");
    assert!(
        head.contains(&format!("content-length: {}", usual.len())),
        "{head}"
    );
    assert_eq!(body, &usual[..usual.len() / 2]);
}

#[tokio::test]
async fn more_or_less_is_announced_than_is_sent() {
    for excess in [10, -10, i64::MIN] {
        let (emulator, usual) = with(Fault::WrongContentLength { excess }).await;
        let (answer, end) = exchange(&emulator).await;
        assert_eq!(end, None);
        let (head, body) = head_and_body(answer);
        assert!(head.starts_with("http/1.1 200 ok\r\n"), "{head}");
        assert!(
            head.contains("\r\ncontent-type: application/json"),
            "{head}"
        );
        assert!(head.contains("\r\nx-request-id: "), "{head}");
        let sent = i64::try_from(usual.len()).unwrap();
        let announced = format!("content-length: {}", sent.saturating_add(excess).max(0));
        assert!(head.lines().any(|line| line == announced), "{head}");
        assert_eq!(body, usual);
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_body_arrives_whole_with_pauses_between() {
    let pause = Duration::from_secs(20);
    let (emulator, usual) = with(Fault::SlowBody { piece: 50, pause }).await;
    let mut stream = connect_and_get(&emulator, &job_info()).await;
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        answer.push(stream.read_u8().await.unwrap());
    }
    let start = Instant::now();
    let mut body = vec![0; usual.len()];
    stream.read_exact(&mut body).await.unwrap();
    assert_eq!(body, usual);
    let pauses = u32::try_from(usual.len().div_ceil(50)).unwrap();
    // The head waits for no piece, so that all of the pauses but the first lie between.
    assert!(
        start.elapsed() >= pause * (pauses - 1),
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn silence_lasts_until_the_client_goes() {
    let (emulator, _) = with(Fault::Silence).await;
    let mut stream = connect_and_get(&emulator, &job_info()).await;
    let hour = Duration::from_secs(3_600);
    assert!(timeout(hour, stream.read_u8()).await.is_err());
    drop(stream);
    while emulator.statistics().connections_open() > 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn silence_ends_when_the_emulator_does() {
    let (emulator, _) = with(Fault::Silence).await;
    let mut stream = connect_and_get(&emulator, &job_info()).await;
    while emulator.requests().len() < 2 {
        tokio::task::yield_now().await;
    }
    emulator.shutdown().await;
    assert!(stream.read_u8().await.is_err());
}

#[tokio::test]
async fn a_huge_body_is_announced_or_comes_in_chunks() {
    let length = 3 * 1024 * 1024 + 1;
    for (announced, header) in [
        (true, "content-length: 3145729"),
        (false, "transfer-encoding: chunked"),
    ] {
        let (emulator, _) = with(Fault::HugeBody { length, announced }).await;
        let mut response = get(&emulator, &job_info()).await;
        let mut received = 0;
        while let Some(chunk) = response.chunk().await.unwrap() {
            assert!(chunk.iter().all(|byte| *byte == b' '));
            received += u64::try_from(chunk.len()).unwrap();
        }
        assert_eq!(received, length);

        let mut stream = connect_and_get(&emulator, &job_info()).await;
        let mut start = vec![0; 1024];
        stream.read_exact(&mut start).await.unwrap();
        let (head, _) = head_and_body(start);
        assert!(head.lines().any(|line| line == header), "{head}");
    }
}

#[tokio::test]
async fn a_body_can_be_larger_than_any_memory() {
    let length = u64::MAX / 2;
    let (emulator, _) = with(Fault::HugeBody {
        length,
        announced: true,
    })
    .await;
    let mut response = get(&emulator, &job_info()).await;
    assert_eq!(response.content_length(), Some(length));
    assert!(response.chunk().await.unwrap().is_some());
}

#[tokio::test]
async fn many_headers_come_with_the_usual_answer() {
    let (emulator, usual) = with(Fault::ManyHeaders(10_000)).await;
    let mut stream = connect_and_get(&emulator, &job_info()).await;
    let mut answer = Vec::new();
    while !answer.ends_with(&usual) {
        assert_ne!(stream.read_buf(&mut answer).await.unwrap(), 0);
    }
    let (head, _) = head_and_body(answer);
    let many = head.lines().filter(|line| line.starts_with("x-emulator-"));
    assert_eq!(many.count(), 10_000);
}
