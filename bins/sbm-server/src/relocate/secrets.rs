//! The secrets that belong to a database: CA, root key, token key and signing keys.

use sbm_core::code::Code;
use sbm_core::directory::Refusal;

use crate::pki::Vault;
use crate::service::refusal;

/// Brings every secret to the other vault; those that are there already must be the same. Tells how many there are.
pub(super) fn copy(from: &dyn Vault, to: &dyn Vault) -> Result<usize, Refusal> {
    let told = |error: crate::pki::VaultError| refusal(error.code(), error.to_string());
    let names = from.names().map_err(told)?;
    for name in &names {
        let Some(secret) = from.read(name).map_err(told)? else { continue };
        let kept = to.write_if_absent(name, &secret).map_err(told)?;
        if *kept != *secret {
            let message =
                format!("{} belongs to another server; move to a place that no server was ever started on", to.place(name));
            return Err(refusal(Code::StoreNotEmpty, message));
        }
    }
    Ok(names.len())
}
