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
    AllowTest, AuditQuery, Explain, GroupPatch, HistoryQuery, ListQuery, NewAllowEntry, NewGroup, NewSecurityProfile, NewUser,
    ProfilePatch, RollBack, Run, SecurityProfilePatch, ServerPatch, Unlock, Upload, User, UserPatch,
};
use serde_json::{Value, json};

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
            a.add_group(&NewGroup { name: name("Office"), description: Text::default() }).map(drop)
        }),
        ("PATCH /v1/groups/Office", group("Home"), json!({"name": "Home"}), |a| {
            a.modify_group(&name("Office"), &GroupPatch { name: Some(name("Home")), ..GroupPatch::default() }).map(drop)
        }),
        ("DELETE /v1/groups/Office", Value::Null, Value::Null, |a| a.delete_group(&name("Office"), false)),
        ("DELETE /v1/groups/Office?detach=true", Value::Null, Value::Null, |a| a.delete_group(&name("Office"), true)),
        ("POST /v1/security-profiles", security_profile("S"), json!({"name": "S", "description": "", "rights": []}), |a| {
            a.add_security_profile(&NewSecurityProfile {
                name: name("S"),
                description: Text::default(),
                rights: Default::default(),
            })
            .map(drop)
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
    let told = admin.explain(&Explain { user: "carol".to_owned(), action: Action::Create, profile: None }).unwrap();
    assert_eq!((told.rule.as_str(), told.change.as_deref()), ("USR-3", Some("give the right")));
    assert_eq!(asked(&admin)[0].body, json!({"user": "carol", "action": "create"}));
}

/// What a server of the first release says, and one that can do everything.
fn first_release() -> Result<Value, Code> {
    status(1, &["sync", "history", "admin"], true)
}

fn today() -> Result<Value, Code> {
    status(1, &["sync", "history", "admin", "manage", "unlock"], true)
}

#[test]
fn a_server_of_the_first_release_is_asked_for_one_object_by_its_list_door_4() {
    let profiles = || Ok(json!({"items": [security_profile("End user")]}));
    let admin = logged_in([first_release(), profiles(), profiles()]);
    assert_eq!(admin.security_profile(&name("END USER")).unwrap().users, 2);
    let missing = admin.security_profile(&name("nobody")).unwrap_err();
    assert_eq!((missing.code(), missing.to_string().as_str()), (Code::NotFound, "there is no security profile `nobody`"));
    let admin = logged_in([first_release(), Ok(json!({"items": [profile(4)]})), Ok(json!({"items": []}))]);
    assert_eq!(admin.profile(&guid()).unwrap().revision, 4);
    assert_eq!(admin.profile(&guid()).unwrap_err().code(), Code::NotFound);
    assert_eq!(lines(&admin), ["GET /STATUS", "GET /v1/profiles", "GET /v1/profiles"], "it is asked once what it can do");
}

#[test]
fn what_a_server_does_not_list_is_not_sent_door_4() {
    type Act = fn(&Admin) -> Result<(), Error>;
    let acts: Vec<Act> = vec![
        |a| a.users_page(&ListQuery { q: Some("x".into()), ..ListQuery::default() }).map(drop),
        |a| a.history(&HistoryQuery { sort: Some("user".into()), ..HistoryQuery::default() }).map(drop),
        |a| a.modify_user(&name("carol"), &UserPatch { new_groups: vec![name("x")], ..UserPatch::default() }).map(drop),
        |a| a.modify_user(&name("carol"), &UserPatch { add_groups: vec![name("x")], ..UserPatch::default() }).map(drop),
        |a| a.modify_user(&name("carol"), &UserPatch { remove_groups: vec![name("x")], ..UserPatch::default() }).map(drop),
        |a| a.modify_profile(&guid(), &ProfilePatch { new_groups: vec![name("x")], ..ProfilePatch::default() }).map(drop),
        |a| {
            let kind = sbm_core::allowlist::AllowKind::Name;
            a.add_allow(&NewAllowEntry { kind, pattern: "pc".into(), comment: Text::default() }).map(drop)
        },
        |a| a.sessions().map(drop),
        |a| a.tombstones().map(drop),
        |a| a.audit_log(&AuditQuery::default()).map(drop),
        |a| a.server_settings().map(drop),
        |a| a.delete_profile(&guid()),
        |a| a.export::<User>(&ListQuery::default(), &mut Vec::new(), &mut |_| {}).map(drop),
    ];
    for act in acts {
        let admin = logged_in([first_release()]);
        assert_eq!(act(&admin).unwrap_err().code(), Code::CapabilityMissing);
        assert_eq!(lines(&admin), ["GET /STATUS"]);
    }
}

#[test]
fn the_calls_of_today_make_the_requests_that_the_wire_names() {
    type Act = fn(&mut Admin) -> Result<(), Error>;
    let installation = "01010101010101010101010101010101";
    let device = json!({"installation": installation, "computer": "pc", "program": "p", "user": "carol", "enrolled": 0});
    let empty = json!({"items": []});
    let of = |part: &str| format!("/v1/profiles/{GUID}{part}");
    let cases: Vec<(String, Value, Value, Act)> = vec![
        ("GET /v1/users?disabled=true&limit=7&q=a%20b&sort=-last_login".into(), empty.clone(), Value::Null, |a| {
            let query = ListQuery {
                q: Some("a b".into()),
                disabled: Some(true),
                sort: Some("-last_login".into()),
                limit: Some(7),
                ..ListQuery::default()
            };
            a.users_page(&query).map(drop)
        }),
        ("GET /v1/groups/Office".into(), group("Office"), Value::Null, |a| a.group(&name("Office")).map(drop)),
        ("GET /v1/security-profiles/S".into(), security_profile("S"), Value::Null, |a| a.security_profile(&name("S")).map(drop)),
        (format!("GET {}", of("")), profile(1), Value::Null, |a| a.profile(&guid()).map(drop)),
        (format!("GET {}", of("/revisions")), empty.clone(), Value::Null, |a| a.profile_revisions(&guid()).map(drop)),
        (format!("GET {}", of("/holders")), empty.clone(), Value::Null, |a| a.profile_holders(&guid()).map(drop)),
        (format!("POST {}", of("/rollback")), profile(3), json!({"revision": 1, "based_on": 2}), |a| {
            a.roll_back_profile(&guid(), &RollBack { revision: 1, based_on: 2 }).map(drop)
        }),
        (format!("DELETE {}", of("")), Value::Null, Value::Null, |a| a.delete_profile(&guid())),
        ("GET /v1/tombstones".into(), empty.clone(), Value::Null, |a| a.tombstones().map(drop)),
        (format!("GET /v1/devices/{installation}"), device, Value::Null, |a| {
            a.device(&InstallationId::from_bytes([1; 16])).map(drop)
        }),
        (format!("DELETE /v1/devices/{installation}"), Value::Null, Value::Null, |a| {
            a.remove_device(&InstallationId::from_bytes([1; 16]))
        }),
        ("GET /v1/sessions".into(), empty.clone(), Value::Null, |a| a.sessions().map(drop)),
        ("DELETE /v1/sessions/0a".into(), Value::Null, Value::Null, |a| a.end_session("0a")),
        ("GET /v1/server".into(), json!({}), Value::Null, |a| a.server_settings().map(drop)),
        ("PATCH /v1/server".into(), json!({}), json!({"max_offline": null}), |a| {
            a.modify_server(&ServerPatch { max_offline: Some(None) }).map(drop)
        }),
        ("POST /v1/allowlist/test".into(), json!({"admitted": true, "by": [], "sentence": ""}), json!({"address": "::1"}), |a| {
            a.test_allow(&AllowTest { address: "::1".into(), name: None }).map(drop)
        }),
        ("GET /v1/allowlist/lint".into(), empty.clone(), Value::Null, |a| a.lint_allowlist().map(drop)),
        ("GET /v1/audit?act=user&limit=5".into(), empty, Value::Null, |a| {
            a.audit_log(&AuditQuery { act: Some("user".into()), limit: Some(5), ..AuditQuery::default() }).map(drop)
        }),
        ("GET /v1/openapi.json".into(), json!({"openapi": "3.1.0"}), Value::Null, |a| {
            a.openapi().map(|text| assert_eq!(text, r#"{"openapi":"3.1.0"}"#))
        }),
    ];
    for (line, answer, body, act) in cases {
        let mut admin = logged_in([today(), Ok(answer)]);
        act(&mut admin).unwrap();
        assert_eq!(asked(&admin)[1], Asked { line, token: Some("t-1".to_owned()), body, condition: None });
    }
}

#[test]
fn a_new_password_of_one_s_own_brings_a_new_token_run_9() {
    let session = json!({"token": "t-2", "user": "carol", "roles": [], "expires": 5});
    let mut admin = logged_in([today(), Ok(session), Ok(json!({"items": []}))]);
    admin.change_password(&Secret::new("old"), &Secret::new("new")).unwrap();
    admin.sessions().unwrap();
    assert_eq!(asked(&admin)[1].body, json!({"current": "old", "new": "new"}));
    assert_eq!(asked(&admin)[2].token.as_deref(), Some("t-2"));
}

#[test]
fn a_proof_for_a_locked_connection_needs_no_session_and_leaves_none_usr_9() {
    let admin = admin([today(), Ok(Value::Null)]);
    let installation = InstallationId::from_bytes([1; 16]);
    let proof = Unlock { user: "admin".into(), password: Secret::new("p"), installation, computer: "pc".into() };
    admin.unlock(&proof).unwrap();
    assert_eq!((asked(&admin)[1].line.as_str(), asked(&admin)[1].token.clone()), ("POST /v1/connection/unlock", None));
    assert!(!admin.has_token());
}

#[test]
fn a_tag_that_was_read_goes_with_the_change_and_with_nothing_else() {
    let admin = logged_in([Ok(user("carol")), Ok(user("carol")), Err(Code::PreconditionFailed), Ok(user("carol"))]);
    admin.script.0.lock().unwrap().tag = Some("\"1.2.x\"".to_owned());
    let seen = admin.tagged(|admin| admin.user(&name("carol"))).unwrap();
    assert_eq!(seen.tag.to_string(), "\"1.2.x\"");
    let same = admin.if_match(&seen.tag);
    same.user(&name("carol")).unwrap();
    let patch = UserPatch { disabled: Some(true), ..UserPatch::default() };
    assert_eq!(same.modify_user(&name("carol"), &patch).unwrap_err().code(), Code::PreconditionFailed);
    admin.modify_user(&name("carol"), &patch).unwrap();
    let conditions: Vec<_> = asked(&admin).into_iter().map(|asked| asked.condition).collect();
    assert_eq!(conditions, [None, None, Some("\"1.2.x\"".to_owned()), None]);
    admin.script.0.lock().unwrap().tag = None;
    admin.script.0.lock().unwrap().answers.push_back(Ok(user("carol")));
    assert_eq!(admin.tagged(|admin| admin.user(&name("carol"))).unwrap_err().code(), Code::CapabilityMissing);
}

#[test]
fn a_list_as_a_file_comes_piece_by_piece_with_its_size_told_his_5() {
    let admin = logged_in([today(), Ok(json!({"any": "bytes"})), Err(Code::DeniedRole)]);
    let (mut file, mut told) = (Vec::new(), Vec::new());
    let query = HistoryQuery { result: Some(RunResult::Failure), ..HistoryQuery::default() };
    let size = admin.export::<Run>(&query, &mut file, &mut |bytes| told.push(bytes)).unwrap();
    assert_eq!((file.as_slice(), size, told), (&br#"{"any":"bytes"}"#[..], 15, vec![15]));
    assert_eq!(lines(&admin)[1], "GET /v1/history?result=failure");
    let mut file = Vec::new();
    assert_eq!(admin.export::<Run>(&query, &mut file, &mut |_| {}).unwrap_err().code(), Code::DeniedRole);
    assert!(file.is_empty(), "a refusal is not a row");
}

#[test]
fn rows_are_asked_for_as_they_are_taken_and_end_with_the_first_error() {
    let page = |next: Value| Ok(json!({"items": [user("a"), user("b")], "next": next}));
    let admin = logged_in([today(), page(json!("1")), page(json!("2")), Err(Code::Busy)]);
    let query = ListQuery { q: Some("x".into()), ..ListQuery::default() };
    let mut rows = admin.rows::<User>(&query);
    assert!(rows.next().unwrap().is_ok() && rows.next().unwrap().is_ok());
    assert_eq!(lines(&admin).len(), 2, "the second page was not asked for yet");
    assert_eq!(rows.by_ref().take(2).filter(Result::is_ok).count(), 2);
    assert_eq!(rows.next().unwrap().unwrap_err().code(), Code::Busy);
    assert!(rows.next().is_none());
    assert_eq!(lines(&admin)[2..], ["GET /v1/users?after=1&q=x", "GET /v1/users?after=2&q=x"]);
}

#[test]
fn an_upload_tells_how_far_it_is_pro_2() {
    let admin = logged_in([Ok(profile(2))]);
    let upload = Upload {
        guid: guid(),
        name: name("Finance"),
        description: Text::new("d").unwrap(),
        version: 3,
        body: vec![7; 1_000],
        schedule: None,
        based_on: 1,
    };
    let mut told = Vec::new();
    assert_eq!(admin.upload_profile_with(&upload, &mut |sent, of| told.push((sent, of))).unwrap().revision, 2);
    let (sent, of) = *told.last().unwrap();
    assert!(sent == of && of > 1_000, "{told:?}");
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
