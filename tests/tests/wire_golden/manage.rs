//! Examples of what came with the capabilities `manage` and `unlock`.

use sbm_core::allowlist::AllowKind;
use sbm_core::id::{AllowId, Hash};
use sbm_core::permission::{Ceiling, Task, TaskAccess};
use sbm_core::run::gap::Gap;
use sbm_core::run::{ProfileKind, RunRecord, RunResult};
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::admin::{
    AllowEntry, AllowFinding, AllowTest, AllowVerdict, AuditQuery, BackupState, ExplainServer, HistoryQuery, Holder, HolderState,
    IssuedToken, ListQuery, NewAllowEntry, NewToken, NewUser, PasswordChange, ProfilePatch, ProfileRevision, RollBack, Run,
    ServerEntry, ServerPatch, ServerSettings, SessionEntry, TokenEntry, Tombstone, Unlock, UserPatch,
};
use sbm_core::wire::v1::session::{Audience, Secret};

use super::cache::installation;
use super::examples::{Direction, Example, example, guid, name, now, record, secret, text};

pub fn examples() -> Vec<Example> {
    [queries(), rollout(), server(), sessions(), tokens(), groups_made_along_the_way()].into_iter().flatten().collect()
}

fn queries() -> Vec<Example> {
    use Direction::Request;
    let list = ListQuery {
        q: Some("fin".to_owned()),
        group: Some("Accounts".to_owned()),
        security_profile: Some("End user".to_owned()),
        user: Some("carol".to_owned()),
        disabled: Some(false),
        delete: Some(true),
        account: Some("root>Acme".to_owned()),
        state: None,
        program: None,
        seen_since: None,
        seen_before: None,
        sort: Some("-last_login".to_owned()),
        limit: Some(50),
        after: Some("next".to_owned()),
    };
    let history = HistoryQuery {
        user: Some("carol".to_owned()),
        profile: Some(guid()),
        profile_name: Some("Finance".to_owned()),
        installation: Some(installation()),
        computer: Some("PC-1".to_owned()),
        result: Some(RunResult::Interrupted),
        kind: Some(ProfileKind::Mirror),
        restore: Some(false),
        since: Some(now()),
        until: Some(now()),
        q: Some("locked".to_owned()),
        sort: Some("-time".to_owned()),
        limit: Some(500),
        after: Some("42".to_owned()),
    };
    let audit = AuditQuery {
        actor: Some("admin".to_owned()),
        act: Some("user".to_owned()),
        object: Some("carol".to_owned()),
        outcome: Some("denied_role".to_owned()),
        since: Some(now()),
        until: Some(now()),
        limit: Some(100),
        after: Some("before-17".to_owned()),
    };
    vec![
        example("ListQuery", "list_query", Request, list),
        example("HistoryQuery", "history_query_whole", Request, history),
        example("AuditQuery", "audit_query", Request, audit),
        example(
            "ExplainServer",
            "explain_server",
            Request,
            ExplainServer { user: "carol".to_owned(), task: Task::Server, write: true, token: None, account: None },
        ),
    ]
}

fn rollout() -> Vec<Example> {
    use Direction::{Answer, Request, Word};
    let revision = ProfileRevision {
        revision: 2,
        version: 8,
        name: name("Finance"),
        description: text(),
        body: Hash::of(b"body"),
        size: 4,
        has_schedule: true,
        uploaded_by: name("admin"),
        uploaded_at: now(),
    };
    let holder = Holder {
        installation: installation(),
        computer: "PC-1".to_owned(),
        user: name("carol"),
        state: HolderState::Failed,
        revision: 2,
        fetched_at: now(),
        answered_at: Some(now()),
        failure: Some("the destination is not there".to_owned()),
        last_seen: Some(now()),
        account: Some("root>acme".to_owned()),
    };
    let silent = Holder { state: HolderState::Fetched, answered_at: None, failure: None, last_seen: None, ..holder.clone() };
    let tombstone = Tombstone {
        guid: guid(),
        name: name("Finance"),
        revision: 2,
        deleted_by: name("admin"),
        deleted_at: now(),
        holders: 415,
        gone: 412,
        left: vec![holder.clone()],
    };
    let mut states = Vec::new();
    for (file, state) in [
        ("holder_state", HolderState::Fetched),
        ("holder_state_installed", HolderState::Installed),
        ("holder_state_failed", HolderState::Failed),
        ("holder_state_removed", HolderState::Removed),
    ] {
        states.push(example("HolderState", file, Word, state));
    }
    let mut all = vec![
        example("ProfileRevision", "profile_revision", Answer, revision),
        example("RollBack", "roll_back", Request, RollBack { revision: 1, based_on: 2 }),
        example("Holder", "holder", Answer, holder),
        example("Holder", "holder_silent", Answer, silent),
        example("Tombstone", "tombstone", Answer, tombstone),
    ];
    all.extend(states);
    all
}

fn server() -> Vec<Example> {
    use Direction::{Answer, Request};
    let entry = AllowEntry { id: AllowId(3), kind: AllowKind::Name, pattern: ".acme.example".to_owned(), comment: text() };
    let new = NewAllowEntry { kind: AllowKind::Name, pattern: ".acme.example".to_owned(), comment: text() };
    let test = AllowTest { address: "192.0.2.7".to_owned(), name: Some("pc-1.acme.example".to_owned()) };
    let verdict = AllowVerdict {
        admitted: true,
        by: vec![entry.clone()],
        name: Some("pc-1.acme.example".to_owned()),
        sentence: "`192.0.2.7` is admitted by `.acme.example`".to_owned(),
    };
    let finding = AllowFinding {
        entry: entry.clone(),
        finding: "weak".to_owned(),
        sentence: "whoever names a machine so is let in".to_owned(),
    };
    let backup = BackupState {
        every_hours: 24,
        last_success: Some(Timestamp::from_millis(1_760_000_000_000)),
        last_failure: Some(Timestamp::from_millis(1_760_100_000_000)),
        failure: Some("the disk is full".to_owned()),
    };
    let server = ServerEntry {
        name: "box1.example".to_owned(),
        version: "0.2.0".to_owned(),
        started: Timestamp::from_millis(1_760_000_000_000),
        lives: true,
        revision: 42,
    };
    vec![
        example("BackupState", "backup_state", Answer, backup.clone()),
        example(
            "ServerSettings",
            "server_settings",
            Answer,
            ServerSettings { max_offline: Some(604_800), ..ServerSettings::default() },
        ),
        example(
            "ServerSettings",
            "server_settings_with_backups",
            Answer,
            ServerSettings { backup: Some(backup), ..ServerSettings::default() },
        ),
        example("ServerEntry", "server_entry", Answer, server.clone()),
        example(
            "ServerSettings",
            "server_settings_with_servers",
            Answer,
            ServerSettings { servers: vec![server.clone(), ServerEntry { lives: false, ..server }], ..ServerSettings::default() },
        ),
        example(
            "ServerPatch",
            "server_patch",
            Request,
            ServerPatch { max_offline: Some(Some(604_800)), ..ServerPatch::default() },
        ),
        example(
            "ServerPatch",
            "server_patch_without_limit",
            Request,
            ServerPatch { max_offline: Some(None), ..ServerPatch::default() },
        ),
        example("AllowEntry", "allow_entry_name", Answer, entry),
        example("NewAllowEntry", "new_allow_entry_name", Request, new),
        example("AllowTest", "allow_test", Request, test),
        example("AllowVerdict", "allow_verdict", Answer, verdict),
        example("AllowFinding", "allow_finding", Answer, finding),
    ]
}

fn sessions() -> Vec<Example> {
    use Direction::{Answer, Request};
    let device = SessionEntry {
        id: "00000000000000a1".to_owned(),
        audience: Audience::Device,
        user: name("carol"),
        installation: Some(installation()),
        computer: Some("PC-1".to_owned()),
        created: now(),
        last_used: now(),
        expires: None,
        current: false,
    };
    let console = SessionEntry {
        audience: Audience::Console,
        installation: None,
        computer: None,
        expires: Some(now()),
        current: true,
        ..device.clone()
    };
    let unlock = Unlock {
        user: "admin".to_owned(),
        password: secret(),
        installation: installation(),
        computer: "PC-1".to_owned(),
        code: None,
    };
    vec![
        example("SessionEntry", "session_entry", Answer, console),
        example("SessionEntry", "session_entry_device", Answer, device),
        example(
            "PasswordChange",
            "password_change",
            Request,
            PasswordChange { current: Secret::new("what it was"), new: secret() },
        ),
        example("Unlock", "unlock", Request, unlock),
    ]
}

fn tokens() -> Vec<Example> {
    use Direction::{Answer, Request};
    let allows = Ceiling::NONE.with(Task::Users, TaskAccess::Write).with(Task::HistoryRead, TaskAccess::Read);
    let new = NewToken { name: name("ci"), allows, account: None, expires: None, password: secret() };
    let below = NewToken { account: Some("acme>north".parse().unwrap()), expires: Some(now()), ..new.clone() };
    let entry = TokenEntry {
        id: "00000000000000a1".to_owned(),
        name: name("ci"),
        user: name("admin"),
        allows,
        account: None,
        created: now(),
        last_used: None,
        expires: None,
    };
    let used =
        TokenEntry { account: Some("acme>north".to_owned()), last_used: Some(now()), expires: Some(now()), ..entry.clone() };
    vec![
        example("NewToken", "new_token", Request, new),
        example("NewToken", "new_token_below", Request, below),
        example("IssuedToken", "issued_token", Answer, IssuedToken { secret: Secret::new("t-1"), token: entry.clone() }),
        example(
            "ExplainServer",
            "explain_server_by_token",
            Request,
            ExplainServer {
                user: "carol".to_owned(),
                task: Task::Users,
                write: true,
                token: Some(entry.id.clone()),
                account: None,
            },
        ),
        example("TokenEntry", "token_entry", Answer, entry),
        example("TokenEntry", "token_entry_used", Answer, used),
    ]
}

fn groups_made_along_the_way() -> Vec<Example> {
    use Direction::{Answer, Request};
    let new = NewUser {
        name: name("carol"),
        account: Some("root>Acme".parse().unwrap()),
        description: text(),
        password: secret(),
        roles: Default::default(),
        security_profile: None,
        groups: vec![],
        new_groups: vec![name("Branch")],
    };
    let patch = UserPatch {
        add_groups: vec![name("Accounts")],
        remove_groups: vec![name("Old")],
        new_groups: vec![name("Branch")],
        ..UserPatch::default()
    };
    let profile = ProfilePatch { new_groups: vec![name("Branch")], ..ProfilePatch::default() };
    let gap = RunRecord { gap: Some(Gap { count: 40, failed: 2, first: 3, last: 42 }), ..record() };
    vec![
        example("NewUser", "new_user_with_new_group", Request, new),
        example("UserPatch", "user_patch_groups", Request, patch),
        example("ProfilePatch", "profile_patch_new_group", Request, profile),
        example("RunRecord", "run_record_gap", Answer, gap.clone()),
        example("Run", "run_gap", Answer, Run { record: gap, received: now() }),
    ]
}
