//! The cluster that tests stand on does what it says.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use postgres::error::SqlState;
use sbm_test_postgres::{Cluster, Locale, Options, Stop};

#[test]
fn each_database_is_empty_and_in_utf_8() {
    let cluster = Cluster::shared();
    let (one, other) = (cluster.database(), cluster.database());
    assert_ne!(Cluster::name_of(&one), Cluster::name_of(&other));
    let mut admin = cluster.admin(Cluster::name_of(&one));
    admin.batch_execute("CREATE TABLE here (one bigint)").unwrap();
    let row = admin.query_one("SELECT current_setting('server_encoding'), count(*) FROM pg_tables WHERE tablename = 'here'", &[]);
    let row = row.unwrap();
    assert_eq!((row.get(0), row.get(1)), ("UTF8", 1_i64));
    let there = cluster.admin(Cluster::name_of(&other)).query_one("SELECT to_regclass('here') IS NULL", &[]).unwrap();
    assert!(there.get::<_, bool>(0));
}

#[test]
fn an_english_database_compares_otherwise() {
    let cluster = Cluster::shared();
    let compare = |locale| {
        let url = cluster.database_in(locale);
        let row = cluster.admin(Cluster::name_of(&url)).query_one("SELECT 'a'::text < 'B'", &[]).unwrap();
        row.get::<_, bool>(0)
    };
    assert_eq!((compare(Locale::C), compare(Locale::English)), (false, true));
}

#[test]
fn a_copy_has_what_was_there() {
    let cluster = Cluster::shared();
    let first = cluster.database();
    cluster.admin(Cluster::name_of(&first)).batch_execute("CREATE TABLE here (one bigint)").unwrap();
    let copy = cluster.copy(&first);
    cluster.admin(Cluster::name_of(&copy)).query_one("SELECT count(*) FROM here", &[]).unwrap();
}

#[test]
fn a_database_that_is_done_with_goes_whoever_is_in_it_and_the_others_stay() {
    let cluster = Cluster::shared();
    let (done, other) = (cluster.lend(cluster.database()), cluster.database());
    let name = Cluster::name_of(&done).to_owned();
    let mut held = cluster.admin(&name);
    drop(done);
    held.simple_query("SELECT 1").unwrap_err();
    let there = |name: &str| -> i64 {
        let text = "SELECT count(*) FROM pg_database WHERE datname = $1";
        cluster.admin("postgres").query_one(text, &[&name]).unwrap().get(0)
    };
    assert_eq!((there(&name), there(Cluster::name_of(&other))), (0, 1));
}

#[test]
fn a_cluster_that_is_stopped_killed_and_started_again_has_what_was_committed() {
    let cluster = Cluster::start(Options { fsync: true, settings: Vec::new() });
    let url = cluster.database();
    let name = Cluster::name_of(&url);
    cluster.admin(name).batch_execute("CREATE TABLE kept (one bigint)").unwrap();
    for stop in [Some(Stop::Smart), Some(Stop::Fast), Some(Stop::Immediate), None] {
        cluster.admin(name).batch_execute("INSERT INTO kept VALUES (1)").unwrap();
        let mut held = cluster.admin(name);
        if stop == Some(Stop::Smart) {
            drop(held);
            cluster.stop(Stop::Smart);
        } else {
            stop.map_or_else(|| cluster.kill(), |stop| cluster.stop(stop));
            held.simple_query("SELECT 1").unwrap_err();
        }
        cluster.run_again();
    }
    assert_eq!(cluster.admin(name).query_one("SELECT count(*) FROM kept", &[]).unwrap().get::<_, i64>(0), 4);
}

#[test]
fn nobody_gets_in_without_the_password() {
    let cluster = Cluster::shared();
    let mut config = postgres::Config::new();
    config.host_path(cluster.socket_directory()).port(cluster.port()).user("postgres").password("wrong");
    let error = config.connect(postgres::NoTls).err().unwrap();
    assert_eq!(error.code(), Some(&SqlState::INVALID_PASSWORD));
}

#[test]
fn its_files_go_with_it() {
    let cluster = Cluster::start(Options::default());
    let directories = [cluster.directory(), cluster.socket_directory()].map(std::path::Path::to_owned);
    drop(cluster);
    assert!(directories.iter().all(|directory| !directory.exists()));
}

#[test]
fn a_stand_by_only_reads_has_what_was_acknowledged_and_takes_the_place_of_the_first() {
    let first = Cluster::start(Options { fsync: true, settings: Vec::new() });
    let url = first.database();
    let name = Cluster::name_of(&url);
    first.admin(name).batch_execute("CREATE TABLE kept (one bigint)").unwrap();
    let second = first.standby(Options { fsync: true, settings: Vec::new() });
    first.admin(name).batch_execute("INSERT INTO kept VALUES (1)").unwrap();
    let refused = second.admin(name).batch_execute("INSERT INTO kept VALUES (2)").unwrap_err();
    assert_eq!(refused.code(), Some(&SqlState::READ_ONLY_SQL_TRANSACTION));
    first.stop(Stop::Immediate);
    second.promote();
    second.admin(name).batch_execute("INSERT INTO kept VALUES (3)").unwrap();
    assert_eq!(second.admin(name).query_one("SELECT count(*) FROM kept", &[]).unwrap().get::<_, i64>(0), 2);
}
