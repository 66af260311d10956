//! Attempts to log in, as all servers count them.

use std::net::IpAddr;

use sbm_core::id::Hash;
use sbm_core::time::Timestamp;

use super::Backend;
use super::clock::now;
use crate::store::attempts::{Attempt, Attempts, MOST_ATTEMPTS, Outcome};
use crate::store::sql::{Fields, Sql, all, int, one, strange, values};
use crate::store::{Pending, StoreError};

impl<B: Backend> Attempts for B {
    fn attempts_after(&self, number: u64) -> Pending<(Timestamp, Vec<Attempt>)> {
        self.database().read(move |sql| after(sql, number))
    }

    fn add_attempt(&self, what: Outcome, name: Hash, network: IpAddr, after: u64) -> Pending<Vec<Attempt>> {
        self.database().write(move |sql| add(sql, what, &name, network, after))
    }

    fn drop_attempts(&self, got_in_before: Timestamp, others_before: Timestamp) -> Pending<u64> {
        self.database().write(move |sql| drop_before(sql, got_in_before, others_before))
    }
}

fn after(sql: &dyn Sql, number: u64) -> Result<(Timestamp, Vec<Attempt>), StoreError> {
    // First the clock: whatever is read after it happened is not from the future.
    let now = Timestamp::from_millis(now(sql)?);
    Ok((now, behind(sql, number, MOST_ATTEMPTS)?))
}

/// The row of the next number is held until the end of the transaction. So numbers come in the order of their commits, and
/// all that are lower are there.
fn add(sql: &dyn Sql, what: Outcome, name: &Hash, network: IpAddr, after: u64) -> Result<Vec<Attempt>, StoreError> {
    sql.run("UPDATE next_numbers SET next = next + 1 WHERE kind = 'attempt'", &[])?;
    let next = one(sql, "SELECT next FROM next_numbers WHERE kind = 'attempt'", &[], |row| row.take::<i64>())?;
    let number = next.ok_or_else(|| StoreError::damaged("it has no next number of an attempt"))?.saturating_sub(1);
    // Behind the lock, so that time goes in the order of the numbers.
    let now = now(sql)?;
    let text = "INSERT INTO attempts (attempt, at, outcome, name, network) VALUES ($1, $2, $3, $4, $5)";
    sql.run(text, &values![number, now, what as u8, name.as_bytes(), network.to_string()])?;
    behind(sql, after, u32::MAX)
}

fn behind(sql: &dyn Sql, number: u64, most: u32) -> Result<Vec<Attempt>, StoreError> {
    let text = "SELECT attempt, at, outcome, name, network FROM attempts WHERE attempt > $1 ORDER BY attempt LIMIT $2";
    all(sql, text, &values![int(number)?, most], decode)
}

fn decode(row: &mut Fields<'_>) -> Result<Attempt, StoreError> {
    let (number, at, what) = (row.take()?, row.time()?, row.take::<u32>()?);
    let what = Outcome::ALL.into_iter().find(|outcome| *outcome as u32 == what).ok_or_else(|| strange("outcome", what))?;
    let name = row.hash()?;
    let network: String = row.take()?;
    let network = network.parse().map_err(|_| strange("network", &network))?;
    Ok(Attempt { number, at, what, name, network })
}

fn drop_before(sql: &dyn Sql, got_in: Timestamp, others: Timestamp) -> Result<u64, StoreError> {
    let text = "DELETE FROM attempts WHERE at < $1 AND (outcome <> $3 OR at < $2)";
    let (got_in, others) = (got_in.as_millis(), others.as_millis());
    // Who got in is remembered longer, so that he gets in while others are guessing.
    sql.run(text, &values![others.max(got_in), got_in, Outcome::GotIn as u8])
}
