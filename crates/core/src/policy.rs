//! How hard a call tries: small policies, composed into what a configuration or one call uses.

mod backoff;
mod budget;
mod clock;
mod options;
mod rate_limit;
mod retry;
mod retry_after;
mod timeouts;

pub use self::backoff::Backoff;
pub(crate) use self::budget::Budget;
pub(crate) use self::clock::ServiceClock;
pub use self::options::CallOptions;
pub(crate) use self::rate_limit::{Limiter, Limiters};
pub use self::rate_limit::{Pacer, RateLimit};
pub use self::retry::RetryPolicy;
pub(crate) use self::retry_after::retry_after;
pub use self::timeouts::Timeouts;
pub use tokio_util::sync::CancellationToken;
