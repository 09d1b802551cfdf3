//! `POST /v3/auth/tokens` by agency: a token for a session of the account's agency.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Refusal;
use super::token::{self, RequestedScope};
use crate::account::Account;
use crate::call::Call;
use crate::principal::Principal;
use crate::reply::Reply;

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
    assume_role: AssumeRole,
}

/// Which agency is meant.
#[derive(Deserialize)]
pub(super) struct AssumeRole {
    agency_name: String,
    domain_id: Option<String>,
    domain_name: Option<String>,
}

impl AssumeRole {
    /// Whether the account is named at all.
    pub(super) fn is_complete(&self) -> bool {
        self.domain_id.is_some() || self.domain_name.is_some()
    }

    /// Whether it is the agency of this account.
    pub(super) fn is_of(&self, account: &Account) -> bool {
        let id = self.domain_id.as_ref();
        let name = self.domain_name.as_ref();
        self.agency_name == account.agency.name
            && id.is_none_or(|id| *id == account.domain_id)
            && name.is_none_or(|name| *name == account.user.domain_name)
    }
}

pub(super) fn create_token(call: &Call<'_>) -> Result<Reply, Refusal> {
    let account = &call.cloud.account;
    let Request { auth } = serde_json::from_slice(call.body).map_err(|_| Refusal::InvalidBody)?;
    let agency = &auth.identity.assume_role;
    let Some(scope) = auth.scope.scope().filter(|_| agency.is_complete()) else {
        return Err(Refusal::InvalidBody);
    };
    if !agency.is_of(account) || !auth.scope.is_of(account) {
        return Err(Refusal::NotDelegated);
    }
    let user = json!({
        "id": account.agency.id,
        "name": format!("{}/{}", account.user.domain_name, account.agency.name),
        "domain": token::domain_of(account),
    });
    let particulars: Map<String, Value> = [
        ("methods".to_owned(), json!(["assume_role"])),
        ("user".to_owned(), user),
        (
            "assumed_by".to_owned(),
            json!({"user": token::user_of(account)}),
        ),
    ]
    .into_iter()
    .collect();
    let principal = Principal::Agency {
        session: account.user.name.clone(),
    };
    Ok(token::issue(call, principal, scope, particulars))
}
