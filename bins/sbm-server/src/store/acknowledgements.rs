//! What hosts made of the changes they were handed (PRO-7, PRO-8).

use sbm_core::id::{DeviceId, Guid};
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::device::Outcome;

use super::{Pending, RunSource};

/// The newest outcome for each device and managed profile.
pub trait Acknowledgements: Send + Sync {
    /// Keeps what a device says; the last word on a profile replaces the one before.
    fn put_outcomes(&self, source: RunSource, outcomes: Vec<Outcome>, at: Timestamp) -> Pending<()>;

    /// What the devices of an account said of a managed profile, in the order of the devices.
    fn outcomes(&self, account: sbm_core::id::AccountId, guid: Guid) -> Pending<Vec<Acknowledgement>>;
}

/// What one device said of one managed profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acknowledgement {
    /// The device.
    pub device: DeviceId,
    /// What it said.
    pub outcome: Outcome,
    /// When the server heard it.
    pub at: Timestamp,
}
