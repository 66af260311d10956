//! What hosts made of their changes, in SQLite.

use rusqlite::{Connection, params};
use sbm_core::id::{AccountId, Guid};
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::device::Outcome as Said;

use super::Sqlite;
use super::field::{Outcome, all, int, run};
use crate::store::{Acknowledgement, Acknowledgements, Pending, RunSource};

impl Acknowledgements for Sqlite {
    fn put_outcomes(&self, source: RunSource, outcomes: Vec<Said>, at: Timestamp) -> Pending<()> {
        self.write(move |sql| Ok(outcomes.iter().try_for_each(|said| put(sql, source, said, at))?))
    }

    fn outcomes(&self, account: AccountId, guid: Guid) -> Pending<Vec<Acknowledgement>> {
        self.read(move |sql| {
            let text =
                "SELECT device_id, revision, failure, at FROM outcomes WHERE account_id = ?1 AND guid = ?2 ORDER BY device_id";
            Ok(all(sql, text, params![account.0, guid.as_bytes()], |row| {
                Ok(Acknowledgement {
                    device: row.id()?,
                    outcome: Said { guid, revision: row.take()?, failure: row.take()? },
                    at: row.time()?,
                })
            })?)
        })
    }
}

fn put(sql: &Connection, source: RunSource, said: &Said, at: Timestamp) -> Outcome<()> {
    let text = "INSERT INTO outcomes (account_id, guid, device_id, revision, failure, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (account_id, guid, device_id) DO UPDATE SET revision = excluded.revision, failure = excluded.failure,
        at = excluded.at";
    let (guid, revision) = (said.guid.as_bytes(), int(said.revision)?);
    run(sql, text, params![source.account.0, guid, source.device.0, revision, said.failure, at.as_millis()])?;
    Ok(())
}
