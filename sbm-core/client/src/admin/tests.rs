//! The administrator's calls against a script of what a server would say: which request each method makes, and what it
//! makes of the answer.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use sbm_core::id::{AllowId, Guid, InstallationId};
use sbm_core::name::{Name, Text};
use sbm_core::permission::{Action, Role, RoleSet};
use sbm_core::run::RunResult;
use sbm_core::wire::PROBLEM_TYPE;
use sbm_core::wire::v1::Problem;
use sbm_core::wire::v1::admin::{
    Explain, GroupPatch, HistoryQuery, NewAllowEntry, NewGroup, NewSecurityProfile, NewUser, SecurityProfilePatch, Upload,
    UserPatch,
};
use serde_json::{Value, json};

mod manage;

use super::*;
use crate::transport::{HttpRequest, HttpResponse, TransportError};

/// Says what it was told to say, in order, and remembers what it was asked.
#[derive(Clone, Default)]
struct Script(Arc<Mutex<Lines>>);

#[derive(Default)]
struct Lines {
    answers: VecDeque<Result<Value, Code>>,
    asked: Vec<Asked>,
    /// The tag of every answer.
    tag: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
struct Asked {
    line: String,
    token: Option<String>,
    body: Value,
    condition: Option<String>,
}

impl Transport for Script {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let mut lines = self.0.lock().unwrap();
        lines.asked.push(Asked {
            line: format!("{} {}", request.method, request.path),
            token: request.token.map(|token| token.reveal().to_owned()),
            body: request.body.map(|body| serde_json::from_slice(&body).unwrap()).unwrap_or_default(),
            condition: request.headers.into_iter().find(|(name, _)| *name == "if-match").map(|(_, value)| value),
        });
        let (status, content_type, body) = match lines.answers.pop_front().expect("the script has an answer") {
            Ok(Value::Null) => (204, "", Vec::new()),
            Ok(answer) => (200, "application/json", serde_json::to_vec(&answer).unwrap()),
            Err(code @ Code::Unreachable) => return Err(TransportError::new(code, code.text())),
            Err(code) => (code.status(), PROBLEM_TYPE, serde_json::to_vec(&Problem::from(code)).unwrap()),
        };
        Ok(HttpResponse { status, time: None, content_type: content_type.to_owned(), tag: lines.tag.clone(), body })
    }
}

/// An administrator's calls, and what they asked the server.
struct Scripted {
    admin: Admin,
    script: Script,
}

impl std::ops::Deref for Scripted {
    type Target = Admin;

    fn deref(&self) -> &Admin {
        &self.admin
    }
}

impl std::ops::DerefMut for Scripted {
    fn deref_mut(&mut self) -> &mut Admin {
        &mut self.admin
    }
}

fn admin(answers: impl IntoIterator<Item = Result<Value, Code>>) -> Scripted {
    let script = Script::default();
    script.0.lock().unwrap().answers.extend(answers);
    Scripted { admin: Admin::over(Box::new(script.clone())), script }
}

fn logged_in(answers: impl IntoIterator<Item = Result<Value, Code>>) -> Scripted {
    let Scripted { admin, script } = admin(answers);
    Scripted { admin: admin.with_token(Secret::new("t-1")), script }
}

fn asked(scripted: &Scripted) -> Vec<Asked> {
    scripted.script.0.lock().unwrap().asked.clone()
}

fn lines(scripted: &Scripted) -> Vec<String> {
    asked(scripted).into_iter().map(|asked| asked.line).collect()
}

fn status(wire: u32, capabilities: &[&str], claimed: bool) -> Result<Value, Code> {
    Ok(
        json!({"service": "sbm", "version": "9.9", "wire": [wire], "capabilities": capabilities, "claimed": claimed, "time": 0, "later": 1}),
    )
}

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

fn user(name: &str) -> Value {
    json!({"name": name, "description": "", "account": "", "disabled": false, "roles": ["admin"], "groups": []})
}

fn group(name: &str) -> Value {
    json!({"name": name, "description": "", "users": 0, "profiles": 0})
}

fn security_profile(name: &str) -> Value {
    json!({"name": name, "description": "", "rights": ["restore"], "built_in": false, "users": 2})
}

const GUID: &str = "94D3D1C174724DC9A5E99EE763E23159";

fn guid() -> Guid {
    GUID.parse().unwrap()
}

fn profile(revision: u64) -> Value {
    json!({
        "guid": GUID, "name": "Finance", "description": "d", "version": 3, "revision": revision, "body": "0".repeat(64), "size": 5,
        "has_schedule": true, "import_schedule": false, "delete": false, "groups": ["Office"], "uploaded_by": "admin", "uploaded_at": 1000,
    })
}

#[test]
fn a_login_keeps_the_token_for_the_calls_behind_it_run_7() {
    let session = json!({"token": "t-9", "user": "admin", "roles": ["admin"], "expires": 5});
    let mut admin = admin([status(1, &["admin"], true), Ok(session), Ok(json!({"items": []})), Ok(Value::Null)]);
    let session = admin.login("admin", &Secret::new("correct horse battery")).unwrap();
    assert!(session.roles.has(Role::Superuser));
    assert!(admin.users().unwrap().is_empty());
    admin.logout().unwrap();
    assert!(!admin.has_token());
    assert_eq!(lines(&admin), ["GET /STATUS", "POST /v1/session", "GET /v1/users", "DELETE /v1/session"]);
    let tokens: Vec<_> = asked(&admin).into_iter().map(|asked| asked.token).collect();
    assert_eq!(tokens, [None, None, Some("t-9".to_owned()), Some("t-9".to_owned())]);
}

#[test]
fn no_password_leaves_for_a_server_that_is_not_one_of_ours_door_4() {
    for (answer, code) in [
        (status(2, &["admin"], true), Code::CapabilityMissing),
        (status(1, &["sync"], true), Code::CapabilityMissing),
        (status(1, &["admin"], false), Code::NotClaimed),
        (Err(Code::Unreachable), Code::Unreachable),
    ] {
        let mut admin = admin([answer]);
        assert_eq!(admin.login("admin", &Secret::new("correct horse battery")).unwrap_err().code(), code);
        assert_eq!(lines(&admin), ["GET /STATUS"]);
        assert!(!admin.has_token());
    }
}

#[test]
fn a_claim_goes_to_an_unclaimed_server_only_run_2() {
    let fresh = admin([status(1, &["admin"], false), Ok(Value::Null)]);
    fresh.claim(&Secret::new("code"), &Secret::new("correct horse battery")).unwrap();
    assert_eq!(asked(&fresh)[1].body, json!({"code": "code", "password": "correct horse battery"}));
    let taken = admin([status(1, &["admin"], true)]);
    assert_eq!(
        taken.claim(&Secret::new("code"), &Secret::new("correct horse battery")).unwrap_err().code(),
        Code::AlreadyClaimed
    );
    assert_eq!(lines(&taken), ["GET /STATUS"]);
}

#[test]
fn without_a_token_nothing_is_sent() {
    let mut admin = admin([]);
    assert_eq!(admin.users().unwrap_err().code(), Code::NotLoggedIn);
    assert_eq!(admin.rotate_keys().unwrap_err().code(), Code::NotLoggedIn);
    assert_eq!(admin.logout().unwrap_err().code(), Code::NotLoggedIn);
    assert!(asked(&admin).is_empty());
}

#[test]
fn a_logout_forgets_the_token_even_when_the_server_is_away() {
    let mut admin = logged_in([Err(Code::Unreachable)]);
    assert_eq!(admin.logout().unwrap_err().code(), Code::Unreachable);
    assert!(!admin.has_token());
}

#[test]
fn a_list_is_read_to_its_last_page_and_no_further() {
    let admin = logged_in([Ok(json!({"items": [group("a")], "next": "a b"})), Ok(json!({"items": [group("b")]}))]);
    let names: Vec<_> = admin.groups().unwrap().into_iter().map(|group| group.name).collect();
    assert_eq!(names, [name("a"), name("b")]);
    assert_eq!(lines(&admin), ["GET /v1/groups", "GET /v1/groups?after=a%20b"]);
}

#[test]
fn a_list_that_does_not_get_on_is_not_believed() {
    let page = || Ok(json!({"items": [group("a")], "next": "a"}));
    let admin = logged_in([page(), page()]);
    assert_eq!(admin.groups().unwrap_err().code(), Code::MalformedAnswer);
}

#[test]
fn every_call_makes_the_request_that_the_wire_names() {
    type Act = fn(&Admin) -> Result<(), Error>;
    let upload = || Upload {
        guid: guid(),
        name: name("Finance"),
        description: Text::new("d").unwrap(),
        version: 3,
        body: b"hello".to_vec(),
        schedule: None,
        based_on: 1,
        account: None,
    };
    let cases: Vec<(&str, Value, Value, Act)> = vec![
        ("GET /v1/users/carol%2Fx", user("carol/x"), Value::Null, |a| a.user(&name("carol/x")).map(drop)),
        ("DELETE /v1/users/carol", Value::Null, Value::Null, |a| a.delete_user(&name("carol"))),
        ("PATCH /v1/users/carol", user("carol"), json!({"security_profile": null}), |a| {
            a.modify_user(&name("carol"), &UserPatch { security_profile: Some(None), ..UserPatch::default() }).map(drop)
        }),
        ("PATCH /v1/users/carol", user("carol"), json!({"password": "another long one"}), |a| {
            a.set_password(&name("carol"), &Secret::new("another long one")).map(drop)
        }),
        ("POST /v1/groups", group("Office"), json!({"name": "Office", "description": ""}), |a| {
            a.add_group(&NewGroup::new(name("Office"))).map(drop)
        }),
        ("PATCH /v1/groups/Office", group("Home"), json!({"name": "Home"}), |a| {
            a.modify_group(&name("Office"), &GroupPatch { name: Some(name("Home")), ..GroupPatch::default() }).map(drop)
        }),
        ("DELETE /v1/groups/Office", Value::Null, Value::Null, |a| a.delete_group(&name("Office"), false)),
        ("DELETE /v1/groups/Office?detach=true", Value::Null, Value::Null, |a| a.delete_group(&name("Office"), true)),
        ("POST /v1/security-profiles", security_profile("S"), json!({"name": "S", "description": "", "rights": []}), |a| {
            a.add_security_profile(&NewSecurityProfile::new(name("S"), Default::default())).map(drop)
        }),
        ("PATCH /v1/security-profiles/S", security_profile("S"), json!({"rights": ["all_access"]}), |a| {
            let rights = Some(sbm_core::permission::RightSet::ALL_ACCESS);
            a.modify_security_profile(&name("S"), &SecurityProfilePatch { rights, ..SecurityProfilePatch::default() }).map(drop)
        }),
        ("DELETE /v1/security-profiles/S", Value::Null, Value::Null, |a| a.delete_security_profile(&name("S"))),
        ("GET /v1/allowlist", json!({"items": [{"id": 1, "pattern": "127.0.0.0/8", "comment": ""}]}), Value::Null, |a| {
            a.allowlist().map(drop)
        }),
        (
            "POST /v1/allowlist",
            json!({"id": 2, "pattern": "192.168", "comment": ""}),
            json!({"pattern": "192.168", "comment": ""}),
            |a| {
                a.add_allow(&NewAllowEntry {
                    kind: sbm_core::allowlist::AllowKind::Address,
                    pattern: "192.168".to_owned(),
                    comment: Text::default(),
                })
                .map(drop)
            },
        ),
        ("DELETE /v1/allowlist/7", Value::Null, Value::Null, |a| a.remove_allow(AllowId(7), false)),
        ("DELETE /v1/allowlist/7?confirm=true", Value::Null, Value::Null, |a| a.remove_allow(AllowId(7), true)),
        (
            "PATCH /v1/profiles/94D3D1C174724DC9A5E99EE763E23159",
            profile(1),
            json!({"add_groups": ["Office"], "remove_groups": []}),
            |a| a.assign_profile(&guid(), &[name("Office")]).map(drop),
        ),
        (
            "PATCH /v1/profiles/94D3D1C174724DC9A5E99EE763E23159",
            profile(1),
            json!({"add_groups": [], "remove_groups": ["Office"]}),
            |a| a.unassign_profile(&guid(), &[name("Office")]).map(drop),
        ),
        (
            "PATCH /v1/profiles/94D3D1C174724DC9A5E99EE763E23159",
            profile(1),
            json!({"delete": true, "add_groups": [], "remove_groups": []}),
            |a| a.mark_profile(&guid(), true).map(drop),
        ),
        (
            "PATCH /v1/profiles/94D3D1C174724DC9A5E99EE763E23159",
            profile(1),
            json!({"import_schedule": false, "add_groups": [], "remove_groups": []}),
            |a| a.import_schedule(&guid(), false).map(drop),
        ),
        ("GET /v1/history", json!({"items": []}), Value::Null, |a| a.history(&HistoryQuery::default()).map(drop)),
        ("GET /v1/devices", json!({"items": []}), Value::Null, |a| a.devices().map(drop)),
        ("GET /v1/audit?after=5&limit=10", json!({"items": []}), Value::Null, |a| a.audit(5, 10).map(drop)),
        ("GET /v1/audit/verify", json!({"entries": 3}), Value::Null, |a| a.verify_audit().map(drop)),
        ("POST /v1/keys/rotate", json!({"epoch": 2}), Value::Null, |a| a.rotate_keys().map(drop)),
    ];
    for (line, answer, body, act) in cases {
        let admin = logged_in([Ok(answer)]);
        act(&admin).unwrap();
        assert_eq!(asked(&admin), [Asked { line: line.to_owned(), token: Some("t-1".to_owned()), body, condition: None }]);
    }
    let admin = logged_in([Ok(profile(2))]);
    assert_eq!(admin.upload_profile(&upload()).unwrap().revision, 2);
    assert_eq!(asked(&admin)[0].line, "POST /v1/profiles");
    assert_eq!(asked(&admin)[0].body["body"], "aGVsbG8=");
    assert_eq!(asked(&admin)[0].body["based_on"], 1);
}

#[test]
fn a_new_user_goes_out_whole_and_comes_back_without_the_password_usr_1() {
    let admin = logged_in([Ok(user("carol"))]);
    let roles: RoleSet = [Role::Superuser].into_iter().collect();
    let new = NewUser {
        account: None,
        name: name("carol"),
        description: Text::default(),
        password: Secret::new("correct horse battery"),
        roles,
        security_profile: Some(name("End user")),
        groups: vec![name("Office")],
        new_groups: vec![],
    };
    assert_eq!(admin.add_user(&new).unwrap().roles, roles);
    let body = json!({
        "name": "carol", "description": "", "password": "correct horse battery", "roles": ["admin"], "security_profile": "End user", "groups": ["Office"],
    });
    assert_eq!(asked(&admin)[0].body, body);
}

#[test]
fn a_history_query_says_what_was_asked_for_his_5() {
    let admin = logged_in([Ok(json!({"items": [], "next": "x"}))]);
    let query = HistoryQuery {
        user: Some("a>b".to_owned()),
        profile: Some(guid()),
        installation: Some(InstallationId::from_bytes([1; 16])),
        result: Some(RunResult::Failure),
        limit: Some(20),
        after: Some("n=1".to_owned()),
        ..HistoryQuery::default()
    };
    assert_eq!(admin.history(&query).unwrap().next.as_deref(), Some("x"));
    let line = "GET /v1/history?after=n%3D1&installation=01010101010101010101010101010101&limit=20&profile=94D3D1C174724DC9A5E99EE763E23159&result=failure&user=a%3Eb";
    assert_eq!(lines(&admin), [line]);
}

#[test]
fn an_explanation_comes_back_whole_dec_3() {
    let told = json!({
        "effect": "deny", "gate": "right", "number": 410, "code": "denied_right", "rule": "USR-3", "decided_by": [{"kind": "user", "name": "carol"}],
        "change": "give the right", "sentence": "`carol` may not create profiles",
    });
    let admin = logged_in([Ok(told)]);
    let told = admin
        .explain(&Explain { user: "carol".to_owned(), action: Action::Create, profile: None, device: None, account: None })
        .unwrap();
    assert_eq!((told.rule.as_str(), told.change.as_deref()), ("USR-3", Some("give the right")));
    assert_eq!(asked(&admin)[0].body, json!({"user": "carol", "action": "create"}));
}

#[test]
fn what_the_server_refused_keeps_its_code_err_1() {
    for code in [Code::InUse, Code::ConfirmationNeeded, Code::DeniedRole, Code::LastSuperuser, Code::TokenRefused] {
        let admin = logged_in([Err(code)]);
        assert_eq!(admin.delete_group(&name("Office"), false).unwrap_err().code(), code);
    }
}

#[test]
fn a_token_is_not_shown_when_an_admin_is_printed() {
    assert_eq!(format!("{:?}", logged_in([]).admin), "Admin { has_token: true, .. }");
}
