//! `sbmctl account add` (ACC-1 to ACC-3, ACC-12).

use clap::Args;
use sbm_client::admin::Admin;
use sbm_client::core::account::{About, AccountPath, Level, Quota};
use sbm_client::core::name::Text;
use sbm_client::core::wire::v1::admin::{Account as Shown, ListQuery, NewAccount};
use serde::Serialize;

use super::unknown;
use crate::context::Context;
use crate::failure::Failure;
use crate::parse;
use crate::prompt::{NewPassword, confirm};

#[derive(Args, Debug)]
pub(crate) struct Add {
    /// Full name of the account; the accounts between need not exist
    #[arg(value_parser = parse::account)]
    account: AccountPath,
    /// The name is below this account
    #[arg(long, value_name = "ACCOUNT", value_parser = parse::account)]
    below: Option<AccountPath>,
    /// Do not ask before the first part of the name becomes a new root account, of whose users and profiles you see nothing
    #[arg(long)]
    root: bool,
    /// Make an organisation of that level; without it, a backup account
    #[arg(long, value_parser = parse::level())]
    level: Option<Level>,
    /// How much all below it may store, such as `500GB`
    #[arg(long, value_name = "SIZE", allow_hyphen_values = true, value_parser = parse::size)]
    quota: Option<u64>,
    /// From where on a warning is due
    #[arg(long, value_name = "SIZE", allow_hyphen_values = true, value_parser = parse::size)]
    warn_at: Option<u64>,
    /// What the dashboard shows beside it
    #[arg(short, long, value_name = "TEXT", value_parser = parse::description)]
    comment: Option<Text>,
    /// Give a backup account a secret of its own: with its full name and this it logs in. Nobody can set it anew but who
    /// knows it; the options for passwords below say where it comes from
    #[arg(long, conflicts_with = "level")]
    secret: bool,
    #[command(flatten)]
    password: NewPassword,
}

/// An account with the secret that was made up, which is shown this once.
#[derive(Serialize)]
struct WithSecret<'a> {
    #[serde(flatten)]
    account: &'a Shown,
    generated_secret: &'a str,
}

pub(super) fn run(add: Add, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    let account = match add.below {
        Some(below) => parse::account(&format!("{below}>{}", add.account)).map_err(Failure::usage)?,
        None => add.account,
    };
    let wants_secret = add.secret || add.password.is_said();
    if wants_secret && add.level.is_some() {
        return Err(Failure::usage("an organisation has users and no secret of its own; leave `--level` or the password out"));
    }
    if !add.root {
        check_root(&account, admin)?;
    }
    let chosen = if wants_secret { Some(add.password.choose(&format!("`{account}`"))?) } else { None };
    let new = NewAccount {
        account,
        level: add.level,
        secret: chosen.as_ref().map(|chosen| chosen.secret.clone()),
        quota: Quota { hard: add.quota, soft: add.warn_at },
        comment: add.comment.unwrap_or_default(),
        about: About::default(),
        policy: [].into(),
    };
    let made = admin.add_account(&new).map_err(unknown)?;
    let what = made.level.map_or("backup account", Level::name);
    let sentence = format!("added the {what} `{}`", made.account);
    let Some(chosen) = chosen else { return context.out.changed(&made, &sentence) };
    if !chosen.is_generated {
        context.out.changed(&made, &sentence)?;
        context.out.note(&chosen.judged())?;
    } else {
        let shown = chosen.secret.reveal();
        let answer = WithSecret { account: &made, generated_secret: shown };
        context.out.answer(&answer, &format!("{sentence}; its secret is {shown}"))?;
    }
    context.out.note("Keep the secret well: nobody can set it anew, and it is shown nowhere.")
}

/// A first part that no account has is mistyped more often than meant, and what is below a new root account is nobody's but its
/// own (ACC-4).
fn check_root(account: &AccountPath, admin: &Admin) -> Result<(), Failure> {
    let Some(first) = account.parts().first() else { return Ok(()) };
    let query = ListQuery { account: Some(first.to_string()), limit: Some(1), ..ListQuery::default() };
    if admin.rows::<Shown>(&query).next().transpose().map_err(unknown)?.is_some() {
        return Ok(());
    }
    let question = match account.parts() {
        [_] => format!("make a new root account `{first}`? You will not see its users and profiles"),
        _ => format!("no account is called `{first}`: make it a new root account, with `{account}` below?"),
    };
    confirm(&question, "--root").map_err(|failure| match failure.exit() {
        crate::exit::Exit::Usage => failure
            .hint(format!("`sbmctl account list` shows the accounts that you see; add `--root` if `{first}` is to be a new one")),
        _ => failure,
    })
}
