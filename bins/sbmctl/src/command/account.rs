//! `sbmctl account` (ACC-1 to ACC-9): the tree of companies, departments and machines.

mod add;
mod agent;
mod branding;
mod company;
mod modify;
mod policy;
mod tree;

use clap::{Args, Subcommand};
use sbm_client::admin::Admin;
use sbm_client::core::account::{AccountPath, AccountState, Level};
use sbm_client::core::code::Code;
use sbm_client::core::wire::v1::admin::{Account as Shown, LifeAct, ListQuery};

use crate::cells;
use crate::context::Context;
use crate::failure::Failure;
use crate::listing::{Listing, columns};
use crate::output::table::{Cell, Column, Row, Tone, long, number, text};
use crate::output::text::{bytes, count, or_dash};
use crate::parse;
use crate::prompt::Consent;

#[derive(Subcommand, Debug)]
#[command(after_help = "\
The full name of an account joins the names of those above it with `>`; in a shell it stands in quotes:
  sbmctl account add 'root>Acme' --level end_customer --quota 500GB
  sbmctl account add 'root>Acme>North>pc-1' --secret
  sbmctl account tree
  sbmctl account disable 'root>Acme>North>pc-1'")]
pub(crate) enum Account {
    /// Add an account below your own
    Add(add::Add),
    /// List your account and those below it
    List(List),
    /// Draw the accounts as a tree
    Tree(tree::Tree),
    /// Show one account
    Show(Named),
    /// Change an account, rename it, or move it with all that is below it
    Modify(modify::Modify),
    /// Show or change what an account hands down to its subtree
    Policy(policy::Policy),
    /// Say what people want to know of a company: service type, address, website, billing
    Profile(company::Profile),
    /// Whom to ask in a company
    #[command(subcommand)]
    Contact(company::Contacts),
    /// Show or change how host programs look: name, colours, logo, icons
    Branding(branding::Branding),
    /// Agents, which serve many accounts
    #[command(subcommand)]
    Agent(agent::Agent),
    /// Show how to get to an account's own login; it is written into the audit log
    Console(company::Console),
    /// Let accounts back up again
    Enable(Several),
    /// Let accounts back up no longer; restores and data stay, and so do the accounts below
    Disable(Several),
    /// Make supervisors of accounts: no backups and no alerts
    Supervise(Several),
    /// Delete accounts: backup accounts the next morning, organisations that are free of devices and accounts at once
    Delete(Delete),
    /// Keep accounts that are to be deleted
    Keep(Several),
}

#[derive(Args, Debug)]
#[command(after_help = columns::<Shown>())]
pub(crate) struct List {
    /// Only this account and those below it
    #[arg(long, value_name = "ACCOUNT", value_parser = parse::account)]
    below: Option<AccountPath>,
    #[command(flatten)]
    listing: Listing,
}

#[derive(Args, Debug)]
pub(crate) struct Named {
    /// Full name of the account
    #[arg(value_parser = parse::account)]
    account: AccountPath,
}

#[derive(Args, Debug)]
pub(crate) struct Several {
    /// Full name of the account; several one after the other, all of them or none
    #[arg(required = true, value_name = "ACCOUNT", value_parser = parse::account)]
    accounts: Vec<AccountPath>,
}

impl Several {
    /// Those accounts, each once, however often and in whatever case of its letters it was named.
    fn each_once(self) -> Vec<AccountPath> {
        let mut named = std::collections::BTreeSet::new();
        self.accounts.into_iter().filter(|account| named.insert(account.key())).collect()
    }
}

#[derive(Args, Debug)]
pub(crate) struct Delete {
    #[command(flatten)]
    which: Several,
    #[command(flatten)]
    consent: Consent,
}

impl Row for Shown {
    const COLUMNS: &'static [Column] = &[
        long("ACCOUNT").least(24),
        text("LEVEL"),
        text("STATE"),
        text("DELETION").rare(),
        number("STORED"),
        number("QUOTA"),
        number("WARNING").rare(),
        number("ACCOUNTS").extra(),
        number("USERS").extra(),
        number("DEVICES"),
        long("COMMENT").extra(),
    ];

    fn cells(&self) -> Vec<Cell> {
        let size = |size: Option<u64>| size.map_or_else(|| or_dash("").into(), |size| Cell::measured(bytes(size), size));
        cells![
            &self.account,
            level_name(self.level),
            state(self.state),
            Cell::moment(self.deletion),
            Cell::measured(bytes(self.stored), self.stored),
            size(self.quota.hard),
            size(self.quota.soft),
            self.accounts,
            self.users,
            self.devices,
            or_dash(self.comment.as_str())
        ]
    }
}

const fn level_name(level: Option<Level>) -> &'static str {
    match level {
        Some(level) => level.name(),
        None => "backup",
    }
}

fn state(state: AccountState) -> Cell {
    let (word, tone) = match state {
        AccountState::Active => ("active", Tone::Good),
        AccountState::Disabled => ("disabled", Tone::Uneasy),
        AccountState::Supervisor => ("supervisor", Tone::Plain),
        AccountState::DeletionPending => ("to be deleted", Tone::Bad),
    };
    Cell::toned(word, tone)
}

pub(crate) fn run(command: Account, context: &mut Context) -> Result<(), Failure> {
    let admin = context.admin()?;
    match command {
        Account::Add(add) => add::run(add, &admin, context),
        Account::List(list) => {
            let filters = ListQuery { account: list.below.map(|account| account.to_string()), ..ListQuery::default() };
            list.listing.show::<Shown>(&admin, filters, context, "no account fits; add one with `sbmctl account add`")
        }
        Account::Tree(tree) => tree::run(&tree, &admin, context),
        Account::Show(named) => show(&named.account, &admin, context),
        Account::Modify(modify) => modify::run(modify, &admin, context),
        Account::Policy(policy) => policy::run(policy, &admin, context),
        Account::Profile(profile) => company::profile(profile, &admin, context),
        Account::Contact(contacts) => company::contacts(contacts, &admin, context),
        Account::Branding(branding) => branding::run(branding, &admin, context),
        Account::Agent(agent) => agent::run(agent, &admin, context),
        Account::Console(console) => company::console(&console, &admin, context),
        Account::Enable(which) => act(which, &ENABLE, &admin, context),
        Account::Disable(which) => act(which, &DISABLE, &admin, context),
        Account::Supervise(which) => act(which, &SUPERVISE, &admin, context),
        Account::Keep(which) => act(which, &KEEP, &admin, context),
        Account::Delete(delete) => self::delete(delete, &admin, context),
    }
}

fn show(account: &AccountPath, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    let shown = admin.account(account).map_err(unknown)?;
    let size = |size: Option<u64>| size.map_or_else(|| "none".to_owned(), bytes);
    let mut facts: Vec<(&str, Cell)> =
        vec![("account", Cell::from(&shown.account)), ("level", level_name(shown.level).into()), ("state", state(shown.state))];
    if shown.deletion.is_some() {
        facts.push(("deletion", Cell::moment(shown.deletion)));
    }
    facts.extend([
        ("stored", Cell::from(bytes(shown.stored))),
        ("reserved", Cell::from(bytes(shown.reserved))),
        ("quota", Cell::from(size(shown.quota.hard))),
        ("warning at", size(shown.quota.soft).into()),
        ("accounts", Cell::number(shown.accounts)),
        ("users", Cell::number(shown.users)),
        ("devices", Cell::number(shown.devices)),
        ("secret of its own", (if shown.own_secret { "yes" } else { "no" }).into()),
        ("comment", or_dash(shown.comment.as_str()).into()),
    ]);
    if shown.second_factor {
        facts.push(("second factor", Cell::from("asked of all below")));
    }
    let about = &shown.about;
    for (title, said) in [
        ("service type", &about.service_type),
        ("address", &about.company.address),
        ("website", &about.company.website),
        ("billing", &about.company.billing),
    ] {
        if !said.is_empty() {
            facts.push((title, Cell::from(said.as_str())));
        }
    }
    for contact in &about.contacts {
        let parts = [contact.role.as_str(), contact.email.as_str(), contact.phone.as_str()];
        let said: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        facts.push(("contact", Cell::from([&[contact.name.as_str()], said.as_slice()].concat().join(", "))));
    }
    if let Some(branding) = &about.branding {
        facts.push(("branding", Cell::from(&branding.name)));
    }
    if !shown.policy.is_empty() {
        facts.push(("hands down", Cell::from(count(shown.policy.len(), "setting"))));
    }
    context.out.facts(&shown, &facts)
}

/// What may become of accounts, and how it is told.
struct Turn {
    act: LifeAct,
    done: &'static str,
    /// What is told of one that is like that already.
    already: &'static str,
    is_so: fn(&Shown) -> bool,
}

const ENABLE: Turn = Turn {
    act: LifeAct::Enable,
    done: "enabled",
    already: "is active already",
    is_so: |account| account.state == AccountState::Active,
};
const DISABLE: Turn = Turn {
    act: LifeAct::Disable,
    done: "disabled",
    already: "is disabled already",
    is_so: |account| account.state == AccountState::Disabled,
};
const SUPERVISE: Turn = Turn {
    act: LifeAct::Supervise,
    done: "made supervisors:",
    already: "is a supervisor already",
    is_so: |account| account.state == AccountState::Supervisor,
};
const KEEP: Turn = Turn {
    act: LifeAct::Keep,
    done: "cancelled the deletion of",
    already: "is not to be deleted",
    is_so: |account| account.deletion.is_none(),
};

fn act(which: Several, turn: &Turn, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    let accounts = which.each_once();
    let (mut changed, mut same) = (Vec::new(), Vec::new());
    for account in &accounts {
        let is_so = (turn.is_so)(&admin.account(account).map_err(unknown)?);
        if is_so { same.push(account.clone()) } else { changed.push(account.clone()) }
    }
    admin.act_on_accounts(accounts, turn.act).map_err(unknown)?;
    let mut told = Vec::new();
    if !changed.is_empty() {
        told.push(format!("{} {}", turn.done, listed(&changed)));
    }
    match same.as_slice() {
        [] => {}
        [one] => told.push(format!("nothing to change: `{one}` {}", turn.already)),
        several => told.push(format!("nothing to change of {}", count(several.len(), "account"))),
    }
    context.out.each_done(&told)
}

fn delete(delete: Delete, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    let accounts = delete.which.each_once();
    for account in &accounts {
        admin.account(account).map_err(unknown)?;
    }
    delete.consent.ask(&format!("delete {}?", listed(&accounts)))?;
    admin.act_on_accounts(accounts.clone(), LifeAct::Delete).map_err(unknown)?;
    let mut told = Vec::new();
    for account in &accounts {
        // An organisation has gone; a backup account says when it goes.
        told.push(match admin.account(account) {
            Ok(left) => {
                let at = Cell::moment(left.deletion);
                format!("`{account}` is deleted at {}; until then `sbmctl account keep` keeps it", at.texts().0)
            }
            Err(_) => format!("deleted `{account}`"),
        });
    }
    context.out.each_done(&told)
}

/// `` `a>b` ``, or how many there are.
fn listed(accounts: &[AccountPath]) -> String {
    match accounts {
        [account] => format!("`{account}`"),
        accounts => count(accounts.len(), "account"),
    }
}

/// What a refusal means here.
fn unknown(error: sbm_client::Error) -> Failure {
    Failure::from(error).hint_for(Code::NotFound, "`sbmctl account list` shows the accounts that you see")
}
