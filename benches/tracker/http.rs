//! All the way: real requests to an emulator that has a thread of its own; once where all goes well,
//! and once where one request in a hundred fails and now and then all are throttled. All ends must be
//! found, and the budget must be kept.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use huaweicloud_core::policy::{CallOptions, RetryPolicy};
use huaweicloud_eip::{Client, Config};
use huaweicloud_emulator::{Emulator, Fault, RetryAfter, Rule, Script, Service};
use huaweicloud_jobs::{Event, JobFuture, JobSource, Outcome as End, RateLimit, Schedule, Tracker};

use crate::{Outcome, resident, thread_time};

/// Polls a second; more than there will be, if the machine is slow.
const RATE: u32 = 4_000;
const SECOND: Duration = Duration::from_secs(1);

/// Notes when it was asked.
struct Timed {
    client: Client,
    polls: Arc<Mutex<Vec<Instant>>>,
}

impl JobSource for Timed {
    fn service(&self) -> &str {
        self.client.service()
    }

    fn job<'a>(&'a self, id: &'a str) -> JobFuture<'a> {
        let mut polls = self.polls.lock().unwrap_or_else(PoisonError::into_inner);
        polls.push(Instant::now());
        self.client.job(id)
    }
}

pub(crate) fn run(jobs: usize) -> Outcome<()> {
    println!("{jobs} jobs followed to their end, by HTTP, on one thread");
    run_in(jobs, false)?;
    println!("the same, where polls fail and are throttled");
    run_in(jobs, true)
}

fn run_in(jobs: usize, stormy: bool) -> Outcome<()> {
    let servers = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let emulator = servers.block_on(Emulator::builder().seed(7).start())?;
    // Half a minute to a minute, in which a job is asked about a few times.
    let scripts = [3, 4, 5, 6].map(|addresses| Arc::new(Script::addresses(addresses)));
    let start = |number: usize| {
        let script = scripts.get(number % scripts.len())?;
        Some(emulator.start_job(Service::Eip, script.clone()))
    };
    let ids: Vec<String> = (0..jobs).filter_map(start).collect();
    let emulator = Arc::new(emulator);
    if stormy {
        servers.spawn(weather(emulator.clone()));
    }
    let config = Config::builder()
        .endpoint(emulator.url())
        .credentials(emulator.access_key().clone())
        .project_id(emulator.project_id())
        .build()?;
    let client = Client::new(&config)?;
    let once = CallOptions::new().retry(RetryPolicy::never());
    let polls = Arc::default();
    let source = Timed {
        client: client.with_options(once),
        polls: Arc::clone(&polls),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(follow(source, &ids))?;
    let polls = polls.lock().unwrap_or_else(PoisonError::into_inner);
    check_budget(&polls)
}

/// One request in a hundred fails, and for two seconds in thirty all are throttled.
async fn weather(emulator: Arc<Emulator>) -> Outcome<()> {
    loop {
        emulator.inject(Rule::new(Fault::Status(502)).probability(0.01))?;
        tokio::time::sleep(28 * SECOND).await;
        let retry_after = Some(RetryAfter::Seconds(1));
        emulator.inject(Rule::new(Fault::Throttled { retry_after }))?;
        tokio::time::sleep(2 * SECOND).await;
        emulator.clear_faults();
    }
}

async fn follow(source: Timed, ids: &[String]) -> Outcome<()> {
    let polls = source.polls.clone();
    let (tracker, mut events) = Tracker::builder()
        .rate(RateLimit::new(RATE, SECOND))
        .schedule(Schedule::default().initial_delay(Duration::from_millis(1)))
        .source("eip", source)
        .start()?;
    let (started, cpu) = (Instant::now(), thread_time());
    for id in ids {
        tracker.add("eip", id)?;
    }
    drop(tracker);
    let (mut all, mut ends, mut failed) = (0, 0, 0);
    while let Some(tracked) = events.next().await {
        all += 1;
        match tracked.event {
            Event::Done {
                outcome: End::Succeeded,
                ..
            } => ends += 1,
            Event::Done { .. } => return Err(format!("{tracked:?}").into()),
            Event::PollFailed(_) => failed += 1,
            _ => {}
        }
    }
    if ends != ids.len() {
        return Err(format!("{ends} ends of {} jobs", ids.len()).into());
    }
    let (elapsed, cpu) = (started.elapsed(), thread_time() - cpu);
    let polls = polls.lock().unwrap_or_else(PoisonError::into_inner).len();
    println!("{:<48} {:>8.1}", "seconds", elapsed.as_secs_f64());
    println!("{:<48} {polls:>8}", "polls");
    println!("{:<48} {failed:>8}", "of these, failed");
    println!("{:<48} {all:>8}", "events");
    println!(
        "{:<48} {:>8.0}",
        "polls a second",
        polls as f64 / elapsed.as_secs_f64()
    );
    println!(
        "{:<48} {:>8.1}",
        "CPU of a poll, µs",
        cpu.as_secs_f64() * 1e6 / polls as f64
    );
    println!(
        "{:<48} {:>8}",
        "resident, emulator included, MiB",
        resident()? >> 20
    );
    Ok(())
}

/// No second may have more polls than so many and the burst, which is as many.
fn check_budget(polls: &[Instant]) -> Outcome<()> {
    let mut most = 0;
    let mut first = 0;
    for (last, at) in polls.iter().enumerate() {
        while polls.get(first).is_some_and(|old| *at - *old >= SECOND) {
            first += 1;
        }
        most = most.max(last + 1 - first);
    }
    println!("{:<48} {most:>8}", "most polls within a second");
    if most > 2 * RATE as usize {
        return Err(format!("{most} polls within a second, with {RATE} allowed").into());
    }
    Ok(())
}
