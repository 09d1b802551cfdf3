//! The admin endpoint: what a test says to an emulator that runs as a program.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use http::header::{ALLOW, HOST, ORIGIN};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::cloud::Cloud;
use crate::fault::InjectError;
use crate::generated::OPERATIONS;
use crate::jobs::{JobError, Script, Service, usual_script};
use crate::reply::Reply;
use crate::rule::Rule;

const PREFIX: &str = "/_emulator/";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockRequest {
    offset_seconds: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccessKeyRequest {
    refuse: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JobRequest {
    service: Service,
    script: Option<Script>,
    id: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AdvanceRequest {
    seconds: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SpeedRequest {
    factor: f64,
}

/// Why a request is refused.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error(
        "the admin endpoint is for programs on this machine; \
         ask for it by its loopback address and without Origin"
    )]
    WebPage,
    #[error("there is no such resource")]
    UnknownResource,
    #[error("the methods of this resource are {allowed}")]
    UnknownMethod { allowed: &'static str },
    #[error(transparent)]
    Body(#[from] serde_json::Error),
    #[error(transparent)]
    Rule(#[from] InjectError),
    #[error(transparent)]
    Job(#[from] JobError),
}

/// Whether a request is for the endpoint.
pub(crate) fn is_for(uri: &Uri) -> bool {
    uri.path().starts_with(PREFIX)
}

/// Does what the request asks for.
pub(crate) fn answer(cloud: &Cloud, parts: &Parts, body: &[u8]) -> Reply {
    perform(cloud, parts, body).unwrap_or_else(Refusal::into_reply)
}

fn perform(cloud: &Cloud, parts: &Parts, body: &[u8]) -> Result<Reply, Refusal> {
    check_sender(&parts.headers)?;
    let resource = parts.uri.path().strip_prefix(PREFIX).unwrap_or_default();
    let allowed = match resource {
        "faults" => "POST, DELETE",
        "requests" | "statistics" => "GET",
        "clock" | "expire" | "access-key" | "jobs" | "jobs/advance" | "jobs/speed" => "POST",
        _ => return Err(Refusal::UnknownResource),
    };
    match (resource, &parts.method) {
        ("faults", &Method::POST) => {
            let rule: Rule = serde_json::from_slice(body)?;
            cloud.rules.inject(OPERATIONS, rule)?;
        }
        ("faults", &Method::DELETE) => cloud.rules.clear(),
        ("requests", &Method::GET) => return Ok(requests(cloud)),
        ("statistics", &Method::GET) => return Ok(statistics(cloud)),
        ("clock", &Method::POST) => {
            let ClockRequest { offset_seconds } = serde_json::from_slice(body)?;
            cloud.clock.set_offset(offset_seconds);
        }
        ("expire", &Method::POST) => cloud.expire_credentials(),
        ("access-key", &Method::POST) => {
            let AccessKeyRequest { refuse } = serde_json::from_slice(body)?;
            cloud.refusals.set(refuse);
        }
        ("jobs", &Method::POST) => return start_job(cloud, serde_json::from_slice(body)?),
        ("jobs/advance", &Method::POST) => {
            let AdvanceRequest { seconds } = serde_json::from_slice(body)?;
            let by = Duration::try_from_secs_f64(seconds)
                .map_err(|_| JobError::InvalidSeconds(seconds))?;
            cloud.jobs.clock.advance(by);
        }
        ("jobs/speed", &Method::POST) => {
            let SpeedRequest { factor } = serde_json::from_slice(body)?;
            cloud.jobs.clock.set_speed(factor)?;
        }
        _ => return Err(Refusal::UnknownMethod { allowed }),
    }
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

impl Refusal {
    fn into_reply(self) -> Reply {
        let status = match self {
            Self::WebPage => StatusCode::FORBIDDEN,
            Self::UnknownResource => StatusCode::NOT_FOUND,
            Self::UnknownMethod { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::Body(_) | Self::Rule(_) | Self::Job(_) => StatusCode::BAD_REQUEST,
        };
        let reply = Reply::json(status, json!({ "error": self.to_string() }).to_string());
        match self {
            Self::UnknownMethod { allowed } => {
                reply.with_header(ALLOW, HeaderValue::from_static(allowed))
            }
            _ => reply,
        }
    }
}

/// Refuses web pages: a browser on this machine can reach the endpoint for any page that it shows,
/// and says so in `Origin`, or in `Host` if the page's own name was made to point here.
fn check_sender(headers: &HeaderMap) -> Result<(), Refusal> {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    if host.is_some_and(is_loopback) && !headers.contains_key(ORIGIN) {
        Ok(())
    } else {
        Err(Refusal::WebPage)
    }
}

fn is_loopback(host: &str) -> bool {
    let Ok(authority) = host.parse::<http::uri::Authority>() else {
        return false;
    };
    let name = authority.host().trim_matches(['[', ']']);
    name == "localhost" || name.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

/// Starts a job, by default with the usual script of its service and under a random id.
fn start_job(cloud: &Cloud, request: JobRequest) -> Result<Reply, Refusal> {
    let service = request.service;
    let script = request
        .script
        .map_or_else(|| usual_script(service), Arc::new);
    let id = match request.id {
        Some(id) if id.is_empty() => return Err(JobError::EmptyId.into()),
        Some(id) => {
            cloud.jobs.start_as(service, &id, script, None);
            id
        }
        None => cloud.jobs.start(service, script),
    };
    let body = json!({ "job_id": id }).to_string();
    Ok(Reply::json(StatusCode::CREATED, body))
}

/// The requests as a debugging output shows them: no credentials, and no bodies, in which there are
/// passwords and tokens.
fn requests(cloud: &Cloud) -> Reply {
    let requests: Vec<Value> = cloud
        .recorder
        .requests()
        .iter()
        .map(|request| {
            let headers: Vec<_> = request
                .shown_headers()
                .map(|(name, value)| json!([name.as_str(), value]))
                .collect();
            json!({
                "method": request.method().as_str(),
                "path": request.path(),
                "query": request.query(),
                "headers": headers,
                "body_bytes": request.body().len(),
            })
        })
        .collect();
    Reply::json(StatusCode::OK, json!({ "requests": requests }).to_string())
}

fn statistics(cloud: &Cloud) -> Reply {
    let statistics = cloud.counters.statistics();
    let operations: BTreeMap<_, _> = statistics.operations().collect();
    let body = json!({
        "requests": statistics.requests(),
        "operations": operations,
        "faults": statistics.faults(),
        "connections_open": statistics.connections_open(),
        "connections_accepted": statistics.connections_accepted(),
    });
    Reply::json(StatusCode::OK, body.to_string())
}
