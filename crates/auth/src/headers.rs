//! The names of the headers that signing sets, and how a value is made.

use http::{HeaderName, HeaderValue};

use crate::{Secret, SignError};

pub(crate) const X_AUTH_TOKEN: HeaderName = HeaderName::from_static("x-auth-token");
pub(crate) const X_DOMAIN_ID: HeaderName = HeaderName::from_static("x-domain-id");
pub(crate) const X_PROJECT_ID: HeaderName = HeaderName::from_static("x-project-id");
pub(crate) const X_SDK_DATE: HeaderName = HeaderName::from_static("x-sdk-date");
pub(crate) const X_SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-security-token");

/// Headers to be set, each in the place of all that the request has under its name.
pub(crate) type Headers = Vec<(HeaderName, HeaderValue)>;

pub(crate) fn token_value(
    token: &Secret,
    name: &'static str,
    empty: SignError,
) -> Result<HeaderValue, SignError> {
    if token.expose().is_empty() {
        return Err(empty);
    }
    sensitive_value(token.expose().as_bytes().to_vec(), name)
}

pub(crate) fn sensitive_value(
    bytes: Vec<u8>,
    name: &'static str,
) -> Result<HeaderValue, SignError> {
    let mut value =
        HeaderValue::try_from(bytes).map_err(|_| SignError::InvalidHeaderValue(name))?;
    value.set_sensitive(true);
    Ok(value)
}

pub(crate) fn value(bytes: &[u8], name: &'static str) -> Result<HeaderValue, SignError> {
    HeaderValue::from_bytes(bytes).map_err(|_| SignError::InvalidHeaderValue(name))
}
