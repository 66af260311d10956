//! The audit log in SQLite.

use rusqlite::{Connection, params, params_from_iter};
use sbm_core::audit::{Entry, GENESIS, Verifier};
use sbm_core::wire::v1::admin::{AuditEntry, AuditQuery, Page};

use super::Sqlite;
use super::field::{Fields, Outcome, all, int, one, run, strange};
use super::query::Conditions;
use crate::store::{Audit, Chained, Pending, StoreError};

/// Entries on a page if the query does not say.
const USUAL: u32 = 100;
/// Entries on a page at most.
const MOST: u32 = 500;

impl Audit for Sqlite {
    fn append_audit(&self, entries: Vec<Entry>) -> Pending<u64> {
        self.write(move |sql| Ok(append(sql, &entries)?))
    }

    fn audit_page(&self, after: u64, limit: u32) -> Pending<Vec<Chained>> {
        self.read(move |sql| {
            let Ok(after) = int(after) else { return Ok(Vec::new()) };
            let text = "SELECT number, hash, at, account_id, actor, address, act, object, outcome, detail
                FROM audit WHERE number > ?1 ORDER BY number LIMIT ?2";
            Ok(all(sql, text, params![after, limit], decode)?)
        })
    }

    fn list_audit(&self, query: AuditQuery) -> Pending<Page<AuditEntry>> {
        self.read(move |sql| Ok(list(sql, &query)?))
    }

    fn verify_audit(&self) -> Pending<(u64, Option<u64>)> {
        self.read(|sql| Ok(verify(sql)?))
    }
}

/// Adds entries; the number of the last one there is then, 0 without any.
pub(super) fn append(sql: &Connection, entries: &[Entry]) -> Outcome<u64> {
    let mut number = next(sql)?;
    let last = one(sql, "SELECT hash FROM audit ORDER BY number DESC LIMIT 1", [], |row| row.hash())?;
    let mut before = last.unwrap_or(GENESIS);
    for entry in entries {
        before = entry.chain(number, &before);
        let text = "INSERT INTO audit (number, at, account_id, actor, address, act, object, outcome, detail, hash)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
        let Entry { at, account, actor, address, act, object, outcome, detail } = entry;
        let hash = before.as_bytes();
        run(sql, text, params![int(number)?, at.as_millis(), account.0, actor, address, act, object, outcome, detail, hash])?;
        number += 1;
    }
    if !entries.is_empty() {
        run(sql, "UPDATE next_numbers SET next = ?1 WHERE kind = 'audit'", [int(number)?])?;
    }
    Ok(number - 1)
}

fn next(sql: &Connection) -> Outcome<u64> {
    let next = one(sql, "SELECT next FROM next_numbers WHERE kind = 'audit'", [], |row| row.take())?;
    next.filter(|next| *next > 0).ok_or_else(|| strange("number of the next audit entry", "none"))
}

fn list(sql: &Connection, query: &AuditQuery) -> Outcome<Page<AuditEntry>> {
    let mut conditions = Conditions::new();
    if let Some(after) = &query.after {
        let number = after.parse::<i64>().ok().filter(|number| *number > 0);
        let wrong = || StoreError::BadCursor(after.chars().take(80).collect::<String>().into());
        conditions.add("number < ?", [number.ok_or_else(wrong)?.into()]);
    }
    conditions.add_some("actor = ? COLLATE NOCASE", query.actor.clone());
    if let Some(act) = &query.act {
        // What begins with it and a dot; behind the dot comes `/`.
        let below = [act.clone().into(), format!("{act}.").into(), format!("{act}/").into()];
        conditions.add("(act = ? OR (act >= ? AND act < ?))", below);
    }
    conditions.add_some("object = ? COLLATE NOCASE", query.object.clone());
    conditions.add_some("outcome = ?", query.outcome.clone());
    conditions.add_some("at >= ?", query.since.map(|since| since.as_millis()));
    conditions.add_some("at < ?", query.until.map(|until| until.as_millis()));
    let limit = query.limit.unwrap_or(USUAL).clamp(1, MOST);
    // One row more tells whether there is a next page.
    let select = "SELECT number, hash, at, account_id, actor, address, act, object, outcome, detail FROM audit";
    let (text, values) = conditions.into_statement(select, "number DESC", limit + 1);
    let mut items = all(sql, &text, params_from_iter(values), |row| {
        let Chained { number, entry, hash } = decode(row)?;
        Ok(AuditEntry { number, entry, hash })
    })?;
    let more = items.len() > limit as usize;
    items.truncate(limit as usize);
    let next = items.last().filter(|_| more).map(|last| last.number.to_string());
    Ok(Page { items, next })
}

/// Goes through the log entry by entry; an end that was cut off is found by the next number, which is kept apart.
pub(super) fn verify(sql: &Connection) -> Outcome<(u64, Option<u64>)> {
    let text = "SELECT number, hash, at, account_id, actor, address, act, object, outcome, detail FROM audit ORDER BY number";
    let mut verifier = Verifier::default();
    let mut take = |row: &mut Fields<'_>| {
        let Chained { number, entry, hash } = decode(row)?;
        verifier.take(number, &entry, &hash);
        Ok(())
    };
    all(sql, text, [], &mut take)?;
    let (entries, broken_at) = verifier.verdict();
    let cut = next(sql)? != entries + 1;
    Ok((entries, broken_at.or_else(|| cut.then_some(entries + 1))))
}

fn decode(row: &mut Fields<'_>) -> Outcome<Chained> {
    Ok(Chained {
        number: row.take()?,
        hash: row.hash()?,
        entry: Entry {
            at: row.time()?,
            account: row.id()?,
            actor: row.take()?,
            address: row.take()?,
            act: row.take()?,
            object: row.take()?,
            outcome: row.take()?,
            detail: row.take()?,
        },
    })
}
