//! Keeping what authenticates a request out of what is said about its answer.

use std::sync::Arc;

use bytes::Bytes;
use huaweicloud_auth::provide::Provided;
use huaweicloud_auth::{Credentials, Secret};
use serde_json::Value;

/// What the name of a field holds, in small letters, whose value is nobody's business.
const SECRET_NAMES: [&str; 10] = [
    "password",
    "passwd",
    "secret",
    "token",
    "credential",
    "privatekey",
    "adminpass",
    "accesskey",
    "apikey",
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
                    // The id of a token is the token.
                    let is_secret = is_secret && name == "id" || is_secret_name(&name);
                    self.collect(is_secret, value);
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

/// Whether the value of a field of this name is nobody's business. `access` and `secret` are the halves
/// of a temporary key, and `userPwd` and the like are passwords; but the `key` of a tag is no secret.
pub(crate) fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace(['_', '-'], "");
    ["access", "ak", "sk", "pem"].contains(&name.as_str())
        || name.ends_with("pwd")
        || SECRET_NAMES.iter().any(|secret| name.contains(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_as_a_secret_is_taken_out_and_nothing_else() {
        let body = serde_json::json!({
            "auth": {"identity": {
                "methods": ["password", "token"],
                "password": {"user": {"name": "a-user", "password": "hush-password"}},
                "token": {"id": "hush-token"},
            }},
            "tags": [{"key": "environment", "value": "production"}],
            "spec": {"sshKey": "a-key-pair", "private_ip": "192.168.0.7", "user_pwd": "hush-pwd"},
            "pin": "1234",
            "sk": "abc",
        });
        let secrets = Secrets::default().and_sent(Some(body.to_string().as_bytes()));
        let mut text = body.to_string();
        secrets.redact(&mut text);
        for hidden in ["hush-password", "hush-token", "hush-pwd"] {
            assert!(!text.contains(hidden), "{hidden} is in {text}");
        }
        for kept in [
            "a-user",
            "environment",
            "production",
            "a-key-pair",
            "192.168.0.7",
            "abc",
        ] {
            assert!(text.contains(kept), "{kept} is not in {text}");
        }
        assert!(Secrets::default().and_sent(Some(b"hush")).sent.is_empty());
    }
}
