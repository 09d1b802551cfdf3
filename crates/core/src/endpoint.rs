//! Where a service is reached.

use std::fmt;

use reqwest::Url;

use crate::error::{Error, ErrorKind};
use crate::named_endpoints;

/// A service as its document describes it: its name, and where it is reached.
///
/// # Example
///
/// ```
/// use huaweicloud_core::Service;
///
/// static CCE: Service = Service::new(
///     "CCE",
///     &[("cn-north-4", "https://cce.cn-north-4.myhuaweicloud.com")],
/// );
/// assert_eq!(CCE.endpoint_in("cn-north-4"), Some("https://cce.cn-north-4.myhuaweicloud.com"));
/// ```
#[derive(Debug)]
pub struct Service {
    name: &'static str,
    endpoints: &'static [(&'static str, &'static str)],
    global: Option<&'static str>,
}

impl Service {
    /// Describes a service by its name, as the environment variables have it, and its endpoints by
    /// region.
    #[must_use]
    pub const fn new(
        name: &'static str,
        endpoints: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self {
            name,
            endpoints,
            global: None,
        }
    }

    /// Adds the endpoint that serves where a region has none of its own.
    ///
    /// ```
    /// use huaweicloud_core::Service;
    ///
    /// static IAM: Service =
    ///     Service::new("IAM", &[]).with_global_endpoint("https://iam.myhuaweicloud.com");
    /// assert_eq!(IAM.global_endpoint(), Some("https://iam.myhuaweicloud.com"));
    /// ```
    #[must_use]
    pub const fn with_global_endpoint(mut self, endpoint: &'static str) -> Self {
        self.global = Some(endpoint);
        self
    }

    /// The name, as in `HUAWEICLOUD_SDK_REGION_<NAME>_<REGION>`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The documented endpoint in a region.
    #[must_use]
    pub fn endpoint_in(&self, region: &str) -> Option<&'static str> {
        self.endpoints
            .iter()
            .find(|(name, _)| *name == region)
            .map(|(_, endpoint)| *endpoint)
    }

    /// The documented endpoint that belongs to no region. It is used where the configuration has no
    /// region, or one in which the service is not documented.
    #[must_use]
    pub fn global_endpoint(&self) -> Option<&'static str> {
        self.global
    }

    /// The regions in which the service is documented.
    pub fn regions(&self) -> impl Iterator<Item = &'static str> {
        self.endpoints.iter().map(|(name, _)| *name)
    }

    /// The environment variable that names the endpoint in a region.
    ///
    /// ```
    /// let cce = huaweicloud_core::Service::new("CCE", &[]);
    /// assert_eq!(cce.variable("cn-north-4"), "HUAWEICLOUD_SDK_REGION_CCE_CN_NORTH_4");
    /// ```
    #[must_use]
    pub fn variable(&self, region: &str) -> String {
        named_endpoints::variable(self.name, region)
    }
}

/// The address of a service: scheme, host, port, and nothing that a signature would miss.
#[derive(Clone, PartialEq)]
pub(crate) struct Endpoint(Url);

impl Endpoint {
    /// Reads an endpoint; without a scheme it is https, as in the official SDKs.
    ///
    /// Plain http would show tokens to everybody on the way, so it is refused unless it stays on
    /// this machine or was allowed by name.
    pub(crate) fn parse(text: &str, allow_http: bool) -> Result<Self, Error> {
        let refuse = |why: &str| {
            Error::new(
                ErrorKind::Configuration,
                format!("the endpoint {text:?} {why}"),
            )
        };
        let with_scheme = if text.contains("://") {
            text.to_owned()
        } else {
            format!("https://{text}")
        };
        let url = Url::parse(&with_scheme)
            .map_err(|source| refuse("is not a URL").with_source(source))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Error::new(
                ErrorKind::Configuration,
                "the endpoint carries a user name or a password; give credentials separately",
            ));
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(refuse("has more than a scheme, a host and a port"));
        }
        match url.scheme() {
            "https" => Ok(Self(url)),
            "http" if allow_http || is_loopback(&url) => Ok(Self(url)),
            "http" => Err(refuse(
                "is plain http: use https, or allow it with Config::builder().allow_http(true)",
            )),
            _ => Err(refuse("is neither https nor http")),
        }
    }

    /// Puts the scheme, the host and the port in the place of those of an address.
    pub(crate) fn replace_in(&self, url: &mut Url) {
        let origin = |url: &Url| (url.scheme() == "https", url.port());
        if origin(url) == origin(&self.0) && url.host_str() == self.0.host_str() {
            // So it is in all but a failover, and parsing costs.
            return;
        }
        let mut replaced = self.0.clone();
        replaced.set_path(url.path());
        replaced.set_query(url.query());
        *url = replaced;
    }

    /// The address without a trailing slash, to which paths are appended.
    pub(crate) fn base(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.base())
    }
}

fn is_loopback(url: &Url) -> bool {
    let Some(host) = url.host_str() else {
        return false;
    };
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || address
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_and_loopback_are_accepted_by_default() {
        let cases = [
            (
                "https://cce.cn-north-4.myhuaweicloud.com",
                Some("https://cce.cn-north-4.myhuaweicloud.com"),
            ),
            (
                "cce.cn-north-4.myhuaweicloud.com/",
                Some("https://cce.cn-north-4.myhuaweicloud.com"),
            ),
            ("https://example.com:8443", Some("https://example.com:8443")),
            ("http://127.0.0.1:80", Some("http://127.0.0.1")),
            ("http://127.8.8.8:1", Some("http://127.8.8.8:1")),
            ("http://[::1]:9000", Some("http://[::1]:9000")),
            ("http://localhost:9000", Some("http://localhost:9000")),
            ("http://cce.example.com", None),
            ("http://localhost.example.com", None),
            ("http://10.0.0.1", None),
            ("ftp://127.0.0.1", None),
            ("https://user:hunter2@example.com", None),
            ("https://example.com/path", None),
            ("https://example.com/?a=b", None),
            ("https://", None),
            ("", None),
        ];
        for (text, base) in cases {
            let parsed = Endpoint::parse(text, false);
            assert_eq!(parsed.as_ref().ok().map(Endpoint::base), base, "{text}");
            if let Err(error) = parsed {
                assert!(
                    !format!("{error} {error:?}").contains("hunter2"),
                    "{error:?}"
                );
            }
        }
        assert!(Endpoint::parse("http://cce.example.com", true).is_ok());
    }
}
