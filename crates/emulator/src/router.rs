//! From a method and a path to the documented operation that they name.

use std::collections::HashMap;

use http::Method;
use percent_encoding::percent_decode_str;

use crate::gateway::Rejection;
use crate::operation::DocumentedOperation;

/// The documented operations by path and method.
#[derive(Debug)]
pub(crate) struct Router {
    paths: matchit::Router<Methods>,
}

type Methods = HashMap<&'static str, &'static DocumentedOperation>;

/// An operation and what the path said.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) operation: &'static DocumentedOperation,
    /// The project in the path, decoded, if the operation's path has one.
    pub(crate) project_id: Option<String>,
}

/// A path template that cannot be routed: a mistake in the table, not in a request.
#[derive(Debug, thiserror::Error)]
#[error("cannot route the path {path:?} of a documented operation")]
pub(crate) struct RouteError {
    path: String,
    source: matchit::InsertError,
}

impl Router {
    /// Of two operations with one path and one method the first wins.
    pub(crate) fn new(operations: &'static [DocumentedOperation]) -> Result<Self, RouteError> {
        let mut by_path: HashMap<String, Methods> = HashMap::new();
        for operation in operations {
            by_path
                .entry(with_numbered_parameters(operation.path))
                .or_default()
                .entry(operation.method)
                .or_insert(operation);
        }
        let mut paths = matchit::Router::new();
        for (path, methods) in by_path {
            paths
                .insert(path.clone(), methods)
                .map_err(|source| RouteError { path, source })?;
        }
        Ok(Self { paths })
    }

    pub(crate) fn find(&self, method: &Method, path: &str) -> Result<Found, Rejection> {
        let matched = self.paths.at(path).map_err(|_| Rejection::UnknownPath)?;
        let operation = matched
            .value
            .get(method.as_str())
            .ok_or(Rejection::UnknownMethod)?;
        let project_id = parameters(operation.path)
            .zip(matched.params.iter())
            .find(|(name, _)| *name == "project_id")
            .map(|(_, (_, value))| percent_decode_str(value).decode_utf8_lossy().into_owned());
        Ok(Found {
            operation,
            project_id,
        })
    }
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

fn parameters(template: &str) -> impl Iterator<Item = &str> {
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
    fn every_documented_operation_can_be_found_or_is_behind_one_of_the_same_path() {
        let router = Router::new(OPERATIONS).unwrap();
        for operation in OPERATIONS {
            let path = operation.path.replace(['{', '}'], "");
            let method = Method::from_bytes(operation.method.as_bytes()).unwrap();
            let found = router.find(&method, &path).unwrap();
            assert_eq!(
                with_numbered_parameters(found.operation.path),
                with_numbered_parameters(operation.path),
            );
            assert_eq!(found.operation.method, operation.method);
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
            let found = router.find(&Method::GET, path).unwrap();
            assert_eq!(found.operation.operation_id, expected, "{path}");
            assert_eq!(found.project_id.as_deref(), project_id, "{path}");
        }
    }

    #[test]
    fn an_unknown_path_and_an_unknown_method_are_refused() {
        let router = Router::new(OPERATIONS).unwrap();
        assert!(matches!(
            router.find(&Method::GET, "/v9"),
            Err(Rejection::UnknownPath)
        ));
        assert!(matches!(
            router.find(&Method::DELETE, "/v3/projects"),
            Err(Rejection::UnknownMethod)
        ));
    }
}
