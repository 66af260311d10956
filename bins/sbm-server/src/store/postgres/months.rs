//! The parts of the history: one for each month, by the time in the runs' ids, made before the month begins.
//!
//! 1. A run whose id is of no month that was made goes into `runs_wild`: no clock makes a run that is refused.
//! 2. Where a month is made that has runs in `runs_wild` already, they move with it, in the same transaction: a run is in
//!    one part at any time, and sent again it meets itself.
//! 3. Making a part that is there changes nothing. One server at a time makes them.
//! 4. Nobody waits long for it: it needs a lock that everybody needs who reads history, and gives up if somebody has it, such
//!    as a backup. Then it is made later; until then its runs go where runs of no month are.

use std::collections::BTreeSet;

use sbm_core::id::RunId;
use sbm_core::time::{DAY, Timestamp};

use super::live::Live;
use super::settings::in_haste;
use crate::store::StoreError;
use crate::store::sql::{Sql, any, one, values};

/// The lock under which parts are made: `SBMp`.
pub(super) const LOCK: i64 = 0x5342_4d70;

/// How many months ahead there is room for.
const AHEAD: i64 = 2;

/// A month, counted from the year 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Month(i64);

impl Month {
    /// The month of that moment, if it is one that a run's id can have.
    pub(super) fn of(time: Timestamp) -> Option<Self> {
        let text = time.to_rfc3339();
        let (year, rest) = text.split_once('-')?;
        let (year, month): (i64, i64) = (year.parse().ok()?, rest.get(..2)?.parse().ok()?);
        (year >= 1970).then_some(Self(year * 12 + month - 1))
    }

    const fn year(self) -> i64 {
        self.0.div_euclid(12)
    }

    const fn number(self) -> i64 {
        self.0.rem_euclid(12) + 1
    }

    /// When it begins.
    pub(super) fn begins(self) -> Timestamp {
        // Years that begin with March end with the day that is there now and then.
        let (year, month) =
            if self.number() > 2 { (self.year(), self.number() - 3) } else { (self.year() - 1, self.number() + 9) };
        let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + (153 * month + 2) / 5;
        Timestamp::from_millis((era * 146_097 + day_of_era - 719_468) * DAY)
    }

    /// The first id that a run of it can have.
    fn first_id(self) -> String {
        format!("'\\x{:012x}'", self.begins().as_millis().max(0))
    }

    pub(super) fn part(self) -> String {
        format!("runs_{:04}_{:02}", self.year(), self.number())
    }

    /// The month whose part has that name.
    pub(super) fn of_part(name: &str) -> Option<Self> {
        let (year, month) = name.strip_prefix("runs_")?.split_once('_')?;
        let (year, month): (i64, i64) = (year.parse().ok()?, month.parse().ok()?);
        let found = Self(year * 12 + month - 1);
        (found.part() == name).then_some(found)
    }

    /// Whether a run's id is of it.
    pub(super) fn has(self, id: RunId) -> bool {
        let first = |month: Self| RunId::v7(month.begins(), [0; 10]);
        // The first id that there can be has neither a version nor a variant.
        id.as_bytes().get(..6) >= first(self).as_bytes().get(..6)
            && id.as_bytes().get(..6) < first(self.next()).as_bytes().get(..6)
    }

    pub(super) fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// Makes the parts of the months from one moment to another, and of two more behind.
pub(super) fn make(sql: &dyn Sql, from: Timestamp, to: Timestamp) -> Result<(), StoreError> {
    let (Some(first), Some(last)) = (Month::of(from), Month::of(to)) else {
        return Err(StoreError::rejected(format!("there is no month of `{}`", to.as_millis())));
    };
    let last = Month(last.0 + AHEAD);
    if last.0 - first.0 > MOST {
        return Err(StoreError::rejected(format!("from `{}` to `{}` are too many months", first.part(), last.part())));
    }
    let mut month = first;
    let mut is_locked = false;
    while month <= last {
        if !is_there(sql, month)? {
            if !is_locked {
                any(sql, "SELECT pg_advisory_xact_lock($1)", &values![LOCK])?;
                is_locked = true;
                continue;
            }
            make_one(sql, month)?;
        }
        month = month.next();
    }
    Ok(())
}

/// Makes the parts of the months that runs with these times in their ids belong to, where a clock that is right can have
/// made the ids: for what fills the history from elsewhere.
pub(in crate::store) fn make_for(sql: &dyn Sql, times: impl Iterator<Item = Timestamp>) -> Result<(), StoreError> {
    let newest = Month::of(now(sql)?).map_or(0, |month| month.0 + AHEAD);
    let months: BTreeSet<Month> = times.filter_map(Month::of).filter(|month| (OLDEST..=newest).contains(&month.0)).collect();
    for month in months {
        if is_there(sql, month)? {
            continue;
        }
        any(sql, "SELECT pg_advisory_xact_lock($1)", &values![LOCK])?;
        if !is_there(sql, month)? {
            make_one(sql, month)?;
        }
    }
    Ok(())
}

/// Before the year 2000 nobody made a run's id.
const OLDEST: i64 = 2000 * 12;

/// Makes the parts of this month and of two more.
pub(in crate::store) fn make_ahead(sql: &dyn Sql) -> Result<(), StoreError> {
    let now = now(sql)?;
    make(sql, now, now)
}

/// The same at the start of a server. One that reads history at length holds up no start: the months are made later, and it
/// is only waited for a little where not even the one that it is now is there.
pub(super) fn make_at_start(live: &Live) -> Result<(), StoreError> {
    let now = now(live)?;
    for left in (0..TRIES).rev() {
        match make_in_transaction(live, now, now) {
            Err(StoreError::Busy) => {}
            made => return made,
        }
        let has_this_month = Month::of(now).map_or(Ok(false), |month| is_there(live, month))?;
        if has_this_month || left == 0 {
            tracing::warn!("somebody reads the history at length: its parts for the months to come are made later");
            return Ok(());
        }
    }
    Ok(())
}

/// How often it is tried at the start to make the month that it is.
const TRIES: u32 = 6;

fn make_in_transaction(live: &Live, from: Timestamp, to: Timestamp) -> Result<(), StoreError> {
    live.begin("BEGIN");
    let made = make(live, from, to).and_then(|()| live.commit());
    if made.is_err() && live.in_transaction() {
        live.roll_back()?;
    }
    made
}

/// What time it is for the database.
pub(super) fn now(sql: &dyn Sql) -> Result<Timestamp, StoreError> {
    let text = "SELECT CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS bigint)";
    let now = one(sql, text, &[], |row| row.time())?;
    now.ok_or_else(|| StoreError::damaged("it does not say what time it is"))
}

/// Fifty years: more than that is no history but a clock.
const MOST: i64 = 600;

fn is_there(sql: &dyn Sql, month: Month) -> Result<bool, StoreError> {
    let text = "SELECT 1 FROM pg_class WHERE relnamespace = to_regnamespace('sbm') AND relname = $1";
    any(sql, text, &values![month.part()])
}

fn make_one(sql: &dyn Sql, month: Month) -> Result<(), StoreError> {
    // Whoever reads waits for five seconds.
    in_haste(sql, "4s", || make_in_haste(sql, month))
}

/// The part is filled before it becomes one, so that only its last step holds up those who write.
fn make_in_haste(sql: &dyn Sql, month: Month) -> Result<(), StoreError> {
    let (part, from, to) = (month.part(), month.first_id(), month.next().first_id());
    sql.run(&format!("CREATE TABLE {part} (LIKE runs INCLUDING DEFAULTS INCLUDING CONSTRAINTS)"), &[])?;
    sql.run("LOCK TABLE runs_wild IN ACCESS EXCLUSIVE MODE", &[])?;
    let moved = format!(
        "WITH moved AS (DELETE FROM runs_wild WHERE run_id >= {from} AND run_id < {to} RETURNING *)
        INSERT INTO {part} SELECT * FROM moved ORDER BY arrival"
    );
    let moved = sql.run(&moved, &[])?;
    sql.run(&format!("ALTER TABLE runs ATTACH PARTITION {part} FOR VALUES FROM ({from}) TO ({to})"), &[])?;
    tracing::info!(part, moved, "the history has a part for another month");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_begins_where_the_one_before_ends_his_1() {
        for (time, part, first) in [
            ("2026-11-22", "runs_2026_11", 1_793_491_200_000),
            ("2024-02-29", "runs_2024_02", 1_706_745_600_000),
            ("2000-03-01", "runs_2000_03", 951_868_800_000),
            ("1970-01-01", "runs_1970_01", 0),
            ("2100-12-31", "runs_2100_12", 4_131_302_400_000_i64),
        ] {
            let month = Month::of(Timestamp::from_millis(first)).unwrap();
            assert_eq!((month.part().as_str(), month.begins().as_millis()), (part, first), "{time}");
            assert!(month.begins().to_rfc3339().starts_with(&time[..7]));
            assert_eq!(Month::of(Timestamp::from_millis(first - 1)), (first > 0).then(|| Month(month.0 - 1)));
            let last = month.next().begins().plus(-1);
            assert_eq!(Month::of(last), Some(month), "{time}");
            assert_eq!(Month::of_part(part), Some(month));
            let id = |time| RunId::v7(time, [9; 10]);
            assert!(month.has(id(month.begins())) && month.has(id(last)) && !month.has(id(last.plus(1))), "{time}");
        }
        assert_eq!(Month::of(Timestamp::from_millis(i64::MAX)), None);
    }
}
