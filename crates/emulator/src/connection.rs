//! One connection of a client, and the ways to end it that the server library has none for.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::watch;

/// One connection, shared by the server library and by what answers its requests.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: Arc<TcpStream>,
    stopped: watch::Receiver<()>,
    last_words: Mutex<Bytes>,
}

impl Connection {
    pub(crate) fn new(stream: TcpStream, stopped: watch::Receiver<()>) -> Self {
        Self {
            stream: Arc::new(stream),
            stopped,
            last_words: Mutex::default(),
        }
    }

    /// The connection for the server library.
    pub(crate) fn stream(&self) -> SharedStream {
        SharedStream(self.stream.clone())
    }

    /// Makes the connection end by an RST once it is closed.
    pub(crate) fn reset_on_close(&self) {
        // It fails for a connection that is gone, which is as good as reset.
        let _ = self.stream.set_zero_linger();
    }

    /// Ends when the emulator is shut down.
    pub(crate) async fn stopped(&self) {
        let _ = self.stopped.clone().changed().await;
    }

    /// What `say_last_words` is to send once the server library is done.
    pub(crate) fn set_last_words(&self, bytes: Bytes) {
        *self
            .last_words
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = bytes;
    }

    pub(crate) async fn say_last_words(&self) -> io::Result<()> {
        let mut bytes = std::mem::take(
            &mut *self
                .last_words
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        );
        while bytes.has_remaining() {
            self.stream.writable().await?;
            match self.stream.try_write(&bytes) {
                Ok(written) => bytes.advance(written),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// A stream that others hold as well. It is closed when the last of them lets go.
#[derive(Debug)]
pub(crate) struct SharedStream(Arc<TcpStream>);

impl AsyncRead for SharedStream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            ready!(self.0.poll_read_ready(context))?;
            match self.0.try_read(buffer.initialize_unfilled()) {
                Ok(length) => {
                    buffer.advance(length);
                    return Poll::Ready(Ok(()));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl AsyncWrite for SharedStream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(context, &[io::IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.0.poll_write_ready(context))?;
            match self.0.try_write_vectored(slices) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                written => return Poll::Ready(written),
            }
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    /// The close comes when the last owner lets go; nothing is buffered here.
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
