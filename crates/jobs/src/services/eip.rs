//! The jobs of Elastic IP.

use std::borrow::Cow;

use huaweicloud_core::progenitor_client::ClientInfo as _;
use huaweicloud_eip::{Client, types};

use super::told::Told;
use crate::{Job, JobFuture, JobSource, time};

/// Asks by `ShowResourcesJobDetail`. The service does not tell what a job works on.
impl JobSource for Client {
    fn service(&self) -> &str {
        "eip"
    }

    fn job<'a>(&'a self, id: &'a str) -> JobFuture<'a> {
        Box::pin(async move {
            let answer = self.show_resources_job_detail().job_id(id).send().await?;
            Ok(read(id, &answer))
        })
    }

    fn quota(&self) -> Cow<'_, str> {
        self.inner().quota_key().into()
    }
}

fn read(id: &str, answer: &types::ResourcesJob) -> Job {
    let told = Told {
        kind: answer.job_type.as_ref(),
        state: answer.status.as_ref(),
        error_code: answer.error_code.as_ref(),
        error_reason: answer.fail_reason.as_ref(),
        ..Told::default()
    };
    let mut job = told.job("eip", id);
    job.begin = answer.begin_time.as_deref().and_then(time::parse);
    job.end = answer.end_time.as_deref().and_then(time::parse);
    job.sub_jobs = answer
        .entities
        .iter()
        .flat_map(|entities| &entities.sub_jobs)
        .map(|sub_job| read(sub_job.job_id.as_deref().unwrap_or_default(), sub_job))
        .collect();
    job
}
