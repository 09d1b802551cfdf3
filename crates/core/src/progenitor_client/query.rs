//! Query parameters.

use serde::ser::Error as _;
use serde::{Serialize, Serializer};
use serde_json::Value;

/// A query parameter: nothing when it is absent, one pair for one value, and a pair for each value
/// of a list, as the official SDKs send them.
pub struct QueryParam<'a, T> {
    name: &'a str,
    value: &'a T,
}

impl<'a, T> QueryParam<'a, T> {
    /// Names a value.
    pub fn new(name: &'a str, value: &'a T) -> Self {
        Self { name, value }
    }
}

impl<T: Serialize> Serialize for QueryParam<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let pairs: Vec<(&str, String)> = match serde_json::to_value(self.value) {
            Ok(Value::Null) => Vec::new(),
            Ok(Value::Array(values)) => values
                .into_iter()
                .map(|value| self.pair(value))
                .collect::<Result<_, S::Error>>()?,
            Ok(value) => vec![self.pair(value)?],
            Err(error) => return Err(S::Error::custom(error)),
        };
        pairs.serialize(serializer)
    }
}

impl<T> QueryParam<'_, T> {
    fn pair<E: serde::ser::Error>(&self, value: Value) -> Result<(&str, String), E> {
        match value {
            Value::String(text) => Ok((self.name, text)),
            Value::Bool(_) | Value::Number(_) => Ok((self.name, value.to_string())),
            Value::Null | Value::Array(_) | Value::Object(_) => Err(E::custom(format!(
                "the query parameter {} has a value that is neither text, number nor truth value",
                self.name,
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(value: &impl Serialize) -> Result<Option<String>, reqwest::Error> {
        let request = reqwest::Client::new()
            .get("http://127.0.0.1/")
            .query(&QueryParam::new("a", value))
            .build()?;
        Ok(request.url().query().map(str::to_owned))
    }

    #[test]
    fn every_kind_of_value_becomes_pairs() {
        assert_eq!(query(&None::<i32>).unwrap(), None);
        assert_eq!(query(&Some(5)).unwrap().unwrap(), "a=5");
        assert_eq!(query(&"x&y").unwrap().unwrap(), "a=x%26y");
        assert_eq!(query(&true).unwrap().unwrap(), "a=true");
        assert_eq!(query(&["x", ""]).unwrap().unwrap(), "a=x&a=");
        assert!(query(&[[1]]).is_err());
    }
}
