//! Three servers on one PostgreSQL, thirty clients and an administrator, and faults at random moments: servers and the
//! database are killed, connections between them are cut or stall, a server stands still (RUN-7, HIS-3, ERR-4).
//!
//! 12 faults in the tests, what `SBM_FAULTS` says in a campaign; `SBM_SEED` makes their order again. The bounds are those of a
//! machine that has nothing else to do: a campaign keeps to them, and the tests add what the same takes undisturbed there.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

#[path = "three_servers/load.rs"]
mod load;
#[path = "three_servers/scene.rs"]
mod scene;
#[path = "three_servers/truth.rs"]
mod truth;

use std::collections::BTreeSet;
use std::sync::OnceLock;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use load::{CLIENTS, Installation, Told, administer, linger, may_happen};
use sbm_client::Error;
use sbm_client::admin::Admin;
use sbm_client::core::id::RunId;
use sbm_client::core::wire::v1::admin::UserPatch;
use sbm_client::core::wire::v1::path;
use sbm_client::core::wire::v1::session::Secret;
use sbm_test_postgres::Stop;
use sbm_tests::fixture::{PASSWORD, name};
use sbm_tests::raw::request;
use scene::{SERVERS, Scene, lets_in, question};

/// By then service has resumed.
const RESUMED: Duration = Duration::from_secs(10);
/// The lease of a server, how long one that stands still may hold a lock, and what an act takes besides.
const ANSWERED: Duration = Duration::from_secs(5 + 3 + 4);
/// How many times what an act, a login and a sync take together with no fault at all is added on a slow machine.
const TIMES: u32 = 5;
/// How often that is measured.
const MEASURED: usize = 3;
/// Longer than anything takes before it was measured what that is.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    ServerKilled,
    ServerFrozen,
    DatabaseStopped,
    DatabaseCrashed,
    DatabaseKilled,
    ConnectionsCut,
    ConnectionsStalled,
}

const FAULTS: [Fault; 7] = [
    Fault::ServerKilled,
    Fault::DatabaseStopped,
    Fault::ConnectionsCut,
    Fault::ServerFrozen,
    Fault::DatabaseCrashed,
    Fault::ConnectionsStalled,
    Fault::DatabaseKilled,
];

fn faults() -> usize {
    std::env::var("SBM_FAULTS").map_or(12, |count| count.parse().unwrap())
}

/// How slow this machine is, once it was measured.
static SLOWNESS: OnceLock<Duration> = OnceLock::new();

/// The bound on this machine.
fn here(bound: Duration) -> Duration {
    bound + SLOWNESS.get().copied().unwrap_or(PATIENCE)
}

/// Measures how slow this machine is while everybody works and nothing fails. A campaign adds nothing.
fn measure(scene: &Scene, told: &Told, dave: &mut Dave) {
    let mut longest = Duration::ZERO;
    for number in 0..MEASURED {
        let begun = Instant::now();
        let admin = scene.admin(Some(number % SERVERS));
        until_done(|| admin.modify_user(&name("carol"), &UserPatch::default()));
        dave.log_in(scene, number % SERVERS);
        let before = synced(told);
        while synced(told) == before {
            assert!(begun.elapsed() < PATIENCE, "no client gets through");
            linger(20);
        }
        longest = longest.max(begun.elapsed());
    }
    let is_campaign = std::env::var_os("SBM_FAULTS").is_some();
    let slowness = if is_campaign { Duration::ZERO } else { longest * TIMES };
    eprintln!("an act, a login and a sync take {longest:.1?}; added to the bounds: {slowness:.1?}");
    SLOWNESS.set(slowness).unwrap();
}

/// Numbers that come again with their seed.
struct Dice(u64);

impl Dice {
    fn new() -> Self {
        let seed = std::env::var("SBM_SEED")
            .map_or_else(|_| u64::from(sbm_tests::process::random(u32::MAX)), |seed| seed.parse().unwrap());
        eprintln!("SBM_SEED={seed}");
        Self(seed)
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        ((mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb) >> 33) as usize % bound
    }
}

/// Whoever is shut out and let in again.
struct Dave {
    token: String,
    password: u32,
}

impl Dave {
    fn secret(&self) -> Secret {
        Secret::new(format!("{PASSWORD}{}", self.password))
    }

    fn log_in(&mut self, scene: &Scene, server: usize) {
        let mut admin = scene.admin(Some(server));
        let session = until_done(|| admin.login("dave", &self.secret()));
        self.token = session.token.reveal().to_owned();
    }
}

/// Asks until it is answered, as people do.
fn until_done<T>(mut ask: impl FnMut() -> Result<T, Error>) -> T {
    let begun = Instant::now();
    loop {
        match ask() {
            Ok(done) => return done,
            Err(error) => {
                assert!(may_happen(&error) && begun.elapsed() < here(RESUMED * 2), "{error} after {:?}", begun.elapsed());
            }
        }
        linger(50);
    }
}

/// Everything is as it should be at all three, and clients get through; gives what that took.
fn resumed(scene: &Scene, told: &Told, dave: &Dave, since: Instant) -> Duration {
    let before: usize = synced(told);
    let admin = scene.admin(None);
    let asked = request("GET", path::USERS, Some(&scene.console), None);
    let mut waiting: Vec<usize> = (0..SERVERS).collect();
    while !waiting.is_empty() {
        waiting.retain(|server| scene.raw(*server).ask(&asked).is_none_or(|answer| answer.status != 200));
        assert!(since.elapsed() < here(RESUMED), "{waiting:?} do not answer again");
        linger(20);
    }
    until_done(|| admin.modify_user(&name("carol"), &UserPatch::default()));
    while synced(told) == before {
        assert!(since.elapsed() < here(RESUMED), "no client gets through");
        linger(20);
    }
    let took = since.elapsed();
    assert!(took < here(RESUMED), "{took:?}");
    for server in 0..SERVERS {
        let answer = scene.raw(server).ask(&question(&dave.token)).unwrap();
        assert_ne!(lets_in(&answer), Some(false), "{server}: {:?}, {}", answer.code(), scene.kept_tokens("dave"));
    }
    took
}

fn synced(told: &Told) -> usize {
    told.synced.iter().map(|count| count.load(Ordering::Acquire)).sum()
}

/// Shuts dave out by `admin`; when that was answered none of these servers lets him in.
fn shut_out(scene: &Scene, admin: &Admin, dave: &mut Dave, dice: &mut Dice, answering: &[usize]) -> Shut {
    let begun = Instant::now();
    let shut = if dice.below(2) == 0 {
        let patch = UserPatch { disabled: Some(true), ..UserPatch::default() };
        until_done(|| admin.modify_user(&name("dave"), &patch));
        Shut::Disabled
    } else {
        dave.password += 1;
        until_done(|| admin.set_password(&name("dave"), &dave.secret()));
        Shut::Revoked
    };
    let took = begun.elapsed();
    assert!(took < here(ANSWERED), "the act took {took:?}");
    for server in answering {
        if let Some(answer) = scene.raw(*server).ask(&question(&dave.token)) {
            assert_ne!(lets_in(&answer), Some(true), "{server} let him in: {answer:?}");
        }
    }
    shut
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shut {
    Disabled,
    Revoked,
}

fn let_in(scene: &Scene, admin: &Admin, dave: &mut Dave, shut: Shut, server: usize) {
    if shut == Shut::Disabled {
        let patch = UserPatch { disabled: Some(false), ..UserPatch::default() };
        until_done(|| admin.modify_user(&name("dave"), &patch));
    }
    // Whoever was shut out, either way, has no session any more.
    dave.log_in(scene, server);
}

/// Makes one fault and sees to it that it is over; gives when it was.
fn strike(fault: Fault, scene: &Scene, dave: &mut Dave, dice: &mut Dice) -> Instant {
    let (struck, other) = (dice.below(SERVERS), 1 + dice.below(SERVERS - 1));
    let healthy = (struck + other) % SERVERS;
    let others: Vec<usize> = (0..SERVERS).filter(|server| *server != struck).collect();
    let admin = scene.admin(Some(healthy));
    eprintln!("{fault:?}, server {struck}; asked is {healthy}");
    match fault {
        Fault::ServerKilled => {
            scene.kill(struck);
            let shut = shut_out(scene, &admin, dave, dice, &others);
            scene.start_again(struck);
            let over = Instant::now();
            // It has never heard of him but from the database.
            if let Some(answer) = scene.raw(struck).ask(&question(&dave.token)) {
                assert_ne!(lets_in(&answer), Some(true), "{answer:?}");
            }
            let_in(scene, &admin, dave, shut, healthy);
            over
        }
        Fault::ServerFrozen => {
            let mut wire = scene.greeted(struck);
            scene.freeze(struck);
            // It has the question in hand when it wakes up.
            wire.send(&question(&dave.token));
            let shut = shut_out(scene, &admin, dave, dice, &others);
            scene.thaw(struck);
            let over = Instant::now();
            if let Some(answer) = wire.answer() {
                assert_ne!(lets_in(&answer), Some(true), "a server that stood still let him in: {answer:?}");
            }
            let_in(scene, &admin, dave, shut, healthy);
            over
        }
        Fault::ConnectionsStalled => {
            scene.way(struck).stall();
            let shut = shut_out(scene, &admin, dave, dice, &[0, 1, 2]);
            if dice.below(2) == 0 {
                scene.way(struck).cut();
            }
            scene.way(struck).flow();
            let over = Instant::now();
            let_in(scene, &admin, dave, shut, healthy);
            over
        }
        Fault::ConnectionsCut => {
            let cut: Vec<usize> = if dice.below(2) == 0 { vec![struck] } else { (0..SERVERS).collect() };
            cut.iter().for_each(|server| scene.way(*server).cut());
            linger(1 + dice.below(3_000) as u32);
            cut.iter().for_each(|server| scene.way(*server).flow());
            let over = Instant::now();
            let shut = shut_out(scene, &admin, dave, dice, &[0, 1, 2]);
            let_in(scene, &admin, dave, shut, healthy);
            over
        }
        Fault::DatabaseStopped | Fault::DatabaseCrashed | Fault::DatabaseKilled => {
            match fault {
                Fault::DatabaseStopped => scene.cluster.stop(Stop::Fast),
                Fault::DatabaseCrashed => scene.cluster.stop(Stop::Immediate),
                _ => scene.cluster.kill(),
            }
            linger(1 + dice.below(2_000) as u32);
            scene.cluster.run_again();
            let over = Instant::now();
            let shut = shut_out(scene, &admin, dave, dice, &[0, 1, 2]);
            let_in(scene, &admin, dave, shut, healthy);
            over
        }
    }
}

#[test]
fn three_servers_lose_and_double_nothing_whatever_is_killed_cut_or_frozen_run_7_his_3_err_4() {
    let (scene, told, mut dice) = (Scene::new(), Told::new(), Dice::new());
    scene.watch_tasks();
    let mut dave = Dave { token: String::new(), password: 0 };
    let first = scene.admin(Some(0));
    first.set_password(&name("dave"), &dave.secret()).unwrap();
    dave.log_in(&scene, 0);
    let installations: Vec<Installation> = std::thread::scope(|scope| {
        // A few at a time: each proof of a password costs the servers much.
        let new: Vec<_> = (0..SERVERS)
            .map(|first| {
                let numbers = (first..CLIENTS).step_by(SERVERS);
                scope.spawn(|| numbers.map(|number| Installation::new(&scene, number)).collect::<Vec<_>>())
            })
            .collect();
        new.into_iter().flat_map(|installations| installations.join().unwrap()).collect()
    });
    scene.everywhere.be_restless();
    let (mut checked, mut longest) = (0, Duration::ZERO);
    let finished: BTreeSet<RunId> = std::thread::scope(|scope| {
        let over = Over(&told);
        let clerk = scope.spawn(|| administer(&scene.admin(None), &told));
        let (installed, told) = (&installations, &told);
        let clients: Vec<_> = (0..CLIENTS).map(|number| scope.spawn(move || installed[number].work(number, told))).collect();
        measure(&scene, told, &mut dave);
        for number in 0..faults() {
            let before: Vec<usize> = told.synced.iter().map(|count| count.load(Ordering::Acquire)).collect();
            let fault = FAULTS[(number + number / FAULTS.len()) % FAULTS.len()];
            let since = strike(fault, &scene, &mut dave, &mut dice);
            let took = resumed(&scene, told, &dave, since);
            longest = longest.max(took);
            eprintln!(
                "{number}: {fault:?}, whole again after {took:.1?}, {} runs acknowledged",
                told.acknowledged.lock().unwrap().len()
            );
            scene.holds_what_was_acknowledged(told, &mut checked);
            scene.make_due();
            // All of them work again before the next one.
            let begun = Instant::now();
            while told.synced.iter().zip(&before).any(|(now, before)| now.load(Ordering::Acquire) <= *before) {
                assert!(begun.elapsed() < here(RESUMED * 3), "a client does not get through");
                assert!(!clerk.is_finished() && clients.iter().all(|client| !client.is_finished()), "somebody stopped");
                linger(50);
            }
        }
        drop(over);
        clerk.join().unwrap();
        clients.into_iter().flat_map(|client| client.join().unwrap()).collect()
    });
    for installation in &installations {
        let begun = Instant::now();
        while !installation.is_done() {
            assert!(begun.elapsed() < here(RESUMED));
        }
    }
    scene.holds_everything(&told, &finished);
    let pieces = scene.did_no_piece_twice();
    assert!(pieces > 0, "nothing was ever due");
    let uploads = told.uploads.lock().unwrap().values().flatten().count();
    let groups = told.groups.lock().unwrap().values().filter(|told| **told).count();
    assert!(uploads > faults() && groups > faults() && checked > CLIENTS * faults() / 2);
    eprintln!(
        "{} faults: {} runs, {groups} groups and {uploads} plans acknowledged, {pieces} pieces of work done; whole again after \
         {longest:.1?} at most; told meanwhile: {:?}",
        faults(),
        finished.len(),
        told.failures.lock().unwrap()
    );
}

/// Ends everybody's work, also when the test fails.
struct Over<'t>(&'t Told);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.over.store(true, Ordering::Release);
    }
}
