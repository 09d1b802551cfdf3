use std::time::{Duration, UNIX_EPOCH};

use http::Request;

use super::*;

/// 2019-11-15T03:36:55Z
const TIME: Duration = Duration::from_secs(1_573_789_015);

fn context() -> SigningContext<'static> {
    SigningContext::new(UNIX_EPOCH + TIME)
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

/// What the official Python SDK 3.1.219 signs for the request of [`all_algorithms`].
const OFFICIAL: [(&str, &str); 5] = [
    (
        "SDK-HMAC-SHA256",
        "644322ceac06fffeb6d958ec87e10520d184a7333c72304608d12ead224a2593",
    ),
    (
        "SDK-HMAC-SM3",
        "56d911dec1f333b0d7df31edb5b6d81b9e30141b2285a27900ce17b5ec446a8b",
    ),
    (
        "SDK-ECDSA-P256-SHA256",
        "3045022100ef55f59d7748fc6e8c1dd4aa61d52d283af8f4422ef90418c6cc453991ea803d\
         022036b24c1426424b0679229e77039bd8d23a2a1efb1a4519d2c523d93714d4dab5",
    ),
    (
        "SDK-SM2-SM3",
        "3046022100b3b26f78869232c2726e799be454d5b3ae9720078ece5de69436d18c0177b65f\
         022100861497a7792563c6024b2b272f09ffa24b38c30d3cf8938da2e867c9c53f5c7d",
    ),
    (
        "V11-HMAC-SHA256",
        "f8e12f9ac8774784a7b2c9a20bde7a9185b7fa1965491e782a7568736ab00a7b",
    ),
];

#[test]
fn all_algorithms_of_the_official_python_sdk_are_ours() {
    const ID: &str = "QTWAOYTTINDUT2QVKYUC";
    const SECRET: &str = "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc";

    let credentials = AccessKey::new(ID, SECRET).into();
    for (name, signature) in OFFICIAL {
        let Ok(algorithm) = name.parse() else {
            continue;
        };
        let mut parts = request(
            "https://service.region.example.com/v1/vpcs?limit=2",
            &[("Content-Type", "application/json")],
        );
        parts.method = http::Method::POST;
        let context = context()
            .algorithm(algorithm)
            .region("cn-north-4")
            .service("vpc");
        sign(&mut parts, b"{}", &credentials, &context).unwrap();
        let ours = header(&parts, "authorization").unwrap().to_owned();
        let key = match algorithm {
            Algorithm::V11HmacSha256 => format!("Credential={ID}/20191115/cn-north-4/vpc"),
            _ => format!("Access={ID}"),
        };
        let official = format!(
            "{name} {key}, SignedHeaders=content-type;host;x-sdk-date, Signature={signature}"
        );
        // Elliptic curves allow many signatures of one text.
        if name.contains("HMAC") {
            assert_eq!(ours, official);
        }
        for authorization in [ours, official] {
            let value = HeaderValue::from_str(&authorization).unwrap();
            parts.headers.insert(AUTHORIZATION, value);
            let verified = crate::verify(&parts, b"{}", |_| Some(SECRET.into()), context.time);
            let verified = verified.unwrap_or_else(|error| panic!("{error}: {authorization}"));
            assert_eq!(verified.algorithm, algorithm);
            let scoped = algorithm == Algorithm::V11HmacSha256;
            assert_eq!(verified.region, scoped.then(|| "cn-north-4".to_owned()));
            assert_eq!(verified.service, scoped.then(|| "vpc".to_owned()));
            assert!(crate::verify(&parts, b"{}", |_| Some("x".into()), context.time).is_err());
            assert!(crate::verify(&parts, b"[]", |_| Some(SECRET.into()), context.time).is_err());
        }
    }
}

// Computed with the hmac module of Python: RFC 2104 hashes a key that is longer than a block.
#[test]
fn a_secret_key_may_have_any_length() {
    let cases = [
        (
            1,
            "ad23d3b596c03c5762137bbd8694e5801d2d8983a95b831da61f98f5ab604043",
        ),
        (
            63,
            "ff3e48a5f8b8b4948fe13fad66bcead598b89a5ac464acf1843b759c2dc193d4",
        ),
        (
            64,
            "ea770eb1eacad0336b17a28de52e8b2c6cacb08c96deaa549bc6a6867e2ebedd",
        ),
        (
            65,
            "e43238e996e1f75d6386d71ee320340ea3b471b2f6dc9d8f47739f4eaf7edb06",
        ),
        (
            1000,
            "70d4a732026b7a857d8ba7d766ed6661a94b16c3951d58e9c23c8009c4b1076a",
        ),
    ];
    for (length, signature) in cases {
        let key = AccessKey::new("AK", "k".repeat(length));
        let parts = request("https://a.example.com/", &[]);
        let explanation = explain(&parts, b"", &key, &context()).unwrap();
        let (_, authorization) = explanation.headers.last().unwrap();
        let authorization = authorization.to_str().unwrap();
        assert!(
            authorization.ends_with(signature),
            "{length}: {authorization}"
        );
    }
}

#[test]
fn an_unsigned_payload_is_declared_in_the_header_of_the_algorithm() {
    for algorithm in Algorithm::ALL {
        let context = context()
            .algorithm(*algorithm)
            .region("region")
            .service("service");
        let name = algorithm.hash().content_header();
        let old = [(name.as_str(), "old")];
        let mut parts = request("https://a.example.com/", &old);
        sign(&mut parts, Payload::Unsigned, &key(), &context).unwrap();
        assert_eq!(
            header(&parts, name.as_str()),
            Some("UNSIGNED-PAYLOAD"),
            "{algorithm}"
        );
        for body in [&b""[..], b"whatever"] {
            let verdict = crate::verify(&parts, body, |_| Some("SK".into()), context.time);
            assert!(verdict.is_ok(), "{algorithm}: {verdict:?}");
        }
    }
}

#[test]
fn a_domain_is_set_and_signed() {
    let mut parts = request("https://a.example.com/", &[("x-domain-id", "old")]);
    sign(&mut parts, b"", &key(), &context().domain_id("d")).unwrap();
    assert_eq!(header(&parts, "x-domain-id"), Some("d"));
    assert_eq!(signed_headers(&parts), "host;x-domain-id;x-sdk-date");
    let mut parts = request("https://a.example.com/", &[]);
    let token = Credentials::Token("token".into());
    sign(&mut parts, b"", &token, &context().domain_id("d")).unwrap();
    assert_eq!(header(&parts, "x-domain-id"), Some("d"));
}

#[test]
fn a_clone_of_a_key_signs_with_what_was_derived_for_the_key() {
    let key = AccessKey::new("AK", "SK");
    let clone = key.clone().with_security_token("token");
    assert!(std::ptr::eq(key.keys(), clone.keys()));
    assert_ne!(key, clone);
    assert_eq!(key, AccessKey::new("AK", "SK"));
}

#[test]
fn an_explanation_is_of_the_signature_that_the_request_has() {
    let credentials = AccessKey::new("AK", "hush-key").with_security_token("hush-token");
    let context = context().project_id("p");
    let mut parts = request("https://a.example.com/?b=2&a=1", &[("x_a", "1")]);
    let before = explain(&parts, b"body", &credentials, &context).unwrap();
    sign(&mut parts, b"body", &credentials.clone().into(), &context).unwrap();
    let after = explain(&parts, b"body", &credentials, &context).unwrap();
    assert_eq!(before.canonical_request, after.canonical_request);
    assert_eq!(before.string_to_sign, after.string_to_sign);
    for (name, value) in &before.headers {
        assert_eq!(parts.headers[name], value, "{name}");
    }
    let text = String::from_utf8(after.canonical_request.clone()).unwrap();
    assert!(!text.contains("hush-key"), "{text}");
    assert!(!format!("{after:?}").contains("hush"), "{after:?}");
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
    sign(&mut dated, b"", &key(), &SigningContext::new(then)).unwrap();
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
    let context = context().project_id("p");
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
    let context = context().project_id("");
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
    let context = context().project_id("p");
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
    let context = context().project_id("p");
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
    let context = context().project_id("p");
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
