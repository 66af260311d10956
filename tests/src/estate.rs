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

/// Accounts with all that they are, one that is gone; what is stored below them, codes for devices and second factors.
fn tenants(store: &dyn Store) {
    let above = |id: u32| if id <= 4 { AccountId::ROOT } else { AccountId(id / 2) };
    let accounts = (2..40).map(|id| {
        let kind = match id {
            2..=4 => Kind::Organisation(Level::EndCustomer),
            5..=9 => Kind::Virtual,
            _ => Kind::Backup,
        };
        let setting = Setting { mode: Mode::Forced, value: Some(ODD[4].replace(|c: char| c.is_control(), "") + "x") };
        let deletion = (id % 11 == 0).then(|| at(u64::from(id)));
        Change::Account(Account {
            life: Life { standing: Standing::Disabled, deletion },
            quota: Quota { hard: (id % 2 == 0).then_some(1 << 50), soft: (id % 3 == 0).then_some(1 << 40) },
            policy: Policy::new([(format!("setting-{id}"), setting)].into()).unwrap(),
            comment: text(id),
            second_factor: id % 7 == 0,
            silo: if kind == Kind::Backup {
                Silo {
                    own: (id % 5 == 0).then_some(UserId(id)),
                    lease: Lease { fence: u64::from(id % 4), holder: (id % 4 == 3).then_some(DeviceId(id)) },
                }
            } else {
                Silo::default()
            },
            about: Some(Box::new(About { service_type: text(id + 1), branding: branding(id), ..About::default() })),
            agent: (id % 3 == 0).then_some(UserId(id)),
            ..Account::new(AccountId(id), Some(above(id)), name(&format!("unit {id}")), kind)
        })
    });
    let images = (10..39).filter_map(|id| {
        let (account, hash, bytes) = (AccountId(id), branding(id)?.logo?.hash, logo(id));
        Some(Change::Image { account, hash, bytes })
    });
    commit(store, 950, accounts.chain(images).collect());
    for id in 10..39_u32 {
        let kept = communications::Kept {
            account: AccountId(id),
            kind: CommunicationKind::ALL[id as usize % CommunicationKind::ALL.len()],
            at: at(u64::from(id)),
            planned: id % 2 == 0,
            with: text(id),
            text: text(id + 1),
            author: name("olga"),
            made: at(4),
        };
        assert!(store.put_communication(kept, entry(u64::from(id), "communication.create")).wait().unwrap().is_some());
    }
    let order = |id: u8| Order {
        id: OrderId::from_bytes([id; 16]),
        account: AccountId(39),
        name: format!("root>unit {id} {}", ODD[usize::from(id)]),
        deleted: at(u64::from(id)),
    };
    let orders = (0..5).map(|id| Change::Erase(order(id)));
    commit(store, 951, [Change::DropAccount(AccountId(39))].into_iter().chain(orders).collect());
    assert_eq!(store.order_failed(order(1).id, at(7), at(8), ODD[2].to_owned()).wait(), Ok(true));
    assert_eq!(store.order_done(order(2).id, at(9), entry(2, "account.erased")).wait(), Ok(true));
    for id in 2..30 {
        assert!(store.report_stored(DeviceId(id), u64::from(id), u64::from(id) << 30).wait().unwrap());
        let wish = store.reserve(DeviceId(id), run_id(u64::from(id) + (1 << 40)), u64::from(id), at(7));
        assert_eq!(wish.wait(), Ok(Reserved::Granted));
    }
    let kept = |id: u32| Kept {
        nonce: [id as u8; 24],
        sealed: vec![id as u8; 40],
        step: u64::from(id),
        since: at(3),
        recovery: vec![Hash::of(&id.to_be_bytes())],
    };
    let role = |id: u32| {
        Change::Role(CustomRole {
            id: RoleId(id),
            account: above(id + 3),
            name: name(&format!("Role {id} ß")),
            description: text(id),
            tasks: Ceiling::from_bits(u64::from(id) & 0b10_1010_1010),
            stamp: 0,
        })
    };
    let grant = |id: u32| {
        let role = if id.is_multiple_of(3) {
            GrantedRole::Custom(RoleId(id % 4 + 1))
        } else {
            GrantedRole::BuiltIn(Role::ALL[id as usize % 6])
        };
        Change::Grant(Grant { id: GrantId(id), user: UserId(id + 1), account: AccountId(id % 30 + 1), role, stamp: 0 })
    };
    commit(store, 953, (1..6).map(role).chain((1..40).map(grant)).collect());
    commit(store, 954, vec![Change::DropGrant { id: GrantId(39), user: UserId(40) }, Change::DropRole(RoleId(5))]);
    let channel = |id: u32, channel: Channel| Change::Channel {
        user: UserId(id),
        channel,
        kept: KeptAddress { nonce: [id as u8; 24], sealed: vec![id as u8; 30], since: at(4) },
    };
    commit(store, 960, (7..12).map(|id| channel(id, if id % 2 == 0 { Channel::Email } else { Channel::Sms })).collect());
    commit(store, 952, (2..9).map(|id| Change::Factor { user: UserId(id), kept: kept(id) }).collect());
    for id in 2..9_u32 {
        let kind = if id % 2 == 0 { EnrolmentKind::Code } else { EnrolmentKind::Passphrase };
        let terms = Terms { most: 9, uses: 0, expires: at(1 << 30), approval: id % 2 == 0, revoked: false };
        let (hash, comment, made_by) = (Hash::of(&[b"code".as_slice(), &id.to_be_bytes()].concat()), text(id), name("olga"));
        let (account, user, made) = (AccountId(id), UserId(id), at(5));
        let new = NewEnrolment { account, user, kind, hash, terms, comment, made_by, made };
        assert!(store.put_enrolment(new, entry(u64::from(id), "enrolment.create")).wait().unwrap().is_some());
        let asks = Asks {
            hash,
            installation: installation(id + 1_000),
            computer: ODD[id as usize % ODD.len()].to_owned(),
            program: "estate 1".to_owned(),
            address: "10.0.0.5".to_owned(),
            at: at(6),
        };
        drop(store.ask_enrolment(asks).wait().unwrap());
    }
}

/// How the hosts of some accounts look.
fn branding(id: u32) -> Option<Branding> {
    let bytes = logo(id);
    let logo = Some(Image { hash: Hash::of(&bytes), format: ImageFormat::Png, size: bytes.len() as u64 });
    id.is_multiple_of(2).then(|| Branding { logo, ..Branding::new(name(&format!("brand {id}"))) })
}

fn logo(id: u32) -> Arc<[u8]> {
    (0..300 + id).map(|at| at.wrapping_mul(id) as u8).collect()
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
            assert!(store.insert_token(token, Phc::new(PHC.to_owned())).wait().unwrap());
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

fn history(store: &dyn Store, runs: u64) {
    for first in (1..=runs).step_by(BATCH as usize) {
        let device = 2 + (first / BATCH % u64::from(USERS)) as u32;
        let source = RunSource { account: AccountId::ROOT, device: DeviceId(device), installation: installation(device) };
        let records: Vec<_> = (first..(first + BATCH).min(runs + 1)).map(|number| record(number, source.installation)).collect();
        store.ingest(source, records, at(first)).wait().unwrap();
    }
    let source = RunSource { account: AccountId::ROOT, device: DeviceId(2), installation: installation(2) };
    for (number, odd) in (0..).zip(ODD) {
        let raw = serde_json::to_string(&serde_json::json!({ "computer": odd, "nul": "\0", "sequence": number })).unwrap();
        store.set_aside(source, raw, format!("odd: {odd}"), at(number)).wait().unwrap();
        // Not even JSON, as a host may send it.
        store.set_aside(source, format!("{{{odd}"), "no record".to_owned(), at(number)).wait().unwrap();
    }
    // Two installations made a run of one id: in which order they came is content, too.
    for device in [9, 8] {
        let source = RunSource { account: AccountId::ROOT, device: DeviceId(device), installation: installation(device) };
        store.ingest(source, vec![record(7_000_000_000, source.installation)], at(3)).wait().unwrap();
    }
    let first = 2 + (1 / BATCH % u64::from(USERS)) as u32;
    for number in (1..=runs.min(BATCH)).step_by(20) {
        let found = store.get(seen_by_admin(store), run_id(number), Some(installation(first))).wait().unwrap();
        let deleted = store.delete(found[0].place(), entry(number, "run.delete"));
        assert!(deleted.wait().unwrap());
    }
    // One more came and was past retention.
    let source = RunSource { account: AccountId::ROOT, device: DeviceId(10), installation: installation(10) };
    let past = record(5, source.installation);
    store.ingest(source, vec![past.clone()], at(4)).wait().unwrap();
    let past = Past {
        account: source.account,
        installation: past.installation,
        id: past.id,
        sequence: past.sequence,
        newer: None,
        below: true,
    };
    assert_eq!(
        store.prune(vec![past], Timestamp::from_millis(BEGAN + 86_400_000 * 400), Some(entry(8, "run.prune"))).wait(),
        Ok(1)
    );
    store.append_audit((0..200).map(|number| entry(number, "estate.look")).collect()).wait().unwrap();
}

/// A record such as backup programs send: ids by time, some variety, a few odd texts.
#[must_use]
pub fn record(number: u64, installation: InstallationId) -> RunRecord {
    let start = BEGAN + number as i64 * 1_000;
    let odd = |every: u64, usual: &str| {
        let odd = ODD[(number / every) as usize % ODD.len()];
        if number.is_multiple_of(every) { odd.to_owned() } else { usual.to_owned() }
    };
    RunRecord {
        id: run_id(number),
        sequence: number,
        installation,
        computer: format!("pc-{}", number % 50),
        user: format!("user {}", number % 40),
        start: RunStart {
            profile: Profile {
                name: odd(97, &format!("profile {}", number % 30)),
                guid: (!number.is_multiple_of(3)).then(|| guid(number as u32 % 30)),
                version: 3,
                revision: 7,
            },
            kind: ProfileKind::ALL[number as usize % ProfileKind::ALL.len()],
            kind_text: odd(89, ""),
            trigger: Trigger::ALL[number as usize % Trigger::ALL.len()],
            restore: number.is_multiple_of(13),
            thread_start: Timestamp::from_millis(start - 20),
            profile_start: Timestamp::from_millis(start),
            group_start: number.is_multiple_of(5).then(|| Timestamp::from_millis(start - 90)),
            utc_offset: (number % 27) as i32 * 30 - 390,
            os_user: "SYSTEM".to_owned(),
        },
        finish: RunEnd {
            result: RunResult::ALL[number as usize % RunResult::ALL.len()],
            end: Timestamp::from_millis(start + 90_000),
            files_copied: 1_200 + number % 77,
            files_deleted: 3,
            files_failed: number % 2,
            bytes_copied: 987_654_321,
            bytes_deleted: 1_000,
            bytes_failed: 0,
            bytes_stored: (!number.is_multiple_of(4)).then_some(i64::MAX as u64 - number),
            error: odd(83, ""),
        },
        gap: number.is_multiple_of(9_001).then(|| Gap { count: 2, failed: 1, first: number - 1, last: number }),
    }
}

fn run_id(number: u64) -> RunId {
    let mut random = [0; 10];
    random[2..].copy_from_slice(&number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    RunId::v7(Timestamp::from_millis(BEGAN + number as i64 * 1_000), random)
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
