//! The table of tables: what of a database is content, the same in both (DOOR-2).
//!
//! 1. Every table of either schema stands in [`TABLES`] or in [`LEFT_OUT`]; a test reads the schemas of fresh databases.
//! 2. The order is that of the references: what a row refers to is in a table before, or before it in its own.
//! 3. A column's [`Kind`] says how both databases and the export hold it. A column that a database makes of others, such as
//!    the words that history is searched by, is no content.
//! 4. Each schema has a list of its own, by which its exports are read for ever. A migration that changes a table here says in
//!    `before.rs` what it added.

mod before;

use crate::store::servers::SCHEMA;
use crate::store::sql::{Dialect, Insert, Kind};

/// A table with content.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns, in the order of the export.
    pub columns: &'static [(&'static str, Kind)],
    /// Which of the columns make the key.
    pub key: &'static [usize],
    /// In which order its rows are exported.
    pub order: Order,
    /// Whether a fresh database has rows in it.
    pub seeded: bool,
}

/// In which order a table's rows are exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// By the key: numbers by size, texts and bytes by their bytes.
    Key,
    /// As they came in, which a look at several runs of one id shows, too.
    Arrival,
    /// Parents before their children, then by the key.
    Tree,
}

/// What no export has, and why.
pub const LEFT_OUT: &[(&str, &str)] = &[
    ("migrations", "the newest one's number is in the export's header"),
    ("followed", "what a running server followed"),
    ("relocation", "which move this very database is part of"),
    ("servers", "which servers are running"),
    ("tasks", "which running server does which piece of work"),
    ("attempts", "guessing of the last minutes"),
    ("half_logins", "who is logging in just now begins anew"),
    ("sent_codes", "a code that was just sent is for a login or an act that begins anew"),
    ("sendings", "how many codes were sent in the last hours"),
    ("setup_code", "a server that nobody claimed makes another one"),
    ("secrets", "keys are moved by their own way, sealed"),
];

macro_rules! table {
    ($name:ident ($($column:ident $kind:ident),* $(,)?) by $order:ident [$($key:literal),*], $rows:ident) => {
        Table {
            name: stringify!($name),
            columns: &[$((stringify!($column), Kind::$kind)),*],
            key: &[$($key),*],
            order: Order::$order,
            seeded: table!($rows),
        }
    };
    (seeded) => { true };
    (empty) => { false };
}

/// The history.
pub const RUNS: &Table = &table! {
    runs (
        account_id Int, run_id Bytes, installation Bytes, device_id Int, sequence Int, received Int, computer Text,
        login Text, profile_name Text, profile_guid Bytes, profile_version Int, profile_revision Int, kind Int,
        kind_text Text, begun_by Int, restore Bool, thread_start Int, profile_start Int, group_start Int, utc_offset Int,
        os_user Text, result Int, ended Int, files_copied Int, files_deleted Int, files_failed Int, bytes_copied Int,
        bytes_deleted Int, bytes_failed Int, bytes_stored Int, error Text, gap Text
    ) by Arrival [0, 1, 2], empty
};

/// The tables with content of that schema; none if nobody ever exported one.
#[must_use]
pub fn of(schema: u32) -> Option<&'static [Table]> {
    match schema {
        SCHEMA => Some(TABLES),
        3 => Some(&before::OF_3),
        4 => Some(&before::OF_4),
        5 => Some(&before::OF_5),
        #[cfg(test)]
        super::tests::older::SCHEMA => Some(&super::tests::older::TABLES),
        _ => None,
    }
}

/// Every table with content.
pub const TABLES: &[Table] = &[
    table! { revision (one Int, value Int) by Key [0], seeded },
    table! { change_log (revision Int, changes Text, revoked Text) by Key [0], empty },
    table! { marks (revision Int, mark Int) by Key [0], empty },
    table! { next_numbers (kind Text, next Int) by Key [0], seeded },
    table! { server (one Int, claimed Bool, epoch Int, keys Text, max_offline Int, stamp Int, second_factor Text) by Key [0], seeded },
    table! {
        accounts (
            account_id Int, parent_id Int, name Text, name_key Text, kind Int, level Int, state Int, deletion Int, quota_hard Int,
            quota_soft Int, policy Text, comment Text, about Text, stamp Int, second_factor Bool, agent Int
        ) by Tree [0], seeded
    },
    table! { silos (account_id Int, own_user Int, fence Int, holder Int) by Key [0], empty },
    table! { gone_accounts (account_id Int, parent_id Int) by Key [0], empty },
    table! {
        security_profiles (
            account_id Int, security_profile_id Int, name Text, name_key Text, description Text, rights Int, built_in Bool, stamp Int
        ) by Key [0, 1], seeded
    },
    table! { groups (account_id Int, group_id Int, name Text, name_key Text, description Text, stamp Int) by Key [0, 1], empty },
    table! {
        users (
            account_id Int, user_id Int, name Text, name_key Text, description Text, disabled Bool, built_in Bool, roles Int,
            security_profile_id Int, stamp Int
        ) by Key [0, 1], seeded
    },
    table! {
        custom_roles (
            account_id Int, role_id Int, name Text, name_key Text, description Text, tasks Int, stamp Int
        ) by Key [0, 1], empty
    },
    table! { grants (account_id Int, grant_id Int, user_id Int, built_in Int, role_id Int, stamp Int) by Key [0, 1], empty },
    table! { user_groups (account_id Int, user_id Int, group_id Int) by Key [0, 1, 2], empty },
    table! { user_passwords (account_id Int, user_id Int, phc Text) by Key [0, 1], empty },
    table! { factors (account_id Int, user_id Int, nonce Bytes, sealed Bytes, step Int, since Int) by Key [0, 1], empty },
    table! {
        factor_channels (account_id Int, user_id Int, channel Int, nonce Bytes, sealed Bytes, since Int) by Key [0, 1, 2], empty
    },
    table! { recovery_codes (account_id Int, user_id Int, hash Bytes) by Key [0, 1, 2], empty },
    table! { user_logins (account_id Int, user_id Int, at Int, address Text) by Key [0, 1], empty },
    table! { bodies (account_id Int, hash Bytes, bytes Bytes) by Key [0, 1], empty },
    table! { branding_images (account_id Int, hash Bytes, bytes Bytes) by Key [0, 1], empty },
    table! {
        communications (
            communication_id Int, account_id Int, kind Int, at Int, planned Bool, with_whom Text, text Text, author Text, made Int
        ) by Key [0], empty
    },
    table! {
        profiles (
            account_id Int, profile_id Int, guid Bytes, name Text, description Text, version Int, revision Int, body Bytes,
            size Int, schedule Bytes, import_schedule Bool, marked Bool, uploaded_by Text, uploaded_at Int, stamp Int
        ) by Key [0, 1], empty
    },
    table! { profile_groups (account_id Int, profile_id Int, group_id Int) by Key [0, 1, 2], empty },
    table! {
        profile_revisions (
            account_id Int, guid Bytes, revision Int, version Int, name Text, description Text, body Bytes, size Int,
            schedule Bytes, uploaded_by Text, uploaded_at Int
        ) by Key [0, 1, 2], empty
    },
    table! {
        tombstones (account_id Int, guid Bytes, name Text, revision Int, deleted_by Text, deleted_at Int, stamp Int) by Key [0, 1], empty
    },
    table! {
        devices (
            account_id Int, device_id Int, user_id Int, installation Bytes, computer Text, program Text, enrolled Int, stamp Int
        ) by Key [0, 1], empty
    },
    table! { stored (account_id Int, device_id Int, number Int, bytes Int) by Key [0, 1], empty },
    table! { reservations (account_id Int, device_id Int, run_id Bytes, bytes Int, at Int) by Key [0, 1, 2], empty },
    table! { filled (account_id Int, stored Int, reserved Int) by Key [0], seeded },
    table! { device_seen (account_id Int, device_id Int, at Int) by Key [0, 1], empty },
    table! { allowlist (account_id Int, allow_id Int, kind Int, pattern Text, comment Text, stamp Int) by Key [0, 1], seeded },
    table! {
        tokens (
            token_id Int, audience Int, account_id Int, user_id Int, device_id Int, hash Bytes, created Int, last_used Int,
            expires Int, revoked Bool, name Text, ceiling Int, below Int
        ) by Key [0], empty
    },
    table! {
        enrolments (
            enrolment_id Int, account_id Int, user_id Int, kind Int, hash Bytes, most Int, uses Int, expires Int, approval Bool,
            revoked Bool, comment Text, made_by Text, made Int
        ) by Key [0], empty
    },
    table! {
        enrolment_devices (
            enrolment_id Int, installation Bytes, phase Int, computer Text, program Text, address Text, asked Int
        ) by Key [0, 1], empty
    },
    table! {
        erase_orders (
            order_id Bytes, account_id Int, name Text, deleted Int, tries Int, due Int, tried Int, failure Text, done Int
        ) by Key [0], empty
    },
    table! { outcomes (account_id Int, guid Bytes, device_id Int, revision Int, failure Text, at Int) by Key [0, 1, 2], empty },
    table! { holders (account_id Int, guid Bytes, device_id Int, revision Int, fetched_at Int) by Key [0, 1, 2], empty },
    *RUNS,
    table! { run_stubs (account_id Int, installation Bytes, run_id Bytes, sequence Int) by Key [0, 1, 2], empty },
    table! { pruned (account_id Int, installation Bytes, run_id Bytes, sequence Int) by Key [0, 1], empty },
    table! { sequences (account_id Int, installation Bytes, highest Int) by Key [0, 1], empty },
    table! { set_aside (account_id Int, device_id Int, hash Bytes, received Int, reason Text, raw Text) by Key [0, 1, 2], empty },
    table! {
        audit (
            number Int, at Int, account_id Int, actor Text, address Text, act Text, object Text, outcome Text, detail Text,
            hash Bytes
        ) by Key [0], empty
    },
    table! { audit_accounts (account_id Int, number Int) by Key [0, 1], empty },
];

impl Table {
    /// How its rows are inserted.
    #[must_use]
    pub const fn insert(&self) -> Insert {
        Insert { table: self.name, columns: self.columns, key: self.key }
    }

    /// The statement that gives its rows in their order, from `$1` on.
    #[must_use]
    pub fn select(&self, dialect: Dialect) -> String {
        let columns = |prefix: &str| {
            let names: Vec<String> = self.columns.iter().map(|(name, _)| format!("{prefix}{name}")).collect();
            names.join(", ")
        };
        let keys: Vec<&str> = self.key.iter().filter_map(|at| Some(self.columns.get(*at)?.0)).collect();
        let (keys, name) = (keys.join(", "), self.name);
        let from_there = match dialect {
            Dialect::Sqlite => "LIMIT -1 OFFSET $1",
            Dialect::Postgres => "OFFSET $1",
        };
        match (self.order, dialect) {
            (Order::Key, _) => format!("SELECT {} FROM {name} ORDER BY {keys} {from_there}", columns("")),
            (Order::Arrival, Dialect::Sqlite) => format!("SELECT {} FROM {name} ORDER BY rowid {from_there}", columns("")),
            (Order::Arrival, Dialect::Postgres) => {
                format!("SELECT {} FROM {name} ORDER BY arrival, {keys} {from_there}", columns(""))
            }
            (Order::Tree, _) => format!(
                "WITH RECURSIVE tree (id, level) AS (SELECT account_id, 0 FROM accounts WHERE parent_id IS NULL \
                 UNION ALL SELECT a.account_id, tree.level + 1 FROM accounts AS a JOIN tree ON a.parent_id = tree.id) \
                 SELECT {} FROM {name} AS t JOIN tree ON tree.id = t.account_id ORDER BY tree.level, t.account_id {from_there}",
                columns("t.")
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_table_stands_there_once_and_its_key_is_among_its_columns_door_2() {
        let names: BTreeSet<_> = TABLES.iter().map(|table| table.name).chain(LEFT_OUT.iter().map(|(name, _)| *name)).collect();
        assert_eq!(names.len(), TABLES.len() + LEFT_OUT.len());
        for table in TABLES {
            assert!(!table.key.is_empty() && table.key.iter().all(|at| *at < table.columns.len()), "{}", table.name);
            let columns: BTreeSet<_> = table.columns.iter().map(|(name, _)| *name).collect();
            assert_eq!(columns.len(), table.columns.len(), "{}", table.name);
        }
    }
}
