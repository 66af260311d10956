//! A managed profile's record is deleted: who still has it, until nobody has (PRO-7).
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

use std::sync::Arc;

use sbm_client::Client;
use sbm_client::core::code::Code;
use sbm_client::core::directory::{Actor, Command, Refusal};
use sbm_client::core::id::{Guid, UserId};
use sbm_client::core::profile::ChangeKind;
use sbm_client::core::run::Trigger;
use sbm_client::core::wire::v1::admin::{HistoryQuery, Holder, HolderState, ProfilePatch, RollBack, Tombstone};
use sbm_server::service::Service;
use sbm_tests::fixture::{client_of, end, guid, name, office, start, take_over, upload};
use sbm_tests::server::TestServer;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// A server with an office in it, and what is asked of it from within.
struct World {
    server: TestServer,
    admin: sbm_client::admin::Admin,
    runtime: Runtime,
}

impl World {
    fn new() -> Self {
        let (server, admin) = TestServer::claimed();
        office(&admin);
        Self { server, admin, runtime: Runtime::new().unwrap() }
    }

    fn act(&self, command: Command) -> Result<(), Refusal> {
        let actor = Actor::user(UserId(1), "127.0.0.1".to_owned());
        self.runtime.block_on(self.server.service().act(actor, command, Vec::new())).map(drop)
    }

    fn roll_back(&self, revision: u64, based_on: u64) -> Result<(), Refusal> {
        let actor = Actor::user(UserId(1), "127.0.0.1".to_owned());
        self.runtime.block_on(self.server.service().roll_back(actor, guid(), RollBack { revision, based_on })).map(drop)
    }

    fn holders(&self, guid: Guid) -> Result<Vec<Holder>, Refusal> {
        let service: Arc<Service> = self.server.service();
        self.runtime.block_on(service.holders(service.facts().seen_by(&Actor::system()), guid))
    }

    /// States and revisions of all holders.
    fn states(&self) -> Vec<(HolderState, u64)> {
        self.holders(guid()).unwrap().iter().map(|holder| (holder.state, holder.revision)).collect()
    }

    fn tombstones(&self) -> Vec<Tombstone> {
        let service: Arc<Service> = self.server.service();
        self.runtime.block_on(service.tombstones(service.facts().seen_by(&Actor::system()))).unwrap()
    }

    /// A computer of carol's that took the managed profile over and said so.
    fn computer(&self) -> (TempDir, Client) {
        let home = tempfile::tempdir().unwrap();
        let client = client_of(&self.server, home.path());
        client.sync().unwrap();
        (home, client)
    }
}

#[test]
fn a_deleted_profile_leaves_a_tombstone_until_every_device_that_fetched_it_has_removed_it_pro_7() {
    let world = World::new();
    assert_eq!(world.states(), []);
    let ((_first_home, first), (_second_home, second)) = (world.computer(), world.computer());
    assert_eq!(world.states(), [(HolderState::Fetched, 1); 2]);
    for client in [&first, &second] {
        assert_eq!(take_over(client), 1);
        client.sync().unwrap();
    }
    assert_eq!(world.states(), [(HolderState::Installed, 1); 2]);
    assert_eq!(world.tombstones(), []);

    world.act(Command::DeleteProfile { guid: guid() }).unwrap();
    let [tombstone] = &world.tombstones()[..] else { panic!("one tombstone") };
    assert_eq!((tombstone.guid, &tombstone.name, tombstone.revision), (guid(), &name("Finance documents"), 1));
    assert_eq!((tombstone.deleted_by.as_str(), tombstone.holders, tombstone.gone, tombstone.left.len()), ("admin", 2, 0, 2));
    assert!(tombstone.left.iter().all(|left| left.last_seen.is_some() && left.user == name("carol")));

    // The first one removes it; the second one cannot.
    first.sync().unwrap();
    assert_eq!(take_over(&first), 1);
    first.sync().unwrap();
    second.sync().unwrap();
    second.next_change().unwrap().unwrap().failed("it is running").unwrap();
    second.sync().unwrap();
    let [tombstone] = &world.tombstones()[..] else { panic!("one tombstone") };
    assert_eq!((tombstone.holders, tombstone.gone), (2, 1));
    let [left] = &tombstone.left[..] else { panic!("one device is left") };
    assert_eq!((left.state, left.failure.as_deref()), (HolderState::Failed, Some("it is running")));

    // A removed device has nothing to answer for: the tombstone is settled, and the way to the profile is closed.
    world.act(Command::RemoveDevice { installation: left.installation, account: None }).unwrap();
    assert_eq!(world.tombstones(), []);
    assert_eq!(world.states(), [(HolderState::Removed, 1)]);
}

#[test]
fn what_is_uploaded_again_goes_on_counting_and_is_installed_again_pro_7() {
    let world = World::new();
    let (_home, client) = world.computer();
    take_over(&client);
    client.sync().unwrap();
    world.act(Command::DeleteProfile { guid: guid() }).unwrap();
    client.sync().unwrap();
    assert_eq!(take_over(&client), 1);
    client.sync().unwrap();
    assert_eq!((world.tombstones(), world.states()), (vec![], vec![(HolderState::Removed, 1)]));

    // The very same content: its record is new, its revision is not.
    assert_eq!(world.admin.upload_profile(&upload(b"revision one", 0)).unwrap().revision, 2);
    world.admin.assign_profile(&guid(), &[name("Finance")]).unwrap();
    client.sync().unwrap();
    assert_eq!(take_over(&client), 1);
    assert_eq!(client.profile_body(&guid()).unwrap(), b"revision one");
    client.sync().unwrap();
    assert_eq!(world.states(), [(HolderState::Installed, 2)]);
}

#[test]
fn what_left_the_list_and_came_back_is_held_again_pro_7() {
    let world = World::new();
    let (_home, client) = world.computer();
    for round in 1..=3 {
        take_over(&client);
        client.sync().unwrap();
        assert_eq!(world.states(), [(HolderState::Installed, 1)], "round {round}");
        let patch = ProfilePatch { remove_groups: vec![name("Finance")], ..ProfilePatch::default() };
        world.act(Command::ModifyProfile { guid: guid(), patch }).unwrap();
        client.sync().unwrap();
        take_over(&client);
        client.sync().unwrap();
        assert_eq!(world.states(), [(HolderState::Removed, 1)], "round {round}");
        world.admin.assign_profile(&guid(), &[name("Finance")]).unwrap();
        client.sync().unwrap();
    }
}

#[test]
fn a_copy_that_its_host_removed_is_gone_for_the_server_and_comes_with_the_next_revision_pro_7() {
    let world = World::new();
    let (home, client) = world.computer();
    assert_eq!(client.profile_removed(&guid()).unwrap_err().code(), Code::NotFound, "it was not taken over yet");
    take_over(&client);
    client.sync().unwrap();
    assert_eq!(world.states(), [(HolderState::Installed, 1)]);
    // Said offline as online: it waits on disk, also for another process.
    client.profile_removed(&guid()).unwrap();
    client.profile_removed(&guid()).unwrap();
    drop(client);
    let client = Client::open(sbm_tests::fixture::config(home.path())).unwrap();
    assert_eq!((client.profiles().unwrap(), world.states()), (vec![], vec![(HolderState::Installed, 1)]));
    assert_eq!(client.profile_body(&guid()).unwrap_err().code(), Code::NotFound);
    for _ in 0..2 {
        client.sync().unwrap();
        assert_eq!((take_over(&client), world.states()), (0, vec![(HolderState::Removed, 1)]), "it is not put back");
    }
    world.admin.upload_profile(&upload(b"revision two", 1)).unwrap();
    client.sync().unwrap();
    let change = client.next_change().unwrap().unwrap();
    assert_eq!((change.kind(), change.revision()), (ChangeKind::Install, 2));
    change.done().unwrap();
    client.sync().unwrap();
    assert_eq!(world.states(), [(HolderState::Installed, 2)]);
    // Removed here and withdrawn there: the removal is answered, and the record's tombstone is settled.
    client.profile_removed(&guid()).unwrap();
    client.sync().unwrap();
    world.act(Command::DeleteProfile { guid: guid() }).unwrap();
    assert_eq!(world.tombstones(), []);
    client.sync().unwrap();
    assert_eq!(take_over(&client), 1);
    client.sync().unwrap();
    assert_eq!(world.states(), [(HolderState::Removed, 2)]);
}

#[test]
fn rolling_back_is_a_new_revision_with_the_old_content_pro_4() {
    let world = World::new();
    let (_home, client) = world.computer();
    world.admin.upload_profile(&upload(b"revision two", 1)).unwrap();
    let refused = world.roll_back(1, 1).unwrap_err();
    assert_eq!(refused.code, Code::Stale);
    assert!(refused.message.contains("at revision 2"), "{}", refused.message);
    assert_eq!(world.roll_back(7, 2).unwrap_err().code, Code::NotFound);
    world.roll_back(1, 2).unwrap();
    client.sync().unwrap();
    take_over(&client);
    assert_eq!(client.profile_body(&guid()).unwrap(), b"revision one");
    let newest = world.server.service().facts().seen_by(&Actor::system()).profile(&guid()).unwrap().revision;
    assert_eq!(newest, 3);
}

#[test]
fn who_holds_what_never_was_is_not_found() {
    let world = World::new();
    assert_eq!(world.holders(Guid::from_bytes([1; 16])).unwrap_err().code, Code::NotFound);
}

#[test]
fn history_keeps_its_names_when_user_profile_group_and_device_are_gone_his_4() {
    let world = World::new();
    let (_home, client) = world.computer();
    take_over(&client);
    client.begin_run(start(Trigger::Manual)).unwrap().finish(end()).unwrap();
    client.sync().unwrap();
    let before = world.admin.history(&HistoryQuery::default()).unwrap().items;
    assert_eq!(before.len(), 1);
    world.act(Command::DeleteProfile { guid: guid() }).unwrap();
    world.admin.delete_user(&name("carol")).unwrap();
    world.act(Command::DeleteGroup { name: "Finance".to_owned(), detach: true }).unwrap();
    let after = world.admin.history(&HistoryQuery::default()).unwrap().items;
    assert_eq!(after, before);
    let record = &after[0].record;
    assert_eq!((record.user.as_str(), record.start.profile.name.as_str()), ("carol", "Finance documents"));
    assert_eq!((record.computer.as_str(), record.start.profile.guid), ("pc-17", Some(guid())));
    // It is found by them, too.
    let query = HistoryQuery { user: Some("carol".to_owned()), profile: Some(guid()), ..HistoryQuery::default() };
    assert_eq!(world.admin.history(&query).unwrap().items, before);
}
