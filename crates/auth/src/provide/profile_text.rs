//! The text of a profile file, as Python's `configparser` reads it.
//!
//! Where Python refuses a file (a key twice, a line without a value, a lone `%`), it is read here
//! all the same. Nothing that Python reads is refused.

use std::collections::BTreeMap;

use configparser::ini::{Ini, IniDefault};

/// The section whose values stand in every other.
const DEFAULT: &str = "DEFAULT";

/// So deep does Python follow references.
const DEEPEST: usize = 10;

/// One section of the file, with `[DEFAULT]` behind it. No `Debug`: it has the secrets.
pub(super) struct Profile {
    values: BTreeMap<String, String>,
}

impl Profile {
    /// `None` if there is no such section.
    pub(super) fn parse(text: &str, section: &str) -> Result<Option<Self>, String> {
        let mut rules = IniDefault::default();
        rules.default_section = DEFAULT.to_owned();
        // The names of sections have a case; those of keys lose it below.
        rules.case_sensitive = true;
        rules.multiline = true;
        rules.enable_inline_comments = false;
        // Editors on Windows like to begin a file with a byte order mark.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        // The error tells the line and quotes nothing of it.
        let mut sections = Ini::new_from_defaults(rules).read(text.to_owned())?;
        let Some(own) = sections.remove(section) else {
            return Ok(None);
        };
        let shared = sections.remove(DEFAULT).unwrap_or_default();
        let values = shared
            .into_iter()
            .chain(own)
            .filter_map(|(key, value)| Some((key.to_lowercase(), value?)))
            .collect();
        Ok(Some(Self { values }))
    }

    /// The value of a key, if it is there and not empty.
    pub(super) fn get(&self, key: &str) -> Option<String> {
        let value = self.values.get(key)?;
        Some(self.resolve(value, DEEPEST)).filter(|value| !value.is_empty())
    }

    /// Puts values in the place of references: `%(key)s`, and `%` in that of `%%`.
    fn resolve(&self, value: &str, depth: usize) -> String {
        let mut resolved = String::with_capacity(value.len());
        let mut rest = value;
        while let Some((before, after)) = rest.split_once('%') {
            resolved.push_str(before);
            let reference = after
                .strip_prefix('(')
                .and_then(|after| after.split_once(")s"))
                .filter(|_| depth > 0)
                .and_then(|(key, after)| Some((self.values.get(&key.to_lowercase())?, after)));
            rest = match (reference, after.strip_prefix('%')) {
                (Some((referred, after)), _) => {
                    resolved.push_str(&self.resolve(referred, depth - 1));
                    after
                }
                (None, Some(after)) => {
                    resolved.push('%');
                    after
                }
                (None, None) => {
                    resolved.push('%');
                    after
                }
            };
        }
        resolved.push_str(rest);
        resolved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Python 3.11 makes of each text, checked by running it.
    #[test]
    fn a_file_is_read_as_python_reads_it() {
        for (text, expected) in [
            ("[basic]\nak=a\nsk=s", Some(("a", "s"))),
            ("[basic]\nAK: a\nSk : s", Some(("a", "s"))),
            (
                "# c\n; c\n[basic]\nak = a ; b\nsk = s#t",
                Some(("a ; b", "s#t")),
            ),
            ("[basic]\nak = a=b:c\nsk: =s", Some(("a=b:c", "=s"))),
            ("[basic]\nak = a\n  b\nsk = s", Some(("a\nb", "s"))),
            ("[basic]\n  ak = a\n  sk = s\n", Some(("a", "s"))),
            ("[DEFAULT]\nsk = s\n[basic]\nak = a\n", Some(("a", "s"))),
            (
                "[basic]\nak = %%a\nx = 1\nsk = %(x)s%(X)s",
                Some(("%a", "11")),
            ),
            ("[basic] ; c\r\nak = a\r\nsk = s\r\n", Some(("a", "s"))),
            ("[basic]\nak = \"a\"\nsk = s\\n", Some(("\"a\"", "s\\n"))),
            ("[basic]\nak =\nsk = s", Some(("", "s"))),
            ("[Basic]\nak = x\n[basic]\nak = a\nsk = s", Some(("a", "s"))),
            ("[global]\nak = a\nsk = s", None),
            ("[Basic]\nak = a\nsk = s", None),
            ("", None),
        ] {
            let profile = Profile::parse(text, "basic").unwrap();
            let found = profile.map(|profile| {
                let value = |key| profile.get(key).unwrap_or_default();
                (value("ak"), value("sk"))
            });
            let expected = expected.map(|(ak, sk)| (ak.to_owned(), sk.to_owned()));
            assert_eq!(found, expected, "{text:?}");
        }
    }

    #[test]
    fn what_python_refuses_is_read_where_the_meaning_is_plain() {
        for text in [
            "\u{feff}[basic]\nak = a%b\nsk = s",
            "[basic]\nak = a%b\nsk = s\nlonely",
            "[basic]\nak = x\nak = a%b\nsk = s",
        ] {
            let profile = Profile::parse(text, "basic").unwrap().unwrap();
            assert_eq!(profile.get("ak").as_deref(), Some("a%b"), "{text:?}");
        }
    }

    #[test]
    fn a_reference_to_itself_ends() {
        let profile = Profile::parse("[basic]\nak = %(ak)s", "basic").unwrap();
        assert!(profile.unwrap().get("ak").is_some());
    }

    #[test]
    fn an_error_quotes_nothing_of_the_file() {
        for text in ["[basic\nsk = hush", "[basic]\n= hush", "[hush\n"] {
            let error = Profile::parse(text, "basic").err().unwrap();
            assert!(!error.contains("hush"), "{error}");
        }
    }
}
