//! Identifiers and secrets, from the operating system's seeded generator.

/// An identifier as this cloud writes them: 32 lower-case hexadecimal characters.
pub(crate) fn id() -> String {
    format!("{:032x}", rand::random::<u128>())
}

/// A secret of 256 bits, in hexadecimal.
pub(crate) fn secret() -> String {
    format!("{}{}", id(), id())
}

/// A seed for what is to be random only once.
pub(crate) fn seed() -> u64 {
    rand::random()
}

/// The id of an access key: 20 upper-case characters.
pub(crate) fn access_key_id() -> String {
    format!("EMUL{:016X}", rand::random::<u64>())
}
