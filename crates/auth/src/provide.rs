//! Where credentials come from.
//!
//! A source implements [`ProvideCredentials`]. Each can be used alone; [`CredentialsChain`] tries
//! several in order, and [`CachedCredentials`] keeps what a source gave until shortly before it
//! expires.
//!
//! A source that has to ask a service does so through [`Fetch`], so that this crate needs no HTTP
//! client of its own.

mod answer;
mod cache;
mod chain;
mod endpoint;
mod environment;
mod error;
mod exchange;
mod federation;
mod file;
mod fixed;
mod iam_password;
mod metadata;
mod oidc_sts;
mod pod_identity;
#[cfg(feature = "process")]
mod process;
mod profile;
mod profile_text;
mod regions;
mod variables;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;

pub use cache::{CachedCredentials, Clock};
pub use chain::CredentialsChain;
pub use endpoint::{iam_endpoint, sts_endpoint};
pub use environment::EnvironmentCredentials;
pub use error::{ProvideError, ProvideErrorKind};
pub use federation::FederationIdToken;
pub use fixed::StaticCredentials;
pub use iam_password::{IamPassword, IamUser, ProjectScope};
pub use metadata::MetadataService;
pub use oidc_sts::OidcSts;
pub use pod_identity::PodIdentity;
#[cfg(feature = "process")]
pub use process::ExternalProcess;
pub use profile::{ProfileFile, ProfileSection};
pub use variables::Variables;

use crate::{AccessKey, Credentials};

/// A future that can be awaited on any thread.
///
/// ```
/// use huaweicloud_auth::provide::BoxFuture;
///
/// fn answer() -> BoxFuture<'static, u32> {
///     Box::pin(async { 42 })
/// }
/// # let _ = answer();
/// ```
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Any error, as [`Fetch`] returns it.
///
/// ```
/// use huaweicloud_auth::provide::BoxError;
///
/// let error = BoxError::from("connection refused");
/// # let _ = error;
/// ```
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A source of credentials.
///
/// ```
/// use huaweicloud_auth::AccessKey;
/// use huaweicloud_auth::provide::{BoxFuture, ProvideCredentials, ProvideError, Provided};
///
/// #[derive(Debug)]
/// struct Vault;
///
/// impl ProvideCredentials for Vault {
///     fn name(&self) -> &str {
///         "our vault"
///     }
///
///     fn provide(&self) -> BoxFuture<'_, Result<Provided, ProvideError>> {
///         Box::pin(async { Ok(Provided::new(AccessKey::new("access key", "secret key"))) })
///     }
/// }
/// ```
pub trait ProvideCredentials: fmt::Debug + Send + Sync {
    /// What the source is called in messages, such as `the environment`.
    fn name(&self) -> &str;

    /// Gets credentials: from where they are now, without remembering them.
    fn provide(&self) -> BoxFuture<'_, Result<Provided, ProvideError>>;
}

impl<T: ProvideCredentials + ?Sized> ProvideCredentials for Arc<T> {
    fn name(&self) -> &str {
        (**self).name()
    }

    fn provide(&self) -> BoxFuture<'_, Result<Provided, ProvideError>> {
        (**self).provide()
    }
}

/// How a source sends a request: the one thing that it needs of an HTTP client.
///
/// Who implements it:
///
/// - sends the request as it is, with no header of its own but `host`, `content-length`,
///   `user-agent` and `accept`, and follows no redirect: a token would go along;
/// - uses no proxy, at least for link-local and loopback addresses;
/// - gives up when the whole answer is not there in `timeout`, or is larger than
///   [`MAX_ANSWER`];
/// - returns every answer, whatever its status, and an error only when there is none; the error
///   shows neither headers, nor bodies, nor the query of the address.
///
/// ```
/// use std::time::Duration;
/// use bytes::Bytes;
/// use huaweicloud_auth::provide::{BoxError, BoxFuture, Fetch};
///
/// #[derive(Debug)]
/// struct NoNetwork;
///
/// impl Fetch for NoNetwork {
///     fn fetch(
///         &self,
///         _request: http::Request<Vec<u8>>,
///         _timeout: Duration,
///     ) -> BoxFuture<'_, Result<http::Response<Bytes>, BoxError>> {
///         Box::pin(async { Err("there is no network here".into()) })
///     }
/// }
/// ```
pub trait Fetch: fmt::Debug + Send + Sync {
    /// Sends a request and reads the whole answer, in `timeout` altogether.
    fn fetch(
        &self,
        request: http::Request<Vec<u8>>,
        timeout: Duration,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, BoxError>>;
}

/// The largest body that an answer to [`Fetch`] may have, in bytes. What sources ask for takes a few
/// thousand.
///
/// ```
/// assert_eq!(huaweicloud_auth::provide::MAX_ANSWER, 1024 * 1024);
/// ```
pub const MAX_ANSWER: usize = 1 << 20;

/// What a source provides: credentials, and what it knows besides.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use huaweicloud_auth::AccessKey;
/// use huaweicloud_auth::provide::Provided;
///
/// let key = AccessKey::new("HST0EXAMPLE", "secret key").with_security_token("token");
/// let provided = Provided::new(key)
///     .expires_at(SystemTime::now() + Duration::from_secs(3600))
///     .project_id("0605767a5780d5762f9ac0123456789a");
/// assert!(provided.domain_id.is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Provided {
    /// What requests are authenticated with.
    pub credentials: Credentials,
    /// When the credentials cease to be accepted; `None` if they last.
    pub expires_at: Option<SystemTime>,
    /// The project that the source names.
    pub project_id: Option<String>,
    /// The domain (account) that the source names.
    pub domain_id: Option<String>,
    /// The address of IAM that the source names.
    pub iam_endpoint: Option<String>,
}

impl Provided {
    /// Credentials that last, with nothing besides.
    ///
    /// ```
    /// # use huaweicloud_auth::{AccessKey, provide::Provided};
    /// let provided = Provided::new(AccessKey::new("access key", "secret key"));
    /// # assert!(provided.expires_at.is_none());
    /// ```
    #[must_use]
    pub fn new(credentials: impl Into<Credentials>) -> Self {
        Self {
            credentials: credentials.into(),
            expires_at: None,
            project_id: None,
            domain_id: None,
            iam_endpoint: None,
        }
    }

    /// The same with the time at which the credentials cease to be accepted.
    ///
    /// ```
    /// # use std::time::{Duration, SystemTime};
    /// # use huaweicloud_auth::{AccessKey, provide::Provided};
    /// let in_an_hour = SystemTime::now() + Duration::from_secs(3600);
    /// let provided = Provided::new(AccessKey::new("a", "b")).expires_at(in_an_hour);
    /// # assert_eq!(provided.expires_at, Some(in_an_hour));
    /// ```
    #[must_use]
    pub fn expires_at(mut self, time: impl Into<Option<SystemTime>>) -> Self {
        self.expires_at = time.into();
        self
    }

    /// The same with the id of a project.
    ///
    /// ```
    /// # use huaweicloud_auth::{AccessKey, provide::Provided};
    /// let provided = Provided::new(AccessKey::new("a", "b")).project_id("0605767a");
    /// # assert_eq!(provided.project_id.as_deref(), Some("0605767a"));
    /// ```
    #[must_use]
    pub fn project_id(mut self, id: impl Into<String>) -> Self {
        self.project_id = Some(id.into());
        self
    }

    /// The same with the id of a domain (account).
    ///
    /// ```
    /// # use huaweicloud_auth::{AccessKey, provide::Provided};
    /// let provided = Provided::new(AccessKey::new("a", "b")).domain_id("d78cbac1");
    /// # assert_eq!(provided.domain_id.as_deref(), Some("d78cbac1"));
    /// ```
    #[must_use]
    pub fn domain_id(mut self, id: impl Into<String>) -> Self {
        self.domain_id = Some(id.into());
        self
    }

    /// The same with the address of IAM.
    ///
    /// ```
    /// # use huaweicloud_auth::{AccessKey, provide::Provided};
    /// let provided = Provided::new(AccessKey::new("a", "b"))
    ///     .iam_endpoint("https://iam.cn-north-4.myhuaweicloud.com");
    /// # assert!(provided.iam_endpoint.is_some());
    /// ```
    #[must_use]
    pub fn iam_endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.iam_endpoint = Some(endpoint.into());
        self
    }
}

impl From<Credentials> for Provided {
    fn from(credentials: Credentials) -> Self {
        Self::new(credentials)
    }
}

impl From<AccessKey> for Provided {
    fn from(key: AccessKey) -> Self {
        Self::new(key)
    }
}
