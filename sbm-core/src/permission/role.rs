//! Server roles: a matrix of role and task, kept as data (USR-5). It is no ladder: a manager changes devices, which an
//! administrator only sees. So a role is compared with another task by task (USR-10).

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::action::{Task, TaskAccess};
use super::ceiling::Ceiling;

/// What a user may do on the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u32)]
pub enum Role {
    /// Every task, read and write. On the wire and in the source it is called `admin`.
    Superuser = 0,
    /// Users, accounts, groups and alerts.
    Administrator = 1,
    /// Devices, groups and alerts.
    Manager = 2,
    /// Alerts; sees the rest.
    Operator = 3,
    /// Sees accounts, devices, groups, history and alerts.
    Supporter = 4,
    /// Makes enrolment codes and passphrases, and nothing else: an add-on to another role ([`RoleSet::may_hold_together`]).
    SecurityOfficer = 5,
}

impl Serialize for Role {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Role {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let unknown = || serde::de::Error::custom(alloc::format!("`{}` is not a role", name.escape_debug()));
        Self::from_name(&name).ok_or_else(unknown)
    }
}

/// The matrix: for each role, in the order of [`Role::ALL`], how far it goes in each task, in the order of [`Task::ALL`].
const MATRIX: [[TaskAccess; Task::ALL.len()]; Role::ALL.len()] = {
    use TaskAccess::{None as N, Read as R, Write as W};
    // users, accounts, devices, groups, profiles, history read, history delete, alerts, server, passphrases
    [
        [W, W, W, W, W, W, W, W, W, N],
        [W, W, R, W, N, R, N, W, N, N],
        [R, R, W, W, N, R, N, W, N, N],
        [R, R, R, R, N, R, N, W, N, N],
        [N, R, R, R, N, R, N, R, N, N],
        [N, N, N, N, N, N, N, N, N, W],
    ]
};

impl Role {
    /// All built-in roles.
    pub const ALL: [Self; 6] =
        [Self::Superuser, Self::Administrator, Self::Manager, Self::Operator, Self::Supporter, Self::SecurityOfficer];

    /// Those of whom one is held by every security officer.
    pub const BESIDE_SECURITY_OFFICER: [Self; 4] = [Self::Superuser, Self::Administrator, Self::Manager, Self::Operator];

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Superuser => "admin",
            Self::Administrator => "administrator",
            Self::Manager => "manager",
            Self::Operator => "operator",
            Self::Supporter => "supporter",
            Self::SecurityOfficer => "security_officer",
        }
    }

    /// The role of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Its row of the matrix.
    #[must_use]
    pub fn row(self) -> Ceiling {
        Task::ALL.into_iter().fold(Ceiling::NONE, |row, task| row.with(task, self.access(task)))
    }

    /// How far this role goes in that task.
    #[must_use]
    pub fn access(self, task: Task) -> TaskAccess {
        MATRIX.get(self as usize).and_then(|row| row.get(task as usize)).copied().unwrap_or(TaskAccess::None)
    }
}

/// The roles a user has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct RoleSet(u32);

impl RoleSet {
    /// No role: nothing on the server but one's own.
    pub const NONE: Self = Self(0);

    /// The set of a table row.
    #[must_use]
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// The bits, one a role.
    #[must_use]
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// This set and one role more.
    #[must_use]
    pub const fn with(self, role: Role) -> Self {
        Self(self.0 | 1 << role as u32)
    }

    /// Whether the role is in the set.
    #[must_use]
    pub const fn has(self, role: Role) -> bool {
        self.0 & 1 << role as u32 != 0
    }

    /// Whether one user may hold these: a security officer is a superuser, administrator, manager or operator too (USR-5).
    #[must_use]
    pub fn may_hold_together(self) -> bool {
        !self.has(Role::SecurityOfficer) || Role::BESIDE_SECURITY_OFFICER.into_iter().any(|role| self.has(role))
    }

    /// Whether any of the roles goes that far in that task.
    #[must_use]
    pub fn allows(self, task: Task, access: TaskAccess) -> bool {
        access == TaskAccess::None || self.iter().any(|role| role.access(task) >= access)
    }

    /// Whether these roles go as far as that one in every task: who has them may give it and take it away (USR-10).
    #[must_use]
    pub fn cover(self, role: Role) -> bool {
        Task::ALL.into_iter().all(|task| self.allows(task, role.access(task)))
    }

    /// The roles, in the order of their numbers.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| self.has(*role))
    }
}

impl FromIterator<Role> for RoleSet {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        roles.into_iter().fold(Self::NONE, Self::with)
    }
}

impl Serialize for RoleSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(Role::name))
    }
}

impl<'de> Deserialize<'de> for RoleSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<Role>::deserialize(deserializer)?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_matrix_is_in_the_order_of_its_tasks_and_of_its_roles_usr_5() {
        for (at, task) in Task::ALL.into_iter().enumerate() {
            assert_eq!(task as usize, at);
        }
        for (at, role) in Role::ALL.into_iter().enumerate() {
            assert_eq!((role as usize, Role::from_name(role.name())), (at, Some(role)));
        }
    }

    #[test]
    fn a_role_is_covered_by_who_goes_as_far_in_every_task_and_there_is_no_ladder_usr_10() {
        let covered = |by: Role| Role::ALL.into_iter().filter(|role| RoleSet::NONE.with(by).cover(*role)).collect::<Vec<_>>();
        assert_eq!(covered(Role::Superuser), Role::ALL[..5], "all but the add-on");
        assert_eq!(covered(Role::SecurityOfficer), [Role::SecurityOfficer]);
        assert_eq!(covered(Role::Administrator), [Role::Administrator, Role::Operator, Role::Supporter]);
        assert_eq!(covered(Role::Manager), [Role::Manager, Role::Operator, Role::Supporter]);
        assert_eq!(covered(Role::Supporter), [Role::Supporter]);
        let both = RoleSet::NONE.with(Role::Administrator).with(Role::Manager);
        assert!(both.cover(Role::Manager) && !both.cover(Role::Superuser));
        assert!(!RoleSet::NONE.cover(Role::Supporter));
    }

    #[test]
    fn a_security_officer_is_something_else_too_and_no_supporter_usr_5() {
        let officer = RoleSet::NONE.with(Role::SecurityOfficer);
        let may = |role: &Role| officer.with(*role).may_hold_together();
        assert_eq!(Role::ALL.into_iter().filter(may).collect::<Vec<_>>(), Role::BESIDE_SECURITY_OFFICER);
        assert!(!officer.may_hold_together() && RoleSet::NONE.may_hold_together());
        for task in Task::ALL {
            let may = officer.allows(task, TaskAccess::Read);
            assert_eq!((may, officer.allows(task, TaskAccess::Write)), (task == Task::Passphrases, may), "{task:?}");
            assert_eq!(RoleSet::NONE.with(Role::Superuser).allows(task, TaskAccess::Read), !may, "{task:?}");
        }
    }
}
