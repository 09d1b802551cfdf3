//! What the generator needs to know of an operation beyond what progenitor is told.

use heck::{ToSnakeCase as _, ToUpperCamelCase as _};
use serde_json::{Map, Value};

use crate::document::{Document, Place, references};
use crate::error::Error;
use crate::passes::without_variant;

/// An operation, read from the document as it stands in its file.
#[derive(Clone, Debug)]
pub struct Operation {
    /// The official name, such as `ShowJob`.
    pub id: String,
    pub(crate) method: &'static str,
    pub(crate) path: String,
    /// Whether requests are authenticated: not with an empty `security`.
    pub(crate) authenticated: bool,
    /// Whether `security` also lists `{}`, so that requests may come without authentication.
    pub(crate) anonymous: bool,
    /// What tells the operation from the others of its path and method, if it has such.
    pub(crate) selector: Option<Selector>,
    pub(crate) failure: Option<Failure>,
    pub(crate) parameters: Vec<Parameter>,
    /// The name of the type of the body.
    pub(crate) body: Option<String>,
    pub(crate) example: Option<Example>,
}

/// How a successful answer says that the call failed: the extension `x-huaweicloud-failure`.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Failure {
    pub(crate) property: String,
    pub(crate) value: String,
    pub(crate) message: String,
}

/// The value of the request's body by which a service knows this operation from the others of its
/// path and method: the extension `x-huaweicloud-selector`.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Selector {
    /// Where in the body, as a JSON pointer.
    pub(crate) pointer: String,
    pub(crate) value: String,
}

/// A parameter of the generated method.
#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) required: bool,
    pub(crate) in_path: bool,
    /// The rules of a parameter that is text; others are checked by their type.
    pub(crate) text: Option<TextRule>,
    pub(crate) example: Option<String>,
}

/// What the document demands of a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct TextRule {
    pub(crate) length: Option<(u64, Option<u64>)>,
    pub(crate) pattern: Option<String>,
}

/// The documented answer of success.
#[derive(Clone, Debug)]
pub(crate) struct Example {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Operation {
    /// The name of the generated method, such as `show_job`.
    #[must_use]
    pub fn method_name(&self) -> String {
        self.id.to_snake_case()
    }

    /// Reads every operation of a document whose references to parameters and responses are
    /// resolved.
    pub(crate) fn all(document: &Document) -> Result<Vec<Self>, Error> {
        let mut operations = Vec::new();
        document.clone().each_operation(|place, operation| {
            operations.push(Self::read(document, place, operation)?);
            Ok(())
        })?;
        Ok(operations)
    }

    fn read(
        document: &Document,
        place: &Place,
        operation: &Map<String, Value>,
    ) -> Result<Self, Error> {
        let id = operation
            .get("operationId")
            .and_then(Value::as_str)
            .ok_or_else(|| place.error("operationId", "is missing"))?;
        let security = operation
            .get("security")
            .or_else(|| document.root.get("security"));
        let schemes = security
            .and_then(Value::as_array)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let anonymous = schemes
            .iter()
            .filter_map(Value::as_object)
            .any(Map::is_empty);
        let selector = match operation.get("x-huaweicloud-selector") {
            Some(selector) => Some(
                serde_json::from_value(selector.clone())
                    .map_err(|error| place.error("x-huaweicloud-selector", error))?,
            ),
            None => None,
        };
        let (status, success) = success_of(place, operation)?;
        let failure = match success.get("x-huaweicloud-failure") {
            Some(failure) => Some(serde_json::from_value(failure.clone()).map_err(|error| {
                place.error(&format!("responses.{status}.x-huaweicloud-failure"), error)
            })?),
            None => None,
        };
        let example = success
            .pointer("/content/application~1json/example")
            .map(|body| Example {
                status,
                body: body.clone(),
            });
        let mut parameters = Vec::new();
        for (index, parameter) in operation
            .get("parameters")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .enumerate()
        {
            let under = format!("parameters[{index}]");
            parameters.push(Parameter::read(place, &under, parameter)?);
        }
        Ok(Self {
            id: id.to_owned(),
            method: place.method,
            path: without_variant(&place.path).to_owned(),
            authenticated: !schemes.is_empty(),
            anonymous,
            selector,
            failure,
            parameters,
            body: operation.get("requestBody").map(|body| body_type(id, body)),
            example,
        })
    }
}

impl Parameter {
    /// Whether a call must give it; the project id comes from the configuration.
    pub(crate) fn is_asked_for(&self) -> bool {
        self.required && !(self.in_path && self.name == "project_id")
    }

    fn read(place: &Place, under: &str, parameter: &Value) -> Result<Self, Error> {
        let name = parameter
            .get("name")
            .and_then(Value::as_str)
            .ok_or_else(|| place.error(under, "the parameter has no name"))?;
        let schema = parameter.get("schema").unwrap_or(&Value::Null);
        let is_text = schema.get("type").and_then(Value::as_str) == Some("string")
            && schema.get("enum").is_none();
        let example = parameter.get("example").map(|example| match example {
            Value::String(text) => format!("{text:?}"),
            other => other.to_string(),
        });
        Ok(Self {
            name: name.to_snake_case(),
            required: parameter
                .get("required")
                .and_then(Value::as_bool)
                .unwrap_or(false),
            in_path: parameter.get("in").and_then(Value::as_str) == Some("path"),
            text: is_text
                .then(|| TextRule::read(place, under, schema))
                .transpose()?,
            example,
        })
    }
}

impl TextRule {
    fn read(place: &Place, under: &str, schema: &Value) -> Result<Self, Error> {
        let number = |key: &str| schema.get(key).and_then(Value::as_u64);
        let length = match (number("minLength"), number("maxLength")) {
            (None, None) => None,
            (min, max) => Some((min.unwrap_or(0), max)),
        };
        let pattern = schema
            .get("pattern")
            .and_then(Value::as_str)
            .map(str::to_owned);
        if let Some(pattern) = &pattern {
            regex_lite::Regex::new(pattern)
                .map_err(|error| place.error(&format!("{under}.schema.pattern"), error))?;
        }
        Ok(Self { length, pattern })
    }
}

/// The name that progenitor gives to the type of a body.
fn body_type(id: &str, body: &Value) -> String {
    body.pointer("/content/application~1json/schema")
        .and_then(|schema| {
            references(schema)
                .first()
                .map(|name| name.to_upper_camel_case())
        })
        .unwrap_or_else(|| format!("{}Body", id.to_upper_camel_case()))
}

/// The one documented response of success.
fn success_of<'a>(
    place: &Place,
    operation: &'a Map<String, Value>,
) -> Result<(u16, &'a Value), Error> {
    let responses = operation.get("responses").and_then(Value::as_object);
    let mut successes = responses
        .into_iter()
        .flatten()
        .filter_map(|(status, response)| {
            let status = status
                .parse()
                .ok()
                .filter(|status| (200..300).contains(status))?;
            Some((status, response))
        });
    match (successes.next(), successes.next()) {
        (Some(success), None) => Ok(success),
        (None, _) => Err(place.error("responses", "no response of success is documented")),
        (Some(_), Some(_)) => Err(place.error(
            "responses",
            "more than one response of success is documented",
        )),
    }
}
