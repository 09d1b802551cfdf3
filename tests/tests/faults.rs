//! A table of what goes wrong on the way, and what the transport makes of it.

use std::time::Duration;

use huaweicloud_cce::{Client, Error, ErrorKind};
use huaweicloud_core::auth::provide::{IamPassword, IamUser, ProjectScope};
use huaweicloud_core::policy::{Backoff, CallOptions, RetryPolicy, Timeouts};
use huaweicloud_emulator::{Emulator, Fault, RetryAfter, Rule};
use huaweicloud_iam::types::KeystoneCreateUserTokenByPasswordRequestBody;
use huaweicloud_tests::{PASSWORD, caller_of, emulator, token_request};

const JOB: &str = "354331b2c-229a-11e8-9c75-0255ac100ceb";
const GET: &str = "ShowJob";
const POST: &str = "KeystoneCreateUserTokenByPassword";

/// Tries as often as by default, and waits for next to nothing, so that no test takes time.
fn retry() -> RetryPolicy {
    RetryPolicy::default().backoff(Backoff::new(
        Duration::from_micros(1),
        Duration::from_micros(1),
    ))
}

fn client(emulator: &Emulator) -> Client {
    Client::new(&caller_of(emulator).retry(retry()).build().unwrap()).unwrap()
}

async fn get(client: &Client) -> Result<(), Error> {
    client.show_job().job_id(JOB).send().await.map(drop)
}

async fn post(
    emulator: &Emulator,
    body: KeystoneCreateUserTokenByPasswordRequestBody,
) -> Result<(), Error> {
    let config = caller_of(emulator).retry(retry()).build().unwrap();
    let iam = huaweicloud_iam::Client::new(&config).unwrap();
    iam.keystone_create_user_token_by_password()
        .body(body)
        .send()
        .await
        .map(drop)
}

/// What must become of a fault that passes after so many requests, and of one that stays.
struct Case {
    fault: Fault,
    /// The requests that a call of an idempotent method makes, if the fault stays.
    get: u32,
    /// The same of another method.
    post: u32,
    kind: ErrorKind,
    status: Option<u16>,
}

#[tokio::test]
async fn what_is_safe_is_tried_again_and_what_is_not_is_told() {
    use ErrorKind::{Connection, Decoding, Service, Throttled};
    let case = |fault, get, post, kind, status| Case {
        fault,
        get,
        post,
        kind,
        status,
    };
    let cases = [
        case(Fault::ResetBeforeAnswer, 4, 1, Connection, None),
        case(Fault::ResetAfterHead, 4, 1, Connection, Some(200)),
        case(Fault::CutShort, 4, 1, Connection, Some(200)),
        case(
            Fault::WrongContentLength { excess: 10 },
            4,
            1,
            Connection,
            Some(200),
        ),
        case(
            Fault::WrongContentLength { excess: -10 },
            1,
            1,
            Decoding,
            Some(200),
        ),
        case(
            Fault::Throttled { retry_after: None },
            4,
            4,
            Throttled,
            Some(429),
        ),
        case(
            Fault::Throttled {
                retry_after: Some(RetryAfter::Seconds(0)),
            },
            4,
            4,
            Throttled,
            Some(429),
        ),
        // Longer than a call is to wait: the caller decides.
        case(
            Fault::Throttled {
                retry_after: Some(RetryAfter::Seconds(3600)),
            },
            1,
            1,
            Throttled,
            Some(429),
        ),
        case(
            Fault::Throttled {
                retry_after: Some(RetryAfter::Date(Duration::from_secs(3600))),
            },
            1,
            1,
            Throttled,
            Some(429),
        ),
        case(Fault::Status(500), 4, 1, Service, Some(500)),
        case(Fault::Status(502), 4, 1, Service, Some(502)),
        case(Fault::Status(503), 4, 1, Service, Some(503)),
        case(Fault::Status(504), 4, 1, Service, Some(504)),
        case(Fault::Status(501), 1, 1, Service, Some(501)),
        case(Fault::Status(400), 1, 1, Service, Some(400)),
        case(Fault::Status(403), 1, 1, Service, Some(403)),
        case(Fault::Status(404), 1, 1, Service, Some(404)),
        case(Fault::Html { status: 502 }, 4, 1, Service, Some(502)),
        case(Fault::Html { status: 200 }, 1, 1, Decoding, Some(200)),
        case(Fault::Body("{".into()), 1, 1, Decoding, Some(200)),
        case(
            Fault::HugeBody {
                length: 1 << 40,
                announced: true,
            },
            1,
            1,
            Decoding,
            Some(200),
        ),
        case(Fault::ManyHeaders(2_000), 4, 1, Connection, None),
    ];
    for Case {
        fault,
        get: gets,
        post: posts,
        kind,
        status,
    } in cases
    {
        for (operation, requests) in [(GET, gets), (POST, posts)] {
            let emulator = emulator().await;
            let client = client(&emulator);
            let call = async || match operation {
                GET => get(&client).await,
                _ => post(&emulator, token_request(&emulator, PASSWORD)).await,
            };
            let told = format!("{operation} {fault:?}");

            emulator
                .inject(Rule::new(fault.clone()).operation(operation))
                .unwrap();
            let error = call().await.expect_err(&told);
            assert_eq!(error.kind(), kind, "{told}: {error}");
            // The usual answer to a POST is a 201.
            let found = error.status().map(|status| status.as_u16());
            let found = if found == Some(201) { Some(200) } else { found };
            assert_eq!(found, status, "{told}: {error}");
            assert_eq!(error.attempts(), requests, "{told}: {error}");
            assert_eq!(emulator.requests().len() as u32, requests, "{told}");
            assert_eq!(error.operation(), Some(operation), "{told}");

            emulator.clear_faults();
            if requests > 1 {
                let passing = Rule::new(fault.clone())
                    .operation(operation)
                    .times(requests - 1);
                emulator.inject(passing).unwrap();
                call().await.expect(&told);
            }
        }
    }
}

#[tokio::test]
async fn a_connection_that_is_refused_is_tried_again_whatever_the_method() {
    let emulator = emulator().await;
    let request = token_request(&emulator, PASSWORD);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let config = caller_of(&emulator)
        .endpoint(nobody)
        .retry(retry())
        .build()
        .unwrap();
    let iam = huaweicloud_iam::Client::new(&config).unwrap();
    let call = iam.keystone_create_user_token_by_password().body(request);
    let error = call.send().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connection, 4));
    assert!(error.to_string().contains("after 4 attempts"), "{error}");
}

#[tokio::test]
async fn each_attempt_is_signed_anew() {
    let emulator = emulator().await;
    emulator
        .inject(Rule::new(Fault::Status(503)).operation(GET).times(2))
        .unwrap();
    get(&client(&emulator)).await.unwrap();
    // The emulator verifies signatures before it injects, and accepted all three.
    assert_eq!(emulator.requests().len(), 3);
}

#[tokio::test]
async fn a_clock_that_is_off_is_learnt_once() {
    for offset in [3600, -3600, 10 * 24 * 3600] {
        let emulator = emulator().await;
        emulator.set_clock_offset(offset);
        let client = client(&emulator);
        get(&client).await.unwrap();
        assert_eq!(emulator.requests().len(), 2, "refused, then accepted");
        get(&client).await.unwrap();
        assert_eq!(emulator.requests().len(), 3, "the offset is kept");
        emulator.set_clock_offset(0);
        get(&client).await.unwrap();
        assert_eq!(emulator.requests().len(), 5, "and unlearnt");
    }
}

#[tokio::test]
async fn calls_that_are_refused_together_for_the_date_are_all_mended() {
    let emulator = emulator().await;
    let client = client(&emulator);
    emulator.set_clock_offset(3600);
    // All are signed before the first answer comes.
    let calls = futures_util::future::join_all((0..20).map(|_| get(&client))).await;
    for outcome in calls {
        outcome.unwrap();
    }
    assert_eq!(emulator.requests_of_get(), 40);
}

#[tokio::test]
async fn credentials_that_stay_refused_are_not_tried_in_a_loop() {
    let emulator = emulator().await;
    let key = huaweicloud_core::AccessKey::new(emulator.access_key().id(), "another secret");
    let config = caller_of(&emulator)
        .credentials(key)
        .retry(retry())
        .build()
        .unwrap();
    let client = Client::new(&config).unwrap();
    for _ in 0..3 {
        let error = get(&client).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::Credentials, 1)
        );
    }
    assert_eq!(emulator.requests().len(), 3);
}

#[tokio::test]
async fn an_outage_is_not_amplified_beyond_the_budget() {
    let emulator = emulator().await;
    emulator
        .inject(Rule::new(Fault::Status(503)).operation(GET))
        .unwrap();
    let client = client(&emulator);
    let calls = 300;
    for _ in 0..calls {
        get(&client).await.unwrap_err();
    }
    // A hundred retries are all that an outage of any length gets.
    assert_eq!(emulator.requests_of_get(), calls + 100);
}

#[tokio::test]
async fn one_call_may_do_differently() {
    let emulator = emulator().await;
    emulator
        .inject(Rule::new(Fault::Status(503)).operation(GET))
        .unwrap();
    let once = client(&emulator).with_options(CallOptions::new().retry(RetryPolicy::never()));
    assert_eq!(get(&once).await.unwrap_err().attempts(), 1);
    emulator.clear_faults();
    let short = client(&emulator).with_options(CallOptions::new().max_body(10));
    let error = get(&short).await.unwrap_err();
    assert!(
        error.to_string().contains("longer than 10 bytes"),
        "{error}"
    );
}

#[tokio::test]
async fn silence_ends_when_the_attempts_time_is_over() {
    let emulator = emulator().await;
    emulator
        .inject(Rule::new(Fault::Silence).operation(GET))
        .unwrap();
    // The limit is short and nothing else races against it: whatever the machine's speed, the
    // answer never comes.
    let timeouts = Timeouts::default().attempt(Duration::from_millis(20));
    let options = CallOptions::new().timeouts(timeouts);
    let error = get(&client(&emulator).with_options(options))
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 4));
}

#[tokio::test]
async fn silence_of_what_a_call_needs_first_ends_when_the_calls_time_is_over() {
    let emulator = emulator().await;
    emulator.inject(Rule::new(Fault::Silence)).unwrap();
    // As above; without the limit, the sources would wait for half a minute and more.
    let short = |limit| Timeouts::default().call(Duration::from_millis(limit));
    let call = async |config: huaweicloud_core::ConfigBuilder| {
        let client = Client::new(&config.timeouts(short(20)).build().unwrap()).unwrap();
        get(&client).await.unwrap_err()
    };
    let fetch = std::sync::Arc::new(huaweicloud_core::HttpFetch::new().unwrap());
    let user = emulator.user();
    let user = IamUser::new(user.name(), PASSWORD, user.domain_name());
    let scope = ProjectScope::id(emulator.project_id());
    let tokens = IamPassword::new(fetch, user, scope).endpoint(emulator.url());
    let error = call(caller_of(&emulator).credentials_provider(tokens)).await;
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Credentials, 0)
    );
    assert!(
        error.to_string().contains("within the time of the call"),
        "{error}"
    );

    let nameless = caller_of(&emulator).project_id("").region("cn-north-4");
    let error = call(nameless).await;
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 1));
    assert!(
        error.to_string().contains("not looked up in time"),
        "{error}"
    );
}

#[tokio::test]
async fn a_call_that_is_dropped_leaves_the_pool_working() {
    let emulator = emulator().await;
    emulator
        .inject(Rule::new(Fault::Silence).operation(GET).times(1))
        .unwrap();
    let client = client(&emulator);
    let calling = tokio::spawn({
        let client = client.clone();
        async move { get(&client).await }
    });
    while emulator.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    calling.abort();
    assert!(calling.await.unwrap_err().is_cancelled());
    get(&client).await.unwrap();
}

trait Received {
    fn requests_of_get(&self) -> u64;
}

impl Received for Emulator {
    fn requests_of_get(&self) -> u64 {
        self.statistics().requests_of(GET)
    }
}
