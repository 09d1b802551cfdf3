use serde_json::Value;

use crate::document::{Document, reachable_schemas};

/// Drops the schemas that no operation is left with, such as those of errors: each would be a type
/// that nothing returns.
pub(crate) fn drop_unused_schemas(document: &mut Document) {
    let used = reachable_schemas(document, document.root.get("paths").into_iter());
    if let Some(schemas) = document
        .root
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    {
        schemas.retain(|name, _| used.contains(name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passes::document;

    #[test]
    fn schemas_that_operations_reach_stay() {
        let mut document = document(
            r##"
paths: {/a: {get: {responses: {"200": {schema: {$ref: "#/components/schemas/A"}}}}}}
components:
  schemas:
    A: {properties: {b: {$ref: "#/components/schemas/B"}}}
    B: {properties: {a: {$ref: "#/components/schemas/A"}}}
    Error: {properties: {a: {$ref: "#/components/schemas/A"}}}
"##,
        );
        drop_unused_schemas(&mut document);
        let left = document.root["components"]["schemas"].as_object().unwrap();
        assert_eq!(left.keys().collect::<Vec<_>>(), ["A", "B"]);
    }
}
