//! `sbmctl user passwd` (RUN-7, RUN-9).
//!
//! 1. One's own password is changed by proving the one there is; no role is needed. One's other sessions end, this one
//!    goes on with a fresh token, and backup programs stay logged in.
//! 2. Somebody else's is set by who may change users; then every session and every device of that user is logged out.

use std::path::PathBuf;

use clap::Args;
use sbm_client::admin::Admin;
use sbm_client::core::code::Code;
use sbm_client::core::name::Name;
use serde::Serialize;

use super::own::Login;
use super::told;
use crate::context::Context;
use crate::failure::Failure;
use crate::prompt::{Chosen, NewPassword};
use crate::saved::Saved;

#[derive(Args, Debug)]
#[command(after_help = "\
One's own password needs the one there is: it is asked for, or it is the first line of standard
input and the new one the second, or it is in a file. Backup programs stay logged in.
Somebody else's password needs the role admin; it ends every session of that user and logs the
user's backup programs out.")]
pub(crate) struct Passwd {
    /// Name of the user, or ACCOUNT>NAME in full [default: who is logged in]
    #[arg(value_parser = Login::parse)]
    name: Option<Login>,
    #[command(flatten)]
    password: NewPassword,
    /// Read the current password, for one's own, from the first line of this file
    #[arg(long, value_name = "FILE")]
    current_password_file: Option<PathBuf>,
}

/// What comes of a change of one's own.
#[derive(Serialize)]
struct Own<'a> {
    name: &'a Name,
    #[serde(skip_serializing_if = "Option::is_none")]
    generated_password: Option<&'a str>,
}

pub(super) fn run(command: &Passwd, admin: Admin, context: &mut Context) -> Result<(), Failure> {
    let saved = context.saved()?;
    let named = command.name.as_ref().map(|login| login.name(&admin)).transpose()?;
    let name = named.or_else(|| saved.user.clone()).ok_or_else(|| Failure::usage("say whose password it is"))?;
    if saved.user.as_ref().is_some_and(|own| own.key() == name.key()) {
        return change_own(command, &name, admin, saved, context);
    }
    if command.current_password_file.is_some() {
        return Err(Failure::usage("`--current-password-file` is for one's own password")
            .hint(format!("`{name}` is somebody else; leave it out")));
    }
    let password = command.password.choose(&format!("`{name}`"))?;
    let user = admin.set_password(&name, &password.secret)?;
    told(
        &user,
        &password,
        &format!("`{}` has a new password, and every session of that user has ended", user.name),
        &mut context.out,
    )
}

fn change_own(command: &Passwd, name: &Name, mut admin: Admin, saved: Saved, context: &mut Context) -> Result<(), Failure> {
    let of = format!("`{name}`");
    let current = command.password.current(command.current_password_file.as_deref(), &of)?;
    let password = command.password.choose(&of)?;
    let session = admin
        .change_password(&current, &password.secret)
        .map_err(|error| Failure::from(error).hint_for(Code::WrongCredentials, "type the current password again"))?;
    context.connections.save(&context.name()?, &Saved::new(saved.peer(), &session))?;
    report(name, &password, context)
}

fn report(name: &Name, password: &Chosen, context: &mut Context) -> Result<(), Failure> {
    let sentence = "your password is changed; other sessions of yours have ended, backup programs stay logged in";
    if !password.is_generated {
        context.out.changed(&Own { name, generated_password: None }, sentence)?;
        return context.out.note(&password.judged());
    }
    let shown = password.secret.reveal();
    context.out.answer(&Own { name, generated_password: Some(shown) }, &format!("{sentence}; the password is {shown}"))?;
    context.out.note("It is shown this once and kept nowhere here.")
}
