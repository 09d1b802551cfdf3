//! The task that polls.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Instant, timeout_at};

use super::shared::{Shared, later};
use crate::{Job, PollError};

type Answer = Result<Job, PollError>;

/// Polls until the table says that all is done.
pub(super) async fn drive(shared: Arc<Shared>) {
    let _over = Over(shared.clone());
    let mut polls: JoinSet<Answer> = JoinSet::new();
    while let Some(turn) = start(&shared, &mut polls) {
        let mut woken = pin!(shared.wake.notified());
        let answered = poll_fn(|context| match polls.poll_join_next_with_id(context) {
            Poll::Ready(Some(ended)) => Poll::Ready(Some(ended)),
            // There may be none under way, which is no reason to go on.
            Poll::Ready(None) | Poll::Pending => woken.as_mut().poll(context).map(|()| None),
        });
        let Ok(Some(ended)) = timeout_at(turn, answered).await else {
            continue;
        };
        take(&shared, ended);
        while let Some(ended) = polls.try_join_next_with_id() {
            take(&shared, ended);
        }
    }
    polls.shutdown().await;
}

/// Starts the polls whose turn has come; returns when the next ones' comes, unless all is done.
fn start(shared: &Shared, polls: &mut JoinSet<Answer>) -> Option<Instant> {
    let (mut table, now) = (shared.lock(), Instant::now());
    table.expire(now);
    if table.is_done() {
        return None;
    }
    while let Some((name, source)) = table.next_poll(now) {
        let id = name.id.clone();
        let poll = polls.spawn(async move { source.job(&id).await });
        table.poll_began(name, poll);
    }
    let far = later(now, Duration::MAX);
    Some(table.next_turn().unwrap_or(far))
}

fn take(shared: &Shared, ended: Result<(Id, Answer), JoinError>) {
    // A source that panics must not end the tracker. Of a poll that was dropped, the table knows
    // nothing any more.
    let (poll, answer) =
        ended.unwrap_or_else(|error| (error.id(), Err(PollError::permanent(error))));
    shared.lock().answer(poll, answer, Instant::now());
}

/// Says that the task is no more, even where the runtime drops it.
struct Over(Arc<Shared>);

impl Drop for Over {
    fn drop(&mut self) {
        self.0.lock().over();
        self.0.ended.cancel();
    }
}
