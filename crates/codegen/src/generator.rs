//! progenitor, and whom to blame when it fails.

use std::panic::{AssertUnwindSafe, catch_unwind};

use progenitor_impl::{
    GenerationSettings, Generator, HooksMode, InterfaceStyle, TagStyle, TypeImpl,
};
use quote::quote;
use schemars::schema::{InstanceType, SchemaObject};
use serde_json::{Map, Value, json};

use crate::document::Document;
use crate::error::Error;

/// What progenitor makes of a document that the passes have made fit.
pub(crate) fn generate(document: &Document) -> Result<syn::File, Error> {
    attempt(document).map_err(|whole| blame(document).unwrap_or(whole))
}

fn attempt(document: &Document) -> Result<syn::File, Error> {
    let typed = document.typed()?;
    // progenitor asserts and unwraps where a document surprises it.
    let generated = catch_unwind(AssertUnwindSafe(|| {
        Generator::new(&settings()).generate_tokens(&typed)
    }));
    let tokens = match generated {
        Ok(Ok(tokens)) => tokens,
        Ok(Err(error)) => return Err(document.error("the document", error)),
        Err(panic) => return Err(document.error("the document", panic_message(&*panic))),
    };
    syn::parse2(tokens).map_err(|error| document.error("the document", error))
}

fn settings() -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Builder)
        .with_tag(TagStyle::Merged)
        .with_hooks(HooksMode::Expected)
        .with_inner_type(quote!(::huaweicloud_core::Transport))
        // Ordered, so that a body is the same bytes every time.
        .with_map_type("::std::collections::BTreeMap")
        .with_conversion(
            password(),
            "::huaweicloud_core::Secret",
            std::iter::empty::<TypeImpl>(),
        );
    settings
}

/// The schema of what must be wiped and never be shown.
fn password() -> SchemaObject {
    SchemaObject {
        instance_type: Some(InstanceType::String.into()),
        format: Some("password".to_owned()),
        ..SchemaObject::default()
    }
}

/// Finds the schema or the operation that progenitor fails on by giving it one at a time.
fn blame(document: &Document) -> Option<Error> {
    let paths = document.root.get("paths")?.as_object()?;
    let schemas_only = with(document, "paths", json!({}));
    if let Err(error) = attempt(&schemas_only) {
        let of_one = blame_schema(&schemas_only);
        return Some(
            of_one.unwrap_or_else(|| document.error("components.schemas", error.message())),
        );
    }
    for (path, item) in paths {
        for (method, operation) in item.as_object()? {
            let alone = with(
                &schemas_only,
                "paths",
                json!({ path: { method: operation } }),
            );
            if let Err(error) = attempt(&alone) {
                // The place is that of the document as it was written.
                let path = path.replace(":project_id", "{project_id}");
                return Some(document.error(format!("paths.{path}.{method}"), error.message()));
            }
        }
    }
    None
}

fn blame_schema(document: &Document) -> Option<Error> {
    let schemas = document.root.pointer("/components/schemas")?.as_object()?;
    for (name, schema) in schemas {
        // What it refers to may be anything.
        let mut alone: Map<String, Value> = schemas
            .keys()
            .map(|name| (name.clone(), json!({})))
            .collect();
        alone.insert(name.clone(), schema.clone());
        let alone = with(document, "components", json!({ "schemas": alone }));
        if let Err(error) = attempt(&alone) {
            return Some(document.error(format!("components.schemas.{name}"), error.message()));
        }
    }
    None
}

/// The document with another value for one of its keys.
fn with(document: &Document, key: &str, value: Value) -> Document {
    let mut document = document.clone();
    if let Some(root) = document.root.as_object_mut() {
        root.insert(key.to_owned(), value);
    }
    document
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_else(|| "the generator panicked".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "openapi: 3.0.3\ninfo: {title: t, version: v1}\n";

    fn fault(yaml: &str) -> String {
        let document = Document::parse("test.yaml", &format!("{HEAD}{yaml}")).unwrap();
        generate(&document)
            .err()
            .map(|error| error.path().to_owned())
            .unwrap_or_default()
    }

    #[test]
    fn a_fault_is_found_where_it_is() {
        let fine = "/a: {get: {operationId: A, responses: {'204': {description: ok}}}}";
        let cases = [
            (format!("paths: {{{fine}}}"), ""),
            (
                format!("paths: {{{fine}, /b: {{get: {{responses: {{}}}}}}}}"),
                "paths./b.get",
            ),
            (
                format!(
                    "paths: {{{fine}, /b: {{get: {{operationId: B, responses: {{'200': \
                     {{description: ok, content: {{application/json: {{schema: {{}}}}}}}}, \
                     '204': {{description: ok}}}}}}}}}}"
                ),
                "paths./b.get",
            ),
            (
                format!(
                    "paths: {{{fine}}}\ncomponents: {{schemas: {{Good: {{type: string}}, \
                     Bad: {{type: object, properties: {{a: {{$ref: '#/elsewhere'}}}}}}}}}}"
                ),
                "components.schemas.Bad",
            ),
        ];
        for (yaml, path) in cases {
            assert_eq!(fault(&yaml), path, "{yaml}");
        }
    }

    #[test]
    fn a_panic_of_progenitor_is_told_in_its_words() {
        let yaml = "paths: {'/b/:project_id': {get: {operationId: B, requestBody: {content: \
            {a/b: {schema: {type: string}}, application/json: {schema: {type: string}}}}, \
            responses: {'204': {description: ok}}}}}";
        let document = Document::parse("test.yaml", &format!("{HEAD}{yaml}")).unwrap();
        let error = generate(&document).unwrap_err();
        assert_eq!(error.path(), "paths./b/{project_id}.get");
        assert!(error.message().contains("media types"), "{error}");
    }
}
