use serde_json::Value;

use crate::document::{Document, request_schemas};
use crate::error::Error;

const RULES: [&str; 3] = ["pattern", "minLength", "maxLength"];

/// Drops the rules of text.
///
/// From each of them progenitor would make a type with a constructor that tells nobody which rule
/// was broken. Those of parameters are checked by [`crate::operation::TextRule`] instead; those of
/// answers are the service's affair. No document has any in a request's body, where they would go
/// unchecked, so there they are refused.
pub(crate) fn drop_text_rules(document: &mut Document) -> Result<(), Error> {
    for name in request_schemas(document) {
        let path = format!("/components/schemas/{name}");
        if document.root.pointer(&path).is_some_and(has_rules) {
            let message = "rules of text in a request's body are not supported";
            return Err(document.error(format!("components.schemas.{name}"), message));
        }
    }
    document.each_operation(|_, operation| {
        for parameter in operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            if let Some(schema) = parameter.get_mut("schema") {
                drop_rules(schema);
            }
        }
        Ok(())
    })?;
    if let Some(schemas) = document.root.pointer_mut("/components/schemas") {
        drop_rules(schemas);
    }
    Ok(())
}

fn has_rules(value: &Value) -> bool {
    match value {
        Value::Object(object) => {
            let is_text = object.get("type").and_then(Value::as_str) == Some("string");
            is_text && RULES.iter().any(|rule| object.contains_key(*rule))
                || object.values().any(has_rules)
        }
        Value::Array(values) => values.iter().any(has_rules),
        _ => false,
    }
}

fn drop_rules(value: &mut Value) {
    match value {
        Value::Object(object) => {
            if object.get("type").and_then(Value::as_str) == Some("string") {
                object.retain(|key, _| !RULES.contains(&key.as_str()));
            }
            object.values_mut().for_each(drop_rules);
        }
        Value::Array(values) => values.iter_mut().for_each(drop_rules),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passes::document;

    #[test]
    fn rules_go_and_properties_of_their_names_stay() {
        let mut document = document(
            "
paths: {/a: {get: {parameters: [{name: a, schema: {type: string, minLength: 1, format: x}}]}}}
components: {schemas: {S: {type: object, properties: {pattern: {type: string, pattern: a}}}}}
",
        );
        drop_text_rules(&mut document).unwrap();
        let schema = &document.root["paths"]["/a"]["get"]["parameters"][0]["schema"];
        assert_eq!(schema.as_object().unwrap().len(), 2);
        let property = &document.root["components"]["schemas"]["S"]["properties"]["pattern"];
        assert_eq!(property.as_object().unwrap().len(), 1);
    }

    #[test]
    fn rules_in_a_request_body_are_refused() {
        let yaml = r##"
paths: {/a: {post: {requestBody: {schema: {$ref: "#/components/schemas/Outer"}}}}}
components:
  schemas:
    Outer: {properties: {inner: {$ref: "#/components/schemas/Inner"}}}
    Inner: {properties: {name: {type: string, maxLength: 3}}}
"##;
        let error = drop_text_rules(&mut document(yaml)).unwrap_err();
        assert_eq!(error.path(), "components.schemas.Inner");
    }
}
