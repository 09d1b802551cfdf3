//! The project id of a region, asked of IAM.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use huaweicloud_auth::SigningContext;
use huaweicloud_auth::provide::{Fetch, Provided};
use serde::Deserialize;

use crate::attempt::{request_id, root_cause};
use crate::decode;
use crate::error::{Error, ErrorKind};
use crate::error_body::ErrorBody;
use crate::redact::Secrets;

const TIMEOUT: Duration = Duration::from_secs(30);

/// What an application does when the lookup does not help.
const SET_IT: &str =
    "set it with Config::builder().project_id(..) or the variable HUAWEICLOUD_SDK_PROJECT_ID";

#[derive(Deserialize)]
struct Projects {
    #[serde(default)]
    projects: Vec<Project>,
}

#[derive(Deserialize)]
struct Project {
    id: Option<String>,
}

/// Asks IAM for the project that has the name of the region, as the official SDKs do.
///
/// # Errors
///
/// When IAM cannot be asked, when it knows no such project, and when it knows several.
pub(crate) async fn look_up(
    fetch: &dyn Fetch,
    iam_endpoint: &str,
    region: &str,
    provided: &Arc<Provided>,
    context: &SigningContext<'_>,
    user_agent: &HeaderValue,
) -> Result<String, Error> {
    let secrets = Secrets::of(Some(provided.clone()));
    let name = huaweicloud_auth::encode_component(region);
    let asked = format!("{iam_endpoint}/v3/projects?name={name}");
    let failed = |kind: ErrorKind, why: String| {
        let message = format!(
            "the project id of {region} cannot be looked up at {iam_endpoint}: {why}; {SET_IT}"
        );
        Error::new(kind, message)
    };
    let mut parts = http::Request::get(&asked)
        .header(http::header::USER_AGENT, user_agent)
        .body(())
        .map_err(|source| failed(ErrorKind::Configuration, source.to_string()).with_source(source))?
        .into_parts()
        .0;
    huaweicloud_auth::sign(&mut parts, &[][..], &provided.credentials, context)
        .map_err(|source| failed(ErrorKind::Credentials, source.to_string()).with_source(source))?;
    let request = http::Request::from_parts(parts, Vec::new());
    let answer = fetch.fetch(request, TIMEOUT).await.map_err(|source| {
        failed(ErrorKind::Connection, root_cause(&*source)).with_source(source)
    })?;
    let request_id = request_id(answer.headers());
    if !answer.status().is_success() {
        let mut found = ErrorBody::parse(&secrets.redact_body(answer.body().clone()));
        found.message = failed(ErrorKind::Service, found.message)
            .message()
            .to_owned();
        return Err(Error::from_answer(answer.status(), request_id, found).without(&secrets));
    }
    let projects: Projects = decode::from_slice(answer.body()).map_err(|source| {
        failed(ErrorKind::Decoding, source.to_string())
            .with_source(source)
            .without(&secrets)
    })?;
    let ids: Vec<String> = projects
        .projects
        .into_iter()
        .filter_map(|project| project.id)
        .collect();
    match ids.as_slice() {
        [id] => Ok(id.clone()),
        [] => Err(failed(
            ErrorKind::Configuration,
            "the account has no project of that name".to_owned(),
        )),
        several => Err(failed(
            ErrorKind::Configuration,
            format!("there are several, choose one of {}", several.join(", ")),
        )),
    }
}
