//! What one call sent, as the SDK's listener tells it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use huaweicloud_core::Exchange;

tokio::task_local! {
    /// The listener is told in the task of the call.
    static TRACE: Arc<Trace>;
}

/// The requests of one call.
#[derive(Default)]
pub(crate) struct Trace {
    requests: AtomicU32,
    mended: AtomicU32,
    refused: AtomicBool,
}

impl Trace {
    /// Runs a call and follows it, even if it is dropped half way.
    pub(crate) async fn of<T>(self: &Arc<Self>, call: impl Future<Output = T>) -> T {
        TRACE.scope(Arc::clone(self), call).await
    }

    pub(crate) fn requests(&self) -> u32 {
        self.requests.load(Ordering::Relaxed)
    }

    /// The requests that the retry budget paid for: neither the first one, nor those that followed
    /// a 401, which come once after the clock and once after the credentials were mended.
    pub(crate) fn retries(&self) -> u32 {
        let mended = self.mended.load(Ordering::Relaxed);
        self.requests().saturating_sub(1).saturating_sub(mended)
    }

    pub(crate) fn mended(&self) -> u32 {
        self.mended.load(Ordering::Relaxed)
    }

    fn note(&self, exchange: &Exchange<'_>) {
        match exchange {
            Exchange::Request { .. } => {
                self.requests.fetch_add(1, Ordering::Relaxed);
                if self.refused.swap(false, Ordering::Relaxed) {
                    self.mended.fetch_add(1, Ordering::Relaxed);
                }
            }
            Exchange::Response { status, .. } => {
                self.refused.store(*status == 401, Ordering::Relaxed);
            }
            _ => {}
        }
    }
}

/// The listener of every configuration.
pub(crate) fn listen(exchange: &Exchange<'_>) {
    // Outside a call nothing is followed.
    let _ = TRACE.try_with(|trace| trace.note(exchange));
}
