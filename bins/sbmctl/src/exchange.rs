//! Lists that leave a server as a file and come back (USR-1, ACC-1, NET-2, CON-1).
//!
//! 1. A row is an object by its [`field`]s: what somebody may say of it, and nothing else. No password, hash, key or second factor
//!    is among them, so no file has one.
//! 2. A field that a file does not have stays as it is; one that is there and empty is emptied.
//! 3. What a file comes to is one pure function of the rows that there are and the lines of the file ([`difference`]). A dry run
//!    shows what it gives, and an import does it, so neither can say something else than the other.
//! 4. Nothing is ever removed for not being in a file.

pub(crate) mod difference;
pub(crate) mod field;
pub(crate) mod kind;
pub(crate) mod names;
pub(crate) mod page;
pub(crate) mod reading;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::Value;

/// What is said of one object, by the names of the fields.
pub(crate) type Fields = BTreeMap<&'static str, Value>;

/// An object that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// What it is known by.
    pub(crate) key: String,
    /// Every field of its kind.
    pub(crate) fields: Fields,
}

/// A line of a file.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// Its number in the file, from 1.
    pub(crate) number: u64,
    /// What it says; else why it makes no sense, in a sentence.
    pub(crate) said: Result<Fields, String>,
}
