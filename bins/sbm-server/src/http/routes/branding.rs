//! The branding of accounts, its images, and the way to an account's own login (ACC-3, ACC-10).

use axum::http::StatusCode;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::IntoResponse as _;
use sbm_core::account::AccountPath;
use sbm_core::code::Code;
use sbm_core::directory::rows::Account;
use sbm_core::directory::{Command, Directory};
use sbm_core::id::Hash;
use sbm_core::permission::Task;
use sbm_core::wire::v1::admin::{ConsoleLogin, NewImage};
use sbm_core::wire::v1::path;

use super::asker::Asker;
use super::{Answer, found, missing, ok};
use crate::http::operation::{Answer as Answers, Operation};
use crate::http::tag::{self, State};
use crate::http::{Access, ApiError, Conditions, Json, Path};
use crate::service::accounts;

pub(super) const SHOW: Operation =
    Operation::get("account_branding", path::ACCOUNTS, "/{account}/branding", Access::ConsoleOrApi)
        .reads(Task::Accounts)
        .says("The branding that counts for an account, the nearest one on the way up, and where it comes from.")
        .answers(Answers::Value("EffectiveBranding"));
pub(super) const PUT: Operation = Operation::post("put_image", path::ACCOUNTS, "/{account}/images", Access::ConsoleOrApi)
    .writes(Task::Accounts)
    .says("Puts a logo or an icon into the branding of an account; a patch of the company profile takes it away.")
    .takes("NewImage")
    .answers(Answers::Object("Account"))
    .refuses(&[Code::InvalidArgument, Code::DeniedAccountDeletion]);
pub(super) const IMAGE: Operation =
    Operation::get("show_image", path::ACCOUNTS, "/{account}/images/{hash}", Access::ConsoleOrApi)
        .reads(Task::Accounts)
        .says("An image of the branding that counts for an account, by its hash.")
        .answers(Answers::Bytes);
pub(super) const CONSOLE: Operation = Operation::post("open_console", path::ACCOUNTS, "/{account}/console", Access::ConsoleOrApi)
    .reads(Task::Accounts)
    .says(
        "The way to an account's own login, which is audited. It is no session: whoever goes there logs in as a user of that \
             account.",
    )
    .answers(Answers::Value("ConsoleLogin"));

pub(super) async fn show(asker: Asker, Path(name): Path<String>) -> Answer {
    asker.may_read(Task::Accounts, "account.branding").await?;
    let facts = asker.service.facts();
    let id = find(&facts, &asker, &name)?.id;
    ok(accounts::branding(asker.sees(&facts), id))
}

pub(super) async fn put(asker: Asker, Path(name): Path<String>, Json(NewImage { icon, content }): Json<NewImage>) -> Answer {
    asker.may_write(Task::Accounts, "account.image", &name).await?;
    let account: AccountPath = name.parse().map_err(|_| missing("account", &name))?;
    let command = Command::PutImage { account: account.clone(), icon, bytes: content.into() };
    let facts = asker.service.act(asker.actor(), command, Vec::new()).await?;
    let row = found(facts.account_named(&account))?;
    let filled = asker.service.filled().await?;
    tag::changed(StatusCode::OK, &State::of(&facts, row.stamp), &accounts::one(&facts, row, &filled))
}

/// Its kind is what its first bytes said when it was put there, and no browser guesses another or runs anything in it.
pub(super) async fn image(asker: Asker, conditions: Conditions, Path((name, hash)): Path<(String, String)>) -> Answer {
    asker.may_read(Task::Accounts, "account.branding").await?;
    let facts = asker.service.facts();
    let id = find(&facts, &asker, &name)?.id;
    let unknown = || missing("image", &hash);
    let hash: Hash = hash.parse().map_err(|_| unknown())?;
    let (origin, branding) = facts.branding_of(id).ok_or_else(unknown)?;
    let image = branding.image(&hash).ok_or_else(unknown)?;
    if let Some(known) = tag::is_known(&conditions, &hash) {
        return Ok(known);
    }
    let content = asker.service.image(origin, hash).await?.ok_or_else(unknown)?;
    let headers = [(CONTENT_TYPE, image.format.media_type()), (CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox")];
    Ok(tag::tagged((headers, content.into_response()).into_response(), &hash.to_string()))
}

pub(super) async fn console(asker: Asker, Path(name): Path<String>) -> Answer {
    asker.may_read(Task::Accounts, "account.console").await?;
    let facts = asker.service.facts();
    let row = find(&facts, &asker, &name)?;
    let account = facts.account_name(row.id);
    asker.service.audit_console(&facts, &asker.actor(), row.id).await;
    let login = if row.silo.own.is_some() { account.clone() } else { format!("{account}>") };
    ok(ConsoleLogin { login, account })
}

fn find<'a>(facts: &'a Directory, asker: &Asker, name: &str) -> Result<&'a Account, ApiError> {
    let row = name.parse().ok().and_then(|path: AccountPath| asker.sees(facts).managed_account(&path));
    row.ok_or_else(|| missing("account", name))
}
