mod authorization;

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::HeaderName;
use http::request::Parts;

use self::authorization::Authorization;
use crate::canonical::{CanonicalRequest, SignedHeaders, canonical_query_of};
use crate::hash::{Hash, UNSIGNED_PAYLOAD};
use crate::headers::{X_DOMAIN_ID, X_PROJECT_ID, X_SDK_DATE, X_SECURITY_TOKEN};
use crate::keys::Keys;
use crate::string_to_sign::StringToSign;
use crate::{Algorithm, ParseAlgorithmError, Secret, date};

/// How far the date of a request may be from the clock of whoever verifies it, either way: 15
/// minutes.
pub const MAX_CLOCK_SKEW: Duration = Duration::from_secs(15 * 60);

/// Headers that say who sends a request, and so must not be unsigned if there are any.
const NEVER_UNSIGNED: [HeaderName; 3] = [X_DOMAIN_ID, X_PROJECT_ID, X_SECURITY_TOKEN];

/// What a signature proves.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// The id of the access key that signed the request.
    pub access_key_id: String,
    /// The algorithm that the key signed with.
    pub algorithm: Algorithm,
    /// The region that the signature is for, with V11-HMAC-SHA256. Whether it is this one is for
    /// the caller to check.
    pub region: Option<String>,
    /// The service that the signature is for, with V11-HMAC-SHA256.
    pub service: Option<String>,
    /// The names of the headers that the signature covers, in lower case and in order. Any other
    /// header can come from anyone.
    pub signed_headers: Vec<String>,
}

impl Verified {
    /// Demands that the signature covers these headers, whose names are in lower case.
    ///
    /// Every official SDK but the one in Go signs `host`, and `content-type` if the request has one.
    /// A server that shares its keys with another wants `host` to be covered: a request that was
    /// sent to the other one would otherwise be good here as well.
    ///
    /// # Errors
    ///
    /// [`VerifyError::UnsignedHeader`] with the first that is not covered.
    ///
    /// ```
    /// # use std::time::SystemTime;
    /// # use huaweicloud_auth::{AccessKey, Credentials, SigningContext, sign, verify, VerifyError};
    /// # let request = http::Request::get("https://vpc.cn-north-4.myhuaweicloud.com/v1/p/publicips");
    /// # let (mut parts, ()) = request.body(())?.into_parts();
    /// # let now = SystemTime::now();
    /// # let key = Credentials::from(AccessKey::new("HPUA0EXAMPLE", "secret key"));
    /// # sign(&mut parts, b"", &key, &SigningContext::new(now))?;
    /// let verified = verify(&parts, b"", |_| Some("secret key".into()), now)?;
    /// verified.require_signed(&["host"])?;
    /// assert!(verified.require_signed(&["content-type"]).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn require_signed(&self, names: &[&str]) -> Result<(), VerifyError> {
        let signed = |name: &&&str| self.signed_headers.iter().any(|signed| signed == *name);
        match names.iter().find(|name| !signed(name)) {
            Some(name) => Err(VerifyError::UnsignedHeader((*name).to_owned())),
            None => Ok(()),
        }
    }
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
    /// and in order, and for V11-HMAC-SHA256 `Credential=…/…/…/…` in the place of `Access`; or there
    /// are several.
    #[error("the Authorization header is not <algorithm> Access=, SignedHeaders=, Signature=")]
    MalformedAuthorization,
    /// The algorithm is none of this build.
    #[error(transparent)]
    UnsupportedAlgorithm(#[from] ParseAlgorithmError),
    /// The day in `Credential`, with V11-HMAC-SHA256, is not that of `X-Sdk-Date`.
    #[error("the day in the Credential of the Authorization header is not that of X-Sdk-Date")]
    CredentialDateMismatch,
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
    /// The body does not have the hash that `X-Sdk-Content-Sha256` or `X-Sdk-Content-Sm3` declares.
    #[error("the body does not have the hash that the request declares")]
    PayloadMismatch,
    /// The request was signed with another secret key, or changed since.
    #[error("the signature does not match: another secret key, or the request was changed")]
    SignatureMismatch,
}

/// Verifies what [`sign`](crate::sign()) or an official SDK signed, as a gateway or a test server
/// does.
///
/// `secret_key_of` is asked once at most, with the id of the access key, for its secret key. `time`
/// is the time of the verifier. Whether a security token belongs to the key is for the caller to
/// check; a present one is signed.
///
/// What an algorithm leaves open stays open: the body of a request that declares
/// `UNSIGNED-PAYLOAD`, and how a path was encoded (`%2F` or `/`, a slash at the end or none).
/// What every official SDK sends is accepted, and the one in Go signs neither `host` nor
/// `content-type`: demand them by [`Verified::require_signed`] where they matter.
///
/// `parts` are those of the request as received, with its `Host` header: a server of HTTP/2 sets it
/// from the authority. The work is bounded by the size of the request; with ECDSA and SM2 it comes
/// to some milliseconds, since their keys are derived anew each time.
///
/// # Errors
///
/// [`VerifyError`] unless `Authorization` is well formed and of an algorithm of this build,
/// `x-sdk-date` is signed, so are `x-domain-id`, `x-project-id`, `x-security-token` and the header
/// with the hash of the body if the request has them, every signed header is there, the date is
/// within [`MAX_CLOCK_SKEW`], the key is known, the body has the hash that the request declares, and
/// the signature is right.
///
/// ```
/// use std::time::SystemTime;
/// use huaweicloud_auth::{AccessKey, Credentials, Secret, SigningContext, sign, verify};
///
/// let request = http::Request::post("https://vpc.cn-north-4.myhuaweicloud.com/v1/p/publicips");
/// let (mut parts, body) = request.body(b"{}")?.into_parts();
/// let now = SystemTime::now();
/// let credentials = Credentials::from(AccessKey::new("HPUA0EXAMPLE", "secret key"));
/// sign(&mut parts, body, &credentials, &SigningContext::new(now))?;
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
    let algorithm = authorization.algorithm;
    let hash = algorithm.hash();
    let names = authorization.signed_headers()?;
    require_signed(&parts.headers, &names, hash)?;
    let date = date_near(time, &parts.headers)?;
    let scope = authorization.scope;
    if scope.is_some_and(|scope| scope.date != date::day(date)) {
        return Err(VerifyError::CredentialDateMismatch);
    }
    let headers = present(&parts.headers, &names)?;

    let declared = hash.declared(&parts.headers);
    require_payload(body, declared, hash)?;
    let id = authorization.access_key_id;
    let secret = secret_key_of(id)
        .filter(|secret| !secret.expose().is_empty())
        .ok_or_else(|| VerifyError::UnknownAccessKey { id: id.to_owned() })?;
    let query = canonical_query_of(&parts.uri);
    let keys = Keys::default();
    let signed = payload_hashes(body, declared, hash).any(|payload_hash| {
        let path = parts.uri.path();
        let canonical =
            CanonicalRequest::new(&parts.method, path, &query, &headers, payload_hash.as_ref());
        let scope = scope.map(|scope| scope.text);
        let text = StringToSign::new(algorithm, date, scope, canonical.as_bytes());
        keys.verify(id, &secret, &text, authorization.signature)
    });
    if !signed {
        return Err(VerifyError::SignatureMismatch);
    }
    Ok(Verified {
        access_key_id: id.to_owned(),
        algorithm,
        region: scope.map(|scope| scope.region.to_owned()),
        service: scope.map(|scope| scope.service.to_owned()),
        signed_headers: names.into_iter().map(str::to_owned).collect(),
    })
}

/// A signature without its date would be good for ever.
fn require_signed(headers: &HeaderMap, names: &[&str], hash: Hash) -> Result<(), VerifyError> {
    let present = NEVER_UNSIGNED
        .into_iter()
        .chain([hash.content_header()])
        .filter(|name| headers.contains_key(name));
    let unsigned = present
        .chain([X_SDK_DATE])
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
fn require_payload(body: &[u8], declared: Option<&[u8]>, hash: Hash) -> Result<(), VerifyError> {
    match declared {
        Some(declared) if !body.is_empty() && declared != UNSIGNED_PAYLOAD.as_bytes() => {
            if declared.eq_ignore_ascii_case(&hash.hex(body)) {
                Ok(())
            } else {
                Err(VerifyError::PayloadMismatch)
            }
        }
        _ => Ok(()),
    }
}

/// What the signer may have put in the place of the body. The official SDKs put the hash of nothing
/// for an empty body, whatever is declared; but who signed a stream could not know that it would be
/// empty.
fn payload_hashes<'a>(
    body: &[u8],
    declared: Option<&'a [u8]>,
    hash: Hash,
) -> impl Iterator<Item = Cow<'a, [u8]>> {
    let empty = body.is_empty();
    let own = match declared {
        _ if empty => Some(Cow::Borrowed(&hash.of_nothing()[..])),
        Some(declared) => Some(Cow::Borrowed(declared)),
        None => Some(Cow::Owned(hash.hex(body).to_vec())),
    };
    let unsigned = (empty && declared == Some(UNSIGNED_PAYLOAD.as_bytes()))
        .then_some(Cow::Borrowed(UNSIGNED_PAYLOAD.as_bytes()));
    own.into_iter().chain(unsigned)
}

#[cfg(test)]
mod tests;
