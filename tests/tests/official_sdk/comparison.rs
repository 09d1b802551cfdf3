//! What two sides say of the same things, and where they differ.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The properties of a request by name, such as its path or a header.
pub(crate) type Properties = BTreeMap<String, String>;

/// The properties in which the official SDK and this one differ; `Display` puts them side by side.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Differences(Vec<(String, Option<String>, Option<String>)>);

impl Differences {
    pub(crate) fn between(official: &Properties, ours: &Properties) -> Self {
        let names: BTreeSet<_> = official.keys().chain(ours.keys()).collect();
        let rows = names
            .into_iter()
            .map(|name| (name.clone(), official.get(name), ours.get(name)))
            .filter(|(_, official, ours)| official != ours)
            .map(|(name, official, ours)| (name, official.cloned(), ours.cloned()));
        Self(rows.collect())
    }

    pub(crate) fn names(&self) -> Vec<&str> {
        self.0.iter().map(|(name, _, _)| name.as_str()).collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Differences {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, official, ours) in &self.0 {
            let official = official.as_deref().unwrap_or("(absent)");
            let ours = ours.as_deref().unwrap_or("(absent)");
            writeln!(
                f,
                "  {name}\n    official  {official:?}\n    ours      {ours:?}"
            )?;
        }
        Ok(())
    }
}

/// Two texts line by line, the lines that differ marked.
pub(crate) fn side_by_side(official: &str, ours: &str) -> String {
    let (official, ours): (Vec<_>, Vec<_>) = (official.lines().collect(), ours.lines().collect());
    let width = official.iter().map(|line| line.chars().count()).max();
    let width = width.unwrap_or_default().max("official".len());
    let mut shown = format!("    {:width$}  ours\n", "official");
    for number in 0..official.len().max(ours.len()) {
        let line = |text: &[&str]| text.get(number).copied().unwrap_or("(absent)").to_owned();
        let (official, ours) = (line(&official), line(&ours));
        let mark = if official == ours { " " } else { "!" };
        shown += &format!("  {mark} {official:width$}  {ours}\n");
    }
    shown
}

#[test]
fn lines_that_differ_are_marked() {
    assert_eq!(
        side_by_side("GET\n/a/\n", "GET\n/b/\nc"),
        "    official  ours\n\
         \x20   GET       GET\n\
         \x20 ! /a/       /b/\n\
         \x20 ! (absent)  c\n"
    );
}

#[test]
fn what_differs_is_put_side_by_side() {
    let properties = |pairs: &[(&str, &str)]| -> Properties {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    };
    let official = properties(&[("path", "/a"), ("host", "h"), ("x-a", "1")]);
    let ours = properties(&[("path", "/b"), ("host", "h"), ("x-b", "2")]);
    let differences = Differences::between(&official, &ours);
    assert_eq!(
        differences.to_string(),
        "  path\n    official  \"/a\"\n    ours      \"/b\"\n\
         \x20 x-a\n    official  \"1\"\n    ours      \"(absent)\"\n\
         \x20 x-b\n    official  \"(absent)\"\n    ours      \"2\"\n"
    );
    assert!(Differences::between(&ours, &ours).is_empty());
}
