//! The ways to temporary credentials, by our clients from end to end: what one call hands out
//! authenticates the next, and no secret of theirs can be read in what is printed.

use huaweicloud_core::{AccessKey, Config, Credentials, Error, Secret};
use huaweicloud_emulator::Emulator;
use huaweicloud_iam::types as iam;
use huaweicloud_sts::types as sts;
use huaweicloud_tests::{assert_no_secret, caller_of, emulator};

const JOB_ID: &str = "354331b2c-229a-11e8-9c75-0255ac100ceb";

fn iam_of(config: &Config) -> huaweicloud_iam::Client {
    huaweicloud_iam::Client::new(config).unwrap()
}

/// A caller who has nothing yet.
fn anonymous(emulator: &Emulator) -> Config {
    Config::builder().endpoint(emulator.url()).build().unwrap()
}

/// Calls a service with the credentials, and IAM for the one account.
async fn opens(emulator: &Emulator, credentials: Credentials) {
    let config = caller_of(emulator)
        .credentials(credentials)
        .build()
        .unwrap();
    let cce = huaweicloud_cce::Client::new(&config).unwrap();
    cce.show_job().job_id(JOB_ID).send().await.unwrap();
    let domains = iam_of(&config)
        .keystone_list_auth_domains()
        .send()
        .await
        .unwrap();
    assert_eq!(domains.domains[0].id.as_deref(), Some(emulator.domain_id()));
}

fn subject_token<T>(answer: &huaweicloud_core::ResponseValue<T>) -> Secret {
    answer.headers()["x-subject-token"].to_str().unwrap().into()
}

fn scope(emulator: &Emulator) -> iam::AuthScope {
    let project = iam::AuthScopeProject {
        name: Some(emulator.region().to_owned()),
        id: None,
    };
    iam::AuthScope {
        project: Some(project),
        domain: None,
    }
}

/// The key of IAM, once it is seen that it prints without its secrets.
fn key_of(credential: Option<&iam::Credential>, printed: &str) -> AccessKey {
    let credential = credential.unwrap();
    let secret = credential.secret.clone().unwrap();
    let security_token = credential.securitytoken.clone().unwrap();
    assert!(
        printed.contains(credential.access.as_deref().unwrap()),
        "{printed}"
    );
    assert_no_secret(printed, &[secret.expose(), security_token.expose()]);
    AccessKey::new(credential.access.as_deref().unwrap(), secret)
        .with_security_token(security_token)
}

fn by_token(token: Option<Secret>) -> iam::CreateTemporaryAccessKeyByTokenRequestBody {
    iam::CreateTemporaryAccessKeyByTokenRequestBody {
        auth: iam::TokenAuth {
            identity: iam::TokenAuthIdentity {
                methods: vec![iam::TokenAuthIdentityMethodsItem::Token],
                token: Some(iam::IdentityToken {
                    id: token,
                    duration_seconds: Some(900),
                }),
                policy: None,
            },
        },
    }
}

#[tokio::test]
async fn an_agency_is_traded_for_a_token_and_the_token_for_a_key() {
    let emulator = emulator().await;
    let config = caller_of(&emulator).build().unwrap();
    let body = iam::KeystoneCreateAgencyTokenRequestBody {
        auth: iam::AgencyTokenAuth {
            identity: iam::AgencyTokenIdentity {
                methods: vec![iam::AgencyTokenIdentityMethodsItem::AssumeRole],
                assume_role: iam::AgencyTokenAssumerole {
                    agency_name: emulator.agency().name().to_owned(),
                    domain_id: Some(emulator.domain_id().to_owned()),
                    domain_name: None,
                },
            },
            scope: scope(&emulator),
        },
    };
    let answer = iam_of(&config)
        .keystone_create_agency_token()
        .body(body)
        .send()
        .await
        .unwrap();
    let token = subject_token(&answer);
    assert_no_secret(&format!("{answer:?}"), &[token.expose()]);
    opens(&emulator, Credentials::Token(token.clone())).await;

    let with_token = caller_of(&emulator)
        .credentials(Credentials::Token(token))
        .build()
        .unwrap();
    let iam = iam_of(&with_token);
    let request = iam
        .create_temporary_access_key_by_token()
        .body(by_token(None));
    let answer = request.send().await.unwrap();
    let printed = format!("{answer:?}");
    opens(
        &emulator,
        key_of(answer.credential.as_ref(), &printed).into(),
    )
    .await;
}

#[tokio::test]
async fn an_agency_is_traded_for_a_key_at_iam_and_at_sts() {
    let emulator = emulator().await;
    let config = caller_of(&emulator).build().unwrap();
    let body = iam::CreateTemporaryAccessKeyByAgencyRequestBody {
        auth: iam::AgencyAuth {
            identity: iam::AgencyAuthIdentity {
                methods: vec![iam::AgencyAuthIdentityMethodsItem::AssumeRole],
                assume_role: iam::IdentityAssumerole {
                    agency_name: emulator.agency().name().to_owned(),
                    domain_id: Some(emulator.domain_id().to_owned()),
                    domain_name: None,
                    duration_seconds: None,
                    session_user: None,
                },
                policy: None,
            },
        },
    };
    let iam = iam_of(&config);
    let answer = iam
        .create_temporary_access_key_by_agency()
        .body(body)
        .send()
        .await
        .unwrap();
    let printed = format!("{answer:?}");
    opens(
        &emulator,
        key_of(answer.credential.as_ref(), &printed).into(),
    )
    .await;

    let sts = huaweicloud_sts::Client::new(&config).unwrap();
    let session = sts::AssumeAgencyReqBody::builder()
        .agency_urn(emulator.agency().urn())
        .agency_session_name("night-shift");
    let answer = sts.assume_agency().body(session).send().await.unwrap();
    let key = sts_key_of(answer.credentials.as_ref(), &format!("{answer:?}"));
    opens(&emulator, key.clone().into()).await;

    let config = caller_of(&emulator).credentials(key).build().unwrap();
    let sts = huaweicloud_sts::Client::new(&config).unwrap();
    let caller = sts.get_caller_identity().send().await.unwrap();
    let assumed = answer.assumed_agency.as_ref().unwrap();
    assert_eq!(caller.principal_urn, assumed.urn);
    assert_eq!(caller.account_id.as_deref(), Some(emulator.domain_id()));
}

/// The key of STS, once it is seen that it prints without its secrets.
fn sts_key_of(credentials: Option<&sts::CredentialsDto>, printed: &str) -> AccessKey {
    let credentials = credentials.unwrap();
    let secret = credentials.secret_access_key.clone().unwrap();
    let security_token = credentials.security_token.clone().unwrap();
    assert_no_secret(printed, &[secret.expose(), security_token.expose()]);
    let id = credentials.access_key_id.as_deref().unwrap();
    AccessKey::new(id, secret).with_security_token(security_token)
}

#[tokio::test]
async fn an_id_token_is_traded_for_credentials_by_a_caller_who_has_none() {
    let emulator = emulator().await;
    let config = anonymous(&emulator);
    let provider = emulator.identity_provider();
    let body = iam::GetIdTokenRequestBody {
        auth: iam::GetIdTokenAuthParams {
            id_token: iam::GetIdTokenIdTokenBody {
                id: provider.id_token().clone(),
            },
            scope: None,
        },
    };
    let iam = iam_of(&config);
    let request = iam
        .create_token_with_id_token()
        .x_idp_id(provider.id())
        .body(body);
    assert_no_secret(&format!("{request:?}"), &[provider.id_token().expose()]);
    let answer = request.send().await.unwrap();
    let unscoped = Credentials::Token(subject_token(&answer));
    let with_token = Config::builder()
        .endpoint(emulator.url())
        .credentials(unscoped);
    let iam = iam_of(&with_token.build().unwrap());
    let request = iam
        .create_temporary_access_key_by_token()
        .body(by_token(None));
    let answer = request.send().await.unwrap();
    let printed = format!("{answer:?}");
    opens(
        &emulator,
        key_of(answer.credential.as_ref(), &printed).into(),
    )
    .await;

    let body = sts::AssumeAgencyWithOidcReqBody::builder()
        .provider_urn(provider.urn())
        .agency_urn(emulator.agency().urn())
        .agency_session_name("night-shift")
        .id_token(provider.id_token().clone());
    let sts = huaweicloud_sts::Client::new(&config).unwrap();
    let answer = sts
        .assume_agency_with_oidc()
        .body(body)
        .send()
        .await
        .unwrap();
    let key = sts_key_of(answer.credentials.as_ref(), &format!("{answer:?}"));
    opens(&emulator, key.into()).await;
}

#[tokio::test]
async fn a_refused_agency_is_an_error_with_the_words_of_the_service() {
    let emulator = emulator().await;
    let config = caller_of(&emulator).build().unwrap();
    let sts = huaweicloud_sts::Client::new(&config).unwrap();
    let session = sts::AssumeAgencyReqBody::builder()
        .agency_urn("iam::other:agency:other")
        .agency_session_name("night-shift");
    let error: Error = sts.assume_agency().body(session).send().await.unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(403));
    assert_eq!(error.code(), Some("STS.0403"));
}
