//! On which machine a backup account is: a lease with a fencing number (ACC-11).
//!
//! 1. A backup account is one agent on one machine. The first device that logs in takes it, or the first that is heard of, of
//!    those that were there before there were leases.
//! 2. Whoever takes it or gives it up raises the number, so that each number is one machine's or nobody's. Another machine is
//!    refused, and no time that passes lets it in: a lease has no end but that somebody releases it or removes the device.
//! 3. A lease that was released is taken by a login. The machine that had it does not take it back by itself. A login that takes
//!    over does both in one step.
//! 4. What a machine says counts as long as the lease is its own, judged where it is written down.

use serde::{Deserialize, Serialize};

use crate::id::DeviceId;

/// Whose machine a backup account is at the moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Lease {
    /// Raised whenever somebody takes the lease or gives it up; 0 until somebody first took it.
    pub fence: u64,
    /// The device that has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<DeviceId>,
}

/// Another device has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held(pub DeviceId);

impl Lease {
    /// The lease after a device logged in. One whose holder is not there any more is free.
    ///
    /// # Errors
    ///
    /// [`Held`] by another device that is there.
    pub fn claim(self, by: DeviceId, is_there: impl Fn(DeviceId) -> bool) -> Result<Self, Held> {
        match self.holder {
            Some(holder) if holder == by => Ok(self),
            Some(holder) if is_there(holder) => Err(Held(holder)),
            _ => Ok(Self { fence: self.fence.saturating_add(1), holder: Some(by) }),
        }
    }

    /// The lease after somebody gave it up for its holder.
    #[must_use]
    pub const fn release(self) -> Self {
        Self { fence: self.fence.saturating_add(1), holder: None }
    }

    /// Whether what this device says counts.
    #[must_use]
    pub fn admits(self, device: DeviceId) -> bool {
        self.holder == Some(device)
    }

    /// Whether nobody ever had it: the first device that is heard of takes it then.
    #[must_use]
    pub const fn is_new(self) -> bool {
        self.fence == 0
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;
    use alloc::vec::Vec;

    use super::*;

    /// What somebody does, step by step; others do theirs between any two steps.
    #[derive(Clone, Copy, Debug)]
    enum Actor {
        /// Logs in with this device: looks, then commits unless somebody else committed since; and again, once.
        Claims(DeviceId),
        /// Releases the machine that has it, in the same way.
        Releases,
        /// Logs in with this device and takes it over, in the same way.
        TakesOver(DeviceId),
        /// Says something twice, each judged where it is written down.
        Writes(DeviceId),
    }

    #[derive(Clone, Debug, Default)]
    struct Store {
        revision: u64,
        lease: Lease,
        /// Under which number each word was taken in, and whose it was.
        taken: Vec<(u64, DeviceId)>,
        /// Who was let in, by the number under which.
        claimed: Vec<(u64, DeviceId)>,
        released: u64,
    }

    #[derive(Clone, Debug)]
    struct Runs {
        actor: Actor,
        seen: Option<(u64, Lease)>,
        left: u8,
    }

    impl Runs {
        fn new(actor: Actor) -> Self {
            Self { actor, seen: None, left: 2 }
        }

        fn step(&mut self, store: &mut Store) {
            match (self.actor, self.seen.take()) {
                (Actor::Writes(device), _) => {
                    if store.lease.admits(device) {
                        store.taken.push((store.lease.fence, device));
                    }
                    self.left -= 1;
                }
                (_, None) => self.seen = Some((store.revision, store.lease)),
                (_, Some((revision, _))) if revision != store.revision => self.left -= 1,
                (Actor::Claims(by), Some((_, lease))) => {
                    if let Ok(next) = lease.claim(by, |_| true)
                        && next != lease
                    {
                        store.claimed.push((next.fence, by));
                        (store.revision, store.lease) = (store.revision + 1, next);
                    }
                    self.left = 0;
                }
                (Actor::TakesOver(by), Some((_, lease))) => {
                    let is_another_s = lease.holder.is_some_and(|holder| holder != by);
                    let free = if is_another_s { lease.release() } else { lease };
                    if let Ok(next) = free.claim(by, |_| true)
                        && next != lease
                    {
                        store.released += u64::from(is_another_s);
                        store.claimed.push((next.fence, by));
                        (store.revision, store.lease) = (store.revision + 1, next);
                    }
                    self.left = 0;
                }
                (Actor::Releases, Some((_, lease))) => {
                    if lease.holder.is_some() {
                        (store.revision, store.lease) = (store.revision + 1, lease.release());
                        store.released += 1;
                    }
                    self.left = 0;
                }
            }
        }
    }

    /// Every order in which the actors may take their steps; gives how many ends there are.
    fn every_order(store: &Store, actors: &[Runs], check: &dyn Fn(&Store)) -> u64 {
        let mut ends = 0;
        for (at, actor) in actors.iter().enumerate().filter(|(_, actor)| actor.left > 0) {
            let (mut store, mut actors, mut actor) = (store.clone(), actors.to_vec(), actor.clone());
            actor.step(&mut store);
            actors[at] = actor;
            ends += every_order(&store, &actors, check);
        }
        if ends == 0 {
            check(store);
            ends = 1;
        }
        ends
    }

    const ONE: DeviceId = DeviceId(1);
    const TWO: DeviceId = DeviceId(2);
    const THREE: DeviceId = DeviceId(3);

    #[test]
    fn in_every_order_of_four_actors_each_number_is_one_machine_s_and_nothing_interleaves_acc_11() {
        use Actor::{Claims, Releases, TakesOver, Writes};
        let held = Store { lease: Lease { fence: 1, holder: Some(ONE) }, ..Store::default() };
        let mut orders = 0;
        for (store, actors) in [
            (Store::default(), vec![Claims(ONE), Claims(TWO), Claims(THREE)]),
            (Store::default(), vec![Claims(ONE), Claims(TWO), Writes(ONE), Writes(TWO)]),
            (held.clone(), vec![Claims(TWO), Releases, Writes(ONE), Writes(TWO)]),
            (held.clone(), vec![Claims(TWO), Claims(ONE), Releases, Writes(ONE)]),
            (held.clone(), vec![Releases, Releases, Claims(TWO), Claims(THREE)]),
            (held.clone(), vec![TakesOver(TWO), TakesOver(THREE), Writes(ONE), Writes(TWO)]),
            (held.clone(), vec![TakesOver(TWO), Claims(ONE), Claims(THREE), Writes(ONE)]),
            (held, vec![TakesOver(TWO), Releases, TakesOver(ONE), Writes(ONE)]),
            (Store::default(), vec![TakesOver(ONE), TakesOver(TWO), Claims(THREE), Writes(ONE)]),
        ] {
            let runs: Vec<Runs> = actors.iter().map(|actor| Runs::new(*actor)).collect();
            orders += every_order(&store, &runs, &|end: &Store| {
                assert!(end.taken.is_sorted_by_key(|(fence, _)| *fence), "a machine that lost it was heard: {end:?}");
                let before = store.lease.holder.map(|holder| (store.lease.fence, holder));
                for (fence, device) in &end.taken {
                    assert!(before.iter().chain(&end.claimed).any(|claim| claim == &(*fence, *device)), "{end:?}");
                }
                assert!(end.claimed.is_sorted_by(|one, next| one.0 < next.0), "a number was two machines': {end:?}");
                let free = u64::from(store.lease.holder.is_none());
                assert!(end.claimed.len() as u64 <= free + end.released, "two hold it at once: {end:?}");
            });
        }
        assert!(orders > 1_000, "{orders}");
    }

    #[test]
    fn of_many_that_claim_at_once_one_wins_and_the_others_are_told_whose_it_is_acc_11() {
        let mut lease = Lease::default();
        assert!(lease.is_new() && !lease.admits(ONE));
        lease = lease.claim(ONE, |_| true).unwrap();
        assert_eq!(lease, Lease { fence: 1, holder: Some(ONE) });
        assert_eq!(lease.claim(TWO, |_| true), Err(Held(ONE)));
        assert_eq!(lease.claim(ONE, |_| true), Ok(lease), "it is one's own already");
        let gone = lease.claim(TWO, |_| false).unwrap();
        assert_eq!(gone, Lease { fence: 2, holder: Some(TWO) }, "the device that had it was removed");
        let released = lease.release();
        assert!(!released.admits(ONE) && !released.is_new());
        assert_eq!(released.claim(TWO, |_| true), Ok(Lease { fence: 3, holder: Some(TWO) }));
    }
}
