//! The polls of one quota: which is next, and when it may be sent.

use std::collections::BTreeSet;
use std::time::Duration;

use huaweicloud_core::policy::Pacer;
use tokio::time::Instant;

use super::entry::Name;

/// The polls of one quota.
#[derive(Debug)]
pub(super) struct Lane {
    pacer: Pacer,
    /// The jobs that wait for their polls, by when these are due. So whose poll has been due for the
    /// longest comes first, and none waits for ever.
    due: BTreeSet<(Instant, Name)>,
    under_way: usize,
    most_under_way: usize,
    /// Until when the service asked to be left alone.
    quiet_until: Option<Instant>,
}

impl Lane {
    pub(super) fn new(pacer: Pacer, most_under_way: usize) -> Self {
        Self {
            pacer,
            due: BTreeSet::new(),
            under_way: 0,
            most_under_way: most_under_way.max(1),
            quiet_until: None,
        }
    }

    pub(super) fn insert(&mut self, due: Instant, name: Name) {
        self.due.insert((due, name));
    }

    pub(super) fn remove(&mut self, due: Instant, name: Name) {
        self.due.remove(&(due, name));
    }

    /// When the next poll can be sent, unless a poll under way has to end first.
    pub(super) fn next_turn(&self) -> Option<Instant> {
        if self.under_way >= self.most_under_way {
            return None;
        }
        let (due, _) = self.due.first()?;
        let turn = self.pacer.next_turn().max(*due);
        Some(self.quiet_until.map_or(turn, |until| turn.max(until)))
    }

    /// Takes the turn of the next poll, if it has come.
    pub(super) fn take_turn(&mut self, now: Instant) -> Option<Name> {
        if self.next_turn()? > now {
            return None;
        }
        let (_, name) = self.due.pop_first()?;
        // A pause saves no turns up, and gives no reason to go on at the full rate.
        if self.quiet_until.take().is_some() {
            self.pacer.throttled();
        }
        self.pacer.take_turn();
        self.under_way += 1;
        Some(name)
    }

    /// A poll has ended, or was dropped.
    pub(super) fn ended(&mut self) {
        self.under_way = self.under_way.saturating_sub(1);
    }

    /// The service has throttled, and perhaps asked to be left alone for so long. That is about all
    /// requests of the quota, whichever job they ask about.
    pub(super) fn throttled(&mut self, now: Instant, retry_after: Option<Duration>) {
        match retry_after {
            // It goes on more slowly once the pause is over.
            Some(asked) => {
                let until = super::shared::later(now, asked);
                self.quiet_until = self.quiet_until.max(Some(until));
            }
            None => self.pacer.throttled(),
        }
    }
}
