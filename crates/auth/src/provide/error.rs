use std::error::Error;
use std::fmt;
use std::sync::Arc;

use super::BoxError;

/// Why a source provided no credentials: which source, what is wrong, and how to set it up.
///
/// Its text never has a secret in it, nor any part of an answer that might hold one. It is cheap to
/// clone, since every caller that waited for a refresh gets it.
///
/// ```
/// use huaweicloud_auth::provide::ProvideError;
///
/// let error = ProvideError::failed("our vault", "it is sealed").with_advice("unseal it");
/// assert_eq!(error.to_string(), "our vault: it is sealed; unseal it");
/// ```
#[derive(Clone)]
pub struct ProvideError(Arc<Details>);

struct Details {
    source_name: String,
    kind: ProvideErrorKind,
    reason: String,
    advice: Option<String>,
    attempts: Vec<ProvideError>,
    cause: Option<BoxError>,
}

/// Whether a source is absent or broken.
///
/// ```
/// use huaweicloud_auth::provide::{ProvideError, ProvideErrorKind};
///
/// let error = ProvideError::not_configured("our vault", "it has no address");
/// assert_eq!(error.kind(), ProvideErrorKind::NotConfigured);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProvideErrorKind {
    /// Nobody set the source up: it is not meant to provide credentials here.
    NotConfigured,
    /// The source is set up, but wrongly, or it does not work at the moment.
    Failed,
}

impl ProvideError {
    /// The source is not set up.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::ProvideError;
    /// let error = ProvideError::not_configured("our vault", "VAULT_ADDRESS is not set");
    /// # assert!(error.is_not_configured());
    /// ```
    pub fn not_configured(source_name: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::new(
            source_name.into(),
            ProvideErrorKind::NotConfigured,
            reason.into(),
        )
    }

    /// The source is set up, but provides nothing. The reason must not quote a secret.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::ProvideError;
    /// let error = ProvideError::failed("our vault", "it is sealed");
    /// # assert!(!error.is_not_configured());
    /// ```
    pub fn failed(source_name: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::new(source_name.into(), ProvideErrorKind::Failed, reason.into())
    }

    fn new(source_name: String, kind: ProvideErrorKind, reason: String) -> Self {
        Self(Arc::new(Details {
            source_name,
            kind,
            reason,
            advice: None,
            attempts: Vec::new(),
            cause: None,
        }))
    }

    /// The same with what to do about it.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::ProvideError;
    /// let error = ProvideError::failed("our vault", "it is sealed").with_advice("unseal it");
    /// # assert_eq!(error.advice(), Some("unseal it"));
    /// ```
    #[must_use]
    pub fn with_advice(self, advice: impl Into<String>) -> Self {
        let advice = Some(advice.into());
        self.change(|details| details.advice = advice)
    }

    /// The same with the error under it, which must not show a secret either.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::ProvideError;
    /// use std::error::Error;
    ///
    /// let cause = std::io::Error::other("connection refused");
    /// let error = ProvideError::failed("our vault", "it is not reached").with_cause(cause);
    /// assert_eq!(error.source().unwrap().to_string(), "connection refused");
    /// ```
    #[must_use]
    pub fn with_cause(self, cause: impl Into<BoxError>) -> Self {
        let cause = Some(cause.into());
        self.change(|details| details.cause = cause)
    }

    pub(super) fn with_attempts(self, attempts: Vec<ProvideError>) -> Self {
        self.change(|details| details.attempts = attempts)
    }

    /// An error is changed only while it is made, when nobody shares it yet.
    fn change(mut self, change: impl FnOnce(&mut Details)) -> Self {
        if let Some(details) = Arc::get_mut(&mut self.0) {
            change(details);
        }
        self
    }

    /// What the source is called.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::ProvideError;
    /// let error = ProvideError::failed("our vault", "it is sealed");
    /// assert_eq!(error.source_name(), "our vault");
    /// ```
    #[must_use]
    pub fn source_name(&self) -> &str {
        &self.0.source_name
    }

    /// Whether the source is absent or broken.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::{ProvideError, ProvideErrorKind};
    /// let error = ProvideError::failed("our vault", "it is sealed");
    /// assert_eq!(error.kind(), ProvideErrorKind::Failed);
    /// ```
    #[must_use]
    pub fn kind(&self) -> ProvideErrorKind {
        self.0.kind
    }

    /// Whether nobody set the source up.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::ProvideError;
    /// assert!(ProvideError::not_configured("our vault", "no address").is_not_configured());
    /// ```
    #[must_use]
    pub fn is_not_configured(&self) -> bool {
        self.0.kind == ProvideErrorKind::NotConfigured
    }

    /// What is wrong.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::ProvideError;
    /// assert_eq!(ProvideError::failed("our vault", "it is sealed").reason(), "it is sealed");
    /// ```
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.0.reason
    }

    /// How to set the source up, or what to do about its failure.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::ProvideError;
    /// assert_eq!(ProvideError::failed("our vault", "it is sealed").advice(), None);
    /// ```
    #[must_use]
    pub fn advice(&self) -> Option<&str> {
        self.0.advice.as_deref()
    }

    /// The errors of the sources that a chain tried, in order; empty for a single source.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::ProvideError;
    /// assert!(ProvideError::failed("our vault", "it is sealed").attempts().is_empty());
    /// ```
    #[must_use]
    pub fn attempts(&self) -> &[ProvideError] {
        &self.0.attempts
    }
}

impl fmt::Display for ProvideError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.source_name(), self.reason())?;
        if let Some(advice) = self.advice() {
            write!(f, "; {advice}")?;
        }
        for attempt in self.attempts() {
            write!(f, "\n- {attempt}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for ProvideError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProvideError")
            .field("source_name", &self.source_name())
            .field("kind", &self.kind())
            .field("reason", &self.reason())
            .field("advice", &self.advice())
            .field("attempts", &self.attempts())
            .field("cause", &self.0.cause)
            .finish()
    }
}

impl Error for ProvideError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.cause.as_deref().map(|cause| cause as _)
    }
}
