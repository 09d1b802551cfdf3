use std::time::{Duration, UNIX_EPOCH};

use http::Request;

use super::*;

/// 2019-11-15T03:36:55Z
const TIME: Duration = Duration::from_secs(1_573_789_015);

fn context() -> SigningContext<'static> {
    SigningContext {
        time: UNIX_EPOCH + TIME,
        project_id: None,
    }
}

fn key() -> Credentials {
    AccessKey::new("AK", "SK").into()
}

fn request(uri: &str, headers: &[(&str, &str)]) -> Parts {
    let mut builder = Request::get(uri);
    for (name, value) in headers {
        builder = builder.header(*name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    builder.body(()).unwrap().into_parts().0
}

fn header<'a>(parts: &'a Parts, name: &str) -> Option<&'a str> {
    parts
        .headers
        .get(name)
        .map(|value| str::from_utf8(value.as_bytes()).unwrap())
}

fn signed_headers(parts: &Parts) -> &str {
    let authorization = header(parts, "authorization").unwrap();
    authorization
        .split("SignedHeaders=")
        .nth(1)
        .unwrap()
        .split(',')
        .next()
        .unwrap()
}

// From the test of the official Java SDK, TestAKSKSigner.testAKSKSigner; the request is the example
// of the API signing guide.
#[test]
fn the_example_of_the_signing_guide_gets_the_authorization_of_the_official_java_sdk() {
    let mut parts = request(
        "https://service.region.example.com/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs\
         ?limit=2&marker=13551d6b-755d-4757-b956-536f674975c0",
        &[("Content-Type", "application/json")],
    );
    let key = AccessKey::new(
        "QTWAOYTTINDUT2QVKYUC",
        "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc",
    );
    sign(&mut parts, b"", &key.into(), &context()).unwrap();
    assert_eq!(
        header(&parts, "authorization").unwrap(),
        "SDK-HMAC-SHA256 Access=QTWAOYTTINDUT2QVKYUC, \
         SignedHeaders=content-type;host;x-sdk-date, \
         Signature=7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe"
    );
    assert_eq!(header(&parts, "host"), Some("service.region.example.com"));
    assert_eq!(header(&parts, "x-sdk-date"), Some("20191115T033655Z"));
}

#[test]
fn the_host_is_that_of_the_uri_with_a_port_that_the_scheme_does_not_imply() {
    let cases = [
        ("https://a.example.com/", "a.example.com"),
        ("https://a.example.com:443/", "a.example.com"),
        ("http://a.example.com:80/", "a.example.com"),
        ("https://a.example.com:80/", "a.example.com:80"),
        ("http://127.0.0.1:8080", "127.0.0.1:8080"),
        ("http://[::1]:8080/", "[::1]:8080"),
        ("https://user:password@a.example.com/", "a.example.com"),
    ];
    for (uri, host) in cases {
        let mut parts = request(uri, &[]);
        sign(&mut parts, b"", &key(), &context()).unwrap();
        assert_eq!(header(&parts, "host"), Some(host), "{uri}");
    }
}

#[test]
fn a_host_and_a_date_that_the_request_has_stay() {
    let date = "20060102T150405Z";
    let mut parts = request("/", &[("host", "b.example.com"), ("x-sdk-date", date)]);
    sign(&mut parts, b"", &key(), &context()).unwrap();
    assert_eq!(header(&parts, "host"), Some("b.example.com"));
    assert_eq!(header(&parts, "x-sdk-date"), Some(date));

    let mut dated = request("/", &[("host", "b.example.com")]);
    let then = UNIX_EPOCH + Duration::from_secs(1_136_214_245);
    sign(
        &mut dated,
        b"",
        &key(),
        &SigningContext {
            time: then,
            project_id: None,
        },
    )
    .unwrap();
    assert_eq!(
        header(&parts, "authorization"),
        header(&dated, "authorization")
    );
}

#[test]
fn project_and_security_token_are_set_and_signed() {
    let credentials = AccessKey::new("AK", "SK")
        .with_security_token("token")
        .into();
    let context = SigningContext {
        project_id: Some("p"),
        ..context()
    };
    let old = [
        ("x-project-id", "old"),
        ("x-security-token", "old"),
        ("x-security-token", "older"),
    ];
    let mut parts = request("https://a.example.com/", &old);
    sign(&mut parts, b"", &credentials, &context).unwrap();
    assert_eq!(header(&parts, "x-project-id"), Some("p"));
    let tokens: Vec<_> = parts.headers.get_all("x-security-token").iter().collect();
    assert_eq!(tokens, ["token"]);
    assert_eq!(
        signed_headers(&parts),
        "host;x-project-id;x-sdk-date;x-security-token"
    );
}

#[test]
fn an_empty_project_is_none() {
    let context = SigningContext {
        project_id: Some(""),
        ..context()
    };
    let mut parts = request("https://a.example.com/", &[]);
    sign(&mut parts, b"", &key(), &context).unwrap();
    assert_eq!(signed_headers(&parts), "host;x-sdk-date");
}

#[test]
fn a_header_with_an_underscore_is_sent_unsigned() {
    let mut parts = request("https://a.example.com/", &[("x_a", "1"), ("x-b", "2")]);
    sign(&mut parts, b"", &key(), &context()).unwrap();
    assert_eq!(signed_headers(&parts), "host;x-b;x-sdk-date");
    assert_eq!(header(&parts, "x_a"), Some("1"));
}

#[test]
fn the_payload_is_unsigned_unless_it_is_json_or_bson() {
    let cases = [
        (None, None),
        (Some(""), None),
        (Some("application/json"), None),
        (Some("application/json;charset=utf-8"), None),
        (Some("application/bson"), None),
        (Some("application/octet-stream"), Some("UNSIGNED-PAYLOAD")),
        (Some("Application/JSON"), Some("UNSIGNED-PAYLOAD")),
    ];
    for (content_type, declared) in cases {
        let headers: Vec<_> = content_type
            .map(|value| ("content-type", value))
            .into_iter()
            .collect();
        let mut parts = request("https://a.example.com/", &headers);
        sign(&mut parts, b"body", &key(), &context()).unwrap();
        assert_eq!(
            header(&parts, "x-sdk-content-sha256"),
            declared,
            "{content_type:?}"
        );
    }
}

#[test]
fn a_request_that_has_an_authorization_keeps_it() {
    let credentials = AccessKey::new("AK", "SK")
        .with_security_token("token")
        .into();
    let context = SigningContext {
        project_id: Some("p"),
        ..context()
    };
    let mut parts = request(
        "https://a.example.com/?b&a",
        &[("authorization", "Other scheme")],
    );
    sign(&mut parts, b"", &credentials, &context).unwrap();
    assert_eq!(header(&parts, "authorization"), Some("Other scheme"));
    assert_eq!(header(&parts, "x-project-id"), Some("p"));
    assert_eq!(header(&parts, "x-security-token"), Some("token"));
    assert_eq!(parts.headers.len(), 3);
    assert_eq!(parts.uri, "https://a.example.com/?a=&b=");
}

#[test]
fn a_token_is_sent_and_nothing_is_signed() {
    let credentials = Credentials::Token(Secret::from("token"));
    let context = SigningContext {
        project_id: Some("p"),
        ..context()
    };
    let mut parts = request("/?a=x+y", &[]);
    sign(&mut parts, b"", &credentials, &context).unwrap();
    assert_eq!(header(&parts, "x-auth-token"), Some("token"));
    assert_eq!(header(&parts, "x-project-id"), Some("p"));
    assert_eq!(parts.headers.len(), 2);
    assert_eq!(parts.uri, "/?a=x%2By");
}

#[test]
fn the_query_of_the_uri_becomes_canonical_and_the_rest_stays() {
    let cases = [
        (
            "https://a.example.com/p%2fq?",
            "https://a.example.com/p%2fq",
        ),
        (
            "https://a.example.com?b=2&a",
            "https://a.example.com/?a=&b=2",
        ),
        (
            "https://u@a.example.com:8443/é?a=1",
            "https://u@a.example.com:8443/é?a=1",
        ),
        (
            "https://a.example.com/?a=x+y%7e",
            "https://a.example.com/?a=x%2By~",
        ),
    ];
    for (uri, sent) in cases {
        let mut parts = request(uri, &[]);
        sign(&mut parts, b"", &key(), &context()).unwrap();
        assert_eq!(parts.uri.to_string(), sent, "{uri}");
    }
}

#[test]
fn what_holds_a_secret_is_marked_and_not_printed() {
    let context = SigningContext {
        project_id: Some("p"),
        ..context()
    };
    let temporary = AccessKey::new("AK", "hush-key")
        .with_security_token("hush-token")
        .into();
    let bearer = Credentials::Token("hush-bearer".into());
    for (credentials, sensitive) in [
        (temporary, vec!["authorization", "x-security-token"]),
        (bearer, vec!["x-auth-token"]),
    ] {
        let mut parts = request("https://a.example.com/", &[]);
        sign(&mut parts, b"", &credentials, &context).unwrap();
        let mut marked: Vec<_> = parts
            .headers
            .iter()
            .filter_map(|(name, value)| value.is_sensitive().then_some(name.as_str()))
            .collect();
        marked.sort_unstable();
        assert_eq!(marked, sensitive);
        let printed = format!("{parts:?}");
        assert!(
            !printed.contains("hush") && !printed.contains("Signature="),
            "{printed}"
        );
    }
}
