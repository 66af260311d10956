//! Roles of one's own, roles at accounts, and who can do what there (USR-5, USR-10, DEC-3).

use sbm_tests::fixture::PASSWORD;
use serde_json::json;

use crate::desk::Desk;

#[test]
fn a_role_is_made_given_at_an_account_explained_and_taken_away_again_usr_5_usr_10_dec_3() {
    let desk = Desk::claimed();
    for account in ["root>north", "root>south"] {
        desk.run(&["account", "add", account, "--level", "end-customer"]).ok();
    }
    for (user, account) in [("carol", "root"), ("nina", "root>north"), ("sam", "root>south")] {
        desk.with(&["user", "add", user, "--account", account, "--password-stdin"], PASSWORD).ok();
    }
    let address = desk.address();
    desk.with(&["login", "--connection", "carol", &address, "--yes", "--user", "carol", "--password-stdin"], PASSWORD).ok();
    let users = ["user", "list", "--connection", "carol"];
    let refused = desk.run(&users);
    refused.fails(4, "no role that allows this");
    assert!(!refused.err.contains("hint:"), "the sentence says whom to ask: {refused:?}");

    desk.run(&["role", "add", "Desk", "-d", "front", "--task", "users=write", "--task", "groups=read"])
        .says("added the role `Desk`: users=write, groups=read");
    desk.run(&["role", "add", "desk", "--task", "users=read"]).fails(1, "Desk");
    desk.run(&["role", "add", "Lost", "--task", "users=read", "--account", "root>nosuch"]).fails(1, "sbmctl account list");
    desk.run(&["grant", "add", "carol", "Desk", "root>nosuch"]).fails(1, "`sbmctl account list` the accounts");
    desk.run(&["grant", "add", "sam", "Desk", "root>south"]).says("`sam` has the role `Desk` at `root>south` and below");
    let his = desk.json(&["grant", "list", "--user", "sam"])[0]["id"].to_string();
    desk.run(&["grant", "revoke", &his, "--yes"]).ok();
    desk.run(&["role", "add", "Door", "--task", "passphrases=write"]).fails(1, "security_officer");
    desk.run(&["grant", "add", "carol", "Desk", "root>north"]).says("`carol` has the role `Desk` at `root>north` and below");
    desk.run(&["grant", "add", "nina", "Desk", "root>south"]).fails(1, "is not the account of `nina`");
    desk.run(&["role", "delete", "Desk", "--yes"]).fails(1, "`carol` has the role `Desk`");

    // She sees and changes there, and nowhere else.
    let seen = desk.run(&users);
    assert!(seen.ok().contains("nina") && !seen.ok().contains("sam") && !seen.ok().contains("admin"), "{seen:?}");
    desk.run(&["user", "modify", "nina", "-d", "seen", "--connection", "carol"]).ok();
    desk.run(&["user", "modify", "sam", "-d", "seen", "--connection", "carol"]).fails(1, "there is no user `sam`");
    desk.run(&["device", "list", "--connection", "carol"]).fails(4, "role");

    let shown = desk.json(&["user", "show", "root>carol"]);
    assert_eq!((&shown["grants"][0]["role"], &shown["grants"][0]["account"]), (&json!("Desk"), &json!("root>north")));
    desk.run(&["user", "show", "carol"]).says("Desk at root>north").says("second factor");

    // Both ways round, with the reason.
    let asked = ["explain", "carol", "--server", "users", "--write", "--account", "root>north"];
    desk.run(&asked).says("by the role `Desk` at `root>north`");
    desk.run(&["explain", "carol", "--server", "users", "--write", "--account", "root>south"]).says("denied_role");
    desk.with(&["user", "add", "sue", "--account", "root>south", "--role", "admin", "--password-stdin"], PASSWORD).ok();
    let outside = desk.run(&["explain", "sue", "--server", "users", "--account", "root>north"]);
    assert!(!outside.ok().contains("give `sue`") && outside.out.contains("neither the user's own nor below it"), "{outside:?}");
    let told = desk.json(&["explain", "--who", "users", "--write", "--account", "root>north"]);
    let names: Vec<_> = told["users"].as_array().unwrap().iter().map(|user| user["name"].clone()).collect();
    assert_eq!(names, [json!("admin"), json!("carol")], "{told}");
    assert_eq!(told["users"][1]["because"], json!([{"role": "Desk", "account": "root>north"}]));
    let below = desk.run(&["explain", "--who", "users", "--write", "--account", "root>north", "--connection", "carol"]);
    assert!(below.ok().contains("set above your account") && !below.ok().contains("admin"), "{below:?}");

    // A change of the role counts at her next request, and so does its end.
    desk.run(&["role", "modify", "Desk", "--task", "users=read"]).says("the role `Desk` is now: users=read");
    desk.run(&users).says("nina");
    desk.run(&["user", "modify", "nina", "-d", "again", "--connection", "carol"]).fails(4, "role");
    let listed = desk.json(&["grant", "list", "--user", "carol"]);
    let id = listed[0]["id"].to_string();
    desk.run(&["grant", "revoke", &id, "--yes"]).says("revoked 1 grant");
    desk.run(&["grant", "revoke", &id, "--yes"]).fails(1, "sbmctl grant list");
    desk.run(&users).fails(4, "no role that allows this");
    desk.run(&["role", "delete", "Desk", "--yes"]).says("deleted the role `Desk`");
    // Every act of it is in the audit log (RUN-12).
    let audit = desk.run(&["audit", "list", "--json"]);
    for act in ["role.create", "role.grant", "role.modify", "role.ungrant", "role.delete"] {
        assert!(audit.ok().contains(act), "{act}");
    }
}

#[test]
fn what_a_customer_needs_is_made_in_his_account_from_above_and_his_own_log_tells_it_acc_4_usr_7_run_12() {
    let desk = Desk::claimed();
    for account in ["root>Acme", "root>Bolt"] {
        desk.run(&["account", "add", account, "--level", "end-customer"]).ok();
    }
    desk.with(&["user", "add", "ann", "--account", "root>Acme", "--role", "admin", "--password-stdin"], PASSWORD).ok();
    let address = desk.address();
    desk.with(&["login", "--connection", "acme", &address, "--yes", "--user", "root>Acme>ann", "--password-stdin"], PASSWORD)
        .ok();
    desk.run(&["group", "add", "Office", "--account", "root>Acme"]).says("added the group `Office`");
    desk.run(&["security-profile", "add", "Look", "--account", "root>Acme", "-r", "restore"]).ok();
    let file = desk.written("profile", "content");
    desk.run(&["profile", "upload", &file, "-n", "Papers", "-d", "all", "--account", "root>Acme"]).ok();
    desk.run(&["group", "add", "Ours"]).ok();
    desk.run(&["group", "add", "Theirs", "--account", "root>Bolt"]).ok();
    desk.run(&["group", "add", "Lost", "--account", "root>nosuch"]).fails(1, "sbmctl account list");
    // Where it is of one's own nothing is said of it.
    let accounts = |list: &[&str]| -> Vec<_> {
        let rows = desk.json(list);
        rows.as_array().unwrap().iter().map(|row| (row["name"].clone(), row["account"].clone())).collect()
    };
    let at = |name: &str, account: Option<&str>| (json!(name), json!(account));
    let groups = [at("Office", Some("root>Acme")), at("Ours", None), at("Theirs", Some("root>Bolt"))];
    assert_eq!(accounts(&["group", "list"]), groups);
    assert!(accounts(&["security-profile", "list"]).contains(&at("Look", Some("root>Acme"))));
    assert_eq!(accounts(&["profile", "list"]), [at("Papers", Some("root>Acme"))]);
    desk.run(&["group", "show", "Office"]).says("root>Acme");
    desk.run(&["profile", "show", "Papers"]).says("root>Acme");
    let mine = ["--connection", "acme"];
    assert_eq!(accounts(&[&["group", "list"], &mine[..]].concat()), [at("Office", None)]);
    assert_eq!(accounts(&[&["profile", "list"], &mine[..]].concat()), [at("Papers", None)]);
    let above = ["group", "add", "Above", "--account", "root"];
    desk.run(&[&above, &mine[..]].concat()).fails(1, "there is no account `root`");
    desk.run(&[&["group", "modify", "Office", "-d", "front"], &mine[..]].concat()).ok();

    // His log has what was done in his account, by whom as far as that is his to know, and no other customer's.
    let log = desk.json(&[&["audit", "list", "--act", "group"], &mine[..]].concat());
    let told: Vec<_> = log
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| ["act", "actor", "object", "outcome"].map(|key| entry[key].as_str().unwrap()).join(" "))
        .collect();
    let expected = ["group.modify ann Office ok", "group.create ann Above not_found", "group.create somebody above Office ok"];
    assert_eq!(told, expected);
    let all = desk.run(&[&["audit", "list", "--all"], &mine[..]].concat());
    assert!(all.ok().contains("Papers") || all.ok().contains("profile.upload"), "{all:?}");
    assert!(!all.ok().contains("Theirs") && !all.ok().contains("Ours") && !all.ok().contains("Bolt"), "{all:?}");
    desk.run(&[&["audit", "verify"], &mine[..]].concat()).fails(4, "operator");
    desk.run(&["audit", "verify"]).says("the audit log is whole");
}
