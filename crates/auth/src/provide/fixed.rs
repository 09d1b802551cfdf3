use super::{BoxFuture, ProvideCredentials, ProvideError, Provided};

/// Credentials that the program itself names.
///
/// ```
/// use huaweicloud_auth::AccessKey;
/// use huaweicloud_auth::provide::{ProvideCredentials, StaticCredentials};
///
/// let source = StaticCredentials::new(AccessKey::new("access key", "secret key"));
/// assert_eq!(source.name(), "the program");
/// ```
#[derive(Clone, Debug)]
pub struct StaticCredentials {
    provided: Provided,
}

impl StaticCredentials {
    /// A source of these credentials: an [`AccessKey`](crate::AccessKey),
    /// [`Credentials`](crate::Credentials), or [`Provided`] with what is known besides.
    ///
    /// ```
    /// # use huaweicloud_auth::{AccessKey, provide::{Provided, StaticCredentials}};
    /// let key = AccessKey::new("access key", "secret key");
    /// let source = StaticCredentials::new(Provided::new(key).project_id("0605767a"));
    /// ```
    #[must_use]
    pub fn new(provided: impl Into<Provided>) -> Self {
        Self {
            provided: provided.into(),
        }
    }
}

impl ProvideCredentials for StaticCredentials {
    fn name(&self) -> &'static str {
        "the program"
    }

    fn provide(&self) -> BoxFuture<'_, Result<Provided, ProvideError>> {
        Box::pin(async { Ok(self.provided.clone()) })
    }
}
