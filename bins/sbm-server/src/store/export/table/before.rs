//! The tables of the schemas of before, told by what came since: their exports are read for ever (DOOR-2, DOOR-4).

use std::sync::LazyLock;

use super::{TABLES, Table};
use crate::store::sql::Kind;

/// Those of schema 3.
pub static OF_3: LazyLock<Vec<Table>> = LazyLock::new(|| of(3));

/// Those of schema 4.
pub static OF_4: LazyLock<Vec<Table>> = LazyLock::new(|| of(4));

/// Those of schema 5.
pub static OF_5: LazyLock<Vec<Table>> = LazyLock::new(|| of(5));

/// What a migration added: whole tables, and columns by their tables.
struct Added {
    by: u32,
    tables: &'static [&'static str],
    columns: &'static [(&'static str, &'static [&'static str])],
}

const ADDED: &[Added] = &[
    Added {
        by: 4,
        tables: &[
            "gone_accounts",
            "stored",
            "reservations",
            "filled",
            "enrolments",
            "enrolment_devices",
            "factors",
            "recovery_codes",
        ],
        columns: &[
            ("accounts", &["kind", "level", "deletion", "quota_hard", "quota_soft", "policy", "comment", "about"]),
            ("tokens", &["name", "ceiling", "below"]),
            ("server", &["second_factor"]),
        ],
    },
    Added {
        by: 5,
        tables: &["silos", "branding_images", "communications", "erase_orders", "custom_roles", "grants", "factor_channels"],
        columns: &[("accounts", &["agent", "second_factor"])],
    },
    Added { by: 6, tables: &["audit_accounts"], columns: &[] },
];

/// Made once for each schema of before, and kept as long as the program runs.
fn of(schema: u32) -> Vec<Table> {
    let since: Vec<&Added> = ADDED.iter().filter(|added| added.by > schema).collect();
    TABLES.iter().filter_map(|table| without(table, &since)).collect()
}

fn without(table: &Table, since: &[&Added]) -> Option<Table> {
    if since.iter().any(|added| added.tables.contains(&table.name)) {
        return None;
    }
    let came = |column: &str| {
        let mut columns = since.iter().flat_map(|added| added.columns).filter(|(name, _)| *name == table.name);
        columns.any(|(_, columns)| columns.contains(&column))
    };
    let columns: Vec<(&'static str, Kind)> = table.columns.iter().copied().filter(|(name, _)| !came(name)).collect();
    Some(Table { columns: columns.leak(), ..*table })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns<'a>(tables: &[Table], name: &str) -> Vec<&'a str> {
        let table = tables.iter().find(|table| table.name == name);
        table.map(|table| table.columns.iter().map(|(name, _)| *name).collect()).unwrap_or_default()
    }

    #[test]
    fn what_came_since_is_there_now_and_was_not_then_door_4() {
        assert_eq!(columns(&OF_3, "accounts"), ["account_id", "parent_id", "name", "name_key", "state", "stamp"]);
        for added in ADDED {
            let before = of(added.by - 1);
            for (table, came) in added.columns {
                let (now, then) = (columns(TABLES, table), columns(&before, table));
                assert!(came.iter().all(|column| now.contains(column) && !then.contains(column)), "{table}");
            }
            for table in added.tables {
                assert!(!columns(TABLES, table).is_empty() && columns(&before, table).is_empty(), "{table}");
            }
        }
        // A key names columns by their place: what is added stands behind it.
        for table in OF_3.iter().chain(OF_4.iter()).chain(OF_5.iter()) {
            let now = TABLES.iter().find(|now| now.name == table.name).unwrap();
            assert!(table.key.iter().all(|at| table.columns.get(*at) == now.columns.get(*at)), "{}", table.name);
        }
    }
}
