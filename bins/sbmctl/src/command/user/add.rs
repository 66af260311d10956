//! `sbmctl user add`.

use clap::Args;
use sbm_client::admin::Admin;
use sbm_client::core::account::AccountPath;
use sbm_client::core::code::Code;
use sbm_client::core::name::{Name, Text};
use sbm_client::core::permission::Role;
use sbm_client::core::wire::v1::admin::NewUser;

use super::told;
use crate::context::Context;
use crate::failure::Failure;
use crate::parse;
use crate::prompt::NewPassword;

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  sbmctl user add carol --security-profile 'End user' --group Finance
  sbmctl user add dave --new-group Sales --generate
  sbmctl user add erin --role admin --password-file erin.txt

`sbmctl import users` adds many at once.")]
pub(crate) struct Add {
    /// Name of the user
    #[arg(value_parser = parse::name)]
    name: Name,
    /// Account, by its full name; without it the user is of your own
    #[arg(short, long, value_name = "ACCOUNT", value_parser = parse::account)]
    account: Option<AccountPath>,
    /// Who it is
    #[arg(short, long, value_name = "TEXT", value_parser = parse::description)]
    description: Option<Text>,
    /// Role on the server; without one the user administers nothing
    #[arg(long = "role", value_name = "ROLE", value_delimiter = ',', value_parser = parse::role_of_user())]
    roles: Vec<Role>,
    /// Security profile; without one the user has no right in the backup program
    #[arg(short, long, value_name = "NAME", value_parser = parse::name)]
    security_profile: Option<Name>,
    /// Group; several with commas or by repeating
    #[arg(short, long = "group", value_name = "NAME", value_delimiter = ',', value_parser = parse::name)]
    groups: Vec<Name>,
    /// Group to make along the way
    #[arg(long, value_name = "NAME", value_delimiter = ',', value_parser = parse::name)]
    new_group: Vec<Name>,
    #[command(flatten)]
    password: NewPassword,
}

pub(super) fn run(command: Add, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    let password = command.password.choose(&format!("`{}`", command.name))?;
    let new = NewUser {
        name: command.name,
        account: command.account,
        description: command.description.unwrap_or_default(),
        password: password.secret.clone(),
        roles: command.roles.into_iter().collect(),
        security_profile: command.security_profile,
        groups: command.groups,
        new_groups: command.new_group,
    };
    let user = admin.add_user(&new).map_err(refused)?;
    told(&user, &password, &format!("added the user `{}`", user.name), &mut context.out)?;
    if user.security_profile.is_none() {
        context.out.note(&format!(
            "`{}` has no security profile, hence no right in the backup program; `sbmctl user modify` gives one",
            user.name
        ))?;
    }
    Ok(())
}

/// What a refusal means here.
pub(super) fn refused(error: sbm_client::Error) -> Failure {
    Failure::from(error).hint_for(
        Code::NotFound,
        "`sbmctl group list` and `sbmctl security-profile list` show what there is; `--new-group` makes a group along the way",
    )
}
