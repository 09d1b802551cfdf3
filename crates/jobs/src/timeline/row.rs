//! The rows of a timeline.

use std::time::Duration;

use jiff::Timestamp;

use super::critical::Step;
use super::label;
use super::node::{Node, Span};
use crate::JobState;

/// A job in a [`Timeline`](super::Timeline).
///
/// # Example
///
/// ```
/// use huaweicloud_jobs::timeline::End;
/// use huaweicloud_jobs::{Job, JobState, Resource, Timeline, time};
///
/// let mut job = Job::new("7f2a", "cce", JobState::Running)
///     .kind("CreateCluster")
///     .resource(Resource::new().name("prod"));
/// job.begin = time::parse("2024-06-05T08:00:58Z");
/// let timeline = Timeline::of(&job);
/// let row = &timeline.rows()[0];
/// assert_eq!(row.label, "CreateCluster prod");
/// assert_eq!((row.begin, row.end), (job.begin, End::Open));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Row {
    /// How deep in the tree it stands; the job that the timeline is of stands at 0.
    pub depth: usize,
    /// What it does and what it works on: the kind of the job with the name of the resource, else
    /// the id of the resource, else that of the job; the service, where none of these is known.
    /// What could confuse a terminal, such as control characters, is replaced by `�`, and line
    /// breaks by spaces.
    pub label: String,
    /// How far it has come.
    pub state: JobState,
    /// When it began, if that is known.
    pub begin: Option<Timestamp>,
    /// When it ended.
    pub end: End,
    /// Whether it is a step of the [critical path](super::Timeline#the-critical-path). A job whose
    /// sub-jobs are is not.
    pub critical: bool,
    /// Whether it has sub-jobs.
    pub(super) parent: bool,
    /// Where its bar is.
    pub(super) span: Option<Span>,
}

impl Row {
    /// How long it took, or takes until now; `None` if the begin or the end is not known.
    ///
    /// # Example
    ///
    /// ```
    /// use huaweicloud_jobs::{Job, JobState, Timeline, time};
    ///
    /// let mut job = Job::new("7f2a", "cce", JobState::Failed);
    /// job.begin = time::parse("2024-06-05T08:00:58Z");
    /// assert_eq!(Timeline::of(&job).rows()[0].duration(), None);
    /// job.end = time::parse("2024-06-05T08:01:00Z");
    /// assert_eq!(Timeline::of(&job).rows()[0].duration().unwrap().as_secs(), 2);
    /// ```
    #[must_use]
    pub fn duration(&self) -> Option<Duration> {
        let known = self.span.filter(|_| self.end != End::Unknown);
        known.map(Span::duration)
    }

    /// The state in one word that is safe to show.
    pub(super) fn state_word(&self) -> String {
        label::clean(&self.state.to_string())
    }
}

/// When a job ended.
///
/// # Example
///
/// ```
/// use huaweicloud_jobs::timeline::End;
/// use huaweicloud_jobs::{Job, JobState, Timeline};
///
/// let timeline = Timeline::of(&Job::new("7f2a", "cce", JobState::Running));
/// let told = match timeline.rows()[0].end {
///     End::At(time) => format!("ended at {time}"),
///     End::Open => "is running".to_owned(),
///     _ => "has ended".to_owned(),
/// };
/// assert_eq!(told, "is running");
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum End {
    /// It ended then.
    At(Timestamp),
    /// It has not ended: it is running or pending.
    Open,
    /// It has ended, or a job above it has, but when is not known.
    Unknown,
}

/// The rows of a tree, each node before those below it.
pub(super) fn rows(root: &Node<'_>, path: &[Step]) -> Vec<Row> {
    let mut rows = Vec::new();
    add(root, 0, &mut rows);
    for step in path.iter().filter(|step| !step.waiting) {
        if let Some(row) = rows.get_mut(step.row) {
            row.critical = true;
        }
    }
    rows
}

fn add(node: &Node<'_>, depth: usize, rows: &mut Vec<Row>) {
    rows.push(Row {
        depth,
        label: label::of(node.job),
        state: node.job.state.clone(),
        begin: node.span.map(|span| span.begin),
        end: node.end,
        critical: false,
        parent: !node.sub_nodes.is_empty(),
        span: node.span,
    });
    for sub_node in &node.sub_nodes {
        add(sub_node, depth + 1, rows);
    }
}
