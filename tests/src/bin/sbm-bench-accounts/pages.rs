//! Pages of history of a large tree, in either database: 300,000 runs of 30,000 of the accounts, the newest first.
//!
//! Read by administrators at the top, and of a tenth, a hundredth and a thousandth of the tree; beside it stands another root
//! account, or the one at the top would see all there is.

use std::time::Instant;

use sbm_core::account::Level;
use sbm_core::account::tree::Kind;
use sbm_core::directory::rows::Account;
use sbm_core::directory::{Change, Directory, Rows};
use sbm_core::id::{AccountId, DeviceId, UserId};
use sbm_core::name::Name;
use sbm_core::run::RunRecord;
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::admin::HistoryQuery;
use sbm_server::store::{Postgres, RunSource, Sqlite, Store, StoreUrl, Within};
use sbm_test_postgres::Cluster;
use sbm_tests::batch::record;
use sbm_tests::enterprise::installation;

use super::{middle, put_all, row};

/// Accounts that have history, and how many runs each.
const BUSY: usize = 30_000;
const EACH: u64 = 10;
/// How many answers are waited for at once.
const AT_ONCE: usize = 1_000;
/// Pages that are read one behind the other.
const PAGES: usize = 50;
const MOST: f64 = 50.0;

/// Whose administrators read: the accounts are numbered level by level.
const READERS: [(&str, AccountId); 4] =
    [("all of it", AccountId(1)), ("a tenth", AccountId(2)), ("a hundredth", AccountId(12)), ("a thousandth", AccountId(112))];

/// Both databases, one behind the other.
pub fn measure(all: &Rows) {
    let directory = tempfile::tempdir().unwrap();
    let store = Sqlite::open(directory.path()).unwrap();
    fill(&store, all);
    pages("SQLite", &store, all);
    // Pages are read, so that nothing waits for its disk.
    let cluster = Cluster::shared();
    let database = cluster.database();
    let Ok(StoreUrl::Postgres(url)) = database.parse() else { panic!("`{database}` is no URL of a PostgreSQL") };
    let store = Postgres::open(&url).unwrap();
    fill(&store, all);
    // As it does by itself within a minute.
    cluster.admin(Cluster::name_of(&database)).batch_execute("ANALYZE").unwrap();
    pages("PostgreSQL", &store, all);
}

fn fill(store: &dyn Store, all: &Rows) {
    let begun = Instant::now();
    let id = AccountId(u32::try_from(all.accounts.len()).unwrap() + 1);
    let other = Account::new(id, None, Name::new("another root").unwrap(), Kind::Organisation(Level::Reseller));
    put_all(store, all.accounts.iter().cloned().chain([other]).map(Change::Account).collect());
    let leaves: Vec<AccountId> =
        all.accounts.iter().rev().map_while(|account| account.kind.level().is_none().then_some(account.id)).collect();
    let mut waiting = Vec::new();
    for at in 0..BUSY {
        let number = u32::try_from(at).unwrap() + 1;
        let account = *leaves.get(at * 7_919 % leaves.len()).unwrap();
        let source = RunSource { account, device: DeviceId(number), installation: installation(UserId(number)) };
        // Spread over the whole time.
        let runs = (0..EACH).map(|turn| {
            let run = record(turn * BUSY as u64 + u64::from(number), source.installation);
            RunRecord { sequence: turn + 1, ..run }
        });
        waiting.push(store.ingest(source, runs.collect(), Timestamp::from_millis(1)));
        if waiting.len() == AT_ONCE {
            waiting.drain(..).for_each(|answer| drop(answer.wait().unwrap()));
        }
    }
    waiting.into_iter().for_each(|answer| drop(answer.wait().unwrap()));
    eprintln!("filled in {:.0?}", begun.elapsed());
}

fn pages(name: &str, store: &dyn Store, all: &Rows) {
    let facts = Directory::new(store.load().wait().unwrap());
    let mut reader = all.users.first().unwrap().clone();
    for (what, account) in READERS {
        reader.account = account;
        let within = Within::of(facts.seen_by_user(&reader));
        let mut query = HistoryQuery::default();
        let took = (0..PAGES).map(|_| {
            let begun = Instant::now();
            let page = store.list(within, query.clone()).wait().unwrap();
            let took = begun.elapsed().as_secs_f64() * 1e3;
            assert!(!page.items.is_empty());
            query.after = page.next;
            took
        });
        row(
            &format!("accounts: a page of history of {what} of 111,111 accounts, 300,000 runs, {name}, p50"),
            middle(took),
            "ms",
            MOST,
        );
    }
}
