//! What was found out lately, bounded.

use std::collections::HashMap;
use std::net::IpAddr;

use sbm_core::allowlist::PeerName;
use sbm_core::time::Timestamp;

/// Names by address, each until its time is over.
#[derive(Debug)]
pub(super) struct Cache {
    most: usize,
    known: HashMap<IpAddr, Known>,
}

#[derive(Debug)]
struct Known {
    name: Option<PeerName>,
    until: Timestamp,
}

impl Cache {
    pub(super) fn new(most: usize) -> Self {
        Self { most, known: HashMap::new() }
    }

    /// What is known of the address: a name, or that it has none.
    pub(super) fn get(&self, address: IpAddr, now: Timestamp) -> Option<Option<PeerName>> {
        self.known.get(&address).filter(|known| now < known.until).map(|known| known.name.clone())
    }

    /// Keeps it. Where there is no room, what is over goes first, then what has no name, then the oldest.
    pub(super) fn put(&mut self, address: IpAddr, name: Option<PeerName>, now: Timestamp, until: Timestamp) {
        if self.known.len() >= self.most && !self.known.contains_key(&address) {
            self.known.retain(|_, known| now < known.until);
            if self.known.len() >= self.most {
                let least = self.known.iter().min_by_key(|(_, known)| (known.name.is_some(), known.until)).map(|(at, _)| *at);
                if let Some(least) = least {
                    self.known.remove(&least);
                }
            }
        }
        self.known.insert(address, Known { name, until });
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.known.len()
    }
}
