//! Making an export.

use std::collections::BTreeMap;
use std::io::{self, Write};

use sbm_core::id::Hash;
use sha2::{Digest as _, Sha256};

use super::line::{Heading, Speller, Trailer, write_json};
use super::{Progress, Summary, scan};
use crate::store::StoreError;
use crate::store::sql::Sql;

/// How many rows there are between two words on progress.
const STEP: u64 = 1_000;

/// Writes the export of a database; what `sql` reads in must be one snapshot.
///
/// # Errors
///
/// What the database says, [`StoreError::DiskFull`] or [`StoreError::Unavailable`] when it cannot be written.
pub fn export(sql: &dyn Sql, to: &mut dyn Write, progress: &mut Progress<'_>) -> Result<Summary, StoreError> {
    let header = scan::header(sql)?;
    let mut out = Hashed { to, sha256: Sha256::new() };
    let (mut line, mut speller) = (Vec::new(), Speller::default());
    write_json(&mut line, &header)?;
    out.put(&mut line)?;
    let (mut rows, mut done) = (BTreeMap::new(), 0);
    for table in scan::tables(sql)? {
        write_json(&mut line, &Heading::of(table))?;
        out.put(&mut line)?;
        let mut count = 0;
        scan(sql, table, 0, &mut |row| {
            speller.row(&mut line, table, row)?;
            out.put(&mut line)?;
            (count, done) = (count + 1, done + 1);
            if done % STEP == 0 {
                progress(done);
            }
            Ok(())
        })?;
        // Accounts that lead to no root, for one, are in no order that begins there.
        let all = scan::count(sql, table)?;
        if count != all {
            return Err(StoreError::damaged(format!("`{}` has {all} rows, and {count} of them can be ordered", table.name)));
        }
        rows.insert(table.name.to_owned(), count);
    }
    progress(done);
    let sha256 = Hash::from_bytes(out.sha256.clone().finalize().into());
    write_json(&mut line, &Trailer { rows: rows.clone(), sha256 })?;
    out.put(&mut line)?;
    out.to.flush().map_err(|error| unwritable(&error))?;
    Ok(Summary { header, rows, sha256 })
}

/// Where the lines go, and the hash of all of them.
struct Hashed<'w> {
    to: &'w mut dyn Write,
    sha256: Sha256,
}

impl Hashed<'_> {
    /// Writes the line and empties it.
    fn put(&mut self, line: &mut Vec<u8>) -> Result<(), StoreError> {
        self.sha256.update(&*line);
        self.to.write_all(line).map_err(|error| unwritable(&error))?;
        line.clear();
        Ok(())
    }
}

fn unwritable(error: &io::Error) -> StoreError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::DiskFull,
        _ => StoreError::unavailable(format!("the export cannot be written: {error}")),
    }
}
