//! Indexes: dense ids by a unique key, in copy-on-write shards of a hash table (DESIGN 3.1).
//!
//! The hash has no secret: the core has no randomness. Who may choose keys (an administrator's names, an uploader's GUIDs,
//! a logged-in program's installation) can at most make look-ups of a shard slow, never wrong.

use alloc::sync::Arc;
use core::hash::{BuildHasher as _, Hash};

use foldhash::fast::FixedState;
use hashbrown::{Equivalent, HashTable};

use crate::id::AccountId;

/// Shards an index: a change copies one of them.
const SHARDS: usize = 256;

/// A part of the keys.
type Shard<K> = Arc<HashTable<(K, u32)>>;

/// Ids by a unique key. Cloning shares everything.
#[derive(Clone, Debug)]
pub struct Index<K> {
    shards: Arc<[Shard<K>]>,
}

impl<K> Default for Index<K> {
    fn default() -> Self {
        // Shards that nothing was put in yet are one.
        Self { shards: core::iter::repeat_n(Arc::new(HashTable::new()), SHARDS).collect() }
    }
}

impl<K: Hash + Eq + Clone> Index<K> {
    /// The id of that key, in any form in which the key can be asked for.
    #[must_use]
    #[inline]
    pub fn get<Q: Hash + Equivalent<K>>(&self, key: &Q) -> Option<u32> {
        let hash = hash(key);
        self.shards.get(shard(hash))?.find(hash, |(known, _)| key.equivalent(known)).map(|(_, id)| *id)
    }

    /// Puts a key.
    pub fn put(&mut self, key: K, id: u32) {
        let hash = hash(&key);
        let Some(table) = Arc::make_mut(&mut self.shards).get_mut(shard(hash)).map(Arc::make_mut) else { return };
        match table.find_mut(hash, |(known, _)| *known == key) {
            Some(place) => place.1 = id,
            None => drop(table.insert_unique(hash, (key, id), |(key, _)| self::hash(key))),
        }
    }

    /// Removes a key, if it is that id's.
    pub fn remove<Q: Hash + Equivalent<K>>(&mut self, key: &Q, id: u32) {
        if self.get(key) != Some(id) {
            return;
        }
        let hash = hash(key);
        let Some(table) = Arc::make_mut(&mut self.shards).get_mut(shard(hash)).map(Arc::make_mut) else { return };
        if let Ok(entry) = table.find_entry(hash, |(known, _)| key.equivalent(known)) {
            drop(entry.remove());
        }
    }
}

#[inline]
fn hash<Q: Hash + ?Sized>(key: &Q) -> u64 {
    FixedState::default().hash_one(key)
}

/// The shard of a hash, by bits that the table itself does not look at.
#[inline]
const fn shard(hash: u64) -> usize {
    (hash >> 40) as usize % SHARDS
}

/// What a name is the name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A node of the organisation tree, below the one above it.
    Account,
    /// A login.
    User,
    /// A group.
    Group,
    /// A security profile.
    SecurityProfile,
}

/// A name in the form in which names are compared, as an index keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NameKey {
    kind: Kind,
    scope: u32,
    name: Arc<str>,
}

/// A name to be looked up.
#[derive(Clone, Copy, Debug, Hash)]
pub struct NameRef<'a> {
    /// Of what.
    pub kind: Kind,
    /// Where it is unique: the root account, or the account above; 0 above the root accounts.
    pub scope: u32,
    /// In the form in which names are compared.
    pub name: &'a str,
}

impl<'a> NameRef<'a> {
    /// A name that is unique below a root account.
    #[must_use]
    pub const fn new(kind: Kind, root: AccountId, name: &'a str) -> Self {
        Self { kind, scope: root.0, name }
    }

    /// The same, to be kept.
    #[must_use]
    pub fn to_key(self) -> NameKey {
        NameKey { kind: self.kind, scope: self.scope, name: self.name.into() }
    }
}

impl Equivalent<NameKey> for NameRef<'_> {
    fn equivalent(&self, key: &NameKey) -> bool {
        self.kind == key.kind && self.scope == key.scope && *self.name == *key.name
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn an_index_finds_what_was_put_and_readers_keep_theirs() {
        let mut index = Index::default();
        for number in 0..5_000_u32 {
            let name = format!("user{number}");
            index.put(NameRef::new(Kind::User, AccountId::ROOT, &name).to_key(), number);
        }
        let held = index.clone();
        fn of(name: &str, root: AccountId) -> NameRef<'_> {
            NameRef::new(Kind::User, root, name)
        }
        index.remove(&of("user5", AccountId::ROOT), 5);
        index.remove(&of("user6", AccountId::ROOT), 7);
        index.put(of("user7", AccountId::ROOT).to_key(), 77);
        assert_eq!(index.get(&of("user5", AccountId::ROOT)), None);
        assert_eq!(index.get(&of("user6", AccountId::ROOT)), Some(6), "somebody else's name stays");
        assert_eq!(index.get(&of("user7", AccountId::ROOT)), Some(77));
        assert_eq!(index.get(&of("user7", AccountId(2))), None);
        assert_eq!(index.get(&NameRef::new(Kind::Group, AccountId::ROOT, "user7")), None);
        assert_eq!((held.get(&of("user5", AccountId::ROOT)), held.get(&of("user7", AccountId::ROOT))), (Some(5), Some(7)));
        assert!((0..5_000).filter(|number| index.get(&of(&format!("user{number}"), AccountId::ROOT)).is_some()).count() == 4_999);
    }
}
