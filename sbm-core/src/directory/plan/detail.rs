//! What the audit log says an act changed (RUN-12).
//!
//! 1. Only names, flags, roles and rights are told: never a password, never a description's words.
//! 2. A name that could be read as more than a name stands in backticks.
//! 3. At most [`MAX_DETAIL`] characters; what is cut off is shown as `…`.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;

use super::Act;
use crate::directory::rows::{Group, ManagedProfile, SecurityProfile, User};
use crate::id::GroupId;
use crate::name::{Name, Text};
use crate::permission::{Right, RightSet, Role, RoleSet};

/// The most characters of a detail.
const MAX_DETAIL: usize = 500;

/// The parts of a detail, in the order of the form.
#[derive(Default)]
pub(super) struct Detail(Vec<String>);

impl Detail {
    /// One part more.
    pub(super) fn say(&mut self, part: impl Into<String>) {
        self.0.push(part.into());
    }

    /// Groups that are made along the way (USR-7); whoever is changed is in them then.
    pub(super) fn made_groups(&mut self, names: &[Name]) {
        if !names.is_empty() {
            let names: Vec<String> = names.iter().map(|name| shown(name.as_str())).collect();
            self.say(format!("new group {}", names.join(" ")));
        }
    }

    /// All parts in one line.
    pub(super) fn text(self) -> String {
        if self.0.is_empty() { "no change".to_owned() } else { self.text_or_empty() }
    }

    /// The same, where nothing to say is fine: the act says it all.
    pub(super) fn text_or_empty(self) -> String {
        let text = self.0.join(", ");
        match text.char_indices().nth(MAX_DETAIL) {
            None => text,
            Some(_) => text.chars().take(MAX_DETAIL - 1).chain(['…']).collect(),
        }
    }

    pub(super) fn name(&mut self, old: &Name, new: &Name) {
        if old.as_str() != new.as_str() {
            self.say(format!("renamed to {}", shown(new.as_str())));
        }
    }

    fn description(&mut self, old: &Text, new: &Text) {
        if old != new {
            self.say("new description");
        }
    }

    fn flag(&mut self, old: bool, new: bool, set: &str, cleared: &str) {
        if old != new {
            self.say(if new { set } else { cleared });
        }
    }

    /// What came and what went: `groups +Finance -Sales`.
    fn set(&mut self, label: &str, old: &[String], new: &[String]) {
        let came = new.iter().filter(|name| !old.contains(name)).map(|name| format!(" +{}", shown(name)));
        let went = old.iter().filter(|name| !new.contains(name)).map(|name| format!(" -{}", shown(name)));
        let signed: String = came.chain(went).collect();
        if !signed.is_empty() {
            self.say(format!("{label}{signed}"));
        }
    }

    fn roles(&mut self, old: RoleSet, new: RoleSet) {
        let names = |roles: RoleSet| roles.iter().map(Role::name).map(ToOwned::to_owned).collect::<Vec<_>>();
        self.set("role", &names(old), &names(new));
    }

    /// The rights of a security profile.
    pub(super) fn rights(&mut self, old: RightSet, new: RightSet) {
        let names = |rights: RightSet| rights.iter().map(Right::name).map(ToOwned::to_owned).collect::<Vec<_>>();
        self.set("rights", &names(old), &names(new));
    }
}

impl Act<'_> {
    /// What a new user begins with.
    pub(super) fn about_new_user(&self, new: &User) -> Detail {
        let blank = User { roles: RoleSet::NONE, security_profile: None, groups: vec![], ..new.clone() };
        self.about_user(&blank, new)
    }

    /// What changes about a user, but for the password.
    pub(super) fn about_user(&self, old: &User, new: &User) -> Detail {
        let mut detail = Detail::default();
        detail.name(&old.name, &new.name);
        detail.description(&old.description, &new.description);
        detail.flag(old.disabled, new.disabled, "disabled", "enabled");
        detail.roles(old.roles, new.roles);
        if old.security_profile != new.security_profile {
            let profile = new.security_profile.and_then(|id| self.facts.security_profile(id));
            detail.say(format!("security profile {}", profile.map_or("none".to_owned(), |profile| shown(profile.name.as_str()))));
        }
        detail.set("groups", &self.group_names(&old.groups), &self.group_names(&new.groups));
        detail
    }

    /// What changes about a managed profile, but for its content.
    pub(super) fn about_profile(&self, old: &ManagedProfile, new: &ManagedProfile) -> Detail {
        let mut detail = Detail::default();
        detail.flag(old.delete, new.delete, "marked for deletion", "mark cleared");
        detail.flag(old.import_schedule, new.import_schedule, "schedule imported", "schedule not imported");
        detail.set("groups", &self.group_names(&old.groups), &self.group_names(&new.groups));
        detail
    }

    fn group_names(&self, ids: &[GroupId]) -> Vec<String> {
        ids.iter().filter_map(|id| self.facts.group(*id)).map(|group| group.name.to_string()).collect()
    }
}

/// What changes about a group.
pub(super) fn about_group(old: &Group, new: &Group) -> Detail {
    let mut detail = Detail::default();
    detail.name(&old.name, &new.name);
    detail.description(&old.description, &new.description);
    detail
}

/// What changes about a security profile.
pub(super) fn about_security_profile(old: &SecurityProfile, new: &SecurityProfile) -> Detail {
    let mut detail = Detail::default();
    detail.name(&old.name, &new.name);
    detail.description(&old.description, &new.description);
    detail.rights(old.rights, new.rights);
    detail
}

/// `1 user`, `2 users`.
pub(super) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// A name as it is, unless it could pass for another part of the line.
fn shown(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.')) && !name.contains(" -");
    if plain { name.to_owned() } else { format!("`{}`", name.escape_debug()) }
}
