//! What the server refuses of its own files the check tells before (RUN-1, ERR-4, ERR-5).
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;

use sbm_core::time::Timestamp;

use super::hostile::state;
use super::*;
use crate::clock::ManualClock;
use crate::server::Server;

const NOW: Timestamp = Timestamp::from_millis(1_795_291_485_123);

fn sources(data: &Path) -> Sources {
    let flags = pairs(&[("data_dir", data.to_str().unwrap()), ("listen", "127.0.0.1:0")]);
    Sources { flags, ..Sources::default() }
}

/// What the server says at its start.
async fn start(data: &Path) -> Result<(), (Code, String)> {
    let config = Config::load(&sources(data)).unwrap();
    let started = Server::open(config, Arc::new(ManualClock::at(NOW))).await;
    started.map(drop).map_err(|refusal| (refusal.code, refusal.message))
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    std::fs::set_permissions(to, std::fs::Permissions::from_mode(0o700)).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

fn change(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = std::fs::read(path).unwrap();
    change(&mut bytes);
    std::fs::write(path, bytes).unwrap();
}

#[tokio::test]
async fn a_data_directory_with_a_damaged_file_is_told_by_the_check_as_by_the_start_and_nothing_is_changed_run_1_err_4_err_5() {
    type Damage = fn(&Path);
    let damages: [(&str, &str, Damage); 17] = [
        ("nothing", "", |_| {}),
        ("an empty database", "sbm.db", |data| std::fs::write(data.join("sbm.db"), "").unwrap()),
        ("a text", "sbm.db", |data| std::fs::write(data.join("sbm.db"), "not a database".repeat(1_000)).unwrap()),
        ("a cut header", "sbm.db", |data| change(&data.join("sbm.db"), |bytes| bytes.truncate(99))),
        ("the magic", "sbm.db", |data| change(&data.join("sbm.db"), |bytes| bytes[3] ^= 1)),
        ("somebody else's database", "sbm.db", |data| {
            change(&data.join("sbm.db"), |bytes| bytes[68..72].copy_from_slice(&[0; 4]));
        }),
        ("a directory", "sbm.db", |data| {
            std::fs::remove_file(data.join("sbm.db")).unwrap();
            std::fs::create_dir(data.join("sbm.db")).unwrap();
        }),
        ("a damaged CA", "ca.pem", |data| change(&data.join("ca.pem"), |bytes| bytes[200] = b'!')),
        ("a lost CA", "ca.pem", |data| std::fs::remove_file(data.join("ca.pem")).unwrap()),
        ("another digit of the root key", "root.key", |data| change(&data.join("root.key"), |bytes| bytes[20] ^= 1)),
        ("a token key that is cut", "token.key", |data| change(&data.join("token.key"), |bytes| bytes.truncate(30))),
        ("a signing key in place of another", "signing-1.key", |data| {
            std::fs::copy(data.join("root.key"), data.join("signing-1.key")).unwrap();
        }),
        ("a lost root key", "root.key", |data| std::fs::remove_file(data.join("root.key")).unwrap()),
        ("a lost token key", "token.key", |data| std::fs::remove_file(data.join("token.key")).unwrap()),
        ("a key that everybody can read", "root.key", |data| {
            std::fs::set_permissions(data.join("root.key"), std::fs::Permissions::from_mode(0o644)).unwrap();
        }),
        ("a certificate that everybody can read", "server.pem", |data| {
            std::fs::set_permissions(data.join("server.pem"), std::fs::Permissions::from_mode(0o644)).unwrap();
        }),
        ("a key that is none", "token.key", |data| {
            std::fs::remove_file(data.join("token.key")).unwrap();
            std::fs::create_dir(data.join("token.key")).unwrap();
        }),
    ];
    let parent = tempfile::tempdir().unwrap();
    let whole = parent.path().join("whole");
    start(&whole).await.unwrap();
    for (number, (what, named, damage)) in damages.into_iter().enumerate() {
        let data = parent.path().join(number.to_string());
        copy(&whole, &data);
        damage(&data);
        let before = state(&data);
        let report = Report::of(&sources(&data), NOW);
        assert_eq!(state(&data), before, "{what}: a check changes nothing");
        let started = start(&data).await;
        if named.is_empty() {
            assert!(report.is_good() && started == Ok(()), "{what}: {:?} {started:?}", report.errors);
            continue;
        }
        let [(code, text)] = report.errors.as_slice() else { panic!("{what}: {:?}", report.errors) };
        let (refused, message) = started.unwrap_err();
        assert_eq!(*code, refused, "{what}: `{text}`, and the server: `{message}`");
        assert!(text.contains(&format!("{}`", data.join(named).display())), "{what}: {text}");
    }
}

#[tokio::test]
async fn damage_that_the_server_mends_or_passes_over_is_no_error_of_the_check_run_1() {
    type Damage = fn(&Path);
    let damages: [(&str, Damage); 3] = [
        ("a damaged certificate is made anew", |data| std::fs::write(data.join("server.pem"), "junk").unwrap()),
        ("a key of an older epoch", |data| {
            std::fs::rename(data.join("signing-1.key"), data.join("signing-0.key")).unwrap();
            std::fs::copy(data.join("signing-0.key"), data.join("signing-1.key")).unwrap();
        }),
        ("a file of somebody's own", |data| std::fs::write(data.join("notes.key"), "x").unwrap()),
    ];
    let parent = tempfile::tempdir().unwrap();
    let whole = parent.path().join("whole");
    start(&whole).await.unwrap();
    for (number, (what, damage)) in damages.into_iter().enumerate() {
        let data = parent.path().join(number.to_string());
        copy(&whole, &data);
        damage(&data);
        let report = Report::of(&sources(&data), NOW);
        assert!(report.is_good(), "{what}: {:?}", report.errors);
        assert_eq!(start(&data).await, Ok(()), "{what}");
    }
}
