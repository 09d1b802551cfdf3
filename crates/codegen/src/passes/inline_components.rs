use serde_json::Value;

use crate::document::Document;
use crate::error::Error;

/// Puts shared parameters, request bodies and responses in the place of the references to them, so
/// that every later step sees them where they are used. Schemas stay shared: they become types.
pub(crate) fn inline_components(document: &mut Document) -> Result<(), Error> {
    let original = document.clone();
    document.each_operation(|place, operation| {
        for (key, value) in operation.iter_mut() {
            let parts: Vec<(String, &mut Value)> = match (key.as_str(), value) {
                ("parameters", Value::Array(values)) => values
                    .iter_mut()
                    .enumerate()
                    .map(|(index, value)| (format!("parameters[{index}]"), value))
                    .collect(),
                ("responses", Value::Object(values)) => values
                    .iter_mut()
                    .map(|(status, value)| (format!("responses.{status}"), value))
                    .collect(),
                ("requestBody", value) => vec![("requestBody".to_owned(), value)],
                _ => continue,
            };
            for (under, part) in parts {
                let Some(reference) = part.get("$ref").and_then(Value::as_str) else {
                    continue;
                };
                let target = original.resolve(reference).ok_or_else(|| {
                    place.error(&under, format!("{reference} is not in the document"))
                })?;
                *part = target.clone();
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passes::document;

    #[test]
    fn shared_parameters_and_responses_stand_where_they_are_used() {
        let mut document = document(
            r##"
paths:
  /a:
    get:
      parameters: [{$ref: "#/components/parameters/P"}]
      responses: {"200": {$ref: "#/components/responses/R"}}
components:
  parameters: {P: {name: p}}
  responses: {R: {description: ok}}
"##,
        );
        inline_components(&mut document).unwrap();
        let operation = &document.root["paths"]["/a"]["get"];
        assert_eq!(operation["parameters"][0]["name"], "p");
        assert_eq!(operation["responses"]["200"]["description"], "ok");
    }

    #[test]
    fn a_reference_to_nothing_is_named() {
        let yaml = r##"paths: {/a: {get: {parameters: [{$ref: "#/components/parameters/P"}]}}}"##;
        let error = inline_components(&mut document(yaml)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "test.yaml: paths./a.get.parameters[0]: #/components/parameters/P is not in the document",
        );
    }
}
