use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use huaweicloud_auth::provide::{BoxError, BoxFuture, Fetch, MAX_ANSWER};

/// A client as core has it.
#[derive(Debug)]
pub(crate) struct Client(reqwest::Client);

pub(crate) fn client() -> Arc<dyn Fetch> {
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build();
    Arc::new(Client(client.unwrap()))
}

impl Fetch for Client {
    fn fetch(
        &self,
        request: http::Request<Vec<u8>>,
        timeout: Duration,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, BoxError>> {
        Box::pin(async move {
            let mut request = reqwest::Request::try_from(request)?;
            *request.timeout_mut() = Some(timeout);
            let mut answer = self.0.execute(request).await?;
            let mut response = http::Response::new(Bytes::new());
            *response.status_mut() = answer.status();
            *response.headers_mut() = answer.headers().clone();
            let mut body = BytesMut::new();
            while let Some(chunk) = answer.chunk().await? {
                body.extend_from_slice(&chunk);
                if body.len() > MAX_ANSWER {
                    return Err("the answer is too large".into());
                }
            }
            *response.body_mut() = body.freeze();
            Ok(response)
        })
    }
}
