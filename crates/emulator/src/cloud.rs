//! The life of one request, from its first byte to the answer.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::request::Parts;
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use jiff::Timestamp;

use crate::account::Account;
use crate::call::Call;
use crate::clock::Clock;
use crate::fault::Faults;
use crate::gateway::{self, Rejection};
use crate::iam;
use crate::random;
use crate::record::{RecordedRequest, Recorder};
use crate::reply::{Reply, ReplyBody};
use crate::router::Router;
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
    pub(crate) faults: Faults,
    pub(crate) recorder: Recorder,
}

impl Cloud {
    /// Answers a request. What is wrong with it is an answer as well.
    pub(crate) async fn answer(&self, request: Request<Incoming>) -> Response<ReplyBody> {
        let request_id = random::id();
        let (parts, body) = request.into_parts();
        let body = read(body).await;
        let received = body.as_ref().map_or_else(|_| Bytes::new(), Bytes::clone);
        self.recorder.push(RecordedRequest::new(&parts, &received));

        let now = self.clock.now();
        body.and_then(|body| self.reply(&parts, &body, now))
            .unwrap_or_else(|rejection| rejection.into_reply(&request_id))
            .into_response(&request_id, now)
    }

    fn reply(&self, parts: &Parts, body: &[u8], now: Timestamp) -> Result<Reply, Rejection> {
        let found = self.router.find(&parts.method, parts.uri.path(), body)?;
        let operation = found.operation;
        let caller = gateway::authenticate(self, operation, parts, body, now)?;
        if caller.is_some() {
            gateway::check_project(&self.account, found.project_id.as_deref(), &parts.headers)?;
        }
        let call = Call {
            cloud: self,
            operation,
            parts,
            body,
            caller,
            now,
        };
        let usual = || perform(&call);
        Ok(match self.faults.take(operation.operation_id) {
            Some(fault) => fault.strike(usual),
            None => usual(),
        })
    }
}

/// What the operation answers when nothing is wrong: IAM and STS know the account, the services know
/// their documented examples, whatever is asked of them.
fn perform(call: &Call<'_>) -> Reply {
    let known = match call.operation.service {
        "iam" => iam::answer(call),
        "sts" => sts::answer(call),
        _ => None,
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
