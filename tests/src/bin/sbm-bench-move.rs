//! How fast everything moves between the databases, as rows of `make bench`: `sbm-bench-move [RUNS]`.
//!
//! Each way beside the bare bulk load of its slower side, in the same run: the history's rows by COPY into PostgreSQL's
//! table, and by a prepared statement in one transaction into SQLite's, with the same indexes and settings. PostgreSQL waits
//! for its disk here, as a real one does. Comparing both sides at the end is apart.
#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]
#![expect(clippy::print_stdout, reason = "its rows go to the standard output")]

use std::fmt::Write as _;
use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

use sbm_server::store::export::{TABLES, Table, Whole, copy, export, filled, looked, scan};
use sbm_server::store::relocation::{self, At, Mark, Role};
use sbm_server::store::sql::Cell;
use sbm_server::store::{Postgres, Sqlite, StoreUrl};
use sbm_test_postgres::{Cluster, Options};
use sbm_tests::estate::fill;
use tempfile::TempDir;

/// How often; the middle one counts, since the disk and the other core are not alike at all times.
const ROUNDS: usize = 3;
/// The least that a move reaches of the slower side's bare bulk load.
const BOUND: f64 = 0.5;

fn main() {
    let runs: u64 = std::env::args().nth(1).map_or(100_000, |count| count.parse().unwrap());
    let room = TempDir::new_in(Path::new(env!("CARGO_MANIFEST_DIR")).join("../target")).unwrap();
    let cluster = Cluster::start(Options { fsync: true, settings: Vec::new() });
    let first = sqlite(room.path(), "first");
    fill(&first, runs);
    let rounds: Vec<Round> = (0..ROUNDS).map(|number| round(&first, &cluster, room.path(), number, runs)).collect();
    for (way, of) in
        [("SQLite to PostgreSQL", Round::to_postgres as fn(&Round) -> (f64, f64)), ("PostgreSQL to SQLite", Round::to_sqlite)]
    {
        let mut reached: Vec<(f64, f64)> = rounds.iter().map(of).collect();
        reached.sort_by(|one, other| one.0.total_cmp(&other.0));
        eprintln!("{way}: {reached:.2?}, of the bare load, and rows/s");
        let (of_bare, rate) = reached.get(ROUNDS / 2).copied().unwrap();
        let met = if of_bare >= BOUND { "yes" } else { "no" };
        println!("move: {way}, of the slower side's bare bulk load\t{:.0}\t%\t50 %\t{met}", of_bare * 100.0);
        println!("move: {way}\t{rate:.0}\trows/s\tnone\t-");
    }
    let comparing: f64 = rounds.iter().map(|round| round.comparing).sum::<f64>() / ROUNDS as f64;
    println!("move: comparing, each side\t{comparing:.0}\trows/s\tnone\t-");
}

/// What one round reached, in rows in a second.
struct Round {
    to_postgres: f64,
    to_sqlite: f64,
    slower: f64,
    comparing: f64,
}

impl Round {
    /// Of the slower side's bare load, and rows in a second.
    fn to_postgres(&self) -> (f64, f64) {
        (self.to_postgres / self.slower, self.to_postgres)
    }

    fn to_sqlite(&self) -> (f64, f64) {
        (self.to_sqlite / self.slower, self.to_sqlite)
    }
}

/// There and back, and what each side takes by itself.
fn round(first: &Sqlite, cluster: &Cluster, room: &Path, number: usize, runs: u64) -> Round {
    let (there, back) = (postgres(&cluster.database()), sqlite(room, &format!("back-{number}")));
    let to_postgres = moved(first, &there, runs);
    let of_postgres = bare_postgres(first, cluster);
    let to_sqlite = moved(&there, &back, runs);
    let of_sqlite = bare_sqlite(first, room, number);
    eprintln!("bare: {of_postgres:.0} rows/s into PostgreSQL by COPY, {of_sqlite:.0} rows/s into SQLite");
    let begun = Instant::now();
    let (one, other) = (hash(&there), hash(&back));
    assert_eq!(one, other);
    assert_eq!(one, hash(first));
    let comparing = 3.0 * runs as f64 / begun.elapsed().as_secs_f64();
    Round { to_postgres, to_sqlite, slower: of_postgres.min(of_sqlite), comparing }
}

fn sqlite(room: &Path, name: &str) -> Sqlite {
    Sqlite::open_file(&room.join(name)).unwrap()
}

fn postgres(url: &str) -> Postgres {
    match url.parse().unwrap() {
        StoreUrl::Postgres(url) => Postgres::open(&url).unwrap(),
        StoreUrl::Sqlite(_) => unreachable!("it is a PostgreSQL"),
    }
}

fn hash(store: &dyn Whole) -> String {
    looked(store, |sql| export(sql, &mut std::io::sink(), &mut |_| {})).unwrap().sha256.to_string()
}

/// Rows in a second.
fn moved(from: &dyn Whole, to: &dyn Whole, runs: u64) -> f64 {
    let mark = Mark { id: [7; 16], role: Role::Source, place: "there".to_owned(), epoch: 1, at: At::default() };
    let begun = Instant::now();
    copy(from, to, &mark, "there", &mut |_| ControlFlow::Continue(())).unwrap();
    let rate = runs as f64 / begun.elapsed().as_secs_f64();
    filled(to, relocation::remove).unwrap();
    rate
}

fn history() -> &'static Table {
    TABLES.iter().find(|table| table.name == "runs").unwrap()
}

fn columns() -> String {
    history().columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

/// The rows as COPY takes them, made before the clock runs.
fn copy_text(from: &dyn Whole) -> (Vec<u8>, u64) {
    looked(from, |sql| {
        let (mut text, mut rows) = (String::new(), 0);
        scan(sql, history(), 0, &mut |row| {
            for at in 0..history().columns.len() {
                match row.cell(at)? {
                    Cell::Null => text.push_str("\\N"),
                    Cell::Int(number) => write!(text, "{number}").unwrap(),
                    Cell::Text(plain) => plain.chars().for_each(|c| match c {
                        '\\' | '\t' | '\n' | '\r' => write!(text, "\\{}", c.escape_default().last().unwrap()).unwrap(),
                        other => text.push(other),
                    }),
                    Cell::Bytes(bytes) => {
                        text.push_str("\\\\x");
                        bytes.iter().for_each(|byte| write!(text, "{byte:02x}").unwrap());
                    }
                }
                text.push('\t');
            }
            // What it is searched by, as the server keeps it.
            text.push_str("words of about the same length as usual pc-12 user 12 profile 12 system\n");
            rows += 1;
            Ok(())
        })?;
        Ok((text.into_bytes(), rows))
    })
    .unwrap()
}

fn bare_postgres(from: &dyn Whole, cluster: &Cluster) -> f64 {
    let (text, rows) = copy_text(from);
    let url = cluster.database();
    let made = postgres(&url);
    let month = sbm_client::core::time::Timestamp::from_millis(1_700_000_000_000);
    made.make_months(month, month).wait().unwrap();
    let mut client = cluster.admin(Cluster::name_of(&url));
    let begun = Instant::now();
    let mut transaction = client.transaction().unwrap();
    let mut copy = transaction.copy_in(&format!("COPY sbm.runs ({}, words) FROM STDIN", columns())).unwrap();
    text.chunks(1 << 16).for_each(|part| copy.write_all(part).unwrap());
    assert_eq!(copy.finish().unwrap(), rows);
    transaction.commit().unwrap();
    rows as f64 / begun.elapsed().as_secs_f64()
}

fn bare_sqlite(from: &dyn Whole, room: &Path, number: usize) -> f64 {
    let rows = looked(from, |sql| {
        let mut rows: Vec<Vec<rusqlite::types::Value>> = Vec::new();
        scan(sql, history(), 0, &mut |row| {
            let cell = |at| {
                Ok(match row.cell(at)? {
                    Cell::Null => rusqlite::types::Value::Null,
                    Cell::Int(number) => number.into(),
                    Cell::Text(text) => text.to_owned().into(),
                    Cell::Bytes(bytes) => bytes.to_vec().into(),
                })
            };
            rows.push((0..history().columns.len()).map(cell).collect::<Result<_, sbm_server::store::StoreError>>()?);
            Ok(())
        })?;
        Ok(rows)
    })
    .unwrap();
    let name = format!("bare-{number}");
    drop(sqlite(room, &name));
    let sql = rusqlite::Connection::open(room.join(name)).unwrap();
    for (name, value) in [("journal_mode", "wal"), ("synchronous", "2"), ("wal_autocheckpoint", "8000"), ("cache_size", "-16384")]
    {
        let _ = sql.pragma_update_and_check(None, name, value, |_| Ok(()));
    }
    let places = vec!["?"; history().columns.len()].join(", ");
    let begun = Instant::now();
    sql.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut insert = sql.prepare(&format!("INSERT INTO runs ({}) VALUES ({places})", columns())).unwrap();
    for row in &rows {
        insert.execute(rusqlite::params_from_iter(row)).unwrap();
    }
    sql.execute_batch("COMMIT").unwrap();
    rows.len() as f64 / begun.elapsed().as_secs_f64()
}
