//! Every route with every kind of token: only the listed cells open (RUN-7, DEV-2, USR-5).

use std::sync::Arc;

use sbm_client::core::code::Code;
use sbm_client::core::wire::v1::path;
use sbm_server::clock::SystemClock;
use sbm_server::http::Edge;
use sbm_server::http::routes::all;
use sbm_tests::fixture::GUID;
use sbm_tests::raw::Raw;
use sbm_tests::server::{ADMIN_PASSWORD, TestServer};
use sbm_tests::stronghold::{INSTALLATION, Stronghold, everything, log_in, log_in_device, make_token};

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Door {
    Public,
    /// Nobody, once the server is claimed.
    Gone,
    /// A person's, and no program's.
    Console,
    /// A person's, or a program's with a token of his (RUN-11).
    Api,
    Device,
}

/// A route, and a request that gets through its door, and no further unless it only reads.
struct Route {
    method: &'static str,
    path: &'static str,
    behind: &'static str,
    door: Door,
    /// What is answered to whoever gets through the door: a good status, or the code of a refusal.
    inside: Result<u16, Code>,
    /// What the audit log calls the act that a person without a role may not do; nothing where no role is asked for.
    act: Option<(&'static str, Option<&'static str>)>,
}

const fn route(
    (method, path, behind): (&'static str, &'static str, &'static str),
    door: Door,
    inside: Result<u16, Code>,
    act: Option<(&'static str, Option<&'static str>)>,
) -> Route {
    Route { method, path, behind, door, inside, act }
}

const MALFORMED: Result<u16, Code> = Err(Code::MalformedRequest);
const MISSING: Result<u16, Code> = Err(Code::NotFound);
const NO_HASH: &str = "/0000000000000000000000000000000000000000000000000000000000000000";

const fn reads(act: &'static str) -> Option<(&'static str, Option<&'static str>)> {
    Some((act, None))
}

const fn writes(act: &'static str, content: &'static str) -> Option<(&'static str, Option<&'static str>)> {
    Some((act, Some(content)))
}

const USER: &str = r#"{"name":"mallory","password":"violet staircase 43","roles":["admin"]}"#;
const NAMED: &str = r#"{"name":"Mallory"}"#;
const UPLOAD: &str = r#"{"guid":"00000000000000000000000000000001","name":"x","description":"y","body":"AAAA"}"#;

const NO_GUID: &str = "/00000000000000000000000000000001";
const NO_ID: &str = "/0a0b0c0d0e0f0001020304050607ffff";

fn routes() -> Vec<Route> {
    [doors(), people(), accounts(), profiles(), records(), whole_server()].into_iter().flatten().collect()
}

fn doors() -> Vec<Route> {
    use Door::{Api, Console, Device, Gone, Public};
    vec![
        route(("GET", "/", ""), Public, Ok(308), None),
        route(("GET", path::STATUS, ""), Public, Ok(200), None),
        route(("GET", path::READY, ""), Public, Ok(200), None),
        route(("POST", path::CLAIM, ""), Gone, Err(Code::NoSuchRoute), None),
        route(("POST", path::SESSION, ""), Public, MALFORMED, None),
        route(("DELETE", path::SESSION, ""), Console, Ok(204), None),
        route(("POST", path::DEVICE, ""), Public, MALFORMED, None),
        route(("DELETE", path::DEVICE, ""), Device, Ok(204), None),
        route(("POST", path::DEVICE_ENROL, ""), Public, MALFORMED, None),
        route(("POST", path::PASSWORD, ""), Console, MALFORMED, None),
        route(("POST", path::UNLOCK, ""), Public, MALFORMED, None),
        route(("POST", path::SECOND_STEP, ""), Public, MALFORMED, None),
        route(("POST", path::DEVICE_SECOND_STEP, ""), Public, MALFORMED, None),
        route(("POST", path::LOGIN_CODE, ""), Public, MALFORMED, None),
        route(("GET", path::FACTOR, ""), Console, Ok(200), None),
        route(("POST", path::FACTOR, ""), Console, MALFORMED, None),
        route(("POST", path::FACTOR, "/confirm"), Console, MALFORMED, None),
        route(("POST", path::FACTOR, "/remove"), Console, MALFORMED, None),
        route(("POST", path::FACTOR, "/recovery-codes"), Console, MALFORMED, None),
        route(("POST", path::FACTOR, "/code"), Console, MALFORMED, None),
        route(("POST", path::FACTOR, "/channels"), Console, MALFORMED, None),
        route(("POST", path::FACTOR, "/channels/confirm"), Console, MALFORMED, None),
        route(("POST", path::FACTOR, "/channels/remove"), Console, MALFORMED, None),
        route(("GET", path::SESSIONS, ""), Console, Ok(200), None),
        route(("DELETE", path::SESSIONS, "/0000000000000001"), Console, MISSING, reads("session.end")),
        route(("POST", path::NEW_TOKEN, ""), Console, MALFORMED, None),
        route(("GET", path::TOKENS, ""), Console, Ok(200), None),
        route(("DELETE", path::TOKENS, "/0000000000000001"), Console, MISSING, reads("token.revoke")),
        route(("POST", path::CHECK_IN, ""), Device, MALFORMED, None),
        route(("GET", path::LISTS, NO_HASH), Device, MISSING, None),
        route(("GET", path::BODIES, NO_HASH), Device, MISSING, None),
        route(("POST", path::RUNS, ""), Device, MALFORMED, None),
        route(("POST", path::STORED, ""), Device, MALFORMED, None),
        route(("POST", path::RESERVATIONS, ""), Device, MALFORMED, None),
        route(("DELETE", path::RESERVATIONS, "/no-run"), Device, MISSING, None),
        route(("GET", path::OPENAPI, ""), Api, Ok(200), None),
    ]
}

fn people() -> Vec<Route> {
    use Door::Api;
    vec![
        route(("GET", path::USERS, ""), Api, Ok(200), reads("user.list")),
        route(("POST", path::USERS, ""), Api, MALFORMED, writes("user.create", USER)),
        route(("GET", path::USERS, "/nobody"), Api, MISSING, reads("user.show")),
        route(("PATCH", path::USERS, "/nobody"), Api, MALFORMED, writes("user.modify", r#"{"roles":["admin"]}"#)),
        route(("DELETE", path::USERS, "/nobody"), Api, MISSING, reads("user.delete")),
        route(("DELETE", path::USERS, "/nobody/second-factor"), Door::Console, MISSING, reads("factor.remove")),
        route(("GET", path::GROUPS, ""), Api, Ok(200), reads("group.list")),
        route(("POST", path::GROUPS, ""), Api, MALFORMED, writes("group.create", NAMED)),
        route(("GET", path::GROUPS, "/nothing"), Api, MISSING, reads("group.show")),
        route(("PATCH", path::GROUPS, "/nothing"), Api, MALFORMED, writes("group.modify", NAMED)),
        route(("DELETE", path::GROUPS, "/nothing"), Api, MISSING, reads("group.delete")),
        route(("GET", path::SECURITY_PROFILES, ""), Api, Ok(200), reads("security_profile.list")),
        route(("POST", path::SECURITY_PROFILES, ""), Api, MALFORMED, writes("security_profile.create", NAMED)),
        route(("GET", path::SECURITY_PROFILES, "/nothing"), Api, MISSING, reads("security_profile.show")),
        route(("PATCH", path::SECURITY_PROFILES, "/nothing"), Api, MALFORMED, writes("security_profile.modify", NAMED)),
        route(("DELETE", path::SECURITY_PROFILES, "/nothing"), Api, MISSING, reads("security_profile.delete")),
        route(("POST", path::EXPLAIN, ""), Api, MALFORMED, writes("decision.explain", r#"{"user":"admin","action":"create"}"#)),
        route(
            ("POST", path::EXPLAIN_SERVER, ""),
            Api,
            MALFORMED,
            writes("decision.explain", r#"{"user":"admin","task":"server","write":true}"#),
        ),
        route(
            ("POST", path::EXPLAIN_WHO, ""),
            Api,
            MALFORMED,
            writes("decision.who", r#"{"task":"server","write":true,"account":"root"}"#),
        ),
        route(("GET", path::ROLES, ""), Api, Ok(200), reads("role.list")),
        route(("POST", path::ROLES, ""), Api, MALFORMED, writes("role.create", r#"{"name":"new","tasks":{"users":"read"}}"#)),
        route(("GET", path::ROLES, "/nothing"), Api, MISSING, reads("role.show")),
        route(("PATCH", path::ROLES, "/nothing"), Api, MALFORMED, writes("role.modify", NAMED)),
        route(("DELETE", path::ROLES, "/nothing"), Api, MISSING, reads("role.delete")),
        route(("GET", path::GRANTS, ""), Api, Ok(200), reads("role.grants")),
        route(
            ("POST", path::GRANTS, ""),
            Api,
            MALFORMED,
            writes("role.grant", r#"{"user":"admin","role":"manager","account":"root>north"}"#),
        ),
        route(("DELETE", path::GRANTS, "/77"), Api, MISSING, reads("role.ungrant")),
    ]
}

fn accounts() -> Vec<Route> {
    use Door::Api;
    vec![
        route(("GET", path::ACCOUNTS, ""), Api, Ok(200), reads("account.list")),
        route(("POST", path::ACCOUNTS, ""), Api, MALFORMED, writes("account.create", r#"{"account":"root>new"}"#)),
        route(("GET", path::ACCOUNTS, "/root%3Enothing"), Api, MISSING, reads("account.show")),
        route(("PATCH", path::ACCOUNTS, "/root%3Enothing"), Api, MALFORMED, writes("account.modify", r#"{"comment":"x"}"#)),
        route(("GET", path::ACCOUNTS, "/root%3Enothing/policy"), Api, MISSING, reads("account.policy")),
        route(
            ("POST", path::ACCOUNT_ACTS, ""),
            Api,
            MALFORMED,
            writes("account.disable", r#"{"accounts":["root>nothing"],"act":"disable"}"#),
        ),
        route(("GET", path::ACCOUNTS, "/root%3Enothing/branding"), Api, MISSING, reads("account.branding")),
        route(
            ("POST", path::ACCOUNTS, "/root%3Enothing/images"),
            Api,
            MALFORMED,
            writes("account.image", r#"{"content":"AAAA"}"#),
        ),
        route(("GET", path::ACCOUNTS, "/root%3Enothing/images/00"), Api, MISSING, reads("account.branding")),
        route(("POST", path::ACCOUNTS, "/root%3Enothing/console"), Api, MISSING, reads("account.console")),
        route(("GET", path::COMMUNICATIONS, ""), Api, Ok(200), reads("communication.list")),
        route(
            ("POST", path::COMMUNICATIONS, ""),
            Api,
            MALFORMED,
            writes("communication.create", r#"{"account":"root>nothing","kind":"call","at":1}"#),
        ),
        route(("PATCH", path::COMMUNICATIONS, "/77"), Api, MALFORMED, writes("communication.modify", r#"{"text":"x"}"#)),
        route(("DELETE", path::COMMUNICATIONS, "/77"), Api, MISSING, reads("communication.delete")),
        route(("GET", path::AGENTS, ""), Api, Ok(200), reads("agent.list")),
        route(("POST", path::AGENTS, ""), Api, MALFORMED, writes("agent.assign", r#"{"account":"root","agent":"admin"}"#)),
        route(("DELETE", path::AGENTS, "/root%3Enothing"), Api, MISSING, reads("agent.unassign")),
        route(("GET", path::AGENT_ACCOUNTS, ""), Door::Console, Ok(200), None),
        route(("POST", path::AGENT_DEVICES, ""), Door::Console, MALFORMED, None),
    ]
}

fn profiles() -> Vec<Route> {
    use Door::Api;
    const OF: &str = path::PROFILES;
    vec![
        route(("GET", OF, ""), Api, Ok(200), reads("profile.list")),
        route(("POST", OF, ""), Api, MALFORMED, writes("profile.upload", UPLOAD)),
        route(("GET", OF, NO_GUID), Api, MISSING, reads("profile.show")),
        route(("PATCH", OF, "/94D3D1C174724DC9A5E99EE763E23159"), Api, MALFORMED, writes("profile.modify", r#"{"delete":true}"#)),
        route(("DELETE", OF, NO_GUID), Api, MISSING, reads("profile.delete")),
        route(("GET", OF, "/00000000000000000000000000000001/revisions"), Api, MISSING, reads("profile.revisions")),
        route(("GET", OF, "/00000000000000000000000000000001/holders"), Api, MISSING, reads("profile.holders")),
        route(("GET", OF, "/00000000000000000000000000000001/body"), Api, MISSING, reads("profile.export")),
        route(("GET", OF, "/00000000000000000000000000000001/schedule"), Api, MISSING, reads("profile.export")),
        route(
            ("POST", OF, "/94D3D1C174724DC9A5E99EE763E23159/rollback"),
            Api,
            MALFORMED,
            writes("profile.roll_back", r#"{"revision":1,"based_on":1}"#),
        ),
        route(("GET", path::TOMBSTONES, ""), Api, Ok(200), reads("profile.tombstones")),
    ]
}

fn records() -> Vec<Route> {
    use Door::Api;
    vec![
        route(("GET", path::DEVICES, ""), Api, Ok(200), reads("device.list")),
        route(("GET", path::DEVICES, NO_ID), Api, MISSING, reads("device.show")),
        route(("DELETE", path::DEVICES, NO_ID), Api, MISSING, reads("device.remove")),
        route(("POST", path::DEVICES, "/0a0b0c0d0e0f0001020304050607ffff/release"), Api, MISSING, reads("device.release")),
        route(("POST", path::JUDGE, ""), Api, MALFORMED, None),
        route(("GET", path::ENROLMENTS, ""), Api, Ok(200), reads("enrolment.list")),
        route(("POST", path::ENROLMENTS, ""), Api, MALFORMED, writes("enrolment.create", r#"{"kind":"code","user":"admin"}"#)),
        route(("DELETE", path::ENROLMENTS, "/77"), Api, MISSING, reads("enrolment.revoke")),
        route(("GET", path::WAITING, ""), Api, Ok(200), reads("device.waiting")),
        route(("POST", path::WAITING, "/0a0b0c0d0e0f0001020304050607ffff/approve"), Api, MISSING, reads("device.approve")),
        route(("POST", path::WAITING, "/0a0b0c0d0e0f0001020304050607ffff/reject"), Api, MISSING, reads("device.reject")),
        route(("GET", path::HISTORY, ""), Api, Ok(200), reads("history.list")),
        route(("GET", path::HISTORY, NO_ID), Api, MISSING, reads("history.show")),
        route(("DELETE", path::HISTORY, NO_ID), Api, MISSING, reads("history.delete")),
        route(("GET", path::AUDIT, ""), Api, Ok(200), reads("audit.list")),
        route(("GET", path::AUDIT, "/verify"), Api, Ok(200), reads("audit.verify")),
    ]
}

fn whole_server() -> Vec<Route> {
    use Door::Api;
    vec![
        route(("GET", path::ALLOWLIST, ""), Api, Ok(200), reads("allowlist.list")),
        route(("POST", path::ALLOWLIST, ""), Api, MALFORMED, writes("allowlist.add", r#"{"pattern":"*"}"#)),
        route(("DELETE", path::ALLOWLIST, "/77"), Api, MISSING, reads("allowlist.remove")),
        route(("POST", path::ALLOWLIST_TEST, ""), Api, MALFORMED, writes("allowlist.test", r#"{"address":"192.0.2.1"}"#)),
        route(("GET", path::ALLOWLIST_LINT, ""), Api, Ok(200), reads("allowlist.lint")),
        route(("GET", path::SERVER, ""), Api, Ok(200), reads("server.show")),
        route(("PATCH", path::SERVER, ""), Api, MALFORMED, writes("server.modify", r#"{"max_offline":3600}"#)),
        route(("GET", path::ERASE_ORDERS, ""), Api, Ok(200), reads("erase.list")),
        route(("GET", path::ERASE_ORDERS, NO_ID), Api, MISSING, reads("erase.show")),
        route(("POST", path::ERASE_ORDERS, "/0a0b0c0d0e0f0001020304050607ffff/retry"), Api, MISSING, reads("erase.retry")),
        route(("GET", path::ERASE_KEY, ""), Api, Ok(200), reads("erase.key")),
        route(("POST", path::ROTATE_KEYS, ""), Api, Ok(200), reads("keys.rotate")),
    ]
}

/// The table is whole: it has the routes of the server, and no other.
#[test]
fn every_route_of_the_server_has_a_row_and_nothing_else_has_run_7() {
    let server = TestServer::unclaimed();
    let service = server.service();
    let edge = Edge {
        door: service.door(),
        authenticator: Arc::clone(&service) as _,
        clock: Arc::new(SystemClock),
        hosts: service.config().host_names(),
        limits: service.config().limits,
    };
    let served = all(edge);
    // What stands for a name differs from row to row; how many parts there are does not.
    let parts = |address: &str| address.split('/').count();
    let mut rows: Vec<(String, &str, usize)> =
        routes().iter().map(|row| (row.path.to_owned(), row.method, parts(&format!("{}{}", row.path, row.behind)))).collect();
    let mut there: Vec<(String, &str, usize)> = served
        .operations()
        .iter()
        .map(|operation| (operation.path.to_owned(), operation.method.name(), parts(&operation.address())))
        .collect();
    rows.sort();
    there.sort();
    assert_eq!(rows, there);
}

#[test]
fn each_route_opens_to_its_own_tokens_and_to_no_other_run_7() {
    let hold = Stronghold::new();
    let foreign = TestServer::claimed().0;
    let foreign_api = {
        let raw = Raw::of(&foreign);
        make_token(&raw, &log_in(&raw, "admin", ADMIN_PASSWORD), ADMIN_PASSWORD, &everything()).1
    };
    let foreign = log_in(&Raw::of(&foreign), "admin", ADMIN_PASSWORD);
    let revoked = log_in(&hold.raw, "admin", ADMIN_PASSWORD);
    assert_eq!(hold.ask("DELETE", path::SESSION, Some(&revoked), None).status, 204);
    let (id, revoked_api) = make_token(&hold.raw, &hold.console, ADMIN_PASSWORD, &everything());
    assert_eq!(hold.ask("DELETE", &format!("{}/{id}", path::TOKENS), Some(&hold.console), None).status, 204);
    let forged = |audience: &str| format!("sbm{audience}_{}", "A".repeat(64));
    let refused = [
        ("", Code::NotLoggedIn),
        ("garbage", Code::TokenRefused),
        (foreign.as_str(), Code::TokenRefused),
        (foreign_api.as_str(), Code::TokenRefused),
        (&forged("c"), Code::TokenRefused),
        (&forged("d"), Code::TokenRefused),
        (&forged("a"), Code::TokenRefused),
        (&forged("x"), Code::TokenRefused),
        (&revoked_api, Code::TokenRefused),
        (&flipped(&hold.api, 12), Code::TokenRefused),
        (&flipped(&hold.api, 68), Code::TokenRefused),
        (&hold.api.replace("sbma_", "sbmc_"), Code::TokenRefused),
        (&hold.api.replace("sbma_", "sbmd_"), Code::TokenRefused),
        (&hold.console.replace("sbmc_", "sbma_"), Code::TokenRefused),
        (&hold.device.replace("sbmd_", "sbma_"), Code::TokenRefused),
        (&revoked, Code::TokenRefused),
        (&flipped(&hold.console, 12), Code::TokenRefused),
        (&flipped(&hold.console, 68), Code::TokenRefused),
        (&hold.console.replace("sbmc_", "sbmd_"), Code::TokenRefused),
        (&hold.device.replace("sbmd_", "sbmc_"), Code::TokenRefused),
    ];
    let before = hold.fingerprint();
    for Route { method, path, behind, door, inside, .. } in routes() {
        let content = (method == "POST" || method == "PATCH").then_some("[]");
        let ask = |token: Option<&str>| {
            let answer = hold.ask(method, &format!("{path}{behind}"), token, content);
            answer.code().map_or(Ok(answer.status), Err)
        };
        let what = format!("{method} {path}{behind}");
        let closed = matches!(door, Door::Console | Door::Api | Door::Device);
        assert_eq!(ask(None), if closed { Err(Code::NotLoggedIn) } else { inside }, "{what} without a token");
        for (token, code) in &refused {
            assert_eq!(ask(Some(token)), if closed { Err(*code) } else { inside }, "{what} with `{token}`");
        }
        let wrong: &[&String] = match door {
            Door::Console => &[&hold.device, &hold.api],
            Door::Api => &[&hold.device],
            Door::Device => &[&hold.console, &hold.api],
            Door::Public | Door::Gone => &[],
        };
        for wrong in wrong {
            assert_eq!(ask(Some(wrong)), Err(Code::WrongAudience), "{what} with another kind of token");
        }
        assert_eq!(hold.fingerprint(), before, "{what}");
    }
}

/// The other half of the table: the right kind of token gets through the door.
#[test]
fn each_route_lets_its_own_tokens_through() {
    let hold = Stronghold::new();
    for Route { method, path, behind, door, inside, .. } in routes() {
        let content = (method == "POST" || method == "PATCH").then_some("[]");
        let person = || log_in(&hold.raw, "admin", ADMIN_PASSWORD);
        let tokens = match door {
            Door::Console => vec![person()],
            Door::Api => vec![person(), hold.api.clone()],
            Door::Device => vec![log_in_device(&hold.raw, "carol", INSTALLATION)],
            Door::Public | Door::Gone => continue,
        };
        for token in tokens {
            let answer = hold.ask(method, &format!("{path}{behind}"), Some(&token), content);
            assert_eq!(answer.code().map_or(Ok(answer.status), Err), inside, "{method} {path}{behind}");
        }
    }
}

#[test]
fn a_person_without_a_role_does_nothing_on_the_server_and_every_attempt_is_audited_usr_5_run_12() {
    // The audit log tells eight different refusals of one user a minute apart, and no more (RUN-12).
    for rows in routes().chunks(8) {
        let hold = Stronghold::new();
        let before = hold.fingerprint();
        for Route { method, path, behind, act, .. } in rows {
            let Some((act, content)) = act else { continue };
            let answer = hold.ask(method, &format!("{path}{behind}"), Some(&hold.carol), *content);
            assert_eq!((answer.status, answer.code()), (403, Some(Code::DeniedRole)), "{method} {path}{behind}");
            assert_eq!(hold.audited(act, "denied_role"), 1, "{act}");
            assert_eq!(hold.fingerprint(), before, "{method} {path}{behind}");
        }
        assert_eq!(hold.admin.verify_audit().unwrap().broken_at, None);
    }
    let hold = Stronghold::new();
    let before = hold.fingerprint();
    let carol = Some(hold.carol.as_str());
    // What exists, and what was named wrongly, is told to her no more than what does not.
    for (method, path) in [
        ("GET", format!("{}/admin", path::USERS)),
        ("PATCH", format!("{}/carol", path::USERS)),
        ("DELETE", format!("{}/Finance?detach=true", path::GROUPS)),
        ("DELETE", format!("{}/1?confirm=true", path::ALLOWLIST)),
        ("DELETE", format!("{}/x", path::ALLOWLIST)),
        ("PATCH", format!("{}/x", path::PROFILES)),
    ] {
        let content = (method == "PATCH").then_some("{}");
        assert_eq!(hold.ask(method, &path, carol, content).code(), Some(Code::DeniedRole), "{method} {path}");
    }
    assert_eq!(hold.fingerprint(), before);
    assert_eq!(hold.admin.verify_audit().unwrap().broken_at, None);
}

/// Its owner may do everything, and it may not.
#[test]
fn a_token_does_nothing_that_it_was_not_given_for_and_every_attempt_is_audited_run_11_run_12() {
    let rows: Vec<Route> = routes().into_iter().filter(|row| row.door == Door::Api && row.act.is_some()).collect();
    assert!(rows.len() > 40, "{}", rows.len());
    for rows in rows.chunks(8) {
        let hold = Stronghold::new();
        let narrow = make_token(&hold.raw, &hold.console, ADMIN_PASSWORD, &serde_json::json!({ "alerts": "write" })).1;
        let before = hold.fingerprint();
        for Route { method, path, behind, act, .. } in rows {
            let Some((act, content)) = act else { continue };
            let answer = hold.ask(method, &format!("{path}{behind}"), Some(&narrow), *content);
            assert_eq!((answer.status, answer.code()), (403, Some(Code::DeniedToken)), "{method} {path}{behind}");
            assert_eq!(hold.audited(act, "denied_token"), 1, "{act}");
            assert_eq!(hold.fingerprint(), before, "{method} {path}{behind}");
        }
        assert_eq!(hold.admin.verify_audit().unwrap().broken_at, None);
    }
}

#[test]
fn a_device_reads_its_own_list_and_bodies_and_nobody_elses_dev_2() {
    let hold = Stronghold::new();
    let check_in = r#"{"number":{"epoch":0,"revision":0}}"#;
    let list = |token: &str| {
        let answer = hold.ask("POST", path::CHECK_IN, Some(token), Some(check_in));
        let answer: serde_json::Value = answer.json();
        sbm_client::core::id::Hash::of(answer["list"].as_str().unwrap().as_bytes())
    };
    let (own, other) = (list(&hold.device), list(&hold.other_device));
    assert_ne!(own, other);
    for (of, mine, others) in [
        (path::LISTS, own, &hold.other_device),
        (path::BODIES, hold.body(), &hold.other_device),
        (path::LISTS, other, &hold.device),
    ] {
        let owner = if *others == hold.device { &hold.other_device } else { &hold.device };
        let of = format!("{of}/{mine}");
        assert_eq!(hold.ask("GET", &of, Some(owner), None).status, 200, "{of}");
        assert_eq!(hold.ask("GET", &of, Some(others), None).code(), Some(Code::NotFound), "{of}");
    }
    for hash in ["x", GUID, "../bodies", "%00"] {
        let of = format!("{}/{hash}", path::BODIES);
        let code = if hash.contains('/') { Code::NoSuchRoute } else { Code::MalformedRequest };
        assert_eq!(hold.ask("GET", &of, Some(&hold.device), None).code(), Some(code), "{of}");
    }
    // A head of another device proves nothing, nor does one that nobody signed.
    let before = hold.fingerprint();
    let head: serde_json::Value = hold.ask("POST", path::CHECK_IN, Some(&hold.other_device), Some(check_in)).json();
    let ahead = |proof: &serde_json::Value| {
        let asked = serde_json::json!({ "number": { "epoch": 9, "revision": 9 }, "proof": proof }).to_string();
        hold.ask("POST", path::CHECK_IN, Some(&hold.device), Some(&asked)).code()
    };
    assert_eq!(ahead(&serde_json::Value::Null), Some(Code::NumberAhead));
    let proof = |signed: &serde_json::Value| serde_json::json!({ "head": signed, "keys": head["keys"] });
    assert_eq!(ahead(&proof(&head["head"])), Some(Code::HeadOtherDevice));
    assert_eq!(ahead(&proof(&serde_json::json!({ "document": head["head"]["document"] }))), Some(Code::HeadUnsigned));
    assert_eq!(hold.fingerprint(), before);
}

/// The token with another character at that place.
fn flipped(token: &str, at: usize) -> String {
    let mut bytes = token.as_bytes().to_vec();
    bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
    String::from_utf8(bytes).unwrap()
}
