//! Names as they can be shown.

use unicode_width::UnicodeWidthStr;

use crate::Job;

/// What a job does and what it works on.
pub(super) fn of(job: &Job) -> String {
    let resource = job.resource.as_ref();
    let name = [
        resource.and_then(|resource| resource.name.as_deref()),
        resource.and_then(|resource| resource.id.as_deref()),
        Some(job.id.as_str()),
    ];
    let name = name.into_iter().flatten().find(|name| !name.is_empty());
    let parts: Vec<&str> = job.kind.as_deref().into_iter().chain(name).collect();
    let label = clean(&parts.join(" "));
    if label.is_empty() {
        clean(&format!("{} job", job.service))
    } else {
        label
    }
}

/// A text of a service, such as the message of an error, as it can be shown: what a terminal would
/// act upon, what would change the order of the text around it, and what XML does not allow is
/// replaced by `�`, and line breaks by spaces.
///
/// # Example
///
/// ```
/// use huaweicloud_jobs::timeline::clean;
///
/// assert_eq!(clean("no\ncapacity\u{1b}[2J"), "no capacity�[2J");
/// ```
#[must_use]
pub fn clean(text: &str) -> String {
    let safe = text.chars().map(|char| match char {
        '\t' | '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => ' ',
        // The marks that set the direction of writing.
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            char::REPLACEMENT_CHARACTER
        }
        '\u{fffe}' | '\u{ffff}' => char::REPLACEMENT_CHARACTER,
        control if control.is_control() => char::REPLACEMENT_CHARACTER,
        other => other,
    });
    safe.collect::<String>().trim().to_owned()
}

/// Cuts the middle out of a text that is wider than so many columns and puts an ellipsis there:
/// names often differ only at their end.
pub(super) fn fit(text: &str, columns: usize, ellipsis: &str) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let room = columns.saturating_sub(ellipsis.width());
    let tail = tail(text, room / 2);
    let head = head(text, room.saturating_sub(tail.width()));
    format!("{head}{ellipsis}{tail}")
}

/// The longest beginning that fits.
fn head(text: &str, columns: usize) -> &str {
    let ends = text.char_indices().map(|(end, _)| end);
    let heads = ends.filter_map(|end| text.get(..end));
    let fitting = heads.take_while(|head| head.width() <= columns);
    fitting.last().unwrap_or_default()
}

/// The longest end that fits.
fn tail(text: &str, columns: usize) -> &str {
    let begins = text.char_indices().rev().map(|(begin, _)| begin);
    let tails = begins.filter_map(|begin| text.get(begin..));
    let fitting = tails.take_while(|tail| tail.width() <= columns);
    fitting.last().unwrap_or_default()
}

/// Fills a text with spaces to so many columns.
pub(super) fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(text.width())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_is_cut_out_of_what_is_too_long() {
        let cases = [
            ("node-1", 6, "node-1"),
            ("prod-cluster-node-1", 9, "prod…de-1"),
            ("生产集群-节点-三", 9, "生产…-三"),
            ("生产集群", 4, "生…"),
            ("node", 1, "…"),
            ("node", 0, "…"),
        ];
        for (text, columns, expected) in cases {
            assert_eq!(fit(text, columns, "…"), expected);
        }
        assert_eq!(fit("prod-cluster-node-1", 9, "..."), "pro...e-1");
    }
}
