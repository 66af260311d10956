//! A server that stands still while its database is moved away, and goes on afterwards.

use sbm_client::admin::Admin;
use sbm_client::core::code::Code;
use sbm_client::core::wire::v1::path;
use sbm_client::core::wire::v1::session::Secret;
use sbm_test_postgres::Cluster;
use sbm_tests::process::{Victim, history};
use sbm_tests::raw::{Wire, request};
use sbm_tests::server::ADMIN_PASSWORD;
use sbm_tests::site::Site;
use sbm_tests::stronghold::log_in;

use crate::office::{Computer, PATIENCE, content, database, group, places, set_up, started, until};

const MOVE: &str = env!("CARGO_BIN_EXE_sbm-test-move");

/// Moves the database as soon as no server holds it any more.
fn moved(site: &Site, to: &str) {
    let key_file = site.settings(site.store()).into_iter().find(|(key, _)| key == "key_file").unwrap().1;
    let data_dir = site.data("moved").display().to_string();
    until("the lease of who stands still is over", || {
        let mut command = Victim::start(MOVE, &[&data_dir, &key_file, site.store(), to]);
        let last = std::iter::from_fn(|| command.line()).last().unwrap();
        assert!(last.starts_with("done ") || last.starts_with("refused store_locked"), "{last}");
        last.starts_with("done ")
    });
}

#[test]
fn a_server_that_stood_still_while_its_database_was_moved_answers_nobody_and_changes_nothing_door_2_run_7() {
    for way in ["to SQLite", "to another PostgreSQL"] {
        let site = Site::new(Cluster::shared());
        let to = match way {
            "to SQLite" => format!("sqlite:{}", site.data("moved.db").display()),
            _ => Cluster::shared().database(),
        };
        let server = started(&site, "one", 0, site.store());
        let (admin, port) = (set_up(&site, "one", &server), server.connection.port);
        let carol = Computer::new(&server.connection);
        let before = carol.run();
        assert_eq!(carol.sync(), None, "{way}");
        admin.add_group(&group("before")).unwrap();
        // Two who have said what they want when it wakes up: a change, and a question.
        let raw = site.raw(port);
        let console = log_in(&raw, "admin", ADMIN_PASSWORD);
        let change = serde_json::to_string(&group("after")).unwrap();
        let held =
            [request("POST", path::GROUPS, Some(&console), Some(&change)), request("GET", path::USERS, Some(&console), None)];
        let mut wires: Vec<Wire> = held.iter().map(|_| raw.connect()).collect();
        for wire in &mut wires {
            wire.send(&request("GET", path::STATUS, None, None));
            assert_eq!(wire.answer().unwrap().status, 200);
        }
        server.process.freeze();
        wires.iter_mut().zip(&held).for_each(|(wire, asked)| wire.send(asked));
        moved(&site, &to);

        let mut left = database(&site);
        let moved_away = content(&mut left);
        server.process.signal("CONT");
        for wire in &mut wires {
            let answer = wire.answer();
            let code = answer.as_ref().and_then(|answer| answer.code());
            assert!(answer.is_none() || code == Some(Code::ServerBehind), "{way}: {answer:?}");
        }
        // It looked, and says that nobody has to wait for it.
        until("it gives its place among the servers up", || places(&mut left).is_empty());
        for asked in &held {
            let answer = raw.ask(asked);
            let code = answer.as_ref().and_then(|answer| answer.code());
            assert!(answer.is_none() || code == Some(Code::ServerBehind), "{way}: {answer:?}");
        }
        let after = carol.run();
        assert_eq!(carol.sync(), Some(Code::ServerBehind), "{way}");
        assert_eq!(content(&mut left), moved_away, "{way}");
        assert_eq!(places(&mut left), [], "{way}: it has no place again");

        // Where everything is now: what was acknowledged, nothing that was refused, and what nobody has answered yet.
        drop(server);
        let server = started(&site, "moved", port, &to);
        assert_eq!(carol.sync(), None, "{way}");
        let mut admin = Admin::connect(&server.connection, PATIENCE).unwrap();
        admin.login("admin", &Secret::new(ADMIN_PASSWORD)).unwrap();
        let runs = history(&admin);
        assert!(runs.len() == 2 && runs.contains_key(&before) && runs.contains_key(&after), "{way}: {runs:?}");
        let groups: Vec<String> = admin.groups().unwrap().into_iter().map(|group| group.name.to_string()).collect();
        assert!(groups.iter().any(|name| name == "before"), "{way}: {groups:?}");
        assert!(!groups.iter().any(|name| name == "after"), "{way}: {groups:?}");
    }
}
