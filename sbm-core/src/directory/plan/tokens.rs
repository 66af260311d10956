//! What a token does not do though its owner may, and what nobody makes a token for (RUN-11, USR-10).
//!
//! 1. Nobody makes a token that goes further than he does at that moment. It shrinks with him later, by itself.
//! 2. A token gives no role that goes further than it does, and touches nobody who may do more than it may, its own owner
//!    neither: a narrow token would widen itself so.
//! 3. A token changes no password, and makes and ends no token or session: what it was given for is all it is.

use alloc::format;

use super::reach::{may_grant, may_reach};
use super::{Act, Refusal, authorise};
use crate::code::Code;
use crate::directory::command::{Actor, Limit};
use crate::directory::facts::Directory;
use crate::directory::rows::User;
use crate::permission::{Ceiling, Role, RoleSet};

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
    if limit.below.is_some_and(|below| !facts.seen_by(actor).contains(below)) {
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
    /// Whether he may give these roles, by the token that he acts by too.
    pub(super) fn gives(&self, roles: RoleSet) -> Result<(), Refusal> {
        may_grant(self.actor_user(), roles)?;
        self.within(roles).map_err(|(most, role)| {
            let name = role.name();
            let message = format!("the role `{name}` goes further than this token, which is limited to {most}; log in");
            Refusal::new(Code::DeniedToken, message)
        })
    }

    /// Whether he may change or remove this user, by the token that he acts by too.
    pub(super) fn reaches(&self, user: &User) -> Result<(), Refusal> {
        may_reach(self.actor_user(), user)?;
        self.within(user.roles).map_err(|(most, _)| {
            let message = format!("`{}` may do more than this token, which is limited to {most}; log in", user.name);
            Refusal::new(Code::DeniedToken, message)
        })
    }

    /// The first of these roles that goes further than the token that he acts by, and how far that goes.
    fn within(&self, roles: RoleSet) -> Result<(), (Ceiling, Role)> {
        let Some(most) = self.actor.limit.map(Limit::ceiling) else { return Ok(()) };
        roles.iter().find(|role| !most.covers(*role)).map_or(Ok(()), |role| Err((most, role)))
    }
}
