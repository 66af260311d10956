//! Clients that never end the head of their request: they take places, and the time of nobody (ERR-3).
//!
//! `SBM_SLOW` in the environment says how many; `make campaign` takes 5,000.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use sbm_client::core::wire::v1::path;
use sbm_server::clock::SystemClock;
use sbm_tests::raw::{Raw, Wire, request};
use sbm_tests::server::TestServer;

/// How long the slowest of a hundred normal requests may take; on a machine where they take long without any slow heads, so
/// many times as long as there.
const P99: Duration = Duration::from_millis(500);
const TIMES: u32 = 5;
const NORMAL_CLIENTS: usize = 4;
const REQUESTS: usize = 100;

fn slow_clients() -> usize {
    std::env::var("SBM_SLOW").map_or(300, |count| count.parse().unwrap())
}

/// Opens them, each in the middle of a head.
fn open(raw: &Raw, count: usize) -> Vec<Wire> {
    let begun = |_| {
        let mut wire = raw.connect();
        wire.send(b"GET /STATUS HTTP/1.1\r\nhost: localhost\r\nx-slow: ");
        wire
    };
    std::thread::scope(|scope| {
        let parts: Vec<_> = (0..NORMAL_CLIENTS)
            .map(|part| scope.spawn(move || (part..count).step_by(NORMAL_CLIENTS).map(begun).collect::<Vec<_>>()))
            .collect();
        parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
    })
}

/// How long each of a client's requests took, the connection and its handshake included.
fn normal_client(raw: &Raw) -> Vec<Duration> {
    let asked = |_| {
        let begun = Instant::now();
        assert_eq!(raw.ask(&request("GET", path::STATUS, None, None)).unwrap().status, 200);
        begun.elapsed()
    };
    (0..REQUESTS).map(asked).collect()
}

/// How long each request of all normal clients at once took, the shortest first.
fn normal_clients(raw: &Raw) -> Vec<Duration> {
    let mut times: Vec<Duration> = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..NORMAL_CLIENTS).map(|_| scope.spawn(|| normal_client(raw))).collect();
        clients.into_iter().flat_map(|client| client.join().unwrap()).collect()
    });
    times.sort();
    times
}

fn p99(times: &[Duration]) -> Duration {
    times[times.len() * 99 / 100]
}

#[test]
fn slow_heads_do_not_slow_anybody_else_err_3_net_8() {
    let count = slow_clients();
    // Both ends are in this process.
    let needed = u64::try_from(2 * (count + NORMAL_CLIENTS) + 256).unwrap();
    let granted = rlimit::increase_nofile_limit(needed).unwrap();
    assert!(granted >= needed, "{count} clients need {needed} open files, and {granted} are allowed; raise `ulimit -n`");
    let all = (count + 100).to_string();
    let settings = [
        ("limits.connections", all.as_str()),
        ("limits.connections_per_address", all.as_str()),
        ("limits.header_seconds", "120"),
    ];
    let server = TestServer::start(Arc::new(tempfile::tempdir().unwrap()), 0, Arc::new(SystemClock), &settings);
    let raw = Raw::of(&server);
    let bound = P99.max(p99(&normal_clients(&raw)) * TIMES);
    let mut slow = open(&raw, count);
    let over = AtomicBool::new(false);
    let times = std::thread::scope(|scope| {
        // One byte after another, round and round, as long as the others ask.
        let dribble = scope.spawn(|| {
            let mut sent = 0_usize;
            while !over.load(Ordering::Relaxed) {
                for wire in &mut slow {
                    assert!(wire.takes(b"x"), "the head still has its time, and its connection is there");
                    sent += 1;
                    if over.load(Ordering::Relaxed) && sent >= count {
                        break;
                    }
                }
            }
            sent
        });
        let times = normal_clients(&raw);
        over.store(true, Ordering::Relaxed);
        assert!(dribble.join().unwrap() >= count);
        times
    });
    let (p50, p99) = (times[times.len() / 2], p99(&times));
    println!("{count} slow heads, {granted} open files allowed: normal requests p50 {p50:?}, p99 {p99:?}, of {}", times.len());
    assert!(p99 < bound, "p99 {p99:?} with {count} slow heads, and {bound:?} is allowed here");
    // They are whole requests once they end.
    for wire in slow.iter_mut().step_by(50) {
        wire.send(b"\r\n\r\n");
        assert_eq!(wire.answer().unwrap().status, 200);
    }
}
