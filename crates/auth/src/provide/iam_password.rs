use std::sync::Arc;
use std::time::Duration;

use http::header::HeaderName;
use serde_json::{Value, json};

use super::endpoint::{self, PlainHttp};
use super::exchange::{self, Exchange};
use super::{
    BoxFuture, Fetch, ProvideCredentials, ProvideError, Provided, Variables, answer, iam_endpoint,
};
use crate::{Credentials, Secret};

const NAME: &str = "IAM by user name and password";
const ADVICE: &str = "check the user's name and password, the account's name and the project, and \
                      that the user may be used by programs";
const PATH: &str = "/v3/auth/tokens";
const TIMEOUT: Duration = Duration::from_secs(30);
const X_SUBJECT_TOKEN: HeaderName = HeaderName::from_static("x-subject-token");

/// A token of IAM for a user, given the password.
///
/// The token is one of project scope, since the regional services refuse those of global scope. It
/// is valid for a day. An account with a second factor gets none.
///
/// ```
/// # fn example(fetch: std::sync::Arc<dyn huaweicloud_auth::provide::Fetch>) {
/// use huaweicloud_auth::provide::{CachedCredentials, IamPassword, IamUser, ProjectScope};
///
/// let user = IamUser::new("deploy", "password", "acme");
/// let source = IamPassword::new(fetch, user, ProjectScope::name("cn-north-4"));
/// let cached = CachedCredentials::new(source);
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct IamPassword {
    exchange: Exchange,
    variables: Variables,
    user: IamUser,
    scope: ProjectScope,
    region: Option<String>,
    endpoint: Option<String>,
}

/// A user of IAM and the password.
///
/// ```
/// use huaweicloud_auth::provide::IamUser;
///
/// let user = IamUser::new("deploy", "hunter2", "acme");
/// assert!(!format!("{user:?}").contains("hunter2"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IamUser {
    name: String,
    password: Secret,
    domain_name: String,
}

impl IamUser {
    /// The user of this name in the account (domain) of this name.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::IamUser;
    /// let user = IamUser::new("deploy", "password", "acme");
    /// ```
    pub fn new(
        name: impl Into<String>,
        password: impl Into<Secret>,
        domain_name: impl Into<String>,
    ) -> Self {
        Self {
            name: name.into(),
            password: password.into(),
            domain_name: domain_name.into(),
        }
    }
}

/// The project that a token is for.
///
/// ```
/// use huaweicloud_auth::provide::ProjectScope;
///
/// // The project of a region has the region's name.
/// let scope = ProjectScope::name("cn-north-4");
/// # assert_ne!(scope, ProjectScope::id("cn-north-4"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProjectScope {
    /// The project of this name in the user's account.
    Name(String),
    /// The project of this id.
    Id(String),
}

impl ProjectScope {
    /// The project of this name in the user's account.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::ProjectScope;
    /// let scope = ProjectScope::name("cn-north-4");
    /// ```
    pub fn name(name: impl Into<String>) -> Self {
        Self::Name(name.into())
    }

    /// The project of this id.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::ProjectScope;
    /// let scope = ProjectScope::id("0605767a5780d5762f9ac0123456789a");
    /// ```
    pub fn id(id: impl Into<String>) -> Self {
        Self::Id(id.into())
    }
}

impl IamPassword {
    /// A token for this user in this project.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::{Fetch, IamPassword, IamUser, ProjectScope};
    /// # fn example(fetch: std::sync::Arc<dyn Fetch>) {
    /// let user = IamUser::new("deploy", "password", "acme");
    /// let source = IamPassword::new(fetch, user, ProjectScope::name("cn-north-4"));
    /// # }
    /// ```
    #[must_use]
    pub fn new(fetch: Arc<dyn Fetch>, user: IamUser, scope: ProjectScope) -> Self {
        let exchange = Exchange {
            source: NAME,
            advice: ADVICE,
            timeout: TIMEOUT,
            fetch,
        };
        Self {
            exchange,
            variables: Variables::of_process(),
            user,
            scope,
            region: None,
            endpoint: None,
        }
    }

    /// The same with these variables, of which only `HUAWEICLOUD_SDK_IAM_ENDPOINT` is looked at.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::{IamPassword, Variables};
    /// # fn example(source: IamPassword, variables: Variables) {
    /// let source = source.variables(variables);
    /// # }
    /// ```
    #[must_use]
    pub fn variables(mut self, variables: Variables) -> Self {
        self.variables = variables;
        self
    }

    /// The same with the IAM of this region.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::IamPassword;
    /// # fn example(source: IamPassword) {
    /// let source = source.region("cn-north-4");
    /// # }
    /// ```
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// The same with the IAM at this address, in place of the variable
    /// `HUAWEICLOUD_SDK_IAM_ENDPOINT` and of the region's.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::IamPassword;
    /// # fn example(source: IamPassword) {
    /// let source = source.endpoint("https://iam.example.com");
    /// # }
    /// ```
    #[must_use]
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    async fn get(&self) -> Result<Provided, ProvideError> {
        let exchange = &self.exchange;
        let endpoint = match &self.endpoint {
            Some(endpoint) => endpoint.clone(),
            None => iam_endpoint(self.region.as_deref(), &self.variables),
        };
        let uri = endpoint::check(&endpoint, PlainHttp::Loopback)
            .map_err(|reason| exchange.failed(format!("the endpoint of IAM: {reason}")))?;
        let headers = exchange::content_type(exchange::JSON_UTF8);
        let uri = endpoint::join(&uri, PATH);
        let response = exchange
            .post("the token", &uri, headers, &self.body())
            .await?;
        let token = response
            .headers()
            .get(X_SUBJECT_TOKEN)
            .and_then(|token| token.to_str().ok())
            .filter(|token| !token.is_empty())
            .ok_or_else(|| exchange.failed("the answer lacks the header X-Subject-Token"))?;
        let body = answer::object(response.body()).map_err(|reason| exchange.failed(reason))?;
        let about = body.get("token").unwrap_or(&Value::Null);
        let text = |path| about.pointer(path).and_then(Value::as_str);
        let expires_at = text("/expires_at").and_then(answer::time).ok_or_else(|| {
            exchange.failed("the answer lacks token.expires_at, or it is no time")
        })?;
        let mut provided =
            Provided::new(Credentials::Token(Secret::from(token))).expires_at(expires_at);
        provided.project_id = text("/project/id").map(str::to_owned);
        provided.domain_id = text("/project/domain/id").map(str::to_owned);
        Ok(provided)
    }

    fn body(&self) -> Value {
        let project = match &self.scope {
            ProjectScope::Name(name) => json!({"name": name}),
            ProjectScope::Id(id) => json!({"id": id}),
        };
        json!({"auth": {
            "identity": {
                "methods": ["password"],
                "password": {"user": {
                    "name": self.user.name,
                    "password": self.user.password.expose(),
                    "domain": {"name": self.user.domain_name},
                }},
            },
            "scope": {"project": project},
        }})
    }
}

impl ProvideCredentials for IamPassword {
    fn name(&self) -> &'static str {
        NAME
    }

    fn provide(&self) -> BoxFuture<'_, Result<Provided, ProvideError>> {
        Box::pin(self.get())
    }
}
