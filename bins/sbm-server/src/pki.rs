//! The server's identity: its own CA, the certificate it shows, and the keys that sign and vouch (RUN-4, OFF-3).
//!
//! 1. At first start the server makes a CA that outlives it. Clients pin the SHA-256 of the CA's certificate, which is in
//!    the connection string and in the chain that is shown.
//! 2. The server's own certificate comes from that CA and is renewed by itself, with less than 30 days left, when the
//!    names changed or when the clock is out of its range. No client notices.
//! 3. Certificate and key are one file each, written whole, so that no crash parts them. A damaged CA is an error and
//!    never replaced: a new one would lock out every client.
//! 4. A certificate of the operator's is shown for the names that it is for ([`own`]). It is read again when its files
//!    change; one that cannot be used leaves the one in use.
//! 5. The CA and the keys lie in a [`Vault`], which all servers of one database share; each has its own certificate, in its
//!    data directory.

pub mod bundle;
pub mod certificate;
pub mod error;
pub mod key_file;
pub mod keys;
mod look;
pub mod own;
pub mod seal;
pub mod sealed;
pub mod vault;

pub use error::PkiError;
pub use key_file::KeyFile;
pub use keys::Keys;
pub use look::look;
pub use sealed::SealedVault;
pub use vault::{Vault, VaultError};

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use arc_swap::{ArcSwap, ArcSwapOption};
use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, ring};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use sbm_core::id::Hash;
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::ConnectionString;

use crate::config::{HostName, HostNames, OwnCertificate};
use crate::data_dir::DataDir;
use bundle::Bundle;
use certificate::Authority;
use own::Own;
use vault::CA;

const SERVER_FILE: &str = "server.pem";

/// The CA and the certificate in use.
#[derive(Debug)]
pub struct Pki {
    authority: Authority,
    names: HostNames,
    shown: Arc<Shown>,
    config: Arc<ServerConfig>,
    own: Option<OwnCertificate>,
}

impl Pki {
    /// Reads CA and certificate from the data directory, or makes them; renews the certificate if that is due.
    ///
    /// # Errors
    ///
    /// `store_damaged` when the CA's file cannot be understood, whatever the data directory says, `internal`.
    pub fn open(directory: &DataDir, names: HostNames, now: Timestamp) -> Result<Self, PkiError> {
        Self::open_with(directory, directory, names, None, now)
    }

    /// The same, with the CA in that vault, and a certificate of the operator's besides.
    ///
    /// # Errors
    ///
    /// As [`Pki::open`], and `certificate_invalid` when that one cannot be used.
    pub fn open_with(
        directory: &DataDir,
        vault: &dyn Vault,
        names: HostNames,
        own: Option<OwnCertificate>,
        now: Timestamp,
    ) -> Result<Self, PkiError> {
        let authority = open_authority(directory, vault)?;
        let server = open_server(directory, &authority, &names, now)?;
        let read = own.as_ref().map(|files| Own::read(files, &names, now)).transpose()?;
        let shown = Arc::new(Shown::new(&server, &authority, read)?);
        let config = tls_config(Arc::clone(&shown))?;
        Ok(Self { authority, names, shown, config, own })
    }

    /// What the TLS handshake is made with. It follows every renewal.
    #[must_use]
    pub fn server_config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.config)
    }

    /// The SHA-256 of the certificate of the server's own CA.
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
        let ca = match self.shown.own.load().as_deref() {
            Some(own) if own.is_for(host) => own.ca(),
            _ => Some(self.ca_pin()),
        };
        let host = match host {
            HostName::Address(IpAddr::V6(address)) => format!("[{address}]"),
            other => other.to_string(),
        };
        ConnectionString { host, port, ca }
    }

    /// The CAs that clients are told to know this server by. None, and they ask the roots of their system: that is so when
    /// the operator's certificate comes without its CA.
    #[must_use]
    pub fn pins(&self) -> Vec<Hash> {
        match self.shown.own.load().as_deref() {
            None => vec![self.ca_pin()],
            Some(own) => own.ca().into_iter().flat_map(|ca| [ca, self.ca_pin()]).collect(),
        }
    }

    /// Until when the operator's certificate is valid, if there is one.
    #[must_use]
    pub fn own_ends(&self) -> Option<Timestamp> {
        self.shown.own.load().as_deref().map(Own::not_after)
    }

    /// Reads the operator's certificate again if its files changed, and shows the new one from the next handshake on. Tells
    /// whether it did.
    ///
    /// # Errors
    ///
    /// `certificate_invalid` when the new one cannot be used, or comes from another CA than clients pinned; the one in use
    /// stays.
    pub fn reload(&self, now: Timestamp) -> Result<bool, PkiError> {
        let (Some(files), Some(current)) = (&self.own, self.shown.own.load_full()) else { return Ok(false) };
        let Some(new) = current.read_if_changed(files, &self.names, now)? else { return Ok(false) };
        if new.ca() != current.ca() {
            let reason = "it comes from another CA than the one in use, which clients know this server by; restart the server if that is meant";
            return Err(PkiError::Certificate { path: files.certificate.clone(), reason: reason.into() });
        }
        self.shown.own.store(Some(Arc::new(new)));
        Ok(true)
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

fn open_authority(directory: &DataDir, vault: &dyn Vault) -> Result<Authority, PkiError> {
    // Asked before the CA is: it is the first secret that a server makes, and another one may be making it now.
    let others = vault.names()?;
    let parsed = |bytes: &[u8]| {
        let damaged = || PkiError::Damaged { place: vault.place(CA) };
        Bundle::parse(bytes).and_then(Authority::from_bundle).ok_or_else(damaged)
    };
    if let Some(bytes) = vault.read(CA)? {
        return parsed(&bytes);
    }
    let is_lost = if vault.outlives_the_store() { directory.has(SERVER_FILE) } else { !others.is_empty() };
    if is_lost {
        return Err(PkiError::Missing { place: vault.place(CA) });
    }
    let bundle = certificate::make_authority()?;
    parsed(&vault.write_if_absent(CA, bundle.to_pem().as_bytes())?)
}

fn open_server(directory: &DataDir, authority: &Authority, names: &HostNames, now: Timestamp) -> Result<Bundle, PkiError> {
    if let Some(bundle) = read_server(directory)?.filter(|bundle| certificate::is_good(bundle, authority, names, now)) {
        return Ok(bundle);
    }
    let bundle = certificate::make_server(authority, names, now)?;
    directory.write_secret(SERVER_FILE, bundle.to_pem().as_bytes())?;
    Ok(bundle)
}

/// The SHA-256 of the certificate of a CA that a vault has; `None` when it is damaged.
pub(crate) fn pin_of(ca: &[u8]) -> Option<Hash> {
    Bundle::parse(ca).and_then(Authority::from_bundle).map(|authority| authority.pin())
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

/// The certificates that are shown now: the server's own, and the operator's for the names that it is for.
struct Shown {
    made: ArcSwap<CertifiedKey>,
    own: ArcSwapOption<Own>,
}

impl Shown {
    fn new(server: &Bundle, authority: &Authority, own: Option<Own>) -> Result<Self, PkiError> {
        let made = ArcSwap::new(Self::certified(server, authority)?);
        Ok(Self { made, own: ArcSwapOption::from_pointee(own) })
    }

    fn replace(&self, server: &Bundle, authority: &Authority) -> Result<(), PkiError> {
        self.made.store(Self::certified(server, authority)?);
        Ok(())
    }

    /// By the name that is asked for. Who asks by address sends none, and then what the operator's is for is not known; it is
    /// shown, if it is for any address at all.
    fn for_name(&self, name: Option<&str>) -> Arc<CertifiedKey> {
        let own = self.own.load();
        let asked = name.and_then(HostName::parse);
        match own.as_deref() {
            Some(own) if asked.is_some_and(|name| own.is_for(&name)) || (name.is_none() && own.is_for_addresses()) => own.shown(),
            _ => self.made.load_full(),
        }
    }

    fn certified(server: &Bundle, authority: &Authority) -> Result<Arc<CertifiedKey>, PkiError> {
        let chain = vec![server.certificate.clone(), authority.certificate().clone()];
        let key = CertifiedKey::from_der(chain, server.key.clone_key(), &ring::default_provider());
        key.map(Arc::new).map_err(PkiError::generation)
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.for_name(hello.server_name()))
    }
}

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shown")
    }
}

#[cfg(test)]
pub(crate) mod authority_fixture;
#[cfg(test)]
mod tests;
