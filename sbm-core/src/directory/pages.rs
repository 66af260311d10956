//! Lists of pages that are shared until they change, in two levels: a change copies the short list of nodes, one node and
//! one page, however many pages there are. Readers keep theirs (DESIGN 3.1).
//!
//! Each part that is shared costs a step of its count whenever what points to it is copied, and the counts lie apart in
//! memory: so a list of a million rows is not to be copied whole.

use alloc::sync::Arc;

/// Pages a node.
const NODE: usize = 128;

type Node<P> = [Arc<P>; NODE];

/// Pages by their number. Cloning shares everything.
#[derive(Debug)]
pub struct Pages<P> {
    nodes: Arc<[Arc<Node<P>>]>,
}

impl<P> Clone for Pages<P> {
    fn clone(&self) -> Self {
        Self { nodes: Arc::clone(&self.nodes) }
    }
}

impl<P> Default for Pages<P> {
    fn default() -> Self {
        Self { nodes: Arc::default() }
    }
}

impl<P> Pages<P> {
    /// The page of that number.
    #[must_use]
    #[inline]
    pub fn get(&self, page: usize) -> Option<&P> {
        self.nodes.get(page / NODE)?.get(page % NODE).map(|page| &**page)
    }

    /// All pages, in their order; some that nothing was put in yet are behind them.
    pub fn iter(&self) -> impl Iterator<Item = &P> {
        self.nodes.iter().flat_map(|node| node.iter()).map(|page| &**page)
    }
}

impl<P: Clone> Pages<P> {
    /// The page of that number, to be changed; where there was none yet, an empty one.
    pub fn change(&mut self, page: usize, empty: impl FnOnce() -> P) -> Option<&mut P> {
        let node = page / NODE;
        if self.nodes.len() <= node {
            // Pages that nothing was put in yet are one page, and so are their nodes.
            let empty = Arc::new(empty());
            let empty: Arc<Node<P>> = Arc::new(core::array::from_fn(|_| Arc::clone(&empty)));
            let more = (node + 1).next_power_of_two() - self.nodes.len();
            self.nodes = self.nodes.iter().cloned().chain(core::iter::repeat_n(empty, more)).collect();
        }
        let node = Arc::make_mut(&mut self.nodes).get_mut(node)?;
        Arc::make_mut(node).get_mut(page % NODE).map(Arc::make_mut)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn a_change_copies_one_page_and_one_node_and_readers_keep_theirs() {
        let mut pages = Pages::default();
        for number in [0, 1, NODE, 5 * NODE + 7] {
            *pages.change(number, || 0).unwrap() = number + 1;
        }
        let held = pages.clone();
        *pages.change(1, || 0).unwrap() = 99;
        let of = |pages: &Pages<usize>| [0, 1, 2, NODE, 5 * NODE + 7, 9 * NODE].map(|number| pages.get(number).copied());
        assert_eq!(of(&held), [Some(1), Some(2), Some(0), Some(NODE + 1), Some(5 * NODE + 8), None]);
        assert_eq!(of(&pages), [Some(1), Some(99), Some(0), Some(NODE + 1), Some(5 * NODE + 8), None]);
        let shared = |number: usize| core::ptr::eq(held.get(number).unwrap(), pages.get(number).unwrap());
        assert!(shared(0) && !shared(1) && shared(NODE));
        assert!(Arc::ptr_eq(&held.nodes[1], &pages.nodes[1]) && !Arc::ptr_eq(&held.nodes[0], &pages.nodes[0]));
        let put: Vec<usize> = pages.iter().copied().filter(|value| *value > 0).collect();
        assert_eq!(put, [1, 99, NODE + 1, 5 * NODE + 8], "in their order");
    }
}
