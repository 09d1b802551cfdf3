//! The life of one request, from its first byte to the answer.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::request::Parts;
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Incoming;

use crate::account::Account;
use crate::admin;
use crate::call::Call;
use crate::clock::Clock;
use crate::connection::Connection;
use crate::fault::Fault;
use crate::gateway::{self, Rejection};
use crate::iam;
use crate::jobs::{self, Jobs};
use crate::random;
use crate::record::{RecordedRequest, Recorder};
use crate::refusals::Refusals;
use crate::reply::{Outgoing, Reply};
use crate::reply_body::{BrokenOff, ReplyBody};
use crate::router::{Found, Router};
use crate::rules::{Rules, Stage};
use crate::statistics::Counters;
use crate::strike::Outcome;
use crate::sts;
use crate::temporary_key::TemporaryKeys;
use crate::token::Tokens;

/// The largest body of a request that is taken.
const MAX_BODY_BYTES: usize = 1024 * 1024;
/// What is read, and thrown away, of a body that is larger: a client that is still sending when
/// the connection closes may never see the answer.
const MAX_DISCARDED_BYTES: usize = 8 * MAX_BODY_BYTES;
/// How long a body may take to arrive.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// Everything that answers a request, shared by all connections.
#[derive(Debug)]
pub(crate) struct Cloud {
    pub(crate) url: String,
    pub(crate) account: Account,
    pub(crate) clock: Clock,
    pub(crate) router: Router,
    pub(crate) tokens: Tokens,
    pub(crate) temporary_keys: TemporaryKeys,
    pub(crate) refusals: Refusals,
    pub(crate) rules: Rules,
    pub(crate) jobs: Jobs,
    pub(crate) recorder: Recorder,
    pub(crate) counters: Counters,
    /// Whether there is an admin endpoint.
    pub(crate) admin: bool,
}

impl Cloud {
    /// Answers a request. What is wrong with it is an answer as well; an error is a fault that
    /// ends the connection.
    pub(crate) async fn answer(
        &self,
        request: Request<Incoming>,
        connection: &Connection,
    ) -> Result<Response<ReplyBody>, BrokenOff> {
        let request_id = random::id();
        let (parts, body) = request.into_parts();
        let body = read(body).await;
        let outcome = if self.admin && admin::is_for(&parts.uri) {
            Outcome::Answered(admin::answer(
                self,
                &parts,
                body.as_deref().unwrap_or_default(),
            ))
        } else {
            let received = body.as_ref().map_or_else(|_| Bytes::new(), Bytes::clone);
            self.recorder.push(RecordedRequest::new(&parts, &received));
            self.outcome(&parts, body, &request_id).await
        };
        let reply = match outcome {
            Outcome::Answered(reply) => reply,
            Outcome::Reset => {
                connection.reset_on_close();
                return Err(BrokenOff);
            }
            Outcome::Silence => {
                connection.stopped().await;
                return Err(BrokenOff);
            }
        };
        match reply.into_outgoing(&request_id, self.clock.now()) {
            Outgoing::Response(response) => Ok(response),
            Outgoing::ThenReset(response) => {
                connection.reset_on_close();
                Ok(response)
            }
            Outgoing::Raw(bytes) => {
                connection.set_last_words(bytes);
                Err(BrokenOff)
            }
        }
    }

    /// What becomes of a request: the rules before authentication, the gateway, the other rules and
    /// the operation, in this order.
    async fn outcome(
        &self,
        parts: &Parts,
        body: Result<Bytes, Rejection>,
        request_id: &str,
    ) -> Outcome {
        let (body, found) = match body {
            Ok(body) => {
                let path = parts.uri.path();
                let found = self.router.find(&parts.method, path, &body);
                (body, found)
            }
            Err(rejection) => (Bytes::new(), Err(rejection)),
        };
        let operation_id = found
            .as_ref()
            .ok()
            .map(|found| found.operation.operation_id);
        self.counters.request(operation_id);
        let pass = || self.pass(found?, parts, &body);

        if let Some(fault) = self.strike(Stage::BeforeAuthentication, operation_id).await {
            let usual = || match pass() {
                Ok(call) => perform(&call),
                Err(rejection) => rejection.into_reply(request_id),
            };
            return fault.strike(usual, request_id, self.clock.now());
        }
        let call = match pass() {
            Ok(call) => call,
            Err(rejection) => return Outcome::Answered(rejection.into_reply(request_id)),
        };
        match self.strike(Stage::AfterAuthentication, operation_id).await {
            Some(fault) => fault.strike(|| perform(&call), request_id, self.clock.now()),
            None => Outcome::Answered(perform(&call)),
        }
    }

    /// Ends all tokens and temporary keys issued so far.
    pub(crate) fn expire_credentials(&self) {
        let now = self.clock.now();
        self.tokens.expire(now);
        self.temporary_keys.expire(now);
    }

    /// Waits for the latencies that strike, and says what else does.
    async fn strike(&self, stage: Stage, operation_id: Option<&str>) -> Option<Fault> {
        let struck = self.rules.strike(stage, operation_id);
        self.counters.faults(struck.rules);
        if !struck.latency.is_zero() {
            tokio::time::sleep(struck.latency).await;
        }
        struck.fault
    }

    /// Lets a request through the gateway.
    fn pass<'a>(
        &'a self,
        found: Found,
        parts: &'a Parts,
        body: &'a [u8],
    ) -> Result<Call<'a>, Rejection> {
        let now = self.clock.now();
        let operation = found.operation;
        let caller = gateway::authenticate(self, operation, parts, body, now)?;
        if caller.is_some() {
            gateway::check_project(&self.account, found.parameter("project_id"), &parts.headers)?;
        }
        Ok(Call {
            cloud: self,
            operation,
            found,
            parts,
            body,
            caller,
            now,
        })
    }
}

/// What the operation answers when nothing is wrong: IAM and STS know the account, the services know
/// the jobs that were started, and their documented examples for whatever else is asked of them.
fn perform(call: &Call<'_>) -> Reply {
    let known = match call.operation.service {
        "iam" => iam::answer(call),
        "sts" => sts::answer(call),
        _ => jobs::answer(call),
    };
    known.unwrap_or_else(|| {
        let status = StatusCode::from_u16(call.operation.status).unwrap_or(StatusCode::OK);
        Reply::json(status, call.operation.body)
    })
}

/// The whole body, if it is neither too large nor too slow.
async fn read(mut body: Incoming) -> Result<Bytes, Rejection> {
    let read = async {
        let mut kept = BytesMut::new();
        let mut length = 0;
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(|_| Rejection::BodyIncomplete)?.into_data() else {
                continue;
            };
            length += data.len();
            if length <= MAX_BODY_BYTES {
                kept.extend_from_slice(&data);
            } else if length > MAX_DISCARDED_BYTES {
                break;
            }
        }
        if length > MAX_BODY_BYTES {
            Err(Rejection::BodyTooLarge)
        } else {
            Ok(kept.freeze())
        }
    };
    tokio::time::timeout(BODY_TIMEOUT, read)
        .await
        .unwrap_or(Err(Rejection::BodyIncomplete))
}
