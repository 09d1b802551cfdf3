//! The way of a request: project id, signature, sending, and the answer made one of two things.

use std::sync::Arc;
use std::time::SystemTime;

use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use huaweicloud_auth::provide::Provided;
use huaweicloud_auth::{Payload, SigningContext};
use reqwest::{Request, Response, Url};

use crate::body;
use crate::config::Config;
use crate::endpoint::Service;
use crate::error::{Answer, Error, ErrorKind};
use crate::error_body::ErrorBody;
use crate::progenitor_client::{OperationInfo, TextRule, encode_path};
use crate::redact::Secrets;

/// Where the generated code leaves room for the project id. Path parameters cannot produce it,
/// since a colon in them is escaped.
const PROJECT_ID: &str = ":project_id";

pub(crate) const AGENT: &str = concat!("huaweicloud-sdk-rust/", env!("CARGO_PKG_VERSION"));

/// What a client sends its requests through.
///
/// # Example
///
/// ```
/// use huaweicloud_core::{Config, Service, Transport};
///
/// static CCE: Service = Service::new(
///     "CCE",
///     &[("cn-north-4", "https://cce.cn-north-4.myhuaweicloud.com")],
/// );
/// let config = Config::builder().region("cn-north-4").build()?;
/// let transport = Transport::new(&config, &CCE)?;
/// assert_eq!(transport.endpoint(), "https://cce.cn-north-4.myhuaweicloud.com");
/// # Ok::<(), huaweicloud_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Transport {
    config: Config,
    endpoint: String,
    /// Whether the service is about an account rather than a project.
    global: bool,
}

impl Transport {
    /// Prepares to reach a service.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] when the configuration names neither an endpoint nor a region
    /// in which the service is documented.
    pub fn new(config: &Config, service: &Service) -> Result<Self, Error> {
        let endpoint = config.endpoint_of(service)?.base().to_owned();
        Ok(Self {
            config: config.clone(),
            endpoint,
            global: service.global_endpoint().is_some(),
        })
    }

    /// The address that requests go to, without a trailing slash.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The HTTP client of the configuration.
    #[must_use]
    pub fn http_client(&self) -> &reqwest::Client {
        self.config.http()
    }

    /// Completes a request, signs it, sends it, and returns the answer if it is a success.
    ///
    /// # Errors
    ///
    /// Every [`Error`] but [`ErrorKind::Decoding`].
    pub async fn execute(
        &self,
        mut request: Request,
        operation: &OperationInfo,
    ) -> Result<Response, Error> {
        let name = operation.operation_id;
        let provided = match operation.authenticated {
            true => Some(
                self.config
                    .credentials()
                    .await
                    .map_err(|error| error.during(name))?,
            ),
            false => None,
        };
        self.prepare(&mut request, provided.as_ref())
            .await
            .map_err(|error| error.during(name))?;
        let secrets = Secrets::of(provided);
        let mut response = self
            .http_client()
            .execute(request)
            .await
            .map_err(|source| connection_error(source).during(name))?;
        if response.status().is_success() {
            // Whoever reads the body may find an error in it.
            response.extensions_mut().insert(secrets);
            return Ok(response);
        }
        let error = error_of(response, &secrets).await;
        Err(error.during(name).without(&secrets))
    }

    async fn prepare(
        &self,
        request: &mut Request,
        provided: Option<&Arc<Provided>>,
    ) -> Result<(), Error> {
        if let Some(provided) = provided {
            self.fill_project_id(request.url_mut(), provided).await?;
        }
        if let Some(query) = request.url().query() {
            // The gateway signs the canonical form, and the official SDKs send it.
            let canonical = huaweicloud_auth::canonical_query(&query.replace('+', "%20"));
            request.url_mut().set_query(Some(&canonical));
        }
        let headers = request.headers_mut();
        headers
            .entry(CONTENT_TYPE)
            .or_insert(HeaderValue::from_static("application/json"));
        headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
        provided.map_or(Ok(()), |provided| self.sign(request, provided))
    }

    async fn fill_project_id(&self, url: &mut Url, provided: &Arc<Provided>) -> Result<(), Error> {
        let Some((before, after)) = url.path().split_once(PROJECT_ID) else {
            return Ok(());
        };
        let project_id = TextRule::segment()
            .check("project_id", self.config.project_id(provided).await?)
            .map_err(|message| Error::new(ErrorKind::Configuration, message))?;
        let path = [before, &encode_path(&project_id), after].concat();
        url.set_path(&path);
        Ok(())
    }

    fn sign(&self, request: &mut Request, provided: &Provided) -> Result<(), Error> {
        let mut parts = http::Request::builder()
            .method(request.method())
            .uri(request.url().as_str())
            .body(())
            .map_err(|source| {
                Error::new(ErrorKind::InvalidRequest, "the request cannot be signed")
                    .with_source(source)
            })?
            .into_parts()
            .0;
        parts.headers = std::mem::take(request.headers_mut());
        let payload = match request.body() {
            None => Payload::Bytes(&[]),
            // The bytes of a stream are not at hand.
            Some(body) => body.as_bytes().map_or(Payload::Unsigned, Payload::Bytes),
        };
        let domain_id = self.config.domain_id(provided).filter(|_| self.global);
        // A global service is told of the account, and of a project only where no account is known.
        let project_id = self
            .config
            .known_project_id(provided)
            .filter(|_| domain_id.is_none());
        let context = SigningContext::new(SystemTime::now())
            .algorithm(self.config.signing_algorithm())
            .project_id(project_id)
            .domain_id(domain_id);
        let credentials = &provided.credentials;
        huaweicloud_auth::sign(&mut parts, payload, credentials, &context).map_err(|source| {
            Error::new(ErrorKind::Credentials, "the request cannot be signed").with_source(source)
        })?;
        *request.headers_mut() = parts.headers;
        Ok(())
    }
}

fn connection_error(source: reqwest::Error) -> Error {
    let (kind, message) = if source.is_timeout() {
        (ErrorKind::Timeout, "no answer in time")
    } else if source.is_connect() {
        (ErrorKind::Connection, "the service cannot be reached")
    } else if source.is_builder() {
        (ErrorKind::InvalidRequest, "the request cannot be built")
    } else {
        (
            ErrorKind::Connection,
            "the connection broke before the answer",
        )
    };
    // The URL is in the source; it holds ids but no secrets.
    let message = format!("{message}: {}", root_cause(&source));
    Error::new(kind, message).with_source(source)
}

/// The last of the sources tells what happened; those before it only in which layer.
pub(crate) fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

async fn error_of(response: Response, secrets: &Secrets) -> Error {
    let status = response.status();
    let request_id = request_id(response.headers());
    let location = status
        .is_redirection()
        .then(|| header_text(response.headers(), &http::header::LOCATION))
        .flatten();
    match body::read(response, body::ERROR_LIMIT).await {
        Ok(body) => {
            let mut found = ErrorBody::parse(&secrets.redact_body(body));
            if let Some(location) = location {
                found.message =
                    format!("redirected to {location}, which a signed request does not follow");
            }
            if found.message.is_empty() {
                found.message = "the answer does not say why".to_owned();
            }
            Error::from_answer(status, request_id, found)
        }
        Err(error) => error.with_answer(Answer {
            status,
            request_id,
            code: None,
            encoded_authorization_message: None,
        }),
    }
}

/// The id of a request, as services and IAM send it.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<String> {
    ["x-request-id", "x-iam-trace-id"]
        .into_iter()
        .find_map(|name| header_text(headers, &HeaderName::from_static(name)))
}

fn header_text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}
