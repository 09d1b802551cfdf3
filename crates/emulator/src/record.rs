//! What the emulator was asked, kept for tests to look at.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderName, Method, Uri};

/// The requests kept; older ones go.
const MAX_REQUESTS: usize = 1_000;
/// The bytes of request bodies kept; older requests go, whatever their number.
const MAX_BODY_BYTES: usize = 64 * 1024 * 1024;
/// Headers whose values open doors: present in the record, absent wherever it is shown.
const CREDENTIAL_HEADERS: [&str; 3] = ["authorization", "x-auth-token", "x-security-token"];

/// One request as the emulator received it, refused ones included.
///
/// `Debug` hides the values of `Authorization`, `X-Auth-Token` and `X-Security-Token`, and shows
/// no more of the body than its length.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let emulator = huaweicloud_emulator::Emulator::builder().start().await?;
/// let config = huaweicloud_iam::Config::builder()
///     .endpoint(emulator.url())
///     .credentials(huaweicloud_iam::Credentials::Token("sesame".into()))
///     .build()?;
/// let iam = huaweicloud_iam::Client::new(&config)?;
/// assert!(iam.keystone_list_projects().name("cn-north-4").send().await.is_err());
///
/// let requests = emulator.requests();
/// assert_eq!(requests[0].path(), "/v3/projects");
/// assert_eq!(requests[0].query(), Some("name=cn-north-4"));
/// assert_eq!(requests[0].header("X-Auth-Token"), Some("sesame"));
/// assert!(!format!("{requests:?}").contains("sesame"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct RecordedRequest {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
}

impl RecordedRequest {
    pub(crate) fn new(parts: &Parts, body: &Bytes) -> Self {
        Self {
            method: parts.method.clone(),
            uri: parts.uri.clone(),
            headers: parts.headers.clone(),
            body: body.clone(),
        }
    }

    /// The method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The path, encoded as it was sent.
    pub fn path(&self) -> &str {
        self.uri.path()
    }

    /// What follows the question mark, encoded as it was sent.
    pub fn query(&self) -> Option<&str> {
        self.uri.query()
    }

    /// The headers in the order received, the values of one name together.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The first value of a header, if it is there and is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The headers as they may be shown: the values of credentials are hidden.
    pub(crate) fn shown_headers(&self) -> impl Iterator<Item = (&HeaderName, Cow<'_, str>)> {
        self.headers.iter().map(|(name, value)| {
            let shown = if CREDENTIAL_HEADERS.contains(&name.as_str()) {
                Cow::Borrowed("[redacted]")
            } else {
                String::from_utf8_lossy(value.as_bytes())
            };
            (name, shown)
        })
    }

    /// The body; empty if it was over the limit or did not arrive whole.
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

impl fmt::Debug for RecordedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordedRequest")
            .field("method", &self.method)
            .field("uri", &self.uri)
            .field("headers", &Shown(self))
            .field("body_bytes", &self.body.len())
            .finish()
    }
}

struct Shown<'a>(&'a RecordedRequest);

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.0.shown_headers()).finish()
    }
}

/// The newest requests, bounded in number and in size.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    requests: VecDeque<RecordedRequest>,
    body_bytes: usize,
}

impl Recorder {
    pub(crate) fn push(&self, request: RecordedRequest) {
        let mut kept = self.lock();
        kept.body_bytes += request.body.len();
        kept.requests.push_back(request);
        while kept.requests.len() > MAX_REQUESTS || kept.body_bytes > MAX_BODY_BYTES {
            let Some(oldest) = kept.requests.pop_front() else {
                break;
            };
            kept.body_bytes -= oldest.body.len();
        }
    }

    pub(crate) fn requests(&self) -> Vec<RecordedRequest> {
        self.lock().requests.iter().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(path: &str, body: &'static [u8]) -> RecordedRequest {
        let (parts, ()) = http::Request::get(path).body(()).unwrap().into_parts();
        RecordedRequest::new(&parts, &Bytes::from_static(body))
    }

    #[test]
    fn the_newest_thousand_requests_are_kept() {
        let recorder = Recorder::default();
        for n in 0..MAX_REQUESTS + 2 {
            recorder.push(request(&format!("/{n}"), b""));
        }
        let requests = recorder.requests();
        assert_eq!(requests.len(), MAX_REQUESTS);
        assert_eq!(requests.first().unwrap().path(), "/2");
        assert_eq!(requests.last().unwrap().path(), "/1001");
    }

    #[test]
    fn bodies_are_bounded_in_total() {
        static BODY: [u8; 1024 * 1024] = [0; 1024 * 1024];
        let recorder = Recorder::default();
        for n in 0..65 {
            recorder.push(request(&format!("/{n}"), &BODY));
        }
        assert_eq!(recorder.requests().len(), 64);
        assert_eq!(recorder.requests().first().unwrap().path(), "/1");
    }
}
