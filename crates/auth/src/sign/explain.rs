use std::fmt;

use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use http::request::Parts;

use super::{SignError, Signable, SigningContext};
use crate::canonical::canonical_query_of;
use crate::{AccessKey, Payload};

/// The texts from which a signature was made.
///
/// They hold what the request holds, the security token of a temporary key included, and never the
/// secret key. `Debug` shows the string to sign alone.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// The request in the form that both sides can agree on. It is text, unless a header is not.
    pub canonical_request: Vec<u8>,
    /// What was signed: the algorithm, the date, and the hash of the canonical request, a line each;
    /// V11-HMAC-SHA256 has a line `date/region/service` before the last.
    pub string_to_sign: String,
    /// What [`sign`](crate::sign()) sets in the request.
    pub headers: Vec<(HeaderName, HeaderValue)>,
}

impl fmt::Debug for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Explanation")
            .field("string_to_sign", &self.string_to_sign)
            .finish_non_exhaustive()
    }
}

/// How [`sign`](crate::sign()) comes by its signature: for those whose signature is refused.
///
/// The request may be the one before or after it was signed; an `Authorization` that it has is not
/// looked at. Compare line by line with what the other side has: gateways print their canonical
/// request when they refuse a signature, and the official SDKs can be asked for theirs. Where both
/// texts are the same, the secret key is another one.
///
/// # Errors
///
/// Those of [`sign`](crate::sign()), but for those of the URI.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use huaweicloud_auth::{AccessKey, SigningContext, explain};
///
/// let request = http::Request::get("https://service.region.example.com/v1/vpcs?limit=2");
/// let (parts, ()) = request.body(())?.into_parts();
/// let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_573_789_015);
///
/// let key = AccessKey::new("QTWAOYTTINDUT2QVKYUC", "secret key");
/// let explanation = explain(&parts, b"", &key, &SigningContext::new(time))?;
/// assert_eq!(
///     str::from_utf8(&explanation.canonical_request)?,
///     "GET\n\
///      /v1/vpcs/\n\
///      limit=2\n\
///      host:service.region.example.com\n\
///      x-sdk-date:20191115T033655Z\n\
///      \n\
///      host;x-sdk-date\n\
///      e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
/// );
/// assert!(explanation.string_to_sign.starts_with("SDK-HMAC-SHA256\n20191115T033655Z\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn explain<'a>(
    parts: &Parts,
    payload: impl Into<Payload<'a>>,
    key: &AccessKey,
    context: &SigningContext<'_>,
) -> Result<Explanation, SignError> {
    let query = canonical_query_of(&parts.uri);
    let mut signable = Signable::new(parts, &query, payload.into(), key, context)?;
    let authorization = signable.authorization(key)?;
    signable.headers.push((AUTHORIZATION, authorization));
    let string_to_sign = signable.string_to_sign().pieces().concat();
    Ok(Explanation {
        string_to_sign: String::from_utf8_lossy(&string_to_sign).into_owned(),
        canonical_request: signable.canonical.into_bytes(),
        headers: signable.headers,
    })
}
