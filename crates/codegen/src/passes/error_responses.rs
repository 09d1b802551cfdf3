use serde_json::Value;

use crate::document::Document;
use crate::error::Error;

/// Drops the documented errors: they come in more shapes than any document says, and the transport
/// makes the one error of them all.
pub(crate) fn drop_error_responses(document: &mut Document) -> Result<(), Error> {
    document.each_operation(|_, operation| {
        if let Some(responses) = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut)
        {
            responses.retain(|status, _| status.starts_with('2'));
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passes::document;

    #[test]
    fn only_successes_stay() {
        let mut document = document(
            "paths: {/a: {get: {responses: {'201': {}, '302': {}, '404': {}, default: {}}}}}",
        );
        drop_error_responses(&mut document).unwrap();
        let left = document.root["paths"]["/a"]["get"]["responses"]
            .as_object()
            .unwrap();
        assert_eq!(left.keys().collect::<Vec<_>>(), ["201"]);
    }
}
