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

/// From here to the end of the transaction nobody is kept waiting for long: for what holds a lock that all need, on a connection
/// whose statements take as long as they take otherwise. A lock that is not there at once is given up before PostgreSQL looks
/// for circles; a server that stands still between two statements is cut off, as one that writes is.
pub(super) fn haste(sql: &dyn Sql) -> Result<(), StoreError> {
    any(sql, &in_transaction(&HASTE), &[]).map(drop)
}

/// Does something in haste within a transaction that goes on as before.
pub(super) fn in_haste<T>(sql: &dyn Sql, work: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    let names: Vec<_> = HASTE.iter().map(|(name, _)| format!("current_setting('{name}')")).collect();
    let before = one(sql, &format!("SELECT {}", names.join(", ")), &[], |row| {
        HASTE.iter().map(|(name, _)| Ok((*name, row.take::<String>()?))).collect::<Result<Vec<_>, StoreError>>()
    })?;
    haste(sql)?;
    // Where it fails the transaction has, and nothing goes on.
    let done = work()?;
    any(sql, &in_transaction(&before.unwrap_or_default()), &[])?;
    Ok(done)
}

const HASTE: [(&str, &str); 3] =
    [("lock_timeout", "500ms"), ("statement_timeout", "8s"), ("idle_in_transaction_session_timeout", "3s")];

fn in_transaction<V: std::fmt::Display>(settings: &[(&str, V)]) -> String {
    let calls: Vec<_> = settings.iter().map(|(name, value)| format!("set_config('{name}', '{value}', true)")).collect();
    format!("SELECT {}", calls.join(", "))
}
