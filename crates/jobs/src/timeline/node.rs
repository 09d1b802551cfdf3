//! A job with times that can be relied on.

use std::time::Duration;

use jiff::Timestamp;

use super::row::End;
use crate::{Job, JobState};

/// From a moment to one that is not earlier.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Span {
    pub(super) begin: Timestamp,
    pub(super) end: Timestamp,
}

impl Span {
    pub(super) fn duration(self) -> Duration {
        self.end.duration_since(self.begin).unsigned_abs()
    }

    /// The smallest that holds both.
    fn hull(self, other: Self) -> Self {
        Self {
            begin: self.begin.min(other.begin),
            end: self.end.max(other.end),
        }
    }
}

/// A job in the tree of a timeline.
pub(super) struct Node<'a> {
    /// Its place in the order of [`Job::walk`].
    pub(super) index: usize,
    pub(super) job: &'a Job,
    pub(super) end: End,
    /// When it ran itself.
    pub(super) span: Option<Span>,
    /// When it or one below it ran.
    pub(super) extent: Option<Span>,
    pub(super) sub_nodes: Vec<Self>,
}

impl<'a> Node<'a> {
    /// The rules are those of the documentation of [`Timeline`](super::Timeline).
    pub(super) fn of(job: &'a Job, now: Timestamp) -> Self {
        Self::below(job, now, true, &mut 0)
    }

    /// `limit` is until when a job can run that has not ended; `alive` is whether none above it has
    /// ended.
    fn below(job: &'a Job, limit: Timestamp, alive: bool, next: &mut usize) -> Self {
        let index = *next;
        *next += 1;

        let ended = match job.state {
            JobState::Succeeded | JobState::Failed => true,
            JobState::Pending | JobState::Running => false,
            JobState::Other(_) => known(job.end).is_some(),
        };
        let told_begin = known(job.begin);
        let told_end = [job.end, job.update]
            .into_iter()
            .filter(|_| ended)
            .filter_map(known)
            .find(|end| told_begin.is_none_or(|begin| begin <= *end));
        let limit = if ended {
            // Without an end, nothing is known of how long those below it ran.
            told_end.map_or(Timestamp::MIN, |end| end.min(limit))
        } else {
            limit
        };
        let sub_nodes: Vec<Self> = job
            .sub_jobs
            .iter()
            .map(|sub_job| Self::below(sub_job, limit, alive && !ended, next))
            .collect();

        let inner = sub_nodes.iter().filter_map(|node| node.extent);
        let inner = inner.reduce(Span::hull);
        let begin = told_begin.or(inner.map(|inner| inner.begin));
        let not_too_early = |end: &Timestamp| begin.is_none_or(|begin| begin <= *end);
        let end = told_end.or(inner.map(|inner| inner.end).filter(|_| ended));
        let end = end.filter(not_too_early);
        let span = begin.map(|begin| Span {
            begin,
            end: end.unwrap_or(if ended { begin } else { limit.max(begin) }),
        });
        Self {
            index,
            job,
            end: match end {
                Some(end) => End::At(end),
                None if alive && !ended => End::Open,
                None => End::Unknown,
            },
            span,
            extent: span.into_iter().chain(inner).reduce(Span::hull),
            sub_nodes,
        }
    }

    /// The extent, if it can be a part of the critical path of the job above.
    pub(super) fn on_path(&self) -> Option<Span> {
        let extent = self.extent.filter(|extent| extent.begin < extent.end)?;
        let works = self.job.state != JobState::Pending
            || self.sub_nodes.iter().any(|node| node.on_path().is_some());
        works.then_some(extent)
    }
}

/// Some services send a zero for a time that they do not know.
fn known(time: impl Into<Option<Timestamp>>) -> Option<Timestamp> {
    time.into().filter(|time| *time > Timestamp::UNIX_EPOCH)
}
