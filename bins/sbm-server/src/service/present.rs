//! Rows as the administrator sees them: ids become names.

use std::collections::HashMap;

use sbm_core::directory::{Refusal, View, plan, rows};
use sbm_core::id::{AccountId, DeviceId, GroupId, SecurityProfileId, UserId};
use sbm_core::name::Name;
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::admin::{
    AllowEntry, Device, DeviceState, Group, Profile, ProfileRevision, SecurityProfile, User, WaitingDevice,
};

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
    /// Reads what is shown of one user besides the facts.
    ///
    /// # Errors
    ///
    /// What the store says.
    pub async fn traces_of_user(&self, user: UserId) -> Result<Traces, Refusal> {
        let login = self.store.last_login_of(user).await.map_err(|error| store_refusal(&error))?;
        Ok(Traces { logins: login.into_iter().map(|login| (user, login)).collect(), seen: HashMap::new() })
    }

    /// Reads what is shown of one device besides the facts.
    ///
    /// # Errors
    ///
    /// What the store says.
    pub async fn traces_of_device(&self, device: DeviceId) -> Result<Traces, Refusal> {
        let seen = match self.seen.of(device) {
            // What is not written yet is newer.
            Some(at) => Some(at),
            None => self.store.last_seen_of(device).await.map_err(|error| store_refusal(&error))?,
        };
        Ok(Traces { logins: HashMap::new(), seen: seen.into_iter().map(|at| (device, at)).collect() })
    }

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
pub fn user(sees: View<'_>, row: &rows::User, traces: &Traces) -> User {
    let login = traces.logins.get(&row.id);
    User {
        name: row.name.clone(),
        description: row.description.clone(),
        account: sees.facts().account_name(row.account),
        disabled: row.disabled,
        roles: row.roles,
        security_profile: row.security_profile.and_then(|id| security_profile_name(sees, id)),
        groups: sees.group_names(&row.groups),
        second_factor: sees.facts().has_factor(row.id),
        last_login: login.map(|login| login.at),
        last_address: login.map(|login| login.address.clone()),
    }
}

/// All groups that are seen. Who is in them is counted once for all; only who is seen counts.
#[must_use]
pub fn groups(sees: View<'_>) -> Vec<Group> {
    let mut users: HashMap<GroupId, usize> = HashMap::new();
    for id in sees.users().flat_map(|user| &user.groups) {
        *users.entry(*id).or_default() += 1;
    }
    sees.groups().map(|row| group_of(sees, row, users.get(&row.id).copied().unwrap_or(0))).collect()
}

/// A group.
#[must_use]
pub fn group(sees: View<'_>, row: &rows::Group) -> Group {
    group_of(sees, row, sees.users().filter(|user| user.groups.contains(&row.id)).count())
}

/// The name of an account, if it is one below one's own.
fn account_below(sees: View<'_>, account: AccountId) -> Option<String> {
    (account != sees.home() && sees.contains(account)).then(|| sees.facts().account_name(account))
}

fn group_of(sees: View<'_>, row: &rows::Group, users: usize) -> Group {
    let profiles = sees.profiles_in(row.id).count();
    let account = account_below(sees, row.account);
    Group { name: row.name.clone(), description: row.description.clone(), users, profiles, account }
}

/// All security profiles that are seen. Who has them is counted once for all; only who is seen counts.
#[must_use]
pub fn security_profiles(sees: View<'_>) -> Vec<SecurityProfile> {
    let mut users: HashMap<SecurityProfileId, usize> = HashMap::new();
    for id in sees.users().filter_map(|user| user.security_profile) {
        *users.entry(id).or_default() += 1;
    }
    sees.security_profiles().map(|row| security_profile_of(sees, row, users.get(&row.id).copied().unwrap_or(0))).collect()
}

/// A security profile.
#[must_use]
pub fn security_profile(sees: View<'_>, row: &rows::SecurityProfile) -> SecurityProfile {
    security_profile_of(sees, row, sees.users().filter(|user| user.security_profile == Some(row.id)).count())
}

fn security_profile_of(sees: View<'_>, row: &rows::SecurityProfile, users: usize) -> SecurityProfile {
    SecurityProfile {
        name: row.name.clone(),
        description: row.description.clone(),
        rights: row.rights,
        built_in: row.built_in,
        users,
        account: account_below(sees, row.account),
    }
}

/// An entry of the allowlist.
#[must_use]
pub fn allow(row: &rows::Allow) -> AllowEntry {
    AllowEntry { id: row.id, kind: row.kind, pattern: row.pattern.clone(), comment: row.comment.clone() }
}

/// A managed profile.
#[must_use]
pub fn profile(sees: View<'_>, row: &rows::ManagedProfile) -> Profile {
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
        groups: sees.group_names(&row.groups),
        uploaded_by: told(sees, &row.uploaded_by),
        uploaded_at: row.uploaded_at,
        account: account_below(sees, row.account),
    }
}

/// What a managed profile was at one revision.
#[must_use]
pub fn revision(sees: View<'_>, old: store::ProfileRevision) -> ProfileRevision {
    ProfileRevision {
        revision: old.revision,
        version: old.version,
        name: old.name,
        description: old.description,
        body: old.body,
        size: old.size,
        has_schedule: old.schedule.is_some(),
        uploaded_by: told(sees, &old.uploaded_by),
        uploaded_at: old.uploaded_at,
    }
}

/// A device, if its user is still there.
#[must_use]
pub fn device(sees: View<'_>, row: &rows::Device, traces: &Traces) -> Option<Device> {
    Some(Device {
        installation: row.installation,
        computer: row.computer.clone(),
        program: row.program.clone(),
        user: user_name(sees, row.user)?,
        enrolled: row.enrolled,
        last_seen: traces.seen.get(&row.id).copied(),
        account: Some(sees.facts().account_name(row.account)),
        state: Some(DeviceState::Active),
        replaced: plan::check_machine(sees.facts(), row).is_err(),
    })
}

/// A device that waits to be let in, among those that were.
#[must_use]
pub fn waiting_device(row: WaitingDevice) -> Device {
    Device {
        installation: row.installation,
        computer: row.computer,
        program: row.program,
        user: row.user,
        enrolled: row.asked,
        last_seen: None,
        account: Some(row.account),
        state: Some(DeviceState::Waiting),
        replaced: false,
    }
}

/// What is said instead of a name from above (DEC-3).
const ABOVE: &str = "set above your account";
/// And instead of the name of who did something.
const SOMEBODY: &str = "somebody above";

/// The name of a user, if he is there; of one who is not seen it is said where he is.
#[must_use]
pub fn user_name(sees: View<'_>, id: UserId) -> Option<Name> {
    let user = sees.facts().user(id)?;
    if sees.contains(user.account) { Some(user.name.clone()) } else { Name::new(ABOVE).ok() }
}

/// The name of somebody who did something, as it was kept: of whoever is not seen it is said where he is.
#[must_use]
pub fn told(sees: View<'_>, name: &Name) -> Name {
    let above = || Name::new(SOMEBODY).unwrap_or_else(|_| name.clone());
    if sees.may_be_named(name) { name.clone() } else { above() }
}

/// The name of a security profile; that there is one from above is said, since it grants rights.
fn security_profile_name(sees: View<'_>, id: SecurityProfileId) -> Option<Name> {
    let profile = sees.facts().security_profile(id)?;
    if sees.sees_security_profile(profile) { Some(profile.name.clone()) } else { Name::new(ABOVE).ok() }
}
