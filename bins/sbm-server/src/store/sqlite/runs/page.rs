//! Pages of history, newest first, with a cursor that later arrivals do not shift.

use rusqlite::{Connection, params};
use sbm_core::id::{AccountId, RunId};
use sbm_core::wire::v1::admin::{HistoryQuery, Page, Run};

use super::super::field::{Fields, Outcome, all};
use super::row::{columns, decode};
use crate::store::StoreError;

/// Runs on a page if the query does not say.
const USUAL: u32 = 100;
/// Runs on a page at most.
const MOST: u32 = 500;

/// The place of a run in the order: start, id, device.
struct Cursor {
    start: i64,
    id: RunId,
    device: u32,
}

impl Cursor {
    /// Before everything, which is newest first.
    const TOP: Self = Self { start: i64::MAX, id: RunId::from_bytes([0xff; 16]), device: u32::MAX };

    fn parse(text: &str) -> Result<Self, StoreError> {
        let parts = || {
            let mut parts = text.split('.');
            let cursor =
                Self { start: parts.next()?.parse().ok()?, id: parts.next()?.parse().ok()?, device: parts.next()?.parse().ok()? };
            parts.next().is_none().then_some(cursor)
        };
        parts().ok_or_else(|| StoreError::BadCursor(text.chars().take(80).collect::<String>().into()))
    }
}

pub(super) fn list(sql: &Connection, account: AccountId, query: &HistoryQuery) -> Outcome<Page<Run>> {
    let cursor = query.after.as_deref().map_or(Ok(Cursor::TOP), Cursor::parse)?;
    let limit = query.limit.unwrap_or(USUAL).clamp(1, MOST);
    // One row more tells whether there is a next page.
    let text = concat!(
        "SELECT device_id, ",
        columns!(),
        " FROM runs WHERE account_id = ?1 AND (profile_start, run_id, device_id) < (?2, ?3, ?4)
          AND (?5 IS NULL OR profile_guid = ?5) AND (?6 IS NULL OR installation = ?6) AND (?7 IS NULL OR result = ?7)
          AND (?8 IS NULL OR login = ?8)
          ORDER BY profile_start DESC, run_id DESC, device_id DESC LIMIT ?9"
    );
    let values = params![
        account.0,
        cursor.start,
        cursor.id.as_bytes(),
        cursor.device,
        query.profile.as_ref().map(|guid| guid.as_bytes()),
        query.installation.as_ref().map(|installation| installation.as_bytes()),
        query.result.map(|result| result as i32),
        query.user,
        limit + 1,
    ];
    let mut rows = all(sql, text, values, |row: &mut Fields<'_>| Ok((row.take::<u32>()?, decode(row)?)))?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = rows
        .last()
        .filter(|_| more)
        .map(|(device, run)| format!("{}.{}.{device}", run.record.start.profile_start.as_millis(), run.record.id));
    Ok(Page { items: rows.into_iter().map(|(_, run)| run).collect(), next })
}
