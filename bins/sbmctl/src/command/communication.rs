//! `sbmctl communication`: what was said to customers and is to be said (ACC-3).

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgGroup, Args, Subcommand};
use sbm_client::core::account::AccountPath;
use sbm_client::core::code::Code;
use sbm_client::core::name::Text;
use sbm_client::core::time::Timestamp;
use sbm_client::core::wire::v1::admin::{
    Communication as Shown, CommunicationKind, CommunicationPatch, ListQuery, NewCommunication,
};

use crate::cells;
use crate::context::Context;
use crate::failure::Failure;
use crate::listing::{Listing, columns};
use crate::output::moment::When;
use crate::output::table::{Cell, Column, Row, long, number, text};
use crate::output::text::or_dash;
use crate::parse;
use crate::prompt::Consent;

#[derive(Subcommand, Debug)]
#[command(after_help = "\
Examples:
  sbmctl communication add 'root>Acme' --kind call --with Ann --text 'wants two more machines'
  sbmctl communication add 'root>Acme' --kind meeting --at 2027-03-01T10:00 --planned --with Ann
  sbmctl communication modify 7 --done --text 'she agreed'
  sbmctl communication list --account 'root>Acme'")]
pub(crate) enum Communication {
    /// Write down what was said, or is to be said
    Add(Add),
    /// List what was said and is to be said, the latest first
    List(List),
    /// Change what was written down
    Modify(Modify),
    /// Remove what was written down
    Remove(Remove),
}

#[derive(Args, Debug)]
pub(crate) struct Add {
    /// Full name of the account
    #[arg(value_parser = parse::account)]
    account: AccountPath,
    /// How
    #[arg(short, long, value_parser = kind())]
    kind: CommunicationKind,
    /// When it was or is to be [default: now]
    #[arg(long, value_name = "WHEN", value_parser = parse::when)]
    at: Option<When>,
    /// It is still to come; of a time to come that goes without saying
    #[arg(long)]
    planned: bool,
    /// With whom
    #[arg(long, value_name = "TEXT", value_parser = parse::description)]
    with: Option<Text>,
    /// What about
    #[arg(short, long, value_name = "TEXT", value_parser = parse::description)]
    text: Option<Text>,
}

#[derive(Args, Debug)]
#[command(after_help = columns::<Shown>())]
pub(crate) struct List {
    /// Only of this account and of those below it
    #[arg(long, value_name = "ACCOUNT", value_parser = parse::account)]
    account: Option<AccountPath>,
    #[command(flatten)]
    listing: Listing,
}

#[derive(Args, Debug)]
#[command(
    override_usage = "sbmctl communication modify [OPTIONS] <NUMBER>",
    group = ArgGroup::new("change").multiple(true).required(true)
)]
pub(crate) struct Modify {
    /// Its number
    #[arg(value_name = "NUMBER", value_parser = parse::number::<u64>)]
    id: u64,
    /// How
    #[arg(short, long, group = "change", value_parser = kind())]
    kind: Option<CommunicationKind>,
    /// When it was or is to be
    #[arg(long, value_name = "WHEN", group = "change", value_parser = parse::when)]
    at: Option<When>,
    /// It was
    #[arg(long, group = "change")]
    done: bool,
    /// It is still to come
    #[arg(long, group = "change", conflicts_with = "done")]
    planned: bool,
    /// With whom
    #[arg(long, value_name = "TEXT", group = "change", value_parser = parse::description)]
    with: Option<Text>,
    /// What about, or what came of it
    #[arg(short, long, value_name = "TEXT", group = "change", value_parser = parse::description)]
    text: Option<Text>,
}

#[derive(Args, Debug)]
pub(crate) struct Remove {
    /// Its number
    #[arg(value_name = "NUMBER", value_parser = parse::number::<u64>)]
    id: u64,
    #[command(flatten)]
    consent: Consent,
}

fn kind() -> impl TypedValueParser<Value = CommunicationKind> {
    PossibleValuesParser::new(CommunicationKind::ALL.map(CommunicationKind::name)).map(|name| {
        let named = CommunicationKind::ALL.into_iter().find(|kind| kind.name() == name);
        named.unwrap_or(CommunicationKind::Other)
    })
}

impl Row for Shown {
    const COLUMNS: &'static [Column] = &[
        number("NUMBER").of("id"),
        text("WHEN").of("at"),
        text("STATE").of("planned"),
        text("KIND").extra(),
        long("ACCOUNT").least(16),
        long("WITH").least(12).extra(),
        long("TEXT"),
        text("AUTHOR").rare(),
        text("WRITTEN").of("made").rare(),
    ];

    fn cells(&self) -> Vec<Cell> {
        cells![
            self.id,
            Cell::moment(Some(self.at)),
            Cell::measured(if self.planned { "planned" } else { "done" }, self.planned),
            self.kind.name(),
            &self.account,
            or_dash(self.with.as_str()),
            or_dash(self.text.as_str()),
            &self.author,
            Cell::moment(Some(self.made))
        ]
    }
}

pub(crate) fn run(command: Communication, context: &mut Context) -> Result<(), Failure> {
    let admin = context.admin()?;
    match command {
        Communication::Add(add) => {
            let now = moment(When::Ago(0))?;
            let at = add.at.map_or(Ok(now), moment)?;
            let new = NewCommunication {
                account: add.account,
                kind: add.kind,
                at,
                planned: add.planned || at > now,
                with: add.with.unwrap_or_default(),
                text: add.text.unwrap_or_default(),
            };
            let made = admin.add_communication(&new).map_err(unknown)?;
            context.out.changed(&made, &format!("wrote down the {} {} with `{}`", made.kind.name(), made.id, made.account))
        }
        Communication::List(list) => {
            let account = list.account.map(|account| account.to_string());
            let filters = ListQuery { account, ..ListQuery::default() };
            let none = "nothing was written down; `sbmctl communication add` does that";
            list.listing.show::<Shown>(&admin, filters, context, none)
        }
        Communication::Modify(modify) => {
            let planned = if modify.done { Some(false) } else { modify.planned.then_some(true) };
            let at = modify.at.map(moment).transpose()?;
            let patch = CommunicationPatch { kind: modify.kind, at, planned, with: modify.with, text: modify.text };
            let after = admin.modify_communication(modify.id, &patch).map_err(unknown)?;
            context.out.changed(&after, &format!("changed the communication {} with `{}`", after.id, after.account))
        }
        Communication::Remove(Remove { id, consent }) => {
            consent.ask(&format!("remove the communication {id}? It is kept nowhere else"))?;
            admin.remove_communication(id).map_err(unknown)?;
            context.out.done(&format!("removed the communication {id}"))
        }
    }
}

fn moment(when: When) -> Result<Timestamp, Failure> {
    when.resolve().ok_or_else(|| Failure::usage("`--at` is no moment that there is"))
}

/// What a refusal means here.
fn unknown(error: sbm_client::Error) -> Failure {
    let hint = "`sbmctl communication list` shows them, `sbmctl account list` the accounts that you see";
    Failure::from(error).hint_for(Code::NotFound, hint)
}
