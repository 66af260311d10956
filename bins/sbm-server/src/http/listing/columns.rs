//! The columns, keys and filters of every list (CON-1, HIS-5).

use sbm_core::id::{Guid, Hash, InstallationId, RunId};
use serde::Serialize;

use super::Cell;

/// A column for each field that is said, and for what is worked out.
macro_rules! columns {
    ($row:ty: $($name:literal => |$it:ident| $cell:expr),* $(,)?) => {
        &[$(Column { name: $name, cell: |$it: &$row| Cell::from($cell) }),*]
    };
}

mod accounts;
mod devices;
mod entries;
mod people;
mod profiles;

pub use accounts::{ACCOUNTS, AGENTS, COMMUNICATIONS, ERASE_ORDERS, SERVED, SETTINGS};
pub use devices::{DEVICES, ENROLMENTS, WAITING};
pub use entries::{ALLOWLIST, AUDIT, FINDINGS, RUNS};
pub use people::{GRANTS, GROUPS, ROLES, SECURITY_PROFILES, SESSIONS, TOKENS, USERS};
pub use profiles::{HOLDERS, PROFILES, REVISIONS, TOMBSTONES};

/// A set that is a list of words on the wire.
struct Words<'a, T>(&'a T);

impl<T: Serialize> From<Words<'_, T>> for Cell {
    fn from(words: Words<'_, T>) -> Self {
        let words = serde_json::to_value(words.0).ok().and_then(|value| serde_json::from_value(value).ok());
        Self::Texts(words.unwrap_or_default())
    }
}

/// The word that a value is on the wire.
fn word<T: Serialize>(value: &T) -> Cell {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Cell::Text(word),
        _ => Cell::Nothing,
    }
}

fn shown(guid: &Guid) -> Cell {
    Cell::Text(guid.to_string())
}

fn hex(hash: &Hash) -> Cell {
    Cell::Text(hash.to_string())
}

fn installation(id: &InstallationId) -> Cell {
    Cell::Text(id.to_string())
}

fn run_id(id: &RunId) -> Cell {
    Cell::Text(id.to_string())
}

/// Whether one of the names is the one asked for, without regard to case.
fn any(names: &[sbm_core::name::Name], asked: Option<&str>) -> bool {
    names.iter().any(|name| same(Some(name.as_str()), asked))
}

/// Whether an account is the one asked for or stands below it; names are compared whole, part by part (ACC-1).
fn is_within(account: &str, asked: Option<&str>) -> bool {
    let parse = |text: &str| text.parse::<sbm_core::account::AccountPath>().ok();
    match (parse(account), asked.and_then(parse)) {
        (Some(account), Some(asked)) => {
            let (parts, asked) = (account.parts(), asked.parts());
            parts.len() >= asked.len() && parts.iter().zip(asked).all(|(part, asked)| part.key() == asked.key())
        }
        _ => false,
    }
}

fn same(name: Option<&str>, asked: Option<&str>) -> bool {
    matches!((name, asked), (Some(name), Some(asked)) if name.to_lowercase() == asked.to_lowercase())
}
