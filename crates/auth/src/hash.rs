//! The hash functions, and what they make of a body.

use http::{HeaderMap, HeaderName};
use sha2::{Digest, Sha256};

/// What `X-Sdk-Content-Sha256` and `X-Sdk-Content-Sm3` say of a body that the signature does not
/// cover.
pub(crate) const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";

const X_SDK_CONTENT_SHA256: HeaderName = HeaderName::from_static("x-sdk-content-sha256");
#[cfg(feature = "sm3")]
const X_SDK_CONTENT_SM3: HeaderName = HeaderName::from_static("x-sdk-content-sm3");

/// 32 bytes, 64 digits.
pub(crate) type Hex = [u8; 64];

/// A hash function of 32 bytes.
#[derive(Clone, Copy)]
pub(crate) enum Hash {
    Sha256,
    #[cfg(feature = "sm3")]
    Sm3,
}

impl Hash {
    /// The header in which a request declares the hash of its body.
    pub(crate) fn content_header(self) -> HeaderName {
        match self {
            Self::Sha256 => X_SDK_CONTENT_SHA256,
            #[cfg(feature = "sm3")]
            Self::Sm3 => X_SDK_CONTENT_SM3,
        }
    }

    /// The hash of nothing, in digits.
    pub(crate) const fn of_nothing(self) -> &'static Hex {
        match self {
            Self::Sha256 => b"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            #[cfg(feature = "sm3")]
            Self::Sm3 => b"1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b",
        }
    }

    pub(crate) fn hex(self, data: &[u8]) -> Hex {
        hex(match self {
            Self::Sha256 => Sha256::digest(data).into(),
            #[cfg(feature = "sm3")]
            Self::Sm3 => sm3::Sm3::digest(data).into(),
        })
    }

    /// What the request says of its body, if anything.
    pub(crate) fn declared(self, headers: &HeaderMap) -> Option<&[u8]> {
        let declared = headers.get(self.content_header())?.as_bytes().trim_ascii();
        (!declared.is_empty()).then_some(declared)
    }
}

/// Lower case, as the official SDKs write it.
pub(crate) fn hex(hash: [u8; 32]) -> Hex {
    let mut out = [0; 64];
    for (pair, byte) in out.as_chunks_mut().0.iter_mut().zip(hash) {
        *pair = digits(byte);
    }
    out
}

pub(crate) fn digits(byte: u8) -> [u8; 2] {
    let digit = |nibble: u8| {
        if nibble < 10 {
            b'0' + nibble
        } else {
            b'a' + nibble - 10
        }
    };
    [digit(byte >> 4), digit(byte & 0xf)]
}

#[cfg(test)]
mod tests {
    #[cfg(feature = "sm3")]
    use super::*;
    use crate::Algorithm;

    #[test]
    fn the_hash_of_nothing_is_that() {
        for algorithm in Algorithm::ALL {
            let hash = algorithm.hash();
            assert_eq!(hash.hex(b""), *hash.of_nothing(), "{algorithm}");
        }
    }

    // GB/T 32905-2016, annex A.1.
    #[cfg(feature = "sm3")]
    #[test]
    fn sm3_gives_what_the_standard_prints() {
        let expected = b"66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";
        assert_eq!(Hash::Sm3.hex(b"abc"), *expected);
    }
}
