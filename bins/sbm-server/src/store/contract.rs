//! What every backend must do, as cases by method and scenario. A backend runs them all unchanged ([`run`]).
//!
//! 1. A case gets a store of its own, fresh, and may close and open it again. Several run at once: each waits for its disk or
//!    its database most of the time.
//! 2. Every method of every store trait has a case; a test reads the traits to make sure.

mod acknowledgements;
mod api_tokens;
mod attempts;
mod audit;
mod audit_about;
mod codes;
mod commit;
mod communications;
mod directory;
mod enrolments;
mod factors;
mod fixture;
mod orders;
mod quotas;
mod races;
mod retention;
mod runs;
mod runs_page;
mod secrets;
mod sent_codes;
mod servers;
mod sessions;
mod silos;
mod tasks;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::Store;

/// Opens the store of one place; again, after it was dropped, with what was in it.
pub(super) type Open = Box<dyn Fn() -> Arc<dyn Store>>;

/// One scenario of one method.
pub(super) struct Case {
    method: &'static str,
    scenario: &'static str,
    run: fn(&mut World),
}

/// A case: the method's name, and the function whose name is the scenario.
macro_rules! case {
    ($method:literal, $scenario:ident) => {
        $crate::store::contract::Case { method: $method, scenario: stringify!($scenario), run: $scenario }
    };
}
use case;

/// The store of a case.
pub(super) struct World {
    // Closed before the place goes that it is opened at.
    store: Option<Arc<dyn Store>>,
    open: Open,
}

impl World {
    fn new(open: Open) -> Self {
        let store = Some(open());
        Self { open, store }
    }

    fn store(&self) -> &dyn Store {
        self.store.as_deref().unwrap()
    }

    fn shared(&self) -> Arc<dyn Store> {
        Arc::clone(self.store.as_ref().unwrap())
    }

    /// Closes the store and opens it again.
    fn reopen(&mut self) {
        let store = self.store.take().unwrap();
        assert_eq!(Arc::strong_count(&store), 1, "somebody else still has the store");
        drop(store);
        self.store = Some((self.open)());
    }
}

/// How often fifty do the same at once: 20 times in the tests, what `SBM_RACES` says in a campaign.
pub(crate) fn rounds() -> u64 {
    std::env::var("SBM_RACES").map_or(20, |count| count.parse().unwrap())
}

fn cases() -> Vec<&'static Case> {
    [
        directory::CASES,
        commit::CASES,
        runs::CASES,
        runs_page::CASES,
        retention::CASES,
        sessions::CASES,
        api_tokens::CASES,
        codes::CASES,
        factors::CASES,
        sent_codes::CASES,
        enrolments::CASES,
        communications::CASES,
        quotas::CASES,
        orders::CASES,
        secrets::CASES,
        silos::CASES,
        acknowledgements::CASES,
        audit::CASES,
        audit_about::CASES,
        servers::CASES,
        tasks::CASES,
        attempts::CASES,
        races::CASES,
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// How many cases run at once.
const AT_ONCE: usize = 4;

/// Runs every case on stores of that backend and says which ones fail.
pub(super) fn run(place: impl Fn() -> Open + Sync) {
    let cases = cases();
    assert!(cases.len() >= 150, "only {} cases", cases.len());
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            if catch_unwind(AssertUnwindSafe(|| (case.run)(&mut World::new(place())))).is_err() {
                failed.lock().unwrap().push(format!("{}: {}", case.method, case.scenario));
            }
        }
    };
    std::thread::scope(|scope| (0..AT_ONCE).for_each(|_| drop(scope.spawn(work))));
    let failed = failed.into_inner().unwrap();
    assert!(next.into_inner() >= cases.len());
    assert!(failed.is_empty(), "{} of {} cases fail: {failed:#?}", failed.len(), cases.len());
}

#[test]
fn every_method_of_every_store_has_a_case() {
    let traits = [
        include_str!("directory.rs"),
        include_str!("runs.rs"),
        include_str!("sessions.rs"),
        include_str!("codes.rs"),
        include_str!("factors.rs"),
        include_str!("sent_codes.rs"),
        include_str!("enrolments.rs"),
        include_str!("communications.rs"),
        include_str!("quotas.rs"),
        include_str!("orders.rs"),
        include_str!("secrets.rs"),
        include_str!("acknowledgements.rs"),
        include_str!("audit.rs"),
        include_str!("servers.rs"),
        include_str!("tasks.rs"),
        include_str!("attempts.rs"),
    ];
    let methods: BTreeSet<&str> = traits
        .iter()
        .flat_map(|text| text.lines())
        .filter_map(|line| line.strip_prefix("    fn ")?.split_once("(&self"))
        .map(|(name, _)| name)
        .collect();
    let covered: BTreeSet<&str> = cases().iter().map(|case| case.method).collect();
    assert!(methods.len() >= 55, "the traits were not read: {methods:?}");
    assert_eq!(methods, covered, "methods on the left, methods with cases on the right");
}

#[test]
fn every_case_has_a_name_of_its_own() {
    let cases = cases();
    let names: BTreeSet<_> = cases.iter().map(|case| (case.method, case.scenario)).collect();
    assert_eq!(names.len(), cases.len());
}
