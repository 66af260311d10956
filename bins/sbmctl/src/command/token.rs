//! `sbmctl token` (RUN-11): tokens with which programs act as a user, as far as he lets them.

use clap::{Args, Subcommand};
use sbm_client::admin::Admin;
use sbm_client::core::account::AccountPath;
use sbm_client::core::code::Code;
use sbm_client::core::name::Name;
use sbm_client::core::permission::{Ceiling, Task, TaskAccess};
use sbm_client::core::wire::v1::admin::{IssuedToken, ListQuery, NewToken, TokenEntry as Shown};
use serde_json::json;

use crate::context::Context;
use crate::failure::Failure;
use crate::listing::{Listing, columns};
use crate::output::moment::When;
use crate::output::table::{Cell, Column, Row, text};
use crate::output::text::{count, or_dash};
use crate::parse;
use crate::prompt::{Consent, PasswordFrom};

#[derive(Subcommand, Debug)]
pub(crate) enum Token {
    /// Make a token of your own for a program; it is shown this once
    Create(Create),
    /// List the tokens: one's own, or everybody's with the role for it
    List(List),
    /// End tokens; their next request is refused
    Revoke(Revoke),
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  sbmctl token create nightly-report --allow history_read=read --allow devices=read
  sbmctl token create ci --allow users=write --expires 90d
  SBM_TOKEN=sbma_… sbmctl history list

A token does what is allowed here and what you may do yourself at that moment, whichever is less. It
changes no password and makes no token. Your password is asked for, since a token outlives the login.")]
pub(crate) struct Create {
    /// What the token is known by in lists
    #[arg(value_parser = parse::name)]
    name: Name,
    /// What it may do: a task with `read` or `write`; several one after the other
    #[arg(short, long, required = true, value_name = "TASK=HOW", value_parser = parse::allowed)]
    allow: Vec<(Task, TaskAccess)>,
    /// Only at this account and below, by its full name [default: wherever you may]
    #[arg(long, value_name = "ACCOUNT", value_parser = parse::account)]
    account: Option<AccountPath>,
    /// When it ends: a date, a time, or in how long (90d) [default: when it is revoked]
    #[arg(short, long, value_name = "WHEN", value_parser = parse::end)]
    expires: Option<When>,
    #[command(flatten)]
    password: PasswordFrom,
}

#[derive(Args, Debug)]
#[command(after_help = columns::<Shown>())]
pub(crate) struct List {
    /// Only tokens of this user
    #[arg(short, long, value_name = "NAME")]
    user: Option<String>,
    #[command(flatten)]
    listing: Listing,
}

#[derive(Args, Debug)]
pub(crate) struct Revoke {
    /// Id of the token, as the list shows it; several one after the other
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
    #[command(flatten)]
    consent: Consent,
}

impl Row for Shown {
    const COLUMNS: &'static [Column] = &[
        text("ID"),
        text("NAME"),
        text("USER"),
        text("ALLOWS"),
        text("ACCOUNT").extra(),
        text("CREATED").extra(),
        text("LAST USED"),
        text("EXPIRES"),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            (&self.id).into(),
            (&self.name).into(),
            (&self.user).into(),
            self.allows.to_string().into(),
            or_dash(self.account.as_deref().unwrap_or_default()).into(),
            Cell::moment(self.created),
            Cell::moment(self.last_used),
            Cell::moment(self.expires),
        ]
    }
}

pub(crate) fn run(command: Token, context: &mut Context) -> Result<(), Failure> {
    let admin = context.admin()?;
    match command {
        Token::Create(create) => make(&create, &admin, context),
        Token::List(list) => {
            let filters = ListQuery { user: list.user, ..ListQuery::default() };
            list.listing.show::<Shown>(&admin, filters, context, "no token fits")
        }
        Token::Revoke(revoke) => end(&revoke, &admin, context),
    }
}

fn make(create: &Create, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    let expires = match create.expires {
        Some(when) => Some(when.resolve().ok_or_else(|| Failure::usage("`--expires` is no moment that there is"))?),
        None => None,
    };
    let saved = context.saved()?;
    let of = saved.user.as_ref().map_or_else(|| "yours".to_owned(), |user| format!("`{user}`"));
    let password = create.password.known(&of)?;
    let new = NewToken {
        name: create.name.clone(),
        allows: ceiling("--allow", &create.allow)?,
        account: create.account.clone(),
        expires,
        password,
    };
    let IssuedToken { secret, token } = admin.create_token(&new)?;
    let shown = secret.reveal();
    let sentence = format!("the token `{}` ({}) is {shown}", token.name, token.allows);
    context.out.answer(&json!({"secret": shown, "token": token}), &sentence)?;
    context.out.note("It is shown this once and kept nowhere here; give it to the program as `SBM_TOKEN`, or in a file.")
}

/// What was allowed, all in one. A task that stands there twice is a mistake, not the wider of both.
pub(super) fn ceiling(option: &str, allowed: &[(Task, TaskAccess)]) -> Result<Ceiling, Failure> {
    allowed.iter().try_fold(Ceiling::NONE, |all, (task, access)| {
        if all.access(*task) == TaskAccess::None {
            return Ok(all.with(*task, *access));
        }
        Err(Failure::usage(format!("`{option}` names the task `{}` twice", task.name())))
    })
}

fn end(revoke: &Revoke, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    revoke.consent.ask(&format!("revoke {}? Programs that use it stop working", count(revoke.ids.len(), "token")))?;
    for (done, id) in revoke.ids.iter().enumerate() {
        admin.revoke_token(id).map_err(|error| {
            Failure::from(error).hint_for(Code::NotFound, "`sbmctl token list` shows the tokens").after(done, "revoked")
        })?;
    }
    context
        .out
        .changed(&json!({"ok": true, "revoked": revoke.ids.len()}), &format!("revoked {}", count(revoke.ids.len(), "token")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::table::Look;

    #[test]
    fn a_list_of_tokens_says_whose_they_are_and_what_they_may_and_never_a_token_run_11() {
        let tokens: Vec<Shown> = serde_json::from_str(
            r#"[{"id":"0000000000000007","name":"ci","user":"admin","allows":{"users":"write","devices":"read"},"created":1795291485123,"last_used":1795291485123,"expires":1795291485123},
                {"id":"0000000000000008","name":"report","user":"carol","allows":{"history_read":"read"},"account":"acme>north","created":1795291485123}]"#,
        )
        .unwrap();
        let expected = "\
ID                NAME    USER   ALLOWS                     ACCOUNT     CREATED               LAST USED             EXPIRES
0000000000000007  ci      admin  users=write, devices=read  -           2026-11-21 20:04:45Z  2026-11-21 20:04:45Z  2026-11-21 20:04:45Z
0000000000000008  report  carol  history_read=read          acme>north  2026-11-21 20:04:45Z  -                     -
";
        assert_eq!(Look::default().list(&tokens), expected);
    }

    #[test]
    fn a_task_that_is_allowed_twice_is_a_mistake_run_11() {
        let (users, devices) = ((Task::Users, TaskAccess::Read), (Task::Devices, TaskAccess::Write));
        assert_eq!(ceiling("--allow", &[users, devices]).unwrap().to_string(), "users=read, devices=write");
        assert!(ceiling("--allow", &[users, devices, (Task::Users, TaskAccess::Write)]).is_err());
    }
}
