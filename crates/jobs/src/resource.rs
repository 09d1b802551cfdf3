//! What a job works on.

use serde::{Deserialize, Serialize};

/// What a job works on.
///
/// # Example
///
/// ```
/// use huaweicloud_jobs::Resource;
///
/// let resource = Resource::new().id("6f4dcb2c").name("cluster-name");
/// assert_eq!(resource.name.as_deref(), Some("cluster-name"));
/// ```
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Resource {
    /// Its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Resource {
    /// One of which nothing is known.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets its id.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Sets its name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }
}
