//! From a method and a path to the documented operation that they name.

use std::collections::HashMap;

use http::Method;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::gateway::Rejection;
use crate::operation::DocumentedOperation;

/// The documented operations by path and method.
#[derive(Debug)]
pub(crate) struct Router {
    paths: matchit::Router<Methods>,
}

type Methods = HashMap<&'static str, Vec<&'static DocumentedOperation>>;

/// An operation and what the path said.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) operation: &'static DocumentedOperation,
    /// The parameters in the path by name, decoded.
    pub(crate) parameters: Vec<(&'static str, String)>,
}

impl Found {
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let mut parameters = self.parameters.iter();
        let (_, value) = parameters.find(|(found, _)| *found == name)?;
        Some(value)
    }
}

/// A path template that cannot be routed: a mistake in the table, not in a request.
#[derive(Debug, thiserror::Error)]
#[error("cannot route the path {path:?} of a documented operation")]
pub(crate) struct RouteError {
    path: String,
    source: matchit::InsertError,
}

impl Router {
    pub(crate) fn new(operations: &'static [DocumentedOperation]) -> Result<Self, RouteError> {
        let mut by_path: HashMap<String, Methods> = HashMap::new();
        for operation in operations {
            by_path
                .entry(with_numbered_parameters(operation.path))
                .or_default()
                .entry(operation.method)
                .or_default()
                .push(operation);
        }
        let mut paths = matchit::Router::new();
        for (path, methods) in by_path {
            paths
                .insert(path.clone(), methods)
                .map_err(|source| RouteError { path, source })?;
        }
        Ok(Self { paths })
    }

    pub(crate) fn find(
        &self,
        method: &Method,
        path: &str,
        body: &[u8],
    ) -> Result<Found, Rejection> {
        let matched = self.paths.at(path).map_err(|_| Rejection::UnknownPath)?;
        let operation = matched
            .value
            .get(method.as_str())
            .and_then(|operations| selected(operations, body))
            .ok_or(Rejection::UnknownMethod)?;
        let decoded = |value| percent_decode_str(value).decode_utf8_lossy().into_owned();
        let parameters = parameters(operation.path)
            .zip(matched.params.iter())
            .map(|(name, (_, value))| (name, decoded(value)))
            .collect();
        Ok(Found {
            operation,
            parameters,
        })
    }
}

/// The operation that the body selects, else the one that needs no selection.
fn selected(
    operations: &[&'static DocumentedOperation],
    body: &[u8],
) -> Option<&'static DocumentedOperation> {
    if let [operation] = operations {
        return Some(operation);
    }
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let selects = |(pointer, value): (&str, &str)| {
        body.pointer(pointer).and_then(Value::as_str) == Some(value)
    };
    let mut candidates = operations.iter().copied();
    candidates
        .clone()
        .find(|operation| operation.selector.is_some_and(selects))
        .or_else(|| candidates.find(|operation| operation.selector.is_none()))
}

/// The template with its parameters named by their place, since two services may call the same
/// place in a path by different names.
fn with_numbered_parameters(template: &str) -> String {
    let mut place = 0;
    template
        .split('/')
        .map(|segment| match parameter(segment) {
            Some(_) => {
                place += 1;
                format!("{{p{place}}}")
            }
            None => segment.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("/")
}

fn parameters(template: &'static str) -> impl Iterator<Item = &'static str> {
    template.split('/').filter_map(parameter)
}

fn parameter(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generated::OPERATIONS;

    #[test]
    fn every_documented_operation_can_be_found() {
        let router = Router::new(OPERATIONS).unwrap();
        for operation in OPERATIONS {
            let path = operation.path.replace(['{', '}'], "");
            let method = Method::from_bytes(operation.method.as_bytes()).unwrap();
            let found = router.find(&method, &path, &selecting(operation)).unwrap();
            assert_eq!(found.operation.operation_id, operation.operation_id);
            assert_eq!(found.operation.service, operation.service);
        }
    }

    /// A body that selects an operation.
    fn selecting(operation: &DocumentedOperation) -> Vec<u8> {
        let Some((pointer, value)) = operation.selector else {
            return Vec::new();
        };
        let mut body = Value::from(value);
        for key in pointer
            .split('/')
            .skip(1)
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
        {
            body = match key.parse::<usize>() {
                Ok(0) => Value::from(vec![body]),
                _ => Value::Object([(key.to_owned(), body)].into_iter().collect()),
            };
        }
        body.to_string().into_bytes()
    }

    #[test]
    fn operations_of_one_path_and_method_are_told_apart_by_the_body() {
        let router = Router::new(OPERATIONS).unwrap();
        for (body, expected) in [
            (
                r#"{"auth":{"identity":{"methods":["assume_role"]}}}"#,
                "KeystoneCreateAgencyToken",
            ),
            (
                r#"{"auth":{"identity":{"methods":["password"]}}}"#,
                "KeystoneCreateUserTokenByPassword",
            ),
            (r#"{"auth":"#, "KeystoneCreateUserTokenByPassword"),
        ] {
            let found = router
                .find(&Method::POST, "/v3/auth/tokens", body.as_bytes())
                .unwrap();
            assert_eq!(found.operation.operation_id, expected, "{body}");
        }
    }

    #[test]
    fn paths_that_begin_alike_are_told_apart() {
        let router = Router::new(OPERATIONS).unwrap();
        for (path, expected, project_id) in [
            ("/v1/job/0ab/info", "ShowJobInfo", None),
            ("/v1/5f/jobs/0ab", "ShowResourcesJobDetail", Some("5f")),
            ("/v1/job/jobs/0ab", "ShowResourcesJobDetail", Some("job")),
            ("/v1/a%20b/jobs/0ab", "ShowResourcesJobDetail", Some("a b")),
            ("/api/v3/projects/5f/jobs/0ab", "ShowJob", Some("5f")),
            ("/v3/jobs/0ab/status", "ShowJobStatus", None),
        ] {
            let found = router.find(&Method::GET, path, b"").unwrap();
            assert_eq!(found.operation.operation_id, expected, "{path}");
            assert_eq!(found.parameter("project_id"), project_id, "{path}");
        }
    }

    #[test]
    fn an_unknown_path_and_an_unknown_method_are_refused() {
        let router = Router::new(OPERATIONS).unwrap();
        assert!(matches!(
            router.find(&Method::GET, "/v9", b""),
            Err(Rejection::UnknownPath)
        ));
        assert!(matches!(
            router.find(&Method::DELETE, "/v3/projects", b""),
            Err(Rejection::UnknownMethod)
        ));
    }
}
