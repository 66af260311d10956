//! What is asked besides the gates before something is done with an account.
//!
//! 1. While an account is about to be deleted, nothing is made in it or below it, or given to it: it would go with it, or lose what
//!    is above it (ACC-8). Whoever means it cancels the deletion first.
//! 2. Organisations are made, moved and levelled by those whose own account's level has organisations below it (ACC-3). The root
//!    organisation keeps such a level, as nobody is above it who could give it one again.
//! 3. With an account go its users: whoever deletes it is asked for each of them as if he removed him (USR-10). The login of
//!    its own, as it was made with it, is a part of the account.

use alloc::format;

use crate::account::tree::{Kind, Nodes as _, effective_level};
use crate::account::{AccountPath, Level, Module};
use crate::code::Code;
use crate::directory::facts::Directory;
use crate::directory::plan::silos::OWN_ROLES;
use crate::directory::plan::{Act, Refusal};
use crate::directory::rows::{Account, User};
use crate::id::AccountId;
use crate::name::Name;
use crate::wire::v1::admin::AccountPatch;

/// Refuses what would be made in an account that is about to be deleted, or given to it.
pub fn check_stays(facts: &Directory, row: &Account) -> Result<(), Refusal> {
    if row.life.deletion.is_none() {
        return Ok(());
    }
    let message = format!("the account `{}` is about to be deleted; cancel that first", facts.account_name(row.id));
    Err(Refusal::new(Code::DeniedAccountDeletion, message))
}

impl Act<'_> {
    pub(in crate::directory::plan) fn check_stays(&self, row: &Account) -> Result<(), Refusal> {
        check_stays(self.facts, row)
    }

    /// The same of the nearest account above a new one.
    pub(super) fn check_above_stays(&self, path: &AccountPath) -> Result<(), Refusal> {
        let above = path.parts().split_last().and_then(|(_, above)| self.lowest_there(above));
        let above = above.and_then(|row| self.facts.chain(row.id).find(|row| row.kind != Kind::Virtual));
        above.map_or(Ok(()), |row| self.check_stays(row))
    }

    /// The lowest node that is there on the way down to a name.
    pub(in crate::directory::plan) fn lowest_there(&self, parts: &[Name]) -> Option<&Account> {
        let way_down = parts.iter().scan(None, |above, part| {
            let row = self.facts.account(self.facts.child(*above, &part.key())?)?;
            *above = Some(row.id);
            Some(row)
        });
        way_down.last()
    }

    /// Refuses whose own account's level has no organisations below it.
    pub(super) fn check_organises(&self) -> Result<(), Refusal> {
        let level = self.actor_user().and_then(|user| effective_level(self.facts, user.account));
        let Some(level) = level.filter(|level| !has_organisations(*level)) else { return Ok(()) };
        let (level, what) = (level.name(), Module::GroupManagement.words());
        let message =
            format!("your account is of the level `{level}`, which has no {what}; ask whoever manages the accounts above yours");
        Err(Refusal::new(Code::DeniedModule, message))
    }

    /// The same, if a patch moves an organisation, makes one of a backup account, or levels it.
    pub(super) fn check_levels(&self, old: &Account, patch: &AccountPatch) -> Result<(), Refusal> {
        let levels = patch.level.is_some_and(|level| level != old.kind.level());
        if old.id == AccountId::ROOT {
            let keeps = patch.level.is_none_or(|level| level.is_some_and(has_organisations));
            let message = "the root organisation is the server's own and has organisations below it; choose a level that has";
            return if keeps { Ok(()) } else { Err(Refusal::new(Code::BuiltIn, message)) };
        }
        let moves = patch.parent.is_some() && old.kind.level().is_some();
        if levels || moves { self.check_organises() } else { Ok(()) }
    }

    /// Refuses to delete an account with whom one could not remove from it.
    pub(super) fn check_reaches_users_of(&self, row: &Account, path: &AccountPath) -> Result<(), Refusal> {
        let is_part = |user: &User| {
            let is_as_made = user.roles == OWN_ROLES && self.facts.grants_of(user.id).is_empty();
            is_as_made && self.facts.is_own_login(user)
        };
        let mut users = self.facts.users().filter(|user| user.account == row.id && !is_part(user));
        users.try_for_each(|user| self.reaches(user)).map_err(|refused| {
            let message = format!("somebody goes with the account `{path}` whom you may not remove; ask whoever may");
            Refusal::new(refused.code, message)
        })
    }
}

fn has_organisations(level: Level) -> bool {
    level.has(Module::GroupManagement)
}
