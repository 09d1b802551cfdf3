//! The body of an answer, which may be slow, endless in effect, or break off.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

/// What a body of blanks is made of.
static BLANKS: [u8; 64 * 1024] = [b' '; 64 * 1024];

/// A body, followed by its end or by the end of the connection.
#[derive(Debug)]
pub(crate) struct ReplyBody {
    rest: Rest,
    ending: Ending,
}

/// What is still to be sent.
#[derive(Debug)]
enum Rest {
    AtOnce(Bytes),
    InPieces {
        rest: Bytes,
        piece: usize,
        pause: Duration,
        pausing: Pin<Box<Sleep>>,
    },
    Blanks {
        left: u64,
        announced: bool,
    },
}

#[derive(Debug)]
enum Ending {
    Complete,
    /// What was sent is still in the server's buffer; the connection may break once it is flushed.
    FlushThenBreak,
    Break,
}

/// Makes the server close the connection, in the middle of a body or without any answer.
#[derive(Debug, thiserror::Error)]
#[error("the answer breaks off, as injected")]
pub(crate) struct BrokenOff;

impl ReplyBody {
    pub(crate) fn whole(body: Bytes) -> Self {
        Self {
            rest: Rest::AtOnce(body),
            ending: Ending::Complete,
        }
    }

    /// The first bytes of a body, and then the end of the connection.
    pub(crate) fn broken_off_after(mut body: Bytes, length: usize) -> Self {
        body.truncate(length);
        Self {
            rest: Rest::AtOnce(body),
            ending: Ending::FlushThenBreak,
        }
    }

    /// A body with a pause before each piece.
    pub(crate) fn slow(body: Bytes, piece: usize, pause: Duration) -> Self {
        Self {
            rest: Rest::InPieces {
                rest: body,
                piece: piece.max(1),
                pause,
                pausing: Box::pin(sleep(pause)),
            },
            ending: Ending::Complete,
        }
    }

    /// So many blanks, which a decoder of JSON skips.
    pub(crate) fn blanks(length: u64, announced: bool) -> Self {
        Self {
            rest: Rest::Blanks {
                left: length,
                announced,
            },
            ending: Ending::Complete,
        }
    }
}

impl Rest {
    fn length(&self) -> u64 {
        match self {
            Self::AtOnce(rest) | Self::InPieces { rest, .. } => {
                u64::try_from(rest.len()).unwrap_or(u64::MAX)
            }
            Self::Blanks { left, .. } => *left,
        }
    }

    /// The next piece of what is left.
    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<Bytes> {
        Poll::Ready(match self {
            Self::AtOnce(rest) => std::mem::take(rest),
            Self::InPieces {
                rest,
                piece,
                pause,
                pausing,
            } => {
                ready!(pausing.as_mut().poll(context));
                *pausing = Box::pin(sleep(*pause));
                rest.split_to(rest.len().min(*piece))
            }
            Self::Blanks { left, .. } => {
                let most = usize::try_from(*left).unwrap_or(usize::MAX);
                let blanks = Bytes::from_static(&BLANKS);
                let blanks = blanks.slice(..blanks.len().min(most));
                *left -= u64::try_from(blanks.len()).unwrap_or(*left);
                blanks
            }
        })
    }
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = BrokenOff;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        if self.rest.length() > 0 {
            let piece = ready!(self.rest.poll_piece(context));
            return Poll::Ready(Some(Ok(Frame::data(piece))));
        }
        match self.ending {
            Ending::Complete => Poll::Ready(None),
            Ending::FlushThenBreak => {
                // The server flushes when a body has nothing ready, and drops what it has
                // buffered when a body fails: one turn of nothing puts it on the wire.
                self.ending = Ending::Break;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Ending::Break => Poll::Ready(Some(Err(BrokenOff))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.rest.length() == 0 && matches!(self.ending, Ending::Complete)
    }

    fn size_hint(&self) -> SizeHint {
        match (&self.ending, &self.rest) {
            (
                _,
                Rest::Blanks {
                    announced: false, ..
                },
            )
            | (Ending::FlushThenBreak | Ending::Break, _) => SizeHint::default(),
            (Ending::Complete, rest) => SizeHint::with_exact(rest.length()),
        }
    }
}
