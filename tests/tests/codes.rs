//! Every code that a server can answer is answered here, or stands in a list with the reason and the test that shows it
//! (ERR-1).
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use axum::body::Body;
use sbm_client::core::code::Code;
use sbm_client::core::wire::v1::session::Secret;
use sbm_client::core::wire::v1::{Problem, path};
use sbm_server::accept::PeerAddr;
use sbm_server::clock::SystemClock;
use sbm_server::http::{Edge, routes};
use sbm_tests::fixture::{GUID, PASSWORD};
use sbm_tests::openapi::checker;
use sbm_tests::openapi::schemas::Schemas;
use sbm_tests::raw::{Answer, Raw, Wire, request, spelt};
use sbm_tests::server::{ADMIN_PASSWORD, TestServer};
use sbm_tests::stronghold::{INSTALLATION, Stronghold, device_login, log_in_device, make_token};
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// Codes that no request can be made to bring out here: why, and the test that shows them.
const ELSEWHERE: [(Code, &str, &str); 12] = [
    (Code::TooMany, "hundreds of things must be made first", "an_account_has_so_many_that_are_usable_and_no_more_err_3"),
    (
        Code::DeniedModule,
        "what is below the first organisation has every module",
        "the_level_of_the_account_has_the_module_acc_3",
    ),
    (Code::Internal, "no request brings it out", "a_panic_is_one_answer_and_the_connection_goes_on_err_2"),
    (
        Code::CodeNotSent,
        "there must be a relay or a gateway, and it must fail",
        "a_gateway_that_fails_or_refuses_is_told_by_a_code_of_its_own_run_8_err_1",
    ),
    (Code::StoreUnavailable, "the disk must fail", "a_setting_that_does_not_take_is_refused"),
    (
        Code::ServerBehind,
        "there must be other servers, and this one cut off from them",
        "a_server_that_stands_still_delays_an_act_by_its_lease_at_most_and_answers_nobody_then_run_7",
    ),
    (Code::StoreDamaged, "a row must be one that no program writes", "a_row_that_no_program_writes_is_damage_and_no_panic"),
    (Code::DiskFull, "the disk must be full", "a_full_database_refuses_and_loses_nothing_err_4"),
    (Code::AlreadyClaimed, "only one of two claims at once meets it", "of_ten_claims_at_once_exactly_one_wins_run_2"),
    (
        Code::DocumentTruncated,
        "the server's own key must have signed it",
        "fourteen_attacks_are_fourteen_errors_and_the_floor_off_3",
    ),
    (
        Code::DocumentMalformed,
        "the server's own key must have signed it",
        "each_attack_that_arrives_is_a_typed_error_and_the_floor_until_an_honest_answer_off_3",
    ),
    (
        Code::UnknownCriticalFeature,
        "the server's own key must have signed it",
        "each_attack_that_arrives_is_a_typed_error_and_the_floor_until_an_honest_answer_off_3",
    ),
];

const CHECK_IN: &str = r#"{"number":{"epoch":0,"revision":0}}"#;
const PASSWORD_OF: &str = r#""password":"violet staircase 43""#;

/// What was answered, by code.
#[derive(Default)]
struct Answered(BTreeMap<Code, Vec<Problem>>);

impl Answered {
    /// Takes an answer in that must have this code.
    fn take(&mut self, code: Code, answer: &Answer) {
        assert_eq!(answer.code(), Some(code), "{}", String::from_utf8_lossy(&answer.body));
        self.0.entry(code).or_default().push(answer.json());
    }

    fn ask(&mut self, hold: &Stronghold, code: Code, asked: (&str, &str, Option<&str>, Option<&str>)) {
        let (method, path, token, content) = asked;
        self.take(code, &hold.ask(method, path, token, content));
    }
}

#[test]
fn every_code_that_a_server_can_answer_is_answered_or_has_its_reason_err_1() {
    let mut answered = Answered::default();
    let hold = Stronghold::new();
    who_asks(&hold, &mut answered);
    objects(&hold, &mut answered);
    accounts(&hold, &mut answered);
    documents(&hold, &mut answered);
    framing(&hold, &mut answered);
    guessing(&hold, &mut answered);
    let operations: BTreeSet<Code> = {
        let served = routes::all(edge(&hold));
        served.operations().iter().flat_map(|operation| operation.codes()).collect()
    };
    outside(&hold, &mut answered);
    behind_the_service_s_back(hold, &mut answered);
    before_the_claim(&mut answered);
    slow_and_many(&mut answered);

    let elsewhere: BTreeSet<Code> = ELSEWHERE.iter().map(|(code, _, _)| *code).collect();
    let seen: BTreeSet<Code> = answered.0.keys().copied().collect();
    let missing: Vec<&Code> = operations.iter().filter(|code| !seen.contains(code) && !elsewhere.contains(code)).collect();
    assert!(missing.is_empty(), "nothing brings out {missing:?}");
    let undescribed: Vec<&Code> = seen.iter().filter(|code| !operations.contains(code)).collect();
    assert!(undescribed.is_empty(), "no route says that it answers {undescribed:?}");
    let both: Vec<&Code> = elsewhere.intersection(&seen).collect();
    assert!(both.is_empty(), "{both:?} can be brought out after all");
    let components = Schemas::new().components();
    for problem in answered.0.values().flatten() {
        checker::check(&components, "Problem", &serde_json::to_value(problem).unwrap()).unwrap();
        assert!(problem.detail.len() > 10 && !problem.detail.contains("::"), "{problem:?}");
    }
}

#[test]
fn the_tests_that_stand_in_for_codes_are_there_err_1() {
    let mut sources = String::new();
    gather(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), &mut sources);
    for (code, reason, test) in ELSEWHERE {
        assert!(sources.contains(&format!("fn {test}(")), "`{test}` is to show {code} ({reason}), and is not there");
    }
}

fn gather(folder: &Path, into: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let name = entry.file_name().unwrap().to_string_lossy().into_owned();
        if entry.is_dir() && name != "target" && !name.starts_with('.') {
            gather(&entry, into);
        } else if name.ends_with(".rs") {
            into.push_str(&std::fs::read_to_string(&entry).unwrap());
        }
    }
}

fn edge(hold: &Stronghold) -> Edge {
    let service = hold.server.service();
    Edge {
        door: service.door(),
        authenticator: Arc::clone(&service) as _,
        clock: Arc::new(SystemClock),
        hosts: service.config().host_names(),
        limits: service.config().limits,
    }
}

fn who_asks(hold: &Stronghold, answered: &mut Answered) {
    let login = |password: &str| json!({ "user": "carol", "password": password }).to_string();
    answered.ask(hold, Code::NotLoggedIn, ("GET", path::USERS, None, None));
    answered.ask(hold, Code::TokenRefused, ("GET", path::USERS, Some("x"), None));
    answered.ask(hold, Code::WrongAudience, ("GET", path::USERS, Some(&hold.device), None));
    answered.ask(hold, Code::DeniedRole, ("GET", path::USERS, Some(&hold.carol), None));
    let narrow = make_token(&hold.raw, &hold.console, ADMIN_PASSWORD, &json!({ "alerts": "read" })).1;
    answered.ask(hold, Code::DeniedToken, ("GET", path::USERS, Some(&narrow), None));
    answered.ask(hold, Code::WrongCredentials, ("POST", path::SESSION, None, Some(&login("wrong"))));
    let enrol = json!({ "code": "ABCD-2345", "installation": INSTALLATION, "computer": "pc", "program": "tests" }).to_string();
    answered.ask(hold, Code::EnrolmentRefused, ("POST", path::DEVICE_ENROL, None, Some(&enrol)));
    second_factor(hold, answered);
    answered.ask(hold, Code::NoSuchRoute, ("POST", path::CLAIM, None, Some("{}")));
}

/// `dave` enrols with a code of her key, and then a login of hers is asked for one, and refused a wrong one.
fn second_factor(hold: &Stronghold, answered: &mut Answered) {
    let mut dave = hold.server.anybody();
    dave.login("dave", &Secret::new(PASSWORD)).unwrap();
    let offer = dave.begin_factor(&Secret::new(PASSWORD), "tests").unwrap();
    let output = Command::new("oathtool").args(["--totp", "--base32", offer.key.reveal()]).output().unwrap();
    let code = Secret::new(String::from_utf8(output.stdout).unwrap().trim());
    dave.confirm_factor(&offer.ticket, &code).unwrap();
    let login = json!({ "user": "dave", "password": PASSWORD }).to_string();
    answered.ask(hold, Code::DeniedSecondFactor, ("POST", path::SESSION, None, Some(&login)));
    let refused = hold.server.anybody().login("dave", &Secret::new(PASSWORD)).unwrap_err();
    let step = json!({ "login": refused.second_step().unwrap().token.reveal(), "code": "x" }).to_string();
    answered.ask(hold, Code::SecondFactorWrong, ("POST", path::SECOND_STEP, None, Some(&step)));
    // Without a relay no code goes by mail.
    let (of, channel) = (format!("{}/channels", path::FACTOR), "email");
    let begin = json!({ "password": PASSWORD, "channel": channel, "address": "dave@example.org" }).to_string();
    answered.ask(hold, Code::CapabilityMissing, ("POST", &of, Some(&hold.carol), Some(&begin)));
}

fn objects(hold: &Stronghold, answered: &mut Answered) {
    let console = Some(hold.console.as_str());
    let user = |name: &str, password: &str| json!({ "name": name, "password": password }).to_string();
    let upload = |description: &str, based_on: u64| {
        json!({ "guid": GUID, "name": "x", "description": description, "body": "AAAA", "based_on": based_on }).to_string()
    };
    let of = |of: &str, name: &str| format!("{of}/{name}");
    for (code, method, path, content) in [
        (Code::NotFound, "GET", of(path::USERS, "nobody"), None),
        (Code::NameTaken, "POST", path::USERS.to_owned(), Some(user("carol", "violet staircase 43"))),
        (Code::PasswordTooShort, "POST", path::USERS.to_owned(), Some(user("x", "short"))),
        (Code::PasswordTooCommon, "POST", path::USERS.to_owned(), Some(user("x", "password1234"))),
        (Code::PasswordTooLong, "POST", path::USERS.to_owned(), Some(user("x", &"x".repeat(1_025)))),
        (Code::BuiltIn, "PATCH", of(path::USERS, "admin"), Some(r#"{"name":"root"}"#.to_owned())),
        (Code::LastSuperuser, "PATCH", of(path::USERS, "admin"), Some(r#"{"disabled":true}"#.to_owned())),
        (Code::ConfirmationNeeded, "PATCH", of(path::USERS, "admin"), Some(format!("{{{PASSWORD_OF}}}"))),
        (Code::InUse, "DELETE", of(path::GROUPS, "Finance"), None),
        (Code::Stale, "POST", path::PROFILES.to_owned(), Some(upload("x", 7))),
        (Code::InvalidName, "POST", path::PROFILES.to_owned(), Some(upload("", 1))),
        (Code::InvalidGuid, "GET", of(path::PROFILES, "x"), None),
        (Code::InvalidPattern, "POST", path::ALLOWLIST.to_owned(), Some(r#"{"pattern":"127.1"}"#.to_owned())),
        (Code::InvalidArgument, "PATCH", path::SERVER.to_owned(), Some(r#"{"max_offline":1}"#.to_owned())),
        (Code::InvalidQuery, "GET", format!("{}?sort=colour", path::USERS), None),
        (Code::MalformedRequest, "POST", path::USERS.to_owned(), Some("{".to_owned())),
    ] {
        answered.ask(hold, code, (method, &path, console, content.as_deref()));
    }
    let bearer = format!("authorization: Bearer {}", hold.console);
    let headers = ["host: localhost", &bearer, "if-match: \"another\""];
    let condition = spelt("DELETE", &of(path::USERS, "dave"), &headers, "");
    answered.take(Code::PreconditionFailed, &hold.raw.ask(&condition).unwrap());
}

/// What stands above and below an account, and what is left for it (ACC-3, ACC-5, ACC-8).
fn accounts(hold: &Stronghold, answered: &mut Answered) {
    let console = Some(hold.console.as_str());
    let done = |method: &str, path: &str, content: &str| {
        let answer = hold.ask(method, path, console, Some(content));
        assert!(answer.status < 300, "{content}: {}", String::from_utf8_lossy(&answer.body));
    };
    let (root, pc) = (format!("{}/root", path::ACCOUNTS), format!("{}/root%3Epc", path::ACCOUNTS));
    let ranks_above = r#"{"account":"root>trade","level":"distributor"}"#;
    answered.ask(hold, Code::InvalidAccount, ("POST", path::ACCOUNTS, console, Some(ranks_above)));
    done("POST", path::ACCOUNTS, r#"{"account":"root>pc"}"#);
    done("POST", path::ACCOUNT_ACTS, r#"{"accounts":["root>pc"],"act":"delete"}"#);
    answered.ask(hold, Code::DeniedAccountDeletion, ("PATCH", &pc, console, Some(r#"{"name":"till"}"#)));
    done("PATCH", &root, r#"{"quota":{"hard":0}}"#);
    let room = r#"{"run":"00000000000000000000000000000001","bytes":1}"#;
    answered.ask(hold, Code::DeniedQuota, ("POST", path::RESERVATIONS, Some(&hold.device), Some(room)));
    done("PATCH", &root, r#"{"quota":{}}"#);
    done("POST", path::ACCOUNTS, &json!({ "account": "root>till", "secret": PASSWORD }).to_string());
    log_in_device(&hold.raw, "root>till", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    let other = device_login("root>till", PASSWORD, "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb");
    answered.ask(hold, Code::OtherMachine, ("POST", path::DEVICE, None, Some(&other)));
    let release = format!("{}/{INSTALLATION}/release", path::DEVICES);
    answered.ask(hold, Code::NothingToChange, ("POST", &release, console, None));
}

/// What a device may show as proof of a head that the server does not know (OFF-3).
fn documents(hold: &Stronghold, answered: &mut Answered) {
    let token = Some(hold.device.as_str());
    let held: Value = hold.ask("POST", path::CHECK_IN, token, Some(CHECK_IN)).json();
    let others: Value = hold.ask("POST", path::CHECK_IN, Some(&hold.other_device), Some(CHECK_IN)).json();
    let ahead = |head: Option<Value>, keys: Value| {
        let proof = head.map(|head| json!({ "head": head, "keys": keys }));
        json!({ "number": { "epoch": 9, "revision": 9 }, "proof": proof }).to_string()
    };
    let changed = |field: &str, value: Value| {
        let mut head = held["head"].clone();
        head[field] = value;
        head
    };
    let mut signature = held["head"]["signature"].as_str().unwrap().to_owned();
    let first = if signature.starts_with('A') { "B" } else { "A" };
    signature.replace_range(..1, first);
    let large = "A".repeat(4 * 200);
    let keys = &held["keys"];
    let mut other_keys = keys.clone();
    other_keys["signature"] = held["head"]["signature"].clone();
    for (code, content) in [
        (Code::NumberAhead, ahead(None, Value::Null)),
        (Code::HeadUnsigned, ahead(Some(json!({ "document": held["head"]["document"] })), keys.clone())),
        (Code::HeadSignatureStripped, ahead(Some(changed("signature", json!(""))), keys.clone())),
        (Code::HeadWrongKey, ahead(Some(changed("key", json!("0011223344556677"))), keys.clone())),
        (Code::HeadSignatureInvalid, ahead(Some(changed("signature", json!(signature))), keys.clone())),
        (Code::HeadOtherDevice, ahead(Some(others["head"].clone()), keys.clone())),
        (Code::DocumentTooLarge, ahead(Some(changed("document", json!(large))), keys.clone())),
        (Code::KeysInvalid, ahead(Some(held["head"].clone()), other_keys)),
    ] {
        answered.ask(hold, code, ("POST", path::CHECK_IN, token, Some(&content)));
    }
}

fn framing(hold: &Stronghold, answered: &mut Answered) {
    let ask = |headers: &[&str]| hold.raw.ask(&spelt("POST", path::SESSION, headers, "")).unwrap();
    answered.take(Code::HostRefused, &ask(&["host: evil.example"]));
    answered.take(Code::ForwardingRefused, &ask(&["host: localhost", "x-forwarded-for: 10.0.0.1"]));
    let large = ask(&["host: localhost", "content-type: application/json", "content-length: 4294967296"]);
    answered.take(Code::TooLarge, &large);
}

fn guessing(hold: &Stronghold, answered: &mut Answered) {
    let guess = json!({ "user": "guessed", "password": "wrong" }).to_string();
    for _ in 0..50 {
        let answer = hold.ask("POST", path::SESSION, None, Some(&guess));
        if answer.code() == Some(Code::Throttled) {
            answered.take(Code::Throttled, &answer);
            return;
        }
    }
}

/// The address of a connection cannot be chosen here, so that the server's own router is asked.
fn outside(hold: &Stronghold, answered: &mut Answered) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (status, body) = runtime.block_on(async {
        let router = routes::all(edge(hold)).into_router(hold.server.service());
        let mut request =
            axum::extract::Request::builder().uri(path::STATUS).header("host", "localhost").body(Body::empty()).unwrap();
        request.extensions_mut().insert(PeerAddr("192.0.2.7".parse().unwrap()));
        let answer = router.oneshot(request).await.unwrap();
        let status = answer.status().as_u16();
        (status, axum::body::to_bytes(answer.into_body(), 10_000).await.unwrap().to_vec())
    });
    let head = format!("content-type: {}", sbm_client::core::wire::PROBLEM_TYPE);
    answered.take(Code::AddressRefused, &Answer { status, head, body });
}

/// Disabling a user and removing a device ends their tokens; that both are asked for at every request as well shows only
/// where somebody changed the database itself.
fn behind_the_service_s_back(hold: Stronghold, answered: &mut Answered) {
    let Stronghold { server, device, other_device, .. } = hold;
    let (directory, port) = server.stop();
    let database = rusqlite::Connection::open(directory.path().join("server/sbm.db")).unwrap();
    let sql = "UPDATE users SET disabled = 1 WHERE name = 'carol';
        UPDATE devices SET user_id = (SELECT user_id FROM users WHERE name = 'admin')
        WHERE user_id = (SELECT user_id FROM users WHERE name = 'dave');";
    database.execute_batch(sql).unwrap();
    drop(database);
    let server = TestServer::restart((directory, port));
    let raw = Raw::of(&server);
    let ask = |token: &str| raw.ask(&request("POST", path::CHECK_IN, Some(token), Some(CHECK_IN))).unwrap();
    answered.take(Code::UserDisabled, &ask(&device));
    answered.take(Code::DeviceRemoved, &ask(&other_device));
}

fn before_the_claim(answered: &mut Answered) {
    let server = TestServer::unclaimed();
    let raw = Raw::of(&server);
    answered.take(Code::NotClaimed, &raw.ask(&request("GET", path::USERS, None, None)).unwrap());
    let claim = json!({ "code": "wrong", "password": ADMIN_PASSWORD }).to_string();
    answered.take(Code::SetupCodeWrong, &raw.ask(&request("POST", path::CLAIM, None, Some(&claim))).unwrap());
}

/// Logins that never come to their end, so many that they fill the room of their address at a server with little room; and
/// one at a server with little patience.
fn slow_and_many(answered: &mut Answered) {
    for (code, setting, count) in
        [(Code::Busy, ("limits.buffered_bytes", "100663296"), 140), (Code::TimedOut, ("limits.request_seconds", "5"), 1)]
    {
        let server = TestServer::start(Arc::new(tempfile::tempdir().unwrap()), 0, Arc::new(SystemClock), &[setting]);
        drop(server.claim());
        let raw = Raw::of(&server);
        let headers = ["host: localhost", "content-type: application/json", "content-length: 200000"];
        let begun = spelt("POST", path::DEVICE, &headers, &" ".repeat(199_999));
        let mut waiting: Vec<Wire> = Vec::new();
        for _ in 0..count {
            let mut wire = raw.connect();
            wire.send(&begun);
            waiting.push(wire);
        }
        // The first one that is answered: with much patience none of the others is.
        let first = loop {
            if let Some(wire) = waiting.iter_mut().find_map(|wire| wire.has_answer().then_some(wire)) {
                break wire.answer().unwrap();
            }
        };
        answered.take(code, &first);
        drop(waiting);
        let login = device_login("nobody", "wrong", INSTALLATION);
        assert!(raw.ask(&request("POST", path::DEVICE, None, Some(&login))).unwrap().code().is_some(), "it goes on");
    }
}
