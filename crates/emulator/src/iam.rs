//! The two operations of IAM that answer for this account: tokens and the list of projects.

use http::{HeaderName, HeaderValue, StatusCode};
use huaweicloud_auth::Secret;
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::account::Account;
use crate::reply::Reply;
use crate::token::{Tokens, iam_time};

const X_SUBJECT_TOKEN: HeaderName = HeaderName::from_static("x-subject-token");

/// The part of a token request that says who asks and for what. No `Debug`: it has the password.
#[derive(Deserialize)]
struct TokenRequest {
    auth: Auth,
}

#[derive(Deserialize)]
struct Auth {
    identity: Identity,
    scope: Scope,
}

#[derive(Deserialize)]
struct Identity {
    methods: Vec<String>,
    password: Password,
}

#[derive(Deserialize)]
struct Password {
    user: RequestedUser,
}

#[derive(Deserialize)]
struct RequestedUser {
    name: String,
    password: String,
    domain: RequestedDomain,
}

#[derive(Deserialize)]
struct RequestedDomain {
    name: String,
}

/// A token for a whole domain is not offered: no operation here takes one.
#[derive(Deserialize)]
struct Scope {
    project: RequestedProject,
}

#[derive(Deserialize)]
struct RequestedProject {
    id: Option<String>,
    name: Option<String>,
}

/// `POST /v3/auth/tokens`: a token for the account's user and project.
pub(crate) fn create_token(
    account: &Account,
    tokens: &Tokens,
    body: &[u8],
    example: &str,
    now: Timestamp,
) -> Reply {
    let Some(request) = parse_token_request(body) else {
        // The parser's words may quote the password, so they are not passed on.
        return keystone_error(StatusCode::BAD_REQUEST, "Request body is invalid.");
    };
    if !is_the_user(account, request.auth.identity.password.user)
        || !is_the_project(account, &request.auth.scope.project)
    {
        return keystone_error(
            StatusCode::UNAUTHORIZED,
            "The username or password is wrong.",
        );
    }
    let (token, expires_at) = tokens.issue(now);
    let body = token_body(account, example, now, expires_at).to_string();
    let reply = Reply::json(StatusCode::CREATED, body);
    match HeaderValue::try_from(token) {
        Ok(mut token) => {
            token.set_sensitive(true);
            reply.with_header(X_SUBJECT_TOKEN, token)
        }
        // A token is hexadecimal.
        Err(_) => reply,
    }
}

/// `GET /v3/projects`: the account's one project, unless another name is asked for.
pub(crate) fn list_projects(account: &Account, query: Option<&str>, url: &str) -> Reply {
    let wanted = query
        .unwrap_or_default()
        .split('&')
        .find_map(|pair| pair.strip_prefix("name="));
    let matches = wanted
        .is_none_or(|name| percent_decode_str(name).decode_utf8_lossy() == account.region.as_str());
    let projects = url.to_owned() + "/v3/projects";
    let project = json!({
        "id": account.project_id,
        "name": account.region,
        "domain_id": account.domain_id,
        "parent_id": account.domain_id,
        "is_domain": false,
        "enabled": true,
        "description": "",
        "links": {
            "self": format!("{projects}/{}", account.project_id),
            "previous": null,
            "next": null,
        },
    });
    let body = json!({
        "links": {"self": projects, "previous": null, "next": null},
        "projects": if matches { vec![project] } else { Vec::new() },
    });
    Reply::json(StatusCode::OK, body.to_string())
}

fn parse_token_request(body: &[u8]) -> Option<TokenRequest> {
    let request: TokenRequest = serde_json::from_slice(body).ok()?;
    let by_password = request
        .auth
        .identity
        .methods
        .iter()
        .any(|method| method == "password");
    let project = &request.auth.scope.project;
    let scoped = project.id.is_some() || project.name.is_some();
    (by_password && scoped).then_some(request)
}

fn is_the_user(account: &Account, asked: RequestedUser) -> bool {
    let password = account.user.password == Secret::from(asked.password);
    password && asked.name == account.user.name && asked.domain.name == account.user.domain_name
}

fn is_the_project(account: &Account, asked: &RequestedProject) -> bool {
    asked.id.as_ref().is_none_or(|id| *id == account.project_id)
        && asked
            .name
            .as_ref()
            .is_none_or(|name| *name == account.region)
}

/// The documented example with this account's names and times in it.
fn token_body(account: &Account, example: &str, now: Timestamp, expires_at: Timestamp) -> Value {
    let mut body: Value = serde_json::from_str(example).unwrap_or_default();
    let mut token = match body.get_mut("token").map(Value::take) {
        Some(Value::Object(token)) => token,
        _ => Map::new(),
    };
    let domain = json!({"id": account.domain_id, "name": account.user.domain_name});
    let project = json!({"id": account.project_id, "name": account.region, "domain": domain});
    let user = json!({
        "id": account.user_id,
        "name": account.user.name,
        "password_expires_at": "",
        "domain": domain,
    });
    // A token for a project has no `domain` beside it.
    token.remove("domain");
    token.insert("methods".to_owned(), json!(["password"]));
    token.insert("issued_at".to_owned(), json!(iam_time(now)));
    token.insert("expires_at".to_owned(), json!(iam_time(expires_at)));
    token.insert("project".to_owned(), project);
    token.insert("user".to_owned(), user);
    json!({ "token": token })
}

/// IAM's own errors have Keystone's shape, not the gateway's.
fn keystone_error(status: StatusCode, message: &str) -> Reply {
    let body = json!({
        "error": {
            "code": status.as_u16(),
            "message": message,
            "title": status.canonical_reason().unwrap_or_default(),
        }
    });
    Reply::json(status, body.to_string())
}
