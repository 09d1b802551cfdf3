//! What sources of credentials send their requests through.

use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_ENCODING;
use huaweicloud_auth::provide::{BoxError, BoxFuture, Fetch, MAX_ANSWER};

use crate::body;
use crate::connection::Connection;
use crate::error::Error;

/// Sends the requests of sources of credentials, as [`Fetch`] demands it: no redirects, no proxy, a
/// bounded answer.
///
/// # Example
///
/// ```
/// use std::sync::Arc;
/// use huaweicloud_core::auth::provide::{IamPassword, IamUser, ProjectScope};
/// use huaweicloud_core::{Config, HttpFetch};
///
/// let user = IamUser::new("a user", "a password", "an account");
/// let scope = ProjectScope::name("cn-north-4");
/// let source = IamPassword::new(Arc::new(HttpFetch::new()?), user, scope);
/// let config = Config::builder().region("cn-north-4").credentials_provider(source).build()?;
/// # Ok::<(), huaweicloud_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct HttpFetch(reqwest::Client);

impl HttpFetch {
    /// Sets up connections of their own.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) when TLS cannot be set up.
    pub fn new() -> Result<Self, Error> {
        Connection::default().client().map(Self)
    }

    pub(crate) fn with_client(client: reqwest::Client) -> Self {
        Self(client)
    }
}

impl Fetch for HttpFetch {
    fn fetch(
        &self,
        request: http::Request<Vec<u8>>,
        timeout: Duration,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, BoxError>> {
        Box::pin(async move {
            let mut request = reqwest::Request::try_from(request)?;
            // For the whole answer, body included.
            *request.timeout_mut() = Some(timeout);
            let mut response = self.0.execute(request).await?;
            let mut answer = http::Response::new(Bytes::new());
            *answer.status_mut() = response.status();
            *answer.headers_mut() = std::mem::take(response.headers_mut());
            // Its advice is for users of a service; the source of credentials has its own.
            let encoding = answer.headers().get(CONTENT_ENCODING).cloned();
            *answer.body_mut() = body::read(response, encoding.as_ref(), MAX_ANSWER)
                .await
                .map_err(|error| error.message().to_owned())?;
            Ok(answer)
        })
    }
}
