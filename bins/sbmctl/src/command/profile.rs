//! `sbmctl profile`: managed profiles (PRO-2 to PRO-6).

mod upload;

use clap::{Args, Subcommand, ValueEnum};
use sbm_client::admin::Admin;
use sbm_client::core::code::Code;
use sbm_client::core::id::Guid;
use sbm_client::core::name::Name;
use sbm_client::core::wire::v1::admin::Profile as Shown;

use crate::context::Context;
use crate::failure::Failure;
use crate::output::table::{Cell, Column, Row, Tone, long, number, text};
use crate::output::text::{bytes, joined, moment};
use crate::parse;

#[derive(Subcommand, Debug)]
pub(crate) enum Profile {
    /// Upload a profile: a new one, or the next revision of one that is there
    Upload(upload::Upload),
    /// List the managed profiles
    List,
    /// Show one managed profile
    Show(Named),
    /// Put a managed profile into groups: their users get it at their next check
    Assign(Groups),
    /// Take a managed profile out of groups: who shares none any more loses the managed copy
    Unassign(Groups),
    /// Mark a managed profile for deletion: every client removes its managed copy, never the user's files
    Mark(Named),
    /// Clear the mark for deletion
    Unmark(Named),
    /// Say whether clients take the uploaded schedule over; off leaves them their own
    ImportSchedule(ImportSchedule),
}

#[derive(Args, Debug)]
pub(crate) struct Named {
    /// GUID of the managed profile, or its name if no other has it
    profile: String,
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
        text("GUID"),
        number("REVISION"),
        number("VERSION").extra(),
        number("SIZE").extra(),
        text("SCHEDULE").extra(),
        long("GROUPS"),
        text("STATE"),
        long("DESCRIPTION").extra(),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            (&self.name).into(),
            self.guid.into(),
            self.revision.into(),
            self.version.into(),
            bytes(self.size).into(),
            schedule(self).into(),
            joined(&self.groups).into(),
            Cell::toned(if self.delete { "marked" } else { "active" }, if self.delete { Tone::Bad } else { Tone::Plain }),
            (&self.description).into(),
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
    vec![
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
        ("uploaded at", moment(profile.uploaded_at).into()),
    ]
}

pub(crate) fn run(command: Profile, context: &mut Context) -> Result<(), Failure> {
    let admin = context.admin()?;
    match command {
        Profile::Upload(command) => upload::run(command, &admin, context),
        Profile::List => {
            context.out.list(&admin.profiles()?, "there are no managed profiles yet; upload one with `sbmctl profile upload`")
        }
        Profile::Show(named) => {
            let profile = found(admin.profiles()?, &named.profile)?;
            context.out.facts(&profile, &facts(&profile))
        }
        Profile::Assign(groups) => {
            let profile = admin.assign_profile(&guid(&admin, &groups.profile.profile)?, &groups.groups)?;
            context.out.changed(&profile, &membership(&profile))
        }
        Profile::Unassign(groups) => {
            let profile = admin.unassign_profile(&guid(&admin, &groups.profile.profile)?, &groups.groups)?;
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
    }
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
    fn a_list_of_managed_profiles_shows_both_numbers_pro_4() {
        let expected = "\
NAME     GUID                              REVISION  VERSION   SIZE  SCHEDULE      GROUPS  STATE   DESCRIPTION
Finance  AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA         2        3  12 kB  not imported  Office  active  d
";
        assert_eq!(Look::default().list(&[profile('A', "Finance")]), expected);
    }
}
