//! Everything moves from one database to another: the same bytes there and back, killed anywhere, and never two servers.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sbm_client::core::code::Code;
use sbm_client::core::id::Hash;
use sbm_core::directory::{Actor, Refusal};
use sbm_server::clock::SystemClock;
use sbm_server::config::Config;
use sbm_server::pki::KeyFile;
use sbm_server::relocate::{Done, Move, Step, Undone, relocate, undo};
use sbm_server::server::Server;
use sbm_server::store::export::{Summary, Whole, copy, export, filled, looked};
use sbm_server::store::relocation::{self, At, Mark, Role};
use sbm_server::store::{Postgres, Sqlite, Store, StoreUrl};
use sbm_test_postgres::Cluster;
use sbm_tests::estate::{self, fill};
use sbm_tests::process::Victim;
use tempfile::TempDir;

/// How many runs: 50,000 in the tests, what `SBM_MOVED` says in a campaign.
fn runs() -> u64 {
    std::env::var("SBM_MOVED").ok().map_or(50_000, |text| text.parse().unwrap())
}

/// A machine with a data directory, a key file, and room for databases.
struct Machine {
    directory: TempDir,
    key_file: PathBuf,
}

impl Machine {
    fn new() -> Self {
        let directory = TempDir::new().unwrap();
        let key_file = directory.path().join("key");
        KeyFile::create(&key_file).unwrap();
        Self { directory, key_file }
    }

    fn data_dir(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    fn file(&self, name: &str) -> String {
        format!("sqlite:{}", self.directory.path().join(name).display())
    }

    fn config(&self, places: [&str; 2]) -> Config {
        estate::config(&self.data_dir(), &self.key_file, places)
    }

    /// Starts a server there and stops it again; gives how clients know it.
    fn start(&self, place: &str) -> Result<String, Refusal> {
        let mut config = self.config([place, place]);
        config.store = place.parse().unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let known = runtime.block_on(async {
            let server = Server::open(config, Arc::new(SystemClock)).await?;
            let known = server.connection().ca.unwrap();
            server.serve(std::future::ready(())).await;
            Ok::<_, Refusal>(known.to_string())
        });
        drop(runtime);
        known
    }

    fn moved(&self, from: &str, to: &str) -> Result<Done, Refusal> {
        self.moved_until(from, to, &mut |_| ControlFlow::Continue(()))
    }

    fn moved_until(&self, from: &str, to: &str, tell: &mut dyn FnMut(Step) -> ControlFlow<()>) -> Result<Done, Refusal> {
        let asked = Move { from: from.parse().unwrap(), to: to.parse().unwrap(), verify: true };
        relocate(&self.config([from, to]), &asked, &SystemClock, tell)
    }

    fn undone(&self, from: &str) -> Result<Undone, Refusal> {
        undo(&self.config([from, from]), &from.parse().unwrap(), &SystemClock)
    }

    /// A server's database with content.
    fn filled(&self, name: &str, runs: u64) -> String {
        let place = self.file(name);
        self.start(&place).unwrap();
        fill(&*opened(&place), runs);
        place
    }
}

/// Each store of a place, as everything that a test needs it to be.
trait Any: Store + Whole {}
impl<S: Store + Whole> Any for S {}

fn opened(place: &str) -> Box<dyn Any> {
    match place.parse::<StoreUrl>().unwrap() {
        StoreUrl::Sqlite(Some(path)) => Box::new(Sqlite::open_file(&path).unwrap()),
        StoreUrl::Sqlite(None) => panic!("the tests name their files"),
        StoreUrl::Postgres(url) => Box::new(Postgres::open(&url).unwrap()),
    }
}

/// What a database holds, as text if it is asked for.
fn told(store: &dyn Whole, whole: bool) -> (Summary, Vec<u8>) {
    looked(store, move |sql| {
        let mut text = Vec::new();
        let summary = match whole {
            true => export(sql, &mut text, &mut |_| {})?,
            false => export(sql, &mut std::io::sink(), &mut |_| {})?,
        };
        Ok((summary, text))
    })
    .unwrap()
}

fn copied(from: &dyn Whole, to: &dyn Whole) {
    let mark = Mark { id: [7; 16], role: Role::Source, place: "there".to_owned(), epoch: 1, at: At::default() };
    copy(from, to, &mark, "there", &mut |_| ControlFlow::Continue(())).unwrap();
    filled(to, relocation::remove).unwrap();
}

#[test]
fn everything_is_the_same_bytes_from_sqlite_to_postgresql_and_back_door_2() {
    let machine = Machine::new();
    let first = opened(&machine.file("first"));
    fill(&*first, runs());
    let small = runs() <= 50_000;
    let (summary, text) = told(&*first, small);
    assert!(summary.rows["runs"] > runs() - 100 && summary.rows["run_stubs"] == 50, "{:?}", summary.rows);
    let empty: Vec<_> = summary.rows.iter().filter(|(_, rows)| **rows == 0).collect();
    assert!(empty.is_empty(), "the estate has nothing in {empty:?}");
    let there = opened(&Cluster::shared().database());
    copied(&*first, &*there);
    let (there_summary, there_text) = told(&*there, small);
    assert_eq!(there_summary, summary);
    assert!(there_text == text, "the text from PostgreSQL is another");
    let back = opened(&machine.file("back"));
    copied(&*there, &*back);
    let (back_summary, back_text) = told(&*back, small);
    assert_eq!(back_summary, summary);
    assert!(back_text == text, "the text from the second SQLite is another");
    for store in [&first, &there, &back] {
        let (entries, broken) = store.verify_audit().wait().unwrap();
        assert_eq!((entries, broken), (summary.rows["audit"], None));
    }
}

#[test]
fn a_server_moves_with_its_identity_and_its_new_epoch_and_nobody_starts_on_what_it_left_door_2_off_3_run_4() {
    let machine = Machine::new();
    let (from, there, back) = (machine.filled("first", 2_000), Cluster::shared().database(), machine.file("back"));
    let known = machine.start(&from).unwrap();
    let before = opened(&from).load().wait().unwrap().server.epoch;
    let done = machine.moved(&from, &there).unwrap();
    assert!(done.sha256.is_some() && done.rows > 2_000 && !done.before, "{done:?}");
    let refused = machine.start(&from).unwrap_err();
    assert_eq!(refused.code, Code::StoreMoved);
    let password = format!(":{}@", Cluster::shared().password());
    assert!(refused.message.contains("was moved to `postgres://") && !refused.message.contains(&password), "{refused:?}");
    assert_eq!(machine.start(&there).unwrap(), known, "clients know the server by its CA");
    let rows = opened(&there).load().wait().unwrap();
    assert_eq!(rows.server.epoch, before + 1, "the start after the move needs no other epoch");
    // Again is not a mistake.
    assert!(machine.moved(&from, &there).unwrap().before);
    // What it left lies there in clear, and is named.
    let names: Vec<_> = done.in_clear.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect();
    assert!(["ca.pem", "root.key", "token.key", "first"].iter().all(|name| names.contains(name)), "{names:?}");
    assert!(done.in_clear.iter().all(|path| path.exists()), "{:?}", done.in_clear);
    assert_eq!(machine.moved(&there, &back).unwrap().in_clear, Vec::<PathBuf>::new());
    assert_eq!(machine.start(&there).unwrap_err().code, Code::StoreMoved);
    assert_eq!(machine.start(&back).unwrap(), known);
    assert_eq!(opened(&back).load().wait().unwrap().server.epoch, before + 2);
    let (_, broken) = opened(&back).verify_audit().wait().unwrap();
    assert_eq!(broken, None);
}

#[test]
fn a_move_is_taken_back_with_one_more_epoch_door_2_off_3() {
    let machine = Machine::new();
    let (from, to) = (machine.filled("first", 100), machine.file("second"));
    assert_eq!(machine.undone(&from).unwrap_err().code, Code::NotFound);
    machine.moved(&from, &to).unwrap();
    let moved = opened(&to).load().wait().unwrap().server.epoch;
    let Undone { epoch, to: place, .. } = machine.undone(&from).unwrap();
    assert!(epoch > moved && place == to, "{epoch} {place}");
    machine.start(&from).unwrap();
    assert_eq!(opened(&from).load().wait().unwrap().server.epoch, epoch);
    // Once more, to another place: the one of before is not fresh.
    assert_eq!(machine.moved(&from, &to).unwrap_err().code, Code::StoreNotEmpty);
    machine.moved(&from, &machine.file("third")).unwrap();
}

#[test]
fn no_epoch_that_the_target_published_comes_again_when_a_move_is_taken_back_off_3() {
    let machine = Machine::new();
    let (from, there) = (machine.filled("first", 100), Cluster::shared().database());
    let before = opened(&from).load().wait().unwrap().server.epoch;
    machine.moved(&from, &there).unwrap();
    // A server runs there, and its keys are exchanged, twice.
    let mut config = machine.config([&there, &there]);
    config.store = there.parse().unwrap();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let server = Server::open(config, Arc::new(SystemClock)).await.unwrap();
        for _ in 0..2 {
            server.service().rotate_keys(Actor::system()).await.unwrap();
        }
    });
    let published = opened(&there).load().wait().unwrap().server.epoch;
    assert_eq!(published, before + 3);
    let Undone { epoch, .. } = machine.undone(&from).unwrap();
    assert!(epoch > published, "{epoch}, and there were {published}");
    // Again: what was published is not taken back either.
    machine.moved(&from, &machine.file("second")).unwrap();
    assert!(machine.undone(&from).unwrap().epoch > epoch);
    machine.start(&from).unwrap();
}

#[test]
fn a_move_that_is_broken_off_at_any_step_keeps_servers_away_and_goes_on_door_2() {
    let machine = Machine::new();
    let (from, to) = (machine.filled("first", 9_000), machine.file("second"));
    for step in 0.. {
        let mut left = step;
        let done = machine.moved_until(&from, &to, &mut |_| {
            left -= 1;
            if left < 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        if let Ok(done) = done {
            assert!(step >= 4, "{step} steps");
            assert!(!done.before);
            break;
        }
        for place in [&from, &to].into_iter().filter(|place| *place == &from || step > 2) {
            assert_eq!(machine.start(place).unwrap_err().code, Code::StoreMoved, "step {step}, {place}");
        }
        let elsewhere = machine.moved(&from, &machine.file("elsewhere")).unwrap_err();
        assert_eq!(elsewhere.code, Code::StoreMoved, "step {step}: {elsewhere:?}");
    }
    machine.start(&to).unwrap();
}

#[test]
fn a_move_is_known_again_however_its_places_are_spelt_and_what_is_refused_leaves_nothing_door_2() {
    let machine = Machine::new();
    let (from, there) = (machine.filled("first", 2_000), Cluster::shared().database());
    // Another host's name, another role's parameters: the same database.
    let spelt = there.replace("@127.0.0.1:", "@LocalHost:");
    assert_ne!(spelt, there);
    let mut rows = 0;
    let broken = machine.moved_until(&from, &there, &mut |step| {
        rows += u32::from(matches!(step, Step::Rows(_)));
        if rows == 1 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!(broken.unwrap_err().code, Code::StoreUnavailable);
    let refused = machine.start(&there).unwrap_err();
    assert!(refused.message.contains("being filled from `sqlite:/"), "{refused:?}");
    // A second place gets nothing of a move that is on its way to a first.
    let (other, file) = (Cluster::shared().database(), machine.file("other"));
    for to in [&other, &file] {
        assert_eq!(machine.moved(&from, to).unwrap_err().code, Code::StoreMoved, "{to}");
    }
    let mut admin = Cluster::shared().admin(Cluster::name_of(&other));
    assert!(admin.query("SELECT 1 FROM pg_namespace WHERE nspname = 'sbm'", &[]).unwrap().is_empty());
    for suffix in ["", ".lock", "-wal", ".sealed"] {
        assert!(!machine.directory.path().join(format!("other{suffix}")).exists(), "{suffix}");
    }
    assert!(!machine.moved(&from, &spelt).unwrap().before);
    assert!(machine.moved(&from, &there).unwrap().before && machine.moved(&from, &spelt).unwrap().before);
    machine.start(&there).unwrap();
}

#[test]
fn after_a_move_was_taken_back_its_target_says_what_to_do_and_then_takes_it_door_2() {
    let machine = Machine::new();
    let (from, to) = (machine.filled("first", 2_000), machine.file("second"));
    let mut rows = 0;
    let broken = machine.moved_until(&from, &to, &mut |step| {
        rows += u32::from(matches!(step, Step::Rows(_)));
        if rows == 1 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    broken.unwrap_err();
    machine.undone(&from).unwrap();
    let refused = machine.moved(&from, &to).unwrap_err();
    assert!(
        refused.code == Code::StoreMoved && refused.message.contains("was taken back; to move there again, remove `/"),
        "{refused:?}"
    );
    machine.start(&from).unwrap();
    let path = to.strip_prefix("sqlite:").unwrap();
    assert!(refused.message.contains(&format!("`{path}`, and `{path}-wal` and `{path}-shm`")), "{refused:?}");
    for suffix in ["", "-wal", "-shm"] {
        drop(std::fs::remove_file(format!("{path}{suffix}")));
    }
    machine.moved(&from, &to).unwrap();
    machine.start(&to).unwrap();
}

#[test]
fn a_move_killed_behind_any_commit_goes_on_to_the_same_bytes_door_2() {
    for way in ["to PostgreSQL", "to SQLite"] {
        let machine = Machine::new();
        let (mut from, mut to) = (machine.filled("first", 30_000), Cluster::shared().database());
        if way == "to SQLite" {
            machine.moved(&from, &to).unwrap();
            (from, to) = (to, machine.file("second"));
        }
        let (data_dir, key_file) = (machine.data_dir().display().to_string(), machine.key_file.display().to_string());
        let mut kills = 0;
        loop {
            let mut victim = Victim::start(env!("CARGO_BIN_EXE_sbm-test-move"), &[&data_dir, &key_file, &from, &to]);
            let mut rows = 0;
            let ended = loop {
                let line = victim.line().unwrap();
                assert!(!line.starts_with("refused"), "{way}: {line}");
                rows += u32::from(line.starts_with("Rows"));
                if line.starts_with("done") {
                    break true;
                }
                // The first time before any row, then behind each commit, then while it compares.
                if line.starts_with("Rows") && rows == 1 || kills == 0 || line.starts_with("Compared") && kills % 2 == 1 {
                    break false;
                }
            };
            if ended {
                break;
            }
            victim.kill();
            kills += 1;
        }
        assert!(kills >= 4, "{way}: {kills} kills");
        machine.start(&to).unwrap();
        assert_eq!(machine.start(&from).unwrap_err().code, Code::StoreMoved, "{way}");
        let store = opened(&to);
        assert_eq!(store.verify_audit().wait().unwrap().1, None, "{way}");
        let summary = told(&*store, false).0;
        assert_eq!((summary.rows["runs"], summary.rows["run_stubs"]), (29_952, 50), "{way}");
    }
}

#[test]
fn nothing_is_touched_where_something_is_or_a_server_runs_door_2_err_4() {
    let machine = Machine::new();
    let from = machine.filled("first", 100);
    let postgres = Cluster::shared().database();
    let hash = |path: &Path| Hash::of(&std::fs::read(path).unwrap());
    // Somebody else's file, a file cut to nothing, a server's database, the very same one.
    let foreign = machine.directory.path().join("foreign");
    rusqlite::Connection::open(&foreign)
        .unwrap()
        .execute_batch("CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)")
        .unwrap();
    let empty = machine.directory.path().join("empty");
    std::fs::write(&empty, b"").unwrap();
    let used = machine.filled("used", 10);
    let url = |path: &Path| format!("sqlite:{}", path.display());
    for (to, code) in [
        (url(&foreign), Code::StoreDamaged),
        (url(&empty), Code::StoreDamaged),
        (used.clone(), Code::StoreNotEmpty),
        (from.clone(), Code::InvalidArgument),
    ] {
        let path = PathBuf::from(to.strip_prefix("sqlite:").unwrap());
        let before = hash(&path);
        let refused = machine.moved(&from, &to).unwrap_err();
        assert_eq!(refused.code, code, "{to}: {refused:?}");
        assert_eq!(hash(&path), before, "{to}");
        machine.start(&from).unwrap();
    }
    let nowhere = machine.moved(&machine.file("nowhere"), &postgres).unwrap_err();
    assert!(nowhere.code == Code::InvalidArgument && nowhere.message.contains("nowhere"), "{nowhere:?}");
    let never = machine.file("never");
    drop(opened(&never));
    let never = machine.moved(&never, &machine.file("new")).unwrap_err();
    assert!(never.code == Code::InvalidArgument && never.message.contains("no server was ever started"), "{never:?}");
    // Another server's PostgreSQL, and one that a server is running on.
    let other = Machine::new();
    other.start(&postgres).unwrap();
    let refused = machine.moved(&from, &postgres).unwrap_err();
    assert_eq!(refused.code, Code::ConfigInvalid, "{refused:?}");
    machine.start(&from).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut config = other.config([&postgres, &postgres]);
    config.data_dir = other.directory.path().join("another");
    let running = runtime.block_on(Server::open(config, Arc::new(SystemClock))).unwrap();
    // One that makes its lease longer: who does not is gone.
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(|| runtime.block_on(running.serve(async { drop(stopped.await) })));
        let refused = other.moved(&postgres, &other.file("new")).unwrap_err();
        assert_eq!(refused.code, Code::StoreLocked, "{refused:?}");
        drop(stop);
    });
    let mut config = machine.config([&from, &from]);
    config.store = from.parse().unwrap();
    let running = runtime.block_on(Server::open(config, Arc::new(SystemClock))).unwrap();
    let refused = machine.moved(&from, &machine.file("new")).unwrap_err();
    assert_eq!(refused.code, Code::StoreLocked, "{refused:?}");
    drop(running);
}
