//! How the CA and the server's certificate are made.

use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, SanType, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use sbm_core::id::Hash;
use sbm_core::time::{DAY, Timestamp};

use super::bundle::{Bundle, pem};
use super::error::PkiError;
use crate::config::{HostName, HostNames};

/// How long a server's certificate is valid.
const LIFE: i64 = 397 * DAY;
/// How much of that is left when a new one is made.
const RENEWAL: i64 = 30 * DAY;
/// How far it reaches back, for clients whose clock is late.
const REACH_BACK: i64 = 7 * DAY;

/// The CA.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
}

impl Authority {
    /// Reads the CA; `None` when the key is not the certificate's.
    pub(super) fn from_bundle(bundle: Bundle) -> Option<Self> {
        let PrivateKeyDer::Pkcs8(key) = &bundle.key else { return None };
        let key = KeyPair::from_pkcs8_der_and_sign_algo(key, &PKCS_ECDSA_P256_SHA256).ok()?;
        let public = key.public_key_raw();
        let fits = bundle.certificate.windows(public.len()).any(|window| window == public);
        let issuer = Issuer::new(authority_params(&key), key);
        fits.then_some(Self { issuer, certificate: bundle.certificate })
    }

    pub(super) const fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    pub(super) fn certificate_pem(&self) -> String {
        pem("CERTIFICATE", &self.certificate).to_string()
    }

    pub(super) fn pin(&self) -> Hash {
        Hash::of(&self.certificate)
    }
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Authority").field(&self.pin()).finish()
    }
}

/// Makes the CA. Its dates do not come from the clock, which may be wrong on a machine's first day.
pub(super) fn make_authority() -> Result<Bundle, PkiError> {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(PkiError::generation)?;
    let certificate = authority_params(&key).self_signed(&key).map_err(PkiError::generation)?;
    Ok(Bundle {
        certificate: certificate.der().clone(),
        key: private_key(&key),
        not_before: Timestamp::from_millis(0),
        not_after: Timestamp::from_millis(i64::MAX),
        names: String::new(),
    })
}

/// The same for the same key, so that a certificate made later names its issuer as the CA's certificate does.
fn authority_params(key: &KeyPair) -> CertificateParams {
    let mut params = CertificateParams::default();
    let short: String = Hash::of(key.public_key_raw()).to_string().chars().take(16).collect();
    params.distinguished_name = common_name(&format!("SBM CA {short}"));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(9999, 12, 31);
    params
}

/// Makes a certificate for these names.
pub(super) fn make_server(authority: &Authority, names: &HostNames, now: Timestamp) -> Result<Bundle, PkiError> {
    let (not_before, not_after) = (now.plus(-REACH_BACK), now.plus(LIFE));
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(PkiError::generation)?;
    let mut params = CertificateParams::default();
    params.distinguished_name = common_name("SBM server");
    params.subject_alt_names = names.iter().map(subject_name).collect::<Result<_, _>>()?;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    let epoch = date_time_ymd(1970, 1, 1);
    params.not_before = epoch + since_1970(not_before)?;
    params.not_after = epoch + since_1970(not_after)?;
    let certificate = params.signed_by(&key, &authority.issuer).map_err(PkiError::generation)?;
    let names = joined(names);
    Ok(Bundle {
        certificate: certificate.der().clone(),
        key: private_key(&key),
        not_before,
        not_after,
        names: tag(&names, authority),
    })
}

/// Whether a certificate is from this CA, for these names, and has enough time left.
pub(super) fn is_good(bundle: &Bundle, authority: &Authority, names: &HostNames, now: Timestamp) -> bool {
    now >= bundle.not_before && bundle.not_after.since(now) > RENEWAL && bundle.names == tag(&joined(names), authority)
}

fn tag(names: &str, authority: &Authority) -> String {
    format!("{names} of {}", authority.pin())
}

fn joined(names: &HostNames) -> String {
    names.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

fn common_name(text: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, text);
    name
}

fn subject_name(name: &HostName) -> Result<SanType, PkiError> {
    match name {
        HostName::Address(address) => Ok(SanType::IpAddress(*address)),
        HostName::Name(name) => name.as_str().try_into().map(SanType::DnsName).map_err(PkiError::generation),
    }
}

fn since_1970(moment: Timestamp) -> Result<Duration, PkiError> {
    /// The last year that a certificate can name has no room for another life.
    const LATEST: i64 = 9_000 * 365 * DAY;
    let millis = moment.as_millis();
    let within = (0..LATEST).contains(&millis);
    let millis = u64::try_from(millis).ok().filter(|_| within);
    millis.map(Duration::from_millis).ok_or_else(|| PkiError::generation("the system's clock is centuries off; set it"))
}

fn private_key(key: &KeyPair) -> PrivateKeyDer<'static> {
    PrivatePkcs8KeyDer::from(key.serialize_der()).into()
}
