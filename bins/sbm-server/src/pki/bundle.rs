//! A certificate and its key in one file: PEM, with what the server wants to know again in lines above it.
//!
//! Readers of PEM pass over those lines (RFC 7468), so that other programs can use the file as it is.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use sbm_core::time::Timestamp;
use zeroize::Zeroizing;

/// A certificate and its key.
#[derive(Debug)]
pub struct Bundle {
    /// The certificate.
    pub certificate: CertificateDer<'static>,
    /// The key.
    pub key: PrivateKeyDer<'static>,
    /// From when it is valid.
    pub not_before: Timestamp,
    /// Until when it is valid.
    pub not_after: Timestamp,
    /// The names it is for, joined by commas.
    pub names: String,
}

impl Bundle {
    /// The file's text.
    #[must_use]
    pub fn to_pem(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(4_096));
        text.push_str(&format!("not-before: {}\n", self.not_before.as_millis()));
        text.push_str(&format!("not-after: {}\n", self.not_after.as_millis()));
        text.push_str(&format!("names: {}\n", self.names));
        text.push_str(&pem("CERTIFICATE", &self.certificate));
        text.push_str(&pem("PRIVATE KEY", self.key.secret_der()));
        text
    }

    /// Reads a file; `None` when it is not one of these.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let moment = |name| Some(Timestamp::from_millis(line(text, name)?.parse().ok()?));
        Some(Self {
            certificate: CertificateDer::from_pem_slice(bytes).ok()?,
            key: PrivatePkcs8KeyDer::from_pem_slice(bytes).ok()?.into(),
            not_before: moment("not-before")?,
            not_after: moment("not-after")?,
            names: line(text, "names")?.into(),
        })
    }
}

fn line<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

/// A block of PEM.
pub(super) fn pem(label: &str, der: &[u8]) -> Zeroizing<String> {
    let encoded = Zeroizing::new(BASE64.encode(der));
    let mut text = Zeroizing::new(format!("-----BEGIN {label}-----\n"));
    let mut rest = encoded.as_str();
    while let Some((row, after)) = rest.split_at_checked(64) {
        text.push_str(row);
        text.push('\n');
        rest = after;
    }
    if !rest.is_empty() {
        text.push_str(rest);
        text.push('\n');
    }
    text.push_str(&format!("-----END {label}-----\n"));
    text
}
