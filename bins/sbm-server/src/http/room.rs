//! How many bytes of requests are held in memory: in all, and for one address (ERR-3).
//!
//! 1. What comes slowly or is large takes room as it comes, not as it is announced: a length that is only stated costs
//!    nothing. The first 8 KiB are the connection's own, of which there is a number: who sends no more than that
//!    slowly, a login say, does not depend on those who send much.
//! 2. Of `limits.buffered_bytes` each class may fill the share that it has of the places ([`Class::share`]), so that what is
//!    refused first leaves room for what is refused last.
//! 3. One address, of IPv6 a whole /64, has at most a quarter of it, in at most as many requests as it may have
//!    connections. Behind a proxy that is the client, not the proxy.
//! 4. Room is given back when the handler has ended: what was read is held as long as it is worked on.

use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sbm_core::code::Code;

use super::overload::Class;
use super::problem::ApiError;
use crate::auth::throttle::network;
use crate::config::Limits;

/// Room is taken in so many bytes at once. Whoever has a connection may send that many without any: logins and check-ins
/// are no larger, and no upload keeps them out.
const STEP: usize = 8 * 1024;
/// The part of all that one address may have.
const PART: usize = 4;

/// All the room there is.
#[derive(Clone)]
pub struct Rooms(Arc<Inner>);

struct Inner {
    bytes: usize,
    requests_per_address: usize,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    bytes: usize,
    by_address: HashMap<IpAddr, Here>,
}

/// What one address has.
#[derive(Clone, Copy, Default)]
struct Here {
    bytes: usize,
    requests: usize,
}

/// The room of one request, given back when it is dropped.
pub struct Room {
    rooms: Rooms,
    address: IpAddr,
    class: Class,
    bytes: usize,
}

impl Rooms {
    /// As much as the settings say.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        let (bytes, requests_per_address) = (limits.buffered_bytes, limits.connections_per_address);
        Self(Arc::new(Inner { bytes, requests_per_address, taken: Mutex::default() }))
    }

    /// Room for answers while they are being sent: half as much again, under the same rules.
    #[must_use]
    pub fn for_answers(limits: &Limits) -> Self {
        Self::new(&Limits { buffered_bytes: limits.buffered_bytes / 2, ..*limits })
    }

    /// Room for a request of that class from that address; no bytes yet.
    ///
    /// # Errors
    ///
    /// `busy`, when that address has as many requests as it may.
    pub fn enter(&self, address: IpAddr, class: Class) -> Result<Room, ApiError> {
        let address = network(address);
        let mut taken = self.taken();
        let here = taken.by_address.entry(address).or_default();
        if here.requests >= self.0.requests_per_address {
            return Err(full(class));
        }
        here.requests = here.requests.saturating_add(1);
        drop(taken);
        Ok(Room { rooms: self.clone(), address, class, bytes: 0 })
    }

    /// How many bytes are taken.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.taken().bytes
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.0.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Room {
    /// Makes the room as large as that, if it is not.
    ///
    /// # Errors
    ///
    /// `busy`, with the time to come back after, when there is no more of it.
    pub fn hold(&mut self, bytes: usize) -> Result<(), ApiError> {
        let more = bytes.checked_next_multiple_of(STEP).unwrap_or(bytes).saturating_sub(self.bytes);
        if bytes <= STEP || more == 0 {
            return Ok(());
        }
        let most = self.rooms.0.bytes;
        let mut taken = self.rooms.taken();
        let all = taken.bytes.saturating_add(more);
        let here = taken.by_address.entry(self.address).or_default();
        let own = here.bytes.saturating_add(more);
        if all > self.class.share(most) || own > most / PART {
            return Err(full(self.class));
        }
        here.bytes = own;
        taken.bytes = all;
        drop(taken);
        self.bytes = self.bytes.saturating_add(more);
        Ok(())
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let mut taken = self.rooms.taken();
        taken.bytes = taken.bytes.saturating_sub(self.bytes);
        let here = taken.by_address.entry(self.address).or_default();
        here.bytes = here.bytes.saturating_sub(self.bytes);
        here.requests = here.requests.saturating_sub(1);
        if here.requests == 0 {
            taken.by_address.remove(&self.address);
        }
    }
}

impl fmt::Debug for Rooms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rooms").field("bytes", &self.0.bytes).field("taken", &self.bytes()).finish()
    }
}

impl fmt::Debug for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Room").field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

fn full(class: Class) -> ApiError {
    let detail = "too much is on its way to or from the server at once; send the request again later";
    ApiError::new(Code::Busy, detail).retry_after(class.retry_after())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accept::fixture::limits;

    const MIB: usize = 1024 * 1024;

    fn rooms(mib: usize, requests: usize) -> Rooms {
        Rooms::new(&Limits { buffered_bytes: mib * MIB, connections_per_address: requests, ..limits() })
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn one_address_has_a_quarter_of_the_room_and_a_64_is_one_address_err_3() {
        let rooms = rooms(64, 3);
        let mut first = rooms.enter(address("2001:db8::1"), Class::Interactive).unwrap();
        let mut second = rooms.enter(address("2001:db8::2"), Class::Interactive).unwrap();
        first.hold(10 * MIB).unwrap();
        second.hold(6 * MIB).unwrap();
        second.hold(STEP).unwrap();
        assert_eq!(second.hold(6 * MIB + 1).unwrap_err().code(), Code::Busy, "more than a quarter");
        assert_eq!(rooms.bytes(), 16 * MIB, "what was refused was not taken");
        let mut other = rooms.enter(address("2001:db8:0:1::1"), Class::Interactive).unwrap();
        other.hold(16 * MIB).unwrap();
        let third = rooms.enter(address("2001:db8::3"), Class::Interactive).unwrap();
        assert_eq!(rooms.enter(address("2001:db8::4"), Class::Interactive).unwrap_err().code(), Code::Busy, "a fourth request");
        drop((first, second, other, third));
        assert_eq!((rooms.bytes(), rooms.taken().by_address.len()), (0, 0));
    }

    #[test]
    fn a_class_leaves_room_for_those_that_matter_more_err_3() {
        let rooms = rooms(64, 3);
        let mut held = Vec::new();
        for (class, most) in [(Class::Login, 32), (Class::Ingest, 44), (Class::CheckIn, 54), (Class::Interactive, 64)] {
            // From as many addresses as it takes, each with less than its part.
            let mut next = held.len();
            while rooms.bytes() < most * MIB {
                let mut room = rooms.enter(IpAddr::from([10, 0, 0, u8::try_from(next).unwrap()]), class).unwrap();
                room.hold(MIB).unwrap();
                held.push(room);
                next += 1;
            }
            let mut more = rooms.enter(address("10.9.9.9"), class).unwrap();
            more.hold(STEP).unwrap();
            let refused = more.hold(MIB).unwrap_err();
            assert_eq!((refused.code(), refused.problem().retry_after), (Code::Busy, Some(class.retry_after())), "{class:?}");
        }
    }
}
