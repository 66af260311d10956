//! The server's identity: its own CA, the certificate it shows, and the keys that sign and vouch (RUN-4, OFF-3).
//!
//! 1. At first start the server makes a CA that outlives it. Clients pin the SHA-256 of the CA's certificate, which is in
//!    the connection string and in the chain that is shown.
//! 2. The server's own certificate comes from that CA and is renewed by itself, with less than 30 days left, when the
//!    names changed or when the clock is out of its range. No client notices.
//! 3. Certificate and key are one file each, written whole, so that no crash parts them. A damaged CA is an error and
//!    never replaced: a new one would lock out every client.

pub mod bundle;
pub mod certificate;
pub mod error;
pub mod keys;

pub use error::PkiError;
pub use keys::Keys;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use arc_swap::ArcSwap;
use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, ring};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use sbm_core::id::Hash;
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::ConnectionString;

use crate::config::{HostName, HostNames};
use crate::data_dir::DataDir;
use bundle::Bundle;
use certificate::Authority;

const CA_FILE: &str = "ca.pem";
const SERVER_FILE: &str = "server.pem";

/// The CA and the certificate in use.
#[derive(Debug)]
pub struct Pki {
    authority: Authority,
    names: HostNames,
    shown: Arc<Shown>,
    config: Arc<ServerConfig>,
}

impl Pki {
    /// Reads CA and certificate from the data directory, or makes them; renews the certificate if that is due.
    ///
    /// # Errors
    ///
    /// `store_damaged` when the CA's file cannot be understood, whatever the data directory says, `internal`.
    pub fn open(directory: &DataDir, names: HostNames, now: Timestamp) -> Result<Self, PkiError> {
        let authority = open_authority(directory)?;
        let server = open_server(directory, &authority, &names, now)?;
        let shown = Arc::new(Shown::new(&server, &authority)?);
        let config = tls_config(Arc::clone(&shown))?;
        Ok(Self { authority, names, shown, config })
    }

    /// What the TLS handshake is made with. It follows every renewal.
    #[must_use]
    pub fn server_config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.config)
    }

    /// The SHA-256 of the CA's certificate.
    #[must_use]
    pub fn ca_pin(&self) -> Hash {
        self.authority.pin()
    }

    /// The CA's certificate as PEM, for programs that trust by file.
    #[must_use]
    pub fn ca_pem(&self) -> String {
        self.authority.certificate_pem()
    }

    /// What a client needs to find this server and know it.
    #[must_use]
    pub fn connection_string(&self, host: &HostName, port: u16) -> ConnectionString {
        let host = match host {
            HostName::Address(IpAddr::V6(address)) => format!("[{address}]"),
            other => other.to_string(),
        };
        ConnectionString { host, port, ca: Some(self.ca_pin()) }
    }

    /// Renews the certificate if that is due, for a server that runs for years. Tells whether it did.
    ///
    /// # Errors
    ///
    /// As [`Pki::open`]; the certificate in use stays.
    pub fn renew_if_due(&self, directory: &DataDir, now: Timestamp) -> Result<bool, PkiError> {
        let current = read_server(directory)?;
        if current.as_ref().is_some_and(|bundle| certificate::is_good(bundle, &self.authority, &self.names, now)) {
            return Ok(false);
        }
        let server = open_server(directory, &self.authority, &self.names, now)?;
        self.shown.replace(&server, &self.authority)?;
        Ok(true)
    }
}

fn open_authority(directory: &DataDir) -> Result<Authority, PkiError> {
    if let Some(bytes) = directory.read_secret(CA_FILE)? {
        let damaged = || PkiError::Damaged { path: directory.file(CA_FILE) };
        return Bundle::parse(&bytes).and_then(Authority::from_bundle).ok_or_else(damaged);
    }
    if directory.has(SERVER_FILE) {
        return Err(PkiError::Missing { path: directory.file(CA_FILE) });
    }
    let bundle = certificate::make_authority()?;
    directory.write_secret(CA_FILE, bundle.to_pem().as_bytes())?;
    Authority::from_bundle(bundle).ok_or(PkiError::Generation { reason: "the new CA does not fit its own key".into() })
}

fn open_server(directory: &DataDir, authority: &Authority, names: &HostNames, now: Timestamp) -> Result<Bundle, PkiError> {
    if let Some(bundle) = read_server(directory)?.filter(|bundle| certificate::is_good(bundle, authority, names, now)) {
        return Ok(bundle);
    }
    let bundle = certificate::make_server(authority, names, now)?;
    directory.write_secret(SERVER_FILE, bundle.to_pem().as_bytes())?;
    Ok(bundle)
}

/// A damaged certificate is as good as none: a new one is made.
fn read_server(directory: &DataDir) -> Result<Option<Bundle>, PkiError> {
    Ok(directory.read_secret(SERVER_FILE)?.and_then(|bytes| Bundle::parse(&bytes)))
}

fn tls_config(shown: Arc<Shown>) -> Result<Arc<ServerConfig>, PkiError> {
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .map_err(PkiError::generation)?
        .with_no_client_auth()
        .with_cert_resolver(shown);
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config.ticketer = ring::Ticketer::new().map_err(PkiError::generation)?;
    config.send_tls13_tickets = 1;
    Ok(Arc::new(config))
}

/// Named here and nowhere taken from a process-wide default, which another library could have set.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// The certificate that is shown now.
struct Shown(ArcSwap<CertifiedKey>);

impl Shown {
    fn new(server: &Bundle, authority: &Authority) -> Result<Self, PkiError> {
        Ok(Self(ArcSwap::new(Self::certified(server, authority)?)))
    }

    fn replace(&self, server: &Bundle, authority: &Authority) -> Result<(), PkiError> {
        self.0.store(Self::certified(server, authority)?);
        Ok(())
    }

    fn certified(server: &Bundle, authority: &Authority) -> Result<Arc<CertifiedKey>, PkiError> {
        let chain = vec![server.certificate.clone(), authority.certificate().clone()];
        let key = CertifiedKey::from_der(chain, server.key.clone_key(), &ring::default_provider());
        key.map(Arc::new).map_err(PkiError::generation)
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.load_full())
    }
}

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shown")
    }
}

#[cfg(test)]
mod tests;
