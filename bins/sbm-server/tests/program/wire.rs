//! A connection to the server over which a request is sent in parts.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

/// Longer than any answer takes; a test that waits so long fails.
const PATIENCE: Duration = Duration::from_secs(120);

/// A request of which the server waits for the rest.
pub struct Half {
    stream: StreamOwned<ClientConnection, TcpStream>,
    rest: Vec<u8>,
}

impl Half {
    /// Sends a request and half of its content. The server has begun with the request by then: it has asked for the content.
    pub fn send(ca: &Path, port: u16, method: &str, path: &str, token: Option<&str>, content: &str) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(ca).unwrap()).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        let stream = StreamOwned::new(ClientConnection::new(Arc::new(config), name).unwrap(), stream);
        let (half, rest) = content.as_bytes().split_at(content.len() / 2);
        let mut sent = Self { stream, rest: rest.to_vec() };
        let token = token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\n{token}content-type: application/json\r\ncontent-length: {}\r\n\
             expect: 100-continue\r\nconnection: close\r\n\r\n",
            content.len()
        );
        sent.stream.write_all(head.as_bytes()).unwrap();
        sent.stream.flush().unwrap();
        let asked = sent.head();
        assert!(asked.starts_with("HTTP/1.1 100 "), "{asked}");
        sent.stream.write_all(half).unwrap();
        sent.stream.flush().unwrap();
        sent
    }

    /// Sends the rest; gives the status of the answer.
    pub fn finish(mut self) -> u16 {
        let rest = std::mem::take(&mut self.rest);
        self.stream.write_all(&rest).unwrap();
        self.stream.flush().unwrap();
        let answer = self.head();
        answer.split(' ').nth(1).unwrap().parse().unwrap()
    }

    fn head(&mut self) -> String {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            assert_eq!(self.stream.read(&mut byte).unwrap(), 1, "{}", String::from_utf8_lossy(&head));
            head.extend(byte);
        }
        String::from_utf8(head).unwrap()
    }
}
