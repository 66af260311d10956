//! The certificate of the database, and of who signed it.

use std::path::Path;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};

/// The name and the address that the certificate is for.
const NAMES: [&str; 2] = ["localhost", "127.0.0.1"];

/// Writes `ca.pem`, `server.crt` and `server.key` into that directory.
pub(crate) fn write(directory: &Path) {
    let ca_key = KeyPair::generate().unwrap();
    let mut ca = CertificateParams::default();
    ca.distinguished_name.push(DnType::CommonName, "the database's own authority");
    ca.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    ca.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    std::fs::write(directory.join("ca.pem"), ca.self_signed(&ca_key).unwrap().pem()).unwrap();
    let key = KeyPair::generate().unwrap();
    let server = CertificateParams::new(NAMES.map(str::to_owned)).unwrap();
    let signed = server.signed_by(&key, &Issuer::new(ca, ca_key)).unwrap();
    std::fs::write(directory.join("server.crt"), signed.pem()).unwrap();
    std::fs::write(directory.join("server.key"), key.serialize_pem()).unwrap();
}
