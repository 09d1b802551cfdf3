//! Maps without the entries that are `null`.

use serde::de::value::StringDeserializer;
use serde::de::{DeserializeSeed, Error, MapAccess};
use serde_json::Value;

use super::lenient::Lenient;

/// The entries of a map that are not `null`. A value is read before its key is handed on, since
/// what follows a key can no longer be taken back.
pub(super) struct PresentEntries<A> {
    entries: A,
    value: Option<Value>,
}

impl<A> PresentEntries<A> {
    pub(super) fn of(entries: A) -> Self {
        Self {
            entries,
            value: None,
        }
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for PresentEntries<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        while let Some((key, value)) = self.entries.next_entry::<String, Value>()? {
            if !value.is_null() {
                self.value = Some(value);
                let key = StringDeserializer::<A::Error>::new(key);
                return seed.deserialize(Lenient(key)).map(Some);
            }
        }
        Ok(None)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, A::Error> {
        let value = self.value.take().unwrap_or_default();
        seed.deserialize(Lenient(value)).map_err(A::Error::custom)
    }
}
