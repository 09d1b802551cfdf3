//! The emulator as a program: prints where it listens and serves until it is interrupted.

use std::error::Error;
use std::io::Write;
use std::net::SocketAddr;
use std::process::ExitCode;

use clap::Parser;
use huaweicloud_auth::AccessKey;
use huaweicloud_emulator::{Builder, Emulator};

/// A local stand-in for Huawei Cloud: verifies every request and serves the documented examples.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Loopback address to listen on; port 0 is any free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,

    /// Id of the access key that requests are signed with
    #[arg(long, value_name = "AK")]
    access_key: String,

    /// Secret key; in the environment it stays out of the list of processes
    #[arg(
        long,
        value_name = "SK",
        env = "HUAWEICLOUD_EMULATOR_SECRET_KEY",
        hide_env_values = true
    )]
    secret_key: String,

    /// Makes the access key temporary: requests have to carry this in X-Security-Token
    #[arg(long, value_name = "TOKEN")]
    security_token: Option<String>,

    /// Id of the one project [default: random, as GET /v3/projects tells]
    #[arg(long, value_name = "ID")]
    project_id: Option<String>,

    /// Region, which is the name of the project [default: cn-north-4]
    #[arg(long, value_name = "REGION")]
    region: Option<String>,

    /// Account of the user who may ask for a token [default: emulator-domain]
    #[arg(long, value_name = "NAME")]
    domain_name: Option<String>,

    /// User who may ask for a token [default: emulator-user]
    #[arg(long, value_name = "NAME")]
    user_name: Option<String>,

    /// The user's password; without one no token is issued
    #[arg(
        long,
        value_name = "PASSWORD",
        env = "HUAWEICLOUD_EMULATOR_PASSWORD",
        hide_env_values = true
    )]
    password: Option<String>,

    /// Agency that may be assumed [default: emulator-agency]
    #[arg(long, value_name = "NAME")]
    agency_name: Option<String>,

    /// Identity provider whose ID token is accepted
    #[arg(long, value_name = "ID", default_value = "emulator-idp")]
    identity_provider: String,

    /// The ID token; without one none is accepted
    #[arg(
        long,
        value_name = "TOKEN",
        env = "HUAWEICLOUD_EMULATOR_ID_TOKEN",
        hide_env_values = true
    )]
    id_token: Option<String>,

    /// Seed of what rules with a probability strike, to repeat a run [default: random]
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,

    /// How many times as fast as the machine's clock that of jobs goes [default: 1]
    #[arg(long, value_name = "FACTOR")]
    job_speed: Option<f64>,

    /// Takes orders from any program on this machine, under /_emulator/
    #[arg(long)]
    admin: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            let mut source = error.source();
            while let Some(error) = source {
                eprintln!("  because: {error}");
                source = error.source();
            }
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let emulator = builder(arguments).start().await?;
    {
        // Whoever started this program waits for the line.
        let mut stdout = std::io::stdout().lock();
        writeln!(stdout, "listening on {}", emulator.url())?;
        stdout.flush()?;
    }
    tokio::signal::ctrl_c().await?;
    emulator.shutdown().await;
    Ok(())
}

fn builder(arguments: Arguments) -> Builder {
    let mut access_key = AccessKey::new(arguments.access_key, arguments.secret_key);
    if let Some(token) = arguments.security_token {
        access_key = access_key.with_security_token(token);
    }
    let mut builder = Emulator::builder()
        .listen(arguments.listen)
        .access_key(access_key)
        .admin(arguments.admin);
    if let Some(project_id) = arguments.project_id {
        builder = builder.project_id(project_id);
    }
    if let Some(region) = arguments.region {
        builder = builder.region(region);
    }
    if let Some(domain_name) = arguments.domain_name {
        builder = builder.domain_name(domain_name);
    }
    if let Some(user_name) = arguments.user_name {
        builder = builder.user_name(user_name);
    }
    if let Some(password) = arguments.password {
        builder = builder.password(password);
    }
    if let Some(agency_name) = arguments.agency_name {
        builder = builder.agency_name(agency_name);
    }
    if let Some(id_token) = arguments.id_token {
        builder = builder.identity_provider(arguments.identity_provider, id_token);
    }
    if let Some(seed) = arguments.seed {
        builder = builder.seed(seed);
    }
    if let Some(factor) = arguments.job_speed {
        builder = builder.job_speed(factor);
    }
    builder
}
