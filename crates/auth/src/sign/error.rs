/// Why a request could not be signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// The id of the access key is empty.
    #[error("the access key has an empty id; set both the id and the secret key")]
    EmptyAccessKeyId,
    /// The id of the access key holds something else than visible ASCII, or a comma.
    #[error("the id of the access key holds a space, a comma or a special character; check it")]
    InvalidAccessKeyId,
    /// The secret key of the access key is empty.
    #[error("the access key has an empty secret key; set both the id and the secret key")]
    EmptySecretKey,
    /// The security token of a temporary access key is empty.
    #[error("the security token is empty; leave it out for a permanent access key")]
    EmptySecurityToken,
    /// The token is empty.
    #[error("the token is empty; get one from IAM")]
    EmptyToken,
    /// A value holds a character that no header can (a line break, for one).
    #[error("the value for the header {0} holds a character that no header can; check its source")]
    InvalidHeaderValue(&'static str),
    /// The request has no `Host` header and its URI names no host.
    #[error("the request names no host; give it an absolute URI or a Host header")]
    MissingHost,
    /// The request has an `X-Sdk-Date` that is not a time in the form `YYYYMMDDTHHMMSSZ`.
    #[error("the X-Sdk-Date of the request is not of the form YYYYMMDDTHHMMSSZ; remove or mend it")]
    MalformedDate,
    /// The time is outside of the years 0 to 9999.
    #[error("the time is outside of the years 0 to 9999; check the clock")]
    TimeOutOfRange,
    /// The query, encoded as the signature needs it, makes the URI longer than one may be.
    #[error("the URI with its canonical query is longer than 65534 bytes; shorten the query")]
    UriTooLong,
    /// V11-HMAC-SHA256 needs a region, and the context has none.
    #[error("V11-HMAC-SHA256 needs a region; give it to the signing context")]
    MissingRegion,
    /// The region holds something else than visible ASCII, or a comma or a slash.
    #[error("the region holds a character that a signature cannot name; check it")]
    InvalidRegion,
    /// V11-HMAC-SHA256 needs a service, and the context has none.
    #[error("V11-HMAC-SHA256 needs the name of a service; give it to the signing context")]
    MissingService,
    /// The name of the service holds something else than visible ASCII, or a comma or a slash.
    #[error("the name of the service holds a character that a signature cannot name; check it")]
    InvalidService,
    /// No private key follows from the access key, or no signature from the private key: the odds
    /// are one in 2^256.
    #[error("the algorithm gives no signature for this access key; use another one")]
    NoSignature,
    /// There is no room for the headers that a signature needs.
    #[error("the request has too many headers to add those of the signature")]
    TooManyHeaders,
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use http::request::Parts;
    use http::{HeaderName, HeaderValue, Request};

    use super::*;
    use crate::{AccessKey, Credentials, SigningContext, sign};

    fn request(uri: &str, headers: &[(&str, &str)]) -> Parts {
        let request = headers
            .iter()
            .fold(Request::get(uri), |request, (name, value)| {
                request.header(*name, *value)
            });
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn a_failure_says_why_and_leaves_the_parts_untouched() {
        use SignError::*;

        let key = |id: &str, secret: &str| Credentials::from(AccessKey::new(id, secret));
        let temporary =
            |token: &str| Credentials::from(AccessKey::new("AK", "SK").with_security_token(token));
        let bearer = |token: &str| Credentials::Token(token.into());
        let a = "https://a.example.com/?b=2&a=1";
        let long = format!("https://a.example.com/?a={}", "+".repeat(30_000));
        let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        let now = at(1_573_789_015);
        let dated = |date| vec![("x-sdk-date", date)];
        let twice = vec![
            ("x-sdk-date", "20060102T150405Z"),
            ("x-sdk-date", "20060102T150405Z"),
        ];

        type Case<'a> = (
            Credentials,
            &'a str,
            Vec<(&'a str, &'a str)>,
            SystemTime,
            &'a str,
            SignError,
        );
        let cases: Vec<Case<'_>> = vec![
            (key("", "SK"), a, vec![], now, "p", EmptyAccessKeyId),
            (key("AK", ""), a, vec![], now, "p", EmptySecretKey),
            (temporary(""), a, vec![], now, "p", EmptySecurityToken),
            (bearer(""), a, vec![], now, "p", EmptyToken),
            (key("A\nK", "SK"), a, vec![], now, "p", InvalidAccessKeyId),
            (
                temporary("hush\n"),
                a,
                vec![],
                now,
                "p",
                InvalidHeaderValue("X-Security-Token"),
            ),
            (
                bearer("hush\n"),
                a,
                vec![],
                now,
                "p",
                InvalidHeaderValue("X-Auth-Token"),
            ),
            (
                key("AK", "SK"),
                a,
                vec![],
                now,
                "p\r\n",
                InvalidHeaderValue("X-Project-Id"),
            ),
            (
                bearer("token"),
                a,
                vec![],
                now,
                "p\r\n",
                InvalidHeaderValue("X-Project-Id"),
            ),
            (key("AK", "SK"), "/?b=2&a=1", vec![], now, "p", MissingHost),
            (
                key("AK", "SK"),
                a,
                dated("yesterday"),
                now,
                "p",
                MalformedDate,
            ),
            (key("AK", "SK"), a, dated(""), now, "p", MalformedDate),
            (key("AK", "SK"), a, twice, now, "p", MalformedDate),
            (
                key("AK", "SK"),
                a,
                vec![],
                at(253_402_300_800),
                "p",
                TimeOutOfRange,
            ),
            (key("AK", "SK"), &long, vec![], now, "p", UriTooLong),
            (bearer("token"), &long, vec![], now, "p", UriTooLong),
        ];
        for (credentials, uri, headers, time, project_id, expected) in cases {
            let mut parts = request(uri, &headers);
            let before = parts.clone();
            let context = SigningContext::new(time).project_id(project_id);
            let error = sign(&mut parts, b"body", &credentials, &context).unwrap_err();
            assert_eq!(error, expected);
            assert!(!format!("{error} {error:?}").contains("hush"), "{error}");
            assert_eq!(
                (parts.uri, parts.headers),
                (before.uri, before.headers),
                "{error}"
            );
        }
    }

    #[test]
    fn a_derived_key_needs_a_region_and_a_service() {
        use SignError::*;

        let key = AccessKey::new("AK", "SK").into();
        let cases: [(Option<&str>, Option<&str>, SignError); 8] = [
            (None, Some("s"), MissingRegion),
            (Some(""), Some("s"), MissingRegion),
            (Some("r"), None, MissingService),
            (Some("r"), Some(""), MissingService),
            (Some("a/b"), Some("s"), InvalidRegion),
            (Some("é"), Some("s"), InvalidRegion),
            (Some("r"), Some("a,b"), InvalidService),
            (Some("r"), Some("a\nb"), InvalidService),
        ];
        for (region, service, expected) in cases {
            let mut parts = request("https://a.example.com/", &[]);
            let context = SigningContext::new(UNIX_EPOCH)
                .algorithm(crate::Algorithm::V11HmacSha256)
                .region(region)
                .service(service);
            let error = sign(&mut parts, b"", &key, &context).unwrap_err();
            assert_eq!(error, expected);
            assert!(parts.headers.is_empty());
        }
    }

    #[test]
    fn more_headers_than_a_request_can_have_are_an_error() {
        let mut parts = request("https://a.example.com/", &[]);
        while parts
            .headers
            .try_insert(
                HeaderName::try_from(format!("x-{}", parts.headers.len())).unwrap(),
                HeaderValue::from_static(""),
            )
            .is_ok()
        {}
        let before = parts.headers.len();
        let key = AccessKey::new("AK", "SK").into();
        let context = SigningContext::new(UNIX_EPOCH);
        assert_eq!(
            sign(&mut parts, b"", &key, &context),
            Err(SignError::TooManyHeaders)
        );
        assert_eq!(parts.headers.len(), before);
    }
}
