//! Collecting a configuration: what is set, and what the environment adds.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue};
use huaweicloud_auth::provide::{
    CachedCredentials, CredentialsChain, Fetch, ProfileSection, ProvideCredentials,
    StaticCredentials, Variables,
};
use huaweicloud_auth::{Algorithm, Credentials, Secret};
use tokio::sync::OnceCell;

use super::{Config, Settings};
use crate::body;
use crate::connection::Connection;
use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind};
use crate::fetch::HttpFetch;
use crate::listener::{Exchange, Listener};
use crate::named_endpoints::NamedEndpoints;
use crate::policy::{Budget, Limiters, RateLimit, RetryPolicy, ServiceClock, Timeouts};

/// Collects a [`Config`].
///
/// # Example
///
/// ```
/// # async fn example() -> Result<(), huaweicloud_core::Error> {
/// // What is not set here comes from the environment.
/// let config = huaweicloud_core::Config::builder().region("cn-north-4").load().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct ConfigBuilder {
    region: Option<String>,
    project_id: Option<String>,
    domain_id: Option<String>,
    credentials: Option<CachedCredentials>,
    signing_algorithm: Algorithm,
    endpoint: Option<String>,
    allow_http: bool,
    connection: Connection,
    http_client: Option<reqwest::Client>,
    retry: RetryPolicy,
    rate_limit: Option<RateLimit>,
    max_body: Option<usize>,
    log_bodies: bool,
    user_agent_suffix: Option<String>,
    headers: Vec<(String, Secret)>,
    listener: Listener,
}

impl ConfigBuilder {
    /// Sets the region, such as `cn-north-4`. Variable: `HUAWEICLOUD_SDK_REGION`.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Sets the project that calls work in. Variable: `HUAWEICLOUD_SDK_PROJECT_ID`.
    ///
    /// Without it, IAM is asked once for the project that has the name of the region.
    #[must_use]
    pub fn project_id(mut self, project_id: impl Into<String>) -> Self {
        self.project_id = Some(project_id.into());
        self
    }

    /// Sets the domain (account) that calls of global services, such as IAM, are about. Variable:
    /// `HUAWEICLOUD_SDK_DOMAIN_ID`.
    ///
    /// Without it, and without a project, IAM is asked once where there is a region.
    #[must_use]
    pub fn domain_id(mut self, domain_id: impl Into<String>) -> Self {
        self.domain_id = Some(domain_id.into());
        self
    }

    /// Sets what requests are authenticated with: an [`AccessKey`](crate::AccessKey) or a token.
    #[must_use]
    pub fn credentials(self, credentials: impl Into<Credentials>) -> Self {
        self.credentials_provider(StaticCredentials::new(credentials.into()))
    }

    /// Sets where what requests are authenticated with comes from; it is kept until shortly before
    /// it expires.
    ///
    /// Without it, [`load`](Self::load) tries the sources of the official SDKs in their order:
    /// OIDC, the environment, the profile file, the metadata service, the pod's identity.
    #[must_use]
    pub fn credentials_provider(mut self, source: impl ProvideCredentials + 'static) -> Self {
        self.credentials = Some(CachedCredentials::new(source));
        self
    }

    /// Sets the algorithm that access keys sign with; by default SDK-HMAC-SHA256.
    ///
    /// Those of national cryptography and of elliptic curves are there when the features `sm3`,
    /// `ecdsa` and `sm2` of `huaweicloud-auth` are on.
    #[must_use]
    pub fn signing_algorithm(mut self, algorithm: Algorithm) -> Self {
        self.signing_algorithm = algorithm;
        self
    }

    /// Sets the address of every service, in place of the region's: a scheme, a host and a port.
    ///
    /// Without a scheme it is https. For one service, use the variable
    /// `HUAWEICLOUD_SDK_REGION_<SERVICE>_<REGION>`, or a configuration of its own.
    #[must_use]
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// Allows endpoints of plain http outside this machine. Whoever is on the way can then read
    /// tokens and answers.
    #[must_use]
    pub fn allow_http(mut self, allow: bool) -> Self {
        self.allow_http = allow;
        self
    }

    /// Sets how often a call is tried.
    #[must_use]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Sets a rate that the clients of this configuration do not exceed at any endpoint, and that
    /// is lowered for a while where the service throttles. By default there is none.
    ///
    /// The wait for a turn belongs to the time of the call.
    #[must_use]
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.rate_limit = Some(limit);
        self
    }

    /// Sets how long a call may take.
    #[must_use]
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.connection.timeouts = timeouts;
        self
    }

    /// Sets the longest answer that is read, in bytes: 64 MiB by default. A longer one is an error.
    #[must_use]
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = Some(bytes);
        self
    }

    /// Adds the bodies of requests and answers to the events of each attempt, at the level DEBUG: off
    /// by default.
    ///
    /// Fields whose names speak of passwords, keys, tokens and the like are masked, as are the
    /// secrets of the credentials, and a body that is not JSON is only measured. What else is in
    /// bodies is for everybody who reads the log.
    #[must_use]
    pub fn log_bodies(mut self, log: bool) -> Self {
        self.log_bodies = log;
        self
    }

    /// Sends requests through a proxy: `http://user:password@host:port`. Proxies of the environment
    /// are not used.
    #[must_use]
    pub fn proxy(mut self, url: impl Into<Secret>) -> Self {
        self.connection.proxy = Some(url.into());
        self
    }

    /// Trusts the certificates in a file of PEM besides those of the system.
    #[cfg(feature = "rustls")]
    #[must_use]
    pub fn ca_file(mut self, path: impl Into<std::path::PathBuf>) -> Self {
        self.connection.ca_file = Some(path.into());
        self
    }

    /// Shows services a certificate, from the files of the certificate and its private key in PEM.
    #[cfg(feature = "rustls")]
    #[must_use]
    pub fn client_certificate(
        mut self,
        certificate: impl Into<std::path::PathBuf>,
        key: impl Into<std::path::PathBuf>,
    ) -> Self {
        self.connection.client_certificate = Some((certificate.into(), key.into()));
        self
    }

    /// Sends requests through a client of the application's own, in place of the settings of
    /// connections here.
    ///
    /// It must not follow redirects (`redirect::Policy::none()`): a token would travel to another
    /// host.
    #[must_use]
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http_client = Some(client);
        self
    }

    /// Appends the name of the application to the user agent, such as `my-tool/1.2`.
    #[must_use]
    pub fn user_agent_suffix(mut self, suffix: impl Into<String>) -> Self {
        self.user_agent_suffix = Some(suffix.into());
        self
    }

    /// Sends a header with every request, signed, where the request has none of that name.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Has every request and every answer told to a listener.
    #[must_use]
    pub fn listener(mut self, listen: impl Fn(&Exchange<'_>) + Send + Sync + 'static) -> Self {
        self.listener = Listener::new(listen);
        self
    }

    /// Completes the configuration with what was set, and nothing else.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] when the endpoint is not acceptable, the algorithm needs what no
    /// service here has, or TLS cannot be set up.
    pub fn build(self) -> Result<Config, Error> {
        self.complete(
            NamedEndpoints::default(),
            Variables::from_fn(|_| None),
            false,
        )
    }

    /// Completes the configuration from the environment: what was set wins, then the variables
    /// named at each setting.
    ///
    /// Credentials are looked for when the first call needs them, so finding none is not an error
    /// here.
    ///
    /// # Errors
    ///
    /// As [`build`](Self::build), and [`ErrorKind::Configuration`] when the regions file cannot be
    /// read.
    #[allow(
        clippy::unused_async,
        reason = "what must be asked for over the network is awaited here"
    )]
    pub async fn load(self) -> Result<Config, Error> {
        // Variables that are not Unicode cannot be ours.
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        self.load_from(environment)
    }

    fn load_from(mut self, environment: BTreeMap<String, String>) -> Result<Config, Error> {
        let named_endpoints = NamedEndpoints::read(&environment)?;
        let variables = Variables::from_fn(move |name| environment.get(name).cloned());
        let variable = |name: &str| {
            variables
                .get(name)
                .map(|value| value.trim().to_owned())
                .filter(|value| !value.is_empty())
        };
        self.region = self.region.or_else(|| variable("HUAWEICLOUD_SDK_REGION"));
        self.project_id = self
            .project_id
            .or_else(|| variable("HUAWEICLOUD_SDK_PROJECT_ID"));
        self.domain_id = self
            .domain_id
            .or_else(|| variable("HUAWEICLOUD_SDK_DOMAIN_ID"));
        self.complete(named_endpoints, variables, true)
    }

    fn complete(
        self,
        named_endpoints: NamedEndpoints,
        variables: Variables,
        find_credentials: bool,
    ) -> Result<Config, Error> {
        if self.signing_algorithm == Algorithm::V11HmacSha256 {
            return Err(Error::new(
                ErrorKind::Configuration,
                "V11-HMAC-SHA256 signs for services with keys derived for them, and no service of \
                 this SDK is one: leave the algorithm out",
            ));
        }
        let endpoint = self
            .endpoint
            .as_deref()
            .map(|endpoint| Endpoint::parse(endpoint, self.allow_http))
            .transpose()?;
        let http = match self.http_client {
            Some(client) => client,
            None => self.connection.client()?,
        };
        let fetch: Arc<dyn Fetch> = Arc::new(HttpFetch::with_client(http.clone()));
        let credentials = self.credentials.or_else(|| {
            find_credentials.then(|| {
                CachedCredentials::new(CredentialsChain::official(
                    fetch.clone(),
                    variables.clone(),
                    self.region.as_deref(),
                    ProfileSection::Basic,
                ))
            })
        });
        Ok(Config(Arc::new(Settings {
            region: self.region,
            project_id: self.project_id,
            looked_up_project_id: OnceCell::new(),
            looked_up_domain_id: OnceCell::new(),
            domain_id: self.domain_id,
            credentials,
            signing_algorithm: self.signing_algorithm,
            endpoint,
            named_endpoints,
            variables,
            allow_http: self.allow_http,
            http,
            fetch,
            retry: self.retry,
            retry_budget: Budget::full(),
            limiters: self.rate_limit.map(Limiters::new).transpose()?,
            timeouts: self.connection.timeouts,
            max_body: self.max_body.unwrap_or(body::LIMIT),
            log_bodies: self.log_bodies,
            clock: ServiceClock::default(),
            user_agent: user_agent(self.user_agent_suffix.as_deref())?,
            headers: header_map(&self.headers)?,
            listener: self.listener,
        })))
    }
}

const AGENT: &str = concat!("huaweicloud-sdk-rust/", env!("CARGO_PKG_VERSION"));

fn user_agent(suffix: Option<&str>) -> Result<HeaderValue, Error> {
    let Some(suffix) = suffix else {
        return Ok(HeaderValue::from_static(AGENT));
    };
    HeaderValue::from_str(&format!("{AGENT} {suffix}")).map_err(|source| {
        let message = "the suffix of the user agent cannot be sent in a header";
        Error::new(ErrorKind::Configuration, message).with_source(source)
    })
}

fn header_map(headers: &[(String, Secret)]) -> Result<HeaderMap, Error> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        // A value may be a secret, so only the name is told.
        let refuse = || {
            let message = format!("the header {name:?} cannot be sent");
            Error::new(ErrorKind::Configuration, message)
        };
        let mut value = HeaderValue::from_str(value.expose()).map_err(|_| refuse())?;
        value.set_sensitive(true);
        map.append(HeaderName::try_from(name).map_err(|_| refuse())?, value);
    }
    Ok(map)
}

#[cfg(test)]
mod tests;
