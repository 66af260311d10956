//! What time it is where all servers look: at the database's clock.

use crate::store::StoreError;
use crate::store::sql::{Dialect, Sql, one};

/// This moment in milliseconds since 1970. Within a transaction it goes on, also while a lock is waited for.
pub(super) fn now(sql: &dyn Sql) -> Result<i64, StoreError> {
    let text = match sql.dialect() {
        Dialect::Sqlite => "SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER)",
        Dialect::Postgres => "SELECT CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS bigint)",
    };
    one(sql, text, &[], |row| row.take())?.ok_or_else(|| StoreError::damaged("it does not say what time it is"))
}

/// A span in milliseconds.
pub(super) fn millis(span: std::time::Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}
