//! From events to the tree of a job.

use std::collections::HashMap;
use std::fmt;

use crate::path::{Path, Segment};
use crate::{Event, Job};

impl Job {
    /// Makes of the tree before an event the one after it. Events that are not about the tree change
    /// nothing.
    ///
    /// # Errors
    ///
    /// [`ApplyError`] when the event is about a sub-job that is not there, or one appears that is
    /// there already: an event before it is missing, or came twice. The tree is unchanged.
    ///
    /// # Example
    ///
    /// ```
    /// use huaweicloud_jobs::{Event, Job, JobState};
    ///
    /// let mut job = Job::new("354331b2", "cce", JobState::Running);
    /// let event: Event = serde_json::from_str(
    ///     r#"{"event":"sub_job_appeared","path":["fd474fab"],
    ///         "job":{"id":"fd474fab","service":"cce","state":"pending"}}"#,
    /// )?;
    /// job.apply(&event)?;
    /// assert_eq!(job.sub_jobs[0].state, JobState::Pending);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn apply(&mut self, event: &Event) -> Result<(), ApplyError> {
        let missing = |path: &Path| ApplyError(path.clone());
        match event {
            Event::StateChanged { job, .. } | Event::JobChanged { job } => self.become_node(job),
            Event::SubJobChanged { path, job, .. } => {
                let node = self.at_mut(path.segments()).ok_or_else(|| missing(path))?;
                node.become_node(job);
            }
            Event::SubJobAppeared { path, job } => {
                let (segment, parent) = path.split_last().ok_or_else(|| missing(path))?;
                let parent = self.at_mut(parent).ok_or_else(|| missing(path))?;
                let count = parent
                    .sub_jobs
                    .iter()
                    .filter(|sibling| sibling.id == job.id)
                    .count();
                if *segment != Segment::new(&job.id, count) {
                    return Err(missing(path));
                }
                parent.sub_jobs.push(job.node());
            }
            Event::SubJobVanished { path } => {
                let (segment, parent) = path.split_last().ok_or_else(|| missing(path))?;
                let parent = self.at_mut(parent).ok_or_else(|| missing(path))?;
                let index = parent.index_of(segment).ok_or_else(|| missing(path))?;
                parent.sub_jobs.remove(index);
            }
            Event::SubJobsReordered { path, order } => {
                let parent = self.at_mut(path.segments()).ok_or_else(|| missing(path))?;
                if !parent.reorder(order) {
                    return Err(missing(path));
                }
            }
            Event::PollFailed(_) | Event::Done { .. } => {}
        }
        Ok(())
    }

    /// The tree that events lead to, from the first on; `None` when none of them is about a tree.
    ///
    /// # Errors
    ///
    /// [`ApplyError`] when an event is missing or came twice.
    ///
    /// # Example
    ///
    /// ```
    /// use huaweicloud_jobs::{Event, Job};
    ///
    /// // What a program wrote down, line by line.
    /// let log = r#"{"event":"state_changed","job":{"id":"354331b2","service":"cce","state":"running"}}"#;
    /// let events: Vec<Event> = log.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    /// let job = Job::replay(&events)?.unwrap();
    /// assert_eq!(job.id, "354331b2");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn replay<'a>(
        events: impl IntoIterator<Item = &'a Event>,
    ) -> Result<Option<Self>, ApplyError> {
        let mut tree: Option<Self> = None;
        for event in events {
            match (&mut tree, event) {
                (Some(tree), event) => tree.apply(event)?,
                (None, Event::StateChanged { job, .. }) => tree = Some(job.node()),
                (None, Event::PollFailed(_) | Event::Done { .. }) => {}
                (None, _) => return Err(ApplyError(Path::root())),
            }
        }
        Ok(tree)
    }

    /// This job without its sub-jobs.
    pub(crate) fn node(&self) -> Self {
        Self {
            id: self.id.clone(),
            service: self.service.clone(),
            kind: self.kind.clone(),
            state: self.state.clone(),
            resource: self.resource.clone(),
            begin: self.begin,
            update: self.update,
            end: self.end,
            error: self.error.clone(),
            sub_jobs: Vec::new(),
        }
    }

    fn become_node(&mut self, node: &Self) {
        let sub_jobs = std::mem::take(&mut self.sub_jobs);
        *self = Self {
            sub_jobs,
            ..node.node()
        };
    }

    fn at_mut(&mut self, segments: &[Segment]) -> Option<&mut Self> {
        segments.iter().try_fold(self, |job, segment| {
            let index = job.index_of(segment)?;
            job.sub_jobs.get_mut(index)
        })
    }

    /// Says whether it could be done: whether the order names all sub-jobs, each once.
    fn reorder(&mut self, order: &[Segment]) -> bool {
        let mut present = Segment::of(&self.sub_jobs);
        let mut wanted = order.to_vec();
        present.sort();
        wanted.sort();
        if present != wanted {
            return false;
        }
        let segments = Segment::of(&self.sub_jobs);
        let jobs = std::mem::take(&mut self.sub_jobs);
        let mut by_segment: HashMap<_, _> = segments.into_iter().zip(jobs).collect();
        let ordered = order
            .iter()
            .filter_map(|segment| by_segment.remove(segment));
        self.sub_jobs = ordered.collect();
        true
    }
}

/// An event that does not fit the tree that it was applied to.
///
/// # Example
///
/// ```
/// use huaweicloud_jobs::{Event, Job, JobState, Path, Segment};
///
/// let mut job = Job::new("354331b2", "cce", JobState::Running);
/// let event: Event =
///     serde_json::from_str(r#"{"event":"sub_job_vanished","path":["fd474fab"]}"#)?;
/// let error = job.apply(&event).unwrap_err();
/// assert_eq!(error.path(), &Path::root().child(Segment::new("fd474fab", 0)));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ApplyError(Path);

impl ApplyError {
    /// Where the tree and the event differ.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl fmt::Display for ApplyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the event does not fit the tree at ")?;
        match self.0.is_root() {
            true => f.write_str("the job itself")?,
            false => write!(f, "the sub-job {}", self.0)?,
        }
        f.write_str(": apply all events of the job from the first on, each once and in order")
    }
}

impl std::error::Error for ApplyError {}
