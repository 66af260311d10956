//! A cache that others change: another process, damage, an older copy (OFF-3, OFF-8).

use super::*;

#[test]
fn another_process_is_noticed_at_the_next_call_off_8() {
    let world = World::new();
    let window = world.logged_in();
    let service = world.open();
    world.server.facts().set_rights(RightSet::default());
    window.sync().unwrap();
    assert_eq!(service.state().number(), window.state().number());
    assert!(!may(&service, CREATE));
    window.logout().unwrap();
    assert_eq!(service.begin_run(start(Trigger::Manual, None)).unwrap_err().code(), Code::NotLoggedIn);
}

#[test]
fn a_damaged_cache_still_opens_on_the_floor_and_the_next_contact_ends_it_off_3() {
    for (file, code) in [(CACHE, Code::CacheDamaged), ("managed", Code::CacheDamaged)] {
        let world = World::new();
        drop(world.logged_in());
        std::fs::write(world.directory.path().join(file), [0x55; 5_000]).unwrap();
        let client = world.open();
        assert_eq!(client.state().standing(), Connection::Floor(code), "{file}");
        assert!(!may(&client, CREATE));
        assert_eq!(client.begin_run(start(Trigger::Schedule, Some(1))).unwrap_err().code(), code, "{file}");
        let summary = client.sync().unwrap();
        assert_eq!((summary.online, summary.why), (true, None), "{file}");
        assert!(may(&client, CREATE), "{file}");
        drop(client);
        assert!(may(&world.open(), CREATE), "{file}");
    }
}

#[test]
fn a_content_that_was_changed_on_disk_is_fetched_again() {
    let memory = Arc::new(crate::store::MemoryStore::new().unwrap());
    let world = World::new();
    let client = Client::with_store(world.config(), Arc::clone(&memory) as _).unwrap();
    client.login(&Server::connection(), "carol", &Secret::new(PASSWORD)).unwrap();
    world.server.facts().assign(1, b"first");
    client.sync().unwrap();
    memory.apply(&[sbm_core::agent::Write::KeepBodies(std::collections::BTreeSet::new())]).unwrap();
    assert_eq!(client.next_change().unwrap_err().code(), Code::CacheDamaged);
    client.sync().unwrap();
    assert_eq!(client.next_change().unwrap().unwrap().body(), Some(&b"first"[..]));
}

#[test]
fn an_older_copy_of_the_cache_never_widens_off_3() {
    let world = World::new();
    drop(world.logged_in());
    let older = std::fs::read(world.directory.path().join(CACHE)).unwrap();
    world.server.facts().set_rights(RightSet::default());
    let client = world.open();
    client.sync().unwrap();
    assert!(!may(&client, CREATE));
    drop(client);
    std::fs::write(world.directory.path().join(CACHE), older).unwrap();
    world.server.facts().down = Some(Code::Unreachable);
    let client = world.open();
    assert_eq!(client.state().standing(), Connection::Floor(Code::CacheRolledBack));
    client.sync().unwrap();
    assert!(!may(&client, CREATE));
    world.server.facts().down = None;
    client.sync().unwrap();
    assert_eq!(client.state().standing(), Connection::Online);
    assert!(!may(&client, CREATE));
}
