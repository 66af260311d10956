//! The driver is killed between every two steps, and every write fails once (HIS-3, OFF-2, DESIGN 3.6).
//!
//! What must hold at every point: no record that left the outbox is missing at the server; the server has none twice;
//! the permissions on disk are the old ones or the new ones, and the new ones once anybody was told; and the next start
//! finishes what was begun.

use std::collections::BTreeSet;

use sbm_core::agent::{Agent, Cause};
use sbm_core::id::InstallationId;
use sbm_core::wire::v1::session::DeviceSession;

use super::*;
use crate::driver::Driver;
#[cfg(feature = "sqlite")]
use crate::store::SqliteStore;
use crate::store::{FilesStore, MemoryStore};
use crate::transport::{HttpRequest, Transport, Verdict};

enum Disk {
    Memory(Arc<MemoryStore>),
    #[cfg(feature = "sqlite")]
    Sqlite(tempfile::TempDir),
    Files(tempfile::TempDir),
}

impl Disk {
    fn open(&self) -> Arc<dyn CacheStore> {
        match self {
            Self::Memory(store) => {
                store.restart();
                Arc::clone(store) as _
            }
            #[cfg(feature = "sqlite")]
            Self::Sqlite(directory) => Arc::new(SqliteStore::open(directory.path(), Hash::of(b"here")).unwrap()),
            Self::Files(directory) => Arc::new(FilesStore::open(directory.path(), Hash::of(b"here")).unwrap()),
        }
    }
}

/// A managed client with three runs to send, an answered change to tell, and news waiting at the server.
struct Scene {
    disk: Disk,
    server: Server,
    clock: TestClock,
}

impl Scene {
    fn new(disk: Disk) -> Self {
        let scene = Self { disk, server: Server::new(), clock: TestClock(AtomicI64::new(1_000_000)) };
        let store = scene.disk.open();
        let mut agent = Agent::new(store.load().unwrap(), 7);
        let session = scene.session(agent.trust().installation);
        agent.handle_login(scene.clock.now(), Server::connection(), "carol", session).unwrap();
        scene.driver(&*store, &agent).run(&mut agent).unwrap();
        scene.server.facts().assign(1, b"first");
        scene.sync(&*store, usize::MAX).unwrap();
        let change = store.next_change(scene.clock.now()).unwrap().unwrap();
        store.answer_change(&change, None).unwrap();
        for number in 1..=3 {
            let mark = crate::store::Mark {
                id: sbm_core::id::RunId::from_bytes([number; 16]),
                installation: agent.trust().installation,
                computer: "pc".into(),
                user: "carol".into(),
                start: start(Trigger::Schedule, None),
                estimate: 0,
            };
            store.begin_run(&mark).unwrap();
            store.finish_run(&mark.id, end()).unwrap();
        }
        scene.server.facts().set_rights(RightSet::default().with(Right::Restore));
        scene.server.facts().assign(1, b"second");
        scene.server.facts().assign(2, b"other");
        scene
    }

    fn session(&self, installation: InstallationId) -> DeviceSession {
        let login = sbm_core::wire::v1::session::DeviceLogin {
            user: "carol".into(),
            password: Secret::new(PASSWORD),
            installation,
            computer: "pc".into(),
            program: "test".into(),
            take_over: false,
        };
        let body = Some(serde_json::to_vec(&login).unwrap());
        let request =
            HttpRequest { method: "POST", path: "/v1/device".into(), token: None, body, max_answer: 10_000, headers: Vec::new() };
        match self.server.send(request).unwrap().verdict() {
            Verdict::Success(bytes) => serde_json::from_slice(&bytes).unwrap(),
            Verdict::Problem(_) | Verdict::Foreign(_) => panic!("no login"),
        }
    }

    fn driver<'a>(&'a self, store: &'a dyn CacheStore, agent: &Agent) -> Driver<'a> {
        Driver::new(store, &self.clock, agent.trust(), Some(Arc::new(self.server.clone())))
    }

    /// A sync of a process that dies before that step.
    fn sync(&self, store: &dyn CacheStore, step: usize) -> Result<SyncSummary, Error> {
        let mut agent = Agent::new(store.load().unwrap(), 7);
        agent.start_sync(self.clock.now(), Cause::OnDemand).unwrap();
        self.driver(store, &agent).dying_before(step).run(&mut agent)
    }

    /// What the next process finds, before it talks to anybody.
    fn check(&self, store: &dyn CacheStore, what: &str) {
        let snapshot = store.load().unwrap();
        assert_eq!(snapshot.fault, None, "{what}");
        let waiting: BTreeSet<u64> = store.outbox(100, false).unwrap().iter().map(|record| record.sequence).collect();
        let kept: BTreeSet<u64> = self.server.facts().runs.values().map(|record| record.sequence).collect();
        assert!((1..=3).all(|number| waiting.contains(&number) || kept.contains(&number)), "{what}: a record is lost");
        let view = Agent::new(snapshot.clone(), 7).view();
        let creates = view.decide(Action::Create, Resource::Local, || self.clock.now()).effect == Effect::Allow;
        let narrowed = snapshot.trust.seen.revision >= 3;
        assert_eq!(creates, !narrowed, "{what}: the rights are not those of the number");
        for change in &snapshot.queue {
            let body = change.body.map(|hash| store.body(&hash).unwrap());
            assert!(body.is_none_or(|bytes| bytes.is_some()), "{what}: a change without its content");
        }
    }

    /// The next process finishes what was begun.
    fn finish(&self, store: &dyn CacheStore, what: &str) {
        let summary = self.sync(store, usize::MAX).unwrap();
        assert_eq!((summary.online, summary.why), (true, None), "{what}");
        assert_eq!(summary.changes_waiting, 2, "{what}");
        assert_eq!(store.outbox(100, false).unwrap(), [], "{what}");
        let facts = self.server.facts();
        assert_eq!(facts.runs.values().map(|record| record.sequence).collect::<BTreeSet<_>>(), [1, 2, 3].into(), "{what}");
        assert!(!facts.outcomes.is_empty(), "{what}: an answer of the host is lost");
        drop(facts);
        let view = Agent::new(store.load().unwrap(), 7).view();
        assert_eq!(view.decide(Action::Create, Resource::Local, || self.clock.now()).effect, Effect::Deny, "{what}");
    }
}

fn kill_between_every_two_steps(disk: impl Fn() -> Disk) -> usize {
    for step in 0.. {
        let scene = Scene::new(disk());
        let finished = scene.sync(&*scene.disk.open(), step).is_ok();
        let store = scene.disk.open();
        let what = format!("killed before step {step}");
        scene.check(&*store, &what);
        scene.finish(&*store, &what);
        if finished {
            return step;
        }
    }
    unreachable!("a sync ends")
}

#[test]
fn a_driver_killed_between_every_two_steps_loses_doubles_and_widens_nothing_his_3() {
    let in_memory = kill_between_every_two_steps(|| Disk::Memory(Arc::new(MemoryStore::new().unwrap())));
    #[cfg(feature = "sqlite")]
    assert_eq!(in_memory, kill_between_every_two_steps(|| Disk::Sqlite(tempfile::tempdir().unwrap())));
    assert_eq!(in_memory, kill_between_every_two_steps(|| Disk::Files(tempfile::tempdir().unwrap())));
    assert!(in_memory >= 12, "only {in_memory} steps");
}

#[test]
fn a_write_that_fails_ends_the_sync_and_nothing_after_it_is_told_off_2() {
    for writes in 0.. {
        let memory = Arc::new(MemoryStore::new().unwrap());
        let scene = Scene::new(Disk::Memory(Arc::clone(&memory)));
        memory.fail_after(Some(writes));
        let result = scene.sync(&*memory, usize::MAX);
        memory.fail_after(None);
        let what = format!("write {writes} failed");
        scene.check(&*memory, &what);
        scene.finish(&*memory, &what);
        match result {
            Ok(_) => {
                assert!(writes >= 4, "only {writes} writes");
                return;
            }
            Err(error) => assert_eq!(error.code(), Code::CacheUnwritable, "{what}"),
        }
    }
}

#[test]
fn a_refusal_that_was_told_is_on_disk_off_2() {
    for step in 0.. {
        let scene = Scene::new(Disk::Memory(Arc::new(MemoryStore::new().unwrap())));
        scene.server.facts().refuses = Some(Code::UserDisabled);
        let result = scene.sync(&*scene.disk.open(), step);
        // From here on the server is away, and what counts is what lies on disk.
        let snapshot = scene.disk.open().load().unwrap();
        let is_on_floor = matches!(Agent::new(snapshot, 7).view().connection(), Connection::Refused(Code::UserDisabled));
        match result {
            Ok(summary) => {
                assert_eq!((summary.why, is_on_floor), (Some(Code::UserDisabled), true));
                assert!(step >= 3, "only {step} steps");
                return;
            }
            // Killed between the write and the telling, the floor is there already.
            Err(_) => assert_eq!(is_on_floor, step >= 2, "killed before step {step}"),
        }
    }
}
