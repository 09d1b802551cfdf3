//! Jobs: they are started by operations or by a test, and play a script.

mod built_in;
mod cce;
mod clock;
mod codearts_build;
mod course;
mod eip;
mod error;
mod id;
mod misbehaviour;
mod random_scripts;
mod refusal;
mod script;
mod service;
mod store;

use std::sync::Arc;
use std::time::Duration;

pub use self::error::JobError;
pub use self::random_scripts::RandomScripts;
pub use self::script::{Outcome, Script, Start};
pub use self::service::Service;

pub(crate) use self::clock::JobClock;
pub(crate) use self::store::{Jobs, usual_script};

use crate::Emulator;
use crate::call::Call;
use crate::reply::Reply;

/// The answer of an operation that starts a job, or that tells of one that was started.
pub(crate) fn answer(call: &Call<'_>) -> Option<Reply> {
    let service = match call.operation.service {
        "cce" => Service::Cce,
        "eip" => Service::Eip,
        "codearts-build" => Service::CodeArtsBuild,
        _ => return None,
    };
    let job_id = call.path_parameter("job_id").unwrap_or_default();
    let job = || call.cloud.jobs.find(service, job_id);
    let answer = match call.operation.operation_id {
        "CreateCluster" => cce::create_cluster(call),
        "BatchCreatePublicips" => eip::batch_create(call),
        "RunJob" => codearts_build::run(call),
        "ShowJob" => cce::show(call, job_id, &job()?),
        "ShowResourcesJobDetail" => eip::show(call, job_id, &job()?),
        "ShowJobStatus" => codearts_build::show_status(call, &job()?),
        "ShowJobInfo" => codearts_build::show_info(call, job_id, &job()?),
        _ => return None,
    };
    Some(answer.unwrap_or_else(|refusal| refusal.into_reply(service)))
}

/// Jobs.
impl Emulator {
    /// Starts a job and says its id, by which the service tells of it as of one that an operation
    /// started.
    ///
    /// One script can be shared by many jobs, as an `Arc`; then a job takes a few hundred bytes. Jobs
    /// are kept for as long as the emulator runs.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use huaweicloud_emulator::{Emulator, Script, Service};
    /// use huaweicloud_eip::{Client, Config};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::builder().start().await?;
    /// let script = Script::new("createPublicip", Duration::from_secs(60)).fails("VPC.1", "none left");
    /// let job_id = emulator.start_job(Service::Eip, script);
    /// emulator.advance_jobs(Duration::from_secs(60));
    ///
    /// let config = Config::builder()
    ///     .endpoint(emulator.url())
    ///     .credentials(emulator.access_key().clone())
    ///     .project_id(emulator.project_id())
    ///     .build()?;
    /// let eip = Client::new(&config)?;
    /// let job = eip.show_resources_job_detail().job_id(job_id).send().await?;
    /// assert_eq!(job.status.as_deref(), Some("FAIL"));
    /// assert_eq!(job.fail_reason.as_deref(), Some("none left"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn start_job(&self, service: Service, script: impl Into<Arc<Script>>) -> String {
        self.cloud.jobs.start(service, script.into())
    }

    /// Has the job that an operation starts next play this script instead of its usual one. Several
    /// are played in the order given, one each.
    ///
    /// ```
    /// use huaweicloud_emulator::{Emulator, Script};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::builder().start().await?;
    /// // The first cluster is never ready, the second is.
    /// emulator.script("CreateCluster", Script::cluster().stalls())?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If the operation starts no job.
    pub fn script(&self, operation: &str, script: impl Into<Arc<Script>>) -> Result<(), JobError> {
        self.cloud.jobs.queue(operation, script.into())
    }

    /// Has the clock of jobs go so many times as fast as tokio's: 60 makes a minute of a second, 0
    /// has it stand still. [`Builder::job_speed`](crate::Builder::job_speed) sets it beforehand.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = huaweicloud_emulator::Emulator::builder().start().await?;
    /// emulator.set_job_speed(60.0)?;
    /// assert!(emulator.set_job_speed(-1.0).is_err());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If it is negative, infinite or not a number.
    pub fn set_job_speed(&self, factor: f64) -> Result<(), JobError> {
        self.cloud.jobs.clock.set_speed(factor)
    }

    /// Puts the clock of jobs ahead by this, whatever its speed.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = huaweicloud_emulator::Emulator::builder().job_speed(0.0).start().await?;
    /// emulator.advance_jobs(Duration::from_secs(14 * 60));
    /// # Ok(())
    /// # }
    /// ```
    pub fn advance_jobs(&self, by: Duration) {
        self.cloud.jobs.clock.advance(by);
    }
}
