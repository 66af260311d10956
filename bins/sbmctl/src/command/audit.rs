//! `sbmctl audit` (RUN-12).

use clap::{Args, Subcommand};
use sbm_client::core::code::Code;
use sbm_client::core::wire::v1::admin::{AuditEntry, AuditQuery, AuditVerdict};

use super::history::moment;
use crate::context::Context;
use crate::failure::Failure;
use crate::listing::{columns, page, show};
use crate::output::moment::When;
use crate::output::sheet::Sheet;
use crate::output::table::{Cell, Column, Row, Tone, long, number, text};
use crate::output::text::or_dash;
use crate::parse;

#[derive(Subcommand, Debug)]
pub(crate) enum Audit {
    /// List entries, the newest first
    List(Box<List>),
    /// Let the server check that nothing in the log was edited, removed or put in
    Verify,
}

#[derive(Args, Debug)]
#[command(after_help = columns::<AuditEntry>())]
pub(crate) struct List {
    /// Only of this actor: a user, `setup`, `system`, or a device
    #[arg(long, value_name = "NAME")]
    actor: Option<String>,
    /// Only this act, or all that begin with it: user, user.create
    #[arg(long, value_name = "ACT")]
    act: Option<String>,
    /// Only done to this
    #[arg(long, value_name = "NAME")]
    object: Option<String>,
    /// Only with this outcome: ok, or the name of a code such as denied_role
    #[arg(long, value_name = "CODE")]
    outcome: Option<String>,
    /// Only then or later: a date, a time, or how long ago (7d, 12h)
    #[arg(long, value_name = "WHEN", value_parser = parse::when)]
    since: Option<When>,
    /// Only before that
    #[arg(long, value_name = "WHEN", value_parser = parse::when)]
    until: Option<When>,
    /// Only entries behind the one with this number
    #[arg(long, value_name = "NUMBER", default_value_t = 0, hide_default_value = true)]
    after: u64,
    /// Only the last ones, that many
    #[arg(short, long, visible_alias = "last", value_name = "NUMBER", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..), conflicts_with = "all")]
    limit: u32,
    /// All of them
    #[arg(long)]
    all: bool,
    /// Show those entries in the other order, the oldest first
    #[arg(long)]
    oldest_first: bool,
    #[command(flatten)]
    sheet: Sheet,
}

impl Row for AuditEntry {
    const COLUMNS: &'static [Column] = &[
        number("NUMBER").extra(),
        text("WHEN").of("at"),
        text("WHO").of("actor"),
        text("FROM").of("address").extra(),
        text("WHAT").of("act"),
        long("OBJECT").least(12),
        text("OUTCOME"),
        long("DETAIL").extra(),
    ];

    fn cells(&self) -> Vec<Cell> {
        let entry = &self.entry;
        let tone = if entry.outcome == Code::Ok.name() { Tone::Plain } else { Tone::Bad };
        vec![
            self.number.into(),
            Cell::moment(entry.at),
            or_dash(&entry.actor).into(),
            or_dash(&entry.address).into(),
            (&entry.act).into(),
            or_dash(&entry.object).into(),
            Cell::toned(&entry.outcome, tone),
            (&entry.detail).into(),
        ]
    }
}

pub(crate) fn run(command: Audit, context: &mut Context) -> Result<(), Failure> {
    let admin = context.admin()?;
    match command {
        Audit::List(list) => {
            let limit = if list.all { None } else { Some(list.limit) };
            let query = AuditQuery {
                actor: list.actor,
                act: list.act,
                object: list.object,
                outcome: list.outcome,
                since: moment(list.since)?,
                until: moment(list.until)?,
                limit: page(limit),
                after: None,
            };
            // The newest come first, so the first one that is old enough ends the list.
            let is_behind = |entry: &Result<AuditEntry, _>| entry.as_ref().map_or(true, |entry| entry.number > list.after);
            let entries = admin.rows::<AuditEntry>(&query).take_while(is_behind);
            let entries = entries.map(|entry| entry.map_err(Failure::from));
            let none = "no entry fits";
            if !list.oldest_first {
                return show(entries, limit, &list.sheet, context, none);
            }
            // The server gives the newest first, so which entries these are is known before they are turned round.
            let most = limit.map_or(usize::MAX, |limit| limit as usize);
            let mut entries = entries;
            let mut shown: Vec<AuditEntry> = entries.by_ref().take(most).collect::<Result<_, _>>()?;
            shown.reverse();
            context.out.list(shown, &list.sheet, none)?;
            if entries.next().is_some() {
                context.out.note("There are older ones; a greater `--limit`, or `--all`, shows them.")
            } else {
                Ok(())
            }
        }
        Audit::Verify => {
            let progress = context.out.waiting("the server checks its audit log");
            let verdict = admin.verify_audit();
            progress.clear();
            let verdict = verdict?;
            context.out.answer(&verdict, &sentence(&verdict))?;
            // What is wrong has been said; the exit code says it too.
            if verdict.broken_at.is_none() {
                Ok(())
            } else {
                Err(Failure::new(Code::AuditBroken, Code::AuditBroken.text()).quietly())
            }
        }
    }
}

fn sentence(verdict: &AuditVerdict) -> String {
    match verdict.broken_at {
        None if verdict.entries == 1 => "the audit log is whole: it has 1 entry".to_owned(),
        None => format!("the audit log is whole: {} entries, every one fits the one before", verdict.entries),
        Some(number) => format!(
            "the audit log was changed: of {} entries, number {number} is the first that does not fit the one before",
            verdict.entries
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::table::Look;

    #[test]
    fn an_entry_says_who_did_what_and_how_it_ended_run_12() {
        let entry: AuditEntry = serde_json::from_value(serde_json::json!({
            "number": 7, "at": 1_795_291_485_123_i64, "account": 1, "actor": "admin", "address": "127.0.0.1", "act": "group.create", "object": "Office",
            "outcome": "name_taken", "detail": "", "hash": "0".repeat(64),
        }))
        .unwrap();
        let expected = "\
NUMBER  WHEN                  WHO    FROM       WHAT          OBJECT  OUTCOME     DETAIL
     7  2026-11-21 20:04:45Z  admin  127.0.0.1  group.create  Office  name_taken
";
        assert_eq!(Look::default().list(&[entry]), expected);
    }

    #[test]
    fn a_verdict_names_the_first_entry_that_does_not_fit_run_12() {
        assert!(sentence(&AuditVerdict { entries: 9, broken_at: None }).starts_with("the audit log is whole: 9 entries"));
        assert_eq!(sentence(&AuditVerdict { entries: 1, broken_at: None }), "the audit log is whole: it has 1 entry");
        assert!(sentence(&AuditVerdict { entries: 9, broken_at: Some(4) }).contains("number 4"));
    }
}
