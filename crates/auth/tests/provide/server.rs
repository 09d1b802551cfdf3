//! A server on a port of its own, and what it was sent.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::stream;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

#[derive(Clone)]
pub(crate) enum Answer {
    Reply(StatusCode, Vec<(&'static str, String)>, String),
    /// A body that never ends.
    Endless,
    /// No answer, ever.
    Silence,
    /// The connection is closed in the middle of the body.
    Broken,
}

impl Answer {
    pub(crate) fn new(status: u16, body: impl ToString) -> Self {
        let status = StatusCode::from_u16(status).unwrap();
        Self::Reply(status, Vec::new(), body.to_string())
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        if let Self::Reply(_, headers, _) = &mut self {
            headers.push((name, value.into()));
        }
        self
    }
}

pub(crate) type Handler = Arc<dyn Fn(&Received) -> Answer + Send + Sync>;

pub(crate) struct Server {
    pub(crate) url: String,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Server {
    pub(crate) async fn start(handler: Handler) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let received = Arc::new(Mutex::new(Vec::new()));
        let log = received.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (handler, log) = (handler.clone(), log.clone());
                let service =
                    service_fn(move |request| answer(request, handler.clone(), log.clone()));
                let connection = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service);
                tokio::spawn(connection);
            }
        });
        Self { url, received }
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    pub(crate) fn count(&self, path: &str) -> usize {
        let received = self.received.lock().unwrap();
        received.iter().filter(|one| one.path == path).count()
    }
}

/// An address that refuses connections.
pub(crate) async fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

type Body = UnsyncBoxBody<Bytes, std::io::Error>;

async fn answer(
    request: Request<Incoming>,
    handler: Handler,
    log: Arc<Mutex<Vec<Received>>>,
) -> Result<Response<Body>, Infallible> {
    let (parts, body) = request.into_parts();
    let received = Received {
        method: parts.method,
        path: parts.uri.to_string(),
        headers: parts.headers,
        body: body.collect().await.unwrap().to_bytes(),
    };
    let answer = handler(&received);
    log.lock().unwrap().push(received);
    let frame = |text: &'static [u8]| Ok(Frame::data(Bytes::from_static(text)));
    let body: Body = match answer {
        Answer::Reply(status, headers, body) => {
            let full = Full::new(Bytes::from(body)).map_err(|never| match never {});
            let mut response = Response::new(full.boxed_unsync());
            *response.status_mut() = status;
            for (name, value) in headers {
                response.headers_mut().insert(name, value.parse().unwrap());
            }
            return Ok(response);
        }
        Answer::Endless => {
            let chunk = &[b' '; 65_536];
            StreamBody::new(stream::repeat_with(move || frame(chunk))).boxed_unsync()
        }
        Answer::Broken => {
            let parts = [
                frame(b"{\"credential\":{\"secret\":\"hush"),
                Err(std::io::Error::other("cut")),
            ];
            StreamBody::new(stream::iter(parts)).boxed_unsync()
        }
        Answer::Silence => std::future::pending().await,
    };
    Ok(Response::new(body))
}
