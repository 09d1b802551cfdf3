//! Bodies in the log, for whoever looks for a fault: only when asked for, and without secrets.

use serde_json::Value;
use tracing::debug;

use crate::redact::{Secrets, is_secret_name};

/// The longest text of a body that is logged, in bytes.
const LIMIT: usize = 16 * 1024;

const MASK: &str = "[redacted]";

/// Logs a body that is about to be sent.
pub(crate) fn sending(attempt: u32, body: Option<&reqwest::Body>, secrets: &Secrets) {
    if let Some(bytes) = body.and_then(reqwest::Body::as_bytes) {
        debug!(
            attempt = i64::from(attempt),
            http.request.body = masked(bytes, secrets),
            "sending"
        );
    }
}

/// Logs a body that has come.
pub(crate) fn received(attempt: u32, body: &[u8], secrets: &Secrets) {
    debug!(
        attempt = i64::from(attempt),
        http.response.body = masked(body, secrets),
        "received"
    );
}

/// A body as text, without what is secret in it. What is not JSON may hold anything, so that only
/// its length is told.
fn masked(body: &[u8], secrets: &Secrets) -> String {
    let Ok(mut value) = serde_json::from_slice::<Value>(body) else {
        return format!("{} bytes that are not JSON", body.len());
    };
    mask(&mut value);
    let mut text = value.to_string();
    secrets.redact(&mut text);
    if text.len() > LIMIT {
        let whole = text.len();
        let end = (0..=LIMIT).rfind(|end| text.is_char_boundary(*end));
        text.truncate(end.unwrap_or_default());
        text.push_str(&format!("… ({whole} bytes)"));
    }
    text
}

fn mask(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if is_secret_name(name) {
                    *value = MASK.into();
                } else {
                    mask(value);
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(mask),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use huaweicloud_auth::AccessKey;
    use huaweicloud_auth::provide::Provided;

    use super::*;

    #[test]
    fn what_is_secret_is_masked() {
        let cases = [
            (
                r#"{"auth":{"identity":{"password":{"user":{"name":"a","password":"hush"}}}}}"#,
                r#"{"auth":{"identity":{"password":"[redacted]"}}}"#,
            ),
            (
                r#"{"credential":{"access":"hush"},"id":"x","n":[{"securityToken":"hush"}]}"#,
                r#"{"credential":"[redacted]","id":"x","n":[{"securityToken":"[redacted]"}]}"#,
            ),
            (
                r#"{"user_pwd":["hush"],"private_key":"hush","ak":"hush","keypair_name":"k"}"#,
                r#"{"ak":"[redacted]","keypair_name":"k","private_key":"[redacted]","user_pwd":"[redacted]"}"#,
            ),
            (r#"["a hushed secret-key"]"#, r#"["a hushed [redacted]"]"#),
            ("hush", "4 bytes that are not JSON"),
        ];
        let provided = Provided::new(AccessKey::new("id", "secret-key"));
        let secrets = Secrets::of(Some(Arc::new(provided)));
        for (body, expected) in cases {
            assert_eq!(masked(body.as_bytes(), &secrets), expected);
        }
    }

    #[test]
    fn a_long_body_is_cut() {
        let body = format!("[\"{}\"]", "é".repeat(LIMIT));
        let text = masked(body.as_bytes(), &Secrets::default());
        assert!(text.len() < LIMIT + 40 && text.ends_with("bytes)"));
    }
}
