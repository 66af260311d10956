//! Several servers from one desk, each with its own pin and its own session (CON-2).

use sbm_tests::fixture::PASSWORD;
use sbm_tests::server::{ADMIN_PASSWORD, TestServer};
use serde_json::json;

use crate::desk::{Desk, run};

/// A desk with the connections `office` and `sales`, both logged in; `default` is the desk's own server.
fn desk() -> (Desk, TestServer, TestServer) {
    let desk = Desk::claimed();
    let ((office, _), (sales, _)) = (TestServer::claimed(), TestServer::claimed());
    for (name, server) in [("office", &office), ("sales", &sales)] {
        let address = server.connection().to_string();
        desk.run(&["connection", "add", name, &address, "--user", "admin", "--yes"]).says("added the connection");
        desk.with(&["login", "--connection", name, "--password-stdin"], ADMIN_PASSWORD).says("`admin` is logged in");
    }
    (desk, office, sales)
}

#[test]
fn each_connection_acts_at_its_own_server_with_its_own_session_con_2() {
    let (desk, office, sales) = desk();
    desk.run(&["group", "add", "Office", "--connection", "office"]).ok();
    desk.run(&["group", "add", "Sales", "--connection", "sales"]).ok();
    let groups = |name: &str| desk.json(&["group", "list", "--connection", name])[0]["name"].clone();
    assert_eq!((groups("office"), groups("sales")), (json!("Office"), json!("Sales")));
    assert_eq!(desk.json(&["group", "list"]), json!([]), "`default` is the desk's own server");
    desk.run(&["logout", "--connection", "office"]).ok();
    desk.run(&["group", "list", "--connection", "office"]).fails(4, "`sbmctl login --connection office`");
    desk.with(&["login", "--connection", "office", "--password-stdin"], ADMIN_PASSWORD).ok();

    desk.run(&["connection", "use", "office"]).says("office");
    assert_eq!(desk.json(&["group", "list"])[0]["name"], "Office");
    let mut command = desk.command(&["group", "list", "--json"]);
    command.env("SBM_CONNECTION_NAME", "sales");
    assert_eq!(run(command, "").json()[0]["name"], "Sales", "the variable goes before what is in use");
    let mut command = desk.command(&["group", "list", "--json", "--connection", "office"]);
    command.env("SBM_CONNECTION_NAME", "sales");
    assert_eq!(run(command, "").json()[0]["name"], "Office", "the argument goes before the variable");
    let mut command = desk.command(&["group", "list"]);
    command.env("SBM_CONNECTION_NAME", "no/name");
    run(command, "").fails(2, "SBM_CONNECTION_NAME");

    // Logging out of one leaves the others alone; so does a server that is gone.
    desk.run(&["logout", "--connection", "sales"]).says("logged out");
    desk.run(&["group", "list", "--connection", "sales"]).fails(4, "sbmctl login --connection sales");
    desk.run(&["group", "list"]).ok();
    drop(sales);
    drop(office);
    desk.run(&["group", "list"]).fails(3, "sbmctl test");
    desk.run(&["group", "list", "--connection", "default"]).ok();
}

#[test]
fn each_connection_has_its_own_pin_con_2_run_4() {
    let (desk, office, sales) = desk();
    // The address of one with the pin of the other: nobody is trusted.
    let pin = sales.connection().ca.unwrap();
    let crossed = format!("sbm://{}#ca-sha256={pin}", office.connection().authority());
    desk.run(&["connection", "add", "crossed", &crossed, "--yes"]).ok();
    desk.with(&["login", "--connection", "crossed", "--password-stdin"], ADMIN_PASSWORD).fails(3, "fingerprint");
    let tested = desk.run(&["connection", "test", "crossed"]);
    assert!(tested.code == 3 && tested.out.contains("certificate  failed"), "{tested:?}");
    desk.run(&["connection", "test", "office"]).says("certificate  ok");
    desk.with(&["connection", "test", "office", "-u", "admin", "--password-stdin"], ADMIN_PASSWORD).says("credentials  ok");
}

#[test]
fn connections_are_listed_shown_and_removed_con_2() {
    let (desk, office, _sales) = desk();
    let list = desk.json(&["connection", "list"]);
    let names: Vec<_> =
        list.as_array().unwrap().iter().map(|row| (row["name"].as_str().unwrap(), row["in_use"] == true)).collect();
    assert_eq!(names, [("default", true), ("office", false), ("sales", false)]);
    let shown = desk.run(&["connection", "show", "office"]);
    let pin = office.connection().ca.unwrap().to_string();
    shown.says(&pin).says(pin.get(..4).unwrap());
    desk.run(&["connection", "list"]).says("OFFICE".to_lowercase().as_str());
    desk.run(&["connection", "add", "office", "sbm://other.example", "--yes"]).fails(1, "already");
    desk.run(&["connection", "add", "no/name", "sbm://other.example", "--yes"]).fails(2, "letters");
    desk.run(&["connection", "use", "nowhere"]).fails(1, "sbmctl connection list");
    desk.run(&["connection", "show", "nowhere"]).fails(1, "sbmctl connection list");
    desk.run(&["user", "list", "--connection", "nowhere"]).fails(1, "sbmctl connection list");
    desk.run(&["connection", "remove", "office"]).fails(2, "--yes");
    let sessions = |server: &TestServer| {
        let all = server.admin().sessions().unwrap();
        all.into_iter().filter(|session| !session.current).count()
    };
    let before = sessions(&office);
    desk.run(&["connection", "remove", "office", "--yes"]).says("removed");
    assert!(sessions(&office) < before + 1, "the session there ended with it");
    desk.run(&["connection", "show", "office"]).fails(1, "sbmctl connection list");
    desk.run(&["connection", "remove", "office", "--yes"]).fails(1, "sbmctl connection list");
}

#[test]
fn a_connection_of_the_first_release_goes_on_as_default_con_2() {
    let desk = Desk::claimed();
    let file = desk.file("connection.json");
    let before = std::fs::read_to_string(&file).unwrap();
    let value: serde_json::Value = serde_json::from_str(&before).unwrap();
    let keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!((keys, &value["format"]), (vec!["connection", "expires", "format", "token", "user"], &json!(1)));
    // As the first release left it: one file, no directory beside it.
    std::fs::remove_dir_all(desk.file("connection.d")).unwrap();
    desk.run(&["user", "list"]).says("admin");
    desk.run(&["connection", "list"]).says("default");
    let address = desk.address();
    desk.run(&["connection", "add", "office", &address, "--yes"]).ok();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), before, "it is as it was");
    desk.run(&["user", "list"]).says("admin");
}

#[test]
fn logins_at_once_leave_one_whole_session_and_end_the_others_con_2_run_7() {
    let desk = Desk::claimed();
    desk.with(&["user", "add", "carol", "--password-stdin"], PASSWORD).ok();
    let address = desk.address();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                desk.with(&["login", "--connection", "c", &address, "--yes", "--user", "carol", "--password-stdin"], PASSWORD)
                    .ok();
            });
        }
    });
    let sessions = desk.json(&["session", "list", "--user", "carol"]);
    assert_eq!(sessions.as_array().unwrap().len(), 1, "{sessions}");
    desk.run(&["session", "list", "--connection", "c"]).says("yes");
}

#[test]
fn nobody_is_logged_in_where_nothing_was_said_con_2_err_1() {
    let desk = Desk::at(TestServer::unclaimed());
    desk.run(&["user", "list"]).fails(4, "sbmctl login");
    desk.run(&["login"]).fails(2, "sbmctl login sbm://");
    desk.run(&["login", "--connection", "office"]).fails(2, "sbmctl login --connection office sbm://");
    let address = desk.address();
    let early = desk.with(&["login", &address, "--yes", "--password-stdin"], ADMIN_PASSWORD);
    assert!(early.code == 1 && early.err.contains("SHA-256") && early.err.contains("sbmctl setup"), "{early:?}");
    assert!(!desk.file("connection.json").exists(), "a login that failed keeps nothing");
    assert_eq!(desk.json(&["connection", "list"]), json!([]));
}
