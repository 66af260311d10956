//! `sbmctl history` (HIS-2, HIS-5): nobody changes a run; who has that task deletes one.

mod delete;
mod export;
mod filter;

use clap::{Args, Subcommand};
use sbm_client::core::code::Code;
use sbm_client::core::id::{InstallationId, RunId};
use sbm_client::core::run::RunResult;
use sbm_client::core::wire::v1::admin::Run;

use self::filter::Filter;
pub(in crate::command) use self::filter::moment;
use crate::context::Context;
use crate::failure::Failure;
use crate::listing::{columns, page, show};
use crate::output::sheet::Sheet;
use crate::output::table::{Cell, Column, Row, Tone, long, number, text};
use crate::output::text::{bytes, duration, or_dash, yes_no};
use crate::parse;

#[derive(Subcommand, Debug)]
pub(crate) enum History {
    /// List runs, the newest first
    List(List),
    /// Show everything about one run
    Show(Named),
    /// Write all runs that fit into a file, with everything that is known of them
    Export(export::Export),
    /// Delete runs; the audit log keeps that they were there
    Delete(delete::Delete),
}

#[derive(Args, Debug)]
pub(crate) struct Named {
    /// Id of the run; `sbmctl history list --columns id,start,profile` shows it
    #[arg(value_parser = parse::run_id)]
    id: RunId,
    /// The device that made it, should several have made one with that id: its installation
    #[arg(long, value_name = "INSTALLATION", value_parser = parse::installation)]
    device: Option<InstallationId>,
}

#[derive(Args, Debug)]
#[command(after_help = columns::<Run>())]
pub(crate) struct List {
    #[command(flatten)]
    filter: Filter,
    /// In this order: time (or start), profile, user, computer or result; `-` before it turns it round [default: -time]
    #[arg(long, value_name = "COLUMN", allow_hyphen_values = true, value_parser = parse::sort)]
    sort: Option<String>,
    /// At most that many
    #[arg(short, long, value_name = "NUMBER", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..), conflicts_with = "all")]
    limit: u32,
    /// All of them
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    sheet: Sheet,
}

impl Row for Run {
    const COLUMNS: &'static [Column] = &[
        text("USER"),
        text("PROFILE"),
        number("VERSION").of("profile_version").rare(),
        text("IN GROUP").rare(),
        text("COMPUTER").extra(),
        text("OS USER").rare(),
        text("THREAD START").rare(),
        text("START").of("profile_start"),
        text("GROUP START").rare(),
        text("RESTORE").extra(),
        text("TYPE").of("kind").extra(),
        text("RESULT"),
        number("TOOK"),
        number("FILES").of("files_copied").extra(),
        number("BYTES").of("bytes_copied").extra(),
        number("FAILED").of("files_failed").extra(),
        long("ERROR"),
        text("TRIGGER").rare(),
        text("ID").rare(),
    ];

    fn cells(&self) -> Vec<Cell> {
        let (start, end) = (&self.record.start, &self.record.finish);
        vec![
            or_dash(&self.record.user).into(),
            or_dash(&start.profile.name).into(),
            Cell::number(start.profile.version),
            Cell::flag(start.group_start.is_some()),
            or_dash(&self.record.computer).into(),
            or_dash(&start.os_user).into(),
            Cell::moment(start.thread_start),
            Cell::moment(start.profile_start),
            Cell::moment(start.group_start),
            Cell::flag(start.restore),
            kind(self).into(),
            result(end.result),
            Cell::measured(duration(self.record.duration()), self.record.duration()),
            end.files_copied.into(),
            Cell::measured(bytes(end.bytes_copied), end.bytes_copied),
            end.files_failed.into(),
            (&end.error).into(),
            start.trigger.name().into(),
            self.record.id.into(),
        ]
    }
}

fn kind(run: &Run) -> &str {
    let start = &run.record.start;
    if start.kind_text.is_empty() { start.kind.name() } else { &start.kind_text }
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
    match command {
        History::List(list) => {
            let admin = context.admin()?;
            let limit = if list.all { None } else { Some(list.limit) };
            let mut query = list.filter.query(&admin)?;
            (query.sort, query.limit) = (list.sort.as_deref().map(by), page(limit));
            let none = "no run fits; runs arrive when a device has reached the server";
            let runs = admin.rows::<Run>(&query).map(|run| run.map_err(Failure::from));
            show(runs, limit, &list.sheet, context, none)
        }
        History::Show(named) => {
            let admin = context.admin()?;
            let run = match &named.device {
                Some(device) => admin.run_of(&named.id, device),
                None => admin.run(&named.id),
            };
            let run = run.map_err(unknown)?;
            context.out.facts(&run, &facts(&run))
        }
        History::Export(command) => export::run(&command, context),
        History::Delete(command) => delete::run(&command, context),
    }
}

/// The order that the server knows by another name than the column has.
fn by(sort: &str) -> String {
    let (sign, name) = sort.strip_prefix('-').map_or(("", sort), |name| ("-", name));
    let name = if matches!(name, "start" | "profile_start") { "time" } else { name };
    format!("{sign}{name}")
}

/// What a refusal means here.
fn unknown(error: sbm_client::Error) -> Failure {
    Failure::from(error)
        .hint_for(Code::NotFound, "`sbmctl history list --columns id,start,profile` shows the runs")
        .hint_for(Code::InvalidQuery, "say `--device INSTALLATION`")
}

fn facts(run: &Run) -> Vec<(&'static str, Cell)> {
    let (record, start, end) = (&run.record, &run.record.start, &run.record.finish);
    let guid = start.profile.guid.map(|guid| guid.to_string()).unwrap_or_default();
    let numbers = if start.profile.revision == 0 {
        format!("version {}", start.profile.version)
    } else {
        format!("version {}, revision {}", start.profile.version, start.profile.revision)
    };
    let counted =
        |files: u64, size: u64| Cell::from(format!("{} {}, {}", files, if files == 1 { "file" } else { "files" }, bytes(size)));
    vec![
        ("id", record.id.into()),
        ("user", or_dash(&record.user).into()),
        ("profile", or_dash(&start.profile.name).into()),
        ("GUID", or_dash(&guid).into()),
        ("of profile", numbers.into()),
        ("computer", or_dash(&record.computer).into()),
        ("OS user", or_dash(&start.os_user).into()),
        ("type", kind(run).into()),
        ("restore", yes_no(start.restore).into()),
        ("begun by", start.trigger.name().into()),
        ("thread start", Cell::moment(start.thread_start)),
        ("start", Cell::moment(start.profile_start)),
        ("group start", Cell::moment(start.group_start)),
        ("end", Cell::moment(end.end)),
        ("took", duration(record.duration()).into()),
        ("result", result(end.result)),
        ("error", or_dash(&end.error).into()),
        ("copied", counted(end.files_copied, end.bytes_copied)),
        ("deleted", counted(end.files_deleted, end.bytes_deleted)),
        ("failed", counted(end.files_failed, end.bytes_failed)),
        ("stored", end.bytes_stored.map_or_else(|| or_dash(""), bytes).into()),
        ("number", record.sequence.into()),
        ("installation", record.installation.into()),
        ("received", Cell::moment(run.received)),
    ]
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
    fn a_list_of_runs_has_the_columns_of_the_source_his_1_con_1() {
        let titles: Vec<String> = Run::COLUMNS.iter().map(|column| column.key()).collect();
        let source = [
            "user",
            "profile",
            "profile_version",
            "in_group",
            "computer",
            "os_user",
            "thread_start",
            "profile_start",
            "group_start",
            "restore",
            "kind",
        ];
        assert_eq!(titles.get(..source.len()).unwrap(), source);
        let narrow = Look { width: Some(100), color: false };
        let rows: Vec<Vec<Cell>> = [run("success", ""), run("failure", "disk\nfull")].iter().map(Row::cells).collect();
        let (shown, is_cut) = narrow.list_and_rest(Run::COLUMNS, &(0..Run::COLUMNS.len()).collect::<Vec<_>>(), &rows);
        let expected = "\
USER   PROFILE  COMPUTER  START                 RESTORE  TYPE    RESULT         TOOK  ERROR
carol  Finance  desk-7    2026-11-21 20:04:45Z  no       backup  success  3 min 20 s
carol  Finance  desk-7    2026-11-21 20:04:45Z  no       backup  failure  3 min 20 s  disk full
";
        assert!(is_cut);
        assert_eq!(shown, expected);
    }
}
