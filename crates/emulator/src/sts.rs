//! The operations of STS, which answer for this account.

mod assume;

use http::StatusCode;
use serde_json::json;

use crate::call::Call;
use crate::principal::Principal;
use crate::reply::Reply;

/// The answer of an operation that knows this account.
pub(crate) fn answer(call: &Call<'_>) -> Option<Reply> {
    let answer = match call.operation.operation_id {
        "AssumeAgency" => assume::assume_agency(call),
        "AssumeAgencyWithOIDC" => assume::assume_agency_with_oidc(call),
        "GetCallerIdentity" => Ok(caller_identity(call)),
        _ => return None,
    };
    Some(answer.unwrap_or_else(Refusal::into_reply))
}

/// `GET /v5/caller-identity`: to whom the credentials of the request belong.
fn caller_identity(call: &Call<'_>) -> Reply {
    let account = &call.cloud.account;
    let principal = call.principal().unwrap_or(&Principal::User);
    let body = json!({
        "account_id": account.domain_id,
        "principal_urn": principal.urn(account),
        "principal_id": principal.id(account),
    });
    Reply::json(StatusCode::OK, body.to_string())
}

/// Why an operation of STS is refused. The codes and the words are ours.
enum Refusal {
    /// The parser's words may quote a secret, so they are not passed on.
    InvalidBody,
    /// The agency does not trust the caller, or is not known.
    NotTrusted,
    WrongIdToken,
}

impl Refusal {
    fn into_reply(self) -> Reply {
        let (status, code, message) = match self {
            Self::InvalidBody => (
                StatusCode::BAD_REQUEST,
                "STS.0400",
                "The request body is invalid",
            ),
            Self::NotTrusted => (
                StatusCode::FORBIDDEN,
                "STS.0403",
                "The agency cannot be assumed",
            ),
            Self::WrongIdToken => (
                StatusCode::UNAUTHORIZED,
                "STS.0401",
                "The ID token is invalid",
            ),
        };
        let body = json!({"error_code": code, "error_msg": message});
        Reply::json(status, body.to_string())
    }
}
