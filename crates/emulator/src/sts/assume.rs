//! `POST /v5/agencies/assume` and `/v5/agencies/assume-with-oidc`: temporary access keys for a session
//! of the account's agency.

use std::ops::RangeInclusive;

use http::StatusCode;
use huaweicloud_auth::Secret;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Refusal;
use crate::call::Call;
use crate::principal::{Caller, FEDERATED_USER, Principal};
use crate::reply::Reply;
use crate::token::iam_time;

/// For how many seconds credentials are valid at least and at most.
const SECONDS: RangeInclusive<u32> = 900..=43_200;
/// The default, and at most where the caller's own credentials are temporary.
const USUAL_SECONDS: u32 = 3_600;
/// How many characters the name of a session has.
const SESSION_NAME: RangeInclusive<usize> = 2..=128;

/// What both requests say of the session.
#[derive(Deserialize)]
struct Session {
    agency_urn: String,
    agency_session_name: String,
    duration_seconds: Option<u32>,
    source_identity: Option<String>,
}

/// No `Debug`: it has the ID token.
#[derive(Deserialize)]
struct WithOidc {
    #[serde(flatten)]
    session: Session,
    provider_urn: String,
    id_token: String,
}

pub(super) fn assume_agency(call: &Call<'_>) -> Result<Reply, Refusal> {
    let session: Session = serde_json::from_slice(call.body).map_err(|_| Refusal::InvalidBody)?;
    let chained = call
        .caller
        .as_ref()
        .is_some_and(|Caller { temporary, .. }| *temporary);
    let most = if chained {
        USUAL_SECONDS
    } else {
        *SECONDS.end()
    };
    let body = assume(call, &session, most)?;
    Ok(Reply::json(StatusCode::OK, body.to_string()))
}

pub(super) fn assume_agency_with_oidc(call: &Call<'_>) -> Result<Reply, Refusal> {
    let request: WithOidc = serde_json::from_slice(call.body).map_err(|_| Refusal::InvalidBody)?;
    let provider = &call.cloud.account.identity_provider;
    if request.provider_urn != provider.urn || provider.id_token != Secret::from(request.id_token) {
        return Err(Refusal::WrongIdToken);
    }
    let mut body = assume(call, &request.session, *SECONDS.end())?;
    if let Some(body) = body.as_object_mut() {
        body.insert("provider".to_owned(), json!(provider.urn));
        body.insert("audience".to_owned(), json!("emulator"));
        body.insert("subject_from_id_token".to_owned(), json!(FEDERATED_USER));
    }
    Ok(Reply::json(StatusCode::OK, body.to_string()))
}

fn assume(call: &Call<'_>, session: &Session, most: u32) -> Result<Value, Refusal> {
    let account = &call.cloud.account;
    let seconds = session.duration_seconds.unwrap_or(USUAL_SECONDS);
    let name = &session.agency_session_name;
    if !SECONDS.contains(&seconds)
        || seconds > most
        || !SESSION_NAME.contains(&name.chars().count())
    {
        return Err(Refusal::InvalidBody);
    }
    if session.agency_urn != account.agency.urn {
        return Err(Refusal::NotTrusted);
    }
    let principal = Principal::Agency {
        session: name.clone(),
    };
    let assumed = json!({"urn": principal.urn(account), "id": principal.id(account)});
    let key = call
        .cloud
        .temporary_keys
        .issue(principal, seconds, call.now);
    let mut body = json!({
        "assumed_agency": assumed,
        "credentials": {
            "access_key_id": key.access_key.id(),
            "secret_access_key": key.access_key.secret().expose(),
            "security_token": key.security_token(),
            "expiration": iam_time(key.expires_at),
        },
    });
    if let (Some(body), Some(identity)) = (body.as_object_mut(), &session.source_identity) {
        body.insert("source_identity".to_owned(), json!(identity));
    }
    Ok(body)
}
