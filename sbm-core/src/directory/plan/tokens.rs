//! What a token does not do though its owner may, and what nobody makes a token for (RUN-11, USR-10).
//!
//! 1. Nobody makes a token that goes further than he does at that moment. It shrinks with him later, by itself.
//! 2. A token gives no role that goes further than it does, and touches nobody who may do more than it may, its own owner
//!    neither: a narrow token would widen itself so.
//! 3. A token changes no password, and makes and ends no token or session: what it was given for is all it is.

use alloc::format;

use super::reach::{may_give, may_grant, may_reach};
use super::{Act, Refusal, authorise};
use crate::code::Code;
use crate::directory::command::{Actor, Limit};
use crate::directory::facts::Directory;
use crate::directory::rights::Held;
use crate::directory::rows::User;
use crate::id::AccountId;
use crate::permission::{Ceiling, RoleSet};

/// Whether the actor may make a token that goes so far.
///
/// # Errors
///
/// [`Code::DeniedToken`] for who acts by a token himself, [`Code::InvalidArgument`] for one that goes nowhere or
/// is for an account and for the server too, [`Code::NotFound`] for an account that he does not see, and the code of the gate that the actor himself does not pass in one of its tasks.
pub fn may_make_token(facts: &Directory, actor: &Actor, limit: Limit) -> Result<(), Refusal> {
    by_person(actor, "makes tokens")?;
    if limit.most.is_empty() {
        let message = "a token that may do nothing is of no use; name at least one task, such as `history_read` with `read`";
        return Err(Refusal::new(Code::InvalidArgument, message));
    }
    if limit.ceiling() != limit.most {
        let message = "a token for an account does nothing with the server itself; leave `server` or the account out";
        return Err(Refusal::new(Code::InvalidArgument, message));
    }
    let is_seen = |below| limit.most.iter().any(|(task, access)| facts.seen_for(actor, task, access).contains(below));
    if limit.below.is_some_and(|below| !is_seen(below)) {
        return Err(Refusal::new(Code::NotFound, "there is no such account"));
    }
    for (task, access) in limit.most.iter() {
        authorise(facts, actor, task, access).map_err(|refused| {
            let (task, access) = (task.name(), access.name());
            let message = format!("you may not have `{task}={access}`, so no token of yours may: {}", refused.message);
            Refusal::new(refused.code, message)
        })?;
    }
    Ok(())
}

/// Refuses whoever acts by a token what a person alone does.
///
/// # Errors
///
/// [`Code::DeniedToken`].
pub fn by_person(actor: &Actor, does: &str) -> Result<(), Refusal> {
    match actor.limit {
        None => Ok(()),
        Some(_) => Err(Refusal::new(Code::DeniedToken, format!("no token {does}, whatever it is limited to; log in"))),
    }
}

impl Act<'_> {
    /// Whether he may give these roles at that account, by the token that he acts by too.
    pub(super) fn gives(&self, account: AccountId, roles: RoleSet) -> Result<(), Refusal> {
        may_grant(self.facts, self.actor_user(), account, roles)?;
        roles.iter().try_for_each(|role| self.within(Held::BuiltIn(role)))
    }

    /// The same of one role.
    pub(super) fn gives_one(&self, account: AccountId, role: Held<'_>) -> Result<(), Refusal> {
        may_give(self.facts, self.actor_user(), account, role)?;
        self.within(role)
    }

    fn within(&self, role: Held<'_>) -> Result<(), Refusal> {
        let Some(most) = self.goes_no_further(role) else { return Ok(()) };
        let name = role.name();
        let message = format!("the role `{name}` goes further than this token, which is limited to {most}; log in");
        Err(Refusal::new(Code::DeniedToken, message))
    }

    /// Whether he may change or remove this user, by the token that he acts by too.
    pub(super) fn reaches(&self, user: &User) -> Result<(), Refusal> {
        may_reach(self.facts, self.actor_user(), user)?;
        let Some(most) = self.facts.held(user).find_map(|entry| self.goes_no_further(entry.role)) else { return Ok(()) };
        let message = format!("`{}` may do more than this token, which is limited to {most}; log in", user.name);
        Err(Refusal::new(Code::DeniedToken, message))
    }

    /// How far the token goes that he acts by, if that role goes further.
    fn goes_no_further(&self, role: Held<'_>) -> Option<Ceiling> {
        self.actor.limit.map(Limit::ceiling).filter(|most| !most.goes_as_far_as(role.row()))
    }
}
