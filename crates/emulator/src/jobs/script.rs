//! Scripts: what becomes of a job, and when.

use std::time::Duration;

use serde::Deserialize;

use super::misbehaviour::{GoesBack, Misbehaviour};
use crate::milliseconds;

/// What becomes of a job: how long it takes, how it ends, and the jobs that it is made of.
///
/// Where a job stands hangs on its script and on the time since it was started, and on nothing else.
/// All durations are of the clock of jobs, which [`Emulator::set_job_speed`] makes faster and
/// [`Emulator::advance_jobs`] puts ahead.
///
/// A job with sub-jobs ends once its own duration is over and all of them have ended. It fails as soon
/// as one of them fails, for the same reason; then those that run go on to their own end, and the
/// others never begin.
///
/// ```
/// use std::time::Duration;
///
/// use huaweicloud_emulator::{Script, Start};
///
/// // Two nodes at the same time and, half a minute after the second is there, an add-on that fails.
/// let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
/// let script = Script::new("CreateCluster", Duration::ZERO)
///     .sub_job(Script::new("CreateNode", minutes(3)))
///     .sub_job(Script::new("CreateNode", minutes(4)).starts(Start::AfterBegin(Duration::ZERO)))
///     .sub_job(
///         Script::new("InstallAddon", minutes(1))
///             .starts(Start::AfterPrevious(Duration::from_secs(30)))
///             .fails("ADDON.1", "no node is ready"),
///     );
/// # let same: Script = serde_json::from_str(r#"{
/// #     "kind": "CreateCluster",
/// #     "sub_jobs": [
/// #         {"kind": "CreateNode", "duration_ms": 180000},
/// #         {"kind": "CreateNode", "duration_ms": 240000, "starts": {"after_begin_ms": 0}},
/// #         {"kind": "InstallAddon", "duration_ms": 60000, "starts": {"after_previous_ms": 30000},
/// #          "outcome": {"fails": {"code": "ADDON.1", "reason": "no node is ready"}}}
/// #     ]
/// # }"#)?;
/// # assert_eq!(script, same);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// In JSON, as the admin endpoint takes it, `kind` is the only field that has to be there:
///
/// ```
/// use std::time::Duration;
///
/// use huaweicloud_emulator::{Script, Start};
///
/// let script: Script = serde_json::from_str(r#"{
///     "kind": "CreateNode",
///     "starts": {"after_begin_ms": 5000},
///     "duration_ms": 60000,
///     "outcome": {"fails": {"code": "CCE.1", "reason": "no capacity"}},
///     "resource_id": "1d4ec",
///     "resource_name": "a-node",
///     "sub_jobs": [{"kind": "CreatePort", "outcome": "stalls", "listed_late": true}],
///     "misbehaviour": {
///         "not_found_for_ms": 500,
///         "vanishes_after_ms": 300000,
///         "goes_back": {"after_ms": 1000, "for_ms": 2000},
///         "repeats_after_ms": 1000,
///         "undocumented_state": "Paused"
///     }
/// }"#)?;
/// let same = Script::new("CreateNode", Duration::from_secs(60))
///     .starts(Start::AfterBegin(Duration::from_secs(5)))
///     .fails("CCE.1", "no capacity")
///     .resource("1d4ec", "a-node")
///     .sub_job(Script::new("CreatePort", Duration::ZERO).stalls().listed_late())
///     .not_found_for(Duration::from_millis(500))
///     .vanishes_after(Duration::from_secs(300))
///     .goes_back(Duration::from_secs(1), Duration::from_secs(2))
///     .repeats_after(Duration::from_secs(1))
///     .undocumented_state("Paused");
/// assert_eq!(script, same);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// [`Emulator::set_job_speed`]: crate::Emulator::set_job_speed
/// [`Emulator::advance_jobs`]: crate::Emulator::advance_jobs
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[must_use = "a script is played once a job is started with it"]
pub struct Script {
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) starts: Start,
    #[serde(default, rename = "duration_ms", with = "milliseconds")]
    pub(crate) duration: Duration,
    #[serde(default)]
    pub(crate) outcome: Outcome,
    #[serde(default)]
    pub(crate) resource_id: Option<String>,
    #[serde(default)]
    pub(crate) resource_name: Option<String>,
    #[serde(default)]
    pub(crate) listed_late: bool,
    #[serde(default)]
    pub(crate) sub_jobs: Vec<Script>,
    #[serde(default)]
    pub(crate) misbehaviour: Misbehaviour,
}

/// When a job begins to run; until then it is pending.
///
/// ```
/// use std::time::Duration;
///
/// use huaweicloud_emulator::{Script, Start};
///
/// // A build that waits ten seconds for a machine.
/// let queued = Script::build().starts(Start::AfterBegin(Duration::from_secs(10)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Start {
    /// So long after the job that it is a part of begins, or after the start of a job that is no part.
    #[serde(rename = "after_begin_ms", with = "milliseconds")]
    AfterBegin(Duration),
    /// So long after the sub-job before it succeeded; if there is none before it, like `AfterBegin`.
    #[serde(rename = "after_previous_ms", with = "milliseconds")]
    AfterPrevious(Duration),
}

/// How a job ends when its duration is over.
///
/// ```
/// use std::time::Duration;
///
/// use huaweicloud_emulator::{Outcome, Script};
///
/// for outcome in [Outcome::Succeeds, Outcome::Stalls] {
///     let script = Script::new("CreateNode", Duration::from_secs(60)).outcome(outcome);
/// }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Outcome {
    /// It has done its work.
    #[default]
    Succeeds,
    /// It has not.
    Fails {
        /// The code of the error, in the answers that have room for one.
        code: String,
        /// Why, in words.
        reason: String,
    },
    /// It never ends.
    Stalls,
}

impl Script {
    /// A job of this kind, as answers name it (such as `CreateCluster`), which runs so long and
    /// succeeds.
    pub fn new(kind: impl Into<String>, duration: Duration) -> Self {
        Self {
            kind: kind.into(),
            starts: Start::default(),
            duration,
            outcome: Outcome::default(),
            resource_id: None,
            resource_name: None,
            listed_late: false,
            sub_jobs: Vec::new(),
            misbehaviour: Misbehaviour::default(),
        }
    }

    /// Begins to run then; by default at once or, as a sub-job, right after the one before it.
    pub fn starts(mut self, start: Start) -> Self {
        self.starts = start;
        self
    }

    /// Ends like this.
    pub fn outcome(mut self, outcome: Outcome) -> Self {
        self.outcome = outcome;
        self
    }

    /// Fails when its duration is over.
    pub fn fails(self, code: impl Into<String>, reason: impl Into<String>) -> Self {
        let (code, reason) = (code.into(), reason.into());
        self.outcome(Outcome::Fails { code, reason })
    }

    /// Never ends, unless a sub-job fails.
    pub fn stalls(self) -> Self {
        self.outcome(Outcome::Stalls)
    }

    /// The id and the name of what the job works on, in the answers that have room for them.
    pub fn resource(mut self, id: impl Into<String>, name: impl Into<String>) -> Self {
        self.resource_id = Some(id.into());
        self.resource_name = Some(name.into());
        self
    }

    /// Adds a job that this one is made of.
    pub fn sub_job(mut self, script: Script) -> Self {
        self.sub_jobs.push(script);
        self
    }

    /// As a sub-job, is not listed before it begins; otherwise it is listed from the beginning, as
    /// pending.
    pub fn listed_late(mut self) -> Self {
        self.listed_late = true;
        self
    }

    /// Is not found for so long after its start, as long as the cloud takes to agree with itself.
    /// This and what follows, up to
    /// [`Script::repeats_after`], is looked at in a whole job only, not in a sub-job.
    pub fn not_found_for(mut self, duration: Duration) -> Self {
        self.misbehaviour.not_found_for = duration;
        self
    }

    /// Is no longer found so long after its start.
    pub fn vanishes_after(mut self, duration: Duration) -> Self {
        self.misbehaviour.vanishes_after = Some(duration);
        self
    }

    /// Is said to run again so long after it has ended, and so long; then it has ended as before.
    pub fn goes_back(mut self, after: Duration, back_for: Duration) -> Self {
        self.misbehaviour.goes_back = Some(GoesBack { after, back_for });
        self
    }

    /// Does all of it again, under the same id, so long after it has ended, and again after that.
    pub fn repeats_after(mut self, pause: Duration) -> Self {
        self.misbehaviour.repeats_after = Some(pause);
        self
    }

    /// Answers this word for its state as long as it runs. For CodeArts Build it is the
    /// `running_status` of `ShowJobInfo`.
    pub fn undocumented_state(mut self, state: impl Into<String>) -> Self {
        self.misbehaviour.undocumented_state = Some(state.into());
        self
    }
}

impl Default for Start {
    /// Right after the one before.
    fn default() -> Self {
        Self::AfterPrevious(Duration::ZERO)
    }
}
