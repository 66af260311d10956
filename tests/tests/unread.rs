//! Answers that nobody reads: they are held once, within bounds, and not for ever (ERR-3).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::{Duration, Instant};

use sbm_client::core::id::Hash;
use sbm_client::core::wire::v1::path;
use sbm_tests::fixture::upload;
use sbm_tests::raw::{Raw, Wire, request};
use sbm_tests::stronghold::Stronghold;

const MIB: usize = 1024 * 1024;
/// What one answer carries, and how many are asked for.
const BODY: usize = 3 * MIB;
const CLIENTS: usize = 100;

/// What this process, the server in it, has in memory.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 1024
}

#[test]
fn a_hundred_who_do_not_read_cost_one_body_and_others_are_answered_err_3() {
    let hold = Stronghold::new();
    let body: Vec<u8> = (0..BODY).map(|at| u8::try_from(at.wrapping_mul(2_654_435_761) >> 13 & 0xff).unwrap()).collect();
    hold.admin.upload_profile(&upload(&body, 1)).unwrap();
    let download = format!("{}/{}", path::BODIES, Hash::of(&body));
    let ask = request("GET", &download, Some(&hold.device), None);
    assert_eq!(hold.raw.ask(&ask).unwrap().body, body);
    let before = resident();
    let unread: Vec<Wire> = (0..CLIENTS)
        .map(|_| {
            let mut wire = hold.raw.connect();
            wire.send(&ask);
            wire
        })
        .collect();
    // Whoever comes behind them gets it, from another connection, and by then the others have been answered as far as they go.
    let begun = Instant::now();
    for _ in 0..20 {
        assert_eq!(hold.raw.ask(&ask).unwrap().body, body);
    }
    assert!(begun.elapsed() < Duration::from_secs(30));
    let grown = resident().saturating_sub(before);
    // Half of what they asked for; what a machine's allocator keeps for itself is within that.
    assert!(grown < CLIENTS * BODY / 2, "{} MiB for {CLIENTS} answers of {} MiB", grown / MIB, BODY / MIB);
    drop(unread);
}

#[test]
fn whoever_does_not_read_is_let_go_with_what_he_asked_for_in_a_row_err_3() {
    let server = sbm_tests::server::TestServer::start_changed(
        std::sync::Arc::new(tempfile::tempdir().unwrap()),
        std::sync::Arc::new(sbm_server::clock::SystemClock),
        |config| config.limits.request = Duration::from_millis(500),
    );
    drop(server.claim());
    let mut wire = Raw::of(&server).connect();
    let many = request("GET", path::STATUS, None, None).repeat(64);
    // Sooner or later nothing more is taken, and then the connection goes.
    let begun = Instant::now();
    while wire.takes(&many) && begun.elapsed() < Duration::from_secs(25) {}
    assert!(begun.elapsed() < Duration::from_secs(25), "it is still open");
}
