//! Calls per second through the whole client, beside bare reqwest that sends the same bytes to the
//! same emulator, in turns, so that a noisy machine disturbs both alike. Run by
//! `cargo bench -p huaweicloud-benches --bench calls`.

use std::error::Error;
use std::time::{Duration, Instant};

use huaweicloud_cce::{Client, Config};
use huaweicloud_emulator::Emulator;
use reqwest::header::HeaderMap;

const JOB: &str = "354331b2c-229a-11e8-9c75-0255ac100ceb";
const ROUNDS: usize = 15;
const CALLS: usize = 3_000;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Outcome<()> {
    // The emulator has a thread of its own, and so have the callers.
    let servers = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let callers = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
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
    for at_once in [1, 64] {
        let (mut ours, mut theirs) = (Duration::MAX, Duration::MAX);
        for _ in 0..ROUNDS {
            let client = client.clone();
            let one = move || {
                let client = client.clone();
                async move { call(&client).await }
            };
            ours = ours.min(callers.block_on(round(at_once, one))?);
            let bare = bare.clone();
            let one = move || {
                let bare = bare.clone();
                async move { bare.call().await }
            };
            theirs = theirs.min(callers.block_on(round(at_once, one))?);
        }
        let rate = |time: Duration| CALLS as f64 / time.as_secs_f64();
        println!(
            "{at_once:>2} at once: {:.0} calls/s, bare reqwest {:.0} calls/s, ratio {:.3}",
            rate(ours),
            rate(theirs),
            rate(ours) / rate(theirs),
        );
    }
    Ok(())
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
    async fn call(&self) -> Outcome<()> {
        let request = self.client.get(&self.url).headers(self.headers.clone());
        request.send().await?.error_for_status()?.bytes().await?;
        Ok(())
    }
}

/// How long it takes to make all calls, so many at once.
async fn round<F>(at_once: usize, one: impl Fn() -> F + Clone + Send + 'static) -> Outcome<Duration>
where
    F: Future<Output = Outcome<()>> + Send,
{
    let started = Instant::now();
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
    Ok(started.elapsed())
}
