//! What is wrong with an order about jobs.

/// Why an order about jobs is not followed.
///
/// ```
/// use huaweicloud_emulator::{Emulator, JobError, Script};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), huaweicloud_emulator::StartError> {
/// let emulator = Emulator::builder().start().await?;
/// let error = emulator.script("ShowJob", Script::build()).unwrap_err();
/// assert!(matches!(error, JobError::StartsNoJob(operation) if operation == "ShowJob"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum JobError {
    /// The operation starts no job.
    #[error("{0:?} starts no job; CreateCluster, BatchCreatePublicips and RunJob do")]
    StartsNoJob(String),
    /// The speed is no speed.
    #[error("{0} is not a speed of jobs; give a number that is 0 or greater")]
    InvalidSpeed(f64),
    /// The seconds are no time to go ahead by.
    #[error("jobs cannot be advanced by {0} seconds; give a number that is 0 or greater")]
    InvalidSeconds(f64),
    /// The id is empty, so that no path could name the job.
    #[error("the id of a job is empty; leave it out to get a random one")]
    EmptyId,
}
