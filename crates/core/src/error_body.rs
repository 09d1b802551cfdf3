//! Error bodies of every shape, as one.

use serde_json::{Map, Value};

/// As much of a body of no known shape as an error message carries, in characters.
const MAX_TEXT: usize = 512;

/// The pairs of names under which services put an error's code and message, most telling first:
/// CCE sends Kubernetes' `code` and `message` beside its own `errorCode` and `errorMessage`.
const NAMES: [(&str, &str); 4] = [
    ("error_code", "error_msg"),
    ("errorCode", "errorMsg"),
    ("errorCode", "errorMessage"),
    ("code", "message"),
];

/// What an error's body says.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct ErrorBody {
    pub(crate) code: Option<String>,
    pub(crate) message: String,
    pub(crate) request_id: Option<String>,
    pub(crate) encoded_authorization_message: Option<String>,
}

impl ErrorBody {
    /// Reads a body, whatever it is; a body that says nothing yields an empty message.
    pub(crate) fn parse(body: &[u8]) -> Self {
        let Ok(value) = serde_json::from_slice::<Value>(body) else {
            return Self {
                message: plain_text(&String::from_utf8_lossy(body)),
                ..Self::default()
            };
        };
        let mut found = Self::default();
        match &value {
            Value::Object(object) => found.read(object),
            Value::String(message) => found.message = shortened(message),
            _ => {}
        }
        if found.message.is_empty() && found.code.is_none() {
            found.message = shortened(&String::from_utf8_lossy(body));
        }
        found
    }

    /// Reads an error that a field of a successful answer holds.
    pub(crate) fn from_field(value: &Value) -> Self {
        let mut found = Self::default();
        match value {
            Value::Object(object) => found.read(object),
            Value::Null => {}
            other => {
                found.message = shortened(&text(other).unwrap_or_else(|| other.to_string()));
            }
        }
        found
    }

    fn read(&mut self, object: &Map<String, Value>) {
        self.read_flat(object);
        if self.code.is_none() && self.message.is_empty() {
            for nested in object.values().filter_map(Value::as_object) {
                self.read_flat(nested);
            }
        }
    }

    fn read_flat(&mut self, object: &Map<String, Value>) {
        let field = |name: &str| object.get(name).and_then(text);
        if self.request_id.is_none() {
            self.request_id = field("request_id").or_else(|| field("requestId"));
        }
        if self.encoded_authorization_message.is_none() {
            self.encoded_authorization_message = field("encoded_authorization_message");
        }
        let pairs = || {
            NAMES
                .iter()
                .map(|(code, message)| (field(code), field(message)))
        };
        let best = pairs()
            .find(|(code, message)| code.is_some() && message.is_some())
            .or_else(|| pairs().find(|(code, message)| code.is_some() || message.is_some()));
        if let Some((code, message)) = best {
            if self.code.is_none() {
                self.code = code;
            }
            if self.message.is_empty() {
                self.message = shortened(&message.unwrap_or_default());
            }
        }
    }
}

/// A code is text to one service and a number to another.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The words of a page that a gateway answers with.
fn plain_text(body: &str) -> String {
    if !body.trim_start().starts_with('<') {
        return shortened(body);
    }
    let mut words = String::new();
    let mut rest = body;
    while let Some((before, after)) = rest.split_once('<') {
        words.push_str(before);
        words.push(' ');
        // What stands between these tags is not for reading.
        let skipped = ["style", "script"].into_iter().find(|tag| {
            after
                .get(..tag.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(tag))
        });
        rest = match skipped {
            Some(tag) => after
                .split_once(&format!("</{tag}"))
                .map_or("", |(_, rest)| rest),
            None => after,
        };
        rest = rest.split_once('>').map_or("", |(_, rest)| rest);
    }
    words.push_str(rest);
    shortened(&words)
}

/// One line, of bounded length.
fn shortened(text: &str) -> String {
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if let Some((end, _)) = line.char_indices().nth(MAX_TEXT) {
        line.truncate(end);
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_becomes_the_same_error() {
        let shapes = [
            r#"{"error_code":"X.1","error_msg":"no"}"#,
            r#"{"errorCode":"X.1","errorMsg":"no"}"#,
            r#"{"errorCode":"X.1","errorMessage":"no"}"#,
            r#"{"code":"X.1","message":"no"}"#,
            r#"{"error":{"code":"X.1","message":"no"}}"#,
            r#"{"badRequest":{"error_code":"X.1","error_msg":"no"}}"#,
            r#"{"kind":"Status","code":404,"message":"other","errorCode":"X.1","errorMessage":"no"}"#,
        ];
        for shape in shapes {
            let expected = ErrorBody {
                code: Some("X.1".into()),
                message: "no".into(),
                ..ErrorBody::default()
            };
            assert_eq!(ErrorBody::parse(shape.as_bytes()), expected, "{shape}");
        }
    }

    #[test]
    fn what_is_left_of_an_error_is_not_lost() {
        let cases = [
            (r#"{"error_code":"X.1"}"#, Some("X.1"), ""),
            (r#"{"error_msg":"no"}"#, None, "no"),
            (r#"{"code":401,"message":"no"}"#, Some("401"), "no"),
            (r#"{"code":401,"message":null}"#, Some("401"), ""),
            (
                r#"{"error":{"message":"no","title":"Unauthorized"}}"#,
                None,
                "no",
            ),
            (r#"{"error":"no"}"#, None, r#"{"error":"no"}"#),
            (r#""no""#, None, "no"),
            ("[1]", None, "[1]"),
            ("", None, ""),
            ("upstream\n connect error", None, "upstream connect error"),
            (
                "<html><head><style>p{}</style><title>502 Bad Gateway</title></head>\
                 <body><h1>Sorry</h1><script>x<y</script></body></html>",
                None,
                "502 Bad Gateway Sorry",
            ),
            ("<html", None, ""),
        ];
        for (body, code, message) in cases {
            let found = ErrorBody::parse(body.as_bytes());
            assert_eq!(found.code.as_deref(), code, "{body}");
            assert_eq!(found.message, message, "{body}");
        }
    }

    #[test]
    fn ids_and_authorization_messages_are_kept() {
        let body = br#"{"request_id":"r1","error":{"error_code":"PAP5.0002","error_msg":"denied",
            "encoded_authorization_message":"abc"}}"#;
        let found = ErrorBody::parse(body);
        assert_eq!(found.request_id.as_deref(), Some("r1"));
        assert_eq!(found.code.as_deref(), Some("PAP5.0002"));
        assert_eq!(found.encoded_authorization_message.as_deref(), Some("abc"));
    }

    #[test]
    fn a_long_page_is_shortened_between_characters() {
        let found = ErrorBody::parse("错".repeat(100_000).as_bytes());
        assert_eq!(found.message.chars().count(), MAX_TEXT + 1);
    }
}
