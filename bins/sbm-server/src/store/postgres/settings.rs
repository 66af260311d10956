//! What every connection must say when it is asked: set when it is made, and read back, since what sits between may not pass
//! it on.

use super::live::Live;
use crate::store::StoreError;
use crate::store::sql::{Sql, all, any, one};

/// The schema that everything of ours is in.
pub(super) const SCHEMA: &str = "sbm";

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Answering questions.
    Reading,
    /// Writing what is acknowledged.
    Writing,
    /// Work that takes as long as it takes: migrations, moves, copies.
    Keeping,
    /// Hearing of what others commit.
    Listening,
}

impl Purpose {
    /// How long a statement may take. After a little more without a word the connection is taken for dead.
    pub(super) const fn seconds(self) -> Option<u64> {
        match self {
            Self::Reading => Some(15),
            Self::Writing | Self::Listening => Some(8),
            Self::Keeping => None,
        }
    }

    fn settings(self) -> Vec<(&'static str, &'static str)> {
        let statement = match self {
            Self::Reading => "15s",
            Self::Writing | Self::Listening => "8s",
            Self::Keeping => "0",
        };
        let (lock, idle) = match self {
            Self::Keeping => ("1min", "0"),
            Self::Reading => ("5s", "10s"),
            // Less than a lease, and than others wait for a lock: an act waits for whoever stands still in the middle of one
            // no longer than for whoever stands still elsewhere.
            Self::Writing | Self::Listening => ("5s", "3s"),
        };
        let mut settings = vec![
            ("application_name", "sbm-server"),
            ("client_encoding", "UTF8"),
            // What somebody puts into a schema of his own never stands in for a table of ours.
            ("search_path", "sbm, pg_temp"),
            ("statement_timeout", statement),
            ("lock_timeout", lock),
            // A server that is gone does not keep the others waiting for its locks.
            ("idle_in_transaction_session_timeout", idle),
            ("standard_conforming_strings", "on"),
            ("TimeZone", "UTC"),
            ("default_transaction_isolation", "read committed"),
            ("synchronous_commit", "on"),
            // Rows that a policy hides would look like rows that are not there.
            ("row_security", "off"),
            // Compiling a statement takes longer than any of ours runs.
            ("jit", "off"),
        ];
        if self == Self::Reading {
            settings.push(("default_transaction_read_only", "on"));
        }
        settings
    }
}

/// Sets what a connection for that needs.
pub(super) fn set(live: &Live, purpose: Purpose) -> Result<(), StoreError> {
    let settings = purpose.settings();
    let calls: Vec<_> = settings.iter().map(|(name, value)| format!("set_config('{name}', '{value}', false)")).collect();
    any(live, &format!("SELECT {}", calls.join(", ")), &[])?;
    let names: Vec<_> = settings.iter().map(|(name, _)| format!("('{name}')")).collect();
    let text = format!("SELECT name, current_setting(name) FROM (VALUES {}) AS wanted (name)", names.join(", "));
    let are = all(live, &text, &[], |row| Ok((row.take::<String>()?, row.take::<String>()?)))?;
    for (name, wanted) in settings {
        let is = are.iter().find(|(found, _)| found == name).map(|(_, is)| is.as_str());
        if is != Some(wanted) {
            let is = is.unwrap_or_default();
            return Err(StoreError::unavailable(format!("its setting `{name}` stays `{is}` instead of `{wanted}`")));
        }
    }
    Ok(())
}

/// From here to the end of the transaction nobody is kept waiting for long: for what holds a lock that others need, on a
/// connection whose statements take as long as they take otherwise. A lock that is not there at once is given up before
/// PostgreSQL looks for circles; a statement may take that long; a server that stands still between two is cut off, as one that
/// writes is.
pub(super) fn haste(sql: &dyn Sql, statement: &str) -> Result<(), StoreError> {
    let [lock, of_statement, idle] = HASTE;
    set_in_transaction(sql, &[(lock, "500ms"), (of_statement, statement), (idle, "3s")])
}

/// Does something in haste within a transaction that goes on as before.
pub(super) fn in_haste<T>(sql: &dyn Sql, statement: &str, work: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    let are = format!("SELECT {}", HASTE.map(|name| format!("current_setting('{name}')")).join(", "));
    let before: Option<Vec<String>> = one(sql, &are, &[], |row| HASTE.iter().map(|_| row.take()).collect())?;
    haste(sql, statement)?;
    // Where it fails the transaction has, and nothing goes on.
    let done = work()?;
    let before = before.unwrap_or_default();
    set_in_transaction(sql, &HASTE.into_iter().zip(before.iter().map(String::as_str)).collect::<Vec<_>>())?;
    Ok(done)
}

const HASTE: [&str; 3] = ["lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"];

fn set_in_transaction(sql: &dyn Sql, settings: &[(&str, &str)]) -> Result<(), StoreError> {
    let calls: Vec<_> = settings.iter().map(|(name, value)| format!("set_config('{name}', '{value}', true)")).collect();
    any(sql, &format!("SELECT {}", calls.join(", ")), &[]).map(drop)
}
