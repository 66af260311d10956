//! Lines of `key=value`, which profiles and settings are made of.

use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use crate::{Stop, failed};

/// The lines of one file, in their order.
#[derive(Clone, Default)]
pub struct Keys(Vec<(String, String)>);

impl Keys {
    /// Reads a text.
    pub fn parse(text: &str) -> Result<Self, Stop> {
        text.lines().filter(|line| !line.is_empty()).map(pair).collect::<Result<_, _>>().map(Self)
    }

    /// Reads a file; nothing if there is none.
    pub fn read(path: &Path) -> Result<Option<Self>, Stop> {
        match fs::read_to_string(path) {
            Ok(text) => Self::parse(&text).map(Some),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => failed(path.display(), error),
        }
    }

    /// The first value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.all(key).next()
    }

    /// Every value of a key.
    pub fn all<'a>(&'a self, key: &str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// One line more.
    pub fn add(&mut self, key: &str, value: &str) {
        self.0.push((key.to_owned(), value.to_owned()));
    }

    /// Replaces what there is of that key; an empty value only removes it.
    pub fn put(&mut self, key: &str, value: &str) {
        self.0.retain(|(name, _)| name != key);
        if !value.is_empty() {
            self.add(key, value);
        }
    }

    /// The lines.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|(key, value)| format!("{key}={value}\n"))
    }

    /// Under another name first: a crash leaves the old file or the new one, never half of it.
    pub fn save(&self, path: &Path) -> Result<(), Stop> {
        let partial = with_partial(path);
        let write = || {
            let mut file = File::create(&partial)?;
            file.write_all(self.lines().collect::<String>().as_bytes())?;
            file.sync_all()?;
            fs::rename(&partial, path)
        };
        write().or_else(|error| failed(path.display(), error))
    }
}

/// The name that a file has until it is whole.
pub fn with_partial(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".partial");
    PathBuf::from(name)
}

/// `key=value`, cut in two.
pub fn pair(text: &str) -> Result<(String, String), Stop> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => failed(text, "write it as key=value"),
    }
}
