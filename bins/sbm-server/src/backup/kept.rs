//! The secrets in a backup: files beside a SQLite database, sealed rows of a PostgreSQL.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sbm_core::id::Hash;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::BackupError;
use super::manifest::{Database, Manifest, SEALED};
use crate::pki::vault::{Bytes, CA, is_secret};
use crate::pki::{KeyFile, Vault, VaultError, pin_of};

use crate::store::secrets::{CHECK, Sealed};
use crate::store::{Secrets, StoreError};

/// The most bytes of a secret.
const MAX: u64 = 64 * 1024;
/// The most bytes of all that are sealed.
const MAX_SEALED: u64 = 16 * 1024 * 1024;

/// The secrets of a backup, in memory; they are read and never changed.
pub struct Kept {
    backup: PathBuf,
    secrets: BTreeMap<String, Bytes>,
}

/// Sealed rows as a file has them.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    secrets: Vec<RowOfSecrets>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RowOfSecrets {
    name: String,
    nonce: String,
    sealed: String,
}

/// The sealed rows of a database, as a backup keeps them.
///
/// # Errors
///
/// What the database says.
pub fn sealed_rows(secrets: &dyn Secrets) -> Result<Vec<u8>, BackupError> {
    let mut rows = Vec::new();
    for name in secrets.secret_names().wait()? {
        if let Some(Sealed { nonce, bytes }) = secrets.secret(name.clone()).wait()? {
            rows.push(RowOfSecrets { name, nonce: STANDARD.encode(nonce), sealed: STANDARD.encode(bytes) });
        }
    }
    Ok(serde_json::to_vec_pretty(&Rows { secrets: rows }).map_err(StoreError::damaged)?)
}

impl Kept {
    /// Reads the secrets of a backup; `None` when they are sealed and nobody has the key.
    ///
    /// # Errors
    ///
    /// [`BackupError::Invalid`] when they are not what was written, [`BackupError::OtherKey`] when they are sealed under another
    /// key file.
    pub fn read(backup: &Path, manifest: &Manifest, key: Option<&KeyFile>) -> Result<Option<Self>, BackupError> {
        let secrets = match (manifest.database, key) {
            (Database::Sqlite, _) => {
                let names = manifest.files.iter().map(|file| file.name.as_str()).filter(|name| is_secret(name));
                names.map(|name| Ok((name.to_owned(), bounded(&backup.join(name), MAX)?))).collect::<Result<_, BackupError>>()?
            }
            (Database::Postgres, None) => {
                rows(backup)?;
                return Ok(None);
            }
            (Database::Postgres, Some(key)) => unseal(backup, key)?,
        };
        Ok(Some(Self { backup: backup.into(), secrets }))
    }

    /// The SHA-256 of the CA's certificate.
    ///
    /// # Errors
    ///
    /// [`BackupError::Invalid`] when there is no CA that can be used.
    pub fn pin(&self) -> Result<Hash, BackupError> {
        let pin = self.secrets.get(CA).and_then(|bytes| pin_of(bytes));
        pin.ok_or_else(|| BackupError::invalid(&self.backup, format!("its `{CA}` is damaged")))
    }

    /// Every secret with its name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Bytes)> {
        self.secrets.iter().map(|(name, bytes)| (name.as_str(), bytes))
    }
}

/// A small file of a backup.
fn bounded(path: &Path, most: u64) -> Result<Bytes, BackupError> {
    let about = std::fs::symlink_metadata(path).map_err(BackupError::io("read", path))?;
    if !about.is_file() || about.len() > most {
        return Err(BackupError::invalid(path, "it is no file, or larger than any that a backup has"));
    }
    std::fs::read(path).map(Zeroizing::new).map_err(BackupError::io("read", path))
}

fn rows(backup: &Path) -> Result<Vec<(String, Sealed)>, BackupError> {
    let path = backup.join(SEALED);
    let bad = |why: &str| BackupError::invalid(&path, why);
    let Rows { secrets } =
        serde_json::from_slice(&bounded(&path, MAX_SEALED)?).map_err(|_| bad("it does not hold sealed keys"))?;
    let sealed = |row: RowOfSecrets| {
        let nonce = STANDARD.decode(&row.nonce).ok().and_then(|nonce| nonce.try_into().ok());
        let bytes = STANDARD.decode(&row.sealed).ok();
        let (nonce, bytes) = nonce.zip(bytes).ok_or_else(|| bad("one of its keys cannot be read"))?;
        Ok((row.name, Sealed { nonce, bytes }))
    };
    secrets.into_iter().map(sealed).collect()
}

/// The entry that tells a wrong key file comes first.
fn unseal(backup: &Path, key: &KeyFile) -> Result<BTreeMap<String, Bytes>, BackupError> {
    let mut rows = rows(backup)?;
    rows.sort_by_key(|(name, _)| name != CHECK);
    let mut secrets = BTreeMap::new();
    for (name, sealed) in rows {
        let opened = key.unseal(&name, &sealed).ok_or_else(|| {
            if name == CHECK {
                return BackupError::OtherKey { path: backup.into(), key: key.path().into() };
            }
            BackupError::invalid(backup, format!("its key `{name}` is damaged or was exchanged for another"))
        })?;
        if name != CHECK {
            secrets.insert(name, opened);
        }
    }
    Ok(secrets)
}

impl Vault for Kept {
    fn names(&self) -> Result<Vec<String>, VaultError> {
        Ok(self.secrets.keys().cloned().collect())
    }

    fn read(&self, name: &str) -> Result<Option<Bytes>, VaultError> {
        Ok(self.secrets.get(name).cloned())
    }

    fn write_if_absent(&self, name: &str, _bytes: &[u8]) -> Result<Bytes, VaultError> {
        match self.secrets.get(name) {
            Some(bytes) => Ok(bytes.clone()),
            None => Err(StoreError::unavailable("a backup is never changed").into()),
        }
    }

    fn place(&self, name: &str) -> String {
        format!("`{name}` in the backup `{}`", self.backup.display())
    }

    fn outlives_the_store(&self) -> bool {
        false
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept").field("backup", &self.backup).field("names", &self.secrets.keys()).finish_non_exhaustive()
    }
}
