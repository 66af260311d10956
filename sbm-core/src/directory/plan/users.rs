//! Users (USR-1, USR-6, USR-10).

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::agents::unserved;
use super::detail::counted;
use super::tokens::by_person;
use super::{Act, Outcome, Refusal, not_found};
use crate::code::Code;
use crate::directory::change::Change;
use crate::directory::command::{NewUser, Phc, UserPatch};
use crate::directory::facts::Directory;
use crate::directory::rights::Held;
use crate::directory::rows::User;
use crate::id::{AccountId, GroupId, SecurityProfileId, UserId};
use crate::name::Name;
use crate::permission::Role;

impl Act<'_> {
    pub(super) fn create_user(&self, new: &NewUser, phc: &Phc) -> Outcome {
        let account = self.place_of(new)?;
        self.check_user_is_new(&new.name, None, self.facts.root_of(account))?;
        self.check_login(&new.name, account)?;
        self.gives(account, new.roles)?;
        let (mut changes, made) = self.new_groups(&new.new_groups)?;
        let user = User {
            id: UserId(self.facts.next().user),
            account,
            name: new.name.clone(),
            description: new.description.clone(),
            disabled: false,
            built_in: false,
            roles: new.roles,
            security_profile: self.security_profile_id(new.security_profile.as_ref())?,
            groups: with(self.group_ids(&new.groups)?, made),
            stamp: 0,
        };
        let mut detail = self.about_new_user(&user);
        detail.made_groups(&new.new_groups);
        let (id, detail) = (user.id, detail.text_or_empty());
        changes.extend([Change::User(user), Change::Password { user: id, phc: phc.clone() }]);
        Ok((changes, detail))
    }

    pub(super) fn modify_user(&self, name: &str, patch: &UserPatch, phc: Option<&Phc>) -> Outcome {
        let old = self.user(name)?;
        self.reaches(old)?;
        if phc.is_some() {
            self.check_not_own(old, "nobody can set it anew")?;
            by_person(self.actor, "sets a password of somebody who is there")?;
        }
        let mut user = old.clone();
        if let Some(name) = patch.name.as_ref().filter(|name| **name != old.name) {
            if old.built_in {
                return Err(Refusal::new(Code::BuiltIn, format!("`{}` is built in and keeps its name", old.name)));
            }
            self.check_not_own(old, "that login has no name to change")?;
            self.check_user_is_new(name, Some(old.id), self.facts.root_of(old.account))?;
            self.check_login(name, old.account)?;
            user.name = name.clone();
        }
        if let Some(description) = &patch.description {
            user.description = description.clone();
        }
        if let Some(disabled) = patch.disabled {
            user.disabled = disabled;
        }
        if let Some(roles) = patch.roles {
            self.gives(old.account, roles)?;
            user.roles = roles;
        }
        if let Some(security_profile) = &patch.security_profile {
            user.security_profile = self.security_profile_id(security_profile.as_ref())?;
        }
        let (mut changes, made) = self.new_groups(&patch.new_groups)?;
        user.groups = self.groups_after(old, patch, made)?;
        self.check_superuser_stays(old, Some(&user))?;
        let mut detail = self.about_user(old, &user);
        detail.made_groups(&patch.new_groups);
        // A new password is a change of the user too: his row goes along, so that its stamp rises and `if-match` notices.
        if user != *old || phc.is_some() {
            changes.push(Change::User(user));
        }
        if let Some(phc) = phc {
            changes.push(Change::Password { user: old.id, phc: phc.clone() });
            detail.say("with a new password");
        }
        Ok((changes, detail.text()))
    }

    fn groups_after(&self, old: &User, patch: &UserPatch, made: Vec<GroupId>) -> Result<Vec<GroupId>, Refusal> {
        let base = match &patch.groups {
            // Those that somebody above put him into stay: whoever says which there are to be does not see them.
            Some(groups) => with(self.group_ids(groups)?, self.unseen_groups(&old.groups)),
            None => old.groups.clone(),
        };
        let mut groups = with(with(base, self.group_ids(&patch.add_groups)?), made);
        let remove = self.group_ids(&patch.remove_groups)?;
        groups.retain(|id| !remove.contains(id));
        Ok(groups)
    }

    /// Everybody may change his own password; whoever asks has proved the one he has (RUN-9).
    pub(super) fn change_password(&self, phc: &Phc) -> Outcome {
        by_person(self.actor, "changes the password of its owner")?;
        let user = self.actor_user().ok_or(Code::DeniedRole)?;
        if user.disabled {
            return Err(Code::UserDisabled.into());
        }
        Ok((vec![Change::Password { user: user.id, phc: phc.clone() }], String::new()))
    }

    pub(super) fn delete_user(&self, name: &str) -> Outcome {
        let user = self.user(name)?;
        self.reaches(user)?;
        if user.built_in {
            return Err(Refusal::new(Code::BuiltIn, format!("`{}` is built in and cannot be removed", user.name)));
        }
        self.check_not_own(user, "it goes with the account and not without it")?;
        self.check_superuser_stays(user, None)?;
        // A device without a user has nobody to decide for: it goes with him, its history stays (HIS-4).
        let devices = self.facts.devices().filter(|device| device.user == user.id).map(|device| Change::DropDevice(device.id));
        let mut changes: Vec<Change> = devices.collect();
        let detail = if changes.is_empty() { String::new() } else { format!("with {}", counted(changes.len(), "device")) };
        changes.extend(unserved(self.facts, |id| id == user.id).map(Change::Account));
        changes.push(Change::DropUser(user.id));
        Ok((changes, detail))
    }

    fn security_profile_id(&self, name: Option<&Name>) -> Result<Option<SecurityProfileId>, Refusal> {
        name.map(|name| {
            let profile = self.sees.security_profile(name.as_str()).map(|profile| profile.id);
            profile.ok_or_else(|| not_found("security profile", name.as_str()))
        })
        .transpose()
    }

    /// The account of a new user. In another root account, where the operator makes the first user, there are other groups and
    /// security profiles (USR-1).
    fn place_of(&self, new: &NewUser) -> Result<AccountId, Refusal> {
        let Some(path) = &new.account else { return self.place() };
        let row = self.seen_account(path)?;
        self.check_stays(row)?;
        let account = row.id;
        let has_more = new.security_profile.is_some() || !new.groups.is_empty() || !new.new_groups.is_empty();
        if self.facts.root_of(account) != self.sees.root() && has_more {
            let message =
                format!("`{path}` is of another root account, which has its own groups and security profiles; leave yours out");
            return Err(Refusal::new(Code::InvalidAccount, message));
        }
        Ok(account)
    }

    fn check_user_is_new(&self, name: &Name, own: Option<UserId>, root: AccountId) -> Result<(), Refusal> {
        match self.facts.user_named(root, name.as_str()).filter(|other| Some(other.id) != own) {
            Some(other) => Err(self.taken("user", name, (&other.name, other.account))),
            None => Ok(()),
        }
    }

    /// The last superuser at an account, and oneself, cannot be deleted, disabled or demoted (USR-6).
    fn check_superuser_stays(&self, old: &User, new: Option<&User>) -> Result<(), Refusal> {
        let loses_login = new.is_none_or(|user| user.disabled);
        let keeps_roles = new.is_some_and(|user| user.roles.has(Role::Superuser));
        if loses_login {
            self.check_not_oneself(old)?;
        }
        // What was given to him elsewhere stays his, whatever his roles are.
        let is_lost = |account: &AccountId| loses_login || (*account == old.account && !keeps_roles);
        let lost: Vec<AccountId> = superuser_at(self.facts, old).filter(|_| !old.disabled).filter(is_lost).collect();
        self.check_superuser_left(old, &lost)
    }

    /// The same of who ceases to be superuser at these accounts. Who holds the role counts, by the roles of his own account or by a
    /// grant, at the account or above it; a role that somebody made never does, whatever it is for.
    pub(super) fn check_superuser_left(&self, old: &User, lost: &[AccountId]) -> Result<(), Refusal> {
        if !lost.is_empty() {
            self.check_not_oneself(old)?;
        }
        let is_another = |user: &&User| user.id != old.id && !user.disabled;
        let has_another =
            |account: &AccountId| self.facts.users().filter(is_another).any(|user| is_superuser_at(self.facts, user, *account));
        if lost.iter().all(has_another) {
            return Ok(());
        }
        let message = format!("`{}` is the last user with the role `admin`; give it to another user first", old.name);
        Err(Refusal::new(Code::LastSuperuser, message))
    }

    fn check_not_oneself(&self, old: &User) -> Result<(), Refusal> {
        if self.actor_user().is_none_or(|actor| actor.id != old.id) {
            return Ok(());
        }
        let message = format!("`{}` is you; have another user with the role `admin` do this", old.name);
        Err(Refusal::new(Code::LastSuperuser, message))
    }
}

/// The accounts at which a user was given the role of a superuser: it counts there and below.
fn superuser_at<'a>(facts: &'a Directory, user: &'a User) -> impl Iterator<Item = AccountId> + 'a {
    facts.held(user).filter(|entry| entry.role == Held::BuiltIn(Role::Superuser)).map(|entry| entry.account)
}

/// Whether a user is superuser at an account.
pub(super) fn is_superuser_at(facts: &Directory, user: &User, account: AccountId) -> bool {
    facts.held_at(user, account).any(|entry| entry.role == Held::BuiltIn(Role::Superuser))
}

/// Both sets in one, sorted, each member once.
pub(super) fn with(mut groups: Vec<GroupId>, more: Vec<GroupId>) -> Vec<GroupId> {
    groups.extend(more);
    groups.sort_unstable();
    groups.dedup();
    groups
}
