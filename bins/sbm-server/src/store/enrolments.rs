//! Codes and passphrases with which devices enrol, and who came with them (DEV-1).

use sbm_core::audit::Entry;
use sbm_core::enrolment::{EnrolmentKind, Phase, Terms};
use sbm_core::id::{AccountId, Hash, InstallationId, UserId};
use sbm_core::name::{Name, Text};
use sbm_core::time::Timestamp;

use super::Pending;

/// How many codes and passphrases of one account may be usable at once.
pub const MOST_USABLE: u32 = 1_000;

/// Codes and passphrases, by their hashes.
///
/// 1. Who comes with one is judged by [`Terms::ask`] while nobody else is: however many come at once, at one server or at
///    many, no more are let in than it allows.
/// 2. Who is refused changes nothing, and costs the same two look-ups whatever the reason.
/// 3. What people do is done together with its audit entry.
pub trait Enrolments: Send + Sync {
    /// Keeps a new one, with its audit entry, whose object becomes its number. None where the account has [`MOST_USABLE`].
    fn put_enrolment(&self, new: NewEnrolment, audit: Entry) -> Pending<Option<u64>>;

    /// All of them, in the order of their numbers.
    fn enrolments(&self) -> Pending<Vec<Enrolment>>;

    /// Revokes one; false, and no entry, if there is none or it is revoked already.
    fn revoke_enrolment(&self, id: u64, audit: Entry) -> Pending<bool>;

    /// A device asks to be let in.
    fn ask_enrolment(&self, asks: Asks) -> Pending<Told>;

    /// A device that was to be enrolled could not be: it may ask again. False if it is not enrolled with that one.
    fn give_back_enrolment(&self, id: u64, installation: InstallationId) -> Pending<bool>;

    /// The devices that wait for a person, those that asked first in front. Not those whose code was revoked.
    fn waiting_devices(&self) -> Pending<Vec<Waiting>>;

    /// A person lets a device in that waits, or does not; false, and no entry, if it does not wait with that code any more.
    fn decide_enrolment(&self, id: u64, installation: InstallationId, yes: bool, audit: Entry) -> Pending<bool>;

    /// Deletes those that ended before that moment, with who waited for them; gives how many.
    fn drop_enrolments(&self, before: Timestamp) -> Pending<u64>;
}

/// A new code or passphrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEnrolment {
    /// The account that devices are put into.
    pub account: AccountId,
    /// The user whose devices they become.
    pub user: UserId,
    /// For one device, or for many.
    pub kind: EnrolmentKind,
    /// The hash of what is typed.
    pub hash: Hash,
    /// What it allows; nobody used it yet.
    pub terms: Terms,
    /// What it is for.
    pub comment: Text,
    /// Who made it.
    pub made_by: Name,
    /// When.
    pub made: Timestamp,
}

/// A code or passphrase that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// Its number, from 1 on.
    pub id: u64,
    /// What it was made as, and how far it was used.
    pub row: NewEnrolment,
}

/// A device asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asks {
    /// The hash of what was typed there.
    pub hash: Hash,
    /// What the installation calls itself.
    pub installation: InstallationId,
    /// The computer's name.
    pub computer: String,
    /// The backup program.
    pub program: String,
    /// From where.
    pub address: String,
    /// When.
    pub at: Timestamp,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// Nothing, for whatever reason.
    Refused,
    /// It waits for a person.
    Waits {
        /// With which code.
        by: By,
        /// Whether it did not before.
        is_new: bool,
    },
    /// It is enrolled with this one. Nobody else is told so for the same use.
    Enrols(By),
}

/// With which code a device came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    /// Its number.
    pub id: u64,
    /// The account that the device is put into.
    pub account: AccountId,
    /// The user whose device it becomes.
    pub user: UserId,
    /// For one device, or for many.
    pub kind: EnrolmentKind,
    /// Who made it.
    pub made_by: Name,
}

/// A device that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// With which code.
    pub by: By,
    /// What the installation calls itself.
    pub installation: InstallationId,
    /// The computer's name.
    pub computer: String,
    /// The backup program.
    pub program: String,
    /// From where it asked first.
    pub address: String,
    /// When.
    pub asked: Timestamp,
}

/// The number of a phase in the database; never changes.
pub(super) const fn phase_number(phase: Phase) -> i64 {
    phase as i64
}
