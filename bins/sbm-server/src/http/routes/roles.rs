//! Roles that somebody made, and roles at accounts (USR-5, USR-10).

use axum::http::StatusCode;
use sbm_core::code::Code;
use sbm_core::directory::{Command, Directory};
use sbm_core::id::GrantId;
use sbm_core::permission::Task;
use sbm_core::wire::v1::admin::{ListQuery, NewGrant, NewRole, RolePatch};
use sbm_core::wire::v1::path;

use super::asker::Asker;
use super::{Answer, found, missing, no_content, ok};
use crate::http::listing::{self, Asked, columns};
use crate::http::operation::{Answer as Answers, Operation};
use crate::http::tag::{self, State};
use crate::http::{Access, Conditions, Json, Path, Wanted};
use crate::service::roles;

pub(super) const LIST: Operation = Operation::get("list_roles", path::ROLES, "", Access::ConsoleOrApi)
    .reads(Task::Users)
    .says("The roles, those that are built in and those that somebody made, filtered, in any order, page by page or as a file.")
    .asks("ListQuery")
    .answers(Answers::Rows("CustomRole", true));
pub(super) const CREATE: Operation = Operation::post("create_role", path::ROLES, "", Access::ConsoleOrApi)
    .writes(Task::Users)
    .says("Adds a role: a row of the matrix, for users of its account and of those below.")
    .takes("NewRole")
    .answers(Answers::Made("CustomRole"))
    .refuses(&[Code::NameTaken, Code::NotFound, Code::InvalidArgument, Code::InvalidAccount, Code::TooMany]);
pub(super) const SHOW: Operation = Operation::get("show_role", path::ROLES, "/{name}", Access::ConsoleOrApi)
    .reads(Task::Users)
    .says("One role.")
    .answers(Answers::Object("CustomRole"));
pub(super) const MODIFY: Operation = Operation::patch("modify_role", path::ROLES, "/{name}", Access::ConsoleOrApi)
    .writes(Task::Users)
    .says("Changes a role that somebody made; it counts at the next request of all who have it.")
    .takes("RolePatch")
    .answers(Answers::Object("CustomRole"))
    .refuses(&[Code::NameTaken, Code::BuiltIn, Code::InvalidArgument]);
pub(super) const DELETE: Operation = Operation::delete("delete_role", path::ROLES, "/{name}", Access::ConsoleOrApi)
    .writes(Task::Users)
    .says("Deletes a role that nobody has.")
    .refuses(&[Code::InUse, Code::BuiltIn]);
pub(super) const GRANTS: Operation = Operation::get("list_grants", path::GRANTS, "", Access::ConsoleOrApi)
    .reads(Task::Users)
    .says("Who has which role at which account, besides those at his own, filtered, in any order, page by page or as a file.")
    .asks("ListQuery")
    .answers(Answers::Rows("Grant", true));
pub(super) const GRANT: Operation = Operation::post("grant_role", path::GRANTS, "", Access::ConsoleOrApi)
    .writes(Task::Users)
    .says("Gives a user a role at an account that is his own or below, and at all below that.")
    .takes("NewGrant")
    .answers(Answers::Value("Grant"))
    .refuses(&[Code::NotFound, Code::InvalidArgument, Code::TooMany]);
pub(super) const UNGRANT: Operation = Operation::delete("revoke_grant", path::GRANTS, "/{id}", Access::ConsoleOrApi)
    .conditional(false)
    .writes(Task::Users)
    .says("Takes a role away that a user has at an account.")
    .refuses(&[Code::LastSuperuser]);

pub(super) async fn list(asker: Asker, wanted: Wanted, Asked(query): Asked<ListQuery>) -> Answer {
    asker.may_read(Task::Users, "role.list").await?;
    let facts = asker.service.facts();
    listing::answer(&columns::ROLES, query, wanted, move || roles::all(asker.sees(&facts))).await
}

pub(super) async fn show(asker: Asker, conditions: Conditions, Path(name): Path<String>) -> Answer {
    asker.may_read(Task::Users, "role.show").await?;
    let facts = asker.service.facts();
    let (role, stamp) = roles::named(asker.sees(&facts), &name).ok_or_else(|| missing("role", &name))?;
    tag::read(&conditions, &State::of(&facts, stamp), &role)
}

pub(super) async fn create(asker: Asker, Json(new): Json<NewRole>) -> Answer {
    let name = new.name.clone();
    let facts = asker.service.act(asker.actor(), Command::CreateRole(new), Vec::new()).await?;
    answer(&facts, &asker, name.as_str(), StatusCode::CREATED)
}

pub(super) async fn modify(
    asker: Asker,
    conditions: Conditions,
    Path(name): Path<String>,
    Json(patch): Json<RolePatch>,
) -> Answer {
    let after = patch.name.as_ref().map_or_else(|| name.clone(), ToString::to_string);
    let check = unchanged(&asker, conditions, &name);
    let facts = asker.service.act_when(asker.actor(), Command::ModifyRole { name, patch }, check).await?;
    answer(&facts, &asker, &after, StatusCode::OK)
}

pub(super) async fn delete(asker: Asker, conditions: Conditions, Path(name): Path<String>) -> Answer {
    let check = unchanged(&asker, conditions, &name);
    asker.service.act_when(asker.actor(), Command::DeleteRole { name }, check).await?;
    no_content()
}

pub(super) async fn grants(asker: Asker, wanted: Wanted, Asked(query): Asked<ListQuery>) -> Answer {
    asker.may_read(Task::Users, "role.grants").await?;
    let facts = asker.service.facts();
    listing::answer(&columns::GRANTS, query, wanted, move || roles::grants(asker.sees(&facts))).await
}

pub(super) async fn grant(asker: Asker, Json(new): Json<NewGrant>) -> Answer {
    let NewGrant { user, role, account } = new.clone();
    let facts = asker.service.act(asker.actor(), Command::Grant(new), Vec::new()).await?;
    let sees = asker.sees(&facts);
    let account = found(sees.account(&account))?.id;
    ok(found(roles::just_given(sees, &user, &role, account))?)
}

pub(super) async fn ungrant(asker: Asker, Path(id): Path<String>) -> Answer {
    asker.may_write(Task::Users, "role.ungrant", &id).await?;
    let id = id.parse().map_err(|_| missing("grant", &id))?;
    asker.service.act(asker.actor(), Command::Ungrant(GrantId(id)), Vec::new()).await?;
    no_content()
}

fn answer(facts: &Directory, asker: &Asker, name: &str, status: StatusCode) -> Answer {
    let (role, stamp) = found(roles::named(asker.sees(facts), name))?;
    tag::changed(status, &State::of(facts, stamp), &role)
}

/// The role is still as it was read, if that was said.
fn unchanged(asker: &Asker, conditions: Conditions, name: &str) -> super::Check {
    let (actor, name) = (asker.actor(), name.to_owned());
    Box::new(move |facts| {
        let row = facts.seen_by(&actor).role(&name).ok_or(Code::NotFound)?;
        conditions.check(&State::of(facts, row.stamp))?;
        Ok(Vec::new())
    })
}
