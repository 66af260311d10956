//! A record as a row and back.

use sbm_core::id::{Guid, InstallationId, RunId};
use sbm_core::run::{Gap, Profile, ProfileKind, RunEnd, RunRecord, RunResult, RunStart, Trigger};
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::admin::Run;

use crate::store::sql::{Dialect, Fields, Insert, Kind, Value, int, strange, values};
use crate::store::{RunSource, StoreError};

/// The columns that make a [`Run`], in the order in which [`decode`] takes them.
macro_rules! columns {
    () => {
        "run_id, sequence, received, installation, computer, login, profile_name, profile_guid, profile_version, \
         profile_revision, kind, kind_text, begun_by, restore, thread_start, profile_start, group_start, utc_offset, os_user, \
         result, ended, files_copied, files_deleted, files_failed, bytes_copied, bytes_deleted, bytes_failed, bytes_stored, error, gap"
    };
}
pub(super) use columns;

macro_rules! row {
    ($($more:expr)?) => {
        Insert {
            table: "runs",
            columns: &[
                ("account_id", Kind::Int),
                ("device_id", Kind::Int),
                ("run_id", Kind::Bytes),
                ("sequence", Kind::Int),
                ("received", Kind::Int),
                ("installation", Kind::Bytes),
                ("computer", Kind::Text),
                ("login", Kind::Text),
                ("profile_name", Kind::Text),
                ("profile_guid", Kind::Bytes),
                ("profile_version", Kind::Int),
                ("profile_revision", Kind::Int),
                ("kind", Kind::Int),
                ("kind_text", Kind::Text),
                ("begun_by", Kind::Int),
                ("restore", Kind::Bool),
                ("thread_start", Kind::Int),
                ("profile_start", Kind::Int),
                ("group_start", Kind::Int),
                ("utc_offset", Kind::Int),
                ("os_user", Kind::Text),
                ("result", Kind::Int),
                ("ended", Kind::Int),
                ("files_copied", Kind::Int),
                ("files_deleted", Kind::Int),
                ("files_failed", Kind::Int),
                ("bytes_copied", Kind::Int),
                ("bytes_deleted", Kind::Int),
                ("bytes_failed", Kind::Int),
                ("bytes_stored", Kind::Int),
                ("error", Kind::Text),
                ("gap", Kind::Text),
                $($more)?
            ],
            // The account, the run and the installation.
            key: &[0, 2, 5],
        }
    };
}

const ROW: Insert = row!();
const ROW_WITH_WORDS: Insert = row!(("words", Kind::Text));

/// The columns of [`values`].
pub(super) const fn insert(dialect: Dialect) -> &'static Insert {
    match dialect {
        Dialect::Sqlite => &ROW,
        Dialect::Postgres => &ROW_WITH_WORDS,
    }
}

/// How many rows are inserted at once. Each time costs an exchange with PostgreSQL; in SQLite it costs nothing, and a few
/// rows stay where the processor is quick.
pub(super) const fn portion(dialect: Dialect) -> usize {
    match dialect {
        Dialect::Sqlite => 32,
        Dialect::Postgres => usize::MAX,
    }
}

/// A record as a row.
pub(super) fn values<'r>(
    dialect: Dialect,
    source: RunSource,
    record: &'r RunRecord,
    received: Timestamp,
) -> Result<Vec<Value<'r>>, StoreError> {
    let (start, end) = (&record.start, &record.finish);
    let values = values![
        source.account.0,
        source.device.0,
        record.id.as_bytes(),
        int(record.sequence)?,
        received.as_millis(),
        record.installation.as_bytes(),
        &record.computer,
        &record.user,
        &start.profile.name,
        start.profile.guid.as_ref().map(Guid::as_bytes),
        start.profile.version,
        int(start.profile.revision)?,
        start.kind as i32,
        &start.kind_text,
        start.trigger as i32,
        start.restore,
        start.thread_start.as_millis(),
        start.profile_start.as_millis(),
        start.group_start.map(Timestamp::as_millis),
        start.utc_offset,
        &start.os_user,
        end.result as i32,
        end.end.as_millis(),
        int(end.files_copied)?,
        int(end.files_deleted)?,
        int(end.files_failed)?,
        int(end.bytes_copied)?,
        int(end.bytes_deleted)?,
        int(end.bytes_failed)?,
        end.bytes_stored.map(int).transpose()?,
        &end.error,
        record.gap.map(|gap| serde_json::to_string(&gap)).transpose().map_err(StoreError::rejected)?,
    ];
    let words = match dialect {
        Dialect::Sqlite => None,
        Dialect::Postgres => {
            Some(words([&record.user, &record.computer, &start.profile.name, &start.os_user, &end.error]).into())
        }
    };
    let mut row = Vec::from(values);
    row.extend(words);
    Ok(row)
}

/// What a search looks in: login, computer, profile name, user of the system and error, in lower case. SQLite looks at the
/// columns themselves, with a function of ours.
pub(crate) fn words(texts: [&str; 5]) -> String {
    texts.map(str::to_lowercase).join("\u{1}")
}

pub(super) fn decode(row: &mut Fields<'_>) -> Result<Run, StoreError> {
    let (id, sequence, received) = (row.uuid(RunId::from_bytes)?, row.take()?, row.time()?);
    let installation = row.uuid(InstallationId::from_bytes)?;
    let (computer, user) = (row.take()?, row.take()?);
    let record = RunRecord { id, sequence, installation, computer, user, start: start(row)?, finish: end(row)?, gap: gap(row)? };
    Ok(Run { record, received })
}

fn start(row: &mut Fields<'_>) -> Result<RunStart, StoreError> {
    Ok(RunStart {
        profile: Profile { name: row.take()?, guid: row.guid_or_none()?, version: row.take()?, revision: row.take()? },
        kind: numbered(row, "profile kind", ProfileKind::from_number)?,
        kind_text: row.take()?,
        trigger: numbered(row, "trigger", Trigger::from_number)?,
        restore: row.take()?,
        thread_start: row.time()?,
        profile_start: row.time()?,
        group_start: row.time_or_none()?,
        utc_offset: row.take()?,
        os_user: row.take()?,
    })
}

fn end(row: &mut Fields<'_>) -> Result<RunEnd, StoreError> {
    Ok(RunEnd {
        result: numbered(row, "result", RunResult::from_number)?,
        end: row.time()?,
        files_copied: row.take()?,
        files_deleted: row.take()?,
        files_failed: row.take()?,
        bytes_copied: row.take()?,
        bytes_deleted: row.take()?,
        bytes_failed: row.take()?,
        bytes_stored: row.take()?,
        error: row.take()?,
    })
}

fn gap(row: &mut Fields<'_>) -> Result<Option<Gap>, StoreError> {
    let text: Option<String> = row.take()?;
    let read = |text: String| serde_json::from_str(&text).map_err(|_| strange("gap", text));
    text.map(read).transpose()
}

fn numbered<T>(row: &mut Fields<'_>, what: &str, make: impl FnOnce(i32) -> Option<T>) -> Result<T, StoreError> {
    let number = row.take()?;
    make(number).ok_or_else(|| strange(what, number))
}
