use std::path::PathBuf;
use std::sync::Arc;

use super::profile_text::Profile;
use super::{
    BoxFuture, FederationIdToken, Fetch, ProvideCredentials, ProvideError, Provided, Variables,
    file,
};
use crate::AccessKey;

const NAME: &str = "the profile file";
const FILE: &str = "HUAWEICLOUD_SDK_CREDENTIALS_FILE";
const HOME: &str = if cfg!(windows) { "USERPROFILE" } else { "HOME" };

/// A section of the profile file.
///
/// ```
/// use huaweicloud_auth::provide::ProfileSection;
///
/// assert_eq!(ProfileSection::default(), ProfileSection::Basic);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProfileSection {
    /// `[basic]`: for the regional services, which work in a project.
    #[default]
    Basic,
    /// `[global]`: for the global services, which work in a domain (account).
    Global,
}

impl ProfileSection {
    fn name(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Global => "global",
        }
    }
}

/// The profile file that the official SDKs read: `~/.huaweicloud/credentials`, or the one named in
/// `HUAWEICLOUD_SDK_CREDENTIALS_FILE`.
///
/// ```ini
/// [basic]
/// ak = HPUA0EXAMPLE
/// sk = …
/// project_id = 0605767a5780d5762f9ac0123456789a
///
/// [global]
/// idp_id = acme
/// id_token_file = /var/run/token
/// domain_id = d78cbac186b744899480f25b0123456
/// ```
///
/// A section has `ak` and `sk`, and `security_token` for a temporary key; or `idp_id` and
/// `id_token_file`, for which [`FederationIdToken`] is asked. `project_id`, `domain_id` and
/// `iam_endpoint` go along. The file is read as Python reads it: keys in any case, parted from
/// values by `=` or `:`, values over several lines, `[DEFAULT]`, and `%(key)s` within values.
///
/// ```
/// use huaweicloud_auth::provide::{CachedCredentials, ProfileFile};
///
/// let cached = CachedCredentials::new(ProfileFile::new().path("/etc/huaweicloud/credentials"));
/// ```
#[derive(Clone, Debug)]
pub struct ProfileFile {
    variables: Variables,
    path: Option<PathBuf>,
    section: ProfileSection,
    region: Option<String>,
    fetch: Option<Arc<dyn Fetch>>,
}

impl ProfileFile {
    /// The section `[basic]` of the file that the variables of this process name.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::ProfileFile;
    /// let source = ProfileFile::new();
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self {
            variables: Variables::of_process(),
            path: None,
            section: ProfileSection::Basic,
            region: None,
            fetch: None,
        }
    }

    /// The same with these variables.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::{ProfileFile, Variables};
    /// let variables: Variables = [("HOME", "/home/deploy")].into_iter().collect();
    /// let source = ProfileFile::new().variables(variables);
    /// ```
    #[must_use]
    pub fn variables(mut self, variables: Variables) -> Self {
        self.variables = variables;
        self
    }

    /// The same with this file, in place of the variables'.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::ProfileFile;
    /// let source = ProfileFile::new().path("/etc/huaweicloud/credentials");
    /// ```
    #[must_use]
    pub fn path(mut self, path: impl Into<PathBuf>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// The same with this section.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::{ProfileFile, ProfileSection};
    /// let source = ProfileFile::new().section(ProfileSection::Global);
    /// ```
    #[must_use]
    pub fn section(mut self, section: ProfileSection) -> Self {
        self.section = section;
        self
    }

    /// The same with the IAM of this region, for a profile with an identity provider.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::ProfileFile;
    /// let source = ProfileFile::new().region("cn-north-4");
    /// ```
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// The same with the means to ask IAM, which a profile with an identity provider needs.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::{Fetch, ProfileFile};
    /// # fn example(fetch: std::sync::Arc<dyn Fetch>) {
    /// let source = ProfileFile::new().fetch(fetch);
    /// # }
    /// ```
    #[must_use]
    pub fn fetch(mut self, fetch: Arc<dyn Fetch>) -> Self {
        self.fetch = Some(fetch);
        self
    }

    async fn get(&self) -> Result<Provided, ProvideError> {
        let (path, named_by) = self.place()?;
        let shown = path.display();
        let text = match file::read(&path) {
            Ok(text) => text,
            Err(cause) => {
                let absent = cause.kind() == std::io::ErrorKind::NotFound;
                let reason = format!("{shown}{named_by} cannot be read: {cause}");
                let error = if absent && named_by.is_empty() {
                    self.not_configured(reason)
                } else {
                    self.failed(reason)
                };
                return Err(error.with_cause(cause));
            }
        };
        let section = self.section.name();
        let profile = Profile::parse(&text, section)
            .map_err(|reason| self.failed(format!("{shown}: {reason}")))?
            .ok_or_else(|| self.not_configured(format!("{shown} has no section [{section}]")))?;
        let mut provided = match (profile.get("idp_id"), profile.get("id_token_file")) {
            (Some(id), Some(token_file)) => {
                self.federation(&profile, id, token_file)?.get().await?
            }
            (idp_id, id_token_file) => {
                let half = match (idp_id, id_token_file) {
                    (Some(_), None) => Some("id_token_file"),
                    (None, Some(_)) => Some("idp_id"),
                    _ => None,
                };
                let key = access_key(&profile, half).map_err(|missing| {
                    self.failed(format!("{shown}: [{section}] lacks {missing}"))
                })?;
                Provided::new(key)
            }
        };
        provided.project_id = profile.get("project_id");
        provided.domain_id = profile.get("domain_id");
        provided.iam_endpoint = profile.get("iam_endpoint");
        Ok(provided)
    }

    /// The path, and what named it if that was not the default.
    fn place(&self) -> Result<(PathBuf, String), ProvideError> {
        if let Some(path) = &self.path {
            return Ok((path.clone(), ", which the program names,".to_owned()));
        }
        if let Some(path) = self.variables.get(FILE) {
            return Ok((path.into(), format!(", which {FILE} names,")));
        }
        let home = self
            .variables
            .get(HOME)
            .ok_or_else(|| self.not_configured(format!("neither {FILE} nor {HOME} is set")))?;
        let path = PathBuf::from(home).join(".huaweicloud").join("credentials");
        Ok((path, String::new()))
    }

    fn federation(
        &self,
        profile: &Profile,
        id: String,
        token_file: String,
    ) -> Result<FederationIdToken, ProvideError> {
        let fetch = self.fetch.clone().ok_or_else(|| {
            self.failed("a profile with an identity provider needs ProfileFile::fetch(..)")
        })?;
        let mut federation = FederationIdToken::new(fetch)
            .variables(self.variables.clone())
            .identity_provider(id, token_file);
        if let Some(region) = &self.region {
            federation = federation.region(region);
        }
        if let Some(endpoint) = profile.get("iam_endpoint") {
            federation = federation.endpoint(endpoint);
        }
        Ok(federation)
    }

    fn failed(&self, reason: impl Into<String>) -> ProvideError {
        ProvideError::failed(NAME, reason).with_advice(self.advice())
    }

    fn not_configured(&self, reason: impl Into<String>) -> ProvideError {
        ProvideError::not_configured(NAME, reason).with_advice(self.advice())
    }

    fn advice(&self) -> String {
        format!(
            "write ak and sk, or idp_id and id_token_file, into the section [{}] of \
             ~/.huaweicloud/credentials or of the file that {FILE} names",
            self.section.name()
        )
    }
}

/// The key, else what is missing. Half of an identity provider does no harm to a whole key.
fn access_key(profile: &Profile, half: Option<&'static str>) -> Result<AccessKey, &'static str> {
    match (profile.get("ak"), profile.get("sk"), half) {
        (Some(id), Some(secret), _) => {
            let key = AccessKey::new(id, secret);
            Ok(match profile.get("security_token") {
                Some(token) => key.with_security_token(token),
                None => key,
            })
        }
        (Some(_), None, _) => Err("sk"),
        (None, Some(_), _) => Err("ak"),
        (None, None, Some(missing)) => Err(missing),
        (None, None, None) => Err("ak and sk"),
    }
}

impl Default for ProfileFile {
    fn default() -> Self {
        Self::new()
    }
}

impl ProvideCredentials for ProfileFile {
    fn name(&self) -> &'static str {
        NAME
    }

    fn provide(&self) -> BoxFuture<'_, Result<Provided, ProvideError>> {
        Box::pin(self.get())
    }
}
