use std::sync::Arc;

use super::federation::{ID_TOKEN_FILE, IDP_ID};
use super::{
    BoxFuture, FederationIdToken, Fetch, ProvideCredentials, ProvideError, Provided, Variables,
};
use crate::AccessKey;

const NAME: &str = "the environment";
const ACCESS: &str = "HUAWEICLOUD_SDK_AK";
const SECRET: &str = "HUAWEICLOUD_SDK_SK";
const SECURITY_TOKEN: &str = "HUAWEICLOUD_SDK_SECURITY_TOKEN";
pub(super) const PROJECT_ID: &str = "HUAWEICLOUD_SDK_PROJECT_ID";
pub(super) const DOMAIN_ID: &str = "HUAWEICLOUD_SDK_DOMAIN_ID";

/// An access key, or an identity provider, in environment variables.
///
/// `HUAWEICLOUD_SDK_IDP_ID` and `HUAWEICLOUD_SDK_ID_TOKEN_FILE`, for which [`FederationIdToken`] is
/// asked; else `HUAWEICLOUD_SDK_AK` and `HUAWEICLOUD_SDK_SK`, with `HUAWEICLOUD_SDK_SECURITY_TOKEN` for a
/// temporary key, as the official SDKs have them; else `CLOUD_SDK_AK` and `CLOUD_SDK_SK`, as their
/// documentation's examples have them. `HUAWEICLOUD_SDK_PROJECT_ID` and `HUAWEICLOUD_SDK_DOMAIN_ID`
/// go along.
///
/// ```
/// use huaweicloud_auth::provide::{EnvironmentCredentials, ProvideCredentials};
///
/// let source = EnvironmentCredentials::new();
/// assert_eq!(source.name(), "the environment");
/// ```
#[derive(Clone, Debug)]
pub struct EnvironmentCredentials {
    variables: Variables,
    region: Option<String>,
    fetch: Option<Arc<dyn Fetch>>,
}

impl EnvironmentCredentials {
    /// The variables of this process.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::EnvironmentCredentials;
    /// let source = EnvironmentCredentials::new();
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self {
            variables: Variables::of_process(),
            region: None,
            fetch: None,
        }
    }

    /// The same with these variables.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::{EnvironmentCredentials, Variables};
    /// let variables = [("HUAWEICLOUD_SDK_AK", "a"), ("HUAWEICLOUD_SDK_SK", "b")];
    /// let source = EnvironmentCredentials::new().variables(variables.into_iter().collect());
    /// ```
    #[must_use]
    pub fn variables(mut self, variables: Variables) -> Self {
        self.variables = variables;
        self
    }

    /// The same with the IAM of this region, for an identity provider.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::EnvironmentCredentials;
    /// let source = EnvironmentCredentials::new().region("cn-north-4");
    /// ```
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// The same with the means to ask IAM, which an identity provider needs.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::{EnvironmentCredentials, Fetch};
    /// # fn example(fetch: std::sync::Arc<dyn Fetch>) {
    /// let source = EnvironmentCredentials::new().fetch(fetch);
    /// # }
    /// ```
    #[must_use]
    pub fn fetch(mut self, fetch: Arc<dyn Fetch>) -> Self {
        self.fetch = Some(fetch);
        self
    }

    async fn get(&self) -> Result<Provided, ProvideError> {
        let set = |name| self.variables.get(name).is_some();
        let mut provided = match (set(IDP_ID), set(ID_TOKEN_FILE)) {
            (true, true) => self.federation()?.get().await?,
            (idp_id, id_token_file) => match self.access_key() {
                // Half of an identity provider does no harm to a whole key.
                Err(error) if error.is_not_configured() && idp_id => {
                    return Err(half(IDP_ID, ID_TOKEN_FILE));
                }
                Err(error) if error.is_not_configured() && id_token_file => {
                    return Err(half(ID_TOKEN_FILE, IDP_ID));
                }
                key => Provided::new(key?),
            },
        };
        provided.project_id = self.variables.get(PROJECT_ID);
        provided.domain_id = self.variables.get(DOMAIN_ID);
        Ok(provided)
    }

    fn federation(&self) -> Result<FederationIdToken, ProvideError> {
        let fetch = self.fetch.clone().ok_or_else(|| {
            ProvideError::failed(
                NAME,
                "an identity provider needs EnvironmentCredentials::fetch(..)",
            )
        })?;
        let federation = FederationIdToken::new(fetch).variables(self.variables.clone());
        Ok(match &self.region {
            Some(region) => federation.region(region),
            None => federation,
        })
    }

    fn access_key(&self) -> Result<AccessKey, ProvideError> {
        Ok(match self.pair(ACCESS, SECRET)? {
            Some(key) => match self.variables.get(SECURITY_TOKEN) {
                Some(token) => key.with_security_token(token),
                None => key,
            },
            None => self.pair("CLOUD_SDK_AK", "CLOUD_SDK_SK")?.ok_or_else(|| {
                ProvideError::not_configured(NAME, "its variables are not set").with_advice(
                    format!("set {ACCESS} and {SECRET}, or {IDP_ID} and {ID_TOKEN_FILE}"),
                )
            })?,
        })
    }

    fn pair(&self, access: &str, secret: &str) -> Result<Option<AccessKey>, ProvideError> {
        match (self.variables.get(access), self.variables.get(secret)) {
            (Some(id), Some(hidden)) => Ok(Some(AccessKey::new(id, hidden))),
            (Some(_), None) => Err(half(access, secret)),
            (None, Some(_)) => Err(half(secret, access)),
            (None, None) => Ok(None),
        }
    }
}

fn half(set: &str, missing: &str) -> ProvideError {
    ProvideError::failed(NAME, format!("{set} is set but {missing} is not"))
        .with_advice("set both or neither")
}

impl Default for EnvironmentCredentials {
    fn default() -> Self {
        Self::new()
    }
}

impl ProvideCredentials for EnvironmentCredentials {
    fn name(&self) -> &'static str {
        NAME
    }

    fn provide(&self) -> BoxFuture<'_, Result<Provided, ProvideError>> {
        Box::pin(self.get())
    }
}
