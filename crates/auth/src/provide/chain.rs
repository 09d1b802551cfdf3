use std::fmt;
use std::sync::{Arc, OnceLock};

use super::{
    BoxFuture, EnvironmentCredentials, Fetch, MetadataService, OidcSts, PodIdentity, ProfileFile,
    ProfileSection, ProvideCredentials, ProvideError, Provided, Variables,
};

/// Sources tried one after the other, until one provides credentials.
///
/// A source that is not set up is passed over; so is one that fails, but its failure is kept for
/// the message. When none provides, the error lists every source, what is wrong with it and how to
/// set it up.
///
/// The chain stays with the source that worked: later calls ask that one alone, and if it fails,
/// they fail. A program must not turn into another user because its token has run out.
///
/// ```
/// use std::sync::Arc;
/// use huaweicloud_auth::AccessKey;
/// use huaweicloud_auth::provide::{CredentialsChain, EnvironmentCredentials, StaticCredentials};
///
/// let chain = CredentialsChain::new()
///     .then(EnvironmentCredentials::new())
///     .then(StaticCredentials::new(AccessKey::new("access key", "secret key")));
/// ```
#[derive(Default)]
pub struct CredentialsChain {
    sources: Vec<Arc<dyn ProvideCredentials>>,
    chosen: OnceLock<Arc<dyn ProvideCredentials>>,
}

impl CredentialsChain {
    /// A chain of no sources, to which they are added with [`then`](Self::then).
    ///
    /// ```
    /// # use huaweicloud_auth::provide::CredentialsChain;
    /// let chain = CredentialsChain::new();
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The sources of the official SDK, in its order:
    ///
    /// 1. [`OidcSts`];
    /// 2. [`EnvironmentCredentials`]: an identity provider, else an access key;
    /// 3. [`ProfileFile`], with the same within;
    /// 4. [`MetadataService`];
    /// 5. [`PodIdentity`].
    ///
    /// The region, if there is one, says which IAM and STS are asked.
    ///
    /// ```
    /// # fn example(fetch: std::sync::Arc<dyn huaweicloud_auth::provide::Fetch>) {
    /// use huaweicloud_auth::provide::{
    ///     CachedCredentials, CredentialsChain, ProfileSection, Variables,
    /// };
    ///
    /// let variables = Variables::of_process();
    /// let chain =
    ///     CredentialsChain::official(fetch, variables, Some("cn-north-4"), ProfileSection::Basic);
    /// let cached = CachedCredentials::new(chain);
    /// # }
    /// ```
    #[must_use]
    pub fn official(
        fetch: Arc<dyn Fetch>,
        variables: Variables,
        region: Option<&str>,
        section: ProfileSection,
    ) -> Self {
        let mut oidc = OidcSts::new(fetch.clone()).variables(variables.clone());
        let mut environment = EnvironmentCredentials::new()
            .variables(variables.clone())
            .fetch(fetch.clone());
        let mut profile = ProfileFile::new()
            .variables(variables.clone())
            .section(section)
            .fetch(fetch.clone());
        if let Some(region) = region {
            oidc = oidc.region(region);
            environment = environment.region(region);
            profile = profile.region(region);
        }
        Self::new()
            .then(oidc)
            .then(environment)
            .then(profile)
            .then(MetadataService::new(fetch.clone()))
            .then(PodIdentity::new(fetch).variables(variables))
    }

    /// The chain with one more source, asked after those before it.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::{CredentialsChain, EnvironmentCredentials};
    /// let chain = CredentialsChain::new().then(EnvironmentCredentials::new());
    /// ```
    #[must_use]
    pub fn then(mut self, source: impl ProvideCredentials + 'static) -> Self {
        self.sources.push(Arc::new(source));
        self
    }

    async fn find(&self) -> Result<Provided, ProvideError> {
        if let Some(source) = self.chosen.get() {
            return source.provide().await;
        }
        let mut attempts = Vec::with_capacity(self.sources.len());
        for source in &self.sources {
            match source.provide().await {
                Ok(provided) => {
                    // Of two searches at once, the first to end has chosen for both.
                    let chosen = self.chosen.get_or_init(|| Arc::clone(source));
                    if Arc::ptr_eq(chosen, source) {
                        return Ok(provided);
                    }
                    return chosen.provide().await;
                }
                Err(error) => attempts.push(error),
            }
        }
        Err(nothing_found(self.name(), attempts))
    }
}

fn nothing_found(name: &str, attempts: Vec<ProvideError>) -> ProvideError {
    let error = if attempts.iter().all(ProvideError::is_not_configured) {
        ProvideError::not_configured(name, "no source of credentials is set up")
    } else {
        ProvideError::failed(name, "no source provided credentials")
    };
    error
        .with_advice("one of these is enough")
        .with_attempts(attempts)
}

impl ProvideCredentials for CredentialsChain {
    fn name(&self) -> &'static str {
        "the chain of sources"
    }

    fn provide(&self) -> BoxFuture<'_, Result<Provided, ProvideError>> {
        Box::pin(self.find())
    }
}

impl fmt::Debug for CredentialsChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CredentialsChain")
            .field("sources", &self.sources)
            .field("chosen", &self.chosen.get().map(|source| source.name()))
            .finish()
    }
}
