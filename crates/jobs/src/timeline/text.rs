//! A timeline for a terminal.

use std::collections::BTreeMap;
use std::fmt;

use unicode_width::UnicodeWidthStr;

use super::label::{fit, pad};
use super::node::Span;
use super::scale::{part, ticks, words};
use super::{Row, Timeline};
use crate::JobState;

/// The least width; with less, nothing could be read.
const NARROWEST: usize = 40;
/// The most columns of a state, which can be any word of the service.
const STATE: usize = 12;

struct Glyphs {
    critical: &'static str,
    other: &'static str,
    waiting: &'static str,
    arrow: &'static str,
    ellipsis: &'static str,
}

const UNICODE: Glyphs = Glyphs {
    critical: "█",
    other: "▒",
    waiting: "░",
    arrow: " →",
    ellipsis: "…",
};

const ASCII: Glyphs = Glyphs {
    critical: "#",
    other: "=",
    waiting: ".",
    arrow: " ->",
    ellipsis: "...",
};

impl Timeline {
    /// The timeline as text of so many columns, but of at least 40: a line for each job, and what
    /// took the time. Each line ends with a line break. A `*` marks the jobs on the
    /// [critical path](Self#the-critical-path); there are no colours.
    ///
    /// # Example
    ///
    /// ```
    /// use huaweicloud_jobs::{Job, JobState, Timeline, time};
    ///
    /// let mut job = Job::new("7f2a", "cce", JobState::Succeeded).kind("CreateCluster");
    /// job.begin = time::parse("2024-06-05T08:00:00Z");
    /// job.end = time::parse("2024-06-05T08:14:03Z");
    /// let text = Timeline::of(&job).to_text(80);
    /// assert!(text.contains("* CreateCluster"));
    /// assert!(text.contains("█ succeeded 14m03s"));
    /// ```
    #[must_use]
    pub fn to_text(&self, width: usize) -> String {
        self.draw(width, &UNICODE)
    }

    /// Like [`to_text`](Self::to_text), with bars of ASCII characters. Names remain as they are.
    ///
    /// # Example
    ///
    /// ```
    /// use huaweicloud_jobs::{Job, JobState, Timeline, time};
    ///
    /// let mut job = Job::new("7f2a", "cce", JobState::Failed).kind("CreateCluster");
    /// job.begin = time::parse("2024-06-05T08:00:00Z");
    /// job.end = time::parse("2024-06-05T08:14:03Z");
    /// let text = Timeline::of(&job).to_ascii(60);
    /// assert!(text.is_ascii());
    /// assert!(text.contains("# failed 14m03s"));
    /// ```
    #[must_use]
    pub fn to_ascii(&self, width: usize) -> String {
        self.draw(width, &ASCII)
    }

    fn draw(&self, width: usize, glyphs: &Glyphs) -> String {
        let width = width.max(NARROWEST);
        let cells: Vec<Cells> = self.rows.iter().map(Cells::of).collect();
        let widest = |width: fn(&Cells) -> usize| cells.iter().map(width).max().unwrap_or(0);
        let state = widest(|cells| cells.state.width()).clamp("STATE".len(), STATE);
        let time = widest(|cells| cells.time.width()).max("TIME".len());
        // The mark of the critical path, and a space between columns.
        let room = width.saturating_sub(2 + 1 + 1 + state + 1 + time);
        let name = widest(|cells| cells.indent + cells.name.width()).max("JOB".len());
        let name = name.min(room * 2 / 5);
        let bar = room.saturating_sub(name);

        let line = |mark: &str, job: &str, drawn: &str, word: &str, took: &str| {
            let (job, drawn) = (pad(job, name), pad(drawn, bar));
            let word = pad(&fit(word, state, glyphs.ellipsis), state);
            let took = " ".repeat(time.saturating_sub(took.width())) + took;
            let line = format!("{mark} {job} {drawn} {word} {took}");
            line.trim_end().to_owned() + "\n"
        };
        let mut waits: BTreeMap<usize, Vec<Span>> = BTreeMap::new();
        for step in self.path.iter().filter(|step| step.waiting) {
            let (begin, end) = (step.begin, step.end);
            waits.entry(step.row).or_default().push(Span { begin, end });
        }

        let mut text = line(" ", "JOB", &self.ruler(bar), "STATE", "TIME");
        for (index, (row, cells)) in self.rows.iter().zip(&cells).enumerate() {
            // A name keeps half of its column however deep it stands.
            let indent = cells.indent.min(name / 2);
            let label = fit(&cells.name, name.saturating_sub(indent), glyphs.ellipsis);
            let waits = waits.get(&index).map_or(&[][..], Vec::as_slice);
            text.push_str(&line(
                if row.critical { "*" } else { " " },
                &format!("{}{label}", " ".repeat(indent)),
                &self.bar(row, waits, bar, glyphs),
                &cells.state,
                &cells.time,
            ));
        }
        let Glyphs {
            critical,
            other,
            waiting,
            ..
        } = glyphs;
        text.push('\n');
        if self.extent.is_some() {
            let legend = format!("{critical} critical path  {other} other  {waiting} waiting\n");
            text.push_str(&legend);
        }
        for line in self.summary(width, glyphs.arrow, glyphs.ellipsis) {
            text.push_str(&line);
            text.push('\n');
        }
        text
    }

    /// Round times, each above where it is.
    fn ruler(&self, width: usize) -> String {
        let total = self.total();
        let mut ruler = String::new();
        if self.extent.is_none() {
            return ruler;
        }
        let at_most = u32::try_from(width / 8).unwrap_or(u32::MAX).clamp(2, 12);
        for tick in ticks(total, at_most) {
            let (column, label) = (part(tick, total, width), words(tick));
            let free = ruler.is_empty() || ruler.width() < column;
            if free && column + label.width() <= width {
                ruler = pad(&ruler, column) + &label;
            }
        }
        ruler
    }

    fn bar(&self, row: &Row, waits: &[Span], width: usize, glyphs: &Glyphs) -> String {
        let Some(span) = row.span else {
            return String::new();
        };
        let full = if row.state == JobState::Pending {
            glyphs.waiting
        } else if row.critical {
            glyphs.critical
        } else {
            glyphs.other
        };
        // What is too short to be seen still has its cell.
        let (begin, end) = self.columns(span, width);
        let begin = begin.min(width.saturating_sub(1));
        let mut cells = vec![" "; width];
        for cell in cells.iter_mut().take(end.max(begin + 1)).skip(begin) {
            *cell = full;
        }
        for wait in waits {
            let (begin, end) = self.columns(*wait, width);
            for cell in cells.iter_mut().take(end).skip(begin) {
                *cell = glyphs.waiting;
            }
        }
        cells.concat()
    }

    fn columns(&self, span: Span, width: usize) -> (usize, usize) {
        let column = |time: jiff::Timestamp| {
            let begin = self.begin().unwrap_or(time);
            part(Span { begin, end: time }.duration(), self.total(), width)
        };
        (column(span.begin), column(span.end))
    }
}

/// As text of 80 columns.
impl fmt::Display for Timeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text(80))
    }
}

/// The texts of a row, in full.
struct Cells {
    indent: usize,
    name: String,
    state: String,
    time: String,
}

impl Cells {
    fn of(row: &Row) -> Self {
        Self {
            indent: 2 * row.depth,
            name: row.label.clone(),
            state: row.state_word(),
            time: row.duration().map_or_else(|| "?".to_owned(), words),
        }
    }
}
