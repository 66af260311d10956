//! The audit log in the database.

use sbm_core::audit::{Entry, GENESIS, Verifier};
use sbm_core::wire::v1::admin::{AuditEntry, AuditQuery, Page};

use super::Backend;
use super::query::Conditions;
use crate::store::sql::{Fields, Insert, Kind, Sql, all, int, one, strange, values};
use crate::store::{Audit, Chained, Pending, StoreError};

/// Entries on a page if the query does not say.
const USUAL: u32 = 100;
/// Entries on a page at most.
const MOST: u32 = 500;

impl<B: Backend> Audit for B {
    fn append_audit(&self, entries: Vec<Entry>) -> Pending<u64> {
        self.database().write(move |sql| append(sql, &entries))
    }

    fn audit_page(&self, after: u64, limit: u32) -> Pending<Vec<Chained>> {
        self.database().read(move |sql| {
            let Ok(after) = int(after) else { return Ok(Vec::new()) };
            let text = "SELECT number, hash, at, account_id, actor, address, act, object, outcome, detail
                FROM audit WHERE number > $1 ORDER BY number LIMIT $2";
            all(sql, text, &values![after, limit], decode)
        })
    }

    fn list_audit(&self, query: AuditQuery) -> Pending<Page<AuditEntry>> {
        self.database().read(move |sql| list(sql, &query))
    }

    fn verify_audit(&self) -> Pending<(u64, Option<u64>)> {
        self.database().read_at_once(verify)
    }
}

/// The columns of an entry.
const ENTRIES: Insert = Insert {
    table: "audit",
    columns: &[
        ("number", Kind::Int),
        ("at", Kind::Int),
        ("account_id", Kind::Int),
        ("actor", Kind::Text),
        ("address", Kind::Text),
        ("act", Kind::Text),
        ("object", Kind::Text),
        ("outcome", Kind::Text),
        ("detail", Kind::Text),
        ("hash", Kind::Bytes),
    ],
    key: &[0],
};

/// Adds entries; the number of the last one there is then, 0 without any. From here on to the end of the transaction nobody
/// else does, so it comes last in one.
pub(in crate::store) fn append(sql: &dyn Sql, entries: &[Entry]) -> Result<u64, StoreError> {
    if entries.is_empty() {
        return Ok(next(sql)? - 1);
    }
    let text = "UPDATE next_numbers SET next = next + $1 WHERE kind = 'audit' RETURNING next";
    let after = all(sql, text, &values![int(entries.len() as u64)?], |row| row.take::<u64>())?.pop();
    let first = after.and_then(|after| after.checked_sub(entries.len() as u64)).filter(|first| *first > 0);
    let first = first.ok_or_else(|| strange("number of the next audit entry", "none"))?;
    let last = one(sql, "SELECT hash FROM audit ORDER BY number DESC LIMIT 1", &[], |row| row.hash())?;
    let (mut number, mut before, mut rows) = (first, last.unwrap_or(GENESIS), Vec::with_capacity(entries.len()));
    for entry in entries {
        before = entry.chain(number, &before);
        let Entry { at, account, actor, address, act, object, outcome, detail } = entry;
        let hash = before.as_bytes().to_vec();
        let row = values![int(number)?, at.as_millis(), account.0, actor, address, act, object, outcome, detail, hash];
        rows.push(Vec::from(row));
        number += 1;
    }
    match sql.insert(&ENTRIES, &rows)?.iter().position(|inserted| !inserted) {
        None => Ok(number - 1),
        Some(at) => Err(StoreError::damaged(format!("it has an audit entry of the number `{}` already", first + at as u64))),
    }
}

fn next(sql: &dyn Sql) -> Result<u64, StoreError> {
    let next = one(sql, "SELECT next FROM next_numbers WHERE kind = 'audit'", &[], |row| row.take())?;
    next.filter(|next| *next > 0).ok_or_else(|| strange("number of the next audit entry", "none"))
}

fn list(sql: &dyn Sql, query: &AuditQuery) -> Result<Page<AuditEntry>, StoreError> {
    let mut conditions = Conditions::new();
    if let Some(after) = &query.after {
        let number = after.parse::<i64>().ok().filter(|number| *number > 0);
        let wrong = || StoreError::BadCursor(after.chars().take(80).collect::<String>().into());
        conditions.add("number < ?", [number.ok_or_else(wrong)?.into()]);
    }
    conditions.add_some("lower(actor) = ?", query.actor.as_deref().map(str::to_ascii_lowercase));
    if let Some(act) = &query.act {
        // What begins with it and a dot; behind the dot comes `/`.
        let below = [act.clone().into(), format!("{act}.").into(), format!("{act}/").into()];
        conditions.add("(act = ? OR (act >= ? AND act < ?))", below);
    }
    conditions.add_some("lower(object) = ?", query.object.as_deref().map(str::to_ascii_lowercase));
    conditions.add_some("outcome = ?", query.outcome.clone());
    conditions.add_some("at >= ?", query.since.map(|since| since.as_millis()));
    conditions.add_some("at < ?", query.until.map(|until| until.as_millis()));
    let limit = query.limit.unwrap_or(USUAL).clamp(1, MOST);
    // One row more tells whether there is a next page.
    let select = "SELECT number, hash, at, account_id, actor, address, act, object, outcome, detail FROM audit";
    let (text, values) = conditions.into_statement(select, "number DESC", limit + 1);
    let mut items = all(sql, &text, &values, |row| {
        let Chained { number, entry, hash } = decode(row)?;
        Ok(AuditEntry { number, entry, hash })
    })?;
    let more = items.len() > limit as usize;
    items.truncate(limit as usize);
    let next = items.last().filter(|_| more).map(|last| last.number.to_string());
    Ok(Page { items, next })
}

/// Goes through the log entry by entry; an end that was cut off is found by the next number, which is kept apart.
pub(in crate::store) fn verify(sql: &dyn Sql) -> Result<(u64, Option<u64>), StoreError> {
    let text = "SELECT number, hash, at, account_id, actor, address, act, object, outcome, detail FROM audit ORDER BY number";
    let mut verifier = Verifier::default();
    let mut take = |row: &mut Fields<'_>| {
        let Chained { number, entry, hash } = decode(row)?;
        verifier.take(number, &entry, &hash);
        Ok(())
    };
    all(sql, text, &[], &mut take)?;
    let (entries, broken_at) = verifier.verdict();
    let cut = next(sql)? != entries + 1;
    Ok((entries, broken_at.or_else(|| cut.then_some(entries + 1))))
}

fn decode(row: &mut Fields<'_>) -> Result<Chained, StoreError> {
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
