//! Sources that ask nobody: the program, the environment, the profile file.

use huaweicloud_auth::AccessKey;
use huaweicloud_auth::provide::{
    EnvironmentCredentials, ProfileFile, ProfileSection, ProvideCredentials, Provided,
    StaticCredentials,
};

use crate::{HUSH, file, key_of, shown, variables};

#[tokio::test]
async fn the_program_names_credentials_and_what_it_knows_besides() {
    let given = Provided::new(AccessKey::new("a", "hush")).project_id("0605767a");
    let source = StaticCredentials::new(given.clone());
    assert_eq!(source.provide().await.unwrap(), given);
    assert!(!format!("{source:?}").contains(HUSH));
}

#[tokio::test]
async fn the_official_variables_win_over_the_documented_ones() {
    let documented = [("CLOUD_SDK_AK", "a"), ("CLOUD_SDK_SK", "b")];
    let official = [
        ("HUAWEICLOUD_SDK_AK", " c "),
        ("HUAWEICLOUD_SDK_SK", "d"),
        ("HUAWEICLOUD_SDK_SECURITY_TOKEN", "e"),
        ("HUAWEICLOUD_SDK_PROJECT_ID", "0605767a"),
        ("HUAWEICLOUD_SDK_DOMAIN_ID", "d78cbac1"),
    ];
    let source = EnvironmentCredentials::new().variables(variables(&documented));
    let provided = source.provide().await.unwrap();
    assert_eq!(key_of(&provided), ("a", "b", None));
    assert_eq!(provided.project_id, None);

    let both = [&documented[..], &official[..]].concat();
    let source = EnvironmentCredentials::new().variables(variables(&both));
    let provided = source.provide().await.unwrap();
    assert_eq!(key_of(&provided), ("c", "d", Some("e")));
    assert_eq!(provided.project_id.as_deref(), Some("0605767a"));
    assert_eq!(provided.domain_id.as_deref(), Some("d78cbac1"));
}

#[tokio::test]
async fn an_environment_that_is_half_set_up_says_what_is_missing() {
    for (pairs, expected) in [
        (
            &[("HUAWEICLOUD_SDK_AK", "a")][..],
            "HUAWEICLOUD_SDK_SK is not",
        ),
        (
            &[("HUAWEICLOUD_SDK_SK", "hush"), ("CLOUD_SDK_AK", "a")],
            "HUAWEICLOUD_SDK_AK is not",
        ),
        (
            &[("HUAWEICLOUD_SDK_AK", "a"), ("HUAWEICLOUD_SDK_SK", " ")],
            "HUAWEICLOUD_SDK_SK is not",
        ),
        (&[("CLOUD_SDK_SK", "hush")], "CLOUD_SDK_AK is not"),
        (
            &[("HUAWEICLOUD_SDK_IDP_ID", "acme")],
            "HUAWEICLOUD_SDK_ID_TOKEN_FILE is not",
        ),
        (
            &[("HUAWEICLOUD_SDK_ID_TOKEN_FILE", "/token")],
            "HUAWEICLOUD_SDK_IDP_ID is not",
        ),
        (
            &[
                ("HUAWEICLOUD_SDK_ID_TOKEN_FILE", "/token"),
                ("HUAWEICLOUD_SDK_IDP_ID", "acme"),
            ],
            "EnvironmentCredentials::fetch",
        ),
    ] {
        let source = EnvironmentCredentials::new().variables(variables(pairs));
        let error = source.provide().await.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert!(!error.is_not_configured(), "{error}");
        assert!(
            !(shown(&error) + &format!("{source:?}")).contains(HUSH),
            "{error:?}"
        );
    }
    let source = EnvironmentCredentials::new().variables(variables(&[]));
    let error = source.provide().await.unwrap_err();
    assert!(error.is_not_configured());
    assert!(
        error
            .to_string()
            .contains("set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK")
    );
}

#[tokio::test]
async fn half_of_an_identity_provider_does_no_harm_to_a_whole_key() {
    let key = [("HUAWEICLOUD_SDK_AK", "a"), ("HUAWEICLOUD_SDK_SK", "b")];
    let half = [("HUAWEICLOUD_SDK_IDP_ID", "acme")];
    let source = EnvironmentCredentials::new().variables(variables(&[&key[..], &half].concat()));
    assert_eq!(key_of(&source.provide().await.unwrap()), ("a", "b", None));

    let path = file("half-profile", "[basic]\nak = a\nsk = b\nidp_id = acme\n");
    let source = ProfileFile::new().path(path);
    assert_eq!(key_of(&source.provide().await.unwrap()), ("a", "b", None));
}

#[tokio::test]
async fn a_profile_has_a_section_for_each_kind_of_service() {
    let path = file(
        "two-profiles",
        "[basic]\nAK: a\nSK = b\nproject_id = 0605767a\niam_endpoint = https://iam.example.com\n\
         [global]\nak = c\nsk = d\nsecurity_token = e\ndomain_id = d78cbac1\n",
    );
    let named = variables(&[(
        "HUAWEICLOUD_SDK_CREDENTIALS_FILE",
        &path.display().to_string(),
    )]);
    let source = ProfileFile::new().variables(named.clone());
    let basic = source.provide().await.unwrap();
    assert_eq!(key_of(&basic), ("a", "b", None));
    assert_eq!(basic.project_id.as_deref(), Some("0605767a"));
    assert_eq!(
        basic.iam_endpoint.as_deref(),
        Some("https://iam.example.com")
    );

    let source = ProfileFile::new()
        .variables(named)
        .section(ProfileSection::Global);
    let global = source.provide().await.unwrap();
    assert_eq!(key_of(&global), ("c", "d", Some("e")));
    assert_eq!(global.domain_id.as_deref(), Some("d78cbac1"));
}

#[cfg(unix)]
#[tokio::test]
async fn the_profile_file_is_at_home_and_read_anew_each_time() {
    let home = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("home");
    std::fs::create_dir_all(home.join(".huaweicloud")).unwrap();
    let source = ProfileFile::new().variables(variables(&[("HOME", &home.display().to_string())]));
    for key in ["first", "second"] {
        file(
            "home/.huaweicloud/credentials",
            &format!("[basic]\nak = {key}\nsk = b\n"),
        );
        assert_eq!(key_of(&source.provide().await.unwrap()).0, key);
    }
}

#[tokio::test]
async fn a_profile_file_that_is_of_no_use_says_why() {
    let cases = [
        (
            "lacks-sk",
            "[basic]\nak = a\nsecurity_token = hush\n",
            "[basic] lacks sk",
            false,
        ),
        (
            "lacks-ak",
            "[basic]\nsk = hush\n",
            "[basic] lacks ak",
            false,
        ),
        (
            "lacks-both",
            "[basic]\nproject_id = 1\n",
            "[basic] lacks ak and sk",
            false,
        ),
        (
            "lacks-file",
            "[basic]\nidp_id = acme\n",
            "[basic] lacks id_token_file",
            false,
        ),
        (
            "lacks-idp",
            "[basic]\nid_token_file = /token\n",
            "[basic] lacks idp_id",
            false,
        ),
        (
            "lacks-fetch",
            "[basic]\nid_token_file = /t\nidp_id = a\n",
            "ProfileFile::fetch",
            false,
        ),
        (
            "lacks-section",
            "[global]\nak = a\nsk = hush\n",
            "has no section [basic]",
            true,
        ),
        (
            "broken",
            "[basic]\nak = a\n[basic\nsk = hush\n",
            "line 3",
            false,
        ),
    ];
    for (name, text, expected, absent) in cases {
        let source = ProfileFile::new().path(file(name, text));
        let error = source.provide().await.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(error.is_not_configured(), absent, "{error}");
        assert!(
            error
                .advice()
                .unwrap()
                .contains("~/.huaweicloud/credentials")
        );
        assert!(
            !(shown(&error) + &format!("{source:?}")).contains(HUSH),
            "{error:?}"
        );
    }
    let nowhere = variables(&[("HUAWEICLOUD_SDK_CREDENTIALS_FILE", "/no/such/file")]);
    let error = ProfileFile::new()
        .variables(nowhere)
        .provide()
        .await
        .unwrap_err();
    assert!(
        !error.is_not_configured(),
        "a file that was named must be there"
    );
    assert!(
        error
            .to_string()
            .contains("which HUAWEICLOUD_SDK_CREDENTIALS_FILE names"),
        "{error}"
    );
    let at_home = variables(&[("HOME", "/no/such/home"), ("USERPROFILE", "/no/such/home")]);
    for nothing in [at_home, variables(&[])] {
        let error = ProfileFile::new()
            .variables(nothing)
            .provide()
            .await
            .unwrap_err();
        assert!(error.is_not_configured(), "{error}");
    }
}
