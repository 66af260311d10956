//! Where values come from: the defaults, the file, the environment and the flags, each above the one before.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::Effective;
use super::error::ConfigError;
use super::setting::{SETTINGS, Setting};
use super::value::Value;

/// The most bytes of a configuration file.
const MAX_FILE: u64 = 1024 * 1024;

/// Names in the environment that clients (their settings for a rollout) and `sbmctl` know.
const NEIGHBOURS: &[&str] =
    &["SBM_CONNECTION", "SBM_ROOTS", "SBM_USER", "SBM_PASSWORD_FILE", "SBM_MANAGED", "SBM_CONNECTION_NAME"];

/// Where a value came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nobody said anything.
    Default,
    /// The configuration file.
    File,
    /// The environment.
    Environment,
    /// The command line.
    Flag,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Default => "default",
            Self::File => "file",
            Self::Environment => "environment",
            Self::Flag => "flag",
        })
    }
}

/// What to read.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// The configuration file; it must exist if it is named.
    pub file: Option<PathBuf>,
    /// The environment; only names that begin with `SBM_` are looked at.
    pub environment: Vec<(String, String)>,
    /// The flags, by key (`limits.connections`) and value.
    pub flags: Vec<(String, String)>,
}

impl Sources {
    /// The name in the environment that says where the configuration file is.
    pub const FILE_VARIABLE: &'static str = "SBM_CONFIG";

    /// The name in the environment that says how much is logged.
    pub const LOG_VARIABLE: &'static str = "SBM_LOG";

    /// The environment of this process. A value that is not UTF-8 becomes one that no setting allows.
    #[must_use]
    pub fn process_environment() -> Vec<(String, String)> {
        std::env::vars_os()
            .map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
            .collect()
    }
}

/// A value as it was given.
struct Given {
    shown: String,
    texts: Vec<String>,
    origin: Origin,
}

/// One value for each setting.
pub(super) struct Resolved {
    values: BTreeMap<&'static str, (Value, String, Origin)>,
    /// The settings whose value was told to be wrong.
    wrong: BTreeSet<String>,
    /// Whether something else was told that may have been meant for a setting: a key that nobody knows, a file that is none.
    unclear: bool,
    pub(super) foreign: Vec<String>,
}

impl Resolved {
    /// One value for each setting; where one is wrong its default stands in, and the error tells it.
    pub(super) fn from_sources(sources: &Sources, errors: &mut Vec<ConfigError>) -> Self {
        let mut given: BTreeMap<&'static str, Given> = BTreeMap::new();
        for setting in SETTINGS {
            given.insert(setting.key, from_text(setting, setting.default, Origin::Default));
        }
        if let Some(path) = &sources.file {
            read_file(path, &mut given, errors);
        }
        let foreign = read_environment(&sources.environment, &mut given, errors);
        read_flags(&sources.flags, &mut given, errors);
        let values = check_all(given, errors);
        let wrong: BTreeSet<String> = errors.iter().filter_map(ConfigError::setting).map(str::to_owned).collect();
        let unclear = errors.iter().any(|error| error.setting().is_none());
        Self { values, wrong, unclear, foreign }
    }

    /// Whether a default may stand in for one of these because of what was told already: it is not to be judged beside
    /// others, so that one fault is one error.
    pub(super) fn is_wrong(&self, keys: &[&str]) -> bool {
        let is_default = |key| self.values.get(key).is_none_or(|(_, _, origin)| *origin == Origin::Default);
        keys.iter().any(|key| self.wrong.contains(*key) || (self.unclear && is_default(*key)))
    }

    pub(super) fn value(&self, key: &str) -> Result<&Value, ConfigError> {
        self.values.get(key).map(|(value, _, _)| value).ok_or_else(|| ConfigError::unknown_key(key, Origin::Default))
    }

    pub(super) fn refuse(&self, key: &str, reason: &str) -> ConfigError {
        let (value, origin) =
            self.values.get(key).map_or((String::new(), Origin::Default), |(_, shown, at)| (shown.clone(), *at));
        ConfigError::Invalid { key: key.into(), value, origin, reason: reason.into() }
    }

    pub(super) fn effective(&self) -> Vec<Effective> {
        let row = |setting: &Setting| {
            let (_, value, origin) = self.values.get(setting.key)?;
            let value = if value.trim().is_empty() { "none".into() } else { value.clone() };
            Some(Effective { key: setting.key, value, origin: *origin })
        };
        SETTINGS.iter().filter_map(row).collect()
    }
}

fn check_all(
    given: BTreeMap<&'static str, Given>,
    errors: &mut Vec<ConfigError>,
) -> BTreeMap<&'static str, (Value, String, Origin)> {
    let mut values = BTreeMap::new();
    for setting in SETTINGS {
        let Some(Given { shown, texts, origin }) = given.get(setting.key) else { continue };
        match setting.check(texts) {
            Ok(value) => drop(values.insert(setting.key, (value, setting.shown(shown), *origin))),
            Err(reason) => {
                // Of a list, the entry that is wrong by itself; the whole, where they do not go together.
                let is_wrong =
                    |text: &&String| setting.is_list() && !text.is_empty() && setting.check(std::slice::from_ref(*text)).is_err();
                let wrong = texts.iter().find(is_wrong).unwrap_or(shown);
                let (key, value) = (setting.key.to_owned(), cut(&setting.shown(wrong)));
                errors.push(ConfigError::Invalid { key, value, origin: *origin, reason });
                let default = from_text(setting, setting.default, Origin::Default);
                if let Ok(value) = setting.check(&default.texts) {
                    values.insert(setting.key, (value, default.shown, Origin::Default));
                }
            }
        }
    }
    values
}

/// A value for a message.
fn cut(value: &str) -> String {
    crate::http::problem::Plain(value).to_string()
}

fn from_text(setting: &Setting, text: &str, origin: Origin) -> Given {
    let texts = if setting.is_list() {
        text.split(',').map(str::trim).filter(|_| !text.trim().is_empty()).map(Into::into).collect()
    } else {
        vec![text.into()]
    };
    Given { shown: text.into(), texts, origin }
}

fn read_flags(flags: &[(String, String)], given: &mut BTreeMap<&'static str, Given>, errors: &mut Vec<ConfigError>) {
    for (key, value) in flags {
        match Setting::find(key) {
            Some(setting) => drop(given.insert(setting.key, from_text(setting, value, Origin::Flag))),
            None => errors.push(ConfigError::unknown_key(key, Origin::Flag)),
        }
    }
}

fn read_environment(
    environment: &[(String, String)],
    given: &mut BTreeMap<&'static str, Given>,
    errors: &mut Vec<ConfigError>,
) -> Vec<String> {
    let mut foreign = Vec::new();
    let known = |name: &str| [Sources::FILE_VARIABLE, Sources::LOG_VARIABLE].contains(&name) || NEIGHBOURS.contains(&name);
    for (name, value) in environment.iter().filter(|(name, _)| name.starts_with("SBM_") && !known(name)) {
        match SETTINGS.iter().find(|setting| setting.environment() == *name) {
            Some(setting) => drop(given.insert(setting.key, from_text(setting, value, Origin::Environment))),
            None if sections().any(|section| name.starts_with(&format!("SBM_{}_", section.to_ascii_uppercase()))) => {
                errors.push(ConfigError::unknown_key(name, Origin::Environment));
            }
            None => foreign.push(name.clone()),
        }
    }
    foreign.sort();
    foreign
}

fn sections() -> impl Iterator<Item = &'static str> {
    SETTINGS.iter().filter_map(|setting| setting.key.split_once('.').map(|(section, _)| section))
}

fn read_file(path: &Path, given: &mut BTreeMap<&'static str, Given>, errors: &mut Vec<ConfigError>) {
    let table = match read_text(path).and_then(|text| toml::from_str(&text).map_err(|error| not_toml(path, &text, &error))) {
        Ok(table) => table,
        Err(error) => return errors.push(error),
    };
    let table: toml::Table = table;
    for (key, value) in table {
        match value {
            toml::Value::Table(section) if sections().any(|known| known == key) => {
                for (name, value) in section {
                    put(format!("{key}.{name}"), &value, given, errors);
                }
            }
            value if sections().any(|known| known == key) => {
                let reason = format!("it is a section; write `[{key}]` and its settings below");
                errors.push(ConfigError::Invalid { key, value: cut(&value.to_string()), origin: Origin::File, reason });
            }
            value => put(key, &value, given, errors),
        }
    }
}

/// The file's text, without the mark that some editors put in front. It is read in bounds: what it is not is never taken
/// into memory.
fn read_text(path: &Path) -> Result<String, ConfigError> {
    let unreadable = |source| ConfigError::Unreadable { path: path.into(), source };
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(MAX_FILE.saturating_add(1)).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(ConfigError::TooLarge { path: path.into(), limit: MAX_FILE });
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)),
        Err(error) => {
            let before = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
            let line = before.iter().filter(|byte| **byte == b'\n').count().saturating_add(1);
            Err(ConfigError::NotText { path: path.into(), line })
        }
    }
}

fn not_toml(path: &Path, text: &str, error: &toml::de::Error) -> ConfigError {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.matches('\n').count().saturating_add(1);
    ConfigError::NotToml { path: path.into(), line, reason: error.message().replace('\n', " ") }
}

fn put(key: String, value: &toml::Value, given: &mut BTreeMap<&'static str, Given>, errors: &mut Vec<ConfigError>) {
    let Some(setting) = Setting::find(&key) else { return errors.push(ConfigError::unknown_key(key, Origin::File)) };
    let texts = match (setting.is_list(), value) {
        (true, toml::Value::Array(values)) => values.iter().map(|value| scalar(setting, value)).collect::<Option<Vec<_>>>(),
        (true, toml::Value::String(text)) => Some(from_text(setting, text, Origin::File).texts),
        (_, value) => scalar(setting, value).map(|text| vec![text]),
    };
    match texts {
        Some(texts) => drop(given.insert(setting.key, Given { shown: texts.join(", "), texts, origin: Origin::File })),
        None => {
            let reason = format!("it has the wrong type; {}", setting.example());
            let value = cut(&setting.shown(&value.to_string()));
            errors.push(ConfigError::Invalid { key, value, origin: Origin::File, reason });
        }
    }
}

/// A number must be written as a number and a text as a text.
fn scalar(setting: &Setting, value: &toml::Value) -> Option<String> {
    match (setting.kind, value) {
        (super::setting::Kind::Number { .. }, toml::Value::Integer(number)) => Some(number.to_string()),
        (super::setting::Kind::Number { .. }, _) => None,
        (_, toml::Value::String(text)) => Some(text.clone()),
        _ => None,
    }
}
