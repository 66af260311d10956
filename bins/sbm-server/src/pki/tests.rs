use std::path::PathBuf;

use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use sbm_core::cache::KeyDocument;
use sbm_core::code::Code;
use sbm_core::time::DAY;

use super::*;

const NOW: Timestamp = Timestamp::from_millis(1_795_291_485_123);

fn directory() -> (tempfile::TempDir, DataDir) {
    let parent = tempfile::tempdir().unwrap();
    let directory = DataDir::open(&parent.path().join("data")).unwrap();
    (parent, directory)
}

fn names(configured: &[&str]) -> HostNames {
    let configured: Vec<HostName> = configured.iter().map(|name| HostName::parse(name).unwrap()).collect();
    HostNames::new(&configured, HostName::parse("box7"))
}

fn chain(pki: &Pki) -> Vec<CertificateDer<'static>> {
    pki.shown.made.load().cert.clone()
}

fn verify(pki: &Pki, name: &str, at: Timestamp) -> Result<(), rustls::Error> {
    let chain = chain(pki);
    let mut roots = RootCertStore::empty();
    roots.add(chain[1].clone()).unwrap();
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider()).build().unwrap();
    let seconds = UnixTime::since_unix_epoch(std::time::Duration::from_millis(at.as_millis().try_into().unwrap()));
    let name = ServerName::try_from(name.to_owned()).unwrap();
    verifier.verify_server_cert(&chain[0], &[], &name, &[], seconds).map(drop)
}

#[test]
fn a_first_start_makes_a_ca_and_a_certificate_that_clients_accept_run_4() {
    let (_parent, directory) = directory();
    let pki = Pki::open(&directory, names(&["backup.example", "10.1.2.3"]), NOW).unwrap();
    for name in ["backup.example", "box7", "localhost", "127.0.0.1", "::1", "10.1.2.3"] {
        verify(&pki, name, NOW).unwrap();
    }
    assert!(verify(&pki, "other.example", NOW).is_err());
    assert!(verify(&pki, "localhost", NOW.plus(398 * DAY)).is_err());
    let line = pki.connection_string(&HostName::parse("::1").unwrap(), 8100).to_string();
    assert_eq!(line, format!("sbm://[::1]:8100#ca-sha256={}", Hash::of(&chain(&pki)[1])));
    assert_eq!(line.parse::<ConnectionString>().unwrap().ca, Some(pki.ca_pin()));
}

#[test]
fn the_certificate_is_renewed_when_due_and_the_ca_stays_run_4() {
    let (_parent, directory) = directory();
    let first = Pki::open(&directory, names(&[]), NOW).unwrap();
    let opened = |configured: &[&str], now| {
        let pki = Pki::open(&directory, names(configured), now).unwrap();
        assert_eq!(pki.ca_pin(), first.ca_pin());
        verify(&pki, "localhost", now).unwrap();
        chain(&pki)[0].clone()
    };
    let original = chain(&first)[0].clone();
    assert_eq!(opened(&[], NOW), original);
    assert_eq!(opened(&[], NOW.plus(366 * DAY)), original);
    let renewed = opened(&[], NOW.plus(367 * DAY));
    assert_ne!(renewed, original);
    assert_eq!(opened(&[], NOW.plus(367 * DAY)), renewed);
    assert_ne!(opened(&["new.example"], NOW.plus(367 * DAY)), renewed);
    assert_ne!(opened(&[], NOW), renewed, "a clock set back leaves no certificate that is not valid yet");
}

#[test]
fn a_running_server_renews_too_run_4() {
    let (_parent, directory) = directory();
    let pki = Pki::open(&directory, names(&[]), NOW).unwrap();
    let before = chain(&pki)[0].clone();
    assert!(!pki.renew_if_due(&directory, NOW.plus(300 * DAY)).unwrap());
    assert!(pki.renew_if_due(&directory, NOW.plus(380 * DAY)).unwrap());
    assert_ne!(chain(&pki)[0], before);
    verify(&pki, "localhost", NOW.plus(700 * DAY)).unwrap();
}

#[test]
fn a_certificate_of_another_ca_or_a_damaged_one_is_replaced() {
    let (_parent, directory) = directory();
    let (_other_parent, other) = self::directory();
    let pki = Pki::open(&directory, names(&[]), NOW).unwrap();
    Pki::open(&other, names(&[]), NOW).unwrap();
    for content in [other.read_secret(SERVER_FILE).unwrap().unwrap().to_vec(), b"junk".to_vec(), Vec::new()] {
        directory.write_secret(SERVER_FILE, &content).unwrap();
        let again = Pki::open(&directory, names(&[]), NOW).unwrap();
        assert_eq!(again.ca_pin(), pki.ca_pin());
        verify(&again, "localhost", NOW).unwrap();
    }
}

#[test]
fn a_damaged_or_lost_ca_is_never_replaced_run_4() {
    let (_parent, directory) = directory();
    let (_other_parent, other) = self::directory();
    Pki::open(&directory, names(&[]), NOW).unwrap();
    Pki::open(&other, names(&[]), NOW).unwrap();
    let own = String::from_utf8(directory.read_secret(CA).unwrap().unwrap().to_vec()).unwrap();
    let foreign = String::from_utf8(other.read_secret(CA).unwrap().unwrap().to_vec()).unwrap();
    let key_at = |text: &str| text.find("-----BEGIN PRIVATE KEY").unwrap();
    let mixed = format!("{}{}", &own[..key_at(&own)], &foreign[key_at(&foreign)..]);
    for content in ["", "junk", &own[..own.len() / 2], &own[key_at(&own)..], &mixed] {
        directory.write_secret(CA, content.as_bytes()).unwrap();
        assert_eq!(Pki::open(&directory, names(&[]), NOW).unwrap_err().code(), Code::StoreDamaged);
        assert_eq!(directory.read_secret(CA).unwrap().unwrap().as_slice(), content.as_bytes());
    }
    directory.remove(CA).unwrap();
    assert_eq!(Pki::open(&directory, names(&[]), NOW).unwrap_err().code(), Code::StoreDamaged);
}

#[test]
fn a_clock_that_is_centuries_off_is_named() {
    let (_parent, directory) = directory();
    for now in [-1, i64::MAX] {
        let error = Pki::open(&directory, names(&[]), Timestamp::from_millis(now)).unwrap_err();
        assert!(error.to_string().contains("clock"), "{error}");
    }
}

#[test]
fn keys_are_made_once_and_vouch_for_each_other_off_3() {
    let (_parent, directory) = directory();
    let ca = Hash::of(b"ca");
    let keys = Keys::open(&directory, 1, &[ca]).unwrap();
    let again = Keys::open(&directory, 1, &[ca]).unwrap();
    assert_eq!(keys.root().verifying_key(), again.root().verifying_key());
    assert_eq!(keys.signing().verifying_key(), again.signing().verifying_key());
    assert_ne!(keys.root().verifying_key(), keys.signing().verifying_key());
    assert_eq!(keys.key_document(), again.key_document());
    let document = KeyDocument::verify(keys.key_document(), &keys.root().verifying_key()).unwrap();
    assert_eq!((document.epoch, document.ca), (1, vec![ca]));
    assert_eq!(document.keys, [keys.signing().verifying_key()]);
}

#[test]
fn a_rotation_leaves_the_old_key_until_the_commit_and_survives_a_crash_off_3() {
    let (_parent, directory) = directory();
    let ca = Hash::of(b"ca");
    let first = Keys::open(&directory, 1, &[ca]).unwrap();
    let second = Keys::for_epoch(&directory, 2, &[ca]).unwrap();
    assert_ne!(second.signing().verifying_key(), first.signing().verifying_key());
    assert_eq!(second.root().verifying_key(), first.root().verifying_key());
    assert_eq!(Keys::open(&directory, 1, &[ca]).unwrap().signing().verifying_key(), first.signing().verifying_key());
    let retried = Keys::for_epoch(&directory, 2, &[ca]).unwrap();
    assert_eq!(retried.signing().verifying_key(), second.signing().verifying_key());
    assert_eq!(Keys::highest_epoch(&directory).unwrap(), Some(2));
    let document = KeyDocument::verify(second.key_document(), &first.root().verifying_key()).unwrap();
    assert_eq!(document.epoch, 2);
}

#[test]
fn a_first_start_that_was_cut_off_goes_on_off_3() {
    let (_parent, directory) = directory();
    make_root_only(&directory);
    let keys = Keys::open(&directory, 1, &[Hash::of(b"ca")]).unwrap();
    let root = directory.read_secret("root.key").unwrap().unwrap();
    Keys::open(&directory, 1, &[Hash::of(b"ca")]).unwrap();
    assert_eq!(directory.read_secret("root.key").unwrap().unwrap(), root);
    assert_eq!(keys.epoch(), 1);
}

fn make_root_only(directory: &DataDir) {
    Keys::open(directory, 1, &[Hash::of(b"ca")]).unwrap();
    directory.remove("token.key").unwrap();
    directory.remove("signing-1.key").unwrap();
}

#[test]
fn a_lost_damaged_or_exchanged_key_is_an_error_and_never_replaced_off_3() {
    let ca = Hash::of(b"ca");
    for name in ["root.key", "token.key", "signing-1.key"] {
        let (_parent, directory) = directory();
        Keys::open(&directory, 1, &[ca]).unwrap();
        Keys::for_epoch(&directory, 2, &[ca]).unwrap();
        let good = directory.read_secret(name).unwrap().unwrap();
        let mut flipped = good.clone();
        let middle = flipped.len() / 2;
        flipped[middle] = if flipped[middle] == b'0' { b'1' } else { b'0' };
        let exchanged = directory.read_secret("signing-2.key").unwrap().unwrap();
        for content in [flipped.to_vec(), exchanged.to_vec(), good[1..].to_vec(), Vec::new()] {
            directory.write_secret(name, &content).unwrap();
            assert_eq!(Keys::open(&directory, 1, &[ca]).unwrap_err().code(), Code::StoreDamaged, "{name}");
        }
        directory.remove(name).unwrap();
        let error = Keys::open(&directory, 1, &[ca]).unwrap_err();
        assert!(error.to_string().contains(name), "{error}");
        assert!(!directory.has(name));
    }
}

#[cfg(unix)]
#[test]
fn every_key_file_is_the_owners_alone_and_two_servers_share_no_secret_err_5() {
    use std::os::unix::fs::MetadataExt as _;
    let files = ["ca.pem", "server.pem", "root.key", "signing-1.key", "token.key"];
    let made = [directory(), directory()];
    for (_parent, directory) in &made {
        let pki = Pki::open(directory, names(&[]), NOW).unwrap();
        Keys::open(directory, 1, &pki.pins()).unwrap();
        for file in files {
            let path: PathBuf = directory.file(file);
            assert_eq!(std::fs::metadata(path).unwrap().mode() & 0o777, 0o600, "{file}");
        }
    }
    for file in files {
        let [one, two] = [&made[0].1, &made[1].1].map(|directory| directory.read_secret(file).unwrap().unwrap());
        assert_ne!(one, two, "{file}");
    }
}
