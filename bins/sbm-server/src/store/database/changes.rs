//! Storing the changes of a plan, each row whole.
//!
//! Puts come in the order of what refers to what, drops after them the other way round, whatever order the plan states.

use sbm_core::cache::Mark;
use sbm_core::directory::rows::{
    Account, Allow, CustomRole, Device, Grant, GrantedRole, Group, ManagedProfile, SecurityProfile, Server, Tombstone, User,
};
use sbm_core::directory::{Change, NextIds};
use sbm_core::id::{AccountId, GroupId, Hash, ProfileId, UserId};
use sbm_core::time::Timestamp;

use super::directory::revision;
use super::load::{kind_numbers, next_ids, standing_number};
use super::{communications, factors, orders, quotas, sent_codes, sessions, silos};
use crate::store::StoreError;
use crate::store::sql::{Sql, any, int, values};

/// Stores changes that have their stamps already.
pub(super) fn apply(sql: &dyn Sql, changes: &[Change]) -> Result<(), StoreError> {
    let put = Put { sql, next: next_ids(sql)? };
    let mut ordered: Vec<&Change> = changes.iter().collect();
    ordered.sort_by_key(|change| (rank(change), id(change)));
    let moves = quotas::hold(sql, changes)?;
    changes.iter().try_for_each(|change| put.free_name(change))?;
    ordered.into_iter().try_for_each(|change| put.change(change))?;
    if moves.accounts { quotas::settle(sql) } else { Ok(()) }
}

const fn rank(change: &Change) -> u8 {
    match change {
        Change::Server(_) | Change::Mark(_) => 0,
        Change::Account(_) => 1,
        Change::Group(_) => 2,
        Change::SecurityProfile(_) => 3,
        Change::User(_) => 4,
        Change::Password { .. } => 5,
        Change::DropFactor(_) | Change::DropChannel { .. } => 5,
        Change::Factor { .. } | Change::RecoveryCodes { .. } | Change::Channel { .. } => 6,
        Change::Body { .. } | Change::Image { .. } => 6,
        Change::Profile(_) => 7,
        Change::Device(_) => 8,
        Change::Allow(_) | Change::Role(_) => 9,
        Change::DropGrant { .. } => 10,
        Change::Grant(_) => 11,
        Change::DropProfile { .. } => 12,
        Change::DropAllow(_) | Change::DropRole(_) => 12,
        Change::DropDevice(_) => 13,
        Change::DropUser(_) => 14,
        Change::DropGroup(_) => 15,
        Change::DropSecurityProfile(_) => 16,
        Change::DropAccount(_) => 17,
        Change::Erase(_) => 18,
    }
}

/// Which row comes first among those that others write to meanwhile, so that they all take their locks in one order. The
/// rest stays in the order of the plan.
const fn id(change: &Change) -> u32 {
    match change {
        Change::Device(row) => row.id.0,
        Change::DropDevice(id) => id.0,
        Change::DropUser(id) => id.0,
        _ => 0,
    }
}

struct Put<'s> {
    sql: &'s dyn Sql,
    /// The ids that were free when the plan was committed: a row that is not there yet has one of them.
    next: NextIds,
}

impl Put<'_> {
    fn change(&self, change: &Change) -> Result<(), StoreError> {
        match change {
            Change::Mark(mark) => self.mark(*mark),
            Change::Server(row) => self.server(row),
            Change::Account(row) => self.account(row),
            Change::Group(row) => self.group(row),
            Change::SecurityProfile(row) => self.security_profile(row),
            Change::User(row) => self.user(row),
            Change::Password { user, phc } => self.password(*user, phc),
            Change::Factor { user, kept } => factors::put(self.sql, *user, kept),
            Change::DropFactor(user) => factors::drop_of_user(self.sql, *user),
            Change::Channel { user, channel, kept } => sent_codes::put(self.sql, *user, *channel, kept),
            Change::DropChannel { user, channel } => {
                factors::drop_halves(self.sql, *user)?;
                sent_codes::drop_of_user(self.sql, *user, Some(*channel))
            }
            Change::RecoveryCodes { user, hashes } => factors::put_codes(self.sql, *user, hashes),
            Change::Body { account, hash, bytes } => self.body(*account, hash, bytes),
            Change::Image { account, hash, bytes } => communications::put_image(self.sql, *account, hash, bytes),
            Change::Profile(row) => self.profile(row),
            Change::DropProfile { id, tombstone } => self.drop_profile(*id, tombstone),
            Change::Device(row) => self.device(row),
            Change::Allow(row) => self.allow(row),
            Change::DropAllow(id) => self.drop_row("DELETE FROM allowlist WHERE allow_id = $1", id.0),
            Change::DropDevice(id) => {
                sessions::drop_of_device(self.sql, *id)?;
                quotas::take(self.sql, *id)?;
                self.drop_row("DELETE FROM devices WHERE device_id = $1", id.0)
            }
            Change::DropUser(id) => {
                sessions::drop_of_user(self.sql, *id)?;
                sent_codes::forget_user(self.sql, *id)?;
                factors::drop_of_user(self.sql, *id)?;
                sent_codes::drop_of_user(self.sql, *id, None)?;
                self.drop_row("DELETE FROM users WHERE user_id = $1", id.0)
            }
            Change::DropAccount(id) => self.drop_account(*id),
            Change::Erase(order) => orders::put(self.sql, order),
            Change::Role(row) => self.role(row),
            Change::DropRole(id) => self.drop_row("DELETE FROM custom_roles WHERE role_id = $1", id.0),
            Change::Grant(row) => self.grant(row),
            Change::DropGrant { id, .. } => self.drop_row("DELETE FROM grants WHERE grant_id = $1", id.0),
            Change::DropGroup(id) => self.drop_row("DELETE FROM groups WHERE group_id = $1", id.0),
            Change::DropSecurityProfile(id) => {
                self.drop_row("DELETE FROM security_profiles WHERE security_profile_id = $1", id.0)
            }
        }
    }

    /// The revision is raised already when its changes are stored.
    fn mark(&self, mark: Mark) -> Result<(), StoreError> {
        self.sql
            .run("INSERT INTO marks (revision, mark) VALUES ($1, $2)", &values![int(revision(self.sql)?)?, int(mark.bits())?])?;
        Ok(())
    }

    fn server(&self, row: &Server) -> Result<(), StoreError> {
        let keys = row.keys.as_ref().map(json).transpose()?;
        let max_offline = row.max_offline.map(int).transpose()?;
        let text = "UPDATE server SET claimed = $1, epoch = $2, keys = $3, stamp = $4, max_offline = $5,
            second_factor = $6";
        let factor = (!row.second_factor.is_nobody()).then(|| json(&row.second_factor)).transpose()?;
        self.sql.run(text, &values![row.claimed, int(row.epoch)?, keys, int(row.stamp)?, max_offline, factor])?;
        Ok(())
    }

    fn account(&self, row: &Account) -> Result<(), StoreError> {
        self.claim("account", "SELECT 1 FROM accounts WHERE account_id = $1", row.id.0, self.next.account)?;
        let text = "INSERT INTO accounts (account_id, parent_id, name, name_key, kind, level, state, deletion, quota_hard,
            quota_soft, policy, comment, about, second_factor, agent, stamp)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
            ON CONFLICT (account_id) DO UPDATE SET parent_id = excluded.parent_id, name = excluded.name,
            name_key = excluded.name_key, kind = excluded.kind, level = excluded.level, state = excluded.state,
            deletion = excluded.deletion, quota_hard = excluded.quota_hard, quota_soft = excluded.quota_soft,
            policy = excluded.policy, comment = excluded.comment, about = excluded.about, second_factor = excluded.second_factor,
            agent = excluded.agent, stamp = excluded.stamp";
        let (name, key, parent) = (row.name.as_str(), row.name.key(), row.parent.map(|parent| parent.0));
        let (kind, level) = kind_numbers(row.kind);
        let (standing, deletion) = (standing_number(row.life.standing), row.life.deletion.map(Timestamp::as_millis));
        let (hard, soft) = (row.quota.hard.map(int).transpose()?, row.quota.soft.map(int).transpose()?);
        let policy = (!row.policy.is_empty()).then(|| json(&row.policy)).transpose()?;
        let about = row.about.as_deref().map(json).transpose()?;
        let values = values![
            row.id.0,
            parent,
            name,
            key,
            kind,
            level,
            standing,
            deletion,
            hard,
            soft,
            policy,
            row.comment.as_str(),
            about,
            row.second_factor,
            row.agent.map(|agent| agent.0),
            int(row.stamp)?,
        ];
        self.sql.run(text, &values)?;
        communications::keep_images(self.sql, row)?;
        let sums = "INSERT INTO filled (account_id, stored, reserved) VALUES ($1, 0, 0) ON CONFLICT (account_id) DO NOTHING";
        self.sql.run(sums, &values![row.id.0])?;
        silos::put(self.sql, row)
    }

    /// An account that goes leaves its name to the part of names that stays where others stand below it (ACC-2). No name has
    /// that character.
    fn free_name(&self, change: &Change) -> Result<(), StoreError> {
        let Change::DropAccount(id) = change else { return Ok(()) };
        let text = "UPDATE accounts SET name_key = $2 WHERE account_id = $1";
        self.sql.run(text, &values![id.0, format!(">{}", id.0)]).map(drop)
    }

    /// What nobody can read any more goes along; history and the audit log stay (ACC-8). What is left of its managed profiles is
    /// kept by the account above it (PRO-4).
    fn drop_account(&self, id: AccountId) -> Result<(), StoreError> {
        // A revision of a managed profile is never removed but with its account, which says so.
        self.sql.run("UPDATE accounts SET deletion = 0 WHERE account_id = $1", &values![id.0])?;
        sent_codes::forget_account(self.sql, id)?;
        let above = "UPDATE tombstones SET account_id = (SELECT parent_id FROM accounts WHERE account_id = $1)
            WHERE account_id = $1 AND EXISTS (SELECT 1 FROM accounts WHERE account_id = $1 AND parent_id IS NOT NULL)";
        self.sql.run(above, &values![id.0])?;
        for table in ["outcomes", "holders", "tombstones", "profile_revisions", "bodies"] {
            self.sql.run(&format!("DELETE FROM {table} WHERE account_id = $1"), &values![id.0])?;
        }
        let gone = "INSERT INTO gone_accounts (account_id, parent_id)
            SELECT account_id, parent_id FROM accounts WHERE account_id = $1 AND parent_id IS NOT NULL";
        self.sql.run(gone, &values![id.0])?;
        // What went before from below it is seen from above it, too.
        let before = "UPDATE gone_accounts SET parent_id = (SELECT parent_id FROM accounts WHERE account_id = $1)
            WHERE parent_id = $1 AND EXISTS (SELECT 1 FROM accounts WHERE account_id = $1 AND parent_id IS NOT NULL)";
        self.sql.run(before, &values![id.0])?;
        self.drop_row("DELETE FROM accounts WHERE account_id = $1", id.0)
    }

    fn group(&self, row: &Group) -> Result<(), StoreError> {
        self.claim("group", "SELECT 1 FROM groups WHERE group_id = $1", row.id.0, self.next.group)?;
        let text = "INSERT INTO groups (account_id, group_id, name, name_key, description, stamp) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (group_id) DO UPDATE SET account_id = excluded.account_id, name = excluded.name,
            name_key = excluded.name_key, description = excluded.description, stamp = excluded.stamp";
        let (name, description) = (row.name.as_str(), row.description.as_str());
        self.sql.run(text, &values![row.account.0, row.id.0, name, row.name.key(), description, int(row.stamp)?])?;
        Ok(())
    }

    fn security_profile(&self, row: &SecurityProfile) -> Result<(), StoreError> {
        let there = "SELECT 1 FROM security_profiles WHERE security_profile_id = $1";
        self.claim("security_profile", there, row.id.0, self.next.security_profile)?;
        let text =
            "INSERT INTO security_profiles (account_id, security_profile_id, name, name_key, description, rights, built_in,
            stamp) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (security_profile_id) DO UPDATE SET account_id = excluded.account_id, name = excluded.name,
            name_key = excluded.name_key, description = excluded.description, rights = excluded.rights,
            built_in = excluded.built_in, stamp = excluded.stamp";
        let (name, description, rights) = (row.name.as_str(), row.description.as_str(), row.rights.bits());
        let values = values![row.account.0, row.id.0, name, row.name.key(), description, rights, row.built_in, int(row.stamp)?];
        self.sql.run(text, &values)?;
        Ok(())
    }

    fn user(&self, row: &User) -> Result<(), StoreError> {
        self.claim("user", "SELECT 1 FROM users WHERE user_id = $1", row.id.0, self.next.user)?;
        let text = "INSERT INTO users (account_id, user_id, name, name_key, description, disabled, built_in, roles,
            security_profile_id, stamp) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            ON CONFLICT (user_id) DO UPDATE SET account_id = excluded.account_id, name = excluded.name,
            name_key = excluded.name_key, description = excluded.description, disabled = excluded.disabled,
            built_in = excluded.built_in, roles = excluded.roles, security_profile_id = excluded.security_profile_id,
            stamp = excluded.stamp";
        let (name, description, roles) = (row.name.as_str(), row.description.as_str(), row.roles.bits());
        let profile = row.security_profile.map(|profile| profile.0);
        let (key, stamp) = (row.name.key(), int(row.stamp)?);
        let values = values![row.account.0, row.id.0, name, key, description, row.disabled, row.built_in, roles, profile, stamp];
        self.sql.run(text, &values)?;
        self.sql.run("DELETE FROM user_groups WHERE account_id = $1 AND user_id = $2", &values![row.account.0, row.id.0])?;
        let member = "INSERT INTO user_groups (account_id, user_id, group_id) VALUES ($1, $2, $3)";
        self.memberships(member, row.account, row.id.0, &row.groups)
    }

    fn password(&self, user: UserId, phc: &str) -> Result<(), StoreError> {
        let text =
            "INSERT INTO user_passwords (account_id, user_id, phc) SELECT account_id, user_id, $2 FROM users WHERE user_id = $1
            ON CONFLICT (account_id, user_id) DO UPDATE SET phc = excluded.phc";
        found(self.sql.run(text, &values![user.0, phc])?, "user", user.0)
    }

    fn body(&self, account: AccountId, hash: &Hash, bytes: &[u8]) -> Result<(), StoreError> {
        let text = "INSERT INTO bodies (account_id, hash, bytes) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        self.sql.run(text, &values![account.0, hash.as_bytes(), bytes])?;
        Ok(())
    }

    fn profile(&self, row: &ManagedProfile) -> Result<(), StoreError> {
        self.claim("profile", "SELECT 1 FROM profiles WHERE profile_id = $1", row.id.0, self.next.profile)?;
        self.profile_revision(row)?;
        let text =
            "INSERT INTO profiles (account_id, profile_id, guid, name, description, version, revision, body, size, schedule,
            import_schedule, marked, uploaded_by, uploaded_at, stamp)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
            ON CONFLICT (profile_id) DO UPDATE SET account_id = excluded.account_id, guid = excluded.guid, name = excluded.name,
            description = excluded.description, version = excluded.version, revision = excluded.revision, body = excluded.body,
            size = excluded.size, schedule = excluded.schedule, import_schedule = excluded.import_schedule,
            marked = excluded.marked, uploaded_by = excluded.uploaded_by, uploaded_at = excluded.uploaded_at,
            stamp = excluded.stamp";
        let values = values![
            row.account.0,
            row.id.0,
            row.guid.as_bytes(),
            row.name.as_str(),
            row.description.as_str(),
            row.version,
            int(row.revision)?,
            row.body.as_bytes(),
            int(row.size)?,
            row.schedule.as_ref().map(Hash::as_bytes),
            row.import_schedule,
            row.delete,
            row.uploaded_by.as_str(),
            row.uploaded_at.as_millis(),
            int(row.stamp)?,
        ];
        self.sql.run(text, &values)?;
        self.sql
            .run("DELETE FROM tombstones WHERE account_id = $1 AND guid = $2", &values![row.account.0, row.guid.as_bytes()])?;
        self.sql
            .run("DELETE FROM profile_groups WHERE account_id = $1 AND profile_id = $2", &values![row.account.0, row.id.0])?;
        let member = "INSERT INTO profile_groups (account_id, profile_id, group_id) VALUES ($1, $2, $3)";
        self.memberships(member, row.account, row.id.0, &row.groups)
    }

    /// Keeps what the profile is at its revision, once; the same revision with other content is refused (PRO-4).
    fn profile_revision(&self, row: &ManagedProfile) -> Result<(), StoreError> {
        let (guid, revision) = (row.guid.as_bytes(), int(row.revision)?);
        let (body, schedule) = (row.body.as_bytes(), row.schedule.as_ref().map(Hash::as_bytes));
        let text = "INSERT INTO profile_revisions (account_id, guid, revision, version, name, description, body, size, schedule,
            uploaded_by, uploaded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            ON CONFLICT (account_id, guid, revision) DO NOTHING";
        let (name, description, by) = (row.name.as_str(), row.description.as_str(), row.uploaded_by.as_str());
        let (version, size, at) = (row.version, int(row.size)?, row.uploaded_at.as_millis());
        let values = values![row.account.0, guid, revision, version, name, description, body, size, schedule, by, at];
        if self.sql.run(text, &values)? == 1 {
            return Ok(());
        }
        let same = "SELECT 1 FROM profile_revisions
            WHERE account_id = $1 AND guid = $2 AND revision = $3 AND body = $4 AND schedule IS NOT DISTINCT FROM $5";
        if any(self.sql, same, &values![row.account.0, guid, revision, body, schedule])? {
            return Ok(());
        }
        Err(StoreError::rejected(format!("revision {revision} of profile `{}` has other content", row.guid)))
    }

    fn drop_profile(&self, id: ProfileId, row: &Tombstone) -> Result<(), StoreError> {
        self.drop_row("DELETE FROM profiles WHERE profile_id = $1", id.0)?;
        let text = "INSERT INTO tombstones (account_id, guid, name, revision, deleted_by, deleted_at, stamp)
            VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let (guid, name, by) = (row.guid.as_bytes(), row.name.as_str(), row.deleted_by.as_str());
        let (revision, at, stamp) = (int(row.revision)?, row.deleted_at.as_millis(), int(row.stamp)?);
        self.sql.run(text, &values![row.account.0, guid, name, revision, by, at, stamp])?;
        Ok(())
    }

    fn device(&self, row: &Device) -> Result<(), StoreError> {
        self.claim("device", "SELECT 1 FROM devices WHERE device_id = $1", row.id.0, self.next.device)?;
        let text = "INSERT INTO devices (account_id, device_id, user_id, installation, computer, program, enrolled, stamp)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (device_id) DO UPDATE SET account_id = excluded.account_id, user_id = excluded.user_id,
            installation = excluded.installation, computer = excluded.computer, program = excluded.program,
            enrolled = excluded.enrolled, stamp = excluded.stamp";
        let (installation, enrolled) = (row.installation.as_bytes(), row.enrolled.as_millis());
        let (account, id, user, stamp) = (row.account.0, row.id.0, row.user.0, int(row.stamp)?);
        let moves = any(self.sql, "SELECT 1 FROM devices WHERE device_id = $1 AND account_id <> $2", &values![id, account])?;
        if moves {
            quotas::take(self.sql, row.id)?;
        }
        self.sql.run(text, &values![account, id, user, installation, &row.computer, &row.program, enrolled, stamp])?;
        if moves { quotas::give(self.sql, row.id) } else { Ok(()) }
    }

    fn allow(&self, row: &Allow) -> Result<(), StoreError> {
        self.claim("allow", "SELECT 1 FROM allowlist WHERE allow_id = $1", row.id.0, self.next.allow)?;
        let text = "INSERT INTO allowlist (account_id, allow_id, kind, pattern, comment, stamp) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (allow_id) DO UPDATE SET account_id = excluded.account_id, kind = excluded.kind,
            pattern = excluded.pattern, comment = excluded.comment, stamp = excluded.stamp";
        let (kind, comment) = (row.kind.number(), row.comment.as_str());
        self.sql.run(text, &values![row.account.0, row.id.0, kind, &row.pattern, comment, int(row.stamp)?])?;
        Ok(())
    }

    fn role(&self, row: &CustomRole) -> Result<(), StoreError> {
        self.claim("role", "SELECT 1 FROM custom_roles WHERE role_id = $1", row.id.0, self.next.role)?;
        let text = "INSERT INTO custom_roles (account_id, role_id, name, name_key, description, tasks, stamp)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (role_id) DO UPDATE SET account_id = excluded.account_id, name = excluded.name,
            name_key = excluded.name_key, description = excluded.description, tasks = excluded.tasks, stamp = excluded.stamp";
        let (name, description) = (row.name.as_str(), row.description.as_str());
        let (tasks, stamp) = (int(row.tasks.bits())?, int(row.stamp)?);
        self.sql.run(text, &values![row.account.0, row.id.0, name, row.name.key(), description, tasks, stamp])?;
        Ok(())
    }

    /// It is given once and never changed.
    fn grant(&self, row: &Grant) -> Result<(), StoreError> {
        self.claim("grant", "SELECT 1 FROM grants WHERE grant_id = $1", row.id.0, self.next.grant)?;
        let text = "INSERT INTO grants (account_id, grant_id, user_id, built_in, role_id, stamp) VALUES ($1, $2, $3, $4, $5, $6)";
        let (built_in, role) = match row.role {
            GrantedRole::BuiltIn(role) => (Some(role as u32), None),
            GrantedRole::Custom(role) => (None, Some(role.0)),
        };
        self.sql.run(text, &values![row.account.0, row.id.0, row.user.0, built_in, role, int(row.stamp)?])?;
        Ok(())
    }

    fn memberships(&self, text: &str, account: AccountId, member: u32, groups: &[GroupId]) -> Result<(), StoreError> {
        for group in groups {
            self.sql.run(text, &values![account.0, member, group.0])?;
        }
        Ok(())
    }

    /// A row that is not there yet takes an id that was never given, and nobody gets that again.
    fn claim(&self, kind: &str, there: &str, id: u32, free_from: u32) -> Result<(), StoreError> {
        if any(self.sql, there, &values![id])? {
            return Ok(());
        }
        if id < free_from || id == u32::MAX {
            return Err(StoreError::rejected(format!("{kind} id `{id}` is not one that was never given")));
        }
        let next = i64::from(id) + 1;
        // Kinds that came after the first migration have no number until there is one of them.
        let text = "INSERT INTO next_numbers (kind, next) VALUES ($1, $2)
            ON CONFLICT (kind) DO UPDATE SET next = excluded.next WHERE next_numbers.next < excluded.next";
        self.sql.run(text, &values![kind, next])?;
        Ok(())
    }

    fn drop_row(&self, text: &str, id: u32) -> Result<(), StoreError> {
        found(self.sql.run(text, &values![id])?, "row to remove", id)
    }
}

fn json(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(StoreError::rejected)
}

fn found(changed: u64, what: &str, id: u32) -> Result<(), StoreError> {
    if changed == 1 { Ok(()) } else { Err(StoreError::rejected(format!("there is no {what} with id `{id}`"))) }
}
