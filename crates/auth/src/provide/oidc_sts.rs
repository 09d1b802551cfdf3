use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};

use super::answer::{self, Kind};
use super::endpoint::{self, PlainHttp};
use super::environment::{DOMAIN_ID, PROJECT_ID};
use super::exchange::{self, Exchange};
use super::{
    BoxFuture, Fetch, ProvideCredentials, ProvideError, Provided, Variables, file, sts_endpoint,
};

const NAME: &str = "OpenID Connect (OIDC) by STS";
const ADVICE: &str = "set HUAWEICLOUD_OIDC_PROVIDER_URN, HUAWEICLOUD_OIDC_AGENCY_URN, and \
                      HUAWEICLOUD_OIDC_ID_TOKEN or HUAWEICLOUD_OIDC_TOKEN_FILE";
const PROVIDER_URN: &str = "HUAWEICLOUD_OIDC_PROVIDER_URN";
const AGENCY_URN: &str = "HUAWEICLOUD_OIDC_AGENCY_URN";
const ID_TOKEN: &str = "HUAWEICLOUD_OIDC_ID_TOKEN";
const TOKEN_FILE: &str = "HUAWEICLOUD_OIDC_TOKEN_FILE";
const SESSION_NAME: &str = "HUAWEICLOUD_OIDC_SESSION_NAME";
const DURATION_SECONDS: &str = "HUAWEICLOUD_OIDC_DURATION_SECONDS";
const POLICY: &str = "HUAWEICLOUD_OIDC_POLICY";
const POLICY_IDS: &str = "HUAWEICLOUD_OIDC_POLICY_IDS";
const PATH: &str = "/v5/agencies/assume-with-oidc";
const TIMEOUT: Duration = Duration::from_secs(30);

/// Both as the official SDK has them.
const DEFAULT_SESSION_NAME: &str = "oidc-sts-session";
const DEFAULT_DURATION_SECONDS: u64 = 3600;

/// The temporary key of an agency that an OpenID Connect token allows to assume.
///
/// The variables, as the official SDK has them: `HUAWEICLOUD_OIDC_PROVIDER_URN` and
/// `HUAWEICLOUD_OIDC_AGENCY_URN`; the token in `HUAWEICLOUD_OIDC_ID_TOKEN`, or the file with it in
/// `HUAWEICLOUD_OIDC_TOKEN_FILE`, which is read each time; and, if need be,
/// `HUAWEICLOUD_OIDC_SESSION_NAME`, `HUAWEICLOUD_OIDC_DURATION_SECONDS`, `HUAWEICLOUD_OIDC_POLICY`
/// and `HUAWEICLOUD_OIDC_POLICY_IDS` (parted by commas). `HUAWEICLOUD_SDK_PROJECT_ID` and
/// `HUAWEICLOUD_SDK_DOMAIN_ID` go along.
///
/// ```
/// # fn example(fetch: std::sync::Arc<dyn huaweicloud_auth::provide::Fetch>) {
/// use huaweicloud_auth::provide::{OidcSts, Variables};
///
/// let source = OidcSts::new(fetch).region("cn-north-4").variables(
///     [
///         ("HUAWEICLOUD_OIDC_PROVIDER_URN", "iam::d78cbac1:oidcProvider:github"),
///         ("HUAWEICLOUD_OIDC_AGENCY_URN", "iam::d78cbac1:agency:deploy"),
///         ("HUAWEICLOUD_OIDC_TOKEN_FILE", "/var/run/token"),
///     ]
///     .into_iter()
///     .collect(),
/// );
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct OidcSts {
    exchange: Exchange,
    variables: Variables,
    region: Option<String>,
    endpoint: Option<String>,
}

impl OidcSts {
    /// What the variables of this process name.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::{Fetch, OidcSts};
    /// # fn example(fetch: std::sync::Arc<dyn Fetch>) {
    /// let source = OidcSts::new(fetch);
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
            endpoint: None,
        }
    }

    /// The same with these variables.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::{Fetch, OidcSts, Variables};
    /// # fn example(fetch: std::sync::Arc<dyn Fetch>, variables: Variables) {
    /// let source = OidcSts::new(fetch).variables(variables);
    /// # }
    /// ```
    #[must_use]
    pub fn variables(mut self, variables: Variables) -> Self {
        self.variables = variables;
        self
    }

    /// The same with the STS of this region.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::{Fetch, OidcSts};
    /// # fn example(fetch: std::sync::Arc<dyn Fetch>) {
    /// let source = OidcSts::new(fetch).region("ap-southeast-1");
    /// # }
    /// ```
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// The same with the STS at this address, in place of the variable
    /// `HUAWEICLOUD_SDK_STS_ENDPOINT` and of the region's.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::{Fetch, OidcSts};
    /// # fn example(fetch: std::sync::Arc<dyn Fetch>) {
    /// let source = OidcSts::new(fetch).endpoint("https://sts.example.com");
    /// # }
    /// ```
    #[must_use]
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    async fn get(&self) -> Result<Provided, ProvideError> {
        let exchange = &self.exchange;
        let body = Value::Object(self.body()?);
        let endpoint = match &self.endpoint {
            Some(endpoint) => endpoint.clone(),
            None => sts_endpoint(self.region.as_deref(), &self.variables),
        };
        let uri = endpoint::check(&endpoint, PlainHttp::Loopback)
            .map_err(|reason| exchange.failed(format!("the endpoint of STS: {reason}")))?;
        let headers = exchange::content_type(exchange::JSON_UTF8);
        let response = exchange
            .post("the key", &endpoint::join(&uri, PATH), headers, &body)
            .await?;
        let mut provided = answer::access_key(response.body(), Kind::Temporary)
            .map_err(|reason| exchange.failed(reason))?;
        provided.project_id = self.variables.get(PROJECT_ID);
        provided.domain_id = self.variables.get(DOMAIN_ID);
        Ok(provided)
    }

    fn body(&self) -> Result<Map<String, Value>, ProvideError> {
        let variable = |name| self.variables.get(name);
        let (provider, agency) = (variable(PROVIDER_URN), variable(AGENCY_URN));
        let (token, token_file) = (variable(ID_TOKEN), variable(TOKEN_FILE));
        let mut missing = Vec::new();
        if provider.is_none() {
            missing.push(PROVIDER_URN.to_owned());
        }
        if agency.is_none() {
            missing.push(AGENCY_URN.to_owned());
        }
        if token.is_none() && token_file.is_none() {
            missing.push(format!("{ID_TOKEN} or {TOKEN_FILE}"));
        }
        let (Some(provider), Some(agency), true) = (provider, agency, missing.is_empty()) else {
            return Err(if missing.len() == 3 {
                self.exchange.not_configured("its variables are not set")
            } else {
                let missing = missing.join(" and ");
                self.exchange.failed(format!("not set: {missing}"))
            });
        };
        let token = match (token, token_file) {
            (Some(token), _) => token,
            (None, file) => file::read_token(Path::new(&file.unwrap_or_default()))
                .map_err(|reason| self.exchange.failed(format!("{TOKEN_FILE}: {reason}")))?,
        };
        let mut body = Map::new();
        body.insert("provider_urn".into(), provider.into());
        body.insert("agency_urn".into(), agency.into());
        let session = variable(SESSION_NAME).unwrap_or_else(|| DEFAULT_SESSION_NAME.to_owned());
        body.insert("agency_session_name".into(), session.into());
        body.insert("id_token".into(), token.into());
        body.insert("duration_seconds".into(), self.duration()?.into());
        if let Some(policy) = variable(POLICY) {
            body.insert("policy".into(), policy.into());
        }
        let ids: Vec<_> = variable(POLICY_IDS)
            .iter()
            .flat_map(|ids| ids.split(','))
            .map(str::trim)
            .filter(|id| !id.is_empty())
            .map(Value::from)
            .collect();
        if !ids.is_empty() {
            body.insert("policy_ids".into(), ids.into());
        }
        Ok(body)
    }

    fn duration(&self) -> Result<u64, ProvideError> {
        match self.variables.get(DURATION_SECONDS) {
            None => Ok(DEFAULT_DURATION_SECONDS),
            Some(seconds) => seconds.parse().map_err(|_| {
                self.exchange
                    .failed(format!("{DURATION_SECONDS} is not a number of seconds"))
            }),
        }
    }
}

impl ProvideCredentials for OidcSts {
    fn name(&self) -> &'static str {
        NAME
    }

    fn provide(&self) -> BoxFuture<'_, Result<Provided, ProvideError>> {
        Box::pin(self.get())
    }
}
