use std::time::Duration;

use huaweicloud_auth::provide::{ExternalProcess, ProvideCredentials};

use crate::{HUSH, key_of, shown};

fn printing(script: &str) -> ExternalProcess {
    ExternalProcess::new("sh").args(["-c", script, "hush-argument"])
}

#[tokio::test]
async fn a_program_prints_a_key_in_any_of_the_spellings() {
    for (text, expected) in [
        (
            r#"{"access_key_id": "a", "secret_access_key": "b"}"#,
            ("a", "b", None),
        ),
        (
            r#"{"ak": "a", "sk": "b", "security_token": "c"}"#,
            ("a", "b", Some("c")),
        ),
        (
            r#"{"credential": {"access": "a", "secret": "b", "securitytoken": "c",
               "expires_at": "2099-01-02T03:04:05.678000Z"}}"#,
            ("a", "b", Some("c")),
        ),
    ] {
        let source = printing(&format!("echo '{text}'"));
        let provided = source.provide().await.unwrap();
        assert_eq!(key_of(&provided), expected, "{text}");
        assert_eq!(provided.expires_at.is_some(), text.contains("expires_at"));
    }
}

#[tokio::test]
async fn arguments_reach_the_program_as_they_are() {
    let text = r#"{"ak": "$HOME; a", "sk": "b"}"#;
    let source = ExternalProcess::new("printf").args(["%s", text]);
    assert_eq!(key_of(&source.provide().await.unwrap()).0, "$HOME; a");
}

#[tokio::test]
async fn a_program_that_fails_or_prints_rubbish_is_told_without_its_words() {
    for (source, expected) in [
        (printing("echo '{\"ak\": \"a\"}'"), "lacks secret"),
        (printing("echo hush"), "not JSON"),
        (printing("true"), "empty"),
        (
            printing("echo '{\"ak\": \"a\", \"sk\": \"hush\"}'; exit 3"),
            "exit status: 3",
        ),
        (
            printing("while echo hush; do :; done 2>/dev/null"),
            "prints too much",
        ),
        (
            printing("echo '{\"ak\": \"a\", \"sk\": \"hush\", \"expires_at\": \"now\"}'"),
            "expires_at",
        ),
        (
            ExternalProcess::new("/no/such/program").args(["hush"]),
            "cannot be started",
        ),
    ] {
        let error = source.provide().await.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert!(error.advice().is_some());
        assert!(
            !(shown(&error) + &format!("{source:?}")).contains(HUSH),
            "{error:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_program_that_does_not_end_is_killed() {
    let source = ExternalProcess::new("sleep")
        .args(["1000"])
        .timeout(Duration::from_secs(7));
    let error = source.provide().await.unwrap_err();
    assert!(
        error.to_string().contains("did not end in 7 seconds"),
        "{error}"
    );
}
