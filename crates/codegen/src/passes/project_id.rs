use serde_json::Value;

use crate::document::Document;
use crate::error::Error;

/// Takes the project id out of the parameters; the transport fills it in from the configuration,
/// where the path now says `:project_id`.
pub(crate) fn leave_room_for_project_id(document: &mut Document) -> Result<(), Error> {
    document.each_operation(|place, operation| {
        if let Some(parameters) = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut)
        {
            let count = parameters.len();
            parameters.retain(|parameter| !is_project_id(parameter));
            if parameters.len() == count && place.path.contains("{project_id}") {
                return Err(place.error("parameters", "the path has a project_id, they do not"));
            }
        }
        Ok(())
    })?;
    if let Some(paths) = document
        .root
        .get_mut("paths")
        .and_then(Value::as_object_mut)
    {
        *paths = std::mem::take(paths)
            .into_iter()
            .map(|(path, item)| (path.replace("{project_id}", ":project_id"), item))
            .collect();
    }
    Ok(())
}

fn is_project_id(parameter: &Value) -> bool {
    let field = |key: &str| parameter.get(key).and_then(Value::as_str);
    field("in") == Some("path") && field("name") == Some("project_id")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passes::document;

    #[test]
    fn the_project_id_is_no_parameter_of_a_path() {
        let mut document = document(
            "paths: {'/v1/{project_id}/a/{id}': {get: {parameters: [{name: project_id, in: path}, \
             {name: id, in: path}, {name: project_id, in: query}]}}}",
        );
        leave_room_for_project_id(&mut document).unwrap();
        let left = &document.root["paths"]["/v1/:project_id/a/{id}"]["get"]["parameters"];
        assert_eq!(left.as_array().unwrap().len(), 2);
    }

    #[test]
    fn a_path_whose_project_id_is_not_documented_is_refused() {
        let yaml = "paths: {'/v1/{project_id}': {get: {parameters: []}}}";
        let error = leave_room_for_project_id(&mut document(yaml)).unwrap_err();
        assert_eq!(error.path(), "paths./v1/{project_id}.get.parameters");
    }
}
