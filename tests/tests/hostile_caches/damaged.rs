//! Bytes that changed, files that are gone or are something else.

use std::io::Write as _;
use std::path::Path;

use rusqlite::Connection as Database;
use sbm_client::core::code::Code;
use sbm_client::{Client, Connection};
use sbm_tests::allowed::{allowed, floor_of};
use sbm_tests::fixture::{config, guid};

use crate::Cache;

/// How many bytes are changed, spread over the whole file; each page is hit.
const FLIPS: usize = 400;

#[test]
fn no_flipped_byte_of_the_database_widens_anything_off_3() {
    let cache = Cache::new();
    let (_, whole) = cache.files.iter().find(|(name, _)| name == "cache.db").unwrap();
    let pages = whole.len() / 4_096;
    assert!(pages > 5 && whole.len() % 4_096 == 0, "{} bytes", whole.len());
    // Each page's header, and places all over it that differ from page to page.
    let headers = (0..pages).flat_map(|page| [0, 1, 5, 8].map(|at| page * 4_096 + at));
    let spread = (0..FLIPS).map(|number| number * whole.len() / FLIPS + number % 7);
    let (mut told, mut alike) = (0, 0);
    for at in headers.chain(spread).chain(0..100) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x41;
        cache.restore();
        std::fs::write(cache.place("cache.db"), &bytes).unwrap();
        let client = Client::open(config(cache.home.path())).unwrap();
        let now = allowed(&client);
        match client.state().standing() {
            Connection::Offline(Code::Ok) => {
                alike += 1;
                assert_eq!(now, cache.before, "byte {at}");
                // What the rights do not rest on is told when it is asked for.
                if let Ok(body) = client.profile_body(&guid()) {
                    assert_eq!(body, b"revision one", "byte {at}");
                }
            }
            Connection::Floor(code) => {
                told += 1;
                let damage = [Code::CacheDamaged, Code::CacheNewer, Code::CacheMissing, Code::CacheOtherMachine];
                assert!(damage.contains(&code), "byte {at}: {code}");
                assert!(now.is_subset(&floor_of(&cache.before)), "byte {at}: {now:?}");
            }
            other => assert_eq!(other, Connection::Floor(Code::CacheDamaged), "byte {at}"),
        }
    }
    assert!(told > 50 && alike > 50, "{told} told, {alike} in empty space");
}

#[test]
fn no_flipped_byte_of_the_marker_widens_anything_off_3() {
    let cache = Cache::new();
    let (_, whole) = cache.files.iter().find(|(name, _)| name == "managed").unwrap();
    for at in (0..whole.len()).step_by(9) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        cache.restore();
        std::fs::write(cache.place("managed"), &bytes).unwrap();
        let client = Client::open(config(cache.home.path())).unwrap();
        let standing = client.state().standing();
        assert!(matches!(standing, Connection::Floor(Code::CacheDamaged | Code::CacheOtherMachine)), "byte {at}: {standing:?}");
        assert!(allowed(&client).is_subset(&floor_of(&cache.before)), "byte {at}");
    }
}

#[test]
fn a_database_that_is_cut_off_is_told_off_3() {
    let cache = Cache::new();
    let length = std::fs::metadata(cache.place("cache.db")).unwrap().len();
    for left in [0, 1, 15, 16, 99, 100, 512, 4_095, 4_096, 4_097, length / 3, length / 2, length - 4_096, length - 1] {
        cache.restore();
        std::fs::OpenOptions::new().write(true).open(cache.place("cache.db")).unwrap().set_len(left).unwrap();
        // One byte is nothing yet to SQLite.
        let code = if left <= 1 { Code::CacheMissing } else { Code::CacheDamaged };
        cache.is_floor(&format!("{left} of {length} bytes"), code);
    }
    for left in [0, 1, 100] {
        cache.restore();
        std::fs::OpenOptions::new().write(true).open(cache.place("managed")).unwrap().set_len(left).unwrap();
        cache.is_floor(&format!("{left} bytes of the marker"), Code::CacheDamaged);
    }
}

#[test]
fn each_fault_of_the_files_has_its_code_off_3() {
    type Harm = fn(&Path);
    let cases: [(&str, Harm, Code); 13] = [
        ("no database", |home| std::fs::remove_file(home.join("cache.db")).unwrap(), Code::CacheMissing),
        (
            "another file for the database",
            |home| std::fs::write(home.join("cache.db"), [0x55; 20_000]).unwrap(),
            Code::CacheDamaged,
        ),
        (
            "a text for the database",
            |home| std::fs::write(home.join("cache.db"), "all_access = true\n".repeat(500)).unwrap(),
            Code::CacheDamaged,
        ),
        ("bytes behind the marker", |home| append(&home.join("managed"), b"{}"), Code::CacheDamaged),
        ("garbage for the marker", |home| std::fs::write(home.join("managed"), b"{").unwrap(), Code::CacheDamaged),
        ("a marker of 300 kB", |home| std::fs::write(home.join("managed"), vec![b' '; 300_000]).unwrap(), Code::CacheDamaged),
        ("a directory for the marker", |home| directory(&home.join("managed")), Code::CacheDamaged),
        ("a newer schema", |home| sql(home, "PRAGMA user_version = 4"), Code::CacheNewer),
        ("another program's database", |home| sql(home, "PRAGMA application_id = 7"), Code::CacheDamaged),
        ("no table of trust", |home| sql(home, "DROP TABLE trust"), Code::CacheDamaged),
        ("no record of trust", |home| sql(home, "DELETE FROM trust"), Code::CacheMissing),
        (
            "text in place of bytes",
            |home| {
                sql(
                    home,
                    "CREATE TABLE t (one, bytes, machine, seal); INSERT INTO t SELECT one, 'x', 'x', 'x' FROM trust; DROP TABLE trust; ALTER TABLE t RENAME TO trust",
                )
            },
            Code::CacheDamaged,
        ),
        (
            "text in place of numbers",
            |home| {
                sql(
                    home,
                    "CREATE TABLE t (id, data, sum); INSERT INTO t VALUES ('one', 'x', 'x'); DROP TABLE queue; ALTER TABLE t RENAME TO queue",
                )
            },
            Code::CacheDamaged,
        ),
    ];
    let cache = Cache::new();
    for (what, harm, code) in cases {
        cache.restore();
        harm(cache.home.path());
        cache.is_floor(what, code);
    }
}

/// What the rights do not rest on may be missing; then a call says so, and no right changes.
#[test]
fn a_fault_beside_the_rights_changes_no_right() {
    let cache = Cache::new();
    for (what, statement) in [
        ("no bodies", "DELETE FROM body"),
        ("a body changed", "UPDATE body SET bytes = x'00'"),
        (
            "numbers that are text",
            "CREATE TABLE t (one, sequence); INSERT INTO t VALUES (1, 'many'); DROP TABLE counter; ALTER TABLE t RENAME TO counter",
        ),
        ("a run that is none", "INSERT INTO run (sequence, id, data, sum) VALUES (77, x'00', '{}', x'00')"),
    ] {
        cache.restore();
        sql(cache.home.path(), statement);
        let client = Client::open(config(cache.home.path())).unwrap();
        assert_eq!(allowed(&client), cache.before, "{what}");
        assert!(client.profile_body(&guid()).map_or(true, |body| body == b"revision one"), "{what}");
    }
}

#[test]
fn a_place_that_cannot_be_used_is_an_error_and_no_permission_err_1() {
    let cache = Cache::new();
    let opened = |at: &Path| Client::open(config(at)).map(|client| client.state().standing()).map_err(|error| error.code());
    for file in ["cache.db", "open.lock", "sync.lock"] {
        cache.restore();
        drop(std::fs::remove_file(cache.place(file)));
        std::fs::create_dir(cache.place(file)).unwrap();
        let wanted = match file {
            // What stands in place of the cache itself is a damaged cache: the floor, as if it were damaged within.
            "cache.db" => Ok(Connection::Floor(Code::CacheDamaged)),
            "open.lock" => Err(Code::CacheUnwritable),
            _ => Ok(Connection::Offline(Code::Ok)),
        };
        assert_eq!(opened(cache.home.path()), wanted, "a directory for `{file}`");
    }
    cache.restore();
    assert_eq!(opened(&cache.place("managed")), Err(Code::CacheUnwritable), "a file for the directory");
    assert_eq!(opened(&cache.place("managed").join("below")), Err(Code::CacheUnwritable), "a directory below a file");
    assert_eq!(opened(&unwritable(cache.home.path())), Err(Code::CacheUnwritable), "a directory that takes no files");
}

/// A directory in which nobody may make a file: the cache's own without that permission, or, for whoever is above
/// permissions, one of the kernel's.
fn unwritable(home: &Path) -> std::path::PathBuf {
    let closed = home.join("closed");
    std::fs::create_dir(&closed).unwrap();
    let mut permissions = std::fs::metadata(&closed).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&closed, permissions).unwrap();
    if std::fs::write(closed.join("probe"), b"").is_ok() { "/proc/self".into() } else { closed }
}

fn append(path: &Path, bytes: &[u8]) {
    std::fs::OpenOptions::new().append(true).open(path).unwrap().write_all(bytes).unwrap();
}

fn directory(path: &Path) {
    std::fs::remove_file(path).unwrap();
    std::fs::create_dir(path).unwrap();
}

fn sql(home: &Path, statement: &str) {
    Database::open(home.join("cache.db")).unwrap().execute_batch(statement).unwrap();
}
