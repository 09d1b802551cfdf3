//! Huawei Cloud Security Token Service (STS): temporary security credentials.
//!
//! ```no_run
//! # async fn example() -> Result<(), huaweicloud_sts::Error> {
//! use huaweicloud_sts::types::AssumeAgencyReqBody;
//! use huaweicloud_sts::{Client, Config};
//!
//! // The key comes from the environment: HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK.
//! let config = Config::builder().region("cn-north-4").load().await?;
//! let sts = Client::new(&config)?;
//! let answer = sts
//!     .assume_agency()
//!     .body(
//!         AssumeAgencyReqBody::builder()
//!             .agency_urn("iam::0605767a5780d5762f9ac0123456789a:agency:example-agency")
//!             .agency_session_name("example-session"),
//!     )
//!     .send()
//!     .await?;
//! if let Some(credentials) = &answer.credentials {
//!     println!("valid until {}", credentials.expiration.as_deref().unwrap_or("-"));
//! }
//! # Ok(())
//! # }
//! ```
//!
//! [`Client`] has a method for each operation, [`types`] what they take and answer, and whatever
//! goes wrong is an [`Error`]. The code is generated from an OpenAPI document.
//!
//! # Features
//!
//! - `rustls` (default): https by rustls on the ring provider.
//! - `regions-file` (default): endpoints from `~/.huaweicloud/regions.yaml`.

#[allow(missing_docs, unreachable_pub, reason = "the documents say what there is to say")]
#[rustfmt::skip]
mod generated;

use huaweicloud_core::Transport;
use huaweicloud_core::progenitor_client::{
    Bytes, ClientHooks, ClientInfo as _, OperationInfo, Response, reqwest,
};
pub use huaweicloud_core::{
    AccessKey, Config, ConfigBuilder, Credentials, Error, ErrorKind, ResponseValue, Secret,
};

pub use self::generated::{Client, SERVICE, builder, types};

impl ClientHooks<Transport> for Client {
    async fn exec(
        &self,
        request: reqwest::Request,
        info: &OperationInfo,
    ) -> Result<Response<Bytes>, Error> {
        self.inner().execute(request, info).await
    }
}
