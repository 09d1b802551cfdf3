//! The chores of this repository: `cargo xtask --help`.

mod generate;
mod soak;

use std::process::ExitCode;

use clap::Parser;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The chores of this repository")]
enum Chore {
    /// Generates the code of the service crates from the documents under specs/
    Generate(generate::Arguments),
    /// Calls an emulator that fails at random, from many callers, and checks what must hold
    Soak(soak::Arguments),
}

fn main() -> ExitCode {
    let result = match Chore::parse() {
        Chore::Generate(arguments) => generate::run(&arguments),
        Chore::Soak(arguments) => soak::run(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
