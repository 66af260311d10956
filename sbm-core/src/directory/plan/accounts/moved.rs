//! Where an account may be put (ACC-4, USR-10).
//!
//! 1. Nobody gets a role there or below by the move that whoever moves could not give him there: neither he himself nor a
//!    friend, nor who was given it once and lost it by another move.
//! 2. Nobody takes an account out of what was set above it, or into it, but who manages both places from above: ceilings,
//!    policies and a second factor that is asked for stay those of whoever set them.

use alloc::format;

use super::super::{Act, Refusal};
use crate::account::AccountPath;
use crate::code::Code;
use crate::directory::facts::Directory;
use crate::directory::rights::Entry;
use crate::directory::rows::{Account, User};

impl Act<'_> {
    /// Whether that account may be put below the other one, after which everything is as in `after`.
    pub(super) fn check_move(&self, old: &Account, path: &AccountPath, to: &Account, after: &Directory) -> Result<(), Refusal> {
        let is_above_both = |account: &&Account| self.facts.is_at_or_below(old.id, account.id);
        let above = self.facts.chain(to.id).find(is_above_both).ok_or(Code::InvalidAccount)?;
        if !self.sees.manages(above.id) {
            let message =
                format!("you manage `{path}` and the place where it is to be, but nothing above both; ask whoever does");
            return Err(Refusal::new(Code::DeniedRole, message));
        }
        after.users().try_for_each(|user| self.check_gain(old, path, user, after))
    }

    fn check_gain(&self, old: &Account, path: &AccountPath, user: &User, after: &Directory) -> Result<(), Refusal> {
        let is_at_or_below = |account, top| after.is_at_or_below(account, top);
        let concerns = |account| is_at_or_below(account, old.id) || is_at_or_below(old.id, account);
        for Entry { account, role } in after.held(user).filter(|entry| concerns(entry.account)) {
            // What counts from above is looked at where it begins to count.
            let at = if is_at_or_below(account, old.id) { account } else { old.id };
            if self.facts.held_at(user, at).any(|had| had.role == role) {
                continue;
            }
            self.gives_one(at, role).map_err(|refused| {
                let message =
                    format!("somebody would have a role at `{path}` or below by it that you cannot give there; ask whoever can");
                Refusal::new(refused.code, message)
            })?;
        }
        Ok(())
    }
}
