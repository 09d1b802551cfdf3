//! What a caller of the example `follow` gets: its output where stdout is no terminal, and its exit
//! code.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::path::PathBuf;
use std::process::{Command, Output};

use huaweicloud_emulator::{Emulator, Script, Service};
use huaweicloud_jobs::{Event, Job, JobState, Outcome};

/// So fast that the fourteen minutes of the cluster take less than a tenth of a second.
const FAST: &str = "--speed=10000";

/// Cargo builds the examples of a package for its tests, but tells these only where they are
/// themselves.
fn follow(arguments: &[&str]) -> Command {
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    path.pop();
    let path: PathBuf = path.join("examples").join("follow");
    let path = path.with_extension(std::env::consts::EXE_EXTENSION);
    assert!(
        path.exists(),
        "build {path:?}: cargo build --example follow"
    );
    let mut command = Command::new(path);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.contains("HUAWEICLOUD") || text.starts_with("CLOUD_SDK") {
            command.env_remove(&name);
        }
    }
    command.args(arguments);
    command
}

fn run(arguments: &[&str]) -> Output {
    follow(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// Runs it beside an emulator that stands in for the real cloud.
async fn run_against(emulator: &Emulator, service: &str, job: &str, more: &[&str]) -> Output {
    let key = emulator.access_key();
    let mut command = follow(&["--service", service, "--job", job]);
    command
        .args(more)
        .env("HUAWEICLOUD_SDK_AK", key.id())
        .env("HUAWEICLOUD_SDK_SK", key.secret().expose())
        .env("HUAWEICLOUD_SDK_PROJECT_ID", emulator.project_id())
        .env("HUAWEICLOUD_SDK_REGION", "cn-north-4");
    for name in ["CCE", "EIP", "CODEARTSBUILD"] {
        let variable = format!("HUAWEICLOUD_SDK_REGION_{name}_CN_NORTH_4");
        command.env(variable, emulator.url());
    }
    let output = tokio::task::spawn_blocking(move || command.output());
    let output = output.await.unwrap().unwrap();
    let shown = format!("{}{}", text(&output.stdout), text(&output.stderr));
    assert!(!shown.contains(key.secret().expose()), "{shown}");
    output
}

#[test]
fn a_success_is_told_in_lines_and_by_the_exit_code() {
    let output = run(&[FAST]);
    let (out, errors) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{errors}");
    assert_eq!(errors, "");
    let (lines, timeline) = out.split_once("\n\n").unwrap();
    for line in lines.lines() {
        let (time, _) = line.split_once(' ').unwrap();
        let is_time = time
            .chars()
            .all(|char| char.is_ascii_digit() || char == ':');
        assert!(is_time, "{line}");
    }
    assert!(
        lines.contains(" CreateCluster prod: succeeded after 14m\n"),
        "{out}"
    );
    assert!(
        lines.contains("     InstallAddon everest: succeeded after 2m 30s\n"),
        "{out}"
    );
    assert!(lines.ends_with("the job has succeeded"), "{out}");
    assert!(timeline.contains("total 14m, critical path: "), "{out}");
    assert!(!out.contains('\u{1b}'), "a file is no terminal: {out:?}");
}

#[test]
fn a_failure_is_told_in_lines_and_by_the_exit_code() {
    let output = run(&[FAST, "--fail"]);
    let (out, errors) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(1), "{errors}");
    assert!(
        out.contains("   InstallMaster master-1: failed after 4m 30s\n"),
        "{out}"
    );
    assert!(out.contains(", critical path: "), "{out}");
    assert!(
        errors.contains("failed at its sub-job InstallMaster"),
        "{errors}"
    );
    assert!(
        errors.ends_with(": no capacity left in cn-north-4b\n"),
        "{errors}"
    );
}

#[test]
fn the_events_as_json_lead_to_the_tree_and_to_its_end() {
    for (arguments, code, outcome, state) in [
        (
            &[FAST, "--json"][..],
            0,
            Outcome::Succeeded,
            JobState::Succeeded,
        ),
        (
            &[FAST, "--json", "--fail"],
            1,
            Outcome::Failed,
            JobState::Failed,
        ),
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
        let out = text(&output.stdout);
        let events: Vec<Event> = out
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let Some(Event::Done { outcome: told, .. }) = events.last() else {
            panic!("{out}");
        };
        assert_eq!(*told, outcome);
        let job = Job::replay(&events).unwrap().unwrap();
        assert_eq!(job.state, state);
        assert_eq!(job.kind.as_deref(), Some("CreateCluster"));
        assert_eq!(text(&output.stderr).is_empty(), code == 0);
    }
}

#[test]
fn a_job_that_outlasts_the_deadline_is_neither_a_success_nor_a_failure() {
    let output = run(&["--timeout", "0s"]);
    let errors = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(errors.contains(" has not ended within "), "{errors}");
    for arguments in [
        &["--speed", "0"][..],
        &["--timeout", "soon"],
        &["--job", "1"],
        &["--job", "1", "--service", "ecs"],
        &["--job", "1", "--service", "cce", "--fail"],
    ] {
        assert_eq!(run(arguments).status.code(), Some(2), "{arguments:?}");
    }
}

/// Another program may interrupt this one too, such as a supervisor.
#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_with_a_word_about_the_job() {
    use std::io::{BufRead as _, BufReader, Read as _};
    use std::process::Stdio;

    // Its job would take 42 seconds.
    let mut child = follow(&["--speed", "20"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    out.read_line(&mut first).unwrap();
    assert!(first.contains("CreateCluster prod: running"), "{first}");
    let id = child.id().to_string();
    let killed = Command::new("kill").args(["-INT", &id]).status().unwrap();
    assert!(killed.success());
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    let output = child.wait_with_output().unwrap();
    let errors = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(rest.contains("the job is followed no more"), "{rest}");
    assert!(
        errors.contains(", last seen running; it goes on"),
        "{errors}"
    );
    assert!(
        errors.contains("a job of the cloud would go on"),
        "{errors}"
    );
}

#[test]
fn the_picture_is_written_where_it_can_be() {
    let file = std::env::temp_dir().join(format!("follow-{}.svg", std::process::id()));
    let output = run(&[FAST, "--svg", file.to_str().unwrap()]);
    let picture = std::fs::read_to_string(&file);
    let _ = std::fs::remove_file(&file);
    assert_eq!(output.status.code(), Some(0));
    assert!(picture.unwrap().contains("InstallMaster master-3"));

    let output = run(&[FAST, "--svg", "no such directory/picture.svg"]);
    assert_eq!(output.status.code(), Some(2));
    let errors = text(&output.stderr);
    assert!(
        errors.contains("cannot be written to no such directory"),
        "{errors}"
    );
}

#[tokio::test]
async fn a_job_of_each_service_is_followed_with_the_credentials_of_the_environment() {
    let emulator = Emulator::builder().start().await.unwrap();
    let scripts = [
        ("cce", Service::Cce, Script::cluster()),
        ("eip", Service::Eip, Script::addresses(3)),
        ("codearts-build", Service::CodeArtsBuild, Script::build()),
    ];
    let mut jobs = Vec::new();
    for (name, service, script) in scripts {
        jobs.push((name, emulator.start_job(service, script)));
    }
    emulator.advance_jobs(std::time::Duration::from_secs(900));
    for (service, id) in jobs {
        let output = run_against(&emulator, service, &id, &[]).await;
        let (out, errors) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(0), "{service}: {errors}");
        assert!(out.contains("the job has succeeded"), "{out}");
    }
}

#[tokio::test]
async fn no_word_of_the_service_reaches_the_terminal_as_a_command() {
    let emulator = Emulator::builder().start().await.unwrap();
    let hostile = "\u{1b}]0;owned\u{7}\u{9b}2J\u{7f}\u{202e}\r\nx";
    let script = Script::new(hostile, std::time::Duration::ZERO)
        .resource(hostile, hostile)
        .fails(hostile, hostile);
    for more in [&[][..], &["--json"]] {
        let id = emulator.start_job(Service::Cce, script.clone());
        let output = run_against(&emulator, "cce", &id, more).await;
        assert_eq!(output.status.code(), Some(1));
        let shown = format!("{}{}", text(&output.stdout), text(&output.stderr));
        let acts = |char: char| (char.is_control() && char != '\n') || char == '\u{202e}';
        assert!(!shown.contains(acts), "{shown:?}");
        assert!(shown.contains("owned"), "{shown}");
    }
}
