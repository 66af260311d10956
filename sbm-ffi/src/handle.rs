//! The table behind `sbm_client *` and `sbm_run *`: a stale pointer is a status, not a crash.
//!
//! 1. What C holds is no address. It names a kind, a slot and the slot's generation, so that a double free, a use after
//!    free, a pointer of another kind and garbage are told apart from an open handle without being followed.
//! 2. Reading takes no lock: a call pins its slot by one compare-and-swap and unpins it by one subtraction. Whoever unpins
//!    a freed slot last drops the value, so a free never pulls anything from under a call on another thread. What has to
//!    end before the free returns is taken out by the free itself.
//! 3. A slot whose generations are used up retires; a number is never given out twice.
//! 4. There is no mutex anywhere in here, so nothing can be left locked by a `fork`. A handle knows how many forks the
//!    process had been through when it was made; in a child it is [`Code::Forked`], its free included, because what it
//!    holds (locks, connections) still belongs to the parent.

pub(crate) mod encoding;

use std::cell::UnsafeCell;
use std::ops::Deref;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use ::sbm_client::core::code::Code;
use encoding::{Handle, Kind, SLOTS};

use crate::fork;

/// The slot holds a value that may be used.
const LIVE: u64 = 1 << 31;
/// The slot is being filled or emptied, or has retired.
const TAKEN: u64 = 1 << 30;
/// How many calls are using the value.
const PINS: u64 = TAKEN - 1;
/// The generation is above the flags and the pins.
const GENERATION: u32 = 32;

/// The open values of one kind.
pub(crate) struct Table<T, const N: usize = SLOTS> {
    kind: Kind,
    last_generation: u32,
    /// Where the search for an empty slot begins: behind the last one given, so that generations wear evenly.
    next: AtomicU32,
    slots: [Slot<T>; N],
}

struct Slot<T> {
    state: AtomicU64,
    value: UnsafeCell<Option<Box<Entry<T>>>>,
}

struct Entry<T> {
    forks: u32,
    value: T,
}

// SAFETY: a slot's value is written only by the one thread that moved its state to `TAKEN`, and is shared by reference
// only while it is `LIVE` or pinned; the transitions are acquire and release operations on `state`.
unsafe impl<T: Send + Sync> Sync for Slot<T> {}

/// A value in use by a call; the slot stays as it is until this is dropped.
pub(crate) struct Pinned<'table, T> {
    slot: &'table Slot<T>,
    entry: &'table Entry<T>,
    last_generation: u32,
}

impl<T, const N: usize> Table<T, N> {
    /// An empty table. It is all zeros, so a static one costs no room in the file and no memory until it is used.
    pub(crate) const fn new(kind: Kind, last_generation: u32) -> Self {
        const { assert!(N <= SLOTS) };
        Self {
            kind,
            last_generation,
            next: AtomicU32::new(0),
            slots: [const { Slot { state: AtomicU64::new(0), value: UnsafeCell::new(None) } }; N],
        }
    }

    /// Takes a value in.
    #[cfg(test)]
    pub(crate) fn insert(&self, value: T) -> Result<Handle, Code> {
        self.reserve().map(|place| place.fill(value))
    }

    /// Keeps a place for a value that is still to be made, so that nothing is made for which there is no place.
    pub(crate) fn reserve(&self) -> Result<Reserved<'_, T>, Code> {
        let start = self.next.load(Ordering::Relaxed) as usize;
        let (index, slot, generation) = (0..N)
            .map(|step| (start + step) % N)
            .find_map(|index| {
                let slot = self.slots.get(index)?;
                slot.take_empty().map(|generation| (index, slot, generation))
            })
            .ok_or(Code::TooManyHandles)?;
        self.next.store(u32::try_from(index + 1).unwrap_or(0), Ordering::Relaxed);
        let number = u16::try_from(index).map_err(|_| Code::TooManyHandles)?;
        Ok(Reserved { slot, handle: Handle { kind: self.kind, slot: number, generation } })
    }

    /// The value behind a handle, for the time of a call.
    #[inline]
    pub(crate) fn get(&self, handle: Handle) -> Result<Pinned<'_, T>, Code> {
        let slot = self.slot(handle).ok_or(Code::BadHandle)?;
        slot.pin(handle.generation, 1).ok_or(Code::BadHandle)?;
        self.pinned(slot)
    }

    /// Closes a handle. The value is dropped now, or by the last call that still uses it.
    pub(crate) fn close(&self, handle: Handle) -> Result<(), Code> {
        self.close_taking(handle, |_| ())
    }

    /// Closes a handle and answers with what `take` gets out of the value: what is to be dropped on this thread, and by no
    /// other call that still uses the value.
    pub(crate) fn close_taking<R>(&self, handle: Handle, take: impl FnOnce(&T) -> R) -> Result<R, Code> {
        let pinned = self.get(handle)?;
        // Off goes `LIVE`, on goes `TAKEN`: exactly one of several frees gets this far.
        pinned.slot.pin(handle.generation, TAKEN.wrapping_sub(LIVE)).ok_or(Code::BadHandle)?;
        Ok(take(&pinned))
    }

    #[inline]
    fn slot(&self, handle: Handle) -> Option<&Slot<T>> {
        if handle.kind == self.kind { self.slots.get(usize::from(handle.slot)) } else { None }
    }

    /// The guard of a slot that was pinned just now.
    #[inline]
    fn pinned<'table>(&self, slot: &'table Slot<T>) -> Result<Pinned<'table, T>, Code> {
        // SAFETY: the slot is pinned, so that nobody writes its value.
        let value: &'table Option<Box<Entry<T>>> = unsafe { &*slot.value.get() };
        let Some(entry) = value.as_deref() else { return Err(Code::Internal) };
        let pinned = Pinned { slot, entry, last_generation: self.last_generation };
        if entry.forks == fork::count() { Ok(pinned) } else { Err(Code::Forked) }
    }
}

/// An empty slot that nobody else takes. Dropped, it is given back.
pub(crate) struct Reserved<'table, T> {
    slot: &'table Slot<T>,
    handle: Handle,
}

impl<T> Reserved<'_, T> {
    /// Puts the value there.
    pub(crate) fn fill(self, value: T) -> Handle {
        fork::watch();
        // SAFETY: `take_empty` made this the only one that touches the value.
        unsafe { *self.slot.value.get() = Some(Box::new(Entry { forks: fork::count(), value })) };
        self.slot.state.store(u64::from(self.handle.generation) << GENERATION | LIVE, Ordering::Release);
        let handle = self.handle;
        std::mem::forget(self);
        handle
    }
}

impl<T> Drop for Reserved<'_, T> {
    fn drop(&mut self) {
        self.slot.state.store(u64::from(self.handle.generation) << GENERATION, Ordering::Release);
    }
}

impl<T> Slot<T> {
    /// Adds to the state if the slot is live in this generation.
    #[inline]
    fn pin(&self, generation: u32, add: u64) -> Option<()> {
        let mut state = self.state.load(Ordering::Relaxed);
        loop {
            if state >> GENERATION != u64::from(generation) || state & LIVE == 0 {
                return None;
            }
            match self.state.compare_exchange_weak(state, state.wrapping_add(add), Ordering::AcqRel, Ordering::Relaxed) {
                Ok(_) => return Some(()),
                Err(now) => state = now,
            }
        }
    }

    /// Makes this thread the owner of an empty slot and answers the generation it is to have.
    fn take_empty(&self) -> Option<u32> {
        let state = self.state.load(Ordering::Relaxed);
        let empty = state & (LIVE | TAKEN | PINS) == 0;
        let taken = empty && self.state.compare_exchange(state, state | TAKEN, Ordering::Acquire, Ordering::Relaxed).is_ok();
        if taken { u32::try_from(state >> GENERATION).ok() } else { None }
    }

    /// Ends one use; the last one of a closed slot empties it.
    #[inline]
    fn unpin(&self, last_generation: u32) {
        let before = self.state.fetch_sub(1, Ordering::AcqRel);
        if before & LIVE == 0 && before & PINS == 1 {
            self.empty(before >> GENERATION, last_generation);
        }
    }

    #[cold]
    fn empty(&self, generation: u64, last_generation: u32) {
        // SAFETY: the slot is neither live nor pinned, and only the last one out comes here; it is still `TAKEN`, so that
        // nobody fills it.
        let value = unsafe { (*self.value.get()).take() };
        drop(value);
        if generation < u64::from(last_generation) {
            self.state.store((generation + 1) << GENERATION, Ordering::Release);
        }
    }
}

impl<T> Deref for Pinned<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.entry.value
    }
}

impl<T> Drop for Pinned<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.slot.unpin(self.last_generation);
    }
}

#[cfg(test)]
mod tests;
