//! A client that signs, and that lets a test spoil what was signed before it is sent.

use http::header::{CONTENT_TYPE, HeaderValue};
use http::request::Parts;
use http::{Method, Request};
use huaweicloud_auth::{Credentials, Secret, SigningContext, sign};
use huaweicloud_emulator::Emulator;
use reqwest::Response;
use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

pub(crate) const JOB_ID: &str = "901878212b1a49be9c1a1054c272762a";

/// The path of CodeArts Build's ShowJobStatus, which names no project.
pub(crate) fn job_status() -> String {
    format!("/v3/jobs/{JOB_ID}/status")
}

/// The credentials that the emulator takes.
pub(crate) fn credentials(emulator: &Emulator) -> Credentials {
    Credentials::AccessKey(emulator.access_key().clone())
}

pub(crate) fn token(token: &str) -> Credentials {
    Credentials::Token(Secret::from(token))
}

/// A signed request whose clock is the emulator's.
pub(crate) fn signed(
    emulator: &Emulator,
    method: Method,
    path: &str,
    credentials: &Credentials,
) -> Parts {
    let mut parts = unsigned(emulator, method, path);
    let context = SigningContext::new(emulator.now()).project_id(emulator.project_id());
    sign(&mut parts, b"", credentials, &context).unwrap();
    parts
}

pub(crate) fn unsigned(emulator: &Emulator, method: Method, path: &str) -> Parts {
    let url = format!("{}{path}", emulator.url());
    Request::builder()
        .method(method)
        .uri(url)
        .body(())
        .unwrap()
        .into_parts()
        .0
}

pub(crate) async fn send(parts: Parts) -> Response {
    try_send(parts).await.unwrap()
}

pub(crate) async fn try_send(parts: Parts) -> reqwest::Result<Response> {
    let request = Request::from_parts(parts, "").try_into()?;
    client().execute(request).await
}

pub(crate) fn client() -> reqwest::Client {
    // Where the SDK is built too, its reqwest wants to be told a provider, even for plain http.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
}

/// A connection on which a signed `GET` was sent.
pub(crate) async fn connect_and_get(emulator: &Emulator, path: &str) -> TcpStream {
    let parts = signed(emulator, Method::GET, path, &credentials(emulator));
    let mut request = format!("GET {path} HTTP/1.1\r\n");
    for (name, value) in &parts.headers {
        request += &format!("{name}: {}\r\n", value.to_str().unwrap());
    }
    request += "\r\n";
    let address = emulator.url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

/// A `GET` as the emulator's own caller.
pub(crate) async fn get(emulator: &Emulator, path: &str) -> Response {
    send(signed(emulator, Method::GET, path, &credentials(emulator))).await
}

pub(crate) async fn json(response: Response) -> Value {
    serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
}

/// A `POST` of JSON, signed with the credentials if there are any, at the emulator's time.
pub(crate) async fn post(
    emulator: &Emulator,
    path: &str,
    body: &Value,
    credentials: Option<&Credentials>,
) -> Response {
    let body = body.to_string();
    let mut parts = unsigned(emulator, Method::POST, path);
    let json = HeaderValue::from_static("application/json");
    parts.headers.insert(CONTENT_TYPE, json);
    if let Some(credentials) = credentials {
        let context = SigningContext::new(emulator.now()).project_id(emulator.project_id());
        sign(&mut parts, body.as_bytes(), credentials, &context).unwrap();
    }
    let client = client();
    let request = Request::from_parts(parts, body).try_into().unwrap();
    client.execute(request).await.unwrap()
}

/// The status of a call of a service with these credentials, and what the gateway says.
pub(crate) async fn try_service(emulator: &Emulator, credentials: &Credentials) -> (u16, String) {
    let parts = signed(emulator, Method::GET, &job_status(), credentials);
    let response = send(parts).await;
    let status = response.status().as_u16();
    let body = json(response).await;
    (
        status,
        body["error_msg"].as_str().unwrap_or_default().to_owned(),
    )
}
