//! The jobs that were started, and the scripts that wait for a start.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use super::clock::JobClock;
use super::course::{self, State, View};
use super::script::Script;
use super::{JobError, Service, id};

/// Operations that start jobs.
pub(crate) const STARTING: [&str; 3] = ["CreateCluster", "BatchCreatePublicips", "RunJob"];

static CLUSTER: LazyLock<Arc<Script>> = LazyLock::new(|| Arc::new(Script::cluster()));
static BUILD: LazyLock<Arc<Script>> = LazyLock::new(|| Arc::new(Script::build()));

/// The jobs that were started. They are kept for as long as the emulator runs.
#[derive(Debug)]
pub(crate) struct Jobs {
    pub(crate) clock: JobClock,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    jobs: HashMap<Service, HashMap<Box<str>, Job>>,
    /// What the next starts of an operation play.
    queued: HashMap<String, VecDeque<Arc<Script>>>,
}

/// A job that was started. There may be very many: what is the same in all of them is in the script,
/// and where it stands is found out when it is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) script: Arc<Script>,
    /// By the clock of jobs.
    pub(crate) started: Duration,
    /// What it works on, if it was started by an operation.
    pub(crate) resource: Option<Arc<Resource>>,
    /// How many times a job of this id was started.
    pub(crate) number: u32,
    /// Whether the last one before succeeded, if it had ended.
    pub(crate) previous: Option<bool>,
}

#[derive(Debug)]
pub(crate) struct Resource {
    pub(crate) id: String,
    pub(crate) name: String,
}

impl Jobs {
    pub(crate) fn new(clock: JobClock) -> Self {
        Self {
            clock,
            kept: Mutex::default(),
        }
    }

    /// Starts a job, under a new id.
    pub(crate) fn start(&self, service: Service, script: Arc<Script>) -> String {
        let id = id::new(service);
        self.start_as(service, &id, script, None);
        id
    }

    /// Starts a job under this id. Another of that id is no more.
    pub(crate) fn start_as(
        &self,
        service: Service,
        id: &str,
        script: Arc<Script>,
        resource: Option<Arc<Resource>>,
    ) -> Job {
        let mut kept = self.lock();
        let started = self.clock.now();
        let jobs = kept.jobs.entry(service).or_default();
        let before = jobs.get(id);
        let job = Job {
            script,
            started,
            resource,
            number: before.map_or(1, |job| job.number.saturating_add(1)),
            previous: before.and_then(|job| job.succeeded(started)),
        };
        jobs.insert(id.into(), job.clone());
        job
    }

    pub(crate) fn find(&self, service: Service, id: &str) -> Option<Job> {
        self.lock().jobs.get(&service)?.get(id).cloned()
    }

    /// Has the next start of an operation that no other script waits for play this one.
    pub(crate) fn queue(&self, operation: &str, script: Arc<Script>) -> Result<(), JobError> {
        if !STARTING.contains(&operation) {
            return Err(JobError::StartsNoJob(operation.to_owned()));
        }
        let mut kept = self.lock();
        let queue = kept.queued.entry(operation.to_owned()).or_default();
        queue.push_back(script);
        Ok(())
    }

    /// The script that waits longest for a start of this operation.
    pub(crate) fn next_script(&self, operation: &str) -> Option<Arc<Script>> {
        self.lock().queued.get_mut(operation)?.pop_front()
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Job {
    /// Where it stands; `None` if it is not found.
    pub(crate) fn view(&self, clock: &JobClock) -> Option<View<'_>> {
        course::view(&self.script, clock.now().saturating_sub(self.started))
    }

    /// The date of a time counted from its start.
    pub(crate) fn date(&self, clock: &JobClock, time: Duration) -> Timestamp {
        clock.date(self.started.saturating_add(time))
    }

    /// Whether it succeeded, if it has ended.
    fn succeeded(&self, now: Duration) -> Option<bool> {
        match course::view(&self.script, now.saturating_sub(self.started))?.state {
            State::Pending | State::Running => None,
            State::Succeeded => Some(true),
            State::Failed(_) => Some(false),
        }
    }
}

/// The script of a job of which no more is said than its service.
pub(crate) fn usual_script(service: Service) -> Arc<Script> {
    match service {
        Service::Cce => CLUSTER.clone(),
        Service::Eip => Arc::new(Script::addresses(1)),
        Service::CodeArtsBuild => BUILD.clone(),
    }
}
