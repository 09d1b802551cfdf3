//! What a fault makes of the usual answer.

use std::time::Duration;

use http::header::RETRY_AFTER;
use http::{HeaderName, HeaderValue, StatusCode};
use jiff::{SignedDuration, Timestamp};

use crate::fault::{Fault, RetryAfter};
use crate::reply::{Manner, Reply, http_date};

/// What becomes of a request.
#[derive(Debug)]
pub(crate) enum Outcome {
    Answered(Reply),
    /// The connection is reset.
    Reset,
    /// Nothing ever comes.
    Silence,
}

impl Fault {
    /// What becomes of a request that would get the usual answer, which is not made if the fault
    /// has no use for it.
    pub(crate) fn strike(
        self,
        usual: impl FnOnce() -> Reply,
        request_id: &str,
        now: Timestamp,
    ) -> Outcome {
        Outcome::Answered(match self {
            Self::ResetBeforeAnswer => return Outcome::Reset,
            Self::Silence => return Outcome::Silence,
            Self::Latency(_) => usual(),
            Self::ResetAfterHead => usual().sent(Manner::ResetAfterHead),
            Self::CutShort => usual().sent(Manner::CutShort),
            Self::SlowBody { piece, pause } => usual().sent(Manner::Slow { piece, pause }),
            Self::WrongContentLength { excess } => usual().sent(Manner::Miscounted { excess }),
            Self::ManyHeaders(count) => with_headers(usual(), count),
            Self::Throttled { retry_after } => throttled(retry_after, request_id, now),
            Self::Status(status) => error(status_of(status), request_id),
            Self::Html { status } => html(status_of(status)),
            Self::Response {
                status,
                content_type,
                body,
            } => match HeaderValue::try_from(content_type) {
                Ok(content_type) => Reply::new(status_of(status), content_type, body),
                // Checked when it was injected.
                Err(_) => usual(),
            },
            Self::Body(body) => Reply::json(StatusCode::OK, body),
            Self::HugeBody { length, announced } => {
                Reply::json(StatusCode::OK, "").sent(Manner::Huge { length, announced })
            }
        })
    }
}

/// The status, which was checked when the fault was injected.
fn status_of(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Code and words as in github.com/langgenius/dify/issues/18378, where the gateway is a customer's
/// own and so says APIG for APIGW. `policy api` is seen in
/// github.com/huaweicloud/spring-cloud-huawei/issues/257.
fn throttled(retry_after: Option<RetryAfter>, request_id: &str, now: Timestamp) -> Reply {
    let reply = gateway_error(
        StatusCode::TOO_MANY_REQUESTS,
        "APIGW.0308",
        "The throttling threshold has been reached: policy api over ratelimit,limit:10,time:1 minute",
        request_id,
    );
    let value = match retry_after {
        None => return reply,
        Some(RetryAfter::Seconds(seconds)) => HeaderValue::from(seconds),
        Some(RetryAfter::Date(after)) => {
            match HeaderValue::try_from(http_date(later(now, after))) {
                Ok(date) => date,
                Err(_) => return reply,
            }
        }
    };
    reply.with_header(RETRY_AFTER, value)
}

fn later(now: Timestamp, after: Duration) -> Timestamp {
    SignedDuration::try_from(after)
        .ok()
        .and_then(|after| now.checked_add(after).ok())
        .unwrap_or(Timestamp::MAX)
}

/// 502 and 504 are worded as on support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-errorcode.html;
/// the words of the others are HTTP's own.
fn error(status: StatusCode, request_id: &str) -> Reply {
    let (code, message) = match status {
        StatusCode::BAD_GATEWAY => ("APIGW.0201", "Backend unavailable"),
        StatusCode::GATEWAY_TIMEOUT => ("APIGW.0201", "Backend timeout"),
        _ => (
            "APIGW.0601",
            status.canonical_reason().unwrap_or("Unknown error"),
        ),
    };
    gateway_error(status, code, message, request_id)
}

fn gateway_error(status: StatusCode, code: &str, message: &str, request_id: &str) -> Reply {
    let body = serde_json::json!({
        "error_msg": message,
        "error_code": code,
        "request_id": request_id,
    });
    Reply::json(status, body.to_string())
}

fn html(status: StatusCode) -> Reply {
    let body = format!(
        "<html>\r\n<head><title>{status}</title></head>\r\n<body>\r\n\
         <center><h1>{status}</h1></center>\r\n</body>\r\n</html>\r\n"
    );
    Reply::new(status, HeaderValue::from_static("text/html"), body)
}

fn with_headers(reply: Reply, count: usize) -> Reply {
    (0..count).fold(reply, |reply, n| {
        match HeaderName::try_from(format!("x-emulator-{n}")) {
            Ok(name) => reply.with_header(name, HeaderValue::from(n)),
            Err(_) => reply,
        }
    })
}
