//! How far an actor reaches: nobody gives what he does not hold there, and nobody changes who holds more (USR-10).

use alloc::format;

use super::Refusal;
use crate::code::Code;
use crate::directory::facts::Directory;
use crate::directory::rights::Held;
use crate::directory::rows::User;
use crate::id::AccountId;
use crate::permission::{Ceiling, Role, RoleSet};

/// Nobody grants a role with which somebody could do what he cannot at that account. The server itself may. An add-on is given
/// to whom it may be added only (USR-5).
pub(super) fn may_grant(facts: &Directory, actor: Option<&User>, account: AccountId, roles: RoleSet) -> Result<(), Refusal> {
    if !roles.may_hold_together() {
        let message = "the role `security_officer` is an add-on to `admin`, `administrator`, `manager` or `operator`; give one \
                       of these too, or take it away with the last of them";
        return Err(Refusal::new(Code::InvalidArgument, message));
    }
    roles.iter().try_for_each(|role| may_give(facts, actor, account, Held::BuiltIn(role)))
}

/// The same of one role.
pub(super) fn may_give(facts: &Directory, actor: Option<&User>, account: AccountId, role: Held<'_>) -> Result<(), Refusal> {
    let Some(actor) = actor.filter(|actor| !row_of(facts, actor, account).goes_as_far_as(role.row())) else { return Ok(()) };
    let (name, who) = (role.name(), who_may(role));
    let there = if actor.account == account { "" } else { " there" };
    Err(Refusal::new(
        Code::DeniedRole,
        format!(
            "with the role `{name}` one may do what you may not{there}, so you cannot give it; ask a user with the role `{who}`"
        ),
    ))
}

/// Nobody changes or removes somebody who may do what he cannot, nor ends his sessions: a new password for a superuser
/// would make him one. Himself he may.
///
/// # Errors
///
/// [`Code::DeniedRole`].
pub fn may_reach(facts: &Directory, actor: Option<&User>, user: &User) -> Result<(), Refusal> {
    let Some(actor) = actor.filter(|actor| actor.id != user.id) else { return Ok(()) };
    let goes_further = |account, role: Held<'_>| !row_of(facts, actor, account).goes_as_far_as(role.row());
    let Some(entry) = facts.held(user).find(|entry| goes_further(entry.account, entry.role)) else { return Ok(()) };
    let (name, who) = (&user.name, who_may(entry.role));
    let message = format!("`{name}` may do on the server what you may not; ask a user with the role `{who}`");
    Err(Refusal::new(Code::DeniedRole, message))
}

/// How far an actor goes at an account. In another root account, where the operator makes the first user, as far as at his own.
fn row_of(facts: &Directory, actor: &User, account: AccountId) -> Ceiling {
    let is_his = facts.is_at_or_below(account, actor.account);
    facts.row_at(actor, if is_his { account } else { actor.account })
}

/// The role of those who give this one.
const fn who_may(role: Held<'_>) -> &'static str {
    if matches!(role, Held::BuiltIn(Role::SecurityOfficer)) { Role::SecurityOfficer.name() } else { Role::Superuser.name() }
}
