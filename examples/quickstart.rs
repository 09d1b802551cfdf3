//! Asks the four documented endpoints what became of asynchronous work, and prints the answers.
//!
//! Without an access key in the environment it runs against the emulator, in this process. With
//! `HUAWEICLOUD_SDK_AK`, `HUAWEICLOUD_SDK_SK`, `HUAWEICLOUD_SDK_PROJECT_ID` and
//! `HUAWEICLOUD_SDK_REGION` it calls the real region; name jobs of your own then.

use std::process::ExitCode;

use clap::Parser;
use huaweicloud_cce::{Config, Error};
use huaweicloud_emulator::Emulator;
use jiff::Timestamp;
use termtree::Tree;

#[derive(Parser)]
struct Arguments {
    /// A job of CCE, as the creation of a cluster returns it
    #[arg(long, default_value = "354331b2c-229a-11e8-9c75-0255ac100ceb")]
    cce_job: String,
    /// A job of EIP, as a batch creation returns it
    #[arg(long, default_value = "ff808082843684110184e155fdb36461")]
    eip_job: String,
    /// A build task of CodeArts Build: the 32 characters that end its address in the console
    #[arg(long, default_value = "901878212b1a49be9c1a1054c272762a")]
    build_job: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let arguments = Arguments::parse();
    let mut config = Config::builder().load().await?;
    let mut emulator = None;
    if !["HUAWEICLOUD_SDK_AK", "CLOUD_SDK_AK"]
        .iter()
        .any(|name| std::env::var_os(name).is_some())
    {
        let started = Emulator::builder().start().await?;
        println!(
            "No access key in the environment: asking an emulator at {}.\n",
            started.url()
        );
        config = Config::builder()
            .region(started.region())
            .endpoint(started.url())
            .credentials(started.access_key().clone())
            .project_id(started.project_id())
            .build()?;
        emulator = Some(started);
    }

    let answers = [
        (
            "CodeArts Build, ShowJobStatus",
            build_status(&config, &arguments.build_job).await,
        ),
        (
            "CodeArts Build, ShowJobInfo",
            build_info(&config, &arguments.build_job).await,
        ),
        (
            "EIP, ShowResourcesJobDetail",
            eip_job(&config, &arguments.eip_job).await,
        ),
        ("CCE, ShowJob", cce_job(&config, &arguments.cce_job).await),
    ];
    let mut exit = ExitCode::SUCCESS;
    for (call, answer) in answers {
        println!("{call}");
        match answer {
            Ok(tree) => println!("{tree}"),
            Err(error) => {
                println!("failed: {error}\n");
                exit = ExitCode::FAILURE;
            }
        }
    }
    if let Some(emulator) = emulator {
        emulator.shutdown().await;
    }
    Ok(exit)
}

async fn build_status(config: &Config, job_id: &str) -> Result<Tree<String>, Error> {
    let builds = huaweicloud_codearts_build::Client::new(config)?;
    let status = builds.show_job_status().job_id(job_id).send().await?;
    let running = match status.result {
        Some(true) => "is running",
        Some(false) => "is not running",
        None => "may be running or not: the service does not say",
    };
    Ok(Tree::new(format!("build task {job_id} {running}")))
}

async fn build_info(config: &Config, job_id: &str) -> Result<Tree<String>, Error> {
    let builds = huaweicloud_codearts_build::Client::new(config)?;
    let info = builds
        .show_job_info()
        .job_id(job_id)
        .send()
        .await?
        .into_inner();
    let Some(task) = info.result else {
        return Ok(Tree::new("no build task".to_owned()));
    };
    let number = |number: Option<i32>| number.map(|number| number.to_string());
    let facts = [
        ("state", task.running_status),
        ("last build", task.last_build_status),
        ("last built", task.last_build_time.map(time)),
        ("created", task.create_time.map(time)),
        ("health score", number(task.health_score)),
    ];
    let leaves = facts
        .into_iter()
        .filter_map(|(name, value)| value.map(|value| Tree::new(format!("{name}: {value}"))));
    Ok(Tree::new(format!("build task {}", or_dash(task.job_name.as_deref()))).with_leaves(leaves))
}

async fn eip_job(config: &Config, job_id: &str) -> Result<Tree<String>, Error> {
    fn tree(job: &huaweicloud_eip::types::ResourcesJob) -> Tree<String> {
        let reason = job
            .fail_reason
            .as_ref()
            .map(|reason| format!(" ({reason})"));
        let root = format!(
            "{} {}{}, from {} to {}",
            or_dash(job.job_type.as_deref()),
            or_dash(job.status.as_deref()),
            reason.unwrap_or_default(),
            or_dash(job.begin_time.as_deref()),
            or_dash(job.end_time.as_deref()),
        );
        let sub_jobs = job.entities.iter().flat_map(|entities| &entities.sub_jobs);
        Tree::new(root).with_leaves(sub_jobs.map(tree))
    }
    let eip = huaweicloud_eip::Client::new(config)?;
    Ok(tree(
        &eip.show_resources_job_detail()
            .job_id(job_id)
            .send()
            .await?
            .into_inner(),
    ))
}

async fn cce_job(config: &Config, job_id: &str) -> Result<Tree<String>, Error> {
    fn tree(job: &huaweicloud_cce::types::Job) -> Tree<String> {
        let spec = job.spec.clone().unwrap_or_default();
        let status = job.status.clone().unwrap_or_default();
        let reason = status.reason.filter(|reason| !reason.is_empty());
        let root = format!(
            "{} {} {}{}",
            or_dash(spec.type_.as_deref()),
            or_dash(
                spec.resource_name
                    .as_deref()
                    .or(spec.resource_id.as_deref())
            ),
            or_dash(status.phase.as_deref()),
            reason
                .map(|reason| format!(" ({reason})"))
                .unwrap_or_default(),
        );
        Tree::new(root).with_leaves(spec.sub_jobs.iter().map(tree))
    }
    let cce = huaweicloud_cce::Client::new(config)?;
    Ok(tree(
        &cce.show_job().job_id(job_id).send().await?.into_inner(),
    ))
}

fn or_dash(text: Option<&str>) -> &str {
    text.unwrap_or("-")
}

/// Milliseconds since the epoch, as a time to read.
fn time(milliseconds: i64) -> String {
    Timestamp::from_millisecond(milliseconds)
        .map_or_else(|_| milliseconds.to_string(), |time| time.to_string())
}
