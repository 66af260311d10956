//! Accounts on the command line: a tree that is drawn, changed, moved and taken down (ACC-1 to ACC-9, CON-1).

use std::sync::Arc;

use sbm_client::Client;
use sbm_client::core::time::DAY;
use sbm_client::core::wire::v1::session::Secret;
use sbm_server::clock::{Clock as _, ManualClock, SystemClock};
use sbm_tests::fixture::config;
use sbm_tests::server::{ADMIN_PASSWORD, TestServer};

use crate::desk::Desk;

/// What the root organisation of a fresh server is called.
fn root(desk: &Desk) -> String {
    desk.json(&["account", "list"])[0]["account"].as_str().unwrap().to_owned()
}

#[test]
fn a_tree_is_made_drawn_changed_and_moved_acc_1_acc_2_acc_3_acc_5() {
    let desk = Desk::claimed();
    let root = root(&desk);
    let full = |rest: &str| format!("{root}>{rest}");
    desk.run(&["account", "add", "Acme", "--below", &root, "--level", "end-customer", "--quota", "500GB", "--warn-at", "400 GB"])
        .ok();
    desk.run(&["account", "add", &full("Acme>North>pc-1"), "-c", "call Ann"]).ok();
    let drawn = desk.run(&["account", "tree"]);
    let drawn = drawn.ok();
    let lines: Vec<&str> = drawn.lines().collect();
    assert_eq!(lines.len(), 4, "{drawn}");
    assert!(lines[0].starts_with(&root) && lines[0].ends_with("reseller"), "{drawn}");
    assert!(lines[1].starts_with("└─ Acme ") && lines[1].ends_with("end_customer, [..........] 0 B of 500 GB"), "{drawn}");
    assert!(lines[2].starts_with("   └─ (North)") && lines[3].ends_with("backup, call Ann"), "{drawn}");
    desk.run(&["account", "tree", &full("Acme>North")]).fails(1, "account list");

    desk.run(&["account", "modify", &full("Acme"), "--name", "Acme Ltd", "--no-warning"]).ok();
    let shown = desk.json(&["account", "show", &full("acme ltd")]);
    assert_eq!((&shown["quota"]["hard"], shown["quota"].get("soft")), (&500_000_000_000_u64.into(), None));
    let again = desk.run(&["account", "modify", &full("Acme Ltd"), "--no-warning"]);
    assert!(again.ok().contains("nothing to change"), "{again:?}");
    desk.run(&["account", "modify", &full("Acme Ltd>North>pc-1"), "--move-below", &root]).ok();
    assert_eq!(desk.run(&["account", "tree"]).ok().lines().count(), 3, "a part of names that holds up nothing is gone");
    desk.run(&["account", "modify", &full("pc-1")]).fails(2, "--name");
    for (odd, told) in [
        ("500", "`B`, `kB`"),
        ("5 pounds", "`B`, `kB`"),
        ("99999PB", "more than anything stores"),
        ("-5", "not below 0"),
        ("-1GB", "not below 0"),
    ] {
        desk.run(&["account", "modify", &full("pc-1"), "--quota", odd]).fails(2, told);
    }
    desk.run(&["account", "add", "a>>b"]).fails(2, "joined by `>`");
    desk.run(&["account", "add", &full("Acme Ltd>x"), "--level", "distributor"]).fails(1, "ranks lower");
}

#[test]
fn accounts_are_disabled_deleted_and_kept_several_at_once_acc_6_acc_7_acc_8() {
    let desk = Desk::claimed();
    let root = root(&desk);
    let [one, two, office] = ["pc-1", "pc-2", "Office"].map(|name| format!("{root}>{name}"));
    desk.run(&["account", "add", &one]).ok();
    desk.run(&["account", "add", &two]).ok();
    desk.run(&["account", "add", &office, "--level", "site"]).ok();
    let states = || -> Vec<String> {
        let listed = desk.json(&["account", "list", "--below", &root, "--sort", "account"]);
        let accounts = listed.as_array().unwrap().iter().skip(1);
        accounts.map(|account| account["state"].as_str().unwrap().to_owned()).collect()
    };
    assert!(desk.run(&["account", "disable", &one, &two]).ok().contains("disabled 2 accounts"));
    assert_eq!(states(), ["active", "disabled", "disabled"]);
    desk.run(&["account", "enable", &one, "nobody"]).fails(1, "nobody");
    assert_eq!(states(), ["active", "disabled", "disabled"], "all of them or none");
    desk.run(&["account", "enable", &one]).ok();
    desk.run(&["account", "supervise", &two]).ok();
    assert_eq!(states(), ["active", "active", "supervisor"]);
    let deleted = desk.run(&["account", "delete", "--yes", &one, &office]);
    let told = deleted.ok();
    assert!(told.contains("account keep") && told.contains(&format!("deleted `{office}`")), "{told}");
    assert_eq!(states(), ["deletion_pending", "supervisor"]);
    desk.run(&["account", "keep", &one]).says(&format!("cancelled the deletion of `{one}`"));
    assert_eq!(states(), ["active", "supervisor"]);
    desk.run(&["account", "keep", &one]).says(&format!("nothing to change: `{one}` is not to be deleted"));
    // Named twice, in whatever case, it is one; what is so already is told.
    desk.run(&["account", "disable", &one, &one.to_uppercase()]).says(&format!("disabled `{one}`\n"));
    desk.run(&["account", "disable", &one, &two])
        .says("disabled `")
        .says(&format!("nothing to change: `{one}` is disabled already"));
    assert_eq!(desk.json(&["account", "enable", &one, &two]), serde_json::json!({"ok": true}));
    desk.run(&["account", "delete", "--yes", &root]).fails(1, "server's own");
}

#[test]
fn a_policy_is_set_and_shown_with_where_each_value_is_from_acc_9() {
    let desk = Desk::claimed();
    let root = root(&desk);
    let pc = format!("{root}>Acme>pc");
    desk.run(&["account", "add", &pc]).ok();
    desk.run(&["account", "policy", &pc]).says("");
    desk.run(&["account", "policy", &root, "--forced", "start=03:00", "--default", "keep=30d", "--default", "colour=red"]).ok();
    desk.run(&["account", "policy", &pc, "--default", "start=12:00", "--local", "colour"]).ok();
    let shown = desk.json(&["account", "policy", &pc]);
    let told: Vec<_> = shown
        .as_array()
        .unwrap()
        .iter()
        .map(|row| [&row["name"], &row["mode"], &row["origin"]].map(|cell| cell.as_str().unwrap().to_owned()))
        .collect();
    let expected = [["colour", "local", &pc], ["keep", "default", &root], ["start", "forced", &root]];
    assert_eq!(told, expected.map(|row| row.map(str::to_owned)));
    desk.run(&["account", "policy", &root, "--unset", "start"]).ok();
    let table = desk.run(&["account", "policy", &pc]);
    let table = table.ok();
    assert!(table.contains("12:00") && !table.contains("03:00"), "{table}");
    desk.run(&["account", "policy", &root, "--forced", "start"]).fails(2, "NAME=VALUE");
    desk.run(&["account", "policy", &root, "--forced", "with blank=1"]).fails(1, "with blank");
}

#[test]
fn a_backup_account_gets_a_secret_and_its_machine_is_released_acc_11_acc_12_run_9() {
    let desk = Desk::claimed();
    let root = root(&desk);
    let [pc, till] = ["pc", "till"].map(|name| format!("{root}>{name}"));
    desk.with(&["account", "add", &pc, "--password-stdin"], "short\n").fails(1, "12 characters");
    let added = desk.with(&["account", "add", &pc, "--password-stdin"], "harbour lantern 58 dune\n");
    assert!(added.ok().contains("added the backup account"), "{added:?}");
    assert!(added.err.contains("conforms to `nist-800-63b-4`") && added.err.contains("nobody can set it anew"), "{added:?}");
    desk.run(&["account", "add", &till, "--level", "site", "--generate"]).fails(2, "no secret of its own");
    let made = desk.json(&["account", "add", &till, "--generate"]);
    assert_eq!((made["own_secret"].as_bool(), made["generated_secret"].as_str().unwrap().len()), (Some(true), 27));
    assert_eq!(desk.json(&["account", "show", &pc])["own_secret"], true);
    // Its login is the full name alone, for whoever shuts it out, moves it or logs in.
    desk.run(&["user", "disable", &pc]).says("is shut out");
    assert_eq!(desk.json(&["user", "show", &pc])["disabled"], true);
    desk.run(&["user", "enable", &pc]).says("may log in again");
    desk.run(&["user", "disable", &format!("{root}>nobody")]).fails(1, "nobody logs in as");
    desk.run(&["account", "console", &pc]).says(&format!("--user '{pc}' "));
    desk.run(&["account", "console", &root]).says(&format!("--user '{root}>NAME' "));
    let renamed = desk.run(&["account", "modify", &pc, "--name", "pc-three"]);
    renamed.ok();
    assert!(renamed.err.contains(&format!("`{pc}` logs in as `{root}>pc-three` now.")), "{renamed:?}");
    desk.run(&["account", "agent", "unassign", &till]).fails(1, "sbmctl account agent list");
    desk.run(&["account", "delete", "--yes", &till]).ok();
    desk.run(&["account", "modify", &till, "-c", "x"]).fails(4, "sbmctl account keep NAME");
    // A time to come is a plan.
    let call = ["communication", "add", &root, "--kind", "call", "--at", "2999-01-01"];
    assert_eq!(desk.json(&call)["planned"], true);
    assert_eq!(desk.json(&call[..5])["planned"], false);
    desk.run(&["communication", "list"]).says("STATE").says("planned").says("done");
    assert_eq!(desk.json(&["device", "list", "--state", "replaced"]), serde_json::json!([]));
    desk.run(&["device", "take-over", "no-pc", "--yes"]).fails(1, "no device on a computer `no-pc`");
}

#[test]
fn a_new_root_account_and_another_name_of_a_root_are_asked_about_acc_4_acc_3() {
    let desk = Desk::claimed();
    let asked = "no account is called `rot`: make it a new root account, with `rot>Acme>pc` below?";
    desk.run(&["account", "add", "rot>Acme>pc"]).fails(2, asked).fails(2, "--root");
    desk.run(&["account", "add", "Acme", "--level", "site"]).fails(2, "make a new root account `Acme`?");
    assert_eq!(desk.json(&["account", "list"]).as_array().unwrap().len(), 1, "nothing was made");
    desk.run(&["account", "add", "Other", "--level", "end-customer", "--root"]).says("added the end_customer `Other`");
    desk.run(&["account", "add", "OTHER>pc"]).says("added");
    desk.run(&["account", "add", "pc", "--below", "root"]).ok();
    desk.run(&["account", "modify", "root", "--name", "main"]).fails(2, "rename the root account `root` to `main`?");
    desk.run(&["account", "modify", "root", "--name", "root", "-c", "ours"]).ok();
    let renamed = desk.run(&["account", "modify", "root", "--name", "main", "--yes"]);
    assert!(renamed.ok().contains("`root` is `main` now") && renamed.err.contains("`main>admin` now"), "{renamed:?}");
    desk.run(&["account", "show", "main>pc"]).ok();
}

#[test]
fn a_deleted_account_with_a_secret_goes_with_its_login_and_devices_and_its_name_is_free_acc_8_acc_12() {
    const SECRET: &str = "harbour lantern 58 dune";
    let clock = Arc::new(ManualClock::at(SystemClock.now()));
    let desk = Desk::claimed_at(TestServer::start(Arc::new(tempfile::tempdir().unwrap()), 0, Arc::clone(&clock) as _, &[]));
    desk.with(&["account", "add", "root>till", "--password-stdin"], SECRET).ok();
    let home = tempfile::tempdir().unwrap();
    let machine = Client::open(config(home.path())).unwrap();
    machine.login(desk.server.connection(), "root>till", &Secret::new(SECRET)).unwrap();
    let address = desk.address();
    let log_in = || {
        let login = ["login", "--connection", "till", &address, "--yes", "--user", "root>till", "--password-stdin"];
        desk.with(&login, SECRET)
    };
    log_in().says("is logged in");
    let devices = || desk.json(&["device", "list"]);
    assert_eq!((devices().as_array().unwrap().len(), &devices()[0]["account"]), (1, &"root>till".into()));

    desk.run(&["account", "delete", "root>till", "--yes"]).says("until then `sbmctl account keep` keeps it");
    desk.run(&["account", "list"]).says("to be deleted");
    clock.advance(2 * DAY);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(desk.server.service().do_duties());
    desk.with(&["login", "--password-stdin"], ADMIN_PASSWORD).ok();
    desk.run(&["account", "show", "root>till"]).fails(1, "there is no account `root>till`");
    desk.run(&["user", "show", "root>till"]).fails(1, "nobody logs in as `root>till`");
    assert_eq!(devices(), serde_json::json!([]));
    desk.run(&["session", "list", "--connection", "till"]).fails(4, "sbmctl login");
    log_in().fails(4, "password");
    desk.run(&["erase", "list", "--account", "root>till"]).says("root>till").says("waits");

    // The name is free, and what takes it knows nothing of who had it.
    desk.run(&["account", "add", "root>till"]).says("added the backup account `root>till`");
    assert_eq!(desk.json(&["account", "show", "root>till"]).get("own_secret"), None);
    log_in().fails(4, "password");
    assert_eq!(desk.json(&["device", "list", "--account", "root>till"]), serde_json::json!([]));
}
