//! The roots that vouch for servers without a fingerprint: the operating system's, read once and when they are first needed.

use std::sync::{Arc, OnceLock};

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use sbm_core::code::Code;

use super::TransportError;

/// Where the roots come from.
#[derive(Clone, Debug, Default)]
pub(super) struct Roots(Arc<OnceLock<Result<Arc<RootCertStore>, TransportError>>>);

impl Roots {
    /// These, each a certificate in DER.
    pub(super) fn given(certificates: &[Vec<u8>]) -> Result<Self, TransportError> {
        let mut store = RootCertStore::empty();
        for certificate in certificates {
            store.add(CertificateDer::from(certificate.as_slice()).into_owned()).map_err(|error| {
                TransportError::new(Code::CertificateInvalid, format!("a root certificate cannot be used: {error}"))
            })?;
        }
        Ok(Self(Arc::new(OnceLock::from(Ok(Arc::new(store))))))
    }

    /// All of them.
    pub(super) fn store(&self) -> Result<Arc<RootCertStore>, TransportError> {
        self.0.get_or_init(of_the_system).clone()
    }
}

/// Systems hold certificates that no library reads; they vouch for nobody, and stop nobody else.
fn of_the_system() -> Result<Arc<RootCertStore>, TransportError> {
    let found = rustls_native_certs::load_native_certs();
    let mut store = RootCertStore::empty();
    let (usable, _) = store.add_parsable_certificates(found.certs);
    if usable > 0 {
        return Ok(Arc::new(store));
    }
    let why = found.errors.first().map(|error| format!(": {error}")).unwrap_or_default();
    let message = format!("this computer has no root certificates{why}; use a connection string with `#ca-sha256=…` at its end");
    Err(TransportError::new(Code::UntrustedServer, message))
}
