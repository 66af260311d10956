//! The management connection: open until its first valid test, then read-only (USR-9).

use super::server::Two;
use super::*;

const ADMIN: &str = "admin";

/// Two servers and a client that both can reach.
struct Lockable {
    world: World,
    other: Server,
}

impl Lockable {
    fn new() -> Self {
        Self { world: World::new(), other: Server::other() }
    }

    fn open(&self) -> Client {
        let network = Two(self.world.server.clone(), self.other.clone());
        Client::open(self.world.config().network(Arc::new(network))).unwrap()
    }

    fn logged_in(&self) -> Client {
        let client = self.open();
        client.login(&Server::connection(), "carol", &Secret::new(PASSWORD)).unwrap();
        client
    }

    /// What no refused act may change, and no restart.
    fn is_as_before(&self, client: &Client, what: &str) {
        for client in [client, &self.open()] {
            let state = client.state();
            assert!(state.is_locked(), "{what}");
            assert_eq!(state.connection(), Some(&Server::connection()), "{what}");
            assert_eq!(state.user(), Some("carol"), "{what}");
            assert!(may(client, CREATE), "{what}");
        }
    }
}

fn administrator(user: &str, password: &str) -> Administrator {
    Administrator { user: user.into(), password: Secret::new(password), code: None }
}

fn login(client: &Client, connection: &str, user: &str) -> Result<(), Code> {
    client.login(&connection.parse().unwrap(), user, &Secret::new(PASSWORD)).map_err(|error| error.code())
}

#[test]
fn the_connection_is_open_until_its_first_valid_login_or_test_usr_9() {
    let scene = Lockable::new();
    let client = scene.open();
    let right = Secret::new(PASSWORD);
    assert!(!client.is_locked() && !client.state().is_locked());
    assert!(client.login(&Server::connection(), "carol", &Secret::new("wrong")).is_err());
    let wrong = client.test_server(&Server::connection(), Some(("carol", &Secret::new("wrong"))));
    let without = client.test_server(&Server::connection(), None);
    assert!(!wrong.is_ok() && without.is_ok());
    assert!(!client.is_locked(), "nothing of this was valid");
    let test = client.test_server(&Server::connection(), Some(("carol", &right)));
    assert_eq!(test.locked, Outcome::Ok);
    assert!(client.is_locked() && scene.open().is_locked());
    assert_eq!(client.state().standing(), Connection::Unmanaged, "never enrolled");
    assert_eq!(client.state().lock().map(|lock| lock.user.as_str()), Some("carol"));
    assert_eq!(client.login(&Server::elsewhere(), "carol", &right).unwrap_err().code(), Code::ConnectionLocked);
    client.login(&Server::connection(), "carol", &right).unwrap();
    assert!(may(&client, CREATE));
}

#[test]
fn where_the_machine_demands_a_server_a_valid_test_locks_before_the_first_login_usr_9_dec_6() {
    let scene = Lockable::new();
    let network = Two(scene.world.server.clone(), scene.other.clone());
    let config = scene.world.config().network(Arc::new(network)).managed_required(true);
    let client = Client::open(config).unwrap();
    let test = client.test_server(&Server::connection(), Some(("carol", &Secret::new(PASSWORD))));
    assert_eq!(test.locked, Outcome::Ok);
    assert!(client.is_locked() && scene.open().is_locked());
    assert!(!may(&client, CREATE), "the floor until somebody logs in");
}

#[test]
fn while_it_is_locked_the_same_user_goes_on_and_nothing_else_is_taken_usr_9() {
    let scene = Lockable::new();
    let client = scene.logged_in();
    let pin = format!("ca-sha256={}", Hash::of(b"ca"));
    let asked = scene.world.server.facts().requests.len() + scene.other.facts().requests.len();
    for (connection, user) in [
        (format!("sbm://localhost:8100#{pin}"), "dora"),
        (format!("sbm://localhost:8100#{pin}"), "other>carol"),
        (format!("sbm://elsewhere:8100#ca-sha256={}", Hash::of(b"another ca")), "carol"),
        (format!("sbm://localhost:8101#{pin}"), "carol"),
        (format!("sbm://localhost:8100#ca-sha256={}", Hash::of(b"another ca")), "carol"),
        ("sbm://localhost:8100".to_owned(), "carol"),
    ] {
        assert_eq!(login(&client, &connection, user), Err(Code::ConnectionLocked), "{connection} {user}");
        scene.is_as_before(&client, &connection);
    }
    let asked_now = scene.world.server.facts().requests.len() + scene.other.facts().requests.len();
    assert_eq!(asked_now, asked, "no password was sent for these");
    for (connection, user) in [(format!("sbm://LOCALHOST#{pin}"), "Carol"), (format!("sbm://localhost:8100#{pin}"), " carol ")] {
        assert_eq!(login(&client, &connection, user), Ok(()), "{connection} {user}");
    }
    let error = client.login(&Server::elsewhere(), "carol", &Secret::new(PASSWORD)).unwrap_err();
    assert!(error.message().contains("`carol` at `") && error.message().contains("administrator"), "{error}");
}

#[test]
fn logging_out_keeps_the_lock_and_the_narrowing_usr_9() {
    let scene = Lockable::new();
    let client = scene.logged_in();
    client.logout().unwrap();
    for client in [&client, &scene.open()] {
        assert!(client.is_locked() && !may(client, CREATE));
        assert_eq!(login(client, "sbm://elsewhere:8100", "carol"), Err(Code::ConnectionLocked));
        assert_eq!(login(client, &Server::connection().to_string(), "dora"), Err(Code::ConnectionLocked));
    }
    assert_eq!(login(&client, &Server::connection().to_string(), "carol"), Ok(()));
    assert!(may(&client, CREATE));
}

#[test]
fn an_administrator_of_the_locked_server_changes_it_for_that_one_act_usr_9() {
    let scene = Lockable::new();
    let client = scene.logged_in();
    let right = Secret::new(PASSWORD);
    client.change_connection(&Server::elsewhere(), "dora", &right, &administrator(ADMIN, PASSWORD)).unwrap();
    let unlocks = scene.world.server.facts().unlocks.clone();
    assert_eq!(
        unlocks.iter().map(|unlock| (unlock.user.as_str(), unlock.computer.as_str())).collect::<Vec<_>>(),
        [(ADMIN, "pc")]
    );
    assert!(scene.other.facts().unlocks.is_empty(), "it is the locked server that is asked");
    let state = client.state();
    assert_eq!((state.connection(), state.user()), (Some(&Server::elsewhere()), Some("dora")));
    assert!(scene.world.server.facts().tokens.is_empty(), "the old server has its token back");
    // The act is over: the connection is locked to the new server, and the administrator is nobody there.
    assert_eq!(login(&client, &Server::connection().to_string(), "carol"), Err(Code::ConnectionLocked));
    assert_eq!(scene.other.facts().tokens.len(), 1, "the device's alone");
    drop(client);
    assert_eq!(scene.open().state().user(), Some("dora"));
}

#[test]
fn without_a_proof_from_the_locked_server_nothing_changes_usr_9() {
    let scene = Lockable::new();
    let client = scene.logged_in();
    let right = Secret::new(PASSWORD);
    let change = |admin: &Administrator| {
        client.change_connection(&Server::elsewhere(), "dora", &right, admin).map_err(|error| error.code())
    };
    assert_eq!(change(&administrator(ADMIN, "wrong")), Err(Code::WrongCredentials));
    assert_eq!(change(&administrator("carol", PASSWORD)), Err(Code::DeniedRole));
    for down in [Code::Unreachable, Code::TimedOut, Code::UntrustedServer] {
        scene.world.server.facts().down = Some(down);
        assert_eq!(change(&administrator(ADMIN, PASSWORD)), Err(down), "offline there is no change");
        scene.world.server.facts().down = None;
        scene.is_as_before(&client, "offline");
    }
    scene.world.server.facts().capabilities.retain(|name| *name != "unlock");
    assert_eq!(change(&administrator(ADMIN, PASSWORD)), Err(Code::CapabilityMissing));
    let asked = scene.world.server.facts().requests.clone();
    assert_eq!(asked.last().map(String::as_str), Some("GET /STATUS"), "an old server is sent no password");
    assert!(scene.other.facts().requests.is_empty(), "the new server is not even asked");
    scene.is_as_before(&client, "without a proof");
}

#[test]
fn if_the_new_connection_does_not_prove_right_the_old_one_stays_usr_9() {
    let scene = Lockable::new();
    let client = scene.logged_in();
    let admin = administrator(ADMIN, PASSWORD);
    let change = |password: &str| {
        let password = Secret::new(password);
        client.change_connection(&Server::elsewhere(), "dora", &password, &admin).map_err(|error| error.code())
    };
    assert_eq!(change("wrong"), Err(Code::WrongCredentials));
    scene.is_as_before(&client, "a wrong password");
    scene.other.facts().down = Some(Code::Unreachable);
    assert_eq!(change(PASSWORD), Err(Code::Unreachable));
    scene.other.facts().down = None;
    scene.is_as_before(&client, "not reached");
    scene.other.facts().forged = true;
    assert_eq!(change(PASSWORD), Err(Code::HeadWrongKey));
    scene.other.facts().forged = false;
    scene.is_as_before(&client, "nothing to trust");
    assert!(client.sync().unwrap().online, "the old token still counts");
    assert_eq!(change(PASSWORD), Ok(()));
}

#[test]
fn an_open_connection_asks_for_no_administrator_usr_9() {
    let scene = Lockable::new();
    let client = scene.open();
    let nobody = administrator("", "");
    client.change_connection(&Server::connection(), "carol", &Secret::new(PASSWORD), &nobody).unwrap();
    assert!(client.is_locked() && may(&client, CREATE));
    assert!(scene.world.server.facts().unlocks.is_empty());
}

#[test]
fn a_lost_cache_of_a_tested_connection_is_missed_dec_6_usr_9() {
    let scene = Lockable::new();
    assert!(scene.open().test_server(&Server::connection(), Some(("carol", &Secret::new(PASSWORD)))).is_ok());
    let cache = scene.world.directory.path().join(CACHE);
    std::fs::remove_file(&cache).unwrap();
    let client = scene.open();
    assert_eq!(client.state().standing(), Connection::Floor(Code::CacheMissing));
    assert_eq!(login(&client, "sbm://elsewhere:8100", "carol"), Err(Code::ConnectionLocked));
    assert_eq!(login(&client, &Server::connection().to_string(), "carol"), Ok(()));
}

#[test]
fn a_damaged_cache_is_locked_by_what_lies_beside_it_usr_9_off_3() {
    for file in [CACHE, "managed"] {
        let scene = Lockable::new();
        drop(scene.logged_in());
        std::fs::write(scene.world.directory.path().join(file), [0x55; 5_000]).unwrap();
        let client = scene.open();
        assert!(client.is_locked(), "{file}");
        assert_eq!(login(&client, &Server::elsewhere().to_string(), "carol"), Err(Code::ConnectionLocked), "{file}");
        assert_eq!(login(&client, &Server::connection().to_string(), "dora"), Err(Code::ConnectionLocked), "{file}");
        assert_eq!(login(&client, &Server::connection().to_string(), "carol"), Ok(()), "{file}");
    }
}

#[test]
fn a_damaged_cache_of_a_tested_connection_heals_by_a_login_usr_9_off_3() {
    let scene = Lockable::new();
    let right = Secret::new(PASSWORD);
    assert_eq!(scene.open().test_server(&Server::connection(), Some(("carol", &right))).locked, Outcome::Ok);
    std::fs::write(scene.world.directory.path().join(CACHE), [0x55; 5_000]).unwrap();
    let client = scene.open();
    assert_eq!(client.state().standing(), Connection::Floor(Code::CacheDamaged));
    assert!(client.is_locked());
    assert_eq!(client.sync_if_due().unwrap(), None, "nobody to check in as");
    assert_eq!(client.sync().unwrap_err().code(), Code::NotLoggedIn);
    scene.world.server.facts().down = Some(Code::Unreachable);
    assert_eq!(login(&client, &Server::connection().to_string(), "carol"), Err(Code::Unreachable));
    scene.world.server.facts().down = None;
    assert_eq!(login(&client, &Server::elsewhere().to_string(), "carol"), Err(Code::ConnectionLocked));
    assert_eq!(login(&client, &Server::connection().to_string(), "carol"), Ok(()));
    for client in [&client, &scene.open()] {
        assert!(may(client, CREATE) && client.is_locked());
        assert!(client.next_change().is_ok());
    }
}

#[test]
fn a_damaged_cache_without_the_server_is_the_floor_and_no_error_of_the_sync_off_2_off_3() {
    let scene = Lockable::new();
    drop(scene.logged_in());
    std::fs::write(scene.world.directory.path().join(CACHE), [0x55; 5_000]).unwrap();
    scene.world.server.facts().down = Some(Code::Unreachable);
    let client = scene.open();
    let summary = client.sync().unwrap();
    assert_eq!((summary.online, summary.why), (false, Some(Code::Unreachable)));
    assert_eq!(client.state().standing(), Connection::Floor(Code::CacheDamaged));
    let refused = client.begin_run(start(Trigger::Schedule, Some(1))).unwrap_err();
    assert_eq!(refused.code(), Code::CacheDamaged);
    assert!(refused.message().contains("reach the server once, or log in again"), "{refused}");
    scene.world.server.facts().down = None;
    assert!(client.sync().unwrap().online && may(&client, CREATE));
}

#[test]
fn a_connection_without_a_fingerprint_is_taken_only_where_the_system_s_roots_were_allowed_run_4() {
    let scene = Lockable::new();
    let bare = "sbm://localhost:8100";
    assert_eq!(login(&scene.open(), bare, "carol"), Err(Code::UntrustedServer));
    let network = Two(scene.world.server.clone(), scene.other.clone());
    let client = Client::open(scene.world.config().network(Arc::new(network)).system_roots(true)).unwrap();
    assert_eq!(login(&client, bare, "carol"), Ok(()));
    assert_eq!(client.state().fingerprint(), None);
    drop(client);
    // What was said once holds for this connection, and for no other.
    let client = scene.open();
    assert!(client.sync().unwrap().online);
    assert_eq!(login(&client, "sbm://elsewhere", "carol"), Err(Code::ConnectionLocked));
}

/// The lock lies in the database and in the marker beside it; whoever spoils both has the directory, and could as well
/// replace the whole of it.
#[test]
fn either_file_of_the_cache_alone_keeps_the_lock_usr_9_off_3() {
    let spoil: [(&str, Spoil); 3] = [
        ("removed", |path| std::fs::remove_file(path).unwrap()),
        ("emptied", |path| std::fs::write(path, "").unwrap()),
        ("overwritten", |path| std::fs::write(path, "what is no record at all".repeat(400)).unwrap()),
    ];
    for logged_in in [true, false] {
        for (how, act) in spoil {
            for file in [CACHE, "managed"] {
                let scene = Lockable::new();
                let client = scene.open();
                if logged_in {
                    client.login(&Server::connection(), "carol", &Secret::new(PASSWORD)).unwrap();
                } else {
                    let test = client.test_server(&Server::connection(), Some(("carol", &Secret::new(PASSWORD))));
                    assert_eq!(test.locked, Outcome::Ok);
                }
                drop(client);
                spoiled(&scene, file, act);
                let client = scene.open();
                let what = format!("{file} {how}, logged in {logged_in}");
                assert!(client.is_locked(), "{what}");
                assert_eq!(login(&client, &Server::elsewhere().to_string(), "carol"), Err(Code::ConnectionLocked), "{what}");
                assert_eq!(login(&client, &Server::connection().to_string(), "dora"), Err(Code::ConnectionLocked), "{what}");
                assert_eq!(login(&client, &Server::connection().to_string(), "carol"), Ok(()), "{what}: the way back");
            }
        }
    }
}

#[test]
fn where_both_files_of_the_cache_are_spoiled_the_floor_is_left_but_not_the_lock_usr_9_off_3() {
    for file in [CACHE, "managed"] {
        let scene = Lockable::new();
        drop(scene.logged_in());
        for other in [CACHE, "managed"] {
            spoiled(&scene, other, |path| std::fs::write(path, "no record").unwrap());
        }
        spoiled(&scene, file, |path| std::fs::remove_file(path).unwrap());
        let client = scene.open();
        assert!(!client.is_locked() && !may(&client, CREATE), "{file}");
        assert_eq!(login(&client, &Server::elsewhere().to_string(), "carol"), Ok(()), "{file}");
    }
}

type Spoil = fn(&std::path::Path);

/// Spoils a file of the cache, and with the database what belongs to it.
fn spoiled(scene: &Lockable, file: &str, act: Spoil) {
    let directory = scene.world.directory.path();
    act(&directory.join(file));
    if file == CACHE {
        for beside in ["cache.db-wal", "cache.db-shm"] {
            drop(std::fs::remove_file(directory.join(beside)));
        }
    }
}

#[test]
fn a_take_over_is_for_a_server_that_knows_it_and_changes_no_locked_connection_acc_11_usr_9_door_4() {
    let scene = Lockable::new();
    let client = scene.logged_in();
    let take = |at: &ConnectionString, user: &str| {
        client.take_over(at, user, &Secret::new(PASSWORD), None).map_err(|error| error.code())
    };
    assert_eq!(take(&Server::connection(), "dora"), Err(Code::ConnectionLocked));
    assert_eq!(take(&Server::elsewhere(), "carol"), Err(Code::ConnectionLocked));
    assert_eq!(take(&Server::connection(), "carol"), Ok(()));
    scene.world.server.facts().capabilities.retain(|name| *name != "silos");
    assert_eq!(take(&Server::connection(), "carol"), Err(Code::CapabilityMissing));
    let asked = scene.world.server.facts().requests.clone();
    assert_eq!(asked.last().map(String::as_str), Some("GET /STATUS"), "an old server is sent no password");
    scene.is_as_before(&client, "at an old server");
}
