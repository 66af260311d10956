//! Users (USR-1, USR-6, RUN-7, RUN-9).

use axum::http::StatusCode;
use sbm_core::code::Code;
use sbm_core::directory::command::{NewUser, UserPatch};
use sbm_core::directory::{Command, Directory, Refusal};
use sbm_core::id::UserId;
use sbm_core::permission::Task;
use sbm_core::wire::v1::session::Audience;
use sbm_core::wire::v1::{admin, path};

use super::asker::Asker;
use super::{Answer, found, no_content};
use crate::http::listing::{self, Asked, columns};
use crate::http::operation::{Answer as Answers, Operation};
use crate::http::tag::{self, State};
use crate::http::{Access, Conditions, Json, Path, Wanted};
use crate::service::present;
use crate::store::Revoke;

pub(super) const LIST: Operation = Operation::get("list_users", path::USERS, "", Access::ConsoleOrApi)
    .reads(Task::Users)
    .says("The users, filtered, in any order, page by page or as a file.")
    .asks("ListQuery")
    .answers(Answers::Rows("User", true));
pub(super) const CREATE: Operation = Operation::post("create_user", path::USERS, "", Access::ConsoleOrApi)
    .writes(Task::Users)
    .says("Adds a user.")
    .takes("NewUser")
    .answers(Answers::Made("User"))
    .refuses(&[Code::NameTaken, Code::NotFound, Code::PasswordTooShort, Code::PasswordTooCommon, Code::PasswordTooLong]);
pub(super) const SHOW: Operation = Operation::get("show_user", path::USERS, "/{name}", Access::ConsoleOrApi)
    .reads(Task::Users)
    .says("One user.")
    .answers(Answers::Object("User"));
pub(super) const MODIFY: Operation = Operation::patch("modify_user", path::USERS, "/{name}", Access::ConsoleOrApi)
    .writes(Task::Users)
    .says(
        "Changes a user. A new password, and shutting the user out, end every token of his. One's own password is changed \
         with the one there is, at `/v1/session/password`.",
    )
    .takes("UserPatch")
    .answers(Answers::Object("User"))
    .refuses(&[
        Code::NameTaken,
        Code::BuiltIn,
        Code::LastSuperuser,
        Code::ConfirmationNeeded,
        Code::PasswordTooShort,
        Code::PasswordTooCommon,
        Code::PasswordTooLong,
    ]);
pub(super) const DELETE: Operation = Operation::delete("delete_user", path::USERS, "/{name}", Access::ConsoleOrApi)
    .writes(Task::Users)
    .says("Deletes a user with his devices; his runs keep his name.")
    .refuses(&[Code::BuiltIn, Code::LastSuperuser]);

pub(super) async fn list(asker: Asker, wanted: Wanted, Asked(query): Asked<admin::ListQuery>) -> Answer {
    asker.may_read(Task::Users, "user.list").await?;
    let (facts, traces) = (asker.service.facts(), asker.service.traces().await?);
    let actor = asker.actor();
    listing::answer(&columns::USERS, query, wanted, move || {
        let sees = facts.seen_by(&actor);
        sees.users().map(|user| present::user(sees, user, &traces)).collect()
    })
    .await
}

pub(super) async fn show(asker: Asker, conditions: Conditions, Path(name): Path<String>) -> Answer {
    asker.may_read(Task::Users, "user.show").await?;
    let facts = asker.service.facts();
    let sees = asker.sees(&facts);
    let user = sees.user(&name).ok_or_else(|| super::missing("user", &name))?;
    let traces = asker.service.traces_of_user(user.id).await?;
    tag::read(&conditions, &State::of(&facts, user.stamp), &present::user(sees, user, &traces))
}

pub(super) async fn create(asker: Asker, Json(new): Json<admin::NewUser>) -> Answer {
    asker.may_write(Task::Users, "user.create", new.name.as_str()).await?;
    let phc = asker.service.hash_password(&new.password).await?;
    let (name, account) = (new.name.clone(), new.account.clone());
    let user = NewUser {
        name: new.name,
        account: new.account,
        description: new.description,
        roles: new.roles,
        security_profile: new.security_profile,
        groups: new.groups,
        new_groups: new.new_groups,
    };
    let facts = asker.service.act(asker.actor(), Command::CreateUser { user, phc }, Vec::new()).await?;
    let sees = asker.sees(&facts);
    // In another root account, where the operator makes the first user, nobody of his account sees him.
    let account = account.and_then(|path| facts.account_named(&path)).map_or(sees.home(), |account| account.id);
    let row = found(sees.user_of(account, &name))?;
    let user = present::user(sees, row, &present::Traces::default());
    tag::changed(StatusCode::CREATED, &State::of(&facts, row.stamp), &user)
}

pub(super) async fn modify(
    asker: Asker,
    conditions: Conditions,
    Path(name): Path<String>,
    Json(patch): Json<admin::UserPatch>,
) -> Answer {
    asker.may_write(Task::Users, "user.modify", &name).await?;
    let phc = match &patch.password {
        Some(password) => Some(asker.service.hash_password(password).await?),
        None => None,
    };
    let (actor, own) = (asker.actor(), asker.caller.user);
    let after = patch.name.as_ref().map_or_else(|| name.clone(), ToString::to_string);
    let ending = Ending { reset: phc.is_some(), disable: patch.disabled == Some(true) };
    let patch = UserPatch {
        name: patch.name,
        description: patch.description,
        disabled: patch.disabled,
        roles: patch.roles,
        security_profile: patch.security_profile,
        groups: patch.groups,
        add_groups: patch.add_groups,
        remove_groups: patch.remove_groups,
        new_groups: patch.new_groups,
    };
    let command = Command::ModifyUser { name: name.clone(), patch, phc };
    let check = move |facts: &Directory| {
        let user = facts.seen_by(&actor).user(&name).ok_or(Code::NotFound)?;
        conditions.check(&State::of(facts, user.stamp))?;
        ending.of(user.id, own)
    };
    let facts = asker.service.act_when(asker.actor(), command, check).await?;
    let sees = asker.sees(&facts);
    let row = found(sees.user(&after))?;
    let traces = asker.service.traces_of_user(row.id).await?;
    tag::changed(StatusCode::OK, &State::of(&facts, row.stamp), &present::user(sees, row, &traces))
}

/// What of a change ends tokens.
#[derive(Clone, Copy)]
struct Ending {
    reset: bool,
    disable: bool,
}

impl Ending {
    /// An administrator's reset or disabling ends all of a user's tokens; a change of roles needs no new login, since every
    /// request asks the facts (RUN-7). One's own password needs the one there is: whoever found a session open may not take
    /// it over (RUN-9).
    fn of(self, user: UserId, own: UserId) -> Result<Vec<Revoke>, Refusal> {
        if self.reset && user == own {
            let message = "your own password is changed with the one you have; `POST` both to `/v1/session/password`";
            return Err(Refusal { code: Code::ConfirmationNeeded, message: message.to_owned() });
        }
        let ends = self.reset || self.disable;
        Ok(ends.then_some(Revoke::User { user, audience: None::<Audience> }).into_iter().collect())
    }
}

pub(super) async fn delete(asker: Asker, conditions: Conditions, Path(name): Path<String>) -> Answer {
    let actor = asker.actor();
    let command = Command::DeleteUser { name: name.clone() };
    let check = move |facts: &Directory| {
        let user = facts.seen_by(&actor).user(&name).ok_or(Code::NotFound)?;
        conditions.check(&State::of(facts, user.stamp))?;
        Ok(vec![Revoke::User { user: user.id, audience: None }])
    };
    asker.service.act_when(asker.actor(), command, check).await?;
    no_content()
}
