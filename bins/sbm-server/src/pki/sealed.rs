//! The secrets in a shared database: each sealed under the key file, which the database never sees.
//!
//! 1. One entry is there for nothing but to tell a wrong key file: it is made with the first secret, and unsealed before any
//!    other is asked for. So a wrong key file is named as what it is, and not taken for damage.
//! 2. A secret is kept only while that entry is the one that this server checked: a server that still has the key file of
//!    before never mixes its seals with those of the new one.

use std::fmt;
use std::sync::Arc;

use super::key_file::{KeyFile, KeyFileError};
use super::vault::{Bytes, Vault, VaultError};
use crate::store::Secrets;
use crate::store::secrets::{CHECK, NONCE, Resealed};

/// What is sealed in the entry that tells a wrong key file.
const CHECKED: &[u8] = b"the key file is the right one";
/// How often the secrets are sealed anew when servers keep adding some.
const TRIES: usize = 8;

/// The secrets of a shared database.
pub struct SealedVault {
    secrets: Arc<dyn Secrets>,
    key: KeyFile,
    /// The nonce of the checking entry under which this vault works.
    check: [u8; NONCE],
    /// The database, without its password.
    store: String,
}

impl SealedVault {
    /// Opens the secrets with a key file. On a database without any, that key file becomes theirs.
    ///
    /// # Errors
    ///
    /// `config_invalid` when it is another database's key file, `store_damaged`, whatever the store says.
    pub fn open(secrets: Arc<dyn Secrets>, key: KeyFile, store: String) -> Result<Self, VaultError> {
        let there = secrets.secret(CHECK.to_owned()).wait()?;
        let sealed = match there {
            Some(sealed) => sealed,
            None if secrets.secret_names().wait()?.iter().any(|name| name != CHECK) => return Err(VaultError::Unchecked),
            None => {
                let new = key.seal(CHECK, CHECKED)?;
                let kept = secrets.put_secret(CHECK.to_owned(), new.clone(), None).wait()?;
                kept.unwrap_or(new)
            }
        };
        if key.unseal(CHECK, &sealed).is_none_or(|text| text.as_slice() != CHECKED) {
            return Err(KeyFileError::Other { path: key.path().into(), store }.into());
        }
        Ok(Self { secrets, key, check: sealed.nonce, store })
    }

    /// Seals all secrets anew under another key file, at once or not at all; tells how many.
    ///
    /// # Errors
    ///
    /// As [`Vault::read`]; `busy` when others keep adding secrets.
    pub fn reseal(self, new: &KeyFile) -> Result<usize, VaultError> {
        for _ in 0..TRIES {
            let mut resealed = Vec::new();
            for name in self.secrets.secret_names().wait()? {
                let Some(sealed) = self.secrets.secret(name.clone()).wait()? else { continue };
                let secret =
                    self.key.unseal(&name, &sealed).ok_or_else(|| VaultError::Unsealable { place: self.place(&name) })?;
                resealed.push(Resealed { was: sealed.nonce, sealed: new.seal(&name, &secret)?, name });
            }
            let count = resealed.len().saturating_sub(1);
            if self.secrets.reseal_secrets(resealed).wait()? {
                return Ok(count);
            }
        }
        Err(crate::store::StoreError::Busy.into())
    }
}

impl Vault for SealedVault {
    fn names(&self) -> Result<Vec<String>, VaultError> {
        let mut names = self.secrets.secret_names().wait()?;
        names.retain(|name| name != CHECK);
        Ok(names)
    }

    fn read(&self, name: &str) -> Result<Option<Bytes>, VaultError> {
        let Some(sealed) = self.secrets.secret(name.to_owned()).wait()? else { return Ok(None) };
        match self.key.unseal(name, &sealed) {
            Some(secret) => Ok(Some(secret)),
            None => Err(self.why_not(name)?),
        }
    }

    fn write_if_absent(&self, name: &str, bytes: &[u8]) -> Result<Bytes, VaultError> {
        let sealed = self.key.seal(name, bytes)?;
        match self.secrets.put_secret(name.to_owned(), sealed, Some(self.check)).wait()? {
            Some(kept) => match self.key.unseal(name, &kept) {
                Some(secret) => Ok(secret),
                None => Err(self.why_not(name)?),
            },
            None => Err(KeyFileError::Replaced { path: self.key.path().into() }.into()),
        }
    }

    fn place(&self, name: &str) -> String {
        format!("the secret `{name}` in the database `{}`", self.store)
    }

    /// The secrets come back with the database.
    fn outlives_the_store(&self) -> bool {
        false
    }
}

impl SealedVault {
    /// A secret that this key file does not open: the key file was replaced meanwhile, or the row is not what was sealed.
    fn why_not(&self, name: &str) -> Result<VaultError, VaultError> {
        let check = self.secrets.secret(CHECK.to_owned()).wait()?;
        Ok(if check.is_some_and(|check| check.nonce != self.check) {
            KeyFileError::Replaced { path: self.key.path().into() }.into()
        } else {
            VaultError::Unsealable { place: self.place(name) }
        })
    }
}

impl fmt::Debug for SealedVault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedVault").field("store", &self.store).field("key", &self.key).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
