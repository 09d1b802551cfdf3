use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// A text that must not be seen: a secret key, a security token, a password.
///
/// `Debug` prints `[redacted]` and there is no `Display`, so a secret reaches a log only through
/// [`expose`](Secret::expose). Two secrets are compared in a time that depends on their lengths
/// alone. The text is overwritten when the secret is dropped; copies made by the caller, and the
/// header values that signing makes of a token, are not.
///
/// With the feature `serde`, a secret is read from and written as a plain string: whoever
/// serialises one takes care of where it goes.
///
/// ```
/// use huaweicloud_auth::Secret;
///
/// let secret = Secret::from("correct horse battery staple");
/// assert_eq!(format!("{secret:?}"), "[redacted]");
/// assert_eq!(secret.expose(), "correct horse battery staple");
/// ```
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The text itself.
    ///
    /// ```
    /// # use huaweicloud_auth::Secret;
    /// assert_eq!(Secret::from("s3cret").expose(), "s3cret");
    /// ```
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for Secret {}

#[cfg(feature = "serde")]
impl serde::Serialize for Secret {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Secret {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_never_shows_the_text() {
        assert_eq!(format!("{:?}", Secret::from("hunter2")), "[redacted]");
        assert_eq!(
            format!("{:#?}", Some(Secret::from("hunter2"))),
            "Some(\n    [redacted],\n)"
        );
    }

    #[test]
    fn secrets_are_equal_exactly_when_their_texts_are() {
        let cases = [
            ("", "", true),
            ("a", "a", true),
            ("a", "b", false),
            ("a", "ab", false),
        ];
        for (left, right, equal) in cases {
            assert_eq!(
                Secret::from(left) == Secret::from(right),
                equal,
                "{left:?} and {right:?}"
            );
        }
    }

    #[cfg(feature = "serde")]
    #[test]
    fn a_secret_is_a_plain_string_in_serde() {
        let secret: Secret = serde_json::from_str(r#""s3cr\u0065t""#).unwrap();
        assert_eq!(secret.expose(), "s3cret");
        assert_eq!(serde_json::to_string(&secret).unwrap(), r#""s3cret""#);
    }

    #[cfg(feature = "serde")]
    #[test]
    fn a_number_is_not_a_secret() {
        assert!(serde_json::from_str::<Secret>("1").is_err());
    }
}
