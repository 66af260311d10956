//! A record as a row and back.

use rusqlite::{CachedStatement, Connection, params};
use sbm_core::id::{InstallationId, RunId};
use sbm_core::run::{Gap, Profile, ProfileKind, RunEnd, RunRecord, RunResult, RunStart, Trigger};
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::admin::Run;

use super::super::field::{Fields, Outcome, int, one, strange};
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

/// Keeps records, with a statement that a whole batch shares.
pub(super) struct Insert<'s>(CachedStatement<'s>);

impl<'s> Insert<'s> {
    pub(super) fn new(sql: &'s Connection) -> Outcome<Self> {
        let text = concat!(
            "INSERT INTO runs (account_id, device_id, ",
            columns!(),
            ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, \
             ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32) ON CONFLICT DO NOTHING"
        );
        Ok(Self(sql.prepare_cached(text)?))
    }

    /// Keeps a record; false if a run has its id already.
    pub(super) fn keep(&mut self, source: RunSource, record: &RunRecord, received: Timestamp) -> Outcome<bool> {
        let (start, end) = (&record.start, &record.finish);
        let values = params![
            source.account.0,
            source.device.0,
            record.id.as_bytes(),
            int(record.sequence)?,
            received.as_millis(),
            record.installation.as_bytes(),
            record.computer,
            record.user,
            start.profile.name,
            start.profile.guid.as_ref().map(|guid| guid.as_bytes()),
            start.profile.version,
            int(start.profile.revision)?,
            start.kind as i32,
            start.kind_text,
            start.trigger as i32,
            start.restore,
            start.thread_start.as_millis(),
            start.profile_start.as_millis(),
            start.group_start.map(Timestamp::as_millis),
            start.utc_offset,
            start.os_user,
            end.result as i32,
            end.end.as_millis(),
            int(end.files_copied)?,
            int(end.files_deleted)?,
            int(end.files_failed)?,
            int(end.bytes_copied)?,
            int(end.bytes_deleted)?,
            int(end.bytes_failed)?,
            end.bytes_stored.map(int).transpose()?,
            end.error,
            record.gap.map(|gap| serde_json::to_string(&gap)).transpose().map_err(StoreError::rejected)?,
        ];
        Ok(self.0.execute(values)? == 1)
    }
}

/// The run of that installation with that id.
pub(super) fn find(sql: &Connection, source: RunSource, id: RunId) -> Outcome<Option<Run>> {
    let text = concat!("SELECT ", columns!(), " FROM runs WHERE account_id = ?1 AND run_id = ?2 AND installation = ?3");
    one(sql, text, params![source.account.0, id.as_bytes(), source.installation.as_bytes()], decode)
}

pub(super) fn decode(row: &mut Fields<'_>) -> Outcome<Run> {
    let (id, sequence, received) = (row.uuid(RunId::from_bytes)?, row.take()?, row.time()?);
    let installation = row.uuid(InstallationId::from_bytes)?;
    let (computer, user) = (row.take()?, row.take()?);
    let record = RunRecord { id, sequence, installation, computer, user, start: start(row)?, finish: end(row)?, gap: gap(row)? };
    Ok(Run { record, received })
}

fn start(row: &mut Fields<'_>) -> Outcome<RunStart> {
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

fn end(row: &mut Fields<'_>) -> Outcome<RunEnd> {
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

fn gap(row: &mut Fields<'_>) -> Outcome<Option<Gap>> {
    let text: Option<String> = row.take()?;
    let read = |text: String| serde_json::from_str(&text).map_err(|_| strange("gap", text));
    text.map(read).transpose()
}

fn numbered<T>(row: &mut Fields<'_>, what: &str, make: impl FnOnce(i32) -> Option<T>) -> Outcome<T> {
    let number = row.take()?;
    make(number).ok_or_else(|| strange(what, number))
}
