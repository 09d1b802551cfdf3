use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::MAX_ANSWER;

/// Reads a small text file. It blocks; what is read here takes microseconds, and a thread of its
/// own would take longer.
pub(super) fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    let limit = MAX_ANSWER as u64;
    let length = File::open(path)?
        .take(limit + 1)
        .read_to_string(&mut text)?;
    if length > MAX_ANSWER {
        return Err(io::Error::other("the file is too large"));
    }
    Ok(text)
}

/// Reads a token: the text of a file without the white space around it; else why there is none.
pub(super) fn read_token(path: &Path) -> Result<String, String> {
    let shown = path.display();
    let text = read(path).map_err(|error| format!("{shown} cannot be read: {error}"))?;
    match text.trim() {
        "" => Err(format!("{shown} is empty")),
        token => Ok(token.to_owned()),
    }
}
