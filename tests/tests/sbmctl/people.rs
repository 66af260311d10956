//! Users, passwords, sessions, groups and security profiles.

use sbm_tests::fixture::PASSWORD;
use sbm_tests::server::ADMIN_PASSWORD;
use serde_json::json;

use crate::desk::Desk;

fn carol(desk: &Desk) {
    desk.with(&["user", "add", "carol", "--password-stdin"], PASSWORD).says("added the user `carol`");
}

#[test]
fn every_form_of_a_user_does_what_it_says_usr_1_con_1() {
    let desk = Desk::claimed();
    desk.run(&["security-profile", "add", "End user", "--right", "restore"]).ok();
    let add = ["user", "add", "carol", "-d", "front desk", "-s", "End user", "--new-group", "Office,Paris", "--password-stdin"];
    desk.with(&add, PASSWORD).says("added the user `carol`");
    let shown = desk.json(&["user", "show", "carol"]);
    assert_eq!((&shown["description"], &shown["security_profile"]), (&json!("front desk"), &json!("End user")));
    assert_eq!(shown["groups"], json!(["Office", "Paris"]), "groups are made along the way (USR-7)");
    desk.with(&add, PASSWORD).fails(1, "carol");

    desk.run(&["user", "modify", "carol", "--name", "kate", "--remove-group", "paris", "--new-group", "Lyon"]).says("kate");
    let groups = desk.json(&["user", "show", "kate"])["groups"].clone();
    assert_eq!(groups, json!(["Lyon", "Office"]));
    desk.run(&["user", "modify", "kate", "--name", "kate"]).says("nothing to change");
    desk.run(&["user", "modify", "kate"]).fails(2, "say what is to change");
    desk.run(&["user", "modify", "kate", "--group", "Nowhere"]).fails(1, "--new-group");

    desk.run(&["user", "disable", "kate"]).says("is shut out");
    assert_eq!(desk.json(&["user", "show", "kate"])["disabled"], true);
    desk.run(&["user", "enable", "kate"]).says("may log in again");
    assert_eq!(desk.json(&["user", "show", "kate"])["disabled"], false);
    desk.run(&["user", "disable", "admin"]).fails(1, "admin");
    desk.run(&["user", "show", "nobody"]).fails(1, "nobody");

    desk.run(&["user", "delete", "kate"]).fails(2, "--yes");
    desk.run(&["user", "delete", "kate", "--yes"]).says("deleted the user `kate`");
    desk.run(&["user", "delete", "kate", "--yes"]).fails(1, "sbmctl user list");
    desk.run(&["user", "delete", "admin", "--yes"]).fails(1, "admin");
}

#[test]
fn a_user_is_listed_with_his_account_and_named_by_it_too_usr_1_acc_10_con_1() {
    let desk = Desk::claimed();
    for (account, user) in [("root>Acme", "nina"), ("root>Bolt", "olga")] {
        desk.run(&["account", "add", account, "--level", "end-customer"]).ok();
        desk.with(&["user", "add", user, "--account", account, "--password-stdin"], PASSWORD).ok();
    }
    let listed = desk.run(&["user", "list", "--account", "root>acme"]);
    assert!(listed.ok().contains("root>Acme") && !listed.ok().contains("olga"), "{listed:?}");
    let sorted = desk.run(&["user", "list", "--columns", "name,account,second_factor", "--sort", "-account", "--csv"]);
    assert_eq!(sorted.ok(), "name,account,second_factor\r\nolga,root>Bolt,false\r\nnina,root>Acme,false\r\nadmin,root,false\r\n");
    assert_eq!(desk.json(&["user", "list", "--sort", "second_factor"]).as_array().unwrap().len(), 3);

    desk.run(&["user", "modify", "root>acme>nina", "-d", "front desk"]).says("changed the user `nina`");
    desk.run(&["user", "modify", "root>Bolt>nina", "-d", "x"]).fails(1, "nobody logs in as `root>Bolt>nina`");
    let passwd = |login: &str| desk.with(&["user", "passwd", login, "--password-stdin"], "open window 99 blue\n");
    passwd("root>Acme>nina").says("`nina` has a new password");
    passwd("root>Bolt>nina").fails(1, "sbmctl user list");
    desk.run(&["user", "delete", "root>Bolt>olga", "root>Bolt>nina", "--yes"]).fails(1, "root>Bolt>nina");
    desk.run(&["user", "delete", "root>Bolt>olga", "OLGA", "root>Acme>nina", "--yes"]).says("deleted the users `olga`, `nina`");
}

#[test]
fn a_made_up_password_is_shown_once_and_works_run_6_con_1() {
    let desk = Desk::claimed();
    let made = desk.json(&["user", "add", "carol", "--role", "admin", "--generate"]);
    let password = made["generated_password"].as_str().unwrap();
    assert!(password.len() >= 20 && made["name"] == "carol", "{made}");
    assert!(!desk.json(&["user", "show", "carol"]).to_string().contains(password));
    assert!(!desk.run(&["audit", "list", "--json"]).ok().contains(password));
    let address = desk.address();
    let login = ["login", "--connection", "carol", &address, "--yes", "--user", "carol", "--password-stdin"];
    desk.with(&login, password).says("`carol` is logged in");
    desk.with(&login, "wrong password 1").fails(4, "password");
    // Somebody else's, by who may change users; with `--quiet` it is shown all the same, and nothing else.
    let ran = desk.run(&["user", "passwd", "carol", "--generate", "--quiet"]);
    assert_eq!((ran.ok().lines().count(), ran.err.as_str()), (1, ""), "{ran:?}");
    desk.run(&["status", "--connection", "carol"]).ok();
    desk.run(&["user", "list", "--connection", "carol"]).fails(4, "sbmctl login");
}

#[test]
fn ones_own_password_needs_the_one_there_is_and_no_role_run_9_run_7() {
    let desk = Desk::claimed();
    carol(&desk);
    let address = desk.address();
    let login = |password: &str| {
        desk.with(&["login", "--connection", "carol", &address, "--yes", "--user", "carol", "--password-stdin"], password)
    };
    login(PASSWORD).ok();
    let passwd = ["user", "passwd", "--connection", "carol", "--password-stdin"];
    desk.with(&passwd, "not the password\nopen window 99 blue\n").fails(4, "current password");
    desk.with(&passwd, &format!("{PASSWORD}\nshort\n")).fails(1, "12 characters");
    desk.with(&passwd, &format!("{PASSWORD}\n")).fails(2, "password is empty");
    desk.with(&passwd, &format!("{PASSWORD}\nopen window 99 blue\n")).says("your password is changed");
    desk.run(&["session", "list", "--connection", "carol"]).says("console");
    login(PASSWORD).fails(4, "password");
    login("open window 99 blue").ok();

    // The new one from a file, and the current one from another.
    let (current, new) = (desk.written("current", "open window 99 blue\n"), desk.written("new", "quiet river 7 lamp\n"));
    let files =
        ["user", "passwd", "carol", "--connection", "carol", "--password-file", &new, "--current-password-file", &current];
    desk.run(&files).ok();
    login("quiet river 7 lamp").ok();
    desk.run(&["user", "passwd", "admin", "--connection", "carol", "--password-file", &new]).fails(4, "role");
    desk.run(&["user", "passwd", "carol", "--password-file", &new, "--current-password-file", &current])
        .fails(2, "somebody else");
    // An administrator's own needs the one there is as well.
    desk.with(&["user", "passwd", "--password-stdin"], "wrong\nmarble kettle 8 orbit\n").fails(4, "current password");
    desk.with(&["user", "passwd", "--password-stdin"], &format!("{ADMIN_PASSWORD}\nmarble kettle 8 orbit\n")).ok();
    desk.run(&["user", "list"]).says("carol");
}

#[test]
fn a_user_without_a_role_is_denied_and_told_so_usr_2_err_1() {
    let desk = Desk::claimed();
    carol(&desk);
    let address = desk.address();
    desk.with(&["login", "--connection", "c", &address, "--yes", "--user", "carol", "--password-stdin"], PASSWORD).ok();
    for line in
        ["user list", "group list", "allow list", "audit list", "device list", "history list", "server show", "profile list"]
    {
        let arguments: Vec<&str> = line.split(' ').chain(["--connection", "c"]).collect();
        desk.run(&arguments).fails(4, "role");
        let told: serde_json::Value = serde_json::from_str(&desk.run(&[&arguments[..], &["--json"]].concat()).err).unwrap();
        assert_eq!((&told["code"], &told["number"]), (&json!("denied_role"), &json!(407)), "{line}");
    }
}

#[test]
fn sessions_are_listed_and_ended_run_7_con_1() {
    let desk = Desk::claimed();
    carol(&desk);
    let address = desk.address();
    for name in ["one", "two"] {
        desk.with(&["login", "--connection", name, &address, "--yes", "--user", "carol", "--password-stdin"], PASSWORD).ok();
    }
    let sessions = desk.json(&["session", "list", "--user", "carol"]);
    assert_eq!(sessions.as_array().unwrap().len(), 2);
    let own = desk.json(&["session", "list", "--connection", "two"]);
    let current = own.as_array().unwrap().iter().find(|session| session["current"] == true).unwrap();
    desk.run(&["session", "revoke", current["id"].as_str().unwrap()]).says("ended 1 session");
    desk.run(&["session", "list", "--connection", "two"]).fails(4, "sbmctl login");
    desk.run(&["session", "list", "--connection", "one"]).ok();
    desk.run(&["session", "revoke", "--user", "carol"]).fails(2, "--yes");
    assert_eq!(desk.json(&["session", "revoke", "--user", "carol", "--yes"])["ended"], 1);
    desk.run(&["session", "list", "--connection", "one"]).fails(4, "sbmctl login");
    desk.run(&["session", "revoke", "--others", "--yes"]).says("no such session");
    desk.run(&["session", "revoke", "0000000000000000"]).fails(1, "sbmctl session list");
    desk.run(&["session", "revoke"]).fails(2, "--user");
}

#[test]
fn groups_are_made_shown_and_deleted_with_their_members_detached_usr_7_con_1() {
    let desk = Desk::claimed();
    desk.run(&["group", "add", "Finance", "--description", "Everybody in finance"]).says("added the group `Finance`");
    desk.run(&["group", "add", "finance"]).fails(1, "there is a group `Finance` already");
    desk.with(&["user", "add", "carol", "--group", "Finance", "--password-stdin"], PASSWORD).ok();
    let shown = desk.json(&["group", "show", "finance"]);
    assert_eq!((&shown["users"], &shown["members"]), (&json!(1), &json!({"users": ["carol"], "profiles": []})));
    desk.run(&["group", "show", "Finance"]).says("carol");
    desk.run(&["group", "show", "Sales"]).fails(1, "sbmctl group list");
    desk.run(&["group", "modify", "Finance", "--name", "Money"]).says("`Money`");
    desk.run(&["group", "modify", "Money"]).fails(2, "--description");
    desk.run(&["group", "delete", "Money", "--yes"]).fails(1, "--detach");
    desk.run(&["group", "delete", "Money", "--detach"]).fails(2, "--yes");
    desk.run(&["group", "delete", "Money", "--detach", "--yes"]).says("deleted the group `Money`");
    assert_eq!(desk.json(&["user", "show", "carol"])["groups"], json!([]));
}

#[test]
fn security_profiles_are_made_changed_and_deleted_but_not_while_in_use_usr_3_con_1() {
    let desk = Desk::claimed();
    desk.run(&["security-profile", "add", "End user", "--right", "run-manually,restore"]).says("2 rights");
    desk.with(&["user", "add", "carol", "-s", "End user", "--password-stdin"], PASSWORD).ok();
    desk.run(&["security-profile", "modify", "End user", "--add-right", "create", "--remove-right", "restore"]).says("create");
    let shown = desk.json(&["security-profile", "show", "end user"]);
    assert_eq!(
        (&shown["rights"], &shown["users"], &shown["built_in"]),
        (&json!(["create", "run_manually"]), &json!(1), &json!(false))
    );
    desk.run(&["security-profile", "delete", "End user", "--yes"]).fails(1, "sbmctl user list");
    desk.run(&["security-profile", "delete", "AllAccess", "--yes"]).fails(1, "built");
    desk.run(&["security-profile", "modify", "AllAccess", "--no-rights"]).fails(1, "sbmctl security-profile add");
    desk.run(&["user", "modify", "carol", "--no-security-profile"]).ok();
    desk.run(&["security-profile", "delete", "End user"]).fails(2, "--yes");
    desk.run(&["security-profile", "delete", "End user", "--yes"]).says("deleted");
}
