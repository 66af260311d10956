//! The manifest, and names of backups.

mod older;

use std::path::Path;

use sbm_core::code::Code;
use sbm_core::id::Hash;
use sbm_core::time::Timestamp;
use tempfile::TempDir;

use super::folder::Folder;
use super::kept::Kept;
use super::manifest::{Database, FORMAT, FileEntry, MANIFEST, Manifest, SEALED};
use super::{BackupError, Tidied, list, remove_beyond, verify};
use crate::pki::KeyFile;
use crate::store::secrets::CHECK;

/// A manifest, as version 0.1.0 writes it.
const FROZEN: &str = r#"{
  "format": "sbm-backup-1",
  "taken": 1795317604594,
  "server": "0101010101010101010101010101010101010101010101010101010101010101",
  "program": "0.1.0",
  "database": "postgres",
  "schema": 3,
  "revision": 7,
  "epoch": 2,
  "runs": 5,
  "audit": 6,
  "files": [
    {
      "name": "export.jsonl",
      "size": 12,
      "sha256": "0202020202020202020202020202020202020202020202020202020202020202"
    },
    {
      "name": "secrets.json",
      "size": 13,
      "sha256": "0303030303030303030303030303030303030303030303030303030303030303"
    }
  ],
  "check": "CHECK"
}
"#;

fn manifest() -> Manifest {
    let file = |name: &str, size, byte| FileEntry { name: name.to_owned(), size, sha256: Hash::from_bytes([byte; 32]) };
    Manifest {
        format: FORMAT.to_owned(),
        taken: Timestamp::from_millis(1_795_317_604_594),
        server: Hash::from_bytes([1; 32]),
        program: "0.1.0".to_owned(),
        database: Database::Postgres,
        schema: 3,
        revision: 7,
        epoch: 2,
        runs: 5,
        audit: 6,
        files: vec![file("export.jsonl", 12, 2), file("secrets.json", 13, 3)],
        check: Hash::from_bytes([0; 32]),
    }
}

fn read(bytes: &[u8]) -> Result<Manifest, BackupError> {
    let directory = TempDir::new().unwrap();
    std::fs::write(directory.path().join(MANIFEST), bytes).unwrap();
    Manifest::read(directory.path())
}

#[test]
fn the_manifest_is_frozen_door_2() {
    let bytes = manifest().to_bytes().unwrap();
    let text = String::from_utf8(bytes.clone()).unwrap();
    let check = text.split('"').rev().nth(1).unwrap();
    assert_eq!(text, FROZEN.replace("CHECK", check));
    assert_eq!(check, "2b99a9687b65e53ec1454927241fd447b42f9de50a3818808eb32b26ac5d7f6a");
    assert_eq!(read(&bytes).unwrap(), Manifest { check: check.parse().unwrap(), ..manifest() });
}

#[test]
fn a_manifest_that_was_edited_or_leads_elsewhere_is_refused_door_2() {
    let whole = String::from_utf8(manifest().to_bytes().unwrap()).unwrap();
    for (what, edited) in [
        ("a number", whole.replace("\"runs\": 5", "\"runs\": 6")),
        ("another format", whole.replace(FORMAT, "sbm-backup-2")),
        ("no format", whole.replace("format", "fromat")),
        ("something more", whole.replace("\"runs\": 5", "\"runs\": 5, \"more\": 1")),
        ("something missing", whole.replace("  \"runs\": 5,\n", "")),
        ("cut off", whole[..whole.len() / 2].to_owned()),
        ("nothing", String::new()),
    ] {
        assert_eq!(read(edited.as_bytes()).unwrap_err().code(), Code::BackupInvalid, "{what}");
    }
    // Whoever writes a manifest writes its check as well: no name leads out of the directory.
    for name in ["../sbm.db", "/etc/passwd", "sbm.db", "export.jsonl", "", "signing-1.key", "a\u{7}b"] {
        let mut manifest = manifest();
        manifest.files.push(FileEntry { name: name.to_owned(), size: 1, sha256: Hash::from_bytes([4; 32]) });
        let error = read(&manifest.to_bytes().unwrap()).unwrap_err();
        assert_eq!(error.code(), Code::BackupInvalid, "{name}");
        assert!(!error.to_string().contains('\u{7}'), "{error}");
    }
    let mut without = manifest();
    without.files.remove(0);
    assert!(read(&without.to_bytes().unwrap()).unwrap_err().to_string().contains("export.jsonl"));
}

#[test]
fn a_backup_has_its_name_only_when_it_is_whole_door_2() {
    let directory = TempDir::new().unwrap();
    let to = directory.path().join("a/b");
    let now = Timestamp::from_millis(1_795_317_604_594);
    let mut folder = Folder::begin(&to, now).unwrap();
    folder.write("x", b"12345").unwrap();
    assert!(folder.path().ends_with("sbm-20261122T032004Z.partial"), "{}", folder.path().display());
    assert!(matches!(Folder::begin(&to, now), Err(BackupError::Busy { .. })), "one at a time");
    assert!(list(&to).unwrap()[0].manifest.is_err());
    drop(folder);
    assert_eq!(list(&to).unwrap().len(), 0, "nothing is left of what was broken off");
    // A crash leaves it; the next one tidies up.
    std::fs::create_dir(to.join("sbm-20200101T000000Z.partial")).unwrap();
    std::fs::create_dir(to.join("something.partial")).unwrap();
    let paths = [(); 2].map(|()| Folder::begin(&to, now).unwrap().finish().unwrap());
    let names = paths.each_ref().map(|path| path.file_name().unwrap().to_str().unwrap());
    assert_eq!(names, ["sbm-20261122T032004Z", "sbm-20261122T032004Z-2"]);
    assert!(!to.join("sbm-20200101T000000Z.partial").exists() && to.join("something.partial").exists());
    private(&to);
    private(&paths[0]);
    assert_eq!(verify(&paths[0], None).unwrap_err().code(), Code::BackupInvalid);
}

#[test]
fn what_cannot_be_removed_keeps_nobody_from_making_a_backup_door_2() {
    let directory = TempDir::new().unwrap();
    let to = directory.path().join("backups");
    let now = Timestamp::from_millis(1_795_317_604_594);
    // Of this very second, and somebody else's.
    let left = to.join("sbm-20261122T032004Z.partial");
    std::fs::create_dir_all(&left).unwrap();
    let folder = Folder::begin_by(&to, now, &|_| Err(std::io::ErrorKind::PermissionDenied.into())).unwrap();
    let path = folder.finish().unwrap();
    assert!(path.ends_with("sbm-20261122T032004Z-2"), "{}", path.display());
    assert!(left.exists());
    // Nor is a file in the way.
    let file = to.join("sbm-20261122T032005Z.partial");
    std::fs::write(&file, "").unwrap();
    let path = Folder::begin(&to, Timestamp::from_millis(1_795_317_605_594)).unwrap().finish().unwrap();
    assert!(path.ends_with("sbm-20261122T032005Z-2") && file.exists() && !left.exists(), "{}", path.display());
}

#[test]
fn an_old_backup_that_cannot_be_removed_is_told_and_the_others_go_door_2() {
    let directory = TempDir::new().unwrap();
    let [stuck, old, newest] = ["sbm-1", "sbm-2", "sbm-3"].map(|name| directory.path().join(name));
    for (taken, path) in [&stuck, &old, &newest].into_iter().enumerate() {
        std::fs::create_dir(path).unwrap();
        let manifest = Manifest { taken: Timestamp::from_millis(i64::try_from(taken).unwrap()), ..manifest() };
        std::fs::write(path.join(MANIFEST), manifest.to_bytes().unwrap()).unwrap();
    }
    // Its name while it goes is taken.
    std::fs::write(directory.path().join("sbm-1.partial"), "in the way").unwrap();
    let held = Folder::begin(directory.path(), Timestamp::from_millis(0)).unwrap();
    let busy = remove_beyond(1, &newest, &manifest());
    assert!(matches!(busy, Err(BackupError::Busy { .. })), "not while another one is made: {busy:?}");
    drop(held);
    let Tidied { gone, left } = remove_beyond(1, &newest, &manifest()).unwrap();
    assert_eq!(gone, std::slice::from_ref(&old));
    assert_eq!(left.iter().map(|(path, _)| path.clone()).collect::<Vec<_>>(), std::slice::from_ref(&stuck));
    assert!(stuck.exists() && !old.exists() && newest.exists());
}

#[test]
fn a_key_file_of_another_database_is_told_from_a_damaged_backup_door_2_err_5() {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    let directory = TempDir::new().unwrap();
    let [right, wrong] = ["right", "wrong"].map(|name| KeyFile::create(&directory.path().join(name)).unwrap());
    let row = |name: &str, is: &str| {
        let sealed = right.seal(is, b"secret").unwrap();
        serde_json::json!({ "name": name, "nonce": STANDARD.encode(sealed.nonce), "sealed": STANDARD.encode(sealed.bytes) })
    };
    let backup = directory.path().join("backup");
    std::fs::create_dir(&backup).unwrap();
    let write = |is: &str| {
        let rows = serde_json::json!({ "secrets": [row("root.key", is), row(CHECK, CHECK)] });
        std::fs::write(backup.join(SEALED), rows.to_string()).unwrap();
    };
    let read = |key| Kept::read(&backup, &manifest(), Some(key)).map(|_| ());
    write("root.key");
    read(&right).unwrap();
    let error = read(&wrong).unwrap_err();
    assert!(matches!(error, BackupError::OtherKey { .. }) && error.code() == Code::InvalidArgument, "{error}");
    let text = error.to_string();
    assert!(
        text.contains("/wrong` is not the one") && text.contains("--backup-key-file") && !text.contains("take another"),
        "{text}"
    );
    write("token.key");
    let damaged = read(&right).unwrap_err();
    assert!(damaged.code() == Code::BackupInvalid && damaged.to_string().contains("`root.key` is damaged"), "{damaged}");
}

#[cfg(unix)]
fn private(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o700, "{}", path.display());
}

#[cfg(not(unix))]
fn private(_path: &Path) {}
