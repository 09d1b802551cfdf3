//! The asynchronous jobs of Huawei Cloud, in one form for all services.
//!
//! A request that takes long is answered at once with the id of a job. What the services tell of
//! their jobs differs; here each is a [`Job`], which can consist of sub-jobs, whose state is a
//! [`JobState`].
//!
//! ```
//! use huaweicloud_jobs::{Failure, Job, JobState};
//!
//! let install = Job::new("fd474fab", "cce", JobState::Failed)
//!     .kind("InstallMaster")
//!     .error(Failure::new().code("CCE.01400002").reason("no capacity"));
//! let create = Job::new("354331b2", "cce", JobState::Failed).kind("CreateCluster").sub_job(install);
//!
//! let to_blame = create.failed_leaf().unwrap();
//! assert_eq!(to_blame.kind.as_deref(), Some("InstallMaster"));
//! ```

mod job;
mod path;
mod poll_error;
mod schedule;
mod services;
mod source;
mod state;
pub mod time;
mod walk;

pub use jiff;

pub use self::job::{Failure, Job, Resource};
pub use self::path::{Path, Segment};
pub use self::poll_error::{PollError, PollErrorKind};
pub use self::schedule::Schedule;
pub use self::source::{JobFuture, JobSource};
pub use self::state::JobState;
pub use self::walk::Walk;
