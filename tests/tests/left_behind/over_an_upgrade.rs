//! A newer program comes to a database while servers and a client are at work.
//!
//! The next program is not there yet. What it does to the others is: its migration's row, with the lowest schema that a
//! program must know. And what it is to the database is a server that the row does not shut out: of two servers of this
//! program one logs in by a role of its own, for which the row says less.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use postgres::Client as Database;
use sbm_client::admin::Admin;
use sbm_client::core::code::Code;
use sbm_client::core::directory::Refusal;
use sbm_client::core::id::RunId;
use sbm_client::core::wire::v1::session::Secret;
use sbm_client::core::wire::v1::{ConnectionString, path};
use sbm_server::clock::SystemClock;
use sbm_server::config::{Config, Sources};
use sbm_server::server::Server;
use sbm_server::store::servers::SCHEMA;
use sbm_test_postgres::{Cluster, ROLE};
use sbm_tests::process::history;
use sbm_tests::raw::{Raw, request};
use sbm_tests::server::ADMIN_PASSWORD;
use sbm_tests::site::Site;
use sbm_tests::stronghold::log_in;
use sbm_tests::way::Way;

use crate::office::{Computer, PATIENCE, database, group, leases, set_up, started, until};

/// A role that is the servers' own in all but its name.
fn another_role(site: &Site) -> String {
    let (cluster, role) = (Cluster::shared(), format!("next_of_{}", Cluster::name_of(site.store())));
    let text = format!("CREATE ROLE {role} LOGIN PASSWORD 'next' IN ROLE {ROLE}; ALTER ROLE {role} SET role TO {ROLE}");
    cluster.admin("postgres").batch_execute(&text).unwrap();
    cluster.url(&role, "next", Cluster::name_of(site.store()))
}

/// What the next program writes when it migrates.
fn migrate(database: &mut Database, version: u32, min_program: u32) {
    let row = format!("INSERT INTO sbm.migrations VALUES ({version}, {min_program}, 'x')");
    database.batch_execute(&row).unwrap();
}

/// The same with what it does not say to the role of the next program, which knows that schema.
fn but_not_for_the_next() -> String {
    let (next, newest) = (SCHEMA + 1, SCHEMA + 2);
    format!(
        "BEGIN;
        ALTER TABLE sbm.migrations RENAME TO kept_migrations;
        CREATE VIEW sbm.migrations AS SELECT version, CASE WHEN session_user LIKE 'next_of_%' THEN {SCHEMA} ELSE min_program END
            AS min_program, sha256 FROM sbm.kept_migrations;
        GRANT SELECT ON sbm.migrations TO PUBLIC;
        INSERT INTO sbm.kept_migrations VALUES ({newest}, {next}, 'y');
        COMMIT"
    )
}

/// From here on it says so to everybody.
const FOR_ALL: &str = "BEGIN; DROP VIEW sbm.migrations; ALTER TABLE sbm.kept_migrations RENAME TO migrations; COMMIT";

/// Waits until each server that is there has looked at the schema once more, and goes on: it does so before its lease is
/// made longer.
fn looked_again(database: &mut Database) {
    let before = leases(database);
    // Once may have been under way.
    for _ in 0..2 {
        let earlier = leases(database);
        until("the leases are made longer", || {
            let now = leases(database);
            assert_eq!(now.len(), before.len(), "a server stopped");
            now.iter().zip(&earlier).all(|(now, earlier)| now.0 == earlier.0 && now.1 > earlier.1)
        });
    }
}

/// What the start of this program comes to.
fn start_refused(site: &Site) -> Refusal {
    let mut flags = site.settings(site.store()).to_vec();
    flags.push(("data_dir".to_owned(), site.data("late").display().to_string()));
    flags.push(("listen".to_owned(), "127.0.0.1:0".to_owned()));
    let config = Config::load(&Sources { file: None, environment: vec![], flags }).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(Server::open(config, Arc::new(SystemClock))).map(drop).unwrap_err()
}

/// Ends a client's work, also when the test fails.
struct Over<'t>(&'t AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

/// Makes backups and sends their runs until it is over; gives those that were acknowledged.
fn work(carol: &Computer, over: &AtomicBool, synced: &AtomicUsize) -> BTreeSet<RunId> {
    let (mut sent, mut acknowledged) = (Vec::new(), BTreeSet::new());
    while !over.load(Ordering::Acquire) {
        sent.push(carol.run());
        match carol.sync() {
            None => {
                acknowledged.extend(sent.drain(..));
                synced.fetch_add(1, Ordering::AcqRel);
            }
            // It asked the one that is left behind, or its connection did not last, in the middle of a word perhaps; it asks
            // another next time.
            Some(code) => {
                assert!(code.is_retryable() || matches!(code, Code::TlsFailed | Code::MalformedAnswer), "{code}");
            }
        }
    }
    acknowledged
}

/// Waits until the client got through some more times, past what was under way.
fn gets_through(synced: &AtomicUsize) {
    let before = synced.load(Ordering::Acquire);
    until("the client gets through", || synced.load(Ordering::Acquire) > before + 3);
}

#[test]
fn over_an_upgrade_the_server_that_is_too_old_stops_and_says_so_while_a_client_works_on_door_4_run_7_his_3() {
    let site = Site::new(Cluster::shared());
    let old = started(&site, "old", 0, site.store());
    let admin = set_up(&site, "old", &old);
    let next = started(&site, "next", 0, &another_role(&site));
    let way = Way::to(vec![old.connection.port, next.connection.port]);
    way.be_restless();
    let carol = Computer::new(&ConnectionString { port: way.port, ..old.connection.clone() });
    let ways = [&old, &next].map(|member| site.raw(member.connection.port));
    let console = log_in(&ways[0], "admin", ADMIN_PASSWORD);
    let ask = |raw: &Raw| raw.ask(&request("GET", path::USERS, Some(&console), None)).unwrap();
    let (over, synced) = (AtomicBool::new(false), AtomicUsize::new(0));
    let acknowledged = std::thread::scope(|scope| {
        let _over = Over(&over);
        let working = scope.spawn(|| work(&carol, &over, &synced));
        let mut database = database(&site);
        gets_through(&synced);

        // The next program adds what this one need not know: both go on, and one may still be started.
        migrate(&mut database, SCHEMA + 1, SCHEMA);
        looked_again(&mut database);
        assert_eq!(ways.each_ref().map(|raw| ask(raw).status), [200, 200]);
        gets_through(&synced);
        drop(started(&site, "late", 0, site.store()));

        // It takes away what this one needs.
        database.batch_execute(&but_not_for_the_next()).unwrap();
        until("the old one stops", || ask(&ways[0]).code() == Some(Code::ServerBehind));
        assert_eq!(ways[0].ask(&request("GET", path::STATUS, None, None)).unwrap().status, 200);
        let other = Admin::connect(&next.connection, PATIENCE).unwrap().with_token(Secret::new(console.clone()));
        other.add_group(&group("of the next")).unwrap();
        admin.add_group(&group("of the old")).unwrap_err();
        gets_through(&synced);
        until("nobody waits for the old one, nor for the one that was there in between", || leases(&mut database).len() == 1);
        looked_again(&mut database);
        assert_eq!(ask(&ways[1]).status, 200);
        assert_eq!(ask(&ways[0]).code(), Some(Code::ServerBehind), "it does not come back");
        gets_through(&synced);

        over.store(true, Ordering::Release);
        let acknowledged = working.join().unwrap();
        let runs = history(&other);
        assert!(acknowledged.len() > 8 && acknowledged.iter().all(|id| runs.contains_key(id)), "{}", acknowledged.len());
        let groups: Vec<String> = other.groups().unwrap().into_iter().map(|group| group.name.to_string()).collect();
        assert!(groups.iter().any(|name| name == "of the next") && !groups.iter().any(|name| name == "of the old"));

        // This program is told what is the matter, and the other one went on for what it was told alone.
        database.batch_execute(FOR_ALL).unwrap();
        until("the other one stops as well", || ask(&ways[1]).code() == Some(Code::ServerBehind));
        let refused = start_refused(&site);
        assert_eq!(refused.code, Code::StoreNewer, "{refused:?}");
        assert!(refused.message.contains(&format!("schema {}", SCHEMA + 2)), "{refused:?}");
        acknowledged
    });
    assert!(synced.load(Ordering::Acquire) <= acknowledged.len());
}
