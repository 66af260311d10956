//! `sbmctl security-profile` (USR-3).

use clap::{Args, Subcommand};
use sbm_client::core::account::AccountPath;
use sbm_client::core::code::Code;
use sbm_client::core::name::{Name, Text};
use sbm_client::core::permission::{Right, RightSet};
use sbm_client::core::wire::v1::admin::{ListQuery, NewSecurityProfile, SecurityProfile as Shown, SecurityProfilePatch};

use super::group::no_account;
use super::user::named;
use crate::context::Context;
use crate::failure::Failure;
use crate::listing::{Listing, columns};
use crate::output::table::{Cell, Column, Row, long, number, text};
use crate::output::text::{count, joined, or_dash, yes_no};
use crate::parse;
use crate::prompt::Consent;

#[derive(Subcommand, Debug)]
pub(crate) enum SecurityProfile {
    /// Add a security profile
    Add(Add),
    /// List the security profiles
    List(List),
    /// Show one security profile
    Show(Named),
    /// Change a security profile; it counts at the users' next contact with the server
    Modify(Modify),
    /// Delete a security profile that no user has
    Delete(Delete),
}

#[derive(Args, Debug)]
pub(crate) struct Named {
    /// Name of the security profile
    #[arg(value_parser = parse::name)]
    name: Name,
}

#[derive(Args, Debug)]
#[command(after_help = columns::<Shown>())]
pub(crate) struct List {
    #[command(flatten)]
    listing: Listing,
}

/// The rights from now on.
#[derive(Args, Debug)]
struct Rights {
    /// Right to give; several with commas or by repeating. Nothing else is given
    #[arg(short, long = "right", value_name = "RIGHT", value_delimiter = ',', value_parser = parse::right(), conflicts_with = "all_access")]
    rights: Vec<Right>,
    /// Give every right there is and will be
    #[arg(long)]
    all_access: bool,
}

impl Rights {
    fn set(&self) -> RightSet {
        if self.all_access { RightSet::ALL_ACCESS } else { self.rights.iter().copied().collect() }
    }
}

#[derive(Args, Debug)]
pub(crate) struct Add {
    /// Name of the security profile
    #[arg(value_parser = parse::name)]
    name: Name,
    /// Account that it is of, by its full name [default: your own]
    #[arg(short, long, value_name = "ACCOUNT", value_parser = parse::account)]
    account: Option<AccountPath>,
    /// What it is for
    #[arg(short, long, value_name = "TEXT", value_parser = parse::description)]
    description: Option<Text>,
    #[command(flatten)]
    rights: Rights,
}

#[derive(Args, Debug)]
pub(crate) struct Modify {
    /// Name of the security profile
    #[arg(id = "PROFILE", value_name = "NAME", value_parser = parse::name)]
    profile: Name,
    /// New name
    #[arg(long, value_name = "NEW", value_parser = parse::name)]
    name: Option<Name>,
    /// New description
    #[arg(short, long, value_name = "TEXT", value_parser = parse::description)]
    description: Option<Text>,
    #[command(flatten)]
    rights: Rights,
    /// Take every right away
    #[arg(long, conflicts_with_all = ["rights", "all_access"])]
    no_rights: bool,
    /// Give these rights besides
    #[arg(long, value_name = "RIGHT", value_delimiter = ',', value_parser = parse::right(), hide_possible_values = true, conflicts_with_all = ["rights", "all_access", "no_rights"])]
    add_right: Vec<Right>,
    /// Take these rights away
    #[arg(long, value_name = "RIGHT", value_delimiter = ',', value_parser = parse::right(), hide_possible_values = true, conflicts_with_all = ["rights", "all_access", "no_rights"])]
    remove_right: Vec<Right>,
}

#[derive(Args, Debug)]
pub(crate) struct Delete {
    /// Name of the security profile; several one after the other
    #[arg(required = true, value_name = "NAME", value_parser = parse::name)]
    names: Vec<Name>,
    #[command(flatten)]
    consent: Consent,
}

impl Modify {
    fn replaces_rights(&self) -> bool {
        self.no_rights || self.rights.all_access || !self.rights.rights.is_empty()
    }

    fn edits_rights(&self) -> bool {
        !self.add_right.is_empty() || !self.remove_right.is_empty()
    }

    fn edited(&self, before: RightSet) -> RightSet {
        let more = self.add_right.iter().copied().fold(before, RightSet::with);
        self.remove_right.iter().copied().fold(more, RightSet::without)
    }
}

impl Row for Shown {
    const COLUMNS: &'static [Column] =
        &[text("NAME"), long("DESCRIPTION"), long("RIGHTS"), number("USERS"), text("BUILT IN").extra(), text("ACCOUNT").extra()];

    fn cells(&self) -> Vec<Cell> {
        vec![
            (&self.name).into(),
            (&self.description).into(),
            Cell::several(self.rights.iter().map(Right::name)),
            self.users.into(),
            Cell::flag(self.built_in),
            or_dash(self.account.as_deref().unwrap_or_default()).into(),
        ]
    }
}

/// What a change came to. Somebody who got the security profile meanwhile is none.
fn sentence(before: Shown, profile: &Shown) -> String {
    let (name, rights) = (&profile.name, rights(profile.rights));
    if (Shown { users: profile.users, ..before }) == *profile {
        format!("nothing to change: the security profile `{name}` is like that already; its rights: {rights}")
    } else {
        format!("changed the security profile `{name}`; its rights: {rights}")
    }
}

fn rights(set: RightSet) -> String {
    joined(set.iter().map(Right::name))
}

pub(crate) fn run(command: SecurityProfile, context: &mut Context) -> Result<(), Failure> {
    let admin = context.admin()?;
    match command {
        SecurityProfile::Add(add) => {
            let (rights, description) = (add.rights.set(), add.description.unwrap_or_default());
            let new = NewSecurityProfile { name: add.name, account: add.account, description, rights };
            let profile = admin.add_security_profile(&new).map_err(no_account)?;
            context.out.changed(
                &profile,
                &format!("added the security profile `{}` with {}", profile.name, count(profile.rights.iter().count(), "right")),
            )
        }
        SecurityProfile::List(list) => {
            list.listing.show::<Shown>(&admin, ListQuery::default(), context, "no security profile fits")
        }
        SecurityProfile::Show(named) => {
            let profile = admin.security_profile(&named.name)?;
            context.out.facts(&profile, &facts(&profile))
        }
        SecurityProfile::Modify(modify) => {
            if !modify.edits_rights() && !modify.replaces_rights() && modify.name.is_none() && modify.description.is_none() {
                return Err(Failure::usage("say what is to change").hint("`sbmctl security-profile modify --help` lists it"));
            }
            let before = admin.security_profile(&modify.profile)?;
            let rights = if modify.edits_rights() {
                Some(modify.edited(before.rights))
            } else {
                modify.replaces_rights().then(|| modify.rights.set())
            };
            let patch = SecurityProfilePatch { name: modify.name, description: modify.description, rights };
            let profile = admin.modify_security_profile(&modify.profile, &patch).map_err(own)?;
            context.out.changed(&profile, &sentence(before, &profile))
        }
        SecurityProfile::Delete(delete) => {
            // What cannot be is said before somebody is asked.
            for name in &delete.names {
                let profile = admin.security_profile(name).map_err(own)?;
                if profile.built_in {
                    let sentence = format!("the security profile `{}` is built in and cannot be deleted", profile.name);
                    return Err(own(sbm_client::Error::new(Code::BuiltIn, sentence)));
                }
            }
            delete.consent.ask(&format!("delete {}?", named("security profile", &delete.names)))?;
            for (done, name) in delete.names.iter().enumerate() {
                admin.delete_security_profile(name).map_err(|error| own(error).after(done, "deleted"))?;
            }
            context.out.done(&format!("deleted {}", named("security profile", &delete.names)))
        }
    }
}

/// What a refusal means here.
fn own(error: sbm_client::Error) -> Failure {
    Failure::from(error)
        .hint_for(Code::InUse, "`sbmctl user list --security-profile NAME` shows who has it")
        .hint_for(Code::NotFound, "`sbmctl security-profile list` shows them")
        .hint_for(Code::BuiltIn, "make one of your own with `sbmctl security-profile add` and give it to the users instead")
}

fn facts(profile: &Shown) -> Vec<(&'static str, Cell)> {
    let mut facts = vec![
        ("name", (&profile.name).into()),
        ("description", or_dash(profile.description.as_str()).into()),
        ("rights", rights(profile.rights).into()),
        ("users", profile.users.into()),
        ("built in", yes_no(profile.built_in).into()),
    ];
    facts.extend(profile.account.as_deref().map(|account| ("account", account.into())));
    facts
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::args::Args;
    use crate::command::Command;

    fn modify(line: &str) -> Modify {
        match Args::try_parse_from(line.split(' ')).unwrap().command {
            Command::SecurityProfile(SecurityProfile::Modify(modify)) => modify,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn rights_are_replaced_or_edited_never_both_usr_3() {
        let set = modify("sbmctl security-profile modify S --right create,restore");
        assert!(set.replaces_rights() && !set.edits_rights());
        assert_eq!(set.rights.set(), [Right::Create, Right::Restore].into_iter().collect());
        let none = modify("sbmctl security-profile modify S --no-rights");
        assert_eq!((none.replaces_rights(), none.rights.set()), (true, RightSet::NONE));
        let edit = modify("sbmctl security-profile modify S --add-right create --remove-right restore,delete");
        let before = [Right::Restore, Right::Rename].into_iter().collect();
        assert_eq!(edit.edited(before), [Right::Create, Right::Rename].into_iter().collect());
        assert!(Args::try_parse_from("sbmctl security-profile modify S --right create --add-right delete".split(' ')).is_err());
        assert!(Args::try_parse_from("sbmctl security-profile modify S --all-access --remove-right delete".split(' ')).is_err());
    }
}
