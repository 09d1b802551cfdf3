use std::collections::BTreeSet;

use serde_json::Value;

use crate::document::Document;
use crate::error::Error;

/// Checks the operations that share a path and a method with another.
///
/// OpenAPI has one operation for a path and a method; this cloud has several, told apart by the
/// request's body. The first stands under its path, each other under the path and a variant's name
/// behind `#`, as in `/v3/auth/tokens#assume-role`. A fragment is never sent, so the key is still
/// the address of the operation, and linters and progenitor see keys that differ. The variant goes
/// from the generated code in [`share_paths`](crate::rewrite), and from what else is told of the
/// operation by [`without_variant`].
pub(crate) fn check_shared_paths(document: &mut Document) -> Result<(), Error> {
    let mut addresses = BTreeSet::new();
    document.each_operation(|place, _| {
        addresses.insert((place.path.clone(), place.method));
        Ok(())
    })?;
    document.each_operation(|place, operation| {
        let Some((address, variant)) = place.path.split_once('#') else {
            return Ok(());
        };
        let words = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if variant.is_empty() || !variant.chars().all(words) {
            return Err(place.error("", "the variant behind # is not in lower case with hyphens"));
        }
        if !addresses.contains(&(address.to_owned(), place.method)) {
            return Err(place.error("", format!("{address} has no operation to tell it from")));
        }
        if operation
            .get("x-huaweicloud-selector")
            .is_none_or(Value::is_null)
        {
            return Err(place.error(
                "x-huaweicloud-selector",
                "is missing: say which value of the body selects this operation",
            ));
        }
        Ok(())
    })
}

/// The address of an operation, without the name of its variant.
pub(crate) fn without_variant(path: &str) -> &str {
    path.split_once('#').map_or(path, |(address, _)| address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::Operation;
    use crate::passes::document;

    const YAML: &str = "
paths:
  /a: {post: {operationId: Create, responses: {'204': {}}}}
  /a#delete:
    post:
      operationId: Delete
      responses: {'204': {}}
      x-huaweicloud-selector: {pointer: /action, value: delete}
";

    #[test]
    fn operations_of_one_path_and_method_have_one_address_and_a_selector() {
        let mut document = document(YAML);
        check_shared_paths(&mut document).unwrap();
        let operations = Operation::all(&document).unwrap();
        let found: Vec<_> = operations
            .iter()
            .map(|operation| {
                let selector = operation.selector.as_ref();
                (
                    operation.id.as_str(),
                    operation.path.as_str(),
                    selector.map(|selector| (selector.pointer.as_str(), selector.value.as_str())),
                )
            })
            .collect();
        let selector = Some(("/action", "delete"));
        assert_eq!(found, [("Create", "/a", None), ("Delete", "/a", selector)]);
    }

    #[test]
    fn a_variant_that_cannot_be_told_from_another_is_refused() {
        for (from, to, path) in [
            ("#delete", "#Delete?", "paths./a#Delete?.post"),
            ("#delete", "#", "paths./a#.post"),
            ("  /a:", "  /b:", "paths./a#delete.post"),
            (
                "x-huaweicloud-selector",
                "x-other",
                "paths./a#delete.post.x-huaweicloud-selector",
            ),
        ] {
            let mut document = document(&YAML.replace(from, to));
            let error = check_shared_paths(&mut document).unwrap_err();
            assert_eq!(error.path(), path);
        }
        let unreadable = YAML.replace("pointer: /action,", "");
        let error = Operation::all(&document(&unreadable)).unwrap_err();
        assert_eq!(error.path(), "paths./a#delete.post.x-huaweicloud-selector");
    }
}
