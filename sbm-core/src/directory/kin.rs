//! Who stands below whom: chains of siblings by dense ids, so that a node is put and taken in a few steps however many stand
//! beside it.

use alloc::vec::Vec;

use super::column::Column;

/// A node's place: its first child, and its neighbours among its siblings. 0 is nobody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Place {
    first: u32,
    next: u32,
    before: u32,
}

/// The chains. What stands below 0 are the roots. Cloning shares all pages.
#[derive(Clone, Debug, Default)]
pub struct Kin(Column<Place>);

impl Kin {
    /// Puts a node below another one, in front of those who stand there. It must stand nowhere yet.
    pub fn put(&mut self, id: u32, parent: u32) {
        let first = self.0.get(parent).first;
        self.change(parent, |place| place.first = id);
        self.change(id, |place| (place.next, place.before) = (first, 0));
        if first != 0 {
            self.change(first, |place| place.before = id);
        }
    }

    /// Takes a node away from below another one; what is below itself stays there.
    pub fn take(&mut self, id: u32, parent: u32) {
        let Place { next, before, .. } = self.0.get(id);
        match before {
            0 => self.change(parent, |place| place.first = next),
            before => self.change(before, |place| place.next = next),
        }
        if next != 0 {
            self.change(next, |place| place.before = before);
        }
        self.change(id, |place| (place.next, place.before) = (0, 0));
    }

    /// Those below a node, the last that came first.
    pub fn below(&self, id: u32) -> impl Iterator<Item = u32> {
        let of = |id: u32| (id != 0).then_some(id);
        core::iter::successors(of(self.0.get(id).first), move |id| of(self.0.get(*id).next))
    }

    /// All below a node, however far, those above first.
    pub fn all_below(&self, id: u32) -> impl Iterator<Item = u32> {
        let mut wait: Vec<u32> = self.below(id).collect();
        core::iter::from_fn(move || {
            let id = wait.pop()?;
            wait.extend(self.below(id));
            Some(id)
        })
    }

    fn change(&mut self, id: u32, change: impl FnOnce(&mut Place)) {
        let mut place = self.0.get(id);
        change(&mut place);
        self.0.put(id, place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::{BTreeMap, BTreeSet};
    use proptest::prelude::*;

    proptest! {
        /// Whatever is put and taken in whatever order: those below are those who were put there.
        #[test]
        fn those_below_are_those_who_were_put_there_acc_2(steps in prop::collection::vec((1_u32..40, 0_u32..40), 0..200)) {
            let (mut kin, mut naive) = (Kin::default(), BTreeMap::<u32, u32>::new());
            for (id, parent) in steps {
                if let Some(old) = naive.remove(&id) {
                    kin.take(id, old);
                }
                if id != parent {
                    kin.put(id, parent);
                    naive.insert(id, parent);
                }
                for parent in 0..40 {
                    let expected: BTreeSet<u32> = naive.iter().filter(|(_, of)| **of == parent).map(|(id, _)| *id).collect();
                    prop_assert_eq!(kin.below(parent).collect::<BTreeSet<_>>(), expected);
                }
            }
        }
    }

    #[test]
    fn all_below_come_behind_those_above_them_and_readers_keep_theirs() {
        let mut kin = Kin::default();
        for (id, parent) in [(1, 0), (2, 1), (3, 2), (4, 1), (5, 4)] {
            kin.put(id, parent);
        }
        let held = kin.clone();
        kin.take(4, 1);
        let order: Vec<u32> = held.all_below(1).collect();
        let at = |id| order.iter().position(|other| *other == id).unwrap();
        assert_eq!(order.len(), 4);
        assert!(at(2) < at(3) && at(4) < at(5));
        assert_eq!(kin.all_below(1).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(kin.below(4).collect::<Vec<_>>(), [5], "what is below stays below");
    }
}
