//! `sbmctl grant` (USR-5): a role for a user at an account below his own.

use clap::{Args, Subcommand};
use sbm_client::core::account::AccountPath;
use sbm_client::core::code::Code;
use sbm_client::core::name::Name;
use sbm_client::core::wire::v1::admin::{Grant as Shown, ListQuery, NewGrant};
use serde_json::json;

use crate::context::Context;
use crate::failure::Failure;
use crate::listing::{Listing, columns};
use crate::output::table::{Cell, Column, Row, number, text};
use crate::output::text::count;
use crate::parse;
use crate::prompt::Consent;

#[derive(Subcommand, Debug)]
pub(crate) enum Grant {
    /// Give a user a role at an account and all below it
    Add(Add),
    /// List who has which role where, besides the roles at his own account
    List(List),
    /// Take roles away again; it counts at the users' next request
    Revoke(Revoke),
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  sbmctl grant add carol operator 'root>north'
  sbmctl grant add carol Helpdesk 'root>south>branch'
  sbmctl explain --who users --write --account 'root>north'

The account is the user's own or one below it. A built-in role at his own account is one of his roles:
`sbmctl user modify`.")]
pub(crate) struct Add {
    /// Name of the user
    user: String,
    /// Name of the role, as `sbmctl role list` shows it
    #[arg(value_parser = parse::name)]
    role: Name,
    /// Full name of the account
    #[arg(value_parser = parse::account)]
    account: AccountPath,
}

#[derive(Args, Debug)]
#[command(after_help = columns::<Shown>())]
pub(crate) struct List {
    /// Only roles of this user
    #[arg(short, long, value_name = "NAME")]
    user: Option<String>,
    /// Only at this account and below, by its full name
    #[arg(long, value_name = "ACCOUNT", value_parser = parse::account)]
    account: Option<AccountPath>,
    #[command(flatten)]
    listing: Listing,
}

#[derive(Args, Debug)]
pub(crate) struct Revoke {
    /// Number of the grant, as the list shows it; several one after the other
    #[arg(required = true, value_name = "NUMBER", value_parser = parse::number::<u32>)]
    ids: Vec<u32>,
    #[command(flatten)]
    consent: Consent,
}

impl Row for Shown {
    const COLUMNS: &'static [Column] = &[number("ID"), text("USER"), text("ROLE"), text("ACCOUNT"), text("COUNTS").extra()];

    fn cells(&self) -> Vec<Cell> {
        vec![u64::from(self.id).into(), (&self.user).into(), (&self.role).into(), (&self.account).into(), Cell::flag(self.counts)]
    }
}

pub(crate) fn run(command: Grant, context: &mut Context) -> Result<(), Failure> {
    let admin = context.admin()?;
    match command {
        Grant::Add(Add { user, role, account }) => {
            let grant = admin.grant_role(&NewGrant { user, role, account }).map_err(|error| {
                let hint = "`sbmctl user list` shows the users, `sbmctl role list` the roles, `sbmctl account list` the accounts";
                Failure::from(error).hint_for(Code::NotFound, hint)
            })?;
            let sentence = format!("`{}` has the role `{}` at `{}` and below", grant.user, grant.role, grant.account);
            context.out.changed(&grant, &sentence)
        }
        Grant::List(list) => {
            let account = list.account.map(|account| account.to_string());
            let filters = ListQuery { user: list.user, account, ..ListQuery::default() };
            list.listing.show::<Shown>(&admin, filters, context, "no grant fits")
        }
        Grant::Revoke(revoke) => {
            let what = count(revoke.ids.len(), "grant");
            revoke.consent.ask(&format!("revoke {what}?"))?;
            for (done, id) in revoke.ids.iter().enumerate() {
                admin.revoke_grant(*id).map_err(|error| {
                    Failure::from(error).hint_for(Code::NotFound, "`sbmctl grant list` shows them").after(done, "revoked")
                })?;
            }
            context.out.changed(&json!({"ok": true, "revoked": revoke.ids.len()}), &format!("revoked {what}"))
        }
    }
}
