//! A job, whatever service runs it.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Failure, JobState, Path, Resource, Segment, Walk};

/// A job of a service as it was found at some moment, with its sub-jobs.
///
/// # JSON
///
/// The form is stable: names do not change and fields are only added. What is absent is left out,
/// unknown fields are ignored, times are RFC 3339.
///
/// ```
/// # let json = r#"
/// {
///   "id": "354331b2c-229a-11e8-9c75-0255ac100ceb",
///   "service": "cce",
///   "type": "CreateCluster",
///   "state": "failed",
///   "resource": {"id": "6f4dcb2c-229a-11e8-9c75-0255ac100ceb", "name": "cluster-name"},
///   "begin": "2018-08-02T08:12:40.672772389Z",
///   "update": "2018-08-02T08:21:50.478108569Z",
///   "end": "2018-08-02T08:21:50.478108569Z",
///   "error": {"code": "CCE.01400002", "reason": "no capacity"},
///   "sub_jobs": [{"id": "fd474fab", "service": "cce", "state": {"other": "Suspended"}}]
/// }
/// # "#;
/// # let job: huaweicloud_jobs::Job = serde_json::from_str(json)?;
/// # assert_eq!(job.sub_jobs.len(), 1);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Job {
    /// The id that the service knows it by; empty for a sub-job that has none.
    pub id: String,
    /// The service that runs it, such as `cce`.
    pub service: Cow<'static, str>,
    /// What it does, in the service's word, such as `CreateCluster`. In JSON it is `type`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// How far it has come.
    pub state: JobState,
    /// What it works on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<Resource>,
    /// When it began, or was created where the service tells no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub begin: Option<Timestamp>,
    /// When it last changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update: Option<Timestamp>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<Timestamp>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Failure>,
    /// The jobs that it consists of, in the service's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sub_jobs: Vec<Job>,
}

impl Job {
    /// A job of which no more is known.
    ///
    /// # Example
    ///
    /// ```
    /// use huaweicloud_jobs::{Job, JobState, Resource, time};
    ///
    /// let mut job = Job::new("7f2a", "dns", JobState::Running)
    ///     .kind("CreateZone")
    ///     .resource(Resource::new().name("example.com."));
    /// job.begin = time::parse("2024-06-05T08:00:58Z");
    /// assert!(job.sub_jobs.is_empty());
    /// ```
    #[must_use]
    pub fn new(
        id: impl Into<String>,
        service: impl Into<Cow<'static, str>>,
        state: JobState,
    ) -> Self {
        Self {
            id: id.into(),
            service: service.into(),
            kind: None,
            state,
            resource: None,
            begin: None,
            update: None,
            end: None,
            error: None,
            sub_jobs: Vec::new(),
        }
    }

    /// Sets what it does.
    #[must_use]
    pub fn kind(mut self, kind: impl Into<String>) -> Self {
        self.kind = Some(kind.into());
        self
    }

    /// Sets what it works on.
    #[must_use]
    pub fn resource(mut self, resource: Resource) -> Self {
        self.resource = Some(resource);
        self
    }

    /// Sets when it began.
    #[must_use]
    pub fn begin(mut self, begin: Timestamp) -> Self {
        self.begin = Some(begin);
        self
    }

    /// Sets when it last changed.
    #[must_use]
    pub fn update(mut self, update: Timestamp) -> Self {
        self.update = Some(update);
        self
    }

    /// Sets when it ended.
    #[must_use]
    pub fn end(mut self, end: Timestamp) -> Self {
        self.end = Some(end);
        self
    }

    /// Sets why it failed.
    #[must_use]
    pub fn error(mut self, error: Failure) -> Self {
        self.error = Some(error);
        self
    }

    /// Adds a sub-job, after those that are there.
    #[must_use]
    pub fn sub_job(mut self, sub_job: Job) -> Self {
        self.sub_jobs.push(sub_job);
        self
    }

    /// This job and all below it, each before its sub-jobs, with their paths.
    ///
    /// # Example
    ///
    /// ```
    /// use huaweicloud_jobs::{Job, JobState};
    ///
    /// let job = Job::new("a", "cce", JobState::Running)
    ///     .sub_job(Job::new("b", "cce", JobState::Succeeded));
    /// for (path, job) in job.walk() {
    ///     println!("{path}: {}", job.state);
    /// }
    /// assert_eq!(job.walk().count(), 2);
    /// ```
    #[must_use]
    pub fn walk(&self) -> Walk<'_> {
        Walk::new(self)
    }

    /// The first of this job and all below it that has this id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Self> {
        self.walk().map(|(_, job)| job).find(|job| job.id == id)
    }

    /// The one at a path.
    ///
    /// # Example
    ///
    /// ```
    /// use huaweicloud_jobs::{Job, JobState, Path, Segment};
    ///
    /// let job = Job::new("a", "cce", JobState::Running)
    ///     .sub_job(Job::new("b", "cce", JobState::Succeeded));
    /// let path = Path::root().child(Segment::new("b", 0));
    /// assert_eq!(job.at(&path).map(|job| job.id.as_str()), Some("b"));
    /// assert_eq!(job.at(&path.child(Segment::new("c", 0))), None);
    /// ```
    #[must_use]
    pub fn at(&self, path: &Path) -> Option<&Self> {
        path.segments().iter().try_fold(self, |job, segment| {
            job.sub_jobs.get(job.index_of(segment)?)
        })
    }

    /// The place of a sub-job in the list of them.
    pub(crate) fn index_of(&self, segment: &Segment) -> Option<usize> {
        let mut same_id = (0..)
            .zip(&self.sub_jobs)
            .filter(|(_, job)| job.id == segment.id());
        same_id.nth(segment.nth()).map(|(index, _)| index)
    }

    /// The one to blame: of this job and all below it, the deepest that has failed; of several, the
    /// first that says why, else the first. What has failed below one that succeeded is not to
    /// blame for anything.
    ///
    /// # Example
    ///
    /// ```
    /// use huaweicloud_jobs::{Job, JobState};
    ///
    /// let job = Job::new("a", "cce", JobState::Failed)
    ///     .sub_job(Job::new("b", "cce", JobState::Succeeded))
    ///     .sub_job(Job::new("c", "cce", JobState::Failed));
    /// assert_eq!(job.failed_leaf().map(|job| job.id.as_str()), Some("c"));
    /// ```
    #[must_use]
    pub fn failed_leaf(&self) -> Option<&Self> {
        let mut level = vec![self];
        let mut found: Option<&Self> = None;
        while !level.is_empty() {
            level.retain(|job| job.state != JobState::Succeeded);
            let failed = || level.iter().filter(|job| job.state == JobState::Failed);
            let blamed = failed().find(|job| job.error.is_some());
            found = blamed.or_else(|| failed().next()).copied().or(found);
            level = level.iter().flat_map(|job| &job.sub_jobs).collect();
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time;

    fn job(id: &str, state: JobState) -> Job {
        Job::new(id, "cce", state)
    }

    fn blamed(job: &Job) -> Option<&str> {
        job.failed_leaf().map(|job| job.id.as_str())
    }

    #[test]
    fn the_json_form_is_stable() {
        let begin = time::parse("2018-08-02 08:12:40.672772389 +0000 UTC").unwrap();
        let end = time::parse("1533197561000").unwrap();
        let full = job("a", JobState::Failed)
            .kind("CreateCluster")
            .resource(Resource::new().id("r").name("n"))
            .begin(begin)
            .update(end)
            .end(end)
            .error(Failure::new().code("C.1").reason("why"))
            .sub_job(job("", JobState::Other("Odd".to_owned())));
        let json = concat!(
            r#"{"id":"a","service":"cce","type":"CreateCluster","state":"failed","#,
            r#""resource":{"id":"r","name":"n"},"begin":"2018-08-02T08:12:40.672772389Z","#,
            r#""update":"2018-08-02T08:12:41Z","end":"2018-08-02T08:12:41Z","#,
            r#""error":{"code":"C.1","reason":"why"},"#,
            r#""sub_jobs":[{"id":"","service":"cce","state":{"other":"Odd"}}]}"#,
        );
        assert_eq!(serde_json::to_string(&full).unwrap(), json);
        assert_eq!(serde_json::from_str::<Job>(json).unwrap(), full);

        let states = [
            (JobState::Pending, r#""pending""#),
            (JobState::Running, r#""running""#),
            (JobState::Succeeded, r#""succeeded""#),
            (JobState::Failed, r#""failed""#),
            (
                JobState::Other("failed".to_owned()),
                r#"{"other":"failed"}"#,
            ),
        ];
        for (state, json) in states {
            assert_eq!(serde_json::to_string(&state).unwrap(), json);
            assert_eq!(serde_json::from_str::<JobState>(json).unwrap(), state);
        }
    }

    #[test]
    fn unknown_fields_and_nulls_are_passed_over() {
        let json = r#"{"id":"a","service":"x","state":"running","type":null,"end":null,
            "progress":0.5,"error":{"code":"C.1","detail":{}},"resource":null}"#;
        let read: Job = serde_json::from_str(json).unwrap();
        let expected = Job::new("a", "x", JobState::Running).error(Failure::new().code("C.1"));
        assert_eq!(read, expected);
    }

    #[test]
    fn the_deepest_failure_is_blamed() {
        let failed = |id| job(id, JobState::Failed);
        let says_why = |id| failed(id).error(Failure::new().reason("why"));
        assert_eq!(blamed(&job("a", JobState::Running)), None);
        assert_eq!(blamed(&failed("a")), Some("a"));
        assert_eq!(blamed(&failed("a").sub_job(failed("b"))), Some("b"));
        // A job under way whose part has failed.
        let under_way = job("a", JobState::Running)
            .sub_job(job("b", JobState::Running).sub_job(failed("c")))
            .sub_job(failed("d"));
        assert_eq!(blamed(&under_way), Some("c"));
        // A failure that was got over.
        let got_over = failed("a").sub_job(job("b", JobState::Succeeded).sub_job(failed("c")));
        assert_eq!(blamed(&got_over), Some("a"));
        // Of several, the first that says why.
        let several = failed("a")
            .sub_job(failed("b"))
            .sub_job(says_why("c"))
            .sub_job(says_why("d"));
        assert_eq!(blamed(&several), Some("c"));
        let silent = says_why("a").sub_job(failed("b")).sub_job(failed("c"));
        assert_eq!(blamed(&silent), Some("b"));
    }

    #[test]
    fn every_node_is_found_by_its_path() {
        let tree = job("a", JobState::Running)
            .sub_job(job("", JobState::Running).sub_job(job("x", JobState::Failed)))
            .sub_job(job("b", JobState::Running))
            .sub_job(job("b", JobState::Pending))
            .sub_job(job("", JobState::Pending));
        let paths: Vec<_> = tree.walk().map(|(path, _)| path.to_string()).collect();
        assert_eq!(paths, ["", "#0", "#0/x", "b", "b#1", "#1"]);
        for (path, node) in tree.walk() {
            assert!(std::ptr::eq(tree.at(&path).unwrap(), node), "{path}");
        }
        assert_eq!(tree.find("x").unwrap().state, JobState::Failed);
        assert_eq!(tree.find("nobody"), None);
    }
}
