//! What took the time, in a sentence.

use unicode_width::UnicodeWidthStr;

use super::label::fit;
use super::scale::words;
use super::{End, Timeline};

/// The most columns of a name in the sentence.
const NAME: usize = 32;

impl Timeline {
    /// The total and the critical path, in lines of so many columns. Steps of less than a hundredth
    /// of the total are only counted.
    pub(super) fn summary(&self, columns: usize, arrow: &str, ellipsis: &str) -> Vec<String> {
        if self.extent.is_none() {
            return vec!["no times are known".to_owned()];
        }
        let total = self.total();
        let steps = self.path.iter();
        let (told, counted): (Vec<_>, Vec<_>) =
            steps.partition(|step| step.duration() >= total / 100);
        let pieces = told.iter().map(|step| {
            let row = self.rows.get(step.row).filter(|_| !step.waiting);
            let name = row.map_or("waiting", |row| &row.label);
            let name = fit(name, NAME.min(columns / 2), ellipsis);
            format!("{name} {}", words(step.duration()))
        });
        let open = self.rows.first().is_some_and(|row| row.end == End::Open);
        let so_far = if open { " so far" } else { "" };
        let start = format!("total {}{so_far}, critical path:", words(total));

        let mut lines = vec![start];
        let last = told.len().saturating_sub(1);
        for (index, piece) in pieces.enumerate() {
            let arrow = if index < last { arrow } else { "" };
            add(&mut lines, &format!("{piece}{arrow}"), columns);
        }
        let steps = if counted.len() == 1 { "step" } else { "steps" };
        let note = format!("{} {steps} of less than 1 %", counted.len());
        match (told.is_empty(), counted.is_empty()) {
            (_, true) => {}
            (true, false) => add(&mut lines, &note, columns),
            (false, false) => add(&mut lines, &format!("(and {note})"), columns),
        }
        lines
    }
}

/// Adds a piece to the last line, or to a new one if it is too long for that.
fn add(lines: &mut Vec<String>, piece: &str, columns: usize) {
    match lines.last_mut() {
        Some(line) if line.width() + 1 + piece.width() <= columns => {
            line.push(' ');
            line.push_str(piece);
        }
        _ => lines.push(format!("  {piece}")),
    }
}
