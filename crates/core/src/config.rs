//! What the clients of one application have in common.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use huaweicloud_auth::{AccessKey, Credentials};

use crate::connection;
use crate::endpoint::{Endpoint, PREFIX, Service};
use crate::error::{Error, ErrorKind};

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
    credentials: Option<Credentials>,
    endpoint: Option<Endpoint>,
    endpoint_variables: BTreeMap<String, String>,
    allow_http: bool,
    http: reqwest::Client,
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

    /// The project that calls work in.
    #[must_use]
    pub fn project_id(&self) -> Option<&str> {
        self.0.project_id.as_deref()
    }

    /// What requests are authenticated with.
    #[must_use]
    pub fn credentials(&self) -> Option<&Credentials> {
        self.0.credentials.as_ref()
    }

    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.0.http
    }

    /// Where a service is reached: the endpoint set by hand, else the one that the environment
    /// names for the service and the region, else the documented one.
    pub(crate) fn endpoint_of(&self, service: &Service) -> Result<Endpoint, Error> {
        let settings = &*self.0;
        if let Some(endpoint) = &settings.endpoint {
            return Ok(endpoint.clone());
        }
        let Some(region) = &settings.region else {
            return Err(Error::new(
                ErrorKind::Configuration,
                format!(
                    "no region for {}: set it with Config::builder().region(..) or the variable \
                     HUAWEICLOUD_SDK_REGION",
                    service.name(),
                ),
            ));
        };
        let variable = service.variable(region);
        if let Some(value) = settings.endpoint_variables.get(&variable) {
            // The official SDKs accept several, parted by commas, the first being the main one.
            let first = value.split(',').next().unwrap_or_default().trim();
            return Endpoint::parse(first, settings.allow_http).map_err(|source| {
                Error::new(
                    ErrorKind::Configuration,
                    format!("the variable {variable} is wrong"),
                )
                .with_source(source)
            });
        }
        let Some(endpoint) = service.endpoint_in(region) else {
            let known: Vec<_> = service.regions().collect();
            return Err(Error::new(
                ErrorKind::Configuration,
                format!(
                    "{} is not documented in the region {region:?}: choose one of {}, or name an \
                     endpoint with Config::builder().endpoint(..) or the variable {variable}",
                    service.name(),
                    known.join(", "),
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
    credentials: Option<Credentials>,
    endpoint: Option<String>,
    endpoint_variables: BTreeMap<String, String>,
    allow_http: bool,
}

impl ConfigBuilder {
    /// Sets the region, such as `cn-north-4`. Variable: `HUAWEICLOUD_SDK_REGION`.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Sets the project that calls work in. Variable: `HUAWEICLOUD_SDK_PROJECT_ID`.
    #[must_use]
    pub fn project_id(mut self, project_id: impl Into<String>) -> Self {
        self.project_id = Some(project_id.into());
        self
    }

    /// Sets what requests are authenticated with: an [`AccessKey`] or a token.
    ///
    /// Variables: `HUAWEICLOUD_SDK_AK` and `HUAWEICLOUD_SDK_SK`, with
    /// `HUAWEICLOUD_SDK_SECURITY_TOKEN` for a temporary key; else `CLOUD_SDK_AK` and
    /// `CLOUD_SDK_SK`.
    #[must_use]
    pub fn credentials(mut self, credentials: impl Into<Credentials>) -> Self {
        self.credentials = Some(credentials.into());
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

    /// Completes the configuration with what was set, and nothing else.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] when the endpoint is not acceptable or TLS cannot be set up.
    pub fn build(self) -> Result<Config, Error> {
        let endpoint = self
            .endpoint
            .as_deref()
            .map(|endpoint| Endpoint::parse(endpoint, self.allow_http))
            .transpose()?;
        Ok(Config(Arc::new(Settings {
            region: self.region,
            project_id: self.project_id,
            credentials: self.credentials,
            endpoint,
            endpoint_variables: self.endpoint_variables,
            allow_http: self.allow_http,
            http: connection::client()?,
        })))
    }

    /// Completes the configuration from the environment: what was set wins, then the variables
    /// named at each setting.
    ///
    /// Finding no credentials is not an error here, since some calls need none.
    ///
    /// # Errors
    ///
    /// As [`build`](Self::build), and [`ErrorKind::Credentials`] when the environment has one half
    /// of a key without the other.
    #[allow(
        clippy::unused_async,
        reason = "sources of credentials that must fetch are awaited here"
    )]
    pub async fn load(self) -> Result<Config, Error> {
        // Variables that are not Unicode cannot be ours.
        let environment = std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        self.complete_from(&environment.collect())?.build()
    }

    fn complete_from(mut self, environment: &BTreeMap<String, String>) -> Result<Self, Error> {
        let variable = |name: &str| {
            environment
                .get(name)
                .map(|value| value.trim())
                .filter(|value| !value.is_empty())
        };
        if self.region.is_none() {
            self.region = variable("HUAWEICLOUD_SDK_REGION").map(str::to_owned);
        }
        if self.project_id.is_none() {
            self.project_id = variable("HUAWEICLOUD_SDK_PROJECT_ID").map(str::to_owned);
        }
        if self.credentials.is_none() {
            self.credentials = access_key_from(&variable)?.map(Credentials::from);
        }
        self.endpoint_variables = environment
            .iter()
            .filter(|(name, value)| name.starts_with(PREFIX) && !value.trim().is_empty())
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        Ok(self)
    }
}

/// The key of the official SDKs' variables, else that of the documentation's.
fn access_key_from<'a>(
    variable: &impl Fn(&str) -> Option<&'a str>,
) -> Result<Option<AccessKey>, Error> {
    for (id, secret, token) in [
        (
            "HUAWEICLOUD_SDK_AK",
            "HUAWEICLOUD_SDK_SK",
            Some("HUAWEICLOUD_SDK_SECURITY_TOKEN"),
        ),
        ("CLOUD_SDK_AK", "CLOUD_SDK_SK", None),
    ] {
        let half = |set: &str, missing: &str| {
            Err(Error::new(
                ErrorKind::Credentials,
                format!("the variable {set} is set but {missing} is not: set both or neither"),
            ))
        };
        let key = match (variable(id), variable(secret)) {
            (Some(access), Some(hidden)) => AccessKey::new(access, hidden),
            (Some(_), None) => return half(id, secret),
            (None, Some(_)) => return half(secret, id),
            (None, None) => continue,
        };
        return Ok(Some(match token.and_then(variable) {
            Some(token) => key.with_security_token(token),
            None => key,
        }));
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
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
        builder.complete_from(&environment)?.build()
    }

    fn key_of(config: &Config) -> Option<(String, String, Option<String>)> {
        let Some(Credentials::AccessKey(key)) = config.credentials() else {
            return None;
        };
        let token = key.security_token().map(|token| token.expose().to_owned());
        Some((key.id().into(), key.secret().expose().into(), token))
    }

    #[test]
    fn the_official_variables_win_over_the_documented_ones() {
        let documented = [("CLOUD_SDK_AK", "a"), ("CLOUD_SDK_SK", "b")];
        let official = [
            ("HUAWEICLOUD_SDK_AK", "c"),
            ("HUAWEICLOUD_SDK_SK", "d"),
            ("HUAWEICLOUD_SDK_SECURITY_TOKEN", "e"),
        ];
        let config = load(Config::builder(), &documented).unwrap();
        assert_eq!(key_of(&config), Some(("a".into(), "b".into(), None)));
        let both = [&documented[..], &official[..]].concat();
        let config = load(Config::builder(), &both).unwrap();
        assert_eq!(
            key_of(&config),
            Some(("c".into(), "d".into(), Some("e".into())))
        );
        let set = Config::builder().credentials(AccessKey::new("x", "y"));
        assert_eq!(
            key_of(&load(set, &both).unwrap()),
            Some(("x".into(), "y".into(), None))
        );
        assert_eq!(key_of(&load(Config::builder(), &[]).unwrap()), None);
    }

    #[test]
    fn half_a_key_is_an_error_that_names_the_other_half() {
        let error = load(Config::builder(), &[("HUAWEICLOUD_SDK_SK", "hunter2")]).unwrap_err();
        assert!(error.is_credentials());
        assert!(error.to_string().contains("HUAWEICLOUD_SDK_AK"), "{error}");
        assert!(!format!("{error:?}").contains("hunter2"));
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
