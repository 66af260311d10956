//! Roles that somebody made, and roles at accounts below one's own (USR-5, USR-10).
//!
//! 1. A role is a row of the matrix for users of its account and of those below, and goes no further than its maker at that
//!    account. Who is below sees it and gives it on, as far as he goes himself, and does not change it.
//! 2. A role that somebody has is not removed.
//! 3. A grant is at an account that is the user's own or below. A built-in role at his own account is one of his roles.
//!    The last superuser at an account, and oneself, keep that role there (USR-6).
//! 4. Passphrases come with `security_officer` alone, and the server with the operator's own account.

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::detail::{Detail, counted};
use super::users::is_superuser_at;
use super::{Act, Outcome, Refusal, not_found};
use crate::code::Code;
use crate::directory::change::Change;
use crate::directory::rights::{Held, MOST_GRANTS};
use crate::directory::rows::{CustomRole, Grant, GrantedRole, User};
use crate::id::{AccountId, GrantId, RoleId};
use crate::name::Name;
use crate::permission::{Ceiling, Role, RoleSet, Task, TaskAccess};
use crate::wire::v1::admin::{NewGrant, NewRole, RolePatch};

/// How many roles there are below a root account at most, besides those that are built in.
const MOST_ROLES: usize = 500;

impl Act<'_> {
    pub(super) fn create_role(&self, new: &NewRole) -> Outcome {
        let account = self.place_at(new.account.as_ref(), Task::Users)?;
        self.check_role_is(&new.name, None)?;
        let root = self.facts.root_of(account);
        if self.facts.roles().filter(|role| self.facts.root_of(role.account) == root).count() >= MOST_ROLES {
            let message = format!("there are {MOST_ROLES} roles already; remove one that nobody has any more");
            return Err(Refusal::new(Code::TooMany, message));
        }
        let role = CustomRole {
            id: RoleId(self.facts.next().role),
            account,
            name: new.name.clone(),
            description: new.description.clone(),
            tasks: new.tasks,
            stamp: 0,
        };
        self.check_row(&role)?;
        self.gives_one(account, Held::Custom(&role))?;
        let detail = format!("{} at `{}`", role.tasks, self.facts.account_name(account));
        Ok((vec![Change::Role(role)], detail))
    }

    pub(super) fn modify_role(&self, name: &str, patch: &RolePatch) -> Outcome {
        let old = self.changeable_role(name)?;
        let mut role = old.clone();
        if let Some(name) = &patch.name {
            self.check_role_is(name, Some(old.id))?;
            role.name = name.clone();
        }
        if let Some(description) = &patch.description {
            role.description = description.clone();
        }
        if let Some(tasks) = patch.tasks {
            role.tasks = tasks;
            self.check_row(&role)?;
        }
        self.gives_one(role.account, Held::Custom(&role))?;
        let mut detail = Detail::default();
        detail.name(&old.name, &role.name);
        if old.tasks != role.tasks {
            detail.say(format!("now {}, before {}", role.tasks, old.tasks));
        }
        let changes = if role == *old { vec![] } else { vec![Change::Role(role)] };
        Ok((changes, detail.text()))
    }

    pub(super) fn delete_role(&self, name: &str) -> Outcome {
        let role = self.changeable_role(name)?;
        let holders = self.facts.grants().filter(|grant| grant.role == GrantedRole::Custom(role.id));
        let holders: Vec<&User> = holders.filter_map(|grant| self.facts.user(grant.user)).collect();
        let seen = holders.iter().find(|user| self.sees.contains(user.account));
        let name = &role.name;
        let message = match (seen, holders.len()) {
            (_, 0) => return Ok((vec![Change::DropRole(role.id)], String::new())),
            (None, _) => {
                format!("the role `{name}` is in use outside of your account; ask whoever manages the accounts above yours")
            }
            (Some(user), 1) => format!("`{}` has the role `{name}`; take it away first", user.name),
            (Some(user), many) => {
                let (are, others) = (if many == 2 { "is" } else { "are" }, counted(many - 1, "more grant"));
                format!("`{}` has the role `{name}`, and there {are} {others} of it; take it away first", user.name)
            }
        };
        Err(Refusal::new(Code::InUse, message))
    }

    pub(super) fn grant(&self, new: &NewGrant) -> Outcome {
        let user = self.user(&new.user)?;
        self.reaches(user)?;
        let row = self.sees.account(&new.account).ok_or_else(|| not_found("account", &format!("{}", new.account)))?;
        self.check_stays(row)?;
        let account = row.id;
        if !self.facts.is_at_or_below(account, user.account) {
            let message = format!("`{}` is not the account of `{}` nor below it; choose one that is", new.account, user.name);
            return Err(Refusal::new(Code::InvalidArgument, message));
        }
        let (named, role) = self.role_to_give(user, account, &new.role)?;
        self.gives_one(account, named)?;
        let there = self.facts.grants_of(user.id);
        let detail = format!("`{}` at `{}`", named.name(), new.account);
        if there.iter().any(|grant| (grant.account, grant.role) == (account, role)) {
            return Ok((vec![], detail));
        }
        if there.len() >= MOST_GRANTS {
            let message = format!("`{}` has {MOST_GRANTS} grants; make a role that says it all, or take one away", user.name);
            return Err(Refusal::new(Code::TooMany, message));
        }
        let id = GrantId(self.facts.next().grant);
        Ok((vec![Change::Grant(Grant { id, user: user.id, account, role, stamp: 0 })], detail))
    }

    pub(super) fn ungrant(&self, id: GrantId) -> Outcome {
        let missing = || not_found("grant", &format!("{}", id.0));
        let grant = self.facts.grants().find(|grant| grant.id == id).ok_or_else(missing)?;
        let user = self.facts.user(grant.user).filter(|user| self.sees.contains(user.account)).ok_or_else(missing)?;
        self.reaches(user)?;
        let detail = format!("`{}` at `{}`", user.name, self.facts.account_name(grant.account));
        let changes = vec![Change::DropGrant { id, user: user.id }];
        // Superusers are few: only for them it is looked how it is afterwards (USR-6).
        if grant.role == GrantedRole::BuiltIn(Role::Superuser) && !user.disabled {
            let after = self.facts.apply(self.facts.revision(), &changes);
            let is_lost = is_superuser_at(self.facts, user, grant.account) && !is_superuser_at(&after, user, grant.account);
            let lost = [grant.account];
            self.check_superuser_left(user, if is_lost { &lost } else { &[] })?;
        }
        Ok((changes, detail))
    }

    /// The role of that name, if this user may have it there.
    fn role_to_give<'a>(&'a self, user: &User, account: AccountId, name: &Name) -> Result<(Held<'a>, GrantedRole), Refusal> {
        let refused = |message| Err(Refusal::new(Code::InvalidArgument, message));
        if let Some(role) = built_in(name) {
            if account == user.account {
                return refused(format!(
                    "`{name}` is built in, and at his own account one of the roles of `{}`; change the user instead",
                    user.name
                ));
            }
            let built_in = self.facts.held_at(user, account).filter_map(|entry| match entry.role {
                Held::BuiltIn(role) => Some(role),
                Held::Custom(_) => None,
            });
            if !built_in.fold(RoleSet::NONE, RoleSet::with).with(role).may_hold_together() {
                return refused(format!(
                    "`{name}` is an add-on to `admin`, `administrator`, `manager` or `operator`; give `{}` one of these there first",
                    user.name
                ));
            }
            return Ok((Held::BuiltIn(role), GrantedRole::BuiltIn(role)));
        }
        let role = self.sees.role(name.as_str()).ok_or_else(|| not_found("role", name.as_str()))?;
        if !self.facts.is_at_or_below(user.account, role.account) {
            let at = self.facts.account_name(role.account);
            return refused(format!("the role `{name}` is for users of `{at}` and below, and `{}` is none of these", user.name));
        }
        Ok((Held::Custom(role), GrantedRole::Custom(role.id)))
    }

    /// The role of that name, if it is the actor's to change.
    fn changeable_role(&self, name: &str) -> Result<&CustomRole, Refusal> {
        if Name::new(name).is_ok_and(|name| built_in(&name).is_some()) {
            let message = format!("the role `{}` is built in and cannot be changed or removed", name.escape_debug());
            return Err(Refusal::new(Code::BuiltIn, message));
        }
        let role = self.sees.role(name).ok_or_else(|| not_found("role", name))?;
        if !self.sees.contains(role.account) {
            let message =
                format!("the role `{}` is set above your account; ask whoever manages the accounts above yours", role.name);
            return Err(Refusal::new(Code::DeniedRole, message));
        }
        // Who changes it changes all who have it.
        self.gives_one(role.account, Held::Custom(role))?;
        Ok(role)
    }

    fn check_role_is(&self, name: &Name, own: Option<RoleId>) -> Result<(), Refusal> {
        if built_in(name).is_some() {
            let message = format!("`{name}` is a role that is built in; choose another name");
            return Err(Refusal::new(Code::NameTaken, message));
        }
        match self.facts.role_named(self.sees.root(), name.as_str()).filter(|other| Some(other.id) != own) {
            Some(other) => Err(self.taken("role", name, (&other.name, other.account))),
            None => Ok(()),
        }
    }

    fn check_row(&self, role: &CustomRole) -> Result<(), Refusal> {
        let CustomRole { account, tasks, .. } = role;
        let message = if tasks.is_empty() {
            "a role that may do nothing is of no use; name at least one task, such as `history_read` with `read`"
        } else if names(*tasks, Task::Passphrases) {
            "`passphrases` comes with the role `security_officer` alone; leave it out, and give that role besides"
        } else if names(*tasks, Task::Server) && *account != AccountId::ROOT {
            "the server itself is above every account; leave `server` out, or make the role at the operator's own account"
        } else {
            return Ok(());
        };
        Err(Refusal::new(Code::InvalidArgument, message))
    }
}

fn names(tasks: Ceiling, task: Task) -> bool {
    tasks.access(task) != TaskAccess::None
}

/// The built-in role of that name, in any case of its letters.
fn built_in(name: &Name) -> Option<Role> {
    Role::from_name(&name.key())
}
