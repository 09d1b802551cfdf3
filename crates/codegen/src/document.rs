//! An OpenAPI document as it stands in its file.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize as _;
use serde_json::{Map, Value};

use crate::error::Error;

/// The methods that a path can have, in the order of OpenAPI.
const METHODS: [&str; 7] = ["get", "put", "post", "delete", "options", "head", "patch"];

/// A document and the name of its file, for errors to speak of.
#[derive(Clone)]
pub struct Document {
    pub(crate) file: String,
    pub(crate) root: Value,
}

impl Document {
    /// Reads a document.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or is not YAML, with the line.
    pub fn load(path: &Path) -> Result<Self, Error> {
        let file = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let text = std::fs::read_to_string(path)
            .map_err(|error| Error::new(path.display().to_string(), "the file", error))?;
        Self::parse(&file, &text)
    }

    /// Reads a document from its text.
    ///
    /// # Errors
    ///
    /// When the text is not YAML, with the line.
    pub fn parse(file: &str, text: &str) -> Result<Self, Error> {
        let root = serde_norway::from_str(text).map_err(|error| {
            let line = error.location().map_or(0, |location| location.line());
            Error::new(file, format!("line {line}"), error)
        })?;
        Ok(Self {
            file: file.to_owned(),
            root,
        })
    }

    /// The document as progenitor's types have it.
    pub(crate) fn typed(&self) -> Result<openapiv3::OpenAPI, Error> {
        let mut track = serde_path_to_error::Track::new();
        let tracked = serde_path_to_error::Deserializer::new(&self.root, &mut track);
        openapiv3::OpenAPI::deserialize(tracked)
            .map_err(|error| self.error(track.path().to_string(), error))
    }

    pub(crate) fn error(
        &self,
        path: impl std::fmt::Display,
        message: impl std::fmt::Display,
    ) -> Error {
        Error::new(&self.file, path, message)
    }

    /// Visits every operation with its path, its method and where it stands.
    pub(crate) fn each_operation(
        &mut self,
        mut visit: impl FnMut(&Place, &mut Map<String, Value>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let file = self.file.clone();
        let Some(paths) = self.root.get_mut("paths").and_then(Value::as_object_mut) else {
            return Err(Error::new(file, "paths", "the document has no paths"));
        };
        for (path, item) in paths {
            for method in METHODS {
                let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) else {
                    continue;
                };
                let place = Place {
                    file: file.clone(),
                    path: path.clone(),
                    method,
                };
                visit(&place, operation)?;
            }
        }
        Ok(())
    }

    /// What a local reference such as `#/components/parameters/JobId` points to.
    pub(crate) fn resolve(&self, reference: &str) -> Option<&Value> {
        self.root.pointer(reference.strip_prefix('#')?)
    }
}

/// Where an operation stands.
pub(crate) struct Place {
    file: String,
    pub(crate) path: String,
    pub(crate) method: &'static str,
}

impl Place {
    pub(crate) fn error(&self, under: &str, message: impl std::fmt::Display) -> Error {
        let dot = if under.is_empty() { "" } else { "." };
        Error::new(
            &self.file,
            format!("paths.{}.{}{dot}{under}", self.path, self.method),
            message,
        )
    }
}

/// The names of the schemas that a part of a document refers to.
pub(crate) fn references(value: &Value) -> Vec<&str> {
    const SCHEMAS: &str = "#/components/schemas/";
    match value {
        Value::Object(object) => object
            .iter()
            .flat_map(|(key, value)| match value {
                Value::String(target) if key == "$ref" => {
                    target.strip_prefix(SCHEMAS).into_iter().collect()
                }
                other => references(other),
            })
            .collect(),
        Value::Array(values) => values.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

/// The names of the schemas that request bodies hold, directly or through others.
pub(crate) fn request_schemas(document: &Document) -> BTreeSet<String> {
    let paths = document
        .root
        .get("paths")
        .and_then(Value::as_object)
        .into_iter()
        .flatten();
    let operations = paths.flat_map(|(_, item)| item.as_object().into_iter().flatten());
    reachable_schemas(
        document,
        operations.filter_map(|(_, operation)| operation.get("requestBody")),
    )
}

/// The names of the schemas that parts of a document hold, directly or through others.
pub(crate) fn reachable_schemas<'a>(
    document: &'a Document,
    parts: impl Iterator<Item = &'a Value>,
) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&str> = parts.flat_map(references).collect();
    while let Some(name) = open.pop() {
        if !found.insert(name.to_owned()) {
            continue;
        }
        if let Some(schema) = document
            .root
            .pointer(&format!("/components/schemas/{name}"))
        {
            open.extend(references(schema));
        }
    }
    found
}
