//! A list's query as SQL: the conditions that are asked for, and no others, so that the indexes are used.

use std::fmt::Write as _;

use sbm_core::id::AccountId;

use crate::store::sql::{Dialect, Sql, Value, any, values};
use crate::store::within::Accounts;
use crate::store::{StoreError, Within};

/// Conditions that all hold, and what they compare with.
pub(super) struct Conditions {
    text: String,
    values: Vec<Value<'static>>,
}

impl Conditions {
    /// Begins with a condition that always holds.
    pub(super) fn new() -> Self {
        Self { text: "TRUE".to_owned(), values: Vec::new() }
    }

    /// Adds a condition. Each `?` in it stands for the next of the values.
    pub(super) fn add<const N: usize>(&mut self, condition: &str, values: [Value<'static>; N]) {
        self.text.push_str(" AND ");
        let mut values = values.into_iter();
        for (at, part) in condition.split('?').enumerate() {
            if at > 0 {
                self.values.extend(values.next());
                // Writing into a string does not fail.
                let _ = write!(self.text, "${}", self.values.len());
            }
            self.text.push_str(part);
        }
    }

    /// Only what is within these accounts, however many there are.
    pub(super) fn add_within(&mut self, within: Within) {
        match within.0 {
            Accounts::Nothing => self.add("FALSE", []),
            Accounts::One(account) => self.add("account_id = ?", [account.0.into()]),
            Accounts::Below(top) => self.add(BELOW, [top.0.into()]),
            Accounts::BelowSeveral(tops) => {
                let places = vec!["?"; tops.len()].join(", ");
                self.add(&BELOW.replace("= ?", &format!("IN ({places})")), tops.map(|top| top.0.into()));
            }
            Accounts::Everything => {}
        }
    }

    /// The same of rows called `newest`, looked at one by one: each walks up from its account.
    pub(super) fn add_newest_within(&mut self, within: Within) {
        match within.0 {
            Accounts::Below(top) => self.add(ABOVE, [top.0.into()]),
            Accounts::BelowSeveral(tops) => {
                let places = vec!["?"; tops.len()].join(", ");
                self.add(&ABOVE.replace("= ?", &format!("IN ({places})")), tops.map(|top| top.0.into()));
            }
            Accounts::Nothing | Accounts::One(_) | Accounts::Everything => {
                self.add_within(within);
            }
        }
    }

    /// Adds a condition with one value, if there is one.
    pub(super) fn add_some(&mut self, condition: &str, value: Option<impl Into<Value<'static>>>) {
        if let Some(value) = value {
            self.add(condition, [value.into()]);
        }
    }

    /// The statement `SELECT … WHERE conditions ORDER BY … LIMIT …`, and its values.
    pub(super) fn into_statement(mut self, select: &str, order: &str, limit: u32) -> (String, Vec<Value<'static>>) {
        self.values.push(limit.into());
        (format!("{select} WHERE {} ORDER BY {order} LIMIT ${}", self.text, self.values.len()), self.values)
    }

    /// The audit entries for whose accounts the conditions hold, as a table `placed` of their numbers and places; and the
    /// conditions, to be asked of another `account_id` in the same statement, which goes on behind their values.
    pub(super) fn into_placed(self) -> (String, String, Self) {
        let Self { text, values } = self;
        let placed = format!(
            "(SELECT number, row_number() OVER (ORDER BY number) AS place
                FROM (SELECT DISTINCT number FROM audit_accounts WHERE {text}) numbers) placed"
        );
        (placed, text, Self { values, ..Self::new() })
    }

    /// The first so many runs by time for which the conditions hold, as a table `newest` of which more is asked: its text, and
    /// conditions whose values go on behind its own. SQLite sorts all there is, if it is not told to go by the index.
    pub(super) fn into_newest(self, dialect: Dialect, order: &str, limit: u32) -> (String, Self) {
        let select = match dialect {
            Dialect::Sqlite => "SELECT * FROM runs INDEXED BY runs_newest",
            Dialect::Postgres => "SELECT * FROM runs",
        };
        let (text, values) = self.into_statement(select, order, limit);
        (format!("({text}) newest"), Self { values, ..Self::new() })
    }
}

/// Whose history it is: an account that nothing stands below, and never stood, is one alone.
pub(super) fn settled(sql: &dyn Sql, within: Within) -> Result<Within, StoreError> {
    match within.0 {
        Accounts::Below(top) if is_alone(sql, top)? => Ok(Within(Accounts::One(top))),
        _ => Ok(within),
    }
}

/// An account and all that stand or stood below it. By the index of names, which has the account above first; the `+` takes
/// the type from what is compared with it, as SQLite wants it for an index by an expression.
const BELOW: &str = "account_id IN (WITH RECURSIVE below (id) AS (
        SELECT account_id FROM accounts WHERE account_id = ?
        UNION SELECT accounts.account_id FROM below JOIN accounts ON coalesce(accounts.parent_id, 0) = +below.id)
    SELECT id FROM below
    UNION ALL SELECT gone_accounts.account_id FROM gone_accounts JOIN below ON gone_accounts.parent_id = below.id)";

/// Whether the account of a run, or the one that it stood below, is one at the top or stands below it.
const ABOVE: &str = "EXISTS (WITH RECURSIVE above (id, up) AS (
        SELECT account_id, parent_id FROM accounts WHERE account_id = coalesce(
            (SELECT parent_id FROM gone_accounts WHERE gone_accounts.account_id = newest.account_id), newest.account_id)
        UNION SELECT accounts.account_id, accounts.parent_id FROM above JOIN accounts ON accounts.account_id = above.up)
    SELECT 1 FROM above WHERE id = ?)";

/// Whether nothing stands below an account, or ever stood.
fn is_alone(sql: &dyn Sql, account: AccountId) -> Result<bool, StoreError> {
    let text = "SELECT 1 WHERE EXISTS (SELECT 1 FROM accounts WHERE coalesce(parent_id, 0) = $1)
        OR EXISTS (SELECT 1 FROM gone_accounts WHERE parent_id = $1)";
    Ok(!any(sql, text, &values![account.0])?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_has_the_number_of_its_place() {
        let mut conditions = Conditions::new();
        conditions.add("a = ?", [7_i64.into()]);
        conditions.add_some("b = ?", None::<i64>);
        conditions.add("(c > ? OR (c = ? AND d < ?))", [1_i64.into(), 2_i64.into(), 3_i64.into()]);
        let (text, values) = conditions.into_statement("SELECT x FROM t", "x DESC", 9);
        assert_eq!(text, "SELECT x FROM t WHERE TRUE AND a = $1 AND (c > $2 OR (c = $3 AND d < $4)) ORDER BY x DESC LIMIT $5");
        assert_eq!(values, [7, 1, 2, 3, 9].map(Value::Int));
    }

    /// A tree of a hundred thousand accounts is walked by an index, or each step would look at all of them.
    #[test]
    fn what_is_below_an_account_is_found_by_an_index_acc_4() {
        let database = rusqlite::Connection::open_in_memory().unwrap();
        for migration in ["0001_first", "0002_whole", "0003_many", "0004_accounts", "0005_providers", "0006_audit"] {
            let file = format!("{}/migrations/{migration}.sql", env!("CARGO_MANIFEST_DIR"));
            database.execute_batch(&std::fs::read_to_string(file).unwrap()).unwrap();
        }
        let steps = |text: &str| -> Vec<String> {
            let mut plan = database.prepare(&format!("EXPLAIN QUERY PLAN {}", text.replace('?', "$1"))).unwrap();
            plan.query_map([1], |row| row.get("detail")).unwrap().map(Result::unwrap).collect()
        };
        let down = steps(&format!("SELECT rowid FROM runs WHERE {BELOW}"));
        let walks = |step: &String| step.starts_with("SEARCH accounts") && step.contains("accounts_by_name");
        assert!(down.iter().any(walks), "{down:#?}");
        assert!(!down.iter().any(|step| step.starts_with("SCAN accounts")), "{down:#?}");
        // The newest of many are read in their order, and each walks up by the accounts' own ids.
        let (newest, _) = Conditions::new().into_newest(Dialect::Sqlite, "profile_start DESC, run_id DESC, device_id DESC", 9);
        let up = steps(&format!("SELECT device_id FROM {} WHERE {ABOVE}", newest.replace("$1", "9")));
        assert!(up.contains(&"SCAN runs USING INDEX runs_newest".to_owned()), "{up:#?}");
        let is_walked = |step: &String| step.starts_with("SEARCH accounts USING INTEGER PRIMARY KEY");
        assert!(up.iter().any(is_walked), "{up:#?}");
        assert!(
            !up.iter().any(|step| ["SCAN accounts", "SCAN gone_accounts"].iter().any(|scan| step.starts_with(scan))),
            "{up:#?}"
        );
    }
}
