//! The server: accepts connections, bounds them, and lets them end well.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};

use crate::cloud::Cloud;
use crate::connection::Connection;

/// Connections at once; further ones wait to be accepted.
const MAX_CONNECTIONS: usize = 1_024;
/// How long a connection may take to send the head of its next request, idle time included.
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a request under way may take to end after a shutdown.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(5);
/// How long to leave a listener alone that cannot accept, mostly for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// A running server; dropping it aborts it.
#[derive(Debug)]
pub(crate) struct Server {
    stop: watch::Sender<()>,
    task: JoinHandle<()>,
}

impl Server {
    /// Starts to serve on the runtime that this is called in.
    pub(crate) fn start(listener: TcpListener, cloud: Arc<Cloud>) -> Self {
        let (stop, stopped) = watch::channel(());
        let task = tokio::spawn(accept(listener, cloud, stopped));
        Self { stop, task }
    }

    /// Accepts no more, lets the requests under way end and waits for that.
    pub(crate) async fn shutdown(mut self) {
        self.stop.send_replace(());
        // The task neither panics nor is cancelled before `self` is dropped.
        let _ = (&mut self.task).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, cloud: Arc<Cloud>, mut stopped: watch::Receiver<()>) {
    let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        let next = tokio::select! {
            _ = stopped.changed() => break,
            next = next_connection(&listener, &slots) => next,
        };
        if let Some((stream, slot)) = next {
            connections.spawn(serve(stream, cloud.clone(), stopped.clone(), slot));
        }
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

async fn next_connection(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> Option<(TcpStream, OwnedSemaphorePermit)> {
    let slot = slots.clone().acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, _)) => Some((stream, slot)),
        Err(_) => {
            sleep(ACCEPT_PAUSE).await;
            None
        }
    }
}

async fn serve(
    stream: TcpStream,
    cloud: Arc<Cloud>,
    mut stopped: watch::Receiver<()>,
    _slot: OwnedSemaphorePermit,
) {
    let _open = cloud.counters.connection();
    let connection = Connection::new(stream, stopped.clone());
    {
        let service = service_fn(|request| cloud.answer(request, &connection));
        let mut served = pin!(
            http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEADER_TIMEOUT)
                .serve_connection(TokioIo::new(connection.stream()), service)
        );
        // How a connection ends is the client's affair; an emulator has no log to put it in.
        tokio::select! {
            _ = served.as_mut() => {}
            _ = stopped.changed() => {
                served.as_mut().graceful_shutdown();
                let _ = timeout(SHUTDOWN_GRACE, served).await;
                return;
            }
        }
    }
    tokio::select! {
        _ = connection.say_last_words() => {}
        _ = stopped.changed() => {}
    }
}
