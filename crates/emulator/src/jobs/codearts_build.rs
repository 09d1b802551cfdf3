//! Jobs of CodeArts Build: a build task is run, and it is told of with its latest run.

use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Service;
use super::course::{State, View};
use super::id;
use super::refusal::Refusal;
use super::store::{Job, usual_script};
use crate::call::Call;
use crate::reply::Reply;

#[derive(Deserialize)]
struct Request {
    job_id: String,
}

/// `RunJob`: another run of the task, whether or not the one before has ended.
pub(crate) fn run(call: &Call<'_>) -> Result<Reply, Refusal> {
    let Request { job_id } = serde_json::from_slice(call.body).map_err(|_| Refusal::InvalidBody)?;
    if job_id.is_empty() {
        return Err(Refusal::InvalidBody);
    }
    let jobs = &call.cloud.jobs;
    let script = jobs
        .next_script(call.operation.operation_id)
        .unwrap_or_else(|| usual_script(Service::CodeArtsBuild));
    let run = jobs.start_as(Service::CodeArtsBuild, &job_id, script, None);
    let name = id::derived(Service::CodeArtsBuild, &job_id, run.number);
    let day = jobs.clock.date(run.started).strftime("%Y%m%d");
    let body = json!({
        "octopus_job_name": format!("job_{name}"),
        "actual_build_number": run.number.to_string(),
        "daily_build_number": format!("{day}.{}", run.number),
    });
    Ok(Reply::json(StatusCode::OK, body.to_string()))
}

/// `ShowJobStatus`. A run that waits for its turn counts as running: it has not ended.
pub(crate) fn show_status(call: &Call<'_>, job: &Job) -> Result<Reply, Refusal> {
    let view = job.view(&call.cloud.jobs.clock).ok_or(Refusal::NoSuchJob)?;
    let body = json!({"result": view.state.is_under_way()});
    Ok(Reply::json(StatusCode::OK, body.to_string()))
}

/// `ShowJobInfo`: the documented example, with what is known of the task and its latest run.
pub(crate) fn show_info(call: &Call<'_>, job_id: &str, job: &Job) -> Result<Reply, Refusal> {
    let view = job.view(&call.cloud.jobs.clock).ok_or(Refusal::NoSuchJob)?;
    let mut body: Value = serde_json::from_str(call.operation.body).unwrap_or_default();
    if let Some(Value::Object(task)) = body.get_mut("result") {
        for (name, value) in known(call, job_id, job, &view) {
            task.insert(name.to_owned(), value);
        }
    }
    Ok(Reply::json(StatusCode::OK, body.to_string()))
}

fn known(call: &Call<'_>, job_id: &str, job: &Job, view: &View<'_>) -> [(&'static str, Value); 6] {
    let result = |succeeded| if succeeded { "success" } else { "failed" };
    let (running, last) = match view.state {
        State::Pending => ("Waiting", job.previous.map(result)),
        State::Running => ("Running", job.previous.map(result)),
        State::Succeeded => ("Finished", Some(result(true))),
        State::Failed(_) => ("Finished", Some(result(false))),
    };
    let clock = &call.cloud.jobs.clock;
    let until = view
        .ended
        .unwrap_or_else(|| clock.now().saturating_sub(job.started));
    let built = view
        .began
        .map_or(0.0, |began| until.saturating_sub(began).as_secs_f64());
    let name = job
        .script
        .resource_name
        .as_ref()
        .unwrap_or(&job.script.kind);
    [
        ("id", json!(job_id)),
        ("job_name", json!(name)),
        ("running_status", json!(view.word_for(running))),
        ("last_build_status", json!(last)),
        (
            "last_build_time",
            json!(job.date(clock, view.created).as_millisecond()),
        ),
        ("build_time", json!(format!("{built:.2}"))),
    ]
}
