//! What happens to a job, as it is seen from poll to poll.

use serde::{Deserialize, Serialize};

use crate::path::{Path, Segment};
use crate::{Job, JobState, PollError, PollErrorKind};

/// What happened to a job since the poll before.
///
/// Events carry all that is needed to follow the tree of the job: [`Job::apply`] makes of the tree
/// before the event the one after it. The job in an event is the new one without its sub-jobs, for
/// which there are events of their own.
///
/// # JSON
///
/// The form is stable: names do not change, fields and kinds of events are only added. One event
/// is one line. For [`Job`] and [`Path`] see there.
///
/// ```
/// # let lines = r##"
/// {"event":"state_changed","job":{"id":"354331b2","service":"cce","state":"running"}}
/// {"event":"state_changed","from":"pending","job":{"id":"354331b2","service":"cce","state":"running"}}
/// {"event":"job_changed","job":{"id":"354331b2","service":"cce","type":"CreateCluster","state":"running"}}
/// {"event":"sub_job_appeared","path":["fd474fab"],"job":{"id":"fd474fab","service":"cce","state":"pending"}}
/// {"event":"sub_job_changed","path":["fd474fab"],"from":"pending","job":{"id":"fd474fab","service":"cce","state":"failed"}}
/// {"event":"sub_job_vanished","path":["fd474fab",0]}
/// {"event":"sub_jobs_reordered","path":[],"order":["fd474f82","fd474fab"]}
/// {"event":"poll_failed","kind":"transient","status":503,"code":"APIGW.0201","message":"backend unavailable","request_id":"d3b07384"}
/// {"event":"done","outcome":"failed","message":"…"}
/// # "##;
/// # for line in lines.trim().lines() {
/// #     let event: huaweicloud_jobs::Event = serde_json::from_str(line)?;
/// #     assert_eq!(serde_json::to_string(&event)?, line);
/// # }
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Event {
    /// The job was seen for the first time, or its state is another one.
    StateChanged {
        /// The state before; absent when there was none.
        #[serde(skip_serializing_if = "Option::is_none")]
        from: Option<JobState>,
        /// The job.
        job: Job,
    },
    /// Something else about the job is new, such as the time of its last change.
    JobChanged {
        /// The job.
        job: Job,
    },
    /// A sub-job was seen for the first time, or again. It comes after its siblings.
    SubJobAppeared {
        /// Where it is.
        path: Path,
        /// The sub-job.
        job: Job,
    },
    /// The state of a sub-job is another one, or something else about it is new.
    SubJobChanged {
        /// Where it is.
        path: Path,
        /// Its state before.
        from: JobState,
        /// The sub-job.
        job: Job,
    },
    /// The service lists a sub-job no more; those below it are gone with it.
    SubJobVanished {
        /// Where it was.
        path: Path,
    },
    /// The service lists sub-jobs in another order, which means nothing for what they do.
    SubJobsReordered {
        /// Where the job is whose sub-jobs these are.
        path: Path,
        /// All of them, in the new order.
        order: Vec<Segment>,
    },
    /// A poll failed, and the job is followed on unless [`Done`](Self::Done) comes next.
    PollFailed(PollFailure),
    /// The job is followed no more; always the last event.
    Done {
        /// How it ended.
        outcome: Outcome,
        /// The message of the error, unless it succeeded.
        #[serde(skip_serializing_if = "Option::is_none")]
        message: Option<String>,
    },
}

/// Why a poll failed, in a form that can be stored.
///
/// # Example
///
/// ```
/// use huaweicloud_jobs::{PollError, PollFailure};
///
/// let failure = PollFailure::from(&PollError::transient("the queue is full"));
/// assert_eq!(
///     serde_json::to_string(&failure)?,
///     r#"{"kind":"transient","message":"the queue is full"}"#,
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PollFailure {
    /// What it means for the next poll.
    pub kind: PollErrorKind,
    /// The HTTP status, where there was an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The service's error code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What went wrong, in words.
    pub message: String,
    /// The id by which Huawei Cloud's support finds the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

impl From<&PollError> for PollFailure {
    fn from(error: &PollError) -> Self {
        let call = error.call();
        let text = |text: Option<&str>| text.map(str::to_owned);
        Self {
            kind: error.kind(),
            status: call.and_then(|call| Some(call.status()?.as_u16())),
            code: text(call.and_then(|call| call.code())),
            message: call.map_or_else(|| error.to_string(), |call| call.message().to_owned()),
            request_id: text(call.and_then(|call| call.request_id())),
        }
    }
}

/// How the following of a job ended.
///
/// In JSON it is the name in small letters, such as `"not_found"`.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outcome {
    /// The job succeeded.
    Succeeded,
    /// The job failed.
    Failed,
    /// It took longer than the caller would wait.
    Deadline,
    /// The caller cancelled the waiting.
    Cancelled,
    /// The service never knew the job.
    NotFound,
    /// The service knew the job, and does not any more.
    Vanished,
    /// The job could not be looked up.
    Poll,
}
