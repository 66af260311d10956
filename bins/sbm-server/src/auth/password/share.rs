//! Who has passwords hashed, and how many of them at once (ERR-3, RUN-6).
//!
//! 1. A login name has eight at once, hashed or waiting, whether anybody has that name or not: one user, with a password that is
//!    right or wrong, stops nobody else. A network, of IPv6 a whole /64, has twenty-four, whatever the names.
//! 2. What administrators do does not wait behind logins, nor logins behind that: each has a line of its own.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use sbm_core::code::Code;
use sbm_core::id::Hash;

use crate::auth::throttle::network;

/// How many passwords of one name are hashed or wait.
pub const OF_NAME: usize = 8;
/// How many there are from one network.
pub const OF_NETWORK: usize = 24;

/// For whom a password is hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// Somebody who says that he has this name, from this address.
    Login(Hash, IpAddr),
    /// An act of somebody who is logged in, or of the machine's owner.
    Act,
}

impl For {
    /// A login under this name, as the brake on guessing knows it.
    #[must_use]
    pub fn login(name: &str, address: IpAddr) -> Self {
        Self::Login(Hash::of(name.as_bytes()), network(address))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Key {
    Name(Hash),
    Network(IpAddr),
}

/// Counts what is hashed and waits, by name and network.
#[derive(Clone, Debug, Default)]
pub(super) struct Shares(Arc<Mutex<HashMap<Key, usize>>>);

impl Shares {
    /// A share in the line of logins.
    pub(super) fn take(&self, whose: For) -> Result<Share, Code> {
        let mut share = Share { shares: self.clone(), keys: Vec::new() };
        if let For::Login(name, network) = whose {
            for (key, most) in [(Key::Name(name), OF_NAME), (Key::Network(network), OF_NETWORK)] {
                let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                let count = counts.entry(key).or_default();
                if *count >= most {
                    return Err(Code::Busy);
                }
                *count = count.saturating_add(1);
                share.keys.push(key);
            }
        }
        Ok(share)
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.0.lock().unwrap().is_empty()
    }
}

/// A share, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Share {
    shares: Shares,
    keys: Vec<Key>,
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut counts = self.shares.0.lock().unwrap_or_else(PoisonError::into_inner);
        for key in &self.keys {
            let left = counts.get(key).map_or(0, |count| count.saturating_sub(1));
            if left == 0 {
                counts.remove(key);
            } else {
                counts.insert(*key, left);
            }
        }
    }
}
