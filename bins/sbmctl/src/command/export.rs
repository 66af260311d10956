//! `sbmctl export`: lists as files that an import reads back (USR-1, ACC-1, NET-2, CON-1).

use std::collections::HashSet;

use clap::{Args, Subcommand};
use sbm_client::admin::{Admin, Listed};
use sbm_client::core::account::AccountPath;
use sbm_client::core::name::key;
use sbm_client::core::wire::v1::admin::{Account, AllowEntry, Group, ListQuery, User};
use serde::Serialize;
use serde_json::{Value, json};

use super::user::own::is_listed_so;
use crate::context::Context;
use crate::exchange::Row;
use crate::exchange::kind::Kind;
use crate::exchange::page::{self, Format};
use crate::failure::Failure;
use crate::listing::checked;
use crate::output::sheet::IntoFile;
use crate::output::text::count;
use crate::parse;

#[derive(Subcommand, Debug)]
#[command(after_help = "\
The file has what somebody may say of each object, and no password, hash or key:
  sbmctl export users --output users.csv
  sbmctl export accounts --account 'root>Acme' --output acme.json
  sbmctl import users users.csv --dry-run

`sbmctl user list --csv` and the like are for reading: what logins and devices left is there too.")]
pub(crate) enum Export {
    /// Users, with their roles, security profiles and groups
    Users(Below),
    /// Groups
    Groups(Whole),
    /// Accounts, with quotas, company profiles and policies
    Accounts(Below),
    /// The allowlist
    #[command(alias = "allowlists")]
    Allowlist(Whole),
}

#[derive(Args, Debug)]
pub(crate) struct Below {
    /// Only this account and those below it
    #[arg(short, long, value_name = "ACCOUNT", value_parser = parse::account)]
    account: Option<AccountPath>,
    #[command(flatten)]
    whole: Whole,
}

#[derive(Args, Debug)]
pub(crate) struct Whole {
    /// Form of the file: csv or json [default: what the name of the file says, else csv]
    #[arg(long, value_enum, value_name = "FORMAT", hide_possible_values = true)]
    format: Option<Format>,
    #[command(flatten)]
    file: IntoFile,
}

pub(crate) fn run(command: Export, context: &mut Context) -> Result<(), Failure> {
    let (kind, account, whole) = match command {
        Export::Users(below) => (Kind::Users, below.account, below.whole),
        Export::Groups(whole) => (Kind::Groups, None, whole),
        Export::Accounts(below) => (Kind::Accounts, below.account, below.whole),
        Export::Allowlist(whole) => (Kind::Allowlist, None, whole),
    };
    let format = whole.format(context.out.is_json())?;
    let mut rows = rows(kind, account.as_ref(), &context.admin()?, context)?;
    let all = rows.len();
    rows.retain(|row| !is_leaving(kind, row));
    if rows.len() < all {
        let told = count(all - rows.len(), "account");
        context.out.note(&format!("left out: {told} about to be deleted; `sbmctl account keep` keeps one"))?;
    }
    context.out.export(&whole.file, rows.len(), |out| page::write(out, kind, &rows, format))
}

impl Whole {
    fn format(&self, json: bool) -> Result<Format, Failure> {
        let by_name = self.file.output.as_deref().and_then(Format::of);
        match (self.format, json) {
            (Some(Format::Csv), true) => Err(Failure::usage("`--format csv` and `--json` are two forms; say one of them")),
            (Some(format), _) => Ok(format),
            (None, true) if self.file.output.is_none() => Ok(Format::Json),
            (None, _) => Ok(by_name.unwrap_or(Format::Csv)),
        }
    }
}

/// Every row of that kind that whoever asks sees, in the order of their keys: an account stands before those below it.
pub(in crate::command) fn rows(
    kind: Kind,
    account: Option<&AccountPath>,
    admin: &Admin,
    context: &Context,
) -> Result<Vec<Row>, Failure> {
    let query = ListQuery { account: account.map(ToString::to_string), limit: Some(500), ..ListQuery::default() };
    let mut rows = match kind {
        Kind::Users => read::<User>(kind, &query, admin, context),
        Kind::Groups => read::<Group>(kind, &query, admin, context),
        Kind::Accounts => read::<Account>(kind, &query, admin, context),
        Kind::Allowlist => read::<AllowEntry>(kind, &query, admin, context),
    }?;
    if kind == Kind::Users && rows.iter().any(|row| is_listed_for_an_account(kind, row)) {
        let accounts = with_secrets(admin, context)?;
        let is_own =
            |row: &Row| row.fields.get("account").and_then(Value::as_str).is_some_and(|name| accounts.contains(&key(name)));
        rows.retain(|row| !(is_listed_for_an_account(kind, row) && is_own(row)));
    }
    rows.sort_by(|one, other| one.key.cmp(&other.key));
    Ok(rows)
}

fn read<T>(kind: Kind, query: &ListQuery, admin: &Admin, context: &Context) -> Result<Vec<Row>, Failure>
where
    T: Listed<Query = ListQuery> + Serialize,
{
    let progress = context.out.counting("rows read:");
    let mut rows = Vec::new();
    for object in checked(admin.rows::<T>(query), query, admin)? {
        rows.extend(kind.row(json!(object?)));
        progress.add(1);
    }
    progress.clear();
    Ok(rows)
}

/// Whether it has a name as the login of an account with a secret of its own is listed by, `account 17` (ACC-12). That is no
/// user who could be made: he comes and goes with his account.
fn is_listed_for_an_account(kind: Kind, row: &Row) -> bool {
    is_listed_so(&kind.name(&row.fields))
}

/// The accounts with a secret of their own, by their keys.
fn with_secrets(admin: &Admin, context: &Context) -> Result<HashSet<String>, Failure> {
    let progress = context.out.counting("rows read:");
    let mut names = HashSet::new();
    for account in admin.rows::<Account>(&ListQuery { limit: Some(500), ..ListQuery::default() }) {
        let account = account?;
        if account.own_secret {
            names.insert(key(&account.account));
        }
        progress.add(1);
    }
    progress.clear();
    Ok(names)
}

/// Whether it is an account that goes by itself soon: nobody can make one like it.
fn is_leaving(kind: Kind, row: &Row) -> bool {
    kind == Kind::Accounts && row.fields.get("state").and_then(Value::as_str) == Some("deletion_pending")
}
