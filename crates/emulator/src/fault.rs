//! Faults: answers other than the documented ones, for tests of how a client takes them.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::{HeaderValue, StatusCode};

use crate::operation::DocumentedOperation;
use crate::reply::Reply;

/// How an answer goes wrong.
///
/// A fault takes the place of an operation's answer after the request was verified, so a request
/// that is refused uses none up.
///
/// ```
/// use huaweicloud_emulator::{Emulator, Fault, Repeat};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let emulator = Emulator::builder().start().await?;
/// let bad_gateway = Fault::Response {
///     status: 502,
///     content_type: "text/html".to_owned(),
///     body: "<html><body>Bad Gateway</body></html>".to_owned(),
/// };
/// emulator.inject("ShowJob", bad_gateway, Repeat::Times(2))?;
/// emulator.inject("ShowJob", Fault::CutShort, Repeat::Times(1))?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// Another answer altogether, of any status and type.
    Response {
        /// The status, 200 to 599.
        status: u16,
        /// The value of `Content-Type`.
        content_type: String,
        /// The body.
        body: String,
    },
    /// The answer that the operation has anyway, broken off: `Content-Length` announces all of the
    /// body, half of it is sent and the connection is closed.
    CutShort,
    /// Status 200 with this JSON for a body, which is sent unchecked.
    Body(String),
}

/// How often a fault strikes.
///
/// ```
/// use huaweicloud_emulator::{Emulator, Fault, Repeat};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let emulator = Emulator::builder().start().await?;
/// emulator.inject("ShowJobStatus", Fault::Body("{}".to_owned()), Repeat::Always)?;
/// emulator.clear_faults();
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Repeat {
    /// For the operation's next so many verified requests.
    Times(u32),
    /// Until the faults are cleared. Faults injected later for the same operation wait behind it.
    Always,
}

/// Why a fault cannot be injected.
///
/// ```
/// use huaweicloud_emulator::{Emulator, Fault, InjectError, Repeat};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let emulator = Emulator::builder().start().await?;
/// let error = emulator.inject("ShowJbo", Fault::CutShort, Repeat::Always).unwrap_err();
/// assert!(matches!(error, InjectError::UnknownOperation(id) if id == "ShowJbo"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InjectError {
    /// No documented operation has this id.
    #[error("no operation has the id {0:?}; use the official name, such as \"ShowJob\"")]
    UnknownOperation(String),
    /// The status is not one that ends a request.
    #[error("{0} is not a status from 200 to 599")]
    InvalidStatus(u16),
    /// The content type cannot be the value of a header.
    #[error("{0:?} cannot be sent as a Content-Type")]
    InvalidContentType(String),
}

impl Fault {
    /// The answer that goes out in place of `usual`.
    pub(crate) fn strike(self, usual: impl FnOnce() -> Reply) -> Reply {
        match self {
            Self::Response {
                status,
                content_type,
                body,
            } => {
                let status = StatusCode::from_u16(status);
                let content_type = HeaderValue::try_from(content_type);
                match (status, content_type) {
                    (Ok(status), Ok(content_type)) => Reply::new(status, content_type, body),
                    // `check` let neither through.
                    _ => usual(),
                }
            }
            Self::CutShort => usual().cut_short(),
            Self::Body(body) => Reply::json(StatusCode::OK, body),
        }
    }

    fn check(&self) -> Result<(), InjectError> {
        match self {
            Self::Response {
                status,
                content_type,
                ..
            } => {
                if !(200..=599).contains(status) {
                    return Err(InjectError::InvalidStatus(*status));
                }
                HeaderValue::from_str(content_type)
                    .map(drop)
                    .map_err(|_| InjectError::InvalidContentType(content_type.clone()))
            }
            Self::CutShort | Self::Body(_) => Ok(()),
        }
    }
}

/// The faults that wait for their requests, in the order injected.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    waiting: Mutex<HashMap<&'static str, VecDeque<(Fault, Repeat)>>>,
}

impl Faults {
    pub(crate) fn inject(
        &self,
        operations: &[DocumentedOperation],
        operation_id: &str,
        fault: Fault,
        repeat: Repeat,
    ) -> Result<(), InjectError> {
        let operation = operations
            .iter()
            .find(|operation| operation.operation_id == operation_id)
            .ok_or_else(|| InjectError::UnknownOperation(operation_id.to_owned()))?;
        fault.check()?;
        self.lock()
            .entry(operation.operation_id)
            .or_default()
            .push_back((fault, repeat));
        Ok(())
    }

    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    /// The fault that strikes this request of the operation, if one does.
    pub(crate) fn take(&self, operation_id: &str) -> Option<Fault> {
        let mut waiting = self.lock();
        let queue = waiting.get_mut(operation_id)?;
        loop {
            let (fault, repeat) = queue.front_mut()?;
            match repeat {
                Repeat::Always => return Some(fault.clone()),
                Repeat::Times(0) => drop(queue.pop_front()),
                Repeat::Times(left) => {
                    *left -= 1;
                    return Some(fault.clone());
                }
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<&'static str, VecDeque<(Fault, Repeat)>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generated::OPERATIONS;

    fn body(text: &str) -> Fault {
        Fault::Body(text.to_owned())
    }

    #[test]
    fn faults_strike_in_the_order_injected_and_as_often_as_asked() {
        let faults = Faults::default();
        for (fault, repeat) in [
            (body("never"), Repeat::Times(0)),
            (body("twice"), Repeat::Times(2)),
            (body("then"), Repeat::Always),
        ] {
            faults.inject(OPERATIONS, "ShowJob", fault, repeat).unwrap();
        }
        let struck: Vec<_> = (0..4).filter_map(|_| faults.take("ShowJob")).collect();
        assert_eq!(
            struck,
            [body("twice"), body("twice"), body("then"), body("then")]
        );
        assert_eq!(faults.take("ShowJobInfo"), None);
        faults.clear();
        assert_eq!(faults.take("ShowJob"), None);
    }

    #[test]
    fn a_fault_that_cannot_be_sent_is_refused_when_injected() {
        let faults = Faults::default();
        let response = |status, content_type: &str| Fault::Response {
            status,
            content_type: content_type.to_owned(),
            body: String::new(),
        };
        for (fault, message) in [
            (
                response(101, "text/html"),
                "101 is not a status from 200 to 599",
            ),
            (
                response(500, "a\nb"),
                "\"a\\nb\" cannot be sent as a Content-Type",
            ),
        ] {
            let error = faults
                .inject(OPERATIONS, "ShowJob", fault, Repeat::Always)
                .unwrap_err();
            assert_eq!(error.to_string(), message);
        }
    }
}
