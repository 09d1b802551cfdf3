use http::Method;
use huaweicloud_emulator::{Emulator, Fault, Rule};

use crate::caller::{client, connect_and_get, get, job_status, send, unsigned};

#[tokio::test]
async fn requests_are_counted_whatever_becomes_of_them() {
    let emulator = Emulator::builder().start().await.unwrap();
    emulator
        .inject(Rule::new(Fault::Status(503)).times(1))
        .unwrap();
    for _ in 0..2 {
        get(&emulator, &job_status()).await;
    }
    send(unsigned(&emulator, Method::GET, &job_status())).await;
    send(unsigned(&emulator, Method::GET, "/v3/projects")).await;
    send(unsigned(&emulator, Method::GET, "/nowhere")).await;

    let statistics = emulator.statistics();
    assert_eq!(statistics.requests(), 5);
    let operations: Vec<_> = statistics.operations().collect();
    assert_eq!(
        operations,
        [("KeystoneListProjects", 1), ("ShowJobStatus", 3)]
    );
    assert_eq!(statistics.requests_of("ShowJobStatus"), 3);
    assert_eq!(statistics.requests_of("ShowJob"), 0);
    assert_eq!(statistics.faults(), 1);
}

#[tokio::test]
async fn connections_are_counted_while_they_are_open() {
    let emulator = Emulator::builder().start().await.unwrap();
    let client = client();
    for _ in 0..3 {
        let url = format!("{}/nowhere", emulator.url());
        client.get(url).send().await.unwrap().bytes().await.unwrap();
    }
    let other = connect_and_get(&emulator, &job_status()).await;
    while emulator.statistics().requests() < 4 {
        tokio::task::yield_now().await;
    }
    let statistics = emulator.statistics();
    assert_eq!(statistics.connections_accepted(), 2);
    assert_eq!(statistics.connections_open(), 2);

    drop((client, other));
    while emulator.statistics().connections_open() > 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(emulator.statistics().connections_accepted(), 2);
}
