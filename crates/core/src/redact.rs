//! Keeping what authenticates a request out of what is said about its answer.

use std::sync::Arc;

use bytes::Bytes;
use huaweicloud_auth::provide::Provided;
use huaweicloud_auth::{Credentials, Secret};

/// The secrets of the credentials in use, if any. A service may echo what it was sent.
#[derive(Clone, Default)]
pub(crate) struct Secrets(Option<Arc<Provided>>);

impl Secrets {
    pub(crate) fn of(provided: Option<Arc<Provided>>) -> Self {
        Self(provided)
    }

    fn iter(&self) -> impl Iterator<Item = &Secret> {
        let secrets = match self.0.as_deref().map(|provided| &provided.credentials) {
            Some(Credentials::AccessKey(key)) => [Some(key.secret()), key.security_token()],
            Some(Credentials::Token(token)) => [Some(token), None],
            _ => [None, None],
        };
        let given = secrets.into_iter().flatten();
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
