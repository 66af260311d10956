//! Reading the directory's rows.

use std::collections::HashMap;

use sbm_core::account::life::Standing;
use sbm_core::account::tree::Kind;
use sbm_core::account::{AccountPath, Level, Life, Quota};
use sbm_core::allowlist::AllowKind;
use sbm_core::cache::Mark;
use sbm_core::directory::rows::{
    Account, Allow, CustomRole, Device, Grant, GrantedRole, Group, ManagedProfile, SecurityProfile, Server, Tombstone, User,
};
use sbm_core::directory::{NextIds, Rows};
use sbm_core::factor::Means;
use sbm_core::id::{AccountId, GroupId, Guid, InstallationId, UserId};
use sbm_core::permission::{Ceiling, RightSet, Role, RoleSet};
use serde::de::DeserializeOwned;

use super::directory::revision;
use super::sent_codes::channel_of;
use super::silos;
use crate::store::StoreError;
use crate::store::sql::{Sql, all, one, strange};

pub(in crate::store) fn everything(sql: &dyn Sql) -> Result<Rows, StoreError> {
    Ok(Rows {
        revision: revision(sql)?,
        server: server(sql)?,
        accounts: accounts(sql)?,
        users: users(sql)?,
        factors: factors(sql)?,
        groups: groups(sql)?,
        security_profiles: security_profiles(sql)?,
        profiles: profiles(sql)?,
        tombstones: tombstones(sql)?,
        devices: devices(sql)?,
        allow: allow(sql)?,
        roles: roles(sql)?,
        grants: grants(sql)?,
        marks: marks(sql)?,
        next: next_ids(sql)?,
    })
}

fn server(sql: &dyn Sql) -> Result<Server, StoreError> {
    one(sql, "SELECT claimed, epoch, keys, max_offline, second_factor, stamp FROM server", &[], |row| {
        let (claimed, epoch) = (row.take()?, row.take()?);
        let keys = from_json("key document", row.take()?)?;
        let max_offline = row.take()?;
        let second_factor = from_json("rule for second factors", row.take()?)?.unwrap_or_default();
        Ok(Server { claimed, epoch, keys, max_offline, second_factor, stamp: row.take()? })
    })?
    .ok_or_else(|| strange("server", "none"))
}

fn factors(sql: &dyn Sql) -> Result<Vec<(UserId, Means)>, StoreError> {
    let by_channel = "SELECT user_id, channel FROM factor_channels ORDER BY user_id, channel";
    let sent = all(sql, by_channel, &[], |row| Ok((row.id()?, Means::Sent(channel_of(row.take()?)?))))?;
    let mut found = all(sql, "SELECT user_id FROM factors ORDER BY user_id", &[], |row| Ok((row.id()?, Means::Authenticator)))?;
    found.extend(sent);
    Ok(found)
}

fn marks(sql: &dyn Sql) -> Result<Vec<(u64, Mark)>, StoreError> {
    all(sql, "SELECT revision, mark FROM marks ORDER BY revision", &[], |row| Ok((row.take()?, Mark::from_bits(row.take()?))))
}

fn accounts(sql: &dyn Sql) -> Result<Vec<Account>, StoreError> {
    let text = "SELECT account_id, parent_id, name, kind, level, state, deletion, quota_hard, quota_soft, policy, comment, about,
        second_factor, agent, stamp FROM accounts ORDER BY account_id";
    let mut silos = silos::load(sql)?;
    let found = all(sql, text, &[], |row| {
        let id = row.id()?;
        Ok(Account {
            id,
            parent: row.id_or_none()?,
            name: row.name()?,
            kind: kind(row.take()?, row.take()?)?,
            life: Life { standing: standing(row.take()?)?, deletion: row.time_or_none()? },
            quota: Quota { hard: row.take()?, soft: row.take()? },
            policy: from_json("policy", row.take()?)?.unwrap_or_default(),
            comment: row.text()?,
            about: from_json("company profile", row.take()?)?.map(Box::new),
            second_factor: row.take()?,
            agent: row.id_or_none()?,
            silo: silos.remove(&id).unwrap_or_default(),
            stamp: row.take()?,
        })
    })?;
    check_tree(&found)?;
    Ok(found)
}

/// Every way up ends, and none is longer than a name may be: the facts walk it without a look.
fn check_tree(accounts: &[Account]) -> Result<(), StoreError> {
    let parents: HashMap<AccountId, Option<AccountId>> = accounts.iter().map(|row| (row.id, row.parent)).collect();
    for row in accounts {
        let mut way_up = std::iter::successors(Some(row.id), |id| parents.get(id).copied().flatten());
        if way_up.nth(AccountPath::MAX_DEPTH).is_some() {
            return Err(strange("account that stands below itself", row.id.0));
        }
    }
    Ok(())
}

fn from_json<T: DeserializeOwned>(what: &str, text: Option<String>) -> Result<Option<T>, StoreError> {
    text.map(|text| serde_json::from_str(&text).map_err(|_| strange(what, &text))).transpose()
}

const STANDINGS: [Standing; 3] = [Standing::Active, Standing::Disabled, Standing::Supervisor];

/// The number of how an account stands in the file; never changes.
pub(super) const fn standing_number(standing: Standing) -> i64 {
    match standing {
        Standing::Active => 0,
        Standing::Disabled => 1,
        Standing::Supervisor => 2,
    }
}

fn standing(number: i64) -> Result<Standing, StoreError> {
    STANDINGS.into_iter().find(|standing| standing_number(*standing) == number).ok_or_else(|| strange("account state", number))
}

/// The numbers of what an account is, and of its level, in the file; they never change.
pub(super) fn kind_numbers(kind: Kind) -> (i64, Option<i64>) {
    match kind {
        Kind::Virtual => (0, None),
        Kind::Backup => (1, None),
        Kind::Organisation(level) => (2, Some(level as i64)),
    }
}

fn kind(number: i64, level: Option<i64>) -> Result<Kind, StoreError> {
    let level = level.and_then(|level| Level::from_number(u8::try_from(level).ok()?));
    match (number, level) {
        (0, None) => Ok(Kind::Virtual),
        (1, None) => Ok(Kind::Backup),
        (2, Some(level)) => Ok(Kind::Organisation(level)),
        _ => Err(strange("kind of account", number)),
    }
}

fn users(sql: &dyn Sql) -> Result<Vec<User>, StoreError> {
    let mut groups = memberships(sql, "SELECT user_id, group_id FROM user_groups ORDER BY user_id, group_id")?;
    let text = "SELECT user_id, account_id, name, description, disabled, built_in, roles, security_profile_id, stamp
        FROM users ORDER BY user_id";
    all(sql, text, &[], |row| {
        let number: u32 = row.take()?;
        Ok(User {
            id: number.into(),
            account: row.id()?,
            name: row.name()?,
            description: row.text()?,
            disabled: row.take()?,
            built_in: row.take()?,
            roles: RoleSet::from_bits(row.take()?),
            security_profile: row.id_or_none()?,
            groups: groups.remove(&number).unwrap_or_default(),
            stamp: row.take()?,
        })
    })
}

fn groups(sql: &dyn Sql) -> Result<Vec<Group>, StoreError> {
    all(sql, "SELECT group_id, account_id, name, description, stamp FROM groups ORDER BY group_id", &[], |row| {
        Ok(Group { id: row.id()?, account: row.id()?, name: row.name()?, description: row.text()?, stamp: row.take()? })
    })
}

fn security_profiles(sql: &dyn Sql) -> Result<Vec<SecurityProfile>, StoreError> {
    let text = "SELECT security_profile_id, account_id, name, description, rights, built_in, stamp
        FROM security_profiles ORDER BY security_profile_id";
    all(sql, text, &[], |row| {
        Ok(SecurityProfile {
            id: row.id()?,
            account: row.id()?,
            name: row.name()?,
            description: row.text()?,
            rights: RightSet::from_bits(row.take()?),
            built_in: row.take()?,
            stamp: row.take()?,
        })
    })
}

fn profiles(sql: &dyn Sql) -> Result<Vec<ManagedProfile>, StoreError> {
    let mut groups = memberships(sql, "SELECT profile_id, group_id FROM profile_groups ORDER BY profile_id, group_id")?;
    let text = "SELECT profile_id, account_id, guid, name, description, version, revision, body, size, schedule, import_schedule,
        marked, uploaded_by, uploaded_at, stamp FROM profiles ORDER BY profile_id";
    all(sql, text, &[], |row| {
        let number: u32 = row.take()?;
        Ok(ManagedProfile {
            id: number.into(),
            account: row.id()?,
            guid: row.uuid(Guid::from_bytes)?,
            name: row.name()?,
            description: row.text()?,
            version: row.take()?,
            revision: row.take()?,
            body: row.hash()?,
            size: row.take()?,
            schedule: row.hash_or_none()?,
            import_schedule: row.take()?,
            delete: row.take()?,
            groups: groups.remove(&number).unwrap_or_default(),
            uploaded_by: row.name()?,
            uploaded_at: row.time()?,
            stamp: row.take()?,
        })
    })
}

fn devices(sql: &dyn Sql) -> Result<Vec<Device>, StoreError> {
    let text =
        "SELECT device_id, account_id, user_id, installation, computer, program, enrolled, stamp FROM devices ORDER BY device_id";
    all(sql, text, &[], |row| {
        Ok(Device {
            id: row.id()?,
            account: row.id()?,
            user: row.id()?,
            installation: row.uuid(InstallationId::from_bytes)?,
            computer: row.take()?,
            program: row.take()?,
            enrolled: row.time()?,
            stamp: row.take()?,
        })
    })
}

fn allow(sql: &dyn Sql) -> Result<Vec<Allow>, StoreError> {
    all(sql, "SELECT allow_id, account_id, kind, pattern, comment, stamp FROM allowlist ORDER BY allow_id", &[], |row| {
        Ok(Allow {
            id: row.id()?,
            account: row.id()?,
            kind: allow_kind(row.take()?)?,
            pattern: row.take()?,
            comment: row.text()?,
            stamp: row.take()?,
        })
    })
}

fn roles(sql: &dyn Sql) -> Result<Vec<CustomRole>, StoreError> {
    all(sql, "SELECT role_id, account_id, name, description, tasks, stamp FROM custom_roles ORDER BY role_id", &[], |row| {
        Ok(CustomRole {
            id: row.id()?,
            account: row.id()?,
            name: row.name()?,
            description: row.text()?,
            tasks: Ceiling::from_bits(row.take()?),
            stamp: row.take()?,
        })
    })
}

fn grants(sql: &dyn Sql) -> Result<Vec<Grant>, StoreError> {
    let text = "SELECT grant_id, user_id, account_id, built_in, role_id, stamp FROM grants ORDER BY grant_id";
    all(sql, text, &[], |row| {
        let (id, user, account) = (row.id()?, row.id()?, row.id()?);
        let built_in: Option<u32> = row.take()?;
        let role = match (built_in, row.id_or_none()?) {
            (Some(number), None) => {
                let role = Role::ALL.into_iter().find(|role| *role as u32 == number);
                GrantedRole::BuiltIn(role.ok_or_else(|| strange("role", number))?)
            }
            (None, Some(id)) => GrantedRole::Custom(id),
            _ => return Err(strange("grant", "one with no role or with two")),
        };
        Ok(Grant { id, user, account, role, stamp: row.take()? })
    })
}

fn allow_kind(number: u32) -> Result<AllowKind, StoreError> {
    u8::try_from(number).ok().and_then(AllowKind::from_number).ok_or_else(|| strange("list of the allowlist", number))
}

fn tombstones(sql: &dyn Sql) -> Result<Vec<Tombstone>, StoreError> {
    let text = "SELECT account_id, guid, name, revision, deleted_by, deleted_at, stamp FROM tombstones ORDER BY account_id, guid";
    all(sql, text, &[], |row| {
        Ok(Tombstone {
            account: row.id()?,
            guid: row.uuid(Guid::from_bytes)?,
            name: row.name()?,
            revision: row.take()?,
            deleted_by: row.name()?,
            deleted_at: row.time()?,
            stamp: row.take()?,
        })
    })
}

/// The groups of each user or managed profile, sorted.
fn memberships(sql: &dyn Sql, text: &str) -> Result<HashMap<u32, Vec<GroupId>>, StoreError> {
    let mut found: HashMap<u32, Vec<GroupId>> = HashMap::new();
    for (member, group) in all(sql, text, &[], |row| Ok((row.take()?, row.id()?)))? {
        found.entry(member).or_default().push(group);
    }
    Ok(found)
}

pub(super) fn next_ids(sql: &dyn Sql) -> Result<NextIds, StoreError> {
    let kept: HashMap<String, i64> =
        all(sql, "SELECT kind, next FROM next_numbers", &[], |row| Ok((row.take()?, row.take()?)))?.into_iter().collect();
    let next = |kind| {
        let number = kept.get(kind).copied().ok_or_else(|| strange("next number", kind))?;
        u32::try_from(number).map_err(|_| strange("next number", number))
    };
    // Kinds that came later have no number until there is one of them.
    let next_or_first = |kind| if kept.contains_key(kind) { next(kind) } else { Ok(1) };
    Ok(NextIds {
        account: next("account")?,
        user: next("user")?,
        group: next("group")?,
        security_profile: next("security_profile")?,
        profile: next("profile")?,
        device: next("device")?,
        allow: next("allow")?,
        role: next_or_first("role")?,
        grant: next_or_first("grant")?,
    })
}
