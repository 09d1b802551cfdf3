//! SDK-SM2-SM3.

use sm2::SecretKey;
use sm2::dsa::signature::{MultipartSigner, MultipartVerifier};
use sm2::dsa::{Signature, SigningKey};
use sm3::Sm3;

use super::{candidate, der};
use crate::string_to_sign::StringToSign;
use crate::{Algorithm, Secret};

/// The id of a signer who has not agreed on one: the default of GB/T 35276.
const USER_ID: &str = "1234567812345678";

/// The private key is wiped when dropped; a `SigningKey` would not be, so none is kept.
pub(super) struct Key(SecretKey);

impl Key {
    pub(super) fn derive(id: &str, secret: &Secret) -> Option<Self> {
        let algorithm = Algorithm::SdkSm2Sm3;
        let in_range = |candidate: &[u8; 32]| SecretKey::from_bytes(candidate.into()).ok();
        candidate::derive::<Sm3, _>(algorithm, id, secret, in_range).map(Self)
    }

    pub(super) fn sign(&self, text: &StringToSign<'_>, out: &mut Vec<u8>) -> Option<()> {
        let key = SigningKey::new(USER_ID, &self.0).ok()?;
        let signature = key.try_multipart_sign(&text.pieces()).ok()?;
        der::write_hex(&signature.to_bytes().into(), out);
        Some(())
    }

    pub(super) fn verify(&self, text: &StringToSign<'_>, signature: &str) -> bool {
        let Ok(key) = SigningKey::new(USER_ID, &self.0) else {
            return false;
        };
        let signature = der::read_hex(signature)
            .and_then(|numbers| Signature::from_bytes(&numbers.into()).ok());
        signature.is_some_and(|signature| {
            let key = key.verifying_key();
            key.multipart_verify(&text.pieces(), &signature).is_ok()
        })
    }
}
