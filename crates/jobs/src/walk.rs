//! The tree of a job, node by node.

use crate::Job;
use crate::path::{Path, Segment};

/// An iterator over a job and all below it, made by [`Job::walk`]: each before its sub-jobs, these
/// in their order.
#[derive(Clone, Debug)]
pub struct Walk<'a> {
    /// What is still to come, the next one last.
    ahead: Vec<(Path, &'a Job)>,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(job: &'a Job) -> Self {
        Self {
            ahead: vec![(Path::root(), job)],
        }
    }
}

impl<'a> Iterator for Walk<'a> {
    type Item = (Path, &'a Job);

    fn next(&mut self) -> Option<Self::Item> {
        let (path, job) = self.ahead.pop()?;
        let segments = Segment::of(&job.sub_jobs);
        let below = segments.into_iter().zip(&job.sub_jobs).rev();
        self.ahead
            .extend(below.map(|(segment, sub_job)| (path.child(segment), sub_job)));
        Some((path, job))
    }
}
