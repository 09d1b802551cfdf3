//! One attempt: project id, signature, sending, and the answer made one of two things.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{
    CONTENT_ENCODING, CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue, LOCATION, USER_AGENT,
};
use huaweicloud_auth::provide::Provided;
use huaweicloud_auth::{Payload, SigningContext};
use reqwest::{Request, Response, Url};

use crate::config::Config;
use crate::error::{Answer, Error, ErrorKind};
use crate::error_body::ErrorBody;
use crate::policy::retry_after;
use crate::progenitor_client::{OperationInfo, TextRule, encode_path};
use crate::redact::Secrets;
use crate::{body, body_log, connection, observe};

/// Where the generated code leaves room for a project id that is not known from the configuration.
/// Path parameters cannot produce it, since a colon in them is escaped.
pub(crate) const PROJECT_ID: &str = ":project_id";

/// The room for headers that signing and sending fill, so that the map grows once.
const HEADERS: usize = 12;

/// What an attempt needs to know.
pub(crate) struct Attempt<'a> {
    pub(crate) config: &'a Config,
    pub(crate) operation: &'a OperationInfo,
    /// The body, as far as it is at hand.
    pub(crate) body: Option<&'a [u8]>,
    pub(crate) provided: Option<&'a Arc<Provided>>,
    /// Whether the service is about an account rather than a project.
    pub(crate) global: bool,
    pub(crate) number: u32,
    pub(crate) limit: Duration,
    pub(crate) max_body: usize,
}

/// An attempt that failed, and what its answer says about the next.
pub(crate) struct Refusal {
    pub(crate) error: Error,
    /// When the service answered, by its own clock.
    pub(crate) date: Option<SystemTime>,
    /// Whether it came to sending, so that the endpoint may be to blame.
    pub(crate) endpoint_tried: bool,
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self {
            error,
            date: None,
            endpoint_tried: true,
        }
    }
}

impl Refusal {
    /// Nothing was sent, whatever was asked elsewhere to prepare it.
    fn unprepared(error: Error) -> Self {
        Self {
            error: error.unsent(),
            date: None,
            endpoint_tried: false,
        }
    }
}

impl Attempt<'_> {
    pub(crate) async fn send(
        &self,
        mut request: Request,
    ) -> Result<http::Response<Bytes>, Refusal> {
        let asked = tokio::time::Instant::now();
        // Looking up the project or the account is part of the attempt.
        tokio::time::timeout(self.limit, self.prepare(&mut request))
            .await
            .unwrap_or_else(|_| {
                let message = "the project or the account was not looked up in time";
                Err(Error::new(ErrorKind::Timeout, message))
            })
            .map_err(Refusal::unprepared)?;
        *request.timeout_mut() = Some(self.limit.saturating_sub(asked.elapsed()));
        let secrets = Secrets::of(self.provided.cloned());
        let started = tokio::time::Instant::now();
        let outcome = self
            .exchange(request, &secrets)
            .await
            .map_err(|mut refusal| {
                refusal.error = refusal.error.without(&secrets.and_sent(self.body));
                refusal
            });
        observe::attempt_ended(self.number, &outcome, started.elapsed());
        outcome
    }

    async fn prepare(&self, request: &mut Request) -> Result<(), Error> {
        if let Some(provided) = self.provided {
            self.fill_project_id(request.url_mut(), provided).await?;
            self.learn_domain_id(provided).await?;
        }
        if let Some(query) = request.url().query() {
            // The gateway signs the canonical form, and the official SDKs send it.
            let canonical = huaweicloud_auth::canonical_query(&query.replace('+', "%20"));
            request.url_mut().set_query(Some(&canonical));
        }
        let headers = request.headers_mut();
        headers.reserve(HEADERS);
        headers
            .entry(CONTENT_TYPE)
            .or_insert(HeaderValue::from_static("application/json"));
        headers.insert(USER_AGENT, self.config.user_agent().clone());
        for (name, value) in self.config.headers() {
            headers.entry(name).or_insert_with(|| value.clone());
        }
        self.provided
            .map_or(Ok(()), |provided| self.sign(request, provided))
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

    /// As the official SDKs do for global services: the account is looked up where a region says at
    /// which IAM, unless the caller speaks for a project.
    async fn learn_domain_id(&self, provided: &Arc<Provided>) -> Result<(), Error> {
        let is_wanted = self.global
            && self.config.region().is_some()
            && self.config.known_project_id(provided).is_none();
        if is_wanted {
            self.config.domain_id(provided).await?;
        }
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
        let domain_id = self
            .config
            .known_domain_id(provided)
            .filter(|_| self.global);
        // A global service is told of the account, and of a project only where no account is known.
        let project_id = self
            .config
            .known_project_id(provided)
            .filter(|_| domain_id.is_none());
        let context = SigningContext::new(self.config.clock().now())
            .algorithm(self.config.signing_algorithm())
            .project_id(project_id)
            .domain_id(domain_id);
        huaweicloud_auth::sign(&mut parts, payload, &provided.credentials, &context).map_err(
            |source| {
                Error::new(ErrorKind::Credentials, "the request cannot be signed")
                    .with_source(source)
            },
        )?;
        *request.headers_mut() = parts.headers;
        Ok(())
    }

    async fn exchange(
        &self,
        request: Request,
        secrets: &Secrets,
    ) -> Result<http::Response<Bytes>, Refusal> {
        self.config
            .listener()
            .request(self.operation, self.number, &request);
        if self.config.logs_bodies() {
            body_log::sending(self.number, request.body(), secrets);
        }
        let mut response = self
            .config
            .http()
            .execute(request)
            .await
            .map_err(connection_error)?;
        self.config
            .listener()
            .response(self.operation, self.number, &response);
        if !response.status().is_success() {
            return Err(self.refusal_of(response, secrets).await);
        }
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        let body = body::read(response, headers.get(CONTENT_ENCODING), self.max_body)
            .await
            .map_err(|error| error.with_answer(Answer::of(status, &headers)))?;
        if self.config.logs_bodies() {
            body_log::received(self.number, &body, secrets);
        }
        let mut answer = http::Response::new(body);
        *answer.status_mut() = status;
        *answer.headers_mut() = headers;
        // Whoever decodes the body may find an error in it.
        answer.extensions_mut().insert(secrets.clone());
        Ok(answer)
    }

    async fn refusal_of(&self, mut response: Response, secrets: &Secrets) -> Refusal {
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        let date =
            header_text(&headers, &DATE).and_then(|date| httpdate::parse_http_date(&date).ok());
        let error = match body::read(response, headers.get(CONTENT_ENCODING), body::ERROR_LIMIT)
            .await
        {
            Ok(body) => {
                if self.config.logs_bodies() {
                    body_log::received(self.number, &body, secrets);
                }
                let secrets = secrets.and_sent(self.body);
                let mut found = ErrorBody::parse(&secrets.redact_body(body));
                if status.is_redirection()
                    && let Some(location) = header_text(&headers, &LOCATION)
                {
                    found.message =
                        format!("redirected to {location}, which a signed request does not follow");
                }
                if found.message.is_empty() {
                    found.message = "the answer does not say why".to_owned();
                }
                Error::from_answer(status, request_id(&headers), found)
            }
            // Its status says more than that the rest of it was lost.
            Err(error) => Error::from_answer(
                status,
                request_id(&headers),
                ErrorBody {
                    message: error.message().to_owned(),
                    ..ErrorBody::default()
                },
            )
            .with_source(error),
        };
        let now = date.unwrap_or_else(SystemTime::now);
        let error = error.with_retry_after(retry_after(&headers, now));
        Refusal {
            error,
            date,
            endpoint_tried: true,
        }
    }
}

fn connection_error(source: reqwest::Error) -> Error {
    // Who refuses a certificate reads no request.
    let advice = connection::tls_advice(&source);
    let unsent = source.is_connect() || source.is_builder() || advice.is_some();
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
    let mut message = format!("{message}: {}", root_cause(&source));
    if let Some(advice) = advice {
        message.push_str("; ");
        message.push_str(advice);
    }
    let error = Error::new(kind, message).with_source(source);
    if unsent { error.unsent() } else { error }
}

/// The last of the sources tells what happened; those before it only in which layer.
pub(crate) fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
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
