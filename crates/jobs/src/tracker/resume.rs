//! From the table to a state that can be stored, and back.

use std::time::Duration;

use tokio::time::Instant;

use super::TrackerError;
use super::state::{Followed, TrackerState};
use super::table::Table;

impl Table {
    pub(super) fn state(&self) -> TrackerState {
        let now = Instant::now();
        let jobs = self.jobs.iter().filter_map(|(name, entry)| {
            let source = &self.sources.get(name.source)?.name;
            let age = entry.age.at(now);
            Some(Followed::new(source, &name.id, age, &entry.progress))
        });
        let undelivered = self.outbox.events.iter().cloned();
        TrackerState::new(undelivered.collect(), jobs.collect())
    }

    pub(super) fn resume(&mut self, state: TrackerState) -> Result<(), TrackerError> {
        let down = state.elapsed();
        for followed in state.jobs {
            let name = self.name(&followed.source, &followed.id)?;
            let age = followed.age().saturating_add(down);
            // It may have ended since.
            self.follow(name, followed.into_progress(), age, Duration::ZERO);
        }
        self.outbox.extend(state.undelivered);
        Ok(())
    }
}
