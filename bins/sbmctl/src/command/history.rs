//! `sbmctl history` (HIS-5).

use clap::{Args, Subcommand};
use sbm_client::admin::Admin;
use sbm_client::core::id::InstallationId;
use sbm_client::core::run::RunResult;
use sbm_client::core::wire::v1::admin::{HistoryQuery, Run};

use crate::context::Context;
use crate::failure::Failure;
use crate::output::table::{Cell, Column, Row, Tone, long, number, text};
use crate::output::text::{bytes, duration, moment, or_dash};
use crate::parse;

/// The most runs that the server puts into one page.
const PAGE: u32 = 500;

#[derive(Subcommand, Debug)]
pub(crate) enum History {
    /// List runs, the newest first
    List(List),
}

#[derive(Args, Debug)]
pub(crate) struct List {
    /// Only of this user
    #[arg(short, long, value_name = "NAME")]
    user: Option<String>,
    /// Only of this managed profile: its GUID, or its name if no other has it
    #[arg(short, long, value_name = "PROFILE")]
    profile: Option<String>,
    /// Only of this device: its installation, as `sbmctl device list` shows it
    #[arg(long, value_name = "ID", value_parser = parse::installation)]
    device: Option<InstallationId>,
    /// Only with this result
    #[arg(short, long, value_parser = parse::result())]
    result: Option<RunResult>,
    /// At most that many
    #[arg(short, long, value_name = "NUMBER", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..), conflicts_with = "all")]
    limit: u32,
    /// All of them
    #[arg(long)]
    all: bool,
}

impl Row for Run {
    const COLUMNS: &'static [Column] = &[
        text("START"),
        number("TOOK"),
        text("USER"),
        text("COMPUTER").extra(),
        text("PROFILE"),
        text("TYPE").extra(),
        text("BY").extra(),
        text("RESULT"),
        number("FILES").extra(),
        number("BYTES").extra(),
        number("FAILED").extra(),
        long("ERROR"),
    ];

    fn cells(&self) -> Vec<Cell> {
        let (start, end) = (&self.record.start, &self.record.finish);
        vec![
            moment(start.profile_start).into(),
            duration(self.record.duration()).into(),
            or_dash(&self.record.user).into(),
            or_dash(&self.record.computer).into(),
            or_dash(&start.profile.name).into(),
            kind(self).into(),
            start.trigger.name().into(),
            result(end.result),
            end.files_copied.into(),
            bytes(end.bytes_copied).into(),
            end.files_failed.into(),
            (&end.error).into(),
        ]
    }
}

fn kind(run: &Run) -> String {
    let start = &run.record.start;
    let kind = if start.kind_text.is_empty() { start.kind.name() } else { &start.kind_text };
    if start.restore { format!("{kind}, restore") } else { kind.to_owned() }
}

fn result(result: RunResult) -> Cell {
    let tone = match result {
        RunResult::Success => Tone::Good,
        RunResult::Warning | RunResult::Skipped => Tone::Uneasy,
        RunResult::Failure | RunResult::Aborted | RunResult::Interrupted => Tone::Bad,
    };
    Cell::toned(result.name(), tone)
}

pub(crate) fn run(command: History, context: &mut Context) -> Result<(), Failure> {
    let History::List(list) = command;
    let admin = context.admin()?;
    let profile = list.profile.as_deref().map(|wanted| super::profile::guid(&admin, wanted)).transpose()?;
    let query =
        HistoryQuery { user: list.user, profile, installation: list.device, result: list.result, ..HistoryQuery::default() };
    let (runs, more) = gather(&admin, query, if list.all { None } else { Some(list.limit) })?;
    context.out.list(&runs, "no run fits; runs arrive when a device has reached the server")?;
    if more { context.out.note("There are more; `--limit` or `--all` shows them.") } else { Ok(()) }
}

/// Page by page up to the limit, and whether there would be more.
fn gather(admin: &Admin, mut query: HistoryQuery, limit: Option<u32>) -> Result<(Vec<Run>, bool), Failure> {
    let mut runs = Vec::new();
    loop {
        let left = limit.map_or(PAGE, |limit| limit.saturating_sub(u32::try_from(runs.len()).unwrap_or(u32::MAX)));
        query.limit = Some(left.min(PAGE));
        let page = admin.history(&query)?;
        // A page without rows is the last one, whatever it says.
        let is_empty = page.items.is_empty();
        runs.extend(page.items);
        let is_full = limit.is_some_and(|limit| runs.len() >= limit as usize);
        match page.next {
            Some(next) if !is_full && !is_empty => query.after = Some(next),
            next => return Ok((runs, next.is_some() && !is_empty)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::table::Look;

    fn run(result: &str, error: &str) -> Run {
        serde_json::from_value(serde_json::json!({
            "id": "0".repeat(32), "sequence": 1, "installation": "1".repeat(32), "computer": "desk-7", "user": "carol",
            "profile": {"name": "Finance"}, "trigger": "schedule", "thread_start": 0, "profile_start": 1_795_291_485_123_i64, "end": 1_795_291_685_123_i64,
            "result": result, "files_copied": 12, "bytes_copied": 4_200_000, "error": error, "received": 0,
        }))
        .unwrap()
    }

    #[test]
    fn a_list_of_runs_says_what_ran_where_and_how_it_ended_his_1() {
        let shown = Look::default().list(&[run("success", ""), run("failure", "disk\nfull")]);
        let expected = "\
START                       TOOK  USER   COMPUTER  PROFILE  TYPE    BY        RESULT   FILES   BYTES  FAILED  ERROR
2026-11-21 20:04:45Z  3 min 20 s  carol  desk-7    Finance  backup  schedule  success     12  4.2 MB       0
2026-11-21 20:04:45Z  3 min 20 s  carol  desk-7    Finance  backup  schedule  failure     12  4.2 MB       0  disk full
";
        assert_eq!(shown, expected);
    }
}
