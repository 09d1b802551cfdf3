//! Huawei Cloud Identity and Access Management (IAM): tokens, temporary access keys, projects and
//! accounts.
//!
//! ```no_run
//! # async fn example() -> Result<(), huaweicloud_iam::Error> {
//! use huaweicloud_iam::{Client, Config};
//!
//! // The key and the project come from the environment: HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK and
//! // HUAWEICLOUD_SDK_PROJECT_ID.
//! let config = Config::builder().region("cn-north-4").load().await?;
//! let iam = Client::new(&config)?;
//! let answer = iam.keystone_list_projects().name("cn-north-4").send().await?;
//! for project in &answer.projects {
//!     println!("{}", project.id.as_deref().unwrap_or("-"));
//! }
//! # Ok(())
//! # }
//! ```
//!
//! [`Client`] has a method for each operation, [`types`] what they take and answer, and whatever
//! goes wrong is an [`Error`]. The code is generated from an OpenAPI document.
//!
//! # Tokens
//!
//! A token is in a header of the answer, not in its body:
//!
//! ```no_run
//! # async fn example(client: &huaweicloud_iam::Client) -> Result<(), huaweicloud_iam::Error> {
//! use huaweicloud_iam::types::*;
//! use huaweicloud_iam::{Credentials, Secret};
//!
//! let agency = AgencyTokenAssumerole::builder()
//!     .domain_name("example-account".to_owned())
//!     .agency_name("example-agency");
//! let project = AuthScopeProject { name: Some("cn-north-4".to_owned()), id: None };
//! let scope = AuthScope { project: Some(project), domain: None };
//! let answer = client
//!     .keystone_create_agency_token()
//!     .body(
//!         KeystoneCreateAgencyTokenRequestBody::builder().auth(
//!             AgencyTokenAuth::builder()
//!                 .identity(
//!                     AgencyTokenIdentity::builder()
//!                         .methods(vec![AgencyTokenIdentityMethodsItem::AssumeRole])
//!                         .assume_role(agency),
//!                 )
//!                 .scope(scope),
//!         ),
//!     )
//!     .send()
//!     .await?;
//! if let Some(token) = answer.headers().get("x-subject-token").and_then(|token| token.to_str().ok()) {
//!     let credentials = Credentials::Token(Secret::from(token));
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # The global endpoint
//!
//! IAM has an endpoint in each region, and a global one, which serves where the configuration has no
//! region, or one that is newer than this crate. To use it in any case, name it:
//!
//! ```
//! use huaweicloud_iam::{Client, Config, SERVICE};
//!
//! let mut config = Config::builder().region("cn-north-4");
//! if let Some(global) = SERVICE.global_endpoint() {
//!     config = config.endpoint(global);
//! }
//! let iam = Client::new(&config.build()?)?;
//! # Ok::<(), huaweicloud_iam::Error>(())
//! ```
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
