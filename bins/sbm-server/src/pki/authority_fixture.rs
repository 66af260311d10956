//! A CA as an operator has one, and certificates of it, good and bad.

use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use sbm_core::time::Timestamp;

use crate::config::OwnCertificate;

/// The CA and an intermediate one below it.
pub struct OperatorsCa {
    pub root: String,
    pub intermediate: String,
    issuer: Issuer<'static, KeyPair>,
}

fn named(name: &str, ca: bool) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    if ca {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    }
    params
}

impl OperatorsCa {
    pub fn new() -> Self {
        let (root_key, key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
        let root_params = named("Operator's root", true);
        let root = root_params.self_signed(&root_key).unwrap();
        let root_issuer = Issuer::new(root_params, root_key);
        let params = named("Operator's issuer", true);
        let intermediate = params.signed_by(&key, &root_issuer).unwrap();
        Self { root: root.pem(), intermediate: intermediate.pem(), issuer: Issuer::new(params, key) }
    }

    /// A certificate for these names, from a day before that moment for so many days, and its key.
    pub fn issue(&self, names: &[&str], now: Timestamp, days: i64) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let mut params = named("server", false);
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        params.subject_alt_names = CertificateParams::new(names).unwrap().subject_alt_names;
        let epoch = rcgen::date_time_ymd(1970, 1, 1);
        let at = |moment: i64| epoch + std::time::Duration::from_millis(moment.try_into().unwrap());
        params.not_before = at(now.plus(-sbm_core::time::DAY).as_millis());
        params.not_after = at(now.plus(days * sbm_core::time::DAY).as_millis());
        (params.signed_by(&key, &self.issuer).unwrap().pem(), key.serialize_pem())
    }
}

/// Two files, the key the owner's alone.
pub fn files(directory: &Path, certificate: &str, key: &str) -> OwnCertificate {
    OwnCertificate { certificate: file(directory, "own.pem", certificate), key: file(directory, "own.key", key) }
}

pub fn file(directory: &Path, name: &str, content: &str) -> PathBuf {
    let path = directory.join(name);
    std::fs::write(&path, content).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    path
}
