//! What is to be seen of a job while it is followed.

use std::io;

use huaweicloud_jobs::{Event, Job};

use crate::clock::Clock;
use crate::json;
use crate::live::Live;
use crate::plain::Plain;

pub(crate) enum View {
    Live(Live),
    Plain(Plain),
    Json,
}

impl View {
    pub(crate) fn new(json: bool, clock: Clock) -> Self {
        if json {
            return Self::Json;
        }
        Live::on_terminal(clock).map_or_else(|| Self::Plain(Plain::new(clock)), Self::Live)
    }

    /// Something happened to the tree.
    pub(crate) fn event(&mut self, before: Option<&Job>, event: &Event) -> io::Result<()> {
        match self {
            Self::Live(live) => live.event(event),
            Self::Plain(plain) => plain.event(before, event),
            Self::Json => json::event(event),
        }
    }

    /// Time went on.
    pub(crate) fn frame(&mut self, tree: &Job) {
        if let Self::Live(live) = self {
            live.frame(tree);
        }
    }

    /// What is to be seen stays as it is.
    pub(crate) fn end(&self) -> io::Result<()> {
        match self {
            Self::Live(live) => live.end(),
            Self::Plain(_) | Self::Json => Ok(()),
        }
    }
}
