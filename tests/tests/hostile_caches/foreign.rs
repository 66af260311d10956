//! Caches that are whole, but not this installation's of today.

use sbm_client::core::code::Code;
use sbm_client::core::permission::RightSet;
use sbm_client::core::wire::v1::admin::NewSecurityProfile;
use sbm_client::core::wire::v1::session::Secret;
use sbm_client::{Client, Connection};
use sbm_tests::allowed::{allowed, floor_of};
use sbm_tests::fixture::{PASSWORD, add_user, client_of, config, name, office};
use sbm_tests::server::TestServer;

use crate::{Cache, MACHINE, files, put};

#[test]
fn another_machines_cache_is_told_off_3() {
    let cache = Cache::new();
    let elsewhere = config(cache.home.path()).machine_identity(MACHINE);
    cache.is_floor_for("the whole directory on another machine", Code::CacheOtherMachine, &elsewhere);
    cache.restore();
    std::fs::remove_file(cache.place("managed")).unwrap();
    cache.is_floor_for("the database alone on another machine", Code::CacheOtherMachine, &elsewhere);
    cache.restore();
    std::fs::remove_file(cache.place("cache.db")).unwrap();
    cache.is_floor_for("the marker alone on another machine", Code::CacheOtherMachine, &elsewhere);
}

#[test]
fn an_older_copy_that_was_put_back_is_told_off_3() {
    let cache = Cache::new();
    let (_, database) = cache.wide.iter().find(|(name, _)| name == "cache.db").unwrap();
    std::fs::write(cache.place("cache.db"), database).unwrap();
    cache.is_floor("the database of a wider day", Code::CacheRolledBack);
    // The other way round the database is newer than what the marker remembers, and that heals.
    cache.restore();
    let (_, marker) = cache.wide.iter().find(|(name, _)| name == "managed").unwrap();
    std::fs::write(cache.place("managed"), marker).unwrap();
    let client = Client::open(config(cache.home.path())).unwrap();
    assert_eq!((client.state().standing(), allowed(&client)), (Connection::Offline(Code::Ok), cache.before.clone()));
    drop(client);
    std::fs::write(cache.place("cache.db"), database).unwrap();
    cache.is_floor("the database of a wider day, once the marker was brought up", Code::CacheRolledBack);
}

#[test]
fn a_lost_marker_changes_nothing_and_comes_back() {
    let cache = Cache::new();
    std::fs::remove_file(cache.place("managed")).unwrap();
    let client = Client::open(config(cache.home.path())).unwrap();
    assert_eq!(allowed(&client), cache.before);
    drop(client);
    std::fs::remove_file(cache.place("cache.db")).unwrap();
    cache.is_floor("no database, and the marker that came back", Code::CacheMissing);
}

/// Everything is from the same machine and the same server, signed and sealed; only it is not this installation's.
#[test]
fn the_cache_of_another_installation_on_the_same_machine_is_told_off_3() {
    let (server, admin) = TestServer::claimed();
    office(&admin);
    let all = NewSecurityProfile::new(name("Wide"), RightSet::ALL_ACCESS);
    admin.add_security_profile(&all).unwrap();
    let (carols, daves) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let carol = client_of(&server, carols.path());
    let before = allowed(&carol);
    drop(carol);
    // Dave came later, so that his numbers are higher.
    add_user(&admin, "dave", Some("Wide"), &["Finance"]);
    let dave = Client::open(config(daves.path())).unwrap();
    dave.login(server.connection(), "dave", &Secret::new(PASSWORD)).unwrap();
    assert!(allowed(&dave).contains(&("create", "local")));
    drop(dave);
    let own = files(carols.path());
    std::fs::copy(daves.path().join("cache.db"), carols.path().join("cache.db")).unwrap();
    for turn in ["at first", "and again"] {
        let client = Client::open(config(carols.path())).unwrap();
        assert_eq!(client.state().standing(), Connection::Floor(Code::CacheDamaged), "{turn}");
        assert!(allowed(&client).is_subset(&floor_of(&before)), "{turn}");
    }
    // Carol's marker still knows her token: the server heals, and dave's file is set aside.
    let client = Client::open(config(carols.path())).unwrap();
    assert_eq!(client.sync().unwrap().why, None);
    assert_eq!((client.state().user(), allowed(&client)), (Some("carol"), before.clone()));
    drop(client);
    assert!(files(carols.path()).iter().any(|(name, _)| name.starts_with("cache.db.set-aside-")));
    // The other way round, his marker over hers.
    put(carols.path(), &own);
    std::fs::copy(daves.path().join("managed"), carols.path().join("managed")).unwrap();
    let client = Client::open(config(carols.path())).unwrap();
    assert!(matches!(client.state().standing(), Connection::Floor(_)), "{:?}", client.state());
    assert!(allowed(&client).is_subset(&floor_of(&before)));
}

/// A host that was never enrolled decides for itself, so that nothing must make a managed one look so (DEC-6).
#[test]
fn a_managed_installation_does_not_pass_for_one_that_never_was_dec_6() {
    let cache = Cache::new();
    let fresh = tempfile::tempdir().unwrap();
    drop(Client::open(config(fresh.path())).unwrap());
    std::fs::copy(fresh.path().join("cache.db"), cache.place("cache.db")).unwrap();
    cache.is_floor("the database of an installation that nobody manages", Code::CacheMissing);
    cache.restore();
    let mut record = cache.record();
    record.as_object_mut().unwrap().remove("connection");
    cache.forge(&record);
    cache.is_floor("a record without its server", Code::CacheRolledBack);
    put(cache.home.path(), &[]);
    let required = config(cache.home.path()).managed_required(true);
    cache.is_floor_for("an empty directory where a managed one is required", Code::CacheMissing, &required);
}
