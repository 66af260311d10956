//! `sbmctl user` (USR-1, USR-2, USR-6).

mod modify;

use clap::{Args, Subcommand};
use sbm_client::admin::Admin;
use sbm_client::core::name::{Name, Text};
use sbm_client::core::permission::Role;
use sbm_client::core::wire::v1::admin::{NewUser, User as Shown};

use crate::context::Context;
use crate::failure::Failure;
use crate::output::table::{Cell, Column, Row, Tone, long, text};
use crate::output::text::{joined, moment_or_dash, or_dash};
use crate::parse;
use crate::prompt::{Consent, PasswordFrom};

#[derive(Subcommand, Debug)]
pub(crate) enum User {
    /// Add a user; the password is asked for
    Add(Add),
    /// List the users
    List,
    /// Show one user
    Show(Named),
    /// Change a user
    Modify(modify::Modify),
    /// Delete a user; the runs stay in the history
    Delete(Delete),
    /// Give a user a new password; it ends the user's sessions
    #[command(after_help = "Changing a password needs the role admin for now, one's own as well.")]
    Passwd(Passwd),
}

#[derive(Args, Debug)]
pub(crate) struct Named {
    /// Name of the user
    #[arg(value_parser = parse::name)]
    name: Name,
}

#[derive(Args, Debug)]
pub(crate) struct Add {
    /// Name of the user
    #[arg(value_parser = parse::name)]
    name: Name,
    /// Who it is
    #[arg(short, long, value_name = "TEXT", value_parser = parse::description)]
    description: Option<Text>,
    /// Role on the server; without one the user administers nothing
    #[arg(long = "role", value_name = "ROLE", value_delimiter = ',', value_parser = parse::role())]
    roles: Vec<Role>,
    /// Security profile; without one the user has no right in the backup program
    #[arg(short, long, value_name = "NAME", value_parser = parse::name)]
    security_profile: Option<Name>,
    /// Group; several with commas or by repeating
    #[arg(short, long = "group", value_name = "NAME", value_delimiter = ',', value_parser = parse::name)]
    groups: Vec<Name>,
    #[command(flatten)]
    password: PasswordFrom,
}

#[derive(Args, Debug)]
pub(crate) struct Delete {
    /// Name of the user
    #[arg(value_parser = parse::name)]
    name: Name,
    #[command(flatten)]
    consent: Consent,
}

#[derive(Args, Debug)]
pub(crate) struct Passwd {
    /// Name of the user [default: who is logged in]
    #[arg(value_parser = parse::name)]
    name: Option<Name>,
    #[command(flatten)]
    password: PasswordFrom,
}

impl Row for Shown {
    const COLUMNS: &'static [Column] = &[
        text("NAME"),
        text("STATE"),
        text("ROLES"),
        text("SECURITY PROFILE"),
        long("GROUPS"),
        text("LAST LOGIN").extra(),
        text("FROM").extra(),
        long("DESCRIPTION"),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            (&self.name).into(),
            state(self),
            roles(self).into(),
            security_profile(self).into(),
            joined(&self.groups).into(),
            moment_or_dash(self.last_login).into(),
            or_dash(self.last_address.as_deref().unwrap_or_default()).into(),
            (&self.description).into(),
        ]
    }
}

fn state(user: &Shown) -> Cell {
    if user.disabled { Cell::toned("disabled", Tone::Bad) } else { "active".into() }
}

fn roles(user: &Shown) -> String {
    joined(user.roles.iter().map(Role::name))
}

fn security_profile(user: &Shown) -> String {
    or_dash(user.security_profile.as_ref().map(Name::as_str).unwrap_or_default())
}

fn facts(user: &Shown) -> Vec<(&'static str, Cell)> {
    vec![
        ("name", (&user.name).into()),
        ("description", or_dash(user.description.as_str()).into()),
        ("account", or_dash(&user.account).into()),
        ("state", state(user)),
        ("roles", roles(user).into()),
        ("security profile", security_profile(user).into()),
        ("groups", joined(&user.groups).into()),
        ("last login", moment_or_dash(user.last_login).into()),
        ("from", or_dash(user.last_address.as_deref().unwrap_or_default()).into()),
    ]
}

pub(crate) fn run(command: User, context: &mut Context) -> Result<(), Failure> {
    let admin = context.admin()?;
    match command {
        User::Add(command) => add(command, &admin, context),
        User::List => context.out.list(&admin.users()?, "there are no users"),
        User::Show(named) => {
            let user = admin.user(&named.name)?;
            context.out.facts(&user, &facts(&user))
        }
        User::Modify(command) => modify::run(command, &admin, context),
        User::Delete(delete) => {
            delete.consent.ask(&format!("Delete the user `{}`?", delete.name))?;
            admin.delete_user(&delete.name)?;
            context.out.done(&format!("deleted the user `{}`", delete.name))
        }
        User::Passwd(command) => passwd(command, &admin, context),
    }
}

fn add(command: Add, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    let password = command.password.new_for(&format!("`{}`", command.name))?;
    let user = admin.add_user(&NewUser {
        name: command.name,
        description: command.description.unwrap_or_default(),
        password,
        roles: command.roles.into_iter().collect(),
        security_profile: command.security_profile,
        groups: command.groups,
        new_groups: Vec::new(),
    })?;
    context.out.changed(&user, &format!("added the user `{}`", user.name))?;
    if user.security_profile.is_none() {
        context.out.note(&format!(
            "`{}` has no security profile, hence no right in the backup program; `sbmctl user modify` gives one",
            user.name
        ))?;
    }
    Ok(())
}

fn passwd(command: Passwd, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    let saved = context.saved()?;
    let name = command.name.or_else(|| saved.user.clone()).ok_or_else(|| Failure::usage("say whose password it is"))?;
    let password = command.password.new_for(&format!("`{name}`"))?;
    let user = admin.set_password(&name, &password)?;
    let own = saved.user.as_ref().is_some_and(|own| own.key() == name.key());
    if own {
        // One's own sessions ended with the change, this one among them (RUN-7).
        context.store.save(&saved.logged_out())?;
    }
    context.out.changed(&user, &format!("`{}` has a new password", user.name))?;
    if own { context.out.note("The session here ended with it; log in again with `sbmctl login`.") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::table::Look;

    #[test]
    fn a_list_of_users_shows_what_a_user_may_do_and_never_a_secret_usr_1() {
        let users: Vec<Shown> = serde_json::from_str(
            r#"[
                {"name":"admin","description":"","account":"","disabled":false,"roles":["admin"],"security_profile":"AllAccess","groups":[],"last_login":1795291485123,"last_address":"127.0.0.1"},
                {"name":"carol","description":"front desk","account":"","disabled":true,"roles":[],"groups":["Office","Paris"]}
            ]"#,
        )
        .unwrap();
        let expected = "\
NAME   STATE     ROLES  SECURITY PROFILE  GROUPS         LAST LOGIN            FROM       DESCRIPTION
admin  active    admin  AllAccess         -              2026-11-21 20:04:45Z  127.0.0.1
carol  disabled  -      -                 Office, Paris  -                     -          front desk
";
        assert_eq!(Look::default().list(&users), expected);
    }
}
