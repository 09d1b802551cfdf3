//! A picture of a job: who ran when, and what the time went into.

mod critical;
mod label;
mod node;
mod row;
mod scale;
mod summary;
mod svg;
mod text;

use std::time::Duration;

use jiff::Timestamp;

use self::node::{Node, Span};
use crate::Job;

pub use self::critical::Step;
pub use self::label::clean;
pub use self::row::{End, Row};

/// When a job and all below it ran, and the critical path: the chain of jobs that determined when
/// it ended.
///
/// It is shown as text ([`to_text`](Self::to_text), [`to_ascii`](Self::to_ascii), and
/// [`Display`](std::fmt::Display) with 80 columns) and as a picture ([`to_svg`](Self::to_svg)).
///
/// # Times that are missing or wrong
///
/// - A time not after the Unix epoch counts as missing.
/// - A job without a begin begins with the first of its sub-jobs; without these, it has no bar.
/// - A job that has ended without an end, or with one before its begin, ends with its last update;
///   where this does not help either, with the last of its sub-jobs; otherwise at once, and how
///   long it took is not known.
/// - A pending or running job has not ended, whatever end it tells. One in an unknown state has
///   ended if it tells an end.
/// - A job that has not ended reaches until now, but not beyond the end of a job above it.
/// - Sub-jobs may reach beyond the job that they are of. The *extent* of a job is from the first
///   begin to the last end among it and all below it; the extent of the whole is what the timeline
///   shows.
///
/// # The critical path
///
/// It covers the whole timeline without an overlap. Within the extent of a job, it is found from
/// the end backwards: first comes the sub-job that ended last, before it the one that ended last
/// among those that ended not later than it began, and so on; of those that ended at the same time,
/// the one that began first. Each is replaced by the critical path within its own extent. Where no
/// such sub-job ran, the job above it was *waiting*, even if others ran meanwhile: none of them
/// ended in time to be what the next one waited for. A job without sub-jobs is a step of its own.
///
/// Sub-jobs that took no time, and those that are pending, take no part.
///
/// # Example
///
/// ```
/// use huaweicloud_jobs::{Job, JobState, Timeline, time};
///
/// let job = |id, kind, begin, end| {
///     let mut job = Job::new(id, "cce", JobState::Succeeded).kind(kind);
///     (job.begin, job.end) = (time::parse(begin), time::parse(end));
///     job
/// };
/// let create = job("1", "CreateCluster", "2024-06-05T08:00:00Z", "2024-06-05T08:14:03Z")
///     .sub_job(job("2", "CreateNetwork", "2024-06-05T08:00:00Z", "2024-06-05T08:02:00Z"))
///     .sub_job(job("3", "InstallMaster", "2024-06-05T08:02:00Z", "2024-06-05T08:13:51Z"));
///
/// let timeline = Timeline::of(&create);
/// println!("{timeline}");
/// assert!(timeline.to_string().ends_with(
///     "total 14m03s, critical path: CreateNetwork 2 2m → InstallMaster 3 11m51s →\n  waiting 12s\n"
/// ));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Timeline {
    rows: Vec<Row>,
    extent: Option<Span>,
    path: Vec<Step>,
}

impl Timeline {
    /// The timeline of a job; what has not ended reaches until the last moment that the job or one
    /// below it tells of.
    ///
    /// # Example
    ///
    /// ```
    /// use huaweicloud_jobs::{Job, JobState, Timeline};
    ///
    /// let timeline = Timeline::of(&Job::new("7f2a", "cce", JobState::Pending));
    /// assert_eq!(timeline.rows().len(), 1);
    /// assert_eq!(timeline.begin(), None);
    /// ```
    #[must_use]
    pub fn of(job: &Job) -> Self {
        let told = job
            .walk()
            .flat_map(|(_, job)| [job.begin, job.update, job.end]);
        Self::as_of(job, told.flatten().max().unwrap_or_default())
    }

    /// The timeline of a job; what has not ended reaches until `now`.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use huaweicloud_jobs::jiff::Timestamp;
    /// use huaweicloud_jobs::{Job, JobState, Timeline};
    ///
    /// let begin: Timestamp = "2024-06-05T08:00:58Z".parse()?;
    /// let now: Timestamp = "2024-06-05T08:05:58Z".parse()?;
    /// let job = Job::new("7f2a", "cce", JobState::Running).begin(begin);
    /// assert_eq!(Timeline::as_of(&job, now).total(), Duration::from_secs(5 * 60));
    /// # Ok::<(), huaweicloud_jobs::jiff::Error>(())
    /// ```
    #[must_use]
    pub fn as_of(job: &Job, now: Timestamp) -> Self {
        let root = Node::of(job, now);
        let path = critical::path(&root);
        Self {
            rows: row::rows(&root, &path),
            extent: root.extent,
            path,
        }
    }

    /// The job and all below it, each before its sub-jobs: the order of [`Job::walk`].
    ///
    /// # Example
    ///
    /// ```
    /// use huaweicloud_jobs::{Job, JobState, Timeline};
    ///
    /// let job = Job::new("a", "cce", JobState::Running)
    ///     .sub_job(Job::new("b", "cce", JobState::Succeeded).kind("InstallMaster"));
    /// for (row, (path, job)) in Timeline::of(&job).rows().iter().zip(job.walk()) {
    ///     println!("{path} {} {:?}", row.label, job.update);
    /// }
    /// ```
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The first begin of all; `None` if no begin is known.
    ///
    /// # Example
    ///
    /// ```
    /// use huaweicloud_jobs::{Job, JobState, Timeline, time};
    ///
    /// let mut job = Job::new("a", "cce", JobState::Running);
    /// job.begin = time::parse("2024-06-05T08:00:58Z");
    /// assert_eq!(Timeline::of(&job).begin(), job.begin);
    /// ```
    #[must_use]
    pub fn begin(&self) -> Option<Timestamp> {
        self.extent.map(|extent| extent.begin)
    }

    /// The last end of all, which is now if one has not ended; `None` if no begin is known.
    ///
    /// # Example
    ///
    /// ```
    /// use huaweicloud_jobs::{Job, JobState, Timeline, time};
    ///
    /// let mut job = Job::new("a", "cce", JobState::Succeeded);
    /// job.begin = time::parse("2024-06-05T08:00:58Z");
    /// job.end = time::parse("2024-06-05T08:05:00Z");
    /// assert_eq!(Timeline::of(&job).end(), job.end);
    /// ```
    #[must_use]
    pub fn end(&self) -> Option<Timestamp> {
        self.extent.map(|extent| extent.end)
    }

    /// The time from the first begin to the last end; zero if no begin is known.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use huaweicloud_jobs::{Job, JobState, Timeline, time};
    ///
    /// let mut job = Job::new("a", "cce", JobState::Succeeded);
    /// job.begin = time::parse("2024-06-05T08:00:58Z");
    /// job.end = time::parse("2024-06-05T08:05:00Z");
    /// assert_eq!(Timeline::of(&job).total(), Duration::from_secs(242));
    /// ```
    #[must_use]
    pub fn total(&self) -> Duration {
        self.extent.map_or(Duration::ZERO, Span::duration)
    }

    /// The [critical path](Self#the-critical-path), from the begin of the timeline to its end; the
    /// end of each step is the begin of the next. It is empty if no begin is known.
    ///
    /// # Example
    ///
    /// ```
    /// use huaweicloud_jobs::{Job, JobState, Timeline, time};
    ///
    /// let mut job = Job::new("a", "cce", JobState::Running).kind("CreateCluster");
    /// job.begin = time::parse("2024-06-05T08:00:58Z");
    /// let timeline = Timeline::of(&job);
    /// for step in timeline.critical_path() {
    ///     let what = if step.waiting { "waiting in" } else { "running" };
    ///     println!("{what} {}: {:?}", timeline.rows()[step.row].label, step.duration());
    /// }
    /// assert_eq!(timeline.critical_path().len(), 1);
    /// ```
    #[must_use]
    pub fn critical_path(&self) -> &[Step] {
        &self.path
    }
}
