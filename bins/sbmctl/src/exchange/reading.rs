//! A file as its lines: CSV as any spreadsheet writes it, or one array in JSON.
//!
//! 1. The first line of a CSV names the columns, in any order, and tells what stands between two cells: `,`, `;` or a tab. A mark
//!    of the byte order at the beginning is passed over, lines end as they like, and a line without anything in it is none.
//! 2. A column or a field that nobody knows is refused, for somebody meant something by it; what lists only show is passed over.
//! 3. What is wrong with one line is that line's; what is wrong with the file is told with its line and column.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use sbm_client::core::sheet::read_back;
use serde_json::Value;

use super::field::{Field, Form};
use super::kind::{Kind, flat};
use super::page::Format;
use super::{Fields, Line};
use crate::failure::Failure;

/// The most bytes of a file.
pub(crate) const MAX_BYTES: u64 = 64 * 1024 * 1024;
/// The most lines of a file.
pub(crate) const MAX_LINES: usize = 200_000;

/// The lines of that file.
pub(crate) fn file(path: &Path, kind: Kind, format: Option<Format>) -> Result<Vec<Line>, Failure> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes))
        .map_err(|error| Failure::file(format!("`{}` cannot be read: {error}", path.display())))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Failure::usage(format!("`{}` has more than 64 MiB", path.display())).hint("import it in several parts"));
    }
    lines(&text(bytes, path)?, kind, format.or_else(|| Format::of(path)))
}

/// The lines of that text; without a form, it is JSON if it begins like a list in JSON.
pub(crate) fn lines(text: &str, kind: Kind, format: Option<Format>) -> Result<Vec<Line>, Failure> {
    let text = text.trim_start_matches('\u{feff}');
    let guess = || if text.trim_start().starts_with('[') { Format::Json } else { Format::Csv };
    let lines = match format.unwrap_or_else(guess) {
        Format::Csv => sheet(text, kind)?,
        Format::Json => array(text, kind)?,
    };
    match lines.len() {
        0 => Err(Failure::usage(format!("the file has no {}", kind.list())).hint(shown(kind))),
        1..=MAX_LINES => Ok(lines),
        many => {
            Err(Failure::usage(format!("the file has {many} rows, and {MAX_LINES} are the most"))
                .hint("import it in several parts"))
        }
    }
}

fn text(bytes: Vec<u8>, path: &Path) -> Result<String, Failure> {
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let line = error.as_bytes().iter().take(valid).filter(|byte| **byte == b'\n').count() + 1;
        Failure::usage(format!("line {line} of `{}` is not in UTF-8", path.display()))
            .hint("save it anew as `CSV UTF-8`, or choose UTF-8 as its character set")
    })
}

fn shown(kind: Kind) -> String {
    format!("`sbmctl import {list} --help` lists the columns; `sbmctl export {list}` writes such a file", list = kind.list())
}

fn wrong(kind: Kind, line: u64, told: &str) -> Failure {
    Failure::usage(format!("line {line} of the file: {told}")).hint(format!("nothing was changed; {}", shown(kind)))
}

/// The name of a field as a head or JSON has it.
fn known(kind: Kind, name: &str) -> Result<Option<&'static str>, String> {
    let name = name.trim().to_lowercase().replace([' ', '-'], "_");
    if let Some(field) = kind.field(&name) {
        return Ok(Some(field.name));
    }
    match name.as_str() {
        shown if kind.shown_only().contains(&shown) => Ok(None),
        "password" => {
            Err("a file with passwords is not taken; whoever is added gets one made up for him: leave it out".to_owned())
        }
        _ => {
            let names: Vec<&str> = kind.fields().iter().map(|field| field.name).collect();
            Err(format!("there is no `{name}` of {}; there are: {}", kind.list(), names.join(", ")))
        }
    }
}

fn sheet(text: &str, kind: Kind) -> Result<Vec<Line>, Failure> {
    let head = text.lines().next().unwrap_or_default();
    let between = [b',', b';', b'\t'].into_iter().max_by_key(|sign| head.bytes().filter(|byte| byte == sign).count());
    // Of the same number, the last one would win, and a head of one column has none of them.
    let between = between.filter(|sign| head.as_bytes().contains(sign)).unwrap_or(b',');
    if let Some(line) = unclosed(text, char::from(between)) {
        let told = "a quote opens here that nothing closes, so that all behind it would be one cell; close it";
        return Err(wrong(kind, line, told));
    }
    let mut reader = csv::ReaderBuilder::new().delimiter(between).flexible(true).has_headers(false).from_reader(text.as_bytes());
    let mut records = reader.records();
    let head = records.next().transpose().map_err(|error| wrong(kind, 1, &error.to_string()))?.unwrap_or_default();
    let mut columns = Vec::new();
    for (place, name) in head.iter().enumerate() {
        let column = known(kind, name).map_err(|told| wrong(kind, 1, &format!("column {}: {told}", place + 1)))?;
        if column.is_some() && columns.contains(&column) {
            return Err(wrong(kind, 1, &format!("column {}: `{}` is there twice", place + 1, name.trim())));
        }
        columns.push(column);
    }
    if !columns.contains(&Some(kind.named_by())) {
        return Err(wrong(kind, 1, &format!("there is no column `{}`", kind.named_by())));
    }
    let mut lines = Vec::new();
    // The reader says where it went on: before empty lines, and between the two signs of `\r\n`.
    let place = |position: Option<&csv::Position>| {
        let rest = |at: u64| usize::try_from(at).ok().and_then(|at| text.as_bytes().get(at..)).unwrap_or_default();
        let passed = |at: u64| rest(at).iter().take_while(|sign| matches!(sign, b'\r' | b'\n')).filter(|sign| **sign == b'\n');
        position.map_or(0, |at| at.line().saturating_add(passed(at.byte()).count() as u64))
    };
    for record in records {
        let record = record.map_err(|error| wrong(kind, place(error.position()), &error.to_string()))?;
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let number = place(record.position());
        lines.push(Line { number, said: cells(kind, &columns, &record) });
    }
    Ok(lines)
}

/// The line on which a cell's quote opens that the text never closes. A quote counts at the beginning of a cell only, and two of
/// them within quotes are one sign.
fn unclosed(text: &str, between: char) -> Option<u64> {
    let (mut line, mut opened) = (1, None);
    let (mut begins, mut closed) = (true, false);
    for sign in text.chars() {
        match (opened, sign) {
            (Some(_), '"') => closed = !closed,
            (Some(_), _) if !closed => {}
            (None, '"') if begins => opened = Some(line),
            // The quote before this sign was the last of its cell.
            _ => (opened, closed) = (None, false),
        }
        begins = opened.is_none() && (sign == between || matches!(sign, '\n' | '\r'));
        line += u64::from(sign == '\n');
    }
    opened.filter(|_| !closed)
}

fn cells(kind: Kind, columns: &[Option<&'static str>], record: &csv::StringRecord) -> Result<Fields, String> {
    // A spreadsheet may leave out what is empty at the end, and add what is.
    if record.iter().skip(columns.len()).any(|cell| !cell.trim().is_empty()) {
        let (has, known) = (record.len(), columns.len());
        return Err(format!("it has {has} cells, and the head names {known}; a cell with a comma in it stands in quotes"));
    }
    let mut said = Fields::new();
    for (place, name) in columns.iter().enumerate() {
        let Some(field) = name.and_then(|name| kind.field(name)) else { continue };
        let cell = read_back(record.get(place).unwrap_or_default());
        let value = field.form.of_cell(&cell).map_err(|told| format!("column {}, `{}`: {told}", place + 1, field.name))?;
        if !is_unsaid(field, &value) && !is_left_open(field, &cell) {
            said.insert(field.name, value);
        }
    }
    Ok(said)
}

/// An object without a name or an account is none; where nothing stands, nothing was said.
fn is_unsaid(field: &Field, value: &Value) -> bool {
    value.is_null() && matches!(field.form, Form::Name | Form::Account)
}

/// Nobody makes a backup account of an organisation by a cell that he left empty: that one has no level, a cell says so.
fn is_left_open(field: &Field, cell: &str) -> bool {
    cell.trim().is_empty() && field.form == Form::Level
}

fn array(text: &str, kind: Kind) -> Result<Vec<Line>, Failure> {
    let told = |at: usize, told: &str| wrong(kind, line_of(text, at), told);
    let start = text.len() - text.trim_start().len();
    let inside = text.get(start..).and_then(|text| text.strip_prefix('[')).ok_or_else(|| told(start, "it is no list in JSON"))?;
    let mut at = text.len() - inside.len();
    let (mut lines, mut number, mut counted) = (Vec::new(), 1, 0);
    loop {
        at += blank(text, at);
        let rest = text.get(at..).unwrap_or_default();
        if let Some(behind) = rest.strip_prefix(']') {
            let next = at + 1 + blank(text, at + 1);
            return if behind.trim().is_empty() { Ok(lines) } else { Err(told(next, "something stands behind the list")) };
        }
        number += lines_in(text, counted, at);
        counted = at;
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
        let value = match values.next() {
            Some(Ok(value)) => value,
            Some(Err(error)) => return Err(astray(kind, number, text, at, &error)),
            None => return Err(told(at, "the list does not end; a `]` is missing")),
        };
        at += values.byte_offset();
        lines.push(Line { number, said: object(kind, value) });
        at += blank(text, at);
        match text.get(at..).and_then(|rest| rest.chars().next()) {
            Some(',') => at += 1,
            Some(']') => {}
            _ => return Err(told(at, "between two rows stands a `,`, and behind the last a `]`")),
        }
    }
}

/// An error of JSON, counted from the beginning of the file.
fn astray(kind: Kind, number: u64, text: &str, at: usize, error: &serde_json::Error) -> Failure {
    let line = number + u64::try_from(error.line()).unwrap_or(1).saturating_sub(1);
    let before =
        if error.line() == 1 { text.get(..at).and_then(|before| before.rsplit('\n').next()).map_or(0, str::len) } else { 0 };
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    wrong(kind, line, &format!("column {}: {said}", before + error.column()))
}

fn object(kind: Kind, value: Value) -> Result<Fields, String> {
    let value = flat(value);
    let object = value.as_object().ok_or_else(|| format!("{value} is no object"))?;
    let mut said = Fields::new();
    for (name, value) in object {
        let Some(field) = known(kind, name)?.and_then(|name| kind.field(name)) else { continue };
        let value = field.form.value(value).map_err(|told| format!("`{name}`: {told}"))?;
        if is_unsaid(field, &value) {
            continue;
        }
        if said.insert(field.name, value).is_some() {
            return Err(format!("`{name}` is there twice"));
        }
    }
    Ok(said)
}

fn blank(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.len() - rest.trim_start().len()
}

fn lines_in(text: &str, from: usize, to: usize) -> u64 {
    let count = text.get(from..to).unwrap_or_default().bytes().filter(|byte| *byte == b'\n').count();
    u64::try_from(count).unwrap_or(u64::MAX)
}

fn line_of(text: &str, at: usize) -> u64 {
    1 + lines_in(text, 0, at)
}
