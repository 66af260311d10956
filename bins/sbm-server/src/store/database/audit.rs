//! The audit log in the database.
//!
//! Which accounts an entry is about stands in a table of its own. Who reads of some accounts has each entry by its place among
//! those about them: neither a number nor a cursor says how many there are besides. So a page of theirs costs a walk over what
//! the table has of them, and of nothing else.

use std::collections::BTreeSet;

use sbm_core::audit::{Entry, GENESIS, Verifier};
use sbm_core::directory::plan::is_of_several;
use sbm_core::wire::v1::admin::{AuditEntry, AuditQuery, Page};

use super::Backend;
use super::query::{Conditions, settled};
use crate::store::audit::{AboutQuery, Placed};
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

    fn list_audit_about(&self, query: AboutQuery) -> Pending<Page<Placed>> {
        self.database().read(move |sql| list_about(sql, &query))
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

/// Which accounts they are about.
const ABOUT: Insert =
    Insert { table: "audit_accounts", columns: &[("account_id", Kind::Int), ("number", Kind::Int)], key: &[0, 1] };

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
    let mut about = Vec::with_capacity(entries.len());
    for entry in entries {
        before = entry.chain(number, &before);
        let accounts: BTreeSet<u32> = entry.about.iter().chain([&entry.account]).map(|account| account.0).collect();
        for account in accounts {
            about.push(Vec::from(values![account, int(number)?]));
        }
        let Entry { at, account, actor, address, act, object, outcome, detail, about: _ } = entry;
        let hash = before.as_bytes().to_vec();
        let row = values![int(number)?, at.as_millis(), account.0, actor, address, act, object, outcome, detail, hash];
        rows.push(Vec::from(row));
        number += 1;
    }
    match sql.insert(&ENTRIES, &rows)?.iter().position(|inserted| !inserted) {
        None => sql.insert(&ABOUT, &about).map(|_| number - 1),
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
        conditions.add("number < ?", [before(after)?.into()]);
    }
    conditions.add_some("lower(actor) = ?", query.actor.as_deref().map(str::to_ascii_lowercase));
    add_what(&mut conditions, query);
    let limit = query.limit.unwrap_or(USUAL).clamp(1, MOST);
    // One row more tells whether there is a next page.
    let select = "SELECT number, hash, at, account_id, actor, address, act, object, outcome, detail FROM audit";
    let (text, values) = conditions.into_statement(select, "number DESC", limit + 1);
    let items = all(sql, &text, &values, |row| {
        let Chained { number, entry, hash } = decode(row)?;
        Ok(AuditEntry { number, entry, hash })
    })?;
    Ok(paged(items, limit, |entry| entry.number))
}

/// The rows of a page, of which one more was read than it has, with where it goes on.
fn paged<T>(mut items: Vec<T>, limit: u32, place: impl Fn(&T) -> u64) -> Page<T> {
    let more = items.len() > limit as usize;
    items.truncate(limit as usize);
    let next = items.last().filter(|_| more).map(|last| place(last).to_string());
    Page { items, next }
}

fn list_about(sql: &dyn Sql, asked: &AboutQuery) -> Result<Page<Placed>, StoreError> {
    let query = &asked.query;
    let mut whose = Conditions::new();
    whose.add_within(settled(sql, asked.accounts)?);
    let (placed, is_of_here, mut conditions) = whose.into_placed();
    if let Some(after) = &query.after {
        conditions.add("place < ?", [before(after)?.into()]);
    }
    if let Some(actor) = &query.actor {
        // Whose name is not told is not found by it.
        conditions.add(&format!("lower(actor) = ? AND ({is_of_here})"), [actor.to_ascii_lowercase().into()]);
    }
    if query.object.as_deref().is_some_and(|object| is_of_several("account.", object)) {
        conditions.add(&format!("({is_of_here})"), []);
    }
    add_what(&mut conditions, query);
    let limit = query.limit.unwrap_or(USUAL).clamp(1, MOST);
    let select = format!(
        "SELECT place, CASE WHEN {is_of_here} THEN 1 ELSE 0 END, placed.number, hash, at, account_id, actor, address, act, object,
            outcome, detail FROM {placed} JOIN audit ON audit.number = placed.number"
    );
    let (text, values) = conditions.into_statement(&select, "place DESC", limit + 1);
    let items = all(sql, &text, &values, |row| {
        let (place, is_of_here) = (row.take()?, row.take::<i64>()? == 1);
        Ok(Placed { place, entry: decode(row)?.entry, is_of_here })
    })?;
    Ok(paged(items, limit, |placed| placed.place))
}

/// The number behind which a page goes on.
fn before(after: &str) -> Result<i64, StoreError> {
    let number = after.parse::<i64>().ok().filter(|number| *number > 0);
    number.ok_or_else(|| StoreError::BadCursor(after.chars().take(80).collect::<String>().into()))
}

/// What was done to what, when, and how it ended.
fn add_what(conditions: &mut Conditions, query: &AuditQuery) {
    if let Some(act) = &query.act {
        // What begins with it and a dot; behind the dot comes `/`.
        let below = [act.clone().into(), format!("{act}.").into(), format!("{act}/").into()];
        conditions.add("(act = ? OR (act >= ? AND act < ?))", below);
    }
    conditions.add_some("lower(object) = ?", query.object.as_deref().map(str::to_ascii_lowercase));
    conditions.add_some("outcome = ?", query.outcome.clone());
    conditions.add_some("at >= ?", query.since.map(|since| since.as_millis()));
    conditions.add_some("at < ?", query.until.map(|until| until.as_millis()));
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
            about: Vec::new(),
        },
    })
}
