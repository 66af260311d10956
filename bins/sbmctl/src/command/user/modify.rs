//! `sbmctl user modify`: what is not mentioned stays.

use clap::Args;
use sbm_client::admin::Admin;
use sbm_client::core::code::Code;
use sbm_client::core::name::{Name, Text};
use sbm_client::core::permission::Role;
use sbm_client::core::wire::v1::admin::{User as Shown, UserPatch};

use super::add::refused;
use super::own::Login;
use crate::context::Context;
use crate::failure::Failure;
use crate::parse;

#[derive(Args, Clone, Debug)]
pub(crate) struct Modify {
    /// Name of the user, or ACCOUNT>NAME in full
    #[arg(id = "USER", value_name = "NAME", value_parser = Login::parse)]
    user: Login,
    /// New name
    #[arg(long, value_name = "NEW", value_parser = parse::name)]
    name: Option<Name>,
    /// New description
    #[arg(short, long, value_name = "TEXT", value_parser = parse::description)]
    description: Option<Text>,
    /// Shut the user out, at once
    #[arg(long, conflicts_with = "enable")]
    disable: bool,
    /// Let the user in again
    #[arg(long)]
    enable: bool,
    /// Roles from now on; several with commas or by repeating
    #[arg(long = "role", value_name = "ROLE", value_delimiter = ',', value_parser = parse::role_of_user(), conflicts_with = "no_roles")]
    roles: Vec<Role>,
    /// Take every role away
    #[arg(long)]
    no_roles: bool,
    /// Security profile from now on
    #[arg(short, long, value_name = "NAME", value_parser = parse::name, conflicts_with = "no_security_profile")]
    security_profile: Option<Name>,
    /// Take the security profile away, and with it every right in the backup program
    #[arg(long)]
    no_security_profile: bool,
    /// Groups from now on; several with commas or by repeating
    #[arg(short, long = "group", value_name = "NAME", value_delimiter = ',', value_parser = parse::name, conflicts_with_all = ["no_groups", "add_group", "remove_group"])]
    groups: Vec<Name>,
    /// Take the user out of every group
    #[arg(long, conflicts_with_all = ["add_group", "remove_group"])]
    no_groups: bool,
    /// Put the user into these groups besides
    #[arg(long, value_name = "NAME", value_delimiter = ',', value_parser = parse::name)]
    add_group: Vec<Name>,
    /// Take the user out of these groups
    #[arg(long, value_name = "NAME", value_delimiter = ',', value_parser = parse::name)]
    remove_group: Vec<Name>,
    /// Make these groups and put the user into them besides
    #[arg(long, value_name = "NAME", value_delimiter = ',', value_parser = parse::name)]
    new_group: Vec<Name>,
}

pub(super) fn run(command: Modify, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    let login = command.user.clone();
    let patch = command.patch();
    if patch == UserPatch::default() {
        return Err(Failure::usage("say what is to change").hint("`sbmctl user modify --help` lists it"));
    }
    let before = admin.user(&login.name(admin)?).map_err(super::refused)?;
    let name = before.name.clone();
    let user = admin
        .modify_user(&name, &patch)
        .map_err(|error| refused(error).hint_for(Code::LastSuperuser, "somebody else with the role `admin` can do it"))?;
    context.out.changed(&user, &sentence(before, &user))
}

/// What a change came to. A login meanwhile is none.
fn sentence(before: Shown, user: &Shown) -> String {
    let (last_login, last_address) = (user.last_login, user.last_address.clone());
    if (Shown { last_login, last_address, ..before }) == *user {
        format!("nothing to change: the user `{}` is like that already", user.name)
    } else {
        format!("changed the user `{}`", user.name)
    }
}

impl Modify {
    fn patch(self) -> UserPatch {
        UserPatch {
            name: self.name,
            description: self.description,
            password: None,
            disabled: if self.disable { Some(true) } else { self.enable.then_some(false) },
            roles: (self.no_roles || !self.roles.is_empty()).then(|| self.roles.into_iter().collect()),
            security_profile: if self.no_security_profile { Some(None) } else { self.security_profile.map(Some) },
            groups: (self.no_groups || !self.groups.is_empty()).then_some(self.groups),
            add_groups: self.add_group,
            remove_groups: self.remove_group,
            new_groups: self.new_group,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;
    use serde_json::{Value, json};

    use super::super::User;
    use super::*;
    use crate::args::Args as Line;
    use crate::command::Command;

    fn patch(arguments: &str) -> Value {
        let line = format!("sbmctl user modify carol{arguments}");
        match Line::try_parse_from(line.split(' ')).unwrap().command {
            Command::User(User::Modify(modify)) => serde_json::to_value(modify.patch()).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_change_that_changes_nothing_says_so() {
        let user = |value: Value| -> Shown {
            let mut whole =
                json!({"name": "carol", "description": "", "account": "", "disabled": false, "roles": [], "groups": []});
            whole.as_object_mut().unwrap().extend(value.as_object().unwrap().clone());
            serde_json::from_value(whole).unwrap()
        };
        for (after, said) in [
            (json!({}), "nothing to change: the user `carol` is like that already"),
            (json!({"last_login": 5, "last_address": "::1"}), "nothing to change: the user `carol` is like that already"),
            (json!({"groups": ["Office"]}), "changed the user `carol`"),
            (json!({"name": "Carol"}), "changed the user `Carol`"),
        ] {
            assert_eq!(sentence(user(json!({})), &user(after)), said);
        }
    }

    #[test]
    fn a_patch_says_what_was_said_and_nothing_else_usr_1() {
        for (arguments, expected) in [
            ("", json!({})),
            (" --name kate", json!({"name": "kate"})),
            (" --description new", json!({"description": "new"})),
            (" --disable", json!({"disabled": true})),
            (" --enable", json!({"disabled": false})),
            (" --role admin", json!({"roles": ["admin"]})),
            (" --no-roles", json!({"roles": []})),
            (" --security-profile S", json!({"security_profile": "S"})),
            (" --no-security-profile", json!({"security_profile": null})),
            (" --group a,b --group c", json!({"groups": ["a", "b", "c"]})),
            (" --no-groups", json!({"groups": []})),
            (" --add-group Lyon --add-group OFFICE", json!({"add_groups": ["Lyon", "OFFICE"]})),
            (" --remove-group paris", json!({"remove_groups": ["paris"]})),
            (
                " --add-group Lyon --remove-group office,paris",
                json!({"add_groups": ["Lyon"], "remove_groups": ["office", "paris"]}),
            ),
            (" --new-group Nice", json!({"new_groups": ["Nice"]})),
        ] {
            assert_eq!(patch(arguments), expected, "{arguments}");
        }
    }
}
