//! Columns of who there is, what they hold and by what they are in (CON-1).

use sbm_core::wire::v1::admin::{CustomRole, Grant, Group, SecurityProfile, SessionEntry, TokenEntry, User};

use super::super::{Cell, Column, Filter, List};
use super::{Words, any, installation, is_within, same, word};

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
        "second_factor" => |user| user.second_factor,
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

/// Groups (USR-7).
pub static GROUPS: List<Group> = List {
    name: "groups",
    columns: columns! { Group:
        "name" => |group| &group.name,
        "description" => |group| &group.description,
        "users" => |group| group.users,
        "profiles" => |group| group.profiles,
        "account" => |group| group.account.as_ref(),
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
        "account" => |profile| profile.account.as_ref(),
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
