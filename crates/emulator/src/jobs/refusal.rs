//! What the services answer to a request about jobs that they cannot follow.

use http::StatusCode;
use serde_json::{Value, json};

use super::Service;
use crate::reply::Reply;

/// Why an operation about jobs is refused.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Refusal {
    /// The job is not there yet, or no longer.
    NoSuchJob,
    InvalidBody,
}

impl Refusal {
    /// Codes and words are ours, but for the code and the shape of CCE, which writes its errors as
    /// Kubernetes does and adds its own fields (`CCE.01404001` is in its list of error codes).
    pub(crate) fn into_reply(self, service: Service) -> Reply {
        let (status, reason, words) = match self {
            Self::NoSuchJob => (StatusCode::NOT_FOUND, "NotFound", "The job does not exist"),
            Self::InvalidBody => (
                StatusCode::BAD_REQUEST,
                "BadRequest",
                "The request body is invalid",
            ),
        };
        let number = status.as_u16();
        let body = match service {
            Service::Cce => json!({
                "kind": "Status",
                "apiVersion": "v3",
                "metadata": {},
                "status": "Failure",
                "message": words,
                "reason": reason,
                "code": number,
                "errorCode": format!("CCE.01{number}001"),
                "errorMessage": words,
            }),
            Service::Eip => with_code(&format!("VPC.0{number}"), words),
            Service::CodeArtsBuild => with_code(&format!("DEV.CB.0{number}"), words),
        };
        Reply::json(status, body.to_string())
    }
}

fn with_code(code: &str, words: &str) -> Value {
    json!({"error_code": code, "error_msg": words})
}
