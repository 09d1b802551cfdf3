//! The timeline of a job, as text and as a picture.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::time::Duration;

use huaweicloud_jobs::jiff::{SignedDuration, Timestamp};
use huaweicloud_jobs::timeline::End;
use huaweicloud_jobs::{Failure, Job, JobState, Resource, Timeline};
use unicode_width::UnicodeWidthStr;

/// So many milliseconds after some morning.
fn at(milliseconds: i64) -> Timestamp {
    let morning: Timestamp = "2024-06-05T08:00:58Z".parse().unwrap();
    morning + SignedDuration::from_millis(milliseconds)
}

/// A job of seconds.
fn job(kind: &str, state: JobState, begin: i64, end: i64) -> Job {
    let mut job = begun(kind, state, begin);
    job.end = Some(at(end * 1000));
    job
}

fn begun(kind: &str, state: JobState, begin: i64) -> Job {
    Job::new("", "cce", state)
        .kind(kind)
        .begin(at(begin * 1000))
}

fn named(job: Job, name: &str) -> Job {
    job.resource(Resource::new().name(name))
}

/// A cluster with three nodes.
fn cluster(state: JobState) -> Job {
    named(job("CreateCluster", state, 0, 843), "prod-cluster")
}

fn created() -> Job {
    let done = JobState::Succeeded;
    let node = |number: i64, begin, install, end| {
        let name = format!("prod-cluster-node-{number}");
        named(job("CreateNode", done.clone(), begin, end), &name)
            .sub_job(job("CreateServer", done.clone(), begin, install))
            .sub_job(job("InstallNode", done.clone(), install, end))
    };
    cluster(done.clone())
        .sub_job(job("CreatePSMCert", done.clone(), 0, 1))
        .sub_job(job("CreateNetwork", done.clone(), 1, 121))
        .sub_job(job("CreateSecurityGroup", done.clone(), 1, 14))
        .sub_job(job("InstallMaster", done.clone(), 121, 522))
        .sub_job(node(1, 530, 612, 760))
        .sub_job(node(2, 530, 655, 831))
        .sub_job(named(node(3, 531, 601, 745), "生产集群-节点-三"))
}

fn failed() -> Job {
    let refused = Failure::new().code("CCE.01400002").reason("no capacity");
    cluster(JobState::Failed)
        .sub_job(job("CreateNetwork", JobState::Succeeded, 0, 118))
        .sub_job(job("InstallMaster", JobState::Failed, 118, 843).error(refused))
        .sub_job(Job::new("6f4dcb2c", "cce", JobState::Pending).kind("CreateNode"))
        .sub_job(job(
            "Rollback",
            JobState::Other("Rolling Back".to_owned()),
            700,
            720,
        ))
}

fn running() -> Job {
    let mut cluster = cluster(JobState::Running);
    cluster.end = None;
    cluster
        .sub_job(job("CreateNetwork", JobState::Succeeded, 0, 118))
        .sub_job(begun("InstallMaster", JobState::Running, 118))
        .sub_job(begun("CreateNode", JobState::Pending, 0))
}

/// The steps of the critical path: the label, `-` for waiting, and seconds.
fn path(timeline: &Timeline) -> Vec<(String, f64)> {
    let steps = timeline.critical_path().iter();
    let told = steps.map(|step| {
        let label = &timeline.rows()[step.row].label;
        let label = if step.waiting {
            format!("-{label}")
        } else {
            label.clone()
        };
        (label, step.duration().as_secs_f64())
    });
    told.collect()
}

fn told(steps: &[(&str, f64)]) -> Vec<(String, f64)> {
    steps
        .iter()
        .map(|(label, time)| ((*label).to_owned(), *time))
        .collect()
}

fn check_svg(svg: &str) {
    let document = roxmltree::Document::parse(svg).unwrap();
    let root = document.root_element();
    assert_eq!(root.attribute("role"), Some("img"));
    let number = |text: &str| text.parse::<f64>().unwrap();
    let height = number(root.attribute("height").unwrap());
    for node in root.descendants() {
        assert!(node.is_root() || node.tag_name().name() != "script");
        for name in ["x", "x1", "x2"] {
            let x = node.attribute(name).map_or(0.0, number);
            let width = node.attribute("width").map_or(0.0, number);
            assert!((0.0..=960.0).contains(&x) && x + width <= 960.0, "{node:?}");
        }
        for name in ["y", "y1", "y2"] {
            let y = node.attribute(name).map_or(0.0, number);
            assert!((0.0..=height).contains(&y), "{node:?}");
        }
    }
}

fn check_text(text: &str, width: usize) {
    for line in text.lines() {
        assert!(line.width() <= width, "{} columns: {line:?}", line.width());
        assert!(!line.contains(|char: char| char.is_control()), "{line:?}");
    }
}

/// The laws of every timeline.
fn check(job: &Job, now: Timestamp) {
    let timeline = Timeline::as_of(job, now);
    assert_eq!(timeline.rows().len(), job.walk().count());
    let path = timeline.critical_path();
    assert_eq!(path.first().map(|step| step.begin), timeline.begin());
    assert_eq!(path.last().map(|step| step.end), timeline.end());
    for (step, next) in path.iter().zip(path.iter().skip(1)) {
        assert_eq!(step.end, next.begin);
    }
    for step in path {
        assert!(step.begin <= step.end, "{step:?}");
        assert!(step.waiting || timeline.rows()[step.row].critical);
    }
    let sum: Duration = path.iter().map(|step| step.duration()).sum();
    assert_eq!(sum, timeline.total());
    for row in timeline.rows() {
        if let (Some(begin), End::At(end)) = (row.begin, row.end) {
            assert!(begin <= end, "{row:?}");
            assert!(timeline.begin() <= Some(begin) && Some(end) <= timeline.end());
        }
    }
    for width in [0, 40, 80, 133] {
        check_text(&timeline.to_text(width), width.max(40));
        check_text(&timeline.to_ascii(width), width.max(40));
    }
    assert_eq!(timeline.to_string(), timeline.to_text(80));
    check_svg(&timeline.to_svg());
}

#[test]
fn a_cluster_that_was_created() {
    let job = created();
    check(&job, at(0));
    let timeline = Timeline::of(&job);
    insta::assert_snapshot!("created", timeline.to_text(100));
    insta::assert_snapshot!("created_svg", timeline.to_svg());
}

#[test]
fn a_cluster_that_was_not_created() {
    let job = failed();
    check(&job, at(0));
    let timeline = Timeline::of(&job);
    insta::assert_snapshot!("failed", timeline);
    insta::assert_snapshot!("failed_svg", timeline.to_svg());
}

#[test]
fn a_cluster_that_is_being_created() {
    let (job, now) = (running(), at(310_000));
    check(&job, now);
    let timeline = Timeline::as_of(&job, now);
    insta::assert_snapshot!("running", timeline.to_ascii(72));
    insta::assert_snapshot!("running_svg", timeline.to_svg());
}
