//! Rules: which requests a fault strikes.

use serde::Deserialize;

use crate::fault::{Fault, InjectError};
use crate::operation::DocumentedOperation;

/// A fault and the requests that it strikes: unless told otherwise, every request that passed
/// authentication, for as long as the emulator runs.
///
/// A request meets the rules in the order injected, and the first that strikes ends it; later rules
/// do not see the request. Only a [`Fault::Latency`] lets it go on.
///
/// ```
/// use huaweicloud_emulator::{Emulator, Fault, RetryAfter, Rule};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let emulator = Emulator::builder().seed(7).start().await?;
/// // The second and the third request of ShowJob are throttled.
/// let retry_after = Some(RetryAfter::Seconds(1));
/// emulator.inject(
///     Rule::new(Fault::Throttled { retry_after }).operation("ShowJob").skip(1).times(2),
/// )?;
/// // One in twenty of all other requests loses its connection, whoever sends it.
/// emulator.inject(
///     Rule::new(Fault::ResetBeforeAnswer).probability(0.05).before_authentication(),
/// )?;
/// # Ok(())
/// # }
/// ```
///
/// In JSON, as the admin endpoint takes it, `fault` is the only field that has to be there:
///
/// ```
/// use std::time::Duration;
///
/// use huaweicloud_emulator::{Fault, Rule};
///
/// let rule: Rule = serde_json::from_str(r#"{
///     "operation": "ShowJob",
///     "skip": 1,
///     "times": 2,
///     "probability": 0.5,
///     "before_authentication": true,
///     "fault": {"slow_body": {"piece": 10, "pause_ms": 50}}
/// }"#)?;
/// let fault = Fault::SlowBody { piece: 10, pause: Duration::from_millis(50) };
/// let same = Rule::new(fault)
///     .operation("ShowJob")
///     .skip(1)
///     .times(2)
///     .probability(0.5)
///     .before_authentication();
/// assert_eq!(rule, same);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[must_use = "a rule strikes once it is injected"]
pub struct Rule {
    #[serde(default)]
    pub(crate) operation: Option<String>,
    #[serde(default)]
    pub(crate) skip: u32,
    #[serde(default)]
    pub(crate) times: Option<u32>,
    #[serde(default)]
    pub(crate) probability: Option<f64>,
    #[serde(default)]
    pub(crate) before_authentication: bool,
    pub(crate) fault: Fault,
}

impl Rule {
    /// A rule by which every request that passed authentication meets the fault.
    pub fn new(fault: Fault) -> Self {
        Self {
            operation: None,
            skip: 0,
            times: None,
            probability: None,
            before_authentication: false,
            fault,
        }
    }

    /// Strikes requests of this operation only. It has its official name, such as `ShowJob`; if two
    /// services have one of that name, it is both.
    pub fn operation(mut self, operation_id: impl Into<String>) -> Self {
        self.operation = Some(operation_id.into());
        self
    }

    /// Lets the first so many requests go that it would look at. A request that an earlier rule
    /// struck is not one of them.
    pub fn skip(mut self, requests: u32) -> Self {
        self.skip = requests;
        self
    }

    /// Strikes so many requests and then no more.
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Strikes each request with this probability, from 0 to 1. Which ones is decided by the seed
    /// that [`Builder::seed`](crate::Builder::seed) was given and by the order of the requests.
    pub fn probability(mut self, probability: f64) -> Self {
        self.probability = Some(probability);
        self
    }

    /// Strikes before anything is looked at, as when the gateway itself is in trouble: requests that
    /// would be refused, and, unless an operation is named, requests for paths that do not exist.
    /// Such a rule comes before all those without.
    pub fn before_authentication(mut self) -> Self {
        self.before_authentication = true;
        self
    }

    /// Whether it can be followed.
    pub(crate) fn check(&self, operations: &[DocumentedOperation]) -> Result<(), InjectError> {
        if let Some(id) = &self.operation
            && !operations
                .iter()
                .any(|operation| operation.operation_id == id)
        {
            return Err(InjectError::UnknownOperation(id.clone()));
        }
        if let Some(probability) = self.probability
            && !(0.0..=1.0).contains(&probability)
        {
            return Err(InjectError::InvalidProbability(probability));
        }
        self.fault.check()
    }
}
