//! Bringing a backup back: into an empty place, wholly or not at all, and with a new epoch (OFF-3).
//!
//! 1. The new epoch is the seconds since 1970, or one above the backup's if that is more: so it is above every epoch that
//!    the lost server made behind the backup, and above that of an earlier restore of the same one. Where the clock says
//!    otherwise, clients prove what they have, and the server raises its epoch above that.
//! 2. A SQLite file appears under its name when it is complete. Until then a mark stands in the data directory, no server
//!    starts on it, and the same restore begins anew.
//! 3. A PostgreSQL is filled in one transaction, the new epoch among it.
//! 4. Devices keep their tokens and go on. Sessions of consoles end: who operates the server logs in again.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use sbm_core::cache::{KeyDocument, Signed};
use sbm_core::directory::{Actor, Command, Directory, Rows, plan};
use sbm_core::time::{SECOND, Timestamp};

use super::BackupError;
use super::folder::{create_private, sync_directory};
use super::kept::Kept;
use super::manifest::{Database, EXPORT, Manifest, SQLITE};
use super::verify::{Verified, key_document, verify};
use crate::clock::Clock;
use crate::config::Config;
use crate::data_dir::{DataDir, Holding};
use crate::pki::vault::is_secret;
use crate::pki::{KeyFile, Keys, Vault};
use crate::place::{self, Opened};
use crate::service::acts::marked;
use crate::store::anew::begin_anew;
use crate::store::export::{export, filled, import, looked, refuse_if_not_fresh};
use crate::store::{Commit, Sqlite, StoreError, StoreUrl, Whole};

/// Stands in a data directory while a backup is brought back into it.
pub const BEGUN: &str = "restore.begun";
/// What is always there.
const LOCK: &str = "server.lock";
/// What SQLite and the store put beside a file.
const BESIDE: [&str; 8] = ["", "-wal", "-shm", "-journal", ".lock", ".sealed", ".new", ".new-journal"];

/// A backup that came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// The backup.
    pub manifest: Manifest,
    /// Where it is now.
    pub place: String,
    /// The epoch from now on.
    pub epoch: u64,
    /// The revision from now on.
    pub revision: u64,
}

/// Brings a backup back into the place that the settings name. `key` opens its keys, where they are sealed.
///
/// # Errors
///
/// [`BackupError::Invalid`] when it is not good, [`BackupError::NotEmpty`] when there is something in the place; nothing was
/// changed then.
pub fn restore(config: &Config, backup: &Path, key: Option<&KeyFile>, clock: &dyn Clock) -> Result<Restored, BackupError> {
    let verified = verify(backup, key)?;
    let kept = Kept::read(backup, &verified.manifest, key)?;
    let kept = kept.ok_or_else(|| BackupError::KeyNeeded { path: backup.into() })?;
    let come = Coming { backup, verified, kept, now: clock.now() };
    match &config.store {
        StoreUrl::Sqlite(_) => come.into_file(config),
        StoreUrl::Postgres(_) => come.into_postgres(config),
    }
}

/// Refuses a data directory into which a backup was to come back and did not wholly; takes the mark away where it did.
///
/// # Errors
///
/// [`BackupError::Invalid`], and what the data directory says.
pub fn refuse_begun(data_dir: &DataDir, database: &Path) -> Result<(), BackupError> {
    if !data_dir.has(BEGUN) {
        return Ok(());
    }
    if database.try_exists().map_err(BackupError::io("examine", database))? {
        return Ok(data_dir.remove(BEGUN)?);
    }
    let why = "a backup was being brought back into it, and that was broken off";
    let place = data_dir.path().display();
    Err(BackupError::Store(StoreError::unavailable(format!("`{place}`: {why}; do it again with `sbm-server backup restore`"))))
}

/// A backup on its way.
struct Coming<'b> {
    backup: &'b Path,
    verified: Verified,
    kept: Kept,
    now: Timestamp,
}

/// The new epoch with its key document.
struct Anew {
    epoch: u64,
    keys: Signed,
    reason: String,
    now: Timestamp,
}

impl Coming<'_> {
    fn into_file(self, config: &Config) -> Result<Restored, BackupError> {
        let data_dir = DataDir::open_for(&config.data_dir, Holding::Database)?;
        let target = place::sqlite_file(config, data_dir.path()).map_err(BackupError::Place)?;
        clear_begun(&data_dir, &target)?;
        data_dir.write_secret(BEGUN, self.backup.as_os_str().as_encoded_bytes())?;
        for (name, secret) in self.kept.iter() {
            data_dir.write_secret(name, secret)?;
        }
        let staged = beside(&target, ".restoring");
        if self.verified.manifest.database == Database::Sqlite {
            copy(&self.backup.join(SQLITE), &staged)?;
        }
        let store = Sqlite::open_file(&staged)?;
        let anew = self.anew(&data_dir)?;
        let epoch = anew.epoch;
        let revision = match self.verified.manifest.database {
            Database::Sqlite => filled(&store, move |sql| begin_anew(sql, |rows| anew.plan(rows)))?,
            Database::Postgres => self.import_file(&store, anew)?,
        };
        drop(store);
        if beside(&staged, "-wal").exists() {
            return Err(StoreError::unavailable(format!("`{}` cannot be closed", staged.display())).into());
        }
        File::options()
            .read(true)
            .write(true)
            .open(&staged)
            .and_then(|file| file.sync_all())
            .map_err(BackupError::io("write", &staged))?;
        for suffix in BESIDE.iter().filter(|suffix| !suffix.is_empty()) {
            drop(std::fs::remove_file(beside(&staged, suffix)));
        }
        std::fs::rename(&staged, &target).map_err(BackupError::io("name", &target))?;
        sync_directory(target.parent().unwrap_or(&target))?;
        data_dir.remove(BEGUN)?;
        Ok(self.restored(target.display().to_string(), epoch, revision))
    }

    fn into_postgres(self, config: &Config) -> Result<Restored, BackupError> {
        let Opened { store, vault, data_dir } = place::open(config).map_err(BackupError::Place)?;
        let place = config.store.to_string();
        let named = place.clone();
        looked(&*store, move |sql| refuse_if_not_fresh(sql, &named))?;
        self.put_secrets(&*vault, &place)?;
        let anew = self.anew(&*vault)?;
        let epoch = anew.epoch;
        let revision = match self.verified.manifest.database {
            Database::Postgres => self.import_file(&*store, anew)?,
            Database::Sqlite => {
                let staged = data_dir.file("backup.restoring");
                remove_staged(&staged)?;
                let copied = copy(&self.backup.join(SQLITE), &staged).and_then(|()| import_database(&staged, &*store, anew));
                remove_staged(&staged)?;
                copied?
            }
        };
        Ok(self.restored(place, epoch, revision))
    }

    /// The database is empty, and so it has no secrets, or those of a restore of this backup that was broken off.
    fn put_secrets(&self, vault: &dyn Vault, place: &str) -> Result<(), BackupError> {
        for (name, secret) in self.kept.iter() {
            if *vault.write_if_absent(name, secret)? != **secret {
                return Err(BackupError::NotEmpty { place: place.to_owned(), found: format!("the secret {name}") });
            }
        }
        Ok(())
    }

    /// Makes the keys of the new epoch, which nothing counts by before the commit of it.
    fn anew(&self, vault: &dyn Vault) -> Result<Anew, BackupError> {
        let Verified { manifest, held, .. } = &self.verified;
        let KeyDocument { ca, .. } = key_document(self.backup, held, &self.kept)?;
        let highest = Keys::highest_epoch(vault)?.unwrap_or(0).max(manifest.epoch);
        let seconds = u64::try_from(self.now.as_millis() / SECOND).unwrap_or(0);
        let epoch = highest.saturating_add(1).max(seconds);
        let keys = Keys::for_epoch(vault, epoch, &ca)?.key_document().clone();
        let reason = format!("came back from a backup of {}", manifest.taken.to_rfc3339());
        Ok(Anew { epoch, keys, reason, now: self.now })
    }

    /// Fills an empty database from an export.
    fn import_file(&self, store: &dyn Whole, anew: Anew) -> Result<u64, BackupError> {
        let path = self.backup.join(EXPORT);
        let file = File::open(&path).map_err(BackupError::io("read", &path))?;
        let revision = filled(store, move |sql| {
            import(sql, &mut BufReader::with_capacity(256 * 1024, file), &mut |_| {})?;
            begin_anew(sql, |rows| anew.plan(rows))
        });
        Ok(revision?)
    }

    fn restored(self, place: String, epoch: u64, revision: u64) -> Restored {
        Restored { manifest: self.verified.manifest, place, epoch, revision }
    }
}

impl Anew {
    fn plan(self, rows: Rows) -> Result<Commit, StoreError> {
        let facts = Directory::new(rows);
        let command = Command::RaiseEpoch { epoch: self.epoch, keys: self.keys, reason: self.reason };
        let refused = |refused: sbm_core::directory::Refusal| StoreError::rejected(refused.message);
        let planned = plan(&facts, &Actor::system(), &command, self.now).map_err(refused)?;
        let changes = marked(planned.changes).map_err(refused)?;
        Ok(Commit { based_on: facts.revision(), changes, audit: vec![planned.audit], ..Commit::default() })
    }
}

/// The data directory must hold nothing but a restore that was broken off, which goes.
fn clear_begun(data_dir: &DataDir, target: &Path) -> Result<(), BackupError> {
    let place = || data_dir.path().display().to_string();
    if target.try_exists().map_err(BackupError::io("examine", target))? {
        return Err(BackupError::NotEmpty { place: place(), found: target.display().to_string() });
    }
    let begun = data_dir.has(BEGUN);
    let staged = beside(target, ".restoring");
    let is_staged = |name: &str| BESIDE.iter().any(|suffix| data_dir.file(name) == beside(&staged, suffix));
    let mut names = data_dir.names()?;
    names.sort();
    for name in names.into_iter().filter(|name| name != LOCK && name != BEGUN) {
        if !begun || !(is_secret(&name) || is_staged(&name)) {
            return Err(BackupError::NotEmpty { place: place(), found: name });
        }
        data_dir.remove(&name)?;
    }
    remove_staged(&staged)
}

fn remove_staged(staged: &Path) -> Result<(), BackupError> {
    for suffix in BESIDE {
        let path = beside(staged, suffix);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(BackupError::io("remove", &path)(error)),
            _ => {}
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<(), BackupError> {
    let mut source = File::open(from).map_err(BackupError::io("read", from))?;
    let copied = create_private(to).and_then(|mut file| std::io::copy(&mut source, &mut file));
    copied.map(drop).map_err(BackupError::io("write", to))
}

/// Fills an empty database from a copy of a SQLite file, which may be of an older schema.
fn import_database(staged: &Path, store: &dyn Whole, anew: Anew) -> Result<u64, BackupError> {
    let from = Sqlite::open_file(staged)?;
    let (reader, mut writer) = std::io::pipe().map_err(BackupError::io("read", staged))?;
    let reading = from.look(Box::new(move |sql| export(sql, &mut writer, &mut |_| {}).map(drop)));
    let imported = filled(store, move |sql| {
        import(sql, &mut BufReader::with_capacity(64 * 1024, reader), &mut |_| {})?;
        begin_anew(sql, |rows| anew.plan(rows))
    });
    match (reading.wait(), imported) {
        (_, Ok(revision)) => Ok(revision),
        // An export that was cut off is the reason for an import that could not end, and the other way round.
        (Err(error @ StoreError::Damaged(_)), Err(_)) | (_, Err(error)) => Err(error.into()),
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
