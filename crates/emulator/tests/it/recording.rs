use http::Method;
use huaweicloud_emulator::Emulator;

use crate::caller::{credentials, job_status, send, signed, unsigned};

#[tokio::test]
async fn requests_are_recorded_as_sent_and_show_no_credentials() {
    let emulator = Emulator::builder().start().await.unwrap();
    let mut parts = signed(
        &emulator,
        Method::GET,
        &job_status(),
        &credentials(&emulator),
    );
    parts.headers.insert("x-extra", "1".parse().unwrap());
    parts.headers.append("x-extra", "2".parse().unwrap());
    let authorization = parts.headers["authorization"].to_str().unwrap().to_owned();
    assert_eq!(send(parts).await.status(), 200);
    assert_eq!(
        send(unsigned(&emulator, Method::POST, "/v9/a%20b?c=d%2Fe"))
            .await
            .status(),
        404
    );

    let [first, second] = emulator.requests().try_into().unwrap();
    assert_eq!(first.method(), Method::GET);
    assert_eq!(first.path(), job_status());
    assert_eq!(first.query(), None);
    assert_eq!(first.header("Authorization"), Some(authorization.as_str()));
    let extra: Vec<_> = first.headers().get_all("x-extra").iter().collect();
    assert_eq!(extra, ["1", "2"]);
    assert_eq!(
        (second.path(), second.query()),
        ("/v9/a%20b", Some("c=d%2Fe"))
    );

    let shown = format!("{first:?} {emulator:?}");
    let signature = authorization.rsplit_once('=').unwrap().1;
    assert!(shown.contains("x-sdk-date"), "{shown}");
    assert!(!shown.contains(signature), "{shown}");
    assert!(
        !shown.contains(emulator.access_key().secret().expose()),
        "{shown}"
    );
    assert!(
        !shown.contains(emulator.user().password().expose()),
        "{shown}"
    );
}

#[tokio::test]
async fn the_body_is_recorded_and_not_shown() {
    let emulator = Emulator::builder().start().await.unwrap();
    let client = crate::caller::client();
    let url = format!("{}/v3/auth/tokens", emulator.url());
    client.post(url).body("open sesame").send().await.unwrap();
    let requests = emulator.requests();
    assert_eq!(requests[0].body(), b"open sesame");
    assert!(!format!("{requests:?}").contains("sesame"));
}
