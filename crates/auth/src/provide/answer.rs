//! Reading temporary keys out of JSON.
//!
//! Nothing of an answer is ever quoted: it may hold a secret at any place. An error names the
//! field instead.

use std::time::SystemTime;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::Provided;
use crate::AccessKey;

/// The spellings of each field: those that the official SDK reads, and the short ones of
/// configuration files. The first is the one that errors name.
const ACCESS: &[&str] = &["access", "accessKeyId", "access_key_id", "ak"];
const SECRET: &[&str] = &["secret", "secretAccessKey", "secret_access_key", "sk"];
const SECURITY_TOKEN: &[&str] = &["securitytoken", "securityToken", "security_token"];
const EXPIRY: &[&str] = &["expires_at", "expiration"];

/// Whether a key must be a temporary one.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Temporary,
    #[cfg(feature = "process")]
    Any,
}

/// The object that a body is, or why it is none.
pub(super) fn object(body: &[u8]) -> Result<Map<String, Value>, String> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err("the answer is not a JSON object".to_owned()),
        Err(_) if body.trim_ascii().is_empty() => Err("the answer is empty".to_owned()),
        Err(_) if body.trim_ascii_start().starts_with(b"<") => {
            Err("the answer is HTML or XML where JSON is expected".to_owned())
        }
        Err(_) => Err("the answer is not JSON".to_owned()),
    }
}

/// The key in a body, at its top or in `credential` or `credentials`.
pub(super) fn access_key(body: &[u8], kind: Kind) -> Result<Provided, String> {
    let object = object(body)?;
    let (within, fields) = ["credential", "credentials"]
        .into_iter()
        .find_map(|name| Some((format!("{name}."), object.get(name)?)))
        .map_or(Ok((String::new(), &object)), |(within, value)| {
            let fields = value.as_object().ok_or_else(|| {
                let name = within.trim_end_matches('.');
                format!("{name} in the answer is not an object")
            })?;
            Ok::<_, String>((within, fields))
        })?;
    let text = |names: &[&str]| text_of(fields, names, &within);
    let required = |names: &[&str]| {
        text(names)?.ok_or_else(|| {
            let name = names.first().copied().unwrap_or_default();
            format!("the answer lacks {within}{name}")
        })
    };
    let mut key = AccessKey::new(required(ACCESS)?, required(SECRET)?);
    let (token, expiry) = match kind {
        Kind::Temporary => (Some(required(SECURITY_TOKEN)?), Some(required(EXPIRY)?)),
        #[cfg(feature = "process")]
        Kind::Any => (text(SECURITY_TOKEN)?, text(EXPIRY)?),
    };
    if let Some(token) = token {
        key = key.with_security_token(token);
    }
    let expires_at = expiry
        .map(|text| {
            time(text).ok_or_else(|| {
                format!(
                    "{within}expires_at in the answer is not a time such as 2026-01-02T03:04:05Z"
                )
            })
        })
        .transpose()?;
    Ok(Provided::new(key).expires_at(expires_at))
}

fn text_of<'a>(
    fields: &'a Map<String, Value>,
    names: &[&str],
    within: &str,
) -> Result<Option<&'a str>, String> {
    for name in names {
        match fields.get(*name) {
            None | Some(Value::Null) => {}
            Some(Value::String(text)) if text.is_empty() => {}
            Some(Value::String(text)) => return Ok(Some(text)),
            Some(_) => return Err(format!("{within}{name} in the answer is not a text")),
        }
    }
    Ok(None)
}

/// A time as IAM and STS write it, with or without a fraction of a second.
pub(super) fn time(text: &str) -> Option<SystemTime> {
    text.parse::<Timestamp>().ok().map(SystemTime::from)
}
