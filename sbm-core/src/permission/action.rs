//! What can be asked about: the host program's acts and the server's (DEC-1).

use serde::{Deserialize, Serialize};

use super::gate::Gate;
use super::right::Right;

/// An act of the host program. The number is the C ABI's and never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[repr(i32)]
pub enum Action {
    /// Create a profile.
    Create = 1,
    /// Delete a profile.
    Delete = 2,
    /// Modify a profile.
    Modify = 3,
    /// Export a profile.
    Export = 4,
    /// Import a profile.
    Import = 5,
    /// Rename a profile.
    Rename = 6,
    /// Modify the program's global settings.
    ModifyGlobalSettings = 7,
    /// Modify the program's own login settings.
    ModifyLoginSettings = 8,
    /// Run a profile by hand.
    RunManually = 9,
    /// Run a profile to restore.
    Restore = 10,
    /// Run a profile by its schedule: no right is asked for (USR-4).
    RunScheduled = 11,
}

impl Action {
    /// All acts of a host program.
    pub const ALL: [Self; 11] = [
        Self::Create,
        Self::Delete,
        Self::Modify,
        Self::Export,
        Self::Import,
        Self::Rename,
        Self::ModifyGlobalSettings,
        Self::ModifyLoginSettings,
        Self::RunManually,
        Self::Restore,
        Self::RunScheduled,
    ];

    /// The table of DEC-1: which gates this act passes, in their order.
    #[must_use]
    pub const fn gates(self) -> &'static [Gate] {
        match self {
            Self::Create
            | Self::Delete
            | Self::Modify
            | Self::Export
            | Self::Import
            | Self::Rename
            | Self::ModifyGlobalSettings
            | Self::ModifyLoginSettings
            | Self::Restore => &[Gate::Floor, Gate::AccountState, Gate::Right, Gate::Entitlement],
            Self::RunManually => &[Gate::Floor, Gate::AccountState, Gate::Right, Gate::Entitlement, Gate::Quota, Gate::Job],
            Self::RunScheduled => &[Gate::Floor, Gate::AccountState, Gate::Entitlement, Gate::Quota, Gate::Job],
        }
    }

    /// The right that the act needs, if it needs one.
    #[must_use]
    pub const fn right(self) -> Option<Right> {
        match self {
            Self::Create => Some(Right::Create),
            Self::Delete => Some(Right::Delete),
            Self::Modify => Some(Right::Modify),
            Self::Export => Some(Right::Export),
            Self::Import => Some(Right::Import),
            Self::Rename => Some(Right::Rename),
            Self::ModifyGlobalSettings => Some(Right::ModifyGlobalSettings),
            Self::ModifyLoginSettings => Some(Right::ModifyLoginSettings),
            Self::RunManually => Some(Right::RunManually),
            Self::Restore => Some(Right::Restore),
            Self::RunScheduled => None,
        }
    }

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RunScheduled => "run_scheduled",
            Self::Create => "create",
            Self::Delete => "delete",
            Self::Modify => "modify",
            Self::Export => "export",
            Self::Import => "import",
            Self::Rename => "rename",
            Self::ModifyGlobalSettings => "modify_global_settings",
            Self::ModifyLoginSettings => "modify_login_settings",
            Self::RunManually => "run_manually",
            Self::Restore => "restore",
        }
    }

    /// What a person calls it, after "may not".
    #[must_use]
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::Create => "create profiles",
            Self::Delete => "delete profiles",
            Self::Modify => "modify profiles",
            Self::Export => "export profiles",
            Self::Import => "import profiles",
            Self::Rename => "rename profiles",
            Self::ModifyGlobalSettings => "modify global settings",
            Self::ModifyLoginSettings => "modify login settings",
            Self::RunManually => "run profiles by hand",
            Self::Restore => "run profiles to restore",
            Self::RunScheduled => "run profiles on schedule",
        }
    }

    /// The act of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.name() == name)
    }

    /// The act with that C number.
    #[must_use]
    pub const fn from_number(number: i32) -> Option<Self> {
        match number {
            1 => Some(Self::Create),
            2 => Some(Self::Delete),
            3 => Some(Self::Modify),
            4 => Some(Self::Export),
            5 => Some(Self::Import),
            6 => Some(Self::Rename),
            7 => Some(Self::ModifyGlobalSettings),
            8 => Some(Self::ModifyLoginSettings),
            9 => Some(Self::RunManually),
            10 => Some(Self::Restore),
            11 => Some(Self::RunScheduled),
            _ => None,
        }
    }
}

/// A row of the role matrix: an area of the server's work (USR-5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Users, roles, security profiles.
    Users,
    /// Accounts, quotas, policies, branding.
    Accounts,
    /// Devices.
    Devices,
    /// Groups, assigning profiles.
    Groups,
    /// Uploading profiles, deleting a profile's record.
    Profiles,
    /// Reading history.
    HistoryRead,
    /// Deleting history.
    HistoryDelete,
    /// Alerts and reports.
    Alerts,
    /// The allowlist, the server's settings, the audit log.
    Server,
    /// Passphrases and enrolment codes, with which devices are enrolled (DEV-1).
    Passphrases,
}

impl Task {
    /// All tasks.
    pub const ALL: [Self; 10] = [
        Self::Users,
        Self::Accounts,
        Self::Devices,
        Self::Groups,
        Self::Profiles,
        Self::HistoryRead,
        Self::HistoryDelete,
        Self::Alerts,
        Self::Server,
        Self::Passphrases,
    ];

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Accounts => "accounts",
            Self::Devices => "devices",
            Self::Groups => "groups",
            Self::Profiles => "profiles",
            Self::HistoryRead => "history_read",
            Self::HistoryDelete => "history_delete",
            Self::Alerts => "alerts",
            Self::Server => "server",
            Self::Passphrases => "passphrases",
        }
    }

    /// The task of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|task| task.name() == name)
    }

    /// What a person calls it, after "may" or "may not".
    #[must_use]
    pub const fn phrase(self, access: TaskAccess) -> &'static str {
        match (self, access) {
            (Self::Users, TaskAccess::Write) => "change users, roles and security profiles",
            (Self::Users, _) => "see users, roles and security profiles",
            (Self::Accounts, TaskAccess::Write) => "change accounts, quotas and policies",
            (Self::Accounts, _) => "see accounts, quotas and policies",
            (Self::Devices, TaskAccess::Write) => "change devices",
            (Self::Devices, _) => "see devices",
            (Self::Groups, TaskAccess::Write) => "change groups and assign profiles",
            (Self::Groups, _) => "see groups and their profiles",
            (Self::Profiles, TaskAccess::Write) => "upload managed profiles or delete their records",
            (Self::Profiles, _) => "see managed profiles",
            (Self::HistoryRead, _) => "read history",
            (Self::HistoryDelete, _) => "delete history",
            (Self::Alerts, TaskAccess::Write) => "change alerts and reports",
            (Self::Alerts, _) => "see alerts and reports",
            (Self::Server, TaskAccess::Write) => "change the allowlist and the server's settings",
            (Self::Server, _) => "see the allowlist, the server's settings and the audit log",
            (Self::Passphrases, TaskAccess::Write) => "make or revoke passphrases and enrolment codes",
            (Self::Passphrases, _) => "see passphrases and enrolment codes",
        }
    }

    /// The gates that every act on the server passes (DEC-1).
    pub const GATES: &'static [Gate] =
        &[Gate::Network, Gate::Authentication, Gate::SecondFactor, Gate::AccountState, Gate::Role, Gate::Module];
}

/// How far a role goes in a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskAccess {
    /// Not at all.
    None,
    /// May look.
    Read,
    /// May look and change.
    Write,
}

impl TaskAccess {
    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gate_table_keeps_the_fixed_order_dec_1() {
        for gates in Action::ALL.map(Action::gates).into_iter().chain([Task::GATES]) {
            assert!(gates.windows(2).all(|pair| pair[0] < pair[1]), "{gates:?}");
        }
    }

    #[test]
    fn a_task_and_how_far_are_called_the_same_on_the_wire_and_in_words() {
        for task in Task::ALL {
            assert_eq!(serde_json::to_value(task).unwrap(), task.name());
            assert_eq!(Task::from_name(task.name()), Some(task));
        }
        for access in [TaskAccess::None, TaskAccess::Read, TaskAccess::Write] {
            assert_eq!(serde_json::to_value(access).unwrap(), access.name());
        }
    }

    #[test]
    fn an_act_asks_for_its_right_exactly_when_the_table_has_that_gate_usr_4() {
        for action in Action::ALL {
            assert_eq!(action.right().is_some(), action.gates().contains(&Gate::Right), "{action:?}");
            assert_eq!(Action::from_number(action as i32), Some(action));
            assert_eq!(Action::from_name(action.name()), Some(action));
        }
    }
}
