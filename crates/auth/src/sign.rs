mod error;

use std::time::SystemTime;

use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderName, HeaderValue};
use http::request::Parts;
use http::uri::{PathAndQuery, Uri};

pub use self::error::SignError;
use crate::canonical::{SignedHeaders, canonical_query, canonical_request};
use crate::sdk_hmac_sha256::{
    ALGORITHM, UNSIGNED_PAYLOAD, X_PROJECT_ID, X_SDK_CONTENT_SHA256, X_SDK_DATE, X_SECURITY_TOKEN,
    declared_payload_hash, payload_hash, signature,
};
use crate::{AccessKey, Credentials, Secret, date};

const X_AUTH_TOKEN: HeaderName = HeaderName::from_static("x-auth-token");

/// What a signature depends on besides the request and the credentials.
///
/// ```
/// use std::time::SystemTime;
/// use huaweicloud_auth::SigningContext;
///
/// let context = SigningContext {
///     time: SystemTime::now(),
///     project_id: Some("2bd55d4e21ef4a3589ce5a9f1f8c0e2f"),
/// };
/// # assert!(context.project_id.is_some());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct SigningContext<'a> {
    /// When the request is sent, to the second. A gateway refuses a request that is more than
    /// [`MAX_CLOCK_SKEW`](crate::MAX_CLOCK_SKEW) from its own clock.
    pub time: SystemTime,
    /// The project that the request is about; none, or an empty one, for a global service.
    pub project_id: Option<&'a str>,
}

/// Makes a request one that the cloud accepts from the holder of these credentials.
///
/// `body` is the whole body as it will be sent. Everything that decides the request must be in
/// `parts` already; a header added later is not covered, one changed later breaks the signature. To
/// send a request again, sign a fresh copy of the unsigned one.
///
/// With [`Credentials::AccessKey`], the algorithm is SDK-HMAC-SHA256:
/// - `Host` and `X-Sdk-Date` are added unless the request has them. A host that the request has
///   must be the one that is sent; a date that it has is the time of the signature.
/// - `X-Project-Id`, and for a temporary key `X-Security-Token`, are set.
/// - `X-Sdk-Content-Sha256` is set to `UNSIGNED-PAYLOAD` if there is a `Content-Type` that starts
///   with neither `application/json` nor `application/bson`. Otherwise the body counts by its
///   SHA-256, or by what the request says in that header.
/// - Every header whose name holds no underscore is signed, its value trimmed. The official SDKs
///   hold one value a name; here the values of a repeated name are signed as one list, joined by
///   `,` in their order.
/// - `Authorization` is set. A request that has one is not signed: as in the official SDKs, it gets
///   the project and the security token and keeps its `Authorization`.
///
/// With [`Credentials::Token`], `X-Auth-Token` and `X-Project-Id` are set, and nothing is signed.
///
/// In every case the query of the URI is brought into its [canonical form](crate::canonical_query),
/// where `+` is a plus and not a space, so that what is signed is what is sent.
///
/// Header values that hold a secret or a signature are marked as sensitive.
///
/// # Errors
///
/// [`SignError`] if a part of the credentials is empty or cannot be sent in a header, the request
/// names no host, or its date or the time of the context cannot be used. The parts are then as they
/// were.
///
/// ```
/// use std::time::SystemTime;
/// use huaweicloud_auth::{AccessKey, Credentials, SigningContext, sign};
///
/// let request = http::Request::get("https://vpc.cn-north-4.myhuaweicloud.com/v1/p/publicips");
/// let (mut parts, ()) = request.body(())?.into_parts();
/// let credentials = Credentials::from(AccessKey::new("HPUA0EXAMPLE", "secret key"));
/// let context = SigningContext { time: SystemTime::now(), project_id: None };
///
/// sign(&mut parts, b"", &credentials, &context)?;
/// assert!(parts.headers["authorization"].is_sensitive());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn sign(
    parts: &mut Parts,
    body: &[u8],
    credentials: &Credentials,
    context: &SigningContext<'_>,
) -> Result<(), SignError> {
    let query = canonical_query(parts.uri.query().unwrap_or_default());
    let uri = with_query(&parts.uri, &query)?;
    let headers = match credentials {
        Credentials::AccessKey(key) => access_key_headers(parts, &query, body, key, context)?,
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

/// Headers to be set, each in the place of all that the request has under its name.
type Headers = Vec<(HeaderName, HeaderValue)>;

fn access_key_headers(
    parts: &Parts,
    query: &str,
    body: &[u8],
    key: &AccessKey,
    context: &SigningContext<'_>,
) -> Result<Headers, SignError> {
    let mut headers = Vec::with_capacity(6);
    add_project_id(&mut headers, context)?;
    if let Some(token) = key.security_token() {
        let value = token_value(token, "X-Security-Token", SignError::EmptySecurityToken)?;
        headers.push((X_SECURITY_TOKEN, value));
    }
    if parts.headers.contains_key(AUTHORIZATION) {
        return Ok(headers);
    }
    if key.id().is_empty() {
        return Err(SignError::EmptyAccessKeyId);
    }
    if key.secret().expose().is_empty() {
        return Err(SignError::EmptySecretKey);
    }

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
    let declared = if leaves_payload_unsigned(parts) {
        headers.push((
            X_SDK_CONTENT_SHA256,
            HeaderValue::from_static(UNSIGNED_PAYLOAD),
        ));
        Some(UNSIGNED_PAYLOAD.as_bytes())
    } else {
        declared_payload_hash(&parts.headers)
    };

    let authorization = authorization(
        parts,
        query,
        &headers,
        &payload_hash(body, declared),
        key,
        &date,
    )?;
    headers.push((AUTHORIZATION, authorization));
    Ok(headers)
}

fn token_headers(token: &Secret, context: &SigningContext<'_>) -> Result<Headers, SignError> {
    let mut headers = Vec::with_capacity(2);
    add_project_id(&mut headers, context)?;
    headers.push((
        X_AUTH_TOKEN,
        token_value(token, "X-Auth-Token", SignError::EmptyToken)?,
    ));
    Ok(headers)
}

/// The signature of the request as it will be once `added` is set.
fn authorization(
    parts: &Parts,
    query: &str,
    added: &Headers,
    payload_hash: &[u8],
    key: &AccessKey,
    date: &[u8; date::LENGTH],
) -> Result<HeaderValue, SignError> {
    let kept = parts.headers.iter().filter(|(name, _)| {
        // Proxies such as nginx drop headers with an underscore; the official SDKs sign none.
        !name.as_str().contains('_') && !added.iter().any(|(set, _)| set == name)
    });
    let signed = SignedHeaders::new(kept.chain(added.iter().map(|(name, value)| (name, value))));
    let canonical = canonical_request(
        &parts.method,
        parts.uri.path(),
        query,
        &signed,
        payload_hash,
    );

    let mut text = Vec::with_capacity(key.id().len() + signed.names_len() + 128);
    for piece in [ALGORITHM, " Access=", key.id(), ", SignedHeaders="] {
        text.extend_from_slice(piece.as_bytes());
    }
    signed.write_names(&mut text);
    text.extend_from_slice(b", Signature=");
    text.extend_from_slice(&signature(key.secret(), date, &canonical));
    sensitive_value(&text, "Authorization")
}

fn add_project_id(headers: &mut Headers, context: &SigningContext<'_>) -> Result<(), SignError> {
    if let Some(project_id) = context.project_id.filter(|id| !id.is_empty()) {
        headers.push((X_PROJECT_ID, value(project_id.as_bytes(), "X-Project-Id")?));
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

fn token_value(
    token: &Secret,
    name: &'static str,
    empty: SignError,
) -> Result<HeaderValue, SignError> {
    if token.expose().is_empty() {
        return Err(empty);
    }
    sensitive_value(token.expose().as_bytes(), name)
}

fn sensitive_value(bytes: &[u8], name: &'static str) -> Result<HeaderValue, SignError> {
    let mut value = value(bytes, name)?;
    value.set_sensitive(true);
    Ok(value)
}

fn value(bytes: &[u8], name: &'static str) -> Result<HeaderValue, SignError> {
    HeaderValue::from_bytes(bytes).map_err(|_| SignError::InvalidHeaderValue(name))
}

#[cfg(test)]
mod tests;
