//! One example of every type of wire version 1, or more where its fields are optional.

use std::fmt::Debug;

use sbm_core::allowlist::AllowKind;
use sbm_core::audit::{Entry, GENESIS};
use sbm_core::cache::Number;
use sbm_core::code::Code;
use sbm_core::id::{AccountId, AllowId, Guid, Hash, InstallationId, RunId};
use sbm_core::name::{Name, Text};
use sbm_core::permission::explain::{Names, explain};
use sbm_core::permission::{Action, Decision, Gate, Resource, Right, RightSet, Role, RoleSet};
use sbm_core::run::{Profile as RunProfile, ProfileKind, RunEnd, RunRecord, RunResult, RunStart, Trigger};
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::admin::{
    AllowEntry, AuditEntry, AuditVerdict, Device, DeviceState, Explain, Group, GroupPatch, HistoryQuery, KeyEpoch, NewAllowEntry,
    NewGroup, NewSecurityProfile, NewUser, Page, Profile, ProfilePatch, Run, RunQuery, RunRef, SecurityProfile,
    SecurityProfilePatch, Upload, User, UserPatch,
};

use super::{accounts, company, enrolments, factor, manage, orders, roles};
use sbm_core::wire::v1::device::{CheckIn, CheckInAnswer, Fate, Outcome, Proof, Receipt, Runs, RunsAnswer};
use sbm_core::wire::v1::session::{Audience, Claim, DeviceLogin, DeviceSession, Login, Secret, Session};
use sbm_core::wire::v1::{Capability, ConnectionString, Problem, Status};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::cache::{head, installation, list, root, signed_head, signed_keys, signed_room};

/// Which way a type travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To the server, which refuses an unknown field.
    Request,
    /// To the client, which ignores one.
    Answer,
    /// A text without fields, inside of others.
    Word,
}

/// A value as it travels.
pub struct Example {
    /// The type's name in the source.
    pub type_name: &'static str,
    /// The golden file's name.
    pub file: &'static str,
    /// Which way it travels.
    pub direction: Direction,
    /// The value as JSON, indented for people.
    pub json: String,
    /// Whether a text is read as the same value, or why it cannot be read.
    pub reads_as_itself: Box<Reader>,
}

/// Reads a text and compares.
type Reader = dyn Fn(&str) -> Result<bool, String>;

pub(super) fn example<T>(type_name: &'static str, file: &'static str, direction: Direction, value: T) -> Example
where
    T: Serialize + DeserializeOwned + PartialEq + Debug + 'static,
{
    let json = serde_json::to_string_pretty(&value).unwrap() + "\n";
    let reads_as_itself =
        Box::new(move |text: &str| serde_json::from_str::<T>(text).map(|read| read == value).map_err(|error| error.to_string()));
    Example { type_name, file, direction, json, reads_as_itself }
}

/// All examples.
pub fn examples() -> Vec<Example> {
    [
        connection(),
        session(),
        device(),
        users(),
        groups_and_profiles(),
        history(),
        decisions(),
        manage::examples(),
        accounts::examples(),
        company::examples(),
        enrolments::examples(),
        orders::examples(),
        factor::examples(),
        roles::examples(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn connection() -> Vec<Example> {
    use Direction::{Answer, Word};
    let pinned: ConnectionString = format!("sbm://backup.example#ca-sha256={}", Hash::of(b"ca")).parse().unwrap();
    let status = Status {
        service: "sbm".to_owned(),
        version: "0.1.0".to_owned(),
        wire: vec![1],
        capabilities: Capability::ALL.map(|capability| capability.name().to_owned()).to_vec(),
        claimed: true,
        time: now(),
        serving: None,
    };
    vec![
        example("ConnectionString", "connection_string", Word, pinned),
        example("Status", "status", Answer, status.clone()),
        example("Status", "status_behind", Answer, Status { serving: Some(false), ..status }),
        example("Problem", "problem", Answer, Problem::new(Code::NameTaken, "the group `Finance` exists; choose another name")),
        example("Problem", "problem_retryable", Answer, Problem::from(Code::Busy)),
    ]
}

fn session() -> Vec<Example> {
    use Direction::{Answer, Request, Word};
    let claim = Claim { code: Secret::new("setup code"), password: secret() };
    let login = Login { user: "acme>carol".to_owned(), password: secret() };
    let device_login = DeviceLogin {
        user: "carol".to_owned(),
        password: secret(),
        installation: installation(),
        computer: "PC-1".to_owned(),
        program: "minibackup 1.0".to_owned(),
        take_over: false,
    };
    let session =
        Session { token: Secret::new("token"), user: name("carol"), roles: RoleSet::NONE.with(Role::Superuser), expires: now() };
    let device_session =
        DeviceSession { token: Secret::new("token"), user: name("carol"), root: root().verifying_key(), keys: signed_keys() };
    vec![
        example("Secret", "secret", Word, secret()),
        example("Audience", "audience", Word, Audience::Device),
        example("Claim", "claim", Request, claim),
        example("Login", "login", Request, login),
        example("Session", "session", Answer, session),
        example("DeviceLogin", "device_login", Request, device_login.clone()),
        example("DeviceLogin", "device_login_take_over", Request, DeviceLogin { take_over: true, ..device_login }),
        example("DeviceSession", "device_session", Answer, device_session),
    ]
}

fn device() -> Vec<Example> {
    use Direction::{Answer, Request, Word};
    let failed = Outcome { guid: guid(), revision: 2, failure: Some("the destination is not there".to_owned()) };
    let done = Outcome { failure: None, ..failed.clone() };
    let first = CheckIn { number: Number::ZERO, mark: None, list: None, acknowledged: 0, proof: None, outcomes: vec![] };
    let full = CheckIn {
        number: Number::new(3, 1_048_577),
        mark: head().mark,
        list: Some(Hash::of(&list().to_bytes())),
        acknowledged: 41,
        proof: Some(Proof { head: signed_head(), keys: signed_keys() }),
        outcomes: vec![done, failed.clone()],
    };
    let changed = CheckInAnswer {
        keys: Some(signed_keys()),
        head: Some(signed_head()),
        list: Some(String::from_utf8(list().to_bytes()).unwrap()),
        acknowledged: Some(42),
        room: None,
    };
    let room = CheckInAnswer { room: Some(signed_room()), ..CheckInAnswer::default() };
    let receipt = |fate| Receipt { id: Some(record().id), fate, reason: None };
    let aside = Receipt { id: None, fate: Fate::SetAside, reason: Some("the sequence number is 0".to_owned()) };
    let receipts = vec![receipt(Fate::Accepted), receipt(Fate::Duplicate), receipt(Fate::Deleted), aside.clone()];
    let proof = Proof { head: signed_head(), keys: signed_keys() };
    vec![
        example("Proof", "proof", Request, proof),
        example("CheckIn", "check_in", Request, full),
        example("CheckIn", "check_in_first", Request, first),
        example("Outcome", "outcome", Request, failed),
        example("CheckInAnswer", "check_in_answer", Answer, changed),
        example("CheckInAnswer", "check_in_answer_room", Answer, room),
        example("CheckInAnswer", "check_in_answer_unchanged", Answer, CheckInAnswer::default()),
        example("Runs", "runs", Request, Runs::new(&[record()])),
        example("RunRecord", "run_record", Answer, record()),
        example("RunRecord", "run_record_shortest", Answer, shortest_record()),
        example("RunsAnswer", "runs_answer", Answer, RunsAnswer { receipts }),
        example("Receipt", "receipt", Answer, aside),
        example("Receipt", "receipt_accepted", Answer, receipt(Fate::Accepted)),
        example("Fate", "fate", Word, Fate::SetAside),
    ]
}

fn users() -> Vec<Example> {
    use Direction::{Answer, Request};
    let user = User {
        name: name("carol"),
        description: text(),
        account: "Acme>North".to_owned(),
        disabled: false,
        roles: RoleSet::NONE,
        security_profile: Some(name("End user")),
        groups: vec![name("Accounts"), name("Büro")],
        second_factor: true,
        last_login: Some(now()),
        last_address: Some("2001:db8::17".to_owned()),
    };
    let new = NewUser {
        name: name("carol"),
        account: None,
        description: text(),
        password: secret(),
        roles: RoleSet::NONE.with(Role::Superuser),
        security_profile: Some(name("End user")),
        groups: vec![name("Accounts")],
        new_groups: vec![],
    };
    let patch = UserPatch {
        name: Some(name("caroline")),
        description: Some(text()),
        password: Some(secret()),
        disabled: Some(true),
        roles: Some(RoleSet::NONE),
        security_profile: Some(Some(name("Keeper"))),
        groups: Some(vec![]),
        ..UserPatch::default()
    };
    let taken_away = UserPatch { security_profile: Some(None), ..UserPatch::default() };
    let page = Page { items: vec![user.clone()], next: Some("carol".to_owned()) };
    let device = Device {
        installation: installation(),
        computer: "PC-1".to_owned(),
        program: "minibackup 1.0".to_owned(),
        user: name("carol"),
        enrolled: now(),
        last_seen: Some(now()),
        account: None,
        state: None,
        replaced: false,
    };
    let waiting =
        Device { last_seen: None, account: Some("root>Acme".to_owned()), state: Some(DeviceState::Waiting), ..device.clone() };
    let replaced =
        Device { account: Some("root>pc".to_owned()), state: Some(DeviceState::Active), replaced: true, ..device.clone() };
    vec![
        example("User", "user", Answer, user),
        example("Page", "page", Answer, page),
        example("Page", "page_last", Answer, Page::<User> { items: vec![], next: None }),
        example("NewUser", "new_user", Request, new),
        example("UserPatch", "user_patch", Request, patch),
        example("UserPatch", "user_patch_without_security_profile", Request, taken_away),
        example("Device", "device_replaced", Answer, replaced),
        example("Device", "device", Answer, device),
        example("Device", "device_waiting", Answer, waiting),
        example("DeviceState", "device_state", Direction::Word, DeviceState::Active),
        example(
            "AllowEntry",
            "allow_entry",
            Answer,
            AllowEntry { id: AllowId(2), kind: AllowKind::Address, pattern: "192.168".to_owned(), comment: text() },
        ),
        example(
            "NewAllowEntry",
            "new_allow_entry",
            Request,
            NewAllowEntry { kind: AllowKind::Address, pattern: "192.168".to_owned(), comment: text() },
        ),
    ]
}

fn groups_and_profiles() -> Vec<Example> {
    use Direction::{Answer, Request};
    let rights = RightSet::NONE.with(Right::RunManually).with(Right::Restore);
    let group_patch = GroupPatch { name: Some(name("Finance")), description: Some(text()) };
    let security_profile =
        SecurityProfile { name: name("End user"), description: text(), rights, built_in: false, users: 2, account: None };
    let below = || Some("root>north".to_owned());
    let at = || Some("root>north".parse().unwrap());
    let security_patch =
        SecurityProfilePatch { name: Some(name("Keeper")), description: Some(text()), rights: Some(RightSet::ALL_ACCESS) };
    let profile = Profile {
        guid: guid(),
        name: name("Finance"),
        description: text(),
        version: 8,
        revision: 2,
        body: Hash::of(b"body"),
        size: 4,
        has_schedule: true,
        import_schedule: false,
        delete: false,
        groups: vec![name("Accounts")],
        uploaded_by: name("admin"),
        uploaded_at: now(),
        account: None,
    };
    let upload = Upload {
        guid: guid(),
        name: name("Finance"),
        description: text(),
        version: 8,
        body: vec![0, 1, 2, 0xfd, 0xfe, 0xff],
        schedule: Some(b"daily".to_vec()),
        based_on: 1,
        account: None,
    };
    let group = Group { name: name("Accounts"), description: text(), users: 2, profiles: 1, account: None };
    let new_group = NewGroup { description: text(), ..NewGroup::new(name("Accounts")) };
    let new_rights = NewSecurityProfile { description: text(), ..NewSecurityProfile::new(name("End user"), rights) };
    let without_schedule = Upload { schedule: None, based_on: 0, ..upload.clone() };
    let patch = ProfilePatch {
        delete: Some(true),
        import_schedule: Some(false),
        add_groups: vec![name("Accounts")],
        remove_groups: vec![name("Old")],
        new_groups: vec![],
    };
    vec![
        example("Group", "group", Answer, group.clone()),
        example("Group", "group_below", Answer, Group { account: below(), ..group }),
        example("NewGroup", "new_group", Request, new_group.clone()),
        example("NewGroup", "new_group_below", Request, NewGroup { account: at(), ..new_group }),
        example("GroupPatch", "group_patch", Request, group_patch),
        example("SecurityProfile", "security_profile", Answer, security_profile.clone()),
        example("SecurityProfile", "security_profile_below", Answer, SecurityProfile { account: below(), ..security_profile }),
        example("NewSecurityProfile", "new_security_profile", Request, new_rights.clone()),
        example("NewSecurityProfile", "new_security_profile_below", Request, NewSecurityProfile { account: at(), ..new_rights }),
        example("SecurityProfilePatch", "security_profile_patch", Request, security_patch),
        example("Profile", "profile", Answer, profile.clone()),
        example("Profile", "profile_below", Answer, Profile { account: below(), ..profile }),
        example("Upload", "upload", Request, upload.clone()),
        example("Upload", "upload_below", Request, Upload { account: at(), ..upload }),
        example("Upload", "upload_first", Request, without_schedule),
        example("ProfilePatch", "profile_patch", Request, patch),
        example("KeyEpoch", "key_epoch", Answer, KeyEpoch { epoch: 4 }),
    ]
}

fn history() -> Vec<Example> {
    use Direction::{Answer, Request};
    let query = HistoryQuery {
        user: Some("carol".to_owned()),
        profile: Some(guid()),
        installation: Some(installation()),
        result: Some(RunResult::Failure),
        limit: Some(500),
        after: Some("42".to_owned()),
        ..HistoryQuery::default()
    };
    let entry = Entry {
        at: now(),
        account: AccountId::ROOT,
        actor: "admin".to_owned(),
        address: "127.0.0.1".to_owned(),
        act: "group.create".to_owned(),
        object: "Accounts".to_owned(),
        outcome: "ok".to_owned(),
        detail: String::new(),
        about: Vec::new(),
    };
    let hash = entry.chain(1, &GENESIS);
    vec![
        example("Run", "run", Answer, Run { record: record(), received: now() }),
        example("RunRef", "run_ref", Answer, RunRef { id: record().id }),
        example("HistoryQuery", "history_query", Request, query),
        example("RunQuery", "run_query", Request, RunQuery { installation: Some(installation()) }),
        example("AuditEntry", "audit_entry", Answer, AuditEntry { number: 1, entry, hash }),
        example("AuditVerdict", "audit_verdict", Answer, AuditVerdict { entries: 42, broken_at: Some(17) }),
    ]
}

fn decisions() -> Vec<Example> {
    use Direction::{Answer, Request};
    let names = Names { user: Some("carol"), security_profile: Some("End user"), profile: Some("Finance"), ..Names::default() };
    let managed = Resource::Managed(guid());
    let denied = explain(Decision::deny(Gate::Right, Code::DeniedRight), Action::Modify, managed, names);
    let allowed = explain(Decision::ALLOW, Action::Restore, managed, names);
    vec![
        example(
            "Explain",
            "explain",
            Request,
            Explain { user: "carol".to_owned(), action: Action::Modify, profile: Some(guid()), device: None, account: None },
        ),
        example(
            "Explain",
            "explain_device",
            Request,
            Explain {
                user: "carol".to_owned(),
                action: Action::RunScheduled,
                profile: None,
                device: Some(InstallationId::from_bytes([7; 16])),
                account: Some("root>desk".parse().unwrap()),
            },
        ),
        example("Explanation", "explanation", Answer, denied),
        example("Explanation", "explanation_allowed", Answer, allowed),
    ]
}

pub(super) fn record() -> RunRecord {
    RunRecord {
        id: RunId::v7(now(), [0xa5; 10]),
        sequence: 42,
        installation: installation(),
        computer: "PC-1".to_owned(),
        user: "carol".to_owned(),
        start: RunStart {
            profile: RunProfile { name: "Finance".to_owned(), guid: Some(guid()), version: 8, revision: 2 },
            kind: ProfileKind::Other,
            kind_text: "image".to_owned(),
            trigger: Trigger::Schedule,
            restore: false,
            thread_start: now().plus(-3_000),
            profile_start: now().plus(-2_000),
            group_start: Some(now().plus(-2_500)),
            utc_offset: 60,
            os_user: "PC-1\\carol".to_owned(),
        },
        finish: RunEnd {
            result: RunResult::Warning,
            end: now(),
            files_copied: 3,
            files_deleted: 1,
            files_failed: 1,
            bytes_copied: 1_000_000_000_000,
            bytes_deleted: 17,
            bytes_failed: 4,
            bytes_stored: Some(2_000_000_000_000),
            error: "`ledger.db` is locked".to_owned(),
        },
        gap: None,
    }
}

/// What is left of a record when everything optional is missing.
fn shortest_record() -> RunRecord {
    let whole = record();
    RunRecord {
        start: RunStart {
            profile: RunProfile { name: "Photos".to_owned(), guid: None, version: 0, revision: 0 },
            kind: ProfileKind::Backup,
            kind_text: String::new(),
            group_start: None,
            ..whole.start
        },
        finish: RunEnd { bytes_stored: None, error: String::new(), ..whole.finish },
        ..whole
    }
}

pub(super) fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

pub(super) fn text() -> Text {
    Text::new("what somebody said").unwrap()
}

pub(super) fn secret() -> Secret {
    Secret::new("correct horse battery")
}

pub(super) fn guid() -> Guid {
    "94D3D1C1-7472-4DC9-A5E9-9EE763E23159".parse().unwrap()
}

pub(super) fn now() -> Timestamp {
    Timestamp::from_millis(1_795_291_485_123)
}
