//! Being told of every request and every answer.

use std::fmt;
use std::sync::Arc;

use http::{HeaderMap, Method, StatusCode};
use reqwest::{Request, Response, Url};

use crate::progenitor_client::OperationInfo;

/// What goes over the wire in one attempt, as a listener is told of it.
///
/// The values of headers that hold secrets are marked as sensitive: their debug output hides them.
///
/// # Example
///
/// ```
/// use huaweicloud_core::{Config, Exchange};
///
/// let config = Config::builder()
///     .region("cn-north-4")
///     .listener(|exchange| match exchange {
///         Exchange::Request { operation, attempt, method, url, .. } => {
///             println!("{operation}, attempt {attempt}: {method} {url}");
///         }
///         Exchange::Response { operation, status, .. } => println!("{operation}: {status}"),
///         _ => {}
///     })
///     .build()?;
/// # Ok::<(), huaweicloud_core::Error>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Exchange<'a> {
    /// A request is about to be sent.
    #[non_exhaustive]
    Request {
        /// The operation, by its official name.
        operation: &'static str,
        /// The number of the attempt, from 1.
        attempt: u32,
        /// The method.
        method: &'a Method,
        /// The whole address.
        url: &'a Url,
        /// The headers, signed.
        headers: &'a HeaderMap,
    },
    /// The head of an answer has come.
    #[non_exhaustive]
    Response {
        /// The operation, by its official name.
        operation: &'static str,
        /// The number of the attempt, from 1.
        attempt: u32,
        /// The status.
        status: StatusCode,
        /// The headers.
        headers: &'a HeaderMap,
    },
}

type Listen = dyn Fn(&Exchange<'_>) + Send + Sync;

/// A user's listener, or none.
#[derive(Clone, Default)]
pub(crate) struct Listener(Option<Arc<Listen>>);

impl Listener {
    pub(crate) fn new(listen: impl Fn(&Exchange<'_>) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(listen)))
    }

    pub(crate) fn request(&self, operation: &OperationInfo, attempt: u32, request: &Request) {
        if let Some(listen) = &self.0 {
            listen(&Exchange::Request {
                operation: operation.operation_id,
                attempt,
                method: request.method(),
                url: request.url(),
                headers: request.headers(),
            });
        }
    }

    pub(crate) fn response(&self, operation: &OperationInfo, attempt: u32, response: &Response) {
        if let Some(listen) = &self.0 {
            listen(&Exchange::Response {
                operation: operation.operation_id,
                attempt,
                status: response.status(),
                headers: response.headers(),
            });
        }
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() {
            "a listener"
        } else {
            "no listener"
        })
    }
}
