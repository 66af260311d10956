//! A look at the secrets of a data directory that nobody holds, for `sbm-server config check` (RUN-1).
//!
//! 1. What the server would refuse at its start is told as it would tell it. Nothing is made, and no lock is taken.
//! 2. The database is not asked. Its epoch is that of the newest signing key, unless a crash or an older backup came between;
//!    then the server goes on above that key.

use std::path::Path;

use super::bundle::Bundle;
use super::certificate::Authority;
use super::error::PkiError;
use super::vault::CA;
use super::{SERVER_FILE, keys};
use crate::data_dir::{DataDirError, Holding, read_private};

/// Everything about the secrets in that directory that a server would refuse.
#[must_use]
pub fn look(directory: &Path, holding: Holding) -> Vec<PkiError> {
    let names = match std::fs::read_dir(directory) {
        // It is made at the start.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Vec::new(),
        Err(error) => return vec![DataDirError::io("read", directory)(error).into()],
        Ok(entries) => entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect::<Vec<_>>(),
    };
    let mut found = Vec::new();
    let mut look_at = |name: &str, is_needed: bool, is_whole: &dyn Fn(&[u8]) -> bool| {
        let path = directory.join(name);
        let place = || format!("`{}`", path.display());
        match read_private(&path) {
            Err(error) => found.push(error.into()),
            Ok(None) if is_needed => found.push(PkiError::Missing { place: place() }),
            Ok(Some(bytes)) if !is_whole(&bytes) => found.push(PkiError::Damaged { place: place() }),
            Ok(_) => {}
        }
    };
    // A damaged one is made anew.
    look_at(SERVER_FILE, false, &|_| true);
    // Where servers share a database the secrets are in there.
    if holding == Holding::Database {
        let is_started = names.iter().any(|name| name == SERVER_FILE);
        look_at(CA, is_started, &|bytes| Bundle::parse(bytes).and_then(Authority::from_bundle).is_some());
        let signing = keys::highest(names.iter().map(String::as_str)).map(keys::signing_name);
        let is_needed = signing.is_some();
        for key in [Some(keys::ROOT.to_owned()), Some(keys::TOKEN.to_owned()), signing].into_iter().flatten() {
            look_at(&keys::file_name(&key), is_needed, &|bytes| keys::from_text(&key, bytes).is_some());
        }
    }
    found
}
