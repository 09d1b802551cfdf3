//! Follows a job to its end and shows its tree: live on a terminal, else a line for each change, or
//! the events as JSON. At the end, the timeline tells what the time went into.
//!
//! Without `--job` it creates a cluster on the emulator, in this process. With `--job` and
//! `--service` it follows that job of the real cloud, with the credentials and the region of the
//! environment.
//!
//! The exit code is 0 when the job succeeded, 1 when it failed, and 2 when that is not known.

mod arguments;
mod clock;
mod cluster;
mod json;
mod live;
mod plain;
mod subject;
mod view;

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser as _;
use futures_util::StreamExt as _;
use huaweicloud_jobs::timeline::clean;
use huaweicloud_jobs::{CancellationToken, Job, Outcome, Timeline, WaitError, Watch};

use self::arguments::Arguments;
use self::subject::Subject;
use self::view::View;

type Error = Box<dyn std::error::Error>;

const FAILED: u8 = 1;
const NOT_KNOWN: u8 = 2;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(&Arguments::parse()).await {
        Ok(code) => code,
        Err(error) => {
            complain(&error.to_string());
            ExitCode::from(NOT_KNOWN)
        }
    }
}

async fn run(arguments: &Arguments) -> Result<ExitCode, Error> {
    let subject = match (&arguments.service, &arguments.job) {
        (Some(service), Some(id)) => Subject::existing(*service, id).await?,
        _ => Subject::cluster(arguments.speed, arguments.fail).await?,
    };
    let waiter = subject.waiter.clone();
    let waiter = waiter.timeout(arguments.timeout).cancel_on(interrupted());
    let mut view = View::new(arguments.json, subject.clock);
    let end = follow(waiter.watch(&*subject.id), &mut view).await?;
    let code = report(arguments, &subject, end)?;
    subject.end().await;
    Ok(code)
}

/// Cancelled by Ctrl-C.
fn interrupted() -> CancellationToken {
    let token = CancellationToken::new();
    let cancel = token.clone();
    tokio::spawn(async move {
        match tokio::signal::ctrl_c().await {
            Ok(()) => cancel.cancel(),
            Err(error) => complain(&format!("Ctrl-C will not end this well: {error}")),
        }
    });
    token
}

/// Shows what happens until nothing more does. The outer error is that it cannot be shown.
async fn follow(mut watch: Watch, view: &mut View) -> Result<Result<Job, WaitError>, Error> {
    let mut tree: Option<Job> = None;
    let mut frames = tokio::time::interval(Duration::from_millis(100));
    loop {
        tokio::select! {
            event = watch.next() => {
                let Some(event) = event else { break };
                view.event(tree.as_ref(), &event).map_err(unwritten)?;
                match &mut tree {
                    Some(tree) => tree.apply(&event)?,
                    None => tree = Job::replay([&event])?,
                }
            }
            _ = frames.tick() => {
                if let Some(tree) = &tree {
                    view.frame(tree);
                }
            }
        }
    }
    if let Some(tree) = &tree {
        view.frame(tree);
    }
    view.end().map_err(unwritten)?;
    Ok(watch.finish().await)
}

fn report(
    arguments: &Arguments,
    subject: &Subject,
    end: Result<Job, WaitError>,
) -> Result<ExitCode, Error> {
    let (job, error) = match &end {
        Ok(job) => (Some(job), None),
        Err(error) => (error.job(), Some(error)),
    };
    let timeline = job.map(|job| Timeline::as_of(job, subject.clock.now()));
    if let (Some(timeline), false) = (&timeline, arguments.json) {
        write!(io::stdout(), "\n{timeline}").map_err(unwritten)?;
    }
    if let (Some(timeline), Some(file)) = (&timeline, &arguments.svg) {
        std::fs::write(file, timeline.to_svg()).map_err(|error| {
            let file = file.display();
            format!("the picture cannot be written to {file}: {error}; name a file that can")
        })?;
    }
    let Some(error) = error else {
        return Ok(ExitCode::SUCCESS);
    };
    complain(&error.to_string());
    Ok(ExitCode::from(match error.outcome() {
        Outcome::Failed => FAILED,
        Outcome::Deadline | Outcome::Cancelled => {
            complain(&subject.how_to_go_on());
            NOT_KNOWN
        }
        _ => NOT_KNOWN,
    }))
}

fn unwritten(error: io::Error) -> String {
    format!("stdout cannot be written: {error}")
}

/// The services' words are in messages too. In one piece, since stdout may go to the same place.
fn complain(message: &str) {
    let line = format!("follow: {}\n", clean(message));
    // Where stderr cannot be written, there is nobody to tell.
    let _ = io::stderr().write_all(line.as_bytes());
}
