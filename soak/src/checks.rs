//! The checks: each is printed with its figures, and says whether it holds.

use std::time::Duration;

use serde_json::Value;

use crate::account::CALL_LIMIT;
use crate::call::Operation;
use crate::tally::Counts;

/// How much more memory there may be at the end than after a third of the time. Allocators keep
/// what a burst of waiting calls needed, so the size goes up and down by a few MiB; a leak of 1 KiB
/// a call, of which a minute has some 15,000, stands out from that.
const MEMORY_MARGIN: u64 = 8 * 1024 * 1024;

/// What the budget of retries has at first, what a retry takes at least, and what a call puts back
/// that succeeds at once; as in core/src/policy/budget.rs.
const CAPACITY: u64 = 500;
const COST: u64 = 5;
const EARNED: u64 = 1;

/// What was seen.
pub(crate) struct Evidence {
    /// By configuration.
    pub(crate) counts: Vec<Counts>,
    /// The same, of calls while nothing worked.
    pub(crate) outage: Vec<Counts>,
    /// The emulator's, once all callers had ended.
    pub(crate) statistics: Value,
    /// Calls once the faults had gone, and how many of them failed.
    pub(crate) afterwards: [u64; 2],
    pub(crate) leaks: Leaks,
    /// The resident size and the number of calls, after a third of the time and at its end.
    pub(crate) memory: [(Option<u64>, u64); 2],
    pub(crate) took: Duration,
    pub(crate) mixtures: usize,
}

/// What is left when nothing should be.
pub(crate) struct Leaks {
    pub(crate) tasks: usize,
    pub(crate) connections: u64,
}

impl Leaks {
    pub(crate) fn are_none(&self) -> bool {
        self.tasks == 0 && self.connections == 0
    }
}

impl Evidence {
    /// Prints all checks; says whether all hold.
    pub(crate) fn report(&self) -> bool {
        let calls = self.sum(|counts| counts.calls);
        println!(
            "{calls} calls in {:.0?} ({:.0} a second), {} mixtures of faults, {} struck",
            self.took,
            calls as f64 / self.took.as_secs_f64(),
            self.mixtures,
            self.number("/faults"),
        );
        let mut all = vec![
            self.outcomes(),
            self.time(),
            self.memory(),
            self.leaks(),
            self.wire(),
            self.pool(),
        ];
        for (counts, name) in self.counts.iter().zip(["access key", "token"]) {
            all.push(budget(counts, name));
        }
        for (counts, name) in self.outage.iter().zip(["access key", "token"]) {
            all.push(outage(counts, name));
        }
        for (holds, told) in &all {
            println!("{}  {told}", if *holds { "ok    " } else { "BREACH" });
        }
        for breach in self.all().flat_map(|counts| &counts.told) {
            println!("  {breach}");
        }
        all.iter().all(|(holds, _)| *holds)
    }

    fn outcomes(&self) -> (bool, String) {
        let mut errors = std::collections::BTreeMap::<_, u64>::new();
        for (kind, count) in self.all().flat_map(|counts| &counts.errors) {
            *errors.entry(*kind).or_default() += count;
        }
        let errors: Vec<_> = errors
            .iter()
            .map(|(kind, count)| format!("{count} {kind}"))
            .collect();
        let breaches = self.sum(|counts| counts.breaches);
        let told = format!(
            "every call ends rightly: {} answered, {} dropped half way, errors {}; {breaches} wrong",
            self.sum(|counts| counts.answered),
            self.sum(|counts| counts.dropped),
            errors.join(", "),
        );
        (breaches == 0, told)
    }

    fn time(&self) -> (bool, String) {
        let hanging = self.sum(|counts| counts.hanging);
        let longest = self
            .all()
            .map(|counts| counts.longest)
            .max()
            .unwrap_or_default();
        let told = format!(
            "every call ends in time: the longest took {longest:.1?}, the limit is {CALL_LIMIT:?}; \
             {hanging} hanging",
        );
        (hanging == 0, told)
    }

    fn memory(&self) -> (bool, String) {
        let [(Some(warm), calls_then), (Some(end), calls)] = self.memory else {
            return (true, "memory: not measured on this system".to_owned());
        };
        let told = format!(
            "memory does not grow: {} KiB after a third of the time, {} KiB at the end, \
             {} calls later; {} KiB more are allowed",
            warm / 1024,
            end / 1024,
            calls - calls_then,
            MEMORY_MARGIN / 1024,
        );
        (end <= warm + MEMORY_MARGIN, told)
    }

    fn leaks(&self) -> (bool, String) {
        let Leaks { tasks, connections } = self.leaks;
        let told = format!(
            "nothing leaks: of {} connections {connections} are open, and {tasks} tasks are left",
            self.number("/connections_accepted"),
        );
        (self.leaks.are_none(), told)
    }

    /// The emulator counts what arrives: nothing below the SDK repeats a request by itself. What
    /// was dropped or broken before it arrived is not counted there.
    fn wire(&self) -> (bool, String) {
        let arrived: u64 = Operation::ALL
            .iter()
            .map(|operation| self.number(&format!("/operations/{operation:?}")))
            .sum();
        // The calls from which it is known what is right: one of each operation and configuration.
        let first = (Operation::ALL.len() * self.counts.len()) as u64;
        let sent = self.sum(|counts| counts.requests) + first;
        let told = format!(
            "no request is sent twice: {sent} sent, {arrived} arrived, and {} for tokens",
            self.number("/operations/KeystoneCreateUserTokenByPassword"),
        );
        (arrived <= sent, told)
    }

    fn pool(&self) -> (bool, String) {
        let [calls, failed] = self.afterwards;
        let told = format!("connections survive: {calls} calls afterwards, {failed} failed");
        (failed == 0, told)
    }

    fn all(&self) -> impl Iterator<Item = &Counts> {
        self.counts.iter().chain(&self.outage)
    }

    fn sum(&self, count: impl Fn(&Counts) -> u64) -> u64 {
        self.all().map(count).sum()
    }

    fn number(&self, pointer: &str) -> u64 {
        self.statistics
            .pointer(pointer)
            .and_then(Value::as_u64)
            .unwrap_or_default()
    }
}

/// The budget pays for each retry. It has `CAPACITY`, and gets `EARNED` from each call that succeeds
/// at once; each retry takes `COST` or more, and the last one of a call that then succeeds is given
/// back whole. It never goes below nothing, so that
///
/// `retries <= CAPACITY / COST + at once * EARNED / COST + calls that a retry made succeed`
///
/// The last summand has no bound but the number of calls: what the budget limits are retries that
/// are in vain. A service whose every first answer is a failure and whose every second one is not
/// gets twice the requests, for as long as it lasts.
///
/// Over a long time this is a loose bound, since a full budget earns nothing. [`outage`] is tight.
fn budget(counts: &Counts, name: &str) -> (bool, String) {
    let in_vain = CAPACITY / COST + counts.at_once * EARNED / COST;
    let most = in_vain + counts.by_retry;
    let told = format!(
        "retries stay in their budget, {name}: {} calls, {} requests, {} after a 401, {} retries; \
         at most {most}: {in_vain} in vain and {} that helped",
        counts.calls, counts.requests, counts.mended, counts.retries, counts.by_retry,
    );
    (counts.retries <= most, told)
}

/// While no call succeeds, nothing is put back, and what there was at first is all that there is. It
/// was filled before, so that there are retries: a check of none would hold of anything.
fn outage(counts: &Counts, name: &str) -> (bool, String) {
    let most = CAPACITY / COST;
    let told = format!(
        "an outage is not made worse, {name}: {} calls, {} answered, {} retries; at most {most}",
        counts.calls, counts.answered, counts.retries,
    );
    let retried = (1..=most).contains(&counts.retries);
    (counts.answered == 0 && retried, told)
}
