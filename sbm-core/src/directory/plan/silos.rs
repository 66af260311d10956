//! Backup accounts: the secret of their own, and the one machine that they are on (ACC-11, ACC-12).
//!
//! 1. The secret is set when the account is made. Its login looks at the account and what is below, as far as whoever makes it
//!    could let somebody (USR-10), and may do nothing else on the server until it is given more; in the backup program it may do
//!    everything, as the machine is its own.
//! 2. Nobody sets the secret anew but who knows it, whatever his roles (RUN-9). The login has no name, goes with the account
//!    and not without it; it may be disabled, which is no way to get in.
//! 3. A login is read in one way only: no user has the name that, behind his account's, is that of an account with a secret.
//! 4. A machine is released by who may change devices there, or by who knows the secret. So is it taken over from, by a login
//!    that says so: then nobody comes in between.

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::meant::{device_to_release, has_silo};
use super::{Act, Outcome, Refusal, admit, authorise};
use crate::account::AccountPath;
use crate::account::lease::Held;
use crate::account::tree::{Kind, Nodes as _};
use crate::code::Code;
use crate::directory::change::Change;
use crate::directory::command::{Actor, Phc};
use crate::directory::facts::Directory;
use crate::directory::rows::{Account, Device, User};
use crate::id::{AccountId, DeviceId, InstallationId, UserId};
use crate::name::{Name, Text, key};
use crate::permission::{Role, RoleSet, Task, TaskAccess};
use crate::run::record::{MAX_NAME, cut};
use crate::wire::v1::admin::NewAccount;

/// What an account's own login is made with.
pub(super) const OWN_ROLES: RoleSet = RoleSet::NONE.with(Role::Supporter);

impl Act<'_> {
    /// A backup account with a secret of its own.
    pub(super) fn create_silo(&self, new: &NewAccount, phc: &Phc) -> Outcome {
        if new.level.is_some() {
            let message =
                format!("`{}` is to be an organisation, which has users and no secret of its own; leave one out", new.account);
            return Err(Refusal::new(Code::InvalidArgument, message));
        }
        let (mut changes, id, detail) = self.made_account(new)?;
        let place = self.lowest_there(new.account.parts()).map_or(AccountId::ROOT, |row| row.id);
        self.gives(place, OWN_ROLES).map_err(|refused| {
            let message = format!("whoever knows the secret of an account looks at what is below it: {}", refused.message);
            Refusal::new(refused.code, message)
        })?;
        let root = new.account.parts().first().and_then(|part| self.facts.child(None, &part.key())).unwrap_or(id);
        let user = User {
            id: UserId(self.facts.next().user),
            account: id,
            name: own_name(self.facts, root, id)?,
            description: Text::default(),
            disabled: false,
            built_in: false,
            roles: OWN_ROLES,
            security_profile: self.facts.security_profiles().find(|profile| profile.built_in).map(|profile| profile.id),
            groups: Vec::new(),
            stamp: 0,
        };
        let made = changes.iter_mut().find_map(|change| match change {
            Change::Account(row) if row.id == id => Some(row),
            _ => None,
        });
        let row = made.ok_or(Code::Internal)?;
        row.silo.own = Some(user.id);
        single_login(self.facts, row)?;
        changes.extend([Change::Password { user: user.id, phc: phc.clone() }, Change::User(user)]);
        Ok((changes, format!("{detail}, with a secret of its own")))
    }

    /// The machine that a backup account is on is to be another one from now on: the next that logs in takes it over. What the
    /// old one did stays, and what it says from now on is not taken.
    pub(super) fn release_device(&self, installation: &InstallationId, account: Option<&AccountPath>) -> Outcome {
        let own = self.own_device(installation, account);
        // Without the secret it is an act like any other on devices.
        let actor = Actor { task: Some((Task::Devices, TaskAccess::Write)), ..self.actor.clone() };
        match own {
            Some(_) => admit(self.facts, &actor, TaskAccess::Write)?,
            None => authorise(self.facts, &actor, Task::Devices, TaskAccess::Write)?,
        }
        let device = own.map_or_else(|| device_to_release(self.facts.seen_by(&actor), installation, account), Ok)?;
        let row = self.facts.account(device.account).ok_or(Code::Internal)?;
        let computer = cut(&device.computer, MAX_NAME);
        if !has_silo(self.facts, device) {
            let message = format!("no backup account is on `{}`, so there is nothing to release", computer.escape_debug());
            return Err(Refusal::new(Code::NothingToChange, message));
        }
        let mut next = row.clone();
        next.silo.lease = row.silo.lease.release();
        let detail = format!("`{}` in `{}`", computer.escape_debug(), self.facts.account_name(row.id));
        // The device goes along: whatever it is about to write is written before, or not at all.
        Ok((vec![Change::Account(next), Change::Device(device.clone())], detail))
    }

    /// A login on a machine that is to be the account's from now on: the one that has it is released, and this one has it, in
    /// one commit. Where no other machine has it, it is a login like any other.
    pub(super) fn take_over(&self, installation: &InstallationId, computer: &str, program: &str) -> Outcome {
        let row = self.actor_user().and_then(|user| self.facts.account(user.account));
        let row = row.filter(|row| row.kind == Kind::Backup);
        let holder = row.and_then(|row| self.facts.device(row.silo.lease.holder?).filter(|held| held.account == row.id));
        let Some(old) = holder.filter(|held| held.installation != *installation) else {
            return self.enrol(installation, computer, program);
        };
        let on = cut(&old.computer, MAX_NAME);
        let there: AccountPath = self.facts.account_name(old.account).parse()?;
        let released = self.release_device(&old.installation, Some(&there)).map_err(|refused| match refused.code {
            Code::DeniedRole => {
                let account = self.facts.account_name(old.account);
                let message = format!(
                    "the backup account `{account}` is in use on `{}`; who knows its secret takes it over, or who may change \
                     devices there",
                    on.escape_debug()
                );
                Refusal::new(Code::DeniedRole, message)
            }
            _ => refused,
        });
        let (mut changes, _) = released?;
        let after = self.facts.apply(self.facts.revision(), &changes);
        let taken = Act { facts: &after, actor: self.actor, sees: after.seen_by(self.actor), now: self.now };
        let (takes, detail) = taken.enrol(installation, computer, program)?;
        // The row of the account says both.
        changes.retain(|change| !matches!(change, Change::Account(_)));
        changes.extend(takes);
        Ok((changes, format!("{detail}, from `{}`", on.escape_debug())))
    }

    /// The first that is heard of takes a backup account that nobody ever had. The server itself says so.
    pub(super) fn take_silo(&self, device: DeviceId) -> Outcome {
        if self.actor.kind != super::ActorKind::System {
            return Err(Code::DeniedRole.into());
        }
        let device = self.facts.device(device).ok_or(Code::DeviceRemoved)?;
        let change = self.leased(device.account, device.id)?;
        Ok((change.into_iter().collect(), format!("`{}`", cut(&device.computer, MAX_NAME).escape_debug())))
    }

    /// What becomes of the lease of an account when a device of it logs in; nothing for an organisation.
    pub(super) fn leased(&self, account: AccountId, device: DeviceId) -> Result<Option<Change>, Refusal> {
        let Some(row) = self.facts.account(account).filter(|row| row.kind == Kind::Backup) else { return Ok(None) };
        let is_there = |holder| self.facts.device(holder).is_some_and(|held| held.account == account);
        match row.silo.lease.claim(device, is_there) {
            Ok(lease) if lease == row.silo.lease => Ok(None),
            Ok(lease) => {
                let mut next = row.clone();
                next.silo.lease = lease;
                Ok(Some(Change::Account(next)))
            }
            Err(Held(holder)) => Err(other_machine(self.facts, row, holder)),
        }
    }

    /// The secret of an account and its login are nobody's to change from outside (RUN-9).
    pub(super) fn check_not_own(&self, user: &User, what: &str) -> Result<(), Refusal> {
        if !self.facts.is_own_login(user) {
            return Ok(());
        }
        let account = self.facts.account_name(user.account);
        let message =
            format!("`{account}` logs in with a secret of its own, and {what}; who knows the secret changes it himself");
        Err(Refusal::new(Code::DeniedRole, message))
    }

    /// A user of that name in that account is not taken for an account with a secret (ACC-12).
    pub(super) fn check_login(&self, name: &Name, account: AccountId) -> Result<(), Refusal> {
        let has_secret = |above: Option<AccountId>| {
            let found = self.facts.child(above, &name.key()).and_then(|id| self.facts.account(id));
            found.is_some_and(|row| row.silo.own.is_some())
        };
        let of_operator = self.facts.root_of(account) == AccountId::ROOT;
        if has_secret(Some(account)) || (of_operator && has_secret(None)) {
            let message = format!("the login `{name}` is that of a backup account with a secret of its own; choose another name");
            return Err(Refusal::new(Code::NameTaken, message));
        }
        Ok(())
    }
}

/// What is said to a machine whose account is another one's.
pub fn other_machine(facts: &Directory, row: &Account, holder: DeviceId) -> Refusal {
    let account = facts.account_name(row.id);
    let on = facts.device(holder).map(|device| format!(" on `{}`", cut(&device.computer, MAX_NAME).escape_debug()));
    let message = format!(
        "the backup account `{account}` is in use{}, and it is for one machine; to have it here, take it over when you log in",
        on.unwrap_or_default()
    );
    Refusal::new(Code::OtherMachine, message)
}

/// Whether what this device says counts: it is of an organisation, or of a backup account that is on this very machine.
///
/// # Errors
///
/// [`Code::OtherMachine`].
pub fn check_machine(facts: &Directory, device: &Device) -> Result<(), Refusal> {
    let Some(row) = facts.account(device.account).filter(|row| row.kind == Kind::Backup) else { return Ok(()) };
    let lease = row.silo.lease;
    if lease.is_new() || lease.admits(device.id) {
        return Ok(());
    }
    match lease.holder.filter(|holder| facts.device(*holder).is_some()) {
        Some(holder) => Err(other_machine(facts, row, holder)),
        None => {
            let account = facts.account_name(row.id);
            let message = format!("the backup account `{account}` was released from this machine; log in to use it here again");
            Err(Refusal::new(Code::OtherMachine, message))
        }
    }
}

/// An account with a secret is not taken for a user of the account above it.
pub(super) fn single_login(facts: &Directory, row: &Account) -> Result<(), Refusal> {
    if row.silo.own.is_none() {
        return Ok(());
    }
    let taken = match row.parent {
        Some(parent) => {
            let root = facts.root_of(parent);
            facts.user_named(root, row.name.as_str()).is_some_and(|user| user.account == parent)
        }
        None => facts.user_named(AccountId::ROOT, row.name.as_str()).is_some(),
    };
    if !taken {
        return Ok(());
    }
    let message =
        format!("with a secret of its own the account would log in as the user `{}` does; choose another name", row.name);
    Err(Refusal::new(Code::NameTaken, message))
}

/// A user has a name. That of an account's own login says what it is, and nobody types it.
fn own_name(facts: &Directory, root: AccountId, id: AccountId) -> Result<Name, Refusal> {
    let names =
        (1..=64_u8).map(|more| if more == 1 { format!("account {}", id.0) } else { format!("account {} ({more})", id.0) });
    let mut free = names.filter(|name: &String| facts.user_named(root, &key(name)).is_none());
    free.next().and_then(|name| Name::new(&name).ok()).ok_or_else(|| Code::NameTaken.into())
}
