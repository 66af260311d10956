//! Where an account may be put (ACC-4, USR-10).
//!
//! 1. Nobody gets a role there by the move that whoever moves could not give him there: neither he himself nor a friend.
//! 2. Nobody takes an account out of what was set above it, or into it, but who manages both places from above: ceilings,
//!    policies and a second factor that is asked for stay those of whoever set them.

use alloc::format;

use super::super::{Act, Refusal};
use crate::account::AccountPath;
use crate::code::Code;
use crate::directory::facts::Directory;
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
        let had = |role| self.facts.held_at(user, old.id).any(|entry| entry.role == role);
        let gained = after.held_at(user, old.id).map(|entry| entry.role).filter(|role| !had(*role));
        let give = |role| match self.gives_one(old.id, role) {
            Ok(()) => Ok(()),
            Err(refused) => {
                let message = format!("somebody would have a role at `{path}` by it that you cannot give there; ask whoever can");
                Err(Refusal::new(refused.code, message))
            }
        };
        gained.into_iter().try_for_each(give)
    }
}
