mod context;
mod error;
mod explain;

use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue};
use http::request::Parts;
use http::uri::{PathAndQuery, Uri};

pub use self::context::SigningContext;
pub use self::error::SignError;
pub use self::explain::{Explanation, explain};
use crate::canonical::{CanonicalRequest, SignedHeaders, canonical_query_of};
use crate::hash::{Hash, Hex, UNSIGNED_PAYLOAD};
use crate::headers::{
    Headers, X_AUTH_TOKEN, X_DOMAIN_ID, X_PROJECT_ID, X_SDK_DATE, X_SECURITY_TOKEN,
    sensitive_value, token_value, value,
};
use crate::string_to_sign::StringToSign;
use crate::{AccessKey, Algorithm, Credentials, Payload, Secret, date};

/// Makes a request one that the cloud accepts from the holder of these credentials.
///
/// `payload` is the whole body as it will be sent, or [`Payload::Unsigned`]. Everything that decides
/// the request must be in `parts` already; a header added later is not covered, one changed later
/// breaks the signature. To send a request again, sign a fresh copy of the unsigned one.
///
/// With [`Credentials::AccessKey`], by the [`Algorithm`] of the context:
/// - `Host` and `X-Sdk-Date` are added unless the request has them. A host that the request has
///   must be the one that is sent; a date that it has is the time of the signature.
/// - `X-Project-Id`, `X-Domain-Id`, and for a temporary key `X-Security-Token`, are set.
/// - `X-Sdk-Content-Sha256` (with SM3, `X-Sdk-Content-Sm3`) is set to `UNSIGNED-PAYLOAD` if the
///   payload is unsigned, or if there is a `Content-Type` that starts with neither
///   `application/json` nor `application/bson`. Otherwise the body counts by its hash, or by what
///   the request says in that header.
/// - Every header whose name holds no underscore is signed, its value trimmed. The official SDKs
///   hold one value a name; here the values of a repeated name are signed as one list, joined by
///   `,` in their order.
/// - `Authorization` is set. A request that has one is not signed: as in the official SDKs, it gets
///   the project, the domain and the security token and keeps its `Authorization`.
///
/// With [`Credentials::Token`], `X-Auth-Token`, `X-Project-Id` and `X-Domain-Id` are set, and
/// nothing is signed.
///
/// In every case the query of the URI is brought into its [canonical form](crate::canonical_query),
/// where `+` is a plus and not a space, so that what is signed is what is sent.
///
/// Header values that hold a secret or a signature are marked as sensitive.
///
/// # Errors
///
/// [`SignError`] if a part of the credentials is empty or cannot be sent in a header, the request
/// names no host, its date or the time of the context cannot be used, or V11-HMAC-SHA256 lacks its
/// region or service. The parts are then as they were.
///
/// ```
/// use std::time::SystemTime;
/// use huaweicloud_auth::{AccessKey, Credentials, SigningContext, sign};
///
/// let request = http::Request::get("https://vpc.cn-north-4.myhuaweicloud.com/v1/p/publicips");
/// let (mut parts, ()) = request.body(())?.into_parts();
/// let credentials = Credentials::from(AccessKey::new("HPUA0EXAMPLE", "secret key"));
///
/// sign(&mut parts, b"", &credentials, &SigningContext::new(SystemTime::now()))?;
/// assert!(parts.headers["authorization"].is_sensitive());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn sign<'a>(
    parts: &mut Parts,
    payload: impl Into<Payload<'a>>,
    credentials: &Credentials,
    context: &SigningContext<'_>,
) -> Result<(), SignError> {
    let query = canonical_query_of(&parts.uri);
    let uri = with_query(&parts.uri, &query)?;
    let headers = match credentials {
        Credentials::AccessKey(key) if parts.headers.contains_key(AUTHORIZATION) => {
            key_headers(key, context)?
        }
        Credentials::AccessKey(key) => {
            let mut signable = Signable::new(parts, &query, payload.into(), key, context)?;
            let authorization = signable.authorization(key)?;
            signable.headers.push((AUTHORIZATION, authorization));
            signable.headers
        }
        Credentials::Token(token) => token_headers(token, context)?,
    };
    parts
        .headers
        .try_reserve(headers.len())
        .map_err(|_| SignError::TooManyHeaders)?;

    // Nothing fails from here on.
    if let Some(uri) = uri {
        parts.uri = uri;
    }
    for (name, value) in headers {
        parts.headers.insert(name, value);
    }
    Ok(())
}

/// A request of which all is known but the signature.
struct Signable {
    headers: Headers,
    algorithm: Algorithm,
    date: [u8; date::LENGTH],
    /// `date/region/service`, for V11-HMAC-SHA256.
    scope: Option<String>,
    canonical: CanonicalRequest,
}

impl Signable {
    fn new(
        parts: &Parts,
        query: &str,
        payload: Payload<'_>,
        key: &AccessKey,
        context: &SigningContext<'_>,
    ) -> Result<Self, SignError> {
        require_key(key)?;
        let mut headers = key_headers(key, context)?;
        if !parts.headers.contains_key(HOST) {
            headers.push((HOST, host(&parts.uri)?));
        }
        let date = if parts.headers.contains_key(X_SDK_DATE) {
            given_date(parts)?
        } else {
            let date = date::format(context.time).ok_or(SignError::TimeOutOfRange)?;
            headers.push((X_SDK_DATE, value(&date, "X-Sdk-Date")?));
            date
        };
        let algorithm = context.algorithm;
        let hash = algorithm.hash();
        if payload == Payload::Unsigned || leaves_payload_unsigned(parts) {
            let unsigned = HeaderValue::from_static(UNSIGNED_PAYLOAD);
            headers.push((hash.content_header(), unsigned));
        }
        let scope = match algorithm {
            Algorithm::V11HmacSha256 => Some(scope(&date, context)?),
            _ => None,
        };
        let canonical = canonical_request(parts, query, payload, hash, &headers);
        Ok(Self {
            headers,
            algorithm,
            date,
            scope,
            canonical,
        })
    }

    fn string_to_sign(&self) -> StringToSign<'_> {
        StringToSign::new(
            self.algorithm,
            &self.date,
            self.scope.as_deref(),
            self.canonical.as_bytes(),
        )
    }

    fn authorization(&self, key: &AccessKey) -> Result<HeaderValue, SignError> {
        let (id_field, slash): (&[u8], &[u8]) = match self.scope {
            Some(_) => (b" Credential=", b"/"),
            None => (b" Access=", b""),
        };
        let pieces = [
            self.algorithm.as_str().as_bytes(),
            id_field,
            key.id().as_bytes(),
            slash,
            self.scope.as_deref().unwrap_or_default().as_bytes(),
            b", SignedHeaders=",
            self.canonical.signed_names(),
            b", Signature=",
        ];
        // Exactly as long as it will be with HMAC: the header value then takes it without a copy.
        let length: usize = pieces.iter().map(|piece| piece.len()).sum();
        let mut text = Vec::with_capacity(length + size_of::<Hex>());
        for piece in pieces {
            text.extend_from_slice(piece);
        }
        key.keys()
            .sign(key.id(), key.secret(), &self.string_to_sign(), &mut text)?;
        sensitive_value(text, "Authorization")
    }
}

/// The canonical request of the request as it will be once `added` is set.
fn canonical_request(
    parts: &Parts,
    query: &str,
    payload: Payload<'_>,
    hash: Hash,
    added: &Headers,
) -> CanonicalRequest {
    let kept = parts.headers.iter().filter(|(name, _)| {
        // Proxies such as nginx drop headers with an underscore; the official SDKs sign none.
        !name.as_str().contains('_')
            && *name != AUTHORIZATION
            && !added.iter().any(|(set, _)| set == name)
    });
    let signed = SignedHeaders::new(kept.chain(added.iter().map(|(name, value)| (name, value))));
    let unsigned = added.iter().any(|(name, _)| *name == hash.content_header());
    let declared = if unsigned {
        Some(UNSIGNED_PAYLOAD.as_bytes())
    } else {
        hash.declared(&parts.headers)
    };
    let own;
    let payload_hash = match (payload, declared) {
        // The official SDKs look at the body first: an empty one has its hash, whatever is declared.
        (Payload::Bytes(b""), _) => hash.of_nothing(),
        (_, Some(declared)) => declared,
        (Payload::Bytes(body), None) => {
            own = hash.hex(body);
            &own
        }
        (Payload::Unsigned, None) => UNSIGNED_PAYLOAD.as_bytes(),
    };
    CanonicalRequest::new(
        &parts.method,
        parts.uri.path(),
        query,
        &signed,
        payload_hash,
    )
}

fn require_key(key: &AccessKey) -> Result<(), SignError> {
    if key.id().is_empty() {
        Err(SignError::EmptyAccessKeyId)
    } else if key.secret().expose().is_empty() {
        Err(SignError::EmptySecretKey)
    } else if !is_word(key.id()) {
        Err(SignError::InvalidAccessKeyId)
    } else {
        Ok(())
    }
}

/// Whether the text can stand in `Authorization` and be told from what is around it.
fn is_word(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b',')
}

fn scope(date: &[u8; date::LENGTH], context: &SigningContext<'_>) -> Result<String, SignError> {
    let part = |part: Option<&str>, missing, invalid| match part.filter(|part| !part.is_empty()) {
        None => Err(missing),
        Some(part) if !is_word(part) || part.contains('/') => Err(invalid),
        Some(part) => Ok(part.to_owned()),
    };
    let region = part(
        context.region,
        SignError::MissingRegion,
        SignError::InvalidRegion,
    )?;
    let service = part(
        context.service,
        SignError::MissingService,
        SignError::InvalidService,
    )?;
    Ok([date::day(date), &region, &service].join("/"))
}

fn key_headers(key: &AccessKey, context: &SigningContext<'_>) -> Result<Headers, SignError> {
    let mut headers = Vec::with_capacity(7);
    add_ids(&mut headers, context)?;
    if let Some(token) = key.security_token() {
        let value = token_value(token, "X-Security-Token", SignError::EmptySecurityToken)?;
        headers.push((X_SECURITY_TOKEN, value));
    }
    Ok(headers)
}

fn token_headers(token: &Secret, context: &SigningContext<'_>) -> Result<Headers, SignError> {
    let mut headers = Vec::with_capacity(3);
    add_ids(&mut headers, context)?;
    headers.push((
        X_AUTH_TOKEN,
        token_value(token, "X-Auth-Token", SignError::EmptyToken)?,
    ));
    Ok(headers)
}

fn add_ids(headers: &mut Headers, context: &SigningContext<'_>) -> Result<(), SignError> {
    if let Some(id) = context.project_id.filter(|id| !id.is_empty()) {
        headers.push((X_PROJECT_ID, value(id.as_bytes(), "X-Project-Id")?));
    }
    if let Some(id) = context.domain_id.filter(|id| !id.is_empty()) {
        headers.push((X_DOMAIN_ID, value(id.as_bytes(), "X-Domain-Id")?));
    }
    Ok(())
}

/// The host as HTTP clients send it: without user information, and without the port that the
/// scheme implies.
fn host(uri: &Uri) -> Result<HeaderValue, SignError> {
    let host = uri
        .host()
        .filter(|host| !host.is_empty())
        .ok_or(SignError::MissingHost)?;
    let implied = match uri.scheme_str() {
        Some("https") => Some(443),
        Some("http") => Some(80),
        _ => None,
    };
    match uri.port_u16() {
        Some(port) if Some(port) != implied => value(format!("{host}:{port}").as_bytes(), "Host"),
        _ => value(host.as_bytes(), "Host"),
    }
}

/// The one date that the request has already.
fn given_date(parts: &Parts) -> Result<[u8; date::LENGTH], SignError> {
    let mut dates = parts.headers.get_all(X_SDK_DATE).iter();
    let (Some(date), None) = (dates.next(), dates.next()) else {
        return Err(SignError::MalformedDate);
    };
    let (date, _) = date::parse(date.as_bytes().trim_ascii()).ok_or(SignError::MalformedDate)?;
    Ok(*date)
}

/// The rule of the official Python SDK, which looks at the very bytes: case and leading space count.
fn leaves_payload_unsigned(parts: &Parts) -> bool {
    let content_type = parts
        .headers
        .get(CONTENT_TYPE)
        .map_or(&b""[..], HeaderValue::as_bytes);
    !content_type.is_empty()
        && !content_type.starts_with(b"application/json")
        && !content_type.starts_with(b"application/bson")
}

/// The URI with the query in the place of its own, or `None` if that is the one it has.
fn with_query(uri: &Uri, query: &str) -> Result<Option<Uri>, SignError> {
    let query = (!query.is_empty()).then_some(query);
    if uri.query() == query {
        return Ok(None);
    }
    let target = match query {
        Some(query) => [uri.path(), "?", query].concat(),
        None => uri.path().to_owned(),
    };
    let mut parts = uri.clone().into_parts();
    // What is encoded can only be too long.
    let target = PathAndQuery::try_from(target).map_err(|_| SignError::UriTooLong)?;
    parts.path_and_query = Some(target);
    Uri::from_parts(parts)
        .map(Some)
        .map_err(|_| SignError::UriTooLong)
}

#[cfg(test)]
mod tests;
