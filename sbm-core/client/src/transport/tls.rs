//! TLS with a pinned CA or the system's roots (RUN-4), finished before the first byte of a request, so that every way it
//! fails has its name.
//!
//! 1. With a pin, of the certificates that the server presents the one whose SHA-256 is the pin is the only root; without
//!    one the roots that the operating system trusts are, where that was asked for in so many words. Name, dates and
//!    signatures are then checked as always. There is no way to skip any of it, and no trust on first use.
//! 2. The alert `access_denied` in place of a handshake says that this address is not admitted (NET-1). The server
//!    closes behind it; what the alert said is still read when the connection breaks while we write.
//! 3. The provider is *ring*, named here; the process's default is neither needed nor changed.

use std::fmt;
use std::io::{self, Read as _, Write as _};
use std::sync::Arc;
use std::time::Duration;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    AlertDescription, CertificateError, ClientConfig, ClientConnection, DigitallySignedStruct, RootCertStore, SignatureScheme,
    StreamOwned,
};
use sbm_core::code::Code;
use sbm_core::id::Hash;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, LazyBuffers, NextTimeout, Transport as Wire, TransportAdapter,
};

use super::TransportError;
use super::tcp::TcpWire;

/// Puts TLS on a TCP connection.
pub(super) struct TlsConnector {
    config: Arc<ClientConfig>,
    limit: Duration,
}

impl TlsConnector {
    /// Connections to servers whose certificate comes from one of these CAs, secure within that time.
    pub(super) fn pinned(pins: Vec<Hash>, limit: Duration) -> Result<Self, TransportError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier = Arc::new(PinnedVerifier { pins, provider: Arc::clone(&provider) });
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| unusable(&error))?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth();
        Ok(Self { config: Arc::new(config), limit })
    }

    /// Connections to servers for which these roots vouch.
    pub(super) fn rooted(roots: Arc<RootCertStore>, limit: Duration) -> Result<Self, TransportError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| unusable(&error))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { config: Arc::new(config), limit })
    }

    fn connect_tls(&self, details: &ConnectionDetails<'_>, tcp: TcpWire) -> Result<TlsTransport, TransportError> {
        let host = details.uri.host().unwrap_or_default();
        let bare = host.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(host);
        let name = ServerName::try_from(bare.to_owned())
            .map_err(|_| TransportError::new(Code::TlsFailed, format!("`{bare}` is not a name that a certificate can be for")))?;
        let mut connection = ClientConnection::new(Arc::clone(&self.config), name).map_err(|error| tls_error(&error, bare))?;
        let left = self.time_left(details, &tcp);
        let mut socket = TransportAdapter::new(tcp, Arc::clone(&details.current_time));
        socket.set_timeout(left);
        shake_hands(&mut connection, &mut socket, bare)?;
        let buffers = LazyBuffers::new(details.config.input_buffer_size(), details.config.output_buffer_size());
        Ok(TlsTransport { buffers, stream: StreamOwned::new(connection, socket) })
    }

    /// What connecting has left of the time for both, and no more than our own limit.
    fn time_left(&self, details: &ConnectionDetails<'_>, tcp: &TcpWire) -> NextTimeout {
        let mut timeout = details.timeout;
        let left = timeout.not_zero().map_or(self.limit, |whole| whole.saturating_sub(tcp.age()).min(self.limit));
        timeout.after = left.into();
        timeout
    }
}

fn unusable(error: &rustls::Error) -> TransportError {
    TransportError::new(Code::TlsFailed, format!("TLS cannot be set up: {error}"))
}

impl Connector<TcpWire> for TlsConnector {
    type Out = TlsTransport;

    fn connect(&self, details: &ConnectionDetails<'_>, chained: Option<TcpWire>) -> Result<Option<TlsTransport>, ureq::Error> {
        match chained {
            Some(tcp) => self.connect_tls(details, tcp).map(Some).map_err(|error| ureq::Error::Other(Box::new(error))),
            None => Ok(None),
        }
    }
}

impl fmt::Debug for TlsConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TlsConnector")
    }
}

/// Drives the handshake to its end. A failed write does not end it: the reason may already lie in what came in.
fn shake_hands<T: io::Read + io::Write>(
    connection: &mut ClientConnection,
    socket: &mut T,
    host: &str,
) -> Result<(), TransportError> {
    let mut unwritten: Option<io::Error> = None;
    while connection.is_handshaking() || (connection.wants_write() && unwritten.is_none()) {
        while connection.wants_write() && unwritten.is_none() {
            unwritten = connection.write_tls(socket).and_then(|_| socket.flush()).err();
        }
        if !connection.is_handshaking() {
            break;
        }
        match connection.read_tls(socket) {
            Ok(0) => return Err(unwritten.map_or_else(|| closed(host), |error| io_error(&error, host))),
            Ok(_) => {}
            Err(error) => return Err(io_error(unwritten.as_ref().unwrap_or(&error), host)),
        }
        if let Err(error) = connection.process_new_packets() {
            // The other side is told why, if it still listens; what matters is our own error.
            let _told = connection.write_tls(socket);
            return Err(tls_error(&error, host));
        }
    }
    unwritten.map_or(Ok(()), |error| Err(io_error(&error, host)))
}

fn closed(host: &str) -> TransportError {
    TransportError::new(Code::TlsFailed, format!("`{host}` closed the connection before it was secure; is this an SBM server?"))
}

/// What an error of the socket means.
pub(super) fn io_error(error: &io::Error, host: &str) -> TransportError {
    if let Some(inner) = error.get_ref() {
        if let Some(tls) = inner.downcast_ref::<rustls::Error>() {
            return tls_error(tls, host);
        }
        if let Some(ureq) = inner.downcast_ref::<ureq::Error>() {
            return super::http::transport_error(ureq, host);
        }
    }
    match error.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => super::http::timed_out(host),
        io::ErrorKind::InvalidData => {
            TransportError::new(Code::TlsFailed, format!("what `{host}` sent is not TLS; is this an SBM server?"))
        }
        _ => TransportError::new(Code::Unreachable, format!("`{host}` cannot be reached: {error}")),
    }
}

fn tls_error(error: &rustls::Error, host: &str) -> TransportError {
    match error {
        rustls::Error::AlertReceived(AlertDescription::AccessDenied) => TransportError::new(
            Code::AddressRefused,
            format!("`{host}` does not admit the address of this computer; an administrator can add it to the allowlist"),
        ),
        rustls::Error::InvalidCertificate(reason) => TransportError::new(Code::UntrustedServer, untrusted(reason, host)),
        rustls::Error::NoCertificatesPresented => {
            TransportError::new(Code::UntrustedServer, format!("`{host}` presented no certificate; do not go on"))
        }
        other => TransportError::new(Code::TlsFailed, format!("no secure connection to `{host}`: {other}")),
    }
}

fn untrusted(reason: &CertificateError, host: &str) -> String {
    match reason {
        CertificateError::UnknownIssuer => {
            format!(
                "the certificate of `{host}` does not come from a CA that was confirmed or that this computer trusts; ask for the server's current connection string"
            )
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            format!("the certificate is not for the name `{host}`; use one of the names that the server was set up with")
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            format!("the certificate of `{host}` has expired; the server must renew it, or this computer's clock is wrong")
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            format!("the certificate of `{host}` is not valid yet; is this computer's clock right?")
        }
        other => format!("the certificate of `{host}` is not acceptable: {other}"),
    }
}

/// A server's certificate counts when it comes from a CA with one of these hashes.
#[derive(Debug)]
struct PinnedVerifier {
    pins: Vec<Hash>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for PinnedVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let presented = intermediates.iter().chain(std::iter::once(end_entity));
        let pinned = presented.filter(|certificate| self.pins.contains(&Hash::of(certificate)));
        let mut roots = RootCertStore::empty();
        for certificate in pinned {
            roots.add(certificate.clone().into_owned())?;
        }
        if roots.is_empty() {
            return Err(CertificateError::UnknownIssuer.into());
        }
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&self.provider))
            .build()
            .map_err(|error| rustls::Error::General(error.to_string()))?
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// A connection with TLS on it.
pub(super) struct TlsTransport {
    buffers: LazyBuffers,
    stream: StreamOwned<ClientConnection, TransportAdapter<TcpWire>>,
}

impl Wire for TlsTransport {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        self.stream.sock.set_timeout(timeout);
        let output = self.buffers.output().get(..amount).unwrap_or_default();
        self.stream.write_all(output)?;
        self.stream.flush()?;
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        self.stream.sock.set_timeout(timeout);
        let input = self.buffers.input_append_buf();
        let amount = self.stream.read(input)?;
        self.buffers.input_appended(amount);
        Ok(amount > 0)
    }

    fn is_open(&mut self) -> bool {
        self.stream.sock.get_mut().is_open()
    }

    fn is_tls(&self) -> bool {
        true
    }
}

impl fmt::Debug for TlsTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TlsTransport")
    }
}
