//! From two snapshots of a job to what happened in between.

use std::collections::HashMap;

use crate::path::{Path, Segment};
use crate::{Event, Job};

/// What happened between the last snapshot, if there was one, and this one. Applied to the last one,
/// the events make it this one. Each job comes before its sub-jobs, these in the service's order.
pub(crate) fn diff(last: Option<&Job>, now: &Job) -> Vec<Event> {
    let mut events = Vec::new();
    match last {
        Some(last) if last.state == now.state => {
            if last.node() != now.node() {
                events.push(Event::JobChanged { job: now.node() });
            }
        }
        _ => events.push(Event::StateChanged {
            from: last.map(|last| last.state.clone()),
            job: now.node(),
        }),
    }
    let before = last.map_or(&[][..], |last| &last.sub_jobs);
    compare(&Path::root(), before, &now.sub_jobs, &mut events);
    events
}

fn compare(parent: &Path, before: &[Job], now: &[Job], events: &mut Vec<Event>) {
    let (before_order, order) = (Segment::of(before), Segment::of(now));
    let known: HashMap<&Segment, &Job> = before_order.iter().zip(before).collect();
    let listed: HashMap<&Segment, &Job> = order.iter().zip(now).collect();

    // From the end, since the last of several with one id is the one that there is no more.
    let (kept, vanished): (Vec<_>, Vec<_>) = before_order
        .iter()
        .partition(|segment| listed.contains_key(segment));
    for segment in vanished.into_iter().rev() {
        let path = parent.child(segment.clone());
        events.push(Event::SubJobVanished { path });
    }

    for (segment, job) in order.iter().zip(now) {
        let path = parent.child(segment.clone());
        let Some(last) = known.get(segment) else {
            appear(path, job, events);
            continue;
        };
        if last.node() != job.node() {
            events.push(Event::SubJobChanged {
                path: path.clone(),
                from: last.state.clone(),
                job: job.node(),
            });
        }
        compare(&path, &last.sub_jobs, &job.sub_jobs, events);
    }

    // What appeared comes after what was there.
    let appeared = order.iter().filter(|segment| !known.contains_key(segment));
    if !kept.into_iter().chain(appeared).eq(&order) {
        let path = parent.clone();
        events.push(Event::SubJobsReordered { path, order });
    }
}

fn appear(path: Path, job: &Job, events: &mut Vec<Event>) {
    let segments = Segment::of(&job.sub_jobs);
    events.push(Event::SubJobAppeared {
        path: path.clone(),
        job: job.node(),
    });
    for (segment, sub_job) in segments.into_iter().zip(&job.sub_jobs) {
        appear(path.child(segment), sub_job, events);
    }
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::*;
    use crate::{Failure, JobState, Resource};

    fn job(id: &str, state: JobState) -> Job {
        Job::new(id, "cce", state)
    }

    /// The names and the paths of events.
    fn told(events: &[Event]) -> Vec<String> {
        let name = |event: &Event| {
            let json = serde_json::to_value(event).unwrap();
            let path = match event {
                Event::SubJobAppeared { path, .. }
                | Event::SubJobChanged { path, .. }
                | Event::SubJobVanished { path }
                | Event::SubJobsReordered { path, .. } => format!(" {path}"),
                _ => String::new(),
            };
            format!("{}{path}", json["event"].as_str().unwrap())
        };
        events.iter().map(name).collect()
    }

    #[test]
    fn each_thing_that_happens_is_told_once() {
        let first = job("a", JobState::Running)
            .sub_job(job("b", JobState::Running).sub_job(job("c", JobState::Pending)))
            .sub_job(job("", JobState::Running));
        assert_eq!(
            told(&diff(None, &first)),
            [
                "state_changed",
                "sub_job_appeared b",
                "sub_job_appeared b/c",
                "sub_job_appeared #0",
            ]
        );
        assert_eq!(told(&diff(Some(&first), &first)), [""; 0]);

        let mut next = first.clone();
        next.kind = Some("CreateCluster".to_owned());
        next.sub_jobs[0].sub_jobs[0].state = JobState::Failed;
        next.sub_jobs.push(job("d", JobState::Pending));
        assert_eq!(
            told(&diff(Some(&first), &next)),
            ["job_changed", "sub_job_changed b/c", "sub_job_appeared d"]
        );

        let mut last = next.clone();
        last.state = JobState::Failed;
        last.sub_jobs.swap(0, 2);
        last.sub_jobs.remove(1);
        assert_eq!(
            told(&diff(Some(&next), &last)),
            [
                "state_changed",
                "sub_job_vanished #0",
                "sub_jobs_reordered "
            ]
        );
    }

    fn random_node(random: &mut Rng, id: &str) -> Job {
        let states = [
            JobState::Pending,
            JobState::Running,
            JobState::Succeeded,
            JobState::Failed,
            JobState::Other("Odd".to_owned()),
        ];
        let mut node = job(id, states[random.usize(0..states.len())].clone());
        if random.u8(..) < 40 {
            node.update = jiff::Timestamp::from_second(random.i64(0..3)).ok();
        }
        if random.u8(..) < 40 {
            node.resource = Some(Resource::new().id(random.char('a'..'c')));
        }
        if random.u8(..) < 40 {
            node.error = Some(Failure::new().reason(random.char('a'..'c')));
        }
        node
    }

    /// A tree whose ids repeat and are missing.
    fn random_tree(random: &mut Rng, depth: u32) -> Job {
        let ids = ["", "a", "b", "c", "d", "a#1", "#0"];
        let id = ids[random.usize(0..ids.len())];
        let mut tree = random_node(random, id);
        if depth > 0 {
            for _ in 0..random.usize(0..5) {
                tree.sub_jobs.push(random_tree(random, depth - 1));
            }
        }
        tree
    }

    /// The next snapshot: the same, an earlier one, another one, or the last one changed.
    fn next_snapshot(random: &mut Rng, seen: &[Job]) -> Job {
        let mut next = seen[seen.len() - 1].clone();
        match random.u8(0..10) {
            0 => return next,
            1 => return seen[random.usize(0..seen.len())].clone(),
            2 => return random_tree(random, 3),
            _ => {}
        }
        for _ in 0..random.usize(1..4) {
            let count = next.walk().count();
            let path = next.walk().nth(random.usize(0..count)).unwrap().0;
            let node = path.segments().iter().fold(&mut next, |job, segment| {
                let index = job.index_of(segment).unwrap();
                &mut job.sub_jobs[index]
            });
            match random.u8(0..5) {
                0 => node.sub_jobs.push(random_tree(random, 1)),
                1 => random.shuffle(&mut node.sub_jobs),
                2 if !node.sub_jobs.is_empty() => {
                    let index = random.usize(0..node.sub_jobs.len());
                    node.sub_jobs.remove(index);
                }
                3 => node.sub_jobs.insert(0, random_tree(random, 1)),
                _ => {
                    let changed = random_node(random, &node.id);
                    *node = Job {
                        sub_jobs: std::mem::take(&mut node.sub_jobs),
                        ..changed
                    };
                }
            }
        }
        next
    }

    #[test]
    fn random_histories_are_replayed_from_their_events() {
        let seed = fastrand::u64(..);
        println!("seed {seed}");
        let mut random = Rng::with_seed(seed);
        for _ in 0..500 {
            let mut seen = vec![random_tree(&mut random, 3)];
            let mut events = diff(None, &seen[0]);
            for _ in 0..20 {
                let next = next_snapshot(&mut random, &seen);
                let last = &seen[seen.len() - 1];
                let new = diff(Some(last), &next);
                // Each event of a poll is another one, and none says what is so already.
                for (index, event) in new.iter().enumerate() {
                    assert!(!new[..index].contains(event), "{event:?} comes twice");
                }
                let mut tree = last.clone();
                for event in &new {
                    let before = tree.clone();
                    tree.apply(event).unwrap();
                    assert_ne!(tree, before, "{event:?} says nothing new");
                }
                assert_eq!(tree, next);
                assert_eq!(new.is_empty(), *last == next);
                events.extend(new);
                seen.push(next);
            }
            // As a program reads them from its log.
            let lines: Vec<String> = events
                .iter()
                .map(|event| serde_json::to_string(event).unwrap())
                .collect();
            let read: Vec<Event> = lines
                .iter()
                .map(|line| serde_json::from_str(line).unwrap())
                .collect();
            assert_eq!(Job::replay(&read).unwrap().as_ref(), seen.last());
        }
    }

    #[test]
    fn an_event_that_does_not_fit_is_refused() {
        let mut first = job("a", JobState::Running).sub_job(job("b", JobState::Running));
        let next = first
            .clone()
            .sub_job(job("c", JobState::Running).sub_job(job("d", JobState::Running)));
        let events = diff(Some(&first), &next);
        let unchanged = first.clone();
        assert!(first.apply(&events[1]).is_err(), "d before c");
        assert_eq!(first, unchanged);
        first.apply(&events[0]).unwrap();
        let error = first.apply(&events[0]).unwrap_err();
        assert_eq!(error.path().to_string(), "c");
        assert!(Job::replay(&events).is_err());

        let known = Segment::new("b", 0);
        for order in [
            vec![],
            vec![known.clone(), known.clone()],
            vec![known.clone()],
        ] {
            let path = Path::root();
            let before = first.clone();
            assert!(
                first
                    .apply(&Event::SubJobsReordered { path, order })
                    .is_err()
            );
            assert_eq!(first, before);
        }
        assert_eq!(Job::replay(&[]), Ok(None));
    }
}
