//! A client that sends bytes: whatever a test wants to say inside real TLS, or without it.

use std::fmt::Write as _;
use std::io::{BufRead as _, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use sbm_client::core::code::Code;
use sbm_client::core::wire::PROBLEM_TYPE;
use sbm_client::core::wire::v1::Problem;
use serde::de::DeserializeOwned;
use socket2::{Domain, Socket, Type};

use crate::server::TestServer;

/// Longer than any answer takes; a test that waits so long fails.
const PATIENCE: Duration = Duration::from_secs(30);

/// Makes connections to one server.
#[derive(Clone, Debug)]
pub struct Raw {
    config: Arc<ClientConfig>,
    port: u16,
    from: Option<Ipv4Addr>,
}

/// One connection with TLS on it.
#[derive(Debug)]
pub struct Wire(StreamOwned<ClientConnection, TcpStream>);

/// An answer, as it came.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The head in lower case.
    pub head: String,
    /// The content.
    pub body: Vec<u8>,
}

impl Raw {
    /// The way to that server, which is trusted by the CA in its data directory.
    #[must_use]
    pub fn of(server: &TestServer) -> Self {
        Self::at(server.connection().port, CertificateDer::from_pem_file(server.data_dir().join("ca.pem")).unwrap())
    }

    /// The way to the server at that port, which is trusted by that CA.
    #[must_use]
    pub fn at(port: u16, ca: CertificateDer<'_>) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(ca.into_owned()).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self { config: Arc::new(config), port, from: None }
    }

    /// The same way from this address of the machine. Where the operating system gives it none but `127.0.0.1`, a test says
    /// so by failing: `ifconfig lo0 alias 127.0.0.2`.
    #[must_use]
    pub fn coming_from(self, address: Ipv4Addr) -> Self {
        Self { from: Some(address), ..self }
    }

    /// A connection without TLS.
    #[must_use]
    pub fn plain(&self) -> TcpStream {
        let stream = match self.from {
            None => TcpStream::connect(("127.0.0.1", self.port)).unwrap(),
            Some(from) => {
                let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
                socket.bind(&SocketAddr::from((from, 0)).into()).unwrap();
                socket.connect(&SocketAddr::from(([127, 0, 0, 1], self.port)).into()).unwrap();
                socket.into()
            }
        };
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// A connection with TLS.
    #[must_use]
    pub fn connect(&self) -> Wire {
        let name = ServerName::try_from("localhost").unwrap();
        Wire(StreamOwned::new(ClientConnection::new(Arc::clone(&self.config), name).unwrap(), self.plain()))
    }

    /// A connection with TLS on it behind these bytes, as a proxy says first for whom it speaks.
    #[must_use]
    pub fn connect_behind(&self, first: &[u8]) -> Wire {
        let name = ServerName::try_from("localhost").unwrap();
        let mut stream = self.plain();
        stream.write_all(first).unwrap();
        Wire(StreamOwned::new(ClientConnection::new(Arc::clone(&self.config), name).unwrap(), stream))
    }

    /// Says this on a connection of its own and reads one answer; none when the server closed without a word.
    #[must_use]
    pub fn ask(&self, bytes: &[u8]) -> Option<Answer> {
        let mut wire = self.connect();
        wire.send(bytes);
        wire.answer()
    }
}

impl Wire {
    /// Sends bytes. A server that has closed meanwhile is found out when its answer is read.
    pub fn send(&mut self, bytes: &[u8]) {
        drop(self.0.write_all(bytes).and_then(|()| self.0.flush()));
    }

    /// Whether these bytes could be sent: not any more, once the server has closed.
    pub fn takes(&mut self, bytes: &[u8]) -> bool {
        self.0.write_all(bytes).and_then(|()| self.0.flush()).is_ok()
    }

    /// The next answer; none when the connection ended instead.
    pub fn answer(&mut self) -> Option<Answer> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            if !matches!(self.0.read(&mut byte), Ok(1)) {
                return None;
            }
            head.extend(byte);
        }
        let head = String::from_utf8(head).unwrap().to_lowercase();
        let length =
            head.lines().find_map(|line| line.strip_prefix("content-length:")).map_or(0, |size| size.trim().parse().unwrap());
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).ok()?;
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let answer = Answer { status, head, body };
        assert!(status < 400 || answer.code().is_some(), "a failure without a problem document: {answer:?}");
        Some(answer)
    }

    /// Whether there is something to read by now, of an answer or of the end; it stays there.
    pub fn has_answer(&mut self) -> bool {
        let soon = Duration::from_millis(1);
        self.0.sock.set_read_timeout(Some(soon)).unwrap();
        let has_any = self.0.fill_buf().is_ok();
        self.0.sock.set_read_timeout(Some(PATIENCE)).unwrap();
        has_any
    }

    /// Whether the server closes the connection now.
    pub fn is_closed(&mut self) -> bool {
        !matches!(self.0.read(&mut [0]), Ok(1))
    }
}

impl Answer {
    /// The code of the problem document; none where the answer is no problem document.
    ///
    /// # Panics
    ///
    /// When status and document say different things.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        if !self.head.contains(&format!("content-type: {PROBLEM_TYPE}")) {
            return None;
        }
        let problem: Problem = self.json();
        let code = problem.code().unwrap();
        assert_eq!((problem.status, code.status()), (self.status, self.status), "{problem:?}");
        assert_eq!((problem.name.as_str(), problem.kind), (code.name(), format!("urn:sbm:code:{}", code.name())));
        assert!(!problem.detail.is_empty());
        Some(code)
    }

    /// The content as JSON.
    #[must_use]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// A request as it should be: one host, a token if there is one, content if there is some.
#[must_use]
pub fn request(method: &str, path: &str, token: Option<&str>, content: Option<&str>) -> Vec<u8> {
    let mut headers = vec!["host: localhost".to_owned()];
    headers.extend(token.map(|token| format!("authorization: Bearer {token}")));
    if let Some(content) = content {
        headers.extend(["content-type: application/json".to_owned(), format!("content-length: {}", content.len())]);
    }
    let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
    spelt(method, path, &headers, content.unwrap_or_default())
}

/// A request with exactly these headers.
#[must_use]
pub fn spelt(method: &str, path: &str, headers: &[&str], content: &str) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\n");
    for header in headers {
        write!(text, "{header}\r\n").unwrap();
    }
    text.push_str("\r\n");
    text.push_str(content);
    text.into_bytes()
}
