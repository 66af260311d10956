//! Managed profiles (PRO-2 to PRO-6).

use axum::http::StatusCode;
use sbm_core::code::Code;
use sbm_core::directory::{Command, Directory, command};
use sbm_core::id::Guid;
use sbm_core::permission::Task;
use sbm_core::wire::v1::admin::{ListQuery, ProfilePatch, Upload};
use sbm_core::wire::v1::path;

use super::asker::Asker;
use super::{Answer, found, no_content};
use crate::http::listing::{self, Asked, columns};
use crate::http::operation::{Answer as Answers, Operation, Size};
use crate::http::tag::{self, State};
use crate::http::{Access, ApiError, Conditions, Json, Later, Path, Wanted};
use crate::service::present;

pub(super) const LIST: Operation = Operation::get("list_profiles", path::PROFILES, "", Access::ConsoleOrApi)
    .reads(Task::Groups)
    .says("The managed profiles, filtered, in any order, page by page or as a file.")
    .asks("ListQuery")
    .answers(Answers::Rows("Profile", true));
pub(super) const UPLOAD: Operation = Operation::post("upload_profile", path::PROFILES, "", Access::ConsoleOrApi)
    .writes(Task::Profiles)
    .says(
        "Uploads a managed profile. A new GUID becomes revision 1, in no group; a known one is replaced in place by its next \
         revision. Identical content makes no revision.",
    )
    .takes("Upload")
    .sized(Size::Upload)
    .conditional(true)
    .answers(Answers::Made("Profile"))
    .refuses(&[Code::Stale, Code::InvalidName, Code::NotFound]);
pub(super) const SHOW: Operation = Operation::get("show_profile", path::PROFILES, "/{guid}", Access::ConsoleOrApi)
    .reads(Task::Groups)
    .says("One managed profile.")
    .answers(Answers::Object("Profile"))
    .refuses(&[Code::InvalidGuid]);
pub(super) const MODIFY: Operation = Operation::patch("modify_profile", path::PROFILES, "/{guid}", Access::ConsoleOrApi)
    .writes(Task::Groups)
    .says("Changes groups and flags of a managed profile; its revision stays.")
    .takes("ProfilePatch")
    .answers(Answers::Object("Profile"))
    .refuses(&[Code::InvalidGuid, Code::NameTaken]);
pub(super) const DELETE: Operation = Operation::delete("delete_profile", path::PROFILES, "/{guid}", Access::ConsoleOrApi)
    .writes(Task::Profiles)
    .says("Deletes the record of a managed profile; a tombstone stays until every device that fetched it has removed it.")
    .refuses(&[Code::InvalidGuid]);

pub(super) async fn list(asker: Asker, wanted: Wanted, Asked(query): Asked<ListQuery>) -> Answer {
    asker.may_read(Task::Groups, "profile.list").await?;
    let facts = asker.service.facts();
    let actor = asker.actor();
    listing::answer(&columns::PROFILES, query, wanted, move || {
        let sees = facts.seen_by(&actor);
        sees.profiles().map(|profile| present::profile(sees, profile)).collect()
    })
    .await
}

pub(super) async fn show(asker: Asker, conditions: Conditions, Path(guid): Path<String>) -> Answer {
    asker.may_read(Task::Groups, "profile.show").await?;
    let guid = parse(&guid)?;
    let facts = asker.service.facts();
    let sees = asker.sees(&facts);
    let profile = sees.profile(&guid).ok_or_else(|| missing(&guid))?;
    tag::read(&conditions, &State::of(&facts, profile.stamp), &present::profile(sees, profile))
}

/// Who may not upload is told so before twelve megabytes are read.
pub(super) async fn upload(asker: Asker, conditions: Conditions, later: Later<Upload>) -> Answer {
    asker.may_write(Task::Profiles, "profile.upload", "").await?;
    let upload = later.read().await?;
    let guid = upload.guid;
    let command = Command::Upload(command::Upload {
        guid,
        name: upload.name,
        description: upload.description,
        version: upload.version,
        body: upload.body.into(),
        schedule: upload.schedule.map(Into::into),
        based_on: upload.based_on,
        account: upload.account,
    });
    let actor = asker.actor();
    let check = move |facts: &Directory| {
        match facts.seen_by(&actor).profile(&guid) {
            Some(profile) => conditions.check(&State::of(facts, profile.stamp))?,
            None => conditions.check_absent()?,
        }
        Ok(Vec::new())
    };
    let facts = asker.service.act_when(asker.actor(), command, check).await?;
    answer(&facts, &asker, &guid, StatusCode::CREATED)
}

pub(super) async fn modify(
    asker: Asker,
    conditions: Conditions,
    Path(guid): Path<String>,
    Json(patch): Json<ProfilePatch>,
) -> Answer {
    asker.may_write(Task::Groups, "profile.modify", &guid).await?;
    let guid = parse(&guid)?;
    let check = unchanged(&asker, conditions, guid);
    let facts = asker.service.act_when(asker.actor(), Command::ModifyProfile { guid, patch }, check).await?;
    answer(&facts, &asker, &guid, StatusCode::OK)
}

pub(super) async fn delete(asker: Asker, conditions: Conditions, Path(guid): Path<String>) -> Answer {
    asker.may_write(Task::Profiles, "profile.delete", &guid).await?;
    let guid = parse(&guid)?;
    let check = unchanged(&asker, conditions, guid);
    asker.service.act_when(asker.actor(), Command::DeleteProfile { guid }, check).await?;
    no_content()
}

/// The managed profile is still as it was read, if that was said.
fn unchanged(asker: &Asker, conditions: Conditions, guid: Guid) -> super::Check {
    let actor = asker.actor();
    Box::new(move |facts| {
        let profile = facts.seen_by(&actor).profile(&guid).ok_or(Code::NotFound)?;
        conditions.check(&State::of(facts, profile.stamp))?;
        Ok(Vec::new())
    })
}

pub(super) fn answer(facts: &Directory, asker: &Asker, guid: &Guid, status: StatusCode) -> Answer {
    let sees = asker.sees(facts);
    let row = found(sees.profile(guid))?;
    tag::changed(status, &State::of(facts, row.stamp), &present::profile(sees, row))
}

pub(super) fn parse(guid: &str) -> Result<Guid, ApiError> {
    let invalid =
        |_| ApiError::new(Code::InvalidGuid, format!("`{}` is not a GUID of 32 hexadecimal digits", guid.escape_debug()));
    guid.parse().map_err(invalid)
}

pub(super) fn missing(guid: &Guid) -> ApiError {
    super::missing("managed profile", &guid.to_string())
}
