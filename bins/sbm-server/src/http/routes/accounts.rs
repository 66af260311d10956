//! Accounts (ACC-1 to ACC-9).

use axum::http::StatusCode;
use sbm_core::account::AccountPath;
use sbm_core::account::life::{Standing, Wish};
use sbm_core::code::Code;
use sbm_core::directory::rows::Account;
use sbm_core::directory::{Command, Directory, plan};
use sbm_core::permission::Task;
use sbm_core::wire::v1::admin::{AccountPatch, AccountsAct, LifeAct, ListQuery, NewAccount};
use sbm_core::wire::v1::path;

use super::asker::Asker;
use super::{Answer, found, missing, no_content};
use crate::http::listing::{self, Asked, columns};
use crate::http::operation::{Answer as Answers, Operation};
use crate::http::tag::{self, State};
use crate::http::{Access, ApiError, Conditions, Json, Path, Wanted};
use crate::service::accounts;

pub(super) const LIST: Operation = Operation::get("list_accounts", path::ACCOUNTS, "", Access::ConsoleOrApi)
    .reads(Task::Accounts)
    .says("One's own account and those below it, filtered, in any order, page by page or as a file.")
    .asks("ListQuery")
    .answers(Answers::Rows("Account", true));
pub(super) const CREATE: Operation = Operation::post("create_account", path::ACCOUNTS, "", Access::ConsoleOrApi)
    .writes(Task::Accounts)
    .says("Adds an account below one's own; the accounts between need not exist. A backup account may have a secret of its own.")
    .takes("NewAccount")
    .answers(Answers::Made("Account"))
    .refuses(&[
        Code::NameTaken,
        Code::InvalidAccount,
        Code::InvalidArgument,
        Code::NotFound,
        Code::PasswordTooShort,
        Code::PasswordTooCommon,
        Code::PasswordTooLong,
    ]);
pub(super) const SHOW: Operation = Operation::get("show_account", path::ACCOUNTS, "/{account}", Access::ConsoleOrApi)
    .reads(Task::Accounts)
    .says("One account, by its full name.")
    .answers(Answers::Object("Account"));
pub(super) const MODIFY: Operation = Operation::patch("modify_account", path::ACCOUNTS, "/{account}", Access::ConsoleOrApi)
    .writes(Task::Accounts)
    .says(
        "Changes an account, or puts it elsewhere in the tree with all that is below it, but for devices whose users stand above no more.",
    )
    .takes("AccountPatch")
    .answers(Answers::Object("Account"))
    .refuses(&[
        Code::NameTaken,
        Code::InvalidAccount,
        Code::InvalidArgument,
        Code::DeniedAccountDeletion,
        Code::BuiltIn,
        Code::InUse,
    ]);
pub(super) const POLICY: Operation = Operation::get("account_policy", path::ACCOUNTS, "/{account}/policy", Access::ConsoleOrApi)
    .reads(Task::Accounts)
    .says("What each setting comes to for an account, and where it comes from.")
    .asks("ListQuery")
    .answers(Answers::Rows("EffectiveSetting", true));
pub(super) const ACT: Operation = Operation::post("act_on_accounts", path::ACCOUNT_ACTS, "", Access::ConsoleOrApi)
    .writes(Task::Accounts)
    .says(
        "Disables accounts, enables them, makes supervisors of them, deletes them or keeps them after all: all of them or none.",
    )
    .takes("AccountsAct")
    .refuses(&[Code::NotFound, Code::InvalidArgument, Code::DeniedAccountDeletion, Code::InUse, Code::BuiltIn]);

pub(super) async fn list(asker: Asker, wanted: Wanted, Asked(query): Asked<ListQuery>) -> Answer {
    asker.may_read(Task::Accounts, "account.list").await?;
    let (facts, filled) = (asker.service.facts(), asker.service.filled().await?);
    listing::answer(&columns::ACCOUNTS, query, wanted, move || accounts::all(asker.sees(&facts), &filled)).await
}

pub(super) async fn show(asker: Asker, conditions: Conditions, Path(name): Path<String>) -> Answer {
    asker.may_read(Task::Accounts, "account.show").await?;
    let (facts, filled) = (asker.service.facts(), asker.service.filled().await?);
    let row = find(&facts, &asker, &name)?;
    tag::read(&conditions, &State::of(&facts, row.stamp), &accounts::one(&facts, row, &filled))
}

pub(super) async fn policy(asker: Asker, wanted: Wanted, Path(name): Path<String>, Asked(query): Asked<ListQuery>) -> Answer {
    asker.may_read(Task::Accounts, "account.policy").await?;
    let facts = asker.service.facts();
    let id = find(&facts, &asker, &name)?.id;
    listing::answer(&columns::SETTINGS, query, wanted, move || accounts::policy(asker.sees(&facts), id)).await
}

pub(super) async fn create(asker: Asker, Json(mut new): Json<NewAccount>) -> Answer {
    let path = new.account.clone();
    let command = match new.secret.take() {
        None => Command::CreateAccount(new),
        Some(secret) => {
            // Before there is anything to hash.
            asker.may_write(Task::Accounts, "account.create", &path.to_string()).await?;
            Command::CreateSilo { phc: asker.service.hash_password(&secret).await?, account: new }
        }
    };
    let facts = asker.service.act(asker.actor(), command, Vec::new()).await?;
    let row = found(facts.account_named(&path))?;
    let filled = asker.service.filled().await?;
    tag::changed(StatusCode::CREATED, &State::of(&facts, row.stamp), &accounts::one(&facts, row, &filled))
}

pub(super) async fn modify(
    asker: Asker,
    conditions: Conditions,
    Path(name): Path<String>,
    Json(patch): Json<AccountPatch>,
) -> Answer {
    let account: AccountPath = name.parse().map_err(|_| missing("account", &name))?;
    // It may have another name afterwards; its id stays.
    let before = asker.service.facts();
    let id = find(&before, &asker, &name).map(|row| row.id).ok();
    let changes_names = patch.name.is_some() || patch.parent.is_some();
    let check = {
        let account = account.clone();
        move |facts: &Directory| {
            let row = facts.account_named(&account).ok_or(Code::NotFound)?;
            conditions.check(&State::of(facts, row.stamp))?;
            Ok(Vec::new())
        }
    };
    let facts = asker.service.act_when(asker.actor(), Command::ModifyAccount { account, patch }, check).await?;
    let row = found(id.and_then(|id| facts.account(id)))?;
    let filled = asker.service.filled().await?;
    let mut shown = accounts::one(&facts, row, &filled);
    if changes_names {
        shown.changed_logins = plan::changed_logins(&before, &facts, &asker.actor(), row.id);
    }
    tag::changed(StatusCode::OK, &State::of(&facts, row.stamp), &shown)
}

pub(super) async fn act(asker: Asker, Json(AccountsAct { accounts, act }): Json<AccountsAct>) -> Answer {
    let wish = match act {
        LifeAct::Enable => Wish::Stand(Standing::Active),
        LifeAct::Disable => Wish::Stand(Standing::Disabled),
        LifeAct::Supervise => Wish::Stand(Standing::Supervisor),
        LifeAct::Delete => Wish::Delete(asker.service.next_morning()),
        LifeAct::Keep => Wish::Keep,
    };
    let service = &asker.service;
    let named = accounts.clone();
    let check = move |facts: &Directory| Ok(accounts::tokens_that_go(facts, &named, act));
    service.act_when(asker.actor(), Command::LiveAccounts { accounts, wish }, check).await?;
    no_content()
}

fn find<'a>(facts: &'a Directory, asker: &Asker, name: &str) -> Result<&'a Account, ApiError> {
    let row = name.parse().ok().and_then(|path: AccountPath| asker.sees(facts).managed_account(&path));
    row.ok_or_else(|| missing("account", name))
}
