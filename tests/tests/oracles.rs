//! The oracles of the fuzz targets, on stable: over the golden files, and over what random changes make of them.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::path::Path;

use proptest::test_runner::{Config, TestRunner};
use sbm_tests::oracles;

const TEXTS: &[&str] = &[
    "{94D3D1C1-7472-4DC9-A5E9-9EE763E23159}",
    "sbm://[::1]:8100#ca-sha256=ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "a > b>c",
    "192.168.",
    "10.0.0.0/8",
    "fe80:*",
    "*",
];

/// Everything that a change starts from.
fn seeds() -> Vec<Vec<u8>> {
    let mut files = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("golden")];
    let mut seeds: Vec<Vec<u8>> = TEXTS.iter().map(|text| text.as_bytes().to_vec()).collect();
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            seeds.push(std::fs::read(path).unwrap());
        }
    }
    assert!(seeds.len() > 40, "the golden files are seeds, too");
    seeds
}

#[test]
fn the_oracles_hold_for_every_golden_file_as_it_is() {
    for seed in seeds() {
        oracles::ALL.iter().for_each(|(_, oracle)| oracle(&seed));
    }
}

#[test]
fn the_oracles_hold_for_what_random_changes_make_of_them() {
    let seeds = seeds();
    let cases = std::env::var("SBM_ORACLES").ok().map_or(5_000, |text| text.parse().unwrap());
    let change = (0..seeds.len(), proptest::collection::vec((proptest::num::usize::ANY, proptest::num::u8::ANY, 0..4_u8), 1..6));
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&change, |(seed, changes)| {
        let mut bytes = seeds[seed].clone();
        for (at, byte, kind) in changes {
            let at = at % (bytes.len() + 1);
            match kind {
                0 => bytes.insert(at, byte),
                1 => bytes.truncate(at),
                2 if at < bytes.len() => drop(bytes.remove(at)),
                _ => bytes.iter_mut().skip(at).take(1).for_each(|old| *old = byte),
            }
        }
        oracles::ALL.iter().for_each(|(_, oracle)| oracle(&bytes));
        Ok(())
    });
    outcome.unwrap();
}
