//! The server itself: its devices, its audit log, its keys (DEV-1, RUN-12, OFF-3).

use sbm_core::wire::v1::admin::{AuditEntry, AuditVerdict, Device, KeyEpoch, Page};
use sbm_core::wire::v1::path;

use super::Admin;
use super::address::Query;
use crate::error::Error;
use crate::transport::call;

impl Admin {
    /// All devices.
    ///
    /// # Errors
    ///
    /// [`Code::DeniedRole`](sbm_core::code::Code::DeniedRole) without that task.
    pub fn devices(&self) -> Result<Vec<Device>, Error> {
        self.list(path::DEVICES)
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
        call(&*self.transport, "POST", path::ROTATE_KEYS, Some(self.token()?), None::<&()>)
    }
}
