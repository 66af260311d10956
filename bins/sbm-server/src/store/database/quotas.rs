//! Quotas in the database: what devices store, what runs reserve, and the sums of both for every account.
//!
//! Locks are taken in one order: devices by their ids, then sums by the ids of their accounts.

use std::collections::BTreeSet;

use sbm_core::account::Quota;
use sbm_core::account::quota::{self, Filled, Room};
use sbm_core::cache::{RoomNote, RunRoom};
use sbm_core::directory::Change;
use sbm_core::id::{AccountId, DeviceId, RunId};
use sbm_core::time::Timestamp;

use super::{Backend, silos};
use crate::store::quotas::{Above, MOST_RUNS, Quotas, Reserved};
use crate::store::sql::{Sql, all, any, int, one, values};
use crate::store::{Pending, StoreError};

/// An account and those above it, each with how far up it is.
const UP: &str = "WITH RECURSIVE up (id, parent, far) AS (
    SELECT account_id, parent_id, 0 FROM accounts WHERE account_id = $1
    UNION ALL SELECT above.account_id, above.parent_id, up.far + 1 FROM accounts AS above JOIN up ON above.account_id = up.parent)";

impl<B: Backend> Quotas for B {
    fn report_stored(&self, device: DeviceId, number: u64, bytes: u64) -> Pending<bool> {
        self.database().write(move |sql| report(sql, device, number, bytes))
    }

    fn reserve(&self, device: DeviceId, run: RunId, bytes: u64, at: Timestamp) -> Pending<Reserved> {
        self.database().write(move |sql| reserve(sql, device, run, bytes, at))
    }

    fn release(&self, device: DeviceId, runs: Vec<RunId>) -> Pending<u64> {
        self.database().write(move |sql| {
            silos::check(sql, device)?;
            over(sql, device, &runs)
        })
    }

    fn above(&self, device: DeviceId) -> Pending<Option<Above>> {
        self.database().read(move |sql| above(sql, device))
    }

    fn drop_reservations(&self, before: Timestamp) -> Pending<u64> {
        self.database().write(move |sql| {
            let text = "SELECT DISTINCT device_id FROM reservations WHERE at < $1 ORDER BY device_id";
            let devices: Vec<DeviceId> = all(sql, text, &values![before.as_millis()], |row| row.id())?;
            let mut dropped = 0;
            let held = hold_devices(sql, &devices)?;
            hold_sums(sql, held.iter().map(|(_, account)| *account))?;
            for (device, account) in held {
                let text = "DELETE FROM reservations WHERE device_id = $1 AND at < $2 RETURNING bytes";
                for bytes in all(sql, text, &values![device.0, before.as_millis()], |row| row.take::<i64>())? {
                    add(sql, account, 0, -bytes)?;
                    dropped += 1;
                }
            }
            Ok(dropped)
        })
    }

    fn filled(&self) -> Pending<Vec<(AccountId, Filled)>> {
        self.database().read(|sql| {
            let text = "SELECT account_id, stored, reserved FROM filled WHERE stored <> 0 OR reserved <> 0 ORDER BY account_id";
            all(sql, text, &[], |row| Ok((row.id()?, Filled { stored: row.take()?, reserved: row.take()? })))
        })
    }
}

fn report(sql: &dyn Sql, device: DeviceId, number: u64, bytes: u64) -> Result<bool, StoreError> {
    silos::check(sql, device)?;
    let Some(account) = held(sql, device)? else { return Ok(false) };
    let text = "SELECT number, bytes FROM stored WHERE device_id = $1";
    let before = one(sql, text, &values![device.0], |row| Ok((row.take::<u64>()?, row.take::<i64>()?)))?;
    if before.is_some_and(|(last, _)| number <= last) {
        return Ok(false);
    }
    let (bytes, number) = (int(bytes)?, int(number)?);
    let text = "INSERT INTO stored (account_id, device_id, number, bytes) VALUES ($1, $2, $3, $4)
        ON CONFLICT (account_id, device_id) DO UPDATE SET number = excluded.number, bytes = excluded.bytes";
    sql.run(text, &values![account.0, device.0, number, bytes])?;
    add(sql, account, bytes - before.map_or(0, |(_, bytes)| bytes), 0)?;
    if silos::account_of_holder(sql, device)? == Some(account) {
        forget_others(sql, account, device)?;
    }
    Ok(true)
}

/// What a silo holds is what the machine says that has it: that of machines of before would be counted twice (ACC-11).
fn forget_others(sql: &dyn Sql, account: AccountId, holder: DeviceId) -> Result<(), StoreError> {
    let bytes = |text: &str| -> Result<i64, StoreError> {
        Ok(all(sql, text, &values![account.0, holder.0], |row| row.take::<i64>())?.into_iter().sum())
    };
    let stored = bytes("DELETE FROM stored WHERE account_id = $1 AND device_id <> $2 RETURNING bytes")?;
    let reserved = bytes("DELETE FROM reservations WHERE account_id = $1 AND device_id <> $2 RETURNING bytes")?;
    if (stored, reserved) == (0, 0) { Ok(()) } else { add(sql, account, -stored, -reserved) }
}

fn reserve(sql: &dyn Sql, device: DeviceId, run: RunId, bytes: u64, at: Timestamp) -> Result<Reserved, StoreError> {
    silos::check(sql, device)?;
    let Some(account) = held(sql, device)? else { return Ok(Reserved::NoDevice) };
    let bytes = int(bytes)?;
    let there = "SELECT bytes FROM reservations WHERE device_id = $1 AND run_id = $2";
    let before: Option<i64> = one(sql, there, &values![device.0, run.as_bytes()], |row| row.take())?;
    let own = before.unwrap_or(0);
    let takes_more = before.is_none_or(|before| bytes > before);
    if takes_more && !has_place(sql, device, run, bytes)? {
        return Ok(Reserved::TooMuch);
    }
    if takes_more
        && let Some(room) = tightest(sql, account, own)?.filter(|room| room.bytes == 0 || bytes.unsigned_abs() > room.bytes)
    {
        return Ok(Reserved::Full(room));
    }
    let text = "INSERT INTO reservations (account_id, device_id, run_id, bytes, at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (account_id, device_id, run_id) DO UPDATE SET bytes = excluded.bytes, at = excluded.at";
    sql.run(text, &values![account.0, device.0, run.as_bytes(), bytes, at.as_millis()])?;
    add(sql, account, 0, bytes - own)?;
    Ok(Reserved::Granted)
}

/// Whether a device may have that much besides what is kept for its other runs.
fn has_place(sql: &dyn Sql, device: DeviceId, run: RunId, bytes: i64) -> Result<bool, StoreError> {
    let text = "SELECT COUNT(*), CAST(coalesce(sum(bytes), 0) AS bigint) FROM reservations WHERE device_id = $1 AND run_id <> $2";
    let others = one(sql, text, &values![device.0, run.as_bytes()], |row| Ok((row.take::<i64>()?, row.take::<i64>()?)))?;
    let (runs, kept) = others.unwrap_or_default();
    Ok(runs < i64::from(MOST_RUNS) && kept <= int(quota::MOST)? - bytes)
}

/// Runs of a device are over.
pub(super) fn over(sql: &dyn Sql, device: DeviceId, runs: &[RunId]) -> Result<u64, StoreError> {
    // Most runs reserve nothing, and then nobody is held up.
    if !any(sql, "SELECT 1 FROM reservations WHERE device_id = $1", &values![device.0])? {
        return Ok(0);
    }
    let Some(account) = held(sql, device)? else { return Ok(0) };
    let mut released = 0;
    for run in runs {
        let text = "DELETE FROM reservations WHERE device_id = $1 AND run_id = $2 RETURNING bytes";
        for bytes in all(sql, text, &values![device.0, run.as_bytes()], |row| row.take::<i64>())? {
            add(sql, account, 0, -bytes)?;
            released += 1;
        }
    }
    Ok(released)
}

fn above(sql: &dyn Sql, device: DeviceId) -> Result<Option<Above>, StoreError> {
    let text = "SELECT account_id, coalesce((SELECT bytes FROM stored WHERE stored.device_id = devices.device_id), 0)
        FROM devices WHERE device_id = $1";
    let found = one(sql, text, &values![device.0], |row| Ok((row.id::<AccountId>()?, row.take()?)))?;
    let Some((account, counted)) = found else { return Ok(None) };
    let text = format!(
        "SELECT run_id, bytes FROM reservations WHERE device_id = $1 AND bytes > 0 ORDER BY at DESC, run_id DESC LIMIT {}",
        RoomNote::MOST_KEPT
    );
    let kept = all(sql, &text, &values![device.0], |row| Ok(RunRoom { run: row.uuid(RunId::from_bytes)?, bytes: row.take()? }))?;
    let text = format!(
        "{UP} SELECT up.id, quota_hard, quota_soft, filled.stored, filled.reserved FROM up
        JOIN accounts ON accounts.account_id = up.id JOIN filled ON filled.account_id = up.id
        WHERE quota_hard IS NOT NULL OR quota_soft IS NOT NULL ORDER BY far"
    );
    let limits: Vec<(AccountId, Quota, Filled)> = all(sql, &text, &values![account.0], |row| {
        let (id, quota) = (row.id()?, Quota { hard: row.take()?, soft: row.take()? });
        Ok((id, quota, Filled { stored: row.take()?, reserved: row.take()? }))
    })?;
    let warns = limits.iter().any(|(_, quota, filled)| quota.warns(*filled));
    Ok(Some(Above { room: quota::tightest(limits.into_iter()), warns, counted, kept }))
}

/// The tightest room on the way up for who has so many bytes of it already; the nearest account of several that leave as much.
fn tightest(sql: &dyn Sql, account: AccountId, own: i64) -> Result<Option<Room>, StoreError> {
    let text = format!(
        "{UP} SELECT up.id, quota_hard - filled.stored - filled.reserved + $2 AS room FROM up
        JOIN accounts ON accounts.account_id = up.id JOIN filled ON filled.account_id = up.id WHERE quota_hard IS NOT NULL ORDER BY room, far LIMIT 1"
    );
    one(sql, &text, &values![account.0, own], |row| {
        let (decided_by, bytes) = (row.id()?, row.take::<i64>()?);
        Ok(Room { bytes: u64::try_from(bytes).unwrap_or(0), decided_by })
    })
}

/// The account of a device, which stays as it is until this transaction ends, as do the sums above it.
fn held(sql: &dyn Sql, device: DeviceId) -> Result<Option<AccountId>, StoreError> {
    let account = hold_device(sql, device)?;
    hold_sums(sql, account)?;
    Ok(account)
}

fn hold_device(sql: &dyn Sql, device: DeviceId) -> Result<Option<AccountId>, StoreError> {
    let text = "SELECT account_id FROM devices WHERE device_id = $1 {lock}";
    one(sql, &sql.dialect().spell(text), &values![device.0], |row| row.id())
}

/// Those of the devices that are there, with their accounts: one may go before it is held.
fn hold_devices(sql: &dyn Sql, devices: &[DeviceId]) -> Result<Vec<(DeviceId, AccountId)>, StoreError> {
    let held = devices.iter().map(|device| Ok(hold_device(sql, *device)?.map(|account| (*device, account))));
    held.filter_map(Result::transpose).collect()
}

fn hold_sums(sql: &dyn Sql, accounts: impl IntoIterator<Item = AccountId>) -> Result<(), StoreError> {
    if !sql.dialect().writes_side_by_side() {
        return Ok(());
    }
    let mut above = BTreeSet::new();
    for account in accounts {
        above.extend(all(sql, &format!("{UP} SELECT id FROM up"), &values![account.0], |row| row.take::<u32>())?);
    }
    let text = sql.dialect().spell("SELECT 1 FROM filled WHERE account_id = $1 {lock}");
    above.into_iter().try_for_each(|account| any(sql, &text, &values![account]).map(drop))
}

fn add(sql: &dyn Sql, account: AccountId, stored: i64, reserved: i64) -> Result<(), StoreError> {
    let text =
        format!("{UP} UPDATE filled SET stored = stored + $2, reserved = reserved + $3 WHERE account_id IN (SELECT id FROM up)");
    sql.run(&text, &values![account.0, stored, reserved]).map(drop)
}

/// What a plan changes about who is below whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moves {
    /// An account stands elsewhere, so that the sums are worked out anew.
    pub accounts: bool,
}

/// Before a plan is stored: what its sums are worked out from stays as it is until then.
pub(super) fn hold(sql: &dyn Sql, changes: &[Change]) -> Result<Moves, StoreError> {
    let mut devices: Vec<DeviceId> = Vec::new();
    let mut accounts = false;
    for change in changes {
        match change {
            Change::DropDevice(id) => devices.push(*id),
            Change::Device(row) => {
                let text = "SELECT 1 FROM devices WHERE device_id = $1 AND account_id <> $2";
                if any(sql, text, &values![row.id.0, row.account.0])? {
                    devices.push(row.id);
                }
            }
            Change::Account(row) => {
                let text = "SELECT 1 FROM accounts WHERE account_id = $1 AND parent_id IS DISTINCT FROM $2";
                accounts |= any(sql, text, &values![row.id.0, row.parent.map(|parent| parent.0)])?;
            }
            _ => {}
        }
    }
    devices.sort_unstable();
    let held = hold_devices(sql, &devices)?;
    if accounts {
        any(sql, &sql.dialect().spell("SELECT count(*) FROM (SELECT 1 FROM filled ORDER BY account_id {lock}) AS held"), &[])?;
    } else {
        hold_sums(sql, held.into_iter().map(|(_, account)| account))?;
    }
    Ok(Moves { accounts })
}

/// What a device stores and has reserved is counted nowhere any more.
pub(super) fn take(sql: &dyn Sql, device: DeviceId) -> Result<(), StoreError> {
    count(sql, device, -1)
}

/// It is counted where the device is now.
pub(super) fn give(sql: &dyn Sql, device: DeviceId) -> Result<(), StoreError> {
    count(sql, device, 1)
}

fn count(sql: &dyn Sql, device: DeviceId, sign: i64) -> Result<(), StoreError> {
    let text = "SELECT account_id, CAST(coalesce((SELECT sum(bytes) FROM stored WHERE device_id = $1), 0) AS bigint),
        CAST(coalesce((SELECT sum(bytes) FROM reservations WHERE device_id = $1), 0) AS bigint) FROM devices WHERE device_id = $1";
    let found = one(sql, text, &values![device.0], |row| Ok((row.id()?, row.take::<i64>()?, row.take::<i64>()?)))?;
    match found {
        None | Some((_, 0, 0)) => Ok(()),
        Some((account, stored, reserved)) => add(sql, account, sign * stored, sign * reserved),
    }
}

/// Works all sums out anew, where an account stands elsewhere now.
pub(super) fn settle(sql: &dyn Sql) -> Result<(), StoreError> {
    let text = "WITH RECURSIVE climb (id, stored, reserved) AS (
            SELECT account_id, stored, reserved FROM (
                SELECT account_id, bytes AS stored, 0 AS reserved FROM stored
                UNION ALL SELECT account_id, 0, bytes FROM reservations) AS said
            UNION ALL SELECT accounts.parent_id, climb.stored, climb.reserved FROM climb
                JOIN accounts ON accounts.account_id = climb.id WHERE accounts.parent_id IS NOT NULL)
        UPDATE filled SET stored = sums.stored, reserved = sums.reserved FROM (
            SELECT accounts.account_id AS id, CAST(coalesce(sum(climb.stored), 0) AS bigint) AS stored,
                CAST(coalesce(sum(climb.reserved), 0) AS bigint) AS reserved
            FROM accounts LEFT JOIN climb ON climb.id = accounts.account_id GROUP BY accounts.account_id) AS sums
        WHERE sums.id = filled.account_id AND (sums.stored <> filled.stored OR sums.reserved <> filled.reserved)";
    sql.run(text, &[]).map(drop)
}
