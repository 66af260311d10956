//! SQLite as the operations of the store speak to it.
//!
//! 1. A statement is prepared once and kept by its connection.
//! 2. `$n` is bound by its number, in whatever order a statement names them; a statement that names other values than it is
//!    given is refused, as PostgreSQL would.

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, ToSql};

use super::connection::failure;
use crate::store::StoreError;
use crate::store::sql::{Cell, Dialect, Each, Insert, Row, Sql, Value};

impl Sql for Connection {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn run(&self, text: &str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        let changed = prepared(self, text, values)?.raw_execute().map_err(|error| failure(&error))?;
        u64::try_from(changed).map_err(StoreError::rejected)
    }

    fn rows(&self, text: &str, values: &[Value<'_>], each: &mut Each<'_>) -> Result<(), StoreError> {
        let mut statement = prepared(self, text, values)?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(|error| failure(&error))? {
            if each(row)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    fn insert(&self, into: &Insert, rows: &[Vec<Value<'_>>]) -> Result<Vec<bool>, StoreError> {
        let mut statement = self.prepare_cached(&insert(into)?).map_err(|error| failure(&error))?;
        let mut one = |row: &Vec<Value<'_>>| {
            if row.len() != into.columns.len() {
                return Err(miscounted(into.table, into.columns.len(), row.len()));
            }
            for (at, value) in (1..).zip(row) {
                statement.raw_bind_parameter(at, Bound(value)).map_err(|error| failure(&error))?;
            }
            Ok(statement.raw_execute().map_err(|error| failure(&error))? == 1)
        };
        rows.iter().map(&mut one).collect()
    }
}

impl Row for rusqlite::Row<'_> {
    fn cell(&self, at: usize) -> Result<Cell<'_>, StoreError> {
        match self.get_ref(at).map_err(StoreError::damaged)? {
            ValueRef::Null => Ok(Cell::Null),
            ValueRef::Integer(number) => Ok(Cell::Int(number)),
            ValueRef::Text(text) => std::str::from_utf8(text).map(Cell::Text).map_err(StoreError::damaged),
            ValueRef::Blob(bytes) => Ok(Cell::Bytes(bytes)),
            ValueRef::Real(_) => Err(StoreError::damaged("a column holds a fraction")),
        }
    }
}

struct Bound<'v>(&'v Value<'v>);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Value::Null => ValueRef::Null,
            Value::Int(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// The statement with its values.
fn prepared<'c>(sql: &'c Connection, text: &str, values: &[Value<'_>]) -> Result<CachedStatement<'c>, StoreError> {
    let mut statement = sql.prepare_cached(text).map_err(|error| failure(&error))?;
    let mut highest = 0;
    // SQLite counts names in the order in which they first come.
    for place in 1..=statement.parameter_count() {
        let number = statement.parameter_name(place).and_then(|name| name.strip_prefix('$')?.parse::<usize>().ok());
        let number = number.ok_or_else(|| StoreError::rejected("a statement names its values otherwise than by `$1`"))?;
        let value = number.checked_sub(1).and_then(|at| values.get(at)).ok_or_else(|| miscounted(text, number, values.len()))?;
        statement.raw_bind_parameter(place, Bound(value)).map_err(|error| failure(&error))?;
        highest = highest.max(number);
    }
    if highest == values.len() { Ok(statement) } else { Err(miscounted(text, highest, values.len())) }
}

fn miscounted(text: &str, names: usize, given: usize) -> StoreError {
    StoreError::rejected(format!("a statement names {names} values and is given {given}: {text}"))
}

/// The text of an insertion; what has its key is left as it is.
fn insert(into: &Insert) -> Result<String, StoreError> {
    let names: Vec<&str> = into.columns.iter().map(|(name, _)| *name).collect();
    let key: Option<Vec<&str>> = into.key.iter().map(|at| names.get(*at).copied()).collect();
    let key = key.ok_or_else(|| StoreError::rejected(format!("the key of `{}` is none of its columns", into.table)))?;
    let places = vec!["?"; names.len()].join(", ");
    let (columns, key) = (names.join(", "), key.join(", "));
    Ok(format!("INSERT INTO {} ({columns}) VALUES ({places}) ON CONFLICT ({key}) DO NOTHING", into.table))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sql::{Kind, all, one, values};

    const PAIRS: Insert = Insert { table: "pairs", columns: &[("a", Kind::Int), ("b", Kind::Text)], key: &[0] };

    fn pairs() -> Connection {
        let sql = Connection::open_in_memory().unwrap();
        sql.execute_batch("CREATE TABLE pairs (a INTEGER PRIMARY KEY, b TEXT UNIQUE) STRICT").unwrap();
        sql
    }

    #[test]
    fn values_go_by_their_numbers_in_whatever_order_a_statement_names_them() {
        let sql = pairs();
        let found = one(&sql, "SELECT $3, $1, $2, $1", &values![1, "two", 3], |row| {
            Ok((row.take::<i64>()?, row.take::<i64>()?, row.take::<String>()?, row.take::<i64>()?))
        });
        assert_eq!(found, Ok(Some((3, 1, "two".to_owned(), 1))));
    }

    #[test]
    fn a_statement_that_names_more_or_fewer_values_than_it_is_given_is_refused() {
        let sql = pairs();
        for (text, values) in [
            ("SELECT $1, $2", &values![1][..]),
            ("SELECT $1", &values![1, 2]),
            ("SELECT $2", &values![1, 2, 3]),
            ("SELECT $0", &values![]),
            ("SELECT ?1", &values![1]),
            ("SELECT 1", &values![1]),
        ] {
            let answer = all(&sql, text, values, |_| Ok(()));
            assert!(matches!(answer, Err(StoreError::Rejected(_))), "{text}: {answer:?}");
        }
    }

    #[test]
    fn of_rows_with_one_key_the_first_is_inserted_and_another_key_that_is_taken_is_an_error() {
        let sql = pairs();
        let row = |a: i64, b: &'static str| Vec::from(values![a, b]);
        assert_eq!(sql.insert(&PAIRS, &[row(2, "x"), row(1, "y"), row(2, "z")]), Ok(vec![true, true, false]));
        assert_eq!(sql.insert(&PAIRS, &[row(1, "z"), row(3, "z")]), Ok(vec![false, true]));
        assert_eq!(sql.insert(&PAIRS, &[]), Ok(vec![]));
        assert!(matches!(sql.insert(&PAIRS, &[row(4, "x")]), Err(StoreError::Taken(_))));
        assert!(matches!(sql.insert(&PAIRS, &[vec![]]), Err(StoreError::Rejected(_))));
        let kept = all(&sql, "SELECT b FROM pairs ORDER BY a", &[], |row| row.take::<String>());
        assert_eq!(kept, Ok(["y", "x", "z"].map(str::to_owned).to_vec()));
    }

    #[test]
    fn a_fraction_or_a_broken_text_is_damage() {
        let sql = pairs();
        for text in ["SELECT 1.5", "SELECT CAST(x'ff' AS TEXT)"] {
            assert!(matches!(all(&sql, text, &[], |row| row.take::<i64>()), Err(StoreError::Damaged(_))), "{text}");
        }
    }
}
