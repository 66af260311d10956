//! The tables of the schemas of before, told by what came since: their exports are read for ever (DOOR-2, DOOR-4).

use std::sync::LazyLock;

use super::{TABLES, Table};
use crate::store::sql::Kind;

/// Those of schema 3.
pub static OF_3: LazyLock<Vec<Table>> = LazyLock::new(|| TABLES.iter().filter_map(of_3).collect());

/// Tables that migration 4 made.
const MADE_BY_4: &[&str] =
    &["gone_accounts", "stored", "reservations", "filled", "enrolments", "enrolment_devices", "factors", "recovery_codes"];

/// Columns that migration 4 added, by their tables.
const ADDED_BY_4: &[(&str, &[&str])] = &[
    ("accounts", &["kind", "level", "deletion", "quota_hard", "quota_soft", "policy", "comment", "about"]),
    ("tokens", &["name", "ceiling", "below"]),
    ("server", &["second_factor"]),
];

fn of_3(table: &Table) -> Option<Table> {
    if MADE_BY_4.contains(&table.name) {
        return None;
    }
    let Some((_, added)) = ADDED_BY_4.iter().find(|(name, _)| *name == table.name) else { return Some(*table) };
    let columns: Vec<(&'static str, Kind)> = table.columns.iter().copied().filter(|(name, _)| !added.contains(name)).collect();
    // Once for each schema of before, as long as the program runs.
    Some(Table { columns: columns.leak(), ..*table })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_since_is_there_now_and_was_not_then_door_4() {
        let columns = |tables: &[Table], name: &str| -> Vec<&str> {
            let table = tables.iter().find(|table| table.name == name);
            table.map(|table| table.columns.iter().map(|(name, _)| *name).collect()).unwrap_or_default()
        };
        assert_eq!(columns(&OF_3, "accounts"), ["account_id", "parent_id", "name", "name_key", "state", "stamp"]);
        for (table, added) in ADDED_BY_4 {
            assert!(added.iter().all(|column| columns(TABLES, table).contains(column)), "{table}");
        }
        for table in MADE_BY_4 {
            assert!(!columns(TABLES, table).is_empty() && columns(&OF_3, table).is_empty(), "{table}");
        }
        // A key names columns by their place: what is added stands behind it.
        for table in OF_3.iter() {
            let now = TABLES.iter().find(|now| now.name == table.name).unwrap();
            assert!(table.key.iter().all(|at| table.columns.get(*at) == now.columns.get(*at)), "{}", table.name);
        }
    }
}
