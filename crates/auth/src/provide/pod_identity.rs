use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use http::header::AUTHORIZATION;
use serde_json::json;

use super::answer::{self, Kind};
use super::endpoint::{self, PlainHttp};
use super::exchange::{self, Exchange};
use super::{BoxFuture, Fetch, ProvideCredentials, ProvideError, Provided, Variables, file};

const NAME: &str = "the identity of the pod (CCE)";
const ADVICE: &str = "run in a pod whose service account is associated with an agency, which sets \
                      HC_CONTAINER_CREDENTIALS_FULL_URI and HC_CONTAINER_AUTHORIZATION_TOKEN_FILE";
const URI: &str = "HC_CONTAINER_CREDENTIALS_FULL_URI";
const TOKEN_FILE: &str = "HC_CONTAINER_AUTHORIZATION_TOKEN_FILE";
const TIMEOUT: Duration = Duration::from_secs(5);

/// The temporary key of the agency that a pod's service account is associated with.
///
/// The variable `HC_CONTAINER_CREDENTIALS_FULL_URI` names an agent on the node, and
/// `HC_CONTAINER_AUTHORIZATION_TOKEN_FILE` the file with the token that it wants to see. The file
/// is read each time, since the token in it is replaced.
///
/// ```
/// # fn example(fetch: std::sync::Arc<dyn huaweicloud_auth::provide::Fetch>) {
/// use huaweicloud_auth::provide::{CachedCredentials, PodIdentity};
///
/// let cached = CachedCredentials::new(PodIdentity::new(fetch));
/// # }
/// ```
#[derive(Debug)]
pub struct PodIdentity {
    exchange: Exchange,
    variables: Variables,
}

impl PodIdentity {
    /// The agent that the variables of this process name.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::{Fetch, PodIdentity};
    /// # fn example(fetch: std::sync::Arc<dyn Fetch>) {
    /// let source = PodIdentity::new(fetch);
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
        }
    }

    /// The same with these variables.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::{Fetch, PodIdentity, Variables};
    /// # fn example(fetch: std::sync::Arc<dyn Fetch>, variables: Variables) {
    /// let source = PodIdentity::new(fetch).variables(variables);
    /// # }
    /// ```
    #[must_use]
    pub fn variables(mut self, variables: Variables) -> Self {
        self.variables = variables;
        self
    }

    async fn get(&self) -> Result<Provided, ProvideError> {
        let exchange = &self.exchange;
        let half = |missing| Err(exchange.failed(format!("{missing} is not set")));
        let (address, token_file) = match (self.variables.get(URI), self.variables.get(TOKEN_FILE))
        {
            (Some(address), Some(token_file)) => (address, token_file),
            (Some(_), None) => return half(TOKEN_FILE),
            (None, Some(_)) => return half(URI),
            (None, None) => return Err(exchange.not_configured("its variables are not set")),
        };
        let uri = endpoint::check(&address, PlainHttp::LinkLocal)
            .map_err(|reason| exchange.failed(format!("{URI}: {reason}")))?;
        let token = file::read_token(Path::new(&token_file))
            .map_err(|reason| exchange.failed(format!("{TOKEN_FILE}: {reason}")))?;
        let mut headers = exchange::content_type(exchange::JSON);
        headers.insert(AUTHORIZATION, exchange.secret_header("the token", &token)?);
        let response = exchange
            .post("the key", &uri.to_string(), headers, &json!({}))
            .await?;
        answer::access_key(response.body(), Kind::Temporary)
            .map_err(|reason| exchange.failed(reason))
    }
}

impl ProvideCredentials for PodIdentity {
    fn name(&self) -> &'static str {
        NAME
    }

    fn provide(&self) -> BoxFuture<'_, Result<Provided, ProvideError>> {
        Box::pin(self.get())
    }
}
