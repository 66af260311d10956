//! What the programs do on a cache that cannot be trusted: the floor is shown with its reason, and a login mends it.

use std::fs;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::process::Command;

use sbm_client::admin::Admin;
use sbm_client::core::code::Code;
use sbm_client::core::wire::v1::admin::{HistoryQuery, UserPatch};
use sbm_tests::fixture::{name, office};
use sbm_tests::minibackup::{Desk, Told, programs};
use sbm_tests::server::TestServer;

/// The beginning of the database becomes something else, as a bad disk does it.
fn damage(desk: &Desk) {
    let database = fs::OpenOptions::new().write(true).open(desk.path("home/sbm/cache.db")).unwrap();
    database.write_all_at(b"garbage", 0).unwrap();
}

fn served() -> (TestServer, Admin) {
    let (server, admin) = TestServer::claimed();
    office(&admin);
    (server, admin)
}

/// What can be looked at is looked at, and what cannot be done is a denial that names the damage and the way round.
fn is_on_the_floor(desk: &Desk, server: &str) {
    let damaged = Code::CacheDamaged.text();
    let caption = format!("floor): {damaged}");
    desk.ask(&["status"]).is(0).says(&caption).says(&format!("may not create profiles: {damaged}"));
    desk.ask(&["list"]).is(0).says(&caption).says("mine: ");
    desk.ask(&["show", "mine"]).is(0).says("mine: local");
    desk.ask(&["connection"]).is(0).says(&format!("server: {server}\n")).says("locked: yes");
    let copies = desk.files();
    let back = desk.text("restored");
    for act in [
        &["run", "mine", "--scheduled"][..],
        &["run", "Finance documents", "--scheduled"],
        &["run", "mine"],
        &["restore", "Finance documents", &back],
        &["restore", "mine", &back],
        &["create", "fresh", "--source", "a", "--dest", "b"],
    ] {
        let told = desk.ask(act).is(3).says(damaged).says("reach the server once, or log in again");
        assert!(!told.err.contains("no group") && !told.err.contains("security profile"), "{}", told.err);
    }
    assert!(desk.files() == copies, "nothing was done");
    desk.type_in("status\nlist\nquit\n").is(0).says("floor)> ").says("mine: ");
}

fn is_well(desk: &Desk) {
    desk.ask(&["run", "Finance documents", "--scheduled"]).is(0).says("(carol, online)");
    desk.ask(&["list"]).is(0).says("(carol, online)");
}

#[test]
fn on_a_damaged_cache_the_floor_is_shown_with_its_reason_and_the_server_ends_it_off_3_dec_3() {
    for program in programs() {
        let (server, _admin) = served();
        let desk = Desk::logged_in(program, "carol", server.connection());
        let here = server.connection().to_string();
        desk.furnish();
        damage(&desk);
        let stopped = server.stop();
        is_on_the_floor(&desk, &here);
        desk.ask(&["sync"]).says("offline: the server cannot be reached");
        desk.ask(&["login", &here, "carol"]).is(1).says(Code::Unreachable.name());
        let server = TestServer::restart(stopped);
        desk.ask(&["login", &here, "carol"]).is(0).says("(carol, online)");
        desk.furnish();
        is_well(&desk);
        drop(server);
    }
}

#[test]
fn a_tested_connection_whose_cache_is_damaged_heals_by_its_first_login_usr_9_off_3() {
    for program in programs() {
        let (server, _admin) = served();
        let here = server.connection().to_string();
        let desk = Desk::new(program, "carol");
        desk.ask(&["test", &here, "carol"]).is(0).says("locked to carol").says("`connect` changes it");
        damage(&desk);
        is_on_the_floor(&desk, &here);
        desk.ask(&["login", &here, "dora"]).is(1).says(Code::ConnectionLocked.name());
        desk.ask(&["login", &here, "carol"]).is(0).says("(carol, online)");
        desk.furnish();
        is_well(&desk);
    }
}

#[test]
fn a_refused_program_says_so_and_its_schedule_goes_on_off_2_off_3() {
    for program in programs() {
        let (server, admin) = served();
        let desk = Desk::logged_in(program, "carol", server.connection());
        desk.furnish();
        admin.modify_user(&name("carol"), &UserPatch { disabled: Some(true), ..UserPatch::default() }).unwrap();
        let told = desk.ask(&["sync"]).is(1).says("refused: ").says(Code::TokenRefused.text());
        assert!(!told.out.contains("online"), "{}", told.out);
        for act in [&["run", "mine"][..], &["run", "Finance documents"], &["delete", "mine"]] {
            desk.ask(act).is(3).says(Code::TokenRefused.text()).says("log in to the server again");
        }
        desk.ask(&["run", "Finance documents", "--scheduled"]).is(0).says("0 failed");
    }
}

#[test]
fn a_test_of_no_pinned_server_says_nothing_of_what_it_did_not_try_run_5() {
    for program in programs() {
        let told = Desk::new(program, "carol").ask(&["test", "sbm://localhost:1", "carol"]).is(1);
        told.says("reachable: not tried").says("certificate: failed").says("credentials: not tried");
    }
}

#[test]
fn the_help_says_that_a_test_locks_usr_9() {
    for program in programs() {
        Desk::new(program, "carol").ask(&["help"]).is(0).says("the connection\n").says("is locked to that server and user");
    }
}

/// What the environment says of the user is not what history tells.
#[test]
fn history_names_the_user_of_the_system_and_not_of_the_environment_his_1() {
    let me = Command::new("id").arg("-un").output().unwrap();
    let me = String::from_utf8(me.stdout).unwrap().trim().to_owned();
    for program in programs() {
        let (server, admin) = served();
        let desk = Desk::logged_in(program, "carol", server.connection());
        desk.furnish();
        let run = |edit: fn(&mut Command) -> &mut Command| {
            let mut command = desk.command(&["run", "Finance documents", "--scheduled"]);
            Told::from(edit(&mut command).output().unwrap()).is(0)
        };
        run(|command| command.env("USER", "somebody").env("LOGNAME", "somebody").env("USERNAME", "somebody"));
        run(|command| command.env_remove("USER").env_remove("LOGNAME").env_remove("USERNAME"));
        let runs = admin.history(&HistoryQuery::default()).unwrap().items;
        let names: Vec<&str> = runs.iter().map(|run| run.record.start.os_user.as_str()).collect();
        assert_eq!(names, [me.as_str(), me.as_str()], "{}", Path::new(program).display());
    }
}
