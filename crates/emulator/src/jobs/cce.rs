//! Jobs of CCE: the creation of a cluster is started, and any job is told of.

use std::sync::Arc;

use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::course::{State, View};
use super::refusal::Refusal;
use super::store::{Job, Resource, usual_script};
use super::{Service, id};
use crate::call::Call;
use crate::reply::Reply;

/// `CreateCluster`: the cluster that was sent, with its id and that of the job that creates it.
pub(crate) fn create_cluster(call: &Call<'_>) -> Result<Reply, Refusal> {
    let mut cluster: Value = serde_json::from_slice(call.body).map_err(|_| Refusal::InvalidBody)?;
    let name = cluster.pointer("/metadata/name").and_then(Value::as_str);
    let name = name.ok_or(Refusal::InvalidBody)?.to_owned();
    // It holds a private key, which no answer repeats.
    if let Some(Value::Object(authentication)) = cluster.pointer_mut("/spec/authentication") {
        authentication.remove("authenticatingProxy");
    }

    let jobs = &call.cloud.jobs;
    let script = jobs
        .next_script(call.operation.operation_id)
        .unwrap_or_else(|| usual_script(Service::Cce));
    let job_id = id::new(Service::Cce);
    let uid = id::derived(Service::Cce, &job_id, "cluster");
    let resource = Resource {
        id: uid.clone(),
        name,
    };
    let job = jobs.start_as(Service::Cce, &job_id, script, Some(Arc::new(resource)));
    if let Some(Value::Object(metadata)) = cluster.get_mut("metadata") {
        metadata.insert("uid".to_owned(), json!(uid));
        let created = go_time(jobs.clock.date(job.started));
        metadata.insert("creationTimestamp".to_owned(), json!(created));
    }
    if let Some(members) = cluster.as_object_mut() {
        let status = json!({"phase": "Creating", "jobID": job_id});
        members.insert("status".to_owned(), status);
    }
    Ok(Reply::json(StatusCode::CREATED, cluster.to_string()))
}

/// `ShowJob`.
pub(crate) fn show(call: &Call<'_>, job_id: &str, job: &Job) -> Result<Reply, Refusal> {
    let view = job.view(&call.cloud.jobs.clock).ok_or(Refusal::NoSuchJob)?;
    let cluster = match (&job.resource, &job.script.resource_id) {
        (Some(resource), _) => resource.id.clone(),
        (None, Some(id)) => id.clone(),
        (None, None) => id::derived(Service::Cce, job_id, "cluster"),
    };
    let mut shown = shown(call, job, &view, job_id, &cluster);
    if let (Some(resource), Some(Value::Object(spec))) = (&job.resource, shown.get_mut("spec")) {
        for (name, value) in [
            ("resourceID", &resource.id),
            ("resourceName", &resource.name),
        ] {
            spec.entry(name).or_insert_with(|| json!(value));
        }
    }
    Ok(Reply::json(StatusCode::OK, shown.to_string()))
}

fn shown(call: &Call<'_>, job: &Job, view: &View<'_>, job_id: &str, cluster: &str) -> Value {
    let script = view.script;
    let date = |time| go_time(job.date(&call.cloud.jobs.clock, time));
    let mut spec = Map::new();
    spec.insert("type".to_owned(), json!(script.kind));
    spec.insert("clusterUID".to_owned(), json!(cluster));
    for (name, value) in [
        ("resourceID", &script.resource_id),
        ("resourceName", &script.resource_name),
    ] {
        if let Some(value) = value {
            spec.insert(name.to_owned(), json!(value));
        }
    }
    if !view.sub_jobs.is_empty() {
        let sub_jobs: Vec<Value> = view
            .sub_jobs
            .iter()
            .map(|sub_job| {
                let sub_job_id = id::derived(Service::Cce, job_id, sub_job.index);
                shown(call, job, sub_job, &sub_job_id, cluster)
            })
            .collect();
        spec.insert("subJobs".to_owned(), Value::Array(sub_jobs));
    }
    let (phase, reason) = match view.state {
        State::Pending => ("Initializing", ""),
        State::Running => ("Running", ""),
        State::Succeeded => ("Success", ""),
        State::Failed(failure) => ("Failed", failure.reason),
    };
    json!({
        "kind": "Job",
        "apiVersion": "v3",
        "metadata": {
            "uid": job_id,
            "creationTimestamp": date(view.created),
            "updateTimestamp": date(view.changed),
        },
        "spec": spec,
        "status": {"phase": view.word_for(phase), "reason": reason},
    })
}

/// A time as Go prints it, without the zeros at the end of the fraction.
fn go_time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M:%S%.f +0000 UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_as_go_does() {
        for (nanoseconds, expected) in [
            (
                1_533_197_560_672_772_389,
                "2018-08-02 08:12:40.672772389 +0000 UTC",
            ),
            (
                1_533_197_560_670_000_000,
                "2018-08-02 08:12:40.67 +0000 UTC",
            ),
            (1_533_197_560_000_000_000, "2018-08-02 08:12:40 +0000 UTC"),
        ] {
            assert_eq!(
                go_time(Timestamp::from_nanosecond(nanoseconds).unwrap()),
                expected
            );
        }
    }
}
