//! What a server, or whoever sits in its place, may send: each attack arrives over real TLS at the real client (OFF-2, OFF-3).
//!
//! What is not to be trusted is a typed error and the floor; what is no answer of the server's leaves the rights as they
//! were. In both cases one honest answer heals, and rights are never wider than before.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::time::Duration;

use sbm_client::core::cache::{Domain, Signed};
use sbm_client::core::code::Code;
use sbm_client::core::id::{Hash, InstallationId};
use sbm_client::core::wire::v1::session::Secret;
use sbm_client::{Client, Connection};
use sbm_tests::allowed::{allowed, floor_of};
use sbm_tests::documents::{Documents, bytes, entry, key_document, keys, of_epoch, root, signing_key};
use sbm_tests::fixture::config;
use sbm_tests::impostor::{Conduct, Impostor, http};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A client that logged in and took over what an honest server had for it.
struct Bench {
    server: Impostor,
    home: TempDir,
    before: BTreeSet<(&'static str, &'static str)>,
}

impl Bench {
    fn new() -> Self {
        let (server, home) = (Impostor::new(Documents::narrow()), tempfile::tempdir().unwrap());
        let client = Client::open(config(home.path())).unwrap();
        client.login(server.connection(), "carol", &Secret::new("any password")).unwrap();
        assert_eq!(client.state().standing(), Connection::Online);
        let before = allowed(&client);
        assert_eq!(
            before,
            [
                ("restore", "local"),
                ("restore", "managed"),
                ("run_manually", "local"),
                ("run_manually", "managed"),
                ("run_scheduled", "local"),
                ("run_scheduled", "managed")
            ]
            .into()
        );
        Self { server, home, before }
    }

    fn open(&self) -> Client {
        Client::open(config(self.home.path())).unwrap()
    }

    fn device(&self) -> InstallationId {
        self.server.desk().installation.unwrap()
    }

    /// The attack is refused with this code, the floor holds across a restart and an outage, and honesty heals.
    fn rejects(&self, what: &str, code: Code) {
        let client = self.open();
        let summary = client.sync().unwrap();
        assert_eq!((summary.online, summary.why), (true, Some(code)), "{what}");
        self.on_the_floor(&client, what, code);
        drop(client);
        let client = self.open();
        self.on_the_floor(&client, what, code);
        self.server.desk().conduct = Conduct::Plain(Vec::new());
        assert!(!client.sync().unwrap().online, "{what}");
        self.on_the_floor(&client, what, code);
        self.heals(&client, what);
    }

    fn on_the_floor(&self, client: &Client, what: &str, code: Code) {
        assert_eq!(client.state().standing(), Connection::Refused(code), "{what}");
        assert_eq!(allowed(client), floor_of(&self.before), "{what}");
    }

    /// It is no contact: the rights are what they were, also after a restart.
    fn ignores(&self, what: &str, code: Code) {
        let is_drip = matches!(self.server.desk().conduct, Conduct::Drip(_));
        let patience = Duration::from_secs(if is_drip { 1 } else { 30 });
        let client = Client::open(config(self.home.path()).timeout(patience)).unwrap();
        let summary = client.sync().unwrap();
        assert_eq!((summary.online, summary.why), (false, Some(code)), "{what}");
        assert_eq!(client.state().standing(), Connection::Offline(code), "{what}");
        assert_eq!(allowed(&client), self.before, "{what}");
        drop(client);
        let client = self.open();
        assert_eq!(allowed(&client), self.before, "{what}, after a restart");
        self.heals(&client, what);
    }

    fn heals(&self, client: &Client, what: &str) {
        self.server.reform();
        let summary = client.sync().unwrap();
        assert_eq!((summary.online, summary.why), (true, None), "{what}: an honest answer");
        assert_eq!(allowed(client), self.before, "{what}: an honest answer");
    }
}

/// An answer with another head.
fn with_head(wide: &Documents, head: &Signed) -> Value {
    json!({ "head": head, "list": wide.list() })
}

fn with_keys(answer: &Value, keys: &Signed) -> Value {
    let mut answer = answer.clone();
    answer["keys"] = json!(keys);
    answer
}

/// Every attack on head, list and keys, with the code it must end in. All of them would give every right.
fn attacks(device: &InstallationId) -> Vec<(String, Value, Code)> {
    let wide = Documents::wide();
    let signed = wide.signed(device);
    let sign = |head: &Value| of_epoch(1).sign(Domain::Head, bytes(head));
    let with = |field: &str, value: Value| {
        let mut head = wide.head(device);
        head[field] = value;
        with_head(&wide, &sign(&head))
    };
    let honest = wide.answer(device);
    let other_list = Documents { entries: vec![entry(b"another body", 2, 20)], ..wide.clone() };
    let tombstone = Documents {
        entries: vec![{
            let mut entry = entry(b"revision one", 1, 5);
            entry["delete"] = json!(true);
            entry
        }],
        ..wide.clone()
    };
    let same_stamp = Documents { entries: vec![entry(b"revision two", 2, 10)], ..wide.clone() };
    let raw_list = |list: &str| {
        let mut head = wide.head(device);
        head["list"] = json!(Hash::of(list.as_bytes()));
        json!({ "head": sign(&head), "list": list })
    };
    let cut_list = &wide.list()[..60];
    let large_list = format!("{}{}", wide.list(), " ".repeat(4 * 1024 * 1024));
    let unsorted = {
        let (mut one, two) = (entry(b"a", 1, 20), entry(b"revision one", 1, 10));
        one["guid"] = json!("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF");
        Documents { entries: vec![one, two], ..wide.clone() }.list()
    };
    let mut changed_keys = key_document(1);
    changed_keys["keys"] = json!([of_epoch(1).verifying_key(), signing_key(99).verifying_key()]);
    let by_hand = |document: &Value, with: u8| signing_key(with).sign(Domain::Keys, bytes(document));
    let mut attacks = vec![
        ("unsigned", with_head(&wide, &Signed { signature: None, ..signed.clone() }), Code::HeadUnsigned),
        ("signed by nobody", with_head(&wide, &Signed { key: None, ..signed.clone() }), Code::HeadUnsigned),
        (
            "signature stripped",
            with_head(&wide, &Signed { signature: Some(vec![]), ..signed.clone() }),
            Code::HeadSignatureStripped,
        ),
        (
            "signature cut off",
            with_head(
                &wide,
                &Signed {
                    signature: signed.signature.clone().map(|mut bytes| {
                        bytes.pop();
                        bytes
                    }),
                    ..signed.clone()
                },
            ),
            Code::HeadSignatureStripped,
        ),
        (
            "signature of zeros",
            with_head(&wide, &Signed { signature: Some(vec![0; 64]), ..signed.clone() }),
            Code::HeadSignatureInvalid,
        ),
        ("another's key", with_head(&wide, &signing_key(99).sign(Domain::Head, signed.bytes.clone())), Code::HeadWrongKey),
        ("the root key", with_head(&wide, &root().sign(Domain::Head, signed.bytes.clone())), Code::HeadWrongKey),
        (
            "another's key under the right name",
            with_head(&wide, &Signed { key: signed.key.clone(), ..signing_key(99).sign(Domain::Head, signed.bytes.clone()) }),
            Code::HeadSignatureInvalid,
        ),
        (
            "signed as a key document",
            with_head(&wide, &of_epoch(1).sign(Domain::Keys, signed.bytes.clone())),
            Code::HeadSignatureInvalid,
        ),
        ("another device's", with("device", json!("ffffffffffffffffffffffffffffffff")), Code::HeadOtherDevice),
        ("an older number", with("revision", json!(9)), Code::HeadOlder),
        ("an equal number with other content", with("revision", json!(10)), Code::HeadConflict),
        ("a number of another epoch", with("epoch", json!(2)), Code::EpochJump),
        ("epoch zero", with("epoch", json!(0)), Code::EpochJump),
        ("a replayed tombstone", tombstone.answer(device), Code::TombstoneReplayed),
        ("an entry changed under its stamp", same_stamp.answer(device), Code::TombstoneReplayed),
        ("head A with list B", json!({ "head": signed, "list": other_list.list() }), Code::ListMismatch),
        ("no list at all", json!({ "head": other_list.signed(device) }), Code::ListMismatch),
        ("an empty list for a full one", json!({ "head": signed, "list": "" }), Code::ListMismatch),
        ("a head of 513 bytes", with_head(&wide, &of_epoch(1).sign(Domain::Head, vec![b' '; 513])), Code::DocumentTooLarge),
        ("a list of more than 4 MiB", raw_list(&large_list), Code::DocumentTooLarge),
        (
            "key document of 4,097 bytes",
            with_keys(&honest, &root().sign(Domain::Keys, vec![b' '; 4_097])),
            Code::DocumentTooLarge,
        ),
        (
            "a head cut off and signed so",
            with_head(&wide, &of_epoch(1).sign(Domain::Head, signed.bytes[..100].to_vec())),
            Code::DocumentTruncated,
        ),
        ("an empty head", with_head(&wide, &of_epoch(1).sign(Domain::Head, vec![])), Code::DocumentTruncated),
        ("a list cut off and named so", raw_list(cut_list), Code::DocumentTruncated),
        (
            "a head that is no object",
            with_head(&wide, &of_epoch(1).sign(Domain::Head, b"[1,2]".to_vec())),
            Code::DocumentMalformed,
        ),
        ("a list in disorder", raw_list(&unsorted), Code::DocumentMalformed),
        ("a feature that must be known", with("critical", json!(["quotas"])), Code::UnknownCriticalFeature),
        ("a head of a later form", with("v", json!(2)), Code::UnknownCriticalFeature),
        ("a list of a later form", raw_list(r#"{"v":2,"profiles":[]}"#), Code::UnknownCriticalFeature),
        ("keys of another's making", with_keys(&honest, &by_hand(&key_document(2), 99)), Code::KeysInvalid),
        (
            "keys signed by a signing key",
            with_keys(&honest, &of_epoch(1).sign(Domain::Keys, bytes(&key_document(2)))),
            Code::KeysInvalid,
        ),
        ("keys that nobody signed", with_keys(&honest, &Signed { signature: None, ..keys(2) }), Code::KeysInvalid),
        ("keys of the same epoch, changed", with_keys(&honest, &by_hand(&changed_keys, 1)), Code::KeysInvalid),
        ("older keys", with_keys(&honest, &keys(0)), Code::KeysOlder),
        ("a later epoch with the old epoch's head", with_keys(&honest, &keys(2)), Code::HeadWrongKey),
        (
            "keys of a later form",
            with_keys(&honest, &by_hand(&json!({ "v": 2, "epoch": 2, "keys": [], "ca": [] }), 1)),
            Code::UnknownCriticalFeature,
        ),
    ]
    .into_iter()
    .map(|(what, answer, code)| (what.to_owned(), answer, code))
    .collect::<Vec<_>>();
    for at in (0..signed.bytes.len()).step_by(16) {
        let mut flipped = signed.clone();
        flipped.bytes[at] ^= 1;
        attacks.push((format!("byte {at} of the head flipped"), with_head(&wide, &flipped), Code::HeadSignatureInvalid));
    }
    for at in (0..64).step_by(8) {
        let mut flipped = signed.clone();
        flipped.signature.as_mut().unwrap()[at] ^= 1;
        attacks.push((format!("byte {at} of the signature flipped"), with_head(&wide, &flipped), Code::HeadSignatureInvalid));
    }
    for at in (0..wide.list().len()).step_by(16) {
        let mut flipped = wide.list().into_bytes();
        flipped[at] ^= 1;
        let list = String::from_utf8(flipped).unwrap();
        attacks.push((format!("byte {at} of the list flipped"), json!({ "head": signed, "list": list }), Code::ListMismatch));
    }
    attacks
}

#[test]
fn each_attack_that_arrives_is_a_typed_error_and_the_floor_until_an_honest_answer_off_3() {
    let bench = Bench::new();
    let attacks = attacks(&bench.device());
    assert!(attacks.len() >= 14);
    for (what, answer, code) in attacks {
        bench.server.desk().check_in = Some(answer);
        bench.rejects(&what, code);
    }
}

#[test]
fn a_body_that_is_not_the_listed_one_is_never_delivered_off_3() {
    for (what, body, code) in [
        ("list A with body B", b"revision two".to_vec(), Code::BodyMismatch),
        ("an empty body", Vec::new(), Code::BodyMismatch),
        ("a body cut off", b"revision on".to_vec(), Code::BodyMismatch),
        ("a body and more", b"revision one ".to_vec(), Code::BodyMismatch),
        ("a body of more than 4 MiB", vec![b'x'; 4 * 1024 * 1024 + 1], Code::DocumentTooLarge),
    ] {
        let (server, home) = (Impostor::new(Documents::narrow()), tempfile::tempdir().unwrap());
        server.desk().body = Some(body);
        let client = Client::open(config(home.path())).unwrap();
        let refused = client.login(server.connection(), "carol", &Secret::new("any password")).unwrap_err();
        assert_eq!(refused.code(), code, "{what}");
        assert_eq!(client.state().standing(), Connection::Refused(code), "{what}");
        assert!(client.next_change().unwrap().is_none(), "{what}");
        assert!(!allowed(&client).contains(&("run_manually", "local")), "{what}");
        server.reform();
        assert_eq!(client.sync().unwrap().why, None, "{what}");
        assert_eq!(client.next_change().unwrap().unwrap().body(), Some(&b"revision one"[..]), "{what}");
    }
}

#[test]
fn a_login_that_brings_what_cannot_be_trusted_changes_nothing() {
    let bench = Bench::new();
    let client = bench.open();
    let login = |root: &Value, keys: &Signed| json!({ "token": "token", "user": "carol", "root": root, "keys": keys });
    let own = json!(root().verifying_key());
    let other = json!(signing_key(99).verifying_key());
    let other_machine = signing_key(99).sign(Domain::Keys, bytes(&key_document(1)));
    for (what, answer, code) in [
        ("keys that the root key does not vouch for", login(&own, &other_machine), Code::KeysInvalid),
        ("a root key of another's", login(&other, &keys(1)), Code::KeysInvalid),
        ("keys that nobody signed", login(&own, &Signed { signature: None, ..keys(1) }), Code::KeysInvalid),
        ("a weak root key", login(&json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="), &keys(1)), Code::MalformedAnswer),
        ("no keys", json!({ "token": "token", "user": "carol", "root": own }), Code::MalformedAnswer),
    ] {
        bench.server.desk().login = Some(answer);
        let refused = client.login(bench.server.connection(), "carol", &Secret::new("any password")).unwrap_err();
        assert_eq!(refused.code(), code, "{what}");
        assert_eq!(allowed(&client), bench.before, "{what}");
        bench.heals(&client, what);
    }
    // Older keys of the same server: it came back from an older copy, and is not believed but shown what it knew.
    let held = client.state().number();
    bench.server.desk().login = Some(login(&own, &keys(0)));
    client.login(bench.server.connection(), "carol", &Secret::new("any password")).unwrap();
    assert_eq!((client.state().number(), allowed(&client)), (held, bench.before.clone()));
}

#[test]
fn what_is_no_answer_of_the_servers_changes_no_right_off_2() {
    let bench = Bench::new();
    let inside = |bytes: Vec<u8>| Conduct::Bytes(bytes);
    let json = "application/json";
    let page = b"<!doctype html><h1>Please log in to the hotel's network</h1>";
    let problem = |code: i32| {
        let problem = json!({ "type": "x", "title": "x", "status": 403, "detail": "x", "code": code, "name": "x" });
        http("403 Forbidden", "application/problem+json", &bytes(&problem))
    };
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let answer = bytes(&Documents::wide().answer(&bench.device()));
    let wrong_shape = |list: &str| http("200 OK", json, list.as_bytes());
    for (what, conduct, code) in [
        ("more than 12 MiB", inside(http("200 OK", json, &vec![b' '; 12 * 1024 * 1024 + 1])), Code::TooLarge),
        (
            "more than 12 MiB in pieces",
            inside([b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nd00000\r\n".to_vec(), vec![b' '; 0xd0_0000]].concat()),
            Code::TooLarge,
        ),
        ("cut off in the head", inside(b"HTTP/1.1 200 OK\r\ncontent-le".to_vec()), Code::Unreachable),
        ("cut off in the content", inside(http("200 OK", json, &answer)[..400].to_vec()), Code::Unreachable),
        (
            "cut off between pieces",
            inside(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n".to_vec()),
            Code::Unreachable,
        ),
        ("another protocol", inside(b"SSH-2.0-OpenSSH_9.9\r\n\r\n".to_vec()), Code::MalformedAnswer),
        ("no text at all", inside(vec![0xff; 500]), Code::MalformedAnswer),
        ("a head without end", inside([b"HTTP/1.1 200 OK\r\nx: ".to_vec(), vec![b'y'; 100_000]].concat()), Code::MalformedAnswer),
        ("a page of somebody else's", inside(http("200 OK", "text/html", page)), Code::MalformedAnswer),
        ("a page that says it is JSON", inside(http("200 OK", json, page)), Code::MalformedAnswer),
        ("nothing", inside(http("200 OK", json, b"")), Code::MalformedAnswer),
        ("no content", inside(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n".to_vec()), Code::MalformedAnswer),
        ("a list", inside(wrong_shape("[null,null,null,9]")), Code::MalformedAnswer),
        ("100,000 lists deep", inside(wrong_shape(&deep)), Code::MalformedAnswer),
        (
            "a signature that is not base64",
            inside(wrong_shape(r#"{"head":{"document":"AAAA","key":"x","signature":"?"}}"#)),
            Code::MalformedAnswer,
        ),
        ("a refusal on a page", inside(http("401 Unauthorized", "text/html", page)), Code::MalformedAnswer),
        ("a refusal without a reason", inside(http("403 Forbidden", "application/problem+json", b"{}")), Code::MalformedAnswer),
        ("a refusal with a code that is not known", inside(problem(99_999)), Code::MalformedAnswer),
        ("a refusal with no code", inside(problem(0)), Code::MalformedAnswer),
        ("a gateway without its server", inside(http("502 Bad Gateway", "text/html", page)), Code::Unreachable),
        (
            "a redirect",
            inside(
                b"HTTP/1.1 302 Found\r\nlocation: https://localhost:1/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                    .to_vec(),
            ),
            Code::MalformedAnswer,
        ),
        ("a drip", Conduct::Drip(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n".to_vec()), Code::TimedOut),
        ("a drip of a head", Conduct::Drip(b"HTTP/1.1 200 OK\r\nx: ".to_vec()), Code::TimedOut),
        ("another CA's certificate", Conduct::OtherAuthority, Code::UntrustedServer),
        ("a certificate for another name", Conduct::OtherName, Code::UntrustedServer),
        ("the alert that the address is not admitted", Conduct::Plain(vec![0x15, 3, 3, 0, 2, 2, 49]), Code::AddressRefused),
        ("another alert", Conduct::Plain(vec![0x15, 3, 3, 0, 2, 2, 40]), Code::TlsFailed),
        ("plain HTTP", Conduct::Plain(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n".to_vec()), Code::TlsFailed),
        ("an end at once", Conduct::Plain(Vec::new()), Code::TlsFailed),
    ] {
        bench.server.desk().conduct = conduct;
        bench.ignores(what, code);
    }
}

/// A check-in that nothing is wrong with, from a server that came back with a new epoch, is no attack.
#[test]
fn the_same_server_with_new_keys_is_believed_off_3() {
    let bench = Bench::new();
    let client = bench.open();
    bench.server.desk().honest = Documents { epoch: 3, revision: 2, ..Documents::narrow() };
    assert_eq!(client.sync().unwrap().why, None);
    assert_eq!(allowed(&client), bench.before);
    bench.server.desk().honest = Documents::wide();
    assert_eq!(client.sync().unwrap().why, Some(Code::KeysOlder), "the old epoch is over");
    assert_eq!(allowed(&client), floor_of(&bench.before));
}
