//! What a plan wants changed: rows to put or to remove, and things that only the store keeps.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::rows::{Account, Allow, CustomRole, Device, Grant, Group, ManagedProfile, SecurityProfile, Server, Tombstone, User};
use crate::cache::Mark;
use crate::erase::Order;
use crate::factor::{Channel, Kept, KeptAddress};
use crate::id::{AccountId, AllowId, DeviceId, GrantId, GroupId, Hash, ProfileId, RoleId, SecurityProfileId, UserId};

/// One change. A row that is put has the id of the row it replaces, or the next free one.
///
/// As JSON, changes are the log that other servers read; passwords and bodies are left out of it, since nobody's facts
/// hold them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The mark of the revision that this commit makes. Every commit of a server has one.
    Mark(Mark),
    /// Replace the server's row.
    Server(Server),
    /// Put an account.
    Account(Account),
    /// Remove an account that nothing stands below; what of it is history stays (ACC-8).
    DropAccount(AccountId),
    /// Keep an order to erase what an account stored, until it is acknowledged. The store alone has it (ACC-8).
    Erase(Order),
    /// Put a user.
    User(User),
    /// Remove a user.
    DropUser(UserId),
    /// Keep the hash of a user's password, in PHC form. The store alone has it.
    Password {
        /// The user.
        user: UserId,
        /// The hash.
        #[serde(skip)]
        phc: Zeroizing<String>,
    },
    /// Give a user a second factor. What it is the store alone has (RUN-8).
    Factor {
        /// The user.
        user: UserId,
        /// What is kept.
        #[serde(skip)]
        kept: Kept,
    },
    /// Take a user's second factor away, with its recovery codes.
    DropFactor(UserId),
    /// Give a user an address for codes, in the place of the one that he has there. The store alone has it (RUN-8).
    Channel {
        /// The user.
        user: UserId,
        /// How codes are sent to it.
        channel: Channel,
        /// What is kept.
        #[serde(skip)]
        kept: KeptAddress,
    },
    /// Take a user's address away.
    DropChannel {
        /// The user.
        user: UserId,
        /// Which.
        channel: Channel,
    },
    /// Put recovery codes in the place of those that a user has. The store alone has them.
    RecoveryCodes {
        /// The user.
        user: UserId,
        /// Their hashes.
        #[serde(skip)]
        hashes: Vec<Hash>,
    },
    /// Put a group.
    Group(Group),
    /// Remove a group.
    DropGroup(GroupId),
    /// Put a security profile.
    SecurityProfile(SecurityProfile),
    /// Remove a security profile.
    DropSecurityProfile(SecurityProfileId),
    /// Put a managed profile at its newest revision. The store keeps every revision it was ever put with.
    Profile(ManagedProfile),
    /// Remove a managed profile's record and keep its tombstone. Its revisions and bodies stay.
    DropProfile {
        /// The record.
        id: ProfileId,
        /// What is left of it.
        tombstone: Tombstone,
    },
    /// Keep a body or a schedule under its hash. The store alone has it.
    Body {
        /// The account that may read it.
        account: AccountId,
        /// The hash.
        hash: Hash,
        /// The bytes.
        #[serde(skip)]
        bytes: Arc<[u8]>,
    },
    /// Keep an image that the account's branding names. The store alone has it (ACC-3).
    Image {
        /// The account.
        account: AccountId,
        /// Its hash.
        hash: Hash,
        /// The bytes.
        #[serde(skip)]
        bytes: Arc<[u8]>,
    },
    /// Put a device.
    Device(Device),
    /// Remove a device.
    DropDevice(DeviceId),
    /// Put an entry of the allowlist.
    Allow(Allow),
    /// Remove an entry of the allowlist.
    DropAllow(AllowId),
    /// Put a role that somebody made.
    Role(CustomRole),
    /// Remove a role that somebody made.
    DropRole(RoleId),
    /// Give a user a role at an account.
    Grant(Grant),
    /// Take a role away that a user has at an account.
    DropGrant {
        /// Which.
        id: GrantId,
        /// Whose.
        user: UserId,
    },
}

impl Change {
    /// Stamps the row that is put with the revision that puts it: the store and the facts both do, and alike.
    pub fn stamp(&mut self, revision: u64) {
        match self {
            Self::Server(row) => row.stamp = revision,
            Self::Account(row) => row.stamp = revision,
            Self::User(row) => row.stamp = revision,
            Self::Group(row) => row.stamp = revision,
            Self::SecurityProfile(row) => row.stamp = revision,
            Self::Profile(row) => row.stamp = revision,
            Self::DropProfile { tombstone, .. } => tombstone.stamp = revision,
            Self::Device(row) => row.stamp = revision,
            Self::Allow(row) => row.stamp = revision,
            Self::Role(row) => row.stamp = revision,
            Self::Grant(row) => row.stamp = revision,
            Self::Mark(_)
            | Self::DropAccount(_)
            | Self::Erase(_)
            | Self::DropUser(_)
            | Self::Password { .. }
            | Self::Factor { .. }
            | Self::DropFactor(_)
            | Self::Channel { .. }
            | Self::DropChannel { .. }
            | Self::RecoveryCodes { .. }
            | Self::DropGroup(_)
            | Self::DropSecurityProfile(_)
            | Self::Body { .. }
            | Self::Image { .. }
            | Self::DropDevice(_)
            | Self::DropAllow(_)
            | Self::DropRole(_)
            | Self::DropGrant { .. } => {}
        }
    }
}
