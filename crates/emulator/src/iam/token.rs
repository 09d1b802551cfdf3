//! What the ways to a token have in common: the scope, the body and the header.

use http::{HeaderName, HeaderValue, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::account::Account;
use crate::call::Call;
use crate::principal::Principal;
use crate::reply::Reply;
use crate::token::{Scope, iam_time};

const X_SUBJECT_TOKEN: HeaderName = HeaderName::from_static("x-subject-token");

/// What a token is asked for.
#[derive(Deserialize, Default)]
pub(super) struct RequestedScope {
    project: Option<Named>,
    domain: Option<Named>,
}

/// Something that is named by its id or its name.
#[derive(Deserialize)]
struct Named {
    id: Option<String>,
    name: Option<String>,
}

impl RequestedScope {
    /// The scope, unless there is none.
    pub(super) fn scope(&self) -> Option<Scope> {
        let is_given = |named: &Option<Named>| {
            let named = named.as_ref();
            named.is_some_and(|named| named.id.is_some() || named.name.is_some())
        };
        // Of two the project counts.
        if is_given(&self.project) {
            Some(Scope::Project)
        } else if is_given(&self.domain) {
            Some(Scope::Domain)
        } else {
            None
        }
    }

    /// Whether it is this account's project or this account.
    pub(super) fn is_of(&self, account: &Account) -> bool {
        let (asked, id, name) = match &self.project {
            Some(project) => (Some(project), &account.project_id, &account.region),
            None => (
                self.domain.as_ref(),
                &account.domain_id,
                &account.user.domain_name,
            ),
        };
        asked.is_none_or(|asked| {
            asked.id.as_ref().is_none_or(|asked| asked == id)
                && asked.name.as_ref().is_none_or(|asked| asked == name)
        })
    }
}

/// Answers with a new token: the documented example with this account's names and times in it, and
/// what the way to it adds.
pub(super) fn issue(
    call: &Call<'_>,
    principal: Principal,
    scope: Scope,
    particulars: Map<String, Value>,
) -> Reply {
    let (token, expires_at) = call.cloud.tokens.issue(principal, scope, call.now);
    let account = &call.cloud.account;
    let mut example: Value = serde_json::from_str(call.operation.body).unwrap_or_default();
    let mut body = match example.get_mut("token").map(Value::take) {
        Some(Value::Object(body)) => body,
        _ => Map::new(),
    };
    body.remove("project");
    match scope {
        Scope::Project => {
            let project = json!({
                "id": account.project_id,
                "name": account.region,
                "domain": domain_of(account),
            });
            body.insert("project".to_owned(), project);
        }
        Scope::Domain => {
            body.insert("domain".to_owned(), domain_of(account));
        }
        Scope::None => {}
    }
    body.insert("issued_at".to_owned(), json!(iam_time(call.now)));
    body.insert("expires_at".to_owned(), json!(iam_time(expires_at)));
    body.extend(particulars);
    let reply = Reply::json(StatusCode::CREATED, json!({ "token": body }).to_string());
    match HeaderValue::try_from(token) {
        Ok(mut token) => {
            token.set_sensitive(true);
            reply.with_header(X_SUBJECT_TOKEN, token)
        }
        // A token is hexadecimal.
        Err(_) => reply,
    }
}

/// The account, as a token names it.
pub(super) fn domain_of(account: &Account) -> Value {
    json!({"id": account.domain_id, "name": account.user.domain_name})
}

/// The account's user, as a token names it.
pub(super) fn user_of(account: &Account) -> Value {
    json!({
        "id": account.user_id,
        "name": account.user.name,
        "password_expires_at": "",
        "domain": domain_of(account),
    })
}
