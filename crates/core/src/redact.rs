//! Keeping what authenticates a request out of what is said about its answer.

use std::sync::Arc;

use bytes::Bytes;
use huaweicloud_auth::provide::Provided;
use huaweicloud_auth::{Credentials, Secret};
use serde_json::Value;

/// What the name of a field holds, in small letters, whose value is nobody's business.
const SECRET_NAMES: [&str; 9] = [
    "password",
    "passwd",
    "secret",
    "token",
    "credential",
    "private",
    "adminpass",
    "accesskey",
    "signature",
];

/// The secrets of the credentials in use, if any, and those in the body of a request. A service may
/// echo what it was sent.
#[derive(Clone, Default)]
pub(crate) struct Secrets {
    provided: Option<Arc<Provided>>,
    sent: Vec<Secret>,
}

impl Secrets {
    pub(crate) fn of(provided: Option<Arc<Provided>>) -> Self {
        Self {
            provided,
            sent: Vec::new(),
        }
    }

    /// Adds what stands in the body of a request, if it is JSON, in fields with the names of secrets.
    pub(crate) fn and_sent(&self, body: Option<&[u8]>) -> Self {
        let mut secrets = self.clone();
        if let Some(body) = body.and_then(|body| serde_json::from_slice(body).ok()) {
            secrets.collect(false, body);
        }
        secrets
    }

    fn collect(&mut self, is_secret: bool, value: Value) {
        match value {
            // To take a shorter one out of a text would tell more than it hides.
            Value::String(text) if is_secret && text.len() >= 4 => self.sent.push(text.into()),
            Value::Object(fields) => {
                for (name, value) in fields {
                    self.collect(is_secret_name(&name), value);
                }
            }
            Value::Array(values) => {
                for value in values {
                    self.collect(is_secret, value);
                }
            }
            _ => {}
        }
    }

    fn iter(&self) -> impl Iterator<Item = &Secret> {
        let secrets = match self
            .provided
            .as_deref()
            .map(|provided| &provided.credentials)
        {
            Some(Credentials::AccessKey(key)) => [Some(key.secret()), key.security_token()],
            Some(Credentials::Token(token)) => [Some(token), None],
            _ => [None, None],
        };
        let given = secrets.into_iter().flatten().chain(&self.sent);
        given.filter(|secret| !secret.expose().is_empty())
    }

    pub(crate) fn are_in(&self, text: &str) -> bool {
        self.iter().any(|secret| text.contains(secret.expose()))
    }

    /// Takes the secrets out of a text.
    pub(crate) fn redact(&self, text: &mut String) {
        for secret in self.iter() {
            if text.contains(secret.expose()) {
                *text = text.replace(secret.expose(), "[redacted]");
            }
        }
    }

    /// Takes the secrets out of a body, while they are whole: a message is shortened later.
    pub(crate) fn redact_body(&self, body: Bytes) -> Bytes {
        let mut text = String::from_utf8_lossy(&body);
        if self.are_in(&text) {
            self.redact(text.to_mut());
            return Bytes::from(text.into_owned());
        }
        body
    }
}

/// Whether the value of a field of this name is nobody's business: `access` and `secret` are the halves of a temporary key; `userPwd` and the like are passwords.
pub(crate) fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace(['_', '-'], "");
    let exact = ["access", "ak", "sk", "pwd", "key", "pem"];
    exact.contains(&name.as_str())
        || name.ends_with("pwd")
        || name.ends_with("key")
        || SECRET_NAMES.iter().any(|secret| name.contains(secret))
}
