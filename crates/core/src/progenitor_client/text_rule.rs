//! What a document demands of a parameter that is text.

use std::sync::OnceLock;

use regex_lite::Regex;

/// The rules of a text parameter, checked before anything is sent.
///
/// # Example
///
/// ```
/// use huaweicloud_core::progenitor_client::TextRule;
///
/// static JOB_ID: TextRule = TextRule::segment().length(4, 4).pattern("^[0-9a-f]*$");
/// assert!(JOB_ID.check("job_id", "90af".to_owned()).is_ok());
/// assert_eq!(
///     JOB_ID.check("job_id", "90a".to_owned()).unwrap_err(),
///     "job_id must have 4 characters, but has 3",
/// );
/// ```
#[derive(Debug)]
pub struct TextRule {
    segment: bool,
    min_length: usize,
    max_length: usize,
    pattern: Option<&'static str>,
    compiled: OnceLock<Option<Regex>>,
}

impl TextRule {
    /// Any text.
    #[must_use]
    pub const fn text() -> Self {
        Self {
            segment: false,
            min_length: 0,
            max_length: usize::MAX,
            pattern: None,
            compiled: OnceLock::new(),
        }
    }

    /// Text that can be a segment of a path: an empty one, `.` or `..` would name another resource.
    #[must_use]
    pub const fn segment() -> Self {
        let mut rule = Self::text();
        rule.segment = true;
        rule
    }

    /// Text of a length within bounds, in characters.
    #[must_use]
    pub const fn length(mut self, min: usize, max: usize) -> Self {
        self.min_length = min;
        self.max_length = max;
        self
    }

    /// Text that a regular expression matches somewhere, as in JSON Schema.
    #[must_use]
    pub const fn pattern(mut self, pattern: &'static str) -> Self {
        self.pattern = Some(pattern);
        self
    }

    /// Passes a value that keeps the rules.
    ///
    /// # Errors
    ///
    /// A sentence that says which rule the value breaks.
    pub fn check(&self, name: &str, value: String) -> Result<String, String> {
        if self.segment && matches!(value.as_str(), "" | "." | "..") {
            return Err(format!(
                "{name} must not be empty, \".\" or \"..\", but is {value:?}"
            ));
        }
        let length = value.chars().count();
        let (min, max) = (self.min_length, self.max_length);
        if length < min || length > max {
            let wanted = match max {
                _ if min == max => format!("{min}"),
                usize::MAX => format!("at least {min}"),
                _ => format!("{min} to {max}"),
            };
            return Err(format!(
                "{name} must have {wanted} characters, but has {length}"
            ));
        }
        if let Some(pattern) = self.pattern {
            let compiled = self.compiled.get_or_init(|| Regex::new(pattern).ok());
            if !compiled
                .as_ref()
                .is_some_and(|regex| regex.is_match(&value))
            {
                return Err(format!("{name} must match {pattern}, but is {value:?}"));
            }
        }
        Ok(value)
    }

    /// Passes a value that is absent or keeps the rules.
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check).
    pub fn check_optional(
        &self,
        name: &str,
        value: Option<String>,
    ) -> Result<Option<String>, String> {
        value.map(|value| self.check(name, value)).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_breaks_a_rule_is_refused_with_the_rule() {
        static ID: TextRule = TextRule::segment().length(3, 3).pattern("^[0-9A-Za-z]{3}$");
        static NAME: TextRule = TextRule::segment();
        static NOTE: TextRule = TextRule::text().length(2, 5);
        let cases: [(&TextRule, &str, &str); 10] = [
            (&ID, "a1Z", ""),
            (&ID, "a1", "x must have 3 characters, but has 2"),
            (&ID, "a1é", "x must match ^[0-9A-Za-z]{3}$, but is \"a1é\""),
            (
                &ID,
                "a1\n",
                "x must match ^[0-9A-Za-z]{3}$, but is \"a1\\n\"",
            ),
            (&NAME, "a/b c", ""),
            (
                &NAME,
                "",
                "x must not be empty, \".\" or \"..\", but is \"\"",
            ),
            (
                &NAME,
                "..",
                "x must not be empty, \".\" or \"..\", but is \"..\"",
            ),
            (&NOTE, "é", "x must have 2 to 5 characters, but has 1"),
            (&NOTE, "..", ""),
            (&NOTE, "123456", "x must have 2 to 5 characters, but has 6"),
        ];
        for (rule, value, expected) in cases {
            let refused = rule.check("x", value.to_owned()).err().unwrap_or_default();
            assert_eq!(refused, expected, "{value:?}");
        }
        assert_eq!(NOTE.check_optional("x", None), Ok(None));
        assert!(NOTE.check_optional("x", Some("1".into())).is_err());
    }
}
