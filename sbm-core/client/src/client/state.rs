//! How a client stands at the moment: what a window's caption or a prompt line shows (OFF-1).

use std::time::Duration;

use sbm_core::agent::Connection;
use sbm_core::cache::{Lock, Number};
use sbm_core::id::Hash;
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::ConnectionString;

use super::Client;
use crate::transport::Roots;

/// How a client stands at the moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    standing: Connection,
    user: Option<String>,
    connection: Option<ConnectionString>,
    contact: Option<Timestamp>,
    number: Number,
    lock: Option<Lock>,
    fingerprints: Vec<Hash>,
    now: Timestamp,
}

impl Client {
    /// How the client stands to its server. Takes notice of what another process did.
    #[must_use]
    pub fn state(&self) -> State {
        self.shared.refresh();
        let view = self.shared.view.load_full();
        let known = self.shared.known();
        State {
            standing: view.connection(),
            user: view.user().map(str::to_owned),
            contact: known.contact,
            number: view.number(),
            lock: known.lock,
            fingerprints: match known.roots {
                Roots::Pinned(pins) => pins,
                Roots::System => Vec::new(),
            },
            connection: known.connection,
            now: self.shared.now(),
        }
    }
}

impl State {
    /// Unmanaged, online, offline, refused or on the floor, and why.
    #[must_use]
    pub const fn standing(&self) -> Connection {
        self.standing
    }

    /// Whether to show "offline": the server was not reached, or not asked yet, and the last verified rights hold (OFF-1).
    #[must_use]
    pub const fn is_offline(&self) -> bool {
        matches!(self.standing, Connection::Offline(_))
    }

    /// The login name.
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// The server.
    #[must_use]
    pub const fn connection(&self) -> Option<&ConnectionString> {
        self.connection.as_ref()
    }

    /// The fingerprint of the CA that vouches for the server: the newest that its key document names. None without a
    /// server, or where the system's roots vouch.
    #[must_use]
    pub fn fingerprint(&self) -> Option<Hash> {
        self.fingerprints.last().copied()
    }

    /// The last verified contact.
    #[must_use]
    pub const fn contact(&self) -> Option<Timestamp> {
        self.contact
    }

    /// How long ago that was; nothing without one, and no time at all where the clock was set back behind it.
    #[must_use]
    pub fn age(&self) -> Option<Duration> {
        let millis = self.now.since(self.contact?);
        Some(Duration::from_millis(u64::try_from(millis).unwrap_or(0)))
    }

    /// The number of the permissions in force.
    #[must_use]
    pub const fn number(&self) -> Number {
        self.number
    }

    /// Whether the connection is read-only (USR-9).
    #[must_use]
    pub const fn is_locked(&self) -> bool {
        self.lock.is_some()
    }

    /// What the connection is locked to: server and login name. Also where nobody is logged in.
    #[must_use]
    pub const fn lock(&self) -> Option<&Lock> {
        self.lock.as_ref()
    }
}
