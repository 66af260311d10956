//! What came with the capabilities `manage` and `unlock`: asked for only where it is, lists, tags, files, passwords.

use sbm_core::wire::v1::admin::{AllowTest, AuditQuery, ListQuery, ProfilePatch, RollBack, Run, ServerPatch, Unlock, User};

use super::*;

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
            a.modify_server(&ServerPatch { max_offline: Some(None), ..ServerPatch::default() }).map(drop)
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
    let proof = Unlock { user: "admin".into(), password: Secret::new("p"), installation, computer: "pc".into(), code: None };
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
        account: None,
    };
    let mut told = Vec::new();
    assert_eq!(admin.upload_profile_with(&upload, &mut |sent, of| told.push((sent, of))).unwrap().revision, 2);
    let (sent, of) = *told.last().unwrap();
    assert!(sent == of && of > 1_000, "{told:?}");
}
