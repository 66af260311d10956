//! `sbmctl audit` (RUN-12).

use clap::{Args, Subcommand};
use sbm_client::core::code::Code;
use sbm_client::core::wire::v1::admin::{AuditEntry, AuditVerdict};

use crate::context::Context;
use crate::failure::Failure;
use crate::output::table::{Cell, Column, Row, Tone, long, number, text};
use crate::output::text::{moment, or_dash};

#[derive(Subcommand, Debug)]
pub(crate) enum Audit {
    /// List entries in the order in which they were made
    List(List),
    /// Let the server check that nothing in the log was edited, removed or put in
    Verify,
}

#[derive(Args, Debug)]
pub(crate) struct List {
    /// Begin behind the entry with this number
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    after: u64,
    /// At most that many
    #[arg(short, long, value_name = "NUMBER", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=500))]
    limit: u32,
}

impl Row for AuditEntry {
    const COLUMNS: &'static [Column] = &[
        number("NUMBER"),
        text("WHEN"),
        text("WHO"),
        text("FROM").extra(),
        text("WHAT"),
        long("OBJECT"),
        text("OUTCOME"),
        long("DETAIL"),
    ];

    fn cells(&self) -> Vec<Cell> {
        let entry = &self.entry;
        let tone = if entry.outcome == Code::Ok.name() { Tone::Plain } else { Tone::Bad };
        vec![
            self.number.into(),
            moment(entry.at).into(),
            or_dash(&entry.actor).into(),
            or_dash(&entry.address).into(),
            (&entry.act).into(),
            or_dash(&entry.object).into(),
            Cell::toned(&entry.outcome, tone),
            (&entry.detail).into(),
        ]
    }
}

pub(crate) fn run(command: &Audit, context: &mut Context) -> Result<(), Failure> {
    let admin = context.admin()?;
    match command {
        Audit::List(list) => {
            let page = admin.audit(list.after, list.limit)?;
            context.out.list(&page.items, "there is no such entry")?;
            match (page.next, page.items.last()) {
                (Some(_), Some(last)) => context.out.note(&format!("There are more; `--after {}` goes on.", last.number)),
                _ => Ok(()),
            }
        }
        Audit::Verify => {
            let verdict = admin.verify_audit()?;
            context.out.changed(&verdict, &sentence(&verdict))?;
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
        assert!(sentence(&AuditVerdict { entries: 9, broken_at: Some(4) }).contains("number 4"));
    }
}
