//! Backup accounts in the database: their own logins, and the machines that they are on (ACC-11, ACC-12).

use std::collections::HashMap;

use sbm_core::account::{Lease, Silo};
use sbm_core::directory::rows::Account;
use sbm_core::id::{AccountId, DeviceId};

use crate::store::StoreError;
use crate::store::sql::{Sql, all, any, int, one, values};

/// All of them.
pub(super) fn load(sql: &dyn Sql) -> Result<HashMap<AccountId, Silo>, StoreError> {
    let text = "SELECT account_id, own_user, fence, holder FROM silos ORDER BY account_id";
    let rows = all(sql, text, &[], |row| {
        let (account, own) = (row.id()?, row.id_or_none()?);
        Ok((account, Silo { own, lease: Lease { fence: row.take()?, holder: row.id_or_none()? } }))
    })?;
    Ok(rows.into_iter().collect())
}

/// What an account is besides its row.
pub(super) fn put(sql: &dyn Sql, row: &Account) -> Result<(), StoreError> {
    let Silo { own, lease } = row.silo;
    if row.silo.is_empty() {
        return sql.run("DELETE FROM silos WHERE account_id = $1", &values![row.id.0]).map(drop);
    }
    let text = "INSERT INTO silos (account_id, own_user, fence, holder) VALUES ($1, $2, $3, $4)
        ON CONFLICT (account_id) DO UPDATE SET own_user = excluded.own_user, fence = excluded.fence, holder = excluded.holder";
    let values = values![row.id.0, own.map(|own| own.0), int(lease.fence)?, lease.holder.map(|holder| holder.0)];
    sql.run(text, &values).map(drop)
}

/// Refuses what a device says whose backup account is another machine's by now. One that is not refused stays what it is until
/// this transaction ends: whoever releases it waits for that (ACC-11).
pub(super) fn check(sql: &dyn Sql, device: DeviceId) -> Result<(), StoreError> {
    const OF: &str = "SELECT 1 FROM devices JOIN silos ON silos.account_id = devices.account_id
        JOIN accounts ON accounts.account_id = devices.account_id
        WHERE device_id = $1 AND accounts.kind = 1 AND silos.fence > 0";
    if !any(sql, OF, &values![device.0])? {
        return Ok(());
    }
    any(sql, &sql.dialect().spell("SELECT 1 FROM devices WHERE device_id = $1 {lock}"), &values![device.0])?;
    let other = format!("{OF} AND silos.holder IS DISTINCT FROM $1");
    if any(sql, &other, &values![device.0])? { Err(StoreError::OtherMachine) } else { Ok(()) }
}

/// The account of a device that has it, if it is a backup account: what other machines stored there is the device's to say
/// from now on.
pub(super) fn account_of_holder(sql: &dyn Sql, device: DeviceId) -> Result<Option<AccountId>, StoreError> {
    let text = "SELECT silos.account_id FROM silos JOIN accounts ON accounts.account_id = silos.account_id
        WHERE silos.holder = $1 AND accounts.kind = 1";
    one(sql, text, &values![device.0], |row| row.id())
}
