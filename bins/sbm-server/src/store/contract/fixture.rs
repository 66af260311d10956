//! Rows and records to put into a store.

use std::sync::Arc;

use sbm_core::audit::Entry;
use sbm_core::directory::Change;
use sbm_core::directory::command::Phc;
use sbm_core::directory::rows::{Device, Group, ManagedProfile, SecurityProfile, User};
use sbm_core::id::{AccountId, DeviceId, GroupId, Guid, Hash, InstallationId, ProfileId, RunId, SecurityProfileId, UserId};
use sbm_core::name::{Name, Text};
use sbm_core::permission::{Right, RightSet, RoleSet};
use sbm_core::run::{Profile, ProfileKind, RunEnd, RunRecord, RunResult, RunStart, Trigger};
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::session::Audience;

use crate::store::{Commit, Committed, RunPlace, RunSource, Store, Token};

pub(super) const ROOT: AccountId = AccountId::ROOT;
pub(super) const ADMIN: UserId = UserId(1);
/// The device that most records come from.
pub(super) const SOURCE: RunSource =
    RunSource { account: ROOT, device: DeviceId(1), installation: InstallationId::from_bytes([1; 16]) };

/// Where a run lies, as if somebody had found it.
pub(super) const fn place(account: AccountId, id: RunId, installation: InstallationId) -> RunPlace {
    RunPlace::new(account, id, installation)
}

pub(super) fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

pub(super) fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

pub(super) fn guid(byte: u8) -> Guid {
    Guid::from_bytes([byte; 16])
}

pub(super) fn user(id: u32, text: &str) -> User {
    User {
        id: UserId(id),
        account: ROOT,
        name: name(text),
        description: Text::new("a user").unwrap(),
        disabled: false,
        built_in: false,
        roles: RoleSet::NONE,
        security_profile: Some(SecurityProfileId(1)),
        groups: Vec::new(),
        stamp: 0,
    }
}

pub(super) fn group(id: u32, text: &str) -> Group {
    Group { id: GroupId(id), account: ROOT, name: name(text), description: Text::new("a group").unwrap(), stamp: 0 }
}

pub(super) fn security_profile(id: u32, text: &str) -> SecurityProfile {
    let rights = RightSet::NONE.with(Right::Restore).with(Right::RunManually);
    let (id, description) = (SecurityProfileId(id), Text::default());
    SecurityProfile { id, account: ROOT, name: name(text), description, rights, built_in: false, stamp: 0 }
}

pub(super) fn body(bytes: &[u8]) -> Change {
    Change::Body { account: ROOT, hash: Hash::of(bytes), bytes: Arc::from(bytes) }
}

pub(super) fn profile(id: u32, revision: u64, content: &[u8]) -> ManagedProfile {
    ManagedProfile {
        id: ProfileId(id),
        account: ROOT,
        guid: guid(id as u8),
        name: name(&format!("profile {id}")),
        description: Text::new("what it is for").unwrap(),
        version: -3,
        revision,
        body: Hash::of(content),
        size: content.len() as u64,
        schedule: None,
        import_schedule: false,
        delete: false,
        groups: Vec::new(),
        uploaded_by: name("admin"),
        uploaded_at: at(1_000),
        stamp: 0,
    }
}

pub(super) fn device(id: u32) -> Device {
    Device {
        id: DeviceId(id),
        account: ROOT,
        user: ADMIN,
        installation: InstallationId::from_bytes([id as u8; 16]),
        computer: format!("pc-{id}"),
        program: "minibackup 1".to_owned(),
        enrolled: at(5),
        stamp: 0,
    }
}

pub(super) fn entry(act: &str) -> Entry {
    Entry {
        at: at(77),
        account: ROOT,
        actor: "admin".to_owned(),
        address: "127.0.0.1".to_owned(),
        act: act.to_owned(),
        object: "it".to_owned(),
        outcome: "ok".to_owned(),
        detail: String::new(),
        about: Vec::new(),
    }
}

pub(super) fn token(id: u64) -> Token {
    Token {
        id,
        audience: Audience::Console,
        account: ROOT,
        user: ADMIN,
        device: None,
        hash: Hash::of(&id.to_be_bytes()),
        created: at(10),
        last_used: at(10),
        expires: None,
        revoked: false,
        api: None,
    }
}

/// The password for which tokens are given out here.
pub(super) fn proved() -> Phc {
    Phc::new("proved".to_owned())
}

/// Keeps tokens, each for its user's password.
pub(super) fn keep_tokens(store: &dyn Store, tokens: &[Token]) {
    for token in tokens {
        if store.password(token.user).wait().unwrap() != Some(proved()) {
            put(store, vec![Change::Password { user: token.user, phc: proved() }]);
        }
        assert_eq!(store.insert_token(token.clone(), proved().into()).wait(), Ok(true));
    }
}

pub(super) fn run_id(number: u64) -> RunId {
    let mut random = [0; 10];
    random[2..].copy_from_slice(&number.to_be_bytes());
    RunId::v7(at(number as i64), random)
}

/// A record in which every field has a value of its own.
/// The record as that device sends it.
pub(super) fn sent_by(source: RunSource, record: &RunRecord) -> RunRecord {
    RunRecord { installation: source.installation, ..record.clone() }
}

pub(super) fn record(sequence: u64) -> RunRecord {
    let start = sequence as i64 * 1_000;
    RunRecord {
        id: run_id(sequence),
        sequence,
        installation: InstallationId::from_bytes([1; 16]),
        computer: "pc-1".to_owned(),
        user: "anna".to_owned(),
        start: RunStart {
            profile: Profile { name: "documents".to_owned(), guid: Some(guid(9)), version: -7, revision: 3 },
            kind: ProfileKind::Mirror,
            kind_text: "kind".to_owned(),
            trigger: Trigger::Schedule,
            restore: false,
            thread_start: at(start - 2),
            profile_start: at(start),
            group_start: Some(at(start - 1)),
            utc_offset: -90,
            os_user: "os".to_owned(),
        },
        finish: RunEnd {
            result: RunResult::Warning,
            end: at(start + 500),
            files_copied: 1,
            files_deleted: 2,
            files_failed: 3,
            bytes_copied: 4,
            bytes_deleted: 5,
            bytes_failed: 6,
            bytes_stored: Some(i64::MAX as u64),
            error: "ein Fehler, c'est ça".to_owned(),
        },
        gap: None,
    }
}

/// A commit on top of what there is.
pub(super) fn put(store: &dyn Store, changes: Vec<Change>) -> u64 {
    let based_on = store.revision().wait().unwrap();
    match store.commit(Commit { based_on, changes, ..Commit::default() }).wait().unwrap() {
        Committed::At(revision) => revision,
        Committed::Stale(revision) => panic!("stale at {revision}"),
    }
}
