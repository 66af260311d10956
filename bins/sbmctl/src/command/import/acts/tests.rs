//! An import that is broken off anywhere, and one beside which somebody else works.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use sbm_client::core::wire::PROBLEM_TYPE;
use sbm_client::core::wire::v1::Problem;
use sbm_client::core::wire::v1::session::Secret;
use sbm_client::transport::{HttpRequest, HttpResponse, Transport, TransportError};

use super::*;
use crate::exchange::difference::{Counts, difference};
use crate::exchange::reading::lines;

/// A server that has groups, as far as an import asks it.
#[derive(Clone, Default)]
struct Server(Arc<Mutex<Held>>);

#[derive(Default)]
struct Held {
    groups: BTreeMap<String, (Value, u64)>,
    /// How many requests came, and which of them all were to change something.
    asked: usize,
    writes: usize,
    /// The request that gets no answer, and whether it is done all the same.
    lost: Option<(usize, bool)>,
    /// Before which request somebody else gives every group another description.
    meddled: Option<usize>,
}

impl Transport for Server {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let mut held = self.0.lock().unwrap();
        held.asked += 1;
        let asked = held.asked;
        if held.meddled == Some(asked) {
            for (group, stamp) in held.groups.values_mut() {
                group["description"] = json!("somebody else's");
                *stamp += 1;
            }
        }
        let lost = held.lost.filter(|(at, _)| *at == asked);
        if lost != Some((asked, false)) {
            let answer = held.answer(&request);
            if lost.is_none() {
                return Ok(answer);
            }
        }
        Err(TransportError { code: Code::TimedOut, message: "no answer came".to_owned() })
    }
}

impl Held {
    fn answer(&mut self, request: &HttpRequest) -> HttpResponse {
        let body: Value = request.body.as_deref().map_or(Value::Null, |body| serde_json::from_slice(body).unwrap());
        let name = request.path.strip_prefix("/v1/groups/").unwrap_or_default().to_owned();
        let ok = |value: &Value, stamp: u64| HttpResponse {
            status: 200,
            time: None,
            content_type: "application/json".to_owned(),
            tag: Some(format!("\"{stamp}-x\"")),
            body: value.to_string().into_bytes(),
        };
        let refused = |code: Code| HttpResponse {
            status: code.status(),
            content_type: PROBLEM_TYPE.to_owned(),
            body: serde_json::to_vec(&Problem::from(code)).unwrap(),
            ..ok(&Value::Null, 0)
        };
        self.writes += usize::from(request.method != "GET");
        match (request.method, request.path.as_str()) {
            ("GET", "/STATUS") => ok(
                &json!({"service": "sbm", "version": "1", "wire": [1], "capabilities": ["admin", "manage"], "claimed": true, "time": 0}),
                0,
            ),
            ("POST", _) => {
                let name = body["name"].as_str().unwrap().to_owned();
                if self.groups.contains_key(&name) {
                    return refused(Code::NameTaken);
                }
                let group = json!({"name": name, "description": body["description"], "users": 0, "profiles": 0});
                self.groups.insert(name, (group.clone(), 1));
                ok(&group, 1)
            }
            (method, _) => {
                let Some((group, stamp)) = self.groups.get_mut(&name) else { return refused(Code::NotFound) };
                if method == "PATCH" {
                    let condition = request.headers.iter().find(|(name, _)| *name == "if-match").map(|(_, tag)| tag.clone());
                    if condition != Some(format!("\"{stamp}-x\"")) {
                        return refused(Code::PreconditionFailed);
                    }
                    group["description"] = body["description"].clone();
                    *stamp += 1;
                }
                ok(group, *stamp)
            }
        }
    }
}

impl Server {
    /// With groups of these names and descriptions.
    fn with(groups: &[(&str, &str)]) -> Self {
        let server = Self::default();
        for (name, description) in groups {
            let group = json!({"name": name, "description": description, "users": 0, "profiles": 0});
            server.0.lock().unwrap().groups.insert((*name).to_owned(), (group, 1));
        }
        server
    }

    fn rows(&self) -> Vec<Row> {
        self.0.lock().unwrap().groups.values().filter_map(|(group, _)| Kind::Groups.row(group.clone())).collect()
    }

    fn import(&self, file: &str) -> (Difference, Result<(), Failure>) {
        let admin = Admin::over(Box::new(self.clone())).with_token(Secret::new("t"));
        let there = There::default();
        let mut found = difference(Kind::Groups, &self.rows(), lines(file, Kind::Groups, None).unwrap(), |_, _| None);
        let (out, _, _) = Output::captured(false);
        let done = Acts::new(&admin, Kind::Groups, &there, None).all(&mut found, &out);
        (found, done)
    }
}

const FILE: &str = "name,description\na,one\nb,two\nc,three\nd,four\n";

fn there() -> Server {
    Server::with(&[("b", ""), ("d", "four"), ("z", "stays")])
}

#[test]
fn an_import_that_is_broken_off_anywhere_goes_on_to_the_same_end_con_1() {
    let whole = there();
    whole.import(FILE).1.unwrap();
    let (rows, requests) = (whole.rows(), whole.0.lock().unwrap().asked);
    assert_eq!((rows.len(), requests), (5, 5), "one for what it can, two new ones, and one that is read and changed");
    for at in 1..=requests {
        for is_done in [false, true] {
            let server = there();
            server.0.lock().unwrap().lost = Some((at, is_done));
            let (found, stopped) = server.import(FILE);
            let told = format!("{:?}", stopped.unwrap_err());
            assert!(told.contains("import the same file again") && told.contains("no answer came"), "{told}");
            assert!(found.counts().refused > 0, "what is not known, and what was not come to, is not told as done: {found:?}");
            let (_, again) = server.import(FILE);
            again.unwrap();
            assert_eq!(server.rows(), rows, "without the answer to request {at}");
            let writes = server.0.lock().unwrap().writes;
            let (found, _) = server.import(FILE);
            assert_eq!(found.counts(), Counts { unchanged: 4, ..Counts::default() });
            assert_eq!(server.0.lock().unwrap().writes, writes, "what is so already is left alone");
        }
    }
}

#[test]
fn what_somebody_changes_meanwhile_is_never_undone_unseen_con_1() {
    // Before it is read again, and between that and the change.
    for at in 1..=5 {
        let server = there();
        server.0.lock().unwrap().meddled = Some(at);
        let (found, done) = server.import(FILE);
        done.unwrap();
        let line = &found.lines[1];
        let now = server.rows().into_iter().find(|row| row.key == "b").unwrap().fields["description"].clone();
        match &line.verdict {
            Verdict::Refused(told) => {
                assert!(told.contains("meanwhile") || told.contains("changed"), "{told}");
                assert_eq!(now, "somebody else's", "{at}");
            }
            Verdict::Change(_) => assert!(at > 4, "{at}: {now}"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn where_nothing_can_be_done_not_every_line_is_tried_con_1() {
    let file: String = (0..100).fold("name\n".to_owned(), |file, at| format!("{file}g{at}\n"));
    let server = Server::with(&[]);
    // All of them come to be between the look and the act.
    let admin = Admin::over(Box::new(server.clone())).with_token(Secret::new("t"));
    let mut found = difference(Kind::Groups, &[], lines(&file, Kind::Groups, None).unwrap(), |_, _| None);
    server.import(&file).1.unwrap();
    let before = server.0.lock().unwrap().asked;
    let (out, _, _) = Output::captured(false);
    let stopped = Acts::new(&admin, Kind::Groups, &There::default(), None).all(&mut found, &out).unwrap_err();
    assert!(stopped.sentence().contains("the first 25 lines were refused"), "{stopped:?}");
    assert_eq!((found.counts().refused, server.0.lock().unwrap().asked - before), (100, 25));
}

#[test]
fn a_line_is_refused_by_what_is_about_it_and_everything_else_ends_the_import_con_1() {
    for code in [Code::NameTaken, Code::DeniedRole, Code::InvalidAccount, Code::PreconditionFailed, Code::LastSuperuser] {
        assert!(is_refusal(code), "{code}");
    }
    for code in [
        Code::TimedOut,
        Code::Unreachable,
        Code::Internal,
        Code::StoreUnavailable,
        Code::TokenRefused,
        Code::DeniedToken,
        Code::DeniedAddress,
        Code::Busy,
    ] {
        assert!(!is_refusal(code), "{code}");
    }
}

#[test]
fn how_far_an_import_got_is_told_with_what_comes_next_con_1() {
    let told = |done, passwords| format!("{:?}", midway(Failure::new(Code::TimedOut, "no answer"), done, passwords));
    assert!(told(0, None).contains("no answer; no line was done"), "{}", told(0, None));
    let two = told(2, Some("p.csv"));
    assert!(two.contains("2 lines done before") && two.contains("`p.csv`, so name another file"), "{two}");
}

#[test]
fn a_quota_is_changed_whole_acc_5() {
    let row = |quota: Value| Kind::Accounts.row(json!({"account": "a", "state": "active", "quota": quota})).unwrap();
    let new = Map::from_iter([("warning".to_owned(), json!(5)), ("state".to_owned(), json!("disabled"))]);
    let patch = account_patch(new, &row(json!({"hard": 9, "soft": 5})));
    assert_eq!(Value::Object(patch), json!({"standing": "disabled", "quota": {"hard": 9, "soft": 5}}));
}
