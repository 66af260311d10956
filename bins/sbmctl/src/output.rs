//! What a command shows: tables and sentences for people, JSON for programs, CSV for spreadsheets.

pub(crate) mod moment;
pub(crate) mod progress;
pub(crate) mod sheet;
pub(crate) mod table;
pub(crate) mod text;

use std::io::{self, IsTerminal as _, Write};

use serde::Serialize;
use serde_json::json;

use self::progress::Progress;
use self::sheet::{Draft, Form, IntoFile, Sheet, csv_line, head, record};
use self::table::{Cell, Look, Row};
use self::text::{clean, clean_lines, count};
use crate::failure::Failure;

/// Where output goes, and in which form.
pub(crate) struct Output {
    json: bool,
    quiet: bool,
    watched: bool,
    terminal: bool,
    look: Look,
    out: Box<dyn Write>,
    notes: Box<dyn Write>,
}

impl Output {
    /// To the standard streams. The global choice of colour must have been made.
    pub(crate) fn standard(json: bool, quiet: bool) -> Self {
        let terminal = io::stdout().is_terminal();
        let color = anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never;
        // Some terminals do not know their width and say 0.
        let width = if terminal { comfy_table::Table::new().width().filter(|width| *width > 0) } else { None };
        let watched = !json && !quiet && io::stderr().is_terminal();
        let (out, notes) = (Box::new(anstream::stdout()), Box::new(anstream::stderr()));
        Self { json, quiet, watched, terminal, look: Look { width, color }, out, notes }
    }

    /// Into memory, for tests.
    #[cfg(test)]
    pub(crate) fn captured(json: bool) -> (Self, Captured, Captured) {
        let (out, notes) = (Captured::default(), Captured::default());
        let output = Self {
            json,
            quiet: false,
            watched: false,
            terminal: false,
            look: Look::default(),
            out: Box::new(out.clone()),
            notes: Box::new(notes.clone()),
        };
        (output, out, notes)
    }

    /// A list: a table, or an array.
    pub(crate) fn list<T: Row + Serialize>(&mut self, items: Vec<T>, sheet: &Sheet, none: &str) -> Result<(), Failure> {
        self.rows(items.into_iter().map(Ok), sheet, none).map(|_| ())
    }

    /// A list that comes row by row, however long it is; gives how many it had.
    pub(crate) fn rows<T: Row + Serialize>(
        &mut self,
        rows: impl Iterator<Item = Result<T, Failure>>,
        sheet: &Sheet,
        none: &str,
    ) -> Result<usize, Failure> {
        let form = sheet.form(self.json)?;
        let places = sheet.places(T::COLUMNS)?;
        let mut draft = sheet.file.output.as_deref().map(|path| Draft::begin(path, sheet.file.force)).transpose()?;
        let progress = Progress::counting("rows read:", self.watched);
        let out: &mut dyn Write = match &mut draft {
            Some(draft) => draft,
            None => &mut *self.out,
        };
        let rows = match form {
            Form::Table => return self.table(rows, &places, &progress, !sheet.columns.is_empty(), none),
            Form::Json => json_rows(out, rows, &progress)?,
            // What devices and users call themselves moves no cursor; into a file and a pipe it goes as it is.
            Form::Csv => csv_rows(out, rows, &places, self.terminal && sheet.file.output.is_none(), &progress)?,
        };
        drop(progress);
        self.out.flush()?;
        if let Some(draft) = draft {
            draft.finish()?;
            let path = sheet.file.output.as_deref().unwrap_or(std::path::Path::new("-"));
            let sentence = format!("wrote {} into `{}`", count(rows, "row"), path.display());
            self.done_with(&json!({"ok": true, "rows": rows}), &sentence)?;
        }
        Ok(rows)
    }

    fn table<T: Row>(
        &mut self,
        items: impl Iterator<Item = Result<T, Failure>>,
        places: &[usize],
        progress: &Progress,
        chosen: bool,
        none: &str,
    ) -> Result<usize, Failure> {
        let mut rows = Vec::new();
        for item in items {
            rows.push(item?.cells());
            progress.add(1);
        }
        progress.clear();
        if rows.is_empty() {
            self.note(none)?;
            return Ok(0);
        }
        // Who chose columns gets them all, however they fit.
        let look = if chosen { Look { width: None, ..self.look } } else { self.look };
        let (table, is_cut) = look.list_and_rest(T::COLUMNS, places, &rows);
        self.print(&table)?;
        if is_cut {
            self.note("a wider terminal, `--columns`, `--csv` or `--json` shows more")?;
        }
        Ok(rows.len())
    }

    /// One object: what there is to say about it, or the object itself.
    pub(crate) fn facts<T: Serialize>(&mut self, object: &T, facts: &[(&str, Cell)]) -> Result<(), Failure> {
        if self.json {
            return self.value(object);
        }
        let table = self.look.facts(facts);
        self.print(&table)
    }

    /// Something was done to an object: a sentence, or the object as it is now.
    pub(crate) fn changed<T: Serialize>(&mut self, object: &T, sentence: &str) -> Result<(), Failure> {
        self.done_with(object, sentence)
    }

    /// Something was done that leaves no object to show: a sentence, or `{"ok":true}`.
    pub(crate) fn done(&mut self, sentence: &str) -> Result<(), Failure> {
        self.done_with(&json!({"ok": true}), sentence)
    }

    /// The same of several things: a sentence each, or `{"ok":true}` once.
    pub(crate) fn each_done(&mut self, sentences: &[String]) -> Result<(), Failure> {
        if self.json {
            return self.done("");
        }
        sentences.iter().try_for_each(|sentence| self.done(sentence))
    }

    fn done_with<T: Serialize>(&mut self, object: &T, sentence: &str) -> Result<(), Failure> {
        match (self.json, self.quiet) {
            (true, _) => self.value(object),
            (false, true) => Ok(()),
            (false, false) => self.print(&format!("{}\n", clean(sentence))),
        }
    }

    /// An answer that was asked for, and that no `--quiet` keeps back.
    pub(crate) fn answer<T: Serialize>(&mut self, object: &T, sentence: &str) -> Result<(), Failure> {
        if self.json { self.value(object) } else { self.print(&format!("{}\n", clean(sentence))) }
    }

    /// A remark for a person, beside the output; a program does not see it.
    pub(crate) fn note(&mut self, sentence: &str) -> Result<(), Failure> {
        if !self.json && !self.quiet {
            writeln!(self.notes, "{}", clean(sentence))?;
        }
        Ok(())
    }

    /// Something that a person must have read before he goes on; `--quiet` does not keep it back.
    pub(crate) fn warning(&mut self, sentence: &str) -> Result<(), Failure> {
        if !self.json {
            writeln!(self.notes, "{}", clean(sentence))?;
        }
        Ok(())
    }

    /// Bytes as they are, into a file or a pipe; what was written is told only if it went into a file.
    pub(crate) fn bytes(
        &mut self,
        file: &IntoFile,
        what: &str,
        write: impl FnOnce(&mut dyn Write) -> Result<u64, Failure>,
    ) -> Result<(), Failure> {
        let Some(path) = file.output.as_deref() else {
            if self.json {
                return Err(Failure::usage("this is no JSON; with `--json` it goes into a file")
                    .hint("name one with `--output FILE`, or leave `--json` out"));
            }
            if self.terminal {
                return Err(Failure::usage("this is for a file, not for a terminal")
                    .hint("name one with `--output FILE`, or send it on through a pipe"));
            }
            // Not through the stream that looks for colours: these are bytes.
            let mut out = io::stdout().lock();
            write(&mut out)?;
            return Ok(out.flush()?);
        };
        let mut draft = Draft::begin(path, file.force)?;
        let bytes = write(&mut draft)?;
        draft.finish()?;
        self.done_with(&json!({"ok": true, "bytes": bytes}), &format!("wrote {what} into `{}`", path.display()))
    }

    /// Every row whole, as one array, into a file or to standard output.
    pub(crate) fn export_json<T: Serialize>(
        &mut self,
        items: impl Iterator<Item = Result<T, Failure>>,
        file: &IntoFile,
    ) -> Result<(), Failure> {
        let progress = Progress::counting("rows read:", self.watched);
        let Some(path) = file.output.as_deref() else {
            json_rows(&mut *self.out, items, &progress)?;
            return Ok(self.out.flush()?);
        };
        let mut draft = Draft::begin(path, file.force)?;
        let rows = json_rows(&mut draft, items, &progress)?;
        draft.finish()?;
        progress.clear();
        self.done_with(&json!({"ok": true, "rows": rows}), &format!("wrote {} into `{}`", count(rows, "row"), path.display()))
    }

    /// A list that can be imported, into a file or to standard output; what was written is told only if it went into a file.
    pub(crate) fn export(
        &mut self,
        file: &IntoFile,
        rows: usize,
        write: impl FnOnce(&mut dyn Write) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let Some(path) = file.output.as_deref() else {
            write(&mut *self.out)?;
            return Ok(self.out.flush()?);
        };
        let mut draft = Draft::begin(path, file.force)?;
        write(&mut draft)?;
        draft.finish()?;
        self.done_with(&json!({"ok": true, "rows": rows}), &format!("wrote {} into `{}`", count(rows, "row"), path.display()))
    }

    /// The form that was asked for.
    pub(crate) fn form(&self, sheet: &Sheet) -> Result<Form, Failure> {
        sheet.form(self.json)
    }

    /// Whether it is for a program.
    pub(crate) const fn is_json(&self) -> bool {
        self.json
    }

    /// A text of several lines, or the object that holds it.
    pub(crate) fn text<T: Serialize>(&mut self, object: &T, text: &str) -> Result<(), Failure> {
        if self.json { self.value(object) } else { self.print(&clean_lines(text)) }
    }

    /// Work whose end alone is known.
    pub(crate) fn waiting(&self, what: &str) -> Progress {
        Progress::waiting(what, self.watched)
    }

    /// Work of unknown length.
    pub(crate) fn counting(&self, what: &str) -> Progress {
        Progress::counting(what, self.watched)
    }

    /// Bytes on their way, and how many there will be, if that is known.
    pub(crate) fn transfer(&self, what: &str, all: Option<u64>) -> Progress {
        Progress::bytes(what, all, self.watched)
    }

    /// Work of that many parts.
    pub(crate) fn counted(&self, what: &str, all: usize) -> Progress {
        Progress::counted(what, u64::try_from(all).unwrap_or(u64::MAX), self.watched)
    }

    fn value<T: Serialize>(&mut self, value: &T) -> Result<(), Failure> {
        let line = serde_json::to_string(value).map_err(io::Error::other)?;
        self.print(&format!("{line}\n"))
    }

    fn print(&mut self, text: &str) -> Result<(), Failure> {
        self.out.write_all(text.as_bytes())?;
        Ok(self.out.flush()?)
    }
}

/// One array, row by row; nothing before the first row is there.
fn json_rows<T: Serialize>(
    out: &mut dyn Write,
    items: impl Iterator<Item = Result<T, Failure>>,
    progress: &Progress,
) -> Result<usize, Failure> {
    let mut rows = 0;
    for item in items {
        let text = serde_json::to_string(&item?).map_err(io::Error::other)?;
        write!(out, "{}{text}", if rows == 0 { "[" } else { "," })?;
        rows += 1;
        progress.add(1);
    }
    out.write_all(if rows == 0 { b"[]\n" } else { b"]\n" })?;
    Ok(rows)
}

/// A head and a line a row; nothing before the first row is there.
fn csv_rows<T: Row>(
    out: &mut dyn Write,
    items: impl Iterator<Item = Result<T, Failure>>,
    places: &[usize],
    cleaned: bool,
    progress: &Progress,
) -> Result<usize, Failure> {
    let head = csv_line(&head(T::COLUMNS, places))?;
    let mut rows = 0;
    for item in items {
        let mut fields = record(&item?.cells(), places);
        if cleaned {
            fields.iter_mut().for_each(|field| *field = clean(field));
        }
        let line = csv_line(&fields)?;
        if rows == 0 {
            out.write_all(&head)?;
        }
        out.write_all(&line)?;
        rows += 1;
        progress.add(1);
    }
    if rows == 0 {
        out.write_all(&head)?;
    }
    Ok(rows)
}

/// What was written, in tests.
#[cfg(test)]
#[derive(Clone, Default)]
pub(crate) struct Captured(std::rc::Rc<std::cell::RefCell<Vec<u8>>>);

#[cfg(test)]
impl Captured {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.borrow().clone()).unwrap()
    }
}

#[cfg(test)]
impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
