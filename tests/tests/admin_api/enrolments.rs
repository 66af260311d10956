//! Enrolment without a password, over real TLS: codes, passphrases, devices that wait, and what is refused (DEV-1, DEV-2,
//! USR-5, USR-10, RUN-12, ERR-1).

use std::sync::{Arc, Barrier};

use sbm_client::core::code::Code;
use sbm_client::core::enrolment::{EnrolmentKind, EnrolmentState};
use sbm_client::core::name::Text;
use sbm_client::core::time::DAY;
use sbm_client::core::wire::v1::admin::{DeviceState, Enrolment, ListQuery, MadeEnrolment, NewEnrolment, WaitingDevice};
use sbm_client::core::wire::v1::path;
use sbm_client::core::wire::v1::session::{DeviceEnrolled, Secret};
use sbm_client::{Client, Enrolment as Became};
use sbm_server::clock::{Clock as _, ManualClock, SystemClock};
use sbm_tests::fixture::{PASSWORD, add_user, config, name, office};
use sbm_tests::raw::{Answer, Raw, request};
use sbm_tests::server::TestServer;
use sbm_tests::stronghold::Stronghold;
use serde_json::{Value, json};

fn new(kind: EnrolmentKind, approval: bool) -> NewEnrolment {
    NewEnrolment {
        kind,
        user: "carol".to_owned(),
        account: None,
        uses: None,
        valid_for: None,
        approval,
        comment: Text::new("for her new computer").unwrap(),
    }
}

fn installation(number: u8) -> String {
    format!("{number:02x}").repeat(16)
}

fn come(raw: &Raw, code: &str, device: u8) -> Answer {
    let content = json!({ "code": code, "installation": installation(device), "computer": "pc-17", "program": "tests 1.0" });
    raw.ask(&request("POST", path::DEVICE_ENROL, None, Some(&content.to_string()))).unwrap()
}

fn token(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    let enrolled: DeviceEnrolled = answer.json();
    enrolled.session.unwrap().token.reveal().to_owned()
}

fn give(hold: &Stronghold, user: &str, roles: &[&str]) -> Option<Code> {
    let content = json!({ "roles": roles }).to_string();
    hold.ask("PATCH", &format!("{}/{user}", path::USERS), Some(&hold.console), Some(&content)).code()
}

#[test]
fn a_code_is_told_once_and_makes_one_device_that_may_what_devices_may_dev_1_dev_2() {
    let hold = Stronghold::new();
    let MadeEnrolment { code, enrolment } = hold.admin.create_enrolment(&new(EnrolmentKind::Code, false)).unwrap();
    assert_eq!((enrolment.most, enrolment.uses, enrolment.state), (1, 0, EnrolmentState::Usable));
    assert_eq!((enrolment.user.as_str(), enrolment.made_by.as_str(), enrolment.account.as_str()), ("carol", "admin", "root"));
    let list = hold.ask("GET", path::ENROLMENTS, Some(&hold.console), None);
    let plain: String = code.reveal().chars().filter(|c| *c != '-').collect();
    for hidden in [code.reveal(), &plain] {
        assert!(!String::from_utf8_lossy(&list.body).contains(hidden), "it is told once");
    }
    // As somebody types it who reads it from a sheet of paper.
    let typed = code.reveal().to_lowercase().replace('-', " ");
    let device = token(&come(&hold.raw, &typed, 7));
    let check_in = r#"{"number":{"epoch":0,"revision":0}}"#;
    assert_eq!(hold.ask("POST", path::CHECK_IN, Some(&device), Some(check_in)).status, 200);
    for (method, path) in [("GET", path::USERS), ("GET", path::ENROLMENTS), ("POST", path::ENROLMENTS), ("GET", path::WAITING)] {
        assert_eq!(hold.ask(method, path, Some(&device), None).code(), Some(Code::WrongAudience), "{method} {path}");
    }
    for number in [7, 8] {
        assert_eq!(come(&hold.raw, code.reveal(), number).code(), Some(Code::EnrolmentRefused));
    }
    let shown = hold.admin.enrolments_page(&ListQuery::default()).unwrap().items;
    assert_eq!((shown.len(), shown[0].uses, shown[0].state), (1, 1, EnrolmentState::Used));
    let devices = hold.admin.devices().unwrap();
    let device = devices.iter().find(|device| device.installation.to_string() == installation(7)).unwrap();
    assert_eq!((device.user.as_str(), device.computer.as_str()), ("carol", "pc-17"));
    assert_eq!((hold.audited("enrolment.create", "ok"), hold.audited("device.enrol", "ok")), (1, 3), "two logged in before");
    let entries = hold.admin.audit(0, 1_000).unwrap().items;
    let told = entries.iter().find(|entry| entry.entry.detail.contains("by the code")).unwrap();
    assert_eq!(told.entry.detail, format!("`pc-17`, by the code {} of `admin`", enrolment.id));
    assert!(entries.iter().all(|entry| !format!("{entry:?}").contains(&plain) && !format!("{entry:?}").contains(code.reveal())));
}

/// Whatever stands against it: the same status, the same words, and nothing is changed.
#[test]
fn wrong_used_expired_revoked_rejected_and_foreign_codes_are_refused_alike_dev_1_run_6() {
    let clock = Arc::new(ManualClock::at(SystemClock.now()));
    let server = TestServer::start(Arc::new(tempfile::tempdir().unwrap()), 0, Arc::clone(&clock) as _, &[]);
    let admin = server.claim();
    office(&admin);
    add_user(&admin, "dave", None, &[]);
    let raw = Raw::of(&server);
    let make = |wanted: &NewEnrolment| admin.create_enrolment(wanted).unwrap();
    let used = make(&new(EnrolmentKind::Code, false)).code;
    token(&come(&raw, used.reveal(), 1));
    let revoked = make(&new(EnrolmentKind::Code, false));
    admin.revoke_enrolment(revoked.enrolment.id).unwrap();
    let rejected = make(&new(EnrolmentKind::Code, true)).code;
    assert!(come(&raw, rejected.reveal(), 2).json::<DeviceEnrolled>().waiting);
    admin.reject_device(&installation(2).parse().unwrap()).unwrap();
    let disabled = make(&NewEnrolment { user: "dave".to_owned(), ..new(EnrolmentKind::Code, false) }).code;
    let disable = sbm_client::core::wire::v1::admin::UserPatch { disabled: Some(true), ..Default::default() };
    admin.modify_user(&name("dave"), &disable).unwrap();
    let expired = make(&NewEnrolment { valid_for: Some(60), ..new(EnrolmentKind::Code, false) }).code;
    clock.advance(60_000);
    let elsewhere = TestServer::claimed();
    office(&elsewhere.1);
    let foreign = elsewhere.1.create_enrolment(&new(EnrolmentKind::Code, false)).unwrap().code;
    let long = "A".repeat(4_000);
    let mut told: Vec<(&str, u16, Vec<u8>)> = Vec::new();
    for (what, code, device) in [
        ("wrong", "ABCD-EFGH-2345-ABCD-EFGH-2345", 3),
        ("no code at all", "sesame", 3),
        ("empty", "", 3),
        ("long", &long, 3),
        ("with a zero", "0BCD-EFGH-2345-ABCD-EFGH-2345", 3),
        ("used by itself", used.reveal(), 1),
        ("used by another", used.reveal(), 4),
        ("revoked", revoked.code.reveal(), 4),
        ("rejected", rejected.reveal(), 2),
        ("rejected, for another", rejected.reveal(), 5),
        ("of who is disabled", disabled.reveal(), 5),
        ("expired", expired.reveal(), 6),
        ("of another server", foreign.reveal(), 6),
    ] {
        let answer = come(&raw, code, device);
        told.push((what, answer.status, answer.body));
    }
    assert!(told.iter().all(|(_, status, body)| (*status, body) == (401, &told[0].2)), "{told:?}");
    assert_eq!(admin.devices().unwrap().len(), 1);
    let entries = admin.audit(0, 1_000).unwrap().items;
    assert!(entries.iter().any(|entry| entry.entry.act == "device.enrol" && entry.entry.outcome == "enrolment_refused"));
}

#[test]
fn a_device_waits_until_somebody_who_may_change_devices_lets_it_in_dev_1_usr_5() {
    let hold = Stronghold::new();
    let code = hold.admin.create_enrolment(&new(EnrolmentKind::Code, true)).unwrap().code;
    let waits = || {
        let answer: DeviceEnrolled = come(&hold.raw, code.reveal(), 7).json();
        assert!(answer.waiting && answer.session.is_none() && answer.login.is_none());
    };
    waits();
    waits();
    let shown = hold.admin.waiting_devices_page(&ListQuery::default()).unwrap().items;
    assert_eq!(shown.len(), 1);
    let WaitingDevice { computer, program, address, user, .. } = &shown[0];
    assert_eq!(
        (computer.as_str(), program.as_str(), address.as_str(), user.as_str()),
        ("pc-17", "tests 1.0", "127.0.0.1", "carol")
    );
    let state = || {
        let devices = hold.admin.devices().unwrap();
        devices.iter().find(|device| device.installation.to_string() == installation(7)).map(|device| device.state.unwrap())
    };
    assert_eq!(state(), Some(DeviceState::Waiting));
    let decide = |token: &str, how: &str| {
        hold.ask("POST", &format!("{}/{}/{how}", path::WAITING, installation(7)), Some(token), None).code()
    };
    for role in ["administrator", "operator", "supporter"] {
        assert_eq!(give(&hold, "carol", &[role]), None);
        assert_eq!(decide(&hold.carol, "approve"), Some(Code::DeniedRole), "{role}");
        waits();
    }
    assert_eq!(give(&hold, "carol", &["manager"]), None);
    assert_eq!(decide(&hold.carol, "approve"), None);
    assert_eq!(decide(&hold.carol, "reject"), Some(Code::NotFound), "it waits no more");
    assert_eq!(state(), None, "it was let in, and did not ask again yet");
    let device = token(&come(&hold.raw, code.reveal(), 7));
    assert_eq!(state(), Some(DeviceState::Active));
    assert_eq!(hold.ask("DELETE", path::DEVICE, Some(&device), None).status, 204);
    assert_eq!(come(&hold.raw, code.reveal(), 7).code(), Some(Code::EnrolmentRefused), "once");
    assert_eq!((hold.audited("device.wait", "ok"), hold.audited("device.approve", "ok")), (1, 1));
}

#[test]
fn only_a_security_officer_makes_sees_and_revokes_codes_usr_5_usr_10() {
    let hold = Stronghold::new();
    let made = hold.admin.create_enrolment(&new(EnrolmentKind::Passphrase, false)).unwrap().enrolment;
    let wanted = json!({ "kind": "code", "user": "dave" }).to_string();
    let asks = |token: &str| {
        [
            hold.ask("GET", path::ENROLMENTS, Some(token), None).code(),
            hold.ask("POST", path::ENROLMENTS, Some(token), Some(&wanted)).code(),
            hold.ask("DELETE", &format!("{}/{}", path::ENROLMENTS, made.id), Some(token), None).code(),
        ]
    };
    for roles in [&[][..], &["admin"], &["administrator", "manager"], &["supporter"]] {
        assert_eq!(give(&hold, "carol", roles), None);
        assert_eq!(asks(&hold.carol), [Some(Code::DeniedRole); 3], "{roles:?}");
    }
    for roles in [&["security_officer"][..], &["supporter", "security_officer"]] {
        assert_eq!(give(&hold, "carol", roles), Some(Code::InvalidArgument), "{roles:?}");
    }
    assert_eq!(give(&hold, "carol", &["operator", "security_officer"]), None);
    assert_eq!(asks(&hold.carol), [None; 3]);
    let for_admin = json!({ "kind": "code", "user": "admin" }).to_string();
    let refused = hold.ask("POST", path::ENROLMENTS, Some(&hold.carol), Some(&for_admin));
    assert_eq!(refused.code(), Some(Code::DeniedRole), "a device of the administrator's is beyond her");
    let shown = hold.admin.enrolments_page(&ListQuery::default()).unwrap().items;
    assert_eq!(shown.iter().find(|row| row.id == made.id).unwrap().state, EnrolmentState::Revoked);
}

#[test]
fn hostile_words_about_enrolment_have_their_errors_and_change_nothing_err_1() {
    let hold = Stronghold::new();
    let before = hold.fingerprint();
    let create = |content: &Value| hold.ask("POST", path::ENROLMENTS, Some(&hold.console), Some(&content.to_string())).code();
    let with = |field: &str, value: Value| {
        let mut content = json!({ "kind": "code", "user": "carol" });
        content[field] = value;
        content
    };
    for (field, value, expected) in [
        ("kind", json!("key"), Code::MalformedRequest),
        ("kind", json!(1), Code::MalformedRequest),
        ("user", json!(""), Code::NotFound),
        ("user", json!("nobody"), Code::NotFound),
        ("user", json!("elsewhere>carol"), Code::NotFound),
        ("user", json!("carol\u{0}"), Code::NotFound),
        ("user", json!(null), Code::MalformedRequest),
        ("account", json!("elsewhere"), Code::NotFound),
        ("account", json!("root>"), Code::MalformedRequest),
        ("account", json!(""), Code::MalformedRequest),
        ("uses", json!(0), Code::InvalidArgument),
        ("uses", json!(2), Code::InvalidArgument),
        ("uses", json!(-1), Code::MalformedRequest),
        ("uses", json!(4_294_967_296_u64), Code::MalformedRequest),
        ("valid_for", json!(59), Code::InvalidArgument),
        ("valid_for", json!(u64::MAX), Code::InvalidArgument),
        ("valid_for", json!(1.5), Code::MalformedRequest),
        ("approval", json!("yes"), Code::MalformedRequest),
        ("comment", json!("x".repeat(600)), Code::MalformedRequest),
        ("code", json!("ABCD"), Code::MalformedRequest),
        ("hash", json!("00"), Code::MalformedRequest),
    ] {
        assert_eq!(create(&with(field, value.clone())), Some(expected), "{field} {value}");
    }
    for id in ["0", "-1", "7", "1.0", "x", "18446744073709551616", "%00", "..%2fusers"] {
        let answer = hold.ask("DELETE", &format!("{}/{id}", path::ENROLMENTS), Some(&hold.console), None);
        assert_eq!(answer.code(), Some(Code::NotFound), "{id}");
    }
    for device in ["0", "x", "pc-17", "%00", &"ff".repeat(17), &"ff".repeat(16)] {
        for how in ["approve", "reject"] {
            let answer = hold.ask("POST", &format!("{}/{device}/{how}", path::WAITING), Some(&hold.console), None);
            assert_eq!(answer.code(), Some(Code::NotFound), "{device} {how}");
        }
    }
    let come = |content: &Value| hold.ask("POST", path::DEVICE_ENROL, None, Some(&content.to_string())).code();
    let whole = json!({ "code": "x", "installation": installation(7), "computer": "pc", "program": "p" });
    for (field, value) in [
        ("code", json!(7)),
        ("installation", json!("x")),
        ("installation", json!("")),
        ("computer", json!(null)),
        ("program", json!({})),
        ("user", json!("admin")),
        ("audience", json!("console")),
    ] {
        let mut content = whole.clone();
        content[field] = value;
        assert_eq!(come(&content), Some(Code::MalformedRequest), "{content}");
    }
    let mut huge = whole;
    huge["computer"] = json!("x".repeat(2_000_000));
    assert!(matches!(come(&huge), Some(Code::TooLarge)), "{:?}", come(&huge));
    assert_eq!(hold.fingerprint(), before);
    assert!(hold.answers());
}

#[test]
fn of_fifty_who_come_with_one_code_at_once_over_tls_one_is_let_in_dev_1() {
    let hold = Stronghold::new();
    for round in 0..3_u8 {
        let code = hold.admin.create_enrolment(&new(EnrolmentKind::Code, false)).unwrap().code;
        let barrier = Barrier::new(50);
        let codes: Vec<Option<Code>> = std::thread::scope(|scope| {
            let one = |number: u8| {
                // Each has an address of its own, or the brake would hold them up.
                let (raw, code, barrier) = (Raw::of(&hold.server), &code, &barrier);
                scope.spawn(move || {
                    let raw = raw.coming_from([127, 0, round + 1, number + 1].into());
                    barrier.wait();
                    come(&raw, code.reveal(), number).code()
                })
            };
            let all: Vec<_> = (0..50).map(one).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        let let_in = codes.iter().filter(|code| code.is_none()).count();
        assert_eq!(let_in, 1, "round {round}: {codes:?}");
        assert!(codes.iter().flatten().all(|code| matches!(code, Code::EnrolmentRefused | Code::Busy)), "{codes:?}");
    }
}

#[test]
fn a_program_enrols_waits_and_works_without_any_password_dev_1_usr_9() {
    let hold = Stronghold::new();
    let directory = tempfile::tempdir().unwrap();
    let connection = hold.server.connection().clone();
    let code = hold.admin.create_enrolment(&new(EnrolmentKind::Code, true)).unwrap().code;
    let open = || Client::open(config(directory.path())).unwrap();
    for _ in 0..2 {
        assert_eq!(open().enrol(&connection, &code).unwrap(), Became::Waiting);
    }
    let waiting = hold.admin.waiting_devices_page(&ListQuery::default()).unwrap().items;
    assert_eq!(waiting.len(), 1, "it kept its name over the restart");
    hold.admin.approve_device(&waiting[0].installation).unwrap();
    let client = open();
    assert_eq!(client.enrol(&connection, &code).unwrap(), Became::Enrolled);
    assert_eq!(client.state().user(), Some("carol"));
    client.sync().unwrap();
    assert!(client.is_locked());
    let devices = hold.admin.devices().unwrap();
    let device = devices.iter().find(|device| device.installation == waiting[0].installation).unwrap();
    assert!(device.last_seen.is_some());
    // The same user logs in on it, and another's code is not for it.
    client.login(&connection, "carol", &Secret::new(PASSWORD)).unwrap();
    let for_dave = NewEnrolment { user: "dave".to_owned(), ..new(EnrolmentKind::Code, false) };
    let dave = hold.admin.create_enrolment(&for_dave).unwrap().code;
    assert_eq!(client.enrol(&connection, &dave).unwrap_err().code(), Code::ConnectionLocked);
    client.sync().unwrap();
    let states: Vec<Enrolment> = hold.admin.rows(&ListQuery::default()).collect::<Result<_, _>>().unwrap();
    assert!(states.iter().all(|row| row.state == EnrolmentState::Used && row.expires.since(row.made) == DAY));
}
