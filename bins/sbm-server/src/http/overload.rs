//! What is refused first when there is too much to do (ERR-3).
//!
//! 1. Every request has a class. Of `limits.requests` places, logins may take a half, uploads of history seven tenths,
//!    check-ins 85 of 100, and people at work all: what is refused first leaves room for what is refused last.
//! 2. One more is `busy`, with a time to come back after. The times of a class are spread, so that those who were refused
//!    together do not return together.
//! 3. `/STATUS` and `/READY` have no class: they are always answered.
//! 4. A place is held until the handler has ended, also when its client went away. It is given back after a panic too, and
//!    as long as the server waits for its client to send.
//!
//! Behind this the queues have bounds of their own: passwords waiting to be hashed, and each lane of the store.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sbm_core::code::Code;
use sbm_core::wire::v1::path;

use super::access::Access;
use super::problem::ApiError;

/// How much a request matters when not all can be answered. The first is refused first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Proving a password: dear, and done seldom.
    Login,
    /// History: the client keeps it until it is taken.
    Ingest,
    /// A device asks for what is its own: it can go on without for a while.
    CheckIn,
    /// A person waits.
    Interactive,
}

/// Where a password or a code is proved besides the logins.
const LOGINS: [&str; 6] =
    [path::UNLOCK, path::PASSWORD, path::NEW_TOKEN, path::SECOND_STEP, path::DEVICE_SECOND_STEP, path::LOGIN_CODE];

/// What is done with a second factor proves a password or a code, or sends one.
fn is_login(path: &str) -> bool {
    let of_factor = path.strip_prefix(path::FACTOR).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    of_factor || LOGINS.contains(&path)
}

impl Class {
    /// All of them, the first to be refused first.
    pub const ALL: [Self; 4] = [Self::Login, Self::Ingest, Self::CheckIn, Self::Interactive];

    /// The class of a route; none for those that are always answered.
    #[must_use]
    pub fn of(access: Access, path: &str) -> Option<Self> {
        match access {
            Access::Public if path == path::STATUS || path == path::READY => None,
            Access::Public if path == path::SESSION || path == path::DEVICE => Some(Self::Login),
            Access::Claimed if path == path::DEVICE_ENROL => Some(Self::Login),
            // A password is proved here, too.
            Access::Claimed | Access::Console if is_login(path) => Some(Self::Login),
            Access::Device if path == path::RUNS => Some(Self::Ingest),
            Access::Device => Some(Self::CheckIn),
            _ => Some(Self::Interactive),
        }
    }

    /// How many of so many places it may find taken and still get one.
    #[must_use]
    pub const fn share(self, places: usize) -> usize {
        let hundredths = match self {
            Self::Login => 50,
            Self::Ingest => 70,
            Self::CheckIn => 85,
            Self::Interactive => 100,
        };
        // Divided first where the product would not fit.
        match places.checked_mul(hundredths) {
            Some(product) => product / 100,
            None => (places / 100).saturating_mul(hundredths),
        }
    }

    /// After how many seconds to come back, at the soonest; at the latest after twice as many.
    #[must_use]
    pub const fn retry_after(self) -> u64 {
        match self {
            Self::Interactive => 1,
            Self::Login => 4,
            Self::CheckIn => 15,
            Self::Ingest => 30,
        }
    }
}

/// Whether a request of that class is let in while so many are being answered.
#[must_use]
pub const fn admits(class: Class, answering: usize, places: usize) -> bool {
    answering < class.share(places)
}

/// The places.
#[derive(Clone)]
pub struct Places(Arc<Inner>);

struct Inner {
    places: usize,
    taken: AtomicUsize,
}

impl Places {
    /// So many.
    #[must_use]
    pub fn new(places: usize) -> Self {
        Self(Arc::new(Inner { places, taken: AtomicUsize::new(0) }))
    }

    /// Takes a place for a request of that class.
    ///
    /// # Errors
    ///
    /// `busy`, with the time to come back after.
    pub fn take(&self, class: Class) -> Result<Place, ApiError> {
        let next = |taken: usize| admits(class, taken, self.0.places).then(|| taken.saturating_add(1));
        match self.0.taken.fetch_update(Ordering::AcqRel, Ordering::Acquire, next) {
            Ok(_) => Ok(Place(Arc::clone(&self.0))),
            Err(_) => {
                let detail = "the server has too much to do; the request was not looked at, send it again later";
                Err(ApiError::new(Code::Busy, detail).retry_after(class.retry_after()))
            }
        }
    }

    /// How many are taken.
    #[must_use]
    pub fn taken(&self) -> usize {
        self.0.taken.load(Ordering::Acquire)
    }
}

impl fmt::Debug for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Places").field("places", &self.0.places).field("taken", &self.taken()).finish()
    }
}

/// A place, given back when it is dropped.
pub struct Place(Arc<Inner>);

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Place")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.taken.fetch_sub(1, Ordering::AcqRel);
    }
}

/// A time to come back after, somewhere between the one given and twice that. Without randomness it is the one given.
#[must_use]
pub fn spread(seconds: u64, random: u64) -> u64 {
    seconds.saturating_add(random.checked_rem(seconds.saturating_add(1)).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_are_refused_first_then_history_then_check_ins_and_people_last_err_3() {
        // At which number of requests each class begins to be refused, of 100 places and of odd ones.
        for (places, first) in [(100, [50, 70, 85, 100]), (16, [8, 11, 13, 16]), (1024, [512, 716, 870, 1024])] {
            for (class, first) in Class::ALL.into_iter().zip(first) {
                assert!(admits(class, first - 1, places), "{class:?} at {}", first - 1);
                assert!(!admits(class, first, places), "{class:?} at {first}");
            }
        }
        // Whatever is let in, everything that matters more is let in as well.
        for answering in 0..120 {
            let admitted = Class::ALL.map(|class| admits(class, answering, 100));
            assert!(admitted.is_sorted(), "{answering}: {admitted:?}");
        }
        assert!(Class::Interactive.share(usize::MAX) > 0);
    }

    #[test]
    fn places_are_taken_by_class_and_come_back_also_after_a_panic_err_3() {
        let places = Places::new(20);
        let logins: Vec<Place> = std::iter::from_fn(|| places.take(Class::Login).ok()).collect();
        assert_eq!(logins.len(), 10);
        let uploads: Vec<Place> = std::iter::from_fn(|| places.take(Class::Ingest).ok()).collect();
        let check_ins: Vec<Place> = std::iter::from_fn(|| places.take(Class::CheckIn).ok()).collect();
        let people: Vec<Place> = std::iter::from_fn(|| places.take(Class::Interactive).ok()).collect();
        assert_eq!((uploads.len(), check_ins.len(), people.len()), (4, 3, 3));
        for class in Class::ALL {
            let refused = places.take(class).unwrap_err();
            assert_eq!((refused.code(), refused.problem().retry_after), (Code::Busy, Some(class.retry_after())));
        }
        drop(logins);
        assert_eq!(places.taken(), 10);
        assert_eq!(places.take(Class::Login).unwrap_err().code(), Code::Busy);
        drop((uploads, check_ins, people));
        let held = places.clone();
        let panicked = std::thread::spawn(move || {
            let _place = held.take(Class::Login).unwrap();
            panic!("a handler");
        });
        assert!(panicked.join().is_err());
        assert_eq!(places.taken(), 0);
    }

    #[test]
    fn every_route_has_its_class_and_the_status_none_err_3() {
        for (access, path, class) in [
            (Access::Public, path::STATUS, None),
            (Access::Public, path::READY, None),
            (Access::Public, path::SESSION, Some(Class::Login)),
            (Access::Public, path::DEVICE, Some(Class::Login)),
            (Access::Console, path::SESSION, Some(Class::Interactive)),
            (Access::Console, path::NEW_TOKEN, Some(Class::Login)),
            (Access::Console, path::FACTOR, Some(Class::Login)),
            (Access::Console, &format!("{}/channels/confirm", path::FACTOR), Some(Class::Login)),
            (Access::Console, &format!("{}s", path::FACTOR), Some(Class::Interactive)),
            (Access::ConsoleOrApi, path::USERS, Some(Class::Interactive)),
            (Access::Device, path::DEVICE, Some(Class::CheckIn)),
            (Access::Device, path::CHECK_IN, Some(Class::CheckIn)),
            (Access::Device, path::RUNS, Some(Class::Ingest)),
            (Access::Console, path::USERS, Some(Class::Interactive)),
            (Access::SetupLoopback, path::CLAIM, Some(Class::Interactive)),
        ] {
            assert_eq!(Class::of(access, path), class, "{path}");
        }
    }

    #[test]
    fn those_who_were_refused_together_do_not_return_together_err_3() {
        let times: std::collections::BTreeSet<u64> = (0..1_000).map(|random| spread(15, random * 7_919)).collect();
        assert_eq!(times, (15..=30).collect());
        assert_eq!((spread(0, 7), spread(1, 0), spread(1, 1), spread(u64::MAX, 9)), (0, 1, 2, u64::MAX));
    }
}
