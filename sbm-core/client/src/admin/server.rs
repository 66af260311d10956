//! The server itself: what holds for all clients, its audit log, its keys (OFF-3, RUN-12).

use sbm_core::wire::v1::admin::{AuditEntry, AuditQuery, AuditVerdict, KeyEpoch, Page, ServerPatch, ServerSettings};
use sbm_core::wire::v1::{Capability, path};

use super::Admin;
use super::address::Query;
use crate::error::Error;

impl Admin {
    /// What holds for all clients.
    ///
    /// # Errors
    ///
    /// [`Code::DeniedRole`](sbm_core::code::Code::DeniedRole) without that task.
    pub fn server_settings(&self) -> Result<ServerSettings, Error> {
        self.need(Capability::Manage)?;
        self.get(path::SERVER)
    }

    /// Changes it; what the patch does not mention stays.
    ///
    /// # Errors
    ///
    /// [`Code::InvalidArgument`](sbm_core::code::Code::InvalidArgument) for a value that is not allowed.
    pub fn modify_server(&self, patch: &ServerPatch) -> Result<ServerSettings, Error> {
        self.need(Capability::Manage)?;
        self.patch(path::SERVER, patch)
    }

    /// A page of the audit log, the newest entry first.
    ///
    /// # Errors
    ///
    /// Those of [`page`](Self::page).
    pub fn audit_log(&self, query: &AuditQuery) -> Result<Page<AuditEntry>, Error> {
        self.page(query)
    }

    /// A page of the audit log, in the order of the numbers: what comes behind the entry `after`, at most `limit`.
    ///
    /// # Errors
    ///
    /// [`Code::DeniedRole`](sbm_core::code::Code::DeniedRole) without that task.
    pub fn audit(&self, after: u64, limit: u32) -> Result<Page<AuditEntry>, Error> {
        let (after, limit) = (after.to_string(), limit.to_string());
        self.get(&Query::of(path::AUDIT).with("after", Some(&after)).with("limit", Some(&limit)).finish())
    }

    /// Lets the server check the chain of its audit log (RUN-12). A broken chain is an answer, not an error.
    ///
    /// # Errors
    ///
    /// [`Code::DeniedRole`](sbm_core::code::Code::DeniedRole) without that task.
    pub fn verify_audit(&self) -> Result<AuditVerdict, Error> {
        self.get(&format!("{}/verify", path::AUDIT))
    }

    /// Makes a new signing key and raises the epoch: every head signed before is outdated (OFF-3).
    ///
    /// # Errors
    ///
    /// [`Code::DeniedRole`](sbm_core::code::Code::DeniedRole) without that task.
    pub fn rotate_keys(&self) -> Result<KeyEpoch, Error> {
        self.send("POST", path::ROTATE_KEYS, Some(self.token()?), None::<&()>)
    }
}
