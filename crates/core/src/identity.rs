//! The ids of a project and of a domain (account), asked of IAM as the official SDKs do.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use huaweicloud_auth::SigningContext;
use huaweicloud_auth::provide::{Fetch, Provided};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::attempt::{request_id, root_cause};
use crate::decode;
use crate::error::{Error, ErrorKind};
use crate::error_body::ErrorBody;
use crate::redact::Secrets;

const TIMEOUT: Duration = Duration::from_secs(30);

/// Who asks, and in whose name.
pub(crate) struct Asker<'a> {
    pub(crate) fetch: &'a dyn Fetch,
    pub(crate) provided: &'a Arc<Provided>,
    pub(crate) context: SigningContext<'a>,
    pub(crate) user_agent: &'a HeaderValue,
}

/// What is asked for, and what an application does when asking does not help.
struct Wanted {
    what: String,
    set_it: &'static str,
}

#[derive(Deserialize)]
struct Projects {
    #[serde(default)]
    projects: Vec<Named>,
}

#[derive(Deserialize)]
struct Domains {
    #[serde(default)]
    domains: Vec<Named>,
}

#[derive(Deserialize)]
struct Named {
    id: Option<String>,
}

#[derive(Deserialize)]
struct Caller {
    account_id: Option<String>,
}

impl Asker<'_> {
    /// The project that has the name of the region.
    ///
    /// # Errors
    ///
    /// When IAM cannot be asked, when it knows no such project, and when it knows several.
    pub(crate) async fn project_id(&self, iam: &str, region: &str) -> Result<String, Error> {
        let wanted = Wanted {
            what: format!("the project id of {region}"),
            set_it: "set it with Config::builder().project_id(..) or the variable \
                     HUAWEICLOUD_SDK_PROJECT_ID",
        };
        let name = huaweicloud_auth::encode_component(region);
        let path = format!("/v3/projects?name={name}");
        let found: Projects = self.ask(&wanted, iam, &path).await?;
        let one = one_of(found.projects);
        one.map_err(|why| wanted.not_found(iam, &why))?
            .ok_or_else(|| wanted.not_found(iam, "the account has no project of that name"))
    }

    /// The domain of whoever holds the credentials: IAM knows it of users, STS of everybody.
    ///
    /// # Errors
    ///
    /// When neither can be asked or knows it, and when there are several.
    pub(crate) async fn domain_id(&self, iam: &str, sts: &str) -> Result<String, Error> {
        let wanted = Wanted {
            what: "the domain id of the account".to_owned(),
            set_it: "set it with Config::builder().domain_id(..) or the variable \
                     HUAWEICLOUD_SDK_DOMAIN_ID",
        };
        let found: Domains = self.ask(&wanted, iam, "/v3/auth/domains").await?;
        if let Some(id) = one_of(found.domains).map_err(|why| wanted.not_found(iam, &why))? {
            return Ok(id);
        }
        let caller: Caller = self.ask(&wanted, sts, "/v5/caller-identity").await?;
        caller
            .account_id
            .filter(|id| !id.is_empty())
            .ok_or_else(|| wanted.not_found(sts, "the answer names none"))
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        wanted: &Wanted,
        endpoint: &str,
        path: &str,
    ) -> Result<T, Error> {
        let secrets = Secrets::of(Some(self.provided.clone()));
        let failed = |kind, why: String| wanted.failed(kind, endpoint, &why);
        let mut parts = http::Request::get(format!("{endpoint}{path}"))
            .header(http::header::USER_AGENT, self.user_agent)
            .body(())
            .map_err(|source| {
                failed(ErrorKind::Configuration, source.to_string()).with_source(source)
            })?
            .into_parts()
            .0;
        let credentials = &self.provided.credentials;
        huaweicloud_auth::sign(&mut parts, &[][..], credentials, &self.context).map_err(
            |source| failed(ErrorKind::Credentials, source.to_string()).with_source(source),
        )?;
        let request = http::Request::from_parts(parts, Vec::new());
        let answer = self.fetch.fetch(request, TIMEOUT).await.map_err(|source| {
            failed(ErrorKind::Connection, root_cause(&*source)).with_source(source)
        })?;
        if !answer.status().is_success() {
            let mut found = ErrorBody::parse(&secrets.redact_body(answer.body().clone()));
            found.message = failed(ErrorKind::Service, found.message)
                .message()
                .to_owned();
            let request_id = request_id(answer.headers());
            return Err(Error::from_answer(answer.status(), request_id, found).without(&secrets));
        }
        decode::from_slice(answer.body()).map_err(|source| {
            failed(ErrorKind::Decoding, source.to_string())
                .with_source(source)
                .without(&secrets)
        })
    }
}

impl Wanted {
    fn failed(&self, kind: ErrorKind, endpoint: &str, why: &str) -> Error {
        let Self { what, set_it } = self;
        Error::new(
            kind,
            format!("{what} cannot be looked up at {endpoint}: {why}; {set_it}"),
        )
    }

    fn not_found(&self, endpoint: &str, why: &str) -> Error {
        self.failed(ErrorKind::Configuration, endpoint, why)
    }
}

/// The one id, or none; several are an error that lists them.
fn one_of(found: Vec<Named>) -> Result<Option<String>, String> {
    let ids: Vec<String> = found.into_iter().filter_map(|named| named.id).collect();
    match ids.as_slice() {
        [] => Ok(None),
        [id] => Ok(Some(id.clone())),
        several => Err(format!(
            "there are several, choose one of {}",
            several.join(", ")
        )),
    }
}
