//! The operator's own certificate, in place of the server's CA (RUN-4).
//!
//! 1. It is looked at whole before it is shown: the key is the certificate's, the chain is in order, the time is within its
//!    dates, and it is for at least one of the server's names. The reason is told, and nothing else is shown in its place.
//! 2. If the chain ends with its own CA, clients pin that; else they ask the roots of their system.
//! 3. For names that it is not for, `localhost` first of all, the certificate of the server's own CA is still shown, so that
//!    the commands on its machine work as ever.

use std::fmt;
use std::fs::{Metadata, OpenOptions};
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use rustls::InconsistentKeys;
use rustls::client::verify_server_name;
use rustls::crypto::ring;
use rustls::pki_types::pem::{Error as PemError, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::ParsedCertificate;
use rustls::sign::CertifiedKey;
use sbm_core::id::Hash;
use sbm_core::time::Timestamp;
use x509_cert::Certificate;
use x509_cert::der::Decode as _;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;
use zeroize::Zeroizing;

use super::error::PkiError;
use crate::config::{HostName, HostNames, OwnCertificate};

/// The most bytes of a certificate's or a key's file.
const MAX_FILE: u64 = 256 * 1024;

/// A certificate of the operator's that can be shown.
#[derive(Clone)]
pub struct Own {
    shown: Arc<CertifiedKey>,
    ca: Option<Hash>,
    not_after: Timestamp,
    addresses: bool,
    content: Hash,
}

impl Own {
    /// Reads certificate and key and checks them.
    ///
    /// # Errors
    ///
    /// `certificate_invalid` with the file and the reason.
    pub fn read(files: &OwnCertificate, names: &HostNames, now: Timestamp) -> Result<Self, PkiError> {
        let (certificate, key) = (read_file(&files.certificate)?, read_key(&files.key)?);
        Self::from_bytes(files, &certificate, &key, names, now)
    }

    /// Reads them if they are not the ones that this was made of.
    ///
    /// # Errors
    ///
    /// As [`Own::read`].
    pub fn read_if_changed(&self, files: &OwnCertificate, names: &HostNames, now: Timestamp) -> Result<Option<Self>, PkiError> {
        let (certificate, key) = (read_file(&files.certificate)?, read_key(&files.key)?);
        if content(&certificate, &key) == self.content {
            return Ok(None);
        }
        Self::from_bytes(files, &certificate, &key, names, now).map(Some)
    }

    fn from_bytes(
        files: &OwnCertificate,
        certificate: &[u8],
        key: &[u8],
        names: &HostNames,
        now: Timestamp,
    ) -> Result<Self, PkiError> {
        let bad = |reason: String| PkiError::Certificate { path: files.certificate.clone(), reason };
        let chain = read_chain(certificate).map_err(bad)?;
        let parsed: Vec<Certificate> = chain.iter().map(|der| parse(der)).collect::<Result<_, _>>().map_err(bad)?;
        let key_der = parse_key(key).map_err(|reason| PkiError::Certificate { path: files.key.clone(), reason })?;
        let ca = check_chain(&chain, &parsed).map_err(bad)?;
        let not_after = check_dates(&parsed, now).map_err(bad)?;
        let shown = CertifiedKey::from_der(chain, key_der, &ring::default_provider()).map_err(|error| match error {
            rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => PkiError::Certificate {
                path: files.key.clone(),
                reason: format!("it is not the key of the certificate `{}`", files.certificate.display()),
            },
            error => bad(error.to_string()),
        })?;
        let addresses = parsed.first().is_some_and(names_addresses);
        let own = Self { shown: Arc::new(shown), ca, not_after, addresses, content: content(certificate, key) };
        if names.iter().any(|name| own.is_for(name)) {
            Ok(own)
        } else {
            let asked = names.iter().map(ToString::to_string).collect::<Vec<_>>().join("`, `");
            Err(bad(format!("it is for none of the names of this server, `{asked}`; set `names` to those it is for")))
        }
    }

    /// What the handshake shows.
    pub(super) fn shown(&self) -> Arc<CertifiedKey> {
        Arc::clone(&self.shown)
    }

    /// The CA at the end of its chain.
    #[must_use]
    pub const fn ca(&self) -> Option<Hash> {
        self.ca
    }

    /// Until when it, and every certificate of its chain, is valid.
    #[must_use]
    pub const fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// Whether it is for any address at all.
    pub(super) const fn is_for_addresses(&self) -> bool {
        self.addresses
    }

    /// Whether it is for this name or address.
    #[must_use]
    pub fn is_for(&self, name: &HostName) -> bool {
        let name = match name {
            HostName::Name(name) => ServerName::try_from(name.as_str()).ok(),
            HostName::Address(address) => Some(ServerName::from(*address)),
        };
        let first = self.shown.cert.first().and_then(|der| ParsedCertificate::try_from(der).ok());
        name.zip(first).is_some_and(|(name, certificate)| verify_server_name(&certificate, &name).is_ok())
    }
}

impl fmt::Debug for Own {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Own").field("ca", &self.ca).field("not_after", &self.not_after).finish_non_exhaustive()
    }
}

fn content(certificate: &[u8], key: &[u8]) -> Hash {
    let both = [Hash::of(certificate), Hash::of(key)];
    Hash::of(&both.iter().flat_map(|hash| hash.as_bytes().to_vec()).collect::<Vec<_>>())
}

fn read_file(path: &Path) -> Result<Zeroizing<Vec<u8>>, PkiError> {
    read(path, |_| Ok(()))
}

/// A key that everybody on the machine can read is nobody's (ERR-5). A group may: some give keys to a group of services.
fn read_key(path: &Path) -> Result<Zeroizing<Vec<u8>>, PkiError> {
    read(path, |about| {
        #[cfg(unix)]
        if std::os::unix::fs::MetadataExt::mode(about) & 0o007 != 0 {
            return Err("everybody on this machine can read it; `chmod o=` it, and think of a new key".to_owned());
        }
        #[cfg(not(unix))]
        let _ = about;
        Ok(())
    })
}

/// Reads a plain file of which that holds. What is asked is what was opened, since the name may lead elsewhere by then; and
/// a pipe is not waited for (ERR-5).
fn read(path: &Path, judge: impl Fn(&Metadata) -> Result<(), String>) -> Result<Zeroizing<Vec<u8>>, PkiError> {
    let bad = |reason: String| PkiError::Certificate { path: path.into(), reason };
    let unreadable = |error: std::io::Error| bad(format!("it cannot be read: {error}"));
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NONBLOCK | libc::O_NOCTTY);
    let file = options.open(path).map_err(unreadable)?;
    let about = file.metadata().map_err(unreadable)?;
    if !about.is_file() {
        return Err(bad("it is not a file".to_owned()));
    }
    judge(&about).map_err(bad)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(16 * 1024));
    file.take(MAX_FILE.saturating_add(1)).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_FILE { Err(bad(format!("it has more than {MAX_FILE} bytes"))) } else { Ok(bytes) }
}

fn read_chain(bytes: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let chain: Vec<_> = CertificateDer::pem_slice_iter(bytes)
        .collect::<Result<_, _>>()
        .map_err(|error| format!("it is not valid PEM: {}", pem_reason(&error)))?;
    if chain.is_empty() {
        return Err("there is no certificate in it; PEM begins with `-----BEGIN CERTIFICATE-----`".into());
    }
    Ok(chain)
}

fn parse_key(bytes: &[u8]) -> Result<PrivateKeyDer<'static>, String> {
    match PrivateKeyDer::from_pem_slice(bytes) {
        Ok(key) => Ok(key),
        Err(_) if bytes.windows(9).any(|window| window == b"ENCRYPTED") => {
            Err("it is protected by a passphrase, which a server cannot type; decrypt it, for instance with `openssl pkey`"
                .into())
        }
        Err(PemError::NoItemsFound) => Err(
            "there is no private key in it; PEM begins with `-----BEGIN PRIVATE KEY-----`, `RSA PRIVATE KEY` or `EC PRIVATE KEY`"
                .into(),
        ),
        Err(error) => Err(format!("it is not valid PEM: {}", pem_reason(&error))),
    }
}

fn pem_reason(error: &PemError) -> &'static str {
    match error {
        PemError::MissingSectionEnd { .. } => "a section has no end",
        PemError::IllegalSectionStart { .. } => "a section begins in an odd way",
        PemError::Base64Decode(_) => "a section is not base64",
        PemError::NoItemsFound => "there is nothing in it",
        _ => "it cannot be read",
    }
}

fn parse(der: &CertificateDer<'_>) -> Result<Certificate, String> {
    Certificate::from_der(der).map_err(|_| "a certificate in it is not X.509".to_owned())
}

/// Each certificate is issued by the next one. Gives the CA, if the chain ends with one that nobody issued but itself.
fn check_chain(chain: &[CertificateDer<'_>], parsed: &[Certificate]) -> Result<Option<Hash>, String> {
    let bodies = || parsed.iter().map(Certificate::tbs_certificate);
    for (number, (one, next)) in bodies().zip(bodies().skip(1)).enumerate() {
        if one.issuer() != next.subject() {
            return Err(format!(
                "certificate {} of the chain was issued by `{}`, and certificate {} is `{}`; put them in order, the server's first",
                number.saturating_add(1),
                one.issuer(),
                number.saturating_add(2),
                next.subject()
            ));
        }
    }
    let own_issuer = bodies().next_back().is_some_and(|last| last.issuer() == last.subject());
    match (own_issuer, chain) {
        (true, [_]) => {
            Err("it vouches for itself, so that no client can check it; get one from a CA, or leave the setting out".into())
        }
        (true, [.., last]) => Ok(Some(Hash::of(last))),
        _ => Ok(None),
    }
}

/// Every certificate of the chain is valid now. Gives the moment when the first of them no longer is.
fn check_dates(parsed: &[Certificate], now: Timestamp) -> Result<Timestamp, String> {
    let moment = |time: &x509_cert::time::Time| {
        Timestamp::from_millis(i64::try_from(time.to_unix_duration().as_millis()).unwrap_or(i64::MAX))
    };
    let mut end = Timestamp::from_millis(i64::MAX);
    for certificate in parsed {
        let body = certificate.tbs_certificate();
        let (from, until) = (moment(&body.validity().not_before), moment(&body.validity().not_after));
        if now < from {
            return Err(format!(
                "`{}` is valid from {} on, and now it is {}",
                body.subject(),
                from.to_rfc3339(),
                now.to_rfc3339()
            ));
        }
        if now > until {
            return Err(format!("`{}` expired at {}, and now it is {}", body.subject(), until.to_rfc3339(), now.to_rfc3339()));
        }
        end = end.min(until);
    }
    Ok(end)
}

fn names_addresses(certificate: &Certificate) -> bool {
    let names = certificate.tbs_certificate().get_extension::<SubjectAltName>().ok().flatten();
    names.is_some_and(|(_, names)| names.0.iter().any(|name| matches!(name, GeneralName::IpAddress(_))))
}

#[cfg(test)]
mod tests;
