//! The asynchronous jobs of Huawei Cloud, followed to their end.
//!
//! A request that takes long is answered at once with the id of a job. What the services tell of
//! their jobs differs; here each is a [`Job`], which can consist of sub-jobs.
//!
//! ```no_run
//! use std::time::Duration;
//!
//! use huaweicloud_cce::{Client, Config};
//! use huaweicloud_jobs::Waiter;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let cce = Client::new(&Config::builder().region("cn-north-4").load().await?)?;
//! let waiter = Waiter::new(cce).timeout(Duration::from_secs(1800));
//! let job = waiter.wait("354331b2c-229a-11e8-9c75-0255ac100ceb").await?;
//! println!("{} has {}", job.id, job.state);
//! # Ok(())
//! # }
//! ```
//!
//! - A [`Waiter`] waits for a job, or tells what happens to it as a stream of [`Event`]s.
//! - A [`Tracker`] follows very many jobs at once, under one budget of polls for each account, and goes
//!   on where it was after a restart.
//! - A [`Schedule`] says when it asks: the older a job, the more seldom. A [`Tolerance`] says how
//!   long polls may fail.
//! - Whatever keeps a job from its success is a [`WaitError`], which names the sub-job that failed.
//! - A [`Timeline`] shows what the time of a job went into.
//! - A [`JobSource`] is where it is asked: the client of a service, or a source of your own.
//!
//! # Features
//!
//! - `cce`, `eip`, `codearts-build` (default): the clients of these services are sources.
//! - `rustls` (default): https by rustls on the ring provider.
//! - `regions-file` (default): endpoints from `~/.huaweicloud/regions.yaml`.

mod apply;
mod diff;
mod event;
mod failure;
mod job;
mod path;
mod poll_error;
mod progress;
mod resource;
mod schedule;
mod services;
mod source;
mod state;
pub mod time;
pub mod timeline;
mod tolerance;
mod tracker;
mod wait_error;
mod waiter;
mod walk;
mod watch;

pub use huaweicloud_core::policy::RateLimit;
pub use jiff;
pub use tokio_util::sync::CancellationToken;

pub use self::apply::ApplyError;
pub use self::event::{Event, Outcome, PollFailure};
pub use self::failure::Failure;
pub use self::job::Job;
pub use self::path::{Path, Segment};
pub use self::poll_error::{PollError, PollErrorKind};
pub use self::resource::Resource;
pub use self::schedule::Schedule;
pub use self::source::{JobFuture, JobSource};
pub use self::state::JobState;
pub use self::timeline::Timeline;
pub use self::tolerance::Tolerance;
pub use self::tracker::{
    Tracked, Tracker, TrackerBuilder, TrackerError, TrackerEvents, TrackerState,
};
pub use self::wait_error::WaitError;
pub use self::waiter::Waiter;
pub use self::walk::Walk;
pub use self::watch::Watch;
