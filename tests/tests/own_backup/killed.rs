//! Restores that are killed: at each step, and at any moment. Nothing starts on what is half there, and the same restore gets
//! through in the end.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use sbm_client::core::code::Code;
use sbm_client::core::id::RunId;
use sbm_client::core::time::Timestamp;
use sbm_server::backup::create::Made;
use sbm_server::clock::SystemClock;
use sbm_server::place;
use sbm_server::store::RunSource;
use sbm_tests::fixture::{client_of, office};
use sbm_tests::process::{Victim, random};
use sbm_tests::server::TestServer;

use super::broken_off::{kills, linger};
use super::place::{Keys, Kind, Place, runs};
use super::under_load::record;

/// A restore as a process of its own.
struct Restoring(Victim);

impl Restoring {
    fn start(place: &Place, backup: &Path, keys: &Keys) -> Self {
        let [data_dir, backup, key] = [&place.data_dir(), backup, &keys.path()].map(|path| path.display().to_string());
        let mut arguments = vec![data_dir, backup, key];
        arguments.extend(place.arguments());
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        Self(Victim::start(env!("CARGO_BIN_EXE_sbm-test-restore"), &arguments))
    }

    /// The step at which it stands, or what it ended with.
    fn step(&mut self) -> String {
        let line = self.0.line().unwrap();
        assert!(!line.starts_with("refused"), "{line}");
        line
    }

    /// Lets it go on to the next one.
    fn next(&mut self) -> String {
        self.0.say("go on");
        self.step()
    }
}

/// A server with something of everything that a test asks for, and a backup of it.
fn backed_up(kind: Kind, keys: &Keys, backups: &Path) -> (Made, BTreeSet<RunId>) {
    let place = Place::new(kind, keys);
    let server = TestServer::start(place.directory.clone(), 0, Arc::new(SystemClock), &place.borrowed());
    office(&server.claim());
    let home = tempfile::tempdir().unwrap();
    drop(client_of(&server, home.path()));
    let service = server.service();
    let source = RunSource::of(service.facts().devices().next().unwrap());
    let records = (1..=2_500).map(|number| record(number, &source)).collect();
    service.store().ingest(source, records, Timestamp::from_millis(1)).wait().unwrap();
    let made = place.back_up(backups);
    (made, runs(service.store()))
}

#[test]
fn a_restore_to_sqlite_killed_at_any_step_keeps_servers_away_and_begins_anew_door_2() {
    killed_at_each_step(Kind::Sqlite, Kind::Sqlite);
    killed_at_each_step(Kind::Postgres, Kind::Sqlite);
}

#[test]
fn a_restore_to_postgresql_killed_at_any_step_keeps_servers_away_and_begins_anew_door_2() {
    killed_at_each_step(Kind::Sqlite, Kind::Postgres);
    killed_at_each_step(Kind::Postgres, Kind::Postgres);
}

/// Every step of a restore that nobody kills.
fn all_steps(place: &Place, backup: &Path, keys: &Keys) -> Vec<String> {
    let mut restoring = Restoring::start(place, backup, keys);
    let mut steps = vec![restoring.step()];
    while steps.last().is_some_and(|step| !step.starts_with("done")) {
        steps.push(restoring.next());
    }
    steps.pop();
    steps
}

/// What the last step is, behind which everything is there.
const fn last(to: Kind) -> &'static str {
    match to {
        Kind::Sqlite => "Named",
        Kind::Postgres => "Filled",
    }
}

fn killed_at_each_step(from: Kind, to: Kind) {
    let (keys, backups) = (Keys::new(), tempfile::tempdir().unwrap());
    let (made, all) = backed_up(from, &keys, backups.path());
    let steps = all_steps(&Place::new(to, &keys), &made.path, &keys);
    let place = Place::new(to, &keys);
    let mut seen = BTreeSet::new();
    for (number, step) in steps.iter().enumerate() {
        // Of the many moments at which some rows are there a few.
        if step.starts_with("Rows") && number % 7 != 0 && seen.contains("Rows") {
            continue;
        }
        let mut restoring = Restoring::start(&place, &made.path, &keys);
        let mut at = restoring.step();
        for _ in 0..number {
            at = restoring.next();
        }
        assert_eq!(at, *step);
        restoring.0.kill();
        seen.insert(step.split('(').next().unwrap());
        if step == last(to) {
            break;
        }
        refused(&place, step);
    }
    let one_of_each = match (from, to) {
        (Kind::Sqlite, Kind::Sqlite) => vec!["Copied", "Filled", "Marked", "Named", "Secret"],
        (Kind::Postgres, Kind::Sqlite) => vec!["Filled", "Marked", "Named", "Rows", "Secret"],
        (Kind::Sqlite, Kind::Postgres) => vec!["Copied", "Filled", "Marked", "Rows", "Secret"],
        (Kind::Postgres, Kind::Postgres) => vec!["Filled", "Marked", "Rows", "Secret"],
    };
    assert_eq!(seen, one_of_each.into_iter().collect(), "{steps:?}");
    whole(&place, &made, &all);
    let again = place.restore(&made.path, &keys).unwrap_err();
    assert_eq!(again.code(), Code::StoreNotEmpty, "{again}");
}

#[test]
fn a_restore_killed_at_any_moment_is_there_wholly_or_keeps_servers_away_door_2() {
    for (from, to) in [(Kind::Sqlite, Kind::Postgres), (Kind::Postgres, Kind::Sqlite)] {
        let (keys, backups) = (Keys::new(), tempfile::tempdir().unwrap());
        let (made, all) = backed_up(from, &keys, backups.path());
        let mut place = Place::new(to, &keys);
        for _ in 0..kills() / 2 {
            let mut restoring = Restoring::start(&place, &made.path, &keys);
            assert_eq!(restoring.step(), "Marked");
            (0..1_000).for_each(|_| restoring.0.say("go on"));
            linger(random(400_000));
            restoring.0.kill();
            // The database may be obeying its last words, and be done a moment later.
            match place::open(&place.config()) {
                Ok(opened) => drop(opened),
                Err(refused) => {
                    assert!(refused.message.contains("sbm-server backup restore"), "{}", refused.message);
                    let again = place.restore(&made.path, &keys);
                    assert!(again.as_ref().map_or_else(|error| error.code() == Code::StoreNotEmpty, |_| true), "{again:?}");
                }
            }
            whole(&place, &made, &all);
            place = Place::new(to, &keys);
        }
    }
}

/// No server starts there, and it says what to do.
fn refused(place: &Place, at: &str) {
    let refused = place::open(&place.config()).unwrap_err();
    assert_eq!(refused.code, Code::StoreUnavailable, "{at}: {}", refused.message);
    assert!(refused.message.contains("sbm-server backup restore"), "{at}: {}", refused.message);
}

/// The content is the backup's, begun anew; nothing else lies there.
fn whole(place: &Place, made: &Made, all: &BTreeSet<RunId>) {
    let opened = place.open();
    let rows = opened.store.load().wait().unwrap();
    assert_eq!(rows.revision, made.manifest.revision + 1);
    assert!(rows.server.epoch > made.manifest.epoch);
    assert_eq!(opened.store.verify_audit().wait().unwrap(), (made.manifest.audit + 1, None));
    assert_eq!(runs(&*opened.store), *all);
    let left: Vec<_> = opened.data_dir.names().unwrap().into_iter().filter(|name| name.contains("restor")).collect();
    assert!(left.is_empty(), "{left:?}");
}
