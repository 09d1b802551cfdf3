mod authorization;

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::{CONTENT_TYPE, HOST, HeaderName};
use http::request::Parts;
use subtle::ConstantTimeEq;

use self::authorization::Authorization;
use crate::canonical::{SignedHeaders, canonical_query, canonical_request};
use crate::sdk_hmac_sha256::{
    UNSIGNED_PAYLOAD, X_PROJECT_ID, X_SDK_CONTENT_SHA256, X_SDK_DATE, X_SECURITY_TOKEN,
    declared_payload_hash, payload_hash, sha256, signature,
};
use crate::{Secret, date};

/// How far the date of a request may be from the clock of whoever verifies it, either way: 15
/// minutes.
pub const MAX_CLOCK_SKEW: Duration = Duration::from_secs(15 * 60);

/// Without these, a signature would be good for another host, or for ever.
const ALWAYS_SIGNED: [HeaderName; 2] = [HOST, X_SDK_DATE];

/// Headers that change what a request means or who sends it, and so must not be unsigned.
const NEVER_UNSIGNED: [HeaderName; 4] = [
    CONTENT_TYPE,
    X_PROJECT_ID,
    X_SDK_CONTENT_SHA256,
    X_SECURITY_TOKEN,
];

/// What a signature proves.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// The id of the access key that signed the request.
    pub access_key_id: String,
    /// The names of the headers that the signature covers, in lower case and in order. Any other
    /// header can come from anyone.
    pub signed_headers: Vec<String>,
}

/// Why a request is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The request has no `Authorization` header.
    #[error("the request has no Authorization header; sign it")]
    MissingAuthorization,
    /// The `Authorization` header is not
    /// `<algorithm> Access=…, SignedHeaders=…, Signature=…` with the names in lower case, each once
    /// and in order; or there are several.
    #[error("the Authorization header is not <algorithm> Access=, SignedHeaders=, Signature=")]
    MalformedAuthorization,
    /// The request is signed with another algorithm (which is named) than SDK-HMAC-SHA256.
    #[error("the algorithm {0} is not supported; sign with SDK-HMAC-SHA256")]
    UnsupportedAlgorithm(String),
    /// The request has no `X-Sdk-Date` header.
    #[error("the request has no X-Sdk-Date header")]
    MissingDate,
    /// The `X-Sdk-Date` header is not a time in the form `YYYYMMDDTHHMMSSZ`, or there are several.
    #[error("the X-Sdk-Date of the request is not of the form YYYYMMDDTHHMMSSZ")]
    MalformedDate,
    /// The request is dated more than [`MAX_CLOCK_SKEW`] from the time of the verifier.
    #[error("the request is dated {seconds} s from now, the limit is 900 s; check the clock")]
    ClockSkew {
        /// The date of the request less the time of the verifier, in seconds: positive if the
        /// request comes from the future.
        seconds: i64,
    },
    /// Nobody knows the access key.
    #[error("the access key {id} is not known")]
    UnknownAccessKey {
        /// The id that the request names.
        id: String,
    },
    /// The signature covers a header (which is named) that the request does not have.
    #[error("the signed header {0} is missing from the request")]
    MissingSignedHeader(String),
    /// The signature does not cover a header (which is named) that it must.
    #[error("the header {0} has to be signed and is not")]
    UnsignedHeader(String),
    /// The body does not have the hash that `X-Sdk-Content-Sha256` declares.
    #[error("the body does not have the hash that X-Sdk-Content-Sha256 declares")]
    PayloadMismatch,
    /// The request was signed with another secret key, or changed since.
    #[error("the signature does not match: another secret key, or the request was changed")]
    SignatureMismatch,
}

/// Verifies what [`sign`](crate::sign()) or an official SDK signed with SDK-HMAC-SHA256, as a gateway
/// or a test server does.
///
/// `secret_key_of` is asked once at most, with the id of the access key, for its secret key. `time`
/// is the time of the verifier. Whether a security token belongs to the key is for the caller to
/// check; a present one is signed.
///
/// What the algorithm leaves open stays open: the body of a request that declares
/// `UNSIGNED-PAYLOAD`, and how a path was encoded (`%2F` or `/`, a slash at the end or none).
/// The official Go SDK (v0.1.207) signs neither the host nor the content type, so its requests are
/// refused.
///
/// `parts` are those of the request as received, with its `Host` header: a server of HTTP/2 sets it
/// from the authority. The work is bounded by the size of the request.
///
/// # Errors
///
/// [`VerifyError`] unless `Authorization` is well formed, `host` and `x-sdk-date` are signed, so are
/// `content-type`, `x-project-id`, `x-sdk-content-sha256` and `x-security-token` if the request has
/// them, every signed header is there, the date is within [`MAX_CLOCK_SKEW`], the key is known, the
/// body has the hash that the request declares, and the signature is right.
///
/// ```
/// use std::time::SystemTime;
/// use huaweicloud_auth::{AccessKey, Credentials, Secret, SigningContext, sign, verify};
///
/// let request = http::Request::post("https://vpc.cn-north-4.myhuaweicloud.com/v1/p/publicips");
/// let (mut parts, body) = request.body(b"{}")?.into_parts();
/// let now = SystemTime::now();
/// let credentials = Credentials::from(AccessKey::new("HPUA0EXAMPLE", "secret key"));
/// sign(&mut parts, body, &credentials, &SigningContext { time: now, project_id: None })?;
///
/// let secret_key_of = |id: &str| (id == "HPUA0EXAMPLE").then(|| Secret::from("secret key"));
/// let verified = verify(&parts, body, secret_key_of, now)?;
/// assert_eq!(verified.access_key_id, "HPUA0EXAMPLE");
/// assert_eq!(verified.signed_headers, ["host", "x-sdk-date"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn verify(
    parts: &Parts,
    body: &[u8],
    secret_key_of: impl FnOnce(&str) -> Option<Secret>,
    time: SystemTime,
) -> Result<Verified, VerifyError> {
    let authorization = Authorization::of(&parts.headers)?;
    let names = authorization.signed_headers()?;
    require_signed(&parts.headers, &names)?;
    let date = date_near(time, &parts.headers)?;
    let headers = present(&parts.headers, &names)?;

    let declared = declared_payload_hash(&parts.headers);
    require_payload(body, declared)?;
    let key = secret_key_of(authorization.access_key_id).ok_or_else(|| {
        VerifyError::UnknownAccessKey {
            id: authorization.access_key_id.to_owned(),
        }
    })?;
    let canonical = canonical_request(
        &parts.method,
        parts.uri.path(),
        &canonical_query(parts.uri.query().unwrap_or_default()),
        &headers,
        &payload_hash(body, declared),
    );
    let expected = signature(&key, date, &canonical);
    if !bool::from(expected.ct_eq(authorization.signature.as_bytes())) {
        return Err(VerifyError::SignatureMismatch);
    }
    Ok(Verified {
        access_key_id: authorization.access_key_id.to_owned(),
        signed_headers: names.into_iter().map(str::to_owned).collect(),
    })
}

fn require_signed(headers: &HeaderMap, names: &[&str]) -> Result<(), VerifyError> {
    let present = NEVER_UNSIGNED
        .into_iter()
        .filter(|name| headers.contains_key(name));
    let unsigned = ALWAYS_SIGNED
        .into_iter()
        .chain(present)
        .find(|name| names.binary_search(&name.as_str()).is_err());
    unsigned.map_or(Ok(()), |name| {
        Err(VerifyError::UnsignedHeader(name.to_string()))
    })
}

fn date_near(time: SystemTime, headers: &HeaderMap) -> Result<&[u8; date::LENGTH], VerifyError> {
    let mut dates = headers.get_all(X_SDK_DATE).iter();
    let value = dates.next().ok_or(VerifyError::MissingDate)?;
    let (date, seconds) = date::parse(value.as_bytes().trim_ascii())
        .filter(|_| dates.next().is_none())
        .ok_or(VerifyError::MalformedDate)?;
    let skew = seconds.saturating_sub(date::seconds(time));
    if skew.unsigned_abs() > MAX_CLOCK_SKEW.as_secs() {
        return Err(VerifyError::ClockSkew { seconds: skew });
    }
    Ok(date)
}

/// The signed headers, all of which the request must have.
fn present<'a>(headers: &'a HeaderMap, names: &[&str]) -> Result<SignedHeaders<'a>, VerifyError> {
    if let Some(missing) = names.iter().find(|name| !headers.contains_key(**name)) {
        return Err(VerifyError::MissingSignedHeader((*missing).to_owned()));
    }
    let signed = |name: &&HeaderName| names.binary_search(&name.as_str()).is_ok();
    Ok(SignedHeaders::new(
        headers.iter().filter(|(name, _)| signed(name)),
    ))
}

/// A declared hash is signed in the place of the body, so it has to be that of the body.
fn require_payload(body: &[u8], declared: Option<&[u8]>) -> Result<(), VerifyError> {
    match declared {
        Some(hash) if !body.is_empty() && hash != UNSIGNED_PAYLOAD.as_bytes() => {
            if hash.eq_ignore_ascii_case(&sha256(body)) {
                Ok(())
            } else {
                Err(VerifyError::PayloadMismatch)
            }
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
