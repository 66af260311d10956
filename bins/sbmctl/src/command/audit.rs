//! `sbmctl audit` (RUN-12).

use clap::{Args, Subcommand};
use sbm_client::core::code::Code;
use sbm_client::core::wire::v1::admin::{AuditEntry, AuditVerdict};

use crate::context::Context;
use crate::failure::Failure;
use crate::output::table::{Cell, Column, Row, Tone, long, number, text};
use crate::output::text::{moment, or_dash};

/// The most entries that the server puts into one page.
const PAGE: u32 = 1_000;

#[derive(Subcommand, Debug)]
pub(crate) enum Audit {
    /// List entries, the newest first
    List(List),
    /// Let the server check that nothing in the log was edited, removed or put in
    Verify,
}

#[derive(Args, Debug)]
pub(crate) struct List {
    /// Only the last ones, that many; 1000 at the most
    #[arg(short, long, alias = "limit", short_alias = 'l', value_name = "NUMBER", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1_000), conflicts_with = "all")]
    last: u32,
    /// All of them
    #[arg(long)]
    all: bool,
    /// Only entries behind the one with this number
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    after: u64,
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
            let page = |after, limit| Ok(admin.audit(after, limit)?.items);
            let (entries, more) = gather(page, list.after, if list.all { None } else { Some(list.last) })?;
            context.out.list(&entries, "there is no such entry")?;
            if more { context.out.note("There are more; `--last` or `--all` shows them.") } else { Ok(()) }
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

/// The last entries behind a number, the newest first, and whether there would be more.
///
/// The server gives pages in the order of the numbers, so the last number is looked for first: reading the whole log for
/// its end would take long on an old server.
fn gather(
    page: impl Fn(u64, u32) -> Result<Vec<AuditEntry>, Failure>,
    after: u64,
    most: Option<u32>,
) -> Result<(Vec<AuditEntry>, bool), Failure> {
    let begin = match most {
        Some(most) => last_number(&page, after)?.saturating_sub(most.into()).max(after),
        None => after,
    };
    let mut entries = Vec::new();
    loop {
        let next = page(entries.last().map_or(begin, |last: &AuditEntry| last.number), PAGE)?;
        let is_last = next.len() < PAGE as usize;
        entries.extend(next);
        if is_last {
            break;
        }
    }
    entries.reverse();
    let all = entries.len();
    entries.truncate(most.map_or(all, |most| most as usize));
    let more = begin > after || entries.len() < all;
    Ok((entries, more))
}

/// The number of the last entry behind this one, or this one: first in steps that double, then by halves.
fn last_number(page: &impl Fn(u64, u32) -> Result<Vec<AuditEntry>, Failure>, after: u64) -> Result<u64, Failure> {
    let behind = |number: u64| Ok::<_, Failure>(page(number, 1)?.first().map(|entry| entry.number));
    let (mut known, mut step) = (after, 1_u64);
    let mut beyond = loop {
        let reach = known.saturating_add(step);
        match behind(reach)? {
            Some(number) => (known, step) = (number, step.saturating_mul(2)),
            None => break reach,
        }
    };
    // An entry has the number `known`, or it is where the search began; nothing is behind `beyond`.
    while known < beyond {
        let middle = known + (beyond - known) / 2;
        match behind(middle)? {
            Some(number) => known = number,
            None => beyond = middle,
        }
    }
    Ok(known)
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

    fn entry(number: u64) -> AuditEntry {
        serde_json::from_value(serde_json::json!({
            "number": number, "at": 0, "account": 1, "actor": "admin", "address": "", "act": "x", "object": "",
            "outcome": "ok", "detail": "", "hash": "0".repeat(64),
        }))
        .unwrap()
    }

    #[test]
    fn a_list_is_the_end_of_the_log_with_the_newest_first_run_12() {
        for (entries, after, most, expected, more) in [
            (0, 0, Some(3), 1..1, false),
            (2, 0, Some(3), 1..3, false),
            (3, 0, Some(3), 1..4, false),
            (4, 0, Some(3), 2..5, true),
            (5_000, 0, Some(1_000), 4_001..5_001, true),
            (5_000, 4_990, Some(3), 4_998..5_001, true),
            (5_000, 4_998, Some(3), 4_999..5_001, false),
            (5_000, 9_000, Some(3), 1..1, false),
            (2_500, 0, None, 1..2_501, false),
            (2_000, 500, None, 501..2_001, false),
        ] {
            let asked = std::cell::Cell::new(0);
            let page = |after: u64, limit: u32| {
                asked.set(asked.get() + 1);
                Ok((after + 1..=entries).take(limit as usize).map(entry).collect())
            };
            let (listed, told) = gather(page, after, most).unwrap();
            let numbers: Vec<u64> = listed.iter().map(|entry| entry.number).collect();
            assert_eq!((numbers, told), (expected.rev().collect(), more), "{entries} {after} {most:?}");
            assert!(asked.get() < 40, "{entries} {after} {most:?}: asked {} times", asked.get());
        }
    }

    #[test]
    fn a_verdict_names_the_first_entry_that_does_not_fit_run_12() {
        assert!(sentence(&AuditVerdict { entries: 9, broken_at: None }).starts_with("the audit log is whole: 9 entries"));
        assert_eq!(sentence(&AuditVerdict { entries: 1, broken_at: None }), "the audit log is whole: it has 1 entry");
        assert!(sentence(&AuditVerdict { entries: 9, broken_at: Some(4) }).contains("number 4"));
    }
}
