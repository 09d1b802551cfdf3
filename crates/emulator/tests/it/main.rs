//! The emulator over the wire, as a client meets it.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "clippy takes the functions that tests share for library code"
)]

mod admin;
mod agencies;
mod caller;
mod connections;
mod faults;
mod faults_on_the_wire;
mod identities;
mod jobs;
mod recording;
mod rejections;
mod revocations;
mod statistics;
mod temporary_keys;
mod tokens;
