//! What belongs to a customer: communications, branding, agents, the company profile (ACC-3, ACC-9, ACC-10, CON-1).

use sbm_tests::fixture::PASSWORD;
use serde_json::{Value, json};

use crate::desk::Desk;

/// A desk with two customers.
fn desk() -> Desk {
    let desk = Desk::claimed();
    for account in ["root>Acme", "root>Bolt"] {
        desk.run(&["account", "add", account, "--level", "end-customer"]).ok();
    }
    desk.run(&["account", "add", "root>Acme>pc-1"]).ok();
    desk
}

fn ids(list: &Value) -> Vec<u64> {
    list.as_array().unwrap().iter().map(|row| row["id"].as_u64().unwrap()).collect()
}

#[test]
fn what_was_said_to_customers_is_written_down_listed_changed_and_removed_acc_3_con_1() {
    let desk = desk();
    let long = ["she wants two more machines and a quota for the branch"; 8].join(", ");
    let call = ["communication", "add", "root>Acme", "-k", "call", "--at", "2026-01-02T10:00", "--with", "Ann", "-t", &long];
    let call = desk.json(&call);
    let plan = desk.json(&["communication", "add", "root>Bolt", "-k", "meeting", "--at", "2999-01-01", "--with", "Bob"]);
    assert_eq!((&call["planned"], &plan["planned"], &call["author"]), (&json!(false), &json!(true), &json!("admin")));
    let [call, plan] = [&call, &plan].map(|made| made["id"].as_u64().unwrap());
    assert_eq!(ids(&desk.json(&["communication", "list"])), [plan, call], "the latest first");
    assert_eq!(ids(&desk.json(&["communication", "list", "--account", "root>acme"])), [call]);
    assert_eq!(ids(&desk.json(&["communication", "list", "--search", "BRANCH"])), [call]);
    assert_eq!(desk.json(&["communication", "list", "--account", "root>Acme>pc-1"]), json!([]));
    // No terminal to fit: whole, in a line.
    let listed = desk.run(&["communication", "list"]);
    assert!(listed.ok().lines().any(|line| line.contains(&long) && line.contains("call")), "{listed:?}");

    let number = call.to_string();
    desk.run(&["communication", "modify", &number]).fails(2, "--done");
    let told = format!("changed the communication {call} with `root>Acme`");
    desk.run(&["communication", "modify", &number, "-t", "she agreed", "--planned"]).says(&told);
    let after = desk.json(&["communication", "list", "--account", "root>Acme"])[0].clone();
    assert_eq!((&after["text"], &after["planned"], &after["with"]), (&json!("she agreed"), &json!(true), &json!("Ann")));
    desk.run(&["communication", "remove", &number]).fails(2, "--yes");
    desk.run(&["communication", "remove", &number, "--yes"]).says(&format!("removed the communication {call}"));
    desk.run(&["communication", "remove", &number, "--yes"]).fails(1, "sbmctl communication list");
    assert_eq!(ids(&desk.json(&["communication", "list"])), [plan]);
    desk.run(&["communication", "add", "root>Acmi", "-k", "call"]).fails(1, "sbmctl account list");
}

#[test]
fn a_filter_that_names_nothing_is_told_and_one_that_fits_nothing_is_an_empty_list_con_1() {
    let desk = desk();
    for line in [
        "communication list --account root>Acmi",
        "account list --below root>Acmi",
        "account agent list --below root>Acmi",
        "user list --account root>Acmi",
        "user list --account root>Acmi --role admin",
        "device list --account root>Acmi --state active",
        "grant list --account root>Acmi",
    ] {
        let line: Vec<&str> = line.split(' ').collect();
        desk.run(&line).fails(1, "there is no account `root>Acmi`").fails(1, "sbmctl account list");
        desk.run(&[&line[..], &["--json"]].concat()).fails_json(1, "root>Acmi");
    }
    for (line, told) in [
        ("user list --group Nowhere", "there is no group `Nowhere`"),
        ("user list -s Nowhere", "there is no security profile `Nowhere`"),
        ("session list --user nobody", "there is no user `nobody`"),
        ("grant list --user nobody", "sbmctl user list"),
    ] {
        desk.run(&line.split(' ').collect::<Vec<_>>()).fails(1, told);
    }
    // What was deleted is history.
    assert_eq!(desk.json(&["erase", "list", "--account", "root>Acmi"]), json!([]));
    assert_eq!(desk.json(&["device", "list", "--account", "root>Acme"]), json!([]));
    assert_eq!(desk.json(&["user", "list", "--account", "root>Acme"]), json!([]));
}

#[test]
fn a_branding_gets_its_colours_and_images_from_files_and_counts_below_acc_3_con_1() {
    let desk = desk();
    let png = [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10".as_slice(), b"and so on"].concat();
    std::fs::write(desk.file("logo.png"), &png).unwrap();
    desk.written("logo.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>");
    desk.run(&["account", "branding", "root>Acme"]).says("none");
    desk.run(&["account", "branding", "root>Acme", "--logo", "logo.png"]).fails(1, "no branding");
    desk.run(&["account", "branding", "root>Acme", "--colour", "accent=#00ff7f"]).fails(2, "begin with `--name`");
    desk.run(&["account", "branding", "root>Acme", "--name", "Acme Backup", "--logo", "logo.svg"]).fails(1, "`logo.svg`");
    desk.run(&["account", "branding", "root>Acme", "--name", "Acme Backup", "--logo", "missing.png"]).fails(1, "missing.png");
    desk.run(&["account", "branding", "root>Acme", "--colour", "accent=red"]).fails(2, "USE=#RRGGBB");
    assert_eq!(desk.json(&["account", "show", "root>Acme"])["about"]["branding"], Value::Null, "nothing was done by halves");
    let all = ["--name", "Acme Backup", "--colour", "accent=#00ff7f", "--logo", "logo.png", "--icon", "tray=logo.png"];
    desk.run(&[&["account", "branding", "root>Acme"], &all[..]].concat()).says("changed the branding of `root>Acme`");

    let shown = desk.run(&["account", "branding", "root>Acme>pc-1"]);
    for told in ["Acme Backup", "root>Acme\n", "accent #00ff7f", &format!("png of {} B, sha256 ", png.len()), "tray, png"] {
        assert!(shown.ok().contains(told), "{told:?}: {shown:?}");
    }
    let told = desk.json(&["account", "branding", "root>Acme>pc-1"]);
    assert_eq!((&told["origin"], &told["branding"]["logo"]["size"]), (&json!("root>Acme"), &json!(png.len())));
    desk.run(&["account", "branding", "root>Bolt"]).says("none");
    desk.run(&["account", "branding", "root>Acme", "--no-logo", "--no-colour", "accent"]).ok();
    let left = desk.json(&["account", "branding", "root>Acme"])["branding"].clone();
    assert_eq!((left.get("logo"), left.get("colours"), left["icons"]["tray"]["size"].is_u64()), (None, None, true), "{left}");
    desk.run(&["account", "branding", "root>Acme", "--none"]).ok();
    desk.run(&["account", "branding", "root>Acme>pc-1"]).says("none");
}

#[test]
fn an_agent_is_assigned_listed_by_both_sides_and_unassigned_after_a_question_acc_10_con_1() {
    let desk = desk();
    for name in ["cloud", "other"] {
        desk.with(&["user", "add", name, "--password-stdin"], PASSWORD).ok();
    }
    desk.run(&["account", "add", "root>Acme>mail"]).ok();
    let assign = |account: &str, user: &str| desk.run(&["account", "agent", "assign", account, user]);
    assign("root>Acme>mail", "cloud").says("`cloud` serves `root>Acme>mail` as its agent");
    assign("root>Acme>pc-1", "other").ok();
    assign("root>Acme>mail", "nobody").fails(1, "nobody");
    assign("root>Acmi", "cloud").fails(1, "root>Acmi");
    let row = |account: &str, agent: &str| json!({"account": account, "agent": agent});
    let both = json!([row("root>Acme>mail", "cloud"), row("root>Acme>pc-1", "other")]);
    assert_eq!(desk.json(&["account", "agent", "list"]), both);
    assert_eq!(desk.json(&["account", "agent", "list", "--user", "cloud"]), json!([both[0]]));
    assert_eq!(desk.json(&["account", "agent", "list", "--below", "root>Bolt"]), json!([]));
    let address = desk.address();
    desk.with(&["login", "--connection", "c", &address, "--yes", "--user", "cloud", "--password-stdin"], PASSWORD).ok();
    let served = ["account", "agent", "served", "--connection", "c"];
    desk.run(&served).says("root>Acme>mail").says("active");
    assert!(!desk.run(&served).ok().contains("pc-1"));

    desk.run(&["account", "agent", "unassign", "root>Acme>mail"]).fails(2, "served by `cloud` no more?");
    desk.run(&["account", "agent", "unassign", "root>acme>mail", "--yes"]).says("`cloud` does not serve `root>Acme>mail`");
    desk.run(&["account", "agent", "unassign", "root>Acme>mail", "--yes"]).fails(1, "no agent serves `root>Acme>mail`");
    // One of an account below is not meant.
    desk.run(&["account", "agent", "unassign", "root>Acme", "--yes"]).fails(1, "no agent serves `root>Acme`");
    assert_eq!(desk.json(&["account", "agent", "list"]), json!([both[1]]));
    assert_eq!(desk.run(&served).err, "you serve no account as its agent\n");
}

#[test]
fn a_company_profile_takes_pages_and_addresses_and_a_policy_each_setting_once_acc_3_acc_9() {
    let desk = desk();
    let profile = |more: &[&str]| desk.run(&[&["account", "profile", "root>Acme"], more].concat());
    profile(&["--website", "javascript:alert(1)"]).fails(1, "the website `javascript:alert(1)` is no address of a page");
    profile(&["--website", "https://acme.example", "--service-type", "Premium"]).ok();
    let contact = |email: &str| desk.run(&["account", "contact", "add", "root>Acme", "Ann", "--email", email]);
    contact("ann at acme").fails(1, "the e-mail address `ann at acme` of the contact `Ann`");
    contact("ann@acme.example").says("`Ann` is a contact of `root>Acme`");
    desk.run(&["account", "show", "root>Acme"]).says("https://acme.example").says("Ann, ann@acme.example");
    profile(&["--website", ""]).ok();
    assert_eq!(desk.json(&["account", "show", "root>Acme"])["about"]["company"], Value::Null);

    for twice in [
        ["--forced", "start=03:00", "--default", "start=04:00"],
        ["--default", "start=03:00", "--default", "start=04:00"],
        ["--forced", "start=03:00", "--local", "start"],
        ["--local", "start", "--unset", "start"],
    ] {
        let arguments = [&["account", "policy", "root>Acme"], &twice[..]].concat();
        desk.run(&arguments).fails(2, "the setting `start` is said twice");
    }
    assert_eq!(desk.json(&["account", "policy", "root>Acme"]), json!([]));
}
