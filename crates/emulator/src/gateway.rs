//! What stands before every service: who is asking, for which project, and how it says no.
//!
//! Codes, statuses and wordings are those seen of the cloud's API gateway in public; each says
//! where. What could not be found is marked as ours.

use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use huaweicloud_auth::{AccessKey, Secret, VerifyError};
use jiff::Timestamp;

use crate::account::Account;
use crate::cloud::Cloud;
use crate::operation::{Authentication, DocumentedOperation};
use crate::principal::{Caller, Principal};
use crate::reply::Reply;
use crate::temporary_key::TemporaryKey;
use crate::token::{Scope, TokenState, iam_time};

const X_AUTH_TOKEN: &str = "x-auth-token";
const X_PROJECT_ID: &str = "x-project-id";
const X_SDK_DATE: &str = "x-sdk-date";
const X_SECURITY_TOKEN: &str = "x-security-token";

/// Why the gateway does not pass a request on; `Display` is the `error_msg` of the answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Rejection {
    // support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-errorcode.html
    #[error("The API does not exist or has not been published in the environment")]
    UnknownPath,

    // The same page: APIGW.0101 and 404, not 405, for a method that the API does not have.
    #[error("The API does not exist")]
    UnknownMethod,

    // The same page, under APIGW.0201.
    #[error("Request entity too large")]
    BodyTooLarge,

    // APIGW.0201 is the code of a bad request; these words are ours.
    #[error("API request error: the body did not arrive")]
    BodyIncomplete,

    // support.huaweicloud.com/intl/en-us/ocr_faq/ocr_01_0063.html, as the two that follow.
    #[error("Incorrect IAM authentication information: x-auth-token not found")]
    NoAuthentication,

    #[error("Incorrect IAM authentication information: decrypt token fail")]
    UnknownToken,

    #[error("Incorrect IAM authentication information: token expires, expires_at: {expires_at}")]
    ExpiredToken { expires_at: String },

    // Services refuse tokens that are not of a project, in words of their own; these are ours.
    #[error("Incorrect IAM authentication information: the token is not one of a project")]
    UnscopedToken,

    // These words are ours.
    #[error(
        "Incorrect IAM authentication information: security token expires, expires_at: {expires_at}"
    )]
    ExpiredAccessKey { expires_at: String },

    // github.com/jeessy2/ddns-go/issues/844. An older wording is "Get secretKey failed,ak:X,err:ak
    // not exist" (github.com/NewFuture/DDNS/issues/136).
    #[error("Incorrect IAM authentication information: ak {id} not exist")]
    UnknownAccessKey { id: String },

    // github.com/huaweicloud/huaweicloud-sdk-java-v3/issues/44
    #[error(
        "Incorrect IAM authentication information: calc aksk signature fail:signature expired, \
         signature time:{signature_time},server time:{server_time}"
    )]
    SignatureExpired {
        signature_time: String,
        server_time: String,
    },

    // support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-0001.html
    #[error("Incorrect IAM authentication information: verify aksk signature fail")]
    WrongSignature,

    // The gateway goes on after a comma with the canonical request; what is wrong helps more.
    #[error("Incorrect IAM authentication information: verify aksk signature fail, {0}")]
    UnverifiableSignature(VerifyError),

    // The services answer this differently: EIP with 400 VPC.0007 "urlTenantId is not equal
    // tokenTenantId", CCE with 403 CCE.01403001 (their pages of error codes). This is the gateway's
    // own refusal, from api-sign-errorcode.html as above.
    #[error("The IAM user is not authorized to access the API")]
    ForeignProject,
}

impl Rejection {
    fn status_and_code(&self) -> (StatusCode, &'static str) {
        match self {
            Self::UnknownPath | Self::UnknownMethod => (StatusCode::NOT_FOUND, "APIGW.0101"),
            Self::BodyTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "APIGW.0201"),
            Self::BodyIncomplete => (StatusCode::BAD_REQUEST, "APIGW.0201"),
            Self::NoAuthentication
            | Self::UnknownToken
            | Self::ExpiredToken { .. }
            | Self::UnscopedToken
            | Self::ExpiredAccessKey { .. }
            | Self::UnknownAccessKey { .. }
            | Self::SignatureExpired { .. }
            | Self::WrongSignature
            | Self::UnverifiableSignature(_) => (StatusCode::UNAUTHORIZED, "APIGW.0301"),
            Self::ForeignProject => (StatusCode::FORBIDDEN, "APIGW.0302"),
        }
    }

    pub(crate) fn into_reply(self, request_id: &str) -> Reply {
        let (status, code) = self.status_and_code();
        let body = serde_json::json!({
            "error_msg": self.to_string(),
            "error_code": code,
            "request_id": request_id,
        });
        Reply::json(status, body.to_string())
    }
}

/// Lets a request through that carries a token of this emulator or is signed with an access key that
/// it knows, and says whose they are; or one that need not carry any.
///
/// A token is looked at before a signature, as the gateway does: it never falls back.
pub(crate) fn authenticate(
    cloud: &Cloud,
    operation: &DocumentedOperation,
    parts: &Parts,
    body: &[u8],
    now: Timestamp,
) -> Result<Option<Caller>, Rejection> {
    let token = parts.headers.get(X_AUTH_TOKEN);
    let anonymous = token.is_none() && !parts.headers.contains_key(AUTHORIZATION);
    match operation.authentication {
        Authentication::None => return Ok(None),
        Authentication::Optional if anonymous => return Ok(None),
        Authentication::Optional | Authentication::Required => {}
    }
    match token {
        Some(token) => {
            let token = token.to_str().map_err(|_| Rejection::UnknownToken)?;
            owner_of_token(cloud, operation, &Secret::from(token), now)
        }
        None => owner_of_key(cloud, parts, body, now),
    }
    .map(Some)
}

fn owner_of_token(
    cloud: &Cloud,
    operation: &DocumentedOperation,
    token: &Secret,
    now: Timestamp,
) -> Result<Caller, Rejection> {
    match cloud.tokens.state(token, now) {
        // Its document offers STS no token.
        TokenState::Valid { .. } if operation.service == "sts" => Err(Rejection::UnknownToken),
        TokenState::Valid { scope, .. }
            if operation.service != "iam" && scope != Scope::Project =>
        {
            Err(Rejection::UnscopedToken)
        }
        TokenState::Valid { principal, .. } => Ok(Caller {
            principal,
            temporary: true,
        }),
        TokenState::Expired { expires_at } => Err(Rejection::ExpiredToken { expires_at }),
        TokenState::Unknown => Err(Rejection::UnknownToken),
    }
}

fn owner_of_key(
    cloud: &Cloud,
    parts: &Parts,
    body: &[u8],
    now: Timestamp,
) -> Result<Caller, Rejection> {
    let own = &cloud.account.access_key;
    let mut issued: Option<TemporaryKey> = None;
    let secret_key_of = |id: &str| {
        if id == own.id() {
            if cloud.refusals.take() {
                return None;
            }
            return Some(own.secret().clone());
        }
        issued = cloud.temporary_keys.find(id);
        issued.as_ref().map(|key| key.access_key.secret().clone())
    };
    huaweicloud_auth::verify(parts, body, secret_key_of, now.into())
        .map_err(|error| rejection_of(error, &parts.headers, now))?;
    let Some(key) = issued else {
        check_security_token(own, &parts.headers)?;
        return Ok(Caller {
            principal: Principal::User,
            temporary: own.security_token().is_some(),
        });
    };
    check_security_token(&key.access_key, &parts.headers)?;
    if key.expires_at <= now {
        let expires_at = iam_time(key.expires_at);
        return Err(Rejection::ExpiredAccessKey { expires_at });
    }
    Ok(Caller {
        principal: key.principal,
        temporary: true,
    })
}

/// Lets a request through that names no project, in its path or its headers, but the caller's.
pub(crate) fn check_project(
    account: &Account,
    project_in_path: Option<&str>,
    headers: &HeaderMap,
) -> Result<(), Rejection> {
    let project_id = account.project_id.as_str();
    let own_path = project_in_path.is_none_or(|named| named == project_id);
    let own_headers = headers
        .get_all(X_PROJECT_ID)
        .iter()
        .all(|named| named == project_id);
    if own_path && own_headers {
        Ok(())
    } else {
        Err(Rejection::ForeignProject)
    }
}

fn rejection_of(error: VerifyError, headers: &HeaderMap, now: Timestamp) -> Rejection {
    match error {
        VerifyError::MissingAuthorization => Rejection::NoAuthentication,
        VerifyError::UnknownAccessKey { id } => Rejection::UnknownAccessKey { id },
        VerifyError::SignatureMismatch => Rejection::WrongSignature,
        VerifyError::ClockSkew { .. } => {
            let sent = headers.get(X_SDK_DATE).and_then(|date| date.to_str().ok());
            Rejection::SignatureExpired {
                signature_time: sent.unwrap_or_default().to_owned(),
                server_time: now.strftime("%Y%m%dT%H%M%SZ").to_string(),
            }
        }
        error => Rejection::UnverifiableSignature(error),
    }
}

/// A temporary access key is good for nothing without its security token, and a permanent one has
/// none. The answers are ours: without its token IAM does not know a temporary key, and a token
/// that is not the key's is taken for any other token that cannot be read.
fn check_security_token(access_key: &AccessKey, headers: &HeaderMap) -> Result<(), Rejection> {
    let sent = headers
        .get(X_SECURITY_TOKEN)
        .map(|token| token.to_str().map(Secret::from));
    match (access_key.security_token(), sent) {
        (None, None) => Ok(()),
        (Some(token), Some(Ok(sent))) if *token == sent => Ok(()),
        (Some(_), None) => Err(Rejection::UnknownAccessKey {
            id: access_key.id().to_owned(),
        }),
        (_, Some(_)) => Err(Rejection::UnknownToken),
    }
}
