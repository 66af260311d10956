//! Parts of the history that go as a whole (HIS-7): a month of which every run is past retention.
//!
//! 1. Which they are is looked at first, and nobody waits for that. Then whoever would write into that month waits, while what
//!    will be left of it is written down; and then everybody, while it is taken out: by then there is nothing to look at.
//! 2. No step takes long ([`haste`]): a lock that is not there at once is not waited for, since whoever waits for it holds up
//!    everybody behind him; a statement that takes too long is broken off, and so is a server that stands still between two.
//!    All is as it was then.
//! 3. Last successful runs move into `runs_wild`, in the same transaction. The floors of the installations rise as far as
//!    they may, and what they do not stand for is remembered by itself.
//! 4. Beyond age the rule knows nothing of months: by count runs go in batches, and the part when it is empty.

use std::collections::BTreeMap;

use sbm_core::audit::Entry;
use sbm_core::id::{AccountId, InstallationId, RunId};
use sbm_core::run::retention::{Reach, Retention};
use sbm_core::time::{DAY, Timestamp};

use super::months::{LOCK, Month};
use super::settings::haste;
use crate::store::StoreError;
use crate::store::database::audit;
use crate::store::retention::look::stubs;
use crate::store::sql::{Sql, all, any, one, values};

/// A month is left alone for so long behind its end: hosts still send what they did in it.
const REST: i64 = 31 * DAY;

/// How many last successful runs are moved while everybody waits. A month that has more goes in batches.
const MOST_KEPT: usize = 10_000;

/// The parts of which every run is too old, the oldest first.
pub(in crate::store) fn past_parts(sql: &dyn Sql, rule: Retention, now: Timestamp) -> Result<Vec<String>, StoreError> {
    let text = "SELECT CAST(c.relname AS text) FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
        WHERE i.inhparent = to_regclass('sbm.runs') ORDER BY c.relname";
    let mut past = Vec::new();
    let begins = rule.begins(now);
    for part in all(sql, text, &[], |row| row.take::<String>())? {
        let Some(month) = Month::of_part(&part) else { continue };
        let ended = month.next().begins();
        if now.since(ended) >= REST && begins.is_none_or(|begins| ended <= begins) && may_go(extent(sql, &part)?, begins) {
            past.push(part);
        }
    }
    Ok(past)
}

/// How many runs there are in a part, and when the last one came.
type Extent = (u64, Option<Timestamp>);

fn extent(sql: &dyn Sql, part: &str) -> Result<Extent, StoreError> {
    let text = format!("SELECT count(*), max(received) FROM {part}");
    let found = one(sql, &text, &[], |row| Ok((row.take()?, row.time_or_none()?)))?;
    found.ok_or_else(|| StoreError::damaged(format!("`{part}` has no count")))
}

/// Whether every run of a part is too old.
fn may_go((runs, newest): Extent, begins: Option<Timestamp>) -> bool {
    runs == 0 || begins.zip(newest).is_some_and(|(begins, newest)| newest < begins)
}

/// A part that is to go, by a look at the history.
pub(in crate::store) struct Doomed {
    part: String,
    begins: Option<Timestamp>,
    /// How far the floors may rise.
    reach: Listed,
    /// What stays of it.
    kept: Listed,
    /// How many runs were remembered by themselves then.
    stubs: u64,
}

/// What became of a part.
pub(in crate::store) struct Dropped {
    /// How many of its runs went.
    pub(in crate::store) runs: u64,
    /// How many of them are remembered by themselves.
    pub(in crate::store) stubs: u64,
}

/// Rows for a statement, a text for each of four columns: an account, an installation, and two more.
#[derive(Default)]
struct Listed {
    columns: [String; 4],
    rows: usize,
}

impl Listed {
    fn add(&mut self, (account, of): (AccountId, InstallationId), third: String, fourth: u64) {
        let row = [account.0.to_string(), hex(of.as_bytes()), third, fourth.to_string()];
        for (column, cell) in self.columns.iter_mut().zip(row) {
            if self.rows > 0 {
                column.push(',');
            }
            column.push_str(&cell);
        }
        self.rows += 1;
    }
}

fn hex(bytes: &[u8; 16]) -> String {
    format!("{:032x}", u128::from_be_bytes(*bytes))
}

/// What stays of a part, as rows of a statement whose first values they are.
const KEPT: &str = "kept AS MATERIALIZED (SELECT account_id, decode(of, 'hex') AS installation, decode(run, 'hex') AS run_id
    FROM unnest(CAST(string_to_array($1, ',') AS bigint[]), string_to_array($2, ','), string_to_array($3, ','))
        AS given (account_id, of, run))";

impl Doomed {
    /// What is to be done with a part; nothing if it is better left to the batches.
    pub(in crate::store) fn plan(
        part: &str,
        begins: Option<Timestamp>,
        last: &[(AccountId, InstallationId, RunId)],
        reach: &BTreeMap<(AccountId, InstallationId), Reach>,
        stubs: u64,
    ) -> Option<Self> {
        let month = Month::of_part(part)?;
        let mut kept = Listed::default();
        for (account, of, id) in last.iter().filter(|(_, _, id)| month.has(*id)) {
            kept.add((*account, *of), hex(id.as_bytes()), 0);
        }
        if kept.rows > MOST_KEPT {
            tracing::info!(
                part,
                last = kept.rows,
                "the month has very many last successful runs; the rest of it goes in batches"
            );
            return None;
        }
        let mut rise = Listed::default();
        for (source, reach) in reach.iter().filter(|(_, reach)| reach.end() > reach.base()) {
            rise.add(*source, reach.base().to_string(), reach.end());
        }
        Some(Self { part: part.to_owned(), begins, reach: rise, kept, stubs })
    }

    /// Takes the part out and drops it, but for the last successful runs. Nothing if it is gone already.
    pub(in crate::store) fn run(
        &self,
        sql: &dyn Sql,
        entry: impl FnOnce(&str, u64) -> Entry,
    ) -> Result<Option<Dropped>, StoreError> {
        let part = self.part.as_str();
        haste(sql, "8s")?;
        any(sql, "SELECT pg_advisory_xact_lock($1)", &values![LOCK])?;
        if !any(sql, "SELECT 1 FROM pg_inherits WHERE inhrelid = to_regclass($1)", &values![format!("sbm.{part}")])? {
            return Ok(None);
        }
        // From here on nothing comes into the part, and nobody deletes a run: what the look found holds.
        sql.run(&format!("LOCK TABLE {part}, run_stubs IN SHARE MODE"), &[])?;
        let now = extent(sql, part)?;
        if !may_go(now, self.begins) || stubs(sql)? != self.stubs {
            return Err(StoreError::Busy);
        }
        self.raise_floors(sql)?;
        let stubs = self.remember(sql)?;
        // Whoever uses a part of the history has a lock on the whole; whoever reads waits for five seconds.
        haste(sql, "3s")?;
        sql.run("LOCK TABLE ONLY runs IN ACCESS EXCLUSIVE MODE", &[])?;
        sql.run(&format!("ALTER TABLE runs DETACH PARTITION {part}"), &[])?;
        let kept = self.keep(sql)?;
        sql.run(&format!("DROP TABLE {part}"), &[])?;
        let runs = now.0.saturating_sub(kept);
        audit::append(sql, &[entry(part, runs)])?;
        tracing::info!(part, runs, kept, stubs, "a month of the history is past retention and went");
        Ok(Some(Dropped { runs, stubs }))
    }

    /// Each installation's floor rises to its highest run there that it may stand for.
    fn raise_floors(&self, sql: &dyn Sql) -> Result<(), StoreError> {
        let text = format!(
            "WITH rise AS MATERIALIZED (SELECT account_id, decode(of, 'hex') AS installation, base, highest
                FROM unnest(CAST(string_to_array($1, ',') AS bigint[]), string_to_array($2, ','),
                    CAST(string_to_array($3, ',') AS bigint[]), CAST(string_to_array($4, ',') AS bigint[]))
                    AS given (account_id, of, base, highest))
            INSERT INTO pruned (account_id, installation, run_id, sequence)
            SELECT p.account_id, p.installation, decode(max(encode(p.run_id, 'hex') COLLATE \"C\"), 'hex'), max(p.sequence)
            FROM {} AS p JOIN rise AS r ON r.account_id = p.account_id AND r.installation = p.installation
            WHERE p.sequence > r.base AND p.sequence <= r.highest
            GROUP BY p.account_id, p.installation ORDER BY p.account_id, p.installation
            ON CONFLICT (account_id, installation) DO UPDATE SET
                run_id = CASE WHEN excluded.run_id > pruned.run_id THEN excluded.run_id ELSE pruned.run_id END,
                sequence = CASE WHEN excluded.sequence > pruned.sequence THEN excluded.sequence ELSE pruned.sequence END",
            self.part
        );
        let [accounts, installations, bases, highest] = &self.reach.columns;
        sql.run(&text, &values![accounts, installations, bases, highest]).map(drop)
    }

    /// What goes and is above the floor of its installation is remembered by itself.
    fn remember(&self, sql: &dyn Sql) -> Result<u64, StoreError> {
        let text = format!(
            "WITH {KEPT} INSERT INTO run_stubs (account_id, run_id, installation, sequence)
            SELECT p.account_id, p.run_id, p.installation, p.sequence FROM {} AS p
            LEFT JOIN pruned AS f ON f.account_id = p.account_id AND f.installation = p.installation
                AND f.run_id >= p.run_id AND f.sequence >= p.sequence
            WHERE f.account_id IS NULL AND NOT EXISTS (SELECT 1 FROM kept AS k
                WHERE k.account_id = p.account_id AND k.installation = p.installation AND k.run_id = p.run_id)
            ORDER BY p.account_id, p.installation, p.run_id
            ON CONFLICT (account_id, installation, run_id) DO NOTHING",
            self.part
        );
        let [accounts, installations, ids, _] = &self.kept.columns;
        sql.run(&text, &values![accounts, installations, ids])
    }

    /// What stays goes where runs of no month are.
    fn keep(&self, sql: &dyn Sql) -> Result<u64, StoreError> {
        if self.kept.rows == 0 {
            return Ok(0);
        }
        let text = format!(
            "WITH {KEPT} INSERT INTO runs SELECT p.* FROM kept AS k JOIN {} AS p
                ON p.account_id = k.account_id AND p.run_id = k.run_id AND p.installation = k.installation",
            self.part
        );
        let [accounts, installations, ids, _] = &self.kept.columns;
        sql.run(&text, &values![accounts, installations, ids])
    }
}
