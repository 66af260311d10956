use sbm_test_postgres::Cluster;

use super::*;
use crate::config::Sources;

/// A directory with a key file, and the settings of a server in it.
struct Site {
    parent: tempfile::TempDir,
    store: String,
}

impl Site {
    fn new(store: String) -> Self {
        let parent = tempfile::tempdir().unwrap();
        KeyFile::create(&parent.path().join("key-file")).unwrap();
        Self { parent, store }
    }

    fn on_postgres() -> Self {
        Self::new(Cluster::shared().database())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.parent.path().join(name)
    }

    fn config(&self, server: &str) -> Config {
        let mut flags = vec![("data_dir".into(), self.path(server).display().to_string()), ("store".into(), self.store.clone())];
        if self.store.starts_with("postgres") {
            flags.push(("key_file".into(), self.path("key-file").display().to_string()));
        }
        Config::load(&Sources { file: None, environment: vec![], flags }).unwrap()
    }
}

#[test]
fn a_sqlite_file_elsewhere_is_made_there_and_the_keys_stay_in_the_data_directory_door_2() {
    let mut site = Site::new("sqlite:".into());
    site.store = format!("sqlite:{}", site.path("other.db").display());
    let opened = open(&site.config("data")).unwrap();
    opened.vault.write_if_absent("root.key", b"root").unwrap();
    assert!(site.path("other.db").exists() && !site.path("data/sbm.db").exists() && site.path("data/root.key").exists());
    assert!(opened.vault.outlives_the_store());
    let second = open(&site.config("data-2")).unwrap_err();
    assert_eq!(second.code, Code::StoreLocked, "{}", second.message);
    assert!(matches!(open_beside(&site.config("data")).unwrap().beside, Some(Beside::Server(_))));
    drop(opened);
    assert!(matches!(open_beside(&site.config("data")).unwrap().beside, Some(Beside::Alone(_))));
    site.store = format!("sqlite:{}", site.path("nowhere/other.db").display());
    assert_eq!(open(&site.config("data")).unwrap_err().code, Code::StoreUnavailable);
}

#[test]
fn two_servers_open_one_postgresql_and_a_third_with_another_key_file_does_not_door_2_err_5() {
    let site = Site::on_postgres();
    let (first, second) = (open(&site.config("one")).unwrap(), open(&site.config("two")).unwrap());
    first.vault.write_if_absent("root.key", b"root").unwrap();
    assert_eq!(second.vault.read("root.key").unwrap().unwrap().as_slice(), b"root");
    assert!(!site.path("one/root.key").exists() && !site.path("one/sbm.db").exists());
    assert_eq!(open(&site.config("one")).unwrap_err().code, Code::StoreLocked, "a data directory is one server's");
    std::fs::remove_file(site.path("key-file")).unwrap();
    let missing = open(&site.config("three")).unwrap_err();
    assert!(missing.code == Code::ConfigInvalid && missing.message.contains("there is no key file"), "{}", missing.message);
    KeyFile::create(&site.path("key-file")).unwrap();
    for refused in [open(&site.config("three")).unwrap_err(), open_beside(&site.config("three")).err().unwrap()] {
        assert_eq!(refused.code, Code::ConfigInvalid);
        assert!(refused.message.contains("is not the one of the database `postgres://"), "{}", refused.message);
        assert!(!refused.message.contains(&format!(":{}@", Cluster::shared().password())), "{}", refused.message);
    }
}

#[test]
fn a_database_that_cannot_be_reached_is_named_without_its_password_err_1() {
    let site = Site::on_postgres();
    let there = site.config("one");
    probe(&there).unwrap();
    let secrets = open(&there).unwrap();
    drop(secrets);
    probe(&there).unwrap();
    // The directory of the cluster is named like its password.
    let password = format!(":{}@", Cluster::shared().password());
    let port = format!(":{}/", Cluster::shared().port());
    for (store, named) in [
        (site.store.replace(&port, ":1/"), ":1"),
        (site.store.replace(&password, ":wrong-password@"), "password"),
        (site.store.replace(&port, &format!("{port}no_")), "no_"),
    ] {
        assert_ne!(store, site.store);
        let site = Site { parent: tempfile::tempdir().unwrap(), store };
        KeyFile::create(&site.path("key-file")).unwrap();
        for refused in [probe(&site.config("one")).unwrap_err(), open(&site.config("one")).unwrap_err()] {
            assert_eq!(refused.code, Code::StoreUnavailable, "{}", refused.message);
            assert!(refused.message.contains(named), "{named}: {}", refused.message);
            assert!(!refused.message.contains(&password) && !refused.message.contains("wrong-password"), "{}", refused.message);
        }
    }
}

#[test]
fn the_secrets_of_a_postgresql_are_sealed_anew_under_another_key_file_err_5() {
    let site = Site::on_postgres();
    let running = open(&site.config("one")).unwrap();
    running.vault.write_if_absent("root.key", b"root").unwrap();
    let new = KeyFile::create(&site.path("key-file-2")).unwrap();
    let config = site.config("one");
    assert_eq!(open_vault(&config, site.path("key-file-2"), &mut || Ok(())).unwrap_err().code, Code::ConfigInvalid);
    assert_eq!(open_vault(&config, site.path("key-file"), &mut || Ok(())).unwrap().reseal(&new).unwrap(), 1);
    assert_eq!(open(&site.config("two")).unwrap_err().code, Code::ConfigInvalid);
    let again = open_vault(&config, site.path("key-file-2"), &mut || Ok(())).unwrap();
    assert_eq!(again.read("root.key").unwrap().unwrap().as_slice(), b"root");
    assert_eq!(running.vault.write_if_absent("x", b"x").unwrap_err().code(), Code::ConfigInvalid);
}

#[test]
fn nothing_is_sealed_anew_under_a_server_that_runs_err_5_run_7() {
    use crate::store::servers::{Joining, LEASE, ServerId};
    let site = Site::on_postgres();
    let running = open(&site.config("one")).unwrap();
    let server = Joining {
        id: ServerId::from_bytes([7; 16]),
        name: "desk.example".into(),
        program: "1".into(),
        confirmed: running.store.load().wait().unwrap().revision,
    };
    running.store.join(server.clone(), Some(LEASE)).wait().unwrap();
    // It is watched, makes its lease longer, and so runs.
    let mut watched = 0;
    let mut renew = || {
        watched += 1;
        running.store.renew(server.id, server.confirmed, Some(LEASE)).wait().map(drop).map_err(|error| of_store(&error))
    };
    let refused = open_vault(&site.config("one"), site.path("key-file"), &mut renew).unwrap_err();
    assert_eq!((refused.code, watched), (Code::StoreLocked, 1), "{}", refused.message);
    assert!(refused.message.contains("a server on `desk.example` uses `postgres://"), "{}", refused.message);
    running.store.leave(server.id).wait().unwrap();
    open_vault(&site.config("one"), site.path("key-file"), &mut || panic!("nobody is there")).unwrap();
    let sqlite = Site::new("sqlite:".into());
    let refused = open_vault(&sqlite.config("one"), sqlite.path("key-file"), &mut || Ok(())).unwrap_err();
    assert!(refused.code == Code::ConfigInvalid && refused.message.contains("is a SQLite file"), "{}", refused.message);
}

#[test]
fn how_many_runs_are_past_retention_is_told_beside_a_server_and_none_goes_his_7() {
    use crate::store::RunSource;
    use sbm_core::id::{AccountId, DeviceId, InstallationId};
    use sbm_core::run::{Retention, RunRecord};
    use sbm_core::time::DAY;
    let (site, now) = (Site::new("sqlite:".into()), Timestamp::from_millis(1_793_491_200_000));
    let mut config = site.config("data");
    config.history = Retention { days: Some(400), runs: None };
    assert_eq!(past_retention(&config, now).unwrap_err().code, Code::InvalidArgument, "there is no data directory");
    let running = open(&config).unwrap();
    let records: Vec<RunRecord> = (1..=3)
        .map(|sequence| {
            let json = format!(
                r#"{{"id":"{sequence:032x}","sequence":{sequence},"installation":"{}","computer":"pc","user":"anna",
                "profile":{{"name":"p"}},"thread_start":1,"profile_start":{sequence},"result":"success","end":2}}"#,
                "01".repeat(16)
            );
            serde_json::from_str(&json).unwrap()
        })
        .collect();
    let source = RunSource { account: AccountId::ROOT, device: DeviceId(1), installation: InstallationId::from_bytes([1; 16]) };
    running.store.ingest(source, records, now.plus(-401 * DAY)).wait().unwrap();
    // The last successful run stays, however old it is.
    for _ in 0..2 {
        assert_eq!(past_retention(&config, now).unwrap(), 2);
    }
    config.history.days = Some(402);
    assert_eq!(past_retention(&config, now).unwrap(), 0);
}
