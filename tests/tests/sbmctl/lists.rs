//! Lists: columns, order, filters, forms, files; and the shape of what programs read.

use sbm_tests::fixture::{GUID, PASSWORD, client_of, office};
use serde_json::Value;

use crate::desk::{Desk, run};

fn desk() -> Desk {
    let desk = Desk::claimed();
    office(&desk.server.admin());
    for (name, group) in [("dave", "Sales"), ("erin", "Sales")] {
        let new = if name == "dave" { "--new-group" } else { "--group" };
        desk.with(&["user", "add", name, new, group, "-d", "=1+1", "--password-stdin"], PASSWORD).ok();
    }
    desk.run(&["user", "disable", "erin"]).ok();
    desk
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect()
}

#[test]
fn lists_are_filtered_sorted_and_cut_con_1() {
    let desk = desk();
    let users = |filters: &[&str]| desk.json(&[&["user", "list"], filters].concat());
    for (filters, found) in [
        (&[][..], &["admin", "carol", "dave", "erin"][..]),
        (&["--sort", "-name"], &["erin", "dave", "carol", "admin"]),
        (&["--sort", "state", "--limit", "3"], &["admin", "carol", "dave"]),
        (&["--group", "sales"], &["dave", "erin"]),
        (&["--security-profile", "End user"], &["carol"]),
        (&["--disabled"], &["erin"]),
        (&["--role", "admin"], &["admin"]),
        (&["--role", "admin", "--limit", "1", "--sort", "-name"], &["admin"]),
        (&["--enabled", "--sort", "-name"], &["dave", "carol", "admin"]),
        (&["--search", "AR"], &["carol"]),
        (&["--limit", "1"], &["admin"]),
    ] {
        assert_eq!(names(&users(filters)), found, "{filters:?}");
    }
    desk.run(&["user", "list", "--sort", "colour"]).fails(2, "the columns are: name").fails(2, "colour");
    desk.run(&["history", "list", "--sort", "colour"]).fails(2, "colour");
    desk.run(&["history", "list", "--sort", "-start"]).ok();
    desk.run(&["user", "list", "--columns", "colour"]).fails(2, "the columns are: name, description");
    let cut = desk.run(&["user", "list", "--limit", "2"]);
    assert!(cut.ok().lines().count() == 3 && cut.err.contains("There are more"), "{cut:?}");
    assert_eq!(desk.run(&["user", "list", "--limit", "2", "--quiet"]).err, "");
    assert_eq!(desk.run(&["user", "list", "--limit", "4"]).err, "");
}

#[test]
fn every_list_is_searched_and_sorted_con_1() {
    let desk = desk();
    let count = |words: &[&str]| desk.json(words).as_array().unwrap().len();
    for list in
        [&["profile", "revisions", GUID][..], &["profile", "who-has-it", GUID], &["allow", "lint"], &["connection", "list"]]
    {
        assert_eq!(count(&[list, &["--search", "no such text"]].concat()), 0, "{list:?}");
        desk.run(&[list, &["--sort", "colour"]].concat()).fails(2, "the columns are: ");
        desk.run(&[list, &["--columns", "colour"]].concat()).fails(2, "the columns are: ");
    }
    assert_eq!(count(&["profile", "revisions", GUID, "--sort", "-size", "--search", "admin"]), 1);
    assert_eq!(count(&["connection", "list", "--sort", "-server", "--search", "ADMIN"]), 1);
    let address = desk.address();
    desk.run(&["connection", "add", "office", &address, "--yes"]).ok();
    let connections = desk.json(&["connection", "list", "--sort", "-name"]);
    assert_eq!(names(&connections), ["office", "default"]);
    let numbers = |more: &[&str]| -> Vec<u64> {
        let entries = desk.json(&[&["audit", "list", "--limit", "3"], more].concat());
        entries.as_array().unwrap().iter().map(|entry| entry["number"].as_u64().unwrap()).collect()
    };
    let (mut newest, oldest) = (numbers(&["--act", "user"]), numbers(&["--act", "user", "--oldest-first"]));
    newest.reverse();
    assert!(oldest.is_sorted() && oldest == newest && oldest.len() == 3, "the same entries, turned round: {oldest:?}");
}

#[test]
fn a_list_is_a_table_csv_or_json_on_standard_output_or_in_a_file_con_1() {
    let desk = desk();
    let table = desk.run(&["user", "list"]);
    let head: Vec<&str> =
        table.ok().lines().next().unwrap().split("  ").map(str::trim).filter(|title| !title.is_empty()).collect();
    // The source's columns in its order, then what SBM adds.
    assert_eq!(
        head,
        [
            "NAME",
            "DESCRIPTION",
            "ROLES",
            "SECURITY PROFILE",
            "LAST LOGIN",
            "LAST ADDRESS",
            "STATE",
            "GROUPS",
            "ACCOUNT",
            "SECOND FACTOR"
        ]
    );
    let chosen = desk.run(&["user", "list", "--columns", "groups,name", "--group", "Sales"]);
    assert_eq!(chosen.ok(), "GROUPS  NAME\nSales   dave\nSales   erin\n");
    let csv = desk.run(&["user", "list", "--csv", "--columns", "name,description,disabled", "--group", "Sales"]);
    assert_eq!(csv.ok(), "name,description,disabled\r\ndave,'=1+1,false\r\nerin,'=1+1,true\r\n");
    for (arguments, said) in [(["--csv", "--json"], "one of them"), (["--columns=name", "--json"], "--columns")] {
        let told = desk.run(&[&["user", "list"], &arguments[..]].concat());
        assert!(told.code == 2 && told.err.contains(said), "{told:?}");
    }

    let path = |name: &str| desk.file(name).display().to_string();
    desk.run(&["user", "list", "-o", &path("users.csv")]).says("wrote 4 rows");
    assert!(std::fs::read_to_string(path("users.csv")).unwrap().starts_with("name,description,roles,"));
    desk.run(&["user", "list", "-o", &path("users.json")]).says("wrote 4 rows");
    let users: Value = serde_json::from_str(&std::fs::read_to_string(path("users.json")).unwrap()).unwrap();
    assert_eq!(names(&users), ["admin", "carol", "dave", "erin"]);
    desk.run(&["user", "list", "-o", &path("users.csv")]).fails(1, "--force");
    desk.run(&["user", "list", "-o", &path("users.csv"), "--force", "--quiet"]).ok();
    desk.run(&["user", "list", "-o", &path("none/users.csv")]).fails(1, "cannot be written");
    let entries = std::fs::read_dir(desk.home()).unwrap().count();
    assert_eq!(entries, 4, "two lists, the connection and its directory: no halves are left");
}

#[test]
fn times_are_local_or_utc_and_exact_in_csv_con_1() {
    let desk = desk();
    let at = |zone: &str, more: &[&str]| {
        let mut command = desk.command(&[&["user", "list", "--columns", "last_login", "--search", "admin"], more].concat());
        command.env("TZ", zone);
        let ran = run(command, "");
        ran.ok().lines().nth(1).unwrap().to_owned()
    };
    let (utc, east) = (at("UTC", &[]), at("PKT-5", &[]));
    assert!(utc.ends_with('Z') && !east.ends_with('Z') && !utc.starts_with(&east), "{utc} {east}");
    assert_eq!(at("PKT-5", &["--utc"]), utc);
    let exact = at("PKT-5", &["--csv"]);
    assert_eq!(exact.get(..19).unwrap().replace('T', " ") + "Z", utc, "{exact}");
}

#[test]
fn nothing_is_coloured_and_nothing_moves_without_a_terminal_con_1() {
    let desk = desk();
    for (variables, arguments, colored) in [
        (&[][..], &[][..], false),
        (&[("NO_COLOR", "1")], &[], false),
        (&[("CLICOLOR_FORCE", "1")], &[], true),
        (&[("CLICOLOR_FORCE", "1")], &["--color", "never"], false),
        (&[("NO_COLOR", "1")], &["--color", "always"], true),
    ] {
        let mut command = desk.command(&[&["user", "list"], arguments].concat());
        command.envs(variables.iter().copied());
        let ran = run(command, "");
        assert_eq!(ran.ok().contains('\u{1b}'), colored, "{variables:?} {arguments:?}");
        assert!(!ran.err.contains('\r'), "no bar: {ran:?}");
    }
    for arguments in [&["history", "export", "--format", "json"][..], &["audit", "verify"]] {
        let ran = desk.run(arguments);
        assert!(ran.code == 0 && ran.err.is_empty(), "{ran:?}");
    }
}

/// The fields of an object, or of the first object of a list.
fn fields(value: &Value) -> String {
    let object = value.as_array().map_or(value, |rows| &rows[0]);
    object.as_object().unwrap().keys().map(String::as_str).collect::<Vec<_>>().join(" ")
}

#[test]
fn what_programs_read_keeps_its_shape_err_1_con_1() {
    let desk = desk();
    let cache = tempfile::tempdir().unwrap();
    let client = client_of(&desk.server, cache.path());
    client.sync().unwrap();
    desk.run(&["allow", "add", "--name", "mys"]).ok();
    for (line, shape) in [
        ("status", "capabilities claimed login service serving time version wire"),
        ("test", "address certificate clock_skew_ms credentials reachable server_version set_up versions"),
        ("connection list", "connection expires in_use logged_in name user"),
        ("connection show", "connection expires in_use logged_in name user"),
        ("user list", "account description disabled groups last_address last_login name roles security_profile"),
        ("user show carol", "account description disabled grants groups last_address last_login name roles security_profile"),
        ("session list", "audience created current expires id last_used user"),
        ("group list", "description name profiles users"),
        ("group show Finance", "description members name profiles users"),
        ("security-profile list", "built_in description name rights users"),
        ("allow list", "comment id kind pattern"),
        ("allow lint", "entry finding sentence"),
        ("allow test 127.0.0.1", "admitted by sentence"),
        (
            "profile list",
            "body delete description groups guid has_schedule import_schedule name revision size uploaded_at uploaded_by version",
        ),
        (
            "profile revisions Finance\u{a0}documents",
            "body description has_schedule name revision size uploaded_at uploaded_by version",
        ),
        ("profile who-has-it Finance\u{a0}documents", "account computer fetched_at installation last_seen revision state user"),
        ("device list", "account computer enrolled installation last_seen program state user"),
        ("explain carol create", "change code decided_by effect gate number rule sentence"),
        ("audit list", "account act actor address at detail hash number object outcome"),
        ("audit verify", "entries"),
        ("exit-codes", "code meaning"),
    ] {
        let words: Vec<String> = line.split(' ').map(|word| word.replace('\u{a0}', " ")).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        assert_eq!(fields(&desk.json(&words)), shape, "{line}");
    }
}
