//! A listener of the user's own.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use huaweicloud_cce::Client;
use huaweicloud_core::policy::{Backoff, RetryPolicy};
use huaweicloud_emulator::{Fault, Rule};
use huaweicloud_tests::{SECRET_KEY, assert_no_secret, caller_of, emulator};

const JOB: &str = "354331b2c-229a-11e8-9c75-0255ac100ceb";

#[tokio::test]
async fn it_is_told_of_every_attempt_and_headers_hide_their_secrets() {
    let emulator = emulator().await;
    let quick = Backoff::new(Duration::from_micros(1), Duration::from_micros(1));
    let log = Arc::new(Mutex::new(String::new()));
    let told = log.clone();
    let config = caller_of(&emulator)
        .retry(RetryPolicy::default().backoff(quick))
        .user_agent_suffix("my-tool/1.2")
        .header("X-Language", "en-us")
        .listener(move |exchange| *told.lock().unwrap() += &format!("{exchange:?}\n"))
        .build()
        .unwrap();
    emulator
        .inject(Rule::new(Fault::Status(503)).operation("ShowJob").times(1))
        .unwrap();
    Client::new(&config)
        .unwrap()
        .show_job()
        .job_id(JOB)
        .send()
        .await
        .unwrap();

    let text = log.lock().unwrap().clone();
    let kinds: Vec<_> = text
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(kinds, ["Request", "Response", "Request", "Response"]);
    assert!(!text.contains("Signature="), "{text}");
    assert_no_secret(&text, &[SECRET_KEY]);
    let request = emulator.requests().pop().unwrap();
    assert!(
        request
            .header("user-agent")
            .unwrap()
            .ends_with(" my-tool/1.2")
    );
    let authorization = request.header("authorization").unwrap();
    assert!(authorization.contains(";x-language;"), "{authorization}");
}
