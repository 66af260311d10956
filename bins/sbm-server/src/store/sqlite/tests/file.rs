//! Whose the file is, how it comes into being, and what a server leaves when it ends.

use sbm_core::code::Code;
use sbm_core::time::Timestamp;
use tempfile::TempDir;

use super::super::{FILE, Sqlite, seal};
use super::{SOURCE, change, closed, entry, file, record, refused};
use crate::store::{Audit as _, Commit, Committed, Directory as _, Runs as _};

#[test]
fn what_was_acknowledged_is_in_the_files_before_the_store_is_closed_his_3() {
    let directory = TempDir::new().unwrap();
    let store = Sqlite::open(directory.path()).unwrap();
    store.ingest(SOURCE, vec![record(1)], Timestamp::from_millis(1)).wait().unwrap();
    // What a kill leaves behind: the files as they are now, without a clean close.
    let copy = TempDir::new().unwrap();
    for suffix in ["", "-wal"] {
        let name = format!("{FILE}{suffix}");
        std::fs::copy(directory.path().join(&name), copy.path().join(&name)).unwrap();
    }
    let after = Sqlite::open(copy.path()).unwrap();
    assert_eq!(after.highest_sequence(SOURCE).wait(), Ok(1));
    assert_eq!(after.verify_audit().wait(), Ok((0, None)));
}

#[test]
fn one_server_owns_the_file_and_frees_it_err_4() {
    let directory = TempDir::new().unwrap();
    let store = Sqlite::open(directory.path()).unwrap();
    assert_eq!(refused(&directory).code(), Code::StoreLocked);
    drop(store);
    Sqlite::open(directory.path()).unwrap();
}

#[test]
fn a_local_tool_works_beside_the_server_and_is_noticed_run_3() {
    let directory = TempDir::new().unwrap();
    assert_eq!(Sqlite::open_beside(directory.path()).err().unwrap().code(), Code::StoreUnavailable, "there is none yet");
    let server = Sqlite::open(directory.path()).unwrap();
    let tool = Sqlite::open_beside(directory.path()).unwrap();
    assert_eq!(tool.commit(Commit { based_on: 1, ..Commit::default() }).wait(), Ok(Committed::At(2)));
    assert_eq!(server.wait_for_change(1, std::time::Duration::from_secs(60)), 2);
    assert_eq!(server.commit(Commit { based_on: 1, ..Commit::default() }).wait(), Ok(Committed::Stale(2)));
}

#[test]
fn what_a_crash_left_of_making_the_file_is_made_anew() {
    let directory = TempDir::new().unwrap();
    std::fs::write(directory.path().join(format!("{FILE}.new")), "half a database").unwrap();
    let store = Sqlite::open(directory.path()).unwrap();
    assert_eq!(store.revision().wait(), Ok(1));
    assert!(!directory.path().join(format!("{FILE}.new")).exists());
}

#[test]
fn a_file_is_never_made_beside_what_another_of_its_name_left_door_2() {
    for suffix in ["-wal", "-journal", "-shm"] {
        let directory = TempDir::new().unwrap();
        let left = directory.path().join(format!("{FILE}{suffix}"));
        std::fs::write(&left, "of another database").unwrap();
        let error = refused(&directory);
        assert_eq!(error.code(), Code::StoreNotEmpty);
        assert!(error.to_string().contains(&left.display().to_string()), "{error}");
        let names: Vec<_> = std::fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(names, std::slice::from_ref(&left), "nothing was made");
        std::fs::remove_file(left).unwrap();
        drop(Sqlite::open(directory.path()).unwrap());
    }
}

#[test]
fn the_log_of_another_file_of_its_name_is_not_taken_into_a_fresh_one_door_2() {
    let (directory, elsewhere) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let store = Sqlite::open(directory.path()).unwrap();
    store.commit(Commit { based_on: 1, ..Commit::default() }).wait().unwrap();
    // What a killed server leaves, of which somebody moves the file alone.
    let log = format!("{FILE}-wal");
    std::fs::copy(directory.path().join(&log), elsewhere.path().join(&log)).unwrap();
    assert_eq!(refused(&elsewhere).code(), Code::StoreNotEmpty);
    drop(store);
    // With its file it is taken.
    std::fs::copy(file(&directory), file(&elsewhere)).unwrap();
    assert_eq!(Sqlite::open(elsewhere.path()).unwrap().revision().wait(), Ok(2));
}

#[test]
fn a_file_that_is_complete_gets_its_name_and_never_in_place_of_another_door_2() {
    let directory = TempDir::new().unwrap();
    let [from, to] = ["from", "to"].map(|name| directory.path().join(name));
    std::fs::write(&from, "new").unwrap();
    std::fs::write(&to, "there").unwrap();
    assert_eq!(Sqlite::put_in_place(&from, &to).unwrap_err().kind(), std::io::ErrorKind::AlreadyExists);
    assert_eq!((std::fs::read(&from).unwrap(), std::fs::read(&to).unwrap()), (b"new".to_vec(), b"there".to_vec()));
    std::fs::remove_file(&to).unwrap();
    let seal = directory.path().join("to.sealed");
    std::fs::write(&seal, "of the file before").unwrap();
    Sqlite::put_in_place(&from, &to).unwrap();
    assert!(!seal.exists());
    assert_eq!((from.exists(), std::fs::read(&to).unwrap()), (false, b"new".to_vec()));
}

#[test]
fn a_file_that_its_server_closed_is_not_read_through_again_and_any_other_is_err_4() {
    let directory = closed();
    let seal = directory.path().join(format!("{FILE}.sealed"));
    let sealed = std::fs::read_to_string(&seal).unwrap();
    assert!(seal::take(&file(&directory)));
    assert!(!seal::take(&file(&directory)), "it counts once");
    // Somebody wrote into it.
    std::fs::write(&seal, &sealed).unwrap();
    change(&file(&directory), "UPDATE server SET epoch = epoch");
    assert!(!seal::take(&file(&directory)));
    // Nobody closed it.
    let directory = closed();
    let sealed = std::fs::read_to_string(directory.path().join(format!("{FILE}.sealed"))).unwrap();
    let store = Sqlite::open(directory.path()).unwrap();
    store.append_audit(vec![entry("x")]).wait().unwrap();
    std::fs::write(directory.path().join(format!("{FILE}.sealed")), sealed).unwrap();
    assert!(!seal::take(&file(&directory)));
    drop(store);
    drop(Sqlite::open(directory.path()).unwrap());
}

#[cfg(unix)]
#[test]
fn files_are_readable_by_their_owner_alone_err_5() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = TempDir::new().unwrap();
    let store = Sqlite::open(directory.path()).unwrap();
    store.append_audit(vec![entry("x")]).wait().unwrap();
    let modes = |directory: &TempDir| {
        std::fs::read_dir(directory.path())
            .unwrap()
            .map(|file| file.unwrap())
            .map(|file| (file.file_name().to_string_lossy().into_owned(), file.metadata().unwrap().permissions().mode() & 0o777))
            .collect::<Vec<_>>()
    };
    let found = modes(&directory);
    assert!(found.len() >= 4, "{found:?}");
    assert!(found.iter().all(|(_, mode)| *mode == 0o600), "{found:?}");
    drop(store);
    std::fs::set_permissions(file(&directory), std::fs::Permissions::from_mode(0o644)).unwrap();
    let _store = Sqlite::open(directory.path()).unwrap();
    assert!(modes(&directory).iter().all(|(_, mode)| *mode == 0o600));
}
