//! Who holds which managed profile and what hosts made of their changes, in the database.

use sbm_core::id::{AccountId, DeviceId, Guid};
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::device::Outcome as Said;

use super::{Backend, silos};
use crate::store::sql::{Sql, all, any, int, values};
use crate::store::{Acknowledgement, Acknowledgements, Holding, Pending, RunSource, StoreError};

impl<B: Backend> Acknowledgements for B {
    fn put_outcomes(&self, source: RunSource, outcomes: Vec<Said>, entitled: Vec<Guid>, at: Timestamp) -> Pending<()> {
        self.database().write(move |sql| {
            lock(sql, source)?;
            for said in &outcomes {
                if said.revision == 0 || entitled.contains(&said.guid) || holds(sql, source, said.guid)? {
                    put(sql, source, said, at)?;
                }
            }
            Ok(())
        })
    }

    fn outcomes(&self, account: AccountId, guid: Guid) -> Pending<Vec<Acknowledgement>> {
        self.database().read(move |sql| {
            let text =
                "SELECT device_id, revision, failure, at FROM outcomes WHERE account_id = $1 AND guid = $2 ORDER BY device_id";
            all(sql, text, &values![account.0, guid.as_bytes()], |row| {
                Ok(Acknowledgement {
                    device: row.id()?,
                    outcome: Said { guid, revision: row.take()?, failure: row.take()? },
                    at: row.time()?,
                })
            })
        })
    }

    fn hold(&self, source: RunSource, held: Vec<(Guid, u64)>, at: Timestamp) -> Pending<()> {
        self.database().write(move |sql| {
            lock(sql, source)?;
            for (guid, revision) in held {
                let text = "DELETE FROM outcomes WHERE account_id = $1 AND guid = $2 AND device_id = $3 AND revision = 0";
                let removed = sql.run(text, &values![source.account.0, guid.as_bytes(), source.device.0])? > 0;
                hold(sql, source, guid, revision, at, removed)?;
            }
            Ok(())
        })
    }

    fn holdings(&self, account: AccountId, guid: Guid) -> Pending<Vec<Holding>> {
        self.database().read(move |sql| holdings(sql, account, guid))
    }

    fn unsettled(&self, account: AccountId) -> Pending<Vec<Guid>> {
        self.database().read(move |sql| {
            let text = "SELECT DISTINCT guid FROM tombstones AS gone WHERE EXISTS (
                SELECT 1 FROM holders LEFT JOIN outcomes USING (account_id, guid, device_id)
                WHERE holders.account_id = $1 AND holders.guid = gone.guid
                AND (outcomes.revision IS DISTINCT FROM 0 OR outcomes.failure IS NOT NULL)) ORDER BY guid";
            all(sql, text, &values![account.0], |row| row.uuid(Guid::from_bytes))
        })
    }
}

/// What a device says and what it is given come one after the other, and before the device goes or after.
fn lock(sql: &dyn Sql, source: RunSource) -> Result<(), StoreError> {
    let text = "SELECT 1 FROM devices WHERE device_id = $1 {lock}";
    any(sql, &sql.dialect().spell(text), &values![source.device.0])?;
    silos::check(sql, source.device)
}

/// Whether the device was ever given the profile.
fn holds(sql: &dyn Sql, source: RunSource, guid: Guid) -> Result<bool, StoreError> {
    let text = "SELECT 1 FROM holders WHERE account_id = $1 AND guid = $2 AND device_id = $3";
    any(sql, text, &values![source.account.0, guid.as_bytes(), source.device.0])
}

fn put(sql: &dyn Sql, source: RunSource, said: &Said, at: Timestamp) -> Result<(), StoreError> {
    let text = "INSERT INTO outcomes (account_id, guid, device_id, revision, failure, at) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (account_id, guid, device_id) DO UPDATE SET revision = excluded.revision, failure = excluded.failure,
        at = excluded.at";
    let (guid, revision) = (said.guid.as_bytes(), int(said.revision)?);
    sql.run(text, &values![source.account.0, guid, source.device.0, revision, said.failure.as_ref(), at.as_millis()])?;
    if said.revision > 0 && said.failure.is_none() {
        hold(sql, source, said.guid, said.revision, at, false)?;
    }
    Ok(())
}

/// The newest revision counts, and when it was fetched first; anew, if it was removed in between.
fn hold(sql: &dyn Sql, source: RunSource, guid: Guid, revision: u64, at: Timestamp, anew: bool) -> Result<(), StoreError> {
    let text = "INSERT INTO holders (account_id, guid, device_id, revision, fetched_at)
        SELECT $1, $2, device_id, $4, $5 FROM devices WHERE device_id = $3
        ON CONFLICT (account_id, guid, device_id) DO UPDATE SET revision = excluded.revision, fetched_at = excluded.fetched_at
        WHERE excluded.revision > holders.revision OR $6";
    sql.run(text, &values![source.account.0, guid.as_bytes(), source.device.0, int(revision)?, at.as_millis(), anew]).map(drop)
}

fn holdings(sql: &dyn Sql, account: AccountId, guid: Guid) -> Result<Vec<Holding>, StoreError> {
    let text = "SELECT holders.device_id, holders.revision, fetched_at, outcomes.at, outcomes.revision, failure
        FROM holders LEFT JOIN outcomes USING (account_id, guid, device_id)
        WHERE holders.account_id = $1 AND holders.guid = $2 ORDER BY holders.device_id";
    all(sql, text, &values![account.0, guid.as_bytes()], |row| {
        let (device, revision, fetched_at): (DeviceId, _, _) = (row.id()?, row.take()?, row.time()?);
        let (at, said, failure) = (row.time_or_none()?, row.take::<Option<u64>>()?, row.take()?);
        let said = at.zip(said).map(|(at, revision)| {
            let outcome = Said { guid, revision, failure };
            Acknowledgement { device, outcome, at }
        });
        Ok(Holding { device, revision, fetched_at, said })
    })
}
