//! How far an actor reaches: nobody gives what he does not hold, and nobody changes who holds more (USR-10).

use alloc::format;

use super::Refusal;
use crate::code::Code;
use crate::directory::rows::User;
use crate::permission::RoleSet;

/// Nobody grants a role with which somebody could do what he cannot. The server itself may.
pub(super) fn may_grant(actor: Option<&User>, roles: RoleSet) -> Result<(), Refusal> {
    let Some(actor) = actor else { return Ok(()) };
    let Some(role) = roles.iter().find(|role| !actor.roles.cover(*role)) else { return Ok(()) };
    let name = role.name();
    Err(Refusal::new(
        Code::DeniedRole,
        format!("with the role `{name}` one may do what you may not, so you cannot give it; ask a user with the role `admin`"),
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
    if user.roles.iter().all(|role| actor.roles.cover(role)) {
        return Ok(());
    }
    let message = format!("`{}` may do on the server what you may not; ask a user with the role `admin`", user.name);
    Err(Refusal::new(Code::DeniedRole, message))
}
