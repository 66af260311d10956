//! Lists: filters, order, pages and files (CON-1, HIS-5, USR-1, USR-7).

use sbm_client::admin::{Admin, Listed};
use sbm_client::core::code::Code;
use sbm_client::core::name::Text;
use sbm_client::core::wire::v1::admin::{
    AllowEntry, AuditEntry, AuditQuery, Device, Group, ListQuery, NewGroup, Profile, SecurityProfile, SessionEntry, Tombstone,
    User, UserPatch,
};
use sbm_client::core::wire::v1::path;
use sbm_tests::fixture::{add_user, name, office};
use sbm_tests::raw::request;
use sbm_tests::server::TestServer;
use sbm_tests::stronghold::Stronghold;

fn asked() -> ListQuery {
    ListQuery::default()
}

fn users(admin: &Admin, query: &ListQuery) -> Vec<String> {
    admin.rows::<User>(query).map(|user| user.unwrap().name.to_string()).collect()
}

#[test]
fn users_are_found_by_group_security_profile_text_and_whether_they_are_shut_out_usr_1_con_1() {
    let (_server, admin) = TestServer::claimed();
    office(&admin);
    admin.add_group(&NewGroup::new(name("Sales"))).unwrap();
    add_user(&admin, "dave", None, &["Sales"]);
    add_user(&admin, "Erin", Some("End user"), &["Sales", "Finance"]);
    let told = UserPatch { disabled: Some(true), description: Some(Text::new("on leave").unwrap()), ..UserPatch::default() };
    admin.modify_user(&name("dave"), &told).unwrap();
    for (query, expected) in [
        (asked(), &["admin", "carol", "dave", "Erin"][..]),
        (ListQuery { group: Some("SALES".into()), ..asked() }, &["dave", "Erin"]),
        (ListQuery { security_profile: Some("end user".into()), ..asked() }, &["carol", "Erin"]),
        (ListQuery { disabled: Some(true), ..asked() }, &["dave"]),
        (ListQuery { disabled: Some(false), group: Some("Sales".into()), ..asked() }, &["Erin"]),
        (ListQuery { q: Some("LEAVE".into()), ..asked() }, &["dave"]),
        (ListQuery { q: Some("finance".into()), ..asked() }, &["carol", "Erin"]),
        (ListQuery { group: Some("nothing".into()), ..asked() }, &[]),
        (ListQuery { sort: Some("-name".into()), ..asked() }, &["Erin", "dave", "carol", "admin"]),
        (ListQuery { sort: Some("last_login".into()), limit: Some(1), ..asked() }, &["carol", "dave", "Erin", "admin"]),
        (ListQuery { sort: Some("groups".into()), limit: Some(2), ..asked() }, &["admin", "carol", "Erin", "dave"]),
    ] {
        assert_eq!(users(&admin, &query), expected, "{query:?}");
    }
}

#[test]
fn a_page_has_at_least_one_row_con_1_his_5() {
    let hold = Stronghold::new();
    for list in [path::USERS, path::HISTORY, path::AUDIT] {
        let answer = hold.ask("GET", &format!("{list}?limit=0"), Some(&hold.console), None);
        assert_eq!(answer.code(), Some(Code::InvalidQuery), "{list}");
        assert!(String::from_utf8_lossy(&answer.body).contains("`limit` is 0"), "{list}");
        assert_eq!(hold.ask("GET", &format!("{list}?limit=1"), Some(&hold.console), None).status, 200, "{list}");
    }
}

#[test]
fn somebody_new_neither_shifts_a_page_nor_is_shown_twice_con_1() {
    let (_server, admin) = TestServer::claimed();
    for number in 0..30 {
        admin.add_group(&NewGroup::new(name(&format!("group {number:02}")))).unwrap();
    }
    let mut seen = Vec::new();
    for (turn, group) in admin.rows::<Group>(&ListQuery { limit: Some(7), ..asked() }).enumerate() {
        seen.push(group.unwrap().name.to_string());
        // One before every place, as long as the list is read.
        admin.add_group(&NewGroup::new(name(&format!("aaa {turn:02}")))).unwrap();
    }
    assert_eq!(seen, (0..30).map(|number| format!("group {number:02}")).collect::<Vec<_>>());
}

#[test]
fn every_list_knows_its_columns_and_no_other_and_comes_as_a_file_con_1_his_5() {
    fn check<T: Listed<Query = ListQuery> + serde::Serialize>(admin: &Admin, row: &str) {
        let mut file = Vec::new();
        let mut told = 0;
        let size = admin.export::<T>(&ListQuery::default(), &mut file, &mut |bytes| told = bytes).unwrap();
        assert_eq!((size, told), (file.len() as u64, size), "{row}");
        let text = String::from_utf8(file).unwrap();
        let header: Vec<&str> = text.lines().next().unwrap().split(',').collect();
        let rows: Vec<T> = admin.rows::<T>(&ListQuery::default()).map(Result::unwrap).collect();
        assert_eq!(csv_lines(&text), rows.len() + 1, "{row}");
        for column in &header {
            for sort in [(*column).to_owned(), format!("-{column}")] {
                let sorted = admin.page::<T>(&ListQuery { sort: Some(sort.clone()), ..ListQuery::default() });
                assert!(sorted.is_ok(), "{row} by {sort}: {sorted:?}", sorted = sorted.err());
            }
        }
        // Each column is a field, and each field that is there is a column.
        for row in rows {
            let row = serde_json::to_value(row).unwrap();
            for field in row.as_object().unwrap().keys() {
                assert!(header.contains(&field.as_str()), "{field}");
            }
        }
        let refused = admin.page::<T>(&ListQuery { sort: Some("colour".into()), ..ListQuery::default() }).map(drop).unwrap_err();
        assert_eq!(refused.code(), Code::InvalidQuery, "{row}");
        assert!(refused.message().contains("`colour`"), "{}", refused.message());
    }
    let hold = Stronghold::new();
    let admin = &hold.admin;
    check::<User>(admin, "users");
    check::<Group>(admin, "groups");
    check::<SecurityProfile>(admin, "security profiles");
    check::<Profile>(admin, "profiles");
    check::<Device>(admin, "devices");
    check::<SessionEntry>(admin, "sessions");
    check::<Tombstone>(admin, "tombstones");
    check::<AllowEntry>(admin, "allowlist");
}

/// Lines of the file; no text in these rows has a line break.
fn csv_lines(text: &str) -> usize {
    text.matches("\r\n").count()
}

#[test]
fn the_audit_log_is_found_by_actor_act_object_outcome_and_time_and_comes_as_a_file_run_12_his_5() {
    let hold = Stronghold::new();
    let admin = &hold.admin;
    assert_eq!(hold.ask("GET", path::USERS, Some(&hold.carol), None).code(), Some(Code::DeniedRole));
    let found = |query: AuditQuery| -> Vec<AuditEntry> { admin.rows::<AuditEntry>(&query).map(Result::unwrap).collect() };
    let all = found(AuditQuery::default());
    assert!(all.windows(2).all(|pair| pair[0].number > pair[1].number), "the newest comes first");
    assert_eq!(all.last().unwrap().number, 1);
    let by_three = found(AuditQuery { limit: Some(3), ..AuditQuery::default() });
    assert_eq!(by_three, all);
    let refused = found(AuditQuery { outcome: Some("denied_role".into()), ..AuditQuery::default() });
    assert_eq!(
        refused.iter().map(|entry| (entry.entry.actor.as_str(), entry.entry.act.as_str())).collect::<Vec<_>>(),
        [("carol", "user.list")]
    );
    let acts = found(AuditQuery { act: Some("user".into()), actor: Some("ADMIN".into()), ..AuditQuery::default() });
    assert!(!acts.is_empty() && acts.iter().all(|entry| entry.entry.act.starts_with("user.") && entry.entry.actor == "admin"));
    let of_dave = found(AuditQuery { object: Some("dave".into()), ..AuditQuery::default() });
    assert!(of_dave.iter().any(|entry| entry.entry.act == "user.create"));
    let (first, last) = (all.last().unwrap().entry.at, all[0].entry.at);
    assert!(found(AuditQuery { since: Some(last.plus(1)), ..AuditQuery::default() }).is_empty());
    assert!(found(AuditQuery { until: Some(first), ..AuditQuery::default() }).is_empty());
    let mut file = Vec::new();
    let query = AuditQuery { act: Some("user".into()), ..AuditQuery::default() };
    admin.export::<AuditEntry>(&query, &mut file, &mut |_| {}).unwrap();
    let text = String::from_utf8(file).unwrap();
    assert!(text.starts_with("number,at,account,actor,address,act,object,outcome,detail,hash\r\n"));
    assert_eq!(csv_lines(&text), found(query).len() + 1);
    // As clients of the first release ask: in the order of the numbers.
    let old = admin.audit(2, 3).unwrap();
    assert_eq!(old.items.iter().map(|entry| entry.number).collect::<Vec<_>>(), [3, 4, 5]);
    assert_eq!(old.next.as_deref(), Some("5"));
}

#[test]
fn status_is_a_page_for_a_browser_json_for_a_program_and_the_root_leads_there_run_1() {
    let hold = Stronghold::new();
    let ask = |path: &str, accept: &str| {
        let mut wire = hold.raw.connect();
        wire.send(format!("GET {path} HTTP/1.1\r\nhost: localhost\r\naccept: {accept}\r\n\r\n").as_bytes());
        wire.answer().unwrap()
    };
    let page = ask("/StAtUs", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
    assert!(page.head.contains("content-type: text/html") && String::from_utf8(page.body).unwrap().contains("The service is up"));
    for accept in ["application/json", "*/*", "application/json, text/html;q=0.5"] {
        assert!(ask("/status", accept).json::<serde_json::Value>()["claimed"].as_bool().unwrap(), "{accept}");
    }
    let root = ask("/", "text/html");
    assert!(root.status == 308 && root.head.contains("location: /status"), "{}", root.head);
}

#[test]
fn the_interface_describes_itself_to_whoever_is_logged_in_door_1() {
    let hold = Stronghold::new();
    let checked_in = include_str!("../../../bins/sbm-server/openapi.json");
    let answer = hold.ask("GET", path::OPENAPI, Some(&hold.carol), None);
    assert_eq!((answer.status, String::from_utf8(answer.body).unwrap()), (200, checked_in.to_owned()));
    let told: serde_json::Value = serde_json::from_str(&hold.admin.openapi().unwrap()).unwrap();
    assert_eq!(told["openapi"], "3.1.0");
    let tag = answer.head.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap().to_owned();
    let mut wire = hold.raw.connect();
    let ask = request("GET", path::OPENAPI, Some(&hold.carol), None);
    let ask = String::from_utf8(ask).unwrap().replacen("\r\n", &format!("\r\nif-none-match: {tag}\r\n"), 1);
    wire.send(ask.as_bytes());
    assert_eq!(wire.answer().unwrap().status, 304);
}
