//! An answer on its way out: what every answer has, and the body that can break off.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, DATE};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use hyper::body::{Body, Frame, SizeHint};
use jiff::Timestamp;

/// The id that the cloud gives each request, on every answer.
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// An answer before the headers that all answers have.
#[derive(Debug)]
pub(crate) struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    cut_short: bool,
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
            cut_short: false,
        }
    }

    /// Adds a header.
    pub(crate) fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Announces the whole body and sends half of it.
    pub(crate) fn cut_short(mut self) -> Self {
        self.cut_short = true;
        self
    }

    /// The response as it goes over the wire.
    ///
    /// `Date` is the emulator's now and not the server library's, so that a client that learns its
    /// clock's error from it learns what the emulator checks signatures against.
    pub(crate) fn into_response(mut self, request_id: &str, now: Timestamp) -> Response<ReplyBody> {
        let date = now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        for (name, value) in [(X_REQUEST_ID, request_id), (DATE, date.as_str())] {
            if let Ok(value) = HeaderValue::from_str(value) {
                self.headers.insert(name, value);
            }
        }
        let body = if self.cut_short {
            self.headers
                .insert(CONTENT_LENGTH, HeaderValue::from(self.body.len()));
            ReplyBody::half_of(&self.body)
        } else {
            ReplyBody::whole(self.body)
        };
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}

/// A body of one piece, followed by its end or by the end of the connection.
#[derive(Debug)]
pub(crate) struct ReplyBody {
    piece: Option<Bytes>,
    ending: Ending,
}

#[derive(Debug)]
enum Ending {
    Complete,
    /// The piece is still in the server's buffer; the connection may break once it is flushed.
    FlushThenBreak,
    Break,
}

/// Makes the server close the connection in the middle of a body.
#[derive(Debug, thiserror::Error)]
#[error("the answer is cut short, as injected")]
pub(crate) struct CutShort;

impl ReplyBody {
    fn whole(body: Bytes) -> Self {
        Self {
            piece: (!body.is_empty()).then_some(body),
            ending: Ending::Complete,
        }
    }

    fn half_of(body: &Bytes) -> Self {
        Self {
            piece: Some(body.slice(..body.len() / 2)),
            ending: Ending::FlushThenBreak,
        }
    }
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = CutShort;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, CutShort>>> {
        if let Some(piece) = self.piece.take() {
            return Poll::Ready(Some(Ok(Frame::data(piece))));
        }
        match self.ending {
            Ending::Complete => Poll::Ready(None),
            Ending::FlushThenBreak => {
                // The server flushes when a body has nothing ready, and drops what it has
                // buffered when a body fails: one turn of nothing puts the half on the wire.
                self.ending = Ending::Break;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Ending::Break => Poll::Ready(Some(Err(CutShort))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.piece.is_none() && matches!(self.ending, Ending::Complete)
    }

    fn size_hint(&self) -> SizeHint {
        match (&self.ending, &self.piece) {
            (Ending::Complete, Some(piece)) => {
                SizeHint::with_exact(u64::try_from(piece.len()).unwrap_or(u64::MAX))
            }
            (Ending::Complete, None) => SizeHint::with_exact(0),
            (Ending::FlushThenBreak | Ending::Break, _) => SizeHint::default(),
        }
    }
}
