//! Any request at all is signed so that it is verified, or left as it was.
//!
//! `cargo test` tries 5,000 requests; a failure prints the BOLERO_RANDOM_SEED that repeats it. A fuzzer
//! goes on for as long as it is let: `cargo +nightly bolero test --package huaweicloud-auth
//! --all-features any_request_is_signed_so_that_it_is_verified_or_left_as_it_was`.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "clippy takes the functions that tests share for library code"
)]

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bolero::TypeGenerator;
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, Request, Uri};
use huaweicloud_auth::{
    AccessKey, Algorithm, Credentials, Payload, Secret, SignError, SigningContext, VerifyError,
    canonical_query, explain, sign, verify,
};

/// What the texts of half of the requests are made of, since few random bytes are a URI.
const PIECES: [&str; 32] = [
    "/", "?", "&", "=", "%", "+", "a", "Z", "0", "2", "F", "f", "~", ".", "..", ";", ":", "@",
    "%2F", "%25", "%C3%A9", "%FF", "%E4%B8", "é", "中", "😀", "{", "'", "//", "%00", "%0A", "_",
];

/// Headers that signing looks at.
const NAMES: [&str; 12] = [
    "host",
    "content-type",
    "x-sdk-date",
    "x-sdk-content-sha256",
    "x-sdk-content-sm3",
    "x-project-id",
    "x-domain-id",
    "x-security-token",
    "authorization",
    "x_underscore",
    "x-a",
    "x-b",
];
/// What the id of a key, a region and a service are made of.
const NAME_PIECES: [&str; 16] = [
    "A", "K", "0", "-", "a", "b", "1", "_", "c", "d", "e", "f", "/", ",", " ", "é",
];
const VALUES: [&str; 10] = [
    "",
    " padded ",
    "UNSIGNED-PAYLOAD",
    "application/json",
    "text/plain",
    "20191115T033655Z",
    " 20191115T033655Z\t",
    "a.example.com:8443",
    "é",
    "a,b",
];

#[derive(Debug, TypeGenerator)]
struct Text {
    from_pieces: bool,
    bytes: Vec<u8>,
}

impl Text {
    fn pick(&self, from: &[&str]) -> Vec<u8> {
        if !self.from_pieces {
            return self.bytes.clone();
        }
        let pieces = self.bytes.iter();
        let pieces = pieces.map(|byte| from[usize::from(*byte) % from.len()]);
        pieces.collect::<String>().into_bytes()
    }

    fn one(&self, from: &[&str]) -> Vec<u8> {
        match self.bytes.first() {
            Some(byte) if self.from_pieces => from[usize::from(*byte) % from.len()].into(),
            _ => self.bytes.clone(),
        }
    }
}

#[derive(Debug, TypeGenerator)]
struct Given {
    method: Text,
    target: Text,
    headers: Vec<(Text, Text)>,
    body: Option<Vec<u8>>,
    algorithm: u8,
    seconds: u32,
    id: Option<Text>,
    secret: String,
    security_token: Option<String>,
    project_id: Option<String>,
    domain_id: Option<String>,
    region: Option<Text>,
    service: Option<Text>,
}

impl Given {
    fn parts(&self) -> Option<Parts> {
        let target = String::from_utf8(self.target.pick(&PIECES)).ok()?;
        let uri: Uri = format!("https://a.example.com/{target}").parse().ok()?;
        let mut request = Request::new(());
        *request.uri_mut() = uri;
        *request.method_mut() =
            Method::from_bytes(&self.method.one(&["GET", "patch", "X"])).unwrap_or_default();
        for (name, value) in &self.headers {
            let name = HeaderName::from_bytes(&name.one(&NAMES));
            let value = HeaderValue::from_bytes(&value.one(&VALUES));
            if let (Ok(name), Ok(value)) = (name, value) {
                request.headers_mut().append(name, value);
            }
        }
        Some(request.into_parts().0)
    }

    fn payload(&self) -> Payload<'_> {
        match &self.body {
            Some(body) => body.into(),
            None => Payload::Unsigned,
        }
    }

    fn key(&self) -> AccessKey {
        let key = AccessKey::new(name(&self.id, "A/K"), &*self.secret);
        match &self.security_token {
            Some(token) => key.with_security_token(&**token),
            None => key,
        }
    }

    fn context<'a>(&'a self, region: &'a str, service: &'a str) -> SigningContext<'a> {
        let all = Algorithm::ALL;
        SigningContext::new(UNIX_EPOCH + Duration::from_secs(self.seconds.into()))
            .algorithm(all[usize::from(self.algorithm) % all.len()])
            .project_id(self.project_id.as_deref())
            .domain_id(self.domain_id.as_deref())
            .region(region)
            .service(service)
    }
}

fn name(given: &Option<Text>, otherwise: &str) -> String {
    match given {
        Some(text) => String::from_utf8_lossy(&text.pick(&NAME_PIECES)).into_owned(),
        None => otherwise.to_owned(),
    }
}

#[test]
fn any_request_is_signed_so_that_it_is_verified_or_left_as_it_was() {
    let requests = bolero::check!().with_iterations(5_000);
    requests.with_type::<Given>().for_each(|given| {
        let Some(before) = given.parts() else {
            return;
        };
        let (region, service) = (name(&given.region, "r-1"), name(&given.service, "s"));
        let (key, context) = (given.key(), given.context(&region, &service));
        let mut parts = before.clone();
        let signed = sign(&mut parts, given.payload(), &key.clone().into(), &context);
        match signed {
            Err(error) => assert_same(&before, &parts, error),
            Ok(()) if before.headers.contains_key("authorization") => {}
            Ok(()) => {
                let explanation = explain(&parts, given.payload(), &key, &context).unwrap();
                assert!(!format!("{explanation:?}").contains("canonical"));
                verify_signed(given, &before, &parts, &context);
            }
        }
        let mut parts = before.clone();
        let token = Credentials::Token(Secret::from(&*given.secret));
        if let Err(error) = sign(&mut parts, given.payload(), &token, &context) {
            assert_same(&before, &parts, error);
        }
    });
}

fn assert_same(before: &Parts, after: &Parts, error: SignError) {
    assert_eq!(before.uri, after.uri, "{error}");
    assert_eq!(before.method, after.method, "{error}");
    assert_eq!(before.headers, after.headers, "{error}");
}

fn verify_signed(given: &Given, before: &Parts, parts: &Parts, context: &SigningContext<'_>) {
    let now = match before.headers.get("x-sdk-date") {
        // The only date among the values.
        Some(_) => UNIX_EPOCH + Duration::from_secs(1_573_789_015),
        None => context.time,
    };
    let body = given.body.as_deref().unwrap_or(b"a stream");
    match verified(given, parts, body, now) {
        Ok(()) => {}
        // What the caller declares of the body is signed, and need not be true.
        Err(VerifyError::PayloadMismatch) => {
            let declares = |name: &HeaderName| name.as_str().starts_with("x-sdk-content-");
            assert!(before.headers.keys().any(declares), "{parts:?}");
        }
        Err(error) => panic!("{error}: {parts:?}"),
    }
    let mut other = parts.clone();
    other.method = Method::from_bytes(b"OTHER").unwrap();
    assert!(verified(given, &other, body, now).is_err(), "{parts:?}");
}

fn verified(given: &Given, parts: &Parts, body: &[u8], now: SystemTime) -> Result<(), VerifyError> {
    let key = given.key();
    let secret_key_of = |id: &str| (id == key.id()).then(|| Secret::from(key.secret().expose()));
    verify(parts, body, secret_key_of, now).map(drop)
}

#[test]
fn a_canonical_query_is_canonical() {
    let queries = bolero::check!().with_iterations(5_000);
    queries.with_type::<Text>().for_each(|text| {
        let text = text.pick(&PIECES);
        let canonical = canonical_query(&String::from_utf8_lossy(&text));
        assert_eq!(canonical_query(&canonical), canonical);
    });
}
