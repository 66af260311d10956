//! The brake on guessing (RUN-6): a growing delay per account name and per address, never a lock.
//!
//! 1. An attempt counts as a failure when it begins, so that many at once gain nothing; success takes it back.
//! 2. One address slows itself, ever longer, for the name that it guesses at. What it adds to the delay of that name for
//!    everybody is capped: one address, or a handful, guess as long as they like, and the owner gets in from anywhere else.
//! 3. What more addresses than a handful fail at within an hour delays the name for all strangers, up to three minutes: an
//!    attempt that is let through then counts, whoever made it, so that guesses from very many addresses stay few.
//! 4. An address that an account has logged in from before has a delay of its own for that account, so that its owner gets
//!    in while the whole world is guessing. A new password frees that delay and keeps the address. At such an address the
//!    delays grow by the same steps for every name, whether anybody has it or not: it tells nobody who else is there.
//! 5. An attempt that is made to wait changes nothing. Memory is bounded: the entry with the fewest failures makes room.
//! 6. Where several servers count together, each goes through the attempts of all in one order ([`Throttle::replay`]). What
//!    it says of each is what every other server says of it.

mod brake;

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};

use sbm_core::figure::duration;
use sbm_core::id::Hash;
use sbm_core::time::{HOUR, MINUTE, SECOND, Timestamp};

use self::brake::{Brakes, Ladder};
use crate::store::attempts::{Attempt, Outcome};

/// Free failures of one address for one name.
const FREE_PAIR: u32 = 5;
/// Free failures for an address, whatever the name: more, since an office may share it.
const FREE_ADDRESS: u32 = 20;
/// The longest delay of an address, and of an owner's own address for his name.
const LONGEST: i64 = MINUTE;
/// The longest delay of a stranger's address for one name.
const LONGEST_STRANGER: i64 = 30 * MINUTE;
/// After that long without an attempt a stranger's address is forgotten, and a failure does not count for its name.
const WINDOW: i64 = HOUR;
/// What one address adds to the delay of a name within the window.
const SHARE: usize = 3;
/// Free failures for a name, from all strangers together: five addresses alone never come beyond that.
const FREE_NAME: usize = 5 * SHARE;
/// The longest delay of a name.
const LONGEST_NAME: i64 = 3 * MINUTE;
/// The most failures of a name that are remembered: with that many its delay is the longest.
const MOST_OF_NAME: usize = FREE_NAME + 9;
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

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match i64::try_from(self.seconds) {
            Ok(seconds @ 60..) => f.write_str(&duration(seconds.saturating_mul(SECOND))),
            _ => write!(f, "{} s", self.seconds),
        }
    }
}

/// The brake.
#[derive(Debug)]
pub struct Throttle(Mutex<State>);

#[derive(Debug)]
struct State {
    /// What strangers failed at, by name.
    names: Names,
    /// Strangers' addresses, each for one name.
    strangers: Brakes<(NameKey, IpAddr)>,
    /// The addresses that the owner of a name logged in from.
    owners: Brakes<(NameKey, IpAddr)>,
    /// Those that anybody logged in from, and when.
    homes: HashMap<IpAddr, Timestamp>,
    /// Such addresses, each for one name that nobody logged in with there.
    neighbours: Brakes<(NameKey, IpAddr)>,
    addresses: Brakes<IpAddr>,
    /// The number of the last attempt that was gone through.
    replayed: u64,
}

/// A name's hash: names have no bound here.
pub(crate) type NameKey = Hash;

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
            names: Names { capacity: capacity.max(1), entries: HashMap::new() },
            strangers: Brakes::new(Ladder::STRANGER, capacity),
            owners: Brakes::new(Ladder::OWNER, capacity),
            homes: HashMap::new(),
            neighbours: Brakes::new(Ladder::OWNER, capacity),
            addresses: Brakes::new(Ladder::ADDRESS, capacity),
            replayed: 0,
        }))
    }

    /// The number of the last attempt that was gone through.
    #[must_use]
    pub fn replayed(&self) -> u64 {
        self.state().replayed
    }

    /// Goes through attempts of all servers, in their order; one that was gone through before is passed over.
    ///
    /// # Errors
    ///
    /// How long the last one of them has to wait, if it is one that begins and comes too early. It counts for nothing then.
    pub fn replay(&self, attempts: &[Attempt]) -> Result<(), Wait> {
        let mut state = self.state();
        let mut said = Ok(());
        for attempt in attempts {
            if attempt.number <= state.replayed {
                continue;
            }
            state.replayed = attempt.number;
            let Attempt { at, name, network, .. } = *attempt;
            said = match attempt.what {
                Outcome::Begun => state.attempt(name, network, at),
                Outcome::GotIn => {
                    state.succeeded(name, network, at);
                    Ok(())
                }
                Outcome::Undecided => {
                    state.undecided(name, network);
                    Ok(())
                }
                Outcome::Forgotten => {
                    state.forget(name);
                    Ok(())
                }
            };
        }
        said
    }

    /// How long an attempt would have to wait at that moment; nothing is counted.
    #[must_use]
    pub fn wait(&self, name: &str, address: IpAddr, now: Timestamp) -> Option<Wait> {
        self.state().wait(&name_key(name), &network(address), now)
    }

    /// Begins an attempt to log in, and counts it as failed.
    ///
    /// # Errors
    ///
    /// How long to wait, when it is too early for another attempt. Nothing was counted then.
    pub fn attempt(&self, name: &str, address: IpAddr, now: Timestamp) -> Result<(), Wait> {
        self.state().attempt(name_key(name), network(address), now)
    }

    /// The attempt was right: the address's failures are forgotten, and it is remembered as one of the owner's.
    pub fn succeeded(&self, name: &str, address: IpAddr, now: Timestamp) {
        self.state().succeeded(name_key(name), network(address), now);
    }

    /// The owner of the name got in from there at that moment, before this memory began.
    pub fn remember(&self, name: &str, address: IpAddr, at: Timestamp) {
        let mut state = self.state();
        let (pair, address) = ((name_key(name), network(address)), network(address));
        if !state.owners.contains(&pair) {
            state.owners.reset(pair, at);
        }
        state.settle(address, at);
    }

    /// The name's failures are forgotten, wherever they came from: somebody who may set its password anew did.
    pub fn forget(&self, name: &str) {
        self.state().forget(name_key(name));
    }

    /// The attempt was not decided (the server was busy): it is taken back.
    pub fn undecided(&self, name: &str, address: IpAddr) {
        self.state().undecided(name_key(name), network(address));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn wait(&mut self, name: &NameKey, address: &IpAddr, now: Timestamp) -> Option<Wait> {
        let pair = (*name, *address);
        let by_name = if self.owners.contains(&pair) {
            self.owners.delay(&pair, now)
        } else {
            self.names.delay(name, now).max(self.others(address).delay(&pair, now))
        };
        let delay = by_name.max(self.addresses.delay(address, now));
        (delay > 0).then(|| Wait { seconds: u64::try_from(delay).unwrap_or(0).div_ceil(1_000).max(1) })
    }

    fn attempt(&mut self, name: NameKey, address: IpAddr, now: Timestamp) -> Result<(), Wait> {
        if let Some(wait) = self.wait(&name, &address, now) {
            return Err(wait);
        }
        let pair = (name, address);
        if self.owners.contains(&pair) {
            self.owners.count(pair, now);
        } else {
            self.others(&address).count(pair, now);
            self.names.count(name, address, now);
        }
        self.addresses.count(address, now);
        Ok(())
    }

    fn succeeded(&mut self, name: NameKey, address: IpAddr, now: Timestamp) {
        let pair = (name, address);
        if !self.owners.contains(&pair) {
            // What others fail at stays counted; only this attempt is taken back.
            self.names.take_back(&name, address);
            self.strangers.entries.remove(&pair);
            self.neighbours.entries.remove(&pair);
        }
        self.owners.reset(pair, now);
        self.settle(address, now);
        self.addresses.take_back(&address);
    }

    fn forget(&mut self, name: NameKey) {
        self.names.entries.remove(&name);
        self.strangers.entries.retain(|(known, _), _| *known != name);
        self.neighbours.entries.retain(|(known, _), _| *known != name);
        // The owner's addresses stay his: he gets in from there while others go on guessing.
        self.owners.entries.iter_mut().filter(|((known, _), _)| *known == name).for_each(|(_, brake)| brake.failures = 0);
    }

    /// Somebody logged in from there.
    fn settle(&mut self, address: IpAddr, at: Timestamp) {
        if self.homes.len() >= self.owners.capacity && !self.homes.contains_key(&address) {
            let oldest = self.homes.iter().min_by_key(|(_, at)| **at).map(|(address, _)| *address);
            if let Some(oldest) = oldest {
                self.homes.remove(&oldest);
            }
        }
        let last = self.homes.entry(address).or_insert(at);
        *last = at.max(*last);
    }

    /// The brakes of those who are not known at this address by the name that they try.
    fn others(&mut self, address: &IpAddr) -> &mut Brakes<(NameKey, IpAddr)> {
        if self.homes.contains_key(address) { &mut self.neighbours } else { &mut self.strangers }
    }

    fn undecided(&mut self, name: NameKey, address: IpAddr) {
        let pair = (name, address);
        if self.owners.contains(&pair) {
            self.owners.take_back(&pair);
        } else {
            self.others(&address).take_back(&pair);
            self.names.take_back(&name, address);
        }
        self.addresses.take_back(&address);
    }
}

/// What is kept of a name.
pub(crate) fn name_key(name: &str) -> NameKey {
    Hash::of(sbm_core::name::key(name.trim()).as_bytes())
}

/// The network that counts as one: an IPv6 user has a whole /64.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) => IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() & (u128::MAX << 64))),
        four @ IpAddr::V4(_) => four,
    }
}

/// What strangers failed at, by name.
#[derive(Debug)]
struct Names {
    capacity: usize,
    entries: HashMap<NameKey, Name>,
}

#[derive(Debug)]
struct Name {
    /// When, and the network from which: the oldest first, from each one at most its share.
    failures: VecDeque<(Timestamp, u64)>,
    /// The last attempt of a stranger that was let through, counted or not.
    last: Timestamp,
}

impl Name {
    fn forgive(&mut self, now: Timestamp) {
        self.failures.retain(|(at, _)| now.since(*at) < WINDOW);
        // Behind a clock that was set back the whole delay is waited for, and not more.
        self.last = self.last.min(now);
    }
}

impl Names {
    fn delay(&mut self, name: &NameKey, now: Timestamp) -> i64 {
        let Some(entry) = self.entries.get_mut(name) else { return 0 };
        entry.forgive(now);
        let Some(beyond) = entry.failures.len().checked_sub(FREE_NAME + 1) else { return 0 };
        let full = SECOND.saturating_mul(1_i64 << beyond.min(16)).min(LONGEST_NAME);
        full.saturating_sub(now.since(entry.last))
    }

    fn count(&mut self, name: NameKey, address: IpAddr, now: Timestamp) {
        if self.entries.len() >= self.capacity && !self.entries.contains_key(&name) {
            let least = self.entries.iter().min_by_key(|(_, entry)| (entry.failures.len(), entry.last)).map(|(name, _)| *name);
            if let Some(least) = least {
                self.entries.remove(&least);
            }
        }
        let entry = self.entries.entry(name).or_insert_with(|| Name { failures: VecDeque::new(), last: now });
        entry.forgive(now);
        entry.last = now;
        let from = network_bits(address);
        if entry.failures.iter().filter(|(_, other)| *other == from).count() < SHARE {
            if entry.failures.len() >= MOST_OF_NAME {
                entry.failures.pop_front();
            }
            entry.failures.push_back((now, from));
        }
    }

    fn take_back(&mut self, name: &NameKey, address: IpAddr) {
        let Some(entry) = self.entries.get_mut(name) else { return };
        let from = network_bits(address);
        let own = |(_, other): &(Timestamp, u64)| *other == from;
        // Where the share is full, the attempt may not have been counted; what was counted stays.
        if entry.failures.iter().filter(|failure| own(failure)).count() < SHARE
            && let Some(newest) = entry.failures.iter().rposition(own)
        {
            entry.failures.remove(newest);
        }
    }
}

/// The network of an address in eight bytes: the /64 of an IPv6 address, which IPv4 addresses are told apart from.
fn network_bits(address: IpAddr) -> u64 {
    match address {
        IpAddr::V6(six) => u64::try_from(six.to_bits() >> 64).unwrap_or_default(),
        IpAddr::V4(four) => 0xffff_0000_0000 | u64::from(four.to_bits()),
    }
}

#[cfg(test)]
mod tests;
