use std::time::SystemTime;

use crate::Algorithm;

/// What a signature depends on besides the request and the credentials.
///
/// ```
/// use std::time::SystemTime;
/// use huaweicloud_auth::{Algorithm, SigningContext};
///
/// let context = SigningContext::new(SystemTime::now())
///     .project_id("2bd55d4e21ef4a3589ce5a9f1f8c0e2f")
///     .algorithm(Algorithm::V11HmacSha256)
///     .region("cn-north-4")
///     .service("cce");
/// assert_eq!(context.region, Some("cn-north-4"));
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct SigningContext<'a> {
    /// When the request is sent, to the second. A gateway refuses a request that is more than
    /// [`MAX_CLOCK_SKEW`](crate::MAX_CLOCK_SKEW) from its own clock.
    pub time: SystemTime,
    /// The project that the request is about; none, or an empty one, for a global service.
    pub project_id: Option<&'a str>,
    /// The account (domain) that calls a global service; none, or an empty one, for the others.
    pub domain_id: Option<&'a str>,
    /// How an access key signs.
    pub algorithm: Algorithm,
    /// The region for which V11-HMAC-SHA256 derives its key; the others do not look at it.
    pub region: Option<&'a str>,
    /// The service for which V11-HMAC-SHA256 derives its key; the others do not look at it.
    pub service: Option<&'a str>,
}

impl<'a> SigningContext<'a> {
    /// A request that is sent at this time, to be signed with the default algorithm.
    ///
    /// ```
    /// use std::time::SystemTime;
    /// use huaweicloud_auth::{Algorithm, SigningContext};
    ///
    /// let context = SigningContext::new(SystemTime::now());
    /// assert_eq!(context.algorithm, Algorithm::SdkHmacSha256);
    /// ```
    #[must_use]
    pub fn new(time: SystemTime) -> Self {
        Self {
            time,
            project_id: None,
            domain_id: None,
            algorithm: Algorithm::default(),
            region: None,
            service: None,
        }
    }

    /// Sends and signs `X-Project-Id`, unless it is empty.
    ///
    /// ```
    /// # use std::time::SystemTime;
    /// # use huaweicloud_auth::SigningContext;
    /// let context = SigningContext::new(SystemTime::now()).project_id("2bd55d4e21ef4a35");
    /// # assert!(context.project_id.is_some());
    /// ```
    #[must_use]
    pub fn project_id(mut self, id: impl Into<Option<&'a str>>) -> Self {
        self.project_id = id.into();
        self
    }

    /// Sends and signs `X-Domain-Id`, unless it is empty.
    ///
    /// ```
    /// # use std::time::SystemTime;
    /// # use huaweicloud_auth::SigningContext;
    /// let context = SigningContext::new(SystemTime::now()).domain_id("9f1b2c3d4e5f");
    /// # assert!(context.domain_id.is_some());
    /// ```
    #[must_use]
    pub fn domain_id(mut self, id: impl Into<Option<&'a str>>) -> Self {
        self.domain_id = id.into();
        self
    }

    /// Signs with this algorithm.
    ///
    /// ```
    /// # use std::time::SystemTime;
    /// # use huaweicloud_auth::{Algorithm, SigningContext};
    /// let context = SigningContext::new(SystemTime::now()).algorithm(Algorithm::V11HmacSha256);
    /// # assert_eq!(context.algorithm, Algorithm::V11HmacSha256);
    /// ```
    #[must_use]
    pub fn algorithm(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = algorithm;
        self
    }

    /// Signs for this region; the official SDKs say `globe` for a global service.
    ///
    /// ```
    /// # use std::time::SystemTime;
    /// # use huaweicloud_auth::SigningContext;
    /// let context = SigningContext::new(SystemTime::now()).region("cn-north-4");
    /// # assert!(context.region.is_some());
    /// ```
    #[must_use]
    pub fn region(mut self, region: impl Into<Option<&'a str>>) -> Self {
        self.region = region.into();
        self
    }

    /// Signs for this service.
    ///
    /// ```
    /// # use std::time::SystemTime;
    /// # use huaweicloud_auth::SigningContext;
    /// let context = SigningContext::new(SystemTime::now()).service("cce");
    /// # assert!(context.service.is_some());
    /// ```
    #[must_use]
    pub fn service(mut self, service: impl Into<Option<&'a str>>) -> Self {
        self.service = service.into();
        self
    }
}
