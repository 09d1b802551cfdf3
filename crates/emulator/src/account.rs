//! Who the emulator knows: one account with one project, one access key, one user, one agency and
//! one identity provider.

use huaweicloud_auth::{AccessKey, Secret};

/// The one account of an emulator.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) access_key: AccessKey,
    pub(crate) project_id: String,
    /// The region, which is also the project's name, as in the cloud itself.
    pub(crate) region: String,
    pub(crate) domain_id: String,
    pub(crate) user_id: String,
    pub(crate) user: User,
    pub(crate) agency: Agency,
    pub(crate) identity_provider: IdentityProvider,
}

/// The IAM user who may ask the emulator for a token.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), huaweicloud_emulator::StartError> {
/// let emulator = huaweicloud_emulator::Emulator::builder()
///     .domain_name("example")
///     .user_name("alice")
///     .password("correct horse")
///     .start()
///     .await?;
/// assert_eq!(emulator.user().name(), "alice");
/// assert!(!format!("{:?}", emulator.user()).contains("horse"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct User {
    pub(crate) domain_name: String,
    pub(crate) name: String,
    pub(crate) password: Secret,
}

impl User {
    /// The name of the account (in IAM's words, the domain) that the user belongs to.
    pub fn domain_name(&self) -> &str {
        &self.domain_name
    }

    /// The name to log in with.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The password: the one given to the builder, else a random one.
    pub fn password(&self) -> &Secret {
        &self.password
    }
}

/// The agency by which the emulator's account delegates to whoever it knows.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), huaweicloud_emulator::StartError> {
/// let emulator = huaweicloud_emulator::Emulator::builder().agency_name("robot").start().await?;
/// let urn = format!("iam::{}:agency:robot", emulator.domain_id());
/// assert_eq!(emulator.agency().urn(), urn);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Agency {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) urn: String,
}

impl Agency {
    /// The name, for IAM. The account that created it is the emulator's own.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name of the whole cloud, for STS.
    pub fn urn(&self) -> &str {
        &self.urn
    }
}

/// The identity provider whose users the emulator's account takes, and the ID token of one of them.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), huaweicloud_emulator::StartError> {
/// let emulator = huaweicloud_emulator::Emulator::builder()
///     .identity_provider("example-idp", "an ID token")
///     .start()
///     .await?;
/// assert_eq!(emulator.identity_provider().id(), "example-idp");
/// assert_eq!(emulator.identity_provider().id_token().expose(), "an ID token");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct IdentityProvider {
    pub(crate) id: String,
    pub(crate) urn: String,
    pub(crate) id_token: Secret,
}

impl IdentityProvider {
    /// The ID, for IAM.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The name of the whole cloud, for STS.
    pub fn urn(&self) -> &str {
        &self.urn
    }

    /// The one ID token that is accepted: the one given to the builder, else a random one.
    pub fn id_token(&self) -> &Secret {
        &self.id_token
    }
}
