use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue};
use http::{Method, Response, StatusCode, Uri};

use super::answer::{self, Kind};
use super::endpoint::{self, PlainHttp};
use super::exchange::Exchange;
use super::{BoxFuture, Fetch, ProvideCredentials, ProvideError, Provided};
use crate::Secret;

const NAME: &str = "the metadata service of the server (ECS)";
const ADVICE: &str = "run on an elastic cloud server that an agency is attached to";
const ENDPOINT: &str = "http://169.254.169.254";
const TOKEN_PATH: &str = "/meta-data/latest/api/token";
const KEY_PATH: &str = "/openstack/latest/securitykey";
const TIMEOUT: Duration = Duration::from_secs(3);

const X_METADATA_TOKEN: HeaderName = HeaderName::from_static("x-metadata-token");
const X_METADATA_TOKEN_TTL_SECONDS: HeaderName =
    HeaderName::from_static("x-metadata-token-ttl-seconds");
const SIX_HOURS: HeaderValue = HeaderValue::from_static("21600");

/// What the metadata service says, with 401, on a server without an agency.
const NO_AGENCY: &[u8] = b"Please configure Cloud Service Agency first";

/// The temporary key of the agency that is attached to the server.
///
/// It first asks for a token, which later requests carry. Where the service knows no tokens (404,
/// 405, 503) it asks for the key without; where the token is refused, it gets a new one, once.
///
/// ```
/// # fn example(fetch: std::sync::Arc<dyn huaweicloud_auth::provide::Fetch>) {
/// use huaweicloud_auth::provide::{CachedCredentials, MetadataService};
///
/// let cached = CachedCredentials::new(MetadataService::new(fetch));
/// # }
/// ```
#[derive(Debug)]
pub struct MetadataService {
    exchange: Exchange,
    endpoint: String,
    token: Mutex<Option<Secret>>,
}

impl MetadataService {
    /// The service of this server, at the link-local address `169.254.169.254`.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::{Fetch, MetadataService};
    /// # fn example(fetch: std::sync::Arc<dyn Fetch>) {
    /// let source = MetadataService::new(fetch);
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
            endpoint: ENDPOINT.to_owned(),
            token: Mutex::default(),
        }
    }

    /// The same at another address: https, or http on this machine or its link.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::{Fetch, MetadataService};
    /// # fn example(fetch: std::sync::Arc<dyn Fetch>) {
    /// let source = MetadataService::new(fetch).endpoint("http://127.0.0.1:8775");
    /// # }
    /// ```
    #[must_use]
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = endpoint.into();
        self
    }

    async fn get(&self) -> Result<Provided, ProvideError> {
        let base = endpoint::check(&self.endpoint, PlainHttp::LinkLocal)
            .map_err(|reason| self.exchange.failed(reason))?;
        let token = match self.known_token() {
            Some(token) => Some(token),
            None => self.new_token(&base).await?,
        };
        let mut response = self.ask_for_key(&base, token).await?;
        if response.status() == StatusCode::UNAUTHORIZED && !lacks_agency(response.body()) {
            let token = self.new_token(&base).await?.ok_or_else(|| {
                self.exchange
                    .failed("the key is refused without a token, and there are no tokens")
            })?;
            response = self.ask_for_key(&base, Some(token)).await?;
        }
        if !response.status().is_success() && lacks_agency(response.body()) {
            return Err(ProvideError::failed(NAME, "the server has no agency")
                .with_advice("attach an agency to the server in the console"));
        }
        let response = self.exchange.success("the key", response)?;
        answer::access_key(response.body(), Kind::Temporary)
            .map_err(|reason| self.exchange.failed(reason))
    }

    fn known_token(&self) -> Option<Secret> {
        let token = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        token.clone()
    }

    /// `None` where the service knows no tokens.
    async fn new_token(&self, base: &Uri) -> Result<Option<Secret>, ProvideError> {
        // Some servers refuse a PUT that does not say its length (411).
        let headers = HeaderMap::from_iter([
            (X_METADATA_TOKEN_TTL_SECONDS, SIX_HOURS),
            (CONTENT_LENGTH, HeaderValue::from_static("0")),
        ]);
        let uri = endpoint::join(base, TOKEN_PATH);
        let request = self
            .exchange
            .request(Method::PUT, &uri, headers, Vec::new())?;
        let response = self.exchange.send("the token", request).await?;
        let token = match response.status() {
            StatusCode::NOT_FOUND
            | StatusCode::METHOD_NOT_ALLOWED
            | StatusCode::SERVICE_UNAVAILABLE => None,
            _ => Some(self.token_in(&self.exchange.success("the token", response)?)?),
        };
        let mut kept = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        kept.clone_from(&token);
        Ok(token)
    }

    fn token_in(&self, response: &Response<Bytes>) -> Result<Secret, ProvideError> {
        match str::from_utf8(response.body()).map(str::trim) {
            Ok(text) if !text.is_empty() => {
                // What cannot be sent is no token, and is not kept.
                self.exchange.secret_header("the token", text)?;
                Ok(Secret::from(text))
            }
            _ => Err(self
                .exchange
                .failed("the answer to the token request holds no token")),
        }
    }

    async fn ask_for_key(
        &self,
        base: &Uri,
        token: Option<Secret>,
    ) -> Result<Response<Bytes>, ProvideError> {
        let mut headers = HeaderMap::new();
        if let Some(token) = token {
            let value = self.exchange.secret_header("the token", token.expose())?;
            headers.insert(X_METADATA_TOKEN, value);
        }
        let uri = endpoint::join(base, KEY_PATH);
        let request = self
            .exchange
            .request(Method::GET, &uri, headers, Vec::new())?;
        self.exchange.send("the key", request).await
    }
}

fn lacks_agency(body: &[u8]) -> bool {
    body.windows(NO_AGENCY.len()).any(|part| part == NO_AGENCY)
}

impl ProvideCredentials for MetadataService {
    fn name(&self) -> &'static str {
        NAME
    }

    fn provide(&self) -> BoxFuture<'_, Result<Provided, ProvideError>> {
        Box::pin(self.get())
    }
}
