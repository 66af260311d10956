//! How the database proves that it is the one that was asked for: by a certificate for its name, from a known authority.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{Error as PemError, PemObject as _};
use rustls::{CertificateError, ClientConfig, ExtendedKeyPurpose, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::store::StoreError;
use crate::store::url::Tls;

/// What makes connections that are verified; nothing where none are wanted.
pub(super) fn connector(tls: &Tls) -> Result<Option<MakeRustlsConnect>, StoreError> {
    let roots = match tls {
        Tls::Off => return Ok(None),
        Tls::Verified { roots: Some(file) } => of_file(file)?,
        Tls::Verified { roots: None } => of_system()?,
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(StoreError::unavailable)?.with_root_certificates(roots).with_no_client_auth();
    Ok(Some(MakeRustlsConnect::new(config)))
}

fn of_file(file: &Path) -> Result<RootCertStore, StoreError> {
    let failed = |why: &dyn std::fmt::Display| {
        StoreError::unavailable(format!("`{}` does not say whose certificates count: {why}", file.display()))
    };
    let not_pem = |error: PemError| match error {
        PemError::Io(error) => failed(&error),
        _ => failed(&"it is damaged, or not PEM; copy it again from where the database's authority is"),
    };
    let found = CertificateDer::pem_file_iter(file).map_err(not_pem)?;
    let mut roots = RootCertStore::empty();
    for certificate in found {
        let certificate = certificate.map_err(not_pem)?;
        roots.add(certificate).map_err(|_| failed(&"what stands in it as a certificate is none; copy it again"))?;
    }
    if roots.is_empty() { Err(failed(&"there is no certificate in it")) } else { Ok(roots) }
}

fn of_system() -> Result<RootCertStore, StoreError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return Err(StoreError::unavailable("this system has no list of certificates; name the database's by `sslrootcert`"));
    }
    Ok(roots)
}

/// What is wrong with the certificate that the database shows for that name, and what mends it.
pub(super) fn explained(what: &CertificateError, name: &str, by_file: bool) -> StoreError {
    let authority = if by_file { "the authority that `sslrootcert` names" } else { "an authority that this system knows" };
    let why = match what {
        CertificateError::UnknownIssuer if by_file => {
            "comes from nobody that `sslrootcert` names; name the file with the certificate of its authority".to_owned()
        }
        CertificateError::UnknownIssuer => {
            "comes from nobody that this system knows; name the file with the certificate of its authority as `sslrootcert`"
                .to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            format!("is not for `{name}`; use a name that it is for, or make one for this name")
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "is past its time; give it a new one".to_owned(),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "is not valid yet; look at the clocks of both machines, or wait".to_owned()
        }
        CertificateError::Revoked => "was revoked; give it a new one".to_owned(),
        CertificateError::BadSignature => {
            format!(
                "is signed by somebody else who has the name of {authority}; name the file with its own, or make it a new one"
            )
        }
        CertificateError::InvalidPurpose
        | CertificateError::InvalidPurposeContext { required: ExtendedKeyPurpose::ServerAuth, .. } => {
            format!("is not for servers; make one for `{name}` whose extended key usage, if it has any, says `serverAuth`")
        }
        CertificateError::BadEncoding => "cannot be read; make it a new one".to_owned(),
        CertificateError::Other(rustls::OtherError(kind)) => of_chain(&kind.to_string(), name, authority),
        other => of_chain(&other.to_string(), name, authority),
    };
    StoreError::unavailable(format!("its certificate {why}"))
}

/// What the library has no kind of its own for: its name alone tells, and is nobody's words.
fn of_chain(kind: &str, name: &str, authority: &str) -> String {
    if kind.starts_with("CaUsedAsEndEntity") {
        return format!(
            "is that of an authority, such as `openssl req -x509` makes, and stands for no server; make one for `{name}`, \
             signed by it and without `CA:TRUE`, and let `sslrootcert` name the authority's"
        );
    }
    if kind.starts_with("EndEntityUsedAsCa") {
        return "is signed by one that is no authority's; let an authority sign it".to_owned();
    }
    tracing::debug!(kind, "the database's certificate");
    format!("is of a kind that cannot be relied on; make it a new one for `{name}`, signed by {authority}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(deprecated, reason = "what is still given out is told, too")]
    fn every_fault_of_a_certificate_has_its_sentence_and_none_the_name_of_a_type_err_1_door_4() {
        let other = |kind: &'static str| CertificateError::Other(rustls::OtherError(Arc::new(std::io::Error::other(kind))));
        let cases = [
            (CertificateError::UnknownIssuer, "comes from nobody that `sslrootcert` names"),
            (CertificateError::NotValidForName, "is not for `db.example`"),
            (CertificateError::Expired, "is past its time"),
            (CertificateError::NotValidYet, "look at the clocks"),
            (CertificateError::Revoked, "was revoked"),
            (CertificateError::BadSignature, "signed by somebody else who has the name of the authority"),
            (CertificateError::InvalidPurpose, "says `serverAuth`"),
            (CertificateError::BadEncoding, "cannot be read"),
            (CertificateError::UnhandledCriticalExtension, "make it a new one for `db.example`"),
            (CertificateError::UnknownRevocationStatus, "make it a new one"),
            (CertificateError::UnsupportedSignatureAlgorithm, "make it a new one"),
            (other("CaUsedAsEndEntity"), "is that of an authority"),
            (other("EndEntityUsedAsCa"), "let an authority sign it"),
            (other("PathLenConstraintViolated"), "signed by the authority that `sslrootcert` names"),
        ];
        for (what, says) in cases {
            let told = explained(&what, "db.example", true).to_string();
            assert!(told.starts_with("the database cannot be used: its certificate ") && told.contains(says), "{what:?}: {told}");
            let is_name = |word: &str| word.chars().skip(1).any(char::is_uppercase) && word.chars().any(char::is_lowercase);
            let plain = told.replace("serverAuth", "");
            assert!(!plain.split(|c: char| !c.is_alphanumeric()).any(is_name), "{what:?}: {told}");
        }
        let of_system = explained(&CertificateError::UnknownIssuer, "db.example", false).to_string();
        assert!(of_system.contains("nobody that this system knows") && of_system.contains("as `sslrootcert`"), "{of_system}");
    }
}
