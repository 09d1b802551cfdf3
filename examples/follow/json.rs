//! The events, as lines of JSON.

use std::io::{self, Write as _};

use huaweicloud_jobs::Event;

/// In ASCII, since a terminal acts upon some other characters too.
pub(crate) fn event(event: &Event) -> io::Result<()> {
    let mut line = String::new();
    for char in serde_json::to_string(event)?.chars() {
        if matches!(char, ' '..='~') {
            line.push(char);
        } else {
            for unit in char.encode_utf16(&mut [0; 2]) {
                line.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    writeln!(io::stdout(), "{line}")
}
