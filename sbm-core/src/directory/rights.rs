//! How far somebody goes at an account: one list of roles and accounts (USR-5, USR-10).
//!
//! 1. What a user may do is a list of roles, each at an account: the built-in roles of his row, at his own account, and after
//!    them his grants. Each holds for its account and all below it.
//! 2. At an account he goes as far as all entries at it or above it together: [`Directory::row_at`].
//! 3. A grant counts while its account is his own or below it, and a role that somebody made while he belongs to the role's
//!    account or below it; wherever accounts are moved, nobody gets further than he was let.
//! 4. The server itself is above all accounts: who was given it below his own account does not get it.
//! 5. `security_officer` is an add-on there too: it counts where one of the others counts.
//! 6. Who has no grants is not slowed down: they are asked only where the roles of his row do not suffice.

use alloc::vec::Vec;

use super::facts::Directory;
use super::rows::{CustomRole, Grant, GrantedRole, User};
use crate::id::AccountId;
use crate::permission::{Ceiling, Role, RoleSet, Task, TaskAccess};

/// How many grants a user has at most.
pub const MOST_GRANTS: usize = 16;

/// A role that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held<'a> {
    /// One of those that are built in.
    BuiltIn(Role),
    /// One that somebody made.
    Custom(&'a CustomRole),
}

impl<'a> Held<'a> {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'a str {
        match self {
            Self::BuiltIn(role) => role.name(),
            Self::Custom(role) => role.name.as_str(),
        }
    }

    /// How far it goes in each task.
    #[must_use]
    pub fn row(self) -> Ceiling {
        match self {
            Self::BuiltIn(role) => role.row(),
            Self::Custom(role) => role.tasks,
        }
    }
}

/// A role that somebody has, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The account; it counts there and below.
    pub account: AccountId,
    /// The role.
    pub role: Held<'a>,
}

impl Entry<'_> {
    /// Whether it goes that far in a task; that of the server counts at one's own account alone.
    #[must_use]
    pub fn goes(self, user: &User, task: Task, access: TaskAccess) -> bool {
        (task != Task::Server || self.account == user.account) && self.role.row().allows(task, access)
    }
}

impl Directory {
    /// Everything that a user holds: first the roles of his row, then the grants that count.
    pub fn held<'a>(&'a self, user: &'a User) -> impl Iterator<Item = Entry<'a>> {
        let own = user.roles.iter().map(|role| Entry { account: user.account, role: Held::BuiltIn(role) });
        own.chain(self.granted(user))
    }

    /// The grants that count.
    fn granted<'a>(&'a self, user: &'a User) -> impl Iterator<Item = Entry<'a>> {
        let named = |grant: &'a Grant| Some(Entry { account: grant.account, role: self.granted_role(user, grant)? });
        self.grants_of(user.id).iter().filter_map(named).filter(move |entry| match entry.role {
            Held::BuiltIn(Role::SecurityOfficer) => self.is_beside_another(user, entry.account),
            Held::BuiltIn(_) | Held::Custom(_) => true,
        })
    }

    /// The role of a grant, if that counts.
    fn granted_role(&self, user: &User, grant: &Grant) -> Option<Held<'_>> {
        if !self.is_at_or_below(grant.account, user.account) {
            return None;
        }
        match grant.role {
            GrantedRole::BuiltIn(role) => Some(Held::BuiltIn(role)),
            GrantedRole::Custom(id) => {
                self.role(id).filter(|role| self.is_at_or_below(user.account, role.account)).map(Held::Custom)
            }
        }
    }

    /// Whether a role that the add-on may stand beside counts at that account.
    fn is_beside_another(&self, user: &User, account: AccountId) -> bool {
        let covers = |grant: &&Grant| self.is_at_or_below(account, grant.account);
        let built_in = |grant: &Grant| match self.granted_role(user, grant) {
            Some(Held::BuiltIn(role)) => Some(role),
            Some(Held::Custom(_)) | None => None,
        };
        let granted = self.grants_of(user.id).iter().filter(covers).filter_map(built_in);
        user.roles.iter().chain(granted).fold(RoleSet::NONE, RoleSet::with).with(Role::SecurityOfficer).may_hold_together()
    }

    /// What counts of it at an account.
    pub fn held_at<'a>(&'a self, user: &'a User, account: AccountId) -> impl Iterator<Item = Entry<'a>> {
        self.held(user).filter(move |entry| self.is_at_or_below(account, entry.account))
    }

    /// How far a user goes in each task at an account: nowhere, if it is not his own or below.
    #[must_use]
    pub fn row_at(&self, user: &User, account: AccountId) -> Ceiling {
        self.held_at(user, account).fold(Ceiling::NONE, |row, entry| row.or(entry.role.row()))
    }

    /// Whether a user goes that far in a task at an account.
    #[must_use]
    pub fn may_at(&self, user: &User, task: Task, access: TaskAccess, account: AccountId) -> bool {
        self.held_at(user, account).any(|entry| entry.goes(user, task, access))
    }

    /// Whether a user goes that far in a task at some account. Where, his scope says.
    #[must_use]
    #[inline]
    pub fn may_somewhere(&self, user: &User, task: Task, access: TaskAccess) -> bool {
        user.roles.allows(task, access) || self.granted(user).any(|entry| entry.goes(user, task, access))
    }

    /// The highest accounts at which a user goes that far in a task; none of them stands below another.
    #[must_use]
    pub fn tops(&self, user: &User, task: Task, access: TaskAccess) -> Vec<AccountId> {
        let held = self.held(user).filter(|entry| entry.goes(user, task, access));
        let mut accounts: Vec<AccountId> = held.map(|entry| entry.account).collect();
        accounts.sort_unstable();
        accounts.dedup();
        let is_below_another =
            |account: AccountId| accounts.iter().any(|top| *top != account && self.is_at_or_below(account, *top));
        accounts.iter().copied().filter(|account| !is_below_another(*account)).collect()
    }

    /// The built-in roles that a user holds anywhere.
    #[must_use]
    pub fn roles_anywhere(&self, user: &User) -> RoleSet {
        if self.grants_of(user.id).is_empty() {
            return user.roles;
        }
        self.held(user).fold(RoleSet::NONE, |roles, entry| match entry.role {
            Held::BuiltIn(role) => roles.with(role),
            Held::Custom(_) => roles,
        })
    }
}

#[cfg(test)]
mod tests;
