//! `sbmctl history delete` (HIS-2): some runs by their ids, or all that fit.

use clap::Args;
use sbm_client::core::code::Code;
use sbm_client::core::id::RunId;
use sbm_client::core::wire::v1::admin::{HistoryQuery, Run};
use serde_json::json;

use super::filter::Filter;
use super::unknown;
use crate::context::Context;
use crate::failure::Failure;
use crate::listing::page;
use crate::output::text::count;
use crate::parse;
use crate::prompt::Consent;

#[derive(Args, Debug)]
#[command(after_help = "\
Name runs by their ids, or say which runs are meant; look first with the same words behind
`sbmctl history list`. A run that its device sends again stays deleted.
With ids, `--device` says which device made them.
  sbmctl history delete --until 2026-01-01 --result success")]
pub(crate) struct Delete {
    /// Id of the run; several one after the other
    #[arg(value_name = "ID", value_parser = parse::run_id)]
    ids: Vec<RunId>,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    filter: Filter,
}

pub(super) fn run(command: &Delete, context: &mut Context) -> Result<(), Failure> {
    let admin = context.admin()?;
    let query = command.filter.query(&admin)?;
    // Behind ids `--device` says which device made them.
    let maker = query.installation.filter(|_| !command.ids.is_empty());
    let is_filtered = query != HistoryQuery { installation: maker, ..HistoryQuery::default() };
    let runs = match (command.ids.as_slice(), is_filtered) {
        ([], false) => {
            return Err(Failure::usage("say which runs: by their ids, or by what `sbmctl history delete --help` lists"));
        }
        (ids, false) => ids.iter().map(|id| (*id, maker)).collect(),
        ([], true) => {
            let query = HistoryQuery { limit: page(None), ..query };
            let exactly = |run: Run| (run.record.id, Some(run.record.installation));
            admin.rows::<Run>(&query).map(|run| Ok(exactly(run?))).collect::<Result<Vec<_>, Failure>>()?
        }
        _ => return Err(Failure::usage("say either ids or which runs are meant, not both")),
    };
    if runs.is_empty() {
        return context.out.changed(&json!({"ok": true, "deleted": 0}), "no run fits; nothing was deleted");
    }
    command.consent.ask(&format!("delete {} from the history, for good?", count(runs.len(), "run")))?;
    let progress = context.out.counted("deleting runs", runs.len());
    for (done, (id, device)) in runs.iter().enumerate() {
        let deleted = match device {
            Some(device) => admin.delete_run_of(id, device),
            None => admin.delete_run(id),
        };
        match deleted {
            // Somebody else was quicker; what was wanted is so.
            Err(error) if error.code() == Code::NotFound && is_filtered => {}
            Err(error) => return Err(unknown(error).after(done, "deleted")),
            Ok(()) => {}
        }
        progress.add(1);
    }
    progress.clear();
    context.out.changed(&json!({"ok": true, "deleted": runs.len()}), &format!("deleted {}", count(runs.len(), "run")))
}
