//! What a lost database left beside its name: its log, above all, which would be written into another one of that name.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sbm_client::core::code::Code;
use sbm_server::backup::restore::{Step, restore_telling};
use sbm_server::backup::{BackupError, restore};
use sbm_server::clock::SystemClock;
use sbm_server::place;
use sbm_server::relocate::{Move, relocate};
use sbm_server::store::{Sqlite, StoreError};
use sbm_tests::fixture::office;
use sbm_tests::process::Victim;
use sbm_tests::server::TestServer;

use super::place::{Keys, Kind, Place};

/// A place with its database elsewhere than in its data directory.
fn elsewhere(keys: &Keys) -> (Place, PathBuf) {
    let mut place = Place::new(Kind::Sqlite, keys);
    let file = place.directory.path().join("x.db");
    place.settings.push(("store".to_owned(), format!("sqlite:{}", file.display())));
    (place, file)
}

fn beside(file: &Path, suffix: &str) -> PathBuf {
    PathBuf::from(format!("{}{suffix}", file.display()))
}

/// A backup of an older state, and the place of a server that was killed later, whose file and data directory were set aside.
fn set_aside(keys: &Keys, backups: &Path) -> (Place, PathBuf, PathBuf) {
    let (place, file) = elsewhere(keys);
    let server = TestServer::start(place.directory.clone(), 0, Arc::new(SystemClock), &place.borrowed());
    let made = place.back_up(backups);
    office(&server.claim());
    // As a server that is killed leaves it.
    let log = std::fs::read(beside(&file, "-wal")).unwrap();
    drop(server);
    std::fs::write(beside(&file, "-wal"), log).unwrap();
    std::fs::rename(&file, beside(&file, ".aside")).unwrap();
    std::fs::rename(place.data_dir(), place.directory.path().join("aside")).unwrap();
    (place, file, made.path)
}

#[test]
fn a_log_that_a_lost_database_left_is_taken_into_no_other_door_2() {
    let (keys, backups) = (Keys::new(), tempfile::tempdir().unwrap());
    let (place, file, backup) = set_aside(&keys, backups.path());
    let log = beside(&file, "-wal");
    let before = std::fs::read(&log).unwrap();
    let told = |code: Code, message: &str| {
        assert_eq!(code, Code::StoreNotEmpty, "{message}");
        assert!(message.contains(&log.display().to_string()), "{message}");
        assert!(!file.exists(), "nothing was made");
    };
    let refused = restore(&place.config(), &backup, None, &SystemClock).unwrap_err();
    told(refused.code(), &refused.to_string());
    let refused = place::open(&place.config()).unwrap_err();
    told(refused.code, &refused.message);
    // What is moved there meets the same.
    let (source, from) = elsewhere(&keys);
    drop(TestServer::start(source.directory.clone(), 0, Arc::new(SystemClock), &source.borrowed()));
    let asked = Move {
        from: format!("sqlite:{}", from.display()).parse().unwrap(),
        to: format!("sqlite:{}", file.display()).parse().unwrap(),
        verify: true,
    };
    let refused = relocate(&source.config(), &asked, &SystemClock, &mut |_| std::ops::ControlFlow::Continue(())).unwrap_err();
    told(refused.code, &refused.message);
    source.open();
    assert_eq!(std::fs::read(&log).unwrap(), before);
    // Set aside with its file, it is in nobody's way.
    std::fs::rename(&log, beside(&file, ".aside-wal")).unwrap();
    drop(std::fs::remove_file(beside(&file, "-shm")));
    let restored = restore(&place.config(), &backup, None, &SystemClock).unwrap();
    let rows = place.open().store.load().wait().unwrap();
    assert_eq!((rows.revision, rows.server.epoch), (restored.revision, restored.epoch));
    assert_eq!(restored.revision, restored.manifest.revision + 1);
}

#[test]
fn while_a_backup_comes_back_its_name_is_held_and_nothing_is_replaced_door_2() {
    let (keys, backups) = (Keys::new(), tempfile::tempdir().unwrap());
    let (place, file, backup) = set_aside(&keys, backups.path());
    for suffix in ["-wal", "-shm"] {
        drop(std::fs::remove_file(beside(&file, suffix)));
    }
    let (told, name) = (Arc::new(std::sync::atomic::AtomicU32::new(0)), file.clone());
    let count = Arc::clone(&told);
    let restored = restore_telling(
        &place.config(),
        &backup,
        None,
        &SystemClock,
        Arc::new(move |step| {
            // A server with another data directory, whose setting names the same file.
            let other = Sqlite::open_file(&name).map(drop);
            assert!(matches!(other, Err(StoreError::Locked(_))), "{step:?}: {other:?}");
            // Somebody who asks no lock.
            if step == Step::Filled {
                std::fs::write(&name, "somebody's").unwrap();
            }
            count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        }),
    );
    assert!(matches!(restored, Err(BackupError::Io { act: "name", .. })), "{restored:?}");
    assert_eq!(std::fs::read(&file).unwrap(), b"somebody's");
    assert!(told.load(std::sync::atomic::Ordering::Relaxed) >= 4);
    // It is not taken for what came back.
    let refused = place::open(&place.config()).unwrap_err();
    assert!(refused.message.contains("sbm-server backup restore"), "{}", refused.message);
    std::fs::remove_file(&file).unwrap();
    place.restore(&backup, &keys).unwrap();
    drop(place.open());
}

#[test]
fn what_a_killed_restore_left_in_a_data_directory_goes_with_the_next_start_or_restore_door_2_err_5() {
    let (keys, backups) = (Keys::new(), tempfile::tempdir().unwrap());
    let source = Place::new(Kind::Sqlite, &keys);
    drop(TestServer::start(source.directory.clone(), 0, Arc::new(SystemClock), &[]));
    let made = source.back_up(backups.path());
    let copy = |place: &Place| place.data_dir().join("backup.restoring");
    let killed = |place: &Place| {
        let [data_dir, backup, key] = [&place.data_dir(), &made.path, &keys.path()].map(|path| path.display().to_string());
        let mut arguments = vec![data_dir, backup, key];
        arguments.extend(place.arguments());
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        let mut restoring = Victim::start(env!("CARGO_BIN_EXE_sbm-test-restore"), &arguments);
        while restoring.line().unwrap() != "Copied" {
            restoring.say("go on");
        }
        restoring.kill();
        assert!(copy(place).exists());
    };
    // A start is refused, and yet nothing that everybody may not read stays.
    let place = Place::new(Kind::Postgres, &keys);
    killed(&place);
    assert_eq!(place::open(&place.config()).unwrap_err().code, Code::StoreUnavailable);
    assert!(!copy(&place).exists());
    killed(&place);
    place.restore(&made.path, &keys).unwrap();
    assert!(!copy(&place).exists());
    // The same data directory, and now a SQLite file in it.
    let place = Place::new(Kind::Postgres, &keys);
    killed(&place);
    let here = Place { directory: Arc::clone(&place.directory), settings: Vec::new() };
    here.restore(&made.path, &keys).unwrap();
    assert!(!copy(&place).exists());
    drop(here.open());
}
