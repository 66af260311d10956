//! Backups that the server makes by itself.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sbm_client::admin::Admin;
use sbm_client::core::wire::v1::admin::{BackupState, ServerSettings};
use sbm_server::backup::{list, remove_beyond};
use sbm_server::clock::SystemClock;
use sbm_tests::server::TestServer;

use super::place::{Keys, Kind, Place};

fn claimed(place: &Place, dir: &str) -> (TestServer, Admin) {
    let mut settings = place.borrowed();
    settings.extend([("backup.dir", dir), ("backup.every_hours", "1"), ("backup.keep", "2")]);
    let server = TestServer::start(place.directory.clone(), 0, Arc::new(SystemClock), &settings);
    let admin = server.claim();
    (server, admin)
}

/// Asks until that is so: the server makes its first backup while it answers already.
fn until(admin: &Admin, is_so: impl Fn(&BackupState) -> bool) -> BackupState {
    let begun = Instant::now();
    loop {
        let state = admin.server_settings().unwrap().backup.unwrap();
        if is_so(&state) {
            return state;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{state:?}");
    }
}

#[test]
fn a_server_makes_a_backup_by_itself_and_says_so_door_2() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let (keys, backups) = (Keys::new(), tempfile::tempdir().unwrap());
        let place = Place::new(kind, &keys);
        let (server, admin) = claimed(&place, &backups.path().display().to_string());
        let state = until(&admin, |state| state.last_success.is_some());
        assert_eq!((state.every_hours, state.last_failure, state.failure), (1, None, None));
        let listed = list(backups.path()).unwrap();
        assert_eq!(listed.len(), 1);
        // It is not due again.
        let runtime = tokio::runtime::Runtime::new().unwrap();
        assert_eq!(runtime.block_on(server.service().back_up_if_due(backups.path())).unwrap(), None);
        assert_eq!(sbm_server::backup::last(&place.config()).unwrap().done, state.last_success);
        // The oldest go, and never the newest.
        let newest: Vec<_> = (0..3).map(|_| place.back_up(backups.path())).collect();
        let made = newest.last().unwrap();
        assert_eq!(remove_beyond(2, &made.path, &made.manifest).unwrap().gone.len(), 2);
        let left: Vec<_> = list(backups.path()).unwrap().into_iter().map(|listed| listed.path).collect();
        assert_eq!(left, [newest[1].path.clone(), made.path.clone()]);
    }
}

#[test]
fn an_old_backup_that_cannot_be_removed_is_no_failure_of_the_new_one_door_2() {
    let (keys, backups) = (Keys::new(), tempfile::tempdir().unwrap());
    let place = Place::new(Kind::Sqlite, &keys);
    drop(TestServer::start(place.directory.clone(), 0, Arc::new(SystemClock), &[]));
    let old = [(); 2].map(|()| place.back_up(backups.path()).path);
    // Nobody can give it the name that it has while it goes.
    std::fs::write(format!("{}.partial", old[0].display()), "in the way").unwrap();
    let (_server, admin) = claimed(&place, &backups.path().display().to_string());
    let state = until(&admin, |state| state.last_success.is_some() || state.last_failure.is_some());
    assert_eq!((state.last_failure, state.failure), (None, None));
    assert!(old[0].exists());
    let good = list(backups.path()).unwrap().into_iter().filter(|listed| listed.manifest.is_ok()).count();
    assert_eq!(good, 3, "the new one, the one that is kept beside it, and the one that cannot go");
}

#[test]
fn a_backup_that_fails_is_told_to_administrators_and_leaves_nothing_door_2() {
    let (keys, directory) = (Keys::new(), tempfile::tempdir().unwrap());
    let place = Place::new(Kind::Sqlite, &keys);
    let file = directory.path().join("a-file");
    std::fs::write(&file, "in the way").unwrap();
    let (_server, admin) = claimed(&place, &file.display().to_string());
    let state = until(&admin, |state| state.last_failure.is_some());
    assert_eq!(state.last_success, None);
    assert!(state.failure.unwrap().contains("a-file"));
    assert_eq!(std::fs::read(&file).unwrap(), b"in the way");
}

#[test]
fn a_server_without_a_place_for_backups_says_nothing_of_them_door_2() {
    let (_server, admin) = TestServer::claimed();
    assert_eq!(admin.server_settings().unwrap(), ServerSettings::default());
}
