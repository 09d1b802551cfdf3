//! Huawei Cloud Elastic IP (EIP): public addresses.
//!
//! ```no_run
//! # async fn example() -> Result<(), huaweicloud_eip::Error> {
//! use huaweicloud_eip::{Client, Config};
//!
//! // The key and the project come from the environment: HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK and
//! // HUAWEICLOUD_SDK_PROJECT_ID.
//! let config = Config::builder().region("cn-north-4").load().await?;
//! let eip = Client::new(&config)?;
//! let job = eip
//!     .show_resources_job_detail()
//!     .job_id("ff808082843684110184e155fdb36461")
//!     .send()
//!     .await?;
//! println!("{}", job.status.as_deref().unwrap_or("-"));
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
