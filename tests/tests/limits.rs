//! What is not allowed to go on for ever: hostile answers, calls nobody waits for any more, and
//! callers that call too often.

use std::time::Duration;

use huaweicloud_cce::{AccessKey, Client, Config, ErrorKind};
use huaweicloud_core::policy::{CallOptions, CancellationToken, RateLimit, RetryPolicy};
use huaweicloud_emulator::{Fault, Rule};
use huaweicloud_tests::{caller_of, emulator};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const JOB: &str = "354331b2c-229a-11e8-9c75-0255ac100ceb";

/// A server that answers one request with a start and then a piece again and again, as long as
/// anybody reads, but no more than 64 MiB. Returns a client of it, and how much it could send.
async fn hostile(
    start: &'static str,
    piece: &'static [u8],
) -> (Client, tokio::task::JoinHandle<usize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let sent = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 4096];
        assert!(stream.read(&mut request).await.unwrap() > 0);
        stream.write_all(start.as_bytes()).await.unwrap();
        let mut sent = 0;
        while sent < 64 << 20 && stream.write_all(piece).await.is_ok() {
            sent += piece.len();
        }
        sent
    });
    let config = Config::builder()
        .endpoint(endpoint)
        .credentials(AccessKey::new("id", "secret"))
        .project_id("a-project")
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    (Client::new(&config).unwrap(), sent)
}

#[tokio::test]
async fn an_endless_answer_is_read_no_further_than_is_good() {
    // What the sockets of both sides hold comes on top of what was read.
    const SOCKETS: usize = 16 << 20;
    let cases: [(&str, &[u8], ErrorKind, usize); 4] = [
        // Headers without end.
        (
            "HTTP/1.1 200 OK\r\n",
            b"x-a: b\r\n",
            ErrorKind::Connection,
            1 << 20,
        ),
        // One header without end.
        (
            "HTTP/1.1 200 OK\r\nx-a: ",
            &[b'b'; 8192],
            ErrorKind::Connection,
            1 << 20,
        ),
        // A body of chunks without end.
        (
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
            b"8\r\n[[[[[[[[\r\n",
            ErrorKind::Decoding,
            8 << 20,
        ),
        // A body that is compressed is not unpacked, nor is it read.
        (
            "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n",
            &[0; 8192],
            ErrorKind::Decoding,
            1 << 20,
        ),
    ];
    for (start, piece, kind, most) in cases {
        let (client, sent) = hostile(start, piece).await;
        let options = CallOptions::new().max_body(1 << 20);
        let call = client.with_options(options);
        let error = call.show_job().job_id(JOB).send().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{start:?}: {error}");
        // The pool is gone with the client, so that the server sees the end.
        drop((client, call));
        let sent = sent.await.unwrap();
        assert!(sent <= most + SOCKETS, "{start:?}: {sent} bytes were taken");
    }
}

#[tokio::test]
async fn a_token_ends_all_its_calls_at_once() {
    let emulator = emulator().await;
    let client = Client::new(&caller_of(&emulator).build().unwrap()).unwrap();
    emulator
        .inject(Rule::new(Fault::Latency(Duration::from_secs(3600))))
        .unwrap();
    let token = CancellationToken::new();
    let waiting = client.with_options(CallOptions::new().cancel_on(token.clone()));
    let calls: Vec<_> = (0..10)
        .map(|_| {
            let client = waiting.clone();
            tokio::spawn(async move { client.show_job().job_id(JOB).send().await.map(drop) })
        })
        .collect();
    while emulator.statistics().requests_of("ShowJob") < 10 {
        tokio::task::yield_now().await;
    }
    token.cancel();
    for call in calls {
        let error = call.await.unwrap().unwrap_err();
        assert!(error.is_cancelled() && !error.is_retryable(), "{error}");
        assert_eq!(error.attempts(), 1);
        assert_eq!(
            error.to_string(),
            "ShowJob: the call was cancelled by its token; the service may have carried the request \
             out: look before sending it again",
        );
    }
    let error = waiting.show_job().job_id(JOB).send().await.unwrap_err();
    assert_eq!(error.attempts(), 0, "nothing is sent any more: {error}");
    assert_eq!(emulator.statistics().requests_of("ShowJob"), 10);

    // The connections that were given up do not stand in the way of the calls that follow.
    emulator.clear_faults();
    client.show_job().job_id(JOB).send().await.unwrap();
}

#[tokio::test]
async fn a_rate_is_shared_by_the_clients_of_a_configuration() {
    let emulator = emulator().await;
    let config = caller_of(&emulator)
        .rate_limit(RateLimit::new(2, Duration::from_secs(2 * 3600)))
        .build()
        .unwrap();
    let (one, two) = (Client::new(&config).unwrap(), Client::new(&config).unwrap());
    one.show_job().job_id(JOB).send().await.unwrap();
    let two = two.with_options(CallOptions::new().timeout(Duration::from_millis(20)));
    let error = two.show_job().job_id(JOB).send().await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert_eq!(error.attempts(), 0);
    assert_eq!(
        error.to_string(),
        "ShowJob: no turn under the rate limit within the time of the call: raise the limit or the \
         time, or call less often",
    );
    assert_eq!(emulator.statistics().requests_of("ShowJob"), 1);
    let refused = caller_of(&emulator).rate_limit(RateLimit::new(0, Duration::from_secs(1)));
    assert!(refused.build().unwrap_err().is_configuration());
}
