use serde_json::Value;

use crate::document::Document;
use crate::error::Error;

/// Headers that the transport supplies, in lower case.
const SUPPLIED: [&str; 7] = [
    "authorization",
    "content-type",
    "x-auth-token",
    "x-domain-id",
    "x-project-id",
    "x-sdk-date",
    "x-security-token",
];

/// Drops the header parameters that signing supplies: nobody is to be asked for them per call.
pub(crate) fn drop_signing_headers(document: &mut Document) -> Result<(), Error> {
    document.each_operation(|_, operation| {
        if let Some(parameters) = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut)
        {
            parameters.retain(|parameter| {
                let field = |key: &str| parameter.get(key).and_then(Value::as_str);
                let name = field("name").unwrap_or_default().to_ascii_lowercase();
                field("in") != Some("header") || !SUPPLIED.contains(&name.as_str())
            });
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passes::document;

    #[test]
    fn only_headers_of_signing_go() {
        let mut document = document(
            "paths: {/a: {get: {parameters: [{name: X-Auth-Token, in: header}, \
             {name: X-Language, in: header}, {name: x-auth-token, in: query}]}}}",
        );
        drop_signing_headers(&mut document).unwrap();
        let left = document.root["paths"]["/a"]["get"]["parameters"]
            .as_array()
            .unwrap();
        let names: Vec<_> = left.iter().map(|parameter| &parameter["name"]).collect();
        assert_eq!(names, ["X-Language", "x-auth-token"]);
    }
}
