//! Scripts that nobody wrote.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::script::{Outcome, Script, Start};

/// How deep sub-jobs have sub-jobs.
const MAX_DEPTH: u32 = 2;
const MAX_SUB_JOBS: u32 = 4;
/// The longest that a job runs by itself.
const MAX_SECONDS: f64 = 1_200.0;

/// Random scripts, without an end. The same seed and probabilities give the same scripts.
///
/// A job runs from a tenth of a second to twenty minutes, short ones being as likely as long ones; it
/// has up to four sub-jobs, and these up to four each. All kinds are `RandomJob`.
///
/// ```
/// use huaweicloud_emulator::{RandomScripts, Script};
///
/// let scripts: Vec<Script> = RandomScripts::new(7).failures(0.1).stalls(0.01).take(100).collect();
/// # assert_eq!(scripts.len(), 100);
/// ```
#[derive(Debug)]
#[must_use = "it makes scripts when it is asked for them"]
pub struct RandomScripts {
    random: StdRng,
    failures: f64,
    stalls: f64,
}

impl RandomScripts {
    /// Scripts of jobs that succeed.
    pub fn new(seed: u64) -> Self {
        Self {
            random: StdRng::seed_from_u64(seed),
            failures: 0.0,
            stalls: 0.0,
        }
    }

    /// Has each job, sub-jobs included, fail with this probability, from 0 to 1.
    pub fn failures(mut self, probability: f64) -> Self {
        self.failures = probability;
        self
    }

    /// Has each job, sub-jobs included, stall with this probability, from 0 to 1.
    pub fn stalls(mut self, probability: f64) -> Self {
        self.stalls = probability;
        self
    }

    fn script(&mut self, depth: u32) -> Script {
        let mut script = Script::new("RandomJob", self.duration()).outcome(self.outcome());
        if depth < MAX_DEPTH {
            for _ in 0..self.random.random_range(0..=MAX_SUB_JOBS) {
                let mut sub_job = self.script(depth + 1);
                sub_job.listed_late = self.random.random();
                if self.random.random() {
                    sub_job.starts = Start::AfterBegin(self.duration());
                }
                script = script.sub_job(sub_job);
            }
        }
        script
    }

    fn duration(&mut self) -> Duration {
        let seconds = 0.1 * (MAX_SECONDS / 0.1).powf(self.random.random::<f64>());
        Duration::try_from_secs_f64(seconds).unwrap_or_default()
    }

    fn outcome(&mut self) -> Outcome {
        let draw: f64 = self.random.random();
        if draw < self.failures {
            return Outcome::Fails {
                code: "RANDOM.0001".to_owned(),
                reason: "failed at random".to_owned(),
            };
        }
        if draw < self.failures + self.stalls {
            return Outcome::Stalls;
        }
        Outcome::Succeeds
    }
}

impl Iterator for RandomScripts {
    type Item = Script;

    fn next(&mut self) -> Option<Script> {
        Some(self.script(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_makes_the_same_scripts_again_and_another_seed_others() {
        let seed: u64 = rand::random();
        println!("seed {seed}");
        let scripts = |seed| -> Vec<Script> {
            let scripts = RandomScripts::new(seed).failures(0.1).stalls(0.1);
            scripts.take(20).collect()
        };
        assert_eq!(scripts(seed), scripts(seed));
        assert_ne!(scripts(seed), scripts(seed.wrapping_add(1)));
    }
}
