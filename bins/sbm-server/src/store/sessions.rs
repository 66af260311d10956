//! Tokens, last logins and when devices were last seen (RUN-7, RUN-10).

use sbm_core::audit::Entry;
use sbm_core::directory::Limit;
use sbm_core::directory::command::Phc;
use sbm_core::id::{AccountId, DeviceId, Hash, UserId};
use sbm_core::name::Name;
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::session::Audience;

use super::Pending;

/// By what somebody proved who he is.
#[derive(Clone, Debug)]
pub struct Proved {
    /// The hash of his password.
    pub phc: Phc,
    /// Whether he proved his second factor, too.
    pub second: bool,
}

impl From<Phc> for Proved {
    /// By his password alone.
    fn from(phc: Phc) -> Self {
        Self { phc, second: false }
    }
}

/// The tokens that were given out, and when their holders were last heard of.
///
/// 1. A token is kept as its SHA-256; what is stored never logs in.
/// 2. A token ends with its user or device: the commit that drops one drops the other.
/// 3. Times only move forward, whatever order batches arrive in.
pub trait Sessions: Send + Sync {
    /// Keeps a new token, if its user still has the password that it is given for, is not disabled, and has no second factor
    /// that he did not prove: whoever reads that beforehand is overtaken by another process (RUN-3, RUN-8). Tells whether it
    /// did.
    ///
    /// # Errors
    ///
    /// [`Taken`](super::StoreError::Taken) when its id or hash is there already, [`Rejected`](super::StoreError::Rejected)
    /// when there is no such user or device.
    fn insert_token(&self, token: Token, proved: Proved) -> Pending<bool>;

    /// Keeps a new token for a program together with what the audit log says of it, as [`insert_token`](Self::insert_token)
    /// does, and only while its user has fewer than `most` that live at the moment of its making (RUN-11).
    ///
    /// # Errors
    ///
    /// As [`insert_token`](Self::insert_token).
    fn insert_api_token(&self, token: Token, proved: Phc, most: u32, audit: Entry) -> Pending<Kept>;

    /// The tokens for programs that are neither revoked nor expired at that moment, in the order of their making.
    fn api_tokens(&self, now: Timestamp) -> Pending<Vec<Token>>;

    /// All tokens that are neither revoked nor expired at that moment.
    fn live_tokens(&self, now: Timestamp) -> Pending<Vec<Token>>;

    /// Those of a user for the console: neither revoked nor expired at that moment.
    fn console_tokens(&self, user: UserId, now: Timestamp) -> Pending<Vec<Token>>;

    /// Whether a device has a token that is neither revoked nor expired at that moment.
    fn has_token(&self, device: DeviceId, now: Timestamp) -> Pending<bool>;

    /// A token by its id, ended ones too.
    fn token(&self, id: u64) -> Pending<Option<Token>>;

    /// Says when tokens were last used; unknown ids are passed over.
    fn touch_tokens(&self, used: Vec<(u64, Timestamp)>) -> Pending<()>;

    /// Ends tokens; gives how many that were.
    fn revoke(&self, which: Revoke) -> Pending<u64>;

    /// Deletes the tokens that expired before that moment, and those that were revoked and last used before it; gives how
    /// many. Their ids are random and so are not given again.
    fn drop_ended(&self, before: Timestamp) -> Pending<u64>;

    /// Says that a user logged in.
    fn logged_in(&self, user: UserId, at: Timestamp, address: String) -> Pending<()>;

    /// The last login of every user who ever did, in the order of their ids.
    fn last_logins(&self) -> Pending<Vec<LastLogin>>;

    /// The last login of one user, if he ever did.
    fn last_login_of(&self, user: UserId) -> Pending<Option<LastLogin>>;

    /// Says when devices were last heard of; unknown ones are passed over.
    fn seen(&self, devices: Vec<(DeviceId, Timestamp)>) -> Pending<()>;

    /// When each device was last heard of, in the order of their ids.
    fn last_seen(&self) -> Pending<Vec<(DeviceId, Timestamp)>>;

    /// When one device was last heard of, if it ever was.
    fn last_seen_of(&self, device: DeviceId) -> Pending<Option<Timestamp>>;
}

/// A token, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its id.
    pub id: u64,
    /// Where it is accepted.
    pub audience: Audience,
    /// The account of its user.
    pub account: AccountId,
    /// Its user.
    pub user: UserId,
    /// Its device, for a device's token.
    pub device: Option<DeviceId>,
    /// The SHA-256 of the token.
    pub hash: Hash,
    /// When it was given out.
    pub created: Timestamp,
    /// When it was last used.
    pub last_used: Timestamp,
    /// When it ends at the latest; never, if missing.
    pub expires: Option<Timestamp>,
    /// Ended before its time.
    pub revoked: bool,
    /// What there is to know of a program's token besides.
    pub api: Option<ApiToken>,
}

/// What there is to know of a token for a program (RUN-11).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// What it is known by.
    pub name: Name,
    /// How far it goes at most.
    pub limit: Limit,
}

/// What became of a token for a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It is kept, and the audit log says so.
    Yes,
    /// Its user is disabled or has another password by now.
    Overtaken,
    /// Its user has as many as he may.
    TooMany,
}

/// Which tokens are to end. In the log of changes as JSON, as it stands here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Revoke {
    /// This one.
    Token(u64),
    /// All of a user, or those for one audience.
    User {
        /// The user.
        user: UserId,
        /// Only those for this audience; all of them, if missing.
        audience: Option<Audience>,
    },
    /// All of a device.
    Device(DeviceId),
}

/// A user's last successful login (RUN-10).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastLogin {
    /// The user.
    pub user: UserId,
    /// When.
    pub at: Timestamp,
    /// From where.
    pub address: String,
}
