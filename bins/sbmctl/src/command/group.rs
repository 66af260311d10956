//! `sbmctl group` (USR-7).

use clap::{Args, Subcommand};
use sbm_client::admin::Admin;
use sbm_client::core::account::AccountPath;
use sbm_client::core::code::Code;
use sbm_client::core::id::Guid;
use sbm_client::core::name::{Name, Text};
use sbm_client::core::wire::v1::admin::{Group as Shown, GroupPatch, ListQuery, NewGroup, Profile, User};
use serde::Serialize;

use super::user::named;
use crate::cells;
use crate::context::Context;
use crate::failure::Failure;
use crate::listing::{Listing, columns};
use crate::output::table::{Cell, Column, Row, long, number, text};
use crate::output::text::or_dash;
use crate::parse;
use crate::prompt::Consent;

#[derive(Subcommand, Debug)]
#[command(after_help = "\
Who and what is in a group is changed with the users and the managed profiles:
  sbmctl user modify carol --add-group Finance
  sbmctl user modify carol --remove-group Finance
  sbmctl profile assign 'Finance documents' --group Finance
  sbmctl profile unassign 'Finance documents' --group Finance")]
pub(crate) enum Group {
    /// Add a group
    Add(Add),
    /// List the groups
    List(List),
    /// Show one group, and who and what is in it
    Show(Named),
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
    /// Account that it is of, by its full name [default: your own]
    #[arg(short, long, value_name = "ACCOUNT", value_parser = parse::account)]
    account: Option<AccountPath>,
    /// What it is for
    #[arg(short, long, value_name = "TEXT", value_parser = parse::description)]
    description: Option<Text>,
}

#[derive(Args, Debug)]
#[command(after_help = columns::<Shown>())]
pub(crate) struct List {
    #[command(flatten)]
    listing: Listing,
}

#[derive(Args, Debug)]
pub(crate) struct Named {
    /// Name of the group
    #[arg(value_parser = parse::name)]
    name: Name,
}

/// A group and its members.
#[derive(Serialize)]
struct Whole {
    #[serde(flatten)]
    group: Shown,
    members: Members,
}

/// Who and what is in a group.
#[derive(Serialize)]
struct Members {
    users: Vec<Name>,
    profiles: Vec<Member>,
}

/// A managed profile in a group.
#[derive(Serialize)]
struct Member {
    guid: Guid,
    name: Name,
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
    /// Name of the group; several one after the other
    #[arg(required = true, value_name = "NAME", value_parser = parse::name)]
    names: Vec<Name>,
    /// Take its users and managed profiles out of it first; what they shared through it alone is withdrawn
    #[arg(long)]
    detach: bool,
    #[command(flatten)]
    consent: Consent,
}

impl Row for Shown {
    const COLUMNS: &'static [Column] =
        &[text("NAME"), long("DESCRIPTION"), number("USERS"), number("PROFILES"), text("ACCOUNT").extra()];

    fn cells(&self) -> Vec<Cell> {
        cells![&self.name, &self.description, self.users, self.profiles, or_dash(self.account.as_deref().unwrap_or_default())]
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
            let group = admin.add_group(&NewGroup {
                name: add.name,
                account: add.account,
                description: add.description.unwrap_or_default(),
            });
            let group = group.map_err(no_account)?;
            context.out.changed(&group, &format!("added the group `{}`", group.name))
        }
        Group::List(list) => {
            let none = "no group fits; add one with `sbmctl group add`";
            list.listing.show::<Shown>(&admin, ListQuery::default(), context, none)
        }
        Group::Show(named) => show(&named.name, &admin, context),
        Group::Modify(modify) => {
            let patch = GroupPatch { name: modify.name, description: modify.description };
            if patch == GroupPatch::default() {
                return Err(Failure::usage("say what is to change: `--name` or `--description`"));
            }
            let before = admin.group(&modify.group).map_err(unknown)?;
            let group = admin.modify_group(&modify.group, &patch)?;
            let is_same = (&before.name, &before.description) == (&group.name, &group.description);
            context.out.changed(&group, &sentence(&group, is_same))
        }
        Group::Delete(delete) => {
            for name in &delete.names {
                admin.group(name).map_err(unknown)?;
            }
            delete.consent.ask(&format!("delete {}?", named("group", &delete.names)))?;
            let detach = "`--detach` takes them out with the deletion";
            for (done, name) in delete.names.iter().enumerate() {
                let deleted = admin.delete_group(name, delete.detach);
                deleted.map_err(|error| unknown(error).hint_for(Code::InUse, detach).after(done, "deleted"))?;
            }
            context.out.done(&format!("deleted {}", named("group", &delete.names)))
        }
    }
}

fn show(name: &Name, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    let group = admin.group(name).map_err(unknown)?;
    let query = ListQuery { group: Some(group.name.to_string()), limit: Some(500), ..ListQuery::default() };
    let users = admin.rows::<User>(&query).map(|user| Ok(user?.name)).collect::<Result<_, Failure>>()?;
    let profiles = admin
        .rows::<Profile>(&query)
        .map(|profile| profile.map(|profile| Member { guid: profile.guid, name: profile.name }))
        .collect::<Result<_, _>>()?;
    let whole = Whole { group, members: Members { users, profiles } };
    let mut facts =
        vec![("name", Cell::from(&whole.group.name)), ("description", or_dash(whole.group.description.as_str()).into())];
    facts.extend(whole.group.account.as_deref().map(|account| ("account", account.into())));
    facts.extend(rows("users", &whole.members.users));
    let profiles: Vec<Name> = whole.members.profiles.iter().map(|profile| profile.name.clone()).collect();
    facts.extend(rows("profiles", &profiles));
    context.out.facts(&whole, &facts)
}

/// Names in lines that a terminal has room for; no name is broken.
fn rows(title: &'static str, names: &[Name]) -> Vec<(&'static str, Cell)> {
    let mut lines: Vec<String> = Vec::new();
    for name in names.iter().map(Name::as_str) {
        match lines.last_mut() {
            Some(line) if line.chars().count() + name.chars().count() + 2 < LINE => {
                line.push_str(", ");
                line.push_str(name);
            }
            last => {
                if let Some(line) = last {
                    line.push(',');
                }
                lines.push(name.to_owned());
            }
        }
    }
    if lines.is_empty() {
        lines.push(or_dash(""));
    }
    let titles = std::iter::once(title).chain(std::iter::repeat(""));
    titles.zip(lines.into_iter().map(Cell::from)).collect()
}

/// How wide a line of names may be.
const LINE: usize = 66;

/// What a refusal of something new means: what is missing is the account.
pub(super) fn no_account(error: sbm_client::Error) -> Failure {
    Failure::from(error).hint_for(Code::NotFound, "`sbmctl account list` shows the accounts that you see")
}

/// What a refusal means here.
fn unknown(error: sbm_client::Error) -> Failure {
    Failure::from(error).hint_for(Code::NotFound, "`sbmctl group list` shows the groups")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::text::joined;

    #[test]
    fn many_members_stand_in_lines_and_no_name_is_broken_usr_7() {
        let names: Vec<Name> = (1..=40).map(|number| Name::new(&format!("Person number {number}")).unwrap()).collect();
        let shown = rows("users", &names);
        let lines: Vec<String> = shown.iter().map(|(_, cell)| cell.texts().0.to_owned()).collect();
        assert!(lines.len() > 5 && lines.iter().all(|line| line.chars().count() <= LINE), "{lines:?}");
        assert_eq!(lines.join(" "), joined(&names));
        assert_eq!((shown[0].0, shown[1].0), ("users", ""));
        assert_eq!(rows("users", &[]), [("users", "-".into())]);
    }
}
