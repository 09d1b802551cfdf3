//! The string to sign, which binds the hash of a canonical request to an algorithm and a time.

use crate::Algorithm;
use crate::date;
use crate::hash::Hex;

pub(crate) struct StringToSign<'a> {
    pub(crate) algorithm: Algorithm,
    date: &'a [u8; date::LENGTH],
    /// `date/region/service`, for V11-HMAC-SHA256.
    scope: Option<&'a str>,
    hash: Hex,
}

impl<'a> StringToSign<'a> {
    pub(crate) fn new(
        algorithm: Algorithm,
        date: &'a [u8; date::LENGTH],
        scope: Option<&'a str>,
        canonical_request: &[u8],
    ) -> Self {
        let hash = algorithm.hash().hex(canonical_request);
        Self {
            algorithm,
            date,
            scope,
            hash,
        }
    }

    pub(crate) fn scope(&self) -> &'a str {
        self.scope.unwrap_or_default()
    }

    /// One after the other, these are the string.
    pub(crate) fn pieces(&self) -> [&[u8]; 7] {
        let end_of_scope: &[u8] = if self.scope.is_some() { b"\n" } else { b"" };
        [
            self.algorithm.as_str().as_bytes(),
            b"\n",
            self.date,
            b"\n",
            self.scope().as_bytes(),
            end_of_scope,
            &self.hash,
        ]
    }
}
