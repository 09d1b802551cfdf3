//! A local stand-in for Huawei Cloud.
//!
//! An [`Emulator`] is an HTTP server on a loopback port of this machine. It does two things, and
//! both strictly:
//!
//! - It verifies every request as the cloud's gateway does: an `X-Auth-Token` that its own IAM
//!   issued, or an `Authorization` signed with its access key, and the project in the path and in
//!   `X-Project-Id`. What does not pass gets the gateway's refusal, with its status, its codes and
//!   its words.
//! - It answers with the documented example of the operation. It keeps no resources: any job id is
//!   answered with the example's job.
//!
//! IAM and STS are real as far as one account with one project goes, since credentials hang on them:
//!
//! - tokens, for the user's password, by the [`Agency`], or for the ID token of the
//!   [`IdentityProvider`]; they expire after 24 hours, and only those of a project open services;
//! - temporary access keys, for a token, by the agency, or for the ID token; they expire after the
//!   seconds asked for, and are good for nothing without their security token;
//! - the project and the account in the lists by which the official SDKs look up their ids, and who
//!   is asking.
//!
//! ```
//! use huaweicloud_cce::{Client, Config};
//! use huaweicloud_emulator::Emulator;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let emulator = Emulator::builder().start().await?;
//! let config = Config::builder()
//!     .endpoint(emulator.url())
//!     .credentials(emulator.access_key().clone())
//!     .project_id(emulator.project_id())
//!     .build()?;
//!
//! let cce = Client::new(&config)?;
//! let job = cce.show_job().job_id("354331b2c-229a-11e8-9c75-0255ac100ceb").send().await?;
//! assert_eq!(job.kind.as_deref(), Some("Job"));
//!
//! emulator.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! The same server runs alone as the program `huaweicloud-emulator` (feature `cli`, on by default;
//! a library user turns it off).
//!
//! # For tests of clients
//!
//! - [`Emulator::inject`] makes the next answers of an operation go wrong: see [`Fault`].
//! - [`Emulator::requests`] is what was sent, byte for byte: see [`RecordedRequest`].
//! - [`Emulator::set_clock_offset`] makes the emulator disagree about the time.
//!
//! # Limits
//!
//! A request body has at most 1 MiB and arrives within 30 seconds, as does a request's head; there
//! are at most 1,024 connections at once; the newest 1,000 requests are kept, less if their bodies
//! come to more than 64 MiB.

mod account;
mod builder;
mod call;
mod clock;
mod cloud;
mod fault;
mod gateway;
mod generated;
mod iam;
mod operation;
mod principal;
mod random;
mod record;
mod reply;
mod router;
mod server;
mod sts;
mod temporary_key;
mod token;

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use huaweicloud_auth::AccessKey;

pub use crate::account::{Agency, IdentityProvider, User};
pub use crate::builder::{Builder, StartError};
pub use crate::fault::{Fault, InjectError, Repeat};
pub use crate::record::RecordedRequest;

use crate::cloud::Cloud;
use crate::generated::OPERATIONS;
use crate::server::Server;

/// A running emulator. Dropping it ends it at once; [`Emulator::shutdown`] ends it well.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let emulator = huaweicloud_emulator::Emulator::builder().start().await?;
/// assert!(emulator.url().starts_with("http://127.0.0.1:"));
///
/// let config = huaweicloud_iam::Config::builder()
///     .endpoint(emulator.url())
///     .credentials(huaweicloud_iam::AccessKey::new("NOBODYSKEY", "a secret key"))
///     .build()?;
/// let iam = huaweicloud_iam::Client::new(&config)?;
/// let error = iam.keystone_list_projects().send().await.unwrap_err();
/// assert_eq!(error.code(), Some("APIGW.0301"));
/// # Ok(())
/// # }
/// ```
pub struct Emulator {
    cloud: Arc<Cloud>,
    server: Server,
}

impl Emulator {
    /// An emulator to be set up, with random credentials unless told otherwise.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Where it listens: `http://127.0.0.1:PORT`, the endpoint of every service.
    pub fn url(&self) -> &str {
        &self.cloud.url
    }

    /// The access key that requests are to be signed with.
    pub fn access_key(&self) -> &AccessKey {
        &self.cloud.account.access_key
    }

    /// The id of the project, the only one that requests may name.
    pub fn project_id(&self) -> &str {
        &self.cloud.account.project_id
    }

    /// The region, which is the name of the project.
    pub fn region(&self) -> &str {
        &self.cloud.account.region
    }

    /// The id of the account that the project and the user belong to.
    pub fn domain_id(&self) -> &str {
        &self.cloud.account.domain_id
    }

    /// The user who may ask for a token.
    pub fn user(&self) -> &User {
        &self.cloud.account.user
    }

    /// The agency that may be assumed.
    pub fn agency(&self) -> &Agency {
        &self.cloud.account.agency
    }

    /// The identity provider whose ID token is accepted.
    pub fn identity_provider(&self) -> &IdentityProvider {
        &self.cloud.account.identity_provider
    }

    /// Makes the answers of an operation go wrong, after the faults injected for it earlier. The
    /// operation has its official name, such as `ShowJob`; if two services have one of that name,
    /// the fault waits for whichever is called first.
    ///
    /// # Errors
    ///
    /// If there is no such operation or the fault cannot be sent.
    pub fn inject(
        &self,
        operation_id: &str,
        fault: Fault,
        repeat: Repeat,
    ) -> Result<(), InjectError> {
        self.cloud
            .faults
            .inject(OPERATIONS, operation_id, fault, repeat)
    }

    /// Removes the faults that still wait, of all operations.
    pub fn clear_faults(&self) {
        self.cloud.faults.clear();
    }

    /// The requests received, oldest first, refused ones included.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.cloud.recorder.requests()
    }

    /// What the emulator takes for now: it checks signatures and tokens against it and puts it in
    /// the `Date` of its answers.
    pub fn now(&self) -> SystemTime {
        self.cloud.clock.now().into()
    }

    /// Puts the emulator's clock ahead of the machine's by this many seconds; negative is behind.
    pub fn set_clock_offset(&self, seconds: i64) {
        self.cloud.clock.set_offset(seconds);
    }

    /// Stops accepting, lets the requests under way end (for five seconds) and waits for that.
    pub async fn shutdown(self) {
        self.server.shutdown().await;
    }
}

impl fmt::Debug for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emulator")
            .field("url", &self.cloud.url)
            .field("account", &self.cloud.account)
            .finish_non_exhaustive()
    }
}
