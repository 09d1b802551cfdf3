//! The settings of connections, against real servers and proxies.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "clippy takes the functions that tests share for library code"
)]

mod authority;
mod front;

use huaweicloud_core::{ConfigBuilder, Error, ErrorKind};
use huaweicloud_tests::{SECRET_KEY, assert_no_secret, caller_of, emulator};
use insta::assert_snapshot;

use crate::authority::Authority;
use crate::front::Proxy;

const JOB: &str = "354331b2c-229a-11e8-9c75-0255ac100ceb";
const PROXY_PASSWORD: &str = "hush-proxy-password";
/// `user` and the password, by `base64`.
const PROXY_AUTHORIZATION: &str = "Basic dXNlcjpodXNoLXByb3h5LXBhc3N3b3Jk";
const WRONG_PASSWORD: &str = "hush-wrong-password";

async fn show_job(builder: ConfigBuilder) -> Result<(), Error> {
    let config = builder.build()?;
    let cce = huaweicloud_cce::Client::new(&config)?;
    cce.show_job().job_id(JOB).send().await.map(drop)
}

fn through(builder: ConfigBuilder, proxy: &Proxy, password: &str) -> ConfigBuilder {
    builder.proxy(format!("http://user:{password}@{}", proxy.address))
}

#[tokio::test]
async fn a_proxy_is_asked_for_plain_addresses_with_its_password() {
    let emulator = emulator().await;
    let proxy = Proxy::start(PROXY_AUTHORIZATION).await;
    let builder = through(caller_of(&emulator), &proxy, PROXY_PASSWORD);
    let shown = format!("{builder:?} {:?}", builder.clone().build().unwrap());
    assert_no_secret(&shown, &[PROXY_PASSWORD, PROXY_AUTHORIZATION]);

    show_job(builder).await.unwrap();
    let [head] = &proxy.heads()[..] else {
        panic!("one request, not {:?}", proxy.heads());
    };
    let line = format!("GET {}/api/v3/projects/", emulator.url());
    assert!(head.starts_with(&line), "{head}");
    assert_eq!(emulator.statistics().requests_of("ShowJob"), 1);
}

#[tokio::test]
async fn a_proxy_connects_to_https_addresses_and_sees_no_request() {
    let (emulator, authority) = (emulator().await, Authority::new("proxy"));
    let url = front::tls(&emulator, authority.server()).await;
    let proxy = Proxy::start(PROXY_AUTHORIZATION).await;
    let builder = caller_of(&emulator)
        .endpoint(&url)
        .ca_file(authority.file());

    show_job(through(builder, &proxy, PROXY_PASSWORD))
        .await
        .unwrap();
    let [head] = &proxy.heads()[..] else {
        panic!("one request, not {:?}", proxy.heads());
    };
    let line = format!("CONNECT {} HTTP/1.1\r\n", url.replace("https://", ""));
    assert!(head.starts_with(&line), "{head}");
    assert!(
        !head.to_lowercase().contains("\r\nauthorization:"),
        "{head}"
    );
    assert_eq!(emulator.statistics().requests_of("ShowJob"), 1);
}

#[tokio::test]
async fn a_proxy_that_refuses_the_password_is_told_and_the_password_is_not() {
    let (emulator, authority) = (emulator().await, Authority::new("refusing-proxy"));
    let url = front::tls(&emulator, authority.server()).await;
    let proxy = Proxy::start(PROXY_AUTHORIZATION).await;
    let wrong = |builder| through(builder, &proxy, WRONG_PASSWORD);

    let plain = show_job(wrong(caller_of(&emulator))).await.unwrap_err();
    assert_eq!(plain.kind(), ErrorKind::Service);
    assert_eq!(plain.status().unwrap().as_u16(), 407);
    assert_snapshot!(plain, @"ShowJob: 407 Proxy Authentication Required: the answer does not say why; check the user and the password of the proxy");

    let builder = caller_of(&emulator).endpoint(url).ca_file(authority.file());
    let tunnel = show_job(wrong(builder)).await.unwrap_err();
    assert_eq!(tunnel.kind(), ErrorKind::Connection);
    assert_snapshot!(tunnel, @"ShowJob: the service cannot be reached: tunnel error: proxy authorization required; check the endpoint and the network");

    for error in [plain, tunnel] {
        let shown = format!("{error} {error:?}");
        assert_no_secret(&shown, &[WRONG_PASSWORD, PROXY_AUTHORIZATION, SECRET_KEY]);
    }
    assert_eq!(emulator.statistics().requests(), 0);
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_told_without_its_password() {
    let emulator = emulator().await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = format!(
        "http://user:{PROXY_PASSWORD}@{}",
        listener.local_addr().unwrap()
    );
    drop(listener);
    let error = show_job(caller_of(&emulator).proxy(nobody))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert_no_secret(&format!("{error} {error:?}"), &[PROXY_PASSWORD]);

    let wrong = format!("http://user:{PROXY_PASSWORD}@:::");
    let error = caller_of(&emulator).proxy(wrong).build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert_no_secret(&format!("{error} {error:?}"), &[PROXY_PASSWORD]);
}

#[tokio::test]
async fn an_own_authority_is_trusted_once_its_file_is_named() {
    let (emulator, authority) = (emulator().await, Authority::new("authority"));
    let url = front::tls(&emulator, authority.server()).await;
    let builder = caller_of(&emulator).endpoint(url);

    let error = show_job(builder.clone()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert_snapshot!(error, @"ShowJob: the service cannot be reached: invalid peer certificate: UnknownIssuer; where an authority of its own signs it, name the authority's file with Config::builder().ca_file(..); check the endpoint and the network");
    assert_eq!(emulator.statistics().requests(), 0);

    // Another authority does not help.
    let other = Authority::new("other-authority");
    let error = show_job(builder.clone().ca_file(other.file()))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);

    show_job(builder.ca_file(authority.file())).await.unwrap();
}

#[tokio::test]
async fn a_client_shows_its_certificate_where_one_is_demanded() {
    let (emulator, authority) = (emulator().await, Authority::new("client"));
    let url = front::tls(&emulator, authority.server_for_its_own()).await;
    let builder = caller_of(&emulator).endpoint(url).ca_file(authority.file());

    let error = show_job(builder.clone()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert_snapshot!(error, @"ShowJob: the connection broke before the answer: received fatal alert: CertificateRequired; name the files of one with Config::builder().client_certificate(..); check the endpoint and the network");
    assert_eq!(emulator.statistics().requests(), 0);

    let (certificate, key) = authority.client_files();
    show_job(builder.client_certificate(certificate, key))
        .await
        .unwrap();
}

#[tokio::test]
async fn files_that_hold_nothing_of_use_are_named() {
    let (emulator, authority) = (emulator().await, Authority::new("files"));
    let (certificate, key) = authority.client_files();
    let cases = [
        (caller_of(&emulator).ca_file(&key), &key),
        (
            caller_of(&emulator).ca_file("/nowhere/authority.pem"),
            &"/nowhere/authority.pem".into(),
        ),
        (
            caller_of(&emulator).client_certificate(&certificate, &certificate),
            &certificate,
        ),
        (caller_of(&emulator).client_certificate(&key, &key), &key),
    ];
    for (builder, file) in cases {
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(
            error.to_string().contains(&file.display().to_string()),
            "{error}"
        );
    }
}

#[tokio::test]
async fn an_own_client_takes_the_place_of_all_settings() {
    let emulator = emulator().await;
    // As ARCHITECTURE.md says: whoever builds a client beside the SDK sees to a provider of TLS.
    let _ = tokio_rustls::rustls::crypto::ring::default_provider().install_default();
    let own = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .default_headers(
            [(
                http::HeaderName::from_static("x-own"),
                "yes".parse().unwrap(),
            )]
            .into_iter()
            .collect(),
        )
        .build()
        .unwrap();
    // The proxy, which nobody could reach, is not used either.
    let builder = caller_of(&emulator)
        .proxy("http://127.0.0.1:1")
        .http_client(own);
    show_job(builder).await.unwrap();
    assert_eq!(emulator.requests()[0].header("x-own"), Some("yes"));
}

#[tokio::test]
async fn plain_http_to_another_machine_is_refused_before_anything_is_sent() {
    let emulator = emulator().await;
    let proxy = Proxy::start(PROXY_AUTHORIZATION).await;
    // Of a network for documentation (RFC 5737), and the proxy would refuse to go there.
    let builder =
        through(caller_of(&emulator), &proxy, WRONG_PASSWORD).endpoint("http://192.0.2.1");
    let error = show_job(builder.clone()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("allow_http"), "{error}");
    assert_eq!(proxy.heads().len(), 0);

    show_job(builder.allow_http(true)).await.unwrap_err();
    assert_eq!(proxy.heads().len(), 1);
}
