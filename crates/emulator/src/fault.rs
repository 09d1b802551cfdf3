//! Faults: how answers go wrong, for tests of how a client takes it.

use std::time::Duration;

use http::HeaderValue;
use serde::Deserialize;

use crate::milliseconds;

/// The most headers that an answer can be given; a client's own limit is well below.
const MAX_EXTRA_HEADERS: usize = 10_000;

/// How an answer goes wrong. A [`Rule`](crate::Rule) says when.
///
/// "The usual answer" is the one that the request would have got: that of the operation, which has
/// done its work and started its job, or, for a rule that strikes before authentication, perhaps a
/// refusal. Where there is no usual answer the operation does nothing.
///
/// ```
/// use std::time::Duration;
///
/// use huaweicloud_emulator::{Emulator, Fault, Rule};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let emulator = Emulator::builder().start().await?;
/// emulator.inject(Rule::new(Fault::Html { status: 502 }).operation("ShowJob").times(2))?;
/// emulator.inject(Rule::new(Fault::CutShort).operation("ShowJob").times(1))?;
/// emulator.inject(Rule::new(Fault::Latency(Duration::from_millis(200))).probability(0.1))?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Fault {
    /// The answer, late by this much. It combines: a request waits for every latency that strikes
    /// it, and then meets the first other fault or gets the usual answer.
    #[serde(rename = "latency_ms", with = "milliseconds")]
    Latency(Duration),
    /// The connection is reset (by an RST) without a byte of an answer.
    ResetBeforeAnswer,
    /// The head of the usual answer is sent, and the connection is reset (by an RST).
    ResetAfterHead,
    /// The usual answer, broken off: `Content-Length` announces all of the body, half of it is sent
    /// and the connection is closed.
    CutShort,
    /// The usual answer, with its body in pieces.
    SlowBody {
        /// The bytes of a piece, at least one.
        piece: usize,
        /// The pause before each piece.
        #[serde(rename = "pause_ms", with = "milliseconds")]
        pause: Duration,
    },
    /// The gateway's 429 with code `APIGW.0308`.
    Throttled {
        /// What `Retry-After` says; without, the header is absent.
        #[serde(default)]
        retry_after: Option<RetryAfter>,
    },
    /// An error of this status, 400 to 599, in the gateway's JSON.
    Status(u16),
    /// A page of HTML, as proxies and load balancers send when nothing behind them answers.
    Html {
        /// The status, 200 to 599.
        status: u16,
    },
    /// The usual answer, all of it, with a wrong `Content-Length`; then the connection is closed.
    WrongContentLength {
        /// How many bytes more are announced than sent; negative is fewer. No fewer than 0 are ever
        /// announced.
        excess: i64,
    },
    /// The request is read and never answered. The connection stays open until the client closes it
    /// or the emulator is shut down.
    Silence,
    /// Another answer altogether, of any status and type.
    Response {
        /// The status, 200 to 599.
        status: u16,
        /// The value of `Content-Type`.
        content_type: String,
        /// The body.
        body: String,
    },
    /// Status 200 with this JSON for a body, which is sent unchecked.
    Body(String),
    /// Status 200 with a body of blanks, which is made as it is sent and never held.
    HugeBody {
        /// The bytes of the body.
        length: u64,
        /// Whether `Content-Length` says so beforehand. If not, the body comes in chunks.
        announced: bool,
    },
    /// The usual answer, with this many headers more, at most 10,000: `x-emulator-0` and so on.
    ManyHeaders(usize),
}

/// What `Retry-After` says.
///
/// ```
/// use huaweicloud_emulator::{Fault, RetryAfter};
///
/// let throttled = Fault::Throttled { retry_after: Some(RetryAfter::Seconds(2)) };
/// # assert_ne!(throttled, Fault::Throttled { retry_after: None });
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum RetryAfter {
    /// A number of seconds.
    Seconds(u64),
    /// The date that is so much after the emulator's now, in whole seconds.
    #[serde(rename = "date_in_ms", with = "milliseconds")]
    Date(Duration),
}

/// Why a rule cannot be injected.
///
/// ```
/// use huaweicloud_emulator::{Emulator, Fault, InjectError, Rule};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let emulator = Emulator::builder().start().await?;
/// let error = emulator.inject(Rule::new(Fault::CutShort).operation("ShowJbo")).unwrap_err();
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
    /// The status is not one that the fault can have.
    #[error("{status} is not a status from {least} to 599")]
    InvalidStatus {
        /// The status asked for.
        status: u16,
        /// The least that the fault can have.
        least: u16,
    },
    /// The content type cannot be the value of a header.
    #[error("{0:?} cannot be sent as a Content-Type")]
    InvalidContentType(String),
    /// The probability is no probability.
    #[error("{0} is not a probability from 0 to 1")]
    InvalidProbability(f64),
    /// The pieces of the body are empty.
    #[error("a body cannot be sent in pieces of 0 bytes; give at least 1")]
    EmptyPiece,
    /// There are more headers than can be sent.
    #[error("{0} headers are more than the 10000 that can be sent")]
    TooManyHeaders(usize),
}

impl Fault {
    /// Whether it can be sent.
    pub(crate) fn check(&self) -> Result<(), InjectError> {
        match self {
            Self::Response {
                status,
                content_type,
                ..
            } => {
                check_status(*status, 200)?;
                HeaderValue::from_str(content_type)
                    .map(drop)
                    .map_err(|_| InjectError::InvalidContentType(content_type.clone()))
            }
            Self::Html { status } => check_status(*status, 200),
            Self::Status(status) => check_status(*status, 400),
            Self::SlowBody { piece: 0, .. } => Err(InjectError::EmptyPiece),
            Self::ManyHeaders(count) if *count > MAX_EXTRA_HEADERS => {
                Err(InjectError::TooManyHeaders(*count))
            }
            _ => Ok(()),
        }
    }
}

fn check_status(status: u16, least: u16) -> Result<(), InjectError> {
    if (least..=599).contains(&status) {
        Ok(())
    } else {
        Err(InjectError::InvalidStatus { status, least })
    }
}
