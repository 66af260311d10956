//! Where a list goes, in which form, and which of its columns (CON-1: each list has columns, sort, filter, export).
//!
//! 1. To standard output as a table, with `--json` as one array, with `--csv` as RFC 4180 with a head; or any of the last
//!    two into a file, whose name tells the form if nothing else does.
//! 2. CSV has exact values: whole numbers, UTC times, nothing shortened. A text that a spreadsheet would take for a formula
//!    gets an apostrophe before it, for what devices and users call themselves is not to run on an administrator's desk.
//! 3. A file appears whole or not at all, is its owner's alone, and replaces nothing unless that is said.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::table::{Cell, Column};
use crate::failure::Failure;

/// The form and the place of a list.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Output")]
pub(crate) struct Sheet {
    /// Only these columns, in this order; several with commas
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    pub(crate) columns: Vec<String>,
    /// As CSV, with a head and exact values; so is a file, unless its name ends in .json
    #[arg(long)]
    pub(crate) csv: bool,
    #[command(flatten)]
    pub(crate) file: IntoFile,
}

/// A file in place of standard output.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct IntoFile {
    /// Into this file, in place of standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Replace the file if it is there
    #[arg(long, requires = "output")]
    pub(crate) force: bool,
}

/// The form of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// For people.
    Table,
    /// One array.
    Json,
    /// With a head.
    Csv,
}

impl Sheet {
    /// What was asked for comes to.
    pub(crate) fn form(&self, json: bool) -> Result<Form, Failure> {
        let ends_in_json = || self.file.output.as_ref().is_some_and(|path| path.extension().is_some_and(|end| end == "json"));
        match (self.csv, json) {
            (true, true) => Err(Failure::usage("`--csv` and `--json` are two forms; say one of them")),
            (true, false) => Ok(Form::Csv),
            (false, true) if self.file.output.as_deref().is_some_and(ends_in_csv) => {
                Err(Failure::usage("`--json` is one form, and a file that ends in .csv another")
                    .hint("leave `--json` out, or name a file that ends in .json"))
            }
            (false, true) => Ok(Form::Json),
            (false, false) if self.file.output.is_none() => Ok(Form::Table),
            (false, false) if ends_in_json() => Ok(Form::Json),
            (false, false) => Ok(Form::Csv),
        }
        .and_then(|form| match form {
            Form::Json if !self.columns.is_empty() => {
                Err(Failure::usage("`--columns` is for tables and CSV; JSON has every field").hint("leave one of the two out"))
            }
            form => Ok(form),
        })
    }

    /// The places of the columns that were asked for, or of all.
    pub(crate) fn places(&self, columns: &[Column]) -> Result<Vec<usize>, Failure> {
        if self.columns.is_empty() || self.columns.iter().any(|name| name == "all") {
            return Ok((0..columns.len()).collect());
        }
        self.columns.iter().map(|name| place(columns, name)).collect()
    }
}

fn ends_in_csv(path: &Path) -> bool {
    path.extension().is_some_and(|end| end.eq_ignore_ascii_case("csv"))
}

/// The place of the column of that name.
pub(crate) fn place(columns: &[Column], name: &str) -> Result<usize, Failure> {
    let wanted = name.trim().to_lowercase().replace(['-', ' '], "_");
    columns.iter().position(|column| column.is_called(&wanted)).ok_or_else(|| {
        Failure::usage(format!("there is no column `{name}`")).hint(format!("the columns are: {}", names(columns)))
    })
}

/// The columns by every name that is accepted, for a help page or a hint.
pub(crate) fn names(columns: &[Column]) -> String {
    columns.iter().map(|column| column.names()).collect::<Vec<_>>().join(", ")
}

/// The head of a CSV.
pub(crate) fn head(columns: &[Column], places: &[usize]) -> Vec<String> {
    places.iter().filter_map(|place| columns.get(*place)).map(|column| column.key()).collect()
}

/// A row of a CSV.
pub(crate) fn record(cells: &[Cell], places: &[usize]) -> Vec<String> {
    places.iter().filter_map(|place| cells.get(*place)).map(Cell::exact).collect()
}

/// One line of CSV, or several where a text has line ends.
pub(crate) fn csv_line(fields: &[String]) -> Result<Vec<u8>, Failure> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(fields).map_err(io::Error::other)?;
    Ok(writer.into_inner().map_err(|error| io::Error::other(error.to_string()))?)
}

/// A file that is being written beside its place, and put there at the end.
pub(crate) struct Draft {
    place: PathBuf,
    beside: PathBuf,
    file: Option<File>,
    force: bool,
}

impl Draft {
    /// Begins a file. One that is there already is found out now, before any work.
    pub(crate) fn begin(place: &Path, force: bool) -> Result<Self, Failure> {
        if !force && place.symlink_metadata().is_ok() {
            return Err(taken(place));
        }
        let mut name = place.file_name().ok_or_else(|| Failure::usage("`--output` names no file"))?.to_os_string();
        name.push(format!(".{}.part", std::process::id()));
        let beside = place.with_file_name(name);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&beside).map_err(|error| unwritable(place, &error))?;
        Ok(Self { place: place.to_owned(), beside, file: Some(file), force })
    }

    /// Puts it into its place.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        let file = self.file.take().ok_or_else(|| Failure::file("the file was closed before its end"))?;
        file.sync_all().map_err(|error| unwritable(&self.place, &error))?;
        drop(file);
        let put = if self.force { fs::rename(&self.beside, &self.place) } else { self.put_anew() };
        put.map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => taken(&self.place),
            _ => unwritable(&self.place, &error),
        })
    }

    /// A link fails where a name is taken; a rename does not. Where there are no links, the look before has to do.
    fn put_anew(&self) -> io::Result<()> {
        match fs::hard_link(&self.beside, &self.place) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(error),
            Err(_) => fs::rename(&self.beside, &self.place),
            Ok(()) => fs::remove_file(&self.beside),
        }
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.as_mut().ok_or(ErrorKind::NotConnected)?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().ok_or(ErrorKind::NotConnected)?.flush()
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // After a finish there is nothing left; else nothing more can be done about a leftover than to try.
        let _ = fs::remove_file(&self.beside);
    }
}

fn taken(place: &Path) -> Failure {
    Failure::file(format!("there is a file `{}` already", place.display()))
        .hint("name another one, or add `--force` to replace it")
}

fn unwritable(place: &Path, error: &io::Error) -> Failure {
    Failure::file(format!("`{}` cannot be written: {error}", place.display()))
}

#[cfg(test)]
mod tests {
    use super::super::table::{number, text};
    use super::*;

    const COLUMNS: &[Column] = &[text("NAME"), number("LAST LOGIN")];

    fn sheet(columns: &[&str], csv: bool, output: Option<&str>) -> Sheet {
        let file = IntoFile { output: output.map(PathBuf::from), force: false };
        Sheet { columns: columns.iter().map(|name| (*name).to_owned()).collect(), csv, file }
    }

    #[test]
    fn the_form_follows_what_was_said_and_the_name_of_the_file_con_1() {
        for (csv, json, output, form) in [
            (false, false, None, Some(Form::Table)),
            (true, false, None, Some(Form::Csv)),
            (false, true, None, Some(Form::Json)),
            (true, true, None, None),
            (false, false, Some("a.json"), Some(Form::Json)),
            (false, false, Some("a.csv"), Some(Form::Csv)),
            (false, false, Some("a"), Some(Form::Csv)),
            (false, true, Some("a.json"), Some(Form::Json)),
            (false, true, Some("a.csv"), None),
            (false, true, Some("a.CSV"), None),
        ] {
            assert_eq!(sheet(&[], csv, output).form(json).ok(), form, "{csv} {json} {output:?}");
        }
        assert!(sheet(&["name"], false, None).form(true).is_err(), "JSON has every field");
    }

    #[test]
    fn columns_are_chosen_by_name_and_order_con_1() {
        let places = |names: &[&str]| sheet(names, false, None).places(COLUMNS).ok();
        assert_eq!(places(&[]), Some(vec![0, 1]));
        assert_eq!(places(&["all"]), Some(vec![0, 1]));
        assert_eq!(places(&["last-login", "NAME"]), Some(vec![1, 0]));
        let failure = sheet(&["size"], false, None).places(COLUMNS).unwrap_err();
        assert!(format!("{failure:?}").contains("name, last_login"), "{failure:?}");
    }

    #[test]
    fn csv_quotes_what_needs_it_and_runs_nothing_in_a_spreadsheet_con_1() {
        for (text, line) in [
            ("plain", "plain\r\n"),
            ("a,b", "\"a,b\"\r\n"),
            ("say \"hi\"", "\"say \"\"hi\"\"\"\r\n"),
            ("two\nlines", "\"two\nlines\"\r\n"),
            ("=HYPERLINK(1)", "'=HYPERLINK(1)\r\n"),
            ("+1", "'+1\r\n"),
            ("-1", "'-1\r\n"),
            ("@x", "'@x\r\n"),
            ("\tx", "'\tx\r\n"),
        ] {
            let record = record(&[Cell::from(text)], &[0]);
            assert_eq!(String::from_utf8(csv_line(&record).unwrap()).unwrap(), line, "{text:?}");
        }
        assert_eq!(record(&[Cell::from(super::super::text::DASH)], &[0]), [""], "nothing is nothing");
        assert_eq!(record(&[Cell::number(-5_i64)], &[0]), ["-5"], "a number is a number");
    }

    #[test]
    fn a_file_appears_whole_or_not_at_all_and_replaces_nothing_unasked() {
        let directory = tempfile::tempdir().unwrap();
        let place = directory.path().join("users.csv");
        let write = |text: &str, force| {
            let mut draft = Draft::begin(&place, force)?;
            draft.write_all(text.as_bytes())?;
            draft.finish()
        };
        write("one", false).unwrap();
        assert!(write("two", false).is_err());
        assert_eq!(fs::read_to_string(&place).unwrap(), "one");
        write("three", true).unwrap();
        assert_eq!(fs::read_to_string(&place).unwrap(), "three");
        let mut given_up = Draft::begin(&place, true).unwrap();
        given_up.write_all(b"half").unwrap();
        drop(given_up);
        assert_eq!(fs::read_to_string(&place).unwrap(), "three");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_is_its_owners_alone_err_5() {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = tempfile::tempdir().unwrap();
        let place = directory.path().join("body");
        Draft::begin(&place, false).unwrap().finish().unwrap();
        assert_eq!(fs::metadata(&place).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
