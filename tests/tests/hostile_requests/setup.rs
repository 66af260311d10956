//! Before and after the claim (RUN-2).

use std::sync::Barrier;

use sbm_client::core::code::Code;
use sbm_client::core::wire::v1::path;
use sbm_tests::raw::{Answer, Raw, request};
use sbm_tests::server::{ADMIN_PASSWORD, TestServer};
use sbm_tests::stronghold::log_in;
use serde_json::json;

fn claim(raw: &Raw, code: &str, password: &str) -> Answer {
    let content = json!({ "code": code, "password": password }).to_string();
    raw.ask(&request("POST", path::CLAIM, None, Some(&content))).unwrap()
}

fn setup_code(server: &TestServer) -> String {
    std::fs::read_to_string(server.data_dir().join("setup-code")).unwrap().trim().to_owned()
}

fn is_claimed(server: &TestServer) -> bool {
    server.service().facts().server().claimed
}

#[test]
fn an_unclaimed_server_answers_status_and_the_claim_and_nothing_else_run_2() {
    let server = TestServer::unclaimed();
    let raw = Raw::of(&server);
    let ask = |method: &str, path: &str, token: Option<&str>, content: Option<&str>| {
        raw.ask(&request(method, path, token, content)).unwrap()
    };
    assert_eq!(ask("GET", path::STATUS, None, None).status, 200);
    let login = json!({ "user": "admin", "password": "" }).to_string();
    assert_eq!(ask("POST", path::SESSION, None, Some(&login)).code(), Some(Code::NotClaimed));
    let device = sbm_tests::stronghold::device_login("admin", "", "00000000000000000000000000000001");
    assert_eq!(ask("POST", path::DEVICE, None, Some(&device)).code(), Some(Code::NotClaimed));
    let token = format!("sbmc_{}", "A".repeat(64));
    for of in [
        "/",
        path::SESSIONS,
        path::TOMBSTONES,
        path::SERVER,
        path::OPENAPI,
        path::ALLOWLIST_LINT,
        path::USERS,
        path::GROUPS,
        path::ALLOWLIST,
        path::PROFILES,
        path::HISTORY,
        path::DEVICES,
        path::AUDIT,
        path::SECURITY_PROFILES,
    ] {
        for token in [None, Some(token.as_str())] {
            assert_eq!(ask("GET", of, token, None).code(), Some(Code::NotClaimed), "{of}");
        }
    }
    for of in [
        path::CHECK_IN,
        path::RUNS,
        path::ROTATE_KEYS,
        path::EXPLAIN,
        path::EXPLAIN_SERVER,
        path::PASSWORD,
        path::UNLOCK,
        path::ALLOWLIST_TEST,
    ] {
        assert_eq!(ask("POST", of, Some(&token), Some("{}")).code(), Some(Code::NotClaimed), "{of}");
    }
    assert_eq!(ask("GET", "/v1/nothing", None, None).code(), Some(Code::NoSuchRoute));
    let forwarded = b"POST /v1/claim HTTP/1.1\r\nhost: localhost\r\nx-forwarded-for: 127.0.0.1\r\ncontent-length: 0\r\n\r\n";
    assert_eq!(raw.ask(forwarded).unwrap().code(), Some(Code::ForwardingRefused));
    assert!(!is_claimed(&server));
}

#[test]
fn a_claim_needs_the_code_and_a_password_and_the_eleventh_guess_is_refused_run_2() {
    let server = TestServer::unclaimed();
    let raw = Raw::of(&server);
    let code = setup_code(&server);
    // A weak password does not use up a try, nor does what is no claim at all.
    for (password, refusal) in [
        ("short", Code::PasswordTooShort),
        ("password1234", Code::PasswordTooCommon),
        (&"x".repeat(1_025), Code::PasswordTooLong),
    ] {
        assert_eq!(claim(&raw, &code, password).code(), Some(refusal), "{password}");
    }
    for content in ["", "{}", "[]", r#"["a","b"]"#, r#"{"code":null,"password":"violet staircase 42"}"#] {
        let answer = raw.ask(&request("POST", path::CLAIM, None, Some(content))).unwrap();
        assert_eq!(answer.code(), Some(Code::MalformedRequest), "{content}");
    }
    let guesses = [
        "",
        "x",
        "0000",
        &"A".repeat(32),
        &code[1..],
        &format!("{code}A"),
        &"é".repeat(16),
        &"A".repeat(100_000),
        "'; --",
        &code.replace('-', "_"),
    ];
    assert_eq!(guesses.len(), 10);
    for guess in guesses {
        assert_eq!(claim(&raw, guess, ADMIN_PASSWORD).code(), Some(Code::SetupCodeWrong), "{guess}");
    }
    let eleventh = claim(&raw, &code, ADMIN_PASSWORD);
    assert_eq!(eleventh.code(), Some(Code::SetupCodeWrong), "the right code, too late");
    assert!(!is_claimed(&server));
    // A restart is how the owner of the data directory gets a new code.
    let server = TestServer::restart(server.stop());
    let raw = Raw::of(&server);
    assert_eq!(claim(&raw, &code, ADMIN_PASSWORD).code(), Some(Code::SetupCodeWrong), "the old code");
    assert_eq!(claim(&raw, &setup_code(&server), ADMIN_PASSWORD).status, 204);
    assert!(!server.data_dir().join("setup-code").exists());
}

#[test]
fn of_ten_claims_at_once_exactly_one_wins_run_2() {
    let server = TestServer::unclaimed();
    let raw = Raw::of(&server);
    let code = setup_code(&server);
    let barrier = Barrier::new(10);
    let answers: Vec<(String, Answer)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..10)
            .map(|number| {
                let (raw, code, barrier) = (&raw, &code, &barrier);
                scope.spawn(move || {
                    let password = format!("marble kettle {number} orbit");
                    let content = json!({ "code": code, "password": password }).to_string();
                    let mut wire = raw.connect();
                    wire.send(&request("GET", path::STATUS, None, None));
                    assert_eq!(wire.answer().unwrap().status, 200);
                    barrier.wait();
                    wire.send(&request("POST", path::CLAIM, None, Some(&content)));
                    (password, wire.answer().unwrap())
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|(_, answer)| answer.status == 204);
    assert_eq!((won.len(), lost.len()), (1, 9));
    for (_, answer) in &lost {
        let code = answer.code().unwrap();
        assert!(matches!(code, Code::SetupCodeWrong | Code::AlreadyClaimed | Code::NoSuchRoute), "{code}");
    }
    log_in(&raw, "admin", &won[0].0);
    let other = json!({ "user": "admin", "password": lost[0].0 }).to_string();
    assert_eq!(raw.ask(&request("POST", path::SESSION, None, Some(&other))).unwrap().code(), Some(Code::WrongCredentials));
}

#[test]
fn after_the_claim_its_route_is_like_one_that_never_was_run_2() {
    let server = TestServer::unclaimed();
    let code = setup_code(&server);
    drop(server.claim());
    let raw = Raw::of(&server);
    for content in [json!({ "code": code, "password": "violet staircase 42" }).to_string(), "{}".to_owned(), String::new()] {
        let told = |of: &str| {
            let answer = raw.ask(&request("POST", of, None, Some(&content))).unwrap();
            let date = answer
                .head
                .lines()
                .filter(|line| !line.starts_with("date:") && !line.starts_with("sbm-time:"))
                .collect::<Vec<_>>()
                .join("\n");
            (date, String::from_utf8(answer.body).unwrap().replace(of, "…"))
        };
        assert_eq!(told(path::CLAIM), told("/v1/never"));
    }
    log_in(&raw, "admin", ADMIN_PASSWORD);
}
