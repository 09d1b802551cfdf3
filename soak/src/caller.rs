//! One caller: makes calls until it is told to stop, and looks how each ends.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use fastrand::Rng;
use huaweicloud_core::{Error, ErrorKind};
use serde_json::Value;
use tokio::time::{sleep, timeout};

use crate::account::CALL_LIMIT;
use crate::call::{Clients, Operation};
use crate::tally::{End, Tally};
use crate::trace::Trace;
use crate::weather::Weather;

/// How much longer than its limit a call may seem to take, on a machine that has other work.
const GRACE: Duration = Duration::from_secs(3);

/// What callers share.
pub(crate) struct Callers {
    pub(crate) clients: Clients,
    pub(crate) expected: HashMap<String, Value>,
    pub(crate) tally: Tally,
    pub(crate) weather: Arc<Weather>,
    pub(crate) stop: AtomicBool,
}

impl Callers {
    /// Is one caller.
    pub(crate) async fn run(self: Arc<Self>, mut random: Rng) {
        while !self.stop.load(Ordering::Relaxed) {
            // So many calls a second leave a small machine time for all of them.
            sleep(Duration::from_millis(random.u64(..800))).await;
            let operation = Operation::random(&mut random);
            let patience = match random.u8(..20) {
                0 => Some(Duration::from_millis(random.u64(..100))),
                _ => None,
            };
            self.call(operation, patience).await;
        }
    }

    /// Makes a call, drops it when patience ends, and judges how it ended.
    pub(crate) async fn call(&self, operation: Operation, patience: Option<Duration>) {
        let (trace, started) = (Arc::new(Trace::default()), Instant::now());
        let call = trace.of(self.clients.call(operation));
        let limit = patience.unwrap_or(CALL_LIMIT + GRACE);
        let outcome = timeout(limit, call).await;
        let took = started.elapsed();
        let (end, breach) = match outcome {
            Ok(Ok(answer)) if self.expected.get(&operation.id()) == Some(&answer) => {
                (End::Answered, None)
            }
            Ok(Ok(_)) => (
                End::Answered,
                Some("another answer than expected".to_owned()),
            ),
            Ok(Err(error)) => {
                let wrong = self.wrong(&error, operation, started);
                let told = wrong.map(|wrong| format!("{wrong}: {error:?}"));
                (End::Failed(error), told)
            }
            Err(_) if patience.is_some() => (End::Dropped, None),
            Err(_) => (End::Hanging, Some(format!("not over after {took:?}"))),
        };
        let mut counts = self.tally.lock();
        counts.count(&end, &trace, took);
        if let Some(breach) = breach {
            counts.breach(format!("{operation:?}: {breach}; {}", self.weather.now()));
        }
    }

    /// What is wrong with an error, beyond that there is one.
    fn wrong(&self, error: &Error, operation: Operation, started: Instant) -> Option<&'static str> {
        if error.operation() != Some(operation.id().as_str()) {
            return Some("the error does not name the operation");
        }
        let no_credentials = error.kind() == ErrorKind::Credentials && error.status().is_none();
        let explained = match no_credentials {
            // It did not come to a request.
            true => self.weather.explains_no_credentials(started),
            false if error.attempts() == 0 => return Some("the error has no attempts"),
            false => self.weather.explains(error.kind(), started),
        };
        (!explained).then_some("no fault explains the error")
    }
}
