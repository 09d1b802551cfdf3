//! The jobs of Cloud Container Engine.

use std::borrow::Cow;

use huaweicloud_cce::{Client, types};
use huaweicloud_core::progenitor_client::ClientInfo as _;

use super::told::Told;
use crate::{Job, JobFuture, JobSource, JobState, time};

/// Asks by `ShowJob`.
///
/// The service does not tell when a job ended: [`end`](Job::end) is when one that has ended last
/// changed. It tells a reason, but no code of an error.
impl JobSource for Client {
    fn service(&self) -> &str {
        "cce"
    }

    fn job<'a>(&'a self, id: &'a str) -> JobFuture<'a> {
        Box::pin(async move {
            let answer = self.show_job().job_id(id).send().await?;
            Ok(read(id, &answer))
        })
    }

    fn quota(&self) -> Cow<'_, str> {
        self.inner().quota_key().into()
    }
}

fn read(id: &str, answer: &types::Job) -> Job {
    let (spec, status) = (answer.spec.as_ref(), answer.status.as_ref());
    let told = Told {
        kind: spec.and_then(|spec| spec.type_.as_ref()),
        state: status.and_then(|status| status.phase.as_ref()),
        // Some sub-jobs name only the cluster.
        resource_id: spec.and_then(|spec| {
            let ids = [&spec.resource_id, &spec.cluster_uid];
            ids.into_iter().flatten().find(|id| !id.is_empty())
        }),
        resource_name: spec.and_then(|spec| spec.resource_name.as_ref()),
        error_reason: status.and_then(|status| status.reason.as_ref()),
        ..Told::default()
    };
    let mut job = told.job("cce", id);
    if let Some(metadata) = &answer.metadata {
        job.begin = metadata.creation_timestamp.as_deref().and_then(time::parse);
        job.update = metadata.update_timestamp.as_deref().and_then(time::parse);
    }
    if job.state.is_terminal() {
        job.end = job.update;
    }
    // Jobs in other states have reasons too.
    if job.state != JobState::Failed {
        job.error = None;
    }
    job.sub_jobs = spec
        .into_iter()
        .flat_map(|spec| &spec.sub_jobs)
        .map(|sub_job| {
            let metadata = sub_job.metadata.as_ref();
            let id = metadata.and_then(|metadata| metadata.uid.as_deref());
            read(id.unwrap_or_default(), sub_job)
        })
        .collect();
    job
}
