//! The access key of the account, refused for a while.

use std::sync::atomic::{AtomicU32, Ordering};

/// How many more requests with the account's access key are refused.
#[derive(Debug, Default)]
pub(crate) struct Refusals {
    left: AtomicU32,
}

impl Refusals {
    pub(crate) fn set(&self, requests: u32) {
        self.left.store(requests, Ordering::Relaxed);
    }

    /// Whether this request is one of them.
    pub(crate) fn take(&self) -> bool {
        self.left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(1)
            })
            .is_ok()
    }
}
