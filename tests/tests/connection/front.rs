//! What stands before the emulator: TLS, or an HTTP proxy.

use std::sync::{Arc, Mutex};

use huaweicloud_emulator::Emulator;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

/// Serves an emulator by TLS; returns the address.
pub(crate) async fn tls(emulator: &Emulator, server: ServerConfig) -> String {
    let emulator = address_of(emulator);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let acceptor = TlsAcceptor::from(Arc::new(server));
    tokio::spawn(async move {
        loop {
            let (client, _) = listener.accept().await.unwrap();
            let (acceptor, emulator) = (acceptor.clone(), emulator.clone());
            tokio::spawn(async move {
                // A client that does not trust us, or that we do not trust, is gone by now.
                let Ok(mut client) = acceptor.accept(client).await else {
                    return;
                };
                let mut server = TcpStream::connect(emulator).await.unwrap();
                let _ = copy_bidirectional(&mut client, &mut server).await;
            });
        }
    });
    url
}

fn address_of(emulator: &Emulator) -> String {
    emulator.url().strip_prefix("http://").unwrap().to_owned()
}

/// An HTTP proxy that demands a user and a password, and keeps the heads of requests.
pub(crate) struct Proxy {
    pub(crate) address: String,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// Starts one that lets pass who sends this as `Proxy-Authorization`.
    pub(crate) async fn start(authorization: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let kept = heads.clone();
        tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(client, authorization, kept.clone()));
            }
        });
        Self { address, heads }
    }

    /// The heads of the requests so far.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

async fn serve(mut client: TcpStream, authorization: &str, heads: Arc<Mutex<Vec<String>>>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        // A client may go away without a request.
        let Ok(byte) = client.read_u8().await else {
            return;
        };
        head.push(byte);
    }
    let head = String::from_utf8(head).unwrap();
    heads.lock().unwrap().push(head.clone());
    let expected = format!("proxy-authorization: {authorization}");
    if !head
        .lines()
        .any(|line| line.eq_ignore_ascii_case(&expected))
    {
        let refusal = "HTTP/1.1 407 Proxy Authentication Required\r\n\
                       proxy-authenticate: Basic\r\ncontent-length: 0\r\n\r\n";
        client.write_all(refusal.as_bytes()).await.unwrap();
        return;
    }
    let target = head.split(' ').nth(1).unwrap();
    let mut server = if head.starts_with("CONNECT ") {
        let server = TcpStream::connect(target).await.unwrap();
        client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        server
    } else {
        // The emulator takes a whole address as any server does (RFC 9112, section 3.2.2).
        let host = target.split('/').nth(2).unwrap();
        let mut server = TcpStream::connect(host).await.unwrap();
        server.write_all(head.as_bytes()).await.unwrap();
        server
    };
    let _ = copy_bidirectional(&mut client, &mut server).await;
}
