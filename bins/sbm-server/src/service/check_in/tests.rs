//! What a check-in costs, counted at the store, and what holds are kept for.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use sbm_core::cache::Number;
use sbm_core::directory::Command;
use sbm_core::directory::command::{Upload, UserPatch};
use sbm_core::id::{AccountId, InstallationId, UserId};
use sbm_core::name::{Name, Text};
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::admin::{ProfilePatch, ServerPatch};
use sbm_core::wire::v1::session::{Audience, Claim, DeviceLogin, Secret};
use tempfile::TempDir;

use super::*;
use crate::clock::ManualClock;
use crate::config::{Config, Sources};
use crate::data_dir::DataDir;
use crate::http::{Authenticator as _, Known};
use crate::pki::Pki;
use crate::store::{Acknowledgements as _, Sqlite};

const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const PASSWORD: &str = "marble kettle 7 orbit";

/// A server without doors, and its store to look at.
struct World {
    directory: TempDir,
    service: Arc<Service>,
    store: Arc<Sqlite>,
}

impl World {
    fn open(directory: TempDir) -> Self {
        let data = directory.path().join("data");
        let flags = vec![("data_dir".to_owned(), data.display().to_string())];
        let config = Config::load(&Sources { file: None, environment: vec![], flags }).unwrap();
        let data_dir = Arc::new(DataDir::open(&data).unwrap());
        let store = Arc::new(Sqlite::open(data_dir.path()).unwrap());
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1_800_000_000_000)));
        let pki = Pki::open_with(
            &data_dir,
            &*data_dir,
            config.host_names(),
            config.tls.clone(),
            Timestamp::from_millis(1_800_000_000_000),
        );
        let resolver = Arc::new(crate::names::SystemResolver);
        let service =
            Service::start(config, Arc::clone(&data_dir), data_dir, Arc::clone(&store) as _, &pki.unwrap(), clock, resolver)
                .unwrap();
        Self { directory, service, store }
    }

    async fn claimed() -> Self {
        let world = Self::open(tempfile::tempdir().unwrap());
        let code = std::fs::read_to_string(world.directory.path().join("data/setup-code")).unwrap();
        let claim = Claim { code: Secret::new(code.trim()), password: Secret::new(PASSWORD) };
        world.service.claim(claim, ADDRESS).await.unwrap();
        world
    }

    /// A device of `admin`'s and its token.
    async fn device(&self) -> (DeviceId, Secret) {
        let installation = InstallationId::from_bytes([7; 16]);
        let login = DeviceLogin {
            user: "admin".to_owned(),
            password: Secret::new(PASSWORD),
            installation,
            computer: "pc".to_owned(),
            program: "tests".to_owned(),
            take_over: false,
        };
        let session = self.service.log_in_device(login, ADDRESS).await.unwrap();
        let facts = self.service.facts();
        let device = facts.devices().find(|device| device.installation == installation).unwrap().id;
        (device, session.token)
    }

    /// What the store was asked so far, in both lanes.
    fn calls(&self) -> (u64, u64) {
        (self.store.read_counters().jobs, self.store.write_counters().jobs)
    }

    async fn act(&self, command: Command) {
        self.service.act(Actor::user(UserId(1), String::new()), command, Vec::new()).await.unwrap();
    }
}

fn asked(number: Number, list: Option<Hash>) -> CheckIn {
    CheckIn { number, mark: None, list, acknowledged: 0, proof: None, outcomes: Vec::new() }
}

/// What the device holds after an answer.
fn held(answer: &CheckInAnswer) -> CheckIn {
    let head = Head::parse(answer.head.as_ref().unwrap().bytes.as_slice()).unwrap();
    CheckIn { mark: head.mark, ..asked(head.number(), Some(head.list)) }
}

#[tokio::test]
async fn an_unchanged_check_in_asks_the_store_nothing_not_even_after_a_restart_off_5() {
    let world = World::claimed().await;
    let (device, token) = world.device().await;
    let first = world.service.check_in(device, asked(Number::default(), None)).await.unwrap();
    let unchanged = held(&first);
    let costs_nothing = async |world: &World| {
        let before = world.calls();
        for _ in 0..100 {
            let known = world.service.authenticate(token.reveal(), Audience::Device, world.service.now()).unwrap();
            let Known::Caller(caller) = known else { panic!("the token is in memory") };
            let answer = world.service.check_in(caller.device.unwrap(), unchanged.clone()).await.unwrap();
            assert_eq!(answer, CheckInAnswer::default());
        }
        assert_eq!(world.calls(), before);
    };
    costs_nothing(&world).await;
    let World { directory, service, store } = world;
    service.close().await;
    drop((service, store));
    let world = World::open(directory);
    costs_nothing(&world).await;
}

#[tokio::test]
async fn a_changed_longest_time_offline_reaches_the_head_off_3() {
    let world = World::claimed().await;
    let (device, _) = world.device().await;
    let mut known = held(&world.service.check_in(device, asked(Number::default(), None)).await.unwrap());
    for wanted in [Some(86_400), Some(7_200), None] {
        world.act(Command::ModifyServer(ServerPatch { max_offline: Some(wanted), ..ServerPatch::default() })).await;
        let answer = world.service.check_in(device, known.clone()).await.unwrap();
        assert_eq!(Head::parse(answer.head.as_ref().unwrap().bytes.as_slice()).unwrap().max_offline, wanted);
        known = held(&answer);
        assert_eq!(world.service.check_in(device, known.clone()).await.unwrap(), CheckInAnswer::default());
    }
}

#[tokio::test]
async fn a_body_is_given_when_the_hold_is_on_disk_and_costs_one_write_pro_7() {
    let world = World::claimed().await;
    let (device, _) = world.device().await;
    let guid = Guid::from_bytes([9; 16]);
    let body: Arc<[u8]> = Arc::from(&b"body"[..]);
    let upload = Upload {
        guid,
        name: Name::new("profile").unwrap(),
        description: Text::new("test").unwrap(),
        version: 1,
        body: Arc::clone(&body),
        schedule: Some(Arc::from(&b"schedule"[..])),
        based_on: 0,
        account: None,
    };
    world.act(Command::Upload(upload)).await;
    let patch = ProfilePatch { new_groups: vec![Name::new("all").unwrap()], ..ProfilePatch::default() };
    world.act(Command::ModifyProfile { guid, patch }).await;
    let patch = UserPatch { add_groups: vec![Name::new("all").unwrap()], ..UserPatch::default() };
    world.act(Command::ModifyUser { name: "admin".to_owned(), patch, phc: None }).await;
    let hash = Hash::of(&body);
    assert_eq!(world.service.body(device, hash).await.unwrap().as_ref(), b"body");
    let held = world.store.holdings(AccountId::ROOT, guid).await.unwrap();
    assert_eq!(held.iter().map(|held| (held.device, held.revision)).collect::<Vec<_>>(), [(device, 1)]);
    let (_, before) = world.calls();
    assert_eq!(world.service.body(device, hash).await.unwrap().as_ref(), b"body");
    assert!(world.service.body(device, Hash::of(b"schedule")).await.is_err(), "the schedule is not imported");
    assert_eq!(world.calls().1, before, "what is known to be held is not written again");
    // Who says that he removed it, and fetches it again, holds it again.
    let outcome = Outcome { guid, revision: 0, failure: None };
    let answer = world.service.check_in(device, CheckIn { outcomes: vec![outcome], ..asked(Number::default(), None) }).await;
    assert!(answer.is_ok());
    world.service.body(device, hash).await.unwrap();
    let held = world.store.holdings(AccountId::ROOT, guid).await.unwrap();
    assert_eq!(held.len(), 1);
    assert_eq!(held[0].said, None);
}

#[tokio::test]
async fn who_may_not_have_a_profile_is_no_holder_of_it_for_saying_so_pro_7() {
    let world = World::claimed().await;
    let (device, _) = world.device().await;
    let guid = Guid::from_bytes([9; 16]);
    let upload = Upload {
        guid,
        name: Name::new("profile").unwrap(),
        description: Text::new("test").unwrap(),
        version: 1,
        body: Arc::from(&b"body"[..]),
        schedule: None,
        based_on: 0,
        account: None,
    };
    world.act(Command::Upload(upload)).await;
    let says = async |outcomes: Vec<Outcome>| {
        let asked = CheckIn { outcomes, ..asked(Number::default(), None) };
        world.service.check_in(device, asked).await.unwrap();
        world.store.holdings(AccountId::ROOT, guid).await.unwrap().len()
    };
    let took = Outcome { guid, revision: 1, failure: None };
    assert_eq!(says(vec![took.clone()]).await, 0, "no list of his names it");
    let patch = ProfilePatch { new_groups: vec![Name::new("all").unwrap()], ..ProfilePatch::default() };
    world.act(Command::ModifyProfile { guid, patch }).await;
    let patch = UserPatch { add_groups: vec![Name::new("all").unwrap()], ..UserPatch::default() };
    world.act(Command::ModifyUser { name: "admin".to_owned(), patch, phc: None }).await;
    assert_eq!(says(vec![took]).await, 1);
}

#[test]
fn of_a_check_in_the_last_word_on_each_profile_is_taken_and_at_most_a_thousand_pro_7() {
    let said = |profile: u32, revision: u64| {
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&profile.to_be_bytes());
        Outcome { guid: Guid::from_bytes(bytes), revision, failure: None }
    };
    let words = newest_words(vec![said(1, 1), said(2, 1), said(1, 0)]);
    assert_eq!(words, [said(2, 1), said(1, 0)]);
    assert_eq!(newest_words((0..100_000).map(|number| said(7, number)).collect()), [said(7, 99_999)]);
    assert_eq!(newest_words((0..5_000).map(|number| said(number, 1)).collect()).len(), 1_000);
}
