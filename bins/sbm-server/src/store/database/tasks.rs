//! Work that one server does for all.

use std::time::Duration;

use sbm_core::time::Timestamp;

use super::clock::{millis, now};
use crate::store::StoreError;
use crate::store::sql::{Sql, any, int, one, values};
use crate::store::tasks::Turn;

pub(super) fn take(sql: &dyn Sql, name: &'static str, every: Duration, hold: Duration) -> Result<Option<Turn>, StoreError> {
    let now = now(sql)?;
    let new = "INSERT INTO tasks (name, turn, due) VALUES ($1, 0, $2) ON CONFLICT (name) DO NOTHING";
    sql.run(new, &values![name, now])?;
    let text = "UPDATE tasks SET turn = turn + 1, begun = $2, lease_until = $3
        WHERE name = $1 AND due <= $2 AND (lease_until IS NULL OR lease_until <= $2)";
    if sql.run(text, &values![name, now, now.saturating_add(millis(hold))])? == 0 {
        return Ok(None);
    }
    let number = one(sql, "SELECT turn FROM tasks WHERE name = $1", &values![name], |row| row.take())?;
    Ok(number.map(|number| Turn { name, every, number }))
}

/// Whether it may be worth to ask for a piece: most often it is not, and then nothing is written.
pub(super) fn may_take(sql: &dyn Sql, name: &'static str) -> Result<bool, StoreError> {
    let text = "SELECT 1 FROM tasks WHERE name = $1 AND (due > $2 OR lease_until > $2)";
    Ok(!any(sql, text, &values![name, now(sql)?])?)
}

pub(super) fn hold_longer(sql: &dyn Sql, turn: &Turn, hold: Duration) -> Result<bool, StoreError> {
    let until = now(sql)?.saturating_add(millis(hold));
    let text = "UPDATE tasks SET lease_until = $3 WHERE name = $1 AND turn = $2 AND lease_until IS NOT NULL";
    Ok(sql.run(text, &values![turn.name, int(turn.number)?, until])? > 0)
}

pub(super) fn done(sql: &dyn Sql, turn: &Turn) -> Result<bool, StoreError> {
    let text = "UPDATE tasks SET done = $3, due = begun + $4, lease_until = NULL
        WHERE name = $1 AND turn = $2 AND lease_until IS NOT NULL";
    Ok(sql.run(text, &values![turn.name, int(turn.number)?, now(sql)?, millis(turn.every)])? > 0)
}

pub(super) fn give_back(sql: &dyn Sql, turn: &Turn, after: Duration) -> Result<bool, StoreError> {
    let due = now(sql)?.saturating_add(millis(after));
    let text = "UPDATE tasks SET due = $3, lease_until = NULL WHERE name = $1 AND turn = $2 AND lease_until IS NOT NULL";
    Ok(sql.run(text, &values![turn.name, int(turn.number)?, due])? > 0)
}

pub(super) fn last_done(sql: &dyn Sql, name: &'static str) -> Result<Option<Timestamp>, StoreError> {
    Ok(one(sql, "SELECT done FROM tasks WHERE name = $1", &values![name], |row| row.time_or_none())?.flatten())
}
