//! Work that one server does for all.

use std::time::Duration;

use sbm_core::time::Timestamp;

use super::Backend;
use super::clock::{millis, now};
use crate::store::sql::{Dialect, Sql, any, int, one, values};
use crate::store::tasks::{Last, Tasks, Turn};
use crate::store::{Pending, StoreError};

impl<B: Backend> Tasks for B {
    fn is_due(&self, name: &'static str, every: Duration) -> Pending<bool> {
        self.database().read(move |sql| is_due(sql, name, every))
    }

    fn take(&self, name: &'static str, every: Duration, hold: Duration) -> Pending<Option<Turn>> {
        self.database().write(move |sql| take(sql, name, every, hold))
    }

    fn hold_longer(&self, turn: Turn, hold: Duration) -> Pending<bool> {
        self.database().write(move |sql| hold_longer(sql, &turn, hold))
    }

    fn done(&self, turn: Turn) -> Pending<bool> {
        self.database().write(move |sql| done(sql, &turn))
    }

    fn give_back(&self, turn: Turn, after: Duration) -> Pending<bool> {
        self.database().write(move |sql| give_back(sql, &turn, after))
    }

    fn failed(&self, turn: Turn, after: Duration, why: String) -> Pending<bool> {
        self.database().write(move |sql| failed(sql, &turn, after, &why))
    }

    fn last(&self, name: &'static str) -> Pending<Last> {
        self.database().read(move |sql| last(sql, name))
    }

    fn last_done(&self, name: &'static str) -> Pending<Option<Timestamp>> {
        self.database().read(move |sql| last_done(sql, name))
    }
}

fn take(sql: &dyn Sql, name: &'static str, every: Duration, hold: Duration) -> Result<Option<Turn>, StoreError> {
    let new = "INSERT INTO tasks (name, turn, due) VALUES ($1, 0, $2) ON CONFLICT (name) DO NOTHING";
    sql.run(new, &values![name, now(sql)?])?;
    if sql.dialect() == Dialect::Postgres {
        any(sql, "SELECT 1 FROM tasks WHERE name = $1 FOR UPDATE", &values![name])?;
    }
    // Behind the lock: whoever had it before began before this moment.
    let now = now(sql)?;
    let (latest_due, latest_begun) = latest(now, every);
    let text = "UPDATE tasks SET turn = turn + 1, begun = $2, lease_until = $3
        WHERE name = $1 AND (due <= $2 OR due > $4) AND (lease_until IS NULL OR lease_until <= $2 OR begun > $5)";
    let until = now.saturating_add(millis(hold));
    if sql.run(text, &values![name, now, until, latest_due, latest_begun])? == 0 {
        return Ok(None);
    }
    let number = one(sql, "SELECT turn FROM tasks WHERE name = $1", &values![name], |row| row.take())?;
    Ok(number.map(|number| Turn { name, every, number }))
}

/// New, or due and nobody is at it.
fn is_due(sql: &dyn Sql, name: &'static str, every: Duration) -> Result<bool, StoreError> {
    let now = now(sql)?;
    let (latest_due, latest_begun) = latest(now, every);
    let text = "SELECT 1 FROM tasks WHERE name = $1 AND ((due > $2 AND due <= $3) OR (lease_until > $2 AND begun <= $4))";
    Ok(!any(sql, text, &values![name, now, latest_due, latest_begun])?)
}

/// The latest moments for which a piece is put off and at which one was begun. What says a later one is from before the clock
/// was set back.
fn latest(now: i64, every: Duration) -> (i64, i64) {
    let begun = now.saturating_add(STEP);
    (begun.saturating_add(millis(every)), begun)
}

/// A clock that is set by less than that, in milliseconds, changes nothing: what was begun a moment ago is not taken twice.
const STEP: i64 = 1_000;

fn hold_longer(sql: &dyn Sql, turn: &Turn, hold: Duration) -> Result<bool, StoreError> {
    let now = now(sql)?;
    // Whoever is still at it began in the past, whatever the clock said then.
    let text = "UPDATE tasks SET lease_until = $3, begun = CASE WHEN begun > $4 THEN $4 ELSE begun END
        WHERE name = $1 AND turn = $2 AND lease_until IS NOT NULL";
    Ok(sql.run(text, &values![turn.name, int(turn.number)?, now.saturating_add(millis(hold)), now])? > 0)
}

fn done(sql: &dyn Sql, turn: &Turn) -> Result<bool, StoreError> {
    let text = "UPDATE tasks SET done = $3, due = CASE WHEN begun > $3 THEN $3 ELSE begun END + $4, lease_until = NULL
        WHERE name = $1 AND turn = $2 AND lease_until IS NOT NULL";
    Ok(sql.run(text, &values![turn.name, int(turn.number)?, now(sql)?, millis(turn.every)])? > 0)
}

fn give_back(sql: &dyn Sql, turn: &Turn, after: Duration) -> Result<bool, StoreError> {
    let due = now(sql)?.saturating_add(millis(after));
    let text = "UPDATE tasks SET due = $3, lease_until = NULL WHERE name = $1 AND turn = $2 AND lease_until IS NOT NULL";
    Ok(sql.run(text, &values![turn.name, int(turn.number)?, due])? > 0)
}

fn last_done(sql: &dyn Sql, name: &'static str) -> Result<Option<Timestamp>, StoreError> {
    Ok(one(sql, "SELECT done FROM tasks WHERE name = $1", &values![name], |row| row.time_or_none())?.flatten())
}

fn failed(sql: &dyn Sql, turn: &Turn, after: Duration, why: &str) -> Result<bool, StoreError> {
    let now = now(sql)?;
    let text = "UPDATE tasks SET due = $3, lease_until = NULL, failed = $4, failure = $5
        WHERE name = $1 AND turn = $2 AND lease_until IS NOT NULL";
    let due = now.saturating_add(millis(after));
    Ok(sql.run(text, &values![turn.name, int(turn.number)?, due, now, why])? > 0)
}

pub(in crate::store) fn last(sql: &dyn Sql, name: &'static str) -> Result<Last, StoreError> {
    let found = one(sql, "SELECT done, failed, failure FROM tasks WHERE name = $1", &values![name], |row| {
        let (done, failed) = (row.time_or_none()?, row.time_or_none()?);
        Ok(Last { done, failed: failed.zip(row.take::<Option<String>>()?) })
    })?;
    Ok(found.unwrap_or_default())
}
