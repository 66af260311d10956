//! `sbmctl group` (USR-7).

use clap::{Args, Subcommand};
use sbm_client::core::code::Code;
use sbm_client::core::name::{Name, Text};
use sbm_client::core::wire::v1::admin::{Group as Shown, GroupPatch, NewGroup};

use crate::cells;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::table::{Cell, Column, Row, long, number, text};
use crate::parse;
use crate::prompt::Consent;

#[derive(Subcommand, Debug)]
pub(crate) enum Group {
    /// Add a group
    Add(Add),
    /// List the groups
    List,
    /// Rename a group or change its description
    Modify(Modify),
    /// Delete a group
    Delete(Delete),
}

#[derive(Args, Debug)]
pub(crate) struct Add {
    /// Name of the group
    #[arg(value_parser = parse::name)]
    name: Name,
    /// What it is for
    #[arg(short, long, value_name = "TEXT", value_parser = parse::description)]
    description: Option<Text>,
}

#[derive(Args, Debug)]
pub(crate) struct Modify {
    /// Name of the group
    #[arg(id = "GROUP", value_name = "NAME", value_parser = parse::name)]
    group: Name,
    /// New name
    #[arg(long, value_name = "NEW", value_parser = parse::name)]
    name: Option<Name>,
    /// New description
    #[arg(short, long, value_name = "TEXT", value_parser = parse::description)]
    description: Option<Text>,
}

#[derive(Args, Debug)]
pub(crate) struct Delete {
    /// Name of the group
    #[arg(value_parser = parse::name)]
    name: Name,
    /// Take its users and managed profiles out of it first; what they shared through it alone is withdrawn
    #[arg(long)]
    detach: bool,
    #[command(flatten)]
    consent: Consent,
}

impl Row for Shown {
    const COLUMNS: &'static [Column] = &[text("NAME"), number("USERS"), number("PROFILES"), long("DESCRIPTION")];

    fn cells(&self) -> Vec<Cell> {
        cells![&self.name, self.users, self.profiles, &self.description]
    }
}

fn sentence(group: &Shown, is_same: bool) -> String {
    if is_same {
        format!("nothing to change: the group `{}` is like that already", group.name)
    } else {
        format!("changed the group `{}`", group.name)
    }
}

pub(crate) fn run(command: Group, context: &mut Context) -> Result<(), Failure> {
    let admin = context.admin()?;
    match command {
        Group::Add(add) => {
            let group = admin.add_group(&NewGroup { name: add.name, description: add.description.unwrap_or_default() })?;
            context.out.changed(&group, &format!("added the group `{}`", group.name))
        }
        Group::List => context.out.list(&admin.groups()?, "there are no groups yet; add one with `sbmctl group add`"),
        Group::Modify(modify) => {
            let patch = GroupPatch { name: modify.name, description: modify.description };
            if patch == GroupPatch::default() {
                return Err(Failure::usage("say what is to change: `--name` or `--description`"));
            }
            let before = admin.groups()?.into_iter().find(|group| group.name.key() == modify.group.key());
            let group = admin.modify_group(&modify.group, &patch)?;
            let is_same =
                before.is_some_and(|before| (before.name, before.description) == (group.name.clone(), group.description.clone()));
            context.out.changed(&group, &sentence(&group, is_same))
        }
        Group::Delete(delete) => {
            delete.consent.ask(&format!("Delete the group `{}`?", delete.name))?;
            admin
                .delete_group(&delete.name, delete.detach)
                .map_err(|error| Failure::from(error).hint_for(Code::InUse, "`--detach` takes them out with the deletion"))?;
            context.out.done(&format!("deleted the group `{}`", delete.name))
        }
    }
}
