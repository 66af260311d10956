//! The caps on connections: in all and per address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

/// Counts connections.
#[derive(Clone)]
pub(super) struct Connections(Arc<Inner>);

struct Inner {
    most: usize,
    most_per_address: usize,
    open: Mutex<Open>,
    gone: Notify,
}

#[derive(Default)]
struct Open {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// A place among the connections. It is given back when dropped, after a panic too.
pub(super) struct Place {
    connections: Connections,
    address: IpAddr,
}

impl Connections {
    pub(super) fn new(most: usize, most_per_address: usize) -> Self {
        Self(Arc::new(Inner { most, most_per_address, open: Mutex::default(), gone: Notify::new() }))
    }

    /// A place, if there is one.
    pub(super) fn enter(&self, address: IpAddr) -> Option<Place> {
        let mut open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        let here = open.by_address.get(&address).copied().unwrap_or(0);
        if open.all >= self.0.most || here >= self.0.most_per_address {
            return None;
        }
        open.all = open.all.saturating_add(1);
        open.by_address.insert(address, here.saturating_add(1));
        Some(Place { connections: self.clone(), address })
    }

    pub(super) fn len(&self) -> usize {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner).all
    }

    /// Waits until no connection is open.
    pub(super) async fn all_gone(&self) {
        loop {
            let gone = self.0.gone.notified();
            if self.len() == 0 {
                return;
            }
            gone.await;
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let inner = &self.connections.0;
        let mut open = inner.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.all = open.all.saturating_sub(1);
        let here = open.by_address.get(&self.address).map_or(0, |count| count.saturating_sub(1));
        if here == 0 {
            open.by_address.remove(&self.address);
        } else {
            open.by_address.insert(self.address, here);
        }
        drop(open);
        inner.gone.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn places_are_counted_and_given_back() {
        let connections = Connections::new(3, 2);
        let [one, two]: [IpAddr; 2] = ["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()];
        let first = connections.enter(one).unwrap();
        let second = connections.enter(one).unwrap();
        assert!(connections.enter(one).is_none());
        let third = connections.enter(two).unwrap();
        assert!(connections.enter(two).is_none());
        drop(first);
        let fourth = connections.enter(two).unwrap();
        assert!(connections.enter(one).is_none());
        drop((second, third, fourth));
        assert!(connections.0.open.lock().unwrap().by_address.is_empty());
        connections.all_gone().await;
    }
}
