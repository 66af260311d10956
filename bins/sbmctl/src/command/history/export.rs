//! `sbmctl history export` (HIS-5): every run that fits, with everything that is known of it, however many there are.

use std::path::Path;

use clap::{Args, ValueEnum};
use sbm_client::core::wire::v1::admin::Run;

use super::filter::Filter;
use crate::context::Context;
use crate::failure::Failure;
use crate::listing::page;
use crate::output::sheet::{Form, IntoFile, Sheet};

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  sbmctl history export --since 30d --output november.csv
  sbmctl history export --result failure --format json | jq length

CSV has UTC times and whole numbers. A text that a spreadsheet would take for a formula has an
apostrophe before it.")]
pub(crate) struct Export {
    #[command(flatten)]
    filter: Filter,
    /// csv, or json for one array [default: as the file's name ends, else csv]
    #[arg(long, value_enum, hide_possible_values = true)]
    format: Option<Format>,
    #[command(flatten)]
    file: IntoFile,
    /// What somebody names who takes it for the file.
    #[arg(hide = true)]
    stray: Option<String>,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Csv,
    Json,
}

pub(super) fn run(command: &Export, context: &mut Context) -> Result<(), Failure> {
    if let Some(stray) = &command.stray {
        let sentence = format!("`{stray}` is no argument of `sbmctl history export`");
        return Err(Failure::usage(sentence).hint(format!("`-o {stray}` writes the history into that file")));
    }
    let is_json = match command.format {
        Some(format) => format == Format::Json,
        None => command.file.output.as_deref().is_some_and(ends_in_json),
    };
    let sheet = Sheet { file: command.file.clone(), csv: !is_json, ..Sheet::default() };
    // What was said with `--json` is how this command reports, if it writes a file; without one it is the form.
    let is_json = is_json
        || (command.format.is_none() && command.file.output.is_none() && context.out.form(&Sheet::default())? == Form::Json);
    let admin = context.admin()?;
    let mut query = command.filter.query(&admin)?;
    if is_json {
        query.limit = page(None);
        return context.out.export_json(admin.rows::<Run>(&query).map(|run| run.map_err(Failure::from)), &sheet.file);
    }
    let progress = context.out.transfer("history:", None);
    context.out.bytes(&command.file, "the history", |out| {
        let done = admin.export::<Run>(&query, out, &mut |bytes| progress.at(bytes));
        progress.clear();
        Ok(done?)
    })
}

fn ends_in_json(path: &Path) -> bool {
    path.extension().is_some_and(|end| end.eq_ignore_ascii_case("json"))
}
