//! Reading an answer's body, no further than is good for us.

use bytes::{Bytes, BytesMut};
use http::HeaderValue;
use reqwest::Response;

use crate::attempt::root_cause;
use crate::error::{Error, ErrorKind};

/// The longest body of a success that is read into memory, unless set otherwise.
pub(crate) const LIMIT: usize = 64 * 1024 * 1024;

/// The longest body of an error; what matters of it is at its beginning.
pub(crate) const ERROR_LIMIT: usize = 1024 * 1024;

/// Reads a body whole. One that is compressed is refused: it was not asked for, and a small one can
/// unpack to more than there is memory.
///
/// Nothing is reserved for a length that was only announced.
pub(crate) async fn read(
    mut response: Response,
    encoding: Option<&HeaderValue>,
    limit: usize,
) -> Result<Bytes, Error> {
    if let Some(encoding) = encoding.filter(|encoding| *encoding != "identity") {
        return Err(Error::new(
            ErrorKind::Decoding,
            format!("the body is encoded as {encoding:?}, which was not asked for"),
        ));
    }
    let announced = response.content_length();
    let too_long = || {
        Error::new(
            ErrorKind::Decoding,
            format!("the body is longer than {limit} bytes, the most that is read"),
        )
    };
    if announced.is_some_and(|length| length > limit as u64) {
        return Err(too_long());
    }
    let mut first: Option<Bytes> = None;
    let mut rest = BytesMut::new();
    let mut length = 0;
    loop {
        let chunk = response
            .chunk()
            .await
            .map_err(|source| broken(source, length, announced))?;
        let Some(chunk) = chunk else { break };
        length += chunk.len();
        if length > limit {
            return Err(too_long());
        }
        // Most answers arrive in one piece, which need not be copied.
        match &first {
            None => first = Some(chunk),
            Some(start) => {
                if rest.is_empty() {
                    rest.extend_from_slice(start);
                }
                rest.extend_from_slice(&chunk);
            }
        }
    }
    Ok(if rest.is_empty() {
        first.unwrap_or_default()
    } else {
        rest.freeze()
    })
}

fn broken(source: reqwest::Error, length: usize, announced: Option<u64>) -> Error {
    let cause = root_cause(&source);
    let of = announced
        .map(|announced| format!(" of {announced}"))
        .unwrap_or_default();
    let (kind, what) = if source.is_timeout() {
        (ErrorKind::Timeout, "paused too long")
    } else {
        (ErrorKind::Connection, "broke off")
    };
    Error::new(
        kind,
        format!("the body {what} after {length}{of} bytes: {cause}"),
    )
    .with_source(source)
}
