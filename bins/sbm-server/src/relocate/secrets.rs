//! The secrets that belong to a database: CA, root key, token key and signing keys.

use sbm_core::code::Code;
use sbm_core::directory::Refusal;

use crate::pki::{Vault, VaultError};
use crate::service::refusal;

/// Brings every secret to the other vault; those that are there already must be the same. Tells how many there are.
pub(super) fn copy(from: &dyn Vault, to: &dyn Vault) -> Result<usize, Refusal> {
    let names = from.names().map_err(|error| told(&error))?;
    for name in &names {
        let Some(secret) = from.read(name).map_err(|error| told(&error))? else { continue };
        let kept = to.write_if_absent(name, &secret).map_err(|error| told(&error))?;
        if *kept != *secret {
            return Err(foreign(to, name));
        }
    }
    Ok(names.len())
}

/// Refuses a vault that has another server's secrets, before anything is changed.
pub(super) fn refuse_foreign(from: &dyn Vault, to: &dyn Vault) -> Result<(), Refusal> {
    for name in to.names().map_err(|error| told(&error))? {
        let (ours, kept) = (from.read(&name).map_err(|error| told(&error))?, to.read(&name).map_err(|error| told(&error))?);
        if ours.is_some_and(|ours| kept.is_some_and(|kept| *kept != *ours)) {
            return Err(foreign(to, &name));
        }
    }
    Ok(())
}

fn foreign(to: &dyn Vault, name: &str) -> Refusal {
    let message = format!(
        "{} belongs to another server; move to a place that no server was ever started on, with a --data-dir of its own if that is a \
         SQLite file",
        to.place(name)
    );
    refusal(Code::StoreNotEmpty, message)
}

fn told(error: &VaultError) -> Refusal {
    refusal(error.code(), error.to_string())
}
