//! HMAC (RFC 2104) over either hash function.

use hmac::digest::block_api::EagerHash;
use hmac::digest::common::Key;
use hmac::{Hmac, KeyInit, Mac};
use zeroize::Zeroize;

use crate::hash::{self, Hex};
use crate::string_to_sign::StringToSign;

/// The state from which every signature of this key starts.
///
/// HMAC takes a key of any length, yet `new_from_slice` returns a `Result`. Fitting the key to the
/// block here leaves no error that cannot happen.
pub(super) fn keyed<D: EagerHash>(key: &[u8]) -> Hmac<D> {
    let mut block = Key::<Hmac<D>>::default();
    if key.len() > block.len() {
        let mut hash = D::digest(key);
        fill(&mut block, &hash);
        hash.as_mut_slice().zeroize();
    } else {
        fill(&mut block, key);
    }
    let keyed = Hmac::new(&block);
    block.as_mut_slice().zeroize();
    keyed
}

fn fill(block: &mut [u8], bytes: &[u8]) {
    for (to, from) in block.iter_mut().zip(bytes) {
        *to = *from;
    }
}

/// The 32 bytes that HMAC gives for these pieces, one after the other.
pub(super) fn of<D: EagerHash>(mut keyed: Hmac<D>, pieces: &[&[u8]]) -> [u8; 32]
where
    hmac::digest::Output<Hmac<D>>: Into<[u8; 32]>,
{
    for piece in pieces {
        keyed.update(piece);
    }
    keyed.finalize().into_bytes().into()
}

pub(super) fn sign<D: EagerHash>(keyed: Hmac<D>, text: &StringToSign<'_>) -> Hex
where
    hmac::digest::Output<Hmac<D>>: Into<[u8; 32]>,
{
    hash::hex(of(keyed, &text.pieces()))
}
