//! Lists that leave as a file and come back (USR-1, ACC-1, NET-2, CON-1).

use sbm_tests::fixture::PASSWORD;
use serde_json::{Value, json};

use crate::desk::Desk;

const KINDS: [&str; 4] = ["accounts", "groups", "users", "allowlist"];

const ACCOUNTS: &str = "\
account;level;state;quota;warning;comment;about;policy\r
root>Acme, Inc.>North>pc \"1\";;disabled;;;\"two\nlines\";;\"{\"\"start\"\":{\"\"mode\"\":\"\"forced\"\",\"\"value\"\":\"\"03:00\"\"}}\"\r
root>Acme, Inc.;end customer;active;500GB;400 GB;'=1+1;\"{\"\"service_type\"\":\"\"Büro; 24h\"\"}\";\r
";
const GROUPS: &str = "\u{feff}name\tdescription\taccount\r\nOne; two\t\t\r\n'=SUM(A1)\t\"say \"\"hi\"\"\"\tROOT>Acme, Inc.\r\n名前 'x'\t'-5\tRoot\r\n";
const USERS: &str = "\
name,description,account,disabled,roles,security_profile,groups
'@carol,\"front, desk\",\"root>Acme, Inc.\",false,,End user,\"'=SUM(A1); \"\"One; two\"\"\"
o'neil,,,TRUE,manager; security-officer,,名前 'x'
erin,,,,,,
";
const ALLOWLIST: &str =
    "[{\"pattern\": \"10.1\", \"comment\": \"=the office\"},\n {\"kind\": \"name\", \"pattern\": \".example\"}]\n";

/// Everything that imports could change, and what they leave in the log.
fn all_of(desk: &Desk) -> Vec<Value> {
    let mut lists: Vec<Value> =
        ["account list", "group list", "user list", "allow list", "security-profile list", "audit list", "session list"]
            .map(|line| desk.json(&line.split(' ').collect::<Vec<_>>()))
            .into();
    // When a session was last used is written behind, by the looking too.
    for session in lists.last_mut().and_then(Value::as_array_mut).into_iter().flatten() {
        session.as_object_mut().unwrap().remove("last_used");
    }
    lists
}

fn import(desk: &Desk, kind: &str, file: &str, more: &[&str]) -> crate::desk::Ran {
    desk.run(&[&["import", kind, file], more].concat())
}

#[test]
fn what_one_server_exports_another_has_after_an_import_and_a_second_one_changes_nothing_usr_1_acc_1_net_2_con_1() {
    let desk = Desk::claimed();
    desk.run(&["security-profile", "add", "End user", "--right", "restore"]).ok();
    let passwords = desk.file("passwords.csv").display().to_string();
    let files = [
        ("accounts", desk.written("accounts.csv", ACCOUNTS), 2),
        ("groups", desk.written("groups.csv", GROUPS), 3),
        ("users", desk.written("users.csv", USERS), 3),
        ("allowlist", desk.written("allowlist.json", ALLOWLIST), 2),
    ];
    for (kind, file, new) in &files {
        let with: &[&str] = if *kind == "users" { &["--passwords", &passwords] } else { &[] };
        let before = all_of(&desk);
        import(&desk, kind, file, &["--dry-run"]).says(&format!("{new} to add, 0 to change, 0 already so, 0 refused"));
        assert_eq!(all_of(&desk), before, "a dry run of {kind} changes nothing, the audit log neither");
        import(&desk, kind, file, with).says(&format!("{new} added, 0 changed, 0 already so, 0 refused"));
        let after = all_of(&desk);
        assert_ne!(after, before);
        // The passwords would go into a file that is there; nobody needs one.
        import(&desk, kind, file, with).says("nothing to do");
        assert_eq!(all_of(&desk), after, "a second import of {kind} changes nothing");
    }
    let shown = desk.json(&["account", "show", "root>Acme, Inc."]);
    assert_eq!((&shown["quota"]["hard"], &shown["comment"]), (&json!(500_000_000_000_u64), &json!("=1+1")));
    assert_eq!(desk.json(&["user", "show", "@carol"])["groups"], json!(["=SUM(A1)", "One; two"]));
    assert_eq!(desk.json(&["group", "show", "=SUM(A1)"])["account"], "root>Acme, Inc.");
    let moved = desk.written("moved.csv", "name,account\n'=SUM(A1),root\nnew,root>nowhere\n");
    let refused = import(&desk, "groups", &moved, &[]);
    assert_eq!(refused.code, 1);
    assert!(refused.out.contains("a group stays in its account"), "{refused:?}");
    assert!(refused.out.contains("no account `root>nowhere`; import the accounts first"), "{refused:?}");
    assert_eq!(desk.json(&["user", "show", "o'neil"])["disabled"], true);
    let kept = std::fs::read_to_string(&passwords).unwrap();
    let carols = kept.lines().find_map(|line| line.strip_prefix("'@carol,")).unwrap();
    let login = ["login", "--connection", "c", &desk.address(), "--yes", "--user", "@carol", "--password-stdin"];
    desk.with(&login, carols).ok();

    let other = Desk::claimed();
    other.run(&["security-profile", "add", "End user", "--right", "restore"]).ok();
    for (place, kind) in KINDS.into_iter().enumerate() {
        // One form there, the other one here.
        let (form, end) = [("csv", "csv"), ("json", "json")][place % 2];
        let file = desk.file(&format!("moved-{kind}.{end}")).display().to_string();
        desk.run(&["export", kind, "--output", &file]).says("wrote ");
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(!text.contains("argon2") && !text.contains(carols), "{text}");
        let kept = other.file("kept.csv").display().to_string();
        let with: &[&str] = if kind == "users" { &["--passwords", &kept] } else { &[] };
        import(&other, kind, &file, with).ok();
        for form in [form, "csv", "json"] {
            let exported = |desk: &Desk| desk.run(&["export", kind, "--format", form]).ok().to_owned();
            assert_eq!(exported(&other), exported(&desk), "{kind} as {form}");
        }
    }
    // The login of an account with a secret of its own comes and goes with the account; a user of such a name is one.
    desk.run(&["account", "add", "root>box", "--generate"]).ok();
    desk.with(&["user", "add", "account 9000", "--password-stdin"], PASSWORD).ok();
    assert_eq!(desk.json(&["user", "list"]).as_array().unwrap().len(), 6);
    let users = desk.run(&["export", "users"]);
    assert!(users.ok().lines().count() == 6 && users.out.contains("\naccount 9000,"), "{users:?}");

    assert_eq!(
        desk.run(&["export", "accounts", "--account", "root>Acme, Inc."]).ok().lines().count(),
        4,
        "a head, two, a line end"
    );
    desk.run(&["export", "users", "--format", "csv", "--json"]).fails_json(2, "say one of them");
    desk.run(&["export", "users", "--account", "root>Acme"]).fails(1, "no account `root>Acme`");
    // A first part that no account has is mistyped more often than meant.
    let typo = desk.written("typo.csv", "account,level\nrooot>b,end_customer\n");
    let refused = import(&desk, "accounts", &typo, &["--dry-run"]);
    assert!(refused.code == 1 && refused.out.contains("no account is called `rooot`"), "{refused:?}");
    import(&desk, "accounts", &typo, &["--root"]).says("1 added");
}

#[test]
fn changes_are_shown_field_by_field_and_a_line_that_cannot_be_keeps_the_others_back_usr_1_con_1() {
    let desk = Desk::claimed();
    desk.run(&["group", "add", "Office"]).ok();
    desk.with(&["user", "add", "carol", "--group", "Office", "--password-stdin"], PASSWORD).ok();
    let file = desk.written(
        "users.csv",
        "name,description,groups,roles\ncarol,boss,Paris; Office,\ndave,,Paris,\nadmin,,,\nerin,,,king\nfrank,,,security_officer\n",
    );
    let before = all_of(&desk);
    let shown = import(&desk, "users", &file, &["--dry-run", "--new-groups"]);
    assert_eq!(shown.code, 1, "{shown:?}");
    for line in [
        "line 2: change `carol`: description nothing -> `boss`, groups `Office` -> `Office; Paris`",
        "line 3: add `dave`",
        "line 4: refused `admin`: this is you, and nobody changes his own roles",
        "line 5: refused: column 4, `roles`: ",
        "line 6: refused `frank`: the role `security_officer` is an add-on",
        "1 to add, 1 to change, 0 already so, 3 refused",
    ] {
        assert!(shown.out.lines().any(|shown| shown.starts_with(line)), "{line:?} is not in {shown:?}");
    }
    assert!(shown.err.starts_with("error: 3 of 5 lines refused; nothing was changed"), "{shown:?}");
    let told: Value = serde_json::from_str(&import(&desk, "users", &file, &["--dry-run", "--json"]).out).unwrap();
    assert_eq!((&told["ok"], &told["dry_run"], &told["refused"]), (&json!(false), &json!(true), &json!(5)), "{told}");
    assert!(told["lines"][0]["reason"].as_str().unwrap().contains("no group `Paris`; import the groups first"), "{told}");

    let passwords = desk.file("passwords.csv").display().to_string();
    let kept_back = import(&desk, "users", &file, &["--new-groups", "--passwords", &passwords]);
    assert!(kept_back.code == 1 && kept_back.err.contains("nothing was changed\n"), "{kept_back:?}");
    import(&desk, "users", &file, &["--new-groups", "--skip-refused"]).fails(2, "--passwords FILE");
    assert_eq!(all_of(&desk), before);
    let done = import(&desk, "users", &file, &["--new-groups", "--skip-refused", "--passwords", &passwords]);
    assert!(done.code == 1 && done.out.contains("line 4: refused `admin`: this is you"), "{done:?}");
    assert!(done.out.contains("1 added, 1 changed, 0 already so, 3 refused"), "{done:?}");
    assert_eq!(desk.json(&["user", "show", "carol"])["groups"], json!(["Office", "Paris"]));
    assert_eq!(desk.json(&["user", "show", "dave"])["groups"], json!(["Paris"]));
    assert_eq!(std::fs::read_to_string(&passwords).unwrap().lines().count(), 2, "a head, and dave");

    // Nobody has the password of somebody who never came to be, and nothing is removed for not being in a file.
    let wrong = desk.written("wrong.csv", "name,colour\nerin,red\n");
    import(&desk, "users", &wrong, &[]).fails(2, "column 2: there is no `colour` of users");
    let open = desk.written("open.csv", "name,description\ngina,\"open quote\nhans,x\nilse,y\n");
    import(&desk, "groups", &open, &[]).fails(2, "line 2 of the file: a quote opens here");
    let latin = desk.file("latin.csv");
    std::fs::write(&latin, b"name\ncarol\nB\xfcro\n").unwrap();
    import(&desk, "groups", &latin.display().to_string(), &[]).fails(2, "line 3");
    let one = desk.written("one.csv", "name,description\nOffice,new\n");
    let done = import(&desk, "groups", &one, &[]);
    assert!(
        done.ok().contains("0 added, 1 changed") && done.out.contains("1 group on the server and not in the file"),
        "{done:?}"
    );
    assert_eq!(desk.json(&["group", "list"]).as_array().unwrap().len(), 2);
}

#[test]
fn nobody_imports_more_than_he_may_usr_10_acc_4() {
    let desk = Desk::claimed();
    desk.run(&["account", "add", "root>Acme", "--level", "end-customer"]).ok();
    let add = ["user", "add", "ann", "--account", "root>Acme", "--role", "administrator", "--password-stdin"];
    desk.with(&add, PASSWORD).ok();
    let login = ["login", "--connection", "ann", &desk.address(), "--yes", "--user", "root>Acme>ann", "--password-stdin"];
    desk.with(&login, PASSWORD).ok();
    let as_ann = |arguments: &[&str]| desk.run(&[arguments, &["--connection", "ann"]].concat());
    assert_eq!(as_ann(&["export", "users"]).ok().lines().count(), 2, "one sees one's own account");
    let passwords = desk.file("p.csv").display().to_string();
    let users = desk.written("users.csv", "name,roles,account\nbob,admin,\ncleo,administrator,root>Acme\ndora,,root\n");
    let shown = as_ann(&["import", "users", &users, "--dry-run"]);
    assert!(shown.out.contains("line 2: refused `bob`: with the role `admin` one may do what you may not"), "{shown:?}");
    assert!(shown.out.contains("line 4: refused `dora`: there is no account `root`"), "{shown:?}");
    let done = as_ann(&["import", "users", &users, "--skip-refused", "--passwords", &passwords]);
    assert!(
        done.out.contains("line 3: added `cleo`") && done.out.contains("1 added, 0 changed, 0 already so, 2 refused"),
        "{done:?}"
    );
    let out = desk.written("out.csv", "name,disabled\nann,true\n");
    let done = as_ann(&["import", "users", &out]);
    assert!(done.code == 1 && done.out.contains("line 2: refused `ann`: this is you"), "{done:?}");
    assert!(done.err.starts_with("error: the only line is refused; nothing was changed"), "{done:?}");
    let own = desk.written("own.csv", "account,level,comment\nroot>Acme,site,x\nroot>Other,,\n");
    let shown = as_ann(&["import", "accounts", &own, "--dry-run"]);
    assert!(shown.out.contains("line 2: refused `root>Acme`: it is your own account"), "{shown:?}");
    assert!(shown.out.contains("line 3: refused `root>Other`: `root>Other` does not stand below your account"), "{shown:?}");
    // What only the server knows it says itself: a name that is taken outside.
    let taken = desk.written("taken.csv", "name\nadmin\n");
    let done = as_ann(&["import", "users", &taken, "--passwords", &desk.file("q.csv").display().to_string()]);
    assert!(done.code == 1 && done.out.contains("line 2: refused `admin`: "), "{done:?}");
    assert!(done.err.contains("what is done is left alone then") && !done.err.contains("--skip-refused"), "{done:?}");
    assert!(!desk.file("q.csv").exists(), "a file of passwords without anybody is not left behind");
    let above = desk.written("above.csv", "account,level\nroot>Other,site\nroot>Acme>New,site\nroot>Acme>Up,reseller\n");
    let done = as_ann(&["import", "accounts", &above, "--skip-refused"]);
    assert!(
        done.out.contains("line 2: refused `root>Other`: ") && done.out.contains("1 added, 0 changed, 0 already so, 2 refused"),
        "{done:?}"
    );
    assert!(done.out.contains("a level `reseller` would stand below a level `end_customer`"), "{done:?}");
    as_ann(&["export", "allowlist"]).fails(4, "role");
}
