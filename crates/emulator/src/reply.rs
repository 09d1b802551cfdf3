//! An answer on its way out: what every answer has, and the manner in which it is sent.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, DATE};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use jiff::Timestamp;

use crate::reply_body::ReplyBody;

/// The id that the cloud gives each request, on every answer.
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// An answer before the headers that all answers have.
#[derive(Debug)]
pub(crate) struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    manner: Manner,
}

/// How an answer is sent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Manner {
    Whole,
    /// Announces the whole body and sends half of it.
    CutShort,
    /// Announces the whole body and sends nothing of it before the connection is reset.
    ResetAfterHead,
    /// Pauses before each piece.
    Slow {
        piece: usize,
        pause: Duration,
    },
    /// Blanks in place of the body.
    Huge {
        length: u64,
        announced: bool,
    },
    /// Announces so many bytes more than it sends, or fewer.
    Miscounted {
        excess: i64,
    },
}

/// An answer as it goes over the wire.
#[derive(Debug)]
pub(crate) enum Outgoing {
    /// For the server library.
    Response(Response<ReplyBody>),
    /// The same, and the connection is to be reset once it is through.
    ThenReset(Response<ReplyBody>),
    /// What no server library would send.
    Raw(Bytes),
}

impl Reply {
    /// An answer in JSON.
    pub(crate) fn json(status: StatusCode, body: impl Into<Bytes>) -> Self {
        Self::new(status, HeaderValue::from_static("application/json"), body)
    }

    /// An answer of any type.
    pub(crate) fn new(
        status: StatusCode,
        content_type: HeaderValue,
        body: impl Into<Bytes>,
    ) -> Self {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, content_type)]);
        Self {
            status,
            headers,
            body: body.into(),
            manner: Manner::Whole,
        }
    }

    /// An answer without a body.
    pub(crate) fn empty(status: StatusCode) -> Self {
        Self {
            status,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            manner: Manner::Whole,
        }
    }

    /// Adds a header.
    pub(crate) fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Sends it in this manner.
    pub(crate) fn sent(mut self, manner: Manner) -> Self {
        self.manner = manner;
        self
    }

    /// The answer as it goes over the wire.
    ///
    /// `Date` is the emulator's now and not the server library's, so that a client that learns its
    /// clock's error from it learns what the emulator checks signatures against.
    pub(crate) fn into_outgoing(mut self, request_id: &str, now: Timestamp) -> Outgoing {
        let date = http_date(now);
        for (name, value) in [(X_REQUEST_ID, request_id), (DATE, date.as_str())] {
            if let Ok(value) = HeaderValue::from_str(value) {
                self.headers.insert(name, value);
            }
        }
        let length = self.body.len();
        match self.manner {
            Manner::Whole => self.response(ReplyBody::whole),
            Manner::Slow { piece, pause } => {
                self.response(|body| ReplyBody::slow(body, piece, pause))
            }
            Manner::Huge { length, announced } => {
                self.response(|_| ReplyBody::blanks(length, announced))
            }
            Manner::CutShort => {
                self.headers
                    .insert(CONTENT_LENGTH, HeaderValue::from(length));
                self.response(|body| ReplyBody::broken_off_after(body, length / 2))
            }
            Manner::ResetAfterHead => {
                self.headers
                    .insert(CONTENT_LENGTH, HeaderValue::from(length));
                match self.response(|body| ReplyBody::broken_off_after(body, 0)) {
                    Outgoing::Response(response) => Outgoing::ThenReset(response),
                    other => other,
                }
            }
            Manner::Miscounted { excess } => {
                let sent = i64::try_from(length).unwrap_or(i64::MAX);
                let announced = sent.saturating_add(excess).max(0);
                self.headers
                    .insert(CONTENT_LENGTH, HeaderValue::from(announced));
                Outgoing::Raw(self.into_bytes())
            }
        }
    }

    fn response(self, body: impl FnOnce(Bytes) -> ReplyBody) -> Outgoing {
        let mut response = Response::new(body(self.body));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        Outgoing::Response(response)
    }

    fn into_bytes(self) -> Bytes {
        let mut bytes = BytesMut::from(format!("HTTP/1.1 {}\r\n", self.status).as_bytes());
        for (name, value) in &self.headers {
            for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
                bytes.extend_from_slice(part);
            }
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(&self.body);
        bytes.freeze()
    }
}

/// A time as HTTP writes it.
pub(crate) fn http_date(time: Timestamp) -> String {
    time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
