//! What the clients of one application have in common.

mod builder;

use std::fmt;
use std::sync::Arc;

use http::{HeaderMap, HeaderValue};
use huaweicloud_auth::provide::{
    CachedCredentials, Fetch, Provided, Variables, iam_endpoint, sts_endpoint,
};
use huaweicloud_auth::{Algorithm, SigningContext};
use tokio::sync::OnceCell;

pub use self::builder::ConfigBuilder;
use crate::endpoint::{Endpoint, Service};
use crate::error::{Error, ErrorKind};
use crate::identity::Asker;
use crate::listener::Listener;
use crate::named_endpoints::NamedEndpoints;
use crate::policy::{Budget, Limiter, Limiters, RetryPolicy, ServiceClock, Timeouts};
use crate::progenitor_client::{TextRule, encode_path};

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
    looked_up_domain_id: OnceCell<String>,
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
    limiters: Option<Limiters>,
    timeouts: Timeouts,
    max_body: usize,
    log_bodies: bool,
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
        let asker = self.asker(provided);
        let look_up = || asker.project_id(iam.base(), region);
        let found = settings.looked_up_project_id.get_or_try_init(look_up).await;
        found.cloned()
    }

    /// The domain (account) that calls of global services are about: the one that was set, else the
    /// one that comes with the credentials, else the one that IAM or STS knows, which are asked once.
    ///
    /// # Errors
    ///
    /// When they cannot be asked, or know none or several.
    pub async fn domain_id(&self, provided: &Arc<Provided>) -> Result<String, Error> {
        if let Some(known) = self.known_domain_id(provided) {
            return Ok(known.to_owned());
        }
        let settings = &*self.0;
        let iam = self.iam_endpoint(provided)?;
        let sts = match &settings.endpoint {
            Some(endpoint) => endpoint.clone(),
            None => {
                let sts = sts_endpoint(settings.region.as_deref(), &settings.variables);
                Endpoint::parse(&sts, settings.allow_http)?
            }
        };
        let asker = self.asker(provided);
        let look_up = || asker.domain_id(iam.base(), sts.base());
        settings
            .looked_up_domain_id
            .get_or_try_init(look_up)
            .await
            .cloned()
    }

    fn asker<'a>(&'a self, provided: &'a Arc<Provided>) -> Asker<'a> {
        let settings = &*self.0;
        Asker {
            fetch: &*settings.fetch,
            provided,
            context: SigningContext::new(settings.clock.now())
                .algorithm(settings.signing_algorithm),
            user_agent: &settings.user_agent,
        }
    }

    /// The project, if it is known without asking.
    pub(crate) fn known_project_id<'a>(&'a self, provided: &'a Provided) -> Option<&'a str> {
        [&self.0.project_id, &provided.project_id]
            .into_iter()
            .filter_map(|id| id.as_deref())
            .chain(self.0.looked_up_project_id.get().map(String::as_str))
            .find(|id| !id.is_empty())
    }

    /// The project that was set, as a segment of a path. One that cannot be a segment is left to the
    /// call, which refuses it.
    pub(crate) fn project_segment(&self) -> Option<Arc<str>> {
        let project_id = self.0.project_id.clone().filter(|id| !id.is_empty())?;
        let project_id = TextRule::segment().check("project_id", project_id).ok()?;
        Some(encode_path(&project_id).into())
    }

    /// The domain, if it is known without asking.
    pub(crate) fn known_domain_id<'a>(&'a self, provided: &'a Provided) -> Option<&'a str> {
        [&self.0.domain_id, &provided.domain_id]
            .into_iter()
            .filter_map(|id| id.as_deref())
            .chain(self.0.looked_up_domain_id.get().map(String::as_str))
            .find(|id| !id.is_empty())
    }

    /// Tells accounts apart, as far as that can be done without asking.
    pub(crate) fn account_key(&self) -> String {
        match &self.0.project_id {
            Some(project_id) => project_id.clone(),
            None => format!("{:p}", Arc::as_ptr(&self.0)),
        }
    }

    pub(crate) fn retry_policy(&self) -> RetryPolicy {
        self.0.retry
    }

    pub(crate) fn retry_budget(&self) -> &Budget {
        &self.0.retry_budget
    }

    /// Whose turn it is at an endpoint, if there is a limit.
    pub(crate) fn limiter(&self, endpoint: &str) -> Result<Option<Arc<Limiter>>, Error> {
        let limiters = self.0.limiters.as_ref();
        limiters.map(|limiters| limiters.of(endpoint)).transpose()
    }

    pub(crate) fn timeouts(&self) -> Timeouts {
        self.0.timeouts
    }

    pub(crate) fn max_body(&self) -> usize {
        self.0.max_body
    }

    pub(crate) fn logs_bodies(&self) -> bool {
        self.0.log_bodies
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

    /// Where a service is reached, the main endpoint first: the one set by hand, else the one that the environment
    /// names for the service and the region, else the documented one, else the service's global one.
    pub(crate) fn endpoints_of(&self, service: &Service) -> Result<Vec<Endpoint>, Error> {
        let settings = &*self.0;
        if let Some(endpoint) = &settings.endpoint {
            return Ok(vec![endpoint.clone()]);
        }
        let Some(region) = &settings.region else {
            if let Some(global) = service.global_endpoint() {
                return Endpoint::parse(global, false).map(|global| vec![global]);
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
            let parse = |endpoint: &String| Endpoint::parse(endpoint, settings.allow_http);
            return named
                .endpoints
                .iter()
                .map(parse)
                .collect::<Result<_, _>>()
                .map_err(|source| {
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
        Endpoint::parse(endpoint, false).map(|endpoint| vec![endpoint])
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
