//! The algorithm SDK-HMAC-SHA256: what is hashed, what is signed, and how a key enters.

use std::borrow::Cow;

use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, HeaderName};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::{Secret, date};

pub(crate) const ALGORITHM: &str = "SDK-HMAC-SHA256";

pub(crate) const X_SDK_DATE: HeaderName = HeaderName::from_static("x-sdk-date");
pub(crate) const X_SDK_CONTENT_SHA256: HeaderName = HeaderName::from_static("x-sdk-content-sha256");
pub(crate) const X_PROJECT_ID: HeaderName = HeaderName::from_static("x-project-id");
pub(crate) const X_SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-security-token");

/// What `X-Sdk-Content-Sha256` says of a body that the signature does not cover.
pub(crate) const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";

/// The SHA-256 of nothing.
const EMPTY_HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// SHA-256 gives 32 bytes, 64 digits.
pub(crate) type Hex = [u8; 64];

/// What `X-Sdk-Content-Sha256` says, if anything.
pub(crate) fn declared_payload_hash(headers: &HeaderMap) -> Option<&[u8]> {
    let declared = headers.get(X_SDK_CONTENT_SHA256)?.as_bytes().trim_ascii();
    (!declared.is_empty()).then_some(declared)
}

/// What stands for the body in the canonical request. An empty body has its hash even where the
/// request declares another: the official SDKs look at the body first.
pub(crate) fn payload_hash<'a>(body: &[u8], declared: Option<&'a [u8]>) -> Cow<'a, [u8]> {
    match declared {
        _ if body.is_empty() => Cow::Borrowed(EMPTY_HASH.as_bytes()),
        Some(declared) => Cow::Borrowed(declared),
        None => Cow::Owned(sha256(body).to_vec()),
    }
}

pub(crate) fn sha256(data: &[u8]) -> Hex {
    hex(Sha256::digest(data).into())
}

/// Signs the canonical request by way of the string to sign, which binds it to the algorithm and
/// the time.
pub(crate) fn signature(key: &Secret, date: &[u8; date::LENGTH], canonical: &[u8]) -> Hex {
    let mut mac = keyed(key);
    mac.update(ALGORITHM.as_bytes());
    mac.update(b"\n");
    mac.update(date);
    mac.update(b"\n");
    mac.update(&sha256(canonical));
    hex(mac.finalize().into_bytes().into())
}

/// HMAC takes a key of any length (RFC 2104), yet `new_from_slice` returns a `Result`. Fitting the
/// key to the block here leaves no error that cannot happen.
fn keyed(key: &Secret) -> Hmac<Sha256> {
    let key = key.expose().as_bytes();
    let mut block = Zeroizing::new([0; 64]);
    if key.len() > block.len() {
        fill(
            &mut block,
            Zeroizing::new(<[u8; 32]>::from(Sha256::digest(key))).as_slice(),
        );
    } else {
        fill(&mut block, key);
    }
    Hmac::new((&*block).into())
}

fn fill(block: &mut [u8; 64], bytes: &[u8]) {
    for (to, from) in block.iter_mut().zip(bytes) {
        *to = *from;
    }
}

/// Lower case, as the official SDKs write it.
fn hex(hash: [u8; 32]) -> Hex {
    let digit = |nibble: u8| {
        if nibble < 10 {
            b'0' + nibble
        } else {
            b'a' + nibble - 10
        }
    };
    let mut out = [0; 64];
    for (pair, byte) in out.as_chunks_mut().0.iter_mut().zip(hash) {
        *pair = [digit(byte >> 4), digit(byte & 0xf)];
    }
    out
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, Method};

    use super::*;
    use crate::canonical::{SignedHeaders, canonical_request};

    fn text(hex: Hex) -> String {
        String::from_utf8(hex.to_vec()).unwrap()
    }

    fn canonical(
        method: Method,
        path: &str,
        query: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Vec<u8> {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_str(value).unwrap()))
            .collect::<HeaderMap>();
        let signed = SignedHeaders::new(headers.iter());
        canonical_request(&method, path, query, &signed, &payload_hash(body, None))
    }

    // The example of the API signing guide of Huawei Cloud, steps 1 to 4,
    // https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-algorithm-002.html
    #[test]
    fn the_example_of_the_signing_guide_has_the_hash_and_the_signature_that_it_prints() {
        let request = canonical(
            Method::GET,
            "/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs",
            "limit=2&marker=13551d6b-755d-4757-b956-536f674975c0",
            &[
                ("content-type", "application/json"),
                ("host", "service.region.example.com"),
                ("x-sdk-date", "20191115T033655Z"),
            ],
            b"",
        );
        assert_eq!(
            text(sha256(&request)),
            "b25362e603ee30f4f25e7858e8a7160fd36e803bb2dfe206278659d71a9bcd7a"
        );
        let key = "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc".into();
        assert_eq!(
            text(signature(&key, b"20191115T033655Z", &request)),
            "7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe"
        );
    }

    // From the test of the official Go SDK, core/auth/signer/signer_test.go, v0.1.207. That SDK
    // signs neither the host nor the content type.
    #[test]
    fn the_signatures_of_the_official_go_sdk_are_ours() {
        let date = "20060102T150405Z";
        let cases: [(Method, &str, &[u8], &str); 2] = [
            (
                Method::GET,
                "limit=1",
                b"",
                "5a2ce64c865e0e6046321c6f3d5a77ba8413eeaf355c3166c03d58d02ac79624",
            ),
            (
                Method::POST,
                "key=value",
                b"{\"Name\":\"test\",\"Id\":1}\n",
                "cecc2af119b18ab70b4d094c0750f3b42c02f254903179a0fc2cc72fc9db4f59",
            ),
        ];
        for (method, query, body, expected) in cases {
            let request = canonical(method, "/path", query, &[("x-sdk-date", date)], body);
            let signed = signature(&"SecretKey".into(), b"20060102T150405Z", &request);
            assert_eq!(text(signed), expected, "{query}");
        }
    }

    // Computed with the hmac module of Python: RFC 2104 hashes a key that is longer than a block.
    #[test]
    fn a_key_may_have_any_length() {
        let cases = [
            (
                1,
                "4909b61b3e44ab13c86da977c1c93abb3f4d9f85441e90d927805a98644cd230",
            ),
            (
                63,
                "3e77b7eb37b8e0bf5c783804bcf6b6b14b45590af7f26511c69c75b041c0b679",
            ),
            (
                64,
                "0d21824d69a0c06f3a18c1785a33d344574f4144842b3de7b4c474ac0338f08d",
            ),
            (
                65,
                "086f3387bc62b2bb2aafae79f60dc0427928a9d89ad59bbd5c243655712605c1",
            ),
            (
                1000,
                "077de82546bb5f06dcd60c1a09504541cc4f23076ba1607bd23a32f41151c3cd",
            ),
        ];
        for (length, expected) in cases {
            let key = "k".repeat(length).into();
            assert_eq!(
                text(signature(&key, b"20191115T033655Z", b"x")),
                expected,
                "{length}"
            );
        }
    }

    #[test]
    fn the_body_counts_before_the_declaration_if_it_is_empty_and_after_it_if_not() {
        type Case<'a> = (&'a [u8], Option<&'a [u8]>, &'a str);
        let cases: [Case<'_>; 4] = [
            (b"", None, EMPTY_HASH),
            (b"", Some(b"UNSIGNED-PAYLOAD"), EMPTY_HASH),
            (b"x", Some(b"UNSIGNED-PAYLOAD"), "UNSIGNED-PAYLOAD"),
            (
                b"x",
                None,
                "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881",
            ),
        ];
        for (body, declared, expected) in cases {
            assert_eq!(*payload_hash(body, declared), *expected.as_bytes());
        }
        assert_eq!(text(sha256(b"")), EMPTY_HASH);
    }
}
