//! One request that passed the gateway, as the operations see it.

use http::request::Parts;
use jiff::Timestamp;

use crate::cloud::Cloud;
use crate::operation::DocumentedOperation;
use crate::principal::{Caller, Principal};
use crate::router::Found;

/// One request that passed the gateway.
pub(crate) struct Call<'a> {
    pub(crate) cloud: &'a Cloud,
    pub(crate) operation: &'static DocumentedOperation,
    pub(crate) found: Found,
    pub(crate) parts: &'a Parts,
    pub(crate) body: &'a [u8],
    /// Who asks; nobody where the operation asks for no authentication.
    pub(crate) caller: Option<Caller>,
    pub(crate) now: Timestamp,
}

impl Call<'_> {
    /// The value of a parameter in the path, decoded.
    pub(crate) fn path_parameter(&self, name: &str) -> Option<&str> {
        self.found.parameter(name)
    }

    /// Whom the request is of.
    pub(crate) fn principal(&self) -> Option<&Principal> {
        self.caller.as_ref().map(|caller| &caller.principal)
    }
}
