//! The tree on a terminal, drawn anew ten times a second.

use std::io::{self, IsTerminal as _, Write as _};

use huaweicloud_jobs::timeline::{Row, clean};
use huaweicloud_jobs::{Event, Job, JobState, Timeline};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::clock::{Clock, words};

pub(crate) struct Live {
    lines: MultiProgress,
    /// One for each job, in the order of the tree. Every frame tells each what to show.
    bars: Vec<ProgressBar>,
    clock: Clock,
}

impl Live {
    /// `None` where stdout is no terminal that can draw over what it showed.
    pub(crate) fn on_terminal(clock: Clock) -> Option<Self> {
        let lines = MultiProgress::with_draw_target(ProgressDrawTarget::stdout());
        (io::stdout().is_terminal() && !lines.is_hidden()).then_some(Self {
            lines,
            bars: Vec::new(),
            clock,
        })
    }

    /// What is not to be seen in the tree is written above it.
    pub(crate) fn event(&self, event: &Event) -> io::Result<()> {
        match event {
            Event::PollFailed(failure) => {
                let message = clean(&failure.message);
                self.lines
                    .suspend(|| writeln!(io::stdout(), "the job cannot be looked up: {message}"))
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn frame(&mut self, tree: &Job) {
        let timeline = Timeline::as_of(tree, self.clock.now());
        let rows = timeline.rows();
        while self.bars.len() < rows.len() {
            self.bars.push(self.lines.add(ProgressBar::new_spinner()));
        }
        for bar in self.bars.drain(rows.len()..) {
            self.lines.remove(&bar);
        }
        for (bar, row) in self.bars.iter().zip(rows) {
            bar.set_style(style(&row.state));
            bar.set_prefix(format!("{}{}", "  ".repeat(row.depth), row.label));
            bar.set_message(self.state(row));
            bar.tick();
        }
    }

    /// The state, and how long it has lasted by the job's own times.
    fn state(&self, row: &Row) -> String {
        let state = clean(&row.state.to_string());
        let whole = row.depth == 0 && !row.state.is_terminal();
        let elapsed = row
            .duration()
            .or_else(|| whole.then(|| self.clock.since(None)))
            .filter(|_| row.state != JobState::Pending);
        format!("{state:<9} {:>8}", elapsed.map(words).unwrap_or_default())
    }

    /// Leaves the last frame on the terminal, and the cursor below it.
    pub(crate) fn end(&self) -> io::Result<()> {
        for bar in &self.bars {
            bar.abandon();
        }
        match self.bars.is_empty() {
            true => Ok(()),
            false => writeln!(io::stdout()),
        }
    }
}

/// A mark, the name with its indentation, and the rest as far as there is room for it. The last of
/// the marks stays when the line is left as it is.
fn style(state: &JobState) -> ProgressStyle {
    let (template, marks): (_, &[_]) = match state {
        JobState::Pending => ("{spinner:.dim} {prefix:38!} {wide_msg:.dim}", &["·", "·"]),
        JobState::Succeeded => ("{spinner:.green} {prefix:38!} {wide_msg}", &["✔", "✔"]),
        JobState::Failed => ("{spinner:.red} {prefix:38!} {wide_msg:.red}", &["✘", "✘"]),
        _ => (
            "{spinner:.cyan} {prefix:38!} {wide_msg}",
            &["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏", "·"],
        ),
    };
    let style = ProgressStyle::with_template(template);
    let style = style.unwrap_or_else(|_| ProgressStyle::default_spinner());
    style.tick_strings(marks)
}
