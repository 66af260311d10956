//! The brake on guessing (RUN-6): a growing delay per account name and per address, never a lock.
//!
//! 1. An attempt counts as a failure when it begins, so that many at once gain nothing; success takes it back.
//! 2. The first few failures are free, then the delay doubles up to one minute. One failure is forgiven after each minute
//!    without an attempt that was let through. An attempt that is made to wait changes nothing: nobody can hold a name
//!    shut by hammering at it beyond one minute at a time.
//! 3. An address that an account has logged in from before has a delay of its own for that account, so that its owner gets
//!    in while somebody else is guessing.
//! 4. Memory is bounded: the entry with the fewest failures makes room.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use sbm_core::id::Hash;
use sbm_core::time::{MINUTE, SECOND, Timestamp};

/// Free failures for a name.
const FREE_NAME: u32 = 5;
/// Free failures for an address: more, since an office may share it.
const FREE_ADDRESS: u32 = 20;
/// The longest delay.
const LONGEST: i64 = MINUTE;
/// The most failures that are counted.
const MOST: u32 = 60;
/// The most entries of each kind.
const CAPACITY: usize = 32_768;

/// How long to wait before the next attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// In whole seconds, at least one.
    pub seconds: u64,
}

/// The brake.
#[derive(Debug)]
pub struct Throttle(Mutex<State>);

#[derive(Debug)]
struct State {
    names: Brakes<NameKey>,
    pairs: Brakes<(NameKey, IpAddr)>,
    addresses: Brakes<IpAddr>,
}

/// A name's hash: names have no bound here.
type NameKey = Hash;

impl Default for Throttle {
    fn default() -> Self {
        Self::with_capacity(CAPACITY)
    }
}

impl Throttle {
    /// A brake that remembers at most that many names, addresses, and pairs of both.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self(Mutex::new(State {
            names: Brakes::new(FREE_NAME, capacity),
            pairs: Brakes::new(FREE_NAME, capacity),
            addresses: Brakes::new(FREE_ADDRESS, capacity),
        }))
    }

    /// Begins an attempt to log in, and counts it as failed.
    ///
    /// # Errors
    ///
    /// How long to wait, when it is too early for another attempt. Nothing was counted then.
    pub fn attempt(&self, name: &str, address: IpAddr, now: Timestamp) -> Result<(), Wait> {
        let (name, address) = (name_key(name), network(address));
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = state.pairs.contains(&(name, address));
        let by_name = if known { state.pairs.delay(&(name, address), now) } else { state.names.delay(&name, now) };
        let delay = by_name.max(state.addresses.delay(&address, now));
        if delay > 0 {
            let seconds = u64::try_from(delay).unwrap_or(0).div_ceil(1_000).max(1);
            return Err(Wait { seconds });
        }
        if known {
            state.pairs.count((name, address), now);
        } else {
            state.names.count(name, now);
        }
        state.addresses.count(address, now);
        Ok(())
    }

    /// The attempt was right: the name's failures are forgotten, and this address is remembered as one of its own.
    pub fn succeeded(&self, name: &str, address: IpAddr, now: Timestamp) {
        let (name, address) = (name_key(name), network(address));
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.pairs.contains(&(name, address)) {
            state.pairs.reset((name, address), now);
        } else {
            // What others fail at stays counted; only this attempt is taken back.
            state.names.take_back(&name);
            state.pairs.reset((name, address), now);
        }
        state.addresses.take_back(&address);
    }

    /// The name's failures are forgotten, wherever they came from: somebody who may set its password anew did.
    pub fn forget(&self, name: &str) {
        let name = name_key(name);
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.names.entries.remove(&name);
        state.pairs.entries.retain(|(known, _), _| *known != name);
    }

    /// The attempt was not decided (the server was busy): it is taken back.
    pub fn undecided(&self, name: &str, address: IpAddr) {
        let (name, address) = (name_key(name), network(address));
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.pairs.contains(&(name, address)) {
            state.pairs.take_back(&(name, address));
        } else {
            state.names.take_back(&name);
        }
        state.addresses.take_back(&address);
    }
}

fn name_key(name: &str) -> NameKey {
    Hash::of(name.trim().to_lowercase().as_bytes())
}

/// The network that counts as one: an IPv6 user has a whole /64.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) => IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() & (u128::MAX << 64))),
        four @ IpAddr::V4(_) => four,
    }
}

#[derive(Debug)]
struct Brakes<K> {
    free: u32,
    capacity: usize,
    entries: HashMap<K, Brake>,
}

#[derive(Clone, Copy, Debug)]
struct Brake {
    failures: u32,
    last: Timestamp,
}

impl Brake {
    /// One failure is forgiven for each minute since the last attempt. A clock set back forgives nothing.
    fn failures_at(self, now: Timestamp) -> u32 {
        let minutes = u32::try_from(now.since(self.last).max(0) / MINUTE).unwrap_or(u32::MAX);
        self.failures.saturating_sub(minutes)
    }

    fn delay(self, free: u32, now: Timestamp) -> i64 {
        if self.failures <= free {
            return 0;
        }
        let doublings = self.failures.saturating_sub(free).saturating_sub(1).min(16);
        let full = SECOND.saturating_mul(1_i64 << doublings).min(LONGEST);
        // Behind a clock that was set back the whole delay is waited for, and not more.
        full.saturating_sub(now.since(self.last).max(0))
    }
}

impl<K: std::hash::Hash + Eq + Copy> Brakes<K> {
    fn new(free: u32, capacity: usize) -> Self {
        Self { free, capacity: capacity.max(1), entries: HashMap::new() }
    }

    fn contains(&self, key: &K) -> bool {
        self.entries.contains_key(key)
    }

    fn delay(&mut self, key: &K, now: Timestamp) -> i64 {
        let Some(brake) = self.entries.get_mut(key) else { return 0 };
        if now < brake.last {
            // The clock was set back: count from now, or the delay would last until it has caught up.
            brake.last = now;
        }
        brake.delay(self.free, now)
    }

    fn count(&mut self, key: K, now: Timestamp) {
        let before = self.entries.get(&key).map_or(0, |brake| brake.failures_at(now));
        self.put(key, Brake { failures: before.saturating_add(1).min(MOST), last: now });
    }

    fn reset(&mut self, key: K, now: Timestamp) {
        self.put(key, Brake { failures: 0, last: now });
    }

    fn take_back(&mut self, key: &K) {
        if let Some(brake) = self.entries.get_mut(key) {
            brake.failures = brake.failures.saturating_sub(1);
        }
    }

    fn put(&mut self, key: K, brake: Brake) {
        if self.entries.len() >= self.capacity && !self.entries.contains_key(&key) {
            let least =
                self.entries.iter().min_by_key(|(_, brake)| (brake.failures_at(brake.last), brake.last)).map(|(key, _)| *key);
            if let Some(least) = least {
                self.entries.remove(&least);
            }
        }
        self.entries.insert(key, brake);
    }
}

#[cfg(test)]
mod tests {
    use sbm_core::time::HOUR;

    use super::*;

    const START: Timestamp = Timestamp::from_millis(1_000_000_000);

    fn address(last: u32) -> IpAddr {
        IpAddr::V4(std::net::Ipv4Addr::from_bits(0x0a00_0000 + last))
    }

    #[test]
    fn the_delay_grows_from_nothing_to_a_minute_and_not_further_run_6() {
        let throttle = Throttle::default();
        let mut now = START;
        let mut waits = Vec::new();
        for attempt in 0..14 {
            match throttle.attempt("admin", address(attempt), now) {
                Ok(()) => waits.push(0),
                Err(wait) => {
                    waits.push(wait.seconds);
                    now = now.plus(i64::try_from(wait.seconds).unwrap() * SECOND);
                    throttle.attempt("admin", address(attempt), now).unwrap();
                }
            }
        }
        assert_eq!(waits, [0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60]);
    }

    #[test]
    fn an_hour_of_guessing_from_a_thousand_addresses_tries_one_account_few_times_run_6() {
        let throttle = Throttle::default();
        let mut tried = 0;
        for guess in 0..100_000_u32 {
            let now = START.plus(i64::from(guess) * HOUR / 100_000);
            tried += u32::from(throttle.attempt("admin", address(guess % 1_000), now).is_ok());
        }
        assert!((10..=100).contains(&tried), "{tried}");
    }

    #[test]
    fn many_at_once_gain_nothing_run_6() {
        let throttle = Throttle::default();
        let passed = (0..1_000).filter(|guess| throttle.attempt("admin", address(*guess), START).is_ok()).count();
        assert_eq!(passed, 6);
    }

    #[test]
    fn guessing_from_outside_never_locks_the_owner_out_run_6() {
        let throttle = Throttle::default();
        let home = address(7);
        throttle.attempt("Admin", home, START).unwrap();
        throttle.succeeded("Admin", home, START);
        let mut now = START;
        for guess in 0..100_000_u32 {
            now = now.plus(36);
            let _ = throttle.attempt("admin", address(1_000 + guess % 1_000), now);
        }
        assert!(throttle.attempt("admin", address(8), now).is_err());
        throttle.attempt("admin", home, now).unwrap();
        // From a new address it takes at most a minute of nobody's luck.
        throttle.attempt("admin", address(8), now.plus(MINUTE)).unwrap();
    }

    #[test]
    fn an_address_that_guesses_many_names_is_slowed_and_an_office_is_not_run_6() {
        let throttle = Throttle::default();
        let passed = (0..1_000).filter(|guess| throttle.attempt(&format!("user{guess}"), address(1), START).is_ok()).count();
        assert_eq!(passed, 21);
        for user in 0..1_000 {
            let name = format!("user{user}");
            throttle.attempt(&name, address(2), START).unwrap();
            throttle.succeeded(&name, address(2), START);
        }
    }

    #[test]
    fn the_whole_64_of_an_ipv6_user_is_one_address_and_a_mapped_one_is_ipv4() {
        let throttle = Throttle::default();
        let six = |host: u128| IpAddr::V6(Ipv6Addr::from_bits((0x2001_0db8_u128 << 96) + host));
        let passed = (0..100).filter(|host| throttle.attempt(&format!("u{host}"), six(*host), START).is_ok()).count();
        assert_eq!(passed, 21);
        for guess in 0..21 {
            throttle.attempt(&format!("v{guess}"), "::ffff:10.9.9.9".parse().unwrap(), START).unwrap();
        }
        assert!(throttle.attempt("w", "10.9.9.9".parse().unwrap(), START).is_err());
    }

    #[test]
    fn a_busy_server_counts_nothing_and_time_forgives() {
        let throttle = Throttle::default();
        for _ in 0..100 {
            throttle.attempt("admin", address(1), START).unwrap();
            throttle.undecided("admin", address(1));
        }
        while throttle.attempt("admin", address(1), START).is_ok() {}
        let later = START.plus(HOUR);
        assert_eq!((0..6).filter(|_| throttle.attempt("admin", address(1), later).is_ok()).count(), 6);
    }

    #[test]
    fn a_clock_set_back_holds_nobody_longer_than_the_delay() {
        let throttle = Throttle::default();
        while throttle.attempt("admin", address(1), START).is_ok() {}
        let early = START.plus(-1_000 * HOUR);
        assert!(throttle.attempt("admin", address(1), early).is_err());
        throttle.attempt("admin", address(1), early.plus(MINUTE)).unwrap();
    }

    #[test]
    fn memory_is_bounded_and_the_most_guessed_name_stays_err_3() {
        let throttle = Throttle::with_capacity(50);
        while throttle.attempt("admin", address(1), START).is_ok() {}
        for other in 0..1_000 {
            throttle.attempt(&format!("made up {other}"), address(100 + other), START.plus(1)).unwrap();
        }
        let state = throttle.0.lock().unwrap();
        assert!(state.names.entries.len() <= 50 && state.addresses.entries.len() <= 50);
        drop(state);
        assert!(throttle.attempt("admin", address(5_000), START.plus(1)).is_err());
    }
}
