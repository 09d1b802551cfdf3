//! The official Python SDK, unchanged, is the judge: what it sends, we send; what it signs, we sign
//! and verify.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "clippy takes the functions that tests share for library code"
)]

mod comparison;
mod jobs;
mod judge;
mod random_request;
mod requests;
mod signatures;
