//! The caps on connections: in all and per address. Of IPv6 a whole /64 counts as one address, as it does for logins.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use crate::auth::throttle::network;

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
    /// For whom it is counted; nobody yet, for a proxy that has not said whom it speaks for.
    address: Option<IpAddr>,
}

impl Connections {
    pub(super) fn new(most: usize, most_per_address: usize) -> Self {
        Self(Arc::new(Inner { most, most_per_address, open: Mutex::default(), gone: Notify::new() }))
    }

    /// A place, if there is one, counted for this address too if there is one.
    pub(super) fn enter(&self, address: Option<IpAddr>) -> Option<Place> {
        let address = address.map(network);
        let mut open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.all >= self.0.most || address.is_some_and(|address| !open.count(address, self.0.most_per_address)) {
            return None;
        }
        open.all = open.all.saturating_add(1);
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

impl Open {
    /// Counts one more for the address, if there may be one.
    fn count(&mut self, address: IpAddr, most: usize) -> bool {
        let here = self.by_address.entry(address).or_default();
        let fits = *here < most;
        *here = here.saturating_add(usize::from(fits));
        fits
    }
}

impl Place {
    /// Counts the place for this address, for which a proxy holds it. False if that has too many already.
    pub(super) fn count_for(&mut self, address: IpAddr) -> bool {
        let (inner, address) = (&self.connections.0, network(address));
        let counted = self.address.is_none()
            && inner.open.lock().unwrap_or_else(PoisonError::into_inner).count(address, inner.most_per_address);
        if counted {
            self.address = Some(address);
        }
        counted
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let inner = &self.connections.0;
        let mut open = inner.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.all = open.all.saturating_sub(1);
        if let Some(address) = self.address {
            let here = open.by_address.get(&address).map_or(0, |count| count.saturating_sub(1));
            if here == 0 {
                open.by_address.remove(&address);
            } else {
                open.by_address.insert(address, here);
            }
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
        let [one, two]: [Option<IpAddr>; 2] = ["10.0.0.1", "10.0.0.2"].map(|address| address.parse().ok());
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

    #[test]
    fn a_whole_64_of_ipv6_counts_as_one_address_err_3() {
        let connections = Connections::new(100, 2);
        let parsed = |address: &str| address.parse::<IpAddr>().unwrap();
        let first = connections.enter(Some(parsed("2001:db8:0:1::1"))).unwrap();
        let mut second = connections.enter(None).unwrap();
        assert!(second.count_for(parsed("2001:db8:0:1:ffff:ffff:ffff:ffff")));
        assert!(connections.enter(Some(parsed("2001:db8:0:1::2"))).is_none(), "a third address of the same network");
        assert!(!connections.enter(None).unwrap().count_for(parsed("2001:db8:0:1::2")), "behind a proxy too");
        let other = connections.enter(Some(parsed("2001:db8:0:2::1"))).unwrap();
        // IPv4 counts singly, mapped or not.
        let four = connections.enter(Some(parsed("10.0.0.1"))).unwrap();
        let mapped = connections.enter(Some(parsed("::ffff:10.0.0.1"))).unwrap();
        assert!(connections.enter(Some(parsed("10.0.0.1"))).is_none());
        assert!(connections.enter(Some(parsed("10.0.0.2"))).is_some());
        drop((first, second, other, four, mapped));
        assert!(connections.0.open.lock().unwrap().by_address.is_empty());
    }

    #[tokio::test]
    async fn the_clients_of_a_proxy_are_counted_one_by_one_net_8() {
        let connections = Connections::new(5, 1);
        let [one, two]: [IpAddr; 2] = ["10.0.0.1", "10.0.0.2"].map(|address| address.parse().unwrap());
        let mut places: Vec<Place> = (0..4).map(|_| connections.enter(None).unwrap()).collect();
        assert!(places[0].count_for(one) && places[1].count_for(two));
        assert!(!places[2].count_for(one) && connections.enter(Some(one)).is_none(), "one address, one connection");
        assert!(!places[0].count_for(two), "a place is counted for one address");
        drop(places);
        assert!(connections.0.open.lock().unwrap().by_address.is_empty());
        connections.all_gone().await;
    }
}
