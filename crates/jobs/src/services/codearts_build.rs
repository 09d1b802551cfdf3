//! The builds of CodeArts Build.

use std::borrow::Cow;

use huaweicloud_codearts_build::{Client, types};
use huaweicloud_core::progenitor_client::ClientInfo as _;
use jiff::Timestamp;

use super::told::Told;
use crate::{Job, JobFuture, JobSource, JobState};

const SERVICE: &str = "codearts-build";

/// Asks by `ShowJobStatus` whether the build task is running and, if it is not, by `ShowJobInfo` how
/// its last build ended.
///
/// A job of this service is a build task, which can be built again and again, and a build has no id
/// here. So a task whose build has not begun yet is still as its last build left it: follow it once
/// the build runs. The service tells no reason of a failure, and while a build runs not what of.
impl JobSource for Client {
    fn service(&self) -> &str {
        SERVICE
    }

    fn job<'a>(&'a self, id: &'a str) -> JobFuture<'a> {
        Box::pin(async move {
            let status = self.show_job_status().job_id(id).send().await?;
            if status.result == Some(true) {
                return Ok(Job::new(id, SERVICE, JobState::Running));
            }
            let info = self.show_job_info().job_id(id).send().await?;
            Ok(match &info.result {
                Some(task) => read(id, task),
                None => Job::new(id, SERVICE, JobState::from_word("")),
            })
        })
    }

    fn quota(&self) -> Cow<'_, str> {
        self.inner().quota_key().into()
    }
}

fn read(id: &str, task: &types::ShowJobInfoResult) -> Job {
    // A build may have begun since the other answer.
    let running = task.running_status.as_ref();
    let under_way = running.filter(|word| {
        let state = JobState::from_word(word);
        matches!(state, JobState::Pending | JobState::Running)
    });
    let told = Told {
        state: under_way.or(task.last_build_status.as_ref()).or(running),
        resource_id: task.id.as_ref(),
        resource_name: task.job_name.as_ref(),
        ..Told::default()
    };
    let mut job = told.job(SERVICE, id);
    let begin = task.last_build_time.filter(|time| *time > 0);
    job.begin = begin.and_then(|time| Timestamp::from_millisecond(time).ok());
    job
}
