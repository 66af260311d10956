//! The manifest: what a backup is of, what it holds, and each of its files with size and hash.
//!
//! It is JSON, and its last field is a hash of everything before it, so that a damaged one is noticed. It vouches for
//! nothing: whoever can write a backup can write its manifest.

use std::collections::BTreeSet;
use std::path::Path;

use sbm_core::id::Hash;
use sbm_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::BackupError;
use crate::pki::vault::is_secret;

/// The name of the format.
pub const FORMAT: &str = "sbm-backup-1";
/// The manifest's own name.
pub const MANIFEST: &str = "manifest.json";
/// The copy of a SQLite database.
pub const SQLITE: &str = "sbm.db";
/// The export of a PostgreSQL.
pub const EXPORT: &str = "export.jsonl";
/// The sealed secrets of a PostgreSQL.
pub const SEALED: &str = "secrets.json";

/// The most bytes of a manifest.
const MAX: u64 = 4 * 1024 * 1024;

/// What a backup says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The format: [`FORMAT`].
    pub format: String,
    /// When it was begun, in milliseconds since 1970.
    pub taken: Timestamp,
    /// The server: the SHA-256 of its CA's certificate, as in its connection strings.
    pub server: Hash,
    /// The version of the program that made it.
    pub program: String,
    /// The kind of database that it was made of.
    pub database: Database,
    /// The newest migration of the database.
    pub schema: u32,
    /// The revision of the directory.
    pub revision: u64,
    /// The epoch of the signing keys.
    pub epoch: u64,
    /// How many runs the history has.
    pub runs: u64,
    /// How many entries the audit log has.
    pub audit: u64,
    /// Its files, in the order of their names.
    pub files: Vec<FileEntry>,
    /// The SHA-256 of this manifest as compact JSON with zeros here.
    pub check: Hash,
}

/// The kind of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Database {
    /// One file.
    Sqlite,
    /// A PostgreSQL.
    Postgres,
}

impl std::fmt::Display for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// A file of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Its name.
    pub name: String,
    /// How many bytes it has.
    pub size: u64,
    /// Their SHA-256.
    pub sha256: Hash,
}

impl Manifest {
    /// The manifest as its file has it.
    ///
    /// # Errors
    ///
    /// Never in fact: what is in it is always JSON.
    pub fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let sealed = Self { check: self.sum()?, ..self.clone() };
        let mut bytes = serde_json::to_vec_pretty(&sealed)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    fn sum(&self) -> Result<Hash, serde_json::Error> {
        let open = Self { check: Hash::from_bytes([0; 32]), ..self.clone() };
        Ok(Hash::of(&serde_json::to_vec(&open)?))
    }

    /// Reads the manifest of the backup in that directory.
    ///
    /// # Errors
    ///
    /// [`BackupError::Invalid`] when there is none, it is damaged, or names what no backup has.
    pub fn read(backup: &Path) -> Result<Self, BackupError> {
        let path = backup.join(MANIFEST);
        let about = std::fs::symlink_metadata(&path).map_err(|_| BackupError::invalid(backup, "it has no `manifest.json`"))?;
        if !about.is_file() || about.len() > MAX {
            return Err(BackupError::invalid(backup, "its `manifest.json` is no file, or larger than any"));
        }
        let bytes = std::fs::read(&path).map_err(BackupError::io("read", &path))?;
        let manifest = Self::parse(&bytes).map_err(|why| BackupError::invalid(backup, format!("its manifest {why}")))?;
        manifest.check_files().map_err(|why| BackupError::invalid(backup, why))?;
        Ok(manifest)
    }

    fn parse(bytes: &[u8]) -> Result<Self, String> {
        let value: serde_json::Value = serde_json::from_slice(bytes).map_err(|_| "is not JSON, or is cut off".to_owned())?;
        match value.get("format").and_then(|format| format.as_str()) {
            Some(FORMAT) => {}
            Some(other) => return Err(format!("is of the format `{other}`, and this program knows `{FORMAT}`")),
            None => return Err("names no format".to_owned()),
        }
        let manifest: Self = serde_json::from_value(value).map_err(|error| format!("cannot be read: {error}"))?;
        match manifest.sum() {
            Ok(sum) if sum == manifest.check => Ok(manifest),
            _ => Err("was changed: its check does not fit".to_owned()),
        }
    }

    /// Names lead nowhere else, each is there once, and none is missing.
    fn check_files(&self) -> Result<(), String> {
        let names: BTreeSet<&str> = self.files.iter().map(|file| file.name.as_str()).collect();
        if names.len() != self.files.len() {
            return Err("its manifest names a file twice".to_owned());
        }
        let needed: &[&str] = match self.database {
            Database::Sqlite => &[SQLITE, crate::pki::vault::CA, "root.key", "token.key"],
            Database::Postgres => &[EXPORT, SEALED],
        };
        if let Some(missing) = needed.iter().find(|name| !names.contains(**name)) {
            return Err(format!("its manifest names no `{missing}`"));
        }
        let known = |name: &str| needed.contains(&name) || (self.database == Database::Sqlite && is_secret(name));
        match names.into_iter().find(|name| !known(name)) {
            Some(strange) => Err(format!("its manifest names `{strange}`, which is in no backup of {}", self.database)),
            None => Ok(()),
        }
    }
}
