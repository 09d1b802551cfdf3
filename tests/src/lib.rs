//! Shared set-up of the tests.

use huaweicloud_core::policy::RetryPolicy;
use huaweicloud_core::{AccessKey, Config, ConfigBuilder, Secret};
use huaweicloud_emulator::Emulator;
use huaweicloud_iam::types::{
    AuthScope, AuthScopeProject, KeystoneCreateUserTokenByPasswordRequestBody, PwdAuth,
    PwdIdentity, PwdIdentityMethodsItem, PwdPassword, PwdPasswordUser, PwdPasswordUserDomain,
};
use insta::internals::SettingsBindDropGuard;

/// The id of the access key of [`emulator`].
pub const ACCESS_KEY_ID: &str = "HPUAEXAMPLE";

/// The secret key of [`emulator`].
pub const SECRET_KEY: &str = "hush-secret-key";

/// The password of the user of [`emulator`].
pub const PASSWORD: &str = "hush-password";

/// The project of [`emulator`].
pub const PROJECT_ID: &str = "0605767a5780d5762f9ac0123456789a";

/// An emulator whose account is the same in every run.
pub async fn emulator() -> Emulator {
    let key = AccessKey::new(ACCESS_KEY_ID, SECRET_KEY);
    Emulator::builder()
        .access_key(key)
        .project_id(PROJECT_ID)
        .password(PASSWORD)
        .start()
        .await
        .unwrap()
}

/// What a caller of this emulator configures, to be changed before it is built. It tries once, so
/// that a test sees the first failure.
pub fn caller_of(emulator: &Emulator) -> ConfigBuilder {
    Config::builder()
        .endpoint(emulator.url())
        .credentials(emulator.access_key().clone())
        .project_id(emulator.project_id())
        .retry(RetryPolicy::never())
}

/// What the user of this emulator asks IAM for: a token of the emulator's project.
pub fn token_request(
    emulator: &Emulator,
    password: &str,
) -> KeystoneCreateUserTokenByPasswordRequestBody {
    let user = emulator.user();
    let user = PwdPasswordUser {
        domain: PwdPasswordUserDomain {
            name: user.domain_name().to_owned(),
        },
        name: user.name().to_owned(),
        password: Secret::from(password),
    };
    let project = AuthScopeProject {
        id: None,
        name: Some(emulator.region().to_owned()),
    };
    KeystoneCreateUserTokenByPasswordRequestBody {
        auth: PwdAuth {
            identity: PwdIdentity {
                methods: vec![PwdIdentityMethodsItem::Password],
                password: PwdPassword { user },
            },
            scope: AuthScope {
                domain: None,
                project: Some(project),
            },
        },
    }
}

/// Hides from the snapshots of a scope what differs from run to run and from system to system.
#[must_use = "the filters are in force until the guard is dropped"]
pub fn filtered_snapshots() -> SettingsBindDropGuard {
    let mut settings = insta::Settings::clone_current();
    for (pattern, replacement) in [
        (r"127\.0\.0\.1:\d+", "127.0.0.1:[port]"),
        (r"\d{8}T\d{6}Z", "[time]"),
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", "[time]"),
        (r"Signature=[0-9a-f]{64}", "Signature=[signature]"),
        (r"request id [0-9a-f]{32}", "request id [id]"),
        (r"\(os error \d+\)", "(os error [number])"),
        (r"attempts in [0-9.]+(µs|ms|s)", "attempts in [time]"),
        (r"sdk-rust/[0-9.]+", "sdk-rust/[version]"),
    ] {
        settings.add_filter(pattern, replacement);
    }
    settings.bind_to_scope()
}

/// Fails if one of the secrets can be read in a text.
#[track_caller]
pub fn assert_no_secret(text: &str, secrets: &[&str]) {
    for secret in secrets {
        assert!(!secret.is_empty(), "an empty secret is in every text");
        assert!(!text.contains(secret), "{secret:?} can be read in: {text}");
    }
}

/// The examples of the README compile.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
