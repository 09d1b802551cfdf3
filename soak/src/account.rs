//! Who calls: the two ways to authenticate, each a configuration with a retry budget of its own.

use std::sync::Arc;
use std::time::Duration;

use huaweicloud_core::auth::provide::{IamPassword, IamUser, ProjectScope};
use huaweicloud_core::policy::{Backoff, RetryPolicy, Timeouts};
use huaweicloud_core::{AccessKey, Config, ConfigBuilder, Error, HttpFetch};

use crate::trace;

pub(crate) const ACCESS_KEY: &str = "SOAKACCESSKEY";
pub(crate) const SECRET_KEY: &str = "secret key of the soak";
pub(crate) const PASSWORD: &str = "password of the soak";
pub(crate) const PROJECT_ID: &str = "0605767a5780d5762f9ac0123456789a";
pub(crate) const REGION: &str = "cn-north-4";
pub(crate) const DOMAIN_NAME: &str = "soak-domain";
pub(crate) const USER_NAME: &str = "soak-user";
pub(crate) const AGENCY_NAME: &str = "soak-agency";

/// How long a call may take. Silence costs an attempt its time, so it is short here.
pub(crate) const CALL_LIMIT: Duration = Duration::from_secs(8);
const ATTEMPT_LIMIT: Duration = Duration::from_secs(3);

/// Signs, and has a clock to mend.
pub(crate) fn of_access_key(url: &str) -> Result<Config, Error> {
    builder(url)
        .credentials(AccessKey::new(ACCESS_KEY, SECRET_KEY))
        .build()
}

/// Has a token, and another one when it expires.
pub(crate) fn of_token(url: &str) -> Result<Config, Error> {
    let user = IamUser::new(USER_NAME, PASSWORD, DOMAIN_NAME);
    let fetch = Arc::new(HttpFetch::new()?);
    let source = IamPassword::new(fetch, user, ProjectScope::id(PROJECT_ID)).endpoint(url);
    builder(url).credentials_provider(source).build()
}

fn builder(url: &str) -> ConfigBuilder {
    // Short, so that a minute holds many calls.
    let backoff = Backoff::new(Duration::from_millis(10), Duration::from_millis(200));
    Config::builder()
        .endpoint(url)
        .region(REGION)
        .project_id(PROJECT_ID)
        .retry(RetryPolicy::default().backoff(backoff))
        .timeouts(Timeouts::default().attempt(ATTEMPT_LIMIT).call(CALL_LIMIT))
        .listener(trace::listen)
}
