//! Who gets in, at a whole server: by the name of the address, for a proxy, and what an administrator is told about it
//! (NET-2 to NET-8).
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sbm_client::core::allowlist::{AllowKind, PeerName};
use sbm_client::core::code::Code;
use sbm_client::core::wire::v1::admin::{AllowEntry, AllowFinding, AllowVerdict, Page};
use sbm_client::core::wire::v1::path;
use sbm_client::core::wire::v1::session::Session;
use sbm_server::clock::SystemClock;
use sbm_server::names::Resolver;
use sbm_tests::raw::{Answer, Raw, Wire, request, spelt};
use sbm_tests::server::{ADMIN_PASSWORD, TestServer};
use sbm_tests::stronghold::Stronghold;
use serde_json::json;

/// `203.0.113.n` is called `pcn.example.com`; `198.51.100.n` only says so of itself.
#[derive(Default)]
struct Office(AtomicUsize);

impl Resolver for Office {
    fn names(&self, address: IpAddr) -> io::Result<Vec<String>> {
        self.0.fetch_add(1, Ordering::SeqCst);
        match address {
            IpAddr::V4(v4) if [[203, 0, 113], [198, 51, 100]].contains(&[v4.octets()[0], v4.octets()[1], v4.octets()[2]]) => {
                Ok(vec![format!("PC{}.Example.com.", v4.octets()[3])])
            }
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn addresses(&self, name: &PeerName) -> io::Result<Vec<IpAddr>> {
        let last = name.as_str().strip_prefix("pc").and_then(|rest| rest.strip_suffix(".example.com")?.parse::<u8>().ok());
        Ok(vec![IpAddr::from([203, 0, 113, last.ok_or(io::ErrorKind::NotFound)?])])
    }
}

/// Where the proxy connects from. Programs of this machine come from 127.0.0.1.
const PROXY: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

/// A server behind a proxy on this machine, among those names.
fn behind_a_proxy(settings: &[(&str, &str)], office: &Arc<Office>) -> TestServer {
    let directory = Arc::new(tempfile::tempdir().unwrap());
    let settings = [&[("proxies.trusted", "127.0.0.2")], settings].concat();
    TestServer::start_among(directory, 0, Arc::new(SystemClock), &settings, Arc::clone(office) as _)
}

/// A request that the proxy passes on for that client.
fn passed_on(client: &str, method: &str, of: &str, token: Option<&str>, content: &str) -> Vec<u8> {
    let mut headers = vec!["host: localhost".to_owned(), format!("x-forwarded-for: {client}")];
    headers.extend(token.map(|token| format!("authorization: Bearer {token}")));
    if !content.is_empty() {
        headers.extend(["content-type: application/json".to_owned(), format!("content-length: {}", content.len())]);
    }
    let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
    spelt(method, of, &headers, content)
}

fn ask(wire: &mut Wire, bytes: &[u8]) -> Answer {
    wire.send(bytes);
    wire.answer().unwrap()
}

fn status(wire: &mut Wire, client: &str) -> (u16, Option<Code>) {
    let answer = ask(wire, &passed_on(client, "GET", path::STATUS, None, ""));
    (answer.status, answer.code())
}

fn log_in() -> String {
    json!({ "user": "admin", "password": ADMIN_PASSWORD }).to_string()
}

#[test]
fn a_confirmed_name_admits_from_the_next_request_on_and_until_its_rule_is_gone_net_5_net_7() {
    let office = Arc::default();
    let server = behind_a_proxy(&[], &office);
    let admin = server.claim();
    let raw = Raw::of(&server).coming_from(PROXY);
    assert_eq!(status(&mut raw.connect(), "203.0.113.7"), (403, Some(Code::AddressRefused)));
    assert_eq!(office.0.load(Ordering::SeqCst), 0, "no rule asks for a name");

    let rule = json!({ "kind": "name", "pattern": ".example.com" });
    let local = ask(&mut Raw::of(&server).connect(), &request("POST", path::SESSION, None, Some(&log_in()))).json::<Session>();
    let token = local.token.reveal();
    let added = ask(&mut Raw::of(&server).connect(), &request("POST", path::ALLOWLIST, Some(token), Some(&rule.to_string())));
    let added: AllowEntry = added.json();
    assert_eq!((added.kind, added.pattern.as_str()), (AllowKind::Name, ".example.com"));

    let mut wire = raw.connect();
    for (client, admitted) in [("203.0.113.7", true), ("203.0.113.8", true)] {
        assert_eq!(status(&mut wire, client).0 == 200, admitted, "{client}");
    }
    for client in ["198.51.100.7", "192.0.2.1", "127.0.0.1", "::1"] {
        assert_eq!(status(&mut raw.connect(), client), (403, Some(Code::AddressRefused)), "{client}");
    }
    assert_eq!(office.0.load(Ordering::SeqCst), 4, "one lookup for each, and none for loopback");

    // The rule that admits whoever asks is not removed by accident.
    let session = ask(&mut wire, &passed_on("203.0.113.7", "POST", path::SESSION, None, &log_in())).json::<Session>();
    let mine = session.token.reveal();
    let one = format!("{}/{}", path::ALLOWLIST, added.id.0);
    let refused = ask(&mut wire, &passed_on("203.0.113.7", "DELETE", &one, Some(mine), ""));
    assert_eq!(refused.code(), Some(Code::ConfirmationNeeded));
    let removed = ask(&mut wire, &passed_on("203.0.113.7", "DELETE", &format!("{one}?confirm=true"), Some(mine), ""));
    assert_eq!(removed.status, 204);
    // The same connection, the same name, still known: the list decides.
    assert_eq!(status(&mut wire, "203.0.113.7"), (403, Some(Code::AddressRefused)));
    assert_eq!(office.0.load(Ordering::SeqCst), 4);
    assert!(admin.allowlist().unwrap().iter().all(|entry| entry.kind == AllowKind::Address));
}

#[test]
fn the_audit_log_has_the_client_s_address_and_not_the_proxy_s_net_8_run_12() {
    let office = Arc::default();
    let server = behind_a_proxy(&[], &office);
    let admin = server.claim();
    let raw = Raw::of(&server).coming_from(PROXY);
    admin.add_allow(&serde_json::from_value(json!({ "pattern": "192.168." })).unwrap()).unwrap();
    let session = ask(&mut raw.connect(), &passed_on("198.51.100.9, 192.168.7.7", "POST", path::SESSION, None, &log_in()));
    let session: Session = session.json();
    let group = json!({ "name": "Sales" }).to_string();
    let made = passed_on("192.168.7.7", "POST", path::GROUPS, Some(session.token.reveal()), &group);
    assert_eq!(ask(&mut raw.connect(), &made).status, 201);
    let log = ask(&mut raw.connect(), &passed_on("192.168.7.7", "GET", path::AUDIT, Some(session.token.reveal()), ""));
    let log: serde_json::Value = log.json();
    let entry =
        log["items"].as_array().unwrap().iter().find(|entry| entry.to_string().contains("group.create")).unwrap().to_string();
    assert!(entry.contains("192.168.7.7") && !entry.contains("127.0.0.") && !entry.contains("198.51.100.9"), "{entry}");
}

#[test]
fn nobody_claims_a_real_server_through_a_proxy_net_8_run_2() {
    let office = Arc::default();
    let server = behind_a_proxy(&[], &office);
    let raw = Raw::of(&server).coming_from(PROXY);
    let code = std::fs::read_to_string(server.data_dir().join("setup-code")).unwrap();
    let claim = json!({ "code": code.trim(), "password": ADMIN_PASSWORD }).to_string();
    for client in ["127.0.0.1", "::1", "192.168.7.7"] {
        let answer = ask(&mut raw.connect(), &passed_on(client, "POST", path::CLAIM, None, &claim));
        assert_eq!(answer.code(), Some(Code::AddressRefused), "{client}");
    }
    // The proxy says for nobody: whoever is behind it may be anywhere.
    let mute = ask(&mut raw.connect(), &request("POST", path::CLAIM, None, Some(&claim)));
    assert_eq!(mute.code(), Some(Code::AddressRefused));
    let plain = request("GET", path::STATUS, None, None);
    assert_eq!(ask(&mut raw.connect(), &plain).code(), Some(Code::AddressRefused));
    assert!(!server.service().facts().server().claimed);
    assert_eq!(ask(&mut Raw::of(&server).connect(), &request("POST", path::CLAIM, None, Some(&claim))).status, 204);
}

/// The header of version 2 for an IPv4 client.
fn proxy_header(client: [u8; 4]) -> Vec<u8> {
    [&b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c"[..], &client, &[127, 0, 0, 1, 0x9c, 0x40, 0x1f, 0xa4]].concat()
}

#[test]
fn a_proxy_that_passes_connections_on_is_understood_and_its_clients_are_told_apart_net_8() {
    let office = Arc::default();
    let server = behind_a_proxy(&[("proxies.protocol", "v2")], &office);
    let admin = server.claim();
    let raw = Raw::of(&server).coming_from(PROXY);
    admin.add_allow(&serde_json::from_value(json!({ "pattern": "192.168.7.7" })).unwrap()).unwrap();
    let plain = request("GET", path::STATUS, None, None);
    let mut seven = raw.connect_behind(&proxy_header([192, 168, 7, 7]));
    assert_eq!(ask(&mut seven, &plain).status, 200);
    let mut eight = raw.connect_behind(&proxy_header([192, 168, 7, 8]));
    eight.send(&plain);
    assert!(eight.answer().is_none(), "the alert instead of TLS");
    // A client of the proxy is not believed whom it speaks for.
    let lie = passed_on("127.0.0.1", "GET", path::STATUS, None, "");
    assert_eq!(ask(&mut seven, &lie).code(), Some(Code::ForwardingRefused));
    // Taken off the list, it is refused on the connection that it has.
    let mut seven = raw.connect_behind(&proxy_header([192, 168, 7, 7]));
    assert_eq!(ask(&mut seven, &plain).status, 200);
    let entry = admin.allowlist().unwrap().into_iter().find(|entry| entry.pattern == "192.168.7.7").unwrap();
    admin.remove_allow(entry.id, false).unwrap();
    assert_eq!(ask(&mut seven, &plain).code(), Some(Code::AddressRefused));
}

#[test]
fn a_named_proxy_that_does_not_say_for_whom_is_not_this_machine_net_7_net_8_run_2() {
    let office = Arc::default();
    let server = behind_a_proxy(&[("proxies.protocol", "v2")], &office);
    let plain = request("GET", path::STATUS, None, None);
    let told = |claimed: bool| {
        let mut mute = Raw::of(&server).coming_from(PROXY).connect();
        mute.send(&plain);
        assert!(mute.answer().is_none(), "no word, claimed or not: {claimed}");
        let answer = ask(&mut Raw::of(&server).connect(), &plain);
        assert_eq!(answer.status, 200, "a program of this machine comes from another address: {claimed}");
    };
    told(false);
    drop(server.claim());
    told(true);
}

#[test]
fn an_administrator_is_told_who_would_be_admitted_and_by_what_net_2_net_5() {
    let hold = Stronghold::new();
    for entry in [
        json!({ "pattern": "192.168." }),
        json!({ "pattern": "192.168.7.7", "comment": "the office" }),
        json!({ "kind": "name", "pattern": "=pc7.example.com" }),
        json!({ "kind": "name", "pattern": ".example.com" }),
    ] {
        assert_eq!(hold.ask("POST", path::ALLOWLIST, Some(&hold.console), Some(&entry.to_string())).status, 201, "{entry}");
    }
    let before = hold.fingerprint();
    let test =
        |content: serde_json::Value| hold.ask("POST", path::ALLOWLIST_TEST, Some(&hold.console), Some(&content.to_string()));
    for (content, admitted, by, told) in [
        (json!({ "address": "192.168.7.7" }), true, &["192.168.", "192.168.7.7"][..], "`192.168.`"),
        (json!({ "address": "::ffff:192.168.7.9" }), true, &["192.168."], "`192.168.7.9`"),
        (json!({ "address": "127.0.0.1" }), true, &["localhost"], "`localhost`"),
        (
            json!({ "address": "10.0.0.1", "name": "PC7.example.com." }),
            true,
            &["=pc7.example.com", ".example.com"],
            "`pc7.example.com`",
        ),
        (json!({ "address": "10.0.0.1", "name": "pc8.example.com" }), true, &[".example.com"], "`.example.com`"),
        (json!({ "address": "10.0.0.1", "name": "pc7.example.net" }), false, &[], "`pc7.example.net`"),
    ] {
        let answer = test(content.clone());
        assert_eq!(answer.status, 200, "{content}");
        let verdict: AllowVerdict = answer.json();
        let patterns: Vec<&str> = verdict.by.iter().map(|entry| entry.pattern.as_str()).collect();
        assert_eq!((verdict.admitted, patterns), (admitted, by.to_vec()), "{content}");
        assert!(verdict.sentence.contains(told), "{}", verdict.sentence);
    }
    for (content, named) in [
        (json!({ "address": "127.1" }), "`127.1` is not an address"),
        (json!({ "address": "" }), "is not an address"),
        (json!({ "address": "10.0.0.1", "name": "10.0.0.1" }), "`10.0.0.1` is not a host name"),
    ] {
        let answer = test(content);
        assert_eq!(answer.code(), Some(Code::InvalidPattern));
        assert!(String::from_utf8_lossy(&answer.body).contains(named));
    }
    // Who has no role looks at nothing.
    let body = json!({ "address": "10.0.0.1" }).to_string();
    assert_eq!(hold.ask("POST", path::ALLOWLIST_TEST, Some(&hold.carol), Some(&body)).code(), Some(Code::DeniedRole));
    assert_eq!(hold.ask("GET", path::ALLOWLIST_LINT, Some(&hold.carol), None).code(), Some(Code::DeniedRole));
    let after = hold.fingerprint();
    assert_eq!((before.clone(), after), (before.clone(), before), "looking changes nothing");
}

#[test]
fn the_linter_and_the_two_lists_are_at_the_door_net_4_net_5_net_6() {
    let hold = Stronghold::new();
    let add = |content: serde_json::Value| hold.ask("POST", path::ALLOWLIST, Some(&hold.console), Some(&content.to_string()));
    for (content, code) in [
        (json!({ "pattern": "192.16" }), None),
        (json!({ "pattern": "literal:192.16" }), None),
        (json!({ "kind": "name", "pattern": "mys" }), None),
        (json!({ "kind": "address", "pattern": "192.16.5.0/24" }), None),
        // One text on each list, once.
        (json!({ "kind": "name", "pattern": "*" }), None),
        (json!({ "kind": "address", "pattern": "*" }), None),
        (json!({ "kind": "address", "pattern": "*" }), Some(Code::NameTaken)),
        (json!({ "kind": "name", "pattern": "mys" }), Some(Code::NameTaken)),
        (json!({ "kind": "name", "pattern": "10.0.0.1" }), Some(Code::InvalidPattern)),
        (json!({ "kind": "address", "pattern": "mys" }), Some(Code::InvalidPattern)),
        (json!({ "kind": "name", "pattern": "mys*" }), Some(Code::InvalidPattern)),
        (json!({ "kind": "host", "pattern": "mys" }), Some(Code::MalformedRequest)),
    ] {
        assert_eq!(add(content.clone()).code(), code, "{content}");
    }
    let found: Page<AllowFinding> = hold.ask("GET", path::ALLOWLIST_LINT, Some(&hold.console), None).json();
    let found: Vec<(&str, &str)> =
        found.items.iter().map(|found| (found.entry.pattern.as_str(), found.finding.as_str())).collect();
    for expected in [
        ("192.16", "readings_differ"),
        ("literal:192.16", "literal_is_wider"),
        ("mys", "leading_part_of_name"),
        ("192.16.5.0/24", "covered"),
        ("*", "opens_to_all"),
    ] {
        assert!(found.contains(&expected), "{expected:?} in {found:?}");
    }
}
