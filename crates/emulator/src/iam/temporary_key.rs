//! `POST /v3.0/OS-CREDENTIAL/securitytokens`: temporary access keys, for a token or by the agency.

use http::StatusCode;
use huaweicloud_auth::Secret;
use serde::Deserialize;
use serde_json::json;

use super::Refusal;
use super::agency::AssumeRole;
use crate::call::Call;
use crate::principal::Principal;
use crate::reply::Reply;
use crate::token::{TokenState, iam_time};

/// For how many seconds a key is valid at least, which is the default, and at most.
const SECONDS: std::ops::RangeInclusive<u32> = 900..=86_400;

/// No `Debug`: it may have a token.
#[derive(Deserialize)]
struct Request<I> {
    auth: Auth<I>,
}

#[derive(Deserialize)]
struct Auth<I> {
    identity: I,
}

#[derive(Deserialize)]
struct ByToken {
    methods: Vec<String>,
    token: Option<RequestedToken>,
}

#[derive(Deserialize)]
struct RequestedToken {
    id: Option<String>,
    duration_seconds: Option<u32>,
}

#[derive(Deserialize)]
struct ByAgency {
    assume_role: Session,
}

#[derive(Deserialize)]
struct Session {
    #[serde(flatten)]
    agency: AssumeRole,
    duration_seconds: Option<u32>,
    session_user: Option<SessionUser>,
}

#[derive(Deserialize)]
struct SessionUser {
    name: Option<String>,
}

/// A key for whom the token stands that authenticates the request, else the token in the body.
pub(super) fn create_by_token(call: &Call<'_>) -> Result<Reply, Refusal> {
    let request: Request<ByToken> =
        serde_json::from_slice(call.body).map_err(|_| Refusal::InvalidBody)?;
    let identity = request.auth.identity;
    if identity.methods != ["token"] {
        return Err(Refusal::InvalidBody);
    }
    let (id, seconds) = match identity.token {
        Some(token) => (token.id, token.duration_seconds),
        None => (None, None),
    };
    let principal = match (call.principal(), id) {
        (Some(principal), _) => principal.clone(),
        (None, Some(id)) => match call.cloud.tokens.state(&Secret::from(id), call.now) {
            TokenState::Valid { principal, .. } => principal,
            TokenState::Expired { .. } | TokenState::Unknown => return Err(Refusal::WrongToken),
        },
        (None, None) => return Err(Refusal::WrongToken),
    };
    issue(call, principal, seconds)
}

/// A key for a session of the account's agency.
pub(super) fn create_by_agency(call: &Call<'_>) -> Result<Reply, Refusal> {
    let request: Request<ByAgency> =
        serde_json::from_slice(call.body).map_err(|_| Refusal::InvalidBody)?;
    let account = &call.cloud.account;
    let session = request.auth.identity.assume_role;
    if !session.agency.is_complete() {
        return Err(Refusal::InvalidBody);
    }
    if !session.agency.is_of(account) {
        return Err(Refusal::NotDelegated);
    }
    let user = session.session_user.and_then(|user| user.name);
    let principal = Principal::Agency {
        session: user.unwrap_or_else(|| account.user.name.clone()),
    };
    issue(call, principal, session.duration_seconds)
}

fn issue(call: &Call<'_>, principal: Principal, seconds: Option<u32>) -> Result<Reply, Refusal> {
    let seconds = seconds.unwrap_or(*SECONDS.start());
    if !SECONDS.contains(&seconds) {
        return Err(Refusal::InvalidBody);
    }
    let key = call
        .cloud
        .temporary_keys
        .issue(principal, seconds, call.now);
    let body = json!({
        "credential": {
            "access": key.access_key.id(),
            "secret": key.access_key.secret().expose(),
            "securitytoken": key.security_token(),
            "expires_at": iam_time(key.expires_at),
        }
    });
    Ok(Reply::json(StatusCode::CREATED, body.to_string()))
}
