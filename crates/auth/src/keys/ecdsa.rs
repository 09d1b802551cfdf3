//! SDK-ECDSA-P256-SHA256.

use p256::ecdsa::signature::{MultipartSigner, MultipartVerifier};
use p256::ecdsa::{Signature, SigningKey};
use sha2::Sha256;

use super::{candidate, der};
use crate::string_to_sign::StringToSign;
use crate::{Algorithm, Secret};

pub(super) struct Key(SigningKey);

impl Key {
    pub(super) fn derive(id: &str, secret: &Secret) -> Option<Self> {
        let algorithm = Algorithm::SdkEcdsaP256Sha256;
        let in_range = |candidate: &[u8; 32]| SigningKey::from_bytes(candidate.into()).ok();
        candidate::derive::<Sha256, _>(algorithm, id, secret, in_range).map(Self)
    }

    pub(super) fn sign(&self, text: &StringToSign<'_>, out: &mut Vec<u8>) -> Option<()> {
        let signature: Signature = self.0.try_multipart_sign(&text.pieces()).ok()?;
        der::write_hex(&signature.to_bytes().into(), out);
        Some(())
    }

    pub(super) fn verify(&self, text: &StringToSign<'_>, signature: &str) -> bool {
        let signature = der::read_hex(signature)
            .and_then(|numbers| Signature::from_bytes(&numbers.into()).ok());
        signature.is_some_and(|signature| {
            let key = self.0.verifying_key();
            key.multipart_verify(&text.pieces(), &signature).is_ok()
        })
    }
}
