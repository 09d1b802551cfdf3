//! Maps without the entries that are `null`.

use serde::de::value::StringDeserializer;
use serde::de::{DeserializeSeed, Error, MapAccess};
use serde_json::Value;

use super::field_path::FieldPath;
use super::lenient::Lenient;

/// The entries of a map that are not `null`. A value is read before its key is handed on, since
/// what follows a key can no longer be taken back.
pub(super) struct PresentEntries<'p, A> {
    entries: A,
    key: String,
    value: Option<Value>,
    path: Option<&'p FieldPath>,
}

impl<'p, A> PresentEntries<'p, A> {
    pub(super) fn of(entries: A, path: Option<&'p FieldPath>) -> Self {
        Self {
            entries,
            key: String::new(),
            value: None,
            path,
        }
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for PresentEntries<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        while let Some((key, value)) = self.entries.next_entry::<String, Value>()? {
            if !value.is_null() {
                self.value = Some(value);
                if self.path.is_some() {
                    self.key.clone_from(&key);
                }
                let key = StringDeserializer::<A::Error>::new(key);
                return seed.deserialize(Lenient::new(key, self.path)).map(Some);
            }
        }
        Ok(None)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, A::Error> {
        let value = self.value.take().unwrap_or_default();
        seed.deserialize(Lenient::new(value, self.path))
            .map_err(|error| {
                if let Some(path) = self.path {
                    path.is_in_field(&self.key);
                }
                A::Error::custom(error)
            })
    }
}
