//! Everything that a server holds after some years, made fast: for what moves or keeps all of it.
//!
//! It goes in by the store's own operations, so that every row is one that a server writes: the audit log's chain holds,
//! numbers go on where they were. The same count gives the same content.

#![expect(clippy::indexing_slicing, reason = "each index is taken within the length of what it is for")]

use std::path::Path;
use std::sync::Arc;

use sbm_client::core::allowlist::AllowKind;
use sbm_client::core::id::{
    AccountId, AllowId, DeviceId, GroupId, Guid, Hash, InstallationId, ProfileId, RunId, SecurityProfileId, UserId,
};
use sbm_client::core::run::{Gap, Profile, ProfileKind, RunEnd, RunRecord, RunResult, RunStart, Trigger};
use sbm_client::core::time::Timestamp;
use sbm_client::core::wire::v1::admin::CommunicationKind;
use sbm_client::core::wire::v1::device::Outcome;
use sbm_client::core::wire::v1::session::Audience;
use sbm_core::account::branding::{Branding, Image, ImageFormat};
use sbm_core::account::life::Standing;
use sbm_core::account::policy::{Mode, Setting};
use sbm_core::account::tree::Kind;
use sbm_core::account::{About, Lease, Level, Life, Policy, Quota, Silo};
use sbm_core::audit::Entry;
use sbm_core::cache::Mark;
use sbm_core::directory::command::Phc;
use sbm_core::directory::rows::{
    Account, Allow, CustomRole, Device, Grant, GrantedRole, Group, ManagedProfile, SecurityProfile, Tombstone, User,
};
use sbm_core::directory::{Actor, Change, Directory, Limit};
use sbm_core::enrolment::{EnrolmentKind, Terms};
use sbm_core::erase::Order;
use sbm_core::factor::{Channel, Kept, KeptAddress};
use sbm_core::id::{GrantId, OrderId, RoleId};
use sbm_core::name::{Name, Text};
use sbm_core::permission::{Ceiling, Right, RightSet, Role, RoleSet};
use sbm_server::config::{Config, Sources};
use sbm_server::store::communications;
use sbm_server::store::enrolments::{Asks, NewEnrolment};
use sbm_server::store::quotas::Reserved;
use sbm_server::store::retention::Past;
use sbm_server::store::{ApiToken, Commit, Committed, RunSource, Store, Token, Within};
use zeroize::Zeroizing;

mod history;
mod tenants;

pub use history::record;
use history::{history, run_id};
use tenants::tenants;

const USERS: u32 = 150;
const GROUPS: u32 = 20;
const PROFILES: u32 = 30;
const REVISIONS: u64 = 3;
const BATCH: u64 = 1_000;
const BEGAN: i64 = 1_700_000_000_000;
const PHC: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZSBzYWx0IQ$ZG9lcyBub3QgbWF0dGVyIGhlcmU";

/// Texts that a careless hand damages.
pub const ODD: &[&str] = &[
    "",
    "plain",
    "quotes \" and ' and \\ and / and \\u0041",
    "tab\tline\nreturn\r\u{1}\u{8}\u{c}\u{1f}\u{7f}",
    "\u{80}\u{9f}\u{a0}\u{ad}",
    "Büro 名前 कार्यालय офис",
    "e\u{301} is not é",
    "\u{feff}\u{200b}\u{200e}\u{202e}right to left\u{202c}\u{2028}\u{2029}",
    "👩\u{200d}👩\u{200d}👧\u{fe0f}🏳️\u{200d}🌈",
    "\u{d7ff}\u{e000}\u{fffd}\u{fffe}\u{ffff}",
    "\u{10000}\u{1f4a9}\u{10fffd}\u{10fffe}\u{10ffff}",
    "ſ K Å İ ı ß ẞ Ǆ ǅ ǆ",
];

/// The history that the server's first administrator sees.
///
/// # Panics
///
/// When the store cannot be read.
#[must_use]
pub fn seen_by_admin(store: &dyn Store) -> Within {
    let facts = Directory::new(store.load().wait().unwrap());
    Within::of(facts.seen_by(&Actor::user(UserId(1), String::new())))
}

/// Puts all of it into a fresh store, with that many runs.
///
/// # Panics
///
/// When the store refuses something.
pub fn fill(store: &dyn Store, runs: u64) {
    directory(store);
    sessions(store);
    profiles(store);
    tenants(store);
    history(store, runs);
}

fn commit(store: &dyn Store, number: u64, mut changes: Vec<Change>) -> u64 {
    changes.push(Change::Mark(Mark::from_bits(number.wrapping_mul(0x9e37_79b9_7f4a_7c15))));
    let based_on = store.revision().wait().unwrap();
    let audit = vec![entry(number, "estate.change"), entry(number, "estate.change.again")];
    match store.commit(Commit { based_on, changes, audit, revoke: Vec::new() }).wait().unwrap() {
        Committed::At(revision) => revision,
        Committed::Stale(revision) => unreachable!("stale at {revision}"),
    }
}

fn directory(store: &dyn Store) {
    let groups = (1..=GROUPS).map(|id| {
        let (name, description) = (name(&format!("Group {id} {}", if id % 2 == 0 { "Büro" } else { "名前" })), text(id));
        Change::Group(Group { id: GroupId(id), account: AccountId::ROOT, name, description, stamp: 0 })
    });
    let security = (2..7).map(|id| {
        let rights = RightSet::NONE.with(Right::Restore).with(Right::RunManually);
        let (id, name, description) = (SecurityProfileId(id), name(&format!("Rights {id}")), text(id));
        Change::SecurityProfile(SecurityProfile {
            id,
            account: AccountId::ROOT,
            name,
            description,
            rights,
            built_in: false,
            stamp: 0,
        })
    });
    commit(store, 1, groups.chain(security).collect());
    for chunk in (2..USERS + 2).collect::<Vec<_>>().chunks(50) {
        let users = chunk.iter().flat_map(|id| [Change::User(user(*id)), password(*id)]);
        let devices = chunk.iter().map(|id| Change::Device(device(*id)));
        commit(store, u64::from(chunk[0]), users.chain(devices).collect());
    }
    let allowed = (2..12).map(|id| {
        let (kind, pattern) = match id % 2 {
            0 => (AllowKind::Address, format!("10.{id}.0.0/16")),
            _ => (AllowKind::Name, format!(".site-{id}.example")),
        };
        Change::Allow(Allow { id: AllowId(id), account: AccountId::ROOT, kind, pattern, comment: text(id), stamp: 0 })
    });
    commit(store, 900, allowed.collect());
    // Some are gone, and their numbers are not given again.
    commit(store, 901, vec![Change::DropUser(UserId(USERS + 1)), Change::DropDevice(DeviceId(USERS + 1))]);
}

fn user(id: u32) -> User {
    User {
        id: UserId(id),
        account: AccountId::ROOT,
        name: name(&format!("user {id}")),
        description: text(id),
        disabled: id.is_multiple_of(17),
        built_in: false,
        roles: RoleSet::NONE,
        security_profile: (!id.is_multiple_of(5)).then_some(SecurityProfileId(id % 5 + 1)),
        groups: vec![GroupId(id % 7 + 1), GroupId(id % 7 + 8)],
        stamp: 0,
    }
}

fn password(id: u32) -> Change {
    Change::Password { user: UserId(id), phc: Zeroizing::new(PHC.to_owned()) }
}

fn device(id: u32) -> Device {
    Device {
        id: DeviceId(id),
        account: AccountId::ROOT,
        user: UserId(id),
        installation: installation(id),
        computer: format!("pc-{id}"),
        program: "minibackup 1".to_owned(),
        enrolled: at(u64::from(id)),
        stamp: 0,
    }
}

fn sessions(store: &dyn Store) {
    for id in 2..USERS {
        let limit = || Limit {
            most: Ceiling::from_bits(u64::from(id) & 0b10_1010_1010),
            below: id.is_multiple_of(2).then_some(AccountId::ROOT),
        };
        let api = id.is_multiple_of(15).then(|| ApiToken { name: name(&format!("{id} Ǆ ß")), limit: limit() });
        let audience = if api.is_some() { Audience::Api } else { Audience::Console };
        let token = Token {
            id: u64::from(id) << 20,
            audience: if id.is_multiple_of(3) { audience } else { Audience::Device },
            account: AccountId::ROOT,
            user: UserId(id),
            device: (!id.is_multiple_of(3)).then_some(DeviceId(id)),
            hash: Hash::of(&id.to_be_bytes()),
            created: at(1),
            last_used: at(2),
            expires: id.is_multiple_of(3).then_some(at(1 << 30)),
            revoked: false,
            api,
        };
        if id % 17 != 0 {
            assert!(store.insert_token(token, Phc::new(PHC.to_owned()).into()).wait().unwrap());
        }
        store.logged_in(UserId(id), at(u64::from(id)), format!("10.0.0.{}", id % 250)).wait().unwrap();
    }
    store.seen((2..USERS).map(|id| (DeviceId(id), at(u64::from(id) + 7))).collect()).wait().unwrap();
}

fn profiles(store: &dyn Store) {
    for revision in 1..=REVISIONS {
        let puts = (1..=PROFILES).flat_map(|id| {
            let content: Arc<[u8]> = (0..2_000 + id * 37).map(|at| (at.wrapping_mul(id + 7) >> revision) as u8).collect();
            let schedule: Arc<[u8]> = format!("daily at {id}:{revision}").into_bytes().into();
            let profile = ManagedProfile {
                id: ProfileId(id),
                account: AccountId::ROOT,
                guid: guid(id),
                name: name(&format!("Profile {id}")),
                description: text(id),
                version: i64::from(id) - 3,
                revision,
                body: Hash::of(&content),
                size: content.len() as u64,
                schedule: id.is_multiple_of(2).then(|| Hash::of(&schedule)),
                import_schedule: id % 2 == 0,
                delete: id % 11 == 0,
                groups: vec![GroupId(id % 7 + 1)],
                uploaded_by: name("admin"),
                uploaded_at: at(revision),
                stamp: 0,
            };
            [body(content), body(schedule), Change::Profile(profile)]
        });
        commit(store, 1_000 + revision, puts.collect());
    }
    let source = RunSource { account: AccountId::ROOT, device: DeviceId(2), installation: installation(2) };
    for id in 2..40 {
        let source = RunSource { device: DeviceId(id), installation: installation(id), ..source };
        store.hold(source, (1..=5).map(|profile| (guid(profile), 2)).collect(), at(5)).wait().unwrap();
        let failure = id.is_multiple_of(4).then(|| ODD[id as usize % ODD.len()].to_owned());
        let said = Outcome { guid: guid(1), revision: 2, failure };
        store.put_outcomes(source, vec![said], vec![guid(1)], at(6)).wait().unwrap();
    }
    let dropped = (1..=4).map(|id| Change::DropProfile {
        id: ProfileId(id),
        tombstone: Tombstone {
            account: AccountId::ROOT,
            guid: guid(id),
            name: name(&format!("Profile {id}")),
            revision: REVISIONS,
            deleted_by: name("admin"),
            deleted_at: at(9),
            stamp: 0,
        },
    });
    commit(store, 1_100, dropped.collect());
}

fn entry(number: u64, act: &str) -> Entry {
    let odd = ODD[number as usize % ODD.len()].to_owned();
    Entry {
        at: at(number),
        account: AccountId::ROOT,
        actor: "admin".to_owned(),
        address: "127.0.0.1".to_owned(),
        act: act.to_owned(),
        object: odd.clone(),
        outcome: "ok".to_owned(),
        detail: odd,
        about: Vec::new(),
    }
}

fn body(bytes: Arc<[u8]>) -> Change {
    Change::Body { account: AccountId::ROOT, hash: Hash::of(&bytes), bytes }
}

fn installation(id: u32) -> InstallationId {
    let mut bytes = [0x80; 16];
    bytes[..4].copy_from_slice(&id.wrapping_mul(0x9e37_79b9).to_be_bytes());
    InstallationId::from_bytes(bytes)
}

fn guid(id: u32) -> Guid {
    Guid::from_bytes([id as u8 ^ 0xa5; 16])
}

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_millis(BEGAN + seconds as i64 * 1_000)
}

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

fn text(id: u32) -> Text {
    Text::new(&format!("what number {id} is for,\nin two lines: ü 名 \"\\")).unwrap()
}

/// The configuration of a server in that data directory, with its database at the first of these places that is a
/// PostgreSQL, or else in the data directory.
///
/// # Panics
///
/// When there is no such configuration.
#[must_use]
pub fn config(data_dir: &Path, key_file: &Path, places: [&str; 2]) -> Config {
    let mut flags = vec![
        ("data_dir".to_owned(), data_dir.display().to_string()),
        ("listen".to_owned(), "127.0.0.1:0".to_owned()),
        ("key_file".to_owned(), key_file.display().to_string()),
    ];
    if let Some(postgres) = places.iter().find(|place| place.starts_with("postgres:")) {
        flags.push(("store".to_owned(), (*postgres).to_owned()));
    }
    Config::load(&Sources { file: None, environment: vec![], flags }).unwrap()
}
