//! The services that sources ask, as they behave: what is not as it must be, they refuse.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use http::Method;
use huaweicloud_auth::provide::{
    FederationIdToken, Fetch, IamPassword, IamUser, MetadataService, OidcSts, PodIdentity,
    ProjectScope, ProvideCredentials,
};
use serde_json::{Value, json};

use crate::server::{Answer, Handler, Received};
use crate::{file, variables};

/// When the keys given here expire.
pub(crate) const EXPIRY: &str = "2099-01-02T03:04:05.678000Z";
pub(crate) const EXPIRY_SECONDS: u64 = 4_071_006_245;

/// Refused as IAM does, with a request echoed to see whether it is told on.
pub(crate) fn refuse(status: u16, request: &Received) -> Answer {
    let echo = String::from_utf8_lossy(&request.body).into_owned();
    let body = json!({"error_code": "IAM.0011", "error_msg": format!("bad request: {echo}")});
    Answer::new(status, body).with("x-request-id", "5c7d9f0b1e2a")
}

/// A temporary key, as the metadata service and IAM answer.
pub(crate) fn credential() -> Value {
    json!({"credential": {
        "access": "HST0EXAMPLE",
        "secret": "hush-secret",
        "securitytoken": "hush-token",
        "expires_at": EXPIRY,
    }})
}

/// The metadata service of a server with an agency: keys only for the token of the moment.
#[derive(Default)]
pub(crate) struct Metadata {
    token: Mutex<Option<String>>,
    tokens: AtomicUsize,
}

impl Metadata {
    pub(crate) fn handler(self: &Arc<Self>) -> Handler {
        let metadata = self.clone();
        Arc::new(move |request| metadata.answer(request))
    }

    /// As after a restart: it no longer knows the token that it gave.
    pub(crate) fn forget_token(&self) {
        *self.token.lock().unwrap() = None;
    }

    fn answer(&self, request: &Received) -> Answer {
        let mut token = self.token.lock().unwrap();
        match (&request.method, request.path.as_str()) {
            (&Method::PUT, "/meta-data/latest/api/token") => {
                if request.header("x-metadata-token-ttl-seconds") != Some("21600") {
                    return refuse(400, request);
                }
                if request.header("content-length") != Some("0") {
                    return refuse(411, request);
                }
                let number = self.tokens.fetch_add(1, Ordering::Relaxed);
                *token = Some(format!("hush-metadata-{number}=="));
                Answer::new(200, token.as_deref().unwrap())
            }
            (&Method::GET, "/openstack/latest/securitykey") => {
                if token.is_some() && request.header("x-metadata-token") == token.as_deref() {
                    Answer::new(200, credential())
                } else {
                    Answer::new(401, "Invalid token hush")
                }
            }
            _ => refuse(404, request),
        }
    }
}

/// A metadata service that knows no tokens, or only them where this is `Some` token.
pub(crate) fn metadata_without_tokens(handshake: u16) -> Handler {
    Arc::new(move |request| match request.method {
        Method::PUT => Answer::new(handshake, "no such thing"),
        _ if request.header("x-metadata-token").is_none() => Answer::new(200, credential()),
        _ => refuse(400, request),
    })
}

/// The agent that pods ask.
pub(crate) fn pod_agent() -> Handler {
    Arc::new(|request| {
        let right = request.method == Method::POST
            && request.path == "/v1/credentials"
            && request.header("content-type") == Some("application/json")
            && request.json() == json!({});
        match request.header("authorization") {
            Some("hush-pod") if right => Answer::new(200, credential()),
            _ => refuse(401, request),
        }
    })
}

/// STS: an agency for an OpenID Connect token.
pub(crate) fn sts() -> Handler {
    Arc::new(|request| {
        let body = request.json();
        let right = request.method == Method::POST
            && request.path == "/v5/agencies/assume-with-oidc"
            && request.header("content-type") == Some("application/json;charset=UTF-8")
            && request.header("authorization").is_none()
            && body["provider_urn"] == "iam::d78cbac1:oidcProvider:github"
            && body["agency_urn"] == "iam::d78cbac1:agency:deploy"
            && body["id_token"] == "hush-id-token"
            && body["agency_session_name"].is_string()
            && body["duration_seconds"].is_u64();
        if !right {
            return refuse(403, request);
        }
        Answer::new(
            200,
            json!({
                "credentials": {
                    "access_key_id": "HST0EXAMPLE",
                    "secret_access_key": "hush-secret",
                    "security_token": "hush-token",
                    "expiration": EXPIRY,
                },
                "assumed_agency": {"urn": "sts::d78cbac1:assumed-agency:deploy/session", "id": "1"},
            }),
        )
    })
}

/// IAM: tokens by password and by OpenID Connect token, keys by token.
pub(crate) fn iam() -> Handler {
    Arc::new(|request| {
        let body = request.json();
        if request.method != Method::POST
            || request.header("content-type") != Some("application/json;charset=UTF-8")
        {
            return refuse(400, request);
        }
        match request.path.as_str() {
            "/v3.0/OS-AUTH/id-token/tokens" => {
                let right = request.header("x-idp-id") == Some("acme")
                    && body == json!({"auth": {"id_token": {"id": "hush-id-token"}}});
                if right {
                    let token = json!({"token": {"user": {"name": "deploy"}}});
                    Answer::new(201, token).with("x-subject-token", "hush-unscoped")
                } else {
                    refuse(401, request)
                }
            }
            "/v3.0/OS-CREDENTIAL/securitytokens" => {
                let token = json!({"id": "hush-unscoped", "duration_seconds": 21600});
                let identity = json!({"methods": ["token"], "token": token});
                if body == json!({"auth": {"identity": identity}}) {
                    Answer::new(201, credential())
                } else {
                    refuse(401, request)
                }
            }
            "/v3/auth/tokens" => {
                let user = json!({
                    "name": "deploy", "password": "hush-password", "domain": {"name": "acme"},
                });
                let identity = json!({"methods": ["password"], "password": {"user": user}});
                let scope = json!({"project": {"name": "cn-north-4"}});
                if body != json!({"auth": {"identity": identity, "scope": scope}}) {
                    return refuse(401, request);
                }
                let project = json!({
                    "id": "0605767a", "name": "cn-north-4", "domain": {"id": "d78cbac1"},
                });
                let token = json!({"expires_at": EXPIRY, "project": project});
                Answer::new(201, json!({"token": token})).with("x-subject-token", "hush-scoped")
            }
            _ => refuse(404, request),
        }
    })
}

/// A source that asks a service, with everything that it needs but the service.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) handler: fn() -> Handler,
    pub(crate) source: fn(Arc<dyn Fetch>, &str) -> Box<dyn ProvideCredentials>,
}

/// Every source that asks a service.
pub(crate) const CASES: [Case; 5] = [
    Case {
        name: "metadata",
        handler: || Arc::new(Metadata::default()).handler(),
        source: |fetch, url| Box::new(MetadataService::new(fetch).endpoint(url)),
    },
    Case {
        name: "pod",
        handler: pod_agent,
        source: |fetch, url| {
            let token = file("pod-token", "hush-pod\n").display().to_string();
            Box::new(PodIdentity::new(fetch).variables(variables(&[
                (
                    "HC_CONTAINER_CREDENTIALS_FULL_URI",
                    &format!("{url}/v1/credentials"),
                ),
                ("HC_CONTAINER_AUTHORIZATION_TOKEN_FILE", &token),
            ])))
        },
    },
    Case {
        name: "sts",
        handler: sts,
        source: |fetch, url| {
            Box::new(OidcSts::new(fetch).endpoint(url).variables(variables(&[
                (
                    "HUAWEICLOUD_OIDC_PROVIDER_URN",
                    "iam::d78cbac1:oidcProvider:github",
                ),
                ("HUAWEICLOUD_OIDC_AGENCY_URN", "iam::d78cbac1:agency:deploy"),
                ("HUAWEICLOUD_OIDC_ID_TOKEN", "hush-id-token"),
            ])))
        },
    },
    Case {
        name: "federation",
        handler: iam,
        source: |fetch, url| {
            let token = file("federation-token", "\n hush-id-token\n");
            Box::new(
                FederationIdToken::new(fetch)
                    .endpoint(url)
                    .identity_provider("acme", token.display().to_string()),
            )
        },
    },
    Case {
        name: "password",
        handler: iam,
        source: |fetch, url| {
            let user = IamUser::new("deploy", "hush-password", "acme");
            let scope = ProjectScope::name("cn-north-4");
            Box::new(IamPassword::new(fetch, user, scope).endpoint(url))
        },
    },
];
