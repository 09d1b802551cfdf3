//! What is wrong with a document, and where.

use std::fmt;

/// A fault in a document: the file, the place in the document, and what is wrong there.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {path}: {message}")]
pub struct Error {
    file: String,
    path: String,
    message: String,
}

impl Error {
    pub(crate) fn new(
        file: impl Into<String>,
        path: impl fmt::Display,
        message: impl fmt::Display,
    ) -> Self {
        Self {
            file: file.into(),
            path: path.to_string(),
            message: message.to_string(),
        }
    }

    /// The file of the document.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// The place in the document, such as `paths./v1/job/{job_id}/info.get.parameters[0]`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}
