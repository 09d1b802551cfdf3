//! What a caller may ask of an error, and what to do about the answer.

use super::{Error, ErrorKind};

impl Error {
    /// Whether the same call may well succeed later: the failure is of the connection, of the
    /// service's load or of its health, not of the request.
    ///
    /// # Troubleshooting
    ///
    /// The call has been tried again already where that was safe. Before sending a request again
    /// that changes something, look whether it was carried out.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self.kind() {
            ErrorKind::Connection | ErrorKind::Timeout | ErrorKind::Throttled => true,
            ErrorKind::Service => self
                .status()
                .is_some_and(|status| matches!(status.as_u16(), 408 | 500 | 502..=504)),
            _ => false,
        }
    }

    /// Whether the configuration is incomplete or wrong.
    ///
    /// # Troubleshooting
    ///
    /// The message names the setting and the environment variable that would supply it.
    #[must_use]
    pub fn is_configuration(&self) -> bool {
        self.kind() == ErrorKind::Configuration
    }

    /// Whether no credentials were found, or the service refused them.
    ///
    /// # Troubleshooting
    ///
    /// Without a [`status`](Self::status) none were found. With 401: check that the access key and
    /// the secret key belong together, that a temporary key's security token is given and has not
    /// expired, and that the machine's clock is right to within 15 minutes.
    #[must_use]
    pub fn is_credentials(&self) -> bool {
        self.kind() == ErrorKind::Credentials
    }

    /// Whether a parameter was refused before anything was sent.
    ///
    /// # Troubleshooting
    ///
    /// The message names the parameter and the rule that it breaks.
    #[must_use]
    pub fn is_invalid_request(&self) -> bool {
        self.kind() == ErrorKind::InvalidRequest
    }

    /// Whether the service was not reached or the connection broke.
    ///
    /// # Troubleshooting
    ///
    /// Check the endpoint, the name resolution and the network. The sources say which step failed.
    #[must_use]
    pub fn is_connection(&self) -> bool {
        self.kind() == ErrorKind::Connection
    }

    /// Whether the answer did not come in time.
    ///
    /// # Troubleshooting
    ///
    /// The service may have carried the request out all the same: look before sending it again.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::Timeout
    }

    /// Whether the service asked to be called less often.
    ///
    /// # Troubleshooting
    ///
    /// Wait before the next call, and call less often.
    #[must_use]
    pub fn is_throttled(&self) -> bool {
        self.kind() == ErrorKind::Throttled
    }

    /// Whether the service answered with an error that no other predicate speaks of.
    ///
    /// # Troubleshooting
    ///
    /// Look the [`code`](Self::code) up in the service's documentation; when asking support, give
    /// the [`request_id`](Self::request_id).
    #[must_use]
    pub fn is_service(&self) -> bool {
        self.kind() == ErrorKind::Service
    }

    /// Whether a successful answer could not be understood.
    ///
    /// # Troubleshooting
    ///
    /// The message names the field. The request was carried out; this is a mismatch between the
    /// document and the service, worth reporting to this project.
    #[must_use]
    pub fn is_decoding(&self) -> bool {
        self.kind() == ErrorKind::Decoding
    }

    /// Whether the call was ended by the token of its
    /// [`CallOptions`](crate::policy::CallOptions::cancel_on).
    ///
    /// # Troubleshooting
    ///
    /// The service may have carried the request out all the same, if it had been sent: look before
    /// sending it again.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.kind() == ErrorKind::Cancelled
    }
}
