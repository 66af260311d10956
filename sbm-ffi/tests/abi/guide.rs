//! `include/README.md`: the programs on the page are the examples, short enough, and every name on it is one of the header's.
//! `tests/guide.sh` follows the page to the letter.

use std::fs;

use crate::golden::{compare, top};

/// The blocks that show a file, with the language that they are marked with.
const SHOWN: [(&str, &str); 4] = [
    ("c", "examples/c/integration.c"),
    ("cpp", "examples/cpp/integration.cpp"),
    ("pascal", "examples/pascal/integration.pas"),
    ("c accounts.c", "examples/c/accounts.c"),
];

/// The page with those files in their blocks.
fn page() -> String {
    let page = fs::read_to_string(top("include/README.md")).unwrap();
    let mut filled = String::new();
    let mut rest = page.as_str();
    for (language, file) in SHOWN {
        let opening = format!("```{language}\n");
        assert_eq!(page.matches(&opening).count(), 1, "one block of {language} on the page");
        let (before, block) = rest.split_once(&opening).unwrap();
        let (_, after) = block.split_once("\n```\n").unwrap();
        let program = fs::read_to_string(top(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        filled.push_str(&format!("{before}{opening}{program}```\n"));
        rest = after;
    }
    filled + rest
}

#[test]
fn the_programs_on_the_page_are_the_examples_and_none_has_more_than_sixty_lines() {
    compare("include/README.md", &page());
    for (_, file) in SHOWN {
        let lines = fs::read_to_string(top(file)).unwrap().lines().count();
        assert!(lines <= 60, "{file} has {lines} lines");
    }
}

#[test]
fn every_name_on_the_page_is_one_of_the_header() {
    let header = fs::read_to_string(top("include/sbm.h")).unwrap();
    let page = page();
    let mut checked = 0;
    for word in page.split(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
        // What the packages and tools are called, and the way that names of functions are made.
        let is_of_the_library = word.strip_prefix("sbm_").is_some_and(|rest| !rest.is_empty()) || word.starts_with("SBM_");
        if is_of_the_library && !["sbm_static", "SBM_DELAYED"].contains(&word) {
            let begins = header.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|name| name == word);
            assert!(begins, "`{word}` is on the page and not in the header");
            checked += 1;
        }
    }
    assert!(checked > 40, "{checked}");
}
