//! The course of a job: when it and its sub-jobs begin and end, and where they stand at a time.
//!
//! Times are counted from the start of the job that was asked for, unless they are said to be others.

use std::time::Duration;

use super::script::{Outcome, Script, Start};

/// Where a job stands at a time.
#[derive(Debug, PartialEq)]
pub(crate) struct View<'a> {
    pub(crate) script: &'a Script,
    /// Its place among its siblings, whether they are listed or not.
    pub(crate) index: usize,
    pub(crate) state: State<'a>,
    pub(crate) created: Duration,
    pub(crate) began: Option<Duration>,
    pub(crate) ended: Option<Duration>,
    /// When it or one of its sub-jobs last changed.
    pub(crate) changed: Duration,
    /// Those that are listed.
    pub(crate) sub_jobs: Vec<View<'a>>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum State<'a> {
    Pending,
    Running,
    Succeeded,
    Failed(Failure<'a>),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Failure<'a> {
    pub(crate) code: &'a str,
    pub(crate) reason: &'a str,
}

impl State<'_> {
    /// Whether the job has not ended.
    pub(crate) fn is_under_way(self) -> bool {
        matches!(self, Self::Pending | Self::Running)
    }
}

/// Where a job with this script stands so long after its start; `None` if it is not found then.
pub(crate) fn view(script: &Script, elapsed: Duration) -> Option<View<'_>> {
    let misbehaviour = &script.misbehaviour;
    if !misbehaviour.is_found(elapsed) {
        return None;
    }
    let course = Course::of_whole(script);
    let run = course.start_of_run(elapsed);
    let now = elapsed.saturating_sub(run);
    let mut view = course.view(0, Duration::ZERO, now);
    if let (Some(goes_back), Some(ended)) = (&misbehaviour.goes_back, view.ended)
        && goes_back.runs(ended, now)
    {
        view.state = State::Running;
        view.ended = None;
        view.changed = ended.saturating_add(goes_back.after);
    }
    view.count_from(run);
    Some(view)
}

/// When a job begins and ends.
struct Course<'a> {
    script: &'a Script,
    /// `None` if it never begins.
    begin: Option<Duration>,
    /// `None` if it never ends.
    end: Option<End<'a>>,
    sub_jobs: Vec<Course<'a>>,
}

#[derive(Clone, Copy)]
struct End<'a> {
    at: Duration,
    failure: Option<Failure<'a>>,
}

impl<'a> Course<'a> {
    fn of_whole(script: &'a Script) -> Self {
        let (Start::AfterBegin(wait) | Start::AfterPrevious(wait)) = script.starts;
        Self::new(script, Some(wait))
    }

    fn new(script: &'a Script, begin: Option<Duration>) -> Self {
        let mut sub_jobs = Vec::with_capacity(script.sub_jobs.len());
        let mut previous_succeeded = begin;
        for sub_script in &script.sub_jobs {
            let sub_begin = match sub_script.starts {
                Start::AfterBegin(wait) => begin.map(|begin| begin.saturating_add(wait)),
                Start::AfterPrevious(wait) => {
                    previous_succeeded.map(|previous| previous.saturating_add(wait))
                }
            };
            let sub_job = Self::new(sub_script, sub_begin);
            previous_succeeded = sub_job.succeeded_at();
            sub_jobs.push(sub_job);
        }
        let mut course = Self {
            script,
            begin,
            end: None,
            sub_jobs,
        };
        course.end = course.first_failure().or_else(|| course.own_end());
        if let Some(End {
            at,
            failure: Some(_),
        }) = course.end
        {
            course.begin_nothing_after(at);
        }
        course
    }

    /// The failure of a sub-job, which is that of the job.
    fn first_failure(&self) -> Option<End<'a>> {
        self.sub_jobs
            .iter()
            .filter_map(|sub_job| sub_job.end.filter(|end| end.failure.is_some()))
            .min_by_key(|end| end.at)
    }

    /// The end when no sub-job fails: after the own duration and all sub-jobs.
    fn own_end(&self) -> Option<End<'a>> {
        let failure = match &self.script.outcome {
            Outcome::Succeeds => None,
            Outcome::Fails { code, reason } => Some(Failure { code, reason }),
            Outcome::Stalls => return None,
        };
        let mut at = self.begin?.saturating_add(self.script.duration);
        for sub_job in &self.sub_jobs {
            at = at.max(sub_job.end?.at);
        }
        Some(End { at, failure })
    }

    fn succeeded_at(&self) -> Option<Duration> {
        let end = self.end?;
        end.failure.is_none().then_some(end.at)
    }

    fn begin_nothing_after(&mut self, failed: Duration) {
        for sub_job in &mut self.sub_jobs {
            if sub_job.begin.is_some_and(|begin| begin > failed) {
                *sub_job = Self::new(sub_job.script, None);
            }
        }
    }

    /// When the run began that is under way after such a time, for a job that repeats.
    fn start_of_run(&self, elapsed: Duration) -> Duration {
        let (Some(pause), Some(end)) = (self.script.misbehaviour.repeats_after, self.end) else {
            return Duration::ZERO;
        };
        let length = end.at.saturating_add(pause).as_nanos();
        let into_run = elapsed.as_nanos().checked_rem(length).unwrap_or_default();
        // More nanoseconds than fit are centuries, after which nobody asks for a second run.
        let into_run = u64::try_from(into_run).map_or(elapsed, Duration::from_nanos);
        elapsed.saturating_sub(into_run)
    }

    fn view(&self, index: usize, created: Duration, now: Duration) -> View<'a> {
        let began = self.begin.filter(|begin| *begin <= now);
        let end = self.end.filter(|end| end.at <= now);
        let state = match (began, end) {
            (None, _) => State::Pending,
            (Some(_), None) => State::Running,
            (Some(_), Some(End { failure: None, .. })) => State::Succeeded,
            (
                Some(_),
                Some(End {
                    failure: Some(failure),
                    ..
                }),
            ) => State::Failed(failure),
        };
        let sub_jobs: Vec<_> = self
            .sub_jobs
            .iter()
            .enumerate()
            .filter_map(|(index, sub_job)| {
                let late = sub_job.script.listed_late;
                let begin = sub_job.begin.filter(|begin| *begin <= now);
                let created = if late { begin? } else { created };
                Some(sub_job.view(index, created, now))
            })
            .collect();
        let ended = end.map(|end| end.at);
        let changes = sub_jobs.iter().map(|sub_job| sub_job.changed);
        let last = changes.chain(began).max().unwrap_or(created);
        View {
            script: self.script,
            index,
            state,
            created,
            began,
            ended,
            changed: ended.unwrap_or(last).max(created),
            sub_jobs,
        }
    }
}

impl<'a> View<'a> {
    /// The word for its state: the service's, or the undocumented one of the script.
    pub(crate) fn word_for(&self, documented: &'a str) -> &'a str {
        match (&self.script.misbehaviour.undocumented_state, self.state) {
            (Some(word), State::Running) => word,
            _ => documented,
        }
    }

    /// Puts off all times by this.
    fn count_from(&mut self, start: Duration) {
        let later = |time: Duration| time.saturating_add(start);
        self.created = later(self.created);
        self.changed = later(self.changed);
        self.began = self.began.map(later);
        self.ended = self.ended.map(later);
        for sub_job in &mut self.sub_jobs {
            sub_job.count_from(start);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::RandomScripts;
    use super::*;

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn job(duration: u64) -> Script {
        Script::new("Job", seconds(duration))
    }

    /// The states of a job and its sub-jobs as letters, so long after its start.
    fn states(script: &Script, elapsed: u64) -> String {
        fn letters(view: &View<'_>) -> String {
            let state = match view.state {
                State::Pending => "P",
                State::Running => "R",
                State::Succeeded => "S",
                State::Failed(_) => "F",
            };
            let sub_jobs: Vec<_> = view.sub_jobs.iter().map(letters).collect();
            match &sub_jobs[..] {
                [] => state.to_owned(),
                _ => format!("{state}({})", sub_jobs.join("")),
            }
        }
        view(script, seconds(elapsed)).map_or_else(|| "-".to_owned(), |view| letters(&view))
    }

    #[test]
    fn a_job_stands_where_its_script_says() {
        let after_begin = |wait| Start::AfterBegin(seconds(wait));
        let in_turn = job(0).sub_job(job(10)).sub_job(job(20));
        let failing = job(0)
            .sub_job(job(10).fails("C", "no"))
            .sub_job(job(30).starts(after_begin(0)))
            .sub_job(job(10).starts(after_begin(20)))
            .sub_job(job(10));
        let stalling = job(0)
            .sub_job(job(10).stalls())
            .sub_job(job(1))
            .sub_job(job(5).starts(after_begin(0)).fails("C", "no"));
        let late = job(5).sub_job(job(1).starts(after_begin(10)).listed_late());
        let nested = job(0).sub_job(job(0).sub_job(job(5).fails("C", "no")));
        let cases = [
            (&job(10), &[(0, "R"), (9, "R"), (10, "S"), (1_000, "S")][..]),
            (
                &job(10).starts(after_begin(5)),
                &[(4, "P"), (5, "R"), (14, "R"), (15, "S")],
            ),
            (&job(10).fails("C", "no"), &[(9, "R"), (10, "F")]),
            (&job(10).stalls(), &[(0, "R"), (1_000_000, "R")]),
            (
                &in_turn,
                &[(0, "R(RP)"), (10, "R(SR)"), (29, "R(SR)"), (30, "S(SS)")],
            ),
            (
                &failing,
                &[
                    (0, "R(RRPP)"),
                    (10, "F(FRPP)"),
                    (30, "F(FSPP)"),
                    (99, "F(FSPP)"),
                ],
            ),
            (&stalling, &[(0, "R(RPR)"), (5, "F(RPF)"), (99, "F(RPF)")]),
            (&late, &[(9, "R"), (10, "R(R)"), (11, "S(S)")]),
            (&nested, &[(0, "R(R(R))"), (5, "F(F(F))")]),
            (
                &job(2).not_found_for(seconds(3)),
                &[(0, "-"), (2, "-"), (3, "S")],
            ),
            (
                &job(2).vanishes_after(seconds(3)),
                &[(1, "R"), (2, "S"), (3, "-")],
            ),
            (
                &job(2).goes_back(seconds(3), seconds(4)),
                &[(2, "S"), (4, "S"), (5, "R"), (8, "R"), (9, "S"), (99, "S")],
            ),
            (
                &job(2).starts(after_begin(1)).repeats_after(seconds(2)),
                &[
                    (0, "P"),
                    (1, "R"),
                    (3, "S"),
                    (5, "P"),
                    (6, "R"),
                    (8, "S"),
                    (500, "P"),
                ],
            ),
            (&job(0).repeats_after(seconds(0)), &[(0, "S"), (7, "S")]),
        ];
        for (script, stands) in cases {
            for (elapsed, expected) in stands {
                assert_eq!(
                    states(script, *elapsed),
                    *expected,
                    "{elapsed} s: {script:?}"
                );
            }
        }
    }

    #[test]
    fn times_are_told_once_they_have_come() {
        let script = job(0)
            .starts(Start::AfterBegin(seconds(1)))
            .sub_job(job(4))
            .sub_job(job(4).listed_late());
        let at = |elapsed| view(&script, seconds(elapsed)).unwrap();
        let times = |view: &View<'_>| (view.created, view.began, view.ended, view.changed);
        let s = seconds;
        assert_eq!(times(&at(0)), (s(0), None, None, s(0)));
        assert_eq!(times(&at(3)), (s(0), Some(s(1)), None, s(1)));
        assert_eq!(times(&at(6)), (s(0), Some(s(1)), None, s(5)));
        assert_eq!(times(&at(9)), (s(0), Some(s(1)), Some(s(9)), s(9)));
        let sub_jobs = &at(9).sub_jobs;
        assert_eq!(times(&sub_jobs[0]), (s(0), Some(s(1)), Some(s(5)), s(5)));
        assert_eq!(times(&sub_jobs[1]), (s(5), Some(s(5)), Some(s(9)), s(9)));
    }

    #[test]
    fn times_of_a_run_that_is_repeated_are_its_own() {
        let script = job(2).repeats_after(seconds(1));
        let view = view(&script, seconds(8)).unwrap();
        assert_eq!((view.created, view.ended), (seconds(6), Some(seconds(8))));
    }

    #[test]
    fn the_reason_of_a_sub_job_is_that_of_the_job() {
        let script = job(0).sub_job(job(2).fails("LATER", "second")).sub_job(
            job(1)
                .starts(Start::AfterBegin(seconds(0)))
                .fails("FIRST", "first"),
        );
        let view = view(&script, seconds(9)).unwrap();
        let failure = Failure {
            code: "FIRST",
            reason: "first",
        };
        assert_eq!(view.state, State::Failed(failure));
        assert_eq!(view.ended, Some(seconds(1)));
    }

    #[test]
    fn random_jobs_that_behave_end_once_and_not_before_their_sub_jobs_succeeded() {
        let seed = rand::random();
        println!("seed {seed}");
        let scripts = RandomScripts::new(seed).failures(0.1).stalls(0.05);
        let (mut succeeded, mut failed, mut stalled) = (0, 0, 0);
        for script in scripts.take(500) {
            let mut last = None;
            for step in 0..200 {
                let view = view(&script, seconds(60 * step)).unwrap();
                if let Some(ended) = last {
                    assert_eq!(view.ended, Some(ended), "seed {seed}: {script:?}");
                }
                last = view.ended;
                if view.state == State::Succeeded {
                    let all = view
                        .sub_jobs
                        .iter()
                        .all(|sub| sub.state == State::Succeeded);
                    assert!(all, "seed {seed}: {script:?}");
                    assert_eq!(view.sub_jobs.len(), script.sub_jobs.len(), "seed {seed}");
                }
            }
            match view(&script, Duration::MAX).unwrap().state {
                State::Succeeded => succeeded += 1,
                State::Failed(_) => failed += 1,
                State::Pending | State::Running => stalled += 1,
            }
        }
        assert!(succeeded > 0 && failed > 0 && stalled > 0, "seed {seed}");
    }

    #[test]
    fn the_built_in_scripts_take_as_long_as_they_say() {
        for (script, expected) in [
            (Script::cluster(), 14 * 60),
            (Script::addresses(3), 30),
            (Script::addresses(0), 0),
            (Script::build(), 240),
        ] {
            let ended = view(&script, Duration::MAX).unwrap().ended;
            assert_eq!(ended, Some(seconds(expected)), "{script:?}");
        }
    }

    #[test]
    fn the_longest_durations_are_no_trouble() {
        let longest = Script::new("Job", Duration::MAX)
            .starts(Start::AfterBegin(Duration::MAX))
            .repeats_after(Duration::MAX);
        let script = Script::new("Job", Duration::MAX).sub_job(longest.clone());
        for script in [longest, script] {
            for elapsed in [Duration::ZERO, Duration::MAX] {
                view(&script, elapsed).unwrap();
            }
        }
    }
}
