//! V11-HMAC-SHA256: a key for one day, one region and one service.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use hmac::Hmac;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::hmac::{keyed, of};
use crate::{Secret, hash};

/// A program calls a few services in a few regions; one that calls more derives some keys again,
/// which takes as long as a few signatures.
const KEPT: usize = 16;

/// The keys of the scopes (`date/region/service`) that were used last; the oldest goes first.
#[derive(Default)]
pub(super) struct ScopedKeys(Mutex<VecDeque<(String, Hmac<Sha256>)>>);

impl ScopedKeys {
    pub(super) fn of(&self, id: &str, secret: &Secret, scope: &str) -> Hmac<Sha256> {
        // Whoever panicked while holding the lock left whole entries behind.
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, key)) = kept.iter().find(|(known, _)| known == scope) {
            return key.clone();
        }
        let key = derive(id, secret, scope);
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back((scope.to_owned(), key.clone()));
        key
    }
}

/// HKDF (RFC 5869) with SHA-256, for the length of one hash: the id of the access key is the salt,
/// the scope the info. What keys the signature are the hexadecimal digits of the result.
fn derive(id: &str, secret: &Secret, scope: &str) -> Hmac<Sha256> {
    let extracted = Zeroizing::new(of::<Sha256>(
        keyed(id.as_bytes()),
        &[secret.expose().as_bytes()],
    ));
    let expanded = Zeroizing::new(of::<Sha256>(keyed(&*extracted), &[scope.as_bytes(), &[1]]));
    keyed(&*Zeroizing::new(hash::hex(*expanded)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_that_are_kept_are_few_and_the_newest() {
        let keys = ScopedKeys::default();
        let secret = "SK".into();
        for day in 0..100 {
            let scope = format!("day {day}/region/service");
            let first = of(keys.of("AK", &secret, &scope), &[b"text"]);
            assert_eq!(of(keys.of("AK", &secret, &scope), &[b"text"]), first);
            assert_eq!(of(derive("AK", &secret, &scope), &[b"text"]), first);
        }
        let kept = keys.0.lock().unwrap();
        assert_eq!(kept.len(), KEPT);
        assert_eq!(kept[KEPT - 1].0, "day 99/region/service");
    }
}
