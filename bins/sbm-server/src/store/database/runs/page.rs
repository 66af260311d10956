//! Pages of history in the order that is asked for, with a cursor that later arrivals do not shift.
//!
//! 1. There are two indexes: by account and time, and by time. The pages of one account are read in the order of the first.
//! 2. Those of many accounts, by time: a few times as many runs of all accounts as a page has are looked at, in the order of the
//!    second, and each walks up from its account. Where enough of them are asked for that is the page, however large the tree.
//! 3. Otherwise what there is of these accounts is gone through, as for any other order. Measured with 300,000 runs, a filter that
//!    almost nothing fits, or another order, takes a tenth of a second with it; one more index, by profile or user, costs a third to
//!    a half of the speed at which history comes in; the one by time, behind which almost all comes in, next to nothing in SQLite
//!    and a tenth to a quarter of bare inserts in PostgreSQL. Without one by arrival an export and a sweep sort 300,000 runs in a
//!    third of a second there, on its disk.

use sbm_core::id::{InstallationId, RunId};
use sbm_core::wire::v1::admin::{HistoryQuery, Page, Run};

use super::super::query::{Conditions, settled};
use super::order::{Column, Cursor, Order};
use super::row::{columns, decode};
use crate::store::sql::{Dialect, Fields, Sql, Value, all};
use crate::store::within::Accounts;
use crate::store::{Found, StoreError, Within};

/// Runs on a page if the query does not say.
const USUAL: u32 = 100;
/// Runs on a page at most.
const MOST: u32 = 500;

/// How many times as many runs as a page has are looked at, first and then, for those of many accounts.
const LOOKS: [u32; 2] = [3, 20];

/// A run with the device that it came from.
type Row = (u32, Run);

pub(super) fn list(sql: &dyn Sql, within: Within, query: &HistoryQuery) -> Result<Page<Run>, StoreError> {
    let order = query.sort.as_deref().map_or(Ok(Order::NEWEST_FIRST), Order::parse)?;
    let after = query.after.as_deref().map(|cursor| Cursor::parse(cursor, order)).transpose()?;
    let limit = query.limit.unwrap_or(USUAL).clamp(1, MOST);
    // One row more tells whether there is a next page.
    let wanted = Wanted { within: settled(sql, within)?, query, order, after, rows: limit + 1 };
    let mut rows = match wanted.among_newest(sql)? {
        Some(rows) => rows,
        None => wanted.of_all(sql)?,
    };
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| more).map(|(device, run)| Cursor::at(order, *device, run).to_string());
    Ok(Page { items: rows.into_iter().map(|(_, run)| run).collect(), next })
}

/// Which rows a page wants.
struct Wanted<'a> {
    within: Within,
    query: &'a HistoryQuery,
    order: Order,
    after: Option<Cursor>,
    rows: u32,
}

impl Wanted<'_> {
    /// As many as are wanted, found among those of all accounts that come first; none where there are too few of them.
    fn among_newest(&self, sql: &dyn Sql) -> Result<Option<Vec<Row>>, StoreError> {
        if !self.order.is_by_time() || matches!(self.within.0, Accounts::Nothing | Accounts::One(_)) {
            return Ok(None);
        }
        let [_, most] = LOOKS;
        for times in LOOKS {
            let mut conditions = self.behind();
            add_since(&mut conditions, self.query);
            let (newest, mut conditions) = conditions.into_newest(sql.dialect(), self.order.by(), self.rows * times);
            conditions.add_newest_within(self.within);
            add_asked(&mut conditions, sql.dialect(), self.query);
            let select = format!("{SELECT} {newest}");
            let (text, values) = conditions.into_statement(&select, self.order.by(), self.rows);
            let rows = read(sql, &text, &values)?;
            let found = u32::try_from(rows.len()).unwrap_or(u32::MAX);
            if found >= self.rows {
                return Ok(Some(rows));
            }
            if found.saturating_mul(most / times) < self.rows {
                break;
            }
        }
        Ok(None)
    }

    /// The first ones of all there are.
    fn of_all(&self, sql: &dyn Sql) -> Result<Vec<Row>, StoreError> {
        let mut conditions = self.behind();
        conditions.add_within(self.within);
        add_asked(&mut conditions, sql.dialect(), self.query);
        add_since(&mut conditions, self.query);
        let is_one = matches!(self.within.0, Accounts::One(_));
        let by = if self.is_of_many() { self.order.by_sorting() } else { self.order.by().to_owned() };
        let (text, values) = match sql.dialect() {
            // Which rows they are is found in the index, where nothing else is asked; then they are read.
            Dialect::Sqlite if !is_one => {
                let (found, values) = conditions.into_statement("SELECT rowid FROM runs", &by, self.rows);
                (format!("{SELECT} runs WHERE rowid IN ({found}) ORDER BY {}", self.order.by()), values)
            }
            _ => conditions.into_statement(&format!("{SELECT} runs"), &by, self.rows),
        };
        read(sql, &text, &values)
    }

    /// Whether they are those of accounts that only the tree tells.
    const fn is_of_many(&self) -> bool {
        matches!(self.within.0, Accounts::Below(_) | Accounts::BelowSeveral(_))
    }

    fn behind(&self) -> Conditions {
        let mut conditions = Conditions::new();
        if let Some(after) = &self.after {
            self.order.add_after(after, &mut conditions);
        }
        conditions
    }
}

const SELECT: &str = concat!("SELECT device_id, ", columns!(), " FROM");

fn read(sql: &dyn Sql, text: &str, values: &[Value<'_>]) -> Result<Vec<Row>, StoreError> {
    all(sql, text, values, |row: &mut Fields<'_>| Ok((row.take::<u32>()?, decode(row)?)))
}

fn add_since(conditions: &mut Conditions, query: &HistoryQuery) {
    conditions.add_some("profile_start >= ?", query.since.map(|since| since.as_millis()));
    conditions.add_some("profile_start < ?", query.until.map(|until| until.as_millis()));
}

fn add_asked(conditions: &mut Conditions, dialect: Dialect, query: &HistoryQuery) {
    conditions.add_some("lower(login) = ?", query.user.as_deref().map(str::to_ascii_lowercase));
    conditions.add_some("profile_guid = ?", query.profile.map(|guid| guid.as_bytes().to_vec()));
    conditions.add_some("lower(profile_name) = ?", query.profile_name.as_deref().map(str::to_ascii_lowercase));
    conditions.add_some("installation = ?", query.installation.map(|installation| installation.as_bytes().to_vec()));
    conditions.add_some("lower(computer) = ?", query.computer.as_deref().map(str::to_ascii_lowercase));
    conditions.add_some("result = ?", query.result.map(|result| result as i32));
    conditions.add_some("kind = ?", query.kind.map(|kind| kind as i32));
    conditions.add_some("restore = ?", query.restore);
    if let Some(text) = query.q.as_deref().filter(|text| !text.is_empty()) {
        let condition = match dialect {
            Dialect::Sqlite => "holds(?, login, computer, profile_name, os_user, error)",
            Dialect::Postgres => "position(? in words) > 0",
        };
        conditions.add(condition, [text.to_lowercase().into()]);
    }
}

/// The runs with that id, of one installation or of all, as they came.
pub(super) fn get(sql: &dyn Sql, within: Within, id: RunId, of: Option<InstallationId>) -> Result<Vec<Found>, StoreError> {
    let mut conditions = Conditions::new();
    conditions.add_within(settled(sql, within)?);
    conditions.add("run_id = ?", [id.as_bytes().to_vec().into()]);
    conditions.add_some("installation = ?", of.map(|of| of.as_bytes().to_vec()));
    let select = concat!("SELECT account_id, ", columns!(), " FROM runs");
    let (text, values) = conditions.into_statement(select, &sql.dialect().spell("{arrival}"), 10);
    all(sql, &text, &values, |row: &mut Fields<'_>| Ok(Found { account: row.id()?, run: decode(row)? }))
}

impl Column {
    /// What a run has in this column, as the cursor keeps it.
    pub(super) fn of(self, run: &Run) -> Value<'static> {
        match self {
            Self::Time => run.record.start.profile_start.as_millis().into(),
            Self::Profile => run.record.start.profile.name.clone().into(),
            Self::User => run.record.user.clone().into(),
            Self::Computer => run.record.computer.clone().into(),
            Self::Result => Value::Int(run.record.finish.result as i64),
        }
    }
}
