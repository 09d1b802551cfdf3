//! What it costs to follow very many jobs, and how late their ends are found. Run by
//! `cargo bench -p huaweicloud-benches --bench tracker`; `JOBS=1000` makes it short.

mod cost;
mod delay;
mod http;
mod virtual_jobs;

use std::error::Error;
use std::time::Duration;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Outcome<()> {
    let jobs = std::env::var("JOBS").map_or(Ok(100_000), |jobs| jobs.parse())?;
    // First, while nothing else has used memory.
    cost::run(jobs)?;
    delay::run()?;
    http::run(jobs)
}

/// The time of this thread on a processor.
fn thread_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

/// The resident size of this process in bytes (proc_pid_statm(5)), with pages of 4 KiB.
fn resident() -> Outcome<u64> {
    let statm = std::fs::read_to_string("/proc/self/statm")?;
    let pages: u64 = statm.split_whitespace().nth(1).ok_or("no pages")?.parse()?;
    Ok(pages * 4096)
}
