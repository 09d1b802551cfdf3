//! The way of a request: attempts, the waits between them, and what is mended on the way.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use huaweicloud_auth::provide::Provided;
use reqwest::Request;
use tokio::time::{Instant, timeout};
use tracing::Instrument as _;

use crate::attempt::{Attempt, PROJECT_ID, Refusal};
use crate::config::Config;
use crate::endpoint::Service;
use crate::error::{Effort, Error, ErrorKind};
use crate::failover::Endpoints;
use crate::observe;
use crate::policy::{CallOptions, Limiter, RetryPolicy, Timeouts};
use crate::progenitor_client::OperationInfo;

/// The longest wait that a service may ask for by `Retry-After`. One that asks for more is better
/// left to the caller, who gets its error at once.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(60);

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
    service: &'static str,
    endpoints: Arc<Endpoints>,
    /// The project id in paths, where the configuration names it.
    project: Option<Arc<str>>,
    /// Whether the service is about an account rather than a project.
    global: bool,
    limiter: Option<Arc<Limiter>>,
    options: CallOptions,
}

impl Transport {
    /// Prepares to reach a service.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] when the configuration names neither an endpoint nor a region
    /// in which the service is documented.
    pub fn new(config: &Config, service: &Service) -> Result<Self, Error> {
        let endpoints = Arc::new(Endpoints::new(config.endpoints_of(service)?));
        Ok(Self {
            limiter: config.limiter(endpoints.main())?,
            config: config.clone(),
            service: service.name(),
            project: config.project_segment(),
            endpoints,
            global: service.global_endpoint().is_some(),
            options: CallOptions::default(),
        })
    }

    /// The same transport, with options in place of those of the configuration.
    #[must_use]
    pub fn with_options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// The main address that requests go to, without a trailing slash. Where the environment names
    /// others, they are used while it cannot be reached.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        self.endpoints.main()
    }

    /// Names what requests count against where the cloud limits their rate: the main address and
    /// the project that was set, or without one the configuration, whose clients speak for one
    /// account. Clients with the same key share their quota.
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
    /// let key = |project: &str| -> Result<String, huaweicloud_core::Error> {
    ///     let config = Config::builder().region("cn-north-4").project_id(project).build()?;
    ///     Ok(Transport::new(&config, &CCE)?.quota_key())
    /// };
    /// assert_eq!(key("0605767a")?, key("0605767a")?);
    /// assert_ne!(key("0605767a")?, key("f5af6621")?);
    /// # Ok::<(), huaweicloud_core::Error>(())
    /// ```
    #[must_use]
    pub fn quota_key(&self) -> String {
        format!("{} {}", self.endpoint(), self.config.account_key())
    }

    /// What stands for the project id when the address of a request is made: the id itself where the
    /// configuration names one, or else a mark that [`execute`](Self::execute) replaces.
    #[doc(hidden)]
    #[must_use]
    pub fn project_segment(&self) -> &str {
        self.project.as_deref().unwrap_or(PROJECT_ID)
    }

    /// The HTTP client of the configuration.
    #[must_use]
    pub fn http_client(&self) -> &reqwest::Client {
        self.config.http()
    }

    /// Completes a request, signs it, sends it, again where that is safe and may help, and returns
    /// the answer if it is a success. Dropping the future ends the call at once.
    ///
    /// # Errors
    ///
    /// Every [`Error`] but of [`ErrorKind::Decoding`] for a body that cannot be understood.
    pub async fn execute(
        &self,
        request: Request,
        operation: &OperationInfo,
    ) -> Result<Response<Bytes>, Error> {
        let span = observe::call_span(self.service, self.config.region(), operation, &request);
        let started = Instant::now();
        let mut attempts = 0;
        let outcome = self
            .unless_cancelled(self.attempts(request, operation, started, &mut attempts))
            .instrument(span.clone())
            .await;
        let effort = Effort {
            attempts,
            elapsed: started.elapsed(),
        };
        let outcome = match outcome {
            Ok(mut answer) => {
                // For an error that decoding may find.
                answer.extensions_mut().insert(effort);
                Ok(answer)
            }
            Err(error) => Err(error.during(operation.operation_id).after(effort)),
        };
        observe::call_ended(&span, &outcome);
        outcome
    }

    /// Ends a call when its token, if it has one, is cancelled.
    async fn unless_cancelled<T>(
        &self,
        call: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let Some(token) = &self.options.cancelled else {
            return call.await;
        };
        let cancelled = || Error::new(ErrorKind::Cancelled, "the call was cancelled by its token");
        token
            .run_until_cancelled(call)
            .await
            .ok_or_else(cancelled)?
    }

    async fn attempts(
        &self,
        request: Request,
        operation: &OperationInfo,
        started: Instant,
        attempts: &mut u32,
    ) -> Result<Response<Bytes>, Error> {
        let retry = self.retry();
        let timeouts = self.timeouts();
        let budget = self.config.retry_budget();
        let method = request.method().clone();
        let mut template = Some(request);
        let mut mended = Mended::default();
        let left = || timeouts.call.saturating_sub(started.elapsed());
        let mut provided = self.credentials(operation, left()).await?;
        let mut spent = None;
        let mut others_left = self.endpoints.len();
        loop {
            // A stream can be sent only once.
            let again = template.as_ref().and_then(Request::try_clone);
            let Some(mut request) = std::mem::replace(&mut template, again) else {
                return Err(Error::new(
                    ErrorKind::InvalidRequest,
                    "nothing is left to send",
                ));
            };
            self.turn(left()).await?;
            *attempts += 1;
            let endpoint = self.endpoints.current();
            self.endpoints.point(request.url_mut(), endpoint);
            let signed_with = self.config.clock().ahead_seconds();
            let attempt = Attempt {
                config: &self.config,
                operation,
                body: template
                    .as_ref()
                    .and_then(Request::body)
                    .and_then(reqwest::Body::as_bytes),
                provided: provided.as_ref(),
                global: self.global,
                number: *attempts,
                limit: timeouts.attempt.min(left()),
                max_body: self
                    .options
                    .max_body
                    .unwrap_or_else(|| self.config.max_body()),
            };
            let refusal = match attempt.send(request).await {
                Ok(answer) => {
                    budget.succeed(spent);
                    return Ok(answer);
                }
                Err(refusal) => refusal,
            };
            if let (true, Some(limiter)) = (refusal.error.is_throttled(), &self.limiter) {
                limiter.throttled();
            }
            if template.is_none() {
                return Err(refusal.error);
            }
            if refusal.endpoint_tried && refusal.error.is_unsent() && refusal.error.is_connection()
            {
                self.endpoints.leave(endpoint);
                // Each of the others is worth a try at once.
                others_left = others_left.saturating_sub(1);
                if others_left > 0 {
                    continue;
                }
            }
            if self.mend_clock(&refusal, signed_with, provided.is_some(), &mut mended) {
                continue;
            }
            if let Some(renewed) = self
                .renew(
                    &refusal,
                    operation,
                    provided.as_deref(),
                    &mut mended,
                    left(),
                )
                .await
            {
                provided = Some(renewed);
                continue;
            }
            let Some(delay) = retry.delay(*attempts, &method, &refusal.error) else {
                return Err(refusal.error);
            };
            let asked = refusal.error.retry_after();
            let delay = asked.map_or(delay, |asked| asked.max(delay));
            if delay >= left() || asked.is_some_and(|asked| asked > LONGEST_RETRY_AFTER) {
                return Err(refusal.error);
            }
            spent = budget.spend(&refusal.error);
            if spent.is_none() {
                observe::budget_exhausted();
                return Err(refusal.error);
            }
            observe::waiting(delay);
            tokio::time::sleep(delay).await;
        }
    }

    /// Waits for its turn under the rate limit, if there is one.
    async fn turn(&self, left: Duration) -> Result<(), Error> {
        let Some(limiter) = &self.limiter else {
            return Ok(());
        };
        timeout(left, limiter.turn()).await.map_err(|_| {
            let message = "no turn under the rate limit within the time of the call: raise the \
                           limit or the time, or call less often";
            Error::new(ErrorKind::Timeout, message)
        })
    }

    /// What the operation is authenticated with, if it is, within what is left of the call's time.
    async fn credentials(
        &self,
        operation: &OperationInfo,
        left: Duration,
    ) -> Result<Option<Arc<Provided>>, Error> {
        if !operation.authenticated {
            return Ok(None);
        }
        match timeout(left, self.config.credentials()).await {
            Ok(provided) => provided.map(Some),
            Err(_) => Err(Error::new(
                ErrorKind::Credentials,
                "the source of credentials gave none within the time of the call",
            )),
        }
    }

    /// Mends a clock that is off, once, so that it never becomes a loop; says whether that makes
    /// another attempt worthwhile.
    fn mend_clock(
        &self,
        refusal: &Refusal,
        signed_with: i64,
        authenticated: bool,
        mended: &mut Mended,
    ) -> bool {
        let clock = self.config.clock();
        let learns = |date| clock.learn(date, signed_with);
        let is_mended = !mended.clock
            && authenticated
            && refusal.error.is_unauthorized()
            && refusal.date.is_some_and(learns);
        mended.clock |= is_mended;
        is_mended
    }

    /// Renews credentials that have expired or been revoked, once as well. Returns what the next
    /// attempt is authenticated with, or `None` when there is nothing new.
    async fn renew(
        &self,
        refusal: &Refusal,
        operation: &OperationInfo,
        provided: Option<&Provided>,
        mended: &mut Mended,
        left: Duration,
    ) -> Option<Arc<Provided>> {
        let provided = provided.filter(|_| refusal.error.is_unauthorized())?;
        if mended.credentials || !self.config.refuse_credentials(provided) {
            return None;
        }
        mended.credentials = true;
        let renewed = self.credentials(operation, left).await.ok()??;
        (renewed.credentials != provided.credentials).then_some(renewed)
    }

    fn retry(&self) -> RetryPolicy {
        self.options
            .retry
            .unwrap_or_else(|| self.config.retry_policy())
    }

    fn timeouts(&self) -> Timeouts {
        let mut timeouts = self
            .options
            .timeouts
            .unwrap_or_else(|| self.config.timeouts());
        if let Some(limit) = self.options.call_limit {
            timeouts.call = limit;
        }
        timeouts
    }
}

/// What has been mended in the course of a call.
#[derive(Default)]
struct Mended {
    clock: bool,
    credentials: bool,
}
