//! The events that wait to be read.

use std::collections::VecDeque;
use std::task::{Context, Poll, Waker};

use super::Tracked;

/// The events that wait to be read.
pub(super) struct Outbox {
    pub(super) events: VecDeque<Tracked>,
    /// How many may wait.
    most: usize,
    reader: Option<Waker>,
    closed: bool,
}

impl Outbox {
    pub(super) fn new(most: usize) -> Self {
        Self {
            events: VecDeque::new(),
            most: most.max(1),
            reader: None,
            closed: false,
        }
    }

    /// Whether so many events wait that nothing more is asked until some are read.
    pub(super) fn is_full(&self) -> bool {
        self.events.len() >= self.most
    }

    pub(super) fn extend(&mut self, events: impl IntoIterator<Item = Tracked>) {
        self.events.extend(events);
        if !self.events.is_empty() {
            self.wake();
        }
    }

    /// The next event; `None` once there will be none any more.
    pub(super) fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Tracked>> {
        match self.events.pop_front() {
            Some(event) => Poll::Ready(Some(event)),
            None if self.closed => Poll::Ready(None),
            None => {
                self.reader = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }

    /// No event will come.
    pub(super) fn close(&mut self) {
        self.closed = true;
        self.wake();
    }

    fn wake(&mut self) {
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
    }
}
