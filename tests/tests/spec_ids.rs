//! Every rule that is built is named by a test, so that whoever changes a rule finds what shows it.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The rules that are built, by group: the rest of `SPEC.md` comes later.
const BUILT: &[(&str, &[u32])] = &[
    ("DEC", &[1, 2, 3, 4, 6]),
    ("NET", &[1, 2, 3, 4, 5, 6, 7, 8]),
    ("RUN", &[1, 2, 3, 4, 5, 6, 7, 9, 10, 12]),
    ("USR", &[1, 2, 3, 4, 6, 7, 9, 10]),
    ("PRO", &[1, 2, 3, 4, 5, 6, 7, 8]),
    ("OFF", &[1, 2, 3, 4, 5, 6, 8]),
    ("HIS", &[1, 2, 3, 4, 5]),
    ("DEV", &[2, 3]),
    ("DOOR", &[4]),
    ("CON", &[1, 2]),
    ("ERR", &[1, 2, 3, 4, 5]),
];

/// The names of all test functions below a folder, build output left out.
fn test_names(folder: &Path, names: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let name = entry.file_name().unwrap().to_string_lossy().into_owned();
        if entry.is_dir() {
            if name != "target" && !name.starts_with('.') {
                test_names(&entry, names);
            }
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            names.extend(test_names_in(&fs::read_to_string(&entry).unwrap()));
        }
    }
}

/// A test's name stands behind `fn`, below its attribute; a case of the stores' suite in its `case!`.
fn test_names_in(source: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut is_test = false;
    for line in source.lines().map(str::trim) {
        if let Some((_, scenario)) = line.strip_prefix("case!(").and_then(|rest| rest.split_once(", ")) {
            names.insert(scenario.trim_end_matches([')', ',']).to_owned());
        }
        let stem = line.strip_prefix("pub ").unwrap_or(line);
        let stem = stem.strip_prefix("async ").unwrap_or(stem);
        match stem.strip_prefix("fn ") {
            Some(rest) if is_test => {
                names.insert(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
                is_test = false;
            }
            Some(_) => is_test = false,
            None => is_test |= ["#[test]", "#[tokio::test"].iter().any(|attribute| line.starts_with(attribute)),
        }
    }
    names
}

/// The ids that a test's name carries: `…_net_5_run_2` carries NET-5 and RUN-2.
fn ids_in(name: &str) -> BTreeSet<String> {
    let words: Vec<&str> = name.split('_').collect();
    let groups: BTreeSet<String> = BUILT.iter().map(|(group, _)| group.to_lowercase()).collect();
    words
        .windows(2)
        .filter(|pair| groups.contains(pair[0]))
        .filter_map(|pair| Some(format!("{}-{}", pair[0].to_uppercase(), pair[1].parse::<u32>().ok()?)))
        .collect()
}

#[test]
fn every_rule_that_is_built_is_named_by_a_test() {
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let mut names = BTreeSet::new();
    test_names(&root, &mut names);
    assert!(names.len() > 600, "only {} tests were found", names.len());

    let mut shown: BTreeMap<String, usize> = BTreeMap::new();
    for id in names.iter().flat_map(|name| ids_in(name)) {
        *shown.entry(id).or_default() += 1;
    }
    let built = BUILT.iter().flat_map(|(group, numbers)| numbers.iter().map(move |number| format!("{group}-{number}")));
    let unnamed: Vec<String> = built.filter(|id| !shown.contains_key(id)).collect();
    assert!(unnamed.is_empty(), "no test names {unnamed:?}");
}

#[test]
fn the_ids_of_a_name_are_read_as_people_write_them() {
    let ids = |name: &str| ids_in(name).into_iter().collect::<Vec<_>>().join(" ");
    assert_eq!(ids("loopback_is_never_locked_out_net_7_run_12"), "NET-7 RUN-12");
    assert_eq!(ids("the_net_is_wide_and_2_runs_end"), "");
    let source = "#[test]\nfn one_net_1() {}\nfn two_net_2() {}\n#[tokio::test(flavor = \"x\")]\nasync fn three_net_3() {}\ncase!(\"list\", four_net_4),\n";
    assert_eq!(test_names_in(source).into_iter().collect::<Vec<_>>(), ["four_net_4", "one_net_1", "three_net_3"]);
}
