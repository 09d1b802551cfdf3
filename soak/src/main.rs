//! Many callers against an emulator that fails at random: `cargo xtask soak --help`.
//!
//! A test has one fault and one caller; here, callers and faults meet as they happen to. What is
//! checked holds whatever happens: each check says so, with its figures, and one that fails makes
//! the program end with 1.

mod account;
mod call;
mod caller;
mod checks;
mod emulator;
mod memory;
mod storm;
mod tally;
mod trace;
mod weather;

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;

#[derive(Parser)]
#[command(bin_name = "cargo xtask soak")]
struct Arguments {
    /// How long calls are made; 0.5 is half a minute
    #[arg(long, default_value_t = 1.0)]
    minutes: f64,
    /// How many callers there are at once
    #[arg(long, default_value_t = 200)]
    callers: u64,
    /// Seed of the faults and of what callers do [default: random]
    #[arg(long)]
    seed: Option<u64>,
    /// Is the emulator; how this program starts itself a second time
    #[arg(long, hide = true)]
    emulator: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let seed = arguments.seed.unwrap_or_else(|| fastrand::u64(..));
    let outcome = match arguments.emulator {
        true => emulator::serve(seed).map(|()| true),
        false => soak(&arguments, seed),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn soak(arguments: &Arguments, seed: u64) -> Result<bool, Box<dyn Error>> {
    let time = Duration::try_from_secs_f64(arguments.minutes * 60.0)?;
    println!("{} callers for {time:?}, seed {seed}", arguments.callers);
    // The emulator's orders are given from a runtime of their own, so that the callers' has no
    // tasks but theirs and the SDK's.
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(storm::run(time, arguments.callers, seed))
}
