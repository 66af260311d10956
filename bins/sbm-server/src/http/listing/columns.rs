//! The columns, keys and filters of every list (CON-1, HIS-5).

use sbm_core::id::{Guid, Hash, InstallationId, RunId};
use sbm_core::wire::v1::admin::{
    Account, AgentAccount, AgentAssignment, AllowEntry, AllowFinding, AuditEntry, Communication, CustomRole, Device, DeviceState,
    EffectiveSetting, Enrolment, EraseOrder, Grant, Group, Holder, Profile, ProfileRevision, Run, SecurityProfile, SessionEntry,
    TokenEntry, Tombstone, User, WaitingDevice,
};
use serde::Serialize;

use super::{Cell, Column, Filter, List};

/// A column for each field that is said, and for what is worked out.
macro_rules! columns {
    ($row:ty: $($name:literal => |$it:ident| $cell:expr),* $(,)?) => {
        &[$(Column { name: $name, cell: |$it: &$row| Cell::from($cell) }),*]
    };
}

/// Users (USR-1).
pub static USERS: List<User> = List {
    name: "users",
    columns: columns! { User:
        "name" => |user| &user.name,
        "description" => |user| &user.description,
        "account" => |user| &user.account,
        "disabled" => |user| user.disabled,
        "roles" => |user| Words(&user.roles),
        "security_profile" => |user| user.security_profile.as_ref(),
        "groups" => |user| user.groups.as_slice(),
        "last_login" => |user| user.last_login,
        "last_address" => |user| user.last_address.as_ref(),
    },
    key: |user| user.name.key(),
    usual: "name",
    filters: &[
        Filter { name: "account", fits: |query, user| is_within(&user.account, query.account.as_deref()) },
        Filter { name: "group", fits: |query, user| any(&user.groups, query.group.as_deref()) },
        Filter {
            name: "security_profile",
            fits: |query, user| {
                same(user.security_profile.as_ref().map(sbm_core::name::Name::as_str), query.security_profile.as_deref())
            },
        },
        Filter { name: "disabled", fits: |query, user| query.disabled == Some(user.disabled) },
    ],
};

/// Accounts (ACC-1 to ACC-9).
pub static ACCOUNTS: List<Account> = List {
    name: "accounts",
    columns: columns! { Account:
        "account" => |account| &account.account,
        "level" => |account| account.level.as_ref().map_or(Cell::Nothing, word),
        "state" => |account| word(&account.state),
        "deletion" => |account| account.deletion,
        "quota" => |account| account.quota.hard,
        "warning" => |account| account.quota.soft,
        "stored" => |account| account.stored,
        "reserved" => |account| account.reserved,
        "comment" => |account| &account.comment,
        "accounts" => |account| account.accounts,
        "users" => |account| account.users,
        "devices" => |account| account.devices,
    },
    key: |account| sbm_core::name::key(&account.account),
    usual: "account",
    filters: &[
        Filter { name: "account", fits: |query, account| is_within(&account.account, query.account.as_deref()) },
        Filter {
            name: "disabled",
            fits: |query, account| query.disabled == Some(account.state != sbm_core::account::AccountState::Active),
        },
    ],
};

/// What the settings of policies come to for an account (ACC-9).
pub static SETTINGS: List<EffectiveSetting> = List {
    name: "settings",
    columns: columns! { EffectiveSetting:
        "name" => |setting| &setting.name,
        "mode" => |setting| word(&setting.mode),
        "value" => |setting| setting.value.as_ref(),
        "origin" => |setting| setting.origin.as_ref(),
    },
    key: |setting| setting.name.clone(),
    usual: "name",
    filters: &[],
};

/// Communications of accounts (ACC-3).
pub static COMMUNICATIONS: List<Communication> = List {
    name: "communications",
    columns: columns! { Communication:
        "id" => |row| row.id,
        "account" => |row| &row.account,
        "kind" => |row| word(&row.kind),
        "at" => |row| row.at,
        "planned" => |row| row.planned,
        "with" => |row| &row.with,
        "text" => |row| &row.text,
        "author" => |row| &row.author,
        "made" => |row| row.made,
    },
    key: |row| format!("{:020}", row.id),
    usual: "-at",
    filters: &[Filter { name: "account", fits: |query, row| is_within(&row.account, query.account.as_deref()) }],
};

/// Which agent serves which account (ACC-10).
pub static AGENTS: List<AgentAssignment> = List {
    name: "agents",
    columns: columns! { AgentAssignment:
        "account" => |row| &row.account,
        "agent" => |row| &row.agent,
    },
    key: |row| sbm_core::name::key(&row.account),
    usual: "account",
    filters: &[
        Filter { name: "account", fits: |query, row| is_within(&row.account, query.account.as_deref()) },
        Filter { name: "user", fits: |query, row| same(Some(&row.agent), query.user.as_deref()) },
    ],
};

/// The accounts that an agent serves (ACC-10).
pub static SERVED: List<AgentAccount> = List {
    name: "served accounts",
    columns: columns! { AgentAccount:
        "account" => |row| &row.account,
        "state" => |row| word(&row.state),
    },
    key: |row| sbm_core::name::key(&row.account),
    usual: "account",
    filters: &[],
};

/// Groups (USR-7).
pub static GROUPS: List<Group> = List {
    name: "groups",
    columns: columns! { Group:
        "name" => |group| &group.name,
        "description" => |group| &group.description,
        "users" => |group| group.users,
        "profiles" => |group| group.profiles,
    },
    key: |group| group.name.key(),
    usual: "name",
    filters: &[],
};

/// Security profiles (USR-3).
pub static SECURITY_PROFILES: List<SecurityProfile> = List {
    name: "security profiles",
    columns: columns! { SecurityProfile:
        "name" => |profile| &profile.name,
        "description" => |profile| &profile.description,
        "rights" => |profile| Words(&profile.rights),
        "built_in" => |profile| profile.built_in,
        "users" => |profile| profile.users,
    },
    key: |profile| profile.name.key(),
    usual: "name",
    filters: &[],
};

/// Roles (USR-5).
pub static ROLES: List<CustomRole> = List {
    name: "roles",
    columns: columns! { CustomRole:
        "name" => |role| &role.name,
        "description" => |role| &role.description,
        "tasks" => |role| role.tasks.to_string(),
        "built_in" => |role| role.built_in,
        "account" => |role| role.account.as_ref(),
        "users" => |role| role.users,
    },
    key: |role| role.name.key(),
    usual: "name",
    filters: &[],
};

/// Roles at accounts (USR-5).
pub static GRANTS: List<Grant> = List {
    name: "grants",
    columns: columns! { Grant:
        "id" => |grant| u64::from(grant.id),
        "user" => |grant| &grant.user,
        "role" => |grant| &grant.role,
        "account" => |grant| &grant.account,
        "counts" => |grant| grant.counts,
    },
    key: |grant| format!("{:010}", grant.id),
    usual: "user",
    filters: &[
        Filter { name: "account", fits: |query, grant| is_within(&grant.account, query.account.as_deref()) },
        Filter { name: "user", fits: |query, grant| same(Some(grant.user.as_str()), query.user.as_deref()) },
    ],
};

/// Managed profiles (PRO-5).
pub static PROFILES: List<Profile> = List {
    name: "profiles",
    columns: columns! { Profile:
        "guid" => |profile| shown(&profile.guid),
        "name" => |profile| &profile.name,
        "description" => |profile| &profile.description,
        "version" => |profile| profile.version,
        "revision" => |profile| profile.revision,
        "body" => |profile| hex(&profile.body),
        "size" => |profile| profile.size,
        "has_schedule" => |profile| profile.has_schedule,
        "import_schedule" => |profile| profile.import_schedule,
        "delete" => |profile| profile.delete,
        "groups" => |profile| profile.groups.as_slice(),
        "uploaded_by" => |profile| &profile.uploaded_by,
        "uploaded_at" => |profile| profile.uploaded_at,
    },
    key: |profile| profile.guid.to_string(),
    usual: "name",
    filters: &[
        Filter { name: "group", fits: |query, profile| any(&profile.groups, query.group.as_deref()) },
        Filter { name: "delete", fits: |query, profile| query.delete == Some(profile.delete) },
    ],
};

/// What a managed profile was at each revision (PRO-4).
pub static REVISIONS: List<ProfileRevision> = List {
    name: "revisions",
    columns: columns! { ProfileRevision:
        "revision" => |old| old.revision,
        "version" => |old| old.version,
        "name" => |old| &old.name,
        "description" => |old| &old.description,
        "body" => |old| hex(&old.body),
        "size" => |old| old.size,
        "has_schedule" => |old| old.has_schedule,
        "uploaded_by" => |old| &old.uploaded_by,
        "uploaded_at" => |old| old.uploaded_at,
    },
    key: |old| format!("{:020}", old.revision),
    usual: "revision",
    filters: &[],
};

/// The devices that fetched a managed profile (PRO-7).
pub static HOLDERS: List<Holder> = List {
    name: "holders",
    columns: columns! { Holder:
        "installation" => |holder| installation(&holder.installation),
        "computer" => |holder| &holder.computer,
        "user" => |holder| &holder.user,
        "state" => |holder| word(&holder.state),
        "revision" => |holder| holder.revision,
        "fetched_at" => |holder| holder.fetched_at,
        "answered_at" => |holder| holder.answered_at,
        "failure" => |holder| holder.failure.as_ref(),
        "last_seen" => |holder| holder.last_seen,
    },
    key: |holder| holder.installation.to_string(),
    usual: "computer",
    filters: &[Filter { name: "user", fits: |query, holder| same(Some(holder.user.as_str()), query.user.as_deref()) }],
};

/// What is left of deleted managed profiles (PRO-7).
pub static TOMBSTONES: List<Tombstone> = List {
    name: "tombstones",
    columns: columns! { Tombstone:
        "guid" => |tombstone| shown(&tombstone.guid),
        "name" => |tombstone| &tombstone.name,
        "revision" => |tombstone| tombstone.revision,
        "deleted_by" => |tombstone| &tombstone.deleted_by,
        "deleted_at" => |tombstone| tombstone.deleted_at,
        "holders" => |tombstone| tombstone.holders,
        "gone" => |tombstone| tombstone.gone,
        "left" => |tombstone| Cell::Texts(tombstone.left.iter().map(|holder| holder.computer.clone()).collect()),
    },
    key: |tombstone| tombstone.guid.to_string(),
    usual: "-deleted_at",
    filters: &[],
};

/// Devices (DEV-1).
pub static DEVICES: List<Device> = List {
    name: "devices",
    columns: columns! { Device:
        "installation" => |device| installation(&device.installation),
        "computer" => |device| &device.computer,
        "program" => |device| &device.program,
        "user" => |device| &device.user,
        "enrolled" => |device| device.enrolled,
        "last_seen" => |device| device.last_seen,
        "account" => |device| device.account.as_ref(),
        "state" => |device| device.state.as_ref().map(word),
    },
    key: |device| format!("{}{}{:?}", device.installation, device.user.key(), device.state),
    usual: "computer",
    filters: &[
        Filter { name: "user", fits: |query, device| same(Some(device.user.as_str()), query.user.as_deref()) },
        Filter {
            name: "account",
            fits: |query, device| is_within(device.account.as_deref().unwrap_or_default(), query.account.as_deref()),
        },
        Filter { name: "state", fits: |query, device| query.state == Some(device.state.unwrap_or(DeviceState::Active)) },
        Filter {
            name: "program",
            fits: |query, device| {
                let begins = query.program.as_deref().map(str::to_lowercase);
                begins.is_some_and(|begin| device.program.to_lowercase().starts_with(&begin))
            },
        },
        Filter { name: "seen_since", fits: |query, device| device.last_seen.is_some_and(|seen| Some(seen) >= query.seen_since) },
        Filter { name: "seen_before", fits: |query, device| device.last_seen.is_none_or(|seen| Some(seen) < query.seen_before) },
    ],
};

/// Codes and passphrases with which devices enrol (DEV-1).
pub static ENROLMENTS: List<Enrolment> = List {
    name: "enrolment codes",
    columns: columns! { Enrolment:
        "id" => |row| row.id,
        "kind" => |row| word(&row.kind),
        "state" => |row| word(&row.state),
        "account" => |row| &row.account,
        "user" => |row| &row.user,
        "uses" => |row| row.uses,
        "most" => |row| row.most,
        "approval" => |row| row.approval,
        "comment" => |row| &row.comment,
        "made_by" => |row| &row.made_by,
        "made" => |row| row.made,
        "expires" => |row| row.expires,
    },
    key: |row| format!("{:020}", row.id),
    usual: "-id",
    filters: &[
        Filter { name: "user", fits: |query, row| same(Some(row.user.as_str()), query.user.as_deref()) },
        Filter { name: "account", fits: |query, row| is_within(&row.account, query.account.as_deref()) },
    ],
};

/// Orders to erase what deleted accounts stored (ACC-8).
pub static ERASE_ORDERS: List<EraseOrder> = List {
    name: "erase orders",
    columns: columns! { EraseOrder:
        "id" => |row| Cell::Text(row.id.to_string()),
        "account" => |row| &row.account,
        "account_id" => |row| u64::from(row.account_id.0),
        "deleted" => |row| row.deleted,
        "done" => |row| row.done,
        "tries" => |row| row.tries,
        "tried" => |row| row.tried,
        "next" => |row| row.next,
        "failure" => |row| row.failure.as_ref(),
    },
    key: |row| row.id.to_string(),
    usual: "-deleted",
    filters: &[Filter { name: "account", fits: |query, row| is_within(&row.account, query.account.as_deref()) }],
};

/// Devices that wait to be let in (DEV-1).
pub static WAITING: List<WaitingDevice> = List {
    name: "waiting devices",
    columns: columns! { WaitingDevice:
        "installation" => |row| installation(&row.installation),
        "computer" => |row| &row.computer,
        "program" => |row| &row.program,
        "address" => |row| &row.address,
        "account" => |row| &row.account,
        "user" => |row| &row.user,
        "enrolment" => |row| row.enrolment,
        "asked" => |row| row.asked,
    },
    key: |row| format!("{}{:020}", row.installation, row.enrolment),
    usual: "asked",
    filters: &[
        Filter { name: "user", fits: |query, row| same(Some(row.user.as_str()), query.user.as_deref()) },
        Filter { name: "account", fits: |query, row| is_within(&row.account, query.account.as_deref()) },
    ],
};

/// Sessions (RUN-7).
pub static SESSIONS: List<SessionEntry> = List {
    name: "sessions",
    columns: columns! { SessionEntry:
        "id" => |session| &session.id,
        "audience" => |session| word(&session.audience),
        "user" => |session| &session.user,
        "installation" => |session| session.installation.as_ref().map(installation),
        "computer" => |session| session.computer.as_ref(),
        "created" => |session| session.created,
        "last_used" => |session| session.last_used,
        "expires" => |session| session.expires,
        "current" => |session| session.current,
    },
    key: |session| session.id.clone(),
    usual: "created",
    filters: &[Filter { name: "user", fits: |query, session| same(Some(session.user.as_str()), query.user.as_deref()) }],
};

/// Tokens for programs (RUN-11).
pub static TOKENS: List<TokenEntry> = List {
    name: "tokens",
    columns: columns! { TokenEntry:
        "id" => |token| &token.id,
        "name" => |token| &token.name,
        "user" => |token| &token.user,
        "allows" => |token| Cell::Texts(token.allows.iter().map(|(task, access)| format!("{}={}", task.name(), access.name())).collect()),
        "account" => |token| token.account.as_ref(),
        "created" => |token| token.created,
        "last_used" => |token| token.last_used,
        "expires" => |token| token.expires,
    },
    key: |token| token.id.clone(),
    usual: "created",
    filters: &[Filter { name: "user", fits: |query, token| same(Some(token.user.as_str()), query.user.as_deref()) }],
};

/// The allowlist (NET-2).
pub static ALLOWLIST: List<AllowEntry> = List {
    name: "allowlist entries",
    columns: columns! { AllowEntry:
        "id" => |entry| entry.id.0,
        "kind" => |entry| word(&entry.kind),
        "pattern" => |entry| &entry.pattern,
        "comment" => |entry| &entry.comment,
    },
    key: |entry| format!("{:010}", entry.id.0),
    usual: "id",
    filters: &[],
};

/// What the linter has to say of the allowlist (NET-4, NET-5).
pub static FINDINGS: List<AllowFinding> = List {
    name: "findings",
    columns: columns! { AllowFinding:
        "entry" => |finding| &finding.entry.pattern,
        "finding" => |finding| &finding.finding,
        "sentence" => |finding| &finding.sentence,
    },
    key: |finding| format!("{:010} {}", finding.entry.id.0, finding.finding),
    usual: "entry",
    filters: &[],
};

/// Runs, as a file shows them (HIS-1, HIS-5). The store filters and sorts them.
pub static RUNS: &[Column<Run>] = columns! { Run:
    "id" => |run| run_id(&run.record.id),
    "profile_start" => |run| run.record.start.profile_start,
    "end" => |run| run.record.finish.end,
    "result" => |run| run.record.finish.result.name(),
    "user" => |run| &run.record.user,
    "computer" => |run| &run.record.computer,
    "os_user" => |run| &run.record.start.os_user,
    "profile" => |run| &run.record.start.profile.name,
    "profile_guid" => |run| run.record.start.profile.guid.as_ref().map(shown),
    "profile_version" => |run| run.record.start.profile.version,
    "profile_revision" => |run| run.record.start.profile.revision,
    "kind" => |run| run.record.start.kind.name(),
    "kind_text" => |run| &run.record.start.kind_text,
    "trigger" => |run| run.record.start.trigger.name(),
    "restore" => |run| run.record.start.restore,
    "thread_start" => |run| run.record.start.thread_start,
    "group_start" => |run| run.record.start.group_start,
    "utc_offset" => |run| run.record.start.utc_offset,
    "files_copied" => |run| run.record.finish.files_copied,
    "files_deleted" => |run| run.record.finish.files_deleted,
    "files_failed" => |run| run.record.finish.files_failed,
    "bytes_copied" => |run| run.record.finish.bytes_copied,
    "bytes_deleted" => |run| run.record.finish.bytes_deleted,
    "bytes_failed" => |run| run.record.finish.bytes_failed,
    "bytes_stored" => |run| run.record.finish.bytes_stored,
    "error" => |run| &run.record.finish.error,
    "installation" => |run| installation(&run.record.installation),
    "sequence" => |run| run.record.sequence,
    "gap_count" => |run| run.record.gap.map(|gap| gap.count),
    "gap_failed" => |run| run.record.gap.map(|gap| gap.failed),
    "gap_first" => |run| run.record.gap.map(|gap| gap.first),
    "received" => |run| run.received,
};

/// Entries of the audit log, as a file shows them (RUN-12). The store filters them.
pub static AUDIT: &[Column<AuditEntry>] = columns! { AuditEntry:
    "number" => |entry| entry.number,
    "at" => |entry| entry.entry.at,
    "account" => |entry| entry.entry.account.0,
    "actor" => |entry| &entry.entry.actor,
    "address" => |entry| &entry.entry.address,
    "act" => |entry| &entry.entry.act,
    "object" => |entry| &entry.entry.object,
    "outcome" => |entry| &entry.entry.outcome,
    "detail" => |entry| &entry.entry.detail,
    "hash" => |entry| hex(&entry.hash),
};

/// A set that is a list of words on the wire.
struct Words<'a, T>(&'a T);

impl<T: Serialize> From<Words<'_, T>> for Cell {
    fn from(words: Words<'_, T>) -> Self {
        let words = serde_json::to_value(words.0).ok().and_then(|value| serde_json::from_value(value).ok());
        Self::Texts(words.unwrap_or_default())
    }
}

/// The word that a value is on the wire.
fn word<T: Serialize>(value: &T) -> Cell {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Cell::Text(word),
        _ => Cell::Nothing,
    }
}

fn shown(guid: &Guid) -> Cell {
    Cell::Text(guid.to_string())
}

fn hex(hash: &Hash) -> Cell {
    Cell::Text(hash.to_string())
}

fn installation(id: &InstallationId) -> Cell {
    Cell::Text(id.to_string())
}

fn run_id(id: &RunId) -> Cell {
    Cell::Text(id.to_string())
}

/// Whether one of the names is the one asked for, without regard to case.
fn any(names: &[sbm_core::name::Name], asked: Option<&str>) -> bool {
    names.iter().any(|name| same(Some(name.as_str()), asked))
}

/// Whether an account is the one asked for or stands below it; names are compared whole, part by part (ACC-1).
fn is_within(account: &str, asked: Option<&str>) -> bool {
    let parse = |text: &str| text.parse::<sbm_core::account::AccountPath>().ok();
    match (parse(account), asked.and_then(parse)) {
        (Some(account), Some(asked)) => {
            let (parts, asked) = (account.parts(), asked.parts());
            parts.len() >= asked.len() && parts.iter().zip(asked).all(|(part, asked)| part.key() == asked.key())
        }
        _ => false,
    }
}

fn same(name: Option<&str>, asked: Option<&str>) -> bool {
    matches!((name, asked), (Some(name), Some(asked)) if name.to_lowercase() == asked.to_lowercase())
}
