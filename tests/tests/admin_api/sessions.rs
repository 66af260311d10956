//! Sessions, one's own password, and the proof for a locked connection (RUN-7, RUN-9, RUN-10, USR-9).

use sbm_client::core::code::Code;
use sbm_client::core::id::InstallationId;
use sbm_client::core::wire::v1::admin::{AuditQuery, ListQuery, SessionEntry, Unlock, UserPatch};
use sbm_client::core::wire::v1::path;
use sbm_client::core::wire::v1::session::{Audience, Secret};
use sbm_tests::fixture::{PASSWORD, name};
use sbm_tests::server::ADMIN_PASSWORD;
use sbm_tests::stronghold::{INSTALLATION, Stronghold, log_in};
use serde_json::{Value, json};

const CHECK_IN: &str = r#"{"number":{"epoch":0,"revision":0}}"#;
const NEW: &str = "another staircase 43";

fn code(hold: &Stronghold, method: &str, path: &str, token: &str) -> Option<Code> {
    hold.ask(method, path, Some(token), (method == "POST").then_some(CHECK_IN)).code()
}

#[test]
fn everybody_sees_and_ends_his_own_sessions_and_an_administrator_anybody_s_run_7() {
    let hold = Stronghold::new();
    let own = |token: &str| -> Vec<Value> {
        hold.ask("GET", path::SESSIONS, Some(token), None).json::<Value>()["items"].as_array().unwrap().clone()
    };
    let other = log_in(&hold.raw, "carol", PASSWORD);
    let carols = own(&hold.carol);
    assert_eq!(carols.len(), 3, "two of hers, and her computer's");
    assert!(carols.iter().all(|session| session["user"] == "carol"));
    assert_eq!(carols.iter().filter(|session| session["current"] == true).count(), 1);
    let device = carols.iter().find(|session| session["audience"] == "device").unwrap();
    assert_eq!((device["installation"].as_str(), device["computer"].as_str()), (Some(INSTALLATION), Some("pc-17")));
    assert!(device.get("expires").is_none());

    // Her other session ends with her next request; nobody else's is hers to end.
    let second = own(&other).into_iter().find(|session| session["current"] == true).unwrap();
    let of = |session: &Value| format!("{}/{}", path::SESSIONS, session["id"].as_str().unwrap());
    assert_eq!(hold.ask("DELETE", &of(&second), Some(&hold.carol), None).status, 204);
    assert_eq!(code(&hold, "GET", path::SESSIONS, &other), Some(Code::TokenRefused));
    let admins = hold.admin.sessions_page(&ListQuery { user: Some("ADMIN".into()), ..ListQuery::default() }).unwrap().items;
    assert!(!admins.is_empty());
    let before = hold.fingerprint();
    assert_eq!(code(&hold, "DELETE", &format!("{}/{}", path::SESSIONS, admins[0].id), &hold.carol), Some(Code::DeniedRole));
    for id in ["x", "1", "00000000000000000", "000000000000000G", "0000000000000001"] {
        assert_eq!(hold.admin.end_session(id).unwrap_err().code(), Code::NotFound, "{id}");
    }
    assert_eq!(hold.fingerprint(), before);

    // The administrator sees all, and ends a computer's token.
    let all: Vec<SessionEntry> = hold.admin.rows(&ListQuery::default()).map(Result::unwrap).collect();
    assert!(all.iter().any(|session| session.user == name("dave") && session.audience == Audience::Device));
    assert_eq!(code(&hold, "POST", path::CHECK_IN, &hold.device), None);
    hold.admin.end_session(device["id"].as_str().unwrap()).unwrap();
    assert_eq!(code(&hold, "POST", path::CHECK_IN, &hold.device), Some(Code::TokenRefused));
    assert_eq!(hold.audited("session.end", "ok"), 2);
    assert_eq!(hold.audited("session.end", "denied_role"), 1);
}

#[test]
fn one_s_own_password_needs_the_one_there_is_ends_consoles_and_keeps_devices_run_7_run_9() {
    let hold = Stronghold::new();
    let change = |token: &str, current: &str, new: &str| {
        hold.ask("POST", path::PASSWORD, Some(token), Some(&json!({ "current": current, "new": new }).to_string()))
    };
    let other = log_in(&hold.raw, "carol", PASSWORD);
    let last_login = hold.admin.user(&name("carol")).unwrap().last_login;
    let before = hold.fingerprint();
    assert_eq!(change(&hold.carol, "wrong password", NEW).code(), Some(Code::WrongCredentials));
    assert_eq!(change(&hold.carol, "", NEW).code(), Some(Code::WrongCredentials));
    assert_eq!(change(&hold.carol, PASSWORD, "short").code(), Some(Code::PasswordTooShort));
    assert_eq!(change(&hold.carol, PASSWORD, "password1234").code(), Some(Code::PasswordTooCommon));
    assert_eq!(change(&hold.carol, PASSWORD, &"x".repeat(1_025)).code(), Some(Code::PasswordTooLong));
    assert_eq!(hold.fingerprint(), before);

    let answer = change(&hold.carol, PASSWORD, NEW);
    assert_eq!(answer.status, 200);
    let fresh = answer.json::<Value>()["token"].as_str().unwrap().to_owned();
    for ended in [&hold.carol, &other] {
        assert_eq!(code(&hold, "GET", path::SESSIONS, ended), Some(Code::TokenRefused));
    }
    assert_eq!(code(&hold, "GET", path::SESSIONS, &fresh), None);
    assert_eq!(code(&hold, "POST", path::CHECK_IN, &hold.device), None, "the computer stays logged in");
    assert_eq!(hold.admin.user(&name("carol")).unwrap().last_login, last_login, "it is no login");
    log_in(&hold.raw, "carol", NEW);
    let login = json!({ "user": "carol", "password": PASSWORD }).to_string();
    assert_eq!(hold.ask("POST", path::SESSION, None, Some(&login)).code(), Some(Code::WrongCredentials));
    assert_eq!(hold.audited("user.password", "ok"), 1);
    assert_eq!(hold.audited("user.password", "wrong_credentials"), 1, "alike ones are one entry a minute");

    // Not by the way around the question either; an administrator's reset of another user ends everything.
    let reset =
        |user: &str| hold.admin.modify_user(&name(user), &UserPatch { password: Some(Secret::new(NEW)), ..UserPatch::default() });
    assert_eq!(reset("admin").unwrap_err().code(), Code::ConfirmationNeeded);
    assert!(hold.admin.sessions().is_ok());
    reset("carol").unwrap();
    assert_eq!(code(&hold, "POST", path::CHECK_IN, &hold.device), Some(Code::TokenRefused));
}

#[test]
fn guessing_one_s_own_password_is_slowed_like_a_login_run_6_run_9() {
    let hold = Stronghold::new();
    let guess =
        || hold.ask("POST", path::PASSWORD, Some(&hold.carol), Some(r#"{"current":"wrong","new":"another staircase 43"}"#));
    let codes: Vec<Option<Code>> = (0..8).map(|_| guess().code()).collect();
    assert_eq!(codes[0], Some(Code::WrongCredentials));
    assert!(codes.contains(&Some(Code::Throttled)), "{codes:?}");
    let answer = guess();
    assert_eq!(answer.status, 429);
    let problem: Value = answer.json();
    let seconds = problem["retry_after"].as_u64().unwrap();
    assert!(answer.head.contains(&format!("retry-after: {seconds}\r\n")), "{}", answer.head);
    assert!(problem["detail"].as_str().unwrap().contains(&format!(" {seconds} s")), "{problem}");
}

#[test]
fn a_proof_for_a_locked_connection_is_an_administrator_s_gives_no_session_and_is_audited_usr_9() {
    let hold = Stronghold::new();
    let installation: InstallationId = INSTALLATION.parse().unwrap();
    let proof = |user: &str, password: &str| Unlock {
        user: user.to_owned(),
        password: Secret::new(password),
        installation,
        computer: "pc-17".to_owned(),
        code: None,
    };
    let anybody = hold.server.anybody();
    let (sessions, login) = (hold.admin.sessions().unwrap().len(), hold.admin.user(&name("admin")).unwrap().last_login);
    let before = hold.fingerprint();
    anybody.unlock(&proof("admin", ADMIN_PASSWORD)).unwrap();
    assert_eq!(anybody.unlock(&proof("carol", PASSWORD)).unwrap_err().code(), Code::DeniedRole);
    assert_eq!(anybody.unlock(&proof("admin", "wrong password")).unwrap_err().code(), Code::WrongCredentials);
    assert_eq!(anybody.unlock(&proof("nobody", "wrong password")).unwrap_err().code(), Code::WrongCredentials);
    assert_eq!(hold.fingerprint(), before);
    assert_eq!(hold.admin.sessions().unwrap().len(), sessions);
    assert_eq!(hold.admin.user(&name("admin")).unwrap().last_login, login);
    let query = AuditQuery { act: Some("connection.unlock".into()), ..AuditQuery::default() };
    let entries = hold.admin.audit_log(&query).unwrap().items;
    let told: Vec<(&str, &str)> =
        entries.iter().map(|entry| (entry.entry.actor.as_str(), entry.entry.outcome.as_str())).collect();
    assert_eq!(told, [("system", "wrong_credentials"), ("carol", "denied_role"), ("admin", "ok")]);
    for entry in &entries {
        assert_eq!(entry.entry.object, INSTALLATION);
        assert!(entry.entry.detail.contains("`pc-17`"), "{}", entry.entry.detail);
    }
    assert!(entries[0].entry.detail.contains("`admin`"), "{}", entries[0].entry.detail);
    let codes: Vec<Option<Code>> =
        (0..12).map(|_| anybody.unlock(&proof("dave", "wrong")).err().map(|error| error.code())).collect();
    assert!(codes.contains(&Some(Code::Throttled)), "{codes:?}");
}

/// An administrator is no superuser: what one role may, another may not, and who may do more stays out of his reach.
#[test]
fn an_administrator_works_on_the_server_and_does_not_reach_the_superuser_usr_5_usr_10_run_12() {
    let hold = Stronghold::new();
    let promote = |user: &str, role: &str| {
        let body = json!({ "roles": [role] }).to_string();
        hold.ask("PATCH", &format!("{}/{user}", path::USERS), Some(&hold.console), Some(&body)).code()
    };
    assert_eq!(promote("carol", "administrator"), None);
    let admins = hold.admin.sessions_page(&ListQuery { user: Some("admin".into()), ..ListQuery::default() }).unwrap().items;
    let carol = |method: &str, path: &str, body: Option<Value>| {
        hold.ask(method, path, Some(&hold.carol), body.map(|body| body.to_string()).as_deref()).code()
    };
    let user = |name: &str| format!("{}/{name}", path::USERS);

    assert_eq!(carol("GET", path::USERS, None), None);
    assert_eq!(carol("PATCH", &user("dave"), Some(json!({ "description": "night shift", "roles": ["operator"] }))), None);
    assert_eq!(carol("GET", path::ALLOWLIST, None), Some(Code::DeniedRole), "the server is the superuser's");

    let before = hold.fingerprint();
    for body in [json!({ "roles": ["admin"] }), json!({ "roles": ["operator", "manager"] })] {
        assert_eq!(carol("PATCH", &user("dave"), Some(body)), Some(Code::DeniedRole));
    }
    assert_eq!(carol("PATCH", &user("admin"), Some(json!({ "password": NEW }))), Some(Code::DeniedRole));
    assert_eq!(carol("PATCH", &user("carol"), Some(json!({ "roles": ["admin"] }))), Some(Code::DeniedRole));
    assert_eq!(carol("DELETE", &format!("{}/{}", path::SESSIONS, admins[0].id), None), Some(Code::DeniedRole));
    assert_eq!(hold.fingerprint(), before);
    assert!(hold.admin.sessions().is_ok(), "his session goes on");
    assert_eq!(hold.audited("session.end", "denied_role"), 1);
}
