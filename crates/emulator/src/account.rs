//! Who the emulator knows: one account with one project, one access key and one user.

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
