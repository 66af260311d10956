//! The marks of all revisions: eight bytes each, in copy-on-write pages.

use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

use crate::cache::Mark;

/// Marks a page.
const PAGE: usize = 1_024;

/// Marks by revision.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    /// A mark is kept as its bits plus one, so that zero is none.
    pages: Vec<Arc<Vec<u64>>>,
}

impl Marks {
    /// The mark of a revision.
    #[must_use]
    pub fn get(&self, revision: u64) -> Option<Mark> {
        let at = usize::try_from(revision).ok()?;
        let kept = self.pages.get(at / PAGE)?.get(at % PAGE)?;
        kept.checked_sub(1).map(Mark::from_bits)
    }

    /// Keeps the mark of a revision.
    pub fn put(&mut self, revision: u64, mark: Mark) {
        let Ok(at) = usize::try_from(revision) else { return };
        while self.pages.len() <= at / PAGE {
            self.pages.push(Arc::new(vec![0; PAGE]));
        }
        if let Some(place) = self.pages.get_mut(at / PAGE).and_then(|page| Arc::make_mut(page).get_mut(at % PAGE)) {
            *place = mark.bits() + 1;
        }
    }
}

impl FromIterator<(u64, Mark)> for Marks {
    fn from_iter<I: IntoIterator<Item = (u64, Mark)>>(marks: I) -> Self {
        let mut all = Self::default();
        marks.into_iter().for_each(|(revision, mark)| all.put(revision, mark));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_found_under_its_revision_and_nowhere_else() {
        let mut marks = Marks::default();
        let held = marks.clone();
        for revision in [1, 1_023, 1_024, 5_000] {
            marks.put(revision, Mark::from_bits(revision));
        }
        assert_eq!(
            [0, 1, 1_023, 1_024, 2_000, 5_000, 9_999].map(|revision| marks.get(revision).map(Mark::bits)),
            [None, Some(1), Some(1_023), Some(1_024), None, Some(5_000), None]
        );
        assert_eq!(held.get(1), None);
    }
}
