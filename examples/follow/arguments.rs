//! What the caller can say.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use huaweicloud_jobs::jiff::SignedDuration;

/// Follows a job to its end: one of the real cloud, or the creation of a cluster on an emulator
#[derive(Parser)]
pub(crate) struct Arguments {
    /// Follow this job of the real cloud; for codearts-build, the id of a build task
    #[arg(long, value_name = "ID", requires = "service")]
    pub(crate) job: Option<String>,
    /// The service that runs the job
    #[arg(long, requires = "job")]
    pub(crate) service: Option<Service>,
    /// How many times as fast as time the emulator's cluster is created; it takes 14 minutes
    #[arg(long, value_name = "N", default_value = "50", value_parser = speed, conflicts_with = "job")]
    pub(crate) speed: f64,
    /// Have the creation of the emulator's cluster fail
    #[arg(long, conflicts_with = "job")]
    pub(crate) fail: bool,
    /// Follow the job for no longer than this, such as 90s or 30m
    #[arg(long, value_name = "DURATION", default_value = "1h", value_parser = duration)]
    pub(crate) timeout: Duration,
    /// Write the events to stdout as JSON, one a line, and nothing else
    #[arg(long)]
    pub(crate) json: bool,
    /// Write the timeline to this file, as a picture
    #[arg(long, value_name = "FILE")]
    pub(crate) svg: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Service {
    Cce,
    Eip,
    #[value(name = "codearts-build")]
    CodeArtsBuild,
}

impl Service {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Cce => "cce",
            Self::Eip => "eip",
            Self::CodeArtsBuild => "codearts-build",
        }
    }
}

/// At no speed, nothing would ever happen.
fn speed(text: &str) -> Result<f64, String> {
    let speed: f64 = text.parse().map_err(|error| format!("{error}"))?;
    if (0.001..=1e6).contains(&speed) {
        Ok(speed)
    } else {
        Err("give a number from 0.001 to 1000000".to_owned())
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    let duration: SignedDuration = text.parse().map_err(|error| format!("{error}"))?;
    Duration::try_from(duration).map_err(|_| "give a duration that is not negative".to_owned())
}
