//! Load over TLS: connections that are kept, one request after another on each, and what that costs the process that
//! answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// How long a load runs before it is counted.
const WARM_UP: Duration = Duration::from_millis(700);

/// What a load came to.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    /// Requests in a second.
    pub rate: f64,
    /// Processor time of the answering process for one of them, in microseconds.
    pub cpu: f64,
}

/// How to connect to `localhost` at a port, trusting some roots.
#[derive(Clone)]
pub struct Target {
    port: u16,
    connector: TlsConnector,
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Target").field("port", &self.port).finish_non_exhaustive()
    }
}

/// A kept connection.
#[derive(Debug)]
pub struct Kept(TlsStream<TcpStream>, Vec<u8>);

impl Target {
    /// A server on this machine.
    #[must_use]
    pub fn new(port: u16, roots: RootCertStore) -> Self {
        let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self { port, connector: TlsConnector::from(Arc::new(config)) }
    }

    /// Connects.
    pub async fn connect(&self) -> Kept {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        Kept(self.connector.connect(name, stream).await.unwrap(), Vec::with_capacity(8 * 1024))
    }

    /// Sends each of the requests over and over, each on a connection of its own, and counts for that time what it costs the
    /// process `pid`.
    ///
    /// # Panics
    ///
    /// When an answer is not 200.
    pub async fn load(&self, requests: &[Vec<u8>], pid: u32, time: Duration) -> Figures {
        let (stop, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let mut connections = Vec::new();
        for request in requests {
            let (mut kept, request) = (self.connect().await, request.clone());
            let (stop, answered) = (Arc::clone(&stop), Arc::clone(&answered));
            connections.push(tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    assert_eq!(kept.ask(&request).await.0, 200);
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            }));
        }
        tokio::time::sleep(WARM_UP).await;
        let (begun, before, earlier) = (std::time::Instant::now(), cpu(pid), answered.load(Ordering::Relaxed));
        tokio::time::sleep(time).await;
        let (elapsed, used, count) = (begun.elapsed(), cpu(pid) - before, answered.load(Ordering::Relaxed) - earlier);
        stop.store(true, Ordering::Relaxed);
        for connection in connections {
            connection.await.unwrap();
        }
        #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
        let count = count.max(1) as f64;
        Figures { rate: count / elapsed.as_secs_f64(), cpu: used.as_secs_f64() * 1e6 / count }
    }
}

impl Kept {
    /// Sends bytes and reads one answer: its status and content.
    ///
    /// # Panics
    ///
    /// When the connection ends.
    pub async fn ask(&mut self, request: &[u8]) -> (u16, Vec<u8>) {
        let Self(stream, bytes) = self;
        stream.write_all(request).await.unwrap();
        stream.flush().await.unwrap();
        bytes.clear();
        loop {
            assert!(stream.read_buf(bytes).await.unwrap() > 0, "the connection ended");
            let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
            let head = String::from_utf8_lossy(bytes.get(..end).unwrap()).to_ascii_lowercase();
            let length: usize =
                head.lines().find_map(|line| line.strip_prefix("content-length:")).map_or(0, |size| size.trim().parse().unwrap());
            while bytes.len() < end + 4 + length {
                assert!(stream.read_buf(bytes).await.unwrap() > 0, "the connection ended");
            }
            return (head.split(' ').nth(1).unwrap().parse().unwrap(), bytes.split_off(end + 4));
        }
    }
}

/// The processor time of a process so far, all its threads, by the scheduler's own count.
///
/// # Panics
///
/// When there is no such process.
#[must_use]
pub fn cpu(pid: u32) -> Duration {
    let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    let of = |path: std::path::PathBuf| -> Option<u64> {
        std::fs::read_to_string(path.join("schedstat")).ok()?.split_whitespace().next()?.parse().ok()
    };
    Duration::from_nanos(tasks.filter_map(|task| of(task.ok()?.path())).sum())
}
