//! The run: faults come and go while callers call, and then everything is looked at.

use std::collections::HashMap;
use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use fastrand::Rng;
use huaweicloud_core::Config;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tokio::time::sleep;

use crate::account;
use crate::call::{Clients, Operation};
use crate::caller::Callers;
use crate::checks::{Evidence, Leaks};
use crate::emulator::Emulator;
use crate::memory;
use crate::tally::{Counts, Tally};
use crate::trace::Trace;
use crate::weather::{Mixture, Weather};

/// How long connections and tasks may take to end once nobody needs them.
const SETTLING: Duration = Duration::from_secs(10);

/// Runs everything, prints what was seen, and says whether all was well.
pub(crate) async fn run(time: Duration, callers: u64, seed: u64) -> Result<bool, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let outcome = run_on(&runtime, time, callers, seed).await;
    // This is called in another runtime, which must not be blocked.
    runtime.shutdown_background();
    outcome
}

async fn run_on(
    runtime: &Runtime,
    time: Duration,
    callers: u64,
    seed: u64,
) -> Result<bool, Box<dyn Error>> {
    let tasks_before = runtime.metrics().num_alive_tasks();
    let emulator = Emulator::start(seed)?;
    let weather = Arc::new(Weather::default());
    let mut groups = Vec::new();
    for configure in [account::of_access_key, account::of_token] {
        let config = configure(&emulator.url)?;
        groups.push(runtime.spawn(group(config, weather.clone())).await??);
    }

    let mut random = Rng::with_seed(seed);
    let started = Instant::now();
    let mut tasks = Vec::new();
    for (_, group) in (0..callers).zip(groups.iter().cycle()) {
        tasks.push(runtime.spawn(group.clone().run(random.fork())));
    }
    let memory = storm(&emulator, &weather, &groups, time, &mut random).await?;
    for group in &groups {
        group.stop.store(true, Ordering::Relaxed);
    }
    for task in tasks {
        task.await?;
    }
    let took = started.elapsed();

    // Calls that succeed fill the budgets, so that the outage finds them full.
    impose(&emulator, &weather, &Mixture::default()).await?;
    runtime.spawn(recovered(groups.clone())).await?;
    runtime.spawn(all_call(groups.clone(), callers)).await?;
    let counts = taken(&groups);

    impose(&emulator, &weather, &Mixture::outage()).await?;
    runtime.spawn(all_call(groups.clone(), callers)).await?;
    let outage = taken(&groups);
    let statistics = emulator.statistics().await?;

    impose(&emulator, &weather, &Mixture::default()).await?;
    let afterwards = runtime.spawn(afterwards(groups.clone(), callers)).await?;

    drop(groups);
    let leaks = settle(runtime, &emulator, tasks_before).await?;
    let evidence = Evidence {
        counts,
        outage,
        statistics,
        afterwards,
        leaks,
        memory,
        took,
        mixtures: weather.changes(),
    };
    Ok(evidence.report())
}

/// Changes the faults until the time is over; returns the memory and the number of calls after a
/// third of it and at its end.
async fn storm(
    emulator: &Emulator,
    weather: &Weather,
    groups: &[Arc<Callers>],
    time: Duration,
    random: &mut Rng,
) -> Result<[(Option<u64>, u64); 2], Box<dyn Error>> {
    let calls = || groups.iter().map(|group| group.tally.lock().calls).sum();
    let (started, mut clock, mut warm) = (Instant::now(), 0, None);
    while started.elapsed() < time {
        let mixture = Mixture::random(random, clock);
        clock = mixture.clock;
        impose(emulator, weather, &mixture).await?;
        let left = time.saturating_sub(started.elapsed());
        sleep(Duration::from_millis(random.u64(500..4000)).min(left)).await;
        if warm.is_none() && started.elapsed() > time / 3 {
            warm = Some((memory::resident(), calls()));
        }
    }
    let end = (memory::resident(), calls());
    Ok([warm.unwrap_or(end), end])
}

fn taken(groups: &[Arc<Callers>]) -> Vec<Counts> {
    let take = |group: &Arc<Callers>| std::mem::take(&mut *group.tally.lock());
    groups.iter().map(take).collect()
}

/// Has all callers make some calls, one after the other.
async fn all_call(groups: Vec<Arc<Callers>>, callers: u64) {
    let mut tasks = tokio::task::JoinSet::new();
    for (_, group) in (0..callers).zip(groups.iter().cycle()) {
        let group = group.clone();
        tasks.spawn(async move {
            for operation in Operation::ALL {
                group.call(operation, None).await;
            }
        });
    }
    tasks.join_all().await;
}

/// The callers of one configuration, who know what is right from before the storm.
async fn group(
    config: Config,
    weather: Arc<Weather>,
) -> Result<Arc<Callers>, huaweicloud_core::Error> {
    let clients = Clients::new(&config)?;
    let mut expected = HashMap::new();
    for operation in Operation::ALL {
        expected.insert(operation.id(), clients.call(operation).await?);
    }
    Ok(Arc::new(Callers {
        clients,
        expected,
        tally: Tally::default(),
        weather,
        stop: AtomicBool::new(false),
    }))
}

async fn impose(
    emulator: &Emulator,
    weather: &Weather,
    mixture: &Mixture,
) -> Result<(), Box<dyn Error>> {
    weather.change(mixture);
    emulator.inject(&mixture.rules).await?;
    let clock = json!({"offset_seconds": mixture.clock});
    emulator.order("clock", &clock).await?;
    let refuse = json!({"refuse": mixture.refuse});
    emulator.order("access-key", &refuse).await?;
    if mixture.expire {
        emulator.order("expire", &Value::Null).await?;
    }
    Ok(())
}

/// Waits for what the faults have left behind: a failure to get credentials is told again for up to
/// a minute, and the clock is to be learnt once more.
async fn recovered(groups: Vec<Arc<Callers>>) {
    for group in &groups {
        let (started, trace) = (Instant::now(), Arc::new(Trace::default()));
        let call = || trace.of(group.clients.call(Operation::ShowJob));
        while call().await.is_err() && started.elapsed() < Duration::from_secs(70) {
            sleep(Duration::from_millis(200)).await;
        }
        group.tally.lock().requests += u64::from(trace.requests());
    }
}

/// How many calls fail that have no reason to, from as many callers at once, on the connections
/// that the storm has left.
async fn afterwards(groups: Vec<Arc<Callers>>, callers: u64) -> [u64; 2] {
    let mut failed = 0;
    recovered(groups.clone()).await;
    let mut tasks = tokio::task::JoinSet::new();
    for (_, group) in (0..callers).zip(groups.iter().cycle()) {
        let group = group.clone();
        tasks.spawn(async move {
            let answer = group.clients.call(Operation::ShowJob).await;
            answer.is_ok_and(|answer| group.expected.get("ShowJob") == Some(&answer))
        });
    }
    while let Some(right) = tasks.join_next().await {
        failed += u64::from(!matches!(right, Ok(true)));
    }
    [callers, failed]
}

/// Waits until nothing is left of the callers, or for long enough.
async fn settle(
    runtime: &Runtime,
    emulator: &Emulator,
    tasks_before: usize,
) -> Result<Leaks, Box<dyn Error>> {
    let started = Instant::now();
    loop {
        let tasks = runtime.metrics().num_alive_tasks();
        let statistics = emulator.statistics().await?;
        let open = statistics.get("connections_open").and_then(Value::as_u64);
        let leaks = Leaks {
            tasks: tasks.saturating_sub(tasks_before),
            // One is that of the question.
            connections: open.unwrap_or(u64::MAX).saturating_sub(1),
        };
        if leaks.are_none() || started.elapsed() > SETTLING {
            return Ok(leaks);
        }
        sleep(Duration::from_millis(50)).await;
    }
}
