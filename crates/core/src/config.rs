//! What the clients of one application have in common.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue};
use huaweicloud_auth::provide::{
    CachedCredentials, CredentialsChain, Fetch, ProfileSection, ProvideCredentials, Provided,
    StaticCredentials, Variables, iam_endpoint,
};
use huaweicloud_auth::{Algorithm, Credentials, Secret, SigningContext};
use tokio::sync::OnceCell;

use crate::body;
use crate::connection::Connection;
use crate::endpoint::{Endpoint, Service};
use crate::error::{Error, ErrorKind};
use crate::fetch::HttpFetch;
use crate::listener::{Exchange, Listener};
use crate::named_endpoints::NamedEndpoints;
use crate::policy::{Budget, RetryPolicy, ServiceClock, Timeouts};
use crate::project_id;

/// Credentials, region and connections, shared by every client made from it.
///
/// A configuration is cheap to clone; its clones share one pool of connections.
///
/// # Example
///
/// ```
/// use huaweicloud_core::{AccessKey, Config};
///
/// let config = Config::builder()
///     .region("cn-north-4")
///     .credentials(AccessKey::new("access key", "secret key"))
///     .project_id("0605767a5780d5762f9ac0123456789a")
///     .build()?;
/// # Ok::<(), huaweicloud_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Config(Arc<Settings>);

struct Settings {
    region: Option<String>,
    project_id: Option<String>,
    looked_up_project_id: OnceCell<String>,
    domain_id: Option<String>,
    credentials: Option<CachedCredentials>,
    signing_algorithm: Algorithm,
    endpoint: Option<Endpoint>,
    named_endpoints: NamedEndpoints,
    variables: Variables,
    allow_http: bool,
    http: reqwest::Client,
    fetch: Arc<dyn Fetch>,
    retry: RetryPolicy,
    retry_budget: Budget,
    timeouts: Timeouts,
    max_body: usize,
    clock: ServiceClock,
    user_agent: HeaderValue,
    headers: HeaderMap,
    listener: Listener,
}

impl Config {
    /// Starts a configuration.
    #[must_use]
    pub fn builder() -> ConfigBuilder {
        ConfigBuilder::default()
    }

    /// The region, such as `cn-north-4`.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.0.region.as_deref()
    }

    /// What requests are authenticated with, from where it is configured to come from; kept until
    /// shortly before it expires.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Credentials`] when no source has any. The message lists every source, why it
    /// has none, and how to set it up.
    pub async fn credentials(&self) -> Result<Arc<Provided>, Error> {
        let Some(credentials) = &self.0.credentials else {
            return Err(Error::new(
                ErrorKind::Credentials,
                "no credentials: set them with Config::builder().credentials(..), or complete the \
                 configuration with load() to have them looked for",
            ));
        };
        credentials.get().await.map_err(|source| {
            Error::new(ErrorKind::Credentials, source.to_string()).with_source(source)
        })
    }

    /// The project that calls work in: the one that was set, else the one that comes with the
    /// credentials, else the one that IAM has for the region, which is asked once.
    ///
    /// # Errors
    ///
    /// When there is none, or IAM cannot be asked, or knows none or several.
    pub async fn project_id(&self, provided: &Arc<Provided>) -> Result<String, Error> {
        if let Some(known) = self.known_project_id(provided) {
            return Ok(known.to_owned());
        }
        let settings = &*self.0;
        let Some(region) = &settings.region else {
            return Err(Error::new(
                ErrorKind::Configuration,
                "no project id, and no region to look it up: set it with \
                 Config::builder().project_id(..) or the variable HUAWEICLOUD_SDK_PROJECT_ID",
            ));
        };
        let iam = self.iam_endpoint(provided)?;
        let context =
            SigningContext::new(settings.clock.now()).algorithm(settings.signing_algorithm);
        let look_up = || {
            let (fetch, agent) = (&*settings.fetch, &settings.user_agent);
            project_id::look_up(fetch, iam.base(), region, provided, &context, agent)
        };
        settings
            .looked_up_project_id
            .get_or_try_init(look_up)
            .await
            .cloned()
    }

    /// The project, if it is known without asking.
    pub(crate) fn known_project_id<'a>(&'a self, provided: &'a Provided) -> Option<&'a str> {
        [&self.0.project_id, &provided.project_id]
            .into_iter()
            .filter_map(|id| id.as_deref())
            .chain(self.0.looked_up_project_id.get().map(String::as_str))
            .find(|id| !id.is_empty())
    }

    /// The domain (account), if it was set or comes with the credentials.
    pub(crate) fn domain_id<'a>(&'a self, provided: &'a Provided) -> Option<&'a str> {
        self.0
            .domain_id
            .as_deref()
            .or(provided.domain_id.as_deref())
            .filter(|id| !id.is_empty())
    }

    pub(crate) fn retry_policy(&self) -> RetryPolicy {
        self.0.retry
    }

    pub(crate) fn retry_budget(&self) -> &Budget {
        &self.0.retry_budget
    }

    pub(crate) fn timeouts(&self) -> Timeouts {
        self.0.timeouts
    }

    pub(crate) fn max_body(&self) -> usize {
        self.0.max_body
    }

    pub(crate) fn clock(&self) -> &ServiceClock {
        &self.0.clock
    }

    pub(crate) fn user_agent(&self) -> &HeaderValue {
        &self.0.user_agent
    }

    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    pub(crate) fn listener(&self) -> &Listener {
        &self.0.listener
    }

    /// Forgets credentials that a service refused; says whether newer ones can be had.
    pub(crate) fn refuse_credentials(&self, refused: &Provided) -> bool {
        self.0
            .credentials
            .as_ref()
            .is_some_and(|credentials| credentials.invalidate(refused))
    }

    pub(crate) fn signing_algorithm(&self) -> Algorithm {
        self.0.signing_algorithm
    }

    /// Where IAM is asked for the project: at the endpoint set by hand, else where the environment
    /// or the credentials say, else in the region.
    fn iam_endpoint(&self, provided: &Provided) -> Result<Endpoint, Error> {
        const VARIABLE: &str = "HUAWEICLOUD_SDK_IAM_ENDPOINT";
        let settings = &*self.0;
        if let Some(endpoint) = &settings.endpoint {
            return Ok(endpoint.clone());
        }
        let named = settings
            .variables
            .get(VARIABLE)
            .or_else(|| provided.iam_endpoint.clone());
        let endpoint =
            named.unwrap_or_else(|| iam_endpoint(settings.region.as_deref(), &settings.variables));
        Endpoint::parse(&endpoint, settings.allow_http)
    }

    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.0.http
    }

    /// Where a service is reached: the endpoint set by hand, else the one that the environment
    /// names for the service and the region, else the documented one, else the service's global one.
    pub(crate) fn endpoint_of(&self, service: &Service) -> Result<Endpoint, Error> {
        let settings = &*self.0;
        if let Some(endpoint) = &settings.endpoint {
            return Ok(endpoint.clone());
        }
        let Some(region) = &settings.region else {
            if let Some(global) = service.global_endpoint() {
                return Endpoint::parse(global, false);
            }
            return Err(Error::new(
                ErrorKind::Configuration,
                format!(
                    "no region for {}: set it with Config::builder().region(..) or the variable \
                     HUAWEICLOUD_SDK_REGION",
                    service.name(),
                ),
            ));
        };
        if let Some(named) = settings.named_endpoints.of(service, region) {
            let main = named
                .endpoints
                .first()
                .map(String::as_str)
                .unwrap_or_default();
            return Endpoint::parse(main, settings.allow_http).map_err(|source| {
                let message = format!("{} names a wrong endpoint: {source}", named.named_by);
                Error::new(ErrorKind::Configuration, message).with_source(source)
            });
        }
        // A region that is newer than this table is served by the global endpoint, as in the
        // official SDKs.
        let documented = service.endpoint_in(region);
        let Some(endpoint) = documented.or_else(|| service.global_endpoint()) else {
            let known: Vec<_> = service.regions().collect();
            return Err(Error::new(
                ErrorKind::Configuration,
                format!(
                    "{} is not documented in the region {region:?}: choose one of {}, or name an \
                     endpoint with Config::builder().endpoint(..) or the variable {}",
                    service.name(),
                    known.join(", "),
                    service.variable(region),
                ),
            ));
        };
        Endpoint::parse(endpoint, false)
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("region", &self.0.region)
            .field("project_id", &self.0.project_id)
            .field("domain_id", &self.0.domain_id)
            .field("credentials", &self.0.credentials)
            .field("endpoint", &self.0.endpoint)
            .finish_non_exhaustive()
    }
}

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
    max_body: Option<usize>,
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
            timeouts: self.connection.timeouts,
            max_body: self.max_body.unwrap_or(body::LIMIT),
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
mod tests {
    use huaweicloud_auth::AccessKey;

    use super::*;

    static CCE: Service = Service::new(
        "CCE",
        &[("cn-north-4", "https://cce.cn-north-4.myhuaweicloud.com")],
    );

    fn load(builder: ConfigBuilder, environment: &[(&str, &str)]) -> Result<Config, Error> {
        let environment = environment
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()))
            .collect();
        builder.load_from(environment)
    }

    async fn key_of(config: &Config) -> (String, String, Option<String>) {
        let provided = config.credentials().await.unwrap();
        let Credentials::AccessKey(key) = &provided.credentials else {
            panic!("no key")
        };
        let token = key.security_token().map(|token| token.expose().to_owned());
        (key.id().into(), key.secret().expose().into(), token)
    }

    #[tokio::test]
    async fn the_official_variables_win_over_the_documented_ones() {
        let documented = [("CLOUD_SDK_AK", "a"), ("CLOUD_SDK_SK", "b")];
        let official = [
            ("HUAWEICLOUD_SDK_AK", "c"),
            ("HUAWEICLOUD_SDK_SK", "d"),
            ("HUAWEICLOUD_SDK_SECURITY_TOKEN", "e"),
        ];
        let config = load(Config::builder(), &documented).unwrap();
        assert_eq!(key_of(&config).await, ("a".into(), "b".into(), None));
        let both = [&documented[..], &official[..]].concat();
        let config = load(Config::builder(), &both).unwrap();
        assert_eq!(
            key_of(&config).await,
            ("c".into(), "d".into(), Some("e".into()))
        );
        let set = Config::builder().credentials(AccessKey::new("x", "y"));
        assert_eq!(
            key_of(&load(set, &both).unwrap()).await,
            ("x".into(), "y".into(), None)
        );
    }

    #[tokio::test]
    async fn a_configuration_without_credentials_says_how_to_get_some() {
        let config = Config::builder().build().unwrap();
        let error = config.credentials().await.unwrap_err();
        assert!(error.is_credentials());
        assert!(
            error.to_string().contains("Config::builder().credentials"),
            "{error}"
        );
    }

    #[test]
    fn an_algorithm_that_no_service_takes_is_refused() {
        let builder = Config::builder().signing_algorithm(Algorithm::V11HmacSha256);
        assert!(builder.build().unwrap_err().is_configuration());
    }

    #[test]
    fn the_endpoint_is_the_one_set_then_the_variables_then_the_documented() {
        let variable = [
            ("HUAWEICLOUD_SDK_REGION", "cn-north-4"),
            (
                "HUAWEICLOUD_SDK_REGION_CCE_CN_NORTH_4",
                "http://127.0.0.1:1,http://127.0.0.1:2",
            ),
        ];
        let of = |config: Config| {
            config
                .endpoint_of(&CCE)
                .map(|found| found.base().to_owned())
        };
        let set = Config::builder().endpoint("https://a.example.com");
        assert_eq!(
            of(load(set, &variable).unwrap()).unwrap(),
            "https://a.example.com"
        );
        assert_eq!(
            of(load(Config::builder(), &variable).unwrap()).unwrap(),
            "http://127.0.0.1:1"
        );
        assert_eq!(
            of(load(Config::builder(), &variable[..1]).unwrap()).unwrap(),
            "https://cce.cn-north-4.myhuaweicloud.com",
        );
        let elsewhere = Config::builder().region("eu-west-9");
        let error = of(load(elsewhere, &variable).unwrap()).unwrap_err();
        assert!(error.to_string().contains("cn-north-4"), "{error}");
        let error = of(load(Config::builder(), &[]).unwrap()).unwrap_err();
        assert!(
            error.to_string().contains("HUAWEICLOUD_SDK_REGION"),
            "{error}"
        );
    }

    #[test]
    fn the_global_endpoint_serves_where_a_region_has_none() {
        static IAM: Service = Service::new("IAM", &[("cn-north-4", "https://iam.cn-north-4.a")])
            .with_global_endpoint("https://iam.a");
        for (region, variables, expected) in [
            (None, vec![], "https://iam.a"),
            (Some("cn-north-4"), vec![], "https://iam.cn-north-4.a"),
            (Some("xx-new-1"), vec![], "https://iam.a"),
            (
                Some("xx-new-1"),
                vec![("HUAWEICLOUD_SDK_REGION_IAM_XX_NEW_1", "https://iam.b")],
                "https://iam.b",
            ),
        ] {
            let mut builder = Config::builder();
            if let Some(region) = region {
                builder = builder.region(region);
            }
            let config = load(builder, &variables).unwrap();
            assert_eq!(config.endpoint_of(&IAM).unwrap().base(), expected);
        }
    }

    #[test]
    fn a_wrong_endpoint_variable_is_named() {
        let variable = [(
            "HUAWEICLOUD_SDK_REGION_CCE_CN_NORTH_4",
            "http://cce.example.com",
        )];
        let config = load(Config::builder().region("cn-north-4"), &variable).unwrap();
        let error = config.endpoint_of(&CCE).unwrap_err();
        assert!(error.to_string().contains(variable[0].0), "{error}");
    }

    #[test]
    fn debug_shows_no_secret() {
        let key = AccessKey::new("an id", "hunter2").with_security_token("hunter3");
        let builder = Config::builder().credentials(key);
        let shown = format!("{builder:?} {:?}", builder.clone().build().unwrap());
        assert!(
            shown.contains("an id") && !shown.contains("hunter"),
            "{shown}"
        );
    }
}
