//! Files that are checked in and compared at every run; `SBM_GOLDEN=write` writes them instead.

use std::path::{Path, PathBuf};

/// A path below the repository's top.
pub fn top(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(path)
}

/// Compares a text with the file of that path below the repository's top.
pub fn compare(path: &str, text: &str) {
    let file = top(path);
    if std::env::var_os("SBM_GOLDEN").is_some_and(|how| how == "write") {
        std::fs::write(&file, text).unwrap();
    }
    let before = std::fs::read_to_string(&file).unwrap_or_default();
    let first = before.lines().zip(text.lines()).position(|(before, now)| before != now);
    let line = first.unwrap_or_else(|| before.lines().count().min(text.lines().count()));
    assert!(
        before == text,
        "{path} is not what the source says, first at line {}:\n  there: {}\n  now:   {}\n`SBM_GOLDEN=write cargo test -p sbm-ffi` writes it anew",
        line + 1,
        before.lines().nth(line).unwrap_or_default(),
        text.lines().nth(line).unwrap_or_default()
    );
}
