//! A timeline as a picture.

use unicode_width::UnicodeWidthStr;

use super::label::fit;
use super::node::Span;
use super::scale::{part, ticks, words};
use super::{End, Row, Step, Timeline};
use crate::JobState;

// Lengths are in pixels, but for those in tenths of them.
const WIDTH: usize = 960;
const MARGIN: usize = 16;
/// The height of a row, and of a line of text.
const ROW: usize = 22;
/// The width of a character, in tenths: a little more than in the usual fonts of this size.
const CHARACTER: usize = 74;
const INDENT: usize = 12;
/// The most columns of a name, with its indentation; the whole name is in the tooltip.
const NAME: usize = 40;
/// The most columns of a state.
const STATE: usize = 12;
const TICKS: u32 = 9;

/// All is below a class, since the style sheet of a picture that stands in a page is one of the page.
const STYLE: &str = "
.job-timeline text { font: 12px ui-monospace, 'SFMono-Regular', Menlo, Consolas, 'DejaVu Sans Mono', monospace; fill: #1f2328 }
.job-timeline .heading { font-size: 15px; font-weight: bold }
.job-timeline .muted { fill: #59636e }
.job-timeline .end { text-anchor: end }
.job-timeline .middle { text-anchor: middle }
.job-timeline .page { fill: #ffffff }
.job-timeline .grid { stroke: #d1d9e0 }
.job-timeline .succeeded { fill: #4ac26b }
.job-timeline .failed { fill: #d1242f }
.job-timeline .running { fill: #218bff }
.job-timeline .pending { fill: #afb8c1 }
.job-timeline .other { fill: #a475f9 }
.job-timeline .critical { stroke: #1f2328; stroke-width: 2 }
.job-timeline .waiting { fill: none; stroke: #1f2328; stroke-dasharray: 2 2 }
.job-timeline .link { fill: none; stroke: #1f2328 }
@media (prefers-color-scheme: dark) {
.job-timeline text { fill: #f0f6fc }
.job-timeline .muted { fill: #9198a1 }
.job-timeline .page { fill: #0d1117 }
.job-timeline .grid { stroke: #3d444d }
.job-timeline .succeeded { fill: #2ea043 }
.job-timeline .failed { fill: #f85149 }
.job-timeline .running { fill: #4493f8 }
.job-timeline .pending { fill: #656c76 }
.job-timeline .other { fill: #ab7df8 }
.job-timeline .critical, .job-timeline .waiting, .job-timeline .link { stroke: #f0f6fc }
}
";

impl Timeline {
    /// The timeline as an SVG document: a Gantt chart, 960 pixels wide, with a bar for each job,
    /// whose exact times are its tooltip. The bar of a job with sub-jobs is thin. The critical path
    /// is outlined, with dashes where a job waited.
    ///
    /// It refers to nothing outside, has no scripts and no ids, follows the colour scheme of the
    /// viewer, and can stand in a page as it is. Names are escaped.
    ///
    /// # Example
    ///
    /// ```
    /// use huaweicloud_jobs::{Job, JobState, Timeline, time};
    ///
    /// let mut job = Job::new("7f2a", "cce", JobState::Succeeded).kind("CreateCluster");
    /// job.begin = time::parse("2024-06-05T08:00:00Z");
    /// job.end = time::parse("2024-06-05T08:14:03Z");
    /// let picture = Timeline::of(&job).to_svg();
    /// std::fs::write(std::env::temp_dir().join("create-cluster.svg"), &picture)?;
    /// assert!(picture.starts_with("<svg"));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn to_svg(&self) -> String {
        let layout = Layout::of(self);
        let mut shapes = String::new();
        let bottom = self.draw_head(&layout, &mut shapes);
        let top = bottom + ROW;
        self.draw_axis(&layout, top, &mut shapes);
        self.draw_links(&layout, top, &mut shapes);
        for (index, row) in self.rows.iter().enumerate() {
            self.draw_row(row, &layout, top + index * ROW, &mut shapes);
        }
        for step in self.path.iter().filter(|step| step.waiting) {
            self.draw_wait(step, &layout, top, &mut shapes);
        }
        let height = self.draw_legend(top + self.rows.len() * ROW + ROW, &mut shapes) + MARGIN;

        let title = escape(&self.heading());
        let description = escape(&self.summary(usize::MAX, " →", "…").join(" "));
        let size =
            format!("width=\"{WIDTH}\" height=\"{height}\" viewBox=\"0 0 {WIDTH} {height}\"");
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"job-timeline\" role=\"img\" \
             aria-label=\"{title}\" {size}>\n\
             <title>{title}</title>\n<desc>{description}</desc>\n<style>{STYLE}</style>\n\
             <rect class=\"page\" width=\"{WIDTH}\" height=\"{height}\"/>\n{shapes}</svg>\n"
        )
    }

    fn heading(&self) -> String {
        let label = self.rows.first().map_or("", |row| &row.label);
        let word = self.rows.first().map(Row::state_word).unwrap_or_default();
        format!("{label}: {word}")
    }

    /// What was done, when, and what took the time. Answers where it ends.
    fn draw_head(&self, layout: &Layout, shapes: &mut String) -> usize {
        let mut y = MARGIN + ROW / 2;
        let heading = fit(&self.heading(), 90, "…");
        shapes.push_str(&text("heading", MARGIN, y, &heading));
        if let Some(Span { begin, end }) = self.extent {
            y += ROW;
            let times = format!("{begin:.0} to {end:.0}");
            shapes.push_str(&text("muted", MARGIN, y, &times));
        }
        for line in self.summary(layout.columns, " →", "…") {
            y += ROW;
            shapes.push_str(&text("", MARGIN, y, line.trim_start()));
        }
        y + ROW / 2
    }

    fn draw_axis(&self, layout: &Layout, top: usize, shapes: &mut String) {
        if self.extent.is_none() {
            return;
        }
        let bottom = top + self.rows.len() * ROW;
        for tick in ticks(self.total(), TICKS) {
            let x = layout.left * 10 + part(tick, self.total(), layout.chart * 10);
            let (x, label) = (tenths(x), words(tick));
            shapes.push_str(&format!(
                "<line class=\"grid\" x1=\"{x}\" y1=\"{top}\" x2=\"{x}\" y2=\"{bottom}\"/>\n\
                 <text class=\"muted middle\" x=\"{x}\" y=\"{}\">{label}</text>\n",
                top - 6
            ));
        }
    }

    /// From each job of the critical path to the next: along the time that was waited, and to the
    /// row of the next.
    fn draw_links(&self, layout: &Layout, top: usize, shapes: &mut String) {
        let jobs = || self.path.iter().filter(|step| !step.waiting);
        for (step, next) in jobs().zip(jobs().skip(1)) {
            let [from, to] = [step.end, next.begin].map(|time| tenths(self.x(time, layout)));
            let [row, next_row] = [step.row, next.row].map(|row| top + row * ROW + ROW / 2);
            shapes.push_str(&format!(
                "<path class=\"link\" d=\"M{from} {row}H{to}V{next_row}\"/>\n"
            ));
        }
    }

    fn draw_row(&self, row: &Row, layout: &Layout, y: usize, shapes: &mut String) {
        let baseline = y + ROW / 2 + 4;
        let indent = (row.depth * INDENT).min(layout.names / 2);
        let columns = (layout.names - indent) * 10 / CHARACTER;
        let label = fit(&row.label, columns, "…");
        let class = class(&row.state);
        let took = row.duration().map_or_else(|| "?".to_owned(), words);
        let word = fit(&row.state_word(), STATE, "…");

        shapes.push_str(&format!("<g>\n<title>{}</title>\n", escape(&tooltip(row))));
        shapes.push_str(&text("", MARGIN + indent, baseline, &label));
        if let Some(span) = row.span {
            let height = if row.parent { 6 } else { 12 };
            let critical = if row.critical { " critical" } else { "" };
            shapes.push_str(&format!(
                "<rect class=\"{class}{critical}\" {} rx=\"1\"/>\n",
                self.place(span, height, layout, y)
            ));
        }
        let right = WIDTH - MARGIN;
        shapes.push_str(&text("muted", layout.right, baseline, &word));
        shapes.push_str(&text("end", right, baseline, &took));
        shapes.push_str("</g>\n");
    }

    fn draw_wait(&self, step: &Step, layout: &Layout, top: usize, shapes: &mut String) {
        let (begin, end) = (step.begin, step.end);
        let place = self.place(Span { begin, end }, 12, layout, top + step.row * ROW);
        let took = words(step.duration());
        let title = format!("waiting, {begin} to {end}, {took}");
        shapes.push_str(&format!(
            "<rect class=\"waiting\" {place}><title>{title}</title></rect>\n"
        ));
    }

    /// What the colours mean. Answers where it ends.
    fn draw_legend(&self, top: usize, shapes: &mut String) -> usize {
        let states = ["succeeded", "failed", "running", "pending", "other"];
        let used = |state: &&str| self.rows.iter().any(|row| class(&row.state) == *state);
        let mut entries: Vec<(&str, &str)> = states
            .into_iter()
            .filter(used)
            .map(|state| (state, state))
            .collect();
        if self.rows.iter().any(|row| row.critical) {
            entries.push(("page critical", "critical path"));
        }
        if self.path.iter().any(|step| step.waiting) {
            entries.push(("waiting", "waiting"));
        }
        let mut x = MARGIN;
        for (class, word) in entries {
            shapes.push_str(&format!(
                "<rect class=\"{class}\" x=\"{x}\" y=\"{}\" width=\"20\" height=\"12\" rx=\"1\"/>\n",
                top - 10
            ));
            shapes.push_str(&text("muted", x + 28, top, word));
            x += 28 + (word.width() + 3) * CHARACTER / 10;
        }
        top
    }

    /// The attributes of a bar in a row; it can be seen however short it is.
    fn place(&self, span: Span, height: usize, layout: &Layout, y: usize) -> String {
        let (begin, end) = (self.x(span.begin, layout), self.x(span.end, layout));
        let begin = begin.min((layout.left + layout.chart) * 10 - 20);
        let width = end.saturating_sub(begin).max(20);
        format!(
            "x=\"{}\" y=\"{}\" width=\"{}\" height=\"{height}\"",
            tenths(begin),
            y + (ROW - height) / 2,
            tenths(width)
        )
    }

    /// Where a moment is, in tenths.
    fn x(&self, time: jiff::Timestamp, layout: &Layout) -> usize {
        let begin = self.begin().unwrap_or(time);
        let offset = Span { begin, end: time }.duration();
        layout.left * 10 + part(offset, self.total(), layout.chart * 10)
    }
}

/// Where the columns are.
struct Layout {
    /// The width of the names.
    names: usize,
    /// Where the chart begins, and its width.
    left: usize,
    chart: usize,
    /// Where the states begin; the durations stand behind these.
    right: usize,
    /// How many characters a line of text can have.
    columns: usize,
}

impl Layout {
    fn of(timeline: &Timeline) -> Self {
        let rows = timeline.rows.iter();
        let names = rows.clone().map(|row| {
            // A column more, for what the multiplication by a rounded width loses.
            row.depth * INDENT + (row.label.width() + 1) * CHARACTER / 10
        });
        let names = names.max().unwrap_or(0).min(NAME * CHARACTER / 10);
        let states = rows.clone().map(|row| row.state_word().width()).max();
        let times = rows.map(|row| row.duration().map_or(1, |time| words(time).width()));
        let columns = states.unwrap_or(0).min(STATE) + 2 + times.max().unwrap_or(0);
        let left = MARGIN + names + 16;
        let right = WIDTH - MARGIN - columns * CHARACTER / 10;
        Self {
            names,
            left,
            chart: right - 16 - left,
            right,
            columns: (WIDTH - 2 * MARGIN) * 10 / CHARACTER,
        }
    }
}

fn class(state: &JobState) -> &'static str {
    match state {
        JobState::Pending => "pending",
        JobState::Running => "running",
        JobState::Succeeded => "succeeded",
        JobState::Failed => "failed",
        JobState::Other(_) => "other",
    }
}

fn tooltip(row: &Row) -> String {
    let begin = row
        .begin
        .map_or("unknown".to_owned(), |begin| begin.to_string());
    let end = match row.end {
        End::At(end) => end.to_string(),
        End::Open => "now".to_owned(),
        End::Unknown => "unknown".to_owned(),
    };
    let took = row.duration().map_or("unknown".to_owned(), words);
    let critical = if row.critical {
        "\non the critical path"
    } else {
        ""
    };
    let (label, word) = (&row.label, row.state_word());
    format!("{label}\n{word}\nbegin: {begin}\nend: {end}\nduration: {took}{critical}")
}

fn text(class: &str, x: usize, y: usize, text: &str) -> String {
    let class = if class.is_empty() {
        String::new()
    } else {
        format!(" class=\"{class}\"")
    };
    format!("<text{class} x=\"{x}\" y=\"{y}\">{}</text>\n", escape(text))
}

fn tenths(length: usize) -> String {
    format!("{}.{}", length / 10, length % 10)
}

/// The characters that XML does not allow at all were replaced when the label was made.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
}
