//! Which devices have which managed profile, and what their hosts made of it (PRO-7, PRO-8).

use sbm_core::id::{AccountId, DeviceId, Guid};
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::device::Outcome;

use super::{Pending, RunSource};

/// Who holds what, and the newest outcome for each device and managed profile.
///
/// 1. A device holds a managed profile from the moment it is given the content, on disk before it is given, or says that it
///    took it over. It holds it until its host says that it removed it: an outcome of revision 0 without a failure.
/// 2. All of it goes with the device: one that was removed has nothing to answer for.
pub trait Acknowledgements: Send + Sync {
    /// Keeps what a device says; the last word on a profile replaces the one before. Who says that it took a revision over
    /// holds it, whether or not it was seen to fetch it, if it is `entitled` to the profile or held it before. What it says
    /// of a revision of any other is passed over.
    fn put_outcomes(&self, source: RunSource, outcomes: Vec<Outcome>, entitled: Vec<Guid>, at: Timestamp) -> Pending<()>;

    /// What the devices of an account said of a managed profile, in the order of the devices.
    fn outcomes(&self, account: AccountId, guid: Guid) -> Pending<Vec<Acknowledgement>>;

    /// Keeps that a device is about to be given these profiles at these revisions. An earlier word that it removed one of
    /// them is over. A device that is not there is passed over.
    fn hold(&self, source: RunSource, held: Vec<(Guid, u64)>, at: Timestamp) -> Pending<()>;

    /// Every device that ever fetched a managed profile, in their order.
    fn holdings(&self, account: AccountId, guid: Guid) -> Pending<Vec<Holding>>;

    /// The deleted managed profiles that some device of a root account still holds, in the order of their GUIDs; whose they
    /// were is for the caller to see.
    fn unsettled(&self, account: AccountId) -> Pending<Vec<Guid>>;
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

/// That one device fetched one managed profile, and its last word on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// The device.
    pub device: DeviceId,
    /// The revision that it fetched last.
    pub revision: u64,
    /// When.
    pub fetched_at: Timestamp,
    /// What it last said of it, if that was after it fetched what it removed before.
    pub said: Option<Acknowledgement>,
}
