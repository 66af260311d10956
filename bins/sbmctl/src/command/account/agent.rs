//! `sbmctl account agent`: service identities that serve many accounts, such as those that back clouds up to clouds (ACC-10).

use clap::{Args, Subcommand};
use sbm_client::admin::Admin;
use sbm_client::core::account::AccountPath;
use sbm_client::core::code::Code;
use sbm_client::core::name::key;
use sbm_client::core::wire::v1::admin::{AgentAccount, AgentAssignment, ListQuery, NewAgent};

use super::{state, unknown};
use crate::cells;
use crate::context::Context;
use crate::failure::Failure;
use crate::listing::{Listing, columns};
use crate::output::table::{Cell, Column, Row, text};
use crate::parse;
use crate::prompt::Consent;

#[derive(Subcommand, Debug)]
#[command(after_help = "\
An agent is a user; in an account that it serves it becomes a device, and may there what a device may:
  sbmctl account agent assign 'root>Acme>mail' cloud-agent
  sbmctl account agent list
  sbmctl account agent unassign 'root>Acme>mail'")]
pub(crate) enum Agent {
    /// List which agent serves which account
    List(List),
    /// List the accounts that you serve as their agent
    Served(Served),
    /// Have a user serve an account as its agent
    Assign(Assign),
    /// Have an account served by no agent: the agent's devices there are removed at once, their history stays
    Unassign(Unassign),
}

#[derive(Args, Debug)]
#[command(after_help = columns::<AgentAssignment>())]
pub(crate) struct List {
    /// Only this account and those below it
    #[arg(long, value_name = "ACCOUNT", value_parser = parse::account)]
    below: Option<AccountPath>,
    /// Only those that this user serves
    #[arg(short, long, value_name = "NAME")]
    user: Option<String>,
    #[command(flatten)]
    listing: Listing,
}

#[derive(Args, Debug)]
#[command(after_help = columns::<AgentAccount>())]
pub(crate) struct Served {
    #[command(flatten)]
    listing: Listing,
}

#[derive(Args, Debug)]
pub(crate) struct Assign {
    /// Full name of the account
    #[arg(value_parser = parse::account)]
    account: AccountPath,
    /// Name of the user; his account is that one or above it
    user: String,
}

#[derive(Args, Debug)]
pub(crate) struct Unassign {
    /// Full name of the account
    #[arg(value_parser = parse::account)]
    account: AccountPath,
    #[command(flatten)]
    consent: Consent,
}

impl Row for AgentAssignment {
    const COLUMNS: &'static [Column] = &[text("ACCOUNT"), text("AGENT")];

    fn cells(&self) -> Vec<Cell> {
        cells![&self.account, &self.agent]
    }
}

impl Row for AgentAccount {
    const COLUMNS: &'static [Column] = &[text("ACCOUNT"), text("STATE")];

    fn cells(&self) -> Vec<Cell> {
        cells![&self.account, state(self.state)]
    }
}

pub(super) fn run(command: Agent, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    match command {
        Agent::List(list) => {
            let account = list.below.map(|account| account.to_string());
            let filters = ListQuery { account, user: list.user, ..ListQuery::default() };
            let none = "no account has an agent; assign one with `sbmctl account agent assign`";
            list.listing.show::<AgentAssignment>(admin, filters, context, none)
        }
        Agent::Served(served) => {
            served.listing.show::<AgentAccount>(admin, ListQuery::default(), context, "you serve no account as its agent")
        }
        Agent::Assign(Assign { account, user }) => {
            let sentence = format!("`{user}` serves `{account}` as its agent");
            admin.assign_agent(&NewAgent { account, agent: user }).map_err(unknown)?;
            context.out.done(&sentence)
        }
        Agent::Unassign(Unassign { account, consent }) => {
            let query = ListQuery { account: Some(account.to_string()), ..ListQuery::default() };
            // Accounts below may have agents of their own, which stay.
            let is_there = |row: &Result<AgentAssignment, _>| row.as_ref().map_or(true, |row| key(&row.account) == account.key());
            let served = admin.rows::<AgentAssignment>(&query).find(is_there).transpose()?.ok_or_else(|| {
                let hint = "`sbmctl account agent list` shows which accounts have one";
                Failure::new(Code::NotFound, format!("no agent serves `{account}`")).hint(hint)
            })?;
            let AgentAssignment { account: named, agent } = served;
            consent.ask(&format!(
                "have `{named}` served by `{agent}` no more? The devices of `{agent}` there are removed at once"
            ))?;
            admin.unassign_agent(&account).map_err(unknown)?;
            context.out.done(&format!("`{agent}` does not serve `{named}` any more; its devices there were removed"))
        }
    }
}
