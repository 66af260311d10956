//! Accounts: the tree, and all that an account is (ACC-1 to ACC-9). Every name is a full one, parts joined by `>`.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::server::present;
use super::strict::{strict, strict_or_none};
use crate::account::life::Standing;
use crate::account::policy::{Mode, Setting};
use crate::account::{About, AccountPath, AccountState, Level, Quota};
use crate::name::{Name, Text};
use crate::time::Timestamp;
use crate::wire::v1::session::Secret;

/// An account, as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Account {
    /// Its full name.
    pub account: String,
    /// Its level, if it is an organisation; a backup account has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// What it may do at the moment.
    pub state: AccountState,
    /// When it is to be deleted, if it is (ACC-8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletion: Option<Timestamp>,
    /// How much all below it may store.
    #[serde(default)]
    pub quota: Quota,
    /// How many bytes the devices store that are in it or below, by their own words.
    #[serde(default)]
    pub stored: u64,
    /// How many bytes their runs that go on have reserved.
    #[serde(default)]
    pub reserved: u64,
    /// What somebody said of it.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub comment: Text,
    /// What people want to know of it.
    #[serde(default, skip_serializing_if = "About::is_empty")]
    pub about: About,
    /// What it hands down, by the names of the settings.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub policy: BTreeMap<String, Setting>,
    /// Whether a second factor is asked of all its users and of those below it (RUN-8).
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub second_factor: bool,
    /// Whether it has a secret of its own, with which it logs in by its full name (ACC-12).
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub own_secret: bool,
    /// How many accounts stand below it, however far.
    #[serde(default)]
    pub accounts: usize,
    /// How many users it has, those of accounts below not counted.
    #[serde(default)]
    pub users: usize,
    /// How many devices it has, those of accounts below not counted.
    #[serde(default)]
    pub devices: usize,
    /// In the answer to what renamed or moved it: the logins that are others by that, of users whom the asker sees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_logins: Option<ChangedLogins>,
}

/// Logins by the full name that a rename or a move of an account changed (ACC-3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct ChangedLogins {
    /// How many there are.
    pub count: usize,
    /// The first of them, in the order of their names before; at most [`ChangedLogins::MOST`].
    pub logins: Vec<ChangedLogin>,
}

impl ChangedLogins {
    /// How many are named.
    pub const MOST: usize = 100;
}

/// A login before and now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct ChangedLogin {
    /// As it was typed before.
    pub before: String,
    /// As it is typed now.
    pub now: String,
}

/// A new account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewAccount {
    /// Its full name. The accounts above it need not exist (ACC-2).
    pub account: AccountPath,
    /// Its level, for an organisation; without one it is a backup account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// A secret of its own, for a backup account: with its full name and this it logs in, and nobody can set it anew but who
    /// knows it (ACC-12). The rules for passwords hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<Secret>,
    /// How much all below it may store.
    #[serde(default, deserialize_with = "strict")]
    pub quota: Quota,
    /// A comment.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub comment: Text,
    /// What people want to know of it.
    #[serde(default, deserialize_with = "strict", skip_serializing_if = "About::is_empty")]
    pub about: About,
    /// What it hands down.
    #[serde(default, deserialize_with = "strict", skip_serializing_if = "BTreeMap::is_empty")]
    pub policy: BTreeMap<String, Setting>,
}

/// What is to change about an account; what is missing stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AccountPatch {
    /// Another last part of its name; its id and all below it stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// The account that it is to stand below, with all that is below it; one of the same root account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<AccountPath>,
    /// Its level from now on; `null` makes a backup account of it.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schemars(with = "Option<Level>"))]
    pub level: Option<Option<Level>>,
    /// How it stands from now on. That account's alone, never its subtree's (ACC-6).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<Standing>,
    /// How much all below it may store.
    #[serde(default, deserialize_with = "strict_or_none", skip_serializing_if = "Option::is_none")]
    pub quota: Option<Quota>,
    /// A new comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<Text>,
    /// What people want to know of it, all of it.
    #[serde(default, deserialize_with = "strict_or_none", skip_serializing_if = "Option::is_none")]
    pub about: Option<About>,
    /// What it hands down, all of it.
    #[serde(default, deserialize_with = "strict_or_none", skip_serializing_if = "Option::is_none")]
    pub policy: Option<BTreeMap<String, Setting>>,
    /// Whether a second factor is asked of all its users and of those below it (RUN-8); since the capability `factor_channels`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_factor: Option<bool>,
}

/// The same for several accounts: all of it is done, or nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AccountsAct {
    /// The accounts, by their full names; 1 to [`AccountsAct::MAX`].
    pub accounts: Vec<AccountPath>,
    /// What is to become of them.
    pub act: LifeAct,
}

impl AccountsAct {
    /// The most accounts of one act.
    pub const MAX: usize = 1_000;
}

/// What may become of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum LifeAct {
    /// Backups and restores again.
    Enable,
    /// No backups; restores, console and data stay (ACC-6).
    Disable,
    /// A supervisor: no backups, no alerts (ACC-7).
    Supervise,
    /// To be deleted the next morning; restores only until then (ACC-8). An organisation that is free of devices and of
    /// accounts below goes at once (ACC-3).
    Delete,
    /// Not to be deleted after all.
    Keep,
}

/// What a setting comes to for an account (ACC-9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct EffectiveSetting {
    /// The setting.
    pub name: String,
    /// How it is handed down.
    pub mode: Mode,
    /// The value; missing where the host program decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The account whose policy says so, by its full name; missing if it stands above one's own (DEC-3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
}
