//! Columns: what a decision looks at, at most 16 bytes a row, in copy-on-write pages apart from names and texts
//! (DESIGN 3.1).

use alloc::sync::Arc;

/// Values a page.
const PAGE: usize = 256;

/// Small values by dense ids; where nothing was put there is the default, which has to be the one that denies.
#[derive(Clone, Debug)]
pub struct Column<T> {
    pages: Arc<[Arc<[T; PAGE]>]>,
}

impl<T> Default for Column<T> {
    fn default() -> Self {
        Self { pages: Arc::default() }
    }
}

impl<T: Copy + Default> Column<T> {
    /// The value of that id.
    #[must_use]
    #[inline]
    pub fn get(&self, index: u32) -> T {
        let (page, at) = place(index);
        self.pages.get(page).and_then(|page| page.get(at)).copied().unwrap_or_default()
    }

    /// Puts a value in its place.
    pub fn put(&mut self, index: u32, value: T) {
        let (page, at) = place(index);
        if self.pages.len() <= page {
            // Pages that nothing was put in yet are one page.
            let (empty, more) = (Arc::new([T::default(); PAGE]), (page + 1).next_power_of_two() - self.pages.len());
            self.pages = self.pages.iter().cloned().chain(core::iter::repeat_n(empty, more)).collect();
        }
        let pages = Arc::make_mut(&mut self.pages);
        if let Some(place) = pages.get_mut(page).and_then(|page| Arc::make_mut(page).get_mut(at)) {
            *place = value;
        }
    }
}

/// Page and place of an id.
#[inline]
const fn place(index: u32) -> (usize, usize) {
    (index as usize / PAGE, index as usize % PAGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_where_it_was_put_and_readers_keep_theirs() {
        let mut column = Column::default();
        for index in [0, 255, 256, 70_000] {
            column.put(index, index + 1);
        }
        let held = column.clone();
        column.put(255, 9);
        assert_eq!([0, 1, 255, 256, 70_000, 80_000].map(|index| column.get(index)), [1, 0, 9, 257, 70_001, 0]);
        assert_eq!(held.get(255), 256);
    }
}
