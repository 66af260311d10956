//! Columns of accounts and of what belongs to them (CON-1).

use sbm_core::wire::v1::admin::{Account, AgentAccount, AgentAssignment, Communication, EffectiveSetting, EraseOrder};

use super::super::{Cell, Column, Filter, List};
use super::{is_within, same, word};

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
