//! The events of one job, as a stream.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::progress::{Progress, Rules};
use crate::{Event, Job, JobSource, Outcome, PollError, WaitError, Waiter};

/// What happens to one job, made by [`Waiter::watch`]: a stream of [`Event`]s, the last of which is
/// [`Event::Done`].
///
/// Nothing is lost between polls: what has changed from one to the next is told, each change once,
/// and [`Job::apply`] makes of it the tree of the job.
#[must_use = "a stream does nothing unless it is polled"]
pub struct Watch {
    source: Arc<dyn JobSource>,
    id: String,
    timeout: Duration,
    rules: Rules,
    cancel: CancellationToken,
    /// When it was first polled.
    started: Option<Instant>,
    progress: Progress,
    /// The poll under way and the wait before it.
    attempt: Option<Pin<Box<dyn Future<Output = Answer> + Send>>>,
    /// What is still to be told.
    events: VecDeque<Event>,
    end: Option<Result<Job, WaitError>>,
}

/// What the source answered, or why it was not waited for.
type Answer = Result<Result<Job, PollError>, Outcome>;

impl Watch {
    pub(crate) fn new(waiter: &Waiter, id: String) -> Self {
        Self {
            source: waiter.source.clone(),
            id,
            timeout: waiter.timeout,
            rules: waiter.rules,
            cancel: waiter.cancel.clone(),
            started: None,
            progress: Progress::default(),
            attempt: None,
            events: VecDeque::new(),
            end: None,
        }
    }

    /// Waits for the end, passing over the events that have not been taken: the job, if it
    /// succeeded.
    ///
    /// # Errors
    ///
    /// A [`WaitError`] when the job failed, or was not followed to its end.
    pub async fn finish(mut self) -> Result<Job, WaitError> {
        std::future::poll_fn(|context| {
            loop {
                if let Some(end) = self.end.take() {
                    return Poll::Ready(end);
                }
                self.events.clear();
                ready!(self.poll_attempt(context));
            }
        })
        .await
    }

    /// Goes on to the next answer and takes it.
    fn poll_attempt(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let is_first = self.started.is_none();
        let started = *self.started.get_or_insert_with(Instant::now);
        let attempt = self.attempt.get_or_insert_with(|| {
            let age = started.elapsed();
            let interval = match is_first {
                true => self.rules.schedule.first(),
                false => self.rules.schedule.delay(age),
            };
            let delay = self
                .progress
                .delay(interval, self.timeout.saturating_sub(age));
            let attempt = attempt(self.source.clone(), self.id.clone(), delay);
            let deadline = started.checked_add(self.timeout);
            let cancel = self.cancel.clone();
            Box::pin(async move {
                let limited = within(deadline, attempt);
                let answer = cancel.run_until_cancelled(limited).await;
                answer.unwrap_or(Err(Outcome::Cancelled))
            })
        });
        let answer = ready!(attempt.as_mut().poll(context));
        self.attempt = None;
        self.take(answer, started.elapsed());
        Poll::Ready(())
    }

    fn take(&mut self, answer: Answer, age: Duration) {
        let (events, outcome) = match answer {
            Ok(answer) => self.progress.take(&self.rules, age, answer),
            Err(outcome) => (Vec::new(), Some(outcome)),
        };
        self.events.extend(events);
        let Some(outcome) = outcome else { return };
        let service = self.source.service();
        let end = self.progress.end(outcome, service, &self.id, age);
        let message = end.as_ref().err().map(ToString::to_string);
        self.events.push_back(Event::Done { outcome, message });
        self.end = Some(end);
    }
}

impl Stream for Watch {
    type Item = Event;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Event>> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Poll::Ready(Some(event));
            }
            if self.end.is_some() {
                return Poll::Ready(None);
            }
            ready!(self.poll_attempt(context));
        }
    }
}

/// Waits, and polls once.
async fn attempt(source: Arc<dyn JobSource>, id: String, delay: Duration) -> Answer {
    tokio::time::sleep(delay).await;
    Ok(source.job(&id).await)
}

/// A poll must not outlast the deadline; one that is too far away to be told is none.
async fn within(deadline: Option<Instant>, attempt: impl Future<Output = Answer>) -> Answer {
    match deadline {
        Some(deadline) => {
            let answer = tokio::time::timeout_at(deadline, attempt).await;
            answer.unwrap_or(Err(Outcome::Deadline))
        }
        None => attempt.await,
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch")
            .field("service", &self.source.service())
            .field("id", &self.id)
            .field("progress", &self.progress)
            .finish_non_exhaustive()
    }
}
