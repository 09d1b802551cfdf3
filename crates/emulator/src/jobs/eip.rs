//! Jobs of EIP: the creation of addresses is started, and any job is told of.

use std::sync::Arc;

use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::course::{State, View};
use super::refusal::Refusal;
use super::script::Script;
use super::store::Job;
use super::{Service, id};
use crate::call::Call;
use crate::reply::Reply;

/// The most addresses of one batch; the number is ours.
const MAX_ADDRESSES: usize = 1_000;

#[derive(Deserialize)]
struct Request {
    publicip_number: usize,
}

/// `BatchCreatePublicips`.
pub(crate) fn batch_create(call: &Call<'_>) -> Result<Reply, Refusal> {
    let Request { publicip_number } =
        serde_json::from_slice(call.body).map_err(|_| Refusal::InvalidBody)?;
    if !(1..=MAX_ADDRESSES).contains(&publicip_number) {
        return Err(Refusal::InvalidBody);
    }
    let jobs = &call.cloud.jobs;
    let script = jobs
        .next_script(call.operation.operation_id)
        .unwrap_or_else(|| Arc::new(Script::addresses(publicip_number)));
    let job_id = jobs.start(Service::Eip, script);
    Ok(Reply::json(
        StatusCode::OK,
        json!({"job_id": job_id}).to_string(),
    ))
}

/// `ShowResourcesJobDetail`.
pub(crate) fn show(call: &Call<'_>, job_id: &str, job: &Job) -> Result<Reply, Refusal> {
    let view = job.view(&call.cloud.jobs.clock).ok_or(Refusal::NoSuchJob)?;
    let shown = shown(call, job, &view, job_id);
    Ok(Reply::json(StatusCode::OK, shown.to_string()))
}

fn shown(call: &Call<'_>, job: &Job, view: &View<'_>, job_id: &str) -> Value {
    let date = |time| {
        let date = job.date(&call.cloud.jobs.clock, time);
        date.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
    };
    let (status, failure) = match view.state {
        State::Pending => ("INIT", None),
        State::Running => ("RUNNING", None),
        State::Succeeded => ("SUCCESS", None),
        State::Failed(failure) => ("FAIL", Some(failure)),
    };
    let sub_jobs: Vec<Value> = view
        .sub_jobs
        .iter()
        .map(|sub_job| {
            let sub_job_id = id::derived(Service::Eip, job_id, sub_job.index);
            shown(call, job, sub_job, &sub_job_id)
        })
        .collect();
    json!({
        "job_id": job_id,
        "job_type": view.script.kind,
        "begin_time": date(view.created),
        "end_time": view.ended.map(date),
        "status": view.word_for(status),
        "error_code": failure.map(|failure| failure.code),
        "fail_reason": failure.map(|failure| failure.reason),
        "entities": {"sub_jobs": sub_jobs},
    })
}
