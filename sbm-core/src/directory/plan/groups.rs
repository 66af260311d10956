//! Groups (USR-7): membership distributes, it never adds rights.

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::detail::{about_group, counted};
use super::{Act, Outcome, Refusal, name_taken, not_found};
use crate::code::Code;
use crate::directory::change::Change;
use crate::directory::rows::{Group, ManagedProfile, User};
use crate::id::GroupId;
use crate::wire::v1::admin::{GroupPatch, NewGroup};

impl Act<'_> {
    pub(super) fn group(&self, name: &str) -> Result<&Group, Refusal> {
        self.facts.group_named(self.root, name).ok_or_else(|| not_found("group", name))
    }

    pub(super) fn create_group(&self, new: &NewGroup) -> Outcome {
        if let Some(other) = self.facts.group_named(self.root, new.name.as_str()) {
            return Err(name_taken("group", &other.name));
        }
        let id = GroupId(self.facts.next().group);
        let group = Group { id, account: self.root, name: new.name.clone(), description: new.description.clone(), stamp: 0 };
        Ok((vec![Change::Group(group)], String::new()))
    }

    pub(super) fn modify_group(&self, name: &str, patch: &GroupPatch) -> Outcome {
        let old = self.group(name)?;
        let mut group = old.clone();
        if let Some(name) = &patch.name {
            if let Some(other) = self.facts.group_named(self.root, name.as_str()).filter(|other| other.id != old.id) {
                return Err(name_taken("group", &other.name));
            }
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
            return Err(Refusal::new(
                Code::InUse,
                format!(
                    "the group `{}` has {} users and {} profiles; detach them with the deletion, or take them out first",
                    group.name,
                    users.len(),
                    profiles.len()
                ),
            ));
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

    /// Raises the stamps of these groups: the heads of their users are made anew.
    pub(super) fn touch(&self, groups: impl IntoIterator<Item = GroupId>) -> Vec<Change> {
        groups.into_iter().filter_map(|id| self.facts.group(id)).map(|group| Change::Group(group.clone())).collect()
    }
}

fn without(groups: &[GroupId], gone: GroupId) -> Vec<GroupId> {
    groups.iter().copied().filter(|id| *id != gone).collect()
}
