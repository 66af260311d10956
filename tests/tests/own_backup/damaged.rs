//! Databases, backups and URLs that are damaged, cut off, foreign or not to be written: each is refused by its documented
//! error, and nothing of it changes (DOOR-2, ERR-1).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;
use sbm_client::core::code::Code;
use sbm_server::backup::{Origin, create, verify};
use sbm_server::clock::{Clock as _, SystemClock};
use sbm_server::config::{Config, Sources};
use sbm_server::place;
use sbm_server::server::Server;
use sbm_tests::server::TestServer;

use super::place::{Keys, Kind, Place};

type Harm = Box<dyn Fn(&Path)>;

/// Every file below a directory, with its bytes; the locks of who looked are none of it.
fn bytes(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![directory.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()) {
            let name = entry.file_name().unwrap().to_string_lossy().into_owned();
            if entry.is_dir() {
                open.push(entry);
            } else if !name.ends_with(".lock") && !name.ends_with("-shm") && !name.ends_with(".sealed") {
                found.insert(entry.clone(), std::fs::read(&entry).unwrap_or_default());
            }
        }
    }
    // A log without anything in it is none.
    found.retain(|path, bytes| !(path.display().to_string().ends_with("-wal") && bytes.is_empty()));
    found
}

fn edit(change: fn(&mut Vec<u8>)) -> Harm {
    Box::new(move |file| {
        let mut bytes = std::fs::read(file).unwrap();
        change(&mut bytes);
        std::fs::write(file, bytes).unwrap();
    })
}

fn cut(per_mille: usize) -> Harm {
    Box::new(move |file| {
        let bytes = std::fs::read(file).unwrap();
        std::fs::write(file, &bytes[..bytes.len() * per_mille / 1_000]).unwrap();
    })
}

fn foreign(content: &'static [u8]) -> Harm {
    Box::new(move |file| std::fs::write(file, content).unwrap())
}

fn sql(text: &'static str) -> Harm {
    Box::new(move |file| {
        let sql = Connection::open(file).unwrap();
        sql.execute_batch(text).unwrap();
        drop(sql);
    })
}

/// The database's file: what is done to it, and what the server says then.
fn files() -> Vec<(&'static str, Harm, Code)> {
    use Code::{StoreDamaged as Damaged, StoreNewer as Newer};
    let page = |number: usize| -> Harm {
        Box::new(move |file| {
            let mut bytes = std::fs::read(file).unwrap();
            bytes[number * 4_096..][..4_096].iter_mut().for_each(|byte| *byte ^= 0x5a);
            std::fs::write(file, bytes).unwrap();
        })
    };
    vec![
        ("empty", edit(Vec::clear), Damaged),
        ("one byte", edit(|bytes| bytes.truncate(1)), Damaged),
        ("half a header", edit(|bytes| bytes.truncate(50)), Damaged),
        ("a header alone", edit(|bytes| bytes.truncate(100)), Damaged),
        ("a page alone", edit(|bytes| bytes.truncate(4_096)), Damaged),
        ("cut in a page", cut(501), Damaged),
        ("cut to a quarter", cut(250), Damaged),
        ("cut to nine tenths", cut(900), Damaged),
        ("the last page is missing", edit(|bytes| bytes.truncate(bytes.len() - 4_096)), Damaged),
        ("the magic", edit(|bytes| bytes[0] ^= 1), Damaged),
        ("the page size", edit(|bytes| bytes[16] = 0x7f), Damaged),
        ("the application id", edit(|bytes| bytes[68] ^= 1), Damaged),
        ("the schema format", edit(|bytes| bytes[47] = 0xff), Damaged),
        ("the header after the magic", edit(|bytes| bytes[20..100].fill(0xff)), Damaged),
        ("the schema's root", edit(|bytes| bytes[100..300].fill(0xff)), Damaged),
        ("the schema's cells", edit(|bytes| bytes[300..4_096].fill(0)), Damaged),
        ("all pages but the first", edit(|bytes| bytes.iter_mut().skip(4_096).for_each(|byte| *byte ^= 0x5a)), Damaged),
        ("zeros from page 2 on", edit(|bytes| bytes[4_096..].fill(0)), Damaged),
        ("page 2", page(1), Damaged),
        ("page 3", page(2), Damaged),
        ("page 5", page(4), Damaged),
        ("zeros", edit(|bytes| bytes.fill(0)), Damaged),
        ("a text", foreign(b"this is no database\n"), Damaged),
        ("a long text", edit(|bytes| *bytes = b"this is a text file\n".repeat(5_000)), Damaged),
        ("a ZIP archive", foreign(b"PK\x03\x04\x14\0\0\0\x08\0 nothing else"), Damaged),
        ("a gzip", foreign(b"\x1f\x8b\x08\0\0\0\0\0\0\x03 nothing else"), Damaged),
        ("an export", foreign(b"{\"format\":\"sbm-export\",\"version\":1}\n"), Damaged),
        ("an ELF program", foreign(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0"), Damaged),
        ("no application id", sql("PRAGMA application_id = 0"), Damaged),
        ("another program's id", sql("PRAGMA application_id = 252006674"), Damaged),
        ("no schema", sql("DROP TABLE migrations"), Damaged),
        ("another migration", sql("UPDATE migrations SET sha256 = 'other' WHERE version = 2"), Damaged),
        ("a newer schema", sql("INSERT INTO migrations VALUES (9, 9, 'x')"), Newer),
        ("a schema of far away", sql("INSERT INTO migrations VALUES (4000000, 4000000, 'x')"), Newer),
        ("no server", sql("DELETE FROM server"), Damaged),
        ("no revision", sql("DELETE FROM revision"), Damaged),
        ("a key document that is none", sql("UPDATE server SET keys = 'x'"), Damaged),
        ("a user without a name", sql("UPDATE users SET name = '' WHERE user_id = 1"), Damaged),
        ("a number that is negative", sql("UPDATE server SET epoch = -1"), Damaged),
        ("a state that there is not", sql("UPDATE accounts SET state = 9"), Damaged),
    ]
}

#[test]
fn every_damaged_database_file_is_named_with_the_way_back_and_left_as_it_is_door_2_err_1() {
    let whole = Place::new(Kind::Sqlite, &Keys::new());
    drop(TestServer::start(whole.directory.clone(), 0, Arc::new(SystemClock), &[]));
    let cases = files();
    assert!(cases.len() >= 40, "{} cases", cases.len());
    for (name, harm, code) in cases {
        let place = Place::new(Kind::Sqlite, &Keys::new());
        copy(&whole.data_dir(), &place.data_dir());
        let file = place.data_dir().join("sbm.db");
        harm(&file);
        let before = bytes(&place.data_dir());
        let refused = refusal(&place);
        assert_eq!(refused.0, code, "{name}: {}", refused.1);
        assert!(refused.1.contains("sbm.db"), "{name}: {}", refused.1);
        if code == Code::StoreDamaged {
            assert!(refused.1.contains("sbm-server backup restore"), "{name}: {}", refused.1);
        }
        assert!(before == bytes(&place.data_dir()), "{name}: something was changed");
    }
}

/// What a server says that is started on the place.
fn refusal(place: &Place) -> (Code, String) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let refused = runtime.block_on(Server::open(place.config(), Arc::new(SystemClock))).map(drop);
    let refused = refused.expect_err("it was taken");
    (refused.code, refused.message)
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(|entry| entry.unwrap()) {
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
    close(to);
}

#[test]
fn what_is_in_the_way_of_a_database_file_is_told_and_left_as_it_is_err_1() {
    // A directory under the file's name.
    let place = Place::new(Kind::Sqlite, &Keys::new());
    std::fs::create_dir_all(place.data_dir().join("sbm.db")).unwrap();
    close(&place.data_dir());
    let (code, message) = refusal(&place);
    assert!(code == Code::StoreUnavailable || code == Code::StoreDamaged, "{code} {message}");
    assert!(message.contains("sbm.db"), "{message}");
    // A store in a directory that there is not.
    let mut place = Place::new(Kind::Sqlite, &Keys::new());
    let nowhere = place.directory.path().join("nowhere/sbm.db").display().to_string();
    place.settings.push(("store".to_owned(), format!("sqlite:{nowhere}")));
    let (code, message) = refusal(&place);
    assert!(code == Code::StoreUnavailable && message.contains("nowhere"), "{code} {message}");
    // What nobody can write, whoever he is: a file of the system's, and a directory in which nothing can be made.
    #[cfg(target_os = "linux")]
    for path in ["/proc/version", "/proc/sbm.db", "/sys/kernel/sbm.db"] {
        let mut place = Place::new(Kind::Sqlite, &Keys::new());
        place.settings.push(("store".to_owned(), format!("sqlite:{path}")));
        let (code, message) = refusal(&place);
        assert!(code == Code::StoreUnavailable && message.contains(path), "{path}: {code} {message}");
    }
    // Nor is a backup made where nothing can be made.
    #[cfg(target_os = "linux")]
    {
        let place = Place::new(Kind::Sqlite, &Keys::new());
        drop(TestServer::start(place.directory.clone(), 0, Arc::new(SystemClock), &[]));
        let origin = Origin::beside(&place.config()).unwrap();
        let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
        let error = create(&origin, Path::new("/proc/backups"), SystemClock.now(), &stop).unwrap_err();
        assert!(error.code() == Code::StoreUnavailable && error.to_string().contains("/proc/backups"), "{error}");
    }
}

fn close(directory: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(directory, std::fs::Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn every_url_that_leads_to_no_database_of_ours_is_told_err_1() {
    let config = |store: &str| {
        let directory = tempfile::tempdir().unwrap();
        let flags = [("data_dir", directory.path().join("d").display().to_string()), ("store", store.to_owned())];
        let mut flags: Vec<_> = flags.map(|(key, value)| (key.to_owned(), value)).to_vec();
        let keys = Keys::new();
        flags.push(("key_file".to_owned(), keys.path().display().to_string()));
        Config::load(&Sources { file: None, environment: vec![], flags })
            .map(|config| place::open(&config).map(drop).map_err(|refused| (refused.code, refused.message)))
    };
    let urls = [
        "",
        "sbm.db",
        "mysql://u@h/db",
        "http://h/db",
        "postgres:",
        "postgres://",
        "postgres:///db",
        "postgres://u@/db",
        "postgres://u@h",
        "postgres://u@h:0/db",
        "postgres://u@h:99999/db",
        "postgres://u@h:x/db",
        "postgres://u@h/db?sslmode=allow",
        "postgres://u@h/db?sslmode=prefer",
        "postgres://u@h/db?unknown=1",
        "postgres://u@h/db#part",
        "postgres://u@h/a/b",
        "postgres://u@[::1/db",
        "postgres://u:%zz@h/db",
        "sqlite:\0",
    ];
    for url in urls {
        let error = config(url).err().unwrap_or_else(|| panic!("`{url}` was taken"));
        assert_eq!(error.code(), Code::ConfigInvalid, "`{url}`: {error}");
        assert!(error.to_string().contains("store"), "`{url}`: {error}");
    }
    // Nobody listens there.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for url in [format!("postgres://u@127.0.0.1:{free}/db?sslmode=disable"), "postgres://u@%2Fnowhere/db".to_owned()] {
        let (code, message) = config(&url).unwrap().unwrap_err();
        assert_eq!(code, Code::StoreUnavailable, "{url}: {message}");
    }
}

#[test]
fn every_damaged_backup_is_refused_with_the_reason_and_left_as_it_is_door_2() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let keys = Keys::new();
        let place = Place::new(kind, &keys);
        let server = TestServer::start(place.directory.clone(), 0, Arc::new(SystemClock), &place.borrowed());
        drop(server.claim());
        let backups = tempfile::tempdir().unwrap();
        let made = place.back_up(backups.path());
        drop(server);
        let mut count = 0;
        let mut names: Vec<_> = made.manifest.files.iter().map(|file| file.name.clone()).collect();
        names.push("manifest.json".to_owned());
        for name in names {
            let harms: [(&str, Harm); 6] = [
                ("empty", edit(Vec::clear)),
                ("cut", cut(500)),
                ("longer", edit(|bytes| bytes.push(b'x'))),
                (
                    "a bit",
                    edit(|bytes| {
                        let middle = bytes.len() / 2;
                        bytes[middle] ^= 1;
                    }),
                ),
                ("the first byte", edit(|bytes| bytes[0] ^= 0x20)),
                ("missing", Box::new(|file| std::fs::remove_file(file).unwrap())),
            ];
            for (what, harm) in harms {
                let (file, kept) = (made.path.join(&name), std::fs::read(made.path.join(&name)).unwrap());
                harm(&file);
                let before = bytes(&made.path);
                let error = verify(&made.path, Some(&keys.read())).expect_err(&format!("{name}: {what}"));
                assert_eq!(error.code(), Code::BackupInvalid, "{name}, {what}: {error}");
                let target = Place::new(Kind::Sqlite, &keys);
                assert!(target.restore(&made.path, &keys).is_err() && !target.data_dir().join("sbm.db").exists());
                assert!(before == bytes(&made.path), "{name}, {what}: something was changed");
                std::fs::write(&file, kept).unwrap();
                count += 1;
            }
        }
        assert!(count >= 18, "{count} cases");
        assert!(verify(&made.path, Some(&keys.read())).unwrap().keys_were_tried);
        // Keys of another database, or none.
        if kind == Kind::Postgres {
            assert_eq!(verify(&made.path, Some(&Keys::new().read())).unwrap_err().code(), Code::InvalidArgument);
            assert!(!verify(&made.path, None).unwrap().keys_were_tried);
        }
        // What is no backup at all.
        for strange in [backups.path().to_owned(), place.data_dir(), backups.path().join("nothing")] {
            assert_eq!(verify(&strange, None).unwrap_err().code(), Code::BackupInvalid, "{}", strange.display());
        }
    }
}
