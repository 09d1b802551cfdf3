//! Calls per second through the whole client, beside bare reqwest that sends the same bytes to the
//! same emulator, and beside the official Python SDK; ours and reqwest in turns, so that a noisy machine disturbs both alike. Run by
//! `cargo bench -p huaweicloud-benches --bench calls`.

use std::error::Error;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use bytes::Bytes;
use huaweicloud_cce::types::Job;
use huaweicloud_cce::{Client, Config};
use huaweicloud_emulator::Emulator;
use reqwest::header::HeaderMap;

const JOB: &str = "354331b2c-229a-11e8-9c75-0255ac100ceb";
const CALLS: usize = 3_000;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Outcome<()> {
    // The emulator has a thread of its own; the callers have this one, whose time is measured.
    let servers = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let callers = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let emulator = servers.block_on(Emulator::builder().start())?;
    let config = Config::builder()
        .endpoint(emulator.url())
        .credentials(emulator.access_key().clone())
        .project_id(emulator.project_id())
        .build()?;
    let client = Client::new(&config)?;
    callers.block_on(call(&client))?;
    let requests = emulator.requests();
    let sent = requests.last().ok_or("nothing was recorded")?;
    let bare = Bare {
        client: reqwest::Client::builder().no_proxy().build()?,
        url: format!("{}{}", emulator.url(), sent.path()),
        headers: sent.headers().clone(),
    };
    println!(
        "{:>7}  {:<22} {:>8} {:>6} {:>12} {:>6}",
        "at once", "", "calls/s", "", "CPU per call", ""
    );
    for at_once in [1, 64] {
        let mut best = [Round::worst(); 3];
        for _ in 0..rounds()? {
            let (client, bare, decoding) = (client.clone(), bare.clone(), bare.clone());
            let ours = move || {
                let client = client.clone();
                async move { call(&client).await }
            };
            let theirs = move || {
                let bare = bare.clone();
                async move { bare.call().await.map(drop) }
            };
            let decoded = move || {
                let bare = decoding.clone();
                async move {
                    let _: Job = serde_json::from_slice(&bare.call().await?)?;
                    Ok(())
                }
            };
            let [one, two, three] = &mut best;
            one.improve(callers.block_on(round(at_once, ours))?);
            two.improve(callers.block_on(round(at_once, theirs))?);
            three.improve(callers.block_on(round(at_once, decoded))?);
        }
        let [ours, bare, decoding] = best;
        for (name, other) in [
            ("huaweicloud-cce", ours),
            ("bare reqwest", bare),
            ("bare reqwest, decoding", decoding),
        ] {
            println!(
                "{at_once:>7}  {name:<22} {:>8.0} {:>6.3} {:>9.1} µs {:>6.3}",
                other.rate(),
                other.rate() / bare.rate(),
                other.cpu.as_secs_f64() * 1e6 / CALLS as f64,
                other.cpu.as_secs_f64() / bare.cpu.as_secs_f64(),
            );
        }
        match official_sdk(&emulator, at_once) {
            Ok((rate, cpu)) => println!(
                "{at_once:>7}  {:<22} {rate:>8.0} {:>6.3} {cpu:>9.1} µs {:>6.3}",
                "official Python SDK",
                rate / bare.rate(),
                cpu / 1e6 * CALLS as f64 / bare.cpu.as_secs_f64(),
            ),
            Err(reason) => println!("the official Python SDK was not measured: {reason}"),
        }
    }
    Ok(())
}

/// The calls per second and the processor's microseconds per call of the official Python SDK, in a
/// process of its own.
fn official_sdk(emulator: &Emulator, at_once: usize) -> Outcome<(f64, f64)> {
    let scripts = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/official-sdk");
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/tmp/official-sdk");
    let set_up = Command::new("sh")
        .args([&format!("{scripts}/set-up.sh"), folder])
        .output()?;
    let interpreter = String::from_utf8(set_up.stdout)?;
    let interpreter = interpreter.lines().last().ok_or("set-up.sh failed")?;
    let output = Command::new(interpreter)
        .args([&format!("{scripts}/bench.py"), "1000"])
        .arg(at_once.to_string())
        .env("HUAWEICLOUD_SDK_AK", emulator.access_key().id())
        .env(
            "HUAWEICLOUD_SDK_SK",
            emulator.access_key().secret().expose(),
        )
        .env("HUAWEICLOUD_SDK_PROJECT_ID", emulator.project_id())
        .env("HUAWEICLOUD_SDK_REGION_CCE_CN_NORTH_4", emulator.url())
        .stderr(Stdio::inherit())
        .output()?;
    let line = String::from_utf8(output.stdout)?;
    let mut figures = line.split_whitespace().map(str::parse);
    let mut figure =
        || Ok::<f64, Box<dyn Error + Send + Sync>>(figures.next().ok_or("it failed")??);
    Ok((figure()?, figure()?))
}

/// How often each is measured; the best counts, since what disturbs only ever slows. Fewer rounds
/// are enough for counting instructions (`ROUNDS=1 valgrind --tool=callgrind …`).
fn rounds() -> Outcome<usize> {
    Ok(std::env::var("ROUNDS").map_or(Ok(15), |rounds| rounds.parse())?)
}

/// What a round of calls took.
#[derive(Clone, Copy)]
struct Round {
    elapsed: Duration,
    /// The time of the callers' thread on a processor.
    cpu: Duration,
}

impl Round {
    fn worst() -> Self {
        Self {
            elapsed: Duration::MAX,
            cpu: Duration::MAX,
        }
    }

    fn improve(&mut self, other: Self) {
        self.elapsed = self.elapsed.min(other.elapsed);
        self.cpu = self.cpu.min(other.cpu);
    }

    fn rate(&self) -> f64 {
        CALLS as f64 / self.elapsed.as_secs_f64()
    }
}

fn thread_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

async fn call(client: &Client) -> Outcome<()> {
    client.show_job().job_id(JOB).send().await?;
    Ok(())
}

/// reqwest alone: the recorded request again, and the body as it comes.
#[derive(Clone)]
struct Bare {
    client: reqwest::Client,
    url: String,
    headers: HeaderMap,
}

impl Bare {
    async fn call(&self) -> Outcome<Bytes> {
        let request = self.client.get(&self.url).headers(self.headers.clone());
        Ok(request.send().await?.error_for_status()?.bytes().await?)
    }
}

/// How long it takes to make all calls, so many at once.
async fn round<F>(at_once: usize, one: impl Fn() -> F + Clone + Send + 'static) -> Outcome<Round>
where
    F: Future<Output = Outcome<()>> + Send,
{
    let (started, cpu) = (Instant::now(), thread_time());
    let workers: Vec<_> = (0..at_once)
        .map(|_| {
            let one = one.clone();
            tokio::spawn(async move {
                for _ in 0..CALLS / at_once {
                    one().await?;
                }
                Ok::<_, Box<dyn Error + Send + Sync>>(())
            })
        })
        .collect();
    for worker in workers {
        worker.await??;
    }
    Ok(Round {
        elapsed: started.elapsed(),
        cpu: thread_time().saturating_sub(cpu),
    })
}
