//! The rules in force, and which of them strike a request.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::fault::{Fault, InjectError};
use crate::operation::DocumentedOperation;
use crate::rule::Rule;

/// When in the life of a request rules are looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Stage {
    BeforeAuthentication,
    AfterAuthentication,
}

/// What strikes one request.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Struck {
    pub(crate) latency: Duration,
    pub(crate) fault: Option<Fault>,
    /// How many rules.
    pub(crate) rules: u64,
}

/// The rules in force, in the order injected.
#[derive(Debug)]
pub(crate) struct Rules {
    seed: u64,
    list: Mutex<List>,
}

#[derive(Debug, Default)]
struct List {
    active: Vec<Active>,
    /// How many were injected since the rules were last cleared.
    injected: u64,
}

/// A rule and how far it is.
#[derive(Debug)]
struct Active {
    rule: Rule,
    to_skip: u32,
    left: Option<u32>,
    /// Its own, so that one rule's draws do not hang on another's.
    draws: StdRng,
}

impl Rules {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed,
            list: Mutex::default(),
        }
    }

    pub(crate) fn inject(
        &self,
        operations: &[DocumentedOperation],
        rule: Rule,
    ) -> Result<(), InjectError> {
        rule.check(operations)?;
        let mut list = self.lock();
        list.active.retain(|active| active.left != Some(0));
        let draws = StdRng::seed_from_u64(self.seed.wrapping_add(list.injected));
        list.injected += 1;
        list.active.push(Active {
            to_skip: rule.skip,
            left: rule.times,
            draws,
            rule,
        });
        Ok(())
    }

    pub(crate) fn clear(&self) {
        *self.lock() = List::default();
    }

    /// What strikes this request; it has no operation if its path is not known.
    pub(crate) fn strike(&self, stage: Stage, operation_id: Option<&str>) -> Struck {
        let mut struck = Struck::default();
        for active in &mut self.lock().active {
            if !active.sees(stage, operation_id) || !active.strikes() {
                continue;
            }
            struck.rules += 1;
            match &active.rule.fault {
                Fault::Latency(latency) => struck.latency = struck.latency.saturating_add(*latency),
                fault => {
                    struck.fault = Some(fault.clone());
                    break;
                }
            }
        }
        struck
    }

    fn lock(&self) -> MutexGuard<'_, List> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Active {
    fn sees(&self, stage: Stage, operation_id: Option<&str>) -> bool {
        let own_stage = if self.rule.before_authentication {
            Stage::BeforeAuthentication
        } else {
            Stage::AfterAuthentication
        };
        let own = self.rule.operation.as_deref();
        stage == own_stage && own.is_none_or(|own| operation_id == Some(own))
    }

    fn strikes(&mut self) -> bool {
        if self.left == Some(0) {
            return false;
        }
        if self.to_skip > 0 {
            self.to_skip -= 1;
            return false;
        }
        // Checked when it was injected.
        let probability = self.rule.probability.unwrap_or(1.0).clamp(0.0, 1.0);
        if !self.draws.random_bool(probability) {
            return false;
        }
        if let Some(left) = &mut self.left {
            *left -= 1;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generated::OPERATIONS;

    fn body(text: &str) -> Fault {
        Fault::Body(text.to_owned())
    }

    fn rules(seed: u64, injected: impl IntoIterator<Item = Rule>) -> Rules {
        let rules = Rules::new(seed);
        for rule in injected {
            rules.inject(OPERATIONS, rule).unwrap();
        }
        rules
    }

    /// The bodies that strike so many requests of an operation; "-" where none does.
    fn struck(rules: &Rules, operation_id: &str, requests: usize) -> Vec<String> {
        let fault = |_| match rules
            .strike(Stage::AfterAuthentication, Some(operation_id))
            .fault
        {
            Some(Fault::Body(body)) => body,
            _ => "-".to_owned(),
        };
        (0..requests).map(fault).collect()
    }

    #[test]
    fn the_first_rule_that_strikes_ends_the_request() {
        let rules = rules(
            0,
            [
                Rule::new(body("never")).times(0),
                Rule::new(body("twice")).operation("ShowJob").times(2),
                Rule::new(body("later"))
                    .operation("ShowJob")
                    .skip(1)
                    .times(1),
                Rule::new(body("any")).skip(1),
            ],
        );
        assert_eq!(
            struck(&rules, "ShowJob", 6),
            ["twice", "twice", "-", "later", "any", "any"]
        );
        assert_eq!(struck(&rules, "ShowJobInfo", 1), ["any"]);
        rules.clear();
        assert_eq!(struck(&rules, "ShowJob", 1), ["-"]);
    }

    #[test]
    fn latencies_add_up_and_let_another_fault_strike() {
        let late = |seconds| Rule::new(Fault::Latency(Duration::from_secs(seconds)));
        let rules = rules(0, [late(1), late(2).times(1), Rule::new(body("")), late(4)]);
        let strike = || rules.strike(Stage::AfterAuthentication, Some("ShowJob"));
        let struck = |seconds, rules| Struck {
            latency: Duration::from_secs(seconds),
            fault: Some(body("")),
            rules,
        };
        assert_eq!(strike(), struck(3, 3));
        assert_eq!(strike(), struck(1, 2));
    }

    #[test]
    fn a_probability_strikes_its_share_and_the_same_requests_for_the_same_seed() {
        let run = |seed, before: Option<Rule>| {
            let rule = Rule::new(body("x")).operation("ShowJob").probability(0.3);
            struck(
                &rules(seed, before.into_iter().chain([rule])),
                "ShowJob",
                1_000,
            )
        };
        let first = run(7, None);
        assert_eq!(first, run(7, None));
        assert_ne!(first, run(8, None));
        let share = first.iter().filter(|body| *body == "x").count();
        assert!((200..400).contains(&share), "{share}");
        for (probability, expected) in [(0.0, "-"), (1.0, "x")] {
            let rules = rules(7, [Rule::new(body("x")).probability(probability)]);
            assert_eq!(struck(&rules, "ShowJob", 1), [expected]);
        }
    }

    #[test]
    fn rules_wait_for_their_stage() {
        let rules = rules(
            0,
            [
                Rule::new(body("any")).before_authentication().times(1),
                Rule::new(body("job"))
                    .before_authentication()
                    .operation("ShowJob"),
            ],
        );
        let early = |id| rules.strike(Stage::BeforeAuthentication, id).fault;
        assert_eq!(struck(&rules, "ShowJob", 1), ["-"]);
        assert_eq!(early(None), Some(body("any")));
        assert_eq!(early(None), None);
        assert_eq!(early(Some("ShowJob")), Some(body("job")));
    }

    #[test]
    fn a_rule_that_cannot_be_followed_is_refused_when_injected() {
        let response = |status, content_type: &str| Fault::Response {
            status,
            content_type: content_type.to_owned(),
            body: String::new(),
        };
        let pause = Duration::ZERO;
        for (rule, message) in [
            (
                Rule::new(response(101, "text/html")),
                "101 is not a status from 200 to 599",
            ),
            (
                Rule::new(response(500, "a\nb")),
                "\"a\\nb\" cannot be sent as a Content-Type",
            ),
            (
                Rule::new(Fault::Status(302)),
                "302 is not a status from 400 to 599",
            ),
            (
                Rule::new(Fault::Html { status: 600 }),
                "600 is not a status from 200 to 599",
            ),
            (
                Rule::new(Fault::SlowBody { piece: 0, pause }),
                "a body cannot be sent in pieces of 0 bytes; give at least 1",
            ),
            (
                Rule::new(Fault::ManyHeaders(10_001)),
                "10001 headers are more than the 10000 that can be sent",
            ),
            (
                Rule::new(Fault::Silence).probability(f64::NAN),
                "NaN is not a probability from 0 to 1",
            ),
            (
                Rule::new(Fault::Silence).operation("Show"),
                "no operation has the id \"Show\"; use the official name, such as \"ShowJob\"",
            ),
        ] {
            let error = Rules::new(0).inject(OPERATIONS, rule).unwrap_err();
            assert_eq!(error.to_string(), message);
        }
    }
}
