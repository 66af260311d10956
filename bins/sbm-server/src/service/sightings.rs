//! Who of the servers on the database lives, as one of them sees it by its own steady clock (RUN-7, DESIGN 3.10).
//!
//! 1. Each server has a mark in the database, which changes whenever it makes its lease longer. Whoever watches notes when he
//!    saw a mark for the first time. One that he sees for as long as a lease lasts is that of a server that is gone.
//! 2. That is safe: the server itself reckons its lease from before it asked for it, which was before anybody saw the mark,
//!    and takes it for over a part earlier. A word of a longer lease that comes later than that does not count for it.
//! 3. Whoever is gone stays gone until his mark changes. He gets another one only by going by the newest facts.
//! 4. No clock is asked that can be set: neither the database's nor that of a machine.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::store::servers::{Member, ServerId};

/// What is known of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Its mark has not been seen for long, and never to change: nobody knows yet.
    Unknown,
    /// Its mark was seen to change not long ago.
    Lives,
    /// Its mark stayed the same for as long as a lease lasts: it answers nobody.
    Gone,
}

/// The marks that were seen, and since when.
#[derive(Debug, Default)]
pub struct Sightings {
    /// None before the first look.
    seen: Option<BTreeMap<ServerId, Sighting>>,
}

#[derive(Clone, Copy, Debug)]
struct Sighting {
    mark: Option<i64>,
    since: Duration,
    /// For how long it was seen for certain, at the last look.
    lasted: Duration,
    /// Whether it is not the first one of its server that was seen.
    changed: bool,
    standing: Standing,
}

impl Sightings {
    /// Notes what the database says, which was asked at one moment of the steady clock and answered at another. A mark is
    /// there since the answer at the latest, and was there still when it was asked.
    pub fn look(&mut self, members: &[Member], asked: Duration, told: Duration, span: Duration) {
        let before = self.seen.take();
        let is_first = before.is_none();
        let before = before.unwrap_or_default();
        let seen = members.iter().map(|member| {
            let known = before.get(&member.id);
            let (since, changed) = match known {
                Some(known) if known.mark == member.mark => (known.since, known.changed),
                // Whoever was not there at the look before came meanwhile.
                Some(_) => (told, true),
                None => (told, !is_first),
            };
            let lasted = asked.saturating_sub(since);
            let standing = match member.mark {
                // A lock stands for its lease.
                None => Standing::Lives,
                Some(_) if lasted >= span => Standing::Gone,
                Some(_) if changed => Standing::Lives,
                Some(_) => Standing::Unknown,
            };
            (member.id, Sighting { mark: member.mark, since, lasted, changed, standing })
        });
        self.seen = Some(seen.collect());
    }

    /// What was known of a server at the last look; nothing is known of one that was not there.
    #[must_use]
    pub fn standing(&self, server: &ServerId) -> Standing {
        self.seen.as_ref().and_then(|seen| seen.get(server)).map_or(Standing::Unknown, |sighting| sighting.standing)
    }

    /// Whether that server was gone at the last look.
    #[must_use]
    pub fn is_gone(&self, server: &ServerId) -> bool {
        self.standing(server) == Standing::Gone
    }

    /// Those whose mark stayed the same for that long, with their marks: they may be forgotten.
    #[must_use]
    pub fn gone_for(&self, long: Duration) -> Vec<(ServerId, i64)> {
        let gone =
            self.seen.iter().flatten().filter(|(_, sighting)| sighting.standing == Standing::Gone && sighting.lasted >= long);
        gone.filter_map(|(server, sighting)| Some((*server, sighting.mark?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use sbm_core::time::Timestamp;

    use super::Standing::{Gone, Lives, Unknown};
    use super::*;

    const SPAN: Duration = Duration::from_secs(5);

    fn id(number: u8) -> ServerId {
        ServerId::from_bytes([number; 16])
    }

    fn member(number: u8, mark: Option<i64>) -> Member {
        Member {
            id: id(number),
            name: String::new(),
            program: String::new(),
            started: Timestamp::from_millis(0),
            confirmed: 1,
            mark,
        }
    }

    fn at(millis: u64) -> Duration {
        Duration::from_millis(70_000 + millis)
    }

    #[test]
    fn a_server_is_gone_when_its_mark_stayed_for_a_lease_and_until_it_changes_run_7() {
        let mut sightings = Sightings::default();
        assert_eq!(sightings.standing(&id(1)), Unknown, "nobody looked yet");
        // When it was asked and answered, what the mark was, and what is known then.
        let far = 9_000_000_000_000;
        for (asked, told, mark, expected) in [
            (0, 900, Some(10), Unknown),
            (4_000, 4_010, Some(10), Unknown),
            // Seen at 900 for the first time; the answer of this look may be of the moment at which it was asked.
            (5_899, 6_500, Some(10), Unknown),
            (5_900, 5_901, Some(10), Gone),
            (60_000, 60_001, Some(10), Gone),
            // It came back, and renews; how far its mark is from any other tells nothing.
            (60_050, 60_100, Some(far), Lives),
            (61_000, 61_001, Some(11), Lives),
            (66_000, 66_001, Some(11), Lives),
            (66_001, 66_002, Some(11), Gone),
            (66_100, 66_101, Some(-far), Lives),
            // Without an end it is there as long as its row is.
            (70_000, 70_001, None, Lives),
            (99_000, 99_001, None, Lives),
        ] {
            sightings.look(&[member(1, mark)], at(asked), at(told), SPAN);
            assert_eq!(sightings.standing(&id(1)), expected, "{asked} {mark:?}");
            assert_eq!(sightings.is_gone(&id(1)), expected == Gone);
        }
        sightings.look(&[], at(100_000), at(100_001), SPAN);
        assert_eq!(sightings.standing(&id(1)), Unknown, "it left");
    }

    #[test]
    fn who_comes_between_two_looks_lives_and_each_server_is_told_apart_run_7() {
        let mut sightings = Sightings::default();
        sightings.look(&[member(1, Some(1)), member(2, Some(1))], at(0), at(0), SPAN);
        sightings.look(&[member(1, Some(1)), member(2, Some(2)), member(3, Some(1))], at(1_000), at(1_000), SPAN);
        assert_eq!([1, 2, 3].map(|number| sightings.standing(&id(number))), [Unknown, Lives, Lives]);
        sightings.look(&[member(1, Some(1)), member(2, Some(3)), member(3, Some(1))], at(5_500), at(5_500), SPAN);
        assert_eq!([1, 2, 3].map(|number| sightings.standing(&id(number))), [Gone, Lives, Lives]);
        sightings.look(&[member(1, Some(1)), member(2, Some(4)), member(3, Some(1))], at(6_000), at(6_000), SPAN);
        assert_eq!([1, 2, 3].map(|number| sightings.standing(&id(number))), [Gone, Lives, Gone]);
        let gone = |seconds| sightings.gone_for(Duration::from_secs(seconds));
        assert_eq!(gone(5), [(id(1), 1), (id(3), 1)]);
        assert_eq!(gone(6), [(id(1), 1)]);
        assert_eq!(gone(7), []);
    }
}
