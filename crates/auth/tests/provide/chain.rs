use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use huaweicloud_auth::AccessKey;
use huaweicloud_auth::provide::{
    BoxError, BoxFuture, CredentialsChain, Fetch, ProfileSection, ProvideCredentials, ProvideError,
    Provided,
};

use crate::{HUSH, key_of, shown, variables};

/// A source that provides, fails, or is not set up, in turn.
#[derive(Debug)]
struct Scripted {
    name: &'static str,
    script: &'static str,
    asked: Arc<AtomicUsize>,
}

impl ProvideCredentials for Scripted {
    fn name(&self) -> &str {
        self.name
    }

    fn provide(&self) -> BoxFuture<'_, Result<Provided, ProvideError>> {
        let turn = self.asked.fetch_add(1, Ordering::Relaxed);
        let step = self.script.as_bytes()[turn.min(self.script.len() - 1)];
        let outcome = match step {
            b'+' => Ok(Provided::new(AccessKey::new(self.name, "hush"))),
            b'-' => Err(ProvideError::failed(self.name, "it is broken").with_advice("mend it")),
            _ => Err(ProvideError::not_configured(self.name, "it is absent")),
        };
        Box::pin(async { outcome })
    }
}

fn chain(scripts: &[(&'static str, &'static str)]) -> (CredentialsChain, Vec<Arc<AtomicUsize>>) {
    let mut counts = Vec::new();
    let mut chain = CredentialsChain::new();
    for &(name, script) in scripts {
        let asked = Arc::new(AtomicUsize::new(0));
        counts.push(asked.clone());
        chain = chain.then(Scripted {
            name,
            script,
            asked,
        });
    }
    (chain, counts)
}

#[tokio::test]
async fn absent_and_broken_sources_are_passed_over() {
    let (chain, counts) = chain(&[("a", "."), ("b", "-"), ("c", "+"), ("d", "+")]);
    assert_eq!(key_of(&chain.provide().await.unwrap()).0, "c");
    let asked: Vec<_> = counts
        .iter()
        .map(|count| count.load(Ordering::Relaxed))
        .collect();
    assert_eq!(asked, [1, 1, 1, 0]);
    assert!(!format!("{chain:?}").contains(HUSH));
}

#[tokio::test]
async fn the_chain_stays_with_the_source_that_worked() {
    let (chain, counts) = chain(&[("a", ".+"), ("b", "+-+"), ("c", "+")]);
    assert_eq!(key_of(&chain.provide().await.unwrap()).0, "b");
    assert_eq!(chain.provide().await.unwrap_err().source_name(), "b");
    assert_eq!(key_of(&chain.provide().await.unwrap()).0, "b");
    assert_eq!(counts[0].load(Ordering::Relaxed), 1);
    assert_eq!(counts[2].load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn when_all_fail_each_is_listed_with_its_reason() {
    let (broken, _) = chain(&[("a", "."), ("b", "-")]);
    let error = broken.provide().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the chain of sources: no source provided credentials; one of these is enough\n\
         - a: it is absent\n\
         - b: it is broken; mend it"
    );
    assert!(!error.is_not_configured());
    assert_eq!(error.attempts().len(), 2);

    let (absent, _) = chain(&[("a", "."), ("b", ".")]);
    assert!(absent.provide().await.unwrap_err().is_not_configured());
}

#[derive(Debug)]
struct NoNetwork;

impl Fetch for NoNetwork {
    fn fetch(
        &self,
        _request: http::Request<Vec<u8>>,
        _timeout: Duration,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, BoxError>> {
        Box::pin(async { Err("network is unreachable".into()) })
    }
}

#[tokio::test]
async fn the_official_chain_has_the_official_order_and_says_how_to_set_each_up() {
    let home = [("HOME", "/no/such/home"), ("USERPROFILE", "/no/such/home")];
    let section = ProfileSection::Basic;
    let chain = CredentialsChain::official(Arc::new(NoNetwork), variables(&home), None, section);
    let error = chain.provide().await.unwrap_err();
    let text = error.to_string();
    let expected = [
        "HUAWEICLOUD_OIDC_PROVIDER_URN",
        "HUAWEICLOUD_SDK_AK",
        "~/.huaweicloud/credentials",
        "network is unreachable; run on an elastic cloud server",
        "HC_CONTAINER_CREDENTIALS_FULL_URI",
    ];
    assert_eq!(error.attempts().len(), expected.len(), "{text}");
    for (line, expected) in text.lines().skip(1).zip(expected) {
        assert!(line.contains(expected), "{line} lacks {expected}");
    }
    assert!(!shown(&error).contains(HUSH));
}

#[tokio::test]
async fn the_official_chain_takes_the_environment_before_the_profile() {
    let profile = crate::file("chain-profile", "[basic]\nak = profile\nsk = hush\n");
    let profile = profile.display().to_string();
    let file = ("HUAWEICLOUD_SDK_CREDENTIALS_FILE", profile.as_str());
    let key = [
        ("HUAWEICLOUD_SDK_AK", "environment"),
        ("HUAWEICLOUD_SDK_SK", "hush"),
    ];
    // An OIDC source that is set up only by half is passed over, as in the official chain.
    let half = ("HUAWEICLOUD_OIDC_AGENCY_URN", "iam::1:agency:a");
    for (pairs, expected) in [
        (vec![file, key[0], key[1], half], "environment"),
        (vec![file, half], "profile"),
        (vec![file, key[0]], "profile"),
    ] {
        let chain = CredentialsChain::official(
            Arc::new(NoNetwork),
            variables(&pairs),
            Some("cn-north-4"),
            ProfileSection::Basic,
        );
        assert_eq!(key_of(&chain.provide().await.unwrap()).0, expected);
    }
}
