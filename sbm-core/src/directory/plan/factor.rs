//! Second factors: enrolled by their owner, taken away by him or by who reaches him (RUN-8, USR-10).

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::tokens::by_person;
use super::{Act, Outcome, Refusal};
use crate::code::Code;
use crate::directory::change::Change;
use crate::factor::{Channel, Kept, KeptAddress, Means};
use crate::id::Hash;

impl Act<'_> {
    /// The actor has just sent a code made with the key. Of two who enrol one user at once the second finds a factor.
    pub(super) fn enrol_factor(&self, kept: &Kept) -> Outcome {
        by_person(self.actor, "enrols a second factor")?;
        let user = self.actor_user().filter(|user| !user.disabled).ok_or(Code::DeniedRole)?;
        if self.facts.has_authenticator(user.id) {
            let message = format!("`{}` has an authenticator already; remove it first, with one of its codes", user.name);
            return Err(Refusal::new(Code::InUse, message));
        }
        let detail = format!("with {} recovery codes", kept.recovery.len());
        Ok((vec![Change::Factor { user: user.id, kept: kept.clone() }], detail))
    }

    /// One's own, with a code that was just taken; or that of somebody whom the actor reaches.
    pub(super) fn remove_factor(&self, name: Option<&str>) -> Outcome {
        by_person(self.actor, "removes a second factor")?;
        let user = match name {
            Some(name) => {
                let user = self.user(name)?;
                self.reaches(user)?;
                user
            }
            None => self.actor_user().ok_or(Code::DeniedRole)?,
        };
        let means: Vec<Means> =
            self.facts.factors_of(user.id).filter(|means| name.is_some() || *means == Means::Authenticator).collect();
        if means.is_empty() {
            let what = if name.is_some() { "second factor" } else { "authenticator" };
            return Err(Refusal::new(Code::NotFound, format!("`{}` has no {what}", user.name)));
        }
        let changes = means.into_iter().map(|means| match means {
            Means::Authenticator => Change::DropFactor(user.id),
            Means::Sent(channel) => Change::DropChannel { user: user.id, channel },
        });
        Ok((changes.collect(), String::new()))
    }

    /// The actor has just sent the code that came to the address, which takes the place of the one of before.
    pub(super) fn confirm_channel(&self, channel: Channel, kept: &KeptAddress, shown: &str) -> Outcome {
        by_person(self.actor, "confirms an address for codes")?;
        let user = self.actor_user().filter(|user| !user.disabled).ok_or(Code::DeniedRole)?;
        Ok((vec![Change::Channel { user: user.id, channel, kept: kept.clone() }], format!("{channel} to `{shown}`")))
    }

    /// With a code that was just taken, of whichever second factor.
    pub(super) fn remove_channel(&self, channel: Channel) -> Outcome {
        by_person(self.actor, "removes an address for codes")?;
        let user = self.actor_user().ok_or(Code::DeniedRole)?;
        if !self.facts.has_channel(user.id, channel) {
            return Err(Refusal::new(Code::NotFound, format!("`{}` has no address for codes by {channel}", user.name)));
        }
        Ok((vec![Change::DropChannel { user: user.id, channel }], format!("{channel}")))
    }

    /// Those of before are void.
    pub(super) fn new_recovery_codes(&self, hashes: &[Hash]) -> Outcome {
        by_person(self.actor, "makes recovery codes")?;
        let user = self.actor_user().filter(|user| self.facts.has_authenticator(user.id)).ok_or(Code::NotFound)?;
        let detail = format!("{} codes", hashes.len());
        Ok((vec![Change::RecoveryCodes { user: user.id, hashes: hashes.to_vec() }], detail))
    }
}
