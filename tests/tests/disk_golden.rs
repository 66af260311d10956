//! What lies on disks out there: the schemas of the cache and the database, and a cache and a token that version 0.1 wrote.
//!
//! `SBM_GOLDEN=write` rewrites the schemas. The cache and the token in `golden/disk-0.1` are never rewritten: a later version
//! has to read them as they are.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

use rusqlite::{Connection as Database, OpenFlags};
use sbm_client::core::code::Code;
use sbm_client::core::permission::{Action, Effect, Resource};
use sbm_client::core::run::Trigger;
use sbm_client::core::wire::v1::session::Audience;
use sbm_client::{Client, Connection};
use sbm_server::auth::token::TokenKey;
use sbm_tests::fixture::{config, end, guid, office, start, take_over};
use sbm_tests::golden::Golden;
use sbm_tests::server::TestServer;
use zeroize::Zeroizing;

/// Every table, index and trigger, as the database itself spells it.
fn schema(path: &Path) -> String {
    let database = Database::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut statement = database.prepare("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type, name").unwrap();
    let texts: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    texts.join(";\n") + ";\n"
}

fn stored() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/disk-0.1")
}

const KEY: [u8; 32] = [7; 32];
const MACHINE: &str = "the machine of the golden cache";

#[test]
fn the_schemas_of_cache_and_database_are_frozen() {
    let (server, _admin) = TestServer::claimed();
    let home = tempfile::tempdir().unwrap();
    drop(Client::open(config(home.path())).unwrap());
    let mut golden = Golden::default();
    golden.file("cache-schema.sql", schema(&home.path().join("cache.db")));
    golden.file("server-schema.sql", schema(&server.data_dir().join("sbm.db")));
    golden.compare("disk").unwrap();
}

#[test]
fn a_cache_that_version_0_1_wrote_opens_and_decides_as_then() {
    let home = tempfile::tempdir().unwrap();
    for name in ["cache.db", "managed"] {
        std::fs::copy(stored().join(name), home.path().join(name)).unwrap();
    }
    let client = Client::open(config(home.path()).machine_identity(MACHINE)).unwrap();
    assert_eq!(client.state().standing(), Connection::Offline(Code::Ok));
    assert_eq!(client.state().user(), Some("carol"));
    let effect = |action, resource| client.may(action, resource).effect;
    assert_eq!(effect(Action::RunManually, Resource::Managed(guid())), Effect::Allow);
    assert_eq!(effect(Action::Restore, Resource::Local), Effect::Allow);
    assert_eq!(client.may(Action::Create, Resource::Local).code, Code::DeniedRight);
    let profiles = client.profiles().unwrap();
    assert_eq!(profiles.iter().map(|profile| (profile.guid, profile.revision)).collect::<Vec<_>>(), [(guid(), 1)]);
    assert_eq!(client.profile_body(&guid()).unwrap(), b"revision one");
    // Two runs were waiting; the next one goes on counting.
    assert_eq!(client.begin_run(start(Trigger::Schedule)).unwrap().finish(end()).unwrap(), 3);
}

#[test]
fn a_token_that_version_0_1_gave_out_is_read() {
    let token = std::fs::read_to_string(stored().join("token.txt")).unwrap();
    let parsed = TokenKey::new(Zeroizing::new(KEY)).parse(token.trim()).unwrap();
    assert_eq!((parsed.id, parsed.audience), (42, Audience::Device));
    assert_eq!(TokenKey::new(Zeroizing::new([8; 32])).parse(token.trim()), Err(Code::TokenRefused));
}

/// How `golden/disk-0.1` was made; it makes the next version's, in another folder.
#[test]
fn a_cache_of_this_version_can_be_kept_for_the_next_one() {
    let kept = tempfile::tempdir().unwrap();
    let target = std::env::var_os("SBM_KEEP_DISK").map_or_else(|| kept.path().to_owned(), PathBuf::from);
    let (server, admin) = TestServer::claimed();
    office(&admin);
    let home = tempfile::tempdir().unwrap();
    let client = Client::open(config(home.path()).machine_identity(MACHINE)).unwrap();
    let password = sbm_client::core::wire::v1::session::Secret::new(sbm_tests::fixture::PASSWORD);
    client.login(server.connection(), "carol", &password).unwrap();
    assert_eq!(take_over(&client), 1);
    drop(server);
    assert!(!client.sync().unwrap().online);
    for _ in 0..2 {
        client.begin_run(start(Trigger::Manual)).unwrap().finish(end()).unwrap();
    }
    drop(client);
    // Closed, the database is one file.
    let database = Database::open(home.path().join("cache.db")).unwrap();
    database.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    drop(database);
    std::fs::create_dir_all(&target).unwrap();
    for name in ["cache.db", "managed"] {
        assert!(std::fs::copy(home.path().join(name), target.join(name)).unwrap() > 0);
    }
    let token = TokenKey::new(Zeroizing::new(KEY)).issue(Audience::Device, 42).unwrap();
    std::fs::write(target.join("token.txt"), format!("{}\n", token.text.reveal())).unwrap();
    let again = Client::open(config(home.path()).machine_identity("another machine")).unwrap();
    assert_eq!(again.state().standing(), Connection::Floor(Code::CacheOtherMachine));
}
