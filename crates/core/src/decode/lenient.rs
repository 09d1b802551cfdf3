//! A serde deserializer that reads a value as what is wanted rather than as what was sent.

use std::fmt;

use serde::Deserializer;
use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};

use super::field_path::{FieldPath, KeySeed};
use super::present_entries::PresentEntries;

/// Wraps a self-describing deserializer, and everything nested in it.
pub(super) struct Lenient<'p, D> {
    inner: D,
    /// Where the path of a field at fault is noted, if anybody wants to know.
    path: Option<&'p FieldPath>,
}

impl<'p, D> Lenient<'p, D> {
    pub(super) fn new(inner: D, path: Option<&'p FieldPath>) -> Self {
        Self { inner, path }
    }
}

/// What the typed value asks for.
#[derive(Clone, Copy)]
enum Wanted {
    Bool,
    Integer,
    Float,
    Text,
    List,
    Map,
    Any,
}

macro_rules! wants {
    ($($method:ident => $wanted:ident,)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
            self.inner.deserialize_any(Coerce { visitor, wanted: Wanted::$wanted, path: self.path })
        }
    )*};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Lenient<'_, D> {
    type Error = D::Error;

    wants! {
        deserialize_any => Any,
        deserialize_bool => Bool,
        deserialize_i8 => Integer,
        deserialize_i16 => Integer,
        deserialize_i32 => Integer,
        deserialize_i64 => Integer,
        deserialize_u8 => Integer,
        deserialize_u16 => Integer,
        deserialize_u32 => Integer,
        deserialize_u64 => Integer,
        deserialize_f32 => Float,
        deserialize_f64 => Float,
        deserialize_char => Text,
        deserialize_str => Text,
        deserialize_string => Text,
        deserialize_seq => List,
        deserialize_map => Map,
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_option(Coerce {
            visitor,
            wanted: Wanted::Any,
            path: self.path,
        })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.inner.deserialize_struct(
            name,
            fields,
            Coerce {
                visitor,
                wanted: Wanted::Any,
                path: self.path,
            },
        )
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.inner.deserialize_newtype_struct(
            name,
            Coerce {
                visitor,
                wanted: Wanted::Any,
                path: self.path,
            },
        )
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.inner.deserialize_tuple(
            len,
            Coerce {
                visitor,
                wanted: Wanted::Any,
                path: self.path,
            },
        )
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.inner.deserialize_tuple_struct(
            name,
            len,
            Coerce {
                visitor,
                wanted: Wanted::Any,
                path: self.path,
            },
        )
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.inner.deserialize_enum(name, variants, visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_bytes(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_byte_buf(visitor)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_unit(visitor)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.inner.deserialize_unit_struct(name, visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_identifier(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_ignored_any(visitor)
    }
}

/// Hands a value that was sent to the visitor as the value that is wanted.
struct Coerce<'p, V> {
    visitor: V,
    wanted: Wanted,
    path: Option<&'p FieldPath>,
}

impl<V> Coerce<'_, V> {
    fn number<'de, E: Error>(
        self,
        text: &impl fmt::Display,
        as_sent: impl FnOnce(V) -> Result<V::Value, E>,
        as_bool: Option<bool>,
    ) -> Result<V::Value, E>
    where
        V: Visitor<'de>,
    {
        match (self.wanted, as_bool) {
            (Wanted::Text, _) => self.visitor.visit_string(text.to_string()),
            (Wanted::Bool, Some(value)) => self.visitor.visit_bool(value),
            _ => as_sent(self.visitor),
        }
    }
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Coerce<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<V::Value, E> {
        match self.wanted {
            Wanted::Text => self.visitor.visit_string(value.to_string()),
            _ => self.visitor.visit_bool(value),
        }
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<V::Value, E> {
        self.number(&value, |visitor| visitor.visit_i64(value), None)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<V::Value, E> {
        let as_bool = match value {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        };
        self.number(&value, |visitor| visitor.visit_u64(value), as_bool)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<V::Value, E> {
        match (self.wanted, whole(value)) {
            (Wanted::Integer, Some(whole)) => self.visitor.visit_i64(whole),
            _ => self.number(&value, |visitor| visitor.visit_f64(value), None),
        }
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<V::Value, E> {
        let text = value.trim();
        match self.wanted {
            Wanted::Integer => {
                if let Ok(number) = text.parse::<i64>() {
                    return self.visitor.visit_i64(number);
                }
                if let Ok(number) = text.parse::<u64>() {
                    return self.visitor.visit_u64(number);
                }
                if let Some(number) = text.parse().ok().and_then(whole) {
                    return self.visitor.visit_i64(number);
                }
            }
            Wanted::Float => {
                if let Ok(number) = text.parse() {
                    return self.visitor.visit_f64(number);
                }
            }
            Wanted::Bool => {
                if text.eq_ignore_ascii_case("true") || text == "1" {
                    return self.visitor.visit_bool(true);
                }
                if text.eq_ignore_ascii_case("false") || text == "0" {
                    return self.visitor.visit_bool(false);
                }
            }
            Wanted::Text | Wanted::List | Wanted::Map | Wanted::Any => {}
        }
        self.visitor.visit_str(value)
    }

    fn visit_borrowed_str<E: Error>(self, value: &'de str) -> Result<V::Value, E> {
        match self.wanted {
            Wanted::Text | Wanted::Any => self.visitor.visit_borrowed_str(value),
            _ => self.visit_str(value),
        }
    }

    fn visit_string<E: Error>(self, value: String) -> Result<V::Value, E> {
        match self.wanted {
            Wanted::Text | Wanted::Any => self.visitor.visit_string(value),
            _ => self.visit_str(&value),
        }
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        match self.wanted {
            Wanted::List => self
                .visitor
                .visit_seq(SeqDeserializer::<_, E>::new(std::iter::empty::<()>())),
            Wanted::Map => self
                .visitor
                .visit_map(MapDeserializer::<_, E>::new(std::iter::empty::<((), ())>())),
            _ => self.visitor.visit_unit(),
        }
    }

    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.visitor.visit_none()
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        self.visitor.visit_some(Lenient::new(inner, self.path))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        self.visitor
            .visit_newtype_struct(Lenient::new(inner, self.path))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_seq(Elements {
            seq,
            index: 0,
            path: self.path,
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        match self.wanted {
            Wanted::Map => self.visitor.visit_map(PresentEntries::of(map, self.path)),
            _ => self.visitor.visit_map(Fields {
                map,
                key: String::new(),
                path: self.path,
            }),
        }
    }
}

/// The elements of a list that are not `null`.
struct Elements<'p, A> {
    seq: A,
    index: usize,
    path: Option<&'p FieldPath>,
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Elements<'_, A> {
    type Error = A::Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        mut seed: T,
    ) -> Result<Option<T::Value>, A::Error> {
        loop {
            let index = self.index;
            self.index += 1;
            let present = Present {
                seed,
                path: self.path,
            };
            let element = self.seq.next_element_seed(present).inspect_err(|_| {
                if let Some(path) = self.path {
                    path.is_in_element(index);
                }
            })?;
            match element {
                Some(Ok(value)) => return Ok(Some(value)),
                Some(Err(unused)) => seed = unused,
                None => return Ok(None),
            }
        }
    }

    fn size_hint(&self) -> Option<usize> {
        self.seq.size_hint()
    }
}

/// Makes a value of what is not `null`; otherwise gives the seed back.
struct Present<'p, S> {
    seed: S,
    path: Option<&'p FieldPath>,
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Present<'_, S> {
    type Value = Result<S::Value, S>;

    fn deserialize<D: Deserializer<'de>>(self, inner: D) -> Result<Self::Value, D::Error> {
        inner.deserialize_option(self)
    }
}

impl<'de, S: DeserializeSeed<'de>> Visitor<'de> for Present<'_, S> {
    type Value = Result<S::Value, S>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an element")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Err(self.seed))
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Err(self.seed))
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<Self::Value, D::Error> {
        self.seed
            .deserialize(Lenient::new(inner, self.path))
            .map(Ok)
    }
}

/// The fields of an object.
struct Fields<'p, A> {
    map: A,
    /// The field that was read last, if its name may be asked for.
    key: String,
    path: Option<&'p FieldPath>,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Fields<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        match self.path {
            None => self.map.next_key_seed(seed),
            Some(_) => self.map.next_key_seed(KeySeed::new(seed, &mut self.key)),
        }
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, A::Error> {
        let value = LenientSeed {
            seed,
            path: self.path,
        };
        self.map.next_value_seed(value).inspect_err(|_| {
            if let Some(path) = self.path {
                path.is_in_field(&self.key);
            }
        })
    }

    fn size_hint(&self) -> Option<usize> {
        self.map.size_hint()
    }
}

/// Reads what follows leniently.
struct LenientSeed<'p, S> {
    seed: S,
    path: Option<&'p FieldPath>,
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for LenientSeed<'_, S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, inner: D) -> Result<S::Value, D::Error> {
        self.seed.deserialize(Lenient::new(inner, self.path))
    }
}

/// The integer that a float with no fraction stands for, where a float holds integers exactly.
fn whole(value: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0; // 2^53
    #[allow(clippy::cast_possible_truncation)]
    (value.fract() == 0.0 && value.abs() <= EXACT).then_some(value as i64)
}
