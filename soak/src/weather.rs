//! The faults under way, and which errors they explain.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use fastrand::Rng;
use huaweicloud_core::ErrorKind;
use serde_json::{Value, json};

use crate::call::Operation;

/// How long a source of credentials that failed may tell its failure again, and its last attempt.
const CREDENTIALS_PAUSE: Duration = Duration::from_secs(60 + 30);

/// One mixture of faults.
#[derive(Default)]
pub(crate) struct Mixture {
    /// Rules of the emulator, in JSON.
    pub(crate) rules: Vec<Value>,
    /// How far the emulator's clock is ahead.
    pub(crate) clock: i64,
    /// How many requests with the access key are refused.
    pub(crate) refuse: u32,
    /// Whether tokens expire now.
    pub(crate) expire: bool,
    explains: HashSet<ErrorKind>,
}

impl Mixture {
    /// A mixture after one with the clock so far ahead; one in five has no faults.
    pub(crate) fn random(random: &mut Rng, clock_before: i64) -> Self {
        let mut mixture = Self::default();
        if random.u8(..5) > 0 {
            for _ in 0..random.u8(1..=4) {
                mixture.add_rule(random);
            }
            if random.u8(..4) == 0 {
                mixture.clock = random
                    .choice([-3600, -1200, 1200, 3600])
                    .unwrap_or_default();
            }
            if random.u8(..6) == 0 {
                mixture.refuse = random.u32(1..=50);
                mixture.explains.insert(ErrorKind::Credentials);
            }
            if random.u8(..4) == 0 {
                mixture.expire = true;
                mixture.explains.insert(ErrorKind::Credentials);
            }
        }
        // A call mends the clock once; one that meets two changes is refused.
        if mixture.clock != clock_before {
            mixture.explains.insert(ErrorKind::Credentials);
        }
        mixture
    }

    /// Nothing works, for any operation that is called.
    pub(crate) fn outage() -> Self {
        let down =
            |operation: Operation| json!({"fault": {"status": 503}, "operation": operation.id()});
        Self {
            rules: Operation::ALL.map(down).into(),
            explains: HashSet::from([ErrorKind::Service]),
            ..Self::default()
        }
    }

    fn add_rule(&mut self, random: &mut Rng) {
        use ErrorKind::{Connection, Decoding, Service, Throttled, Timeout};
        let (fault, kind) = match random.u8(..16) {
            0 => (json!({"latency_ms": random.u32(1..=500)}), None),
            1 => (json!({"slow_body": {"piece": 300, "pause_ms": 100}}), None),
            2 | 3 => (json!("reset_before_answer"), Some(Connection)),
            4 => (json!("reset_after_head"), Some(Connection)),
            5 => (json!("cut_short"), Some(Connection)),
            6 => (
                json!({"wrong_content_length": {"excess": 10}}),
                Some(Connection),
            ),
            7 => (
                json!({"wrong_content_length": {"excess": -10}}),
                Some(Decoding),
            ),
            8 => (json!({"throttled": {}}), Some(Throttled)),
            9 => {
                let seconds = random.choice([0, 1, 3600]);
                (
                    json!({"throttled": {"retry_after": {"seconds": seconds}}}),
                    Some(Throttled),
                )
            }
            10 | 11 => {
                let status = random.choice([500, 502, 503, 504]);
                (json!({"status": status}), Some(Service))
            }
            12 => (json!({"html": {"status": 502}}), Some(Service)),
            13 => (json!({"html": {"status": 200}}), Some(Decoding)),
            14 => {
                let endless = json!({"length": 1_u64 << 40, "announced": true});
                (json!({"huge_body": endless}), Some(Decoding))
            }
            _ => (json!("silence"), Some(Timeout)),
        };
        // Silence for all would make all callers wait, and nothing else would be seen.
        let probability = match (fault == "silence", random.u8(..8)) {
            (false, 0) => 1.0,
            (false, _) => 0.5 * random.f64(),
            (true, _) => 0.2 * random.f64(),
        };
        let mut rule = json!({"fault": fault, "probability": probability});
        // Half of them strike everything, the source of tokens too.
        if random.bool()
            && let Some(rule) = rule.as_object_mut()
        {
            let operation = Operation::random(random);
            rule.insert("operation".to_owned(), json!(operation.id()));
        }
        self.rules.push(rule);
        self.explains.extend(kind);
    }
}

/// What the faults were, and when.
#[derive(Default)]
pub(crate) struct Weather(Mutex<Vec<Spell>>);

struct Spell {
    since: Instant,
    told: String,
    explains: HashSet<ErrorKind>,
}

impl Weather {
    /// Notes a mixture that is about to come.
    pub(crate) fn change(&self, mixture: &Mixture) {
        let Mixture {
            rules,
            clock,
            refuse,
            expire,
            ..
        } = mixture;
        let rules: Vec<_> = rules.iter().map(Value::to_string).collect();
        self.lock().push(Spell {
            since: Instant::now(),
            told: format!(
                "rules [{}], clock {clock:+} s, {refuse} refused, tokens expire: {expire}",
                rules.join(", ")
            ),
            explains: mixture.explains.clone(),
        });
    }

    /// How many mixtures there have been.
    pub(crate) fn changes(&self) -> usize {
        self.lock().len()
    }

    /// The faults now, in words.
    pub(crate) fn now(&self) -> String {
        let told = self.lock().last().map(|spell| spell.told.clone());
        told.unwrap_or_default()
    }

    /// Whether the faults since some time explain an error of a call.
    pub(crate) fn explains(&self, kind: ErrorKind, since: Instant) -> bool {
        self.has(since, |spell| spell.explains.contains(&kind))
    }

    /// Whether they explain that no credentials were to be had: the request for them met any
    /// fault, and that is remembered for a while.
    pub(crate) fn explains_no_credentials(&self, since: Instant) -> bool {
        let since = since.checked_sub(CREDENTIALS_PAUSE).unwrap_or(since);
        self.has(since, |spell| !spell.explains.is_empty())
    }

    fn has(&self, since: Instant, condition: impl Fn(&Spell) -> bool) -> bool {
        let spells = self.lock();
        let begun_before = spells
            .iter()
            .take_while(|spell| spell.since <= since)
            .count();
        // The one under way at that time, and the one before: it is followed until the orders for
        // the next one have arrived, and a connection that it broke may be noticed later.
        let first = begun_before.saturating_sub(2);
        spells.iter().skip(first).any(condition)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Spell>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
