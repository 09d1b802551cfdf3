//! A source of jobs that answers by a script.
#![allow(dead_code, reason = "each test file uses some of it")]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use huaweicloud_jobs::{Job, JobFuture, JobSource, JobState, PollError};
use tokio::time::Instant;

/// One answer.
pub(crate) enum Answer {
    Job(Job),
    Error(fn() -> PollError),
    /// After this time.
    Late(Duration, Job),
    Silence,
}

/// Gives its answers in turn, the last one again and again.
#[derive(Clone)]
pub(crate) struct Script(Arc<State>);

struct State {
    answers: Mutex<VecDeque<Answer>>,
    started: Instant,
    polls: Mutex<Vec<Duration>>,
}

impl Script {
    pub(crate) fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self(Arc::new(State {
            answers: Mutex::new(answers.into_iter().collect()),
            started: Instant::now(),
            polls: Mutex::default(),
        }))
    }

    /// When it was asked.
    pub(crate) fn polls(&self) -> Vec<Duration> {
        self.0.polls.lock().unwrap().clone()
    }

    /// How many hold it, the one who asks for one.
    pub(crate) fn holders(&self) -> usize {
        Arc::strong_count(&self.0)
    }
}

impl JobSource for Script {
    fn service(&self) -> &str {
        "script"
    }

    fn job<'a>(&'a self, _id: &'a str) -> JobFuture<'a> {
        self.0.polls.lock().unwrap().push(self.0.started.elapsed());
        let answer = {
            let mut answers = self.0.answers.lock().unwrap();
            let next = answers.pop_front().unwrap();
            if answers.is_empty() {
                answers.push_back(match &next {
                    Answer::Job(job) => Answer::Job(job.clone()),
                    Answer::Error(error) => Answer::Error(*error),
                    Answer::Late(delay, job) => Answer::Late(*delay, job.clone()),
                    Answer::Silence => Answer::Silence,
                });
            }
            next
        };
        Box::pin(async move {
            match answer {
                Answer::Job(job) => Ok(job),
                Answer::Error(error) => Err(error()),
                Answer::Late(delay, job) => {
                    tokio::time::sleep(delay).await;
                    Ok(job)
                }
                Answer::Silence => std::future::pending().await,
            }
        })
    }
}

pub(crate) fn job(state: JobState) -> Job {
    Job::new("j", "script", state)
}

pub(crate) fn is(state: JobState) -> Answer {
    Answer::Job(job(state))
}
