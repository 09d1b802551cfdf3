//! The private keys of elliptic curves that an access key stands for.
//!
//! Candidates come from one block of the key derivation in counter mode of NIST SP 800-108, with the
//! name of the algorithm for its label; the first that is in range is taken, plus one.

use hmac::Hmac;
use hmac::digest::Output;
use hmac::digest::block_api::EagerHash;
use zeroize::{Zeroize, Zeroizing};

use super::hmac::{keyed, of};
use crate::{Algorithm, Secret};

/// A private key for which `accept` finds a use, or `None`, which happens to no key that exists:
/// a candidate is out of range once in four thousand million times.
pub(super) fn derive<D: EagerHash, K>(
    algorithm: Algorithm,
    id: &str,
    secret: &Secret,
    accept: impl Fn(&[u8; 32]) -> Option<K>,
) -> Option<K>
where
    Output<Hmac<D>>: Into<[u8; 32]>,
{
    let keyed = keyed::<D>(secret.expose().as_bytes());
    (0..0xff).find_map(|counter| {
        let candidate = of(
            keyed.clone(),
            &[
                &[0, 0, 0, 1],
                algorithm.as_str().as_bytes(),
                &[0],
                id.as_bytes(),
                &[counter],
                &256_u32.to_be_bytes(),
            ],
        );
        let mut candidate = Zeroizing::new(candidate);
        plus_one(&mut candidate)
            .then(|| accept(&candidate))
            .flatten()
    })
}

/// Whether the sum fits.
fn plus_one(number: &mut [u8; 32]) -> bool {
    for byte in number.iter_mut().rev() {
        let (sum, overflow) = byte.overflowing_add(1);
        *byte = sum;
        if !overflow {
            return true;
        }
    }
    number.zeroize();
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_added_to_a_number_of_256_bits() {
        let mut number = [0; 32];
        assert!(plus_one(&mut number));
        assert_eq!(number[31], 1);
        number[31] = 0xff;
        number[30] = 0xff;
        assert!(plus_one(&mut number));
        assert_eq!(number[29..], [1, 0, 0]);
        assert!(!plus_one(&mut [0xff; 32]));
    }
}
