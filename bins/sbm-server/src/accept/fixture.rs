//! A server on a free port and a client that talks to it byte by byte.

use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use sbm_core::time::Timestamp;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::*;
use crate::config::{Config, HostNames, Sources};
use crate::data_dir::DataDir;
use crate::pki::Pki;

pub const NOW: Timestamp = Timestamp::from_millis(1_795_291_485_123);

/// Admits nobody: loopback passes all the same.
pub struct Nobody;

impl Gate for Nobody {
    fn admits(&self, _address: IpAddr) -> bool {
        false
    }
}

pub fn limits() -> Limits {
    Config::load(&Sources::default()).unwrap().limits
}

pub struct Served {
    pub address: SocketAddr,
    pub shared: Serving,
    pki: Pki,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
    _directory: (tempfile::TempDir, DataDir),
}

impl Served {
    pub async fn start(router: Router, limits: Limits) -> Self {
        Self::behind(Door::new(Arc::new(Nobody)), router, limits).await
    }

    pub async fn behind(door: Door, router: Router, limits: Limits) -> Self {
        let parent = tempfile::tempdir().unwrap();
        let directory = DataDir::open(&parent.path().join("data")).unwrap();
        let pki = Pki::open(&directory, HostNames::new(&[], None), NOW).unwrap();
        let shared = Serving { tls: pki.server_config(), door, router, limits, name: "localhost".into() };
        let listeners = Listeners::bind(&["127.0.0.1:0".parse().unwrap()]).await.unwrap();
        let address = listeners.addresses()[0];
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(listeners.serve(shared.clone(), async { drop(stopped.await) }));
        Self { address, shared, pki, stop: Some(stop), task, _directory: (parent, directory) }
    }

    pub fn tell_to_stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }

    /// Waits until the loop has ended, which is an error if it panicked.
    pub async fn ended(self) {
        self.task.await.unwrap();
    }

    pub fn connector(&self, versions: &[&'static SupportedProtocolVersion]) -> TlsConnector {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(self.pki.ca_pem().as_bytes()).unwrap()).unwrap();
        let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
        let mut config = builder.with_protocol_versions(versions).unwrap().with_root_certificates(roots).with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        // The certificate's time is the fixture's, not the day the test runs.
        config.time_provider = Arc::new(FixedTime);
        TlsConnector::from(Arc::new(config))
    }

    pub async fn client(&self) -> Client {
        self.client_with(rustls::ALL_VERSIONS).await
    }

    pub async fn client_with(&self, versions: &[&'static SupportedProtocolVersion]) -> Client {
        let stream = TcpStream::connect(self.address).await.unwrap();
        Client(self.connector(versions).connect(ServerName::try_from("localhost").unwrap(), stream).await.unwrap())
    }

    /// Goes on in TLS where something was said already.
    pub async fn secure(&self, stream: TcpStream) -> io::Result<Client> {
        self.connector(rustls::ALL_VERSIONS).connect(ServerName::try_from("localhost").unwrap(), stream).await.map(Client)
    }

    pub async fn raw(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }
}

#[derive(Debug)]
struct FixedTime;

impl rustls::time_provider::TimeProvider for FixedTime {
    fn current_time(&self) -> Option<rustls::pki_types::UnixTime> {
        let since = Duration::from_millis(NOW.as_millis().try_into().unwrap());
        Some(rustls::pki_types::UnixTime::since_unix_epoch(since))
    }
}

pub struct Client(pub TlsStream<TcpStream>);

impl Client {
    pub async fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.unwrap();
        self.0.flush().await.unwrap();
    }

    /// Sends a request and reads one answer with a stated length: the head, and the content.
    pub async fn ask(&mut self, request: &str) -> (String, String) {
        self.send(request.as_bytes()).await;
        self.answer().await
    }

    pub async fn answer(&mut self) -> (String, String) {
        self.try_answer().await.unwrap()
    }

    /// An answer, if the connection does not end instead.
    pub async fn try_answer(&mut self) -> io::Result<(String, String)> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.0.read_u8().await?);
        }
        let head = String::from_utf8(head).unwrap().to_lowercase();
        let length =
            head.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |length| length.parse().unwrap());
        let mut content = vec![0; length];
        self.0.read_exact(&mut content).await?;
        Ok((head, String::from_utf8(content).unwrap()))
    }

    /// What still comes until the server closes.
    pub async fn rest(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        // A connection that is cut off has ended too.
        let _ = self.0.read_to_end(&mut rest).await;
        rest
    }
}
