//! Tokens for programs, over real TLS: what they may, how they end, and what nobody does with one (RUN-7, RUN-9, RUN-11,
//! RUN-12, USR-10).

use std::sync::atomic::{AtomicBool, Ordering};

use sbm_client::core::code::Code;
use sbm_client::core::permission::Task;
use sbm_client::core::wire::v1::admin::{AuditQuery, ExplainServer, ListQuery, TokenEntry};
use sbm_client::core::wire::v1::path;
use sbm_tests::fixture::{PASSWORD, name};
use sbm_tests::raw::Answer;
use sbm_tests::server::ADMIN_PASSWORD;
use sbm_tests::stronghold::{Stronghold, everything, log_in, make_token};
use serde_json::{Value, json};

fn ask(hold: &Stronghold, method: &str, path: &str, token: &str, content: Option<Value>) -> Answer {
    hold.ask(method, path, Some(token), content.map(|content| content.to_string()).as_deref())
}

fn user(of: &str) -> String {
    format!("{}/{of}", path::USERS)
}

fn give(hold: &Stronghold, user_name: &str, roles: &[&str]) {
    let answer = ask(hold, "PATCH", &user(user_name), &hold.console, Some(json!({ "roles": roles })));
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
}

fn described(text: &str) -> Option<Value> {
    Some(json!({ "description": text }))
}

fn new(allows: &Value, password: &str) -> Option<Value> {
    Some(json!({ "name": "ci", "allows": allows, "password": password }))
}

fn tokens(hold: &Stronghold, token: &str) -> Vec<TokenEntry> {
    let items = ask(hold, "GET", path::TOKENS, token, None).json::<Value>()["items"].take();
    serde_json::from_value(items).unwrap()
}

#[test]
fn a_token_does_what_it_allows_as_long_as_its_owner_may_and_no_request_longer_run_11_run_7() {
    let hold = Stronghold::new();
    give(&hold, "carol", &["administrator"]);
    let (_, token) = make_token(&hold.raw, &hold.carol, PASSWORD, &json!({ "users": "write", "groups": "read" }));
    assert!(token.starts_with("sbma_"), "{token}");
    let change = |text: &str| ask(&hold, "PATCH", &user("dave"), &token, described(text)).code();
    let code = |path: &str| ask(&hold, "GET", path, &token, None).code();
    assert_eq!((change("one"), code(path::USERS), code(path::GROUPS)), (None, None, None));
    // She may, and it may not: it is told as the token's limit.
    let refused = ask(&hold, "POST", path::GROUPS, &token, Some(json!({ "name": "New" })));
    assert_eq!(refused.code(), Some(Code::DeniedToken));
    let detail = refused.json::<Value>()["detail"].as_str().unwrap().to_owned();
    assert_eq!(detail, "this token is limited to users=write, groups=read; use one that goes further, or log in");
    assert_eq!(code(path::DEVICES), Some(Code::DeniedToken));

    // Whoever narrows her narrows it with its next request, and back.
    give(&hold, "carol", &["operator"]);
    assert_eq!((change("two"), code(path::USERS)), (Some(Code::DeniedRole), None));
    give(&hold, "carol", &[]);
    assert_eq!((code(path::USERS), code(path::GROUPS)), (Some(Code::DeniedRole), Some(Code::DeniedRole)));
    give(&hold, "carol", &["administrator"]);
    assert_eq!(change("three"), None);

    // The end of its owner is its end.
    let disable = |disabled: bool| ask(&hold, "PATCH", &user("carol"), &hold.console, Some(json!({ "disabled": disabled })));
    assert_eq!(disable(true).status, 200);
    assert!(matches!(change("four"), Some(Code::UserDisabled | Code::TokenRefused)));
    assert_eq!(disable(false).status, 200);
    assert_eq!(change("five"), Some(Code::TokenRefused), "it does not come back with her");
    let carol = log_in(&hold.raw, "carol", PASSWORD);
    let (_, second) = make_token(&hold.raw, &carol, PASSWORD, &json!({ "users": "read" }));
    assert_eq!(ask(&hold, "GET", path::USERS, &second, None).code(), None);
    assert_eq!(ask(&hold, "DELETE", &user("carol"), &hold.console, None).status, 204);
    assert_eq!(ask(&hold, "GET", path::USERS, &second, None).code(), Some(Code::TokenRefused));
}

#[test]
fn nobody_makes_a_token_wider_than_he_is_without_his_password_or_by_a_token_usr_10_run_11() {
    let hold = Stronghold::new();
    give(&hold, "carol", &["manager"]);
    let narrow = make_token(&hold.raw, &hold.carol, PASSWORD, &json!({ "devices": "write" })).1;
    let before = hold.fingerprint();
    let make = |token: &str, content: Option<Value>| ask(&hold, "POST", path::NEW_TOKEN, token, content).code();
    for (allows, expected) in [
        (json!({ "users": "write" }), Code::DeniedRole),
        (json!({ "devices": "write", "server": "read" }), Code::DeniedRole),
        (json!({ "passphrases": "read" }), Code::DeniedRole),
        (everything(), Code::DeniedRole),
        (json!({}), Code::InvalidArgument),
        (json!({ "root": "write" }), Code::MalformedRequest),
        (json!({ "devices": "all" }), Code::MalformedRequest),
        (json!({ "devices": "none" }), Code::MalformedRequest),
        (json!(["devices"]), Code::MalformedRequest),
        (json!("devices"), Code::MalformedRequest),
        (Value::Null, Code::MalformedRequest),
    ] {
        assert_eq!(make(&hold.carol, new(&allows, PASSWORD)), Some(expected), "{allows}");
    }
    let allows = json!({ "devices": "write" });
    let with = |field: &str, value: Value| {
        let mut content = new(&allows, PASSWORD).unwrap();
        content[field] = value;
        Some(content)
    };
    for (field, value, expected) in [
        ("expires", json!(1), Code::InvalidArgument),
        ("expires", json!(i64::MIN), Code::InvalidArgument),
        ("expires", json!("tomorrow"), Code::MalformedRequest),
        ("account", json!("elsewhere"), Code::NotFound),
        ("account", json!("a>>b"), Code::MalformedRequest),
        ("name", json!(""), Code::MalformedRequest),
        ("name", json!("x".repeat(500)), Code::MalformedRequest),
        ("user", json!("admin"), Code::MalformedRequest),
        ("secret", json!("sbma_mine"), Code::MalformedRequest),
    ] {
        assert_eq!(make(&hold.carol, with(field, value.clone())), Some(expected), "{field} {value}");
    }
    let twice = r#"{"name":"ci","allows":{"devices":"read","devices":"write"},"password":"x"}"#;
    assert_eq!(hold.ask("POST", path::NEW_TOKEN, Some(&hold.carol), Some(twice)).code(), Some(Code::MalformedRequest));
    assert_eq!(make(&hold.carol, new(&allows, "wrong password")), Some(Code::WrongCredentials));
    assert_eq!(make(&hold.carol, new(&allows, "")), Some(Code::WrongCredentials));
    // Another's password is no proof either, and a program has no business here.
    assert_eq!(make(&hold.carol, new(&allows, ADMIN_PASSWORD)), Some(Code::WrongCredentials));
    for token in [&narrow, &hold.api, &hold.device] {
        assert_eq!(make(token, new(&allows, PASSWORD)), Some(Code::WrongAudience));
    }
    assert_eq!(hold.fingerprint(), before);
    assert_eq!(hold.audited("token.create", "denied_role"), 1, "alike ones are one entry a minute");
    let codes: Vec<Option<Code>> = (0..8).map(|_| make(&hold.carol, new(&allows, "wrong"))).collect();
    assert!(codes.contains(&Some(Code::Throttled)), "{codes:?}");
}

#[test]
fn a_token_changes_no_password_and_no_session_and_widens_nobody_run_9_run_11_usr_10() {
    let hold = Stronghold::new();
    give(&hold, "dave", &["supporter"]);
    let sessions = hold.admin.sessions().unwrap();
    assert!(sessions.iter().all(|session| format!("{:?}", session.audience) != "Api"), "they have a list of their own");
    let narrow = make_token(&hold.raw, &hold.console, ADMIN_PASSWORD, &json!({ "users": "write" })).1;
    let (id, _) = make_token(&hold.raw, &hold.console, ADMIN_PASSWORD, &json!({ "alerts": "read" }));
    let before = hold.fingerprint();
    for token in [&hold.api, &narrow] {
        for (method, path, content) in [
            ("POST", path::PASSWORD.to_owned(), Some(json!({ "current": ADMIN_PASSWORD, "new": "another staircase 43" }))),
            ("DELETE", path::SESSION.to_owned(), None),
            ("GET", path::SESSIONS.to_owned(), None),
            ("DELETE", format!("{}/{}", path::SESSIONS, sessions[0].id), None),
            ("GET", path::TOKENS.to_owned(), None),
            ("DELETE", format!("{}/{id}", path::TOKENS), None),
        ] {
            assert_eq!(ask(&hold, method, &path, token, content).code(), Some(Code::WrongAudience), "{method} {path}");
        }
        for of in ["carol", "dave", "admin"] {
            let reset = Some(json!({ "password": "another staircase 43" }));
            assert_eq!(ask(&hold, "PATCH", &user(of), token, reset).code(), Some(Code::DeniedToken), "{of}");
        }
    }
    // One that changes users gives no role that goes further than it, its own owner included.
    let make = |roles: &[&str]| {
        let content = json!({ "name": "mallory", "password": "violet staircase 43", "roles": roles });
        ask(&hold, "POST", path::USERS, &narrow, Some(content)).code()
    };
    for roles in [&["admin"][..], &["administrator"], &["supporter"], &["operator", "supporter"]] {
        assert_eq!(make(roles), Some(Code::DeniedToken), "{roles:?}");
        let given = ask(&hold, "PATCH", &user("carol"), &narrow, Some(json!({ "roles": roles })));
        assert_eq!(given.code(), Some(Code::DeniedToken), "{roles:?}");
    }
    for of in ["admin", "dave"] {
        assert_eq!(ask(&hold, "PATCH", &user(of), &narrow, described("x")).code(), Some(Code::DeniedToken), "{of}");
        assert_eq!(ask(&hold, "PATCH", &user(of), &narrow, Some(json!({ "disabled": true }))).code(), Some(Code::DeniedToken));
    }
    assert_eq!(ask(&hold, "DELETE", &user("dave"), &narrow, None).code(), Some(Code::DeniedToken));
    assert_eq!(hold.fingerprint(), before);
    assert_eq!(make(&[]), None, "users without a role are its business");
}

#[test]
fn everybody_sees_and_revokes_his_own_tokens_and_an_administrator_those_he_reaches_run_7_run_11_run_12() {
    let hold = Stronghold::new();
    give(&hold, "carol", &["operator"]);
    let allows = json!({ "history_read": "read" });
    let (id, token) = make_token(&hold.raw, &hold.carol, PASSWORD, &allows);
    give(&hold, "dave", &["administrator"]);
    let dave = log_in(&hold.raw, "dave", PASSWORD);
    let admins = tokens(&hold, &hold.console).into_iter().find(|token| token.user == name("admin")).unwrap();
    let revoke = |id: &str, token: &str| ask(&hold, "DELETE", &format!("{}/{id}", path::TOKENS), token, None).code();
    let works = |token: &str| ask(&hold, "GET", path::HISTORY, token, None).code();
    assert_eq!(works(&token), None);

    // Who sees no users sees his own alone; nobody is ever shown a token.
    give(&hold, "carol", &["supporter"]);
    let own = tokens(&hold, &hold.carol);
    assert_eq!(own.iter().map(|token| token.id.as_str()).collect::<Vec<_>>(), [id.as_str()]);
    assert_eq!(
        (own[0].name.as_str(), own[0].allows.to_string().as_str(), own[0].expires),
        ("a program", "history_read=read", None)
    );
    assert_eq!(tokens(&hold, &dave).len(), 2, "dave sees those of the whole root account");
    let listed = ask(&hold, "GET", path::TOKENS, &hold.console, None);
    assert!(!String::from_utf8_lossy(&listed.body).contains("sbma_"));
    let page = hold.admin.tokens_page(&ListQuery { user: Some("CAROL".into()), ..ListQuery::default() }).unwrap();
    assert_eq!(page.items, own);

    // Nobody ends another's but who may change users, and he none of whom he does not reach.
    let before = hold.fingerprint();
    assert_eq!(revoke(&admins.id, &hold.carol), Some(Code::DeniedRole));
    assert_eq!(revoke(&admins.id, &dave), Some(Code::DeniedRole), "dave is no superuser");
    for id in ["x", "1", "00000000000000000", "000000000000000G", "0000000000000001"] {
        assert_eq!(hold.admin.revoke_token(id).unwrap_err().code(), Code::NotFound, "{id}");
    }
    let session = hold.admin.sessions().unwrap()[0].id.clone();
    assert_eq!(hold.admin.revoke_token(&session).unwrap_err().code(), Code::NotFound, "a session is no token");
    assert_eq!(hold.admin.end_session(&id).unwrap_err().code(), Code::NotFound, "and a token no session");
    assert_eq!(hold.fingerprint(), before);
    assert_eq!(revoke(&id, &dave), None);
    assert_eq!((works(&token), revoke(&id, &dave)), (Some(Code::TokenRefused), Some(Code::NotFound)));
    let (own, token) = make_token(&hold.raw, &hold.carol, PASSWORD, &allows);
    assert_eq!((revoke(&own, &hold.carol), works(&token)), (None, Some(Code::TokenRefused)));

    // What was done by a token says by which.
    let created = AuditQuery { act: Some("token.create".into()), ..AuditQuery::default() };
    let entries = hold.admin.audit_log(&created).unwrap().items;
    let told = entries.iter().find(|entry| entry.entry.object == own).unwrap();
    assert_eq!((told.entry.actor.as_str(), told.entry.detail.as_str()), ("carol", "`a program`, history_read=read"));
    assert_eq!(ask(&hold, "PATCH", &user("carol"), &hold.api, described("by a program")).code(), None);
    let changed = AuditQuery { act: Some("user.modify".into()), ..AuditQuery::default() };
    let entry = hold.admin.audit_log(&changed).unwrap().items.into_iter().next().unwrap().entry;
    assert_eq!((entry.actor.as_str(), entry.detail), ("admin", format!("new description, by the token `{}`", admins.id)));
    assert_eq!((hold.audited("token.revoke", "ok"), hold.audited("token.revoke", "denied_role")), (2, 2));
}

#[test]
fn a_change_of_one_s_own_password_keeps_tokens_and_a_reset_by_others_ends_them_run_7_run_11() {
    let hold = Stronghold::new();
    give(&hold, "carol", &["supporter"]);
    let (_, token) = make_token(&hold.raw, &hold.carol, PASSWORD, &json!({ "history_read": "read" }));
    let works = || ask(&hold, "GET", path::HISTORY, &token, None).code();
    let change = Some(json!({ "current": PASSWORD, "new": "another staircase 43" }));
    assert_eq!(ask(&hold, "POST", path::PASSWORD, &hold.carol, change).status, 200);
    assert_eq!(works(), None);
    assert_eq!(ask(&hold, "PATCH", &user("carol"), &hold.console, Some(json!({ "password": PASSWORD }))).status, 200);
    assert_eq!(works(), Some(Code::TokenRefused));
}

#[test]
fn a_user_has_so_many_tokens_and_no_more_and_a_revoked_one_makes_room_err_3() {
    let hold = Stronghold::new();
    give(&hold, "carol", &["supporter"]);
    let allows = json!({ "history_read": "read" });
    let made: Vec<String> = (0..64).map(|_| make_token(&hold.raw, &hold.carol, PASSWORD, &allows).0).collect();
    let more = || ask(&hold, "POST", path::NEW_TOKEN, &hold.carol, new(&allows, PASSWORD)).code();
    assert_eq!(more(), Some(Code::TooMany));
    assert_eq!(ask(&hold, "DELETE", &format!("{}/{}", path::TOKENS, made[7]), &hold.carol, None).status, 204);
    assert_eq!((more(), more()), (None, Some(Code::TooMany)));
}

#[test]
fn a_token_that_is_used_while_it_is_revoked_does_nothing_once_that_was_answered_run_7_run_11() {
    let hold = Stronghold::new();
    give(&hold, "carol", &["administrator"]);
    for round in 0..5 {
        let (id, token) = make_token(&hold.raw, &hold.carol, PASSWORD, &json!({ "users": "write" }));
        let over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let using: Vec<_> = (0..4)
                .map(|number| {
                    let (hold, token, over) = (&hold, &token, &over);
                    scope.spawn(move || {
                        let mut done = 0;
                        loop {
                            // Read before it is asked: what is over by then stays over.
                            let was_over = over.load(Ordering::Acquire);
                            let content = described(&format!("{round} {number} {done}"));
                            let answer = ask(hold, "PATCH", &user("dave"), token, content).code();
                            match answer {
                                None if was_over => return Err("done behind its end".to_owned()),
                                None => done += 1,
                                Some(Code::TokenRefused) if was_over => return Ok(done),
                                Some(Code::TokenRefused | Code::Busy | Code::PreconditionFailed) => {}
                                Some(other) => return Err(format!("{other}")),
                            }
                        }
                    })
                })
                .collect();
            assert_eq!(ask(&hold, "DELETE", &format!("{}/{id}", path::TOKENS), &hold.console, None).status, 204);
            let revision = hold.server.service().facts().revision();
            over.store(true, Ordering::Release);
            for used in using {
                used.join().unwrap().unwrap();
            }
            assert_eq!(hold.server.service().facts().revision(), revision, "nothing was changed behind it");
        });
    }
}

#[test]
fn what_a_token_may_is_explained_by_its_limit_and_by_its_owner_dec_3_run_11() {
    let hold = Stronghold::new();
    give(&hold, "carol", &["administrator"]);
    let (id, _) = make_token(&hold.raw, &hold.carol, PASSWORD, &json!({ "users": "read" }));
    let told = |user: &str, task: Task, write: bool, token: &str| {
        let question = ExplainServer { user: user.to_owned(), task, write, token: Some(token.to_owned()), account: None };
        hold.admin.explain_server(&question)
    };
    let may = told("carol", Task::Users, false, &id).unwrap();
    assert_eq!(may.sentence, "`carol` may see users, roles and security profiles on the server");
    let may_not = told("carol", Task::Users, true, &id).unwrap();
    assert_eq!((may_not.code.as_str(), may_not.rule.as_str()), ("denied_token", "RUN-11"));
    assert!(may_not.sentence.ends_with(": this token is limited to users=read"), "{}", may_not.sentence);
    assert_eq!(told("carol", Task::Server, false, &id).unwrap().code, "denied_role");
    for (user, token) in [("admin", id.as_str()), ("carol", "x"), ("carol", "0000000000000001")] {
        assert_eq!(told(user, Task::Users, true, token).unwrap_err().code(), Code::NotFound, "{user} {token}");
    }
}

#[test]
fn tokens_are_listed_like_everything_and_as_a_file_con_1_run_11() {
    let hold = Stronghold::new();
    let mut rows = 0;
    for row in hold.admin.rows::<TokenEntry>(&ListQuery { sort: Some("-created".into()), ..ListQuery::default() }) {
        assert_eq!(row.unwrap().user, name("admin"));
        rows += 1;
    }
    assert_eq!(rows, 1);
    let mut file = Vec::new();
    hold.admin.export::<TokenEntry>(&ListQuery::default(), &mut file, &mut |_| {}).unwrap();
    let text = String::from_utf8(file).unwrap();
    assert!(text.starts_with("id,name,user,allows,account,created,last_used,expires\r\n"), "{text}");
    assert!(text.contains(",a program,admin,users=write; accounts=write;") && !text.contains("sbma_"), "{text}");
}
