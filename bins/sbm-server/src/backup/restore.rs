//! Bringing a backup back: into an empty place, wholly or not at all, and with a new epoch (OFF-3).
//!
//! 1. The new epoch is the seconds since 1970, or one above the backup's if that is more: so it is above every epoch that
//!    the lost server made behind the backup, and above that of an earlier restore of the same one. Where the clock says
//!    otherwise, clients prove what they have, and the server raises its epoch above that.
//! 2. First the place is marked, then come keys and content; last the mark goes. While it is there no server starts, and the
//!    same restore begins anew, wherever it was broken off.
//! 3. A SQLite file is marked in its data directory, and appears under its name when it is complete, never in place of another
//!    or beside what another left. Its name is held meanwhile.
//! 4. A PostgreSQL is marked by a row. It is filled in one transaction, the new epoch and the end of the mark among it.
//! 5. A backup of an older schema comes back as the database of then, and is brought forward.
//! 6. Devices keep their tokens and go on. Sessions of consoles end: who operates the server logs in again.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;

use sbm_core::cache::{KeyDocument, Signed};
use sbm_core::directory::{Actor, Command, Directory, Rows, plan};
use sbm_core::time::{SECOND, Timestamp};

use super::BackupError;
use super::folder::sync_directory;
use super::kept::Kept;
use super::manifest::{Database, EXPORT, Manifest, SQLITE};
use super::staged::{BEGUN, BESIDE, beside, clear_begun, copy, look_over, on_its_way, remove_copy, staged};
use super::verify::{Verified, key_document, verify};
use crate::clock::Clock;
use crate::config::Config;
use crate::data_dir::{DataDir, Holding};
use crate::pki::{KeyFile, Keys, Vault};
use crate::place;
use crate::service::acts::marked;
use crate::store::anew::{self, begin_anew};
use crate::store::export::{Whole, export, filled, import};
use crate::store::relocation::{At, Mark, Role};
use crate::store::servers::SCHEMA;
use crate::store::sql::Sql;
use crate::store::{Commit, Sqlite, StoreError, StoreUrl};

/// How far a restore is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The place is marked: no server starts on it.
    Marked,
    /// A secret is there.
    Secret,
    /// The backup's database lies there under another name.
    Copied,
    /// So many rows are in a transaction that is not committed.
    Rows(u64),
    /// Everything is in the database, and committed.
    Filled,
    /// The database has its name, and the mark is still there.
    Named,
}

/// What is told of the steps.
pub type Tell = Arc<dyn Fn(Step) + Send + Sync>;

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
    restore_telling(config, backup, key, clock, Arc::new(|_| {}))
}

/// The same, and says how far it is.
///
/// # Errors
///
/// As [`restore`].
pub fn restore_telling(
    config: &Config,
    backup: &Path,
    key: Option<&KeyFile>,
    clock: &dyn Clock,
    tell: Tell,
) -> Result<Restored, BackupError> {
    let verified = verify(backup, key)?;
    let kept = Kept::read(backup, &verified.manifest, key)?;
    let kept = kept.ok_or_else(|| BackupError::KeyNeeded { path: backup.into() })?;
    let come = Coming { backup, verified, kept, now: clock.now(), tell };
    match &config.store {
        StoreUrl::Sqlite(_) => come.into_file(config),
        StoreUrl::Postgres(_) => come.into_postgres(config),
    }
}

/// A backup on its way.
struct Coming<'b> {
    backup: &'b Path,
    verified: Verified,
    kept: Kept,
    now: Timestamp,
    tell: Tell,
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
        // What is refused leaves no lock behind. Looked at again under it, since a server with another data directory may
        // have been starting there.
        look_over(&data_dir, &target)?;
        let _held = Sqlite::hold(&target)?;
        clear_begun(&data_dir, &target)?;
        data_dir.write_secret(BEGUN, self.backup.as_os_str().as_encoded_bytes())?;
        self.tell(Step::Marked);
        for (name, secret) in self.kept.iter() {
            data_dir.write_secret(name, secret)?;
            self.tell(Step::Secret);
        }
        let staged = staged(&target);
        let has_rows = self.copy_database(&staged)?;
        // An older schema comes forward here.
        let store = Sqlite::open_file(&staged)?;
        let anew = self.anew(&data_dir)?;
        let epoch = anew.epoch;
        let revision = match has_rows {
            true => filled(&store, move |sql| begin_anew(sql, |rows| anew.plan(rows)))?,
            false => self.import_file(&store, anew, |_| Ok(()))?,
        };
        self.tell(Step::Filled);
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
        // Nobody of ours puts anything there meanwhile; somebody who copies files by hand may.
        Sqlite::refuse_left_over(&target)?;
        Sqlite::put_in_place(&staged, &target).map_err(BackupError::io("name", &target))?;
        sync_directory(target.parent().unwrap_or(&target))?;
        self.tell(Step::Named);
        data_dir.remove(BEGUN)?;
        Ok(self.restored(target.display().to_string(), epoch, revision))
    }

    /// From the mark on no server starts there; it goes in the transaction that everything comes in.
    fn into_postgres(self, config: &Config) -> Result<Restored, BackupError> {
        let data_dir = DataDir::open_for(&config.data_dir, Holding::Nothing)?;
        remove_copy(&data_dir)?;
        let (store, vault) = place::open_to_move(config).map_err(BackupError::Place)?;
        let place = config.store.to_string();
        let mark = self.mark();
        let (id, begun, named) = (mark.id, mark, place.clone());
        filled(&*store, move |sql| anew::mark(sql, &begun, &named))?;
        self.tell(Step::Marked);
        self.put_secrets(&vault, &place)?;
        let staged = on_its_way(&data_dir);
        let has_rows = self.copy_database(&staged)?;
        let anew = self.anew(&vault)?;
        let (epoch, named) = (anew.epoch, place.clone());
        let unmark = move |sql: &dyn Sql| anew::unmark(sql, id, &named);
        let revision = match has_rows {
            true => self.import_database(&staged, &*store, anew, unmark),
            false => self.import_file(&*store, anew, unmark),
        };
        remove_copy(&data_dir)?;
        let revision = revision?;
        self.tell(Step::Filled);
        Ok(self.restored(place, epoch, revision))
    }

    /// Puts the backup's database there as a SQLite file, unless it is an export that goes into the new database as it is.
    fn copy_database(&self, staged: &Path) -> Result<bool, BackupError> {
        let manifest = &self.verified.manifest;
        match (manifest.database, manifest.schema) {
            (Database::Sqlite, _) => copy(&self.backup.join(SQLITE), staged)?,
            (Database::Postgres, SCHEMA) => return Ok(false),
            (Database::Postgres, older) => make_of_export(&self.backup.join(EXPORT), older, staged)?,
        }
        self.tell(Step::Copied);
        Ok(true)
    }

    /// One backup has one mark, however often it is tried.
    fn mark(&self) -> Mark {
        let manifest = &self.verified.manifest;
        let id = manifest.check.as_bytes().first_chunk().copied().unwrap_or_default();
        let place = self.backup.display().to_string();
        Mark { id, role: Role::Restore, place, epoch: manifest.epoch, at: At::default() }
    }

    fn tell(&self, step: Step) {
        (self.tell)(step);
    }

    /// The database is empty, and so it has no secrets, or those of a restore of this backup that was broken off.
    fn put_secrets(&self, vault: &dyn Vault, place: &str) -> Result<(), BackupError> {
        for (name, secret) in self.kept.iter() {
            if *vault.write_if_absent(name, secret)? != **secret {
                return Err(BackupError::NotEmpty { place: place.to_owned(), found: format!("the secret {name}") });
            }
            self.tell(Step::Secret);
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

    /// Fills an empty database from an export of its schema; `first` comes first in the transaction.
    fn import_file(
        &self,
        store: &dyn Whole,
        anew: Anew,
        first: impl FnOnce(&dyn Sql) -> Result<(), StoreError> + Send + 'static,
    ) -> Result<u64, BackupError> {
        let path = self.backup.join(EXPORT);
        let file = File::open(&path).map_err(BackupError::io("read", &path))?;
        let tell = Arc::clone(&self.tell);
        let revision = filled(store, move |sql| {
            first(sql)?;
            import(sql, &mut BufReader::with_capacity(256 * 1024, file), &mut |rows| tell(Step::Rows(rows)))?;
            begin_anew(sql, |rows| anew.plan(rows))
        });
        Ok(revision?)
    }

    /// The same from a SQLite file, which may be of an older schema, and comes forward.
    fn import_database(
        &self,
        staged: &Path,
        store: &dyn Whole,
        anew: Anew,
        first: impl FnOnce(&dyn Sql) -> Result<(), StoreError> + Send + 'static,
    ) -> Result<u64, BackupError> {
        let from = Sqlite::open_file(staged)?;
        let (reader, mut writer) = std::io::pipe().map_err(BackupError::io("read", staged))?;
        let reading = from.look(Box::new(move |sql| export(sql, &mut writer, &mut |_| {}).map(drop)));
        let tell = Arc::clone(&self.tell);
        let imported = filled(store, move |sql| {
            first(sql)?;
            import(sql, &mut BufReader::with_capacity(64 * 1024, reader), &mut |rows| tell(Step::Rows(rows)))?;
            begin_anew(sql, |rows| anew.plan(rows))
        });
        match (reading.wait(), imported) {
            (_, Ok(revision)) => Ok(revision),
            // An export that was cut off is the reason for an import that could not end, and the other way round.
            (Err(error @ StoreError::Damaged(_)), Err(_)) | (_, Err(error)) => Err(error.into()),
        }
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

/// Makes a SQLite file of an export of an older schema: a database of then, which comes forward when it is opened.
pub(super) fn make_of_export(export: &Path, schema: u32, to: &Path) -> Result<(), BackupError> {
    let file = File::open(export).map_err(BackupError::io("read", export))?;
    let mut reader = BufReader::with_capacity(256 * 1024, file);
    Ok(Sqlite::make(to, schema, |sql| import(sql, &mut reader, &mut |_| {}).map(drop))?)
}
