//! A server that speaks the wire over real TLS and signs with keys the test owns: honest, until it is told otherwise.

use std::collections::BTreeMap;
use std::io::{Read, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, PKCS_ECDSA_P256_SHA256};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use sbm_client::core::id::{Hash, InstallationId};
use sbm_client::core::wire::v1::device::Runs;
use sbm_client::core::wire::v1::session::DeviceLogin;
use sbm_client::core::wire::v1::{ConnectionString, path};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::documents::{Documents, keys, root};

/// How long a connection may stay silent before its thread ends.
const PATIENCE: Duration = Duration::from_secs(30);

/// A CA of the test's own.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    /// A new one.
    #[must_use]
    pub fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, key()).unwrap())
    }

    /// What a connection string pins.
    #[must_use]
    pub fn pin(&self) -> Hash {
        Hash::of(self.0.der())
    }

    /// The CA's certificate, in PEM.
    #[must_use]
    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// A certificate for that name without the CA behind it, and its key, both in PEM.
    #[must_use]
    pub fn issue(&self, name: &str) -> (String, String) {
        let (key, mut params) = (key(), CertificateParams::new(vec![name.to_owned()]).unwrap());
        params.distinguished_name.push(DnType::CommonName, name);
        let certificate = params.signed_by(&key, &self.0).unwrap();
        (certificate.pem(), key.serialize_pem())
    }

    /// A server's side of TLS under that name.
    fn identity(&self, name: &str) -> Arc<ServerConfig> {
        let key = key();
        let certificate = CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &self.0).unwrap();
        let chain = vec![certificate.der().clone(), self.0.der().clone()];
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, PrivateKeyDer::try_from(key.serialize_der()).unwrap())
            .unwrap();
        Arc::new(config)
    }
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}

fn key() -> KeyPair {
    KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap()
}

/// What the server does with a connection.
#[derive(Clone, Debug, Default)]
pub enum Conduct {
    /// It answers.
    #[default]
    Honest,
    /// It sends these bytes in place of TLS.
    Plain(Vec<u8>),
    /// It sends these bytes inside TLS in place of an answer, and closes.
    Bytes(Vec<u8>),
    /// It sends these bytes inside TLS one by one, and never ends.
    Drip(Vec<u8>),
    /// Its certificate comes from another CA.
    OtherAuthority,
    /// Its certificate is for another name.
    OtherName,
}

/// What the server has to say.
#[derive(Debug)]
pub struct Desk {
    /// How it behaves.
    pub conduct: Conduct,
    /// The answer to a login in place of the honest one.
    pub login: Option<Value>,
    /// The answer to a check-in in place of the honest one.
    pub check_in: Option<Value>,
    /// What it gives out in place of the body that is asked for.
    pub body: Option<Vec<u8>>,
    /// What it would say honestly.
    pub honest: Documents,
    /// Which installation logged in.
    pub installation: Option<InstallationId>,
    /// How many requests came.
    pub requests: usize,
}

/// The server.
pub struct Impostor {
    connection: ConnectionString,
    desk: Arc<Mutex<Desk>>,
    stopped: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Impostor {
    /// A server that honestly has these documents to give.
    #[must_use]
    pub fn new(honest: Documents) -> Self {
        let authority = Authority::new();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let connection = format!("sbm://localhost:{port}#ca-sha256={}", authority.pin()).parse().unwrap();
        let desk =
            Desk { conduct: Conduct::Honest, login: None, check_in: None, body: None, honest, installation: None, requests: 0 };
        let desk = Arc::new(Mutex::new(desk));
        let stopped = Arc::new(AtomicBool::new(false));
        let identities = Identities {
            own: authority.identity("localhost"),
            other_authority: Authority::new().identity("localhost"),
            other_name: authority.identity("elsewhere.example"),
        };
        let (at_work, stop) = (Arc::clone(&desk), Arc::clone(&stopped));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                let (stream, desk, identities) = (stream.unwrap(), Arc::clone(&at_work), identities.clone());
                std::thread::spawn(move || serve(stream, &desk, &identities));
            }
        });
        Self { connection, desk, stopped, thread: Some(thread) }
    }

    /// How to reach it.
    #[must_use]
    pub const fn connection(&self) -> &ConnectionString {
        &self.connection
    }

    /// What it has to say.
    pub fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap()
    }

    /// It is honest again.
    pub fn reform(&self) {
        let mut desk = self.desk();
        (desk.conduct, desk.login, desk.check_in, desk.body) = (Conduct::Honest, None, None, None);
    }
}

impl Drop for Impostor {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(("127.0.0.1", self.connection.port)));
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

#[derive(Clone)]
struct Identities {
    own: Arc<ServerConfig>,
    other_authority: Arc<ServerConfig>,
    other_name: Arc<ServerConfig>,
}

/// One connection, one request. A client that goes away in between is no failure of the server's.
fn serve(mut stream: TcpStream, desk: &Mutex<Desk>, identities: &Identities) {
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let conduct = desk.lock().unwrap().conduct.clone();
    let identity = match &conduct {
        Conduct::Plain(bytes) => {
            drop(stream.write_all(bytes));
            drop(stream.shutdown(std::net::Shutdown::Write));
            // What is left unread would break the connection before the bytes arrive.
            drop(stream.read_to_end(&mut Vec::new()));
            return;
        }
        Conduct::OtherAuthority => &identities.other_authority,
        Conduct::OtherName => &identities.other_name,
        Conduct::Honest | Conduct::Bytes(_) | Conduct::Drip(_) => &identities.own,
    };
    let mut tls = StreamOwned::new(ServerConnection::new(Arc::clone(identity)).unwrap(), stream);
    let Some((method, path, content)) = read_request(&mut tls) else { return };
    match conduct {
        Conduct::Drip(bytes) => {
            for byte in bytes.iter().chain(std::iter::repeat(&b' ')) {
                if tls.write_all(&[*byte]).and_then(|()| tls.flush()).is_err() {
                    return;
                }
                std::thread::park_timeout(Duration::from_millis(20));
            }
        }
        Conduct::Bytes(bytes) => finish(&mut tls, &bytes),
        _ => {
            let answer = desk.lock().unwrap().answer(&method, &path, &content);
            finish(&mut tls, &answer);
        }
    }
}

fn finish(tls: &mut StreamOwned<ServerConnection, TcpStream>, bytes: &[u8]) {
    drop(tls.write_all(bytes));
    tls.conn.send_close_notify();
    drop(tls.flush());
    drop(tls.sock.shutdown(std::net::Shutdown::Write));
    drop(tls.sock.read_to_end(&mut Vec::new()));
}

fn read_request(tls: &mut impl Read) -> Option<(String, String, Vec<u8>)> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if tls.read(&mut byte).ok()? == 0 {
            return None;
        }
        head.extend(byte);
    }
    let head = String::from_utf8(head).unwrap();
    let lower = head.to_lowercase();
    let length =
        lower.lines().find_map(|line| line.strip_prefix("content-length:")).map_or(0, |size| size.trim().parse().unwrap());
    let mut content = vec![0; length];
    tls.read_exact(&mut content).ok()?;
    let mut words = head.split(' ');
    Some((words.next()?.to_owned(), words.next()?.to_owned(), content))
}

impl Desk {
    fn answer(&mut self, method: &str, of: &str, content: &[u8]) -> Vec<u8> {
        self.requests += 1;
        match (method, of) {
            ("POST", path::DEVICE) => {
                let login: DeviceLogin = serde_json::from_slice(content).unwrap();
                self.installation = Some(login.installation);
                let honest = json!({ "token": "token", "user": login.user, "root": root().verifying_key(), "keys": keys(1) });
                ok("application/json", &json_bytes(self.login.as_ref().unwrap_or(&honest)))
            }
            ("POST", path::CHECK_IN) => {
                let honest = self.honest.answer(&self.installation.unwrap());
                ok("application/json", &json_bytes(self.check_in.as_ref().unwrap_or(&honest)))
            }
            ("POST", path::RUNS) => {
                let runs: Runs = serde_json::from_slice(content).unwrap();
                let receipts: Vec<Value> =
                    runs.runs.iter().map(|run| json!({ "id": spelled_id(run), "fate": "accepted" })).collect();
                ok("application/json", &json_bytes(&json!({ "receipts": receipts })))
            }
            _ => {
                let bodies: &BTreeMap<Hash, Vec<u8>> = &self.honest.bodies;
                let hash = of.rsplit('/').next().unwrap().parse().ok();
                let body = self.body.as_ref().or_else(|| hash.and_then(|hash: Hash| bodies.get(&hash)));
                body.map_or_else(|| http("404 Not Found", "text/plain", b"nothing"), |body| ok("application/octet-stream", body))
            }
        }
    }
}

fn json_bytes(value: &Value) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}

fn ok(kind: &str, content: &[u8]) -> Vec<u8> {
    http("200 OK", kind, content)
}

/// An answer behind which the connection ends.
#[must_use]
pub fn http(status: &str, kind: &str, content: &[u8]) -> Vec<u8> {
    let head =
        format!("HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", content.len());
    [head.as_bytes(), content].concat()
}

/// The id that a record names, as it names it.
fn spelled_id(run: &RawValue) -> Option<Value> {
    serde_json::from_str::<Value>(run.get()).ok()?.get("id").cloned()
}
