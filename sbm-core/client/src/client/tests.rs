mod cache;
mod cancelled;
mod code;
mod crash;
mod enrolled;
mod full;
mod locked;
mod policy;
mod quota;
mod rolled_out;
mod runs;
mod server;
mod spooled;
mod told;
mod worker;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use sbm_core::agent::Connection;
use sbm_core::code::Code;
use sbm_core::id::{Guid, Hash};
use sbm_core::name::{Name, Text};
use sbm_core::permission::{Action, Decision, Effect, Resource, Right, RightSet};
use sbm_core::profile::ChangeKind;
use sbm_core::run::{Profile, ProfileKind, RunEnd, RunResult, RunStart, Trigger};
use sbm_core::time::{HOUR, Timestamp};
use sbm_core::wire::v1::admin::Upload;
use sbm_core::wire::v1::session::Secret;
use server::{PASSWORD, Server};

use super::*;
use crate::clock::Clock;

/// The file that holds a cache, whichever kind is built in.
const CACHE: &str = if cfg!(feature = "sqlite") { "cache.db" } else { "cache.ledger" };

struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// A server, a clock and a directory for a client's cache.
struct World {
    server: Server,
    clock: Arc<TestClock>,
    directory: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        Self {
            server: Server::new(),
            clock: Arc::new(TestClock(AtomicI64::new(1_000_000))),
            directory: tempfile::tempdir().unwrap(),
        }
    }

    fn config(&self) -> Config {
        Config::new(self.directory.path())
            .program("MiniBackup 1.0")
            .clock(Arc::clone(&self.clock) as _)
            .machine_identity("a machine")
            .computer("pc")
            .os_user("root")
            .network(Arc::new(self.server.clone()))
    }

    fn open(&self) -> Client {
        Client::open(self.config()).unwrap()
    }

    fn logged_in(&self) -> Client {
        let client = self.open();
        client.login(&Server::connection(), "carol", &Secret::new(PASSWORD)).unwrap();
        client
    }

    fn pass(&self, millis: i64) {
        self.clock.0.fetch_add(millis, Ordering::SeqCst);
    }
}

fn start(trigger: Trigger, guid: Option<u8>) -> RunStart {
    let now = Timestamp::from_millis(1_000);
    RunStart {
        profile: Profile { name: "Finance".into(), guid: guid.map(|byte| Guid::from_bytes([byte; 16])), version: 1, revision: 1 },
        kind: ProfileKind::Backup,
        kind_text: String::new(),
        trigger,
        restore: false,
        thread_start: now,
        profile_start: now,
        group_start: None,
        utc_offset: 0,
        os_user: String::new(),
    }
}

fn end() -> RunEnd {
    RunEnd {
        result: RunResult::Success,
        end: Timestamp::from_millis(2_000),
        files_copied: 1,
        files_deleted: 0,
        files_failed: 0,
        bytes_copied: 10,
        bytes_deleted: 0,
        bytes_failed: 0,
        bytes_stored: None,
        error: String::new(),
    }
}

const CREATE: (Action, Resource) = (Action::Create, Resource::Local);

fn may(client: &Client, (action, resource): (Action, Resource)) -> bool {
    client.may(action, resource).effect == Effect::Allow
}

#[test]
fn a_client_is_for_any_thread() {
    fn check<T: Send + Sync>() {}
    check::<Client>();
    check::<crate::Run>();
    check::<crate::PendingChange>();
    check::<Error>();
}

#[test]
fn a_host_that_was_never_enrolled_is_unmanaged_unless_the_administrator_demands_it_dec_6() {
    let world = World::new();
    let client = world.open();
    assert_eq!(client.state().standing(), Connection::Unmanaged);
    assert_eq!(client.may(Action::Create, Resource::Local), Decision::UNMANAGED);
    assert_eq!(client.begin_run(start(Trigger::Manual, None)).unwrap().finish(end()).unwrap(), 0);
    assert_eq!(client.sync().unwrap_err().code(), Code::NotLoggedIn);
    assert_eq!(client.sync_if_due().unwrap(), None);
    drop(client);
    let client = Client::open(world.config().managed_required(true)).unwrap();
    assert_eq!(client.state().standing(), Connection::Floor(Code::CacheMissing));
    assert_eq!(client.may(Action::Create, Resource::Local).effect, Effect::Deny);
    client.login(&Server::connection(), "carol", &Secret::new(PASSWORD)).unwrap();
    assert!(may(&client, CREATE));
}

#[test]
fn a_login_brings_rights_that_last_without_the_server_off_1() {
    let world = World::new();
    world.server.facts().rights = RightSet::default().with(Right::Create);
    let client = world.logged_in();
    assert_eq!((client.state().standing(), client.state().user()), (Connection::Online, Some("carol")));
    assert!(may(&client, CREATE) && !may(&client, (Action::Delete, Resource::Local)));
    world.server.facts().down = Some(Code::Unreachable);
    drop(client);
    let client = world.open();
    let summary = client.sync().unwrap();
    assert_eq!((summary.online, summary.why), (false, Some(Code::Unreachable)));
    assert_eq!(client.state().standing(), Connection::Offline(Code::Unreachable));
    assert!(may(&client, CREATE) && !may(&client, (Action::Delete, Resource::Local)));
    assert_eq!(client.explain(Action::Delete, Resource::Local).code, "denied_right");
}

#[test]
fn a_refused_login_changes_nothing() {
    let world = World::new();
    let client = world.open();
    let error = client.login(&Server::connection(), "carol", &Secret::new("wrong")).unwrap_err();
    assert_eq!(error.code(), Code::WrongCredentials);
    assert_eq!(client.state().standing(), Connection::Unmanaged);
    let other = format!("sbm://localhost#ca-sha256={}", Hash::of(b"another ca")).parse().unwrap();
    assert_eq!(client.login(&other, "carol", &Secret::new(PASSWORD)).unwrap_err().code(), Code::UntrustedServer);
    let unpinned = "sbm://localhost".parse().unwrap();
    assert_eq!(client.login(&unpinned, "carol", &Secret::new(PASSWORD)).unwrap_err().code(), Code::UntrustedServer);
    assert_eq!(client.state().standing(), Connection::Unmanaged);
}

#[test]
fn a_refusal_narrows_to_the_floor_across_restarts_and_outages_off_2() {
    let world = World::new();
    let client = world.logged_in();
    world.server.facts().refuses = Some(Code::UserDisabled);
    assert_eq!(client.sync().unwrap().why, Some(Code::UserDisabled));
    assert!(!may(&client, CREATE));
    drop(client);
    world.server.facts().down = Some(Code::Unreachable);
    let client = world.open();
    client.sync().unwrap();
    assert_eq!(client.state().standing(), Connection::Refused(Code::UserDisabled));
    assert!(!may(&client, CREATE));
    assert!(may(&client, (Action::Restore, Resource::Local)), "by the last verified rights");
    (world.server.facts().down, world.server.facts().refuses) = (None, None);
    client.sync().unwrap();
    assert!(may(&client, CREATE));
}

#[test]
fn what_says_nothing_about_this_client_narrows_nothing_net_1() {
    let world = World::new();
    let client = world.logged_in();
    for code in [Code::AddressRefused, Code::UntrustedServer, Code::TimedOut, Code::TooLarge] {
        world.server.facts().down = Some(code);
        assert_eq!(client.sync().unwrap().why, Some(code));
        assert!(may(&client, CREATE), "{code}");
    }
    world.server.facts().down = None;
    for code in [Code::Busy, Code::Throttled, Code::AddressRefused] {
        world.server.facts().refuses = Some(code);
        assert_eq!(client.sync().unwrap().why, Some(code));
        assert!(may(&client, CREATE), "{code}");
    }
}

#[test]
fn a_forged_head_is_the_floor_off_3() {
    let world = World::new();
    let client = world.logged_in();
    world.server.facts().forged = true;
    world.server.facts().set_rights(RightSet::ALL_ACCESS);
    assert_eq!(client.sync().unwrap().why, Some(Code::HeadWrongKey));
    assert!(!may(&client, CREATE));
}

#[test]
fn managed_profiles_come_by_the_queue_and_failures_reach_the_server_pro_8() {
    let world = World::new();
    let client = world.logged_in();
    world.server.facts().assign(1, b"first");
    world.server.facts().assign(2, b"second");
    assert_eq!(client.sync().unwrap().changes_waiting, 2);
    let change = client.next_change().unwrap().unwrap();
    assert_eq!((change.kind(), change.name(), change.body()), (ChangeKind::Install, "Finance", Some(&b"first"[..])));
    assert!(!format!("{change:?}").contains("[102, 105"), "a content is not shown");
    drop(change);
    client.next_change().unwrap().unwrap().done().unwrap();
    client.next_change().unwrap().unwrap().failed("no room").unwrap();
    assert!(client.next_change().unwrap().is_none());
    let profiles = client.profiles().unwrap();
    assert_eq!(
        profiles.iter().map(|profile| (profile.guid, profile.revision)).collect::<Vec<_>>(),
        [(Guid::from_bytes([1; 16]), 1)]
    );
    assert_eq!(client.profile_body(&Guid::from_bytes([1; 16])).unwrap(), b"first");
    assert_eq!(client.profile_body(&Guid::from_bytes([2; 16])).unwrap_err().code(), Code::NotFound);
    assert_eq!(client.sync().unwrap().changes_waiting, 1, "what failed is tried again");
    let outcomes = world.server.facts().outcomes.clone();
    assert_eq!(outcomes.iter().map(|outcome| outcome.failure.as_deref()).collect::<Vec<_>>(), [None, Some("no room")]);
}

#[test]
fn a_check_is_made_at_the_start_and_every_hour_pro_8() {
    let world = World::new();
    drop(world.logged_in());
    let client = world.open();
    assert!(client.sync_if_due().unwrap().is_some());
    assert_eq!(client.sync_if_due().unwrap(), None);
    world.pass(54 * HOUR / 60 - 1);
    assert_eq!(client.sync_if_due().unwrap(), None);
    world.pass(6 * HOUR / 60 + 1);
    assert!(client.sync_if_due().unwrap().is_some());
}

#[test]
fn logging_out_hands_the_token_back_and_widens_nothing() {
    let world = World::new();
    let client = world.logged_in();
    assert_eq!(world.server.facts().tokens.len(), 1);
    client.logout().unwrap();
    assert!(world.server.facts().tokens.is_empty());
    assert!(!may(&client, CREATE));
    assert_eq!(client.sync().unwrap_err().code(), Code::NotLoggedIn);
    drop(client);
    let client = world.open();
    assert_eq!(client.state().standing(), Connection::Refused(Code::NotLoggedIn));
    client.login(&Server::connection(), "carol", &Secret::new(PASSWORD)).unwrap();
    assert!(may(&client, CREATE));
    world.server.facts().down = Some(Code::Unreachable);
    client.logout().unwrap();
    assert!(!may(&client, CREATE));
}

#[test]
fn an_administrators_upload_leaves_no_session_behind_run_7() {
    let world = World::new();
    let client = world.logged_in();
    let upload = Upload {
        guid: Guid::from_bytes([5; 16]),
        name: Name::new("Finance").unwrap(),
        description: Text::new("nightly").unwrap(),
        version: 1,
        body: b"content".to_vec(),
        schedule: None,
        based_on: 0,
        account: None,
    };
    let asked = world.server.facts().requests.len();
    let bare = Upload { description: Text::default(), ..upload.clone() };
    assert_eq!(client.upload_profile("admin", &Secret::new(PASSWORD), &bare).unwrap_err().code(), Code::InvalidName);
    let large = Upload { body: vec![0; sbm_core::wire::MAX_BODY + 1], ..upload.clone() };
    assert_eq!(client.upload_profile("admin", &Secret::new(PASSWORD), &large).unwrap_err().code(), Code::TooLarge);
    assert_eq!(world.server.facts().requests.len(), asked, "no password was sent for these");
    assert_eq!(client.upload_profile("admin", &Secret::new("wrong"), &upload).unwrap_err().code(), Code::WrongCredentials);
    assert_eq!(client.upload_profile("admin", &Secret::new(PASSWORD), &upload).unwrap(), 1);
    assert_eq!(world.server.facts().uploads, [upload]);
    assert_eq!(world.server.facts().tokens.len(), 1, "the device's alone");
    assert!(may(&client, CREATE), "the device's own session goes on");
}

#[test]
fn a_server_is_tested_part_by_part_run_5() {
    let world = World::new();
    let client = world.open();
    let wrong = Secret::new("wrong");
    let failed = |outcome: &Outcome| match outcome {
        Outcome::Failed { code, .. } => Some(*code),
        Outcome::Ok | Outcome::NotTried => None,
    };
    let test = client.test_server(&Server::connection(), None);
    assert!(test.is_ok() && test.locked == Outcome::NotTried && !client.is_locked(), "{test:?}");
    let test = client.test_server(&Server::connection(), Some(("carol", &Secret::new(PASSWORD))));
    assert!(test.is_ok() && test.locked == Outcome::Ok, "{test:?}");
    assert_eq!((test.clock_skew_ms, test.server_version.as_deref()), (Some(5_000 - 1_000_000), Some("0.1.0")));
    assert!(world.server.facts().tokens.is_empty(), "the session was ended");
    let test = client.test_server(&Server::connection(), Some(("carol", &wrong)));
    assert_eq!((test.versions.clone(), failed(&test.credentials)), (Outcome::Ok, Some(Code::WrongCredentials)));
    assert!(!test.is_ok());
    for (code, part) in
        [(Code::Unreachable, 0), (Code::TimedOut, 0), (Code::UntrustedServer, 1), (Code::TlsFailed, 1), (Code::AddressRefused, 2)]
    {
        world.server.facts().down = Some(code);
        let test = client.test_server(&Server::connection(), Some(("carol", &wrong)));
        let parts = [&test.reachable, &test.certificate, &test.address_allowed, &test.versions, &test.credentials];
        let found: Vec<_> = parts.iter().enumerate().filter_map(|(at, outcome)| failed(outcome).map(|code| (at, code))).collect();
        assert_eq!(found, [(part, code)]);
        assert_eq!((part > 0).then_some(&Outcome::Ok), (part > 0).then_some(&test.reachable));
        assert_eq!(test.credentials, Outcome::NotTried);
    }
    world.server.facts().down = Some(Code::Cancelled);
    let test = client.test_server(&Server::connection(), None);
    assert_eq!((failed(&test.reachable), &test.certificate), (Some(Code::Cancelled), &Outcome::NotTried));
    assert_eq!(client.state().standing(), Connection::Unmanaged, "rights begin with the first login");
}

#[test]
fn without_a_fingerprint_nothing_is_tried_and_nothing_is_said_to_be_reachable_run_5() {
    let world = World::new();
    let test = world.open().test_server(&"sbm://localhost:1".parse().unwrap(), Some(("carol", &Secret::new(PASSWORD))));
    assert!(matches!(&test.certificate, Outcome::Failed { code: Code::UntrustedServer, .. }), "{test:?}");
    for part in [&test.reachable, &test.address_allowed, &test.versions, &test.credentials, &test.locked] {
        assert_eq!(*part, Outcome::NotTried);
    }
    assert!(world.server.facts().requests.is_empty() && !test.is_ok());
}
