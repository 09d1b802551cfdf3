//! What it costs to sign the request of CCE's ShowJob.
//!
//! Beside it are the floor, which is the bare hashing of the same bytes (one SHA-256 of the canonical
//! request and one HMAC-SHA256 of the string to sign, by the same crates), and aws-sigv4, which signs
//! a request of the same size. At the end come the ratios of the fastest samples, which other work on
//! the machine disturbs least; the goal is less than 2.5 times the floor. The copy of the request
//! that is signed is made outside of the measured time.
//!
//! ```text
//! cargo bench -p huaweicloud-benches --bench sign
//! ```

#![allow(clippy::unwrap_used, reason = "a benchmark is no library")]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials as AwsCredentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings};
use aws_sigv4::sign::v4;
use criterion::Criterion;
use hmac::{Hmac, KeyInit, Mac};
use http::Request;
use http::request::Parts;
use huaweicloud_auth::{AccessKey, Credentials, SigningContext, explain, sign};
use sha2::{Digest, Sha256};

const ID: &str = "HPUA0EXAMPLE00000000";
const SECRET: &str = "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc";
const PROJECT_ID: &str = "0605767a5780d5762f9ac0123456789a";
const GOAL: f64 = 2.5;

/// How many requests are copied at a time, ahead of the measured time; few enough for the cache.
const COPIES: u64 = 32;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let mut fastest = Fastest::default();
    let time = UNIX_EPOCH + Duration::from_secs(1_573_789_015);
    floor(&mut criterion, &mut fastest, time);
    ours(&mut criterion, &mut fastest, time);
    aws(&mut criterion, &mut fastest, time);
    criterion.final_summary();
    fastest.print();
}

fn show_job() -> Parts {
    let request = Request::get(format!(
        "https://cce.cn-north-4.myhuaweicloud.com/api/v3/projects/{PROJECT_ID}\
         /jobs/354331b2c-229a-11e8-9c75-0255ac100ceb"
    ));
    let request = request
        .header("content-type", "application/json")
        .header("user-agent", "huaweicloud-sdk-rust/0.1.0");
    request.body(()).unwrap().into_parts().0
}

fn floor(criterion: &mut Criterion, fastest: &mut Fastest, time: SystemTime) {
    let key = AccessKey::new(ID, SECRET);
    let context = SigningContext::new(time).project_id(PROJECT_ID);
    let signed = explain(&show_job(), b"", &key, &context).unwrap();
    let mut samples = Vec::new();
    criterion.bench_function("floor", |bencher| {
        bencher.iter_custom(|iterations| {
            let start = Instant::now();
            for _ in 0..iterations {
                black_box(Sha256::digest(black_box(&signed.canonical_request)));
                let mut mac = Hmac::<Sha256>::new_from_slice(black_box(SECRET.as_bytes())).unwrap();
                mac.update(black_box(signed.string_to_sign.as_bytes()));
                black_box(mac.finalize());
            }
            record(&mut samples, start.elapsed(), iterations)
        });
    });
    fastest.add("floor", samples);
}

fn ours(criterion: &mut Criterion, fastest: &mut Fastest, time: SystemTime) {
    let credentials = Credentials::from(AccessKey::new(ID, SECRET));
    let context = SigningContext::new(time).project_id(PROJECT_ID);
    let mut samples = Vec::new();
    criterion.bench_function("huaweicloud-auth", |bencher| {
        bencher.iter_custom(|iterations| {
            let elapsed = on_copies_of(&show_job(), iterations, |parts| {
                sign(black_box(parts), b"", &credentials, &context).unwrap();
            });
            record(&mut samples, elapsed, iterations)
        });
    });
    fastest.add("huaweicloud-auth", samples);
}

fn aws(criterion: &mut Criterion, fastest: &mut Fastest, time: SystemTime) {
    let identity = AwsCredentials::new(ID, SECRET, None, None, "hardcoded").into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region("cn-north-4")
        .name("cce")
        .time(time)
        .settings(SigningSettings::default())
        .build()
        .unwrap()
        .into();
    // It does not add this one.
    let mut unsigned = show_job();
    let project_id = PROJECT_ID.parse().unwrap();
    unsigned.headers.insert("x-project-id", project_id);
    let unsigned = Request::from_parts(unsigned, ());
    let mut samples = Vec::new();
    criterion.bench_function("aws-sigv4", |bencher| {
        bencher.iter_custom(|iterations| {
            let elapsed = on_copies_of(&unsigned, iterations, |request| {
                let headers = request.headers().iter();
                let headers = headers.map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
                let url = request.uri().to_string();
                let body = SignableBody::Bytes(b"");
                let signable =
                    SignableRequest::new(request.method().as_str(), url, headers, body).unwrap();
                let output = aws_sigv4::http_request::sign(black_box(signable), &parameters);
                let (instructions, _) = output.unwrap().into_parts();
                instructions.apply_to_request_http1x(request);
            });
            record(&mut samples, elapsed, iterations)
        });
    });
    fastest.add("aws-sigv4", samples);
}

/// The time that the work takes on as many copies.
fn on_copies_of<T: Clone>(original: &T, iterations: u64, work: impl Fn(&mut T)) -> Duration {
    let mut elapsed = Duration::ZERO;
    let mut left = iterations;
    while left > 0 {
        let count = left.min(COPIES);
        left -= count;
        let mut copies: Vec<_> = (0..count).map(|_| original.clone()).collect();
        let start = Instant::now();
        for copy in &mut copies {
            work(copy);
        }
        elapsed += start.elapsed();
        black_box(copies);
    }
    elapsed
}

fn record(samples: &mut Vec<f64>, elapsed: Duration, iterations: u64) -> Duration {
    samples.push(elapsed.as_secs_f64() * 1e9 / iterations as f64);
    elapsed
}

/// Nanoseconds.
#[derive(Default)]
struct Fastest(BTreeMap<&'static str, f64>);

impl Fastest {
    fn add(&mut self, name: &'static str, samples: Vec<f64>) {
        if let Some(fastest) = samples.into_iter().min_by(f64::total_cmp) {
            self.0.insert(name, fastest);
        }
    }

    fn print(&self) {
        let fastest = |name| self.0.get(name).copied();
        let Some(ours) = fastest("huaweicloud-auth") else {
            return;
        };
        println!("huaweicloud-auth: {ours:.0} ns");
        if let Some(floor) = fastest("floor") {
            let ratio = ours / floor;
            println!("{ratio:.2} times the floor of {floor:.0} ns; the goal is less than {GOAL}");
        }
        if let Some(aws) = fastest("aws-sigv4") {
            let ratio = ours / aws;
            println!("{ratio:.2} times the {aws:.0} ns of aws-sigv4");
        }
    }
}
