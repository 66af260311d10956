//! What became of a managed profile: its revisions, the way back, its content, who has it, and what is left of it after its
//! deletion (PRO-4, PRO-7).

use clap::Args;
use sbm_client::admin::Admin;
use sbm_client::core::code::Code;
use sbm_client::core::wire::v1::admin::{Holder, HolderState, ListQuery, Profile, ProfileRevision, RollBack, Tombstone};

use super::{Named, guid, one};
use crate::context::Context;
use crate::failure::Failure;
use crate::listing::{Listing, columns};
use crate::output::sheet::IntoFile;
use crate::output::table::{Cell, Column, Row, Tone, long, number, text};
use crate::output::text::{bytes, count, joined, or_dash};
use crate::prompt::Consent;

#[derive(Args, Debug)]
#[command(after_help = columns::<ProfileRevision>())]
pub(crate) struct Revisions {
    #[command(flatten)]
    profile: Named,
    #[command(flatten)]
    listing: Listing,
}

#[derive(Args, Debug)]
#[command(after_help = "\
The old content becomes a new revision; clients take it over at their next check. If somebody
uploads meanwhile, nothing is done.")]
pub(crate) struct Rollback {
    #[command(flatten)]
    profile: Named,
    /// The earlier revision, as `sbmctl profile revisions` shows it
    revision: u64,
    #[command(flatten)]
    consent: Consent,
}

#[derive(Args, Debug)]
#[command(after_help = "\
To take the managed copies away first and keep the record, use `sbmctl profile mark`.
`sbmctl profile tombstones` shows the devices that still have a copy.")]
pub(crate) struct Delete {
    #[command(flatten)]
    profile: Named,
    #[command(flatten)]
    consent: Consent,
}

#[derive(Args, Debug)]
#[command(after_help = "\
The content may hold passwords: only who may upload gets it, the audit log says so, and the file is
readable by its owner alone.")]
pub(crate) struct Export {
    #[command(flatten)]
    profile: Named,
    /// The content of this revision [default: the newest]
    #[arg(short, long, value_name = "REVISION")]
    revision: Option<u64>,
    /// The schedule in place of the content
    #[arg(long)]
    schedule: bool,
    #[command(flatten)]
    file: IntoFile,
}

#[derive(Args, Debug)]
#[command(after_help = columns::<Holder>())]
pub(crate) struct WhoHasIt {
    /// GUID of the managed profile, a deleted one too, or its name if no other has it
    profile: String,
    /// Only devices of this user
    #[arg(short, long, value_name = "NAME")]
    user: Option<String>,
    #[command(flatten)]
    listing: Listing,
}

#[derive(Args, Debug)]
#[command(after_help = columns::<Tombstone>())]
pub(crate) struct Tombstones {
    #[command(flatten)]
    listing: Listing,
}

impl Row for ProfileRevision {
    const COLUMNS: &'static [Column] = &[
        number("REVISION"),
        number("VERSION"),
        text("UPLOADED AT"),
        text("UPLOADED BY"),
        number("SIZE"),
        text("SCHEDULE").of("has_schedule").extra(),
        text("NAME").extra(),
        long("DESCRIPTION"),
        text("BODY").rare(),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.revision.into(),
            Cell::number(self.version),
            Cell::moment(self.uploaded_at),
            (&self.uploaded_by).into(),
            Cell::measured(bytes(self.size), self.size),
            Cell::flag(self.has_schedule),
            (&self.name).into(),
            (&self.description).into(),
            self.body.into(),
        ]
    }
}

impl Row for Holder {
    const COLUMNS: &'static [Column] = &[
        text("COMPUTER"),
        text("USER"),
        text("STATE"),
        number("REVISION"),
        text("FETCHED AT").extra(),
        text("ANSWERED AT").rare(),
        text("LAST SEEN"),
        long("FAILURE"),
        text("INSTALLATION").rare(),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            or_dash(&self.computer).into(),
            (&self.user).into(),
            state(self.state),
            self.revision.into(),
            Cell::moment(self.fetched_at),
            Cell::moment(self.answered_at),
            Cell::moment(self.last_seen),
            or_dash(self.failure.as_deref().unwrap_or_default()).into(),
            self.installation.into(),
        ]
    }
}

fn state(state: HolderState) -> Cell {
    match state {
        HolderState::Fetched => Cell::toned("fetched", Tone::Uneasy),
        HolderState::Installed => Cell::toned("installed", Tone::Good),
        HolderState::Failed => Cell::toned("failed", Tone::Bad),
        HolderState::Removed => Cell::toned("removed", Tone::Plain),
    }
}

impl Row for Tombstone {
    const COLUMNS: &'static [Column] = &[
        text("NAME"),
        text("GUID"),
        number("REVISION").rare(),
        text("DELETED AT"),
        text("DELETED BY").extra(),
        text("GONE FROM").of("gone"),
        long("LEFT"),
    ];

    fn cells(&self) -> Vec<Cell> {
        let is_over = self.gone >= self.holders;
        vec![
            (&self.name).into(),
            self.guid.into(),
            self.revision.into(),
            Cell::moment(self.deleted_at),
            (&self.deleted_by).into(),
            Cell::toned(format!("{} of {}", self.gone, self.holders), if is_over { Tone::Good } else { Tone::Uneasy }),
            left(self).into(),
        ]
    }
}

/// The devices that still have it, and when each was last heard of.
fn left(tombstone: &Tombstone) -> String {
    let shown = tombstone.left.iter().map(|holder| {
        let seen = crate::output::moment::moment_or_dash(holder.last_seen);
        format!("{} (last seen {seen})", or_dash(&holder.computer))
    });
    joined(shown)
}

pub(super) fn revisions(command: &Revisions, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    let guid = guid(admin, &command.profile.profile)?;
    let mut query = command.listing.query::<ProfileRevision>(ListQuery::default());
    // The newest first, unless another order is wanted.
    query.sort.get_or_insert_with(|| "-revision".to_owned());
    command.listing.show_rows(admin.profile_revision_rows(&guid, &query), context, "no revision fits")
}

pub(super) fn roll_back(command: &Rollback, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    let profile = one(admin, &command.profile.profile)?;
    let show = format!("`sbmctl profile revisions {}` shows what there is", profile.guid);
    let there = admin.profile_revision_rows(&profile.guid, &ListQuery::default()).map(|row| Ok(row?.revision));
    if !there.collect::<Result<Vec<u64>, Failure>>()?.contains(&command.revision) {
        let sentence = format!("there is no revision {} of `{}`", command.revision, profile.name);
        return Err(Failure::new(Code::NotFound, sentence).hint(show));
    }
    command.consent.ask(&format!("make revision {} of `{}` the newest one again?", command.revision, profile.name))?;
    let to = RollBack { revision: command.revision, based_on: profile.revision };
    let after = admin
        .roll_back_profile(&profile.guid, &to)
        .map_err(|error| Failure::from(error).hint_for(Code::Stale, &show).hint_for(Code::NotFound, &show))?;
    let sentence = if after.revision == profile.revision {
        format!("nothing to change: revision {} of `{}` has that content already", after.revision, after.name)
    } else {
        format!("revision {} of `{}` has the content of revision {}", after.revision, after.name, command.revision)
    };
    context.out.changed(&after, &sentence)
}

fn revisions_of(profile: &Profile) -> String {
    count(usize::try_from(profile.revision).unwrap_or(usize::MAX), "revision")
}

pub(super) fn delete(command: &Delete, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    let profile = one(admin, &command.profile.profile)?;
    command.consent.ask(&format!("delete the managed profile `{}` ({})?", profile.name, revisions_of(&profile)))?;
    admin.delete_profile(&profile.guid)?;
    context.out.done(&format!("deleted the managed profile `{}` ({})", profile.name, profile.guid))?;
    context.out.note("Clients remove their managed copy at their next check; `sbmctl profile tombstones` shows how far that is.")
}

pub(super) fn export(command: &Export, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    let profile = one(admin, &command.profile.profile)?;
    let is_newest = command.revision.is_none_or(|revision| revision == profile.revision);
    let size = (is_newest && !command.schedule).then_some(profile.size);
    let progress = context.out.transfer("downloading", size);
    let what = if command.schedule { "the schedule" } else { "the content" };
    let revision = command.revision.unwrap_or(profile.revision);
    let told = format!("{what} of `{}`, revision {revision},", profile.name);
    context.out.bytes(&command.file, &told, |out| {
        let mut report = |done| progress.at(done);
        let done = if command.schedule {
            admin.download_schedule(&profile.guid, command.revision, out, &mut report)
        } else {
            admin.download_body(&profile.guid, command.revision, out, &mut report)
        };
        progress.clear();
        done.map_err(|error| {
            let show = format!("`sbmctl profile revisions {}` shows what there is", profile.guid);
            Failure::from(error).hint_for(Code::NotFound, &show)
        })
    })
}

pub(super) fn who_has_it(command: &WhoHasIt, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    let guid = guid(admin, &command.profile)?;
    let query = command.listing.query::<Holder>(ListQuery { user: command.user.clone(), ..ListQuery::default() });
    command.listing.show_rows(admin.profile_holder_rows(&guid, &query), context, "no device fits, or none has fetched it yet")
}

pub(super) fn tombstones(command: &Tombstones, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    let none = "no managed profile was deleted, or every device has confirmed that its copy is gone";
    command.listing.show::<Tombstone>(admin, ListQuery::default(), context, none)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::table::Look;

    #[test]
    fn a_tombstone_says_how_far_it_is_and_who_is_left_pro_7() {
        let tombstone: Tombstone = serde_json::from_value(serde_json::json!({
            "guid": "A".repeat(32), "name": "Finance", "revision": 3, "deleted_by": "admin", "deleted_at": 1_795_291_485_123_i64,
            "holders": 415, "gone": 414, "left": [{
                "installation": "1".repeat(32), "computer": "desk-7", "user": "carol", "state": "installed", "revision": 3,
                "fetched_at": 0, "last_seen": 1_795_291_485_123_i64,
            }],
        }))
        .unwrap();
        let shown = Look::default().list(&[tombstone]);
        assert!(shown.contains("414 of 415  desk-7 (last seen 2026-11-21 20:04:45Z)"), "{shown}");
    }

    #[test]
    fn a_holder_says_how_far_it_is_and_what_went_wrong_pro_8() {
        let holder: Holder = serde_json::from_value(serde_json::json!({
            "installation": "1".repeat(32), "computer": "desk-7", "user": "carol", "state": "failed", "revision": 3, "fetched_at": 0,
            "failure": "disk full",
        }))
        .unwrap();
        let shown = Look::default().list(&[holder]);
        assert!(shown.contains("failed") && shown.contains("disk full"), "{shown}");
    }
}
