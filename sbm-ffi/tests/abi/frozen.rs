//! `tests/frozen/abi-N/`: the interface as hosts were built against it. Each directory holds the header, the exports, the layouts and
//! programs of that time, and is never changed; whatever it promised has to hold for the newest library.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::exports::wanted;
use crate::golden::top;
use crate::programs::run_source;

/// What was frozen, with the number of its `SBM_ABI`.
fn frozen() -> Vec<(u32, PathBuf)> {
    let entries = fs::read_dir(top("sbm-ffi/tests/frozen")).unwrap().map(|entry| entry.unwrap());
    let mut found: Vec<(u32, PathBuf)> = entries
        .map(|entry| (entry.file_name().to_str().unwrap().strip_prefix("abi-").unwrap().parse().unwrap(), entry.path()))
        .collect();
    found.sort_unstable();
    assert!(!found.is_empty());
    found
}

fn text(directory: &Path, name: &str) -> String {
    let file = directory.join(name);
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The lines of a layout: what is measured, with its number or name.
fn layout(text: &str) -> BTreeMap<&str, &str> {
    text.lines()
        .map(|line| {
            line.strip_prefix("status ").map_or_else(|| line.rsplit_once(' ').unwrap(), |status| status.split_once(' ').unwrap())
        })
        .collect()
}

/// A record may grow at its end, and the number of the interface rises; all else stays.
fn may_rise(what: &str) -> bool {
    what == "SBM_ABI"
        || ["sync_summary", "run_start", "run_end", "upload"].iter().any(|record| what == format!("sizeof sbm_{record}"))
}

#[test]
fn every_symbol_size_offset_and_number_that_was_frozen_still_holds() {
    for (abi, directory) in frozen() {
        assert!(text(&directory, "sbm.h").contains(&format!("#define SBM_ABI {abi}\n")));
        let exports = text(&directory, "exports.txt");
        let gone: Vec<&str> = exports.lines().filter(|symbol| !wanted().contains(symbol)).collect();
        assert!(gone.is_empty() && exports.lines().count() > 90, "no longer exported: {gone:?}");
        for width in ["64", "32"] {
            let (before, now) = (
                text(&directory, &format!("layout-{width}.txt")),
                text(&top("sbm-ffi/tests/golden"), &format!("layout-{width}.txt")),
            );
            let now = layout(&now);
            for (what, then) in layout(&before) {
                let value = *now.get(what).unwrap_or_else(|| panic!("{width} bit: `{what}` of SBM_ABI {abi} is gone"));
                let fits = if may_rise(what) { value.parse::<u32>().unwrap() >= then.parse().unwrap() } else { value == then };
                assert!(fits, "{width} bit: `{what}` was {then} with SBM_ABI {abi} and is {value}");
            }
        }
    }
}

#[test]
fn programs_that_were_written_against_a_frozen_header_build_with_it_and_run_with_the_newest_library() {
    for (abi, directory) in frozen() {
        let mut tried = Vec::new();
        let mut programs = 0;
        for entry in fs::read_dir(&directory).unwrap() {
            let source = entry.unwrap().path();
            if source.extension().is_none_or(|extension| extension != "c") {
                continue;
            }
            let told = run_source(&source, &directory);
            let name = source.file_stem().unwrap().to_str().unwrap();
            if name.starts_with("garbage") {
                tried.extend(told.lines().map(str::to_owned));
            } else {
                assert_eq!(told, "ok\n", "{name} of SBM_ABI {abi}");
            }
            programs += 1;
        }
        assert!(programs >= 7, "{programs} programs of SBM_ABI {abi}");
        tried.sort_unstable();
        tried.dedup();
        assert_eq!(
            tried,
            text(&directory, "exports.txt").lines().collect::<Vec<_>>(),
            "every function of SBM_ABI {abi} is called"
        );
    }
}
