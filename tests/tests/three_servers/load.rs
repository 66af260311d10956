//! Who works while the faults happen, and what he was told.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::time::Duration;

use sbm_client::admin::Admin;
use sbm_client::core::code::Code;
use sbm_client::core::id::{Hash, RunId};
use sbm_client::core::run::Trigger;
use sbm_client::core::wire::v1::admin::NewGroup;
use sbm_client::core::wire::v1::session::Secret;
use sbm_client::{Client, Error};
use sbm_tests::fixture::{PASSWORD, config, end, guid, name, start, upload};
use sbm_tests::process::random;
use tempfile::TempDir;

use crate::scene::{Scene, user};

pub const CLIENTS: usize = 30;

/// What everybody did and was told.
#[derive(Default)]
pub struct Told {
    pub over: AtomicBool,
    /// How often each client got through.
    pub synced: Vec<AtomicUsize>,
    /// The runs that the server has, as the clients were told.
    pub acknowledged: Mutex<Vec<RunId>>,
    /// The groups that the administrator added, with whether he was told so.
    pub groups: Mutex<BTreeMap<String, bool>>,
    /// The plans that he uploaded, with the revision that he was told.
    pub uploads: Mutex<BTreeMap<Hash, Option<u64>>>,
    /// Why something was not done, and how often.
    pub failures: Mutex<BTreeMap<&'static str, usize>>,
}

impl Told {
    pub fn new() -> Self {
        Self { synced: (0..CLIENTS).map(|_| AtomicUsize::new(0)).collect(), ..Self::default() }
    }

    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::Acquire)
    }

    fn failed(&self, code: Code) {
        *self.failures.lock().unwrap().entry(code.name()).or_default() += 1;
    }
}

/// Waits a random while.
pub fn linger(at_most: u32) {
    let (_open, wait) = channel::<()>();
    wait.recv_timeout(Duration::from_millis(u64::from(random(at_most)))).unwrap_err();
}

/// An installation with its cache.
pub struct Installation {
    client: Client,
    _home: TempDir,
}

impl Installation {
    pub fn new(scene: &Scene, number: usize) -> Self {
        let home = tempfile::tempdir().unwrap();
        let client = Client::open(config(home.path())).unwrap();
        client.login(&scene.connection(), &user(number), &Secret::new(PASSWORD)).unwrap();
        Self { client, _home: home }
    }

    /// Runs and syncs until it is over; gives what it has finished.
    pub fn work(&self, number: usize, told: &Told) -> BTreeSet<RunId> {
        let (mut finished, mut unsent) = (BTreeSet::new(), Vec::new());
        while !told.is_over() {
            let run = self.client.begin_run(start(Trigger::Schedule)).unwrap();
            finished.insert(run.id());
            unsent.push(run.id());
            run.finish(end()).unwrap();
            let summary = self.client.sync().unwrap();
            match summary.why {
                Some(code) => {
                    // A plan that was replaced while it was on its way, or that the next server has not heard of yet, is not
                    // there; the next sync is about the newer one.
                    assert!(is_outage(code) || code == Code::NotFound, "{summary:?}");
                    told.failed(code);
                }
                None if summary.online && summary.history_waiting == 0 => {
                    told.acknowledged.lock().unwrap().append(&mut unsent);
                    told.synced[number].fetch_add(1, Ordering::AcqRel);
                }
                None => {}
            }
            linger(400);
        }
        finished
    }

    /// Sends what is left.
    pub fn is_done(&self) -> bool {
        let summary = self.client.sync().unwrap();
        summary.online && summary.why.is_none() && summary.history_waiting == 0
    }
}

/// Adds groups and uploads plans until it is over.
pub fn administer(admin: &Admin, told: &Told) {
    // The office came with the first revision.
    let (mut number, mut revision) = (0, 1);
    while !told.is_over() {
        number += 1;
        let group = format!("group {number}");
        told.groups.lock().unwrap().insert(group.clone(), false);
        match admin.add_group(&NewGroup::new(name(&group))) {
            Ok(_) => drop(told.groups.lock().unwrap().insert(group, true)),
            Err(error) => broken(&error, told),
        }
        let body = format!("plan {number}").into_bytes();
        let hash = Hash::of(&body);
        told.uploads.lock().unwrap().insert(hash, None);
        match admin.upload_profile(&upload(&body, revision)) {
            Ok(profile) => {
                assert_eq!((profile.revision, profile.body), (revision + 1, hash));
                revision = profile.revision;
                told.uploads.lock().unwrap().insert(hash, Some(revision));
            }
            Err(error) => {
                broken(&error, told);
                // Whether it is there is not known; which one is, is.
                while let Err(error) = admin.profile(&guid()).map(|profile| revision = profile.revision) {
                    broken(&error, told);
                    if told.is_over() {
                        return;
                    }
                }
            }
        }
        linger(300);
    }
}

fn broken(error: &Error, told: &Told) {
    assert!(may_happen(error), "{error}");
    told.failed(error.code());
    linger(100);
}

/// What an outage may look like; an upload that was stored without a word of it is stale when it comes again.
pub fn may_happen(error: &Error) -> bool {
    is_outage(error.code()) || error.code() == Code::Stale
}

fn is_outage(code: Code) -> bool {
    // A connection that ends in the middle of a word.
    code.is_retryable() || matches!(code, Code::TlsFailed | Code::MalformedAnswer)
}
