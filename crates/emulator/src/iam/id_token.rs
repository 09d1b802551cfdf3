//! `POST /v3.0/OS-AUTH/id-token/tokens`: a token for a user of the identity provider.

use huaweicloud_auth::Secret;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Refusal;
use super::token::{self, RequestedScope};
use crate::call::Call;
use crate::principal::{FEDERATED_USER, Principal};
use crate::reply::Reply;
use crate::token::Scope;

const X_IDP_ID: &str = "x-idp-id";

/// No `Debug`: it has the ID token.
#[derive(Deserialize)]
struct Request {
    auth: Auth,
}

#[derive(Deserialize)]
struct Auth {
    id_token: IdToken,
    #[serde(default)]
    scope: RequestedScope,
}

#[derive(Deserialize)]
struct IdToken {
    id: String,
}

pub(super) fn create_token(call: &Call<'_>) -> Result<Reply, Refusal> {
    let account = &call.cloud.account;
    let provider = &account.identity_provider;
    let Request { auth } = serde_json::from_slice(call.body).map_err(|_| Refusal::InvalidBody)?;
    let is_the_provider = call
        .parts
        .headers
        .get(X_IDP_ID)
        .is_some_and(|id| id == provider.id.as_str());
    let is_the_token = provider.id_token == Secret::from(auth.id_token.id);
    if !is_the_provider || !is_the_token {
        return Err(Refusal::WrongToken);
    }
    if !auth.scope.is_of(account) {
        return Err(Refusal::NotDelegated);
    }
    let user = json!({
        "OS-FEDERATION": {
            "identity_provider": {"id": provider.id},
            "protocol": {"id": "oidc"},
            "groups": [],
        },
        "id": FEDERATED_USER,
        "name": FEDERATED_USER,
        "domain": token::domain_of(account),
    });
    let particulars: Map<String, Value> = [
        ("methods".to_owned(), json!(["mapped"])),
        ("user".to_owned(), user),
    ]
    .into_iter()
    .collect();
    let scope = auth.scope.scope().unwrap_or(Scope::None);
    Ok(token::issue(call, Principal::Federated, scope, particulars))
}
