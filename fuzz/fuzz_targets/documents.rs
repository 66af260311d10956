//! Any bytes, through the oracle of the same name; run with `cargo +nightly fuzz run documents`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sbm_tests::oracles::documents(bytes));
