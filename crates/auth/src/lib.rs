//! Credentials of Huawei Cloud and the signing of its requests.
//!
//! # Contract
//!
//! [`sign`] takes the head of a request, [`http::request::Parts`], and its whole body, or
//! [`Payload::Unsigned`] for a stream, and expects:
//!
//! - an absolute URI or a `Host` header, percent-encoded as it will be sent. In the query **`+` is a
//!   plus**: where it comes from an HTML form encoder, replace it by `%20` first;
//! - every header that is to be covered by the signature, `Content-Type` first of all;
//! - a time that is within [`MAX_CLOCK_SKEW`] of the cloud's.
//!
//! It adds headers and brings the query into its canonical form; a request that it cannot sign it
//! leaves as it was. [`verify`] is the other side: what it accepts was signed by a holder of the
//! secret key, and is what they signed. [`explain`] shows the texts that were signed, to whom a
//! signature is refused.
//!
//! Signing reads no file, opens no connection and looks at no clock. Where credentials come from is
//! told in [`provide`]; sources that ask a service do so through [`provide::Fetch`], since this crate
//! knows no HTTP client.
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
//! sign(&mut parts, body, &credentials, &SigningContext::new(time))?;
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
//! All are off by default.
//!
//! - `process`: [`provide`] has `ExternalProcess`, which needs a runtime of tokio.
//! - `serde`: [`Secret`] can be serialised and deserialised.
//! - `sm3`: [`Algorithm`] has SDK-HMAC-SM3.
//! - `ecdsa`: it has SDK-ECDSA-P256-SHA256.
//! - `sm2`: it has SDK-SM2-SM3, and what `sm3` brings.

mod algorithm;
mod canonical;
mod credentials;
mod date;
mod hash;
mod headers;
mod keys;
mod payload;
pub mod provide;
mod secret;
mod sign;
mod string_to_sign;
mod verify;

pub use algorithm::{Algorithm, ParseAlgorithmError};
pub use canonical::{canonical_query, encode_component};
pub use credentials::{AccessKey, Credentials};
pub use payload::Payload;
pub use secret::Secret;
pub use sign::{Explanation, SignError, SigningContext, explain, sign};
pub use verify::{MAX_CLOCK_SKEW, Verified, VerifyError, verify};
