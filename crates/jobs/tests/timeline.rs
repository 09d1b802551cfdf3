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

/// Neither names nor bars reach into the column to their right.
fn check_columns(svg: &str) {
    let document = roxmltree::Document::parse(svg).unwrap();
    for row in document.descendants().filter(|node| node.has_tag_name("g")) {
        let number = |node: roxmltree::Node<'_, '_>, name| -> f64 {
            node.attribute(name).unwrap().parse().unwrap()
        };
        let texts: Vec<_> = row
            .children()
            .filter(|node| node.has_tag_name("text"))
            .collect();
        let [name, state, _] = texts[..] else {
            panic!("{row:?}")
        };
        let bar = row.children().find(|node| node.has_tag_name("rect"));
        // A character of the usual fonts takes 7.3 pixels.
        let name_end = number(name, "x") + 7.3 * name.text().unwrap_or("").width() as f64;
        let (bar_begin, bar_end) = match bar {
            Some(bar) => (number(bar, "x"), number(bar, "x") + number(bar, "width")),
            None => (name_end + 16.0, name_end + 16.0),
        };
        assert!(
            name_end + 15.0 <= bar_begin,
            "{name:?}: {name_end} {bar_begin}"
        );
        assert!(bar_end + 16.0 <= number(state, "x"), "{name:?}: {bar_end}");
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
    check_columns(&timeline.to_svg());
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

#[test]
fn the_critical_path_is_walked_back_from_the_end() {
    let done = JobState::Succeeded;
    let root = |end| job("root", done.clone(), 0, end);
    let part = |kind, begin, end| job(kind, done.clone(), begin, end);
    let cases = [
        ("alone", root(10), told(&[("root", 10.0)])),
        (
            "one after another, with gaps",
            root(20).sub_job(part("a", 1, 5)).sub_job(part("b", 7, 18)),
            told(&[
                ("-root", 1.0),
                ("a", 4.0),
                ("-root", 2.0),
                ("b", 11.0),
                ("-root", 2.0),
            ]),
        ),
        (
            "the service's order does not matter; what ended earlier does not either",
            root(10)
                .sub_job(part("b", 4, 10))
                .sub_job(part("short", 0, 2))
                .sub_job(part("a", 0, 4)),
            told(&[("a", 4.0), ("b", 6.0)]),
        ),
        (
            "what still ran was not waited for",
            root(10).sub_job(part("a", 0, 5)).sub_job(part("b", 3, 10)),
            told(&[("-root", 3.0), ("b", 7.0)]),
        ),
        (
            "of those that ended together, the one that began first",
            root(10)
                .sub_job(part("b", 4, 10))
                .sub_job(part("a", 2, 10))
                .sub_job(part("c", 2, 10)),
            told(&[("-root", 2.0), ("a", 8.0)]),
        ),
        (
            "the sub-jobs of a sub-job take its place",
            root(10)
                .sub_job(part("a", 0, 4))
                .sub_job(part("b", 4, 10).sub_job(part("c", 5, 9))),
            told(&[("a", 4.0), ("-b", 1.0), ("c", 4.0), ("-b", 1.0)]),
        ),
        (
            "what took no time takes no part",
            root(10).sub_job(part("a", 10, 10)).sub_job(part("b", 3, 3)),
            told(&[("root", 10.0)]),
        ),
        (
            "nor does what is pending",
            root(10)
                .sub_job(part("a", 0, 8))
                .sub_job(begun("b", JobState::Pending, 0)),
            told(&[("a", 8.0), ("-root", 2.0)]),
        ),
        (
            "a pending job waits",
            begun("root", JobState::Pending, 0).update(at(7000)),
            told(&[("-root", 7.0)]),
        ),
        (
            "sub-jobs reach beyond the job",
            root(10).sub_job(part("a", -5, 2)).sub_job(part("b", 8, 13)),
            told(&[("a", 7.0), ("-root", 6.0), ("b", 5.0)]),
        ),
    ];
    for (name, job, expected) in cases {
        check(&job, at(0));
        assert_eq!(path(&Timeline::of(&job)), expected, "{name}");
    }
}

#[test]
fn times_that_are_missing_or_wrong() {
    use JobState::{Failed, Pending, Running, Succeeded};
    let odd = || JobState::Other("Suspended".to_owned());
    let bare = |state| Job::new("x", "cce", state);
    let epoch = Timestamp::UNIX_EPOCH;
    let (now, seconds) = (at(60_000), Duration::from_secs);
    // The job, when it began and ended, and how long it took.
    let cases = [
        (bare(Running), None, End::Open, None),
        (bare(Succeeded), None, End::Unknown, None),
        (bare(Succeeded).end(at(5000)), None, End::At(at(5000)), None),
        (
            bare(Succeeded).begin(epoch).end(at(5000)),
            None,
            End::At(at(5000)),
            None,
        ),
        (bare(Failed).begin(at(0)), Some(at(0)), End::Unknown, None),
        (
            bare(Failed).begin(at(0)).update(at(3000)),
            Some(at(0)),
            End::At(at(3000)),
            Some(seconds(3)),
        ),
        (
            bare(Succeeded)
                .begin(at(9000))
                .end(at(5000))
                .update(at(10_000)),
            Some(at(9000)),
            End::At(at(10_000)),
            Some(seconds(1)),
        ),
        (
            bare(Succeeded).begin(at(9000)).end(at(5000)),
            Some(at(9000)),
            End::Unknown,
            None,
        ),
        (
            bare(Succeeded).sub_job(bare(Succeeded).begin(at(2000)).end(at(4000))),
            Some(at(2000)),
            End::At(at(4000)),
            Some(seconds(2)),
        ),
        (
            bare(Running).begin(at(0)).end(at(5000)),
            Some(at(0)),
            End::Open,
            Some(seconds(60)),
        ),
        (
            bare(Pending).begin(at(0)),
            Some(at(0)),
            End::Open,
            Some(seconds(60)),
        ),
        (
            bare(odd()).begin(at(0)),
            Some(at(0)),
            End::Open,
            Some(seconds(60)),
        ),
        (
            bare(odd()).begin(at(0)).end(at(5000)),
            Some(at(0)),
            End::At(at(5000)),
            Some(seconds(5)),
        ),
        (
            bare(Running).begin(at(90_000)),
            Some(at(90_000)),
            End::Open,
            Some(seconds(0)),
        ),
    ];
    for (job, begin, end, took) in cases {
        check(&job, now);
        let timeline = Timeline::as_of(&job, now);
        let row = &timeline.rows()[0];
        assert_eq!(
            (row.begin, row.end, row.duration()),
            (begin, end, took),
            "{job:?}"
        );
    }
}

#[test]
fn nothing_runs_on_below_a_job_that_has_ended() {
    let below = || begun("b", JobState::Running, 2);
    let ended = job("a", JobState::Failed, 0, 10).sub_job(below());
    let unknown = begun("a", JobState::Failed, 0).sub_job(below());
    let running = begun("a", JobState::Running, 0).sub_job(ended.clone());
    for (job, total) in [(ended, 10), (unknown, 2), (running, 60)] {
        check(&job, at(60_000));
        let timeline = Timeline::as_of(&job, at(60_000));
        assert_eq!(timeline.total(), Duration::from_secs(total));
        assert_eq!(timeline.rows().last().unwrap().end, End::Unknown);
    }
}

#[test]
fn names_of_the_service_do_no_harm() {
    let name = "\u{1b}[31m<b>&\"'\u{202e}evil\u{7}\r\n\t\u{9b}2J\u{0}\u{feff}\u{ffff}]]>";
    let state = JobState::Other("\u{1b}]0;title\u{7}<".to_owned());
    let job = named(job(name, state, 0, 10), name);
    check(&job, at(0));
    let timeline = Timeline::of(&job);
    let svg = timeline.to_svg();
    let document = roxmltree::Document::parse(&svg).unwrap();
    let title = document
        .descendants()
        .find(|node| node.has_tag_name("title"));
    let title = title.and_then(|node| node.text()).unwrap();
    assert!(title.starts_with(&timeline.rows()[0].label), "{title}");
    for text in [svg.clone(), timeline.to_text(200), title.to_owned()] {
        let harmful = |char: char| char != '\n' && char.is_control() || char == '\u{202e}';
        assert!(!text.contains(harmful), "{text:?}");
    }
}

#[test]
fn names_of_any_length_and_script_fit() {
    let names = [
        String::new(),
        "x".repeat(5000),
        "集群".repeat(200),
        "e\u{301}".repeat(300),
        "👩‍🔬".repeat(300),
        "\u{200d}\u{200b}".repeat(50),
    ];
    for name in names {
        let mut deep = named(job("", JobState::Running, 0, 10), &name);
        for _ in 0..60 {
            deep = named(job(&name, JobState::Other(name.clone()), 0, 10), &name).sub_job(deep);
        }
        check(&deep, at(10_000));
    }
}

#[test]
fn a_thousand_sub_jobs() {
    let part = |second| job("Step", JobState::Succeeded, second, second + 1);
    let mut many = cluster(JobState::Succeeded);
    many.sub_jobs = (0..1000).map(part).collect();
    check(&many, at(0));
    let timeline = Timeline::of(&many);
    assert_eq!(timeline.critical_path().len(), 1000);
    let end = "critical path: 1000 steps of less than 1 %\n";
    assert!(timeline.to_text(80).ends_with(end));
}

/// Times are few, so that many are equal, out of order or at the edge of what can be told.
fn random_job(random: &mut fastrand::Rng, depth: usize) -> Job {
    let state = match random.u8(0..6) {
        0 => JobState::Pending,
        1 => JobState::Running,
        2 => JobState::Failed,
        3 => JobState::Other("Suspended".to_owned()),
        _ => JobState::Succeeded,
    };
    let mut time = |none: f64| match random.f64() {
        chance if chance < none => None,
        chance if chance > 0.998 => Some(Timestamp::MAX),
        chance if chance > 0.996 => Some(Timestamp::MIN),
        _ => Some(at(random.i64(0..40) * 500)),
    };
    let mut job = Job::new("x", "cce", state).kind("Kind");
    (job.begin, job.update, job.end) = (time(0.1), time(0.5), time(0.2));
    if random.f64() < 0.7 {
        // Mostly as they should be.
        (job.begin, job.end) = (job.begin.min(job.end), job.begin.max(job.end));
    }
    if depth < 4 {
        let count = random.usize(0..5 - depth);
        job.sub_jobs = (0..count).map(|_| random_job(random, depth + 1)).collect();
    }
    job
}

#[test]
fn the_laws_hold_for_random_jobs() {
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    for _ in 0..500 {
        let job = random_job(&mut random, 0);
        let now = at(random.i64(-5..45) * 500);
        check(&job, now);
    }
}

/// The definition, word by word: the last of those that are left, again and again.
fn by_definition(timeline: &Timeline, parents: &[Option<usize>]) -> bool {
    let rows = timeline.rows();
    timeline.critical_path().windows(2).all(|pair| {
        let [step, next] = pair else { return false };
        // A job that waits before a step has no other sub-job that ended meanwhile.
        !step.waiting
            || (0..rows.len())
                .filter(|row| parents[*row] == Some(step.row))
                .all(|row| {
                    let End::At(end) = rows[row].end else {
                        return true;
                    };
                    let took_time = rows[row].begin.is_some_and(|begin| begin < end);
                    !took_time || end <= step.begin || end > next.begin
                })
    })
}

#[test]
fn nothing_ended_while_a_job_waited() {
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    for _ in 0..500 {
        let mut root = job("root", JobState::Succeeded, 0, 50);
        root.sub_jobs = (0..random.usize(1..8))
            .map(|_| {
                let begin = random.i64(0..40);
                job(
                    "part",
                    JobState::Succeeded,
                    begin,
                    begin + random.i64(0..10),
                )
            })
            .collect();
        let parents: Vec<_> = (0..=root.sub_jobs.len())
            .map(|row| (row > 0).then_some(0))
            .collect();
        let timeline = Timeline::of(&root);
        assert!(by_definition(&timeline, &parents), "{timeline}");
    }
}
