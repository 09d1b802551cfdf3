//! The operations of IAM, which answer for this account: tokens, temporary access keys, and who and
//! what there is.

mod agency;
mod id_token;
mod lists;
mod password;
mod temporary_key;
mod token;

use http::StatusCode;
use serde_json::json;

use crate::call::Call;
use crate::reply::Reply;

/// The answer of an operation that knows this account.
pub(crate) fn answer(call: &Call<'_>) -> Option<Reply> {
    let answer = match call.operation.operation_id {
        "KeystoneCreateUserTokenByPassword" => password::create_token(call),
        "KeystoneCreateAgencyToken" => agency::create_token(call),
        "CreateTokenWithIdToken" => id_token::create_token(call),
        "CreateTemporaryAccessKeyByToken" => temporary_key::create_by_token(call),
        "CreateTemporaryAccessKeyByAgency" => temporary_key::create_by_agency(call),
        "KeystoneListProjects" => Ok(lists::projects(call)),
        "KeystoneListAuthProjects" => Ok(lists::auth_projects(call)),
        "KeystoneListAuthDomains" => Ok(lists::auth_domains(call)),
        _ => return None,
    };
    Some(answer.unwrap_or_else(Refusal::into_reply))
}

/// Why an operation of IAM is refused. The words are ours, but for those of `WrongUser`.
enum Refusal {
    /// The parser's words may quote a secret, so they are not passed on.
    InvalidBody,
    WrongUser,
    /// The agency is not known, or the scope is not the account's.
    NotDelegated,
    WrongToken,
}

impl Refusal {
    /// IAM's own errors have Keystone's shape, not the gateway's.
    fn into_reply(self) -> Reply {
        let (status, message) = match self {
            Self::InvalidBody => (StatusCode::BAD_REQUEST, "Request body is invalid."),
            Self::WrongUser => (
                StatusCode::UNAUTHORIZED,
                "The username or password is wrong.",
            ),
            Self::NotDelegated => (
                StatusCode::FORBIDDEN,
                "You are not authorized to perform the requested action.",
            ),
            Self::WrongToken => (StatusCode::UNAUTHORIZED, "The token is invalid."),
        };
        let body = json!({
            "error": {
                "code": status.as_u16(),
                "message": message,
                "title": status.canonical_reason().unwrap_or_default(),
            }
        });
        Reply::json(status, body.to_string())
    }
}
