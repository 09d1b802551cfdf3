//! The way of a request: project id, signature, sending, and the answer made one of two things.

use std::time::SystemTime;

use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use huaweicloud_auth::{Credentials, SigningContext};
use reqwest::{Request, Response, Url};

use crate::body;
use crate::config::Config;
use crate::endpoint::Service;
use crate::error::{Answer, Error, ErrorKind};
use crate::error_body::ErrorBody;
use crate::progenitor_client::OperationInfo;

/// Where the generated code leaves room for the project id. Path parameters cannot produce it,
/// since a colon in them is escaped.
const PROJECT_ID: &str = ":project_id";

const AGENT: &str = concat!("huaweicloud-sdk-rust/", env!("CARGO_PKG_VERSION"),);

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
        self.prepare(&mut request, operation)
            .map_err(|error| error.during(name))?;
        let response = self
            .http_client()
            .execute(request)
            .await
            .map_err(|source| connection_error(source).during(name))?;
        if response.status().is_success() {
            return Ok(response);
        }
        let error = error_of(response).await.during(name);
        Err(match self.config.credentials() {
            Some(credentials) => error.without_secrets_of(credentials),
            None => error,
        })
    }

    fn prepare(&self, request: &mut Request, operation: &OperationInfo) -> Result<(), Error> {
        self.fill_project_id(request.url_mut())?;
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
        if operation.authenticated {
            self.sign(request)
        } else {
            Ok(())
        }
    }

    fn fill_project_id(&self, url: &mut Url) -> Result<(), Error> {
        let Some((before, after)) = url.path().split_once(PROJECT_ID) else {
            return Ok(());
        };
        let Some(project_id) = self.config.project_id() else {
            return Err(Error::new(
                ErrorKind::Configuration,
                "no project id: set it with Config::builder().project_id(..) or the variable \
                 HUAWEICLOUD_SDK_PROJECT_ID",
            ));
        };
        let project_id = crate::progenitor_client::encode_path(project_id);
        let path = [before, &project_id, after].concat();
        url.set_path(&path);
        Ok(())
    }

    fn sign(&self, request: &mut Request) -> Result<(), Error> {
        let credentials = self.config.credentials().ok_or_else(|| {
            Error::new(
                ErrorKind::Credentials,
                "no credentials: set them with Config::builder().credentials(..), or the variables \
                 HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK before Config::builder().load()",
            )
        })?;
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
        let body = request
            .body()
            .map_or(Some(&[][..]), reqwest::Body::as_bytes)
            .ok_or_else(|| {
                Error::new(
                    ErrorKind::InvalidRequest,
                    "a streamed body cannot be signed yet",
                )
            })?;
        let context = SigningContext {
            time: SystemTime::now(),
            project_id: self.config.project_id(),
        };
        huaweicloud_auth::sign(&mut parts, body, credentials, &context).map_err(|source| {
            Error::new(ErrorKind::Credentials, "the request cannot be signed").with_source(source)
        })?;
        *request.headers_mut() = parts.headers;
        Ok(())
    }
}

impl Error {
    /// A service may echo what it was sent.
    fn without_secrets_of(self, credentials: &Credentials) -> Self {
        let secrets = match credentials {
            Credentials::AccessKey(key) => vec![Some(key.secret()), key.security_token()],
            Credentials::Token(token) => vec![Some(token)],
            _ => Vec::new(),
        };
        secrets
            .into_iter()
            .flatten()
            .fold(self, |error, secret| error.without(secret.expose()))
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

async fn error_of(response: Response) -> Error {
    let status = response.status();
    let request_id = request_id(response.headers());
    let location = status
        .is_redirection()
        .then(|| header_text(response.headers(), &http::header::LOCATION))
        .flatten();
    match body::read(response, body::ERROR_LIMIT).await {
        Ok(body) => {
            let mut found = ErrorBody::parse(&body);
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
