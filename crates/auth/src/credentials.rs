use std::fmt;
use std::sync::Arc;

use crate::Secret;
use crate::keys::Keys;

/// A permanent or a temporary access key: its id, its secret key and, for a temporary key, the
/// security token that goes with them.
///
/// `Debug` shows the id, which is no secret, and nothing of the rest.
///
/// What an algorithm derives from the key is derived once and shared by all clones, so sign with one
/// key, or clones of it, rather than with new ones.
///
/// ```
/// use huaweicloud_auth::AccessKey;
///
/// let permanent = AccessKey::new("HPUA0EXAMPLE", "secret key");
/// assert!(permanent.security_token().is_none());
///
/// let temporary = AccessKey::new("HST0EXAMPLE", "secret key").with_security_token("token");
/// assert!(!format!("{temporary:?}").contains("secret key"));
/// ```
#[derive(Clone)]
pub struct AccessKey {
    id: String,
    secret: Secret,
    security_token: Option<Secret>,
    keys: Arc<Keys>,
}

impl AccessKey {
    /// A permanent access key. Neither part is looked at before it is used: signing refuses an
    /// empty one.
    ///
    /// ```
    /// # use huaweicloud_auth::AccessKey;
    /// let key = AccessKey::new("HPUA0EXAMPLE", "secret key");
    /// # assert_eq!(key.secret().expose(), "secret key");
    /// ```
    pub fn new(id: impl Into<String>, secret: impl Into<Secret>) -> Self {
        Self {
            id: id.into(),
            secret: secret.into(),
            security_token: None,
            keys: Arc::default(),
        }
    }

    /// The same key as a temporary one, whose requests carry this security token.
    ///
    /// ```
    /// # use huaweicloud_auth::AccessKey;
    /// let key = AccessKey::new("HST0EXAMPLE", "secret key").with_security_token("token");
    /// # assert!(key.security_token().is_some());
    /// ```
    #[must_use]
    pub fn with_security_token(mut self, token: impl Into<Secret>) -> Self {
        self.security_token = Some(token.into());
        self
    }

    /// The id of the key (AK), which every signed request names.
    ///
    /// ```
    /// # use huaweicloud_auth::AccessKey;
    /// assert_eq!(AccessKey::new("HPUA0EXAMPLE", "secret key").id(), "HPUA0EXAMPLE");
    /// ```
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The secret key (SK), which never leaves the process.
    ///
    /// ```
    /// # use huaweicloud_auth::AccessKey;
    /// let key = AccessKey::new("HPUA0EXAMPLE", "secret key");
    /// assert_eq!(key.secret().expose(), "secret key");
    /// ```
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    /// The security token of a temporary key.
    ///
    /// ```
    /// # use huaweicloud_auth::{AccessKey, Secret};
    /// let key = AccessKey::new("HST0EXAMPLE", "secret key").with_security_token("token");
    /// assert_eq!(key.security_token().map(Secret::expose), Some("token"));
    /// ```
    pub fn security_token(&self) -> Option<&Secret> {
        self.security_token.as_ref()
    }

    pub(crate) fn keys(&self) -> &Keys {
        &self.keys
    }
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessKey")
            .field("id", &self.id)
            .field("secret", &self.secret)
            .field("security_token", &self.security_token)
            .finish()
    }
}

impl PartialEq for AccessKey {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
            && self.secret == other.secret
            && self.security_token == other.security_token
    }
}

impl Eq for AccessKey {}

/// What a request proves its sender with.
///
/// ```
/// use huaweicloud_auth::{AccessKey, Credentials, Secret};
///
/// let signed = Credentials::from(AccessKey::new("HPUA0EXAMPLE", "secret key"));
/// let bearer = Credentials::Token(Secret::from("a token of IAM"));
/// # assert_ne!(signed, bearer);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Credentials {
    /// An access key: the request is signed.
    AccessKey(AccessKey),
    /// A token of IAM: the request carries it in `X-Auth-Token`, unsigned.
    Token(Secret),
}

impl From<AccessKey> for Credentials {
    fn from(key: AccessKey) -> Self {
        Self::AccessKey(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_the_id_and_none_of_the_secrets() {
        let key = AccessKey::new("AKID", "hush-key").with_security_token("hush-token");
        let printed = [
            format!("{key:?}"),
            format!("{:#?}", Credentials::from(key)),
            format!("{:?}", Credentials::Token(Secret::from("hush-bearer"))),
        ];
        assert_eq!(
            printed[0],
            r#"AccessKey { id: "AKID", secret: [redacted], security_token: Some([redacted]) }"#
        );
        assert!(
            printed.iter().all(|text| !text.contains("hush")),
            "{printed:?}"
        );
    }
}
