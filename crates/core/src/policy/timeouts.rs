//! How long a call may take.

use std::time::Duration;

/// The limits of a call's time. Each has a default that need not be touched.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use huaweicloud_core::Config;
/// use huaweicloud_core::policy::Timeouts;
///
/// let timeouts = Timeouts::default().attempt(Duration::from_secs(10)).call(Duration::from_secs(30));
/// let config = Config::builder().region("cn-north-4").timeouts(timeouts).build()?;
/// # Ok::<(), huaweicloud_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Timeouts {
    pub(crate) connect: Duration,
    pub(crate) read: Duration,
    pub(crate) attempt: Duration,
    pub(crate) call: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            // A host that does not answer a connection attempt in this time is not going to.
            connect: Duration::from_secs(10),
            // The services' slow calls return a job and go on behind it, so that silence for this
            // long, before the answer or within it, means that it has been lost.
            read: Duration::from_secs(30),
            // Room for a long list over a slow line.
            attempt: Duration::from_secs(60),
            // All attempts with the waits between them: what a person or a job scheduler bears.
            call: Duration::from_secs(180),
        }
    }
}

impl Timeouts {
    /// Sets how long a connection may take to be made: 10 seconds by default. It belongs to the
    /// configuration's connections: for one call, it is without effect.
    #[must_use]
    pub fn connect(mut self, limit: Duration) -> Self {
        self.connect = limit;
        self
    }

    /// Sets how long the service may be silent, before the answer and between two pieces of it: 30
    /// seconds by default. It belongs to the configuration's connections: for one call, it is
    /// without effect.
    #[must_use]
    pub fn read(mut self, limit: Duration) -> Self {
        self.read = limit;
        self
    }

    /// Sets how long one attempt may take, answer included: 60 seconds by default.
    #[must_use]
    pub fn attempt(mut self, limit: Duration) -> Self {
        self.attempt = limit;
        self
    }

    /// Sets how long a call may take, all its attempts and the waits between them: 180 seconds by
    /// default.
    #[must_use]
    pub fn call(mut self, limit: Duration) -> Self {
        self.call = limit;
        self
    }
}
