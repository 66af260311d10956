//! Agents: service identities that serve many accounts, such as those that back clouds up to clouds (ACC-10).
//!
//! 1. An agent is a user. It serves the accounts that it was assigned to, each below its own account or that itself, and an
//!    account has one agent at most.
//! 2. In an account that it serves it becomes a device, and may there what a device may (DEV-2). Nothing else comes with being
//!    assigned: what it may do on the server its roles say.
//! 3. Where it is assigned no more its devices go, their tokens with them; their history stays. The same when the account is
//!    moved from below the agent's, and when either of the two goes. A device by a code ends with such a move alike.

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::tokens::by_person;
use super::{Act, Outcome, Refusal, admit, not_found};
use crate::account::AccountPath;
use crate::code::Code;
use crate::directory::change::Change;
use crate::directory::facts::Directory;
use crate::directory::rows::{Account, Device, User};
use crate::id::{AccountId, InstallationId, UserId};
use crate::permission::TaskAccess;

impl Act<'_> {
    pub(super) fn assign_agent(&self, path: &AccountPath, login: &str) -> Outcome {
        let row = self.sees.account(path).ok_or_else(|| not_found("account", &format!("{path}")))?;
        self.check_stays(row)?;
        let agent = self.user(login)?;
        self.reaches(agent)?;
        if agent.disabled {
            return Err(Refusal::new(Code::UserDisabled, format!("`{}` is disabled; enable the user first", agent.name)));
        }
        if !self.facts.is_at_or_below(row.id, agent.account) {
            let message = format!("`{path}` does not stand below the account of `{}`; choose an agent from above it", agent.name);
            return Err(Refusal::new(Code::InvalidArgument, message));
        }
        match self.facts.agent_of(row.id) {
            Some(other) if other.id == agent.id => Ok((vec![], String::new())),
            Some(other) => {
                let who = if self.sees.contains(other.account) { format!("`{}`", other.name) } else { String::from("another") };
                let message = format!("the account `{path}` has the agent {who}; unassign that one first");
                Err(Refusal::new(Code::InUse, message))
            }
            None => {
                // One that serves no more, since it was disabled, leaves its devices.
                let mut changes: Vec<Change> = devices_of_agent(self.facts, row).collect();
                changes.push(Change::Account(Account { agent: Some(agent.id), ..row.clone() }));
                Ok((changes, format!("`{}`", agent.name)))
            }
        }
    }

    pub(super) fn unassign_agent(&self, path: &AccountPath) -> Outcome {
        let row = self.sees.account(path).ok_or_else(|| not_found("account", &format!("{path}")))?;
        let Some(agent) = self.facts.agent_of(row.id) else {
            return Err(Refusal::new(Code::NotFound, format!("the account `{path}` has no agent")));
        };
        self.reaches(agent)?;
        let changes = without_agent(self.facts, row).collect();
        Ok((changes, format!("`{}`", agent.name)))
    }

    /// The actor becomes a device of an account that he serves.
    pub(super) fn enrol_agent(
        &self,
        path: &AccountPath,
        installation: &InstallationId,
        (computer, program): (&str, &str),
    ) -> Outcome {
        let user = self.actor_user().filter(|user| !user.disabled).ok_or(Code::WrongCredentials)?;
        by_person(self.actor, "becomes a device of an agent")?;
        admit(self.facts, self.actor, TaskAccess::Write)?;
        let account = self.served(user, path).ok_or_else(|| not_found("account", &format!("{path}")))?;
        let (changes, detail) = self.device_changes(user, account, installation, (computer, program))?;
        Ok((changes, format!("{detail}, as the agent of `{path}`")))
    }

    fn served(&self, user: &User, path: &AccountPath) -> Option<AccountId> {
        let account = self.sees.account(path)?.id;
        self.facts.agent_of(account).filter(|agent| agent.id == user.id).map(|_| account)
    }
}

impl Directory {
    /// The agent that serves this account: one that is not disabled, whose own account still stands above.
    #[must_use]
    pub fn agent_of(&self, account: AccountId) -> Option<&User> {
        let agent = self.user(self.account(account)?.agent?)?;
        (!agent.disabled && self.is_at_or_below(account, agent.account)).then_some(agent)
    }

    /// The accounts that this user serves as their agent.
    pub fn served_by<'a>(&'a self, agent: &'a User) -> impl Iterator<Item = &'a Account> {
        let serves = |row: &&Account| row.agent == Some(agent.id) && self.agent_of(row.id).is_some();
        self.accounts_below(agent.account).chain(self.account(agent.account)).filter(serves)
    }
}

/// The account without its agent, whose devices there go.
pub(super) fn without_agent<'a>(facts: &'a Directory, row: &'a Account) -> impl Iterator<Item = Change> + 'a {
    devices_of_agent(facts, row).chain([Change::Account(Account { agent: None, ..row.clone() })])
}

fn devices_of_agent<'a>(facts: &'a Directory, row: &'a Account) -> impl Iterator<Item = Change> + 'a {
    let devices = facts.devices().filter(|device| device.account == row.id && Some(device.user) == row.agent);
    devices.map(|device| Change::DropDevice(device.id))
}

/// The accounts that these users serve, without them: the users go, and their devices with them.
pub(super) fn unserved<'a>(facts: &'a Directory, gone: impl Fn(UserId) -> bool + 'a) -> impl Iterator<Item = Account> + 'a {
    let served = facts.accounts().filter(move |row| row.agent.is_some_and(&gone));
    served.map(|row| Account { agent: None, ..row.clone() })
}

/// What a move takes away from accounts at and below this one: their agents, and devices of users, who do not stand above them
/// any more. With a device of theirs they would have what they have elsewhere (ACC-4, PRO-1).
pub(super) fn left_behind(before: &Directory, after: &Directory, moved: AccountId) -> Vec<Change> {
    let rows = after.accounts_below(moved).chain(after.account(moved));
    let lost = rows.filter(|row| row.agent.is_some() && before.agent_of(row.id).is_some() && after.agent_of(row.id).is_none());
    let lost = lost.map(|row| Change::Account(Account { agent: None, ..row.clone() }));
    let is_astray = |device: &&Device| {
        let stands_above = |user: &User| after.is_at_or_below(device.account, user.account);
        after.is_at_or_below(device.account, moved) && !after.user(device.user).is_some_and(stands_above)
    };
    let devices = after.devices().filter(is_astray).map(|device| Change::DropDevice(device.id));
    devices.chain(lost).collect()
}
