//! What an operator sees of calls: their fields, and no secret.
//!
//! One test, alone in its program: tracing remembers for all threads what one of them does not want.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use huaweicloud_cce::{Client, Config};
use huaweicloud_core::policy::{Backoff, RetryPolicy};
use huaweicloud_emulator::{Fault, Rule};
use huaweicloud_tests::{
    PASSWORD, SECRET_KEY, assert_no_secret, caller_of, emulator, token_request,
};
use tracing::Level;
use tracing_subscriber::fmt::format::FmtSpan;

const JOB: &str = "354331b2c-229a-11e8-9c75-0255ac100ceb";

/// Everything that is logged in this thread, as text.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn quick_retry() -> RetryPolicy {
    RetryPolicy::default().backoff(Backoff::new(
        Duration::from_micros(1),
        Duration::from_micros(1),
    ))
}

#[tokio::test]
async fn a_call_is_a_span_and_an_attempt_an_event_and_no_secret_is_in_either() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(Level::TRACE)
        .with_ansi(false)
        .with_span_events(FmtSpan::CLOSE)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let emulator = emulator().await;
    let iam_config = caller_of(&emulator).build().unwrap();
    let iam = huaweicloud_iam::Client::new(&iam_config).unwrap();
    let body = token_request(&emulator, PASSWORD);
    let answer = iam
        .keystone_create_user_token_by_password()
        .body(body)
        .send()
        .await
        .unwrap();
    let token = answer.headers()["x-subject-token"]
        .to_str()
        .unwrap()
        .to_owned();

    let config: Config = caller_of(&emulator).retry(quick_retry()).build().unwrap();
    let cce = Client::new(&config).unwrap();
    emulator
        .inject(Rule::new(Fault::Status(503)).operation("ShowJob").times(1))
        .unwrap();
    let answer = cce.show_job().job_id(JOB).send().await.unwrap();
    let by_token = huaweicloud_core::Credentials::Token(token.as_str().into());
    let by_token = caller_of(&emulator).credentials(by_token).build().unwrap();
    Client::new(&by_token)
        .unwrap()
        .show_job()
        .job_id(JOB)
        .send()
        .await
        .unwrap();

    assert!(
        !log.text().contains("clusterUID"),
        "bodies are logged only when that is asked for",
    );
    let config = caller_of(&emulator).region("cn-north-4").log_bodies(true);
    let config = config.build().unwrap();
    let iam = huaweicloud_iam::Client::new(&config).unwrap();
    for password in [PASSWORD, "a wrong password"] {
        let _ = iam
            .keystone_create_user_token_by_password()
            .body(token_request(&emulator, password))
            .send()
            .await;
    }
    let cce = Client::new(&config).unwrap();
    cce.show_job().job_id(JOB).send().await.unwrap();

    let text = log.text();
    assert_no_secret(&text, &["a wrong password"]);
    assert_no_secret(&text, &[SECRET_KEY, PASSWORD, &token]);
    for expected in [
        "rpc.service=\"CCE\"",
        "rpc.method=\"ShowJob\"",
        "http.request.method=\"GET\"",
        "server.address=\"127.0.0.1\"",
        "cloud.region=\"cn-north-4\"",
        "http.request.resend_count=1",
        r#"\"password\":\"[redacted]\""#,
        "clusterUID",
        "attempt=1 http.response.status_code=503",
        "error.type=\"service\"",
        "attempt=2 http.response.status_code=200",
        answer.request_id().unwrap(),
    ] {
        assert!(text.contains(expected), "{expected} is not in\n{text}");
    }
}
