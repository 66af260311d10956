//! `sbmctl account` (ACC-1 to ACC-9): the tree of companies, departments and machines.

mod agent;
mod branding;
mod company;
mod modify;
mod policy;
mod tree;

use clap::{Args, Subcommand};
use sbm_client::admin::Admin;
use sbm_client::core::account::{About, AccountPath, AccountState, Level, Quota};
use sbm_client::core::code::Code;
use sbm_client::core::name::Text;
use sbm_client::core::wire::v1::admin::{Account as Shown, LifeAct, ListQuery, NewAccount};
use serde::Serialize;

use crate::cells;
use crate::context::Context;
use crate::failure::Failure;
use crate::listing::{Listing, columns};
use crate::output::table::{Cell, Column, Row, Tone, long, number, text};
use crate::output::text::{bytes, count, or_dash};
use crate::parse;
use crate::prompt::{Consent, NewPassword};

#[derive(Subcommand, Debug)]
#[command(after_help = "\
The full name of an account joins the names of those above it with `>`; in a shell it stands in quotes:
  sbmctl account add 'root>Acme' --level end_customer --quota 500GB
  sbmctl account add 'root>Acme>North>pc-1' --secret
  sbmctl account tree
  sbmctl account disable 'root>Acme>North>pc-1'")]
pub(crate) enum Account {
    /// Add an account below your own
    Add(Add),
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
pub(crate) struct Add {
    /// Full name of the account; the accounts between need not exist
    #[arg(value_parser = parse::account)]
    account: AccountPath,
    /// The name is below this account
    #[arg(long, value_name = "ACCOUNT", value_parser = parse::account)]
    below: Option<AccountPath>,
    /// Make an organisation of that level; without it, a backup account
    #[arg(long, value_parser = parse::level())]
    level: Option<Level>,
    /// How much all below it may store, such as `500GB`
    #[arg(long, value_name = "SIZE", value_parser = parse::size)]
    quota: Option<u64>,
    /// From where on a warning is due
    #[arg(long, value_name = "SIZE", value_parser = parse::size)]
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

#[derive(Args, Debug)]
pub(crate) struct Delete {
    #[command(flatten)]
    which: Several,
    #[command(flatten)]
    consent: Consent,
}

impl Row for Shown {
    const COLUMNS: &'static [Column] = &[
        text("ACCOUNT"),
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
        Account::Add(add) => self::add(add, &admin, context),
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
        Account::Enable(which) => act(which, LifeAct::Enable, "enabled", &admin, context),
        Account::Disable(which) => act(which, LifeAct::Disable, "disabled", &admin, context),
        Account::Supervise(which) => act(which, LifeAct::Supervise, "made supervisors:", &admin, context),
        Account::Keep(which) => act(which, LifeAct::Keep, "kept", &admin, context),
        Account::Delete(delete) => self::delete(delete, &admin, context),
    }
}

fn add(add: Add, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    let account = match add.below {
        Some(below) => parse::account(&format!("{below}>{}", add.account)).map_err(Failure::usage)?,
        None => add.account,
    };
    let wants_secret = add.secret || add.password.is_said();
    if wants_secret && add.level.is_some() {
        return Err(Failure::usage("an organisation has users and no secret of its own; leave `--level` or the password out"));
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

fn act(which: Several, act: LifeAct, done: &str, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    let sentence = format!("{done} {}", listed(&which.accounts));
    admin.act_on_accounts(which.accounts, act).map_err(unknown)?;
    context.out.done(&sentence)
}

fn delete(delete: Delete, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    let accounts = delete.which.accounts;
    for account in &accounts {
        admin.account(account).map_err(unknown)?;
    }
    delete.consent.ask(&format!("delete {}?", listed(&accounts)))?;
    admin.act_on_accounts(accounts.clone(), LifeAct::Delete).map_err(unknown)?;
    for account in &accounts {
        // An organisation has gone; a backup account says when it goes.
        let sentence = match admin.account(account) {
            Ok(left) => {
                let at = Cell::moment(left.deletion);
                format!("`{account}` is deleted at {}; until then `sbmctl account keep` keeps it", at.texts().0)
            }
            Err(_) => format!("deleted `{account}`"),
        };
        context.out.done(&sentence)?;
    }
    Ok(())
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
