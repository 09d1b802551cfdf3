use std::time::Duration;

use huaweicloud_emulator::{Emulator, StartError};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::caller::{get, job_status};

#[tokio::test]
async fn an_address_that_others_can_reach_is_refused() {
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:80"] {
        let error = Emulator::builder()
            .listen(address.parse().unwrap())
            .start()
            .await
            .unwrap_err();
        assert!(matches!(error, StartError::NotLoopback(_)), "{error}");
        assert!(error.to_string().contains(address), "{error}");
    }
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let first = Emulator::builder().start().await.unwrap();
    let address = first.url().strip_prefix("http://").unwrap();
    let error = Emulator::builder()
        .listen(address.parse().unwrap())
        .start()
        .await
        .unwrap_err();
    assert!(matches!(error, StartError::Listen { .. }), "{error}");
    assert!(error.to_string().contains(address), "{error}");
}

#[tokio::test]
async fn a_shutdown_closes_connections_that_are_idle() {
    let emulator = Emulator::builder().start().await.unwrap();
    let address = emulator.url().strip_prefix("http://").unwrap();
    let mut idle = TcpStream::connect(address).await.unwrap();
    assert_eq!(get(&emulator, &job_status()).await.status(), 200);
    timeout(Duration::from_secs(10), emulator.shutdown())
        .await
        .unwrap();
    let end = idle.read(&mut [0]).await;
    assert!(matches!(end, Ok(0) | Err(_)), "{end:?}");
}

#[tokio::test]
async fn two_emulators_share_nothing() {
    let first = Emulator::builder().start().await.unwrap();
    let second = Emulator::builder().start().await.unwrap();
    assert_ne!(first.url(), second.url());
    assert_ne!(first.access_key().id(), second.access_key().id());
    assert_ne!(first.project_id(), second.project_id());
    assert_eq!(get(&first, &job_status()).await.status(), 200);
    assert!(second.requests().is_empty());
}
