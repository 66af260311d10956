//! Whether a backup is what was made: files, database, audit log and keys. Nothing is written.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use sbm_core::cache::{KeyDocument, Signed};

use super::BackupError;
use super::folder::hash;
use super::kept::Kept;
use super::manifest::{Database, EXPORT, Manifest, SQLITE};
use crate::pki::{KeyFile, Keys};
use crate::store::StoreError;
use crate::store::held::{Held, checked, in_export};
use crate::store::sqlite::backup::look;

/// A backup that is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// What it says of itself, and is so.
    pub manifest: Manifest,
    /// What its database holds.
    pub held: Held,
    /// Whether its keys were tried: sealed ones are only with their key file.
    pub keys_were_tried: bool,
    /// What is not as it should be, and is no reason to take another one.
    pub advice: Vec<String>,
}

/// Looks through a backup.
///
/// # Errors
///
/// [`BackupError::Invalid`] with the first thing that is wrong; [`StoreError::Newer`] when a newer program made it.
pub fn verify(backup: &Path, key: Option<&KeyFile>) -> Result<Verified, BackupError> {
    let manifest = Manifest::read(backup)?;
    for file in &manifest.files {
        let path = backup.join(&file.name);
        let about = std::fs::symlink_metadata(&path);
        let about = about.map_err(|_| BackupError::invalid(backup, format!("its file `{}` is missing", file.name)))?;
        if !about.is_file() || about.len() != file.size {
            let why = format!("its file `{}` has {} bytes instead of {}", file.name, about.len(), file.size);
            return Err(BackupError::invalid(backup, why));
        }
        if hash(&path)?.1 != file.sha256 {
            return Err(BackupError::invalid(backup, format!("its file `{}` was changed: its hash does not fit", file.name)));
        }
    }
    let held = look_inside(backup, manifest.database)?;
    compare(backup, &manifest, &held)?;
    let kept = Kept::read(backup, &manifest, key)?;
    if let Some(kept) = &kept {
        check_keys(backup, &manifest, &held, kept)?;
    }
    let advice = readable_by_others(backup, &manifest);
    Ok(Verified { manifest, held, keys_were_tried: kept.is_some(), advice })
}

fn look_inside(backup: &Path, database: Database) -> Result<Held, BackupError> {
    let held = match database {
        Database::Sqlite => look(&backup.join(SQLITE), checked),
        Database::Postgres => {
            let path = backup.join(EXPORT);
            let file = File::open(&path).map_err(BackupError::io("read", &path))?;
            in_export(&mut BufReader::with_capacity(256 * 1024, file))
        }
    };
    held.map_err(|error| match error {
        StoreError::Damaged(why) | StoreError::Unavailable(why) => BackupError::invalid(backup, why),
        StoreError::Export { line, why } => BackupError::invalid(backup, format!("line {line} of its export: {why}")),
        StoreError::Newer { found, known, .. } => {
            StoreError::Newer { file: backup.display().to_string().into(), found, known }.into()
        }
        other => other.into(),
    })
}

fn compare(backup: &Path, manifest: &Manifest, held: &Held) -> Result<(), BackupError> {
    let pairs = [
        ("schema", u64::from(manifest.schema), u64::from(held.schema)),
        ("revision", manifest.revision, held.revision),
        ("epoch", manifest.epoch, held.epoch),
        ("number of runs", manifest.runs, held.runs),
        ("number of audit entries", manifest.audit, held.audit),
    ];
    match pairs.into_iter().find(|(_, stated, is)| stated != is) {
        None => Ok(()),
        Some((what, stated, is)) => {
            Err(BackupError::invalid(backup, format!("its manifest says {what} {stated}, and its database has {is}")))
        }
    }
}

/// Root, token and signing key are those of the database's key document, and the CA is the one that it names.
fn check_keys(backup: &Path, manifest: &Manifest, held: &Held, kept: &Kept) -> Result<(), BackupError> {
    let document = key_document(backup, held, kept)?;
    let pin = kept.pin()?;
    if pin != manifest.server {
        return Err(BackupError::invalid(backup, "its CA is not the one that its manifest names"));
    }
    // With a certificate of the operator's and without its CA, the document names none.
    if !document.ca.is_empty() && !document.ca.contains(&pin) {
        return Err(BackupError::invalid(backup, "its CA is not the one of its database"));
    }
    Ok(())
}

/// The key document in force, with the keys beside it.
///
/// # Errors
///
/// [`BackupError::Invalid`] when they do not belong together.
pub(super) fn key_document(backup: &Path, held: &Held, kept: &Kept) -> Result<KeyDocument, BackupError> {
    let bad = |why: String| BackupError::invalid(backup, why);
    let signed: Signed = held.keys.clone().ok_or_else(|| bad("its database has no keys".to_owned()))?;
    let keys = Keys::published(kept, held.epoch, signed.clone()).map_err(|error| bad(error.to_string()))?;
    let document = KeyDocument::verify(&signed, &keys.root().verifying_key());
    document.map_err(|code| bad(format!("its database has another server's keys: {}", code.text())))
}

#[cfg(unix)]
fn readable_by_others(backup: &Path, manifest: &Manifest) -> Vec<String> {
    use std::os::unix::fs::MetadataExt as _;
    let is_open = |path: &Path| std::fs::metadata(path).is_ok_and(|about| about.mode() & 0o077 != 0);
    let files = manifest.files.iter().map(|file| backup.join(&file.name));
    // Nobody else gets past a closed directory.
    let open = is_open(backup) && files.into_iter().any(|file| is_open(&file));
    open.then(|| {
        format!(
            "others than its owner can read `{}`, and it holds the server's keys; take their access away with `chmod -R go= {}`",
            backup.display(),
            backup.display()
        )
    })
    .into_iter()
    .collect()
}

#[cfg(not(unix))]
fn readable_by_others(_backup: &Path, _manifest: &Manifest) -> Vec<String> {
    Vec::new()
}
