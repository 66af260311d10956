//! Golden files: formats that are frozen lie as files under `tests/golden`, and every run compares.
//!
//! 1. A file that differs, is missing or is not expected fails the test.
//! 2. `SBM_GOLDEN=write` writes what the program makes now and removes what it no longer makes. Do that only where a
//!    format is not frozen yet, or where something was added; ARCHITECTURE.md tells what is frozen since when.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The files of one folder under `tests/golden`, by name; folders in it belong to other tests.
#[derive(Debug, Default)]
pub struct Golden {
    files: BTreeMap<String, Vec<u8>>,
}

impl Golden {
    /// Adds a file. A name that is there already is a mistake of the test, and told by [`compare`](Self::compare).
    pub fn file(&mut self, name: impl Into<String>, content: impl Into<Vec<u8>>) {
        let name = name.into();
        let content = content.into();
        if let Some(before) = self.files.insert(name.clone(), content) {
            self.files.insert(format!("{name}, which the test makes twice"), before);
        }
    }

    /// Compares with the folder, or writes it when `SBM_GOLDEN=write`.
    ///
    /// # Errors
    ///
    /// One line for each file that differs, is missing or is too much, and how to write them.
    pub fn compare(&self, folder: &str) -> Result<(), String> {
        let place = path(folder);
        let shown = |name: &str| shown(folder, name);
        let found = read(&place)?;
        if std::env::var_os("SBM_GOLDEN").is_some_and(|value| value == "write") {
            return write(&place, &found, &self.files);
        }
        let mut faults: Vec<String> = Vec::new();
        for (name, content) in &self.files {
            match found.get(name) {
                None => faults.push(format!("{} is missing", shown(name))),
                Some(old) if old != content => faults.push(difference(&shown(name), old, content)),
                Some(_) => {}
            }
        }
        faults.extend(
            found.keys().filter(|name| !self.files.contains_key(*name)).map(|name| format!("{} is not expected", shown(name))),
        );
        if faults.is_empty() {
            return Ok(());
        }
        Err(format!("{}\nif that is meant, and the format is not frozen: SBM_GOLDEN=write", faults.join("\n")))
    }
}

/// The content of a golden file.
///
/// # Errors
///
/// When it cannot be read.
pub fn content(folder: &str, name: &str) -> Result<Vec<u8>, String> {
    let file = path(folder).join(name);
    fs::read(&file).map_err(|error| format!("{}: {error}", shown(folder, name)))
}

fn shown(folder: &str, name: &str) -> String {
    Path::new("golden").join(folder).join(name).display().to_string()
}

fn path(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden").join(folder)
}

fn read(place: &Path) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let mut files = BTreeMap::new();
    if !place.exists() {
        return Ok(files);
    }
    let told = |error: std::io::Error| format!("{}: {error}", place.display());
    for entry in fs::read_dir(place).map_err(told)? {
        let entry = entry.map_err(told)?;
        if entry.file_type().map_err(told)?.is_dir() {
            continue;
        }
        let name = entry.file_name().to_string_lossy().into_owned();
        files.insert(name, fs::read(entry.path()).map_err(told)?);
    }
    Ok(files)
}

fn write(place: &Path, found: &BTreeMap<String, Vec<u8>>, files: &BTreeMap<String, Vec<u8>>) -> Result<(), String> {
    let told = |error: std::io::Error| format!("{}: {error}", place.display());
    fs::create_dir_all(place).map_err(told)?;
    for name in found.keys().filter(|name| !files.contains_key(*name)) {
        fs::remove_file(place.join(name)).map_err(told)?;
    }
    for (name, content) in files.iter().filter(|(name, content)| found.get(*name) != Some(content)) {
        fs::write(place.join(name), content).map_err(told)?;
    }
    Ok(())
}

/// The first line that differs, as it is and as it should be.
fn difference(place: &str, old: &[u8], new: &[u8]) -> String {
    let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(new));
    let mut number = 1;
    let (mut before, mut after) = (old.lines(), new.lines());
    loop {
        match (before.next(), after.next()) {
            (Some(one), Some(other)) if one == other => number += 1,
            (one, other) => {
                let shown = |line: Option<&str>| line.unwrap_or("(the end)").to_owned();
                return format!("{place} differs in line {number}:\n  file: {}\n  made: {}", shown(one), shown(other));
            }
        }
    }
}
