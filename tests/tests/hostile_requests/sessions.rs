//! What is taken away is gone with the next request, on a connection that is already open (RUN-7, NET-7).

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use sbm_client::core::code::Code;
use sbm_client::core::wire::v1::admin::{NewAllowEntry, UserPatch};
use sbm_client::core::wire::v1::path;
use sbm_client::core::wire::v1::session::Secret;
use sbm_server::accept::PeerAddr;
use sbm_server::clock::SystemClock;
use sbm_server::http::{Edge, routes};
use sbm_tests::fixture::{PASSWORD, name};
use sbm_tests::raw::{Wire, request};
use sbm_tests::stronghold::{INSTALLATION, Stronghold, log_in, log_in_device};
use tower::ServiceExt as _;

const CHECK_IN: &str = r#"{"number":{"epoch":0,"revision":0}}"#;

/// A person's and a computer's connection that were just answered.
struct Open {
    console: (Wire, String),
    device: (Wire, String),
}

impl Open {
    fn of_carol(hold: &Stronghold) -> Self {
        let console = (hold.raw.connect(), log_in(&hold.raw, "carol", PASSWORD));
        let device = (hold.raw.connect(), log_in_device(&hold.raw, "carol", INSTALLATION));
        let mut open = Self { console, device };
        assert_eq!(open.codes(), (Some(Code::DeniedRole), None), "she has no role, and her computer checks in");
        open
    }

    fn codes(&mut self) -> (Option<Code>, Option<Code>) {
        let (wire, token) = &mut self.console;
        wire.send(&request("GET", path::USERS, Some(token), None));
        let console = wire.answer().unwrap().code();
        let (wire, token) = &mut self.device;
        wire.send(&request("POST", path::CHECK_IN, Some(token), Some(CHECK_IN)));
        (console, wire.answer().unwrap().code())
    }
}

#[test]
fn disabling_deleting_and_a_new_password_act_on_the_next_request_run_7() {
    let hold = Stronghold::new();
    let patch = |patch: UserPatch| hold.admin.modify_user(&name("carol"), &patch).unwrap();
    let disable = |disabled| patch(UserPatch { disabled: Some(disabled), ..UserPatch::default() });

    let mut open = Open::of_carol(&hold);
    disable(true);
    let ended = (Some(Code::TokenRefused), Some(Code::TokenRefused));
    assert_eq!(open.codes(), ended);
    disable(false);
    assert_eq!(open.codes(), ended, "what ended stays ended");

    let mut open = Open::of_carol(&hold);
    patch(UserPatch { password: Some(Secret::new(PASSWORD)), ..UserPatch::default() });
    assert_eq!(open.codes(), ended);

    let mut open = Open::of_carol(&hold);
    log_in_device(&hold.raw, "carol", INSTALLATION);
    assert_eq!(open.codes(), (Some(Code::DeniedRole), Some(Code::TokenRefused)), "one computer, one token");

    let mut open = Open::of_carol(&hold);
    log_in_device(&hold.raw, "dave", INSTALLATION);
    assert_eq!(open.codes().1, Some(Code::TokenRefused), "the computer is dave's now");

    let mut open = Open::of_carol(&hold);
    hold.admin.delete_user(&name("carol")).unwrap();
    assert_eq!(open.codes(), ended);
    assert!(hold.answers());
}

#[test]
fn a_role_that_is_taken_away_is_gone_with_the_next_request_run_7() {
    let hold = Stronghold::new();
    let patch = |roles: &str| {
        let content = format!(r#"{{"roles":{roles}}}"#);
        assert_eq!(hold.ask("PATCH", &format!("{}/carol", path::USERS), Some(&hold.console), Some(&content)).status, 200);
    };
    let mut wire = hold.raw.connect();
    let mut ask = || {
        wire.send(&request("GET", path::USERS, Some(&hold.carol), None));
        wire.answer().unwrap().code()
    };
    patch(r#"["admin"]"#);
    assert_eq!(ask(), None);
    patch("[]");
    assert_eq!(ask(), Some(Code::DeniedRole));
}

#[test]
fn a_wrong_password_and_a_user_that_is_not_there_look_the_same_run_6() {
    let hold = Stronghold::new();
    let before = hold.fingerprint();
    let told = |user: &str, of: &str, content: &str| {
        let answer = hold.ask("POST", of, None, Some(&content.replace("USER", user)));
        (answer.status, String::from_utf8(answer.body).unwrap())
    };
    for (of, content) in [
        (path::SESSION, r#"{"user":"USER","password":"wrong password"}"#.to_owned()),
        (path::DEVICE, sbm_tests::stronghold::device_login("USER", "wrong password", INSTALLATION)),
    ] {
        let (status, wrong) = told("carol", of, &content);
        assert_eq!(status, 401);
        for user in ["nobody", "", "admin\\u0000", "x>y", "root>carol", ">", "carol; --"] {
            assert_eq!(told(user, of, &content), (401, wrong.clone()), "{user}");
        }
    }
    assert_eq!(hold.fingerprint(), before);
}

/// The address of a connection cannot be chosen here, so that the server's own router is asked, with its real facts behind.
#[tokio::test]
async fn an_address_that_leaves_the_allowlist_is_refused_with_the_next_request_net_7() {
    let hold = tokio::task::spawn_blocking(Stronghold::new).await.unwrap();
    let service = hold.server.service();
    let edge = Edge {
        door: service.door(),
        authenticator: Arc::clone(&service) as _,
        clock: Arc::new(SystemClock),
        hosts: service.config().host_names(),
        limits: service.config().limits,
    };
    let router = routes::all(edge).into_router(service);
    let token = format!("Bearer {}", hold.carol);
    let ask = async |from: &str| {
        let mut request = Request::builder()
            .uri(path::STATUS)
            .header("host", "localhost")
            .header("authorization", &token)
            .body(Body::empty())
            .unwrap();
        request.extensions_mut().insert(PeerAddr(from.parse::<IpAddr>().unwrap()));
        router.clone().oneshot(request).await.unwrap().status().as_u16()
    };
    let outside = "192.0.2.7";
    assert_eq!(ask(outside).await, 403);
    let hold = tokio::task::spawn_blocking(move || {
        hold.admin
            .add_allow(&NewAllowEntry {
                kind: sbm_core::allowlist::AllowKind::Address,
                pattern: "192.0.2".into(),
                comment: Default::default(),
            })
            .unwrap();
        hold
    })
    .await
    .unwrap();
    assert_eq!((ask(outside).await, ask("192.0.20.7").await), (200, 403));
    let hold = tokio::task::spawn_blocking(move || {
        let rule = hold.admin.allowlist().unwrap().into_iter().find(|entry| entry.pattern == "192.0.2").unwrap();
        hold.admin.remove_allow(rule.id, false).unwrap();
        hold
    })
    .await
    .unwrap();
    assert_eq!((ask(outside).await, ask("127.0.0.1").await), (403, 200));
    drop(router);
    tokio::task::spawn_blocking(move || drop(hold)).await.unwrap();
}

/// A request that is begun and holds its last byte back, until `end` has been done. What becomes of it then.
fn held(hold: &Stronghold, method: &str, path: &str, token: &str, content: &str, end: impl FnOnce()) -> Option<Code> {
    let bytes = request(method, path, Some(token), Some(content));
    let (last, first) = bytes.split_last().unwrap();
    let mut wire = hold.raw.connect();
    wire.send(first);
    // The head has been read by then; were it not, the answer would be the same one.
    assert!(hold.answers());
    end();
    wire.send(&[*last]);
    wire.answer().unwrap().code()
}

#[test]
fn a_request_whose_last_byte_comes_behind_the_end_of_its_session_does_nothing_run_7() {
    let hold = Stronghold::new();
    let made = r#"{"name":"mallory","password":"violet staircase 42","roles":["superuser"]}"#;
    let revoked = log_in(&hold.raw, "admin", sbm_tests::server::ADMIN_PASSWORD);
    let (before, ended) = (std::cell::OnceCell::new(), Some(Code::TokenRefused));
    let end = || {
        assert_eq!(hold.ask("DELETE", path::SESSION, Some(&revoked), None).status, 204);
        // The end of a session is a revision, which other servers follow.
        before.set(hold.fingerprint()).unwrap();
    };
    assert_eq!(held(&hold, "POST", path::USERS, &revoked, made, end), ended);
    assert_eq!(Some(&hold.fingerprint()), before.get(), "nobody was made");
    assert!(!hold.server.service().facts().users().any(|user| user.name.as_str() == "mallory"));
}

#[test]
fn a_device_s_request_whose_last_byte_comes_behind_its_user_s_end_does_nothing_run_7() {
    let hold = Stronghold::new();
    let disable = || {
        let patch = UserPatch { disabled: Some(true), ..UserPatch::default() };
        hold.admin.modify_user(&name("carol"), &patch).unwrap();
    };
    assert_eq!(held(&hold, "POST", path::RUNS, &hold.device, r#"{"runs":[]}"#, disable), Some(Code::TokenRefused));
    let reset = || {
        let patch = UserPatch { password: Some(Secret::new("another staircase 43")), ..UserPatch::default() };
        hold.admin.modify_user(&name("dave"), &patch).unwrap();
    };
    assert_eq!(held(&hold, "POST", path::CHECK_IN, &hold.other_device, CHECK_IN, reset), Some(Code::TokenRefused));
}
