//! Why a tracker does not do what it was asked for.

use std::fmt;

/// Why a [`Tracker`](crate::Tracker) does not do what it was asked for.
///
/// # Example
///
/// ```
/// use huaweicloud_jobs::{Tracker, TrackerError};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), TrackerError> {
/// let (tracker, _events) = Tracker::builder().start()?;
/// let error = tracker.add("ecs", "354331b2").unwrap_err();
/// assert!(matches!(error, TrackerError::UnknownSource { .. }));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum TrackerError {
    /// No source has this name: add it to the builder.
    UnknownSource {
        /// The name that was asked for.
        name: String,
        /// The names that there are.
        known: Vec<String>,
    },
    /// Two sources have this name.
    AmbiguousSource(String),
    /// The tracker was shut down, or its events were dropped.
    Stopped,
    /// The rate is none.
    Rate(huaweicloud_core::Error),
    /// It was started outside of a tokio runtime.
    NoRuntime,
    /// The state was written by a version of this crate that is not understood here.
    StateVersion(u32),
}

impl fmt::Display for TrackerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownSource { name, known } => write!(
                f,
                "no source is named {name:?}, only {known:?}; add it to the builder of the tracker"
            ),
            Self::AmbiguousSource(name) => {
                write!(f, "two sources are named {name:?}; rename one of them")
            }
            Self::Stopped => {
                f.write_str("the tracker has stopped: it was shut down, or its events were dropped")
            }
            Self::Rate(error) => error.fmt(f),
            Self::NoRuntime => {
                f.write_str("a tracker polls in the background: start it within a tokio runtime")
            }
            Self::StateVersion(version) => write!(
                f,
                "the state is of version {version}, and this crate knows version {}; resume it with \
                 the version of this crate that wrote it",
                super::state::VERSION
            ),
        }
    }
}

impl std::error::Error for TrackerError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Rate(error) => error.source(),
            _ => None,
        }
    }
}
