//! The engine against the naive reference, through every door that needs no process: plain facts, the server's directory,
//! and a client with a signed head (DEC-1, DEC-2, DEC-4, PRO-1, PRO-6, USR-3 to USR-5, ACC-5 to ACC-8, OFF-3).
//!
//! `SBM_CASES` sets the number of random worlds in which answers are compared, each with every question that its users
//! can ask; the properties of DEC-2 are tried in a quarter as many, those of DEC-3 on half as many denials.
//! `PROPTEST_RNG_SEED` makes the same worlds again.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use sbm_core::permission::{Action, Right, Task};
use sbm_tests::reference::worlds::staff::TASKS;
use sbm_tests::reference::worlds::{ACTS, RIGHTS};

#[path = "decide_vs_reference/advice.rs"]
mod advice;
#[path = "decide_vs_reference/exhaustive.rs"]
mod exhaustive;
#[path = "decide_vs_reference/random.rs"]
mod random;
#[path = "decide_vs_reference/server_acts.rs"]
mod server_acts;

/// How many random worlds, and as many more as wanted for less.
fn config(share: u32) -> proptest::prelude::ProptestConfig {
    let cases: u32 = std::env::var("SBM_CASES").map_or(20_000, |text| text.parse().unwrap());
    proptest::prelude::ProptestConfig {
        cases: cases.div_ceil(share),
        failure_persistence: None,
        ..proptest::prelude::ProptestConfig::default()
    }
}

#[test]
fn the_words_of_the_worlds_are_the_engine_s_own() {
    assert_eq!(ACTS.to_vec(), Action::ALL.map(Action::name).to_vec());
    assert_eq!(RIGHTS.to_vec(), Right::ALL.map(Right::name).to_vec());
    assert_eq!(TASKS.to_vec(), Task::ALL.map(|task| serde_json::to_value(task).unwrap().as_str().unwrap().to_owned()).to_vec());
}
