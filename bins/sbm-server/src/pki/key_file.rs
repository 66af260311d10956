//! The key file: what the secrets in a shared database are sealed under. Each server of the database has a copy.
//!
//! 1. It is one line, `sbm-key-file-1 KEY CHECK`: 32 random bytes as 64 digits, and a check by which a damaged or cut file
//!    is noticed. It is never in the database and never in a backup of it.
//! 2. Its owner alone can read it, or it is refused (ERR-5). It is made once and never written over.
//! 3. A secret is sealed with XChaCha20-Poly1305; its name goes into the seal, so that no row can stand for another.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use sbm_core::code::Code;
use sbm_core::id::Hash;
use thiserror::Error;
use zeroize::Zeroizing;

use super::seal;
use crate::data_dir::{DataDirError, read_private};
use crate::store::secrets::{NONCE, Sealed};

const FORM: &str = "sbm-key-file-1";
/// What stands before a name in the seal, so that a seal is good for nothing else.
const DOMAIN: &str = "SBM secret v1 ";

/// A key file that was read.
#[derive(Clone)]
pub struct KeyFile {
    path: PathBuf,
    key: Zeroizing<[u8; 32]>,
}

/// A key file that cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum KeyFileError {
    /// It cannot be read, or others can read it.
    #[error(transparent)]
    File(#[from] DataDirError),
    /// There is none.
    #[error("there is no key file `{}`; copy the one that the other servers of this database have, or, if there are none yet, make one with `sbm-server keys create {}`", path.display(), path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// It is something else, or not whole.
    #[error("`{}` is no key file, or is damaged; copy it again from another server of this database", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// It is another database's.
    #[error("the key file `{}` is not the one of the database `{store}`; copy the one that its other servers have", path.display())]
    Other {
        /// The file.
        path: PathBuf,
        /// The database.
        store: String,
    },
    /// The secrets were sealed anew while this server ran.
    #[error("the secrets of the database were sealed under another key file than `{}`; put the new one there and restart", path.display())]
    Replaced {
        /// The file.
        path: PathBuf,
    },
    /// There is one already.
    #[error("`{}` is there already, and a key file is never written over; name another file", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// It could not be sealed.
    #[error("a secret could not be sealed")]
    Sealing,
}

impl KeyFileError {
    /// The code in the one table.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::File(error) => error.code(),
            Self::Missing { .. } | Self::Damaged { .. } | Self::Other { .. } | Self::Replaced { .. } => Code::ConfigInvalid,
            Self::Exists { .. } => Code::InvalidArgument,
            Self::Sealing => Code::Internal,
        }
    }
}

impl KeyFile {
    /// Makes a key file, readable by its owner alone.
    ///
    /// # Errors
    ///
    /// `invalid_argument` when there is one already, `disk_full`, `store_unavailable` for what else the system says.
    pub fn create(path: &Path) -> Result<Self, KeyFileError> {
        let mut key = Zeroizing::new([0; 32]);
        getrandom::fill(key.as_mut_slice()).map_err(|_| DataDirError::NoRandomness)?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => KeyFileError::Exists { path: path.into() },
            _ => DataDirError::io("make", path)(error).into(),
        })?;
        let written = file.write_all(text(&key).as_bytes()).and_then(|()| file.sync_all()).and_then(|()| sync_parent(path));
        if let Err(error) = written {
            // What is half written is no key file; the error that is told is the first one.
            let _ = std::fs::remove_file(path);
            return Err(DataDirError::io("write", path)(error).into());
        }
        Ok(Self { path: path.into(), key })
    }

    /// Reads a key file.
    ///
    /// # Errors
    ///
    /// `config_invalid` when there is none, others can read it or it is damaged; `store_unavailable`.
    pub fn read(path: &Path) -> Result<Self, KeyFileError> {
        let bytes = read_private(path)?.ok_or_else(|| KeyFileError::Missing { path: path.into() })?;
        match parse(&bytes) {
            Some(key) => Ok(Self { path: path.into(), key }),
            None => Err(KeyFileError::Damaged { path: path.into() }),
        }
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Seals a secret under its name.
    ///
    /// # Errors
    ///
    /// `internal` when the operating system gives no random bytes.
    pub fn seal(&self, name: &str, secret: &[u8]) -> Result<Sealed, KeyFileError> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| DataDirError::NoRandomness)?;
        seal::seal(&self.key, nonce, &covered(name), secret).ok_or(KeyFileError::Sealing)
    }

    /// What was sealed under that name with this key; `None` when this is not so.
    #[must_use]
    pub fn unseal(&self, name: &str, sealed: &Sealed) -> Option<Zeroizing<Vec<u8>>> {
        seal::unseal(&self.key, &covered(name), sealed)
    }
}

impl fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("KeyFile").field(&self.path).finish()
    }
}

fn covered(name: &str) -> Vec<u8> {
    format!("{DOMAIN}{name}").into_bytes()
}

fn text(key: &[u8; 32]) -> Zeroizing<String> {
    let digits = Zeroizing::new(Hash::from_bytes(*key).to_string());
    Zeroizing::new(format!("{FORM} {} {}\n", *digits, check(&digits)))
}

fn parse(bytes: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
    let text = std::str::from_utf8(bytes).ok()?;
    // A copy that went through a clipboard may have lost or changed the end of its line.
    let mut words = text.trim_end_matches(['\r', '\n']).split(' ');
    let (form, digits, stated) = (words.next()?, words.next()?, words.next()?);
    let fits = form == FORM && words.next().is_none() && stated == check(digits);
    let key = digits.parse::<Hash>().ok().filter(|_| fits)?;
    Some(Zeroizing::new(*key.as_bytes()))
}

fn check(digits: &str) -> String {
    let covered = Zeroizing::new(format!("{FORM} {digits}"));
    Hash::of(covered.as_bytes()).to_string().chars().take(16).collect()
}

/// Makes the name of a new file last, where directories can be synced.
fn sync_parent(path: &Path) -> std::io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if cfg!(unix) { File::open(parent).and_then(|parent| parent.sync_all()) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
