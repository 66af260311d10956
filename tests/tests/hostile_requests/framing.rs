//! How a request is spelt: hosts, proxies, lengths, lines and paths (NET-8).

use std::io::{Read as _, Write as _};

use sbm_client::core::code::Code;
use sbm_client::core::wire::v1::path;
use sbm_tests::raw::spelt;
use sbm_tests::stronghold::Stronghold;

use crate::Fate::{Closed, Refused};
use crate::{Attack, attack, repel};

const HOST: &str = "host: localhost";
const JSON: &str = "content-type: application/json";
const CONTENT: &str = r#"{"name":"Mallory's"}"#;

#[test]
fn a_request_asks_for_one_host_of_this_server_and_for_nobody_else_net_8() {
    let hold = Stronghold::new();
    let bearer = format!("authorization: Bearer {}", hold.console);
    let length = format!("content-length: {}", CONTENT.len());
    let group = |headers: &[&str]| spelt("POST", path::GROUPS, &[headers, &[bearer.as_str(), JSON, &length]].concat(), CONTENT);
    let mut attacks: Vec<Attack> = [
        ("another host", &["host: evil.example"][..]),
        ("a host that only begins well", &["host: localhost.evil.example"]),
        ("two hosts", &[HOST, HOST]),
        ("two different hosts", &[HOST, "host: evil.example"]),
        ("no host", &[]),
        ("an empty host", &["host:"]),
    ]
    .into_iter()
    .map(|(what, hosts)| attack(what, group(hosts), Refused(Code::HostRefused)))
    .collect();
    let absolute = spelt("POST", "https://evil.example/v1/groups", &[HOST, &bearer, JSON, &length], CONTENT);
    attacks.push(attack("another host in the address", absolute, Refused(Code::HostRefused)));
    for name in ["forwarded: for=127.0.0.1", "x-forwarded-for: 127.0.0.1", "X-Real-IP: 127.0.0.1", "x-forwarded-host: localhost"]
    {
        attacks.push(attack(name, group(&[HOST, name]), Refused(Code::ForwardingRefused)));
    }
    repel(&hold, &attacks);
}

#[test]
fn a_request_has_one_length_and_whole_lines() {
    let hold = Stronghold::new();
    let bearer = format!("authorization: Bearer {}", hold.console);
    let length = format!("content-length: {}", CONTENT.len());
    let post = |headers: &[&str], content: &str| {
        spelt("POST", path::GROUPS, &[&[HOST, bearer.as_str(), JSON][..], headers].concat(), content)
    };
    let chunked = format!("{:x}\r\n{CONTENT}\r\n0\r\n\r\n", CONTENT.len());
    let many: Vec<String> = (0..100).map(|number| format!("x-{number}: y")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let attacks = [
        attack("two lengths", post(&[&length, "content-length: 4"], CONTENT), Refused(Code::MalformedRequest)),
        attack("two lengths in one", post(&["content-length: 20, 4"], CONTENT), Refused(Code::MalformedRequest)),
        attack("a length below nothing", post(&["content-length: -1"], CONTENT), Refused(Code::MalformedRequest)),
        attack("a length with a sign", post(&["content-length: +20"], CONTENT), Refused(Code::MalformedRequest)),
        attack("a length beyond all", post(&["content-length: 99999999999999999999999"], ""), Refused(Code::MalformedRequest)),
        attack(
            "pieces that are not last",
            post(&["transfer-encoding: chunked, gzip"], &chunked),
            Refused(Code::MalformedRequest),
        ),
        attack("a piece of no size", post(&["transfer-encoding: chunked"], "zz\r\n"), Refused(Code::MalformedRequest)),
        attack(
            "a piece beyond all",
            post(&["transfer-encoding: chunked"], "fffffffffffffffff\r\n"),
            Refused(Code::MalformedRequest),
        ),
        attack("a folded line", post(&["x-folded: a\r\n b", &length], CONTENT), Refused(Code::MalformedRequest)),
        attack("a blank before the colon", post(&["x-blank : a", &length], CONTENT), Refused(Code::MalformedRequest)),
        attack("a NUL in a header", post(&["x-nul: \0", &length], CONTENT), Refused(Code::MalformedRequest)),
        attack("a line break alone in a header", post(&["x-cr: a\rb", &length], CONTENT), Refused(Code::MalformedRequest)),
        attack("a header without a name", post(&[": a", &length], CONTENT), Refused(Code::MalformedRequest)),
        attack("a hundred headers", post(&many, ""), Refused(Code::TooLarge)),
        attack("a header of 200,000 bytes", post(&[&format!("x-long: {}", "y".repeat(200_000))], ""), Refused(Code::TooLarge)),
        attack(
            "an address of 200,000 bytes",
            spelt("GET", &format!("/{}", "y".repeat(200_000)), &[HOST], ""),
            Refused(Code::TooLarge),
        ),
        attack("a blank in the address", spelt("GET", "/v1/groups HTTP/1.1 x", &[HOST], ""), Refused(Code::MalformedRequest)),
        attack("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), Closed),
        attack("HTTP/0.9", b"GET /v1/groups\r\n\r\n".to_vec(), Refused(Code::MalformedRequest)),
        attack("another protocol", b"SSH-2.0-OpenSSH_9.9\r\n\r\n".to_vec(), Refused(Code::MalformedRequest)),
        attack("no text at all", vec![0xff; 64], Refused(Code::MalformedRequest)),
    ];
    repel(&hold, &attacks);
}

/// RFC 9112, 6.1: where both stand, the pieces count, and the connection ends behind the answer. So what one reader takes
/// for content and another one for the next request is never done.
#[test]
fn behind_a_request_with_a_length_and_pieces_nothing_is_read() {
    let hold = Stronghold::new();
    let before = hold.fingerprint();
    let bearer = format!("authorization: Bearer {}", hold.console);
    let smuggled = format!("0\r\n\r\nDELETE {}/Finance?detach=true HTTP/1.1\r\n{HOST}\r\n{bearer}\r\n\r\n", path::GROUPS);
    let (length, pieces) = (format!("content-length: {}", smuggled.len()), "transfer-encoding: chunked");
    for both in [[length.as_str(), pieces], [pieces, &length]] {
        let mut wire = hold.raw.connect();
        wire.send(&spelt("POST", path::GROUPS, &[&[HOST, bearer.as_str(), JSON][..], &both].concat(), &smuggled));
        assert_eq!(wire.answer().unwrap().code(), Some(Code::MalformedRequest), "no content in no pieces");
        assert!(wire.is_closed());
        assert_eq!(hold.fingerprint(), before);
    }
}

/// RFC 9112 lets a server take a line feed for the end of a line. This one does: there is no proxy in front of it that
/// could see another request.
#[test]
fn a_line_feed_alone_ends_a_line_and_hides_nothing() {
    let hold = Stronghold::new();
    let before = hold.fingerprint();
    let mut wire = hold.raw.connect();
    wire.send(b"GET /STATUS HTTP/1.1\nhost: localhost\n\nGET /v1/users HTTP/1.1\nhost: localhost\n\n");
    assert_eq!(wire.answer().unwrap().status, 200);
    assert_eq!(wire.answer().unwrap().code(), Some(Code::NotLoggedIn));
    assert_eq!(hold.fingerprint(), before);
}

#[test]
fn a_request_that_breaks_off_is_not_done() {
    let hold = Stronghold::new();
    let before = hold.fingerprint();
    let headers = [HOST, JSON, &format!("authorization: Bearer {}", hold.console), "content-length: 100"];
    let mut wire = hold.raw.connect();
    wire.send(&spelt("POST", path::GROUPS, &headers, CONTENT));
    drop(wire);
    assert!(hold.answers());
    assert_eq!(hold.fingerprint(), before);
}

#[test]
fn plain_http_is_told_where_the_door_is_run_1() {
    let hold = Stronghold::new();
    let mut stream = hold.raw.plain();
    stream.write_all(b"GET /STATUS HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let port = hold.server.connection().port;
    assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains(&format!("https://localhost:{port}/STATUS")), "{answer}");
    for garbage in
        [&b"\x16\x03\x01\xff\xff"[..], &[0; 40], b"\x15\x03\x03\x00\x02\x02\x28", b"PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n"]
    {
        let mut stream = hold.raw.plain();
        stream.write_all(garbage).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        drop(stream.read_to_end(&mut Vec::new()));
        assert!(hold.answers());
    }
}

#[test]
fn there_is_one_spelling_of_each_path() {
    let hold = Stronghold::new();
    let bearer = format!("authorization: Bearer {}", hold.console);
    let mut attacks = Vec::new();
    for path in [
        "/v1/claim/",
        "//v1/users",
        "/v1//users",
        "/v1/users/",
        "/v1/./users",
        "/v1/x/../users",
        "/%76%31/users",
        "/v1%2fusers",
        "/v1/users;x",
        "/v1/users;/carol",
        "/V1/USERS",
        "/v1/users%00",
        "/v1/%2e%2e/STATUS",
        "/v1/users\\carol",
        "/v2/users",
        "/v1",
        "/v1/users/carol/",
        "/v1/users/carol/password",
        "/v1/audit/verify/",
        "/STATUS/",
        "/.env",
        "/v1/device/lists",
    ] {
        attacks.push(attack(path, spelt("GET", path, &[HOST, &bearer], ""), Refused(Code::NoSuchRoute)));
    }
    for (method, path) in [
        ("BREW", "/v1/users"),
        ("get", "/v1/users"),
        ("TRACE", "/v1/users"),
        ("PUT", "/v1/users/carol"),
        ("OPTIONS", "/v1/users"),
        ("DELETE", "/v1/users"),
        ("DELETE", "/v1/history"),
        ("POST", "/v1/history"),
        ("POST", "/STATUS"),
        ("DELETE", "/v1/audit"),
        ("OPTIONS", "*"),
    ] {
        attacks.push(attack(format!("{method} {path}"), spelt(method, path, &[HOST, &bearer], ""), Refused(Code::NoSuchRoute)));
    }
    for path in ["/v1/users/%ff", "/v1/users/%c3%28"] {
        attacks.push(attack(path, spelt("GET", path, &[HOST, &bearer], ""), Refused(Code::MalformedRequest)));
    }
    for path in
        ["/v1/users/%00", "/v1/users/..%2f..%2fadmin", "/v1/users/%2e", "/v1/users/carol%20;drop", "/v1/users/%E2%80%AEadmin"]
    {
        attacks.push(attack(path, spelt("GET", path, &[HOST, &bearer], ""), Refused(Code::NotFound)));
    }
    for path in [
        "/v1/history?limit=-1",
        "/v1/history?limit=1&limit=2",
        "/v1/history?where=1",
        "/v1/history?profile=x",
        "/v1/history?since=now",
        "/v1/history?sort=colour",
        "/v1/history?after=x",
        "/v1/audit?after=x",
        "/v1/audit?after=before-x",
        "/v1/audit?after=5&actor=admin",
        "/v1/audit?sort=number",
        "/v1/users?where=1",
        "/v1/users?sort=password",
        "/v1/users?delete=true",
        "/v1/users?disabled=maybe",
        "/v1/users?after=x",
        "/v1/groups?disabled=true",
        "/v1/profiles?user=carol",
        "/v1/devices?group=Finance",
        "/v1/sessions?security_profile=x",
        "/v1/tombstones?limit=99999999999",
        "/v1/allowlist?group=x",
    ] {
        attacks.push(attack(path, spelt("GET", path, &[HOST, &bearer], ""), Refused(Code::InvalidQuery)));
    }
    for path in ["/v1/groups/Finance?detach=yes", "/v1/groups/Finance?force=true", "/v1/allowlist/1?confirm=1"] {
        attacks.push(attack(path, spelt("DELETE", path, &[HOST, &bearer], ""), Refused(Code::MalformedRequest)));
    }
    for path in [
        "/v1/profiles/94D3D1C174724DC9A5E99EE763E23159/body?revision=-1",
        "/v1/profiles/94D3D1C174724DC9A5E99EE763E23159/body?x=1",
    ] {
        attacks.push(attack(path, spelt("GET", path, &[HOST, &bearer], ""), Refused(Code::MalformedRequest)));
    }
    for path in ["/v1/profiles/94D3", "/v1/profiles/x/body", "/v1/profiles/..%2fx/holders"] {
        attacks.push(attack(path, spelt("GET", path, &[HOST, &bearer], ""), Refused(Code::InvalidGuid)));
    }
    repel(&hold, &attacks);
}
