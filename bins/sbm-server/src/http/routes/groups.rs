//! Groups (USR-7).

use axum::http::StatusCode;
use sbm_core::code::Code;
use sbm_core::directory::{Command, Directory};
use sbm_core::permission::Task;
use sbm_core::wire::v1::admin::{GroupPatch, ListQuery, NewGroup};
use sbm_core::wire::v1::path;
use serde::Deserialize;

use super::asker::Asker;
use super::{Answer, found, no_content};
use crate::http::listing::{self, Asked, columns};
use crate::http::operation::{Answer as Answers, Operation};
use crate::http::tag::{self, State};
use crate::http::{Access, Conditions, Json, Path, Query, Wanted};
use crate::service::present;

pub(super) const LIST: Operation = Operation::get("list_groups", path::GROUPS, "", Access::ConsoleOrApi)
    .reads(Task::Groups)
    .says("The groups, filtered, in any order, page by page or as a file.")
    .asks("ListQuery")
    .answers(Answers::Rows("Group", true));
pub(super) const CREATE: Operation = Operation::post("create_group", path::GROUPS, "", Access::ConsoleOrApi)
    .writes(Task::Groups)
    .says("Adds a group.")
    .takes("NewGroup")
    .answers(Answers::Made("Group"))
    .refuses(&[Code::NameTaken, Code::NotFound]);
pub(super) const SHOW: Operation = Operation::get("show_group", path::GROUPS, "/{name}", Access::ConsoleOrApi)
    .reads(Task::Groups)
    .says("One group.")
    .answers(Answers::Object("Group"));
pub(super) const MODIFY: Operation = Operation::patch("modify_group", path::GROUPS, "/{name}", Access::ConsoleOrApi)
    .writes(Task::Groups)
    .says("Changes a group.")
    .takes("GroupPatch")
    .answers(Answers::Object("Group"))
    .refuses(&[Code::NameTaken]);
pub(super) const DELETE: Operation = Operation::delete("delete_group", path::GROUPS, "/{name}", Access::ConsoleOrApi)
    .writes(Task::Groups)
    .says("Deletes a group; one in use only with `detach=true`, which takes its users and managed profiles out first.")
    .asks("Deletion")
    .refuses(&[Code::InUse]);

pub(super) async fn list(asker: Asker, wanted: Wanted, Asked(query): Asked<ListQuery>) -> Answer {
    asker.may_read(Task::Groups, "group.list").await?;
    let facts = asker.service.facts();
    let actor = asker.actor();
    listing::answer(&columns::GROUPS, query, wanted, move || present::groups(facts.seen_by(&actor))).await
}

pub(super) async fn show(asker: Asker, conditions: Conditions, Path(name): Path<String>) -> Answer {
    asker.may_read(Task::Groups, "group.show").await?;
    let facts = asker.service.facts();
    let sees = asker.sees(&facts);
    let group = sees.group(&name).ok_or_else(|| super::missing("group", &name))?;
    tag::read(&conditions, &State::of(&facts, group.stamp), &present::group(sees, group))
}

pub(super) async fn create(asker: Asker, Json(new): Json<NewGroup>) -> Answer {
    let name = new.name.clone();
    let facts = asker.service.act(asker.actor(), Command::CreateGroup(new), Vec::new()).await?;
    answer(&facts, &asker, name.as_str(), StatusCode::CREATED)
}

pub(super) async fn modify(
    asker: Asker,
    conditions: Conditions,
    Path(name): Path<String>,
    Json(patch): Json<GroupPatch>,
) -> Answer {
    let after = patch.name.as_ref().map_or_else(|| name.clone(), ToString::to_string);
    let check = unchanged(&asker, conditions, &name);
    let facts = asker.service.act_when(asker.actor(), Command::ModifyGroup { name, patch }, check).await?;
    answer(&facts, &asker, &after, StatusCode::OK)
}

fn answer(facts: &Directory, asker: &Asker, name: &str, status: StatusCode) -> Answer {
    let sees = asker.sees(facts);
    let row = found(sees.group(name))?;
    tag::changed(status, &State::of(facts, row.stamp), &present::group(sees, row))
}

/// What goes with a deletion.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Deletion {
    /// Take users and profiles out of the group first.
    #[serde(default)]
    detach: bool,
}

pub(super) async fn delete(
    asker: Asker,
    conditions: Conditions,
    Path(name): Path<String>,
    Query(how): Query<Deletion>,
) -> Answer {
    let check = unchanged(&asker, conditions, &name);
    asker.service.act_when(asker.actor(), Command::DeleteGroup { name, detach: how.detach }, check).await?;
    no_content()
}

/// The group is still as it was read, if that was said.
fn unchanged(asker: &Asker, conditions: Conditions, name: &str) -> super::Check {
    let (actor, name) = (asker.actor(), name.to_owned());
    Box::new(move |facts| {
        let group = facts.seen_by(&actor).group(&name).ok_or(Code::NotFound)?;
        conditions.check(&State::of(facts, group.stamp))?;
        Ok(Vec::new())
    })
}
