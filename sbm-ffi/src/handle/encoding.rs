//! How a handle is written into a pointer, on 64 and on 32 bits.
//!
//! 1. Bit 0 is set: no heap pointer is odd, so neither can be taken for the other.
//! 2. 64 bits: 1, kind (3), slot (12), generation (32), tag (16). The tag makes it an address that no program has.
//! 3. 32 bits: 1, kind (3), slot (12), generation (16).

/// How many slots a table has.
pub(crate) const SLOTS: usize = 1 << SLOT_BITS;
/// The last generation of a slot on this machine; after it the slot retires.
pub(crate) const LAST_GENERATION: u32 = if cfg!(target_pointer_width = "64") { u32::MAX } else { LAST_GENERATION_32 };
const LAST_GENERATION_32: u32 = 0xffff;

const KIND_BITS: u32 = 3;
const SLOT_BITS: u32 = 12;
const KIND: u32 = 1;
const SLOT: u32 = KIND + KIND_BITS;
const GENERATION: u32 = SLOT + SLOT_BITS;
#[cfg(any(test, target_pointer_width = "64"))]
const TAG: u32 = 48;
#[cfg(any(test, target_pointer_width = "64"))]
const TAG_64: u64 = 0x5b4d;

/// What a handle says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Handle {
    /// Which table.
    pub kind: Kind,
    /// Which slot of it.
    pub slot: u16,
    /// Which of the values that the slot has held.
    pub generation: u32,
}

/// The kinds of handle that stand in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    /// `sbm_client`.
    Client = 1,
    /// `sbm_run`.
    Run = 2,
    /// `sbm_worker`.
    Worker = 3,
}

impl Kind {
    const fn from_number(number: u64) -> Option<Self> {
        match number {
            1 => Some(Self::Client),
            2 => Some(Self::Run),
            3 => Some(Self::Worker),
            _ => None,
        }
    }
}

impl Handle {
    /// The pointer's bits on this machine.
    #[cfg(target_pointer_width = "64")]
    #[inline]
    pub(crate) const fn to_address(self) -> usize {
        self.to_64() as usize
    }

    /// What these bits of a pointer say, if they are a handle.
    #[cfg(target_pointer_width = "64")]
    #[inline]
    pub(crate) const fn from_address(address: usize) -> Option<Self> {
        Self::from_64(address as u64)
    }

    /// The pointer's bits on this machine.
    #[cfg(target_pointer_width = "32")]
    pub(crate) const fn to_address(self) -> usize {
        self.to_32() as usize
    }

    /// What these bits of a pointer say, if they are a handle.
    #[cfg(target_pointer_width = "32")]
    pub(crate) const fn from_address(address: usize) -> Option<Self> {
        Self::from_32(address as u32)
    }

    #[cfg(any(test, target_pointer_width = "64"))]
    #[inline]
    const fn to_64(self) -> u64 {
        1 | (self.kind as u64) << KIND | (self.slot as u64) << SLOT | (self.generation as u64) << GENERATION | TAG_64 << TAG
    }

    #[cfg(any(test, target_pointer_width = "64"))]
    #[inline]
    const fn from_64(bits: u64) -> Option<Self> {
        if bits & 1 == 0 || bits >> TAG != TAG_64 {
            return None;
        }
        Self::from_fields(bits, (bits >> GENERATION) as u32)
    }

    #[cfg(any(test, target_pointer_width = "32"))]
    const fn to_32(self) -> u32 {
        1 | (self.kind as u32) << KIND | (self.slot as u32) << SLOT | self.generation << GENERATION
    }

    #[cfg(any(test, target_pointer_width = "32"))]
    const fn from_32(bits: u32) -> Option<Self> {
        if bits & 1 == 0 {
            return None;
        }
        Self::from_fields(bits as u64, bits >> GENERATION)
    }

    #[inline]
    const fn from_fields(bits: u64, generation: u32) -> Option<Self> {
        let slot = (bits >> SLOT) as u16 & (SLOTS as u16 - 1);
        match Kind::from_number(bits >> KIND & ((1 << KIND_BITS) - 1)) {
            Some(kind) => Some(Self { kind, slot, generation }),
            None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SLOT_CASES: [u16; 4] = [0, 1, 0x7ff, 0xfff];

    #[test]
    fn every_field_survives_both_widths_and_bit_0_is_set() {
        for kind in [Kind::Client, Kind::Run, Kind::Worker] {
            for slot in SLOT_CASES {
                for generation in [0, 1, 0x8000, LAST_GENERATION_32] {
                    let handle = Handle { kind, slot, generation };
                    assert_eq!(Handle::from_32(handle.to_32()), Some(handle));
                    assert_eq!(Handle::from_64(handle.to_64()), Some(handle));
                    assert_eq!((handle.to_32() & 1, handle.to_64() & 1), (1, 1));
                }
                for generation in [0x1_0000, u32::MAX] {
                    let handle = Handle { kind, slot, generation };
                    assert_eq!(Handle::from_64(handle.to_64()), Some(handle));
                }
            }
        }
    }

    #[test]
    fn two_handles_never_share_their_bits() {
        let mut wide = std::collections::BTreeSet::new();
        let mut narrow = std::collections::BTreeSet::new();
        for kind in [Kind::Client, Kind::Run, Kind::Worker] {
            for slot in SLOT_CASES {
                for generation in [0, 1, 2, 0xfffe, 0xffff] {
                    let handle = Handle { kind, slot, generation };
                    assert!(wide.insert(handle.to_64()) && narrow.insert(handle.to_32()), "{handle:?}");
                }
            }
        }
    }

    #[test]
    fn what_is_no_handle_is_not_read_as_one() {
        for bits in [0, 1, 2, u64::MAX, TAG_64 << TAG | 1, TAG_64 << TAG | 0b1001, 0x7fff_dead_beef, 0x7fff_dead_bee3] {
            assert_eq!(Handle::from_64(bits), None, "{bits:#x}");
        }
        for bits in [0, 1, 2, 0xb0, u32::MAX, 0b1001, 0x0804_9000] {
            assert_eq!(Handle::from_32(bits), None, "{bits:#x}");
        }
    }

    #[test]
    fn on_64_bits_a_handle_is_no_address_that_a_program_has() {
        let handle = Handle { kind: Kind::Client, slot: 0, generation: 0 };
        assert!(handle.to_64() >> 47 != 0 && handle.to_64() >> 47 != 0x1_ffff);
    }
}
