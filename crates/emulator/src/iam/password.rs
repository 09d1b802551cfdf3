//! `POST /v3/auth/tokens` by password: a token for the account's user.

use huaweicloud_auth::Secret;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Refusal;
use super::token::{self, RequestedScope};
use crate::account::Account;
use crate::call::Call;
use crate::principal::Principal;
use crate::reply::Reply;

/// The part of a token request that says who asks and for what. No `Debug`: it has the password.
#[derive(Deserialize)]
struct Request {
    auth: Auth,
}

#[derive(Deserialize)]
struct Auth {
    identity: Identity,
    scope: RequestedScope,
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

pub(super) fn create_token(call: &Call<'_>) -> Result<Reply, Refusal> {
    let account = &call.cloud.account;
    let Request { auth } = serde_json::from_slice(call.body).map_err(|_| Refusal::InvalidBody)?;
    let by_password = auth
        .identity
        .methods
        .iter()
        .any(|method| method == "password");
    let Some(scope) = auth.scope.scope().filter(|_| by_password) else {
        return Err(Refusal::InvalidBody);
    };
    if !is_the_user(account, auth.identity.password.user) || !auth.scope.is_of(account) {
        return Err(Refusal::WrongUser);
    }
    let particulars: Map<String, Value> = [
        ("methods".to_owned(), json!(["password"])),
        ("user".to_owned(), token::user_of(account)),
    ]
    .into_iter()
    .collect();
    Ok(token::issue(call, Principal::User, scope, particulars))
}

fn is_the_user(account: &Account, asked: RequestedUser) -> bool {
    let password = account.user.password == Secret::from(asked.password);
    password && asked.name == account.user.name && asked.domain.name == account.user.domain_name
}
