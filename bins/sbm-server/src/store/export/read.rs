//! Reading an export, which anybody may have made: nothing of it is believed before it was looked at.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::io::{BufRead, Read as _};

use sbm_core::id::Hash;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::line::{Header, Heading, Speller, Trailer, read_row, short, write_json};
use super::table::{self, Order, Table};
use super::{Progress, Summary};
use crate::store::StoreError;
use crate::store::servers::SCHEMA;
use crate::store::sql::Value;

/// The most bytes of a line. The largest row of ours is a record that was set aside, of an upload of at most 12 MiB.
pub const MAX_LINE: usize = 64 * 1024 * 1024;

/// What takes the rows: the table, the line and the row.
pub(in crate::store) type Take<'t> = dyn FnMut(&'static Table, u64, Vec<Value<'static>>) -> Result<(), StoreError> + 't;

/// Reads an export, of this program's schema or of an older one, and says what it holds; it is whole, unchanged, and spelled
/// as this program would.
///
/// # Errors
///
/// [`StoreError::Export`] with the line and what is wrong; [`StoreError::Newer`] when a newer program made it;
/// [`StoreError::Unavailable`] when it cannot be read.
pub fn verify(from: &mut dyn BufRead, progress: &mut Progress<'_>) -> Result<Summary, StoreError> {
    read(from, None, &mut |_, line, _| {
        if line % 1_000 == 0 {
            progress(line);
        }
        Ok(())
    })
}

/// Reads an export, of that schema if one is named, and hands its rows over. They count only when this ends well.
pub(in crate::store) fn read(from: &mut dyn BufRead, of: Option<u32>, take: &mut Take<'_>) -> Result<Summary, StoreError> {
    let mut lines = Lines { from, line: Vec::new(), number: 0, sha256: Sha256::new() };
    lines.next()?;
    let header: Header = lines.json()?;
    lines.spelled(&header)?;
    let tables = check_header(&header, of, &lines)?;
    lines.keep();
    lines.next()?;
    let mut rows = BTreeMap::new();
    let mut speller = (Speller::default(), Vec::new());
    for table in tables {
        let heading: Heading<'_> = lines.json()?;
        if heading != Heading::of(table) {
            return Err(lines.wrong(format!("here must stand the table `{}` with its columns", table.name)));
        }
        lines.spelled(&Heading::of(table))?;
        lines.keep();
        let count = read_table(table, &mut lines, &mut speller, take)?;
        rows.insert(table.name.to_owned(), count);
    }
    let trailer: Trailer = lines.json()?;
    lines.spelled(&trailer)?;
    if trailer.rows != rows {
        return Err(lines.wrong("the numbers of rows are not those that came before it"));
    }
    let sha256 = Hash::from_bytes(lines.sha256.clone().finalize().into());
    if trailer.sha256 != sha256 {
        return Err(lines.wrong("its hash is not that of what came before it: something was changed"));
    }
    if lines.there_is_more()? {
        return Err(lines.wrong("something stands behind its last line"));
    }
    Ok(Summary { header, rows, sha256 })
}

/// Gives the tables that come behind it.
fn check_header(header: &Header, of: Option<u32>, lines: &Lines<'_>) -> Result<&'static [Table], StoreError> {
    if header.format != Header::FORMAT {
        return Err(lines.wrong(format!("`{}` is not the format `{}`", cut(&header.format), Header::FORMAT)));
    }
    if header.version != Header::VERSION {
        let (found, known) = (header.version, Header::VERSION);
        return Err(lines.wrong(format!("it is of version {found} of the format, and this program knows {known}")));
    }
    if header.schema > SCHEMA {
        return Err(StoreError::Newer { file: "the export".into(), found: header.schema, known: SCHEMA });
    }
    if let Some(of) = of.filter(|of| *of != header.schema) {
        return Err(lines.wrong(format!("it is of schema {}, and the database of schema {of}", header.schema)));
    }
    let none = || lines.wrong(format!("it says schema {}, of which no program ever made an export", header.schema));
    table::of(header.schema).ok_or_else(none)
}

/// Reads rows up to the next line that is none, which is left standing.
fn read_table(
    table: &'static Table,
    lines: &mut Lines<'_>,
    (speller, spelled): &mut (Speller, Vec<u8>),
    take: &mut Take<'_>,
) -> Result<u64, StoreError> {
    let (mut count, mut before) = (0, None::<Vec<Value<'static>>>);
    loop {
        lines.next()?;
        if lines.line.first() != Some(&b'[') {
            return Ok(count);
        }
        let row = read_row(table, &lines.line).map_err(|why| lines.wrong(why))?;
        spelled.clear();
        speller.values(spelled, table, &row)?;
        if *spelled != lines.line {
            return Err(lines.wrong("it is not spelled as an export spells it"));
        }
        if table.order == Order::Key {
            let key = key(table, &row).ok_or_else(|| lines.wrong("a part of its key is missing"))?;
            if before.is_some_and(|before| compare(&before, &key) != Ordering::Less) {
                return Err(lines.wrong("its key does not come behind the one before"));
            }
            before = Some(key);
        }
        lines.keep();
        count += 1;
        take(table, lines.number, row)?;
    }
}

fn key(table: &Table, row: &[Value<'static>]) -> Option<Vec<Value<'static>>> {
    let part = |at: &usize| row.get(*at).filter(|value| **value != Value::Null).cloned();
    table.key.iter().map(part).collect()
}

/// As both databases order keys: numbers by size, texts and bytes by their bytes.
fn compare(one: &[Value<'_>], other: &[Value<'_>]) -> Ordering {
    let parts = one.iter().zip(other).map(|(one, other)| match (one, other) {
        (Value::Int(one), Value::Int(other)) => one.cmp(other),
        (Value::Text(one), Value::Text(other)) => one.as_bytes().cmp(other.as_bytes()),
        (Value::Bytes(one), Value::Bytes(other)) => one.cmp(other),
        _ => Ordering::Equal,
    });
    parts.fold(Ordering::Equal, Ordering::then)
}

/// The lines of an export, one at a time.
struct Lines<'r> {
    from: &'r mut dyn BufRead,
    line: Vec<u8>,
    number: u64,
    sha256: Sha256,
}

impl Lines<'_> {
    /// Reads the next line; each must be whole.
    fn next(&mut self) -> Result<(), StoreError> {
        self.line.clear();
        self.number += 1;
        let most = u64::try_from(MAX_LINE).unwrap_or(u64::MAX);
        let read = (&mut *self.from).take(most).read_until(b'\n', &mut self.line);
        read.map_err(|error| StoreError::unavailable(format!("the export cannot be read: {error}")))?;
        match self.line.last() {
            Some(b'\n') => Ok(()),
            None => Err(self.wrong("it ends too early")),
            Some(_) if self.line.len() >= MAX_LINE => Err(self.wrong(format!("it is longer than {MAX_LINE} bytes"))),
            Some(_) => Err(self.wrong("it is cut off")),
        }
    }

    fn json<'l, T: serde::Deserialize<'l>>(&'l self) -> Result<T, StoreError> {
        serde_json::from_slice(&self.line).map_err(|error| self.wrong(short(&error)))
    }

    /// Whether the line is spelled as this value would be.
    fn spelled(&self, value: &impl Serialize) -> Result<(), StoreError> {
        let mut spelled = Vec::new();
        write_json(&mut spelled, value)?;
        if spelled == self.line { Ok(()) } else { Err(self.wrong("it is not spelled as an export spells it")) }
    }

    /// Takes the line into the hash.
    fn keep(&mut self) {
        self.sha256.update(&self.line);
    }

    fn there_is_more(&mut self) -> Result<bool, StoreError> {
        let more = self.from.fill_buf().map(|rest| !rest.is_empty());
        more.map_err(|error| StoreError::unavailable(format!("the export cannot be read: {error}")))
    }

    fn wrong(&self, why: impl std::fmt::Display) -> StoreError {
        StoreError::Export { line: self.number, why: cut(&why.to_string()).into() }
    }
}

/// What a stranger wrote, cut so that a message stays one, and without what a terminal would obey.
fn cut(text: &str) -> String {
    text.chars().take(200).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}
