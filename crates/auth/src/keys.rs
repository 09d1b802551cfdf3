//! What an access key signs with: keys derived from it once, and kept.

#[cfg(any(feature = "ecdsa", feature = "sm2"))]
mod candidate;
#[cfg(any(feature = "ecdsa", feature = "sm2"))]
mod der;
#[cfg(feature = "ecdsa")]
mod ecdsa;
mod hmac;
#[cfg(feature = "sm2")]
mod sm2;
mod v11;

use std::sync::OnceLock;

use self::v11::ScopedKeys;
use crate::string_to_sign::StringToSign;
use crate::{Algorithm, Secret, SignError};
use ::hmac::Hmac;
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// The keys that were derived from one access key so far. All of them are wiped when dropped.
#[derive(Default)]
pub(crate) struct Keys {
    sha256: OnceLock<Hmac<Sha256>>,
    #[cfg(feature = "sm3")]
    sm3: OnceLock<Hmac<::sm3::Sm3>>,
    #[cfg(feature = "ecdsa")]
    ecdsa: OnceLock<Option<ecdsa::Key>>,
    #[cfg(feature = "sm2")]
    sm2: OnceLock<Option<sm2::Key>>,
    v11: ScopedKeys,
}

impl Keys {
    /// Appends the signature, in hexadecimal digits.
    pub(crate) fn sign(
        &self,
        id: &str,
        secret: &Secret,
        text: &StringToSign<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), SignError> {
        match text.algorithm {
            Algorithm::SdkHmacSha256 => {
                out.extend_from_slice(&hmac::sign(self.sha256(secret).clone(), text));
            }
            #[cfg(feature = "sm3")]
            Algorithm::SdkHmacSm3 => {
                let keyed = self
                    .sm3
                    .get_or_init(|| hmac::keyed(secret.expose().as_bytes()));
                out.extend_from_slice(&hmac::sign(keyed.clone(), text));
            }
            #[cfg(feature = "ecdsa")]
            Algorithm::SdkEcdsaP256Sha256 => {
                let key = self.ecdsa(id, secret).ok_or(SignError::NoSignature)?;
                key.sign(text, out).ok_or(SignError::NoSignature)?;
            }
            #[cfg(feature = "sm2")]
            Algorithm::SdkSm2Sm3 => {
                let key = self.sm2(id, secret).ok_or(SignError::NoSignature)?;
                key.sign(text, out).ok_or(SignError::NoSignature)?;
            }
            Algorithm::V11HmacSha256 => {
                let keyed = self.v11.of(id, secret, text.scope());
                out.extend_from_slice(&hmac::sign(keyed, text));
            }
        }
        Ok(())
    }

    /// Whether the signature, in hexadecimal digits, is one of this key.
    pub(crate) fn verify(
        &self,
        id: &str,
        secret: &Secret,
        text: &StringToSign<'_>,
        signature: &str,
    ) -> bool {
        match text.algorithm {
            #[cfg(feature = "ecdsa")]
            Algorithm::SdkEcdsaP256Sha256 => self
                .ecdsa(id, secret)
                .is_some_and(|key| key.verify(text, signature)),
            #[cfg(feature = "sm2")]
            Algorithm::SdkSm2Sm3 => self
                .sm2(id, secret)
                .is_some_and(|key| key.verify(text, signature)),
            _ => {
                let mut expected = Vec::with_capacity(64);
                self.sign(id, secret, text, &mut expected).is_ok()
                    && expected.ct_eq(signature.as_bytes()).into()
            }
        }
    }

    fn sha256(&self, secret: &Secret) -> &Hmac<Sha256> {
        self.sha256
            .get_or_init(|| hmac::keyed(secret.expose().as_bytes()))
    }

    #[cfg(feature = "ecdsa")]
    fn ecdsa(&self, id: &str, secret: &Secret) -> Option<&ecdsa::Key> {
        self.ecdsa
            .get_or_init(|| ecdsa::Key::derive(id, secret))
            .as_ref()
    }

    #[cfg(feature = "sm2")]
    fn sm2(&self, id: &str, secret: &Secret) -> Option<&sm2::Key> {
        self.sm2
            .get_or_init(|| sm2::Key::derive(id, secret))
            .as_ref()
    }
}
