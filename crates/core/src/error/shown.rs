//! How an error is shown: what was tried, what came back, what to do next.

use std::fmt;

use reqwest::StatusCode;

use super::{Error, ErrorKind};

impl Error {
    fn advice(&self) -> Option<&'static str> {
        match (self.kind(), self.status()) {
            (ErrorKind::Credentials, Some(_)) => Some(
                "check that the key, the token or the password is right and has not expired, and that \
                 the clock is right",
            ),
            (_, Some(StatusCode::FORBIDDEN)) => {
                Some("check the project id and what the user is permitted to do in it")
            }
            (_, Some(StatusCode::PROXY_AUTHENTICATION_REQUIRED)) => {
                Some("check the user and the password of the proxy")
            }
            (_, Some(status)) if status.is_redirection() => Some("check the endpoint"),
            (ErrorKind::Connection | ErrorKind::Timeout, None) if self.is_unsent() => {
                Some("check the endpoint and the network")
            }
            (ErrorKind::Cancelled | ErrorKind::Timeout, _) if self.attempts() == 0 => None,
            (ErrorKind::Connection | ErrorKind::Timeout | ErrorKind::Cancelled, _) => {
                Some("the service may have carried the request out: look before sending it again")
            }
            (ErrorKind::Decoding, _) => Some(
                "the service may have carried the request out: check that the endpoint is the \
                 service's, or report the mismatch to this project",
            ),
            (ErrorKind::Service, Some(status)) if status.is_server_error() => {
                Some("try again later, and give the request id to the support if it stays so")
            }
            (ErrorKind::Service, Some(StatusCode::NOT_FOUND)) => {
                Some("check the id, the project and the region")
            }
            (ErrorKind::Service, _) if self.code().is_some() => {
                Some("look the code up in the documentation of the service")
            }
            (ErrorKind::Service, _) => Some("give the request id to the support"),
            (ErrorKind::Throttled, _) => Some("wait, and call less often"),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.operation() {
            write!(f, "{operation}: ")?;
        }
        if let Some(status) = self.status() {
            write!(f, "{status}")?;
            if let Some(code) = self.code() {
                write!(f, " {code}")?;
            }
            f.write_str(": ")?;
        }
        f.write_str(self.message())?;
        if let Some(request_id) = self.request_id() {
            write!(f, " (request id {request_id})")?;
        }
        if self.attempts() > 1 {
            write!(
                f,
                " after {} attempts in {:.1?}",
                self.attempts(),
                self.elapsed()
            )?;
        }
        if let Some(advice) = self.advice() {
            write!(f, "; {advice}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.kind())
            .field("operation", &self.operation())
            .field("status", &self.status())
            .field("code", &self.code())
            .field("message", &self.message())
            .field("request_id", &self.request_id())
            .field("attempts", &self.attempts())
            .field("elapsed", &self.elapsed())
            .field("source", &self.0.source)
            .finish()
    }
}
