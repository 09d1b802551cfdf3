//! Configuration, endpoints, transport and errors of the Huawei Cloud SDK.
//!
//! The crates of the services (`huaweicloud-cce`, `huaweicloud-eip`, …) are built on this one and
//! re-export what their users need of it. A [`Config`] holds credentials and region; a client made
//! from it completes, signs and sends each request; whatever goes wrong is an [`Error`].
//!
//! ```
//! # async fn example() -> Result<(), huaweicloud_core::Error> {
//! let config = huaweicloud_core::Config::builder().region("cn-north-4").load().await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! - `rustls` (default): https by rustls on the ring provider.
//! - `regions-file` (default): endpoints from `~/.huaweicloud/regions.yaml`.

mod attempt;
mod body;
mod body_log;
mod config;
mod connection;
pub mod decode;
mod endpoint;
mod error;
mod error_body;
mod failover;
mod fetch;
mod identity;
mod listener;
mod named_endpoints;
mod observe;
mod open_enum;
pub mod policy;
pub mod progenitor_client;
mod redact;
mod transport;

pub use huaweicloud_auth as auth;
pub use huaweicloud_auth::{AccessKey, Algorithm, Credentials, Secret};

pub use self::config::{Config, ConfigBuilder};
pub use self::endpoint::Service;
pub use self::error::{Error, ErrorKind};
pub use self::fetch::HttpFetch;
pub use self::listener::Exchange;
pub use self::progenitor_client::ResponseValue;
pub use self::transport::Transport;
