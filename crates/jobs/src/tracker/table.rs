//! The jobs that are followed, and what there is to do for them. It neither asks nor waits.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::{AbortHandle, Id};
use tokio::time::Instant;

use super::durations::Durations;
use super::entry::{Age, Entry, Name, Next};
use super::lane::Lane;
use super::outbox::Outbox;
use super::shared::later;
use super::{Tracked, TrackerError};
use crate::progress::{Progress, Rules};
use crate::{Event, Job, JobSource, Outcome, PollError};

/// A source, and the place of its lane in the list of them.
pub(super) struct Source {
    pub(super) name: String,
    pub(super) source: Arc<dyn JobSource>,
    pub(super) lane: usize,
}

/// The jobs that are followed, and what there is to do for them.
pub(super) struct Table {
    pub(super) rules: Rules,
    pub(super) timeout: Duration,
    pub(super) sources: Vec<Source>,
    pub(super) lanes: Vec<Lane>,
    pub(super) jobs: HashMap<Name, Box<Entry>>,
    deadlines: BTreeSet<(Instant, Name)>,
    /// Which job a poll under way is about.
    polls: HashMap<Id, Name>,
    durations: Durations,
    pub(super) outbox: Outbox,
    phase: Phase,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Phase {
    Open,
    /// Nobody can add a job any more.
    Last,
    Stopped,
}

impl Table {
    pub(super) fn new(rules: Rules, timeout: Duration, unread: usize) -> Self {
        Self {
            rules,
            timeout,
            sources: Vec::new(),
            lanes: Vec::new(),
            jobs: HashMap::new(),
            deadlines: BTreeSet::new(),
            polls: HashMap::new(),
            durations: Durations::default(),
            outbox: Outbox::new(unread),
            phase: Phase::Open,
        }
    }

    // Jobs come and go.

    pub(super) fn add(&mut self, source: &str, id: &str) -> Result<(), TrackerError> {
        if self.phase != Phase::Open {
            return Err(TrackerError::Stopped);
        }
        let name = self.name(source, id)?;
        let first = self.rules.schedule.first();
        self.follow(name, Progress::default(), Duration::ZERO, first);
        Ok(())
    }

    pub(super) fn remove(&mut self, source: &str, id: &str) -> bool {
        let Ok(name) = self.name(source, id) else {
            return false;
        };
        let followed = self.jobs.contains_key(&name);
        if followed {
            self.end(&name, Outcome::Cancelled, Instant::now());
        }
        followed
    }

    pub(super) fn len(&self) -> usize {
        self.jobs.len()
    }

    pub(super) fn name(&self, source: &str, id: &str) -> Result<Name, TrackerError> {
        let place = self.sources.iter().position(|known| known.name == source);
        let source = place.ok_or_else(|| TrackerError::UnknownSource {
            name: source.to_owned(),
            known: self
                .sources
                .iter()
                .map(|known| known.name.clone())
                .collect(),
        })?;
        let id = id.into();
        Ok(Name { source, id })
    }

    /// Takes up a job of this age, to be asked about after this time, unless it is followed already.
    pub(super) fn follow(
        &mut self,
        name: Name,
        progress: Progress,
        age: Duration,
        first: Duration,
    ) {
        if self.jobs.contains_key(&name) {
            return;
        }
        let now = Instant::now();
        // Whose time ran out while nobody looked has one more poll before it is given up.
        let left = self.timeout.checked_sub(age).unwrap_or(self.timeout);
        let (deadline, due) = (now.checked_add(left), later(now, first));
        let entry = Entry {
            progress,
            age: Age::new(age, now),
            seen_under_way: None,
            deadline,
            next: Next::Due(due),
        };
        self.jobs.insert(name.clone(), Box::new(entry));
        if let Some(deadline) = deadline {
            self.deadlines.insert((deadline, name.clone()));
        }
        if let Some(lane) = self.lane(&name) {
            lane.insert(due, name);
        }
    }

    /// Forgets a job, with its last event.
    fn end(&mut self, name: &Name, outcome: Outcome, now: Instant) {
        let Some(mut entry) = self.jobs.remove(name) else {
            return;
        };
        if let Some(deadline) = entry.deadline {
            self.deadlines.remove(&(deadline, name.clone()));
        }
        match entry.next {
            Next::Due(due) => {
                if let Some(lane) = self.lane(name) {
                    lane.remove(due, name.clone());
                }
            }
            Next::Answer(poll) => {
                poll.abort();
                self.poll_ended(poll.id());
            }
        }
        let Some(source) = self.sources.get(name.source) else {
            return;
        };
        let (service, age) = (source.source.service(), entry.age.at(now));
        let end = entry.progress.end(outcome, service, &name.id, age);
        let message = end.err().map(|error| error.to_string());
        self.tell(name, [Event::Done { outcome, message }]);
    }

    // Polls, as the task asks for them.

    /// The next poll, if its turn has come.
    pub(super) fn next_poll(&mut self, now: Instant) -> Option<(Name, Arc<dyn JobSource>)> {
        if self.outbox.is_full() {
            return None;
        }
        let name = self.lanes.iter_mut().find_map(|lane| lane.take_turn(now))?;
        let source = self.sources.get(name.source)?.source.clone();
        Some((name, source))
    }

    pub(super) fn poll_began(&mut self, name: Name, poll: AbortHandle) {
        if let Some(entry) = self.jobs.get_mut(&name) {
            self.polls.insert(poll.id(), name);
            entry.next = Next::Answer(poll);
        }
    }

    /// Takes the answer of a poll, unless its job is followed no more.
    pub(super) fn answer(&mut self, poll: Id, answer: Result<Job, PollError>, now: Instant) {
        let Some(name) = self.poll_ended(poll) else {
            return;
        };
        if let Err(error) = &answer
            && error.is_throttled()
            && let Some(lane) = self.lane(&name)
        {
            lane.throttled(now, error.retry_after());
        }
        let Some(entry) = self.jobs.get_mut(&name) else {
            return;
        };
        let (age, seen) = (entry.age.at(now), answer.is_ok());
        let (events, outcome) = entry.progress.take_shared(&self.rules, age, answer);
        if let Some(job) = entry.progress.job.as_ref().filter(|_| seen) {
            match entry.seen_under_way {
                _ if !job.state.is_terminal() => entry.seen_under_way = Some(age),
                // It ended somewhere in between.
                Some(before) => self.durations.learn(job, before.saturating_add(age) / 2),
                None => {}
            }
        }
        let schedule = &self.rules.schedule;
        let job = entry.progress.job.as_ref();
        let interval = schedule.lengthen(self.durations.interval(job, schedule, age));
        let left = entry
            .deadline
            .map_or(Duration::MAX, |at| at.saturating_duration_since(now));
        let due = later(now, entry.progress.delay(interval, left));
        entry.next = Next::Due(due);
        if let Some(lane) = self.lane(&name) {
            lane.insert(due, name.clone());
        }
        self.tell(&name, events);
        let late = (age >= self.timeout).then_some(Outcome::Deadline);
        if let Some(outcome) = outcome.or(late) {
            self.end(&name, outcome, now);
        }
    }

    fn poll_ended(&mut self, poll: Id) -> Option<Name> {
        let name = self.polls.remove(&poll)?;
        self.lane(&name)?.ended();
        Some(name)
    }

    /// Gives up the jobs whose time has run out.
    pub(super) fn expire(&mut self, now: Instant) {
        while !self.outbox.is_full()
            && let Some((deadline, name)) = self.deadlines.first()
            && *deadline <= now
        {
            let name = name.clone();
            self.end(&name, Outcome::Deadline, now);
        }
    }

    /// When there will be something to do, if nothing happens before.
    pub(super) fn next_turn(&self) -> Option<Instant> {
        if self.outbox.is_full() {
            return None;
        }
        let deadline = self.deadlines.first().map(|(deadline, _)| *deadline);
        let turns = self.lanes.iter().filter_map(Lane::next_turn);
        turns.chain(deadline).min()
    }

    fn lane(&mut self, name: &Name) -> Option<&mut Lane> {
        let lane = self.sources.get(name.source)?.lane;
        self.lanes.get_mut(lane)
    }

    fn tell(&mut self, name: &Name, events: impl IntoIterator<Item = Event>) {
        let Some(source) = self.sources.get(name.source) else {
            return;
        };
        self.outbox.extend(events.into_iter().map(|event| Tracked {
            source: source.name.clone(),
            id: name.id.to_string(),
            event,
        }));
    }

    // The end.

    pub(super) fn no_more(&mut self) {
        if self.phase == Phase::Open {
            self.phase = Phase::Last;
        }
    }

    pub(super) fn stop(&mut self) {
        self.phase = Phase::Stopped;
    }

    /// Whether the task shall end.
    pub(super) fn is_done(&self) -> bool {
        match self.phase {
            Phase::Open => false,
            Phase::Last => self.jobs.is_empty(),
            Phase::Stopped => true,
        }
    }

    /// The task is no more.
    pub(super) fn over(&mut self) {
        self.phase = Phase::Stopped;
        self.outbox.close();
    }
}
