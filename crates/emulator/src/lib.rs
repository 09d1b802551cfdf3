//! A local stand-in for Huawei Cloud.
//!
//! An [`Emulator`] is an HTTP server on a loopback port of this machine. It does two things, and
//! both strictly:
//!
//! - It verifies every request as the cloud's gateway does: an `X-Auth-Token` that its own IAM
//!   issued, or an `Authorization` signed with its access key, and the project in the path and in
//!   `X-Project-Id`. What does not pass gets the gateway's refusal, with its status, its codes and
//!   its words.
//! - It answers with the documented example of the operation, or tells of a job that was started. It
//!   keeps no other resources: a job id that nobody started is answered with the example's job.
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
//! Whether your program does right when the cloud does wrong is hard to find out from the cloud. The
//! emulator does wrong when told to:
//!
//! - [`Emulator::inject`] makes answers go wrong: a [`Rule`] says which, a [`Fault`] says how.
//! - [`Emulator::set_clock_offset`] makes the emulator disagree about the time.
//! - [`Emulator::expire_credentials`] and [`Emulator::refuse_access_key`] take back what was good.
//! - [`Emulator::requests`] is what was sent, byte for byte, and [`Emulator::statistics`] counts
//!   requests and connections, so that a test sees what leaks.
//!
//! ```
//! use huaweicloud_cce::{Client, Config};
//! use huaweicloud_emulator::{Emulator, Fault, Rule};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let emulator = Emulator::builder().start().await?;
//! let config = Config::builder()
//!     .endpoint(emulator.url())
//!     .credentials(emulator.access_key().clone())
//!     .project_id(emulator.project_id())
//!     .build()?;
//! let cce = Client::new(&config)?;
//!
//! // What your program makes of an answer that it cannot read:
//! let maintenance = Fault::Response {
//!     status: 404,
//!     content_type: "text/html".to_owned(),
//!     body: "<title>Down for maintenance</title>".to_owned(),
//! };
//! emulator.inject(Rule::new(maintenance).operation("ShowJob").times(1))?;
//! let error = cce.show_job().job_id("354331b2c-229a-11e8-9c75-0255ac100ceb").send().await;
//! assert_eq!(error.unwrap_err().status().map(|status| status.as_u16()), Some(404));
//! assert_eq!(emulator.statistics().requests_of("ShowJob"), 1);
//! # Ok(())
//! # }
//! ```
//!
//! Everything that waits does so by tokio's clock, which a test may pause.
//!
//! # Jobs
//!
//! `CreateCluster`, `BatchCreatePublicips` and `RunJob` start jobs, and so does
//! [`Emulator::start_job`]. A job plays a [`Script`], which says how long it and its sub-jobs take, how
//! they end, and how it misbehaves; `ShowJob`, `ShowResourcesJobDetail`, `ShowJobStatus` and
//! `ShowJobInfo` tell where it stands, in their own words:
//!
//! | a job | CCE | EIP | CodeArts Build |
//! |---|---|---|---|
//! | is pending | `Initializing` | `INIT` | `true`, `Waiting` |
//! | runs | `Running` | `RUNNING` | `true`, `Running` |
//! | has succeeded | `Success` | `SUCCESS` | `false`, `Finished`, `success` |
//! | has failed | `Failed` | `FAIL` | `false`, `Finished`, `failed` |
//!
//! Without another script ([`Emulator::script`]) a cluster takes fourteen minutes, an address ten
//! seconds and a build four minutes. That is the time of a clock that
//! [`Emulator::set_job_speed`] makes faster and [`Emulator::advance_jobs`] puts ahead. It starts
//! with the emulator, from its now, and the times in answers are told by it.
//!
//! ```
//! use std::time::Duration;
//!
//! use huaweicloud_emulator::{Emulator, Script, Service};
//! use huaweicloud_cce::{Client, Config};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // The clock stands still but for what the test says.
//! let emulator = Emulator::builder().job_speed(0.0).start().await?;
//! let config = Config::builder()
//!     .endpoint(emulator.url())
//!     .credentials(emulator.access_key().clone())
//!     .project_id(emulator.project_id())
//!     .build()?;
//! let cce = Client::new(&config)?;
//!
//! let job_id = emulator.start_job(Service::Cce, Script::cluster());
//! for expected in ["Running", "Success"] {
//!     let job = cce.show_job().job_id(&*job_id).send().await?;
//!     let phase = job.status.as_ref().and_then(|status| status.phase.as_deref());
//!     assert_eq!(phase, Some(expected));
//!     emulator.advance_jobs(Duration::from_secs(14 * 60));
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # The admin endpoint
//!
//! [`Builder::admin`], or the program's `--admin`, lets any program on this machine do the same over
//! HTTP, in JSON and without authentication. What went well is answered with 204 unless the table
//! says otherwise, what did not with `{"error": "…"}`.
//!
//! | request | body | does |
//! |---|---|---|
//! | `POST /_emulator/faults` | a [`Rule`] | [`Emulator::inject`] |
//! | `DELETE /_emulator/faults` | | [`Emulator::clear_faults`] |
//! | `GET /_emulator/requests` | | answers 200 with [`Emulator::requests`], without credentials and bodies |
//! | `GET /_emulator/statistics` | | answers 200 with [`Emulator::statistics`], this connection included |
//! | `POST /_emulator/clock` | `{"offset_seconds": 900}` | [`Emulator::set_clock_offset`] |
//! | `POST /_emulator/expire` | | [`Emulator::expire_credentials`] |
//! | `POST /_emulator/access-key` | `{"refuse": 2}` | [`Emulator::refuse_access_key`] |
//! | `POST /_emulator/jobs` | `{"service": "cce"}`, with `"script"` (a [`Script`]) and `"id"` if they shall not be the usual ones | [`Emulator::start_job`]; answers 201 with `{"job_id": "…"}`. A job of that id is started anew. |
//! | `POST /_emulator/jobs/advance` | `{"seconds": 60}` | [`Emulator::advance_jobs`] |
//! | `POST /_emulator/jobs/speed` | `{"factor": 60}` | [`Emulator::set_job_speed`] |
//!
//! In the JSON of a rule or a script, faults, outcomes and their fields have their names in Rust in small letters, and a
//! duration is a number of milliseconds in a field whose name ends in `_ms`:
//!
//! ```json
//! {"fault": "cut_short", "operation": "ShowJob", "skip": 1, "times": 2}
//! {"fault": {"latency_ms": 200}, "probability": 0.1}
//! {"fault": {"status": 503}, "before_authentication": true}
//! {"fault": {"throttled": {"retry_after": {"seconds": 2}}}}
//! {"fault": {"throttled": {"retry_after": {"date_in_ms": 2000}}}}
//! {"fault": {"slow_body": {"piece": 10, "pause_ms": 50}}}
//! ```
//!
//! # Limits
//!
//! A request body has at most 1 MiB and arrives within 30 seconds, as does a request's head; there
//! are at most 1,024 connections at once; the newest 1,000 requests are kept, less if their bodies
//! come to more than 64 MiB. Jobs are kept for as long as the emulator runs.

mod account;
mod admin;
mod builder;
mod call;
mod clock;
mod cloud;
mod connection;
mod fault;
mod gateway;
mod generated;
mod iam;
mod jobs;
mod milliseconds;
mod operation;
mod principal;
mod random;
mod record;
mod refusals;
mod reply;
mod reply_body;
mod router;
mod rule;
mod rules;
mod server;
mod statistics;
mod strike;
mod sts;
mod temporary_key;
mod token;

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use huaweicloud_auth::AccessKey;

pub use crate::account::{Agency, IdentityProvider, User};
pub use crate::builder::{Builder, StartError};
pub use crate::fault::{Fault, InjectError, RetryAfter};
pub use crate::jobs::{JobError, Outcome, RandomScripts, Script, Service, Start};
pub use crate::record::RecordedRequest;
pub use crate::rule::Rule;
pub use crate::statistics::Statistics;

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

    /// Makes answers go wrong by this rule, after those injected earlier.
    ///
    /// # Errors
    ///
    /// If there is no such operation or the fault cannot be sent.
    pub fn inject(&self, rule: Rule) -> Result<(), InjectError> {
        self.cloud.rules.inject(OPERATIONS, rule)
    }

    /// Removes all rules. Those injected afterwards strike as they would after the start.
    pub fn clear_faults(&self) {
        self.cloud.rules.clear();
    }

    /// Ends all tokens and temporary access keys issued so far, as if their time were over. The
    /// access key that the emulator was started with stays valid.
    pub fn expire_credentials(&self) {
        self.cloud.expire_credentials();
    }

    /// Refuses the next so many requests that are signed with [`Emulator::access_key`], as if there
    /// were no such key; 0 ends that.
    pub fn refuse_access_key(&self, requests: u32) {
        self.cloud.refusals.set(requests);
    }

    /// What the emulator has counted since it started. Requests to the admin endpoint do not count;
    /// their connections do.
    pub fn statistics(&self) -> Statistics {
        self.cloud.counters.statistics()
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
