use http::header::{AUTHORIZATION, HeaderValue};
use http::{Method, Request};
use rand::rngs::SmallRng;
use rand::{Rng, RngExt, SeedableRng};

use super::*;
use crate::{AccessKey, Credentials, SigningContext, sign};

const BODY: &[u8] = b"{\"a\":1}";

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_573_789_015)
}

fn known(id: &str) -> Option<Secret> {
    (id == "AK").then(|| "SK".into())
}

/// A request with everything that can be signed.
fn signed() -> Parts {
    let builder = Request::post("https://a.example.com/v1/p%20q/r?limit=2&marker=m")
        .header("content-type", "application/json")
        .header("x-twice", "1")
        .header("x-twice", "2");
    let mut parts = builder.body(()).unwrap().into_parts().0;
    let credentials: Credentials = AccessKey::new("AK", "SK")
        .with_security_token("token")
        .into();
    let context = SigningContext::new(now()).project_id("p").domain_id("d");
    sign(&mut parts, BODY, &credentials, &context).unwrap();
    parts
}

// The test of the official Go SDK, core/auth/signer/signer_test.go, v0.1.207. That SDK signs neither
// the host nor the content type.
#[test]
fn what_the_official_go_sdk_signs_is_verified() {
    let cases: [(Method, &str, &[u8], &str); 2] = [
        (
            Method::GET,
            "/path?limit=1",
            b"",
            "5a2ce64c865e0e6046321c6f3d5a77ba8413eeaf355c3166c03d58d02ac79624",
        ),
        (
            Method::POST,
            "/path?key=value",
            b"{\"Name\":\"test\",\"Id\":1}\n",
            "cecc2af119b18ab70b4d094c0750f3b42c02f254903179a0fc2cc72fc9db4f59",
        ),
    ];
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_136_214_245);
    for (method, uri, body, signature) in cases {
        let authorization = format!(
            "SDK-HMAC-SHA256 Access=AccessKey, SignedHeaders=x-sdk-date, Signature={signature}"
        );
        let builder = Request::builder().method(method).uri(uri);
        let builder = builder
            .header("host", "example.com")
            .header("content-type", "application/json")
            .header("x-sdk-date", "20060102T150405Z")
            .header("authorization", authorization);
        let parts = builder.body(()).unwrap().into_parts().0;
        let verified = verify(&parts, body, |_| Some("SecretKey".into()), time).unwrap();
        assert_eq!(verified.require_signed(&["x-sdk-date"]), Ok(()));
        assert_eq!(
            verified.require_signed(&["x-sdk-date", "host"]),
            Err(VerifyError::UnsignedHeader("host".into()))
        );
    }
}

#[test]
fn the_scope_of_a_derived_key_is_part_of_what_is_signed() {
    let request = Request::get("https://a.example.com/").body(()).unwrap();
    let mut parts = request.into_parts().0;
    let context = SigningContext::new(now())
        .algorithm(Algorithm::V11HmacSha256)
        .region("r-1")
        .service("s");
    let key = AccessKey::new("A/K", "SK").into();
    sign(&mut parts, b"", &key, &context).unwrap();
    let known = |id: &str| (id == "A/K").then(|| Secret::from("SK"));
    assert!(verify(&parts, b"", known, now()).is_ok());
    let good = authorization(&parts);
    for (from, to, expected) in [
        ("/r-1/", "/r-2/", VerifyError::SignatureMismatch),
        ("/s,", "/t,", VerifyError::SignatureMismatch),
        ("/s,", "/,", VerifyError::MalformedAuthorization),
        ("/r-1/s,", "/s,", VerifyError::CredentialDateMismatch),
        (
            "/20191115/",
            "/20191114/",
            VerifyError::CredentialDateMismatch,
        ),
        (
            "Credential=",
            "Access=",
            VerifyError::MalformedAuthorization,
        ),
    ] {
        set(&mut parts, "authorization", &good.replace(from, to));
        assert_eq!(verify(&parts, b"", known, now()), Err(expected), "{to}");
    }
}

#[test]
fn an_empty_secret_key_is_none() {
    let verdict = verify(&signed(), BODY, |_| Some("".into()), now());
    assert_eq!(
        verdict,
        Err(VerifyError::UnknownAccessKey { id: "AK".into() })
    );
}

fn set(parts: &mut Parts, name: &'static str, value: &str) {
    parts
        .headers
        .insert(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
}

fn authorization(parts: &Parts) -> String {
    parts.headers[AUTHORIZATION].to_str().unwrap().to_owned()
}

#[test]
fn what_was_signed_is_verified() {
    let verified = verify(&signed(), BODY, known, now()).unwrap();
    assert_eq!(verified.access_key_id, "AK");
    assert_eq!(
        verified.signed_headers,
        [
            "content-type",
            "host",
            "x-domain-id",
            "x-project-id",
            "x-sdk-date",
            "x-security-token",
            "x-twice"
        ]
    );
}

#[test]
fn what_does_not_change_the_request_does_not_change_the_verdict() {
    let changes: [fn(&mut Parts); 5] = [
        |parts| parts.uri = "/v1/p%20q/r?limit=2&marker=m".parse().unwrap(),
        |parts| parts.uri = "/v1/p%20q/r?marker=%6d&limit=2".parse().unwrap(),
        |parts| parts.uri = "/v1/%70%20q/r/?limit=2&marker=m".parse().unwrap(),
        |parts| set(parts, "x-project-id", " p\t"),
        |parts| set(parts, "x-forwarded-for", "10.0.0.1"),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let mut parts = signed();
        change(&mut parts);
        assert!(
            verify(&parts, BODY, known, now()).is_ok(),
            "change {number}"
        );
    }
}

#[test]
fn a_change_of_any_part_is_refused() {
    use VerifyError::*;

    type Change = fn(&mut Parts);
    let cases: [(&str, Change, VerifyError); 12] = [
        (
            "method",
            |parts| parts.method = Method::PUT,
            SignatureMismatch,
        ),
        (
            "path",
            |parts| parts.uri = "/v1/p%20q/s?limit=2&marker=m".parse().unwrap(),
            SignatureMismatch,
        ),
        (
            "query",
            |parts| parts.uri = "/v1/p%20q/r?limit=3&marker=m".parse().unwrap(),
            SignatureMismatch,
        ),
        (
            "added pair",
            |parts| parts.uri = "/v1/p%20q/r?limit=2&marker=m&x=".parse().unwrap(),
            SignatureMismatch,
        ),
        (
            "host",
            |parts| set(parts, "host", "b.example.com"),
            SignatureMismatch,
        ),
        (
            "project",
            |parts| set(parts, "x-project-id", "q"),
            SignatureMismatch,
        ),
        (
            "token",
            |parts| set(parts, "x-security-token", "q"),
            SignatureMismatch,
        ),
        (
            "type",
            |parts| set(parts, "content-type", "text/plain"),
            SignatureMismatch,
        ),
        (
            "date",
            |parts| set(parts, "x-sdk-date", "20191115T033656Z"),
            SignatureMismatch,
        ),
        (
            "order of values",
            |parts| {
                set(parts, "x-twice", "2");
                parts
                    .headers
                    .append("x-twice", HeaderValue::from_static("1"));
            },
            SignatureMismatch,
        ),
        (
            "removed header",
            |parts| drop(parts.headers.remove("x-twice")),
            MissingSignedHeader("x-twice".into()),
        ),
        (
            "added declaration",
            |parts| set(parts, "x-sdk-content-sha256", "UNSIGNED-PAYLOAD"),
            UnsignedHeader("x-sdk-content-sha256".into()),
        ),
    ];
    for (what, change, expected) in cases {
        let mut parts = signed();
        change(&mut parts);
        assert_eq!(verify(&parts, BODY, known, now()), Err(expected), "{what}");
    }
    for body in [&b""[..], b"{\"a\":2}", b"{\"a\":1} "] {
        assert_eq!(
            verify(&signed(), body, known, now()),
            Err(SignatureMismatch),
            "{body:?}"
        );
    }
}

#[test]
fn another_key_is_refused() {
    let parts = signed();
    assert_eq!(
        verify(&parts, BODY, |_| Some("sk".into()), now()),
        Err(VerifyError::SignatureMismatch)
    );
    assert_eq!(
        verify(&parts, BODY, |_| None, now()),
        Err(VerifyError::UnknownAccessKey { id: "AK".into() })
    );
}

#[test]
fn each_digit_of_the_signature_counts() {
    let good = authorization(&signed()).into_bytes();
    for place in good.len() - 64..good.len() {
        let mut bad = good.clone();
        bad[place] = if bad[place] == b'0' { b'1' } else { b'0' };
        let mut parts = signed();
        parts
            .headers
            .insert(AUTHORIZATION, HeaderValue::from_bytes(&bad).unwrap());
        let verdict = verify(&parts, BODY, known, now());
        assert_eq!(verdict, Err(VerifyError::SignatureMismatch), "{place}");
    }
}

#[test]
fn headers_that_matter_have_to_be_signed() {
    for name in [
        "x-domain-id",
        "x-project-id",
        "x-sdk-date",
        "x-security-token",
    ] {
        let mut parts = signed();
        let text = authorization(&parts).replace(&format!("{name};"), "");
        set(&mut parts, "authorization", &text);
        let verdict = verify(&parts, BODY, known, now());
        assert_eq!(
            verdict,
            Err(VerifyError::UnsignedHeader(name.into())),
            "{name}"
        );
    }
}

#[test]
fn the_date_has_to_be_one_and_near() {
    use VerifyError::*;

    let second = Duration::from_secs(1);
    let cases = [
        (now() + MAX_CLOCK_SKEW, None),
        (now() - MAX_CLOCK_SKEW, None),
        (
            now() + MAX_CLOCK_SKEW + second,
            Some(ClockSkew { seconds: -901 }),
        ),
        (
            now() - MAX_CLOCK_SKEW - second,
            Some(ClockSkew { seconds: 901 }),
        ),
        (
            SystemTime::UNIX_EPOCH,
            Some(ClockSkew {
                seconds: 1_573_789_015,
            }),
        ),
    ];
    for (time, error) in cases {
        assert_eq!(verify(&signed(), BODY, known, time).err(), error);
    }

    let mut parts = signed();
    parts
        .headers
        .append(X_SDK_DATE, HeaderValue::from_static("20191115T033655Z"));
    assert_eq!(verify(&parts, BODY, known, now()), Err(MalformedDate));
    set(&mut parts, "x-sdk-date", "2019-11-15");
    assert_eq!(verify(&parts, BODY, known, now()), Err(MalformedDate));
    parts.headers.remove(X_SDK_DATE);
    assert_eq!(verify(&parts, BODY, known, now()), Err(MissingDate));
}

#[test]
fn a_declared_hash_has_to_be_that_of_the_body() {
    let hash = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"; // of "x"
    let cases: [(&str, &[u8], Option<VerifyError>); 6] = [
        (hash, b"x", None),
        (&hash.to_uppercase(), b"x", None),
        (hash, b"y", Some(VerifyError::PayloadMismatch)),
        ("else", b"x", Some(VerifyError::PayloadMismatch)),
        ("UNSIGNED-PAYLOAD", b"x", None),
        ("UNSIGNED-PAYLOAD", b"", None),
    ];
    for (declared, body, error) in cases {
        let mut parts = signed();
        parts.headers.remove(AUTHORIZATION);
        set(&mut parts, "x-sdk-content-sha256", declared);
        let credentials = AccessKey::new("AK", "SK").into();
        let context = SigningContext::new(now());
        sign(&mut parts, body, &credentials, &context).unwrap();
        assert_eq!(
            verify(&parts, body, known, now()).err(),
            error,
            "{declared} of {body:?}"
        );
    }
}

#[test]
fn any_request_that_can_be_signed_is_verified() {
    let mut random = SmallRng::seed_from_u64(1);
    for round in 0..500 {
        let text = |random: &mut SmallRng, of: &[char], most| -> String {
            let length = random.random_range(0..=most);
            (0..length)
                .map(|_| of[random.random_range(0..of.len())])
                .collect()
        };
        let path = text(
            &mut random,
            &['/', 'a', '%', '2', 'F', 'é', '+', ';', '.'],
            20,
        );
        let query = text(
            &mut random,
            &['&', '=', 'a', 'b', '%', '2', '6', 'é', '+', '?'],
            20,
        );
        let value = text(&mut random, &[' ', '\t', 'a', ',', 'é', ':'], 10);
        let body = text(&mut random, &['x', 'é'], 3);
        let mut parts = Request::put(format!("https://a.example.com/{path}?{query}"))
            .header("x-a", HeaderValue::from_bytes(value.as_bytes()).unwrap())
            .body(())
            .unwrap()
            .into_parts()
            .0;
        let credentials = AccessKey::new("AK", "SK").into();
        let context = SigningContext::new(now());
        sign(&mut parts, body.as_bytes(), &credentials, &context).unwrap();
        let verdict = verify(&parts, body.as_bytes(), known, now());
        assert!(verdict.is_ok(), "round {round}: {verdict:?} for {parts:?}");
    }
}

#[test]
fn no_bytes_in_the_headers_make_it_panic_or_pass() {
    let mut random = SmallRng::seed_from_u64(2);
    let good = authorization(&signed());
    for _ in 0..2_000 {
        let mut bytes = good.clone().into_bytes();
        for _ in 0..random.random_range(1..4) {
            let place = random.random_range(0..bytes.len().max(1));
            match random.random_range(0..3) {
                _ if bytes.is_empty() => {}
                0 => bytes[place] = random.next_u32() as u8,
                1 => drop(bytes.remove(place)),
                _ => bytes.truncate(place),
            }
        }
        let Ok(value) = HeaderValue::from_bytes(&bytes) else {
            continue;
        };
        let mut parts = signed();
        parts.headers.insert(AUTHORIZATION, value);
        if verify(&parts, BODY, known, now()).is_ok() {
            // Only the free white space between the fields may be gone.
            let left: Vec<u8> = bytes
                .into_iter()
                .filter(|byte| !byte.is_ascii_whitespace())
                .collect();
            assert_eq!(String::from_utf8(left).unwrap(), good.replace(' ', ""));
        }
    }
}
