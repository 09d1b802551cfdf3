//! How far a job has come.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How far a job has come.
///
/// In JSON it is `"pending"`, `"running"`, `"succeeded"`, `"failed"` or `{"other": "Suspended"}`.
///
/// # Example
///
/// ```
/// use huaweicloud_jobs::JobState;
///
/// assert_eq!(JobState::from_word("SUCCESS"), JobState::Succeeded);
/// assert!(JobState::Failed.is_terminal());
/// let unknown = JobState::from_word("Suspended");
/// assert_eq!(unknown, JobState::Other("Suspended".to_owned()));
/// assert!(!unknown.is_terminal());
/// ```
#[derive(Clone, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum JobState {
    /// It has not begun.
    Pending,
    /// It is under way.
    Running,
    /// It has ended and did what it was for.
    Succeeded,
    /// It has ended without having done that.
    Failed,
    /// A state that this crate does not know, in the service's own word as it came; empty when the
    /// service told no state.
    Other(String),
}

impl JobState {
    /// The state that a service means by a word. The services spell the same states differently
    /// (`Success` and `SUCCESS`, `Initializing` and `INIT`) and document no full list.
    ///
    /// An upper case letter is the same as the lower case one. `init`, `initializing`, `pending`,
    /// `queuing`, `queued`, `enqueued` and `waiting` are [`Pending`](Self::Pending); `running` and
    /// `processing` are [`Running`](Self::Running); `success`, `succeeded` and `successful` are
    /// [`Succeeded`](Self::Succeeded); `fail`, `failed`, `failure` and `error` are
    /// [`Failed`](Self::Failed). Any other word is kept as it came.
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        match word.trim().to_ascii_lowercase().as_str() {
            "init" | "initializing" | "pending" | "queuing" | "queued" | "enqueued" | "waiting" => {
                Self::Pending
            }
            "running" | "processing" => Self::Running,
            "success" | "succeeded" | "successful" => Self::Succeeded,
            "fail" | "failed" | "failure" | "error" => Self::Failed,
            _ => Self::Other(word.to_owned()),
        }
    }

    /// Whether the job has ended, well or not. An unknown state is taken for one that will pass.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed)
    }
}

/// The state in one word: that of the JSON form, or the service's own.
impl fmt::Display for JobState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Other(word) if word.is_empty() => "unknown",
            Self::Other(word) => word,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_the_services_are_understood_and_others_are_kept() {
        let cases = [
            ("Initializing", JobState::Pending),
            ("INIT", JobState::Pending),
            ("Running", JobState::Running),
            ("RUNNING", JobState::Running),
            ("Success", JobState::Succeeded),
            ("SUCCESS", JobState::Succeeded),
            ("success", JobState::Succeeded),
            ("Failed", JobState::Failed),
            ("FAIL", JobState::Failed),
            (" failed ", JobState::Failed),
            ("Rolling Back", JobState::Other("Rolling Back".to_owned())),
            ("", JobState::Other(String::new())),
        ];
        for (word, state) in cases {
            assert_eq!(JobState::from_word(word), state, "{word:?}");
        }
    }

    #[test]
    fn only_success_and_failure_are_ends() {
        let states = [
            (JobState::Pending, false),
            (JobState::Running, false),
            (JobState::Succeeded, true),
            (JobState::Failed, true),
            (JobState::Other("Ended".to_owned()), false),
        ];
        for (state, terminal) in states {
            assert_eq!(state.is_terminal(), terminal, "{state}");
        }
    }
}
