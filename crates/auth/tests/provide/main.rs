//! Sources of credentials against local servers that behave as the real ones do.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "the whole crate is tests"
)]

mod cache;
mod chain;
mod cloud;
mod failure;
mod fetch;
mod local;
#[cfg(all(feature = "process", unix))]
mod process;
mod server;
mod success;

use std::error::Error;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use huaweicloud_auth::provide::{ProvideError, Provided, Variables};
use huaweicloud_auth::{Credentials, Secret};

/// What is in every secret of these tests.
const HUSH: &str = "hush";

fn variables(pairs: &[(&str, &str)]) -> Variables {
    pairs.iter().copied().collect()
}

/// A file with this text, from one moment to the next: tests run side by side.
fn file(name: &str, text: &str) -> PathBuf {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let new = path.with_extension(format!("{}-{number}", std::process::id()));
    std::fs::write(&new, text).unwrap();
    std::fs::rename(&new, &path).unwrap();
    path
}

fn key_of(provided: &Provided) -> (&str, &str, Option<&str>) {
    let Credentials::AccessKey(key) = &provided.credentials else {
        panic!("not an access key: {provided:?}");
    };
    let token = key.security_token().map(Secret::expose);
    (key.id(), key.secret().expose(), token)
}

/// Everything that can be seen of an error.
fn shown(error: &ProvideError) -> String {
    let mut shown = format!("{error} {error:?} {error:#?}");
    for attempt in error.attempts() {
        shown += &self::shown(attempt);
    }
    let mut cause = error.source();
    while let Some(error) = cause {
        shown += &format!(" {error} {error:?}");
        cause = error.source();
    }
    shown
}
