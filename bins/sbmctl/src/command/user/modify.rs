//! `sbmctl user modify`: what is not mentioned stays.

use clap::Args;
use sbm_client::admin::Admin;
use sbm_client::core::name::{Name, Text};
use sbm_client::core::permission::Role;
use sbm_client::core::wire::v1::admin::{User as Shown, UserPatch};

use crate::context::Context;
use crate::failure::Failure;
use crate::parse;

#[derive(Args, Clone, Debug)]
pub(crate) struct Modify {
    /// Name of the user
    #[arg(id = "USER", value_name = "NAME", value_parser = parse::name)]
    user: Name,
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
    #[arg(long = "role", value_name = "ROLE", value_delimiter = ',', value_parser = parse::role(), conflicts_with = "no_roles")]
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
}

pub(super) fn run(command: Modify, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    if command.clone().patch(Vec::new()) == UserPatch::default() {
        return Err(Failure::usage("say what is to change").hint("`sbmctl user modify --help` lists it"));
    }
    let before = admin.user(&command.user)?;
    let name = command.user.clone();
    // The wire knows whole lists of groups only; who adds or removes one starts from what is there now.
    let user = admin.modify_user(&name, &command.patch(before.groups.clone()))?;
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
    fn edits_groups(&self) -> bool {
        !self.add_group.is_empty() || !self.remove_group.is_empty()
    }

    fn patch(self, before: Vec<Name>) -> UserPatch {
        let groups = if self.edits_groups() {
            Some(edited(before, &self.add_group, &self.remove_group))
        } else {
            (self.no_groups || !self.groups.is_empty()).then_some(self.groups)
        };
        UserPatch {
            name: self.name,
            description: self.description,
            password: None,
            disabled: if self.disable { Some(true) } else { self.enable.then_some(false) },
            roles: (self.no_roles || !self.roles.is_empty()).then(|| self.roles.into_iter().collect()),
            security_profile: if self.no_security_profile { Some(None) } else { self.security_profile.map(Some) },
            groups,
            ..UserPatch::default()
        }
    }
}

/// What is added and removed is compared as the server compares names: without regard to case.
fn edited(before: Vec<Name>, add: &[Name], remove: &[Name]) -> Vec<Name> {
    let mut after = before;
    for name in add {
        if after.iter().all(|has| has.key() != name.key()) {
            after.push(name.clone());
        }
    }
    after.retain(|has| remove.iter().all(|name| has.key() != name.key()));
    after
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
            Command::User(User::Modify(modify)) => {
                serde_json::to_value(modify.patch(vec![Name::new("Office").unwrap(), Name::new("Paris").unwrap()])).unwrap()
            }
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
            (" --add-group Lyon --add-group OFFICE", json!({"groups": ["Office", "Paris", "Lyon"]})),
            (" --remove-group paris", json!({"groups": ["Office"]})),
            (" --add-group Lyon --remove-group office,paris", json!({"groups": ["Lyon"]})),
        ] {
            assert_eq!(patch(arguments), expected, "{arguments}");
        }
    }
}
