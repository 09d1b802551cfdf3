//! How an emulator is set up and started.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use huaweicloud_auth::{AccessKey, Secret};
use tokio::net::TcpListener;

use crate::Emulator;
use crate::account::{Account, Agency, IdentityProvider, User};
use crate::clock::Clock;
use crate::cloud::Cloud;
use crate::generated::OPERATIONS;
use crate::jobs::{JobClock, JobError, Jobs};
use crate::random;
use crate::record::Recorder;
use crate::refusals::Refusals;
use crate::router::Router;
use crate::rules::Rules;
use crate::server::Server;
use crate::statistics::Counters;
use crate::temporary_key::TemporaryKeys;
use crate::token::Tokens;

const DEFAULT_REGION: &str = "cn-north-4";
const DEFAULT_DOMAIN_NAME: &str = "emulator-domain";
const DEFAULT_USER_NAME: &str = "emulator-user";
const DEFAULT_AGENCY_NAME: &str = "emulator-agency";
const DEFAULT_IDENTITY_PROVIDER: &str = "emulator-idp";

/// Sets up an [`Emulator`]. What is not given is random or has the default that its method names.
///
/// ```
/// use huaweicloud_auth::AccessKey;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), huaweicloud_emulator::StartError> {
/// let emulator = huaweicloud_emulator::Emulator::builder()
///     .access_key(AccessKey::new("AK", "SK").with_security_token("temporary"))
///     .project_id("0123456789abcdef0123456789abcdef")
///     .region("ap-southeast-3")
///     .start()
///     .await?;
/// assert_eq!(emulator.access_key().id(), "AK");
/// assert_eq!(emulator.region(), "ap-southeast-3");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Default)]
#[must_use = "an emulator runs once it is started"]
pub struct Builder {
    listen: Option<SocketAddr>,
    access_key: Option<AccessKey>,
    project_id: Option<String>,
    region: Option<String>,
    domain_name: Option<String>,
    user_name: Option<String>,
    password: Option<Secret>,
    agency_name: Option<String>,
    identity_provider: Option<(String, Secret)>,
    clock_offset: i64,
    seed: Option<u64>,
    job_speed: Option<f64>,
    admin: bool,
}

/// Why an emulator does not start.
///
/// ```
/// use huaweicloud_emulator::{Emulator, StartError};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let result = Emulator::builder().listen(([0, 0, 0, 0], 0).into()).start().await;
/// assert!(matches!(result, Err(StartError::NotLoopback(_))));
/// # }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The address can be reached from other machines.
    #[error(
        "refuse to listen on {0}, which other machines can reach; \
         give a loopback address such as 127.0.0.1:0"
    )]
    NotLoopback(SocketAddr),
    /// The system does not let the emulator listen.
    #[error("cannot listen on {address}; is the port taken?")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// The speed of jobs is no speed.
    #[error("the clock of jobs cannot be set")]
    JobSpeed(#[source] JobError),
    /// The table of documented operations is at fault, which is a bug of this crate.
    #[error("the documented operations do not fit together; please report this")]
    Operations(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Builder {
    /// The address to listen on; by default 127.0.0.1 and a port that is free. It has to be a
    /// loopback address.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = Some(address);
        self
    }

    /// The access key that requests are signed with; by default a random one. A key with a security
    /// token is temporary: requests have to carry the token in `X-Security-Token`.
    pub fn access_key(mut self, access_key: AccessKey) -> Self {
        self.access_key = Some(access_key);
        self
    }

    /// The id of the account's one project; by default a random one.
    pub fn project_id(mut self, project_id: impl Into<String>) -> Self {
        self.project_id = Some(project_id.into());
        self
    }

    /// The region, and the name of the project; by default `cn-north-4`.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// The name of the account that the user belongs to; by default `emulator-domain`.
    pub fn domain_name(mut self, domain_name: impl Into<String>) -> Self {
        self.domain_name = Some(domain_name.into());
        self
    }

    /// The name of the user who may ask for a token; by default `emulator-user`.
    pub fn user_name(mut self, user_name: impl Into<String>) -> Self {
        self.user_name = Some(user_name.into());
        self
    }

    /// The user's password; by default a random one.
    pub fn password(mut self, password: impl Into<Secret>) -> Self {
        self.password = Some(password.into());
        self
    }

    /// The name of the agency that may be assumed; by default `emulator-agency`.
    pub fn agency_name(mut self, agency_name: impl Into<String>) -> Self {
        self.agency_name = Some(agency_name.into());
        self
    }

    /// The ID of the identity provider and the ID token that it issued; by default `emulator-idp` and
    /// a random token.
    pub fn identity_provider(mut self, id: impl Into<String>, id_token: impl Into<Secret>) -> Self {
        self.identity_provider = Some((id.into(), id_token.into()));
        self
    }

    /// How many seconds the emulator's clock is ahead of the machine's; negative is behind.
    ///
    /// [`Emulator::set_clock_offset`] changes it later.
    pub fn clock_offset(mut self, seconds: i64) -> Self {
        self.clock_offset = seconds;
        self
    }

    /// The seed of what rules with a probability strike; by default a random one. The same rules,
    /// seed and order of requests make the same run.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// How many times as fast as tokio's clock that of jobs goes; by default 1.
    ///
    /// [`Emulator::set_job_speed`] changes it later.
    pub fn job_speed(mut self, factor: f64) -> Self {
        self.job_speed = Some(factor);
        self
    }

    /// Whether the emulator takes orders over HTTP, under `/_emulator/`, from any program on this
    /// machine; by default it does not. The crate's documentation says which.
    pub fn admin(mut self, admin: bool) -> Self {
        self.admin = admin;
        self
    }

    /// Starts the emulator on the current tokio runtime, which needs its I/O and its timers.
    ///
    /// # Errors
    ///
    /// If the address is not a loopback address or cannot be listened on, or the speed of jobs is
    /// negative, infinite or not a number.
    pub async fn start(self) -> Result<Emulator, StartError> {
        let address = self
            .listen
            .unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        if !address.ip().is_loopback() {
            return Err(StartError::NotLoopback(address));
        }
        let router =
            Router::new(OPERATIONS).map_err(|error| StartError::Operations(Box::new(error)))?;
        let not_listening = |source| StartError::Listen { address, source };
        let clock = Clock::new(self.clock_offset);
        let job_clock = JobClock::new(clock.now(), self.job_speed.unwrap_or(1.0))
            .map_err(StartError::JobSpeed)?;
        let listener = TcpListener::bind(address).await.map_err(not_listening)?;
        let url = format!("http://{}", listener.local_addr().map_err(not_listening)?);
        let cloud = Arc::new(Cloud {
            url,
            clock,
            router,
            tokens: Tokens::default(),
            temporary_keys: TemporaryKeys::default(),
            refusals: Refusals::default(),
            rules: Rules::new(self.seed.unwrap_or_else(random::seed)),
            jobs: Jobs::new(job_clock),
            recorder: Recorder::default(),
            counters: Counters::default(),
            admin: self.admin,
            account: self.into_account(),
        });
        let server = Server::start(listener, cloud.clone());
        Ok(Emulator { cloud, server })
    }

    fn into_account(self) -> Account {
        let domain_id = random::id();
        let agency_name = self
            .agency_name
            .unwrap_or_else(|| DEFAULT_AGENCY_NAME.to_owned());
        let (provider_id, id_token) = self.identity_provider.unwrap_or_else(|| {
            let id_token = Secret::from(random::secret());
            (DEFAULT_IDENTITY_PROVIDER.to_owned(), id_token)
        });
        Account {
            agency: Agency {
                id: random::id(),
                urn: format!("iam::{domain_id}:agency:{agency_name}"),
                name: agency_name,
            },
            identity_provider: IdentityProvider {
                urn: format!("iam::{domain_id}:oidc-provider:{provider_id}"),
                id: provider_id,
                id_token,
            },
            access_key: self
                .access_key
                .unwrap_or_else(|| AccessKey::new(random::access_key_id(), random::secret())),
            project_id: self.project_id.unwrap_or_else(random::id),
            region: self.region.unwrap_or_else(|| DEFAULT_REGION.to_owned()),
            domain_id,
            user_id: random::id(),
            user: User {
                domain_name: self
                    .domain_name
                    .unwrap_or_else(|| DEFAULT_DOMAIN_NAME.to_owned()),
                name: self
                    .user_name
                    .unwrap_or_else(|| DEFAULT_USER_NAME.to_owned()),
                password: self
                    .password
                    .unwrap_or_else(|| Secret::from(random::secret())),
            },
        }
    }
}
