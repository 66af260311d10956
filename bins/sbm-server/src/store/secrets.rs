//! What all servers of one database share and nobody else may read, as the database keeps it: sealed.
//!
//! What is in a seal the store does not know; [`pki::sealed`](crate::pki::sealed) does. A SQLite file has none: its secrets
//! are files beside it.

use super::Pending;

/// How many bytes a nonce has.
pub const NONCE: usize = 24;

/// The name of the entry that tells a wrong key file.
pub const CHECK: &str = "check";

/// A sealed secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// Given once only.
    pub nonce: [u8; NONCE],
    /// What was sealed, and the mark that it was not changed.
    pub bytes: Vec<u8>,
}

/// A secret that was sealed anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resealed {
    /// Its name.
    pub name: String,
    /// The nonce that it had before.
    pub was: [u8; NONCE],
    /// As it is to be from now on.
    pub sealed: Sealed,
}

/// Sealed secrets by their names.
///
/// 1. A secret is never changed but by sealing all of them anew: of two who put one name at once, both go on with the first
///    one's.
/// 2. All are sealed under one key: a secret is put only while the checking entry is the one that the writer knows.
pub trait Secrets: Send + Sync {
    /// The names of all, in order, the checking entry's too.
    fn secret_names(&self) -> Pending<Vec<String>>;

    /// The secret of that name.
    fn secret(&self, name: String) -> Pending<Option<Sealed>>;

    /// Keeps a secret unless there is one of that name; gives what is there then. With the nonce of a checking entry, only
    /// while that is the one that is there: else nothing is kept and there is no answer.
    fn put_secret(&self, name: String, sealed: Sealed, check: Option<[u8; NONCE]>) -> Pending<Option<Sealed>>;

    /// Puts all secrets, the checking entry among them, as they were sealed anew; false, and nothing is changed, when they
    /// are not exactly those that are there.
    fn reseal_secrets(&self, all: Vec<Resealed>) -> Pending<bool>;
}
