//! Server roles: a matrix of role and task, kept as data (USR-5). The superuser, spelled `admin`, comes first; the other
//! built-in roles are rows to add here.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::action::{Task, TaskAccess};

/// What a user may do on the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u32)]
pub enum Role {
    /// Every task, read and write. On the wire and in the source it is called `admin`.
    Superuser = 0,
}

impl Role {
    /// All built-in roles.
    pub const ALL: [Self; 1] = [Self::Superuser];

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Superuser => "admin",
        }
    }

    /// The role of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// The matrix: how far this role goes in that task.
    #[must_use]
    pub const fn access(self, task: Task) -> TaskAccess {
        match (self, task) {
            (Self::Superuser, _) => TaskAccess::Write,
        }
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

    /// Whether any of the roles goes that far in that task.
    #[must_use]
    pub fn allows(self, task: Task, access: TaskAccess) -> bool {
        self.iter().any(|role| role.access(task) >= access)
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
        let names: Vec<String> = Vec::deserialize(deserializer)?;
        names
            .iter()
            .map(|name| {
                Role::from_name(name)
                    .ok_or_else(|| serde::de::Error::custom(alloc::format!("`{}` is not a role", name.escape_debug())))
            })
            .collect()
    }
}
