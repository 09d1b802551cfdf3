//! The critical path.

use std::cmp::Reverse;
use std::time::Duration;

use jiff::Timestamp;

use super::node::{Node, Span};
use crate::JobState;

/// A part of the [critical path](super::Timeline#the-critical-path): a job that ran, or a job whose
/// sub-jobs were waited for to begin.
///
/// # Example
///
/// ```
/// use huaweicloud_jobs::{Job, JobState, Timeline, time};
///
/// let mut job = Job::new("a", "cce", JobState::Succeeded).kind("CreateCluster");
/// job.begin = time::parse("2024-06-05T08:00:00Z");
/// job.end = time::parse("2024-06-05T08:14:03Z");
/// let timeline = Timeline::of(&job);
/// let step = &timeline.critical_path()[0];
/// assert_eq!((step.row, step.waiting), (0, false));
/// assert_eq!((Some(step.begin), Some(step.end)), (job.begin, job.end));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Step {
    /// The index in [`Timeline::rows`](super::Timeline::rows) of the job that ran or waited.
    pub row: usize,
    /// When the step began.
    pub begin: Timestamp,
    /// When it ended.
    pub end: Timestamp,
    /// Whether the job waited: it is pending, or none of its sub-jobs ran that the next step or the
    /// end of the job depended on.
    pub waiting: bool,
}

impl Step {
    /// How long it took.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use huaweicloud_jobs::{Job, JobState, Timeline, time};
    ///
    /// let mut job = Job::new("a", "cce", JobState::Succeeded).kind("CreateCluster");
    /// job.begin = time::parse("2024-06-05T08:00:00Z");
    /// job.end = time::parse("2024-06-05T08:14:03Z");
    /// let timeline = Timeline::of(&job);
    /// let sum: Duration = timeline.critical_path().iter().map(|step| step.duration()).sum();
    /// assert_eq!(sum, timeline.total());
    /// ```
    #[must_use]
    pub fn duration(&self) -> Duration {
        let (begin, end) = (self.begin, self.end);
        Span { begin, end }.duration()
    }
}

/// The critical path within the extent of a job, from its begin to its end.
pub(super) fn path(root: &Node<'_>) -> Vec<Step> {
    let mut path = Vec::new();
    if let Some(extent) = root.extent {
        walk_back(root, extent, &mut path);
        path.reverse();
    }
    path
}

fn walk_back(node: &Node<'_>, extent: Span, path: &mut Vec<Step>) {
    let step = |begin, end, waiting| Step {
        row: node.index,
        begin,
        end,
        waiting,
    };
    let parts = node.sub_nodes.iter();
    let mut parts: Vec<_> = parts
        .filter_map(|part| Some((part, part.on_path()?)))
        .collect();
    if parts.is_empty() {
        let waiting = node.job.state == JobState::Pending;
        path.push(step(extent.begin, extent.end, waiting));
        return;
    }
    parts.sort_by_key(|(_, span)| (Reverse(span.end), span.begin));
    let mut reached = extent.end;
    for (part, span) in parts {
        if span.end > reached {
            continue;
        }
        if span.end < reached {
            path.push(step(span.end, reached, true));
        }
        walk_back(part, span, path);
        reached = span.begin;
    }
    if extent.begin < reached {
        path.push(step(extent.begin, reached, true));
    }
}
