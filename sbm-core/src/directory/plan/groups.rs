//! Groups (USR-7): membership distributes, it never adds rights.

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::detail::{about_group, counted};
use super::{Act, Outcome, Refusal, not_found};
use crate::code::Code;
use crate::directory::change::Change;
use crate::directory::rows::{Group, ManagedProfile, User};
use crate::id::GroupId;
use crate::name::Name;
use crate::permission::Task;
use crate::wire::v1::admin::{GroupPatch, NewGroup};

impl Act<'_> {
    pub(super) fn group(&self, name: &str) -> Result<&Group, Refusal> {
        self.sees.group(name).ok_or_else(|| not_found("group", name))
    }

    pub(super) fn check_group_is_new(&self, name: &Name) -> Result<(), Refusal> {
        self.check_group_is(name, None)
    }

    fn check_group_is(&self, name: &Name, own: Option<GroupId>) -> Result<(), Refusal> {
        match self.facts.group_named(self.sees.root(), name.as_str()).filter(|other| Some(other.id) != own) {
            Some(other) => Err(self.taken("group", name, (&other.name, other.account))),
            None => Ok(()),
        }
    }

    /// Those of these groups that are outside of the actor's scope.
    pub(super) fn unseen_groups(&self, ids: &[GroupId]) -> Vec<GroupId> {
        let is_seen = |id: &GroupId| self.facts.group(*id).is_some_and(|group| self.sees.contains(group.account));
        ids.iter().copied().filter(|id| !is_seen(id)).collect()
    }

    pub(super) fn create_group(&self, new: &NewGroup) -> Outcome {
        let (id, account) = (GroupId(self.facts.next().group), self.place_at(new.account.as_ref(), Task::Groups)?);
        self.check_group_is_new(&new.name)?;
        let group = Group { id, account, name: new.name.clone(), description: new.description.clone(), stamp: 0 };
        Ok((vec![Change::Group(group)], String::new()))
    }

    pub(super) fn modify_group(&self, name: &str, patch: &GroupPatch) -> Outcome {
        let old = self.group(name)?;
        let mut group = old.clone();
        if let Some(name) = &patch.name {
            self.check_group_is(name, Some(old.id))?;
            group.name = name.clone();
        }
        if let Some(description) = &patch.description {
            group.description = description.clone();
        }
        let detail = about_group(old, &group).text();
        let changes = if group == *old { vec![] } else { vec![Change::Group(group)] };
        Ok((changes, detail))
    }

    pub(super) fn delete_group(&self, name: &str, detach: bool) -> Outcome {
        let group = self.group(name)?;
        let users: Vec<&User> = self.facts.users().filter(|user| user.groups.contains(&group.id)).collect();
        let profiles: Vec<&ManagedProfile> =
            self.facts.profiles_in(group.id).iter().filter_map(|id| self.facts.profile_by_id(*id)).collect();
        if !detach && (!users.is_empty() || !profiles.is_empty()) {
            return Err(self.group_in_use(group, &users, &profiles));
        }
        let detail = match (users.len(), profiles.len()) {
            (0, 0) => String::new(),
            (users, profiles) => format!("took out {} and {}", counted(users, "user"), counted(profiles, "profile")),
        };
        let mut changes: Vec<Change> = users
            .into_iter()
            .map(|user| {
                let groups = without(&user.groups, group.id);
                Change::User(User { groups, ..user.clone() })
            })
            .collect();
        for profile in profiles {
            let groups = without(&profile.groups, group.id);
            changes.extend(self.touch(groups.iter().copied()));
            changes.push(Change::Profile(ManagedProfile { groups, ..profile.clone() }));
        }
        changes.push(Change::DropGroup(group.id));
        Ok((changes, detail))
    }

    /// Who was put into it from above is told without a name or a figure (DEC-3).
    fn group_in_use(&self, group: &Group, users: &[&User], profiles: &[&ManagedProfile]) -> Refusal {
        let users = users.iter().filter(|user| self.sees.contains(user.account)).count();
        let profiles = profiles.iter().filter(|profile| self.sees.contains(profile.account)).count();
        let name = &group.name;
        let message = match users + profiles {
            0 => format!("the group `{name}` is in use outside of your account; detach what is in it with the deletion"),
            _ => format!(
                "the group `{name}` has {users} users and {profiles} profiles; detach them with the deletion, or take them out first"
            ),
        };
        Refusal::new(Code::InUse, message)
    }

    /// Raises the stamps of these groups: the heads of their users are made anew.
    pub(super) fn touch(&self, groups: impl IntoIterator<Item = GroupId>) -> Vec<Change> {
        groups.into_iter().filter_map(|id| self.facts.group(id)).map(|group| Change::Group(group.clone())).collect()
    }
}

fn without(groups: &[GroupId], gone: GroupId) -> Vec<GroupId> {
    groups.iter().copied().filter(|id| *id != gone).collect()
}
