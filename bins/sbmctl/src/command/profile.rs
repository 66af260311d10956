//! `sbmctl profile`: managed profiles (PRO-2 to PRO-7).

mod record;
mod upload;

use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use sbm_client::admin::Admin;
use sbm_client::core::code::Code;
use sbm_client::core::id::Guid;
use sbm_client::core::name::Name;
use sbm_client::core::wire::v1::admin::{ListQuery, Profile as Shown, ProfilePatch};

use crate::context::Context;
use crate::failure::Failure;
use crate::listing::{Listing, columns};
use crate::output::table::{Cell, Column, Row, Tone, long, number, text};
use crate::output::text::{bytes, joined, or_dash};
use crate::parse;

#[derive(Subcommand, Debug)]
pub(crate) enum Profile {
    /// Upload a profile: a new one, or the next revision of one that is there
    Upload(upload::Upload),
    /// List the managed profiles
    List(List),
    /// Show one managed profile
    Show(Named),
    /// Put a managed profile into groups: their users get it at their next check
    Assign(Assign),
    /// Take a managed profile out of groups: who shares none any more loses the managed copy
    Unassign(Groups),
    /// Mark a managed profile for deletion: every client removes its managed copy, never the user's files
    Mark(Named),
    /// Clear the mark for deletion
    Unmark(Named),
    /// Say whether clients take the uploaded schedule over; off leaves them their own
    ImportSchedule(ImportSchedule),
    /// List what a managed profile was at each of its revisions
    Revisions(record::Revisions),
    /// Make an earlier revision the newest one again
    Rollback(record::Rollback),
    /// Delete the record of a managed profile; clients remove their managed copy, and a tombstone stays
    Delete(record::Delete),
    /// Get the content of a managed profile, or its schedule
    Export(record::Export),
    /// List the devices that fetched a managed profile, and how far each one is
    WhoHasIt(record::WhoHasIt),
    /// List deleted managed profiles, and the devices that still have one
    Tombstones(record::Tombstones),
}

#[derive(Args, Debug)]
#[command(after_help = columns::<Shown>())]
pub(crate) struct List {
    /// Only managed profiles in this group
    #[arg(short, long, value_name = "NAME")]
    group: Option<String>,
    /// Only those that are marked for deletion
    #[arg(long, conflicts_with = "unmarked")]
    marked: bool,
    /// Only those that are not
    #[arg(long)]
    unmarked: bool,
    #[command(flatten)]
    listing: Listing,
}

#[derive(Args, Debug)]
pub(crate) struct Named {
    /// GUID of the managed profile, or its name if no other has it
    profile: String,
}

#[derive(Args, Debug)]
#[command(group = ArgGroup::new("into").required(true).multiple(true).args(["groups", "new_group"]))]
pub(crate) struct Assign {
    #[command(flatten)]
    profile: Named,
    /// Name of the group; several with commas or by repeating
    #[arg(short, long = "group", value_name = "NAME", value_delimiter = ',', value_parser = parse::name)]
    groups: Vec<Name>,
    /// Group to make along the way
    #[arg(long, value_name = "NAME", value_delimiter = ',', value_parser = parse::name)]
    new_group: Vec<Name>,
}

#[derive(Args, Debug)]
pub(crate) struct Groups {
    #[command(flatten)]
    profile: Named,
    /// Name of the group; several with commas or by repeating
    #[arg(short, long = "group", value_name = "NAME", value_delimiter = ',', value_parser = parse::name, required = true)]
    groups: Vec<Name>,
}

#[derive(Args, Debug)]
pub(crate) struct ImportSchedule {
    #[command(flatten)]
    profile: Named,
    /// Whether to
    #[arg(value_enum)]
    switch: Switch,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum Switch {
    On,
    Off,
}

impl Row for Shown {
    const COLUMNS: &'static [Column] = &[
        text("NAME"),
        number("VERSION").extra(),
        text("GUID"),
        text("IMPORT SCHEDULE").extra(),
        text("DELETE"),
        long("DESCRIPTION").extra(),
        number("REVISION"),
        number("SIZE").extra(),
        text("SCHEDULE").of("has_schedule").rare(),
        long("GROUPS"),
        text("UPLOADED BY").rare(),
        text("UPLOADED AT").rare(),
        text("ACCOUNT").extra(),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            (&self.name).into(),
            Cell::number(self.version),
            self.guid.into(),
            Cell::flag(self.import_schedule),
            Cell::flag(self.delete).tone(if self.delete { Tone::Bad } else { Tone::Plain }),
            (&self.description).into(),
            self.revision.into(),
            Cell::measured(bytes(self.size), self.size),
            Cell::measured(schedule(self), self.has_schedule),
            Cell::several(&self.groups),
            (&self.uploaded_by).into(),
            Cell::moment(self.uploaded_at),
            or_dash(self.account.as_deref().unwrap_or_default()).into(),
        ]
    }
}

const fn schedule(profile: &Shown) -> &'static str {
    match (profile.has_schedule, profile.import_schedule) {
        (false, false) => "none",
        (true, false) => "not imported",
        (true, true) => "imported",
        (false, true) => "none to import",
    }
}

fn state(profile: &Shown) -> Cell {
    if profile.delete { Cell::toned("marked for deletion", Tone::Bad) } else { "active".into() }
}

fn facts(profile: &Shown) -> Vec<(&'static str, Cell)> {
    let mut facts = vec![
        ("name", (&profile.name).into()),
        ("GUID", profile.guid.into()),
        ("description", (&profile.description).into()),
        ("revision", profile.revision.into()),
        ("version", profile.version.into()),
        ("size", bytes(profile.size).into()),
        ("SHA-256", profile.body.into()),
        ("schedule", schedule(profile).into()),
        ("groups", joined(&profile.groups).into()),
        ("state", state(profile)),
        ("uploaded by", (&profile.uploaded_by).into()),
        ("uploaded at", Cell::moment(profile.uploaded_at)),
    ];
    facts.extend(profile.account.as_deref().map(|account| ("account", account.into())));
    facts
}

pub(crate) fn run(command: Profile, context: &mut Context) -> Result<(), Failure> {
    let admin = context.admin()?;
    match command {
        Profile::Upload(command) => upload::run(command, &admin, context),
        Profile::List(list) => {
            let delete = if list.marked { Some(true) } else { list.unmarked.then_some(false) };
            let filters = ListQuery { group: list.group, delete, ..ListQuery::default() };
            let none = "no managed profile fits; upload one with `sbmctl profile upload`";
            list.listing.show::<Shown>(&admin, filters, context, none)
        }
        Profile::Show(named) => {
            let profile = one(&admin, &named.profile)?;
            context.out.facts(&profile, &facts(&profile))
        }
        Profile::Assign(assign) => {
            let guid = guid(&admin, &assign.profile.profile)?;
            let patch = ProfilePatch { add_groups: assign.groups, new_groups: assign.new_group, ..ProfilePatch::default() };
            let profile = admin.modify_profile(&guid, &patch).map_err(refused)?;
            context.out.changed(&profile, &membership(&profile))
        }
        Profile::Unassign(groups) => {
            let guid = guid(&admin, &groups.profile.profile)?;
            let profile = admin.unassign_profile(&guid, &groups.groups).map_err(refused)?;
            context.out.changed(&profile, &membership(&profile))
        }
        Profile::Mark(named) => {
            let profile = admin.mark_profile(&guid(&admin, &named.profile)?, true)?;
            context.out.changed(
                &profile,
                &format!("`{}` is marked for deletion; clients remove their managed copy at their next check", profile.name),
            )
        }
        Profile::Unmark(named) => {
            let profile = admin.mark_profile(&guid(&admin, &named.profile)?, false)?;
            context.out.changed(&profile, &format!("`{}` is not marked for deletion any more", profile.name))
        }
        Profile::ImportSchedule(command) => import_schedule(&command, &admin, context),
        Profile::Revisions(command) => record::revisions(&command, &admin, context),
        Profile::Rollback(command) => record::roll_back(&command, &admin, context),
        Profile::Delete(command) => record::delete(&command, &admin, context),
        Profile::Export(command) => record::export(&command, &admin, context),
        Profile::WhoHasIt(command) => record::who_has_it(&command, &admin, context),
        Profile::Tombstones(command) => record::tombstones(&command, &admin, context),
    }
}

/// What a refusal means here.
fn refused(error: sbm_client::Error) -> Failure {
    Failure::from(error).hint_for(
        Code::NotFound,
        "`sbmctl profile list` and `sbmctl group list` show what there is; `--new-group` makes a group along the way",
    )
}

fn membership(profile: &Shown) -> String {
    if profile.groups.is_empty() {
        format!("`{}` is in no group; nobody gets it", profile.name)
    } else {
        format!("`{}` is in: {}", profile.name, joined(&profile.groups))
    }
}

fn import_schedule(command: &ImportSchedule, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    let profile = admin.import_schedule(&guid(admin, &command.profile.profile)?, command.switch == Switch::On)?;
    let sentence = match (command.switch, profile.has_schedule) {
        (Switch::On, true) => format!("clients take over the schedule of `{}`", profile.name),
        (Switch::On, false) => {
            format!("clients will take over the schedule of `{}`, but none was uploaded with it", profile.name)
        }
        (Switch::Off, _) => format!("clients keep their own schedule for `{}`", profile.name),
    };
    context.out.changed(&profile, &sentence)
}

/// The GUID that was given, or the one of the managed profile with that name.
pub(super) fn guid(admin: &Admin, wanted: &str) -> Result<Guid, Failure> {
    match wanted.parse() {
        Ok(guid) => Ok(guid),
        Err(_) => Ok(found(admin.profiles()?, wanted)?.guid),
    }
}

/// The managed profile with that GUID, or with that name.
fn one(admin: &Admin, wanted: &str) -> Result<Shown, Failure> {
    match wanted.parse() {
        Ok(guid) => admin.profile(&guid).map_err(refused),
        Err(_) => found(admin.profiles()?, wanted),
    }
}

fn found(profiles: Vec<Shown>, wanted: &str) -> Result<Shown, Failure> {
    let guid: Option<Guid> = wanted.parse().ok();
    let key = wanted.to_lowercase();
    let mut fitting =
        profiles.into_iter().filter(|profile| guid.map_or_else(|| profile.name.key() == key, |guid| profile.guid == guid));
    match (fitting.next(), fitting.next()) {
        (Some(profile), None) => Ok(profile),
        (None, _) => Err(Failure::new(Code::NotFound, format!("there is no managed profile `{wanted}`"))
            .hint("`sbmctl profile list` shows the managed profiles")),
        (Some(_), Some(_)) => {
            let sentence = format!("more than one managed profile is called `{wanted}`");
            Err(Failure::new(Code::InvalidArgument, sentence).hint("say its GUID; `sbmctl profile list` shows them"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::table::Look;

    fn profile(guid: char, name: &str) -> Shown {
        serde_json::from_value(serde_json::json!({
            "guid": guid.to_string().repeat(32), "name": name, "description": "d", "version": 3, "revision": 2, "body": "0".repeat(64), "size": 12_345,
            "has_schedule": true, "import_schedule": false, "delete": false, "groups": ["Office"], "uploaded_by": "admin", "uploaded_at": 0,
        }))
        .unwrap()
    }

    #[test]
    fn a_managed_profile_is_found_by_guid_or_by_a_name_that_one_alone_has() {
        let all = || vec![profile('A', "Finance"), profile('B', "Twin"), profile('C', "twin")];
        assert_eq!(found(all(), "finance").unwrap().guid, "A".repeat(32).parse().unwrap());
        assert_eq!(found(all(), &"b".repeat(32)).unwrap().name.as_str(), "Twin");
        assert_eq!(found(all(), "Twin").unwrap_err().code(), Code::InvalidArgument);
        assert_eq!(found(all(), "nobody").unwrap_err().code(), Code::NotFound);
        assert_eq!(found(all(), &"D".repeat(32)).unwrap_err().code(), Code::NotFound);
    }

    #[test]
    fn a_list_of_managed_profiles_has_the_columns_of_the_source_and_both_numbers_pro_4_con_1() {
        let expected = "\
NAME     VERSION  GUID                              IMPORT SCHEDULE  DELETE  DESCRIPTION  REVISION   SIZE  SCHEDULE      GROUPS  UPLOADED BY  UPLOADED AT           ACCOUNT
Finance        3  AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA  no               no      d                   2  12 kB  not imported  Office  admin        1970-01-01 00:00:00Z  -
";
        assert_eq!(Look::default().list(&[profile('A', "Finance")]), expected);
    }
}
