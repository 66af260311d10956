//! Managed profiles and devices.

use sbm_tests::fixture::{GUID, client_of, office, take_over};
use serde_json::json;

use crate::desk::Desk;

#[test]
fn a_managed_profile_goes_through_every_form_of_its_life_pro_2_pro_4_pro_5_pro_6_con_1() {
    let desk = Desk::claimed();
    let (body, schedule) = (desk.written("body", "source=/a\n"), desk.written("schedule", "daily\n"));
    let upload = |more: &[&str]| {
        let words = ["profile", "upload", &body, "--name", "Finance", "--description", "every night", "--guid", GUID];
        desk.run(&[&words[..], more].concat())
    };
    upload(&["--schedule", &schedule]).says("as revision 1");
    upload(&[]).fails(1, "--based-on 1");
    upload(&["--based-on", "1", "--schedule", &schedule]).says("nothing to change");
    desk.written("body", "source=/b\n");
    let without = upload(&["--based-on", "1"]);
    assert!(without.says("as revision 2").err.contains("revision 1 had one"), "{without:?}");
    desk.run(&["profile", "upload", &body, "--name", "finance", "--description", "d"]).fails(1, "--another");

    desk.run(&["profile", "assign", "Finance", "--new-group", "Money"]).says("is in: Money");
    desk.run(&["profile", "assign", "Finance", "--group", "Nowhere"]).fails(1, "--new-group");
    desk.run(&["profile", "assign", "Finance"]).fails(2, "--group");
    desk.run(&["profile", "unassign", GUID, "--group", "Money"]).says("is in no group");
    desk.run(&["profile", "import-schedule", "Finance", "on"]).says("schedule");
    desk.run(&["profile", "mark", "Finance"]).says("marked for deletion");
    assert_eq!(desk.json(&["profile", "list", "--marked"]).as_array().unwrap().len(), 1);
    desk.run(&["profile", "unmark", "Finance"]).says("not marked");
    let shown = desk.json(&["profile", "show", GUID]);
    assert_eq!((&shown["revision"], &shown["import_schedule"], &shown["delete"]), (&json!(2), &json!(true), &json!(false)));
    desk.run(&["profile", "show", "Sales"]).fails(1, "sbmctl profile list");

    let revisions = desk.json(&["profile", "revisions", "Finance"]);
    let numbers: Vec<_> = revisions.as_array().unwrap().iter().map(|revision| revision["revision"].clone()).collect();
    assert_eq!(numbers, [2, 1]);
    desk.run(&["profile", "rollback", "Finance", "1"]).fails(2, "--yes");
    desk.run(&["profile", "rollback", "Finance", "1", "--yes"]).says("revision 3");
    desk.run(&["profile", "rollback", "Finance", "9", "--yes"]).fails(1, "sbmctl profile revisions");
    assert_eq!(desk.run(&["profile", "export", "Finance"]).ok(), "source=/a\n");
    assert_eq!(desk.run(&["profile", "export", "Finance", "--revision", "2"]).ok(), "source=/b\n");
    assert_eq!(desk.run(&["profile", "export", "Finance", "--schedule"]).ok(), "daily\n");
    desk.run(&["profile", "export", "Finance", "--json"]).fails_json(2, "--output");
    desk.written("body", "source=/c\n");
    let kept = upload(&["--based-on", "3", "--keep-schedule"]);
    assert!(!kept.says("as revision 4").err.contains("had one"), "{kept:?}");
    assert_eq!(desk.run(&["profile", "export", "Finance", "--schedule"]).ok(), "daily\n");
    desk.run(&["profile", "rollback", "Finance", "3", "--yes"]).says("revision 5");
    let into = desk.file("copy").display().to_string();
    desk.run(&["profile", "export", "Finance", "-o", &into]).says("wrote the content of `Finance`, revision 5,");
    assert_eq!(std::fs::read_to_string(&into).unwrap(), "source=/a\n");
    desk.run(&["profile", "export", "Finance", "-o", &into]).fails(1, "--force");
    desk.run(&["profile", "export", "Finance", "-o", &into, "--force"]).ok();

    desk.run(&["profile", "delete", "Finance"]).fails(2, "--yes");
    desk.run(&["profile", "delete", "Finance", "--yes"]).says("deleted the managed profile");
    desk.run(&["profile", "show", GUID]).fails(1, GUID);
    let none = desk.run(&["profile", "tombstones"]);
    assert_eq!(none.ok(), "", "no device ever had it: {none:?}");
}

#[test]
fn who_has_a_profile_is_told_until_everybody_has_removed_it_pro_7_dev_1_con_1() {
    let desk = Desk::claimed();
    office(&desk.server.admin());
    let cache = tempfile::tempdir().unwrap();
    let client = client_of(&desk.server, cache.path());
    client.sync().unwrap();
    assert_eq!(take_over(&client), 1);
    client.sync().unwrap();
    let holders = desk.json(&["profile", "who-has-it", GUID]);
    assert_eq!((&holders[0]["computer"], &holders[0]["state"]), (&json!("pc-17"), &json!("installed")));
    desk.run(&["profile", "delete", GUID, "--yes"]).ok();
    desk.run(&["profile", "tombstones"]).says("0 of 1").says("pc-17");
    client.sync().unwrap();
    take_over(&client);
    client.sync().unwrap();
    let gone = desk.run(&["profile", "tombstones", "--json"]).json();
    assert!(gone.as_array().unwrap().iter().all(|tombstone| tombstone["gone"] == tombstone["holders"]), "{gone}");

    let devices = desk.json(&["device", "list", "--user", "carol"]);
    let installation = devices[0]["installation"].as_str().unwrap();
    desk.run(&["device", "show", installation]).says("pc-17");
    desk.run(&["account", "modify", "root", "--quota", "0B"]).ok();
    desk.run(&["explain", "carol", "run_scheduled", "--device", "pc-17"]).says("denied_quota");
    desk.run(&["explain", "carol", "restore", "--device", "pc-17", "--account", "root"]).says("yes");
    desk.run(&["explain", "carol", "run_scheduled"]).says("yes");
    desk.run(&["explain", "carol", "restore", "--device", "no-pc"]).fails(1, "no device on a computer `no-pc`");
    desk.run(&["explain", "carol", "restore", "--account", "root"]).fails(2, "name it with `--device`");
    desk.run(&["account", "modify", "root", "--no-quota"]).ok();
    desk.run(&["device", "remove", installation]).fails(2, "--yes");
    desk.run(&["device", "remove", installation, "--yes"]).says("removed the device `pc-17` of `carol`");
    desk.run(&["device", "remove", installation, "--yes"]).fails(1, "sbmctl device list");
    assert_eq!(desk.json(&["device", "list"]), json!([]));
}
