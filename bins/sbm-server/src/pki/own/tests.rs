use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier as _;
use rustls::pki_types::UnixTime;
use sbm_core::code::Code;
use sbm_core::time::DAY;

use super::*;
use crate::data_dir::DataDir;
use crate::pki::Pki;
use crate::pki::authority_fixture::{OperatorsCa, file, files};

const NOW: Timestamp = Timestamp::from_millis(1_795_291_485_123);

fn names() -> HostNames {
    HostNames::new(&[HostName::parse("backup.example").unwrap()], HostName::parse("box7"))
}

fn host(name: &str) -> HostName {
    HostName::parse(name).unwrap()
}

fn verify(shown: &CertifiedKey, root: &str, name: &str) -> Result<(), rustls::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(root.as_bytes()).unwrap()).unwrap();
    let verifier =
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::new(ring::default_provider())).build().unwrap();
    let at = UnixTime::since_unix_epoch(std::time::Duration::from_millis(NOW.as_millis().try_into().unwrap()));
    let name = ServerName::try_from(name.to_owned()).unwrap();
    verifier.verify_server_cert(&shown.cert[0], &shown.cert[1..], &name, &[], at).map(drop)
}

#[test]
fn an_operators_certificate_is_shown_for_its_names_and_the_servers_own_for_the_others_run_4() {
    let parent = tempfile::tempdir().unwrap();
    let directory = DataDir::open(&parent.path().join("data")).unwrap();
    let ca = OperatorsCa::new();
    let (leaf, key) = ca.issue(&["backup.example"], NOW, 90);
    for (chain, pinned) in [
        (format!("{leaf}{}", ca.intermediate), None),
        (
            format!("{leaf}{}{}", ca.intermediate, ca.root),
            Some(Hash::of(&CertificateDer::from_pem_slice(ca.root.as_bytes()).unwrap())),
        ),
    ] {
        let pki = Pki::open_with(&directory, &directory, names(), Some(files(parent.path(), &chain, &key)), NOW).unwrap();
        verify(&pki.shown.for_name(Some("backup.example")), &ca.root, "backup.example").unwrap();
        verify(&pki.shown.for_name(Some("Backup.Example")), &ca.root, "backup.example").unwrap();
        for other in [Some("localhost"), Some("box7"), Some("elsewhere.example"), None] {
            let shown = pki.shown.for_name(other);
            assert!(verify(&shown, &ca.root, "backup.example").is_err(), "{other:?}");
            verify(&shown, &pki.ca_pem(), "localhost").unwrap();
        }
        assert_eq!(pki.connection_string(&host("backup.example"), 8100).ca, pinned);
        assert_eq!(pki.connection_string(&host("localhost"), 8100).ca, Some(pki.ca_pin()));
        let pins: Vec<Hash> = pinned.into_iter().flat_map(|ca| [ca, pki.ca_pin()]).collect();
        assert_eq!(pki.pins(), pins, "clients of a certificate without its CA ask the roots of their system");
        assert_eq!(pki.own_ends(), Some(Timestamp::from_millis(NOW.plus(90 * DAY).as_millis() / 1_000 * 1_000)));
    }
}

#[test]
fn a_certificate_for_an_address_is_shown_to_who_asks_by_address_run_4() {
    let parent = tempfile::tempdir().unwrap();
    let directory = DataDir::open(&parent.path().join("data")).unwrap();
    let ca = OperatorsCa::new();
    let (leaf, key) = ca.issue(&["backup.example", "10.1.2.3"], NOW, 90);
    let own = files(parent.path(), &format!("{leaf}{}", ca.intermediate), &key);
    let pki = Pki::open_with(&directory, &directory, names(), Some(own), NOW).unwrap();
    verify(&pki.shown.for_name(None), &ca.root, "10.1.2.3").unwrap();
}

#[test]
fn a_certificate_that_cannot_be_used_is_refused_with_its_reason_and_changes_nothing_run_4() {
    let parent = tempfile::tempdir().unwrap();
    let directory = DataDir::open(&parent.path().join("data")).unwrap();
    let ca = OperatorsCa::new();
    let (leaf, key) = ca.issue(&["backup.example"], NOW, 90);
    let (_, other_key) = ca.issue(&["backup.example"], NOW, 90);
    let (ended, ended_key) = ca.issue(&["backup.example"], NOW.plus(-20 * DAY), 10);
    let (early, early_key) = ca.issue(&["backup.example"], NOW.plus(20 * DAY), 10);
    let (foreign, foreign_key) = ca.issue(&["elsewhere.example"], NOW, 90);
    let chain = |leaf: &str| format!("{leaf}{}", ca.intermediate);
    let own = KeyPairOf::self_signed();
    let encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let before = listing(parent.path());
    for (certificate, key, reason) in [
        (String::new(), key.clone(), "there is no certificate in it"),
        ("junk".into(), key.clone(), "there is no certificate in it"),
        (key.clone(), key.clone(), "there is no certificate in it"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n".into(), key.clone(), "a section has no end"),
        ("-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n".into(), key.clone(), "not base64"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".into(), key.clone(), "not X.509"),
        ("x".repeat(300_000), key.clone(), "more than 262144 bytes"),
        (chain(&leaf), String::new(), "there is no private key in it"),
        (chain(&leaf), leaf.clone(), "there is no private key in it"),
        (chain(&leaf), encrypted.into(), "decrypt it"),
        (chain(&leaf), other_key, "it is not the key of the certificate"),
        (chain(&ended), ended_key, "expired at"),
        (chain(&early), early_key, "is valid from"),
        (chain(&foreign), foreign_key, "`backup.example`"),
        (own.0, own.1, "it vouches for itself"),
        (format!("{leaf}{}", ca.root), key.clone(), "put them in order"),
        (format!("{}{leaf}", ca.intermediate), key.clone(), "put them in order"),
    ] {
        let files = files(parent.path(), &certificate, &key);
        let error = Pki::open_with(&directory, &directory, names(), Some(files.clone()), NOW).unwrap_err();
        assert_eq!(error.code(), Code::CertificateInvalid, "{error}");
        assert!(error.to_string().contains(reason), "{reason}: {error}");
        assert!(!error.to_string().contains('\n'), "{error}");
        std::fs::remove_file(files.certificate).unwrap();
        std::fs::remove_file(files.key).unwrap();
    }
    assert_eq!(listing(parent.path()), before);
    let missing = OwnCertificate { certificate: parent.path().join("none"), key: parent.path().into() };
    let error = Own::read(&missing, &names(), NOW).unwrap_err();
    assert!(error.to_string().contains("`") && error.to_string().contains("cannot be read"), "{error}");
}

struct KeyPairOf;

impl KeyPairOf {
    fn self_signed() -> (String, String) {
        let made = rcgen::generate_simple_self_signed(vec!["backup.example".into()]).unwrap();
        (made.cert.pem(), made.signing_key.serialize_pem())
    }
}

fn listing(path: &Path) -> Vec<std::path::PathBuf> {
    let mut found: Vec<_> = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

#[cfg(unix)]
#[test]
fn a_key_that_everybody_can_read_is_refused_and_one_of_a_group_is_not_err_5() {
    use std::os::unix::fs::PermissionsExt as _;
    let parent = tempfile::tempdir().unwrap();
    let ca = OperatorsCa::new();
    let (leaf, key) = ca.issue(&["backup.example"], NOW, 90);
    let own = files(parent.path(), &format!("{leaf}{}", ca.intermediate), &key);
    for (mode, good) in [(0o600, true), (0o640, true), (0o644, false), (0o602, false)] {
        std::fs::set_permissions(&own.key, std::fs::Permissions::from_mode(mode)).unwrap();
        let read = Own::read(&own, &names(), NOW);
        assert_eq!(read.is_ok(), good, "{mode:o}");
        if let Err(error) = read {
            assert!(error.to_string().contains("chmod"), "{error}");
        }
    }
}

/// A pipe that nobody writes to would hold up the server: at its start, and then every 30 seconds.
#[cfg(unix)]
#[test]
fn a_pipe_in_place_of_certificate_or_key_is_refused_at_once_err_5() {
    let parent = tempfile::tempdir().unwrap();
    let ca = OperatorsCa::new();
    let (leaf, key) = ca.issue(&["backup.example"], NOW, 90);
    let good = files(parent.path(), &format!("{leaf}{}", ca.intermediate), &key);
    let own = Own::read(&good, &names(), NOW).unwrap();
    let pipe = parent.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg("-m").arg("600").arg(&pipe).status().unwrap().success());
    let in_place = [
        OwnCertificate { certificate: pipe.clone(), key: good.key.clone() },
        OwnCertificate { certificate: good.certificate.clone(), key: pipe },
    ];
    for files in in_place {
        for error in [Own::read(&files, &names(), NOW).unwrap_err(), own.read_if_changed(&files, &names(), NOW).unwrap_err()] {
            assert!(error.to_string().contains("it is not a file"), "{error}");
        }
    }
}

#[test]
fn a_changed_certificate_is_taken_up_and_a_bad_one_leaves_the_one_in_use_run_4() {
    let parent = tempfile::tempdir().unwrap();
    let directory = DataDir::open(&parent.path().join("data")).unwrap();
    let ca = OperatorsCa::new();
    let (leaf, key) = ca.issue(&["backup.example"], NOW, 90);
    let chain = |leaf: &str| format!("{leaf}{}{}", ca.intermediate, ca.root);
    let own = files(parent.path(), &chain(&leaf), &key);
    let pki = Pki::open_with(&directory, &directory, names(), Some(own), NOW).unwrap();
    let shown = || pki.shown.for_name(Some("backup.example")).cert[0].clone();
    let first = shown();
    assert!(!pki.reload(NOW).unwrap(), "nothing changed");
    // Half of it is there: certificate and key are two files, and somebody writes one after the other.
    let (renewed, renewed_key) = ca.issue(&["backup.example"], NOW, 180);
    file(parent.path(), "own.pem", &chain(&renewed));
    assert_eq!(pki.reload(NOW).unwrap_err().code(), Code::CertificateInvalid);
    assert_eq!(shown(), first);
    file(parent.path(), "own.key", &renewed_key);
    assert!(pki.reload(NOW).unwrap());
    assert_ne!(shown(), first);
    verify(&pki.shown.for_name(Some("backup.example")), &ca.root, "backup.example").unwrap();
    // Another CA would lock out every client that pinned this one.
    let second = shown();
    let other = OperatorsCa::new();
    let (moved, moved_key) = other.issue(&["backup.example"], NOW, 90);
    files(parent.path(), &format!("{moved}{}{}", other.intermediate, other.root), &moved_key);
    let error = pki.reload(NOW).unwrap_err();
    assert!(error.to_string().contains("another CA"), "{error}");
    std::fs::remove_file(parent.path().join("own.pem")).unwrap();
    assert_eq!(pki.reload(NOW).unwrap_err().code(), Code::CertificateInvalid);
    assert_eq!(shown(), second);
}
