//! Credentials of Huawei Cloud and the signing of its requests.
//!
//! # Contract
//!
//! [`sign`] takes the head of a request, [`http::request::Parts`], and its whole body, and expects:
//!
//! - an absolute URI or a `Host` header, percent-encoded as it will be sent. In the query **`+` is a
//!   plus**: where it comes from an HTML form encoder, replace it by `%20` first;
//! - every header that is to be covered by the signature, `Content-Type` first of all;
//! - a time that is within [`MAX_CLOCK_SKEW`] of the cloud's.
//!
//! It adds headers and brings the query into its canonical form; a request that it cannot sign it
//! leaves as it was. [`verify`] is the other side: what it accepts was signed by a holder of the
//! secret key, and is what they signed.
//!
//! This crate knows no HTTP client: it reads no file, opens no connection and looks at no clock.
//!
//! # Example
//!
//! ```
//! use std::time::{Duration, SystemTime};
//! use huaweicloud_auth::{AccessKey, Credentials, SigningContext, sign};
//!
//! let request = http::Request::get("https://service.region.example.com/v1/vpcs?limit=2")
//!     .header("Content-Type", "application/json");
//! let (mut parts, body) = request.body(b"")?.into_parts();
//!
//! let credentials = Credentials::from(AccessKey::new("QTWAOYTTINDUT2QVKYUC", "secret key"));
//! let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_573_789_015);
//! sign(&mut parts, body, &credentials, &SigningContext { time, project_id: None })?;
//!
//! assert_eq!(parts.headers["x-sdk-date"], "20191115T033655Z");
//! let authorization = parts.headers["authorization"].to_str()?;
//! assert!(authorization.starts_with(
//!     "SDK-HMAC-SHA256 Access=QTWAOYTTINDUT2QVKYUC, \
//!      SignedHeaders=content-type;host;x-sdk-date, Signature="
//! ));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Features
//!
//! - `serde` (off by default): [`Secret`] can be serialised and deserialised.

mod canonical;
mod credentials;
mod date;
mod sdk_hmac_sha256;
mod secret;
mod sign;
mod verify;

pub use canonical::{canonical_query, encode_component};
pub use credentials::{AccessKey, Credentials};
pub use secret::Secret;
pub use sign::{SignError, SigningContext, sign};
pub use verify::{MAX_CLOCK_SKEW, Verified, VerifyError, verify};
