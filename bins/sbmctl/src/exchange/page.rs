//! Rows as a file: CSV (RFC 4180) with a head, or one array in JSON with a row a line. Both are read back as they were.
//!
//! In CSV a text that a spreadsheet would take for a formula has an apostrophe before it, which an import takes away again.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::Path;

use clap::ValueEnum;
use sbm_client::core::sheet::written;
use serde_json::{Map, Value};

use super::Row;
use super::kind::Kind;
use crate::failure::Failure;
use crate::output::sheet::csv_line;

/// The form of a file.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// For spreadsheets.
    Csv,
    /// For programs.
    Json,
}

impl Format {
    /// The form that the name of a file tells.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let end = path.extension().and_then(OsStr::to_str)?;
        [(Self::Csv, "csv"), (Self::Json, "json")]
            .into_iter()
            .find(|(_, name)| end.eq_ignore_ascii_case(name))
            .map(|(form, _)| form)
    }
}

/// Writes these rows.
pub(crate) fn write(out: &mut dyn Write, kind: Kind, rows: &[Row], format: Format) -> Result<(), Failure> {
    match format {
        Format::Csv => csv(out, kind, rows),
        Format::Json => json(out, kind, rows),
    }
}

fn csv(out: &mut dyn Write, kind: Kind, rows: &[Row]) -> Result<(), Failure> {
    let head: Vec<String> = kind.fields().iter().map(|field| field.name.to_owned()).collect();
    out.write_all(&csv_line(&head)?)?;
    for row in rows {
        let cell = |name, form: super::field::Form| row.fields.get(name).map(|value| form.cell(value)).unwrap_or_default();
        let cells: Vec<String> = kind.fields().iter().map(|field| written(&cell(field.name, field.form)).into_owned()).collect();
        out.write_all(&csv_line(&cells)?)?;
    }
    Ok(())
}

fn json(out: &mut dyn Write, kind: Kind, rows: &[Row]) -> Result<(), Failure> {
    for (place, row) in rows.iter().enumerate() {
        // In the order of the columns, which the object that holds them does not know.
        let field = |name: &'static str| row.fields.get(name).map(|value| one(name, value));
        let fields: Vec<String> = kind.fields().iter().filter_map(|known| field(known.name)).collect::<Result<_, _>>()?;
        write!(out, "{}{{{}}}", if place == 0 { "[\n" } else { ",\n" }, fields.join(","))?;
    }
    out.write_all(if rows.is_empty() { b"[]\n" } else { b"\n]\n" })?;
    Ok(())
}

/// `"name":value`.
fn one(name: &str, value: &Value) -> Result<String, Failure> {
    let object = serde_json::to_string(&Map::from_iter([(name.to_owned(), value.clone())])).map_err(io::Error::other)?;
    Ok(object.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or_default().to_owned())
}
