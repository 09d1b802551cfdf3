//! What jobs of the cloud do that no document promises.

use std::time::Duration;

use serde::Deserialize;

use crate::milliseconds;

/// How a job misbehaves; the methods of [`Script`](super::Script) say what each field does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Misbehaviour {
    #[serde(rename = "not_found_for_ms", with = "milliseconds")]
    pub(crate) not_found_for: Duration,
    #[serde(rename = "vanishes_after_ms", with = "milliseconds::optional")]
    pub(crate) vanishes_after: Option<Duration>,
    pub(crate) goes_back: Option<GoesBack>,
    #[serde(rename = "repeats_after_ms", with = "milliseconds::optional")]
    pub(crate) repeats_after: Option<Duration>,
    pub(crate) undocumented_state: Option<String>,
}

/// When a job that has ended runs again, and for how long.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GoesBack {
    #[serde(rename = "after_ms", with = "milliseconds")]
    pub(crate) after: Duration,
    #[serde(rename = "for_ms", with = "milliseconds")]
    pub(crate) back_for: Duration,
}

impl Misbehaviour {
    /// Whether the job is there, so long after it was started.
    pub(crate) fn is_found(&self, elapsed: Duration) -> bool {
        elapsed >= self.not_found_for && self.vanishes_after.is_none_or(|after| elapsed < after)
    }
}

impl GoesBack {
    /// Whether a job that ended then runs again now.
    pub(crate) fn runs(&self, ended: Duration, now: Duration) -> bool {
        let from = ended.saturating_add(self.after);
        from <= now && now < from.saturating_add(self.back_for)
    }
}
