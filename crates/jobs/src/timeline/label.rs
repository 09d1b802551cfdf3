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

/// Replaces what a terminal would act upon, what would change the order of the text around it, and
/// what XML does not allow.
pub(super) fn clean(text: &str) -> String {
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

/// Cuts a text that is wider than so many columns and says so by an ellipsis.
pub(super) fn fit(text: &str, columns: usize, ellipsis: &str) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let room = columns.saturating_sub(ellipsis.width());
    let ends = text.char_indices().map(|(end, _)| end);
    let fitting = ends
        .map_while(|end| text.get(..end).filter(|head| head.width() <= room))
        .last();
    format!("{}{ellipsis}", fitting.unwrap_or_default().trim_end())
}

/// Fills a text with spaces to so many columns.
pub(super) fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(text.width())))
}
