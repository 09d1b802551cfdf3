//! The path of the field that could not be decoded.

use std::cell::RefCell;
use std::fmt::{self, Write as _};

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, Visitor};

/// Where in a body an error was found. It is put together from the inside to the outside, while the
/// error travels up, so that decoding that succeeds pays nothing for it.
#[derive(Debug, Default)]
pub(super) struct FieldPath(RefCell<Vec<Segment>>);

#[derive(Debug)]
enum Segment {
    Field(String),
    Element(usize),
}

impl FieldPath {
    pub(super) fn is_in_field(&self, name: &str) {
        self.0.borrow_mut().push(Segment::Field(name.to_owned()));
    }

    pub(super) fn is_in_element(&self, index: usize) {
        self.0.borrow_mut().push(Segment::Element(index));
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let segments = self.0.borrow();
        if segments.is_empty() {
            return f.write_str(".");
        }
        for (depth, segment) in segments.iter().rev().enumerate() {
            match segment {
                Segment::Element(index) => write!(f, "[{index}]")?,
                Segment::Field(name) => {
                    if depth > 0 {
                        f.write_char('.')?;
                    }
                    f.write_str(name)?;
                }
            }
        }
        Ok(())
    }
}

/// Reads the name of a field, and keeps a copy of it.
pub(super) struct KeySeed<'k, S> {
    seed: S,
    copy: &'k mut String,
}

impl<'k, S> KeySeed<'k, S> {
    pub(super) fn new(seed: S, copy: &'k mut String) -> Self {
        Self { seed, copy }
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for KeySeed<'_, S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, inner: D) -> Result<S::Value, D::Error> {
        inner.deserialize_identifier(self)
    }
}

impl<'de, S: DeserializeSeed<'de>> Visitor<'de> for KeySeed<'_, S> {
    type Value = S::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<S::Value, E> {
        name.clone_into(self.copy);
        self.seed
            .deserialize(serde::de::value::StrDeserializer::new(name))
    }
}
