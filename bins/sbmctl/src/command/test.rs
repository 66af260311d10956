//! `sbmctl test`: each thing that can be wrong on the way to a server, on a line of its own (RUN-5).

use std::sync::Arc;

use clap::Args;
use sbm_client::core::code::Code;
use sbm_client::core::wire::v1::ConnectionString;
use sbm_client::store::MemoryStore;
use sbm_client::{Client, Config, Outcome, ServerTest};
use serde_json::{Value, json};

use crate::context::Context;
use crate::failure::Failure;
use crate::output::table::{Cell, Tone};
use crate::output::text::duration;
use crate::parse;
use crate::peer::{Peer, Roots};
use crate::prompt::PasswordFrom;

/// A skew from which on somebody should look at the clocks, in milliseconds.
const NOTICEABLE: u64 = 60_000;

#[derive(Args, Debug)]
pub(crate) struct Test {
    /// Connection string of another server than the saved one
    #[arg(value_parser = parse::connection)]
    connection: Option<ConnectionString>,
    /// Check the password of this user too
    #[arg(short, long, value_name = "NAME")]
    user: Option<String>,
    #[command(flatten)]
    password: PasswordFrom,
    #[command(flatten)]
    roots: Roots,
}

pub(crate) fn run(command: Test, context: &mut Context) -> Result<(), Failure> {
    let peer = context.given_or_saved(command.connection, command.roots)?;
    check(&peer, command.user.as_deref(), &command.password, context)
}

/// Tests a server and shows each part; the first that failed gives the exit code.
pub(super) fn check(peer: &Peer, user: Option<&str>, password: &PasswordFrom, context: &mut Context) -> Result<(), Failure> {
    let connection = &peer.connection;
    let password = match user {
        Some(user) => Some(password.known(&format!("`{user}` at {}", connection.authority()))?),
        None => None,
    };
    // A client that nothing is kept of: a test leaves no trace on this machine.
    let client = Client::with_store(
        Config::new("").timeout(context.timeout).system_roots(peer.system_roots),
        Arc::new(MemoryStore::new()?),
    )?;
    let test = client.test_server(connection, user.zip(password.as_ref()));
    context.out.facts(&to_json(&test), &facts(connection, &test))?;
    match first_failure(&test) {
        // What is wrong has been said on its line; the exit code says it too.
        Some((code, message)) => Err(Failure::new(code, message).quietly()),
        None => Ok(()),
    }
}

/// The parts, in the order in which they depend on each other.
const fn parts(test: &ServerTest) -> [(&'static str, &Outcome); 6] {
    let (versions, set_up) = versions_and_set_up(&test.versions);
    [
        ("reachable", &test.reachable),
        ("certificate", &test.certificate),
        ("address", &test.address_allowed),
        ("versions", versions),
        ("set up", set_up),
        ("credentials", &test.credentials),
    ]
}

/// The client asks both with one request. Whether a server is set up is asked only of one whose version fits.
const fn versions_and_set_up(both: &Outcome) -> (&Outcome, &Outcome) {
    match both {
        Outcome::Ok => (&Outcome::Ok, &Outcome::Ok),
        Outcome::Failed { code: Code::NotClaimed, .. } => (&Outcome::Ok, both),
        Outcome::Failed { .. } | Outcome::NotTried => (both, &Outcome::NotTried),
    }
}

fn first_failure(test: &ServerTest) -> Option<(Code, &str)> {
    parts(test).into_iter().find_map(|(_, outcome)| match outcome {
        Outcome::Failed { code, message } => Some((*code, message.as_str())),
        Outcome::Ok | Outcome::NotTried => None,
    })
}

fn facts(connection: &ConnectionString, test: &ServerTest) -> Vec<(&'static str, Cell)> {
    let mut facts = vec![("server", Cell::from(connection.authority()))];
    facts.extend(parts(test).map(|(name, outcome)| (name, shown(name, outcome, test))));
    facts.push(("clock skew", test.clock_skew_ms.map_or_else(|| "not tried".into(), skew)));
    facts
}

fn shown(name: &str, outcome: &Outcome, test: &ServerTest) -> Cell {
    match (outcome, name, &test.server_version) {
        (Outcome::Ok, "versions", Some(version)) => Cell::toned(format!("ok, the server is version {version}"), Tone::Good),
        (Outcome::Ok, ..) => Cell::toned("ok", Tone::Good),
        (Outcome::Failed { message, .. }, ..) => Cell::toned(format!("failed: {message}"), Tone::Bad),
        (Outcome::NotTried, "credentials", _) if test.versions == Outcome::Ok => "not tried; `--user NAME` checks them".into(),
        (Outcome::NotTried, ..) => "not tried".into(),
    }
}

fn skew(millis: i64) -> Cell {
    let length = duration(i64::try_from(millis.unsigned_abs()).unwrap_or(i64::MAX));
    let tone = if millis.unsigned_abs() < NOTICEABLE { Tone::Good } else { Tone::Uneasy };
    let text = match millis {
        -99..=99 => "less than 0.1 s".to_owned(),
        100.. => format!("the server is {length} ahead of this computer"),
        _ => format!("the server is {length} behind this computer"),
    };
    Cell::toned(text, tone)
}

fn to_json(test: &ServerTest) -> Value {
    let mut object: serde_json::Map<String, Value> =
        parts(test).into_iter().map(|(name, outcome)| (name.replace(' ', "_"), outcome_json(outcome))).collect();
    object.insert("server_version".to_owned(), json!(test.server_version));
    object.insert("clock_skew_ms".to_owned(), json!(test.clock_skew_ms));
    object.into()
}

fn outcome_json(outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Ok => json!({"outcome": "ok"}),
        Outcome::Failed { code, message } => {
            json!({"outcome": "failed", "code": code.name(), "number": code.number(), "message": message})
        }
        Outcome::NotTried => json!({"outcome": "not_tried"}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::table::Look;

    /// A test of a server where nobody listens: what it says is real, and changed into what is wanted.
    fn unreachable() -> (ConnectionString, ServerTest) {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let connection: ConnectionString = format!("sbm://127.0.0.1:{port}#ca-sha256={}", "0".repeat(64)).parse().unwrap();
        let client = Client::with_store(Config::new(""), Arc::new(MemoryStore::new().unwrap())).unwrap();
        let test = client.test_server(&connection, None);
        (connection, test)
    }

    #[test]
    fn a_server_that_is_not_there_fails_at_the_first_part_and_nothing_else_is_tried_run_5() {
        let (_, test) = unreachable();
        assert_eq!(first_failure(&test).map(|(code, _)| code), Some(Code::Unreachable));
        let json = to_json(&test);
        assert_eq!((&json["reachable"]["outcome"], &json["reachable"]["code"]), (&json!("failed"), &json!("unreachable")));
        for part in ["certificate", "address", "versions", "set_up", "credentials"] {
            assert_eq!(json[part], json!({"outcome": "not_tried"}), "{part}");
        }
        assert_eq!(json["clock_skew_ms"], Value::Null);
    }

    #[test]
    fn each_part_has_a_line_of_its_own_run_5() {
        let (_, mut test) = unreachable();
        let connection = "sbm://backup.example".parse().unwrap();
        (test.reachable, test.certificate, test.address_allowed, test.versions) =
            (Outcome::Ok, Outcome::Ok, Outcome::Ok, Outcome::Ok);
        (test.server_version, test.clock_skew_ms) = (Some("0.1.0".to_owned()), Some(-90_000));
        let expected = "\
server       backup.example:8100
reachable    ok
certificate  ok
address      ok
versions     ok, the server is version 0.1.0
set up       ok
credentials  not tried; `--user NAME` checks them
clock skew   the server is 1 min 30 s behind this computer
";
        assert_eq!(Look::default().facts(&facts(&connection, &test)), expected);
        assert_eq!(first_failure(&test), None);
        test.credentials = Outcome::Failed { code: Code::WrongCredentials, message: "the password is wrong".to_owned() };
        assert!(Look::default().facts(&facts(&connection, &test)).contains("\ncredentials  failed: the password is wrong\n"));
        assert_eq!(first_failure(&test), Some((Code::WrongCredentials, "the password is wrong")));
    }

    #[test]
    fn a_server_that_is_not_set_up_is_no_matter_of_versions_run_5() {
        let (_, mut test) = unreachable();
        let failed = |code, message: &str| Outcome::Failed { code, message: message.to_owned() };
        for (versions, shown) in [
            (failed(Code::NotClaimed, "not yet"), ("ok", "failed")),
            (failed(Code::CapabilityMissing, "too old"), ("failed", "not_tried")),
            (Outcome::Ok, ("ok", "ok")),
            (Outcome::NotTried, ("not_tried", "not_tried")),
        ] {
            test.versions = versions;
            let json = to_json(&test);
            assert_eq!((&json["versions"]["outcome"], &json["set_up"]["outcome"]), (&json!(shown.0), &json!(shown.1)));
        }
        (test.reachable, test.versions) = (Outcome::Ok, failed(Code::NotClaimed, "not yet"));
        assert_eq!(first_failure(&test), Some((Code::NotClaimed, "not yet")));
    }

    #[test]
    fn the_skew_says_which_clock_is_ahead() {
        for (millis, text, tone) in [
            (0, "less than 0.1 s", Tone::Good),
            (-99, "less than 0.1 s", Tone::Good),
            (2_500, "the server is 2.5 s ahead of this computer", Tone::Good),
            (-60_000, "the server is 1 min behind this computer", Tone::Uneasy),
            (i64::MIN, "the server is 106751991167 d 7 h behind this computer", Tone::Uneasy),
        ] {
            assert_eq!(skew(millis), Cell::toned(text, tone), "{millis}");
        }
    }
}
