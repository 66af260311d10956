//! Whom the store does not open, what it says then, and that nothing was changed.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::OnceLock;

use sbm_core::code::Code;
use sbm_test_postgres::{Cluster, Options, ROLE};

use super::super::migration;
use super::super::server::Server;
use super::super::settings::Purpose;
use super::{open, url};
use crate::store::StoreError;
use crate::store::sql::{any, one};

/// A place that is no database of ours, and what is said of it.
struct Case {
    what: &'static str,
    url: String,
    code: Code,
    says: &'static str,
}

fn case(what: &'static str, url: String, code: Code, says: &'static str) -> Case {
    Case { what, url, code, says }
}

/// One for this file, so that nobody else changes what is in it.
fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(|| {
        Cluster::start(Options { settings: vec!["listen_addresses=127.0.0.1,127.0.0.2".to_owned()], ..Options::default() })
    })
}

fn made() -> String {
    let database = cluster().database();
    drop(open(&database).unwrap());
    database
}

/// What is in a database: its tables, functions and rows.
fn content(url: &str) -> String {
    let mut admin = cluster().admin(Cluster::name_of(url));
    let tables = "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' ORDER BY 1";
    let tables: Vec<String> = admin.query(tables, &[]).unwrap().iter().map(|row| row.get(0)).collect();
    let mut content = String::new();
    for table in tables {
        let rows =
            admin.query_one(&format!("SELECT coalesce(string_agg(t::text, ';' ORDER BY t::text), '') FROM {table} t"), &[]);
        writeln!(content, "{table}: {}", rows.unwrap().get::<_, String>(0)).unwrap();
    }
    content
}

/// A database of the cluster, after the superuser ran that in it.
fn after(statements: &str) -> String {
    let database = made();
    cluster().admin(Cluster::name_of(&database)).batch_execute(statements).unwrap();
    database
}

fn empty_after(statements: &str) -> String {
    let database = cluster().database();
    cluster().admin(Cluster::name_of(&database)).batch_execute(statements).unwrap();
    database
}

/// A file with what is given, in a directory of the process.
fn file(name: &str, content: &str) -> PathBuf {
    static DIRECTORY: OnceLock<tempfile::TempDir> = OnceLock::new();
    let path = DIRECTORY.get_or_init(|| tempfile::tempdir().unwrap()).path().join(name);
    std::fs::write(&path, content).unwrap();
    path
}

fn with_roots(url: &str, roots: &std::path::Path) -> String {
    format!("{}?sslmode=verify-full&sslrootcert={}", url.split('?').next().unwrap(), roots.display())
}

fn some_certificate() -> String {
    rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap().cert.pem()
}

fn places() -> Vec<Case> {
    let cluster = cluster();
    let there = made();
    let name = Cluster::name_of(&there);
    let password = cluster.password();
    let port = cluster.port();
    cluster.admin("postgres").batch_execute("DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN PASSWORD 'reader'").unwrap();
    cluster.admin("postgres").batch_execute("DROP ROLE IF EXISTS nobody; CREATE ROLE nobody NOLOGIN PASSWORD 'nobody'").unwrap();
    let reads =
        after(&format!("GRANT USAGE ON SCHEMA sbm TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA sbm TO reader; -- {ROLE}"));
    let unavailable = |what, url, says| case(what, url, Code::StoreUnavailable, says);
    let damaged = |what, url, says| case(what, url, Code::StoreDamaged, says);
    let elsewhere = |host: &str| there.replace("127.0.0.1", host);
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    vec![
        unavailable("the wrong password", cluster.url(ROLE, "wrong", name), "password authentication failed"),
        unavailable("no password", there.replace(&format!(":{password}@"), "@"), "password missing"),
        unavailable("an unknown role", cluster.url("stranger", password, name), "password authentication failed"),
        unavailable("a role that may not log in", cluster.url("nobody", "nobody", name), "not permitted to log in"),
        unavailable("an unknown database", cluster.url(ROLE, password, "nowhere"), "make it with `CREATE DATABASE`"),
        unavailable("a port where nobody listens", there.replace(&format!(":{port}/"), &format!(":{closed}/")), "refused"),
        unavailable("a name without an address", elsewhere("nowhere.invalid"), "nowhere.invalid"),
        unavailable("an address that the certificate is not for", elsewhere("127.0.0.2"), "not for `127.0.0.2`"),
        unavailable("a foreign authority", with_roots(&there, &file("foreign.pem", &some_certificate())), "comes from nobody"),
        unavailable(
            "a file of authorities that is not there",
            with_roots(&there, &file("a", "").with_file_name("b")),
            "whose certificates count",
        ),
        unavailable("an empty file of authorities", with_roots(&there, &file("empty.pem", "")), "no certificate in it"),
        unavailable(
            "a file that is no certificate",
            with_roots(&there, &file("text.pem", "-----BEGIN CERTIFICATE-----\nno\n")),
            "whose certificates count",
        ),
        unavailable(
            "a certificate that is none",
            with_roots(&there, &file("odd.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")),
            "whose certificates count",
        ),
        unavailable("an unix socket that is not there", format!("postgres://{ROLE}@%2Fnowhere/{name}"), "No such file"),
        unavailable("a database in another encoding", cluster.database_not_in_utf8(), "make one with ENCODING 'UTF8'"),
        unavailable(
            "a database that only reads",
            after(
                "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$; DROP SCHEMA sbm CASCADE",
            ),
            "read",
        ),
        unavailable(
            "a role that only reads",
            cluster.url("reader", "reader", Cluster::name_of(&reads)),
            "lacks a right: `sbm.accounts` belongs to the role `sbm`; connect as `sbm`, or let it run `GRANT sbm TO reader`",
        ),
        unavailable(
            "a role that may not see the schema",
            cluster.url("reader", "reader", Cluster::name_of(&there)),
            "run `GRANT sbm TO reader`",
        ),
        unavailable(
            "a role that may not make a schema",
            cluster.url("reader", "reader", Cluster::name_of(&cluster.database())),
            "its role `reader` lacks a right: CREATE on the database `",
        ),
        unavailable(
            "a role that lost the schema of its own tables",
            after("ALTER SCHEMA sbm OWNER TO postgres; REVOKE ALL ON SCHEMA sbm FROM sbm"),
            "its role `sbm` lacks a right: USAGE on the schema `sbm`; let the owner of the schema run `GRANT USAGE, CREATE ON",
        ),
        unavailable(
            "a role that may see its schema and make nothing in it",
            after("ALTER SCHEMA sbm OWNER TO postgres; GRANT USAGE ON SCHEMA sbm TO sbm"),
            "its role `sbm` lacks a right: CREATE on the schema `sbm`",
        ),
        unavailable(
            "an empty schema that the role may not use",
            empty_after("CREATE SCHEMA sbm"),
            "its role `sbm` lacks a right: USAGE on the schema `sbm`",
        ),
        damaged(
            "a foreign schema of that name",
            empty_after(&format!(
                "CREATE SCHEMA sbm AUTHORIZATION {ROLE}; CREATE TABLE sbm.things (a bigint); INSERT INTO sbm.things VALUES (1)"
            )),
            "is not SBM's",
        ),
        damaged(
            "a foreign ledger",
            empty_after(&format!(
                "CREATE SCHEMA sbm; CREATE TABLE sbm.migrations (id text); GRANT ALL ON SCHEMA sbm TO {ROLE}; GRANT ALL ON sbm.migrations TO {ROLE}"
            )),
            "schema",
        ),
        damaged("a ledger without a row", after("DELETE FROM sbm.migrations"), "has no schema"),
        damaged(
            "another migration of that number",
            after("UPDATE sbm.migrations SET sha256 = 'x'"),
            "is not the one of this program",
        ),
        damaged("a ledger with nonsense", after("UPDATE sbm.migrations SET version = -3 WHERE version = 3"), "-3"),
        damaged("a database without its revision", after("DELETE FROM sbm.revision"), "it has no revision"),
        damaged("a database without a table", after("DROP TABLE sbm.revision"), "not the one of this program"),
        damaged(
            "a column of another type",
            after(
                "ALTER TABLE sbm.revision DROP CONSTRAINT revision_value_check; ALTER TABLE sbm.revision ALTER value TYPE text",
            ),
            "instead of number",
        ),
        damaged("a column of no type of ours", after("ALTER TABLE sbm.revision ALTER value TYPE numeric"), "no schema of ours"),
        case("a newer schema", after("INSERT INTO sbm.migrations VALUES (99, 98, 'x')"), Code::StoreNewer, "has schema 99"),
    ]
}

#[test]
fn what_is_no_database_of_ours_is_refused_and_left_as_it_is_door_4() {
    let cases = places();
    assert!(cases.len() >= 25, "{}", cases.len());
    let databases = databases(&cases);
    let before: Vec<String> = databases.iter().map(|url| content(url)).collect();
    let mut wrong = Vec::new();
    for Case { what, url, code, says } in cases {
        match open(&url).map(|_| ()) {
            Err(error) if error.code() == code && error.to_string().contains(says) => {
                let text = error.to_string();
                assert!(!text.contains(cluster().password()), "{what}: {text}");
                assert!(!text.contains('\n') && text.len() < 420, "{what}: {text}");
            }
            other => wrong.push(format!("{what}: {other:?}")),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let changed: Vec<_> = databases.iter().zip(before).filter(|(name, before)| content(name) != *before).collect();
    assert!(changed.is_empty(), "{changed:#?}");
}

/// The databases that the cases name and that are there.
fn databases(cases: &[Case]) -> Vec<String> {
    let mut admin = cluster().admin("postgres");
    let is_there = |url: &&Case| {
        let name = Cluster::name_of(&url.url);
        !admin.query("SELECT 1 FROM pg_database WHERE datname = $1", &[&name]).unwrap().is_empty()
    };
    let found: Vec<String> = cases.iter().filter(is_there).map(|case| case.url.clone()).collect();
    assert!(found.len() > 20, "{}", found.len());
    found
}

#[test]
fn the_newer_programs_message_names_the_place_without_its_password_door_4() {
    let url = after("INSERT INTO sbm.migrations VALUES (99, 98, 'x')");
    let Err(StoreError::Newer { file, found, known }) = open(&url).map(|_| ()) else { panic!("it was opened") };
    assert_eq!((found, known), (99, migration::known()));
    assert!(file.starts_with("postgres://sbm:***@127.0.0.1:"), "{file}");
}

#[test]
fn a_newer_schema_that_says_that_this_program_may_is_opened_door_4() {
    let url = after("INSERT INTO sbm.migrations VALUES (99, 3, 'x')");
    drop(open(&url).unwrap());
}

#[test]
fn what_a_refused_role_is_told_to_run_lets_it_in_door_4() {
    let cluster = cluster();
    let roles = "DROP ROLE IF EXISTS newcomer; CREATE ROLE newcomer LOGIN PASSWORD 'newcomer'";
    cluster.admin("postgres").batch_execute(roles).unwrap();
    let (fresh, used) = (cluster.database(), made());
    for database in [&fresh, &used] {
        let url = cluster.url("newcomer", "newcomer", Cluster::name_of(database));
        let refused = open(&url).map(|_| ()).unwrap_err().to_string();
        let statement = refused.split('`').find(|part| part.starts_with("GRANT ")).unwrap();
        cluster.admin(Cluster::name_of(database)).batch_execute(statement).unwrap();
        drop(open(&url).unwrap());
    }
}

#[test]
fn a_start_waits_for_a_migration_elsewhere_however_long_that_takes_door_4() {
    let database = super::made();
    let live = Server::new(&url(&database)).unwrap().connect(Purpose::Keeping).unwrap();
    // It would not wait long for any other lock.
    any(&live, "SELECT set_config('lock_timeout', '1ms', false)", &[]).unwrap();
    let mut elsewhere = Cluster::shared().admin(Cluster::name_of(&database));
    elsewhere.execute("SELECT pg_advisory_lock(1396854065)", &[]).unwrap();
    let starting = std::thread::spawn(move || (migration::up(&live, "here"), live));
    let waits = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'
        AND clock_timestamp() - query_start > interval '100 milliseconds'";
    while elsewhere.query(waits, &[]).unwrap().is_empty() {
        assert!(!starting.is_finished(), "{:?}", starting.join().map(|(up, _)| up));
        std::thread::yield_now();
    }
    elsewhere.execute("SELECT pg_advisory_unlock(1396854065)", &[]).unwrap();
    let (up, live) = starting.join().unwrap();
    assert_eq!(up, Ok(()));
    let after = one(&live, "SELECT current_setting('lock_timeout')", &[], |row| row.take::<String>());
    assert_eq!(after, Ok(Some("1ms".to_owned())));
}
