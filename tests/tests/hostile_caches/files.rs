//! Forty caches, each with the code that it must be told by. All of them are the floor, none is changed by being looked at,
//! and a lock, a gap or a count of the outbox that somebody wrote there by hand gives nothing (OFF-3, USR-9, ERR-3).

use std::path::Path;

use rusqlite::Connection as Database;
use sbm_client::core::code::Code;
use sbm_client::core::id::Hash;
use sbm_client::core::wire::v1::session::Secret;
use sbm_client::{Client, Connection};
use sbm_tests::allowed::allowed;
use sbm_tests::fixture::{PASSWORD, config};
use serde_json::{Value, json};

use crate::{Cache, files};

type Harm = Box<dyn Fn(&Cache)>;

fn on(harm: impl Fn(&Path) + 'static) -> Harm {
    Box::new(move |cache| harm(cache.home.path()))
}

fn sql(text: &'static str) -> Harm {
    on(move |home| Database::open(home.join("cache.db")).unwrap().execute_batch(text).unwrap())
}

/// Other bytes in the record of trust, under the seal of before.
fn edited(change: impl Fn(&mut Value) + 'static) -> Harm {
    Box::new(move |cache| {
        let mut record = cache.record();
        change(&mut record);
        let database = Database::open(cache.place("cache.db")).unwrap();
        let bytes = serde_json::to_vec(&record).unwrap();
        assert_eq!(database.execute("UPDATE trust SET bytes = ?1", [bytes]).unwrap(), 1);
    })
}

/// The same with a seal that fits, as the machine's owner can make one.
fn forged(change: impl Fn(&mut Value) + 'static) -> Harm {
    Box::new(move |cache| {
        let mut record = cache.record();
        change(&mut record);
        cache.forge(&record);
    })
}

fn file(name: &'static str, bytes: &'static [u8]) -> Harm {
    on(move |home| std::fs::write(home.join(name), bytes).unwrap())
}

fn mode(name: &'static str, mode: u32) -> Harm {
    on(move |home| std::fs::set_permissions(home.join(name), std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap())
}

/// A pipe that nobody writes to: whoever opens it waits.
fn pipe(name: &'static str) -> Harm {
    on(move |home| {
        std::fs::remove_file(home.join(name)).unwrap();
        let made = std::process::Command::new("mkfifo").arg("-m600").arg(home.join(name)).status().unwrap();
        assert!(made.success());
    })
}

fn device(name: &'static str) -> Harm {
    on(move |home| {
        std::fs::remove_file(home.join(name)).unwrap();
        std::os::unix::fs::symlink("/dev/zero", home.join(name)).unwrap();
    })
}

/// The cache of a machine that is nobody's, closed.
fn fresh_database() -> Vec<u8> {
    let home = tempfile::tempdir().unwrap();
    drop(Client::open(config(home.path())).unwrap());
    std::fs::read(home.path().join("cache.db")).unwrap()
}

fn lock(user: &str) -> Value {
    json!({ "connection": "sbm://evil.example:8100", "user": user })
}

fn cases() -> Vec<(&'static str, Harm, Code)> {
    use Code::{CacheDamaged, CacheMissing, CacheNewer, CacheOtherMachine, CacheRolledBack, DeniedFloor};
    vec![
        // The lock (USR-9).
        ("the lock taken away", edited(|record| drop(record.as_object_mut().unwrap().remove("lock"))), CacheDamaged),
        ("the lock put on another server", edited(|record| record["lock"] = lock("carol")), CacheDamaged),
        ("the lock put on another user", edited(|record| record["lock"]["user"] = json!("mallory")), CacheDamaged),
        ("another server", edited(|record| record["connection"] = json!("sbm://evil.example")), CacheDamaged),
        ("a lock that is a number", forged(|record| record["lock"] = json!(7)), CacheDamaged),
        ("a lock without a user", forged(|record| drop(record["lock"].as_object_mut().unwrap().remove("user"))), CacheDamaged),
        ("a lock without a server", forged(|record| record["lock"]["connection"] = json!("https://x")), CacheDamaged),
        (
            "neither lock nor server, sealed",
            forged(|record| {
                let record = record.as_object_mut().unwrap();
                for field in ["lock", "connection", "user"] {
                    record.remove(field);
                }
            }),
            CacheRolledBack,
        ),
        (
            "the lock gone from a sealed record",
            forged(|record| drop(record.as_object_mut().unwrap().remove("lock"))),
            CacheRolledBack,
        ),
        // What a refusal left.
        ("a refusal wiped out", edited(|record| record["refused"] = Value::Null), CacheDamaged),
        ("the head gone, sealed", forged(|record| drop(record.as_object_mut().unwrap().remove("head"))), DeniedFloor),
        ("the moment set back, sealed", forged(|record| record["latest"] = json!(1)), CacheRolledBack),
        ("the number set back, sealed", forged(|record| record["seen"]["revision"] = json!(1)), CacheRolledBack),
        // Versions.
        ("a schema of tomorrow", sql("PRAGMA user_version = 4"), CacheNewer),
        ("a schema far ahead", sql("PRAGMA user_version = 2147483647"), CacheNewer),
        ("a schema of before, but the tables of now", sql("PRAGMA user_version = 1"), CacheDamaged),
        ("no schema, but tables", sql("PRAGMA user_version = 0"), CacheDamaged),
        ("a record of tomorrow, sealed", forged(|record| record["v"] = json!(2)), CacheNewer),
        ("no record of its form, sealed", forged(|record| *record = json!("trust me")), CacheDamaged),
        // Installations.
        ("another installation, sealed", forged(|record| record["installation"] = json!("ee".repeat(16))), CacheDamaged),
        ("an installation that is none", forged(|record| record["installation"] = json!("carol's")), CacheDamaged),
        ("another machine's name", sql("UPDATE trust SET machine = zeroblob(32)"), CacheOtherMachine),
        ("a machine's name of 31 bytes", sql("UPDATE trust SET machine = zeroblob(31)"), CacheDamaged),
        ("a seal of zeros", sql("UPDATE trust SET seal = zeroblob(32)"), CacheDamaged),
        // The database.
        ("no database", on(|home| std::fs::remove_file(home.join("cache.db")).unwrap()), CacheMissing),
        ("an empty database", file("cache.db", b""), CacheMissing),
        ("the database of nobody", on(|home| std::fs::write(home.join("cache.db"), fresh_database()).unwrap()), CacheMissing),
        ("a text for the database", file("cache.db", &[b'a'; 9_000]), CacheDamaged),
        ("zeros for the database", file("cache.db", &[0; 8_192]), CacheDamaged),
        ("another program's database", sql("PRAGMA application_id = 1"), CacheDamaged),
        ("no table of runs", sql("DROP TABLE run"), CacheDamaged),
        ("no table of profiles", sql("DROP TABLE applied"), CacheDamaged),
        ("no count of the outbox", sql("DROP TABLE outbox"), CacheDamaged),
        ("a profile that was not taken over", sql("INSERT INTO applied VALUES (zeroblob(16), '{}', zeroblob(32))"), CacheDamaged),
        ("a change that nobody asked for", sql("INSERT INTO queue (data, sum) VALUES ('{}', zeroblob(32))"), CacheDamaged),
        ("a word that nobody said", sql("INSERT INTO outcome (data, sum) VALUES ('{}', zeroblob(32))"), CacheDamaged),
        ("a body under half a name", sql("INSERT INTO body VALUES (zeroblob(16), zeroblob(1))"), CacheDamaged),
        ("a database that all may write", mode("cache.db", 0o666), CacheDamaged),
        // What lies beside it.
        (
            "a log of another database",
            Box::new(|cache: &Cache| {
                // Whole pages of an installation that nobody manages, with sums that fit.
                let home = tempfile::tempdir().unwrap();
                let other = Client::open(config(home.path())).unwrap();
                let log = std::fs::read(home.path().join("cache.db-wal")).unwrap();
                drop(other);
                assert!(log.len() > 10_000);
                std::fs::write(cache.place("cache.db-wal"), log).unwrap();
            }),
            CacheMissing,
        ),
        ("a marker that all may write", mode("managed", 0o646), CacheDamaged),
        ("a marker of nothing", file("managed", b""), CacheDamaged),
        ("a marker of a list", file("managed", b"[]"), CacheDamaged),
        ("a marker without a seal", file("managed", br#"{"machine":"00","seal":"","record":"{}"}"#), CacheDamaged),
        (
            "a marker that is a directory",
            on(|home| {
                std::fs::remove_file(home.join("managed")).unwrap();
                std::fs::create_dir(home.join("managed")).unwrap();
            }),
            CacheDamaged,
        ),
        ("a marker that is a pipe", pipe("managed"), CacheDamaged),
        ("a marker that is a device without end", device("managed"), CacheDamaged),
        ("a database that is a pipe", pipe("cache.db"), CacheDamaged),
        ("a database that is a device without end", device("cache.db"), CacheDamaged),
        (
            "a marker that leads in circles",
            on(|home| {
                std::fs::remove_file(home.join("managed")).unwrap();
                std::os::unix::fs::symlink(home.join("managed"), home.join("managed")).unwrap();
            }),
            CacheDamaged,
        ),
    ]
}

/// What lies there as files that can be read, without SQLite's own scratch files.
fn content(home: &Path) -> Vec<(String, Vec<u8>)> {
    let is_kept = |name: &str| ["cache.db", "managed"].contains(&name) && home.join(name).is_file();
    let names: Vec<String> =
        std::fs::read_dir(home).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let mut kept: Vec<_> = names
        .into_iter()
        .filter(|name| is_kept(name))
        .map(|name| (name.clone(), std::fs::read(home.join(&name)).unwrap()))
        .collect();
    kept.sort();
    kept
}

#[test]
fn forty_hostile_caches_are_told_by_their_codes_and_left_as_they_are_off_3_usr_9() {
    let cache = Cache::new();
    let cases = cases();
    assert!(cases.len() >= 40, "{}", cases.len());
    for (what, harm, code) in cases {
        cache.restore();
        for name in ["cache.db", "managed"] {
            mode(name, 0o600)(&cache);
        }
        harm(&cache);
        let before = content(cache.home.path());
        cache.is_floor(what, code);
        // A log is worked into its database, and an empty file becomes one; whatever else is wrong stays to be looked at.
        if !["a log of another database", "an empty database", "no database"].contains(&what) {
            assert!(content(cache.home.path()) == before, "{what}: the files were changed");
        }
    }
}

#[test]
fn a_database_that_ends_at_any_512_bytes_is_told_and_left_as_it_is_off_3() {
    let cache = Cache::new();
    let length = std::fs::metadata(cache.place("cache.db")).unwrap().len();
    let mut cuts = 0;
    for left in (512..length).step_by(512) {
        cache.restore();
        std::fs::OpenOptions::new().write(true).open(cache.place("cache.db")).unwrap().set_len(left).unwrap();
        let client = Client::open(config(cache.home.path())).unwrap();
        assert_eq!(client.state().standing(), Connection::Floor(Code::CacheDamaged), "{left} of {length}");
        assert!(allowed(&client).is_subset(&cache.before));
        drop(client);
        assert_eq!(std::fs::metadata(cache.place("cache.db")).unwrap().len(), left);
        cuts += 1;
    }
    assert!(cuts > 40, "{cuts}");
}

/// What no right rests on may be wrong: rights stay, and the outbox goes on.
#[test]
fn a_wrong_outbox_gives_no_right_and_takes_none_err_3() {
    let cache = Cache::new();
    for (what, harm) in [
        ("a count that is too high", sql("UPDATE outbox SET records = 9223372036854775807, bytes = 9223372036854775807")),
        ("no count at all", sql("DELETE FROM outbox")),
        ("a count below nothing", sql("UPDATE outbox SET records = -5, bytes = -5")),
        (
            "a gap that cannot be",
            sql("INSERT INTO run (sequence, id, data, sum, detail) VALUES (99, zeroblob(16), '{\"gap\":{}}', zeroblob(32), 3)"),
        ),
        (
            "a detail that is none",
            sql("INSERT INTO run (sequence, id, data, sum, detail) VALUES (99, zeroblob(16), 'x', zeroblob(32), 77)"),
        ),
        ("a journal of something else", file("cache.db-journal", &[0xd9; 4_096])),
        ("a log of garbage", file("cache.db-wal", &[0x37; 4_096])),
    ] {
        cache.restore();
        harm(&cache);
        let client = Client::open(config(cache.home.path())).unwrap();
        assert_eq!(client.state().standing(), Connection::Offline(Code::Ok), "{what}");
        assert_eq!(allowed(&client), cache.before, "{what}");
        let start = sbm_tests::fixture::start(sbm_client::core::run::Trigger::Schedule);
        for _ in 0..3 {
            let run = client.begin_run(start.clone()).unwrap_or_else(|error| panic!("{what}: {error}"));
            run.finish(sbm_tests::fixture::end()).unwrap_or_else(|error| panic!("{what}: {error}"));
        }
    }
}

#[test]
fn a_forged_lock_opens_no_other_server_and_no_wider_right_usr_9() {
    let cache = Cache::new();
    let mut record = cache.record();
    record["lock"] = lock("carol");
    cache.forge(&record);
    // The machine's owner can seal what he likes; the rights are signed, and the marker still knows the server.
    let client = Client::open(config(cache.home.path())).unwrap();
    assert!(allowed(&client).is_subset(&cache.before));
    assert!(client.is_locked());
    drop(client);
    cache.restore();
    std::fs::write(cache.place("cache.db"), [0x55; 5_000]).unwrap();
    let client = Client::open(config(cache.home.path())).unwrap();
    let evil = format!("sbm://evil.example#ca-sha256={}", Hash::of(b"evil")).parse().unwrap();
    let refused = client.login(&evil, "carol", &Secret::new(PASSWORD)).unwrap_err();
    assert_eq!(refused.code(), Code::ConnectionLocked, "the marker locks where the database is gone");
    assert!(!files(cache.home.path()).iter().any(|(name, _)| name.contains("set-aside")), "nothing was moved");
}
