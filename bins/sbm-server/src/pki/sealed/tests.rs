use std::path::Path;
use std::sync::Barrier;

use sbm_core::code::Code;
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::session::Audience;

use super::*;
use crate::config::HostNames;
use crate::data_dir::DataDir;
use crate::pki::{Keys, Pki};
use crate::store::Sqlite;
use crate::store::secrets::Sealed;

const NOW: Timestamp = Timestamp::from_millis(1_795_291_485_123);

/// A database and two key files. Which database it is, is not for the vault to know.
struct Place {
    parent: tempfile::TempDir,
    secrets: Arc<dyn Secrets>,
}

impl Place {
    fn new() -> Self {
        let parent = tempfile::tempdir().unwrap();
        let secrets = Arc::new(Sqlite::open(parent.path()).unwrap());
        KeyFile::create(&parent.path().join("one")).unwrap();
        KeyFile::create(&parent.path().join("two")).unwrap();
        Self { parent, secrets }
    }

    fn path(&self) -> &Path {
        self.parent.path()
    }

    fn key(&self, name: &str) -> KeyFile {
        KeyFile::read(&self.path().join(name)).unwrap()
    }

    fn open(&self, key: &str) -> Result<SealedVault, VaultError> {
        SealedVault::open(Arc::clone(&self.secrets), self.key(key), "postgres://sbm@db/sbm".into())
    }

    fn sealed(&self, name: &str) -> Sealed {
        self.secrets.secret(name.into()).wait().unwrap().unwrap()
    }
}

#[test]
fn a_secret_is_kept_once_sealed_and_read_by_every_server_err_5() {
    let place = Place::new();
    let (first, second) = (place.open("one").unwrap(), place.open("one").unwrap());
    assert!(first.names().unwrap().is_empty() && first.read("root.key").unwrap().is_none());
    assert_eq!(first.write_if_absent("root.key", b"of the first").unwrap().as_slice(), b"of the first");
    assert_eq!(second.write_if_absent("root.key", b"of the second").unwrap().as_slice(), b"of the first");
    assert_eq!(second.read("root.key").unwrap().unwrap().as_slice(), b"of the first");
    assert_eq!(second.names().unwrap(), ["root.key"]);
    assert!(second.has("root.key").unwrap() && !second.has("check").unwrap());
    assert!(!place.sealed("root.key").bytes.windows(5).any(|window| window == b"first"));
}

#[test]
fn a_wrong_key_file_is_named_as_such_before_anything_is_read_err_5() {
    let place = Place::new();
    place.open("one").unwrap();
    let error = place.open("two").unwrap_err();
    assert_eq!(error.code(), Code::ConfigInvalid);
    let text = error.to_string();
    assert!(text.contains("two` is not the one of the database `postgres://sbm@db/sbm`"), "{text}");
    place.open("one").unwrap();
}

#[test]
fn a_row_that_stands_for_another_is_damage_and_so_are_secrets_without_their_check_off_3() {
    let place = Place::new();
    let vault = place.open("one").unwrap();
    vault.write_if_absent("root.key", b"root").unwrap();
    place.secrets.put_secret("token.key".into(), place.sealed("root.key"), None).wait().unwrap();
    for error in [vault.read("token.key").unwrap_err(), vault.write_if_absent("token.key", b"x").unwrap_err()] {
        assert_eq!(error.code(), Code::StoreDamaged);
        assert!(error.to_string().contains("the secret `token.key` in the database"), "{error}");
    }
    let other = Place::new();
    other.secrets.put_secret("root.key".into(), place.sealed("root.key"), None).wait().unwrap();
    assert!(matches!(other.open("one").unwrap_err(), VaultError::Unchecked));
    assert!(other.secrets.secret("check".into()).wait().unwrap().is_none(), "nothing is made where something is lost");
}

#[test]
fn sealed_anew_everything_is_there_under_the_new_key_and_the_old_one_adds_nothing_err_5() {
    let place = Place::new();
    let running = place.open("one").unwrap();
    running.write_if_absent("root.key", b"root").unwrap();
    running.write_if_absent("token.key", b"token").unwrap();
    let before = place.sealed("root.key");
    assert_eq!(place.open("one").unwrap().reseal(&place.key("two")).unwrap(), 2);
    assert_ne!(place.sealed("root.key"), before);
    let error = place.open("one").unwrap_err();
    assert_eq!(error.code(), Code::ConfigInvalid, "{error}");
    let new = place.open("two").unwrap();
    assert_eq!(new.read("root.key").unwrap().unwrap().as_slice(), b"root");
    assert_eq!(new.read("token.key").unwrap().unwrap().as_slice(), b"token");
    for error in [running.read("root.key").unwrap_err(), running.write_if_absent("signing-2.key", b"x").unwrap_err()] {
        assert!(error.code() == Code::ConfigInvalid && error.to_string().contains("under another key file"), "{error}");
    }
    assert_eq!(new.names().unwrap(), ["root.key", "token.key"]);
    let damaged = place.secrets.put_secret("odd".into(), before, None).wait();
    damaged.unwrap();
    assert_eq!(place.open("two").unwrap().reseal(&place.key("one")).unwrap_err().code(), Code::StoreDamaged);
    place.open("two").unwrap();
}

#[test]
fn eight_servers_that_start_at_once_have_one_ca_and_one_set_of_keys_run_4_off_3() {
    for round in 0..4 {
        let place = Place::new();
        let start = Barrier::new(8);
        let found: Vec<(Pki, Keys)> = std::thread::scope(|scope| {
            let servers: Vec<_> = (0..8)
                .map(|number| {
                    let (place, start) = (&place, &start);
                    scope.spawn(move || {
                        let directory = DataDir::open(&place.path().join(format!("data-{number}"))).unwrap();
                        start.wait();
                        let vault = place.open("one").unwrap();
                        let pki = Pki::open_with(&directory, &vault, HostNames::new(&[], None), None, NOW).unwrap();
                        let keys = Keys::open(&vault, 1, &pki.pins()).unwrap();
                        assert!(directory.has("server.pem") && !directory.has("ca.pem") && !directory.has("root.key"));
                        (pki, keys)
                    })
                })
                .collect();
            servers.into_iter().map(|server| server.join().unwrap()).collect()
        });
        let token = found[0].1.token().issue(Audience::Device, 7).unwrap();
        for (pki, keys) in &found {
            assert_eq!(pki.ca_pin(), found[0].0.ca_pin(), "round {round}");
            assert_eq!(keys.root().verifying_key(), found[0].1.root().verifying_key(), "round {round}");
            assert_eq!(keys.key_document(), found[0].1.key_document(), "round {round}");
            assert_eq!(keys.token().parse(token.text.reveal()).unwrap().id, 7, "round {round}");
        }
        assert_eq!(place.open("one").unwrap().names().unwrap(), ["ca.pem", "root.key", "signing-1.key", "token.key"]);
    }
}

#[test]
fn a_lost_ca_in_a_database_with_keys_is_never_replaced_run_4() {
    let place = Place::new();
    let vault = place.open("one").unwrap();
    Keys::open(&vault, 1, &[]).unwrap();
    let directory = DataDir::open(&place.path().join("data")).unwrap();
    let error = Pki::open_with(&directory, &vault, HostNames::new(&[], None), None, NOW).unwrap_err();
    assert_eq!(error.code(), Code::StoreDamaged);
    assert!(error.to_string().contains("the secret `ca.pem` in the database"), "{error}");
    assert!(!vault.has("ca.pem").unwrap());
}
