//! What was said and is to be said: the log of communications of accounts; and the images that their brandings name (ACC-3).

use std::sync::Arc;

use sbm_core::audit::Entry;
use sbm_core::id::{AccountId, Hash};
use sbm_core::name::{Name, Text};
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::admin::{CommunicationKind, ListQuery, Page};

use super::{Pending, Within};

/// How many communications an account has at most.
pub const MOST_OF_ONE: u32 = 10_000;

/// By what they are sorted; `-` before it turns the order round. Not by what a database does not have as it is shown: the full
/// name of the account, and the author, who is not told to everybody.
pub const COMMUNICATION_SORTS: [&str; 6] = ["id", "kind", "at", "planned", "with", "made"];

/// Which of them are meant, where that takes more than the database has.
pub type Fits = Arc<dyn Fn(u64, &Kept) -> bool + Send + Sync>;

/// Communications, by the accounts that they are of. They stay with their account wherever it is moved, and go with it.
pub trait Communications: Send + Sync {
    /// Writes one down, with its audit entry, whose object becomes its number. None where the account has [`MOST_OF_ONE`].
    fn put_communication(&self, new: Kept, audit: Entry) -> Pending<Option<u64>>;

    /// A page of those of these accounts, each with its number: in the order of `query.sort`, the latest first if that is missing,
    /// behind the place `query.after`, at most `query.limit`. The filters of the query are in `within` and in `fits`, for which
    /// they are gone through one by one.
    ///
    /// # Errors
    ///
    /// [`BadCursor`](super::StoreError::BadCursor) when `query.after` is no `next` of a page in that order,
    /// [`BadSort`](super::StoreError::BadSort) when `query.sort` is none of [`COMMUNICATION_SORTS`].
    fn communications(&self, within: Within, fits: Option<Fits>, query: ListQuery) -> Pending<Page<(u64, Kept)>>;

    /// The one of that number.
    fn communication(&self, id: u64) -> Pending<Option<Kept>>;

    /// Puts one in the place of what it was; false, and no entry, if it is not that any more. Account, author and the moment it
    /// was written down stay.
    fn modify_communication(&self, id: u64, was: Kept, new: Kept, audit: Entry) -> Pending<bool>;

    /// Removes one; false, and no entry, if there is none.
    fn delete_communication(&self, id: u64, audit: Entry) -> Pending<bool>;

    /// An image of an account's branding.
    fn image(&self, account: AccountId, hash: Hash) -> Pending<Option<Vec<u8>>>;
}

/// A communication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The account that it is of.
    pub account: AccountId,
    /// How.
    pub kind: CommunicationKind,
    /// When it was or is to be.
    pub at: Timestamp,
    /// Whether it is still to come.
    pub planned: bool,
    /// With whom.
    pub with: Text,
    /// What about.
    pub text: Text,
    /// Who wrote it down.
    pub author: Name,
    /// When.
    pub made: Timestamp,
}
