//! How far an actor reaches: nobody gives what he does not hold, and nobody changes who holds more (USR-10).

use alloc::format;

use super::Refusal;
use crate::code::Code;
use crate::directory::rows::User;
use crate::permission::{Role, RoleSet};

/// Nobody grants a role with which somebody could do what he cannot. The server itself may. An add-on is given to whom it
/// may be added only (USR-5).
pub(super) fn may_grant(actor: Option<&User>, roles: RoleSet) -> Result<(), Refusal> {
    if !roles.may_hold_together() {
        let message = "the role `security_officer` is an add-on to `admin`, `administrator`, `manager` or `operator`; give one \
                       of these too, or take it away with the last of them";
        return Err(Refusal::new(Code::InvalidArgument, message));
    }
    let Some(actor) = actor else { return Ok(()) };
    let Some(role) = roles.iter().find(|role| !actor.roles.cover(*role)) else { return Ok(()) };
    let (name, who) = (role.name(), who_may(role));
    Err(Refusal::new(
        Code::DeniedRole,
        format!("with the role `{name}` one may do what you may not, so you cannot give it; ask a user with the role `{who}`"),
    ))
}

/// Nobody changes or removes somebody who may do what he cannot, nor ends his sessions: a new password for a superuser
/// would make him one. Himself he may.
///
/// # Errors
///
/// [`Code::DeniedRole`].
pub fn may_reach(actor: Option<&User>, user: &User) -> Result<(), Refusal> {
    let Some(actor) = actor.filter(|actor| actor.id != user.id) else { return Ok(()) };
    let Some(role) = user.roles.iter().find(|role| !actor.roles.cover(*role)) else { return Ok(()) };
    let (name, who) = (&user.name, who_may(role));
    let message = format!("`{name}` may do on the server what you may not; ask a user with the role `{who}`");
    Err(Refusal::new(Code::DeniedRole, message))
}

/// The role of those who give this one.
const fn who_may(role: Role) -> &'static str {
    if matches!(role, Role::SecurityOfficer) { Role::SecurityOfficer.name() } else { Role::Superuser.name() }
}
