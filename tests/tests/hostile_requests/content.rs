//! What a request carries.

use sbm_client::core::code::Code;
use sbm_client::core::wire::v1::path;
use sbm_client::core::wire::{MAX_REQUEST, MAX_RUNS_BYTES, MAX_UPLOAD};
use sbm_tests::fixture::GUID;
use sbm_tests::raw::{request, spelt};
use sbm_tests::stronghold::{Stronghold, device_login};

use crate::Fate::Refused;
use crate::{Attack, attack, repel};

const JSON: &str = "content-type: application/json";

fn new_user(fields: &str) -> String {
    format!(r#"{{"name":"mallory","password":"violet staircase 43"{fields}}}"#)
}

fn upload(fields: &str) -> String {
    format!(r#"{{"guid":"{GUID}","name":"Finance documents","description":"x","body":"AAAA"{fields}}}"#)
}

#[test]
fn bad_content_is_refused_and_changes_nothing_err_1() {
    let hold = Stronghold::new();
    let console = Some(hold.console.as_str());
    let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
    let deep_objects = format!("{}1{}", r#"{"a":"#.repeat(10_000), "}".repeat(10_000));
    let malformed = [
        ("no content", path::USERS, String::new()),
        ("cut off", path::USERS, new_user("")[..40].to_owned()),
        ("single quotes", path::USERS, new_user("").replace('"', "'")),
        ("a comma too much", path::USERS, new_user(",")),
        ("a byte order mark", path::USERS, format!("\u{feff}{}", new_user(""))),
        ("two values", path::USERS, format!("{0}{0}", new_user(""))),
        ("half a surrogate", path::USERS, new_user(r#","description":"\ud800""#)),
        ("a NUL in a name", path::USERS, new_user("").replace("mallory", "mal\\u0000lory")),
        ("half a surrogate, turned round", path::USERS, new_user(r#","description":"\udc00\ud800""#)),
        ("infinity", path::PROFILES, upload(r#","version":Infinity"#)),
        ("a number with a plus", path::PROFILES, upload(r#","version":+1"#)),
        ("a number in octal", path::PROFILES, upload(r#","version":017"#)),
        ("a comment", path::USERS, new_user("/* */")),
        ("a field of another case", path::USERS, new_user(r#","Roles":["admin"]"#)),
        ("a field twice, once escaped", path::USERS, new_user(r#","na\u006de":"admin""#)),
        ("a raw control character", path::USERS, new_user(",\"description\":\"a\u{1}\"")),
        ("10,000 lists deep", path::USERS, new_user(&format!(r#","groups":{deep}"#))),
        ("10,000 objects deep", path::USERS, deep_objects),
        ("a field that is not known", path::USERS, new_user(r#","admin":true"#)),
        ("a field twice", path::USERS, new_user(r#","name":"admin""#)),
        ("a field that is missing", path::USERS, r#"{"name":"mallory"}"#.to_owned()),
        ("a number for a text", path::USERS, new_user(r#","description":7"#)),
        ("a role that is not known", path::USERS, new_user(r#","roles":["root"]"#)),
        ("not a number", path::PROFILES, upload(r#","version":NaN"#)),
        ("a number beyond all", path::PROFILES, upload(r#","version":1e999"#)),
        ("a number of 20 digits", path::PROFILES, upload(r#","based_on":99999999999999999999"#)),
        ("a number below nothing", path::PROFILES, upload(r#","based_on":-1"#)),
        ("a fraction", path::PROFILES, upload(r#","based_on":1.5"#)),
        ("a body that is not base64", path::PROFILES, upload("").replace("AAAA", "A!")),
        ("a GUID that is none", path::PROFILES, upload("").replace(GUID, "94D3")),
        ("an empty list for an object", path::USERS, "[]".to_owned()),
        ("null", path::USERS, "null".to_owned()),
    ];
    let mut attacks: Vec<Attack> = malformed
        .into_iter()
        .map(|(what, path, content)| {
            attack(what, request("POST", path, console, Some(&content)), Refused(Code::MalformedRequest))
        })
        .collect();
    let bearer = format!("authorization: Bearer {}", hold.console);
    let content = new_user("");
    let length = format!("content-length: {}", content.len());
    for (what, headers) in [
        ("no content type", &[][..]),
        ("a form", &["content-type: application/x-www-form-urlencoded"]),
        ("another character set", &["content-type: application/json; charset=utf-16"]),
        ("compressed, it says", &[JSON, "content-encoding: gzip"]),
    ] {
        let headers = [&["host: localhost", &bearer, &length][..], headers].concat();
        attacks.push(attack(what, spelt("POST", path::USERS, &headers, &content), Refused(Code::MalformedRequest)));
    }
    // What says that it is compressed is not unpacked: a bomb stays as small as it came.
    let bomb = [0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xff, 0xed, 0xc1, 0x01, 0x0d, 0x00, 0x00];
    let head = ["host: localhost", &bearer, JSON, "content-encoding: gzip", "content-length: 16"];
    attacks.push(attack(
        "a bomb",
        [spelt("POST", path::USERS, &head, ""), bomb.to_vec()].concat(),
        Refused(Code::MalformedRequest),
    ));
    let claims =
        |length: &str| spelt("POST", path::USERS, &["host: localhost", &bearer, JSON, &format!("content-length: {length}")], "");
    for length in ["4294967296", "9223372036854775807", "262145"] {
        attacks.push(attack(format!("{length} bytes, it says"), claims(length), Refused(Code::TooLarge)));
    }
    let mut not_utf8 = request("POST", path::USERS, console, Some(&new_user(r#","description":"?""#)));
    let at = not_utf8.iter().rposition(|byte| *byte == b'?').unwrap();
    not_utf8.splice(at..=at, [0xff]);
    attacks.push(attack("not UTF-8", not_utf8, Refused(Code::MalformedRequest)));
    let stale = |based_on: u64| request("POST", path::PROFILES, console, Some(&upload(&format!(r#","based_on":{based_on}"#))));
    for based_on in [0, 2, i64::MAX.unsigned_abs(), u64::MAX] {
        attacks.push(attack(format!("based on {based_on}"), stale(based_on), Refused(Code::Stale)));
    }
    repel(&hold, &attacks);
}

#[test]
fn each_route_takes_so_much_and_no_more_err_1() {
    let hold = Stronghold::new();
    let (console, device) = (hold.console.clone(), hold.device.clone());
    let one = |path: &str, name: &str| format!("{path}/{name}");
    let mut attacks = Vec::new();
    for (method, path, token, most) in [
        ("POST", path::SESSION.to_owned(), None, MAX_REQUEST),
        ("POST", path::DEVICE.to_owned(), None, MAX_REQUEST),
        ("POST", path::CHECK_IN.to_owned(), Some(&device), MAX_REQUEST),
        ("POST", path::RUNS.to_owned(), Some(&device), MAX_RUNS_BYTES),
        ("POST", path::USERS.to_owned(), Some(&console), MAX_REQUEST),
        ("PATCH", one(path::USERS, "carol"), Some(&console), MAX_REQUEST),
        ("POST", path::GROUPS.to_owned(), Some(&console), MAX_REQUEST),
        ("PATCH", one(path::GROUPS, "Finance"), Some(&console), MAX_REQUEST),
        ("POST", path::SECURITY_PROFILES.to_owned(), Some(&console), MAX_REQUEST),
        ("PATCH", one(path::SECURITY_PROFILES, "End%20user"), Some(&console), MAX_REQUEST),
        ("POST", path::ALLOWLIST.to_owned(), Some(&console), MAX_REQUEST),
        ("POST", path::PROFILES.to_owned(), Some(&console), MAX_UPLOAD),
        ("PATCH", one(path::PROFILES, GUID), Some(&console), MAX_REQUEST),
        ("POST", path::EXPLAIN.to_owned(), Some(&console), MAX_REQUEST),
        ("POST", path::EXPLAIN_SERVER.to_owned(), Some(&console), MAX_REQUEST),
        ("POST", path::PASSWORD.to_owned(), Some(&console), MAX_REQUEST),
        ("POST", path::UNLOCK.to_owned(), None, MAX_REQUEST),
        ("POST", path::ALLOWLIST_TEST.to_owned(), Some(&console), MAX_REQUEST),
        ("PATCH", path::SERVER.to_owned(), Some(&console), MAX_REQUEST),
        ("POST", format!("{}/{GUID}/rollback", path::PROFILES), Some(&console), MAX_REQUEST),
    ] {
        let bearer = token.map(|token| format!("authorization: Bearer {token}"));
        let headers: Vec<&str> = ["host: localhost", JSON].into_iter().chain(bearer.as_deref()).collect();
        let with = |more: &str, content: &str| spelt(method, &path, &[&headers[..], &[more]].concat(), content);
        let stated = with(&format!("content-length: {}", most + 1), "");
        attacks.push(attack(format!("{method} {path}, stated"), stated, Refused(Code::TooLarge)));
        let chunk = format!("{:x}\r\n{}\r\n0\r\n\r\n", most + 1, "[".repeat(most + 1));
        attacks.push(attack(
            format!("{method} {path}, in pieces"),
            with("transfer-encoding: chunked", &chunk),
            Refused(Code::TooLarge),
        ));
        let full = " ".repeat(most);
        let length = format!("content-length: {most}");
        attacks.push(attack(format!("{method} {path}, full of nothing"), with(&length, &full), Refused(Code::MalformedRequest)));
    }
    repel(&hold, &attacks);
}

/// A list in place of an object has its fields by position, without their names, and none can be told as unknown.
#[test]
fn no_route_reads_a_list_where_an_object_belongs_door_4() {
    let hold = Stronghold::new();
    let (console, device) = (Some(hold.console.as_str()), Some(hold.device.as_str()));
    let login: serde_json::Value =
        serde_json::from_str(&device_login("carol", sbm_tests::fixture::PASSWORD, "00000000000000000000000000000001")).unwrap();
    let login =
        serde_json::to_string(&["user", "password", "installation", "computer", "program"].map(|field| login[field].clone()))
            .unwrap();
    let attacks: Vec<Attack> = [
        ("POST", path::SESSION.to_owned(), None, r#"["carol","violet staircase 42"]"#),
        ("POST", path::DEVICE.to_owned(), None, login.as_str()),
        (
            "POST",
            path::CHECK_IN.to_owned(),
            device,
            r#"[{"epoch":0,"revision":0},null,0,null,[{"guid":"94D3D1C174724DC9A5E99EE763E23159","revision":1}]]"#,
        ),
        ("POST", path::RUNS.to_owned(), device, "[[]]"),
        ("POST", path::USERS.to_owned(), console, r#"["mallory","","violet staircase 43",[],null,[]]"#),
        ("PATCH", format!("{}/dave", path::USERS), console, r#"["mallory",null,null,null,null,null,null]"#),
        ("POST", path::GROUPS.to_owned(), console, r#"["Sales",""]"#),
        ("PATCH", format!("{}/Finance", path::GROUPS), console, r#"["Sales",null]"#),
        ("POST", path::SECURITY_PROFILES.to_owned(), console, r#"["Wide","",["all_access"]]"#),
        ("PATCH", format!("{}/End%20user", path::SECURITY_PROFILES), console, r#"[null,null,["all_access"]]"#),
        ("POST", path::ALLOWLIST.to_owned(), console, r#"["*",""]"#),
        ("POST", path::PROFILES.to_owned(), console, r#"["00000000000000000000000000000001","x","y",1,"AAAA",null,0]"#),
        ("PATCH", format!("{}/{GUID}", path::PROFILES), console, r#"[true,null,[],[]]"#),
        ("POST", path::EXPLAIN.to_owned(), console, r#"["carol","create",null]"#),
        ("POST", path::EXPLAIN_SERVER.to_owned(), console, r#"["carol","server",true]"#),
        ("POST", path::PASSWORD.to_owned(), console, r#"["marble kettle 7 orbit","violet staircase 43"]"#),
        ("POST", path::UNLOCK.to_owned(), None, r#"["admin","marble kettle 7 orbit","00000000000000000000000000000001","pc"]"#),
        ("POST", path::ALLOWLIST_TEST.to_owned(), console, r#"["192.0.2.1",null]"#),
        ("PATCH", path::SERVER.to_owned(), console, "[3600]"),
        ("POST", format!("{}/{GUID}/rollback", path::PROFILES), console, "[1,1]"),
    ]
    .into_iter()
    .map(|(method, path, token, content)| {
        attack(format!("{method} {path}"), request(method, &path, token, Some(content)), Refused(Code::MalformedRequest))
    })
    .collect();
    repel(&hold, &attacks);
}
