//! Keeping what authenticates a request out of what is said about its answer.

use bytes::Bytes;
use huaweicloud_auth::{Credentials, Secret};

/// The secrets of the credentials in use. A service may echo what it was sent.
#[derive(Clone, Default)]
pub(crate) struct Secrets(Vec<Secret>);

impl Secrets {
    pub(crate) fn of(credentials: Option<&Credentials>) -> Self {
        let secrets = match credentials {
            Some(Credentials::AccessKey(key)) => vec![Some(key.secret()), key.security_token()],
            Some(Credentials::Token(token)) => vec![Some(token)],
            _ => Vec::new(),
        };
        let secrets = secrets.into_iter().flatten();
        Self(
            secrets
                .filter(|secret| !secret.expose().is_empty())
                .cloned()
                .collect(),
        )
    }

    pub(crate) fn are_in(&self, text: &str) -> bool {
        self.0.iter().any(|secret| text.contains(secret.expose()))
    }

    /// Takes the secrets out of a text.
    pub(crate) fn redact(&self, text: &mut String) {
        for secret in &self.0 {
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
