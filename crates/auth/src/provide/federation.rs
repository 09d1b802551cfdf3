use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use http::header::HeaderName;
use serde_json::json;

use super::answer::{self, Kind};
use super::endpoint::{self, PlainHttp};
use super::exchange::{self, Exchange};
use super::{
    BoxFuture, Fetch, ProvideCredentials, ProvideError, Provided, Variables, file, iam_endpoint,
};

const NAME: &str = "the federation with an identity provider";
const ADVICE: &str = "set HUAWEICLOUD_SDK_IDP_ID to the id of the identity provider in IAM, and \
                      HUAWEICLOUD_SDK_ID_TOKEN_FILE to the file with its OpenID Connect token";
pub(super) const IDP_ID: &str = "HUAWEICLOUD_SDK_IDP_ID";
pub(super) const ID_TOKEN_FILE: &str = "HUAWEICLOUD_SDK_ID_TOKEN_FILE";
const TOKEN_PATH: &str = "/v3.0/OS-AUTH/id-token/tokens";
const KEY_PATH: &str = "/v3.0/OS-CREDENTIAL/securitytokens";
const TIMEOUT: Duration = Duration::from_secs(30);
const X_IDP_ID: HeaderName = HeaderName::from_static("x-idp-id");
const X_SUBJECT_TOKEN: HeaderName = HeaderName::from_static("x-subject-token");

/// As the official SDK asks for.
const LIFETIME: Duration = Duration::from_secs(6 * 60 * 60);

/// The temporary key of a user whom an identity provider vouches for.
///
/// The OpenID Connect token in a file is exchanged for a token of IAM, and that for a key of six
/// hours. The file is read each time, since the token in it is replaced.
///
/// ```
/// # fn example(fetch: std::sync::Arc<dyn huaweicloud_auth::provide::Fetch>) {
/// use huaweicloud_auth::provide::{CachedCredentials, FederationIdToken};
///
/// let source = FederationIdToken::new(fetch).identity_provider("acme", "/var/run/token");
/// let cached = CachedCredentials::new(source);
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct FederationIdToken {
    exchange: Exchange,
    variables: Variables,
    region: Option<String>,
    given: Option<(String, String)>,
    endpoint: Option<String>,
}

impl FederationIdToken {
    /// The identity provider that the variables of this process name: `HUAWEICLOUD_SDK_IDP_ID` and
    /// `HUAWEICLOUD_SDK_ID_TOKEN_FILE`.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::{Fetch, FederationIdToken};
    /// # fn example(fetch: std::sync::Arc<dyn Fetch>) {
    /// let source = FederationIdToken::new(fetch);
    /// # }
    /// ```
    #[must_use]
    pub fn new(fetch: Arc<dyn Fetch>) -> Self {
        let exchange = Exchange {
            source: NAME,
            advice: ADVICE,
            timeout: TIMEOUT,
            fetch,
        };
        Self {
            exchange,
            variables: Variables::of_process(),
            region: None,
            given: None,
            endpoint: None,
        }
    }

    /// The same with these variables.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::{Fetch, FederationIdToken, Variables};
    /// # fn example(fetch: std::sync::Arc<dyn Fetch>, variables: Variables) {
    /// let source = FederationIdToken::new(fetch).variables(variables);
    /// # }
    /// ```
    #[must_use]
    pub fn variables(mut self, variables: Variables) -> Self {
        self.variables = variables;
        self
    }

    /// The same with this identity provider's id and this file with its token, in place of the
    /// variables'.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::{Fetch, FederationIdToken};
    /// # fn example(fetch: std::sync::Arc<dyn Fetch>) {
    /// let source = FederationIdToken::new(fetch).identity_provider("acme", "/var/run/token");
    /// # }
    /// ```
    #[must_use]
    pub fn identity_provider(
        mut self,
        id: impl Into<String>,
        id_token_file: impl Into<String>,
    ) -> Self {
        self.given = Some((id.into(), id_token_file.into()));
        self
    }

    /// The same with the IAM of this region.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::{Fetch, FederationIdToken};
    /// # fn example(fetch: std::sync::Arc<dyn Fetch>) {
    /// let source = FederationIdToken::new(fetch).region("cn-north-4");
    /// # }
    /// ```
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// The same with the IAM at this address, in place of the variable
    /// `HUAWEICLOUD_SDK_IAM_ENDPOINT` and of the region's.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::{Fetch, FederationIdToken};
    /// # fn example(fetch: std::sync::Arc<dyn Fetch>) {
    /// let source = FederationIdToken::new(fetch).endpoint("https://iam.example.com");
    /// # }
    /// ```
    #[must_use]
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    pub(super) async fn get(&self) -> Result<Provided, ProvideError> {
        let exchange = &self.exchange;
        let (idp_id, id_token_file) = self.identity()?;
        let endpoint = match &self.endpoint {
            Some(endpoint) => endpoint.clone(),
            None => iam_endpoint(self.region.as_deref(), &self.variables),
        };
        let uri = endpoint::check(&endpoint, PlainHttp::Loopback)
            .map_err(|reason| exchange.failed(format!("the endpoint of IAM: {reason}")))?;
        let id_token = file::read_token(Path::new(&id_token_file))
            .map_err(|reason| exchange.failed(reason))?;

        let mut headers = exchange::content_type(exchange::JSON_UTF8);
        headers.insert(
            X_IDP_ID,
            exchange.secret_header("the id of the identity provider", &idp_id)?,
        );
        let body = json!({"auth": {"id_token": {"id": id_token}}});
        let response = exchange
            .post(
                "the token",
                &endpoint::join(&uri, TOKEN_PATH),
                headers,
                &body,
            )
            .await?;
        let token = response
            .headers()
            .get(X_SUBJECT_TOKEN)
            .and_then(|token| token.to_str().ok())
            .filter(|token| !token.is_empty())
            .ok_or_else(|| exchange.failed("the answer lacks the header X-Subject-Token"))?;

        let body = json!({"auth": {"identity": {
            "methods": ["token"],
            "token": {"id": token, "duration_seconds": LIFETIME.as_secs()},
        }}});
        let headers = exchange::content_type(exchange::JSON_UTF8);
        let response = exchange
            .post("the key", &endpoint::join(&uri, KEY_PATH), headers, &body)
            .await?;
        answer::access_key(response.body(), Kind::Temporary)
            .map_err(|reason| exchange.failed(reason))
    }

    fn identity(&self) -> Result<(String, String), ProvideError> {
        if let Some(given) = &self.given {
            return Ok(given.clone());
        }
        let half = |set, missing| {
            Err(self
                .exchange
                .failed(format!("{set} is set but {missing} is not")))
        };
        match (
            self.variables.get(IDP_ID),
            self.variables.get(ID_TOKEN_FILE),
        ) {
            (Some(id), Some(file)) => Ok((id, file)),
            (Some(_), None) => half(IDP_ID, ID_TOKEN_FILE),
            (None, Some(_)) => half(ID_TOKEN_FILE, IDP_ID),
            (None, None) => Err(self.exchange.not_configured("its variables are not set")),
        }
    }
}

impl ProvideCredentials for FederationIdToken {
    fn name(&self) -> &'static str {
        NAME
    }

    fn provide(&self) -> BoxFuture<'_, Result<Provided, ProvideError>> {
        Box::pin(self.get())
    }
}
