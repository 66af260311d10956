//! Making a backup.
//!
//! The secrets are read after the database: keys are made before the commit that they are for and never change, so that a
//! backup has every key that its database knows.

use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sbm_core::id::Hash;
use sbm_core::time::Timestamp;

use super::folder::{Folder, create_private};
use super::kept::{Kept, sealed_rows};
use super::manifest::{Database, EXPORT, FORMAT, Manifest, SEALED, SQLITE};
use super::{BackupError, verify};
use crate::data_dir::{DataDirError, read_private};
use crate::pki::KeyFile;
use crate::pki::vault::is_secret;
use crate::store::export::{export, looked};
use crate::store::held::{Held, held};
use crate::store::sqlite::backup::back_up;
use crate::store::{Store, StoreError, relocation};

/// What a backup is made of.
pub enum Origin {
    /// A SQLite database, and the data directory with its secrets.
    Sqlite {
        /// The database's file.
        database: PathBuf,
        /// The data directory.
        data_dir: PathBuf,
    },
    /// A PostgreSQL with its sealed secrets.
    Postgres {
        /// The database.
        store: Arc<dyn Store>,
        /// The key file: the backup is verified before it counts.
        key: KeyFile,
        /// Where it is, for a message.
        place: String,
    },
}

/// Set by whoever wants a backup to be broken off.
pub type Stop = Arc<AtomicBool>;

/// A backup that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// Where it is.
    pub path: PathBuf,
    /// What it holds.
    pub manifest: Manifest,
}

/// Makes a backup in that directory and verifies it.
///
/// # Errors
///
/// As [`BackupError`] says; nothing is left in the directory then.
pub fn create(origin: &Origin, to: &Path, now: Timestamp, stop: &Stop) -> Result<Made, BackupError> {
    let mut folder = Folder::begin(to, now)?;
    let made = fill(origin, &mut folder, stop);
    // What was cut off fails in many ways, and all of them mean this.
    let (held, database, key) = made.map_err(|error| if stop.load(Ordering::Acquire) { BackupError::Stopped } else { error })?;
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        taken: now,
        server: Hash::from_bytes([0; 32]),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        database,
        schema: held.schema,
        revision: held.revision,
        epoch: held.epoch,
        runs: held.runs,
        audit: held.audit,
        files: folder.files().to_vec(),
        check: Hash::from_bytes([0; 32]),
    };
    let kept = Kept::read(folder.path(), &manifest, key)?;
    let server = kept.ok_or_else(|| BackupError::KeyNeeded { path: to.into() })?.pin()?;
    folder.state(&Manifest { server, ..manifest })?;
    let manifest = verify(folder.path(), key)?.manifest;
    if stop.load(Ordering::Acquire) {
        return Err(BackupError::Stopped);
    }
    Ok(Made { path: folder.finish()?, manifest })
}

fn fill<'o>(origin: &'o Origin, folder: &mut Folder, stop: &Stop) -> Result<(Held, Database, Option<&'o KeyFile>), BackupError> {
    match origin {
        Origin::Sqlite { database, data_dir } => {
            let held = back_up(database, &folder.path().join(SQLITE), &mut |_, _| match stop.load(Ordering::Acquire) {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            })?;
            if held.keys.is_none() {
                return Err(BackupError::Unused { place: database.display().to_string() });
            }
            folder.add(SQLITE)?;
            copy_secrets(data_dir, folder)?;
            Ok((held, Database::Sqlite, None))
        }
        Origin::Postgres { store, key, place } => {
            let (path, stop) = (folder.path().join(EXPORT), Arc::clone(stop));
            let held = looked(&**store, move |sql| {
                let held = held(sql)?;
                relocation::refuse(sql)?;
                let file = create_private(&path).map_err(|error| StoreError::of_file(&path, &error))?;
                let mut out = BufWriter::with_capacity(256 * 1024, Stoppable { out: file, stop });
                export(sql, &mut out, &mut |_| {})?;
                out.flush().map_err(|error| StoreError::of_file(&path, &error))?;
                Ok(held)
            })?;
            if held.keys.is_none() {
                return Err(BackupError::Unused { place: place.clone() });
            }
            folder.add(EXPORT)?;
            folder.write(SEALED, &sealed_rows(&**store)?)?;
            Ok((held, Database::Postgres, Some(key)))
        }
    }
}

fn copy_secrets(data_dir: &Path, folder: &mut Folder) -> Result<(), BackupError> {
    let entries = std::fs::read_dir(data_dir).map_err(DataDirError::io("read", data_dir))?;
    let mut names: Vec<String> = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.retain(|name| is_secret(name));
    names.sort();
    for name in names {
        if let Some(secret) = read_private(&data_dir.join(&name))? {
            folder.write(&name, &secret)?;
        }
    }
    Ok(())
}

/// What is written until somebody wants it to stop.
struct Stoppable<W> {
    out: W,
    stop: Stop,
}

impl<W: Write> Write for Stoppable<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.stop.load(Ordering::Acquire) {
            return Err(std::io::Error::other("the backup was broken off"));
        }
        self.out.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

impl std::fmt::Debug for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite { database, .. } => f.debug_tuple("Sqlite").field(database).finish(),
            Self::Postgres { place, .. } => f.debug_tuple("Postgres").field(place).finish(),
        }
    }
}
