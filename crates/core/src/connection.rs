//! The HTTP client under every call.

#[cfg(feature = "rustls")]
use std::path::{Path, PathBuf};

use huaweicloud_auth::Secret;

use crate::error::{Error, ErrorKind};
use crate::policy::Timeouts;

/// How services are reached over the network.
#[derive(Clone, Debug, Default)]
pub(crate) struct Connection {
    pub(crate) timeouts: Timeouts,
    /// The address of a proxy, which may hold a password.
    pub(crate) proxy: Option<Secret>,
    #[cfg(feature = "rustls")]
    pub(crate) ca_file: Option<PathBuf>,
    /// The files of a certificate and of its private key.
    #[cfg(feature = "rustls")]
    pub(crate) client_certificate: Option<(PathBuf, PathBuf)>,
}

impl Connection {
    /// Makes a client with a pool of its own.
    ///
    /// It follows no redirects, since a signed request must not travel to another host, and reads
    /// no proxy from the environment.
    pub(crate) fn client(&self) -> Result<reqwest::Client, Error> {
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(self.timeouts.connect)
            .read_timeout(self.timeouts.read)
            .no_proxy();
        if let Some(proxy) = &self.proxy {
            // The source would show the address with its password.
            let proxy = reqwest::Proxy::all(proxy.expose())
                .map_err(|_| refused("the address of the proxy is not a URL"))?;
            builder = builder.proxy(proxy);
        }
        #[cfg(feature = "rustls")]
        {
            builder = self.with_tls(builder)?;
        }
        builder
            .build()
            .map_err(|source| refused("the HTTP client cannot be set up").with_source(source))
    }

    #[cfg(feature = "rustls")]
    fn with_tls(
        &self,
        mut builder: reqwest::ClientBuilder,
    ) -> Result<reqwest::ClientBuilder, Error> {
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            // Ring builds faster than aws-lc-rs. An application that prefers another provider
            // installs it before. A lost race means that there is one now.
            let _ = rustls::crypto::ring::default_provider().install_default();
        }
        if let Some(path) = &self.ca_file {
            let wrong = |source: reqwest::Error| {
                refused(&format!("{} holds no certificates in PEM", path.display()))
                    .with_source(source)
            };
            let certificates =
                reqwest::Certificate::from_pem_bundle(&read(path)?).map_err(wrong)?;
            if certificates.is_empty() {
                return Err(refused(&format!(
                    "{} holds no certificates in PEM",
                    path.display()
                )));
            }
            builder = builder.tls_certs_merge(certificates);
        }
        if let Some((certificate, key)) = &self.client_certificate {
            let mut pem = zeroize::Zeroizing::new(read(certificate)?);
            pem.push(b'\n');
            pem.extend_from_slice(&zeroize::Zeroizing::new(read(key)?));
            let identity = reqwest::Identity::from_pem(&pem).map_err(|source| {
                let (certificate, key) = (certificate.display(), key.display());
                refused(&format!(
                    "{certificate} and {key} are no certificate and key in PEM"
                ))
                .with_source(source)
            })?;
            builder = builder.identity(identity);
        }
        Ok(builder)
    }
}

#[cfg(feature = "rustls")]
fn read(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|source| {
        refused(&format!("{} cannot be read", path.display())).with_source(source)
    })
}

fn refused(message: &str) -> Error {
    Error::new(ErrorKind::Configuration, message)
}

/// What to do about a certificate that one of the two sides does not accept.
#[cfg(feature = "rustls")]
pub(crate) fn tls_advice(error: &(dyn std::error::Error + 'static)) -> Option<&'static str> {
    use rustls::{AlertDescription, Error};
    match tls_error(error)? {
        Error::InvalidCertificate(_) => Some(
            "where an authority of its own signs it, name the authority's file with \
             Config::builder().ca_file(..)",
        ),
        Error::AlertReceived(AlertDescription::CertificateRequired) => {
            Some("name the files of one with Config::builder().client_certificate(..)")
        }
        _ => None,
    }
}

#[cfg(not(feature = "rustls"))]
pub(crate) fn tls_advice(_: &(dyn std::error::Error + 'static)) -> Option<&'static str> {
    None
}

/// The error of TLS behind an error. One of I/O shows what is in it, but is not its source.
#[cfg(feature = "rustls")]
fn tls_error<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a rustls::Error> {
    if let Some(found) = error.downcast_ref() {
        return Some(found);
    }
    let inner = error
        .downcast_ref::<std::io::Error>()
        .and_then(|error| error.get_ref());
    match inner {
        Some(inner) => tls_error(inner),
        None => tls_error(error.source()?),
    }
}
