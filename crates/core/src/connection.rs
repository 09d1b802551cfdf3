//! The HTTP client under every call.

use std::time::Duration;

use crate::error::{Error, ErrorKind};

/// A host that does not answer a connection attempt in this time is not going to.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The longest silence within an answer. The services' slow calls return a job and go on behind it.
const READ_TIMEOUT: Duration = Duration::from_secs(60);

/// Makes a client with a pool of its own.
///
/// It follows no redirects, since a signed request must not travel to another host, and it reads no
/// proxy from the environment.
pub(crate) fn client() -> Result<reqwest::Client, Error> {
    #[cfg(feature = "rustls")]
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Ring builds in a third of the time of aws-lc-rs and needs neither CMake nor NASM. An
        // application that prefers another provider installs it before. A lost race means that
        // there is one now.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(READ_TIMEOUT)
        .no_proxy()
        .build()
        .map_err(|source| {
            Error::new(ErrorKind::Configuration, "the HTTP client cannot be set up")
                .with_source(source)
        })
}
