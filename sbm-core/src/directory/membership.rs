//! Who is in which groups: a row of 16 bytes for each user or managed profile, with its groups beside it in the same page.
//!
//! 1. A set is chunks of four group ids. The first ones have a fixed place, so that nothing has to be read to find them; the
//!    few sets that have more keep them behind those of the whole page.
//! 2. What is left of a chunk is filled with a number that no group has, another one on each side, so that fillings never
//!    meet.
//! 3. Two sets are compared id by id without a branch: whether two members meet cannot be foretold, and a wrong guess
//!    costs more than the comparisons. Very large sets are left to the sorted ones of the rows.
//! 4. What was never put is not there, is in no group, and belongs to nobody.

use alloc::vec::Vec;

use super::pages::Pages;
use crate::id::GroupId;

/// Rows a page.
const PAGE: usize = 256;
/// The most pairs of chunks that are compared one by one.
const MAX_PAIRS: usize = 64;
/// The flags take the lowest bits of a row's last word, the number of chunks without a fixed place the rest.
const FLAG_BITS: u32 = 2;

/// Four group ids.
type Chunk = [u32; 4];

/// What fills the chunks of a set. Group ids start at 1 and never get as far as the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filling {
    /// For users.
    Low,
    /// For managed profiles.
    High,
}

impl Filling {
    const fn id(self) -> u32 {
        match self {
            Self::Low => 0,
            Self::High => u32::MAX,
        }
    }
}

/// The fixed part of a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Member {
    /// The account it belongs to.
    pub account: u32,
    /// What else it points to: a user's security profile, or 0.
    pub other: u32,
    /// Whether there is such a row at all.
    pub exists: bool,
    /// Its one flag: a disabled user, a profile that is marked for deletion.
    pub flagged: bool,
}

/// A row as it lies in the page.
#[derive(Clone, Copy, Debug, Default)]
struct Row {
    account: u32,
    other: u32,
    at: u32,
    chunks_and_flags: u32,
}

impl Row {
    #[inline]
    const fn chunks(self) -> usize {
        (self.chunks_and_flags >> FLAG_BITS) as usize
    }

    #[inline]
    const fn range(self) -> core::ops::Range<usize> {
        let at = self.at as usize;
        at..at + self.chunks()
    }

    #[inline]
    const fn member(self) -> Member {
        let flags = self.chunks_and_flags;
        Member { account: self.account, other: self.other, exists: flags & 1 != 0, flagged: flags & 2 != 0 }
    }
}

#[derive(Clone, Debug)]
struct Page<const FIXED: usize> {
    rows: [Row; PAGE],
    first: [[Chunk; FIXED]; PAGE],
    more: Vec<Chunk>,
}

/// Rows with their group sets, by dense ids; so many chunks of a set have a fixed place.
#[derive(Clone, Debug)]
pub struct Memberships<const FIXED: usize> {
    pages: Pages<Page<FIXED>>,
    filling: Filling,
}

/// One row with its set.
#[derive(Clone, Copy, Debug)]
pub struct Membership<'a, const FIXED: usize> {
    /// The fixed part.
    pub member: Member,
    first: [Chunk; FIXED],
    more: &'a [Chunk],
}

impl<const FIXED: usize> Memberships<FIXED> {
    /// Nobody yet; each side of a comparison has its own filling.
    #[must_use]
    pub fn new(filling: Filling) -> Self {
        Self { pages: Pages::default(), filling }
    }

    /// The row of that id.
    #[must_use]
    #[inline]
    pub fn get(&self, index: u32) -> Membership<'_, FIXED> {
        let nobody = Membership { member: Member::default(), first: [[self.filling.id(); 4]; FIXED], more: &[] };
        let Some(page) = self.pages.get(index as usize / PAGE) else { return nobody };
        let at = index as usize % PAGE;
        let (Some(row), Some(first)) = (page.rows.get(at), page.first.get(at)) else { return nobody };
        let more = if row.chunks() == 0 { &[] } else { page.more.get(row.range()).unwrap_or_default() };
        Membership { member: row.member(), first: *first, more }
    }

    /// Puts a row with its groups, or removes it.
    pub fn put(&mut self, index: u32, member: Option<Member>, groups: &[GroupId]) {
        let filling = self.filling.id();
        let empty = || Page { rows: [Row::default(); PAGE], first: [[[filling; 4]; FIXED]; PAGE], more: Vec::new() };
        if let Some(page) = self.pages.change(index as usize / PAGE, empty) {
            page.put(index as usize % PAGE, member.unwrap_or_default(), &chunks(groups, filling), filling);
        }
    }
}

impl<const FIXED: usize> Page<FIXED> {
    fn put(&mut self, index: usize, member: Member, set: &[Chunk], filling: u32) {
        let (Some(row), Some(first)) = (self.rows.get_mut(index), self.first.get_mut(index)) else { return };
        *first = [[filling; 4]; FIXED];
        first.iter_mut().zip(set).for_each(|(place, chunk)| *place = *chunk);
        let more = set.get(FIXED..).unwrap_or_default();
        if row.chunks() != more.len() {
            row.at = u32::try_from(self.more.len()).unwrap_or(u32::MAX);
            self.more.extend_from_slice(more);
        } else if let Some(place) = self.more.get_mut(row.range()) {
            place.copy_from_slice(more);
        }
        let chunks = u32::try_from(more.len()).unwrap_or(u32::MAX) << FLAG_BITS;
        row.chunks_and_flags = chunks | u32::from(member.flagged) << 1 | u32::from(member.exists);
        (row.account, row.other) = (member.account, member.other);
        let live: usize = self.rows.iter().map(|row| row.chunks()).sum();
        if self.more.len() > 2 * live + PAGE {
            self.pack(live);
        }
    }

    /// Leaves out what no row points to any more.
    fn pack(&mut self, live: usize) {
        let mut packed = Vec::with_capacity(live);
        for row in &mut self.rows {
            let set = self.more.get(row.range()).unwrap_or_default();
            row.at = u32::try_from(packed.len()).unwrap_or(u32::MAX);
            packed.extend_from_slice(set);
        }
        self.more = packed;
    }
}

impl<const FIXED: usize> Membership<'_, FIXED> {
    /// Whether the two sets have a member in common; none where they are too large to be compared one by one.
    #[must_use]
    #[inline(always)]
    pub fn meets<const OTHER: usize>(&self, other: &Membership<'_, OTHER>) -> Option<bool> {
        let equal = compared([0; 4], &self.first, &other.first);
        if self.more.is_empty() && other.more.is_empty() {
            return Some(some(equal));
        }
        if (FIXED + self.more.len()) * (OTHER + other.more.len()) > MAX_PAIRS {
            return None;
        }
        let equal = compared(equal, self.more, &other.first);
        let equal = compared(equal, &self.first, other.more);
        Some(some(compared(equal, self.more, other.more)))
    }
}

/// Four places, one for each id of a chunk, so that the compiler compares all four at once: not zero where something was
/// equal.
#[inline(always)]
fn compared(mut equal: Chunk, one: &[Chunk], other: &[Chunk]) -> Chunk {
    for chunk in other {
        for id in chunk {
            for own in one {
                equal.iter_mut().zip(own).for_each(|(equal, own)| *equal |= u32::from(own == id));
            }
        }
    }
    equal
}

#[inline(always)]
fn some(equal: Chunk) -> bool {
    equal.iter().fold(0, |all, equal| all | equal) != 0
}

/// A set in chunks. An id that is a filling is left out: it is no group's.
fn chunks(groups: &[GroupId], filling: u32) -> Vec<Chunk> {
    let ids: Vec<u32> = groups.iter().map(|id| id.0).filter(|id| *id != 0 && *id != u32::MAX).collect();
    ids.chunks(4)
        .map(|some| {
            let mut chunk = [filling; 4];
            chunk.iter_mut().zip(some).for_each(|(place, id)| *place = *id);
            chunk
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeSet;
    use alloc::vec;
    use proptest::prelude::*;

    fn sides() -> (Memberships<2>, Memberships<1>) {
        (Memberships::new(Filling::Low), Memberships::new(Filling::High))
    }

    fn ids(set: &BTreeSet<u32>) -> Vec<GroupId> {
        set.iter().copied().map(GroupId).collect()
    }

    const ANYBODY: Member = Member { account: 1, other: 2, exists: true, flagged: false };

    #[test]
    fn a_row_is_16_bytes() {
        assert_eq!(size_of::<Row>(), 16);
    }

    #[test]
    fn who_is_in_no_group_meets_nobody_whatever_fills_the_chunks_pro_1() {
        let (mut users, mut profiles) = sides();
        for (index, groups) in [(0, vec![]), (1, vec![0, u32::MAX]), (2, vec![5])] {
            let groups: Vec<GroupId> = groups.into_iter().map(GroupId).collect();
            users.put(index, Some(ANYBODY), &groups);
            profiles.put(index, Some(ANYBODY), &groups);
        }
        for (user, profile) in (0..4).flat_map(|user| (0..4).map(move |profile| (user, profile))) {
            let meets = users.get(user).meets(&profiles.get(profile));
            assert_eq!(meets, Some((user, profile) == (2, 2)), "{user} {profile}");
        }
    }

    #[test]
    fn large_sets_are_left_to_who_has_them_sorted() {
        let (mut users, mut profiles) = sides();
        let many: Vec<GroupId> = (1..100).map(GroupId).collect();
        users.put(1, Some(ANYBODY), &many);
        profiles.put(1, Some(ANYBODY), &many);
        profiles.put(2, Some(ANYBODY), &[GroupId(99)]);
        assert_eq!(users.get(1).meets(&profiles.get(1)), None);
        assert_eq!(users.get(1).meets(&profiles.get(2)), Some(true));
    }

    proptest! {
        #[test]
        fn sets_are_what_was_put_last_and_meet_where_they_have_a_group_in_common_pro_1(
            puts in prop::collection::vec((0_u32..600, any::<bool>(), prop::collection::btree_set(1_u32..20, 0..12)), 1..200),
        ) {
            let (mut users, mut profiles) = sides();
            let mut wanted: [alloc::collections::BTreeMap<u32, BTreeSet<u32>>; 2] = Default::default();
            for (index, of_users, set) in puts {
                if of_users {
                    users.put(index, Some(ANYBODY), &ids(&set));
                } else {
                    profiles.put(index, Some(ANYBODY), &ids(&set));
                }
                wanted[usize::from(of_users)].insert(index, set);
            }
            for (profile, groups) in &wanted[0] {
                for (user, members) in &wanted[1] {
                    let expected = !groups.is_disjoint(members);
                    prop_assert_eq!(users.get(*user).meets(&profiles.get(*profile)), Some(expected));
                }
            }
        }

        #[test]
        fn a_page_keeps_no_more_than_twice_what_its_rows_have(
            puts in prop::collection::vec((0_u32..256, 0_usize..40), 1..400),
        ) {
            let (mut users, _) = sides();
            for (index, count) in puts {
                let groups: Vec<GroupId> = (1..).take(count).map(GroupId).collect();
                let before = users.clone();
                users.put(index, Some(Member { flagged: count == 3, ..ANYBODY }), &groups);
                prop_assert_eq!(users.get(index).more.len(), count.div_ceil(4).saturating_sub(2));
                prop_assert_eq!(users.get(index).member.flagged, count == 3);
                let page = users.pages.get(0).unwrap();
                let live: usize = page.rows.iter().map(|row| row.chunks()).sum();
                prop_assert!(page.more.len() <= 2 * live + PAGE);
                drop(before);
            }
            users.put(7, None, &[]);
            prop_assert_eq!(users.get(7).member, Member::default());
        }
    }
}
