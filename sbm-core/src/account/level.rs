//! Levels of organisations, and which modules each has (ACC-3).

use serde::{Deserialize, Serialize};

use crate::permission::Task;

/// What an organisation is; the highest stands first. An account without a level is a backup account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Level {
    /// Sells to resellers.
    Distributor = 1,
    /// Sells to resellers, for a distributor.
    SubDistributor = 2,
    /// Sells to those who use it.
    Reseller = 3,
    /// Uses it.
    EndCustomer = 4,
    /// A place of an end-customer's.
    Site = 5,
}

/// A part of the server that an organisation has or has not. What is no module everybody has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Module {
    /// Devices that enrol by a passphrase, many alike.
    AutomaticDeployment = 0,
    /// Passphrases and enrolment codes.
    Passphrases = 1,
    /// Uploading and assigning managed profiles.
    BackupProfiles = 2,
    /// Organisations below one's own.
    GroupManagement = 3,
}

/// The modules of each level, in the order of [`Level::ALL`]: one bit a module.
const MODULES: [u8; Level::ALL.len()] = {
    const AUTOMATIC: u8 = 1 << Module::AutomaticDeployment as u8;
    const PASSPHRASES: u8 = 1 << Module::Passphrases as u8;
    const PROFILES: u8 = 1 << Module::BackupProfiles as u8;
    const GROUPS: u8 = 1 << Module::GroupManagement as u8;
    [
        GROUPS,
        GROUPS,
        AUTOMATIC | PASSPHRASES | PROFILES | GROUPS,
        AUTOMATIC | PASSPHRASES | PROFILES | GROUPS,
        AUTOMATIC | PASSPHRASES | PROFILES,
    ]
};

impl Level {
    /// All levels, the highest first.
    pub const ALL: [Self; 5] = [Self::Distributor, Self::SubDistributor, Self::Reseller, Self::EndCustomer, Self::Site];

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Distributor => "distributor",
            Self::SubDistributor => "sub_distributor",
            Self::Reseller => "reseller",
            Self::EndCustomer => "end_customer",
            Self::Site => "site",
        }
    }

    /// The level of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == name)
    }

    /// The level of that number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|level| *level as u8 == number)
    }

    /// Whether an organisation of this level may stand below one of that: it never ranks above it.
    #[must_use]
    pub const fn may_stand_below(self, above: Self) -> bool {
        self as u8 >= above as u8
    }

    /// Whether an organisation of this level has the module.
    #[must_use]
    pub fn has(self, module: Module) -> bool {
        MODULES.get(self as usize - 1).is_some_and(|modules| modules & 1 << module as u8 != 0)
    }
}

impl Module {
    /// All modules.
    pub const ALL: [Self; 4] = [Self::AutomaticDeployment, Self::Passphrases, Self::BackupProfiles, Self::GroupManagement];

    /// The module that an administrative task belongs to, which the actor's own account is asked for; none where everybody has
    /// what it needs. Of accounts it is organisations alone that somebody may lack, and codes are those of the account that
    /// they enrol in: plans ask for these.
    #[must_use]
    pub const fn of(task: Task) -> Option<Self> {
        match task {
            Task::Profiles => Some(Self::BackupProfiles),
            Task::Users
            | Task::Accounts
            | Task::Passphrases
            | Task::Devices
            | Task::Groups
            | Task::HistoryRead
            | Task::HistoryDelete
            | Task::Alerts
            | Task::Server => None,
        }
    }

    /// What it is, in words for whoever lacks it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::AutomaticDeployment => "automatic deployment",
            Self::Passphrases => "enrolment codes",
            Self::BackupProfiles => "managed profiles",
            Self::GroupManagement => "organisations below it",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_never_ranks_above_its_parent_acc_3() {
        for (rank, above) in Level::ALL.into_iter().enumerate() {
            for (other, below) in Level::ALL.into_iter().enumerate() {
                assert_eq!(below.may_stand_below(above), other >= rank, "{below:?} below {above:?}");
            }
        }
    }

    #[test]
    fn each_level_has_the_modules_of_the_table_acc_3() {
        use Module::{AutomaticDeployment, BackupProfiles, GroupManagement, Passphrases};
        let of_those_who_use = |level| matches!(level, Level::Reseller | Level::EndCustomer | Level::Site);
        for level in Level::ALL {
            for module in [AutomaticDeployment, Passphrases, BackupProfiles] {
                assert_eq!(level.has(module), of_those_who_use(level), "{level:?} {module:?}");
            }
            assert_eq!(level.has(GroupManagement), level != Level::Site, "{level:?}");
        }
    }

    #[test]
    fn a_level_is_known_by_its_name_and_its_number() {
        for level in Level::ALL {
            assert_eq!(Level::from_name(level.name()), Some(level));
            assert_eq!(Level::from_number(level as u8), Some(level));
            assert_eq!(serde_json::to_string(&level).unwrap(), alloc::format!("\"{}\"", level.name()));
        }
        assert_eq!((Level::from_name("Reseller"), Level::from_number(0), Level::from_number(6)), (None, None, None));
    }
}
