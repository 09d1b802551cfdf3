//! The services that have jobs.

use serde::Deserialize;

/// A service that does work in jobs.
///
/// ```
/// use huaweicloud_emulator::{Emulator, Script, Service};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), huaweicloud_emulator::StartError> {
/// let emulator = Emulator::builder().start().await?;
/// let job_id = emulator.start_job(Service::Eip, Script::addresses(2));
/// assert_eq!(job_id.len(), 32);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Service {
    /// Cloud Container Engine: `ShowJob` tells of the job. In JSON, `"cce"`.
    Cce,
    /// Elastic IP: `ShowResourcesJobDetail` tells of the job. In JSON, `"eip"`.
    Eip,
    /// CodeArts Build: `ShowJobStatus` and `ShowJobInfo` tell of the job, which is a build task and its
    /// latest run. In JSON, `"codearts-build"`.
    #[serde(rename = "codearts-build")]
    CodeArtsBuild,
}
