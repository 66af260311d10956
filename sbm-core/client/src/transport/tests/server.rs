//! A small real TLS server on a port that the system chose.

use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, PKCS_ECDSA_P256_SHA256, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sbm_core::id::Hash;
use sbm_core::wire::v1::ConnectionString;

static NEXT: AtomicUsize = AtomicUsize::new(0);

pub(super) struct Ca {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

pub(super) struct Presented {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

impl Ca {
    pub(super) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        // A name of its own: a chain is followed by names first.
        let number = NEXT.fetch_add(1, Ordering::SeqCst);
        params.distinguished_name.push(DnType::CommonName, format!("test CA {number}"));
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self { issuer: CertifiedIssuer::self_signed(params, key()).unwrap() }
    }

    pub(super) fn pin(&self) -> Hash {
        Hash::of(self.issuer.der())
    }

    /// As a system that trusts it has it.
    pub(super) fn der(&self) -> Vec<u8> {
        self.issuer.der().to_vec()
    }

    pub(super) fn certificate(&self, name: &str) -> Presented {
        self.issue(CertificateParams::new(vec![name.to_owned()]).unwrap())
    }

    pub(super) fn expired(&self, name: &str) -> Presented {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2021, 1, 1);
        self.issue(params)
    }

    fn issue(&self, params: CertificateParams) -> Presented {
        let key = key();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let chain = vec![certificate.der().clone(), self.issuer.der().clone()];
        Presented { chain, key: PrivateKeyDer::try_from(key.serialize_der()).unwrap() }
    }
}

impl Presented {
    /// With that CA's certificate in the chain as well.
    pub(super) fn beside(mut self, ca: &Ca) -> Self {
        self.chain.push(ca.issuer.der().clone());
        self
    }

    /// Without any CA's certificate.
    pub(super) fn alone(mut self) -> Self {
        self.chain.truncate(1);
        self
    }
}

fn key() -> KeyPair {
    KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap()
}

pub(super) struct TestServer {
    pub(super) connection: ConnectionString,
    connections: Arc<AtomicUsize>,
}

impl TestServer {
    /// Does this with each connection, one after the other.
    pub(super) fn raw(mut serve: impl FnMut(TcpStream) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let connection = format!("sbm://localhost:{}", listener.local_addr().unwrap().port()).parse().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                count.fetch_add(1, Ordering::SeqCst);
                serve(stream.unwrap());
            }
        });
        Self { connection, connections }
    }

    /// Answers each request over TLS; with nothing, it keeps the client waiting.
    pub(super) fn tls(presented: Presented, respond: impl Fn(&str) -> Vec<u8> + Send + 'static) -> Self {
        let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(presented.chain, presented.key)
            .unwrap();
        let config = Arc::new(config);
        Self::raw(move |stream| {
            let connection = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut tls = rustls::StreamOwned::new(connection, stream);
            // A client that does not trust this server ends the handshake; that is no failure of the server's.
            while let Some(request) = read_request(&mut tls) {
                if tls.write_all(&respond(&request)).and_then(|()| tls.flush()).is_err() {
                    break;
                }
            }
        })
    }

    pub(super) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// The address of a server that is gone: a port that was the system's choice, with nobody behind it.
    pub(super) fn into_nobody(self) -> ConnectionString {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        ConnectionString { host: "127.0.0.1".into(), port: listener.local_addr().unwrap().port(), ..self.connection }
    }
}

fn read_request(tls: &mut impl std::io::Read) -> Option<String> {
    let mut bytes = Vec::new();
    let mut one = [0];
    while !bytes.ends_with(b"\r\n\r\n") {
        if tls.read(&mut one).ok()? == 0 {
            return None;
        }
        bytes.push(one[0]);
    }
    let head = String::from_utf8(bytes).unwrap();
    let length = head
        .to_lowercase()
        .lines()
        .find_map(|line| line.strip_prefix("content-length:").map(|size| size.trim().parse().unwrap()));
    let mut body = vec![0; length.unwrap_or(0)];
    tls.read_exact(&mut body).ok()?;
    Some(head + &String::from_utf8_lossy(&body))
}

pub(super) fn answer(status: u16, content_type: &str, headers: &[&str], body: &[u8]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status} Something\r\ncontent-type: {content_type}\r\n");
    if status != 204 {
        head.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    for header in headers {
        head.push_str(&format!("{header}\r\n"));
    }
    head.push_str("\r\n");
    [head.as_bytes(), body].concat()
}
