//! Ids of jobs and of what belongs to them, as each service writes them.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::Service;

/// A random id.
pub(crate) fn new(service: Service) -> String {
    written(service, rand::random())
}

/// An id that hangs on another and a name only, so that it is the same whenever it is asked for.
pub(crate) fn derived(service: Service, from: &str, name: impl Hash) -> String {
    let half = |which: u8| {
        let mut hasher = DefaultHasher::new();
        (from, &name, which).hash(&mut hasher);
        u128::from(hasher.finish())
    };
    written(service, half(0) << 64 | half(1))
}

/// CCE writes UUIDs, the others 32 digits.
fn written(service: Service, id: u128) -> String {
    let digits = format!("{id:032x}");
    if service != Service::Cce {
        return digits;
    }
    let mut uuid = String::with_capacity(36);
    for (place, digit) in digits.chars().enumerate() {
        if [8, 12, 16, 20].contains(&place) {
            uuid.push('-');
        }
        uuid.push(digit);
    }
    uuid
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_written_as_each_service_does() {
        let id = 0x0123_4567_89ab_cdef_0123_4567_89ab_cdef;
        for (service, expected) in [
            (Service::Cce, "01234567-89ab-cdef-0123-456789abcdef"),
            (Service::Eip, "0123456789abcdef0123456789abcdef"),
            (Service::CodeArtsBuild, "0123456789abcdef0123456789abcdef"),
        ] {
            assert_eq!(written(service, id), expected);
        }
    }

    #[test]
    fn a_derived_id_hangs_on_what_it_is_derived_from() {
        let derived = |from, name| derived(Service::Eip, from, name);
        assert_eq!(derived("a", 1), derived("a", 1));
        assert_ne!(derived("a", 1), derived("a", 2));
        assert_ne!(derived("a", 1), derived("b", 1));
    }
}
