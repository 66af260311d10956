//! The management connection as the programs have it: open, locked, changed by an administrator, rolled out.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use sbm_client::core::code::Code;
use sbm_client::core::wire::v1::ConnectionString;
use sbm_tests::fixture::{PASSWORD, add_user, office};
use sbm_tests::minibackup::{Desk, Told, programs};
use sbm_tests::server::{ADMIN_PASSWORD, TestServer};

fn two_offices() -> [TestServer; 2] {
    [(), ()].map(|()| {
        let (server, admin) = TestServer::claimed();
        office(&admin);
        add_user(&admin, "dora", Some("End user"), &["Finance"]);
        server
    })
}

/// What the program says of its connection.
fn says(desk: &Desk, server: &str, user: &str, locked: &str) {
    desk.ask(&["connection"])
        .is(0)
        .says(&format!("server: {server}\n"))
        .says(&format!("user: {user}\n"))
        .says(&format!("locked: {locked}"));
}

fn with_password(desk: &Desk, arguments: &[&str], variable: &str, password: &str) -> Told {
    Told::from(desk.command(arguments).env(variable, password).output().unwrap())
}

#[test]
fn the_connection_is_open_until_a_valid_test_and_then_an_administrator_s_to_change_usr_9_run_5() {
    for program in programs() {
        let [office, branch] = two_offices();
        let (here, there) = (office.connection().to_string(), branch.connection().to_string());
        let desk = Desk::new(program, "carol");
        says(&desk, "none", "none", "no");
        with_password(&desk, &["test", &here, "carol"], "MINIBACKUP_PASSWORD", "wrong").is(1).says("credentials: failed");
        desk.ask(&["test", "sbm://localhost:1", "carol"]).is(1);
        says(&desk, "none", "none", "no");
        desk.ask(&["test", &here, "carol"]).is(0).says("credentials: ok").says("locked: ok");
        says(&desk, &here, "carol", "yes");

        // Nobody changes it by logging in, testing, or rolling out.
        for (server, user) in [(&here, "dora"), (&there, "carol"), (&there, "dora")] {
            desk.ask(&["login", server, user]).is(1).says(Code::ConnectionLocked.name()).says("an administrator");
            desk.ask(&["test", server, user]).is(0).says("credentials: ok");
            let file = rollout(&desk, server, user);
            desk.ask(&["--rollout", &file, "list"]).is(0);
            says(&desk, &here, "carol", "yes");
        }
        desk.ask(&["login", &here, "carol"]).is(0).says("(carol, online)");
        desk.ask(&["logout"]).is(0);
        says(&desk, &here, "carol", "yes");
        desk.ask(&["login", &here, "carol"]).is(0);

        // An administrator of the locked server, for this one act; a user is none, and a wrong password proves nothing.
        let connect = ["connect", &there, "dora", "admin"];
        with_password(&desk, &connect, "MINIBACKUP_ADMIN_PASSWORD", "wrong").is(1).says(Code::WrongCredentials.name());
        with_password(&desk, &["connect", &there, "dora", "carol"], "MINIBACKUP_ADMIN_PASSWORD", PASSWORD)
            .is(3)
            .says(Code::DeniedRole.name());
        with_password(&desk, &connect, "MINIBACKUP_PASSWORD", "wrong").is(1).says(Code::WrongCredentials.name());
        says(&desk, &here, "carol", "yes");

        // Refused offline: who is an administrator, only the locked server can tell.
        let stopped = office.stop();
        desk.ask(&connect).is(1).says(Code::Unreachable.name());
        says(&desk, &here, "carol", "yes");
        let office = TestServer::restart(stopped);

        desk.ask(&connect).is(0).says("(dora, online)");
        says(&desk, &there, "dora", "yes");
        drop(office);
        desk.ask(&["sync"]).is(0).says("online");
        for secret in [PASSWORD, ADMIN_PASSWORD] {
            assert!(!everything(&desk).windows(secret.len()).any(|bytes| bytes == secret.as_bytes()), "a password was kept");
        }
    }
}

/// Every byte of the program's folder, SBM's own included, but for what a test wrote there.
fn everything(desk: &Desk) -> Vec<u8> {
    let mut folders = vec![desk.path("home")];
    let mut bytes = Vec::new();
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() { folders.push(path) } else { bytes.extend(fs::read(path).unwrap()) }
        }
    }
    bytes
}

fn private(path: PathBuf, text: &str) -> String {
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    path.display().to_string()
}

fn rollout(desk: &Desk, server: &str, user: &str) -> String {
    let text = format!("connection = \"{server}\"\nuser = \"{user}\"\npassword = \"{PASSWORD}\"\n");
    private(desk.path("rollout.toml"), &text)
}

#[test]
fn a_silent_roll_out_counts_from_file_and_environment_while_nothing_is_locked_usr_9_run_4_dec_6() {
    for program in programs() {
        let [office, branch] = two_offices();
        let (here, there) = (office.connection().to_string(), branch.connection().to_string());

        // From a file, and only once.
        let desk = Desk::new(program, "carol");
        let file = rollout(&desk, &here, "carol");
        desk.ask(&["--rollout", &file, "list"]).is(0).says("(carol, online)");
        says(&desk, &here, "carol", "yes");
        desk.ask(&["--rollout", &rollout(&desk, &there, "dora"), "list"]).is(0).says("(carol, online)");

        // From the environment, which stands above the file.
        let desk = Desk::new(program, "dora");
        let password = private(desk.path("password"), PASSWORD);
        let file = rollout(&desk, &there, "carol");
        let set = |server: &str| {
            let mut command = desk.command(&["--rollout", &file, "list"]);
            command.env("SBM_CONNECTION", server).env("SBM_USER", "dora").env("SBM_PASSWORD_FILE", &password);
            Told::from(command.output().unwrap())
        };
        let place = ConnectionString { ca: None, ..office.connection().clone() };
        set(&place.to_string()).is(1).says(Code::UntrustedServer.name());
        fs::set_permissions(desk.path("password"), fs::Permissions::from_mode(0o644)).unwrap();
        set(&here).is(1).says(Code::ConfigUnreadable.name());
        fs::set_permissions(desk.path("password"), fs::Permissions::from_mode(0o600)).unwrap();
        says(&desk, "none", "none", "no");
        set(&here).is(0).says("(dora, online)");
        says(&desk, &here, "dora", "yes");

        // Managed before the first login: not free, but on the floor.
        let desk = Desk::new(program, "nobody");
        with_password(&desk, &["set", "verbose=yes"], "SBM_MANAGED", "required").is(3).says("(floor)");
        with_password(&desk, &["set", "verbose=yes"], "SBM_MANAGED", "optional").is(0).says("(unmanaged)");
    }
}

#[test]
fn another_computer_takes_a_backup_account_over_by_a_command_of_its_own_and_the_first_one_hears_of_it_acc_11_acc_12() {
    const PC: &str = "root>pc";
    for program in programs() {
        let (server, admin) = TestServer::claimed();
        let new = serde_json::json!({ "account": PC, "secret": PASSWORD });
        admin.add_account(&serde_json::from_value(new).unwrap()).unwrap();
        let here = server.connection().to_string();
        let [first, second] = [(), ()].map(|()| Desk::new(program, "carol"));
        first.ask(&["login", &here, PC]).is(0).says(", online)");
        second.ask(&["login", &here, PC]).is(1).says(Code::OtherMachine.name()).says("take it over");
        second.ask(&["take-over", &here, PC]).is(0).says(", online)");
        first.ask(&["sync"]).is(1).says(Code::OtherMachine.text());
        first.ask(&["take-over", &here, PC]).is(0).says(", online)");
        second.ask(&["login", &here, PC]).is(1).says(Code::OtherMachine.name());
    }
}
