//! Security profiles (USR-3).

use axum::http::StatusCode;
use sbm_core::code::Code;
use sbm_core::directory::{Command, Directory};
use sbm_core::permission::Task;
use sbm_core::wire::v1::admin::{ListQuery, NewSecurityProfile, SecurityProfilePatch};
use sbm_core::wire::v1::path;

use super::asker::Asker;
use super::{Answer, found, no_content};
use crate::http::listing::{self, Asked, columns};
use crate::http::operation::{Answer as Answers, Operation};
use crate::http::tag::{self, State};
use crate::http::{Access, Conditions, Json, Path, Wanted};
use crate::service::present;

pub(super) const LIST: Operation = Operation::get("list_security_profiles", path::SECURITY_PROFILES, "", Access::ConsoleOrApi)
    .reads(Task::Users)
    .says("The security profiles, filtered, in any order, page by page or as a file.")
    .asks("ListQuery")
    .answers(Answers::Rows("SecurityProfile", true));
pub(super) const CREATE: Operation =
    Operation::post("create_security_profile", path::SECURITY_PROFILES, "", Access::ConsoleOrApi)
        .writes(Task::Users)
        .says("Adds a security profile.")
        .takes("NewSecurityProfile")
        .answers(Answers::Made("SecurityProfile"))
        .refuses(&[Code::NameTaken, Code::NotFound]);
pub(super) const SHOW: Operation =
    Operation::get("show_security_profile", path::SECURITY_PROFILES, "/{name}", Access::ConsoleOrApi)
        .reads(Task::Users)
        .says("One security profile.")
        .answers(Answers::Object("SecurityProfile"));
pub(super) const MODIFY: Operation =
    Operation::patch("modify_security_profile", path::SECURITY_PROFILES, "/{name}", Access::ConsoleOrApi)
        .writes(Task::Users)
        .says("Changes a security profile.")
        .takes("SecurityProfilePatch")
        .answers(Answers::Object("SecurityProfile"))
        .refuses(&[Code::NameTaken, Code::BuiltIn]);
pub(super) const DELETE: Operation =
    Operation::delete("delete_security_profile", path::SECURITY_PROFILES, "/{name}", Access::ConsoleOrApi)
        .writes(Task::Users)
        .says("Deletes a security profile that no user has.")
        .refuses(&[Code::InUse, Code::BuiltIn]);

pub(super) async fn list(asker: Asker, wanted: Wanted, Asked(query): Asked<ListQuery>) -> Answer {
    asker.may_read(Task::Users, "security_profile.list").await?;
    let facts = asker.service.facts();
    let actor = asker.actor();
    listing::answer(&columns::SECURITY_PROFILES, query, wanted, move || present::security_profiles(facts.seen_by(&actor))).await
}

pub(super) async fn show(asker: Asker, conditions: Conditions, Path(name): Path<String>) -> Answer {
    asker.may_read(Task::Users, "security_profile.show").await?;
    let facts = asker.service.facts();
    let sees = asker.sees(&facts);
    let row = sees.security_profile(&name).ok_or_else(|| super::missing("security profile", &name))?;
    tag::read(&conditions, &State::of(&facts, row.stamp), &present::security_profile(sees, row))
}

pub(super) async fn create(asker: Asker, Json(new): Json<NewSecurityProfile>) -> Answer {
    let name = new.name.clone();
    let facts = asker.service.act(asker.actor(), Command::CreateSecurityProfile(new), Vec::new()).await?;
    answer(&facts, &asker, name.as_str(), StatusCode::CREATED)
}

pub(super) async fn modify(
    asker: Asker,
    conditions: Conditions,
    Path(name): Path<String>,
    Json(patch): Json<SecurityProfilePatch>,
) -> Answer {
    let after = patch.name.as_ref().map_or_else(|| name.clone(), ToString::to_string);
    let check = unchanged(&asker, conditions, &name);
    let facts = asker.service.act_when(asker.actor(), Command::ModifySecurityProfile { name, patch }, check).await?;
    answer(&facts, &asker, &after, StatusCode::OK)
}

fn answer(facts: &Directory, asker: &Asker, name: &str, status: StatusCode) -> Answer {
    let sees = asker.sees(facts);
    let row = found(sees.security_profile(name))?;
    tag::changed(status, &State::of(facts, row.stamp), &present::security_profile(sees, row))
}

pub(super) async fn delete(asker: Asker, conditions: Conditions, Path(name): Path<String>) -> Answer {
    let check = unchanged(&asker, conditions, &name);
    asker.service.act_when(asker.actor(), Command::DeleteSecurityProfile { name }, check).await?;
    no_content()
}

/// The security profile is still as it was read, if that was said.
fn unchanged(asker: &Asker, conditions: Conditions, name: &str) -> super::Check {
    let (actor, name) = (asker.actor(), name.to_owned());
    Box::new(move |facts| {
        let row = facts.seen_by(&actor).security_profile(&name).ok_or(Code::NotFound)?;
        conditions.check(&State::of(facts, row.stamp))?;
        Ok(Vec::new())
    })
}
