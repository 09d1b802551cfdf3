use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use huaweicloud_auth::AccessKey;
use huaweicloud_auth::provide::{
    BoxFuture, CachedCredentials, Clock, MetadataService, ProvideCredentials, ProvideError,
    Provided,
};
use tokio::sync::Semaphore;

use crate::cloud::{EXPIRY_SECONDS, Metadata};
use crate::fetch::client;
use crate::server::Server;
use crate::{HUSH, key_of, shown};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

/// A source whose keys are numbered, and the time by which they live.
#[derive(Debug, Default)]
struct World {
    now: AtomicU64,
    fetches: AtomicUsize,
    lifetime: AtomicU64,
    broken: Mutex<bool>,
    /// Each fetch waits for a permit, if there is a gate.
    gate: Option<Semaphore>,
    repeats: bool,
}

impl World {
    fn new(lifetime: u64) -> Self {
        let world = Self::default();
        world.lifetime.store(lifetime, Ordering::Relaxed);
        world
    }

    fn cached(self) -> (CachedCredentials, Arc<Self>) {
        let world = Arc::new(self);
        let clock: Clock = {
            let world = world.clone();
            Arc::new(move || world.time(0))
        };
        (CachedCredentials::with_clock(world.clone(), clock), world)
    }

    fn time(&self, later: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(self.now.load(Ordering::Relaxed) + later)
    }

    fn pass(&self, seconds: u64) {
        self.now.fetch_add(seconds, Ordering::Relaxed);
    }

    fn fetches(&self) -> usize {
        self.fetches.load(Ordering::Relaxed)
    }

    fn set_broken(&self, broken: bool) {
        *self.broken.lock().unwrap() = broken;
    }
}

impl ProvideCredentials for World {
    fn name(&self) -> &'static str {
        "the test"
    }

    fn provide(&self) -> BoxFuture<'_, Result<Provided, ProvideError>> {
        Box::pin(async {
            let number = self.fetches.fetch_add(1, Ordering::Relaxed);
            if let Some(gate) = &self.gate {
                gate.acquire().await.unwrap().forget();
            }
            if *self.broken.lock().unwrap() {
                return Err(ProvideError::failed(
                    self.name(),
                    format!("failure {number}"),
                ));
            }
            let number = if self.repeats { 0 } else { number };
            let key = AccessKey::new(format!("key {number}"), "hush");
            let lifetime = self.lifetime.load(Ordering::Relaxed);
            let expiry = (lifetime > 0).then(|| self.time(lifetime));
            Ok(Provided::new(key).expires_at(expiry))
        })
    }
}

async fn id(cached: &CachedCredentials) -> String {
    match cached.get().await {
        Ok(provided) => key_of(&provided).0.to_owned(),
        Err(error) => error.reason().to_owned(),
    }
}

#[tokio::test]
async fn a_key_that_lasts_is_fetched_once() {
    let (cached, world) = World::new(0).cached();
    for _ in 0..3 {
        assert_eq!(id(&cached).await, "key 0");
        world.pass(1000 * HOUR);
    }
    assert_eq!(world.fetches(), 1);
    assert!(!format!("{cached:?}").contains(HUSH));
}

#[tokio::test]
async fn a_temporary_key_is_refreshed_in_its_last_quarter_or_forty_minutes() {
    for (lifetime, refresh_at) in [
        (24 * HOUR, 24 * HOUR - 40 * MINUTE),
        (6 * HOUR, 6 * HOUR - 40 * MINUTE),
        (HOUR, 45 * MINUTE),
        (15 * MINUTE, 675),
    ] {
        let (cached, world) = World::new(lifetime).cached();
        assert_eq!(id(&cached).await, "key 0");
        world.pass(refresh_at - 1);
        assert_eq!(id(&cached).await, "key 0", "{lifetime}");
        world.pass(1);
        assert_eq!(id(&cached).await, "key 1", "{lifetime}");
        world.pass(refresh_at - 1);
        assert_eq!(id(&cached).await, "key 1", "{lifetime}");
        assert_eq!(world.fetches(), 2);
    }
}

#[tokio::test]
async fn a_failed_refresh_leaves_the_old_key_until_it_expires_and_is_tried_less_and_less_often() {
    let (cached, world) = World::new(HOUR).cached();
    assert_eq!(id(&cached).await, "key 0");
    world.set_broken(true);
    world.pass(45 * MINUTE);
    let mut fetches_by_minute = Vec::new();
    for _ in 0..15 {
        let before = world.fetches();
        for _ in 0..60 {
            assert_eq!(id(&cached).await, "key 0");
            world.pass(1);
        }
        fetches_by_minute.push(world.fetches() - before);
    }
    assert_eq!(
        fetches_by_minute[0], 6,
        "after 0, 1, 3, 7, 15 and 31 seconds"
    );
    assert!(
        fetches_by_minute[1..].iter().all(|count| *count <= 1),
        "{fetches_by_minute:?}"
    );
    // Now it has expired.
    world.pass(MINUTE);
    assert!(id(&cached).await.starts_with("failure"));
    world.set_broken(false);
    assert!(
        id(&cached).await.starts_with("failure"),
        "the pause is not over"
    );
    world.pass(MINUTE);
    assert!(id(&cached).await.starts_with("key"));
}

#[tokio::test]
async fn a_key_that_has_expired_on_arrival_is_an_error_that_speaks_of_the_clock() {
    let world = World::new(1);
    let (cached, world) = world.cached();
    let late = CachedCredentials::with_clock(world.clone(), Arc::new(move || world.time(2)));
    let error = late.get().await.unwrap_err();
    assert!(error.to_string().contains("clock"), "{error}");
    assert_eq!(id(&cached).await, "key 1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_callers_share_one_fetch_from_the_service() {
    let metadata = Arc::new(Metadata::default());
    let server = Server::start(metadata.handler()).await;
    let seconds = Arc::new(AtomicU64::new(EXPIRY_SECONDS - HOUR));
    let clock: Clock = {
        let seconds = seconds.clone();
        Arc::new(move || UNIX_EPOCH + Duration::from_secs(seconds.load(Ordering::Relaxed)))
    };
    let source = MetadataService::new(client()).endpoint(&server.url);
    let cached = CachedCredentials::with_clock(source, clock);
    let key_requests = || server.count("/openstack/latest/securitykey");
    let all = async || {
        let callers = (0..1000).map(|_| {
            let cached = cached.clone();
            tokio::spawn(async move { cached.get().await })
        });
        for caller in callers.collect::<Vec<_>>() {
            assert_eq!(key_of(&caller.await.unwrap().unwrap()).0, "HST0EXAMPLE");
        }
    };
    all().await;
    assert_eq!(key_requests(), 1);
    // The last quarter of the hour: one more.
    seconds.fetch_add(46 * MINUTE, Ordering::Relaxed);
    all().await;
    assert_eq!(key_requests(), 2);
    assert_eq!(server.count("/meta-data/latest/api/token"), 1);
}

/// Lets every task that can go on do so.
async fn settle() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn while_one_refreshes_the_others_go_on_with_the_old_key() {
    let mut world = World::new(HOUR);
    world.gate = Some(Semaphore::new(1));
    let (cached, world) = world.cached();
    assert_eq!(id(&cached).await, "key 0");
    world.pass(50 * MINUTE);
    let refresher = tokio::spawn({
        let cached = cached.clone();
        async move { id(&cached).await }
    });
    settle().await;
    for _ in 0..1000 {
        assert_eq!(id(&cached).await, "key 0");
    }
    world.gate.as_ref().unwrap().add_permits(1);
    assert_eq!(refresher.await.unwrap(), "key 1");
    assert_eq!(id(&cached).await, "key 1");
    assert_eq!(world.fetches(), 2);
}

#[tokio::test]
async fn callers_that_waited_for_one_fetch_share_its_failure() {
    let mut world = World::new(HOUR);
    world.gate = Some(Semaphore::new(0));
    world.set_broken(true);
    let (cached, world) = world.cached();
    let callers: Vec<_> = (0..1000)
        .map(|_| {
            let cached = cached.clone();
            tokio::spawn(async move { id(&cached).await })
        })
        .collect();
    settle().await;
    // Even if so much time passes that the pause is over for those who are served last.
    world.gate.as_ref().unwrap().add_permits(2);
    for caller in callers {
        assert_eq!(caller.await.unwrap(), "failure 0");
        world.pass(10);
    }
    assert_eq!(world.fetches(), 1);
}

#[tokio::test]
async fn a_caller_that_is_dropped_while_it_fetches_leaves_it_to_the_next() {
    let mut world = World::new(HOUR);
    world.gate = Some(Semaphore::new(0));
    let (cached, world) = world.cached();
    let call = || {
        let cached = cached.clone();
        tokio::spawn(async move { id(&cached).await })
    };
    let first = call();
    settle().await;
    let others: Vec<_> = (0..10).map(|_| call()).collect();
    settle().await;
    assert_eq!(world.fetches(), 1);
    first.abort();
    settle().await;
    assert_eq!(world.fetches(), 2);
    world.gate.as_ref().unwrap().add_permits(1);
    for other in others {
        assert_eq!(other.await.unwrap(), "key 1");
    }
    assert_eq!(world.fetches(), 2);
}

#[tokio::test]
async fn a_refused_key_is_fetched_anew_but_not_again_and_again() {
    let (cached, world) = World::new(HOUR).cached();
    let first = cached.get().await.unwrap();
    assert!(cached.invalidate(&first));
    assert_eq!(id(&cached).await, "key 1");
    assert!(cached.invalidate(&first), "a newer key is there already");
    assert_eq!(id(&cached).await, "key 1");
    assert_eq!(world.fetches(), 2);

    let mut world = World::new(HOUR);
    world.repeats = true;
    let (cached, world) = world.cached();
    let refused = cached.get().await.unwrap();
    assert!(cached.invalidate(&refused));
    assert_eq!(id(&cached).await, "key 0");
    for _ in 0..100 {
        assert!(
            !cached.invalidate(&refused),
            "the source has just repeated it"
        );
        assert_eq!(id(&cached).await, "key 0");
    }
    assert_eq!(world.fetches(), 2);
    world.pass(10);
    assert!(cached.invalidate(&refused));
    assert_eq!(id(&cached).await, "key 0");
    assert_eq!(world.fetches(), 3);
}

#[tokio::test]
async fn the_error_of_a_cached_source_is_the_sources_own() {
    let world = World::new(HOUR);
    world.set_broken(true);
    let (cached, _) = world.cached();
    let error = cached.provide().await.unwrap_err();
    assert_eq!(error.source_name(), cached.name());
    assert!(!shown(&error).contains(HUSH));
}
