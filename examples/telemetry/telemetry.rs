//! Exports the calls of the SDK to the console through OpenTelemetry: a span a call, with an event
//! an attempt. Against the emulator, which fails once, so that there is a retry to see.
//!
//! The SDK speaks `tracing`, and knows nothing of OpenTelemetry: any exporter does, such as OTLP in
//! place of the console here.

use std::process::ExitCode;

use huaweicloud_cce::{Client, Config};
use huaweicloud_emulator::{Emulator, Fault, Rule};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let provider = SdkTracerProvider::builder()
        .with_simple_exporter(opentelemetry_stdout::SpanExporter::default())
        .build();
    // The attempts are events of the level DEBUG; what other libraries say is left out.
    let ours = Targets::new().with_target("huaweicloud_core", LevelFilter::DEBUG);
    let exported = tracing_opentelemetry::layer().with_tracer(provider.tracer("telemetry"));
    tracing_subscriber::registry()
        .with(exported.with_filter(ours))
        .try_init()?;

    let emulator = Emulator::builder().start().await?;
    emulator.inject(Rule::new(Fault::Status(503)).operation("ShowJob").times(1))?;
    let config = Config::builder()
        .endpoint(emulator.url())
        .credentials(emulator.access_key().clone())
        .project_id(emulator.project_id())
        .build()?;
    let cce = Client::new(&config)?;
    let outcome = cce
        .show_job()
        .job_id("354331b2c-229a-11e8-9c75-0255ac100ceb")
        .send()
        .await;

    // What has not been exported yet would be lost.
    provider.shutdown()?;
    emulator.shutdown().await;
    match outcome {
        Ok(_) => Ok(ExitCode::SUCCESS),
        Err(error) => {
            eprintln!("{error}");
            Ok(ExitCode::FAILURE)
        }
    }
}
