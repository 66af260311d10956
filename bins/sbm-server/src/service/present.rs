//! Rows as the administrator sees them: ids become names.

use std::collections::HashMap;

use sbm_core::directory::{Directory, Refusal, rows};
use sbm_core::id::{AccountId, DeviceId, GroupId, SecurityProfileId, UserId};
use sbm_core::name::Name;
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::admin::{AllowEntry, Device, Group, Profile, ProfileRevision, SecurityProfile, User};

use super::{Service, store_refusal};
use crate::store::{self, LastLogin};

/// What lists show besides the facts: it changes with every login and check-in, so the store keeps it apart.
#[derive(Debug, Default)]
pub struct Traces {
    /// Last logins.
    pub logins: HashMap<UserId, LastLogin>,
    /// When devices were last heard of.
    pub seen: HashMap<DeviceId, Timestamp>,
}

impl Service {
    /// Reads what lists show besides the facts.
    ///
    /// # Errors
    ///
    /// What the store says.
    pub async fn traces(&self) -> Result<Traces, Refusal> {
        let logins = self.store.last_logins().await.map_err(|error| store_refusal(&error))?;
        let mut seen: HashMap<DeviceId, Timestamp> =
            self.store.last_seen().await.map_err(|error| store_refusal(&error))?.into_iter().collect();
        for device in self.facts().devices() {
            // What is not written yet is newer.
            if let Some(at) = self.seen.of(device.id) {
                seen.insert(device.id, at);
            }
        }
        Ok(Traces { logins: logins.into_iter().map(|login| (login.user, login)).collect(), seen })
    }
}

/// A user.
#[must_use]
pub fn user(facts: &Directory, row: &rows::User, traces: &Traces) -> User {
    let login = traces.logins.get(&row.id);
    User {
        name: row.name.clone(),
        description: row.description.clone(),
        account: facts.account_name(row.account),
        disabled: row.disabled,
        roles: row.roles,
        security_profile: row.security_profile.and_then(|id| facts.security_profile(id)).map(|profile| profile.name.clone()),
        groups: group_names(facts, &row.groups),
        last_login: login.map(|login| login.at),
        last_address: login.map(|login| login.address.clone()),
    }
}

/// All groups of a root account. Who is in them is counted once for all.
#[must_use]
pub fn groups(facts: &Directory, root: AccountId) -> Vec<Group> {
    let mut users: HashMap<GroupId, usize> = HashMap::new();
    for id in facts.users().flat_map(|user| &user.groups) {
        *users.entry(*id).or_default() += 1;
    }
    let rows = facts.groups().filter(|row| visible(facts, root, row.account));
    rows.map(|row| group_of(facts, row, users.get(&row.id).copied().unwrap_or(0))).collect()
}

/// A group.
#[must_use]
pub fn group(facts: &Directory, row: &rows::Group) -> Group {
    group_of(facts, row, facts.users().filter(|user| user.groups.contains(&row.id)).count())
}

fn group_of(facts: &Directory, row: &rows::Group, users: usize) -> Group {
    let profiles = facts.profiles_in(row.id).len();
    Group { name: row.name.clone(), description: row.description.clone(), users, profiles }
}

/// All security profiles of a root account. Who has them is counted once for all.
#[must_use]
pub fn security_profiles(facts: &Directory, root: AccountId) -> Vec<SecurityProfile> {
    let mut users: HashMap<SecurityProfileId, usize> = HashMap::new();
    for id in facts.users().filter_map(|user| user.security_profile) {
        *users.entry(id).or_default() += 1;
    }
    let rows = facts.security_profiles().filter(|row| visible(facts, root, row.account));
    rows.map(|row| security_profile_of(row, users.get(&row.id).copied().unwrap_or(0))).collect()
}

/// A security profile.
#[must_use]
pub fn security_profile(facts: &Directory, row: &rows::SecurityProfile) -> SecurityProfile {
    security_profile_of(row, facts.users().filter(|user| user.security_profile == Some(row.id)).count())
}

fn security_profile_of(row: &rows::SecurityProfile, users: usize) -> SecurityProfile {
    SecurityProfile {
        name: row.name.clone(),
        description: row.description.clone(),
        rights: row.rights,
        built_in: row.built_in,
        users,
    }
}

/// An entry of the allowlist.
#[must_use]
pub fn allow(row: &rows::Allow) -> AllowEntry {
    AllowEntry { id: row.id, kind: row.kind, pattern: row.pattern.clone(), comment: row.comment.clone() }
}

/// A managed profile.
#[must_use]
pub fn profile(facts: &Directory, row: &rows::ManagedProfile) -> Profile {
    Profile {
        guid: row.guid,
        name: row.name.clone(),
        description: row.description.clone(),
        version: row.version,
        revision: row.revision,
        body: row.body,
        size: row.size,
        has_schedule: row.schedule.is_some(),
        import_schedule: row.import_schedule,
        delete: row.delete,
        groups: group_names(facts, &row.groups),
        uploaded_by: row.uploaded_by.clone(),
        uploaded_at: row.uploaded_at,
    }
}

/// What a managed profile was at one revision.
#[must_use]
pub fn revision(old: store::ProfileRevision) -> ProfileRevision {
    ProfileRevision {
        revision: old.revision,
        version: old.version,
        name: old.name,
        description: old.description,
        body: old.body,
        size: old.size,
        has_schedule: old.schedule.is_some(),
        uploaded_by: old.uploaded_by,
        uploaded_at: old.uploaded_at,
    }
}

/// A device, if its user is still there.
#[must_use]
pub fn device(facts: &Directory, row: &rows::Device, traces: &Traces) -> Option<Device> {
    Some(Device {
        installation: row.installation,
        computer: row.computer.clone(),
        program: row.program.clone(),
        user: facts.user(row.user)?.name.clone(),
        enrolled: row.enrolled,
        last_seen: traces.seen.get(&row.id).copied(),
    })
}

/// Whether a row of that account is the actor's to see: in the tree below his root account.
#[must_use]
pub fn visible(facts: &Directory, root: AccountId, account: AccountId) -> bool {
    facts.root_of(account) == root
}

fn group_names(facts: &Directory, ids: &[GroupId]) -> Vec<Name> {
    let mut names: Vec<Name> = ids.iter().filter_map(|id| facts.group(*id)).map(|group| group.name.clone()).collect();
    names.sort_by_key(Name::key);
    names
}
