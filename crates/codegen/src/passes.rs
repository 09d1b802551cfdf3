//! Passes that make a document fit for progenitor. Each does one thing.

mod error_responses;
mod inline_components;
mod project_id;
mod shared_paths;
mod signing_headers;
mod text_rules;
mod unused_schemas;

pub(crate) use self::inline_components::inline_components;
pub(crate) use self::shared_paths::{check_shared_paths, without_variant};
pub(crate) use self::signing_headers::drop_signing_headers;

use crate::document::Document;
use crate::error::Error;

/// Applies the passes after which the document no longer says all that there is to know of its
/// operations.
pub(crate) fn apply(document: &mut Document) -> Result<(), Error> {
    error_responses::drop_error_responses(document)?;
    project_id::leave_room_for_project_id(document)?;
    text_rules::drop_text_rules(document)?;
    unused_schemas::drop_unused_schemas(document);
    Ok(())
}

/// What the passes' tests have in common.
#[cfg(test)]
pub(crate) fn document(yaml: &str) -> Document {
    Document::parse("test.yaml", yaml).unwrap()
}
