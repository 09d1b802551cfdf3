//! Decoding what the services really send.
//!
//! The documents say `integer` and the service sends `"1717574458000"`, or the other way round; a
//! list that is empty comes as `null`. [`from_slice`] reads all of these into the documented type,
//! and when it cannot, says which field is at fault.

mod field_path;
mod lenient;
mod present_entries;

use std::fmt;

use serde::de::DeserializeOwned;

use self::field_path::FieldPath;
use self::lenient::Lenient;

/// Decodes a JSON body leniently.
///
/// - A number or a truth value where text is documented becomes its text.
/// - Text that spells a number or a truth value becomes one where one is documented.
/// - `null` where a list or a map is documented is an empty one.
/// - An entry of a map, or an element of a list, that is `null` is none.
///
/// Fields that are not documented are ignored.
///
/// # Errors
///
/// A [`DecodeError`] that names the field when the body is not JSON or a value cannot be understood.
///
/// # Example
///
/// ```
/// #[derive(serde::Deserialize)]
/// struct Build {
///     create_time: Option<i64>,
///     #[serde(default)]
///     stages: Vec<String>,
/// }
///
/// let body = br#"{"create_time": "1717574458000", "stages": null}"#;
/// let build: Build = huaweicloud_core::decode::from_slice(body)?;
/// assert_eq!(build.create_time, Some(1_717_574_458_000));
/// assert!(build.stages.is_empty());
/// # Ok::<(), huaweicloud_core::decode::DecodeError>(())
/// ```
pub fn from_slice<T: DeserializeOwned>(body: &[u8]) -> Result<T, DecodeError> {
    // The path of a field is only made for an error: then the body is decoded once more.
    decode(body, None).or_else(|_| {
        let path = FieldPath::default();
        decode(body, Some(&path)).map_err(|source| DecodeError {
            path: path.to_string(),
            source,
        })
    })
}

fn decode<T: DeserializeOwned>(
    body: &[u8],
    path: Option<&FieldPath>,
) -> Result<T, serde_json::Error> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = T::deserialize(Lenient::new(&mut json, path))?;
    json.end()?;
    Ok(value)
}

/// A body that could not be decoded, and the field that was at fault.
///
/// # Example
///
/// ```
/// let error = huaweicloud_core::decode::from_slice::<Vec<i32>>(b"[1, \"two\"]").unwrap_err();
/// assert_eq!(error.path(), "[1]");
/// ```
#[derive(Debug)]
pub struct DecodeError {
    path: String,
    source: serde_json::Error,
}

impl DecodeError {
    /// The path of the field in the body, such as `spec.subJobs[2].status`; `.` is the whole body.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at {}: {}", self.path, self.source)
    }
}

impl std::error::Error for DecodeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Default, Deserialize, PartialEq)]
    struct Sample {
        text: Option<String>,
        long: Option<i64>,
        small: Option<i32>,
        float: Option<f64>,
        flag: Option<bool>,
        #[serde(default)]
        list: Vec<Sample>,
        #[serde(default)]
        map: BTreeMap<String, String>,
    }

    fn decode(body: &str) -> Sample {
        from_slice(body.as_bytes()).unwrap()
    }

    #[test]
    fn what_is_understood_is_decoded() {
        let empty = Sample::default;
        let cases: Vec<(&str, Sample)> = vec![
            ("{}", empty()),
            (
                r#"{"text":null,"long":null,"small":null,"float":null,"flag":null,"list":null,"map":null}"#,
                empty(),
            ),
            (
                r#"{"new":{"x":[1]},"text":"a"}"#,
                Sample {
                    text: Some("a".into()),
                    ..empty()
                },
            ),
            (
                r#"{"text":7}"#,
                Sample {
                    text: Some("7".into()),
                    ..empty()
                },
            ),
            (
                r#"{"text":-7}"#,
                Sample {
                    text: Some("-7".into()),
                    ..empty()
                },
            ),
            (
                r#"{"text":27.51}"#,
                Sample {
                    text: Some("27.51".into()),
                    ..empty()
                },
            ),
            (
                r#"{"text":true}"#,
                Sample {
                    text: Some("true".into()),
                    ..empty()
                },
            ),
            (
                r#"{"long":"1717574458000"}"#,
                Sample {
                    long: Some(1_717_574_458_000),
                    ..empty()
                },
            ),
            (
                r#"{"long":" -5 "}"#,
                Sample {
                    long: Some(-5),
                    ..empty()
                },
            ),
            (
                r#"{"long":74.0}"#,
                Sample {
                    long: Some(74),
                    ..empty()
                },
            ),
            (
                r#"{"long":"74.0"}"#,
                Sample {
                    long: Some(74),
                    ..empty()
                },
            ),
            (
                r#"{"small":"74"}"#,
                Sample {
                    small: Some(74),
                    ..empty()
                },
            ),
            (
                r#"{"float":"27.5"}"#,
                Sample {
                    float: Some(27.5),
                    ..empty()
                },
            ),
            (
                r#"{"float":27}"#,
                Sample {
                    float: Some(27.0),
                    ..empty()
                },
            ),
            (
                r#"{"flag":"true"}"#,
                Sample {
                    flag: Some(true),
                    ..empty()
                },
            ),
            (
                r#"{"flag":"False"}"#,
                Sample {
                    flag: Some(false),
                    ..empty()
                },
            ),
            (
                r#"{"flag":1}"#,
                Sample {
                    flag: Some(true),
                    ..empty()
                },
            ),
            (
                r#"{"flag":0}"#,
                Sample {
                    flag: Some(false),
                    ..empty()
                },
            ),
            (
                r#"{"list":[{"long":"1","list":null}]}"#,
                Sample {
                    list: vec![Sample {
                        long: Some(1),
                        ..empty()
                    }],
                    ..empty()
                },
            ),
            (
                r#"{"list":[null,{"small":1},null,null,{"small":2},null]}"#,
                Sample {
                    list: [1, 2]
                        .map(|small| Sample {
                            small: Some(small),
                            ..empty()
                        })
                        .into(),
                    ..empty()
                },
            ),
            (
                r#"{"map":{"a":1,"b":"x"}}"#,
                Sample {
                    map: [("a".into(), "1".into()), ("b".into(), "x".into())].into(),
                    ..empty()
                },
            ),
            (
                r#"{"map":{"a":null,"b":"x","c":null}}"#,
                Sample {
                    map: [("b".into(), "x".into())].into(),
                    ..empty()
                },
            ),
        ];
        for (body, expected) in cases {
            assert_eq!(decode(body), expected, "{body}");
        }
    }

    #[test]
    fn what_is_not_understood_names_its_field() {
        let cases = [
            (r#"{"long":"soon"}"#, "long"),
            (r#"{"small":"4294967296"}"#, "small"),
            (r#"{"small":1.5}"#, "small"),
            (r#"{"flag":2}"#, "flag"),
            (r#"{"text":{}}"#, "text"),
            (
                r#"{"list":[{},{"list":[{"long":[]}]}]}"#,
                "list[1].list[0].long",
            ),
            (r#"{"list":[null,{"flag":2}]}"#, "list[1].flag"),
            (r#"{"map":{"a":{}}}"#, "map.a"),
            (r#"{"text":"cut"#, "text"),
            ("", "."),
            ("<html>", "."),
            ("{} {}", "."),
        ];
        for (body, path) in cases {
            let error = from_slice::<Sample>(body.as_bytes()).unwrap_err();
            assert_eq!(error.path(), path, "{body}: {error}");
        }
    }

    #[test]
    fn nesting_without_end_is_refused() {
        let body = r#"{"list":["#.repeat(100_000);
        assert!(from_slice::<Sample>(body.as_bytes()).is_err());
    }
}
