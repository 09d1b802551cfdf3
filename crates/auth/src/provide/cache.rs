use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use tokio::sync::Mutex;

use super::{BoxFuture, ProvideCredentials, ProvideError, Provided};
use crate::Credentials;

/// What time it is, for [`CachedCredentials`]; by default the system's.
///
/// ```
/// use std::sync::Arc;
/// use std::time::SystemTime;
/// use huaweicloud_auth::provide::Clock;
///
/// let stopped: Clock = Arc::new(|| SystemTime::UNIX_EPOCH);
/// # let _ = stopped;
/// ```
pub type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// The official SDK refreshes this long before the end.
const LONGEST_HEAD_START: Duration = Duration::from_secs(40 * 60);

/// Of what is left of the life of credentials, the last part of this size is for refreshing them.
/// The official SDK's 40 minutes suit keys of 24 hours; of one that lives 15 minutes they would
/// leave nothing, so that every call would fetch. A quarter is 15 minutes of an hour, and a source
/// that repeats an old key is asked less and less often until the key's end, not at every call.
const REFRESHING_PART: u32 = 4;

const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// A key that the source has given again after it was refused is fetched anew only after this.
const PAUSE_AFTER_REFUSAL: Duration = Duration::from_secs(10);

/// Credentials of a source, kept until shortly before they expire.
///
/// Credentials that last are fetched once. Temporary ones are fetched again in the last quarter of
/// their life, but at most 40 minutes before its end:
///
/// - while the old ones are good, one caller waits for the new ones, and the others go on with the
///   old; if the refresh fails, so does that one, and the next try comes after a pause that grows
///   from one second to one minute;
/// - once there are none, all callers wait for one and the same fetch, and get its outcome. A
///   failure is told again, without a new fetch, until the pause is over.
///
/// A caller that is dropped while it refreshes leaves the refresh to the next one. Clones share
/// what they keep.
///
/// ```
/// # async fn example() -> Result<(), huaweicloud_auth::provide::ProvideError> {
/// use huaweicloud_auth::provide::{CachedCredentials, EnvironmentCredentials};
///
/// let cached = CachedCredentials::new(EnvironmentCredentials::new());
/// let provided = cached.get().await?;
/// # let _ = provided.credentials;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct CachedCredentials(Arc<Cache>);

struct Cache {
    source: Arc<dyn ProvideCredentials>,
    clock: Clock,
    state: RwLock<State>,
    /// Held by the caller that fetches.
    turn: Mutex<()>,
}

#[derive(Default)]
struct State {
    kept: Option<Kept>,
    failure: Option<Failure>,
    /// How many fetches have ended, well or not.
    fetches: u64,
    /// What a service has refused.
    refused: Option<Credentials>,
}

struct Kept {
    provided: Arc<Provided>,
    fetched_at: SystemTime,
    refresh_at: Option<SystemTime>,
}

struct Failure {
    error: ProvideError,
    at: SystemTime,
    pause: Duration,
}

/// What is to be done for a caller at a given time.
enum Outlook {
    Fresh(Arc<Provided>),
    /// Still good, and it is time to refresh.
    Due(Arc<Provided>),
    /// None, and the last fetch failed just now.
    Failing(ProvideError),
    /// None; so many fetches have ended before.
    Missing {
        fetches: u64,
    },
}

impl CachedCredentials {
    /// Keeps what this source provides.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::{CachedCredentials, EnvironmentCredentials};
    /// let cached = CachedCredentials::new(EnvironmentCredentials::new());
    /// ```
    #[must_use]
    pub fn new(source: impl ProvideCredentials + 'static) -> Self {
        Self::with_clock(source, Arc::new(SystemTime::now))
    }

    /// Keeps what this source provides, by this clock.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::{CachedCredentials, EnvironmentCredentials};
    /// use std::sync::Arc;
    /// use std::time::{Duration, SystemTime};
    ///
    /// let ahead = || SystemTime::now() + Duration::from_secs(300);
    /// let cached = CachedCredentials::with_clock(EnvironmentCredentials::new(), Arc::new(ahead));
    /// ```
    #[must_use]
    pub fn with_clock(source: impl ProvideCredentials + 'static, clock: Clock) -> Self {
        Self(Arc::new(Cache {
            source: Arc::new(source),
            clock,
            state: RwLock::default(),
            turn: Mutex::new(()),
        }))
    }

    /// The credentials, fetched if need be.
    ///
    /// # Errors
    ///
    /// The source's, when there are no credentials that are still good.
    ///
    /// ```
    /// # async fn example() -> Result<(), huaweicloud_auth::provide::ProvideError> {
    /// # use huaweicloud_auth::provide::{CachedCredentials, EnvironmentCredentials};
    /// let cached = CachedCredentials::new(EnvironmentCredentials::new());
    /// let (first, second) = (cached.get().await?, cached.get().await?);
    /// assert!(std::sync::Arc::ptr_eq(&first, &second));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn get(&self) -> Result<Arc<Provided>, ProvideError> {
        let cache = &*self.0;
        match cache.outlook() {
            Outlook::Fresh(provided) => Ok(provided),
            Outlook::Failing(error) => Err(error),
            Outlook::Due(old) => match cache.turn.try_lock() {
                Ok(_turn) => cache.refresh(old).await,
                Err(_) => Ok(old),
            },
            Outlook::Missing { fetches: before } => {
                let _turn = cache.turn.lock().await;
                match cache.outlook() {
                    Outlook::Fresh(provided) | Outlook::Due(provided) => Ok(provided),
                    Outlook::Failing(error) => Err(error),
                    Outlook::Missing { fetches } => match cache.last_error() {
                        // The fetch that this caller waited for has failed.
                        Some(error) if fetches != before => Err(error),
                        _ => cache.fetch().await,
                    },
                }
            }
        }
    }

    /// Forgets credentials that a service has refused, so that the next call fetches, and says
    /// whether another try makes sense.
    ///
    /// It makes none if the source has just repeated what had been refused before; this keeps
    /// callers whose calls all fail from asking the source each time. Credentials that are newer
    /// than the refused ones are kept.
    ///
    /// ```
    /// # async fn example() -> Result<(), huaweicloud_auth::provide::ProvideError> {
    /// # use huaweicloud_auth::provide::{CachedCredentials, EnvironmentCredentials};
    /// let cached = CachedCredentials::new(EnvironmentCredentials::new());
    /// let provided = cached.get().await?;
    /// // A call is answered with 401.
    /// if cached.invalidate(&provided) {
    ///     let renewed = cached.get().await?;
    /// #   let _ = renewed;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn invalidate(&self, refused: &Provided) -> bool {
        let now = (self.0.clock)();
        let mut state = self.0.state.write().unwrap_or_else(PoisonError::into_inner);
        let Some(kept) = &state.kept else {
            return true;
        };
        if kept.provided.credentials != refused.credentials {
            return true;
        }
        let repeated = state.refused.as_ref() == Some(&refused.credentials);
        let age = now.duration_since(kept.fetched_at).unwrap_or_default();
        if repeated && age < PAUSE_AFTER_REFUSAL {
            return false;
        }
        state.kept = None;
        state.refused = Some(refused.credentials.clone());
        true
    }
}

impl Cache {
    fn outlook(&self) -> Outlook {
        let now = (self.clock)();
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        // A clock that was put back ends the pause.
        let paused = state
            .failure
            .as_ref()
            .filter(|failure| failure.at <= now && now < failure.at + failure.pause);
        match (&state.kept, paused) {
            (Some(kept), paused) if kept.is_good(now) => {
                let provided = Arc::clone(&kept.provided);
                if paused.is_none() && kept.is_due(now) {
                    Outlook::Due(provided)
                } else {
                    Outlook::Fresh(provided)
                }
            }
            (_, Some(failure)) => Outlook::Failing(failure.error.clone()),
            (_, None) => Outlook::Missing {
                fetches: state.fetches,
            },
        }
    }

    fn last_error(&self) -> Option<ProvideError> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        Some(state.failure.as_ref()?.error.clone())
    }

    /// Called by the one whose turn it is.
    async fn refresh(&self, old: Arc<Provided>) -> Result<Arc<Provided>, ProvideError> {
        // Another may have had its turn since this caller looked.
        if let Outlook::Fresh(provided) = self.outlook() {
            return Ok(provided);
        }
        match self.fetch().await {
            Err(_) if is_good(&old, (self.clock)()) => Ok(old),
            outcome => outcome,
        }
    }

    /// Called by the one whose turn it is.
    async fn fetch(&self) -> Result<Arc<Provided>, ProvideError> {
        let outcome = self.source.provide().await;
        let now = (self.clock)();
        let outcome = outcome.and_then(|provided| {
            if is_good(&provided, now) {
                Ok(Arc::new(provided))
            } else {
                Err(
                    ProvideError::failed(self.source.name(), "the credentials have expired")
                        .with_advice("check this machine's clock, or renew them"),
                )
            }
        });
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.fetches += 1;
        match &outcome {
            Ok(provided) => {
                state.failure = None;
                state.kept = Some(Kept::new(Arc::clone(provided), now));
            }
            Err(error) => {
                let pause = state
                    .failure
                    .as_ref()
                    .map_or(FIRST_PAUSE, |last| LONGEST_PAUSE.min(last.pause * 2));
                state.failure = Some(Failure {
                    error: error.clone(),
                    at: now,
                    pause,
                });
            }
        }
        outcome
    }
}

impl Kept {
    fn new(provided: Arc<Provided>, now: SystemTime) -> Self {
        let refresh_at = provided.expires_at.map(|end| {
            let left = end.duration_since(now).unwrap_or_default();
            end - LONGEST_HEAD_START.min(left / REFRESHING_PART)
        });
        Self {
            provided,
            fetched_at: now,
            refresh_at,
        }
    }

    fn is_good(&self, now: SystemTime) -> bool {
        is_good(&self.provided, now)
    }

    fn is_due(&self, now: SystemTime) -> bool {
        self.refresh_at.is_some_and(|time| time <= now)
    }
}

fn is_good(provided: &Provided, now: SystemTime) -> bool {
    provided.expires_at.is_none_or(|end| now < end)
}

impl ProvideCredentials for CachedCredentials {
    fn name(&self) -> &str {
        self.0.source.name()
    }

    fn provide(&self) -> BoxFuture<'_, Result<Provided, ProvideError>> {
        Box::pin(async { Ok((*self.get().await?).clone()) })
    }
}

impl fmt::Debug for CachedCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.0.state.read().unwrap_or_else(PoisonError::into_inner);
        let kept = state.kept.as_ref().map(|kept| &kept.provided);
        f.debug_struct("CachedCredentials")
            .field("source", &self.0.source)
            .field("kept", &kept)
            .finish()
    }
}
