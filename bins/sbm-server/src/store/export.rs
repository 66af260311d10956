//! The canonical export: the whole content of a database as text, the same bytes from either database (DOOR-2).
//!
//! 1. JSON Lines: a header, each table with its rows in one order, and a trailer with counts and a SHA-256 over everything
//!    before it. What is content, and in which order, says [`table`]; how it is spelled, [`mod@line`].
//! 2. It is made in one snapshot and streamed: what is held of it at once is a row.
//! 3. [`verify`] needs the export alone. What it accepts, [`import`] takes into a fresh database of the same schema, wholly or
//!    not at all, if the databases' own keys and references agree; line and reason are told otherwise.
//! 4. Secrets are in no export: signing keys and CA are not in these tables. Hashes of passwords and tokens are, so whoever
//!    keeps an export keeps it as the database itself.

pub mod copy;
pub mod line;
pub mod load;
pub mod read;
pub mod scan;
pub mod table;
#[cfg(test)]
mod tests;
pub mod whole;
pub mod write;

use std::collections::BTreeMap;

use sbm_core::id::Hash;

pub use self::copy::{Moved, copy};
pub use self::line::Header;
pub use self::load::{Part, import, put, refuse_if_not_fresh};
pub use self::read::verify;
pub use self::scan::{count, scan};
pub use self::table::{LEFT_OUT, TABLES, Table};
pub use self::whole::{Whole, Work, filled, looked};
pub use self::write::export;

/// What an export holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// What its first line says.
    pub header: Header,
    /// How many rows each table has.
    pub rows: BTreeMap<String, u64>,
    /// The SHA-256 of everything before its last line: equal content has an equal one.
    pub sha256: Hash,
}

/// What is told how many rows are done.
pub type Progress<'p> = dyn FnMut(u64) + 'p;
