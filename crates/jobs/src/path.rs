//! Where in the tree of a job a sub-job stands.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Job;

/// Where in the tree of a job a sub-job stands: the segments from the job down to it. The path of
/// the job itself is empty.
///
/// It stays the same from poll to poll, in whatever order the service lists the sub-jobs. In JSON
/// it is the list of its [`Segment`]s.
///
/// # Example
///
/// ```
/// use huaweicloud_jobs::{Job, JobState};
///
/// let node = Job::new("node-1", "cce", JobState::Running);
/// let nameless = Job::new("", "cce", JobState::Running);
/// let job = Job::new("job", "cce", JobState::Running).sub_job(node.sub_job(nameless));
/// let paths: Vec<String> = job.walk().map(|(path, _)| path.to_string()).collect();
/// assert_eq!(paths, ["", "node-1", "node-1/#0"]);
/// ```
#[derive(Clone, Debug, Default, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct Path(Vec<Segment>);

impl Path {
    /// The path of the job itself.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// Whether this is the path of the job itself.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The segments, from the job down.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// The last segment, and those that lead to its parent.
    pub(crate) fn split_last(&self) -> Option<(&Segment, &[Segment])> {
        self.0.split_last()
    }

    /// The path of a sub-job of the one that this is the path of.
    #[must_use]
    pub fn child(&self, segment: Segment) -> Self {
        let mut segments = self.0.clone();
        segments.push(segment);
        Self(segments)
    }
}

/// The segments, with slashes in between.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, segment) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("/")?;
            }
            segment.fmt(f)?;
        }
        Ok(())
    }
}

/// What tells a sub-job from its siblings: its id and, as the service may give none or the same one
/// twice, which of those with this id it is.
///
/// In JSON it is the id (`"fd474fab"`); for a sub-job without an id, its index among these (`0`);
/// for a repeated id, `{"id": "fd474fab", "nth": 1}`.
///
/// # Example
///
/// ```
/// use huaweicloud_jobs::Segment;
///
/// let segment = Segment::new("fd474fab", 0);
/// assert_eq!((segment.id(), segment.nth()), ("fd474fab", 0));
/// assert_eq!(Segment::new("", 2).to_string(), "#2");
/// ```
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(from = "Form", into = "Form")]
pub struct Segment {
    id: String,
    nth: usize,
}

impl Segment {
    /// The `nth` sibling, counted from 0, of those with this id, which may be empty.
    #[must_use]
    pub fn new(id: impl Into<String>, nth: usize) -> Self {
        let id = id.into();
        Self { id, nth }
    }

    /// The id, empty where the service gives none.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Which of the siblings with this id it is, counted from 0.
    #[must_use]
    pub fn nth(&self) -> usize {
        self.nth
    }

    /// The segments of siblings, in their order.
    pub(crate) fn of(siblings: &[Job]) -> Vec<Self> {
        let mut seen = std::collections::HashMap::new();
        siblings
            .iter()
            .map(|job| {
                let count = seen.entry(job.id.as_str()).or_insert(0);
                let segment = Self::new(&job.id, *count);
                *count += 1;
                segment
            })
            .collect()
    }
}

/// The id; after a `#`, the index of one without an id or with a repeated one.
impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id)?;
        if self.nth > 0 || self.id.is_empty() {
            write!(f, "#{}", self.nth)?;
        }
        Ok(())
    }
}

#[derive(Deserialize, Serialize)]
#[serde(untagged)]
enum Form {
    Id(String),
    Index(usize),
    Repeated { id: String, nth: usize },
}

impl From<Form> for Segment {
    fn from(form: Form) -> Self {
        match form {
            Form::Id(id) => Self::new(id, 0),
            Form::Index(nth) => Self::new("", nth),
            Form::Repeated { id, nth } => Self::new(id, nth),
        }
    }
}

impl From<Segment> for Form {
    fn from(Segment { id, nth }: Segment) -> Self {
        match (id.is_empty(), nth) {
            (true, nth) => Self::Index(nth),
            (false, 0) => Self::Id(id),
            (false, nth) => Self::Repeated { id, nth },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::JobState;

    #[test]
    fn siblings_are_told_apart_whatever_their_ids() {
        let siblings: Vec<Job> = ["a", "", "a", "b", "", "a"]
            .map(|id| Job::new(id, "cce", JobState::Running))
            .into();
        let segments = Segment::of(&siblings);
        let shown: Vec<String> = segments.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["a", "#0", "a#1", "b", "#1", "a#2"]);

        let json = serde_json::to_string(&segments).unwrap();
        assert_eq!(
            json,
            r##"["a",0,{"id":"a","nth":1},"b",1,{"id":"a","nth":2}]"##
        );
        assert_eq!(
            serde_json::from_str::<Vec<Segment>>(&json).unwrap(),
            segments
        );
    }
}
