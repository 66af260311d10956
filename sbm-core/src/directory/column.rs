//! Columns: what a decision looks at, at most 16 bytes a row, in copy-on-write pages apart from names and texts
//! (DESIGN 3.1).

use super::pages::Pages;

/// Values a page.
const PAGE: usize = 256;

/// Small values by dense ids; where nothing was put there is the default, which has to be the one that denies.
#[derive(Clone, Debug)]
pub struct Column<T> {
    pages: Pages<[T; PAGE]>,
}

impl<T> Default for Column<T> {
    fn default() -> Self {
        Self { pages: Pages::default() }
    }
}

impl<T: Copy + Default + PartialEq> Column<T> {
    /// The value of that id.
    #[must_use]
    #[inline]
    pub fn get(&self, index: u32) -> T {
        let (page, at) = place(index);
        self.pages.get(page).and_then(|page| page.get(at)).copied().unwrap_or_default()
    }

    /// Puts a value in its place; nothing is copied for one that is there already.
    pub fn put(&mut self, index: u32, value: T) {
        if self.get(index) == value {
            return;
        }
        let (page, at) = place(index);
        if let Some(place) = self.pages.change(page, || [T::default(); PAGE]).and_then(|page| page.get_mut(at)) {
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
