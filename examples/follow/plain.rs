//! A line for each change, for logs.

use std::fmt::Display;
use std::io::{self, Write as _};

use huaweicloud_jobs::jiff::Timestamp;
use huaweicloud_jobs::timeline::clean;
use huaweicloud_jobs::{Event, Job, Outcome, Timeline};
use indicatif::FormattedDuration;

use crate::clock::{Clock, words};

pub(crate) struct Plain {
    clock: Clock,
    /// When the job began.
    begin: Option<Timestamp>,
}

impl Plain {
    pub(crate) fn new(clock: Clock) -> Self {
        Self { clock, begin: None }
    }

    pub(crate) fn event(&mut self, before: Option<&Job>, event: &Event) -> io::Result<()> {
        match event {
            Event::StateChanged { job, .. } => {
                self.begin = job.begin;
                self.state(0, job)
            }
            Event::SubJobAppeared { path, job } => self.state(path.segments().len(), job),
            Event::SubJobChanged { path, from, job } if *from != job.state => {
                self.state(path.segments().len(), job)
            }
            Event::SubJobVanished { path } => {
                let job = before.and_then(|before| before.at(path));
                let name = job.map_or_else(|| clean(&path.to_string()), name);
                self.line(format_args!("{name} is no longer listed"))
            }
            Event::PollFailed(failure) => {
                let message = clean(&failure.message);
                self.line(format_args!("the job cannot be looked up: {message}"))
            }
            Event::Done { outcome, .. } => self.line(match outcome {
                Outcome::Succeeded => "the job has succeeded",
                Outcome::Failed => "the job has failed",
                _ => "the job is followed no more",
            }),
            _ => Ok(()),
        }
    }

    fn state(&self, depth: usize, job: &Job) -> io::Result<()> {
        let (indent, name, state) = ("  ".repeat(depth), name(job), clean(&job.state.to_string()));
        let timeline = Timeline::of(job);
        let took = timeline.rows().first().and_then(|row| row.duration());
        let took = took.filter(|_| job.state.is_terminal());
        let took = took.map(|took| format!(" after {}", words(took)));
        self.line(format_args!(
            "{indent}{name}: {state}{}",
            took.unwrap_or_default()
        ))
    }

    fn line(&self, text: impl Display) -> io::Result<()> {
        let since = FormattedDuration(self.clock.since(self.begin));
        writeln!(io::stdout(), "{since} {text}")
    }
}

/// As the timeline names it.
fn name(job: &Job) -> String {
    let timeline = Timeline::of(job);
    timeline
        .rows()
        .first()
        .map(|row| row.label.clone())
        .unwrap_or_default()
}
