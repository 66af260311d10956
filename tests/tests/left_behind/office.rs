//! An office at the servers of one PostgreSQL, and what the database says of them.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use postgres::Client as Database;
use sbm_client::Client;
use sbm_client::admin::Admin;
use sbm_client::core::code::Code;
use sbm_client::core::id::RunId;
use sbm_client::core::run::Trigger;
use sbm_client::core::wire::v1::ConnectionString;
use sbm_client::core::wire::v1::admin::NewGroup;
use sbm_client::core::wire::v1::session::Secret;
use sbm_test_postgres::Cluster;
use sbm_tests::fixture::{PASSWORD, config, end, name, office, start};
use sbm_tests::process::Victim;
use sbm_tests::server::ADMIN_PASSWORD;
use sbm_tests::site::Site;
use tempfile::TempDir;

pub const SERVER: &str = env!("CARGO_BIN_EXE_sbm-test-server");
/// Longer than anything takes; a test that waits so long fails.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A server process.
pub struct Member {
    pub process: Victim,
    pub connection: ConnectionString,
}

/// Starts one of that name that reaches its database by that URL.
pub fn started(site: &Site, name: &str, port: u16, store: &str) -> Member {
    let (process, connection) = site.process(SERVER, name, port, store, &[]).unwrap_or_else(|| panic!("`{name}` ended"));
    Member { process, connection }
}

/// Sets the first server up, with an office in it.
pub fn set_up(site: &Site, name: &str, member: &Member) -> Admin {
    let mut admin = Admin::connect(&member.connection, PATIENCE).unwrap();
    let code = std::fs::read_to_string(site.data(name).join("setup-code")).unwrap();
    admin.claim(&Secret::new(code.trim()), &Secret::new(ADMIN_PASSWORD)).unwrap();
    admin.login("admin", &Secret::new(ADMIN_PASSWORD)).unwrap();
    office(&admin);
    admin
}

/// A group of that name.
pub fn group(text: &str) -> NewGroup {
    NewGroup::new(name(text))
}

/// Carol's computer.
pub struct Computer {
    pub client: Client,
    _home: TempDir,
}

impl Computer {
    pub fn new(connection: &ConnectionString) -> Self {
        let home = tempfile::tempdir().unwrap();
        let client = Client::open(config(home.path())).unwrap();
        client.login(connection, "carol", &Secret::new(PASSWORD)).unwrap();
        Self { client, _home: home }
    }

    /// Makes a backup; gives its run.
    pub fn run(&self) -> RunId {
        let run = self.client.begin_run(start(Trigger::Schedule)).unwrap();
        let id = run.id();
        run.finish(end()).unwrap();
        id
    }

    /// Syncs; nothing if all of the history was acknowledged, or else why not.
    pub fn sync(&self) -> Option<Code> {
        let summary = self.client.sync().unwrap();
        assert!(summary.why.is_some() || (summary.online && summary.history_waiting == 0), "{summary:?}");
        summary.why
    }
}

/// The database, past its servers.
pub fn database(site: &Site) -> Database {
    Cluster::shared().admin(Cluster::name_of(site.store()))
}

/// What a database holds: a hash of the rows of each table. That a server comes and goes is not content.
pub fn content(database: &mut Database) -> BTreeMap<String, String> {
    let tables = "SELECT relname::text FROM pg_class WHERE relnamespace = 'sbm'::regnamespace AND relkind IN ('r', 'p')
        AND NOT relispartition AND relname <> 'servers'";
    let tables: Vec<String> = database.query(tables, &[]).unwrap().iter().map(|row| row.get(0)).collect();
    let hash = |table: String| {
        let rows = format!("SELECT md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '')) FROM sbm.{table} AS t");
        (table, database.query_one(&rows, &[]).unwrap().get(0))
    };
    tables.into_iter().map(hash).collect()
}

/// When the lease of each server ends that has a place in the database, the one that started first before the others.
pub fn places(database: &mut Database) -> Vec<(Vec<u8>, i64)> {
    let rows = database.query("SELECT server_id, lease_until FROM sbm.servers ORDER BY started", &[]).unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

/// The same of those that have a lease.
pub fn leases(database: &mut Database) -> Vec<(Vec<u8>, i64)> {
    let now: i64 = database.query_one("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint", &[]).unwrap().get(0);
    places(database).into_iter().filter(|(_, until)| *until > now).collect()
}

/// Waits until that is so.
pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "never: {what}");
        std::thread::yield_now();
    }
}
