//! The account's one project and the account itself, as lists.

use http::StatusCode;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use crate::call::Call;
use crate::reply::Reply;

/// `GET /v3/projects`: the project, unless another name is asked for.
pub(super) fn projects(call: &Call<'_>) -> Reply {
    let region = call.cloud.account.region.as_str();
    let query = call.parts.uri.query().unwrap_or_default();
    let wanted = query.split('&').find_map(|pair| pair.strip_prefix("name="));
    let matches = wanted.is_none_or(|name| percent_decode_str(name).decode_utf8_lossy() == region);
    let address = format!("{}/v3/projects", call.cloud.url);
    let mut project = project(call);
    if let Some(links) = project.get_mut("links") {
        *links = with_neighbours(links.take());
    }
    let body = json!({
        "links": with_neighbours(json!({ "self": address })),
        "projects": if matches { vec![project] } else { Vec::new() },
    });
    Reply::json(StatusCode::OK, body.to_string())
}

/// `GET /v3/auth/projects`: the project.
pub(super) fn auth_projects(call: &Call<'_>) -> Reply {
    let body = json!({
        "links": {"self": format!("{}/v3/auth/projects", call.cloud.url)},
        "projects": [project(call)],
    });
    Reply::json(StatusCode::OK, body.to_string())
}

/// `GET /v3/auth/domains`: the account.
pub(super) fn auth_domains(call: &Call<'_>) -> Reply {
    let account = &call.cloud.account;
    let url = &call.cloud.url;
    let body = json!({
        "domains": [{
            "id": account.domain_id,
            "name": account.user.domain_name,
            "enabled": true,
            "description": "",
            "links": {"self": format!("{url}/v3/domains/{}", account.domain_id)},
        }],
        "links": {"self": format!("{url}/v3/auth/domains")},
    });
    Reply::json(StatusCode::OK, body.to_string())
}

fn project(call: &Call<'_>) -> Value {
    let account = &call.cloud.account;
    json!({
        "id": account.project_id,
        "name": account.region,
        "domain_id": account.domain_id,
        "parent_id": account.domain_id,
        "is_domain": false,
        "enabled": true,
        "description": "",
        "links": {"self": format!("{}/v3/projects/{}", call.cloud.url, account.project_id)},
    })
}

fn with_neighbours(mut links: Value) -> Value {
    if let Some(links) = links.as_object_mut() {
        links.insert("previous".to_owned(), Value::Null);
        links.insert("next".to_owned(), Value::Null);
    }
    links
}
