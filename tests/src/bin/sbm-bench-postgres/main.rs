//! How fast history goes into a PostgreSQL and comes out of it, as rows of `make bench`: `sbm-bench-postgres [RECORDS]`.
//!
//! 1. Batches of 1,000 against a bare loop over the same table, with the same columns, indexes and `synchronous_commit=on`,
//!    in turn, the median of three: into the store's trait, which the bound is for, and through HTTP. The bare loop is the
//!    quicker of two: one statement of 1,000 rows of values, and one of a list for each column. It has a unix socket
//!    without TLS, and the store has TCP with TLS.
//! 2. A page of 50 against the same query by itself on the same database, by the same way: TCP and TLS. Beside it stands what
//!    the query takes on a socket of this machine without TLS.
//! 3. PostgreSQL waits for its disk here; what the disk takes for that stands beside the figures.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a bench fails by panicking")]
#![expect(clippy::print_stdout, reason = "its rows go to the standard output")]

mod bare;

use std::io::{Seek as _, SeekFrom, Write as _};
use std::time::{Duration, Instant};

use bare::{Bare, Loop};
use postgres::{Client, Statement};
use sbm_client::core::id::{AccountId, DeviceId, InstallationId};
use sbm_client::core::run::RunRecord;
use sbm_client::core::time::{DAY, Timestamp};
use sbm_client::core::wire::v1::admin::HistoryQuery;
use sbm_client::core::wire::v1::device::{Fate, Runs as Upload, RunsAnswer};
use sbm_client::core::wire::v1::path;
use sbm_server::store::{Postgres, RunSource, Runs as _, StoreUrl};
use sbm_test_postgres::{Cluster, Options};
use sbm_tests::batch::{BEGAN, batches};
use sbm_tests::estate::seen_by_admin;
use sbm_tests::fixture::{add_user, office};
use sbm_tests::raw::{Raw, Wire, request};
use sbm_tests::server::TestServer;
use sbm_tests::site::Site;
use sbm_tests::stronghold::{INSTALLATION, log_in_device};

const SIZE: usize = 1_000;
const ROUNDS: usize = 3;
const PAGE: u32 = 50;
const PAGES: usize = 300;
/// How many send at once in the last measurement through HTTP.
const SENDERS: usize = 4;

const SOURCE: RunSource =
    RunSource { account: AccountId::ROOT, device: DeviceId(1), installation: InstallationId::from_bytes([1; 16]) };

fn main() {
    let records: u64 = std::env::args().nth(1).map_or(50_000, |count| count.parse().unwrap());
    let cluster = Cluster::start(Options { fsync: true, settings: Vec::new() });
    let met = |met: bool| if met { "yes" } else { "no" };
    println!("postgres: fsync of 8 KiB on its disk, p50\t{:.0}\tus\tnone\t-", fsync().as_secs_f64() * 1e6);

    // What the two ways of a bare loop take, so that the quicker one is the measure.
    let ways = [Bare::Values, Bare::Lists].map(|how| (Loop::new(&cluster, how), Duration::ZERO));
    let mut ways = Vec::from(ways);
    for batch in batches(records.min(10_000), SIZE, SOURCE.installation) {
        ways.iter_mut().for_each(|(bare, took)| *took += timed(|| bare.insert(&batch)));
    }
    eprintln!("bare: rows of values {:.2?}, lists {:.2?}", ways[0].1, ways[1].1);
    let how = if ways[0].1 < ways[1].1 { Bare::Values } else { Bare::Lists };
    drop(ways);

    let store = ratio(&cluster, how, records, SOURCE.installation, || into_store(&cluster));
    println!(
        "postgres: batches of 1,000 into the store, of a bare loop\t{:.0}\t%\t70 %\t{}",
        store.reached * 100.0,
        met(store.reached >= 0.7)
    );
    println!("postgres: records into the store\t{:.0}\trecords/s\tnone\t-", SIZE as f64 / store.batch.as_secs_f64());
    let http = ratio(&cluster, how, records, INSTALLATION.parse().unwrap(), || through_http(&cluster));
    println!("postgres: batches of 1,000 through HTTP, one sender, of a bare loop\t{:.0}\t%\tnone\t-", http.reached * 100.0);
    shares(&store, &http);
    let many = many_senders(&cluster, records);
    let of_bare = http.bare.as_secs_f64() / many.as_secs_f64();
    println!(
        "postgres: batches of 1,000 through HTTP, four senders, of a bare loop\t{:.0}\t%\t70 %\t{}",
        of_bare * 100.0,
        met(of_bare >= 0.7)
    );
    for (what, of_bare, is_bound) in pages(&cluster, records) {
        let (bound, met) = if is_bound { ("2", met(of_bare <= 2.0)) } else { ("none", "-") };
        println!("postgres: a page of 50, {what}\t{of_bare:.2}\ttimes\t{bound}\t{met}");
    }
}

/// What a way of taking history in reaches of the bare loop, and what a batch takes each way.
struct Reached {
    reached: f64,
    bare: Duration,
    batch: Duration,
}

fn ratio<W: FnMut(Vec<RunRecord>)>(
    cluster: &Cluster,
    how: Bare,
    records: u64,
    own: InstallationId,
    way: impl Fn() -> W,
) -> Reached {
    let mut rounds: Vec<Reached> = (0..ROUNDS)
        .map(|_| {
            let (mut bare, mut way) = (Loop::new(cluster, how), way());
            let (mut of_bare, mut of_way, mut count) = (Duration::ZERO, Duration::ZERO, 0);
            for (one, other) in batches(records, SIZE, SOURCE.installation).iter().zip(batches(records, SIZE, own)) {
                of_bare += timed(|| bare.insert(one));
                of_way += timed(|| way(other));
                count += 1;
            }
            eprintln!("{of_bare:.2?} bare, {of_way:.2?}");
            Reached { reached: of_bare.as_secs_f64() / of_way.as_secs_f64(), bare: of_bare / count, batch: of_way / count }
        })
        .collect();
    rounds.sort_by(|one, other| one.reached.total_cmp(&other.reached));
    rounds.swap_remove(ROUNDS / 2)
}

fn timed(work: impl FnOnce()) -> Duration {
    let begun = Instant::now();
    work();
    begun.elapsed()
}

fn median(mut all: Vec<Duration>) -> Duration {
    all.sort();
    all[all.len() / 2]
}

/// What the disk takes to keep a page, where PostgreSQL's files are.
fn fsync() -> Duration {
    let mut file = tempfile::tempfile().unwrap();
    let took = (0..200).map(|number| {
        file.seek(SeekFrom::Start(number % 16 * 8_192)).unwrap();
        file.write_all(&[number as u8; 8_192]).unwrap();
        timed(|| file.sync_data().unwrap())
    });
    median(took.collect())
}

fn open(url: &str) -> Postgres {
    let StoreUrl::Postgres(parsed) = url.parse().unwrap() else { unreachable!("it is a PostgreSQL") };
    let store = Postgres::open(&parsed).unwrap();
    store.make_months(BEGAN, BEGAN.plus(60 * DAY)).wait().unwrap();
    store
}

/// Into the store.
fn into_store(cluster: &Cluster) -> impl FnMut(Vec<RunRecord>) {
    let store = open(&cluster.database());
    move |batch| {
        let taken = store.ingest(SOURCE, batch, Timestamp::from_millis(1)).wait().unwrap();
        assert!(taken.iter().all(|taken| taken.fate == Fate::Accepted));
    }
}

/// A server with a user.
struct Hold {
    _server: TestServer,
    _site: Site,
    raw: Raw,
}

impl Hold {
    fn new(cluster: &Cluster) -> Self {
        let site = Site::new(cluster);
        drop(open(site.store()));
        let server = site.server();
        let admin = server.claim();
        office(&admin);
        add_user(&admin, "dave", None, &[]);
        let raw = site.raw(server.connection().port);
        Self { _server: server, _site: site, raw }
    }

    fn device(&self, installation: &str) -> (Wire, String) {
        (self.raw.connect(), log_in_device(&self.raw, "carol", installation))
    }
}

/// Through HTTP over TLS; making the text and reading the receipts are in the time.
fn through_http(cluster: &Cluster) -> impl FnMut(Vec<RunRecord>) {
    let hold = Hold::new(cluster);
    let (mut wire, device) = hold.device(INSTALLATION);
    move |batch| {
        let _kept = &hold;
        send(&mut wire, &device, &batch);
    }
}

fn send(wire: &mut Wire, device: &str, batch: &[RunRecord]) {
    let upload = serde_json::to_string(&Upload::new(batch)).unwrap();
    wire.send(&request("POST", path::RUNS, Some(device), Some(&upload)));
    let receipts = wire.answer().unwrap().json::<RunsAnswer>().receipts;
    assert!(receipts.len() == batch.len() && receipts.iter().all(|receipt| receipt.fate == Fate::Accepted));
}

/// What a batch takes when several send at once.
fn many_senders(cluster: &Cluster, records: u64) -> Duration {
    let hold = Hold::new(cluster);
    let mut senders: Vec<_> = (0..SENDERS)
        .map(|number| {
            let installation: InstallationId = format!("{:032x}", number + 1).parse().unwrap();
            let (wire, device) = hold.device(&installation.to_string());
            (wire, device, batches(records / SENDERS as u64, SIZE, installation))
        })
        .collect();
    let count: usize = senders.iter().map(|(.., batches)| batches.len()).sum();
    let took = timed(|| {
        std::thread::scope(|scope| {
            for (wire, device, batches) in &mut senders {
                scope.spawn(move || batches.iter().for_each(|batch| send(wire, device, batch)));
            }
        });
    });
    took / u32::try_from(count).unwrap()
}

/// Where the time of a batch through HTTP goes.
fn shares(store: &Reached, http: &Reached) {
    let batch = batches(SIZE as u64, SIZE, INSTALLATION.parse().unwrap()).swap_remove(0);
    let (mut made, mut read) = (Vec::new(), Vec::new());
    for _ in 0..20 {
        let mut text = String::new();
        made.push(timed(|| text = serde_json::to_string(&Upload::new(&batch)).unwrap()));
        read.push(timed(|| {
            let upload: Upload = serde_json::from_str(&text).unwrap();
            let records = upload.runs.iter().map(|raw| serde_json::from_str::<RunRecord>(raw.get()).unwrap());
            assert_eq!(records.count(), SIZE);
        }));
    }
    let (made, read) = (median(made), median(read));
    let rest = http.batch.saturating_sub(store.batch).saturating_sub(made).saturating_sub(read);
    let parts =
        [("PostgreSQL and the store", store.batch), ("making JSON", made), ("reading it", read), ("TLS, HTTP, the rest", rest)];
    for (what, took) in parts {
        let share = took.as_secs_f64() / http.batch.as_secs_f64() * 100.0;
        println!("postgres: a batch through HTTP, {what}\t{:.1} ({share:.0} %)\tms\tnone\t-", took.as_secs_f64() * 1e3);
    }
}

/// Pages of the newest runs, and of those behind them.
fn pages(cluster: &Cluster, records: u64) -> Vec<(String, f64, bool)> {
    let url = cluster.database();
    let store = open(&url);
    for batch in batches(records, SIZE, SOURCE.installation) {
        store.ingest(SOURCE, batch, Timestamp::from_millis(1)).wait().unwrap();
    }
    cluster.admin(Cluster::name_of(&url)).batch_execute("ANALYZE sbm.runs").unwrap();
    let columns: Vec<&str> =
        bare::COLUMNS.iter().map(|(name, ..)| *name).filter(|name| !["account_id", "words"].contains(name)).collect();
    let select = format!("SELECT {} FROM sbm.runs WHERE account_id = $1", columns.join(", "));
    let order = "ORDER BY profile_start DESC, run_id DESC, device_id DESC LIMIT $2";
    let (first, behind) =
        (format!("{select} {order}"), format!("{select} AND (profile_start, run_id, device_id) < ($3, $4, $5) {order}"));

    let newest = HistoryQuery { limit: Some(PAGE), ..HistoryQuery::default() };
    let within = seen_by_admin(&store);
    let page = store.list(within, newest.clone()).wait().unwrap();
    let last = page.items.last().unwrap().record.clone();
    let next = HistoryQuery { after: page.next, ..newest.clone() };
    let (account, limit, device) = (i64::from(AccountId::ROOT.0), i64::from(PAGE + 1), i64::from(SOURCE.device.0));
    let (start, id) = (last.start.profile_start.as_millis(), last.id.as_bytes().to_vec());
    let bare = |client: &mut (Client, Statement, Statement), is_first: bool| {
        let (client, first, behind) = client;
        let rows = match is_first {
            true => client.query(first, &[&account, &limit]).unwrap(),
            false => client.query(behind, &[&account, &limit, &start, &id, &device]).unwrap(),
        };
        assert_eq!(rows.len(), PAGE as usize + 1);
    };
    let [mut by_tls, mut by_socket] = [bare::over_tls(cluster, &url), cluster.admin(Cluster::name_of(&url))].map(|mut client| {
        let [first, behind] = [&first, &behind].map(|text| client.prepare(text).unwrap());
        (client, first, behind)
    });
    let of = |query: &HistoryQuery| {
        let page = store.list(within, query.clone()).wait().unwrap();
        assert!(page.items.len() == PAGE as usize && page.next.is_some());
    };
    [("the newest", true, &newest), ("behind a cursor", false, &next)]
        .into_iter()
        .flat_map(|(what, is_first, query)| {
            let mut times = [const { Vec::new() }; 3];
            for _ in 0..PAGES {
                times[0].push(timed(|| of(query)));
                times[1].push(timed(|| bare(&mut by_tls, is_first)));
                times[2].push(timed(|| bare(&mut by_socket, is_first)));
            }
            let [of_store, of_tls, of_socket] = times.map(median);
            eprintln!("{what}: {of_store:.2?}, {of_tls:.2?} bare over TLS, {of_socket:.2?} bare on a socket");
            let times = |bare: Duration| of_store.as_secs_f64() / bare.as_secs_f64();
            [
                (format!("{what}, at the trait, of the bare query over TLS"), times(of_tls), true),
                (format!("{what}, at the trait, of the bare query on a socket without TLS"), times(of_socket), false),
            ]
        })
        .collect()
}
