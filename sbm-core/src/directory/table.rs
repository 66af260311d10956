//! Tables in copy-on-write pages, and indexes in copy-on-write shards: a change copies a page, readers keep the rest
//! (DESIGN 3.1).

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Rows a page.
const PAGE: usize = 256;
/// Shards an index.
const SHARDS: usize = 64;

type Page<T> = [Option<Arc<T>>];

/// Rows by their dense ids.
#[derive(Clone, Debug)]
pub struct Table<T> {
    pages: Vec<Arc<Page<T>>>,
    rows: usize,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { pages: Vec::new(), rows: 0 }
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
        while self.pages.len() <= index / PAGE {
            self.pages.push((0..PAGE).map(|_| None).collect());
        }
        let Some(page) = self.pages.get_mut(index / PAGE) else { return };
        let Some(place) = Arc::make_mut(page).get_mut(index % PAGE) else { return };
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

/// Ids by a unique key.
#[derive(Clone, Debug)]
pub struct Index<K> {
    shards: Vec<Arc<BTreeMap<K, u32>>>,
}

impl<K> Default for Index<K> {
    fn default() -> Self {
        Self { shards: (0..SHARDS).map(|_| Arc::new(BTreeMap::new())).collect() }
    }
}

impl<K: Ord + Clone + AsRef<[u8]>> Index<K> {
    /// The id of that key.
    #[must_use]
    pub fn get(&self, key: &K) -> Option<u32> {
        self.shards.get(shard(key))?.get(key).copied()
    }

    /// Puts a key, or removes it.
    pub fn put(&mut self, key: K, id: Option<u32>) {
        let Some(map) = self.shards.get_mut(shard(&key)) else { return };
        match id {
            Some(id) => Arc::make_mut(map).insert(key, id),
            None => Arc::make_mut(map).remove(&key),
        };
    }
}

/// FNV-1a, so that keys that begin alike spread.
fn shard<K: AsRef<[u8]>>(key: &K) -> usize {
    let hash = key
        .as_ref()
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    (hash % SHARDS as u64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

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
        assert!(Arc::ptr_eq(&held.pages[0], &table.pages[0]) && !Arc::ptr_eq(&held.pages[1], &table.pages[1]));
        assert_eq!(table.iter().count(), 599);
        assert_eq!(table.get(10_000), None);
    }

    #[test]
    fn an_index_finds_what_was_put() {
        let mut index = Index::default();
        for number in 0..1_000_u32 {
            index.put(format!("user{number}"), Some(number));
        }
        index.put("user5".into(), None);
        assert_eq!(index.get(&"user7".into()), Some(7));
        assert_eq!(index.get(&"user5".into()), None);
    }
}
