//! A delay that grows with each failure and is forgiven with time (RUN-6).

use std::collections::HashMap;

use sbm_core::time::{MINUTE, SECOND, Timestamp};

use super::{FREE_ADDRESS, FREE_PAIR, LONGEST, LONGEST_STRANGER, MOST, WINDOW};

/// How a delay grows, and how it is forgiven.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ladder {
    /// Failures without a delay.
    free: u32,
    /// The delay grows by two to this power with each failure.
    doublings: u32,
    longest: i64,
    /// One failure is forgiven for each of these spans without an attempt that was let through.
    span: i64,
    /// How many failures are forgiven at once.
    forgiven: u32,
}

impl Ladder {
    pub(super) const ADDRESS: Self = Self { free: FREE_ADDRESS, doublings: 1, longest: LONGEST, span: MINUTE, forgiven: 1 };
    pub(super) const OWNER: Self = Self { free: FREE_PAIR, ..Self::ADDRESS };
    pub(super) const STRANGER: Self =
        Self { free: FREE_PAIR, doublings: 2, longest: LONGEST_STRANGER, span: WINDOW, forgiven: MOST };
}

/// How often somebody failed, and when last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Brake {
    pub(super) failures: u32,
    last: Timestamp,
}

impl Brake {
    /// What is not forgiven yet. A clock set back forgives nothing.
    fn failures_at(self, ladder: Ladder, now: Timestamp) -> u32 {
        let spans = u32::try_from(now.since(self.last).max(0) / ladder.span.max(1)).unwrap_or(u32::MAX);
        self.failures.saturating_sub(spans.saturating_mul(ladder.forgiven))
    }

    fn delay(self, ladder: Ladder, now: Timestamp) -> i64 {
        let Some(beyond) = self.failures.checked_sub(ladder.free.saturating_add(1)) else { return 0 };
        let full = SECOND.saturating_mul(1_i64 << beyond.saturating_mul(ladder.doublings).min(16)).min(ladder.longest);
        // Behind a clock that was set back the whole delay is waited for, and not more.
        full.saturating_sub(now.since(self.last).max(0))
    }
}

/// The delays of many, and room for so many.
#[derive(Debug)]
pub(super) struct Brakes<K> {
    ladder: Ladder,
    pub(super) capacity: usize,
    pub(super) entries: HashMap<K, Brake>,
}

impl<K: std::hash::Hash + Eq + Copy> Brakes<K> {
    pub(super) fn new(ladder: Ladder, capacity: usize) -> Self {
        Self { ladder, capacity: capacity.max(1), entries: HashMap::new() }
    }

    pub(super) fn contains(&self, key: &K) -> bool {
        self.entries.contains_key(key)
    }

    pub(super) fn delay(&mut self, key: &K, now: Timestamp) -> i64 {
        let Some(brake) = self.entries.get_mut(key) else { return 0 };
        if now < brake.last {
            // The clock was set back: count from now, or the delay would last until it has caught up.
            brake.last = now;
        }
        brake.delay(self.ladder, now)
    }

    pub(super) fn count(&mut self, key: K, now: Timestamp) {
        let before = self.entries.get(&key).map_or(0, |brake| brake.failures_at(self.ladder, now));
        self.put(key, Brake { failures: before.saturating_add(1).min(MOST), last: now });
    }

    pub(super) fn reset(&mut self, key: K, now: Timestamp) {
        self.put(key, Brake { failures: 0, last: now });
    }

    pub(super) fn take_back(&mut self, key: &K) {
        if let Some(brake) = self.entries.get_mut(key) {
            brake.failures = brake.failures.saturating_sub(1);
        }
    }

    fn put(&mut self, key: K, brake: Brake) {
        if self.entries.len() >= self.capacity && !self.entries.contains_key(&key) {
            let least = self.entries.iter().min_by_key(|(_, brake)| (brake.failures, brake.last)).map(|(key, _)| *key);
            if let Some(least) = least {
                self.entries.remove(&least);
            }
        }
        self.entries.insert(key, brake);
    }
}
