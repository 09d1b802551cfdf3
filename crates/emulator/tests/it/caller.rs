//! A client that signs, and that lets a test spoil what was signed before it is sent.

use http::request::Parts;
use http::{Method, Request};
use huaweicloud_auth::{Credentials, Secret, SigningContext, sign};
use huaweicloud_emulator::Emulator;
use reqwest::Response;
use serde_json::Value;

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
    let context = SigningContext {
        time: emulator.now(),
        project_id: Some(emulator.project_id()),
    };
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
    reqwest::Client::builder()
        .no_proxy()
        .build()?
        .execute(request)
        .await
}

/// A `GET` as the emulator's own caller.
pub(crate) async fn get(emulator: &Emulator, path: &str) -> Response {
    send(signed(emulator, Method::GET, path, &credentials(emulator))).await
}

pub(crate) async fn json(response: Response) -> Value {
    serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
}
