//! Tables in copy-on-write pages: a change copies a page and what leads to it, readers keep the rest (DESIGN 3.1).

use alloc::sync::Arc;

use super::pages::Pages;

/// Rows a page: few, since copying one steps the count of each row in it.
const PAGE: usize = 32;

type Page<T> = [Option<Arc<T>>; PAGE];

/// Rows by their dense ids. Cloning shares everything.
#[derive(Clone, Debug)]
pub struct Table<T> {
    pages: Pages<Page<T>>,
    rows: usize,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { pages: Pages::default(), rows: 0 }
    }
}

impl<T> Table<T> {
    /// The row of that id.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&T> {
        self.pages.get(index / PAGE)?.get(index % PAGE)?.as_deref()
    }

    /// Puts a row in its place, or removes the one that is there.
    pub fn put(&mut self, index: usize, row: Option<T>) {
        let Some(page) = self.pages.change(index / PAGE, Page::default) else { return };
        let Some(place) = page.get_mut(index % PAGE) else { return };
        let had = place.is_some();
        *place = row.map(Arc::new);
        match (had, place.is_some()) {
            (false, true) => self.rows += 1,
            (true, false) => self.rows -= 1,
            _ => {}
        }
    }

    /// All rows, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.pages.iter().flat_map(|page| page.iter()).filter_map(Option::as_deref)
    }

    /// How many rows there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rows
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rows == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_leaves_the_copy_that_a_reader_holds_alone() {
        let mut table = Table::default();
        for index in 0..600 {
            table.put(index, Some(index));
        }
        let held = table.clone();
        table.put(300, None);
        table.put(301, Some(7));
        assert_eq!((held.get(300), held.get(301), held.len()), (Some(&300), Some(&301), 600));
        assert_eq!((table.get(300), table.get(301), table.len()), (None, Some(&7), 599));
        let shared = |index: usize| core::ptr::eq(held.get(index).unwrap(), table.get(index).unwrap());
        assert!(shared(0) && shared(299) && !shared(301), "a row that stays is not copied");
        assert_eq!(table.iter().count(), 599);
        assert_eq!(table.get(10_000), None);
    }
}
