//! What an operator sees: a span a call and an event an attempt, by the names of OpenTelemetry's
//! semantic conventions for HTTP clients (1.27). Secrets and bodies are in none of them.
//!
//! Numbers are i64, the only integers that OpenTelemetry has; others would be exported as text.

use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};
use reqwest::Request;
use tracing::field::Empty;
use tracing::{Span, debug, info_span, warn};

use crate::attempt::{Refusal, request_id};
use crate::error::{Effort, Error};
use crate::progenitor_client::OperationInfo;

pub(crate) fn call_span(
    service: &'static str,
    region: Option<&str>,
    operation: &OperationInfo,
    request: &Request,
) -> Span {
    let url = request.url();
    info_span!(
        "huaweicloud call",
        otel.name = operation.operation_id,
        otel.kind = "client",
        rpc.system = "huaweicloud",
        rpc.service = service,
        rpc.method = operation.operation_id,
        cloud.region = region,
        http.request.method = request.method().as_str(),
        server.address = url.host_str(),
        server.port = url.port_or_known_default().map(i64::from),
        url.path = url.path(),
        http.response.status_code = Empty,
        http.request.resend_count = Empty,
        error.r#type = Empty,
        huaweicloud.request_id = Empty,
    )
}

pub(crate) fn call_ended(span: &Span, outcome: &Result<Response<Bytes>, Error>) {
    if span.is_disabled() {
        return;
    }
    match outcome {
        Ok(answer) => {
            span.record("http.response.status_code", status(answer.status()));
            if let Some(effort) = answer.extensions().get::<Effort>() {
                span.record("http.request.resend_count", resent(effort.attempts));
            }
            span.record("huaweicloud.request_id", request_id(answer.headers()));
        }
        Err(error) => {
            span.record("http.response.status_code", error.status().map(status));
            span.record("http.request.resend_count", resent(error.attempts()));
            span.record("error.type", error.kind().as_str());
            span.record("huaweicloud.request_id", error.request_id());
        }
    }
}

fn status(status: StatusCode) -> i64 {
    status.as_u16().into()
}

/// How often a request was sent again, if it was.
fn resent(attempts: u32) -> Option<i64> {
    (attempts > 1).then(|| i64::from(attempts) - 1)
}

pub(crate) fn attempt_ended(
    number: u32,
    outcome: &Result<Response<Bytes>, Refusal>,
    elapsed: Duration,
) {
    let seconds = elapsed.as_secs_f64();
    match outcome {
        Ok(answer) => debug!(
            attempt = i64::from(number),
            http.response.status_code = status(answer.status()),
            huaweicloud.request_id = request_id(answer.headers()),
            http.client.request.duration = seconds,
            "answered",
        ),
        Err(refusal) => debug!(
            attempt = i64::from(number),
            http.response.status_code = refusal.error.status().map(status),
            huaweicloud.request_id = refusal.error.request_id(),
            error.r#type = refusal.error.kind().as_str(),
            error.message = refusal.error.message(),
            http.client.request.duration = seconds,
            "failed",
        ),
    }
}

pub(crate) fn waiting(delay: Duration) {
    debug!(
        delay_seconds = delay.as_secs_f64(),
        "waiting for the next attempt"
    );
}

pub(crate) fn budget_exhausted() {
    warn!("no retry: too many calls have failed lately, and more requests would not help");
}
